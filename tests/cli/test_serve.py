"""hearken serve: every route of its API over real sounds, checked against its own description."""
import array
import base64
import gzip
import http.client
import io
import json
import math
import pathlib
import time
import urllib.parse
import wave

import harness
from harness import SAMPLES, main, noise, tone
from serve_case import OPENAPI, ServeCase, floats


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


class RoutesTest(ServeCase):
    """One server over a few tones and one piece of music, asked everything."""

    def prepare(self):
        for name, hz in (("low", 220), ("lower", 200), ("high", 2000)):
            tone(self.music / f"{name}.wav", hz, seconds=1.0 if name != "high" else 26.0)
        noise(self.music / "noise.wav", seed=1, seconds=12)
        (self.music / "broken.mp3").write_bytes(b"this is no sound")
        self.index(self.music, "--threads", "1", status=3)

    def setUp(self):
        super().setUp()
        self.server = self.serve("--allow-root", self.music)
        tracks = self.good(self.server, "GET", "/api/v1/tracks")["tracks"]
        self.ids = {t["path"]: t["id"] for t in tracks}
        self.names = {t["id"]: t["path"] for t in tracks}

    def ask(self, method, path, body=None, status=200, **options):
        return self.good(self.server, method, path, body, status, **options)

    def refused(self, method, path, status, code=None, body=None, **options):
        return self.bad(self.server, method, path, status, code, body, **options)

    def upload(self, path, **query):
        answer = self.server.send_sound("/api/v1/uploads", path, **query)
        return self.check("POST", "/api/v1/uploads", answer, 201)

    def test_info_and_what_is_there(self):
        info = self.ask("GET", "/api/v1/info")
        self.assertEqual((info["library"]["tracks"], info["model"], info["token"]), (4, "starter", False))
        models = self.ask("GET", "/api/v1/models")
        self.assertEqual([m["active"] for m in models["models"]], [True])
        sources = self.ask("GET", "/api/v1/sources")
        self.assertEqual([(s["path"], s["tracks"]) for s in sources["sources"]], [(str(self.music), 4)])
        self.assertEqual([r["path"] for r in sources["roots"]], [str(self.music)])
        self.assertEqual(self.ask("GET", "/api/v1/facets")["genres"], [{"value": "", "tracks": 4}])
        self.assertEqual(self.ask("GET", "/health"), {"status": "ok"})
        self.assertEqual(self.ask("GET", "/ready"), {"status": "ready"})
        self.assertEqual(self.ask("GET", "/openapi.json"), OPENAPI)

    def test_tracks_in_pages_and_orders(self):
        self.assertEqual(set(self.ids), {"low.wav", "lower.wav", "high.wav", "noise.wav"})
        page = self.ask("GET", "/api/v1/tracks?sort=path&order=desc&limit=2&offset=1")
        self.assertEqual(([t["path"] for t in page["tracks"]], page["total"]), (["lower.wav", "low.wav"], 4))
        longest = self.ask("GET", "/api/v1/tracks?sort=duration&order=desc&limit=1")["tracks"][0]
        self.assertEqual((longest["path"], longest["type"]), ("high.wav", "audio/wav"))
        where = self.ask("GET", "/api/v1/tracks", query={"where": "path ~ 'low' and duration < 5", "sort": "path"})
        self.assertEqual([t["path"] for t in where["tracks"]], ["low.wav", "lower.wav"])
        chosen = [self.ids["noise.wav"], self.ids["low.wav"]]
        self.assertEqual([t["id"] for t in self.ask("GET", "/api/v1/tracks", query={"id": chosen})["tracks"]], chosen)
        one = self.ask("GET", f"/api/v1/tracks/{self.ids['high.wav']}")
        self.assertEqual((one["windows"], round(one["features"]["brightness"], -2)), (5, 2000))
        self.refused("GET", "/api/v1/tracks/999", 404, "not_found")
        self.refused("GET", "/api/v1/tracks?sort=colour", 400, "invalid_argument")
        self.refused("GET", "/api/v1/tracks?limit=0", 400)
        self.refused("GET", "/api/v1/tracks?limit=many", 400)
        self.assertEqual(self.refused("GET", "/api/v1/tracks", 400, query={"where": "genre = "})["at"], 9)

    def test_search_by_words_agrees_with_find(self):
        expected = self.find("a high beep", "-k", "3")["results"]
        found = self.ask("GET", "/api/v1/search?q=a%20high%20beep&k=3")
        self.assertEqual([(h["track"]["id"], h["score"], h["start"], h["end"], h["level"]) for h in found["results"]],
                         [(r["id"], r["score"], r["start"], r["end"], r["level"]) for r in expected])
        self.assertEqual((found["kind"], found["searched"]), ("words", 4))
        for arguments, body in ((("--not", "noise"), {"items": [{"text": "beep"}, {"text": "noise", "negative": True}]}),
                                (("--ensemble",), {"items": [{"text": "beep"}], "ensemble": True}),
                                (("--moments",), {"items": [{"text": "beep"}], "rank": "moments"})):
            with self.subTest(body=body):
                expected = self.find("beep", *arguments)["results"]
                found = self.ask("POST", "/api/v1/search", body)
                self.assertEqual([(h["track"]["id"], round(h["score"], 5), h["start"]) for h in found["results"]],
                                 [(r["id"], round(r["score"], 5), r["start"]) for r in expected])
        away = self.ask("POST", "/api/v1/search", {"items": [{"text": "beep"}, {"text": "noise", "negative": True}]})
        for found in (self.ask("GET", "/api/v1/search?q=beep%2C%20no%20noise"), self.ask("GET", "/api/v1/search?q=beep&not=no%20noise"),
                      self.ask("POST", "/api/v1/search", {"items": [{"text": "beep without noise"}]}),
                      self.ask("POST", "/api/v1/search", {"items": [{"text": "beep -noise"}]})):
            self.assertEqual((found["results"], found["without"]), (away["results"], ["noise"]))
        self.assertEqual([q["text"] for q in found["query"]], ["beep -noise"])  # as it was typed
        self.refused("GET", "/api/v1/search?q=no%20beep", 400, "invalid_argument")
        second = self.ask("POST", "/api/v1/search", {"items": [{"text": "beep"}], "k": 2, "offset": 2})
        whole = self.ask("POST", "/api/v1/search", {"items": [{"text": "beep"}]})
        self.assertEqual(second["results"], whole["results"][2:4])
        only = self.ask("POST", "/api/v1/search", {"items": [{"text": "beep"}], "where": "path ~ 'noise'"})
        self.assertEqual([h["track"]["path"] for h in only["results"]], ["noise.wav"])
        self.assertEqual(len(self.ask("POST", "/api/v1/search", {"items": [{"text": "beep"}], "source": 1})["results"]), 4)
        self.refused("POST", "/api/v1/search", 404, body={"items": [{"text": "beep"}], "source": 7})

    def test_words_turned_away_from_a_track(self):
        noise_id = self.ids["noise.wav"]
        plain = self.ask("POST", "/api/v1/search", {"items": [{"text": "white noise"}]})
        away = self.ask("POST", "/api/v1/search", {"items": [{"text": "white noise"},
                                                             {"track": noise_id, "negative": True}]})
        score = {h["track"]["id"]: h["score"] for h in plain["results"]}[noise_id]
        self.assertLess({h["track"]["id"]: h["score"] for h in away["results"]}[noise_id], score)
        self.assertEqual(away["query"][1]["track"]["path"], "noise.wav")

    def test_search_by_sound_agrees_with_like(self):
        track = self.ids["low.wav"]
        told = self.valid("like", self.hearken("like", "--json", f"id:{track}"))
        expected = told["results"]
        keys = ("score", "level", "likelihood", "votes", "total_similarity", "moments")
        for found in (self.ask("GET", f"/api/v1/tracks/{track}/similar"),
                      self.ask("POST", "/api/v1/like", {"items": [{"track": track}]}),
                      self.ask("POST", "/api/v1/search", {"items": [{"track": track}]})):
            self.assertEqual((found["kind"], found["answer"]), ("sounds", told["answer"]))
            self.assertEqual([own["id"] for own in found["self"]], [track])
            self.assertEqual([(h["track"]["id"], *(h[k] for k in keys)) for h in found["results"]],
                             [(r["id"], *(r[k] for k in keys)) for r in expected])
        mixed = self.ask("POST", "/api/v1/search", {"items": [
            {"track": track}, {"text": "noise"}, {"track": self.ids["high.wav"], "negative": True}], "by": "mean"})
        self.assertIsNone(mixed["results"][0]["votes"])
        said = self.ask("POST", "/api/v1/like", {"items": [{"text": "beep, no noise"}, {"track": track}]})
        away = self.ask("POST", "/api/v1/like", {"items": [{"text": "beep"}, {"text": "noise", "negative": True}, {"track": track}]})
        self.assertEqual([h["score"] for h in said["results"]], [h["score"] for h in away["results"]])
        self.assertEqual(({m["input"] for h in said["results"] for m in h["moments"]}, said["without"]), ({1}, ["noise"]))
        self.assertEqual([q["windows"] for q in said["query"]], [1, 1])
        self.assertNotIn(track, [h["track"]["id"] for h in mixed["results"]])
        for items in ([], [{"text": "a", "negative": True}], [{"track": track, "text": "a"}], [{}], [{"text": " "}],
                      [{"track": 0}], [{"track": "1"}], [{"track": track, "start": -1}], {"track": 1}, "x"):
            with self.subTest(items=items):
                self.refused("POST", "/api/v1/search", 400, "invalid_argument", body={"items": items})
        self.refused("POST", "/api/v1/search", 404, body={"items": [{"track": 999}]})
        self.refused("POST", "/api/v1/like", 400, body={"items": [{"text": "only words"}]})

    def test_a_file_handed_over_finds_itself(self):
        for name in ("high.wav", "noise.wav"):
            with self.subTest(name=name):
                answer = self.server.send_sound("/api/v1/like", self.music / name, k=2, name=name)
                found = self.check("POST", "/api/v1/like", answer, 200)
                self.assertEqual(found["results"][0]["track"]["path"], name)
                self.assertAlmostEqual(found["results"][0]["score"], 1.0, places=3)
                self.assertLess(found["results"][0]["moments"][0]["matches"][0]["distance"], 0.001)
                self.assertEqual(found["query"][0]["name"], name)
        part = self.server.send_sound("/api/v1/like", self.music / "high.wav", start=12, duration=10)
        found = self.check("POST", "/api/v1/like", part, 200)
        self.assertEqual((found["results"][0]["track"]["path"], found["windows"]), ("high.wav", 1))
        self.assertEqual(found["results"][0]["moments"][0]["start"], 12)

    def test_uploads(self):
        upload = self.upload(self.music / "high.wav", name="my beep.wav")
        self.assertEqual((upload["name"], upload["duration"]), ("my beep.wav", 26.0))
        path = "/api/v1/uploads/" + upload["id"]
        self.assertEqual(self.ask("GET", path), upload)
        found = self.ask("POST", "/api/v1/search", {"items": [{"upload": upload["id"]}, {"text": "beep"}]})
        self.assertEqual(found["query"][0]["upload"], upload["id"])
        self.assertEqual(self.ask("GET", path + "/audio"), (self.music / "high.wav").read_bytes())
        self.assertEqual(len(self.ask("GET", path + "/peaks?count=10")["peaks"]), 10)
        self.assertTrue(self.ask("GET", path + "/excerpt?start=1&end=2").startswith(b"RIFF"))
        match = self.server.post("/api/v1/match", {"upload": upload["id"]})
        self.check("POST", "/api/v1/match", match)
        self.ask("DELETE", path, status=204)
        self.refused("GET", path, 404)
        self.refused("DELETE", path, 404)
        self.refused("POST", "/api/v1/search", 404, body={"items": [{"upload": upload["id"]}]})

    def test_what_is_no_sound(self):
        for data, status in ((b"this is no sound", 422), (b"<html></html>" * 100, 422), (b"\0" * 5000, 422),
                             ((self.music / "high.wav").read_bytes()[:44], 422)):
            answer = self.server.send_sound("/api/v1/uploads", data)
            problem = self.check("POST", "/api/v1/uploads", answer)
            self.assertIn(answer.status, (415, 422), answer)
            self.assertNotIn("/tmp", problem["detail"])
        self.assertEqual(self.check("POST", "/api/v1/uploads", self.server.send_sound("/api/v1/uploads", b""))["status"], 400)
        answer = self.server.send_sound("/api/v1/uploads", b"x", kind="text/html")
        self.assertEqual(self.check("POST", "/api/v1/uploads", answer)["status"], 415)

    def test_media(self):
        path = f"/api/v1/tracks/{self.ids['high.wav']}"
        whole = (self.music / "high.wav").read_bytes()
        answer = self.server.get(path + "/audio")
        self.assertEqual((answer.status, answer.body, answer.headers["Content-Type"]), (200, whole, "audio/wav"))
        for header, first, last in (("bytes=0-9", 0, 9), ("bytes=100-", 100, len(whole) - 1),
                                    ("bytes=-7", len(whole) - 7, len(whole) - 1),
                                    (f"bytes=5-{10 ** 12}", 5, len(whole) - 1)):
            part = self.server.ask("GET", path + "/audio", headers={"Range": header})
            self.assertEqual((part.status, part.body, part.headers["Content-Range"]),
                             (206, whole[first:last + 1], f"bytes {first}-{last}/{len(whole)}"))
        for header in ("bytes=9-5", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=-"):
            self.assertEqual(self.server.ask("GET", path + "/audio", headers={"Range": header}).status, 200, header)
        self.refused("GET", path + "/audio", 416, headers={"Range": f"bytes={len(whole)}-"})
        again = self.server.ask("GET", path + "/audio", headers={"If-None-Match": answer.headers["ETag"]})
        self.assertEqual((again.status, again.body), (304, b""))
        head = self.server.ask("HEAD", path + "/audio")
        self.assertEqual((head.status, head.headers["Content-Length"], head.body), (200, str(len(whole)), b""))
        saved = self.server.get(path + "/audio", download="true")
        self.assertIn("attachment", saved.headers["Content-Disposition"])

        excerpt = self.ask("GET", path + "/excerpt?start=3&end=4.5")
        with wave.open(io.BytesIO(excerpt)) as sound:
            self.assertAlmostEqual(sound.getnframes() / sound.getframerate(), 1.5, delta=0.01)
            samples = array.array("h", sound.readframes(sound.getnframes()))
        crossings = sum((a < 0) != (b < 0) for a, b in zip(samples, samples[1:]))
        self.assertAlmostEqual(crossings / 1.5 / 2, 2000, delta=20)
        for query in ("start=4&end=3", "start=0&end=500", "start=0", "end=4", "start=x&end=4", "start=-1&end=3"):
            self.refused("GET", path + "/excerpt?" + query, 400)
        self.refused("GET", path + "/excerpt?start=100&end=101", 400)

        peaks = self.ask("GET", path + "/peaks?count=20")
        self.assertEqual(len(peaks["peaks"]), 20)
        for peak in peaks["peaks"]:
            self.assertAlmostEqual(peak, 9000 / 32768 * 255, delta=6)
        self.assertEqual(self.ask("GET", path + "/peaks?count=3&start=1&end=2")["end"], 2)
        self.refused("GET", path + "/cover", 404)
        png = b"\x89PNG\r\n\x1a\n" + b"x" * 100
        (self.music / "cover.png").write_bytes(png)
        self.assertEqual(self.ask("GET", path + "/cover"), png)
        (self.music / "high.wav").unlink()
        for what in ("/audio", "/excerpt?start=0&end=1", "/peaks"):
            self.refused("GET", path + what, 404)

    def test_vectors_in_and_out(self):
        made = self.ask("POST", "/api/v1/embed", {"texts": ["beep", "noise"], "tracks": [self.ids["high.wav"]],
                                                  "windows": True})
        self.assertEqual([len(v) for v in made["texts"]], [made["dimension"]] * 2)
        self.assertAlmostEqual(dot(made["texts"][0], made["texts"][0]), 1, places=5)
        self.assertEqual([w["start"] for w in made["sounds"][0]["windows"]], [0, 5, 10, 15, 16])
        packed = self.ask("POST", "/api/v1/embed", {"texts": ["beep"], "encoding": "base64"})
        for ours, theirs in zip(floats(packed["texts"][0]), made["texts"][0]):
            self.assertAlmostEqual(ours, theirs, places=5)
        heard = self.check("POST", "/api/v1/embed", self.server.send_sound("/api/v1/embed", self.music / "high.wav"), 200)
        self.assertGreater(dot(heard["sounds"][0]["vector"], made["sounds"][0]["vector"]), 0.999)

        words = self.ask("GET", "/api/v1/search?q=beep")["results"]
        found = self.ask("POST", "/api/v1/vectors/search", {"vectors": [made["texts"][0], packed["texts"][0]]})
        for hits in found["results"]:
            self.assertEqual([h["track"]["id"] for h in hits], [h["track"]["id"] for h in words])
            # The vector is of length 1; what the words are scored with is shorter, by one factor for all tracks.
            for hit, word in zip(hits, words):
                self.assertAlmostEqual(hit["score"] * words[0]["score"], word["score"] * hits[0]["score"], places=5)
        windows = self.ask("POST", "/api/v1/vectors/search", {"vectors": [heard["sounds"][0]["vector"]], "of": "windows",
                                                              "k": 3})["results"][0]
        self.assertEqual({h["track"]["path"] for h in windows}, {"high.wav"})
        for wrong in ([], [[1, 2]], [[0] * made["dimension"]], ["!"], [["a"] * made["dimension"]], "x"):
            self.refused("POST", "/api/v1/vectors/search", 400, "invalid_argument", body={"vectors": wrong})
        self.refused("POST", "/api/v1/embed", 400, body={})
        self.refused("POST", "/api/v1/embed", 404, body={"tracks": [999]})

    def test_scores_agree_with_the_command(self):
        expected = self.valid("score", self.hearken("score", "--json", f"id:{self.ids['high.wav']}", "--text", "beep",
                                                    "--text", "rain"))["results"]
        upload = self.upload(self.music / "high.wav")
        found = self.ask("POST", "/api/v1/score", {"tracks": [self.ids["high.wav"], 999], "uploads": [upload["id"]],
                                                   "texts": ["beep", "rain"]})
        keys = ("text", "rank", "mean", "max", "min", "std", "level", "best_start", "best_end")
        self.assertEqual([[s[k] for k in keys] for s in found["results"][0]["scores"]],
                         [[e[k] for k in keys] for e in expected])
        for ours, theirs in zip(found["results"][1]["scores"], found["results"][0]["scores"]):
            self.assertAlmostEqual(ours["mean"], theirs["mean"], places=3)
        self.assertEqual([s["track"] for s in found["skipped"]], [999])
        asked = self.ask("POST", "/api/v1/score", {"tracks": [self.ids["low.wav"]], "questions": [
            {"name": "tone", "wordings": ["beep", "a sine tone"]}]})
        self.assertEqual(len(asked["results"][0]["scores"][0]["wordings"]), 2)
        self.refused("POST", "/api/v1/score", 400, body={"texts": ["a"]})
        self.refused("POST", "/api/v1/score", 400, body={"tracks": [1]})

    def test_wordings(self):
        found = self.ask("GET", "/api/v1/wordings?q=sad%20piano")
        self.assertIn("melancholy piano", [w["text"] for w in found["wordings"]])
        best = [w["best"] for w in found["wordings"]]
        self.assertEqual(best, sorted(best, reverse=True))
        self.assertEqual(self.ask("GET", "/api/v1/wordings?q=xyzzy"), {"text": "xyzzy", "wordings": [], "clearer": None})
        for rank in ("mean", "moments"):
            found = self.ask("GET", f"/api/v1/wordings?q=keyboard&rank={rank}")
            asked = next(w for w in found["wordings"] if w["text"] == "keyboard")
            best = self.ask("GET", f"/api/v1/search?q=keyboard&rank={rank}")
            self.assertEqual((asked["answer"], asked["likelihood"]), (best["answer"], best["results"][0]["likelihood"]))
            clearer = found["wordings"][0]["likelihood"] >= asked["likelihood"] + 0.2 and found["wordings"][0]["answer"] != "none"
            self.assertEqual(found["clearer"], found["wordings"][0]["text"] if clearer else None)
        plain, away = (self.ask("GET", "/api/v1/wordings?q=piano" + more)["wordings"] for more in ("", "&not=drums"))
        self.assertNotEqual([w["best"] for w in plain], [w["best"] for w in away])
        said = self.ask("GET", "/api/v1/wordings?q=piano,%20no%20drums")
        self.assertEqual([w["best"] for w in said["wordings"]], [w["best"] for w in away])

    def test_playlists(self):
        low, high = self.ids["low.wav"], self.ids["high.wav"]
        made = self.ask("POST", "/api/v1/playlists", {"name": "Tönt <b>", "tracks": [high, low, high]}, status=201)
        path = f"/api/v1/playlists/{made['id']}"
        self.assertEqual([t["id"] for t in made["tracks"]], [high, low, high])
        self.assertEqual(self.ask("GET", path), made)
        renamed = self.ask("PUT", path, {"name": "Tones"})
        self.assertEqual((renamed["name"], renamed["count"]), ("Tones", 3))
        self.assertEqual([t["id"] for t in self.ask("PUT", path, {"tracks": [low]})["tracks"]], [low])
        self.assertEqual([p["name"] for p in self.ask("GET", "/api/v1/playlists")["playlists"]], ["Tones"])
        self.refused("PUT", path, 404, body={"tracks": [999]})
        self.assertEqual(self.ask("GET", path)["count"], 1)  # all or nothing
        self.check("GET", path + "/export", self.server.get(path + "/export"))
        self.refused("POST", "/api/v1/playlists", 400, body={"tracks": [low]})
        self.refused("POST", "/api/v1/playlists", 400, body={"name": "  "})
        self.ask("DELETE", path, status=204)
        for method, body in (("GET", None), ("PUT", {"name": "x"}), ("DELETE", None)):
            self.refused(method, path, 404, body=body)

    def test_ratings(self):
        low = self.ids["low.wav"]
        path = f"/api/v1/tracks/{low}/rating"
        self.ask("PUT", path, {"rating": 1})
        self.ask("PUT", path, {"rating": -1, "query": "beep"})
        self.assertEqual({(r["track"], r["query"], r["rating"]) for r in self.ask("GET", "/api/v1/ratings")["ratings"]},
                         {(low, "", 1), (low, "beep", -1)})
        self.assertEqual(self.ask("GET", f"/api/v1/tracks/{low}")["rating"], 1)
        self.ask("PUT", path, {"rating": 0})
        self.assertEqual([r["query"] for r in self.ask("GET", "/api/v1/ratings")["ratings"]], ["beep"])
        self.assertEqual(self.ask("GET", "/api/v1/ratings?query=rain")["ratings"], [])
        for body in ({}, {"rating": 2}, {"rating": "1"}, {"rating": 1, "more": 1}):
            self.refused("PUT", path, 400, body=body)
        self.refused("PUT", "/api/v1/tracks/999/rating", 404, body={"rating": 1})

    def test_a_job_indexes_and_search_sees_it(self):
        tone(self.music / "new.wav", 1000, seconds=3)
        job = self.ask("POST", "/api/v1/jobs", {"source": 1}, status=201)
        events = self.ask("GET", f"/api/v1/jobs/{job['id']}/events").decode()
        last = [json.loads(line[len("data: "):]) for line in events.splitlines() if line.startswith("data: ")][-1]
        self.validate(last, {"$ref": "#/components/schemas/Job"})
        self.assertEqual((last["state"], last["report"]["indexed"], last["report"]["unchanged"]), ("done", 1, 4))
        self.assertEqual([(s["path"], s["code"]) for s in last["skipped"]], [("broken.mp3", "corrupt")])
        self.assertEqual(self.ask("GET", f"/api/v1/jobs/{job['id']}"), last)
        deadline = time.monotonic() + harness.HANG_SECONDS
        while "new.wav" not in [h["track"]["path"] for h in self.ask("GET", "/api/v1/search?q=beep")["results"]]:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        by_root = self.ask("POST", "/api/v1/jobs", {"root": 1}, status=201)
        self.ask("GET", f"/api/v1/jobs/{by_root['id']}/events")
        self.assertEqual([j["id"] for j in self.ask("GET", "/api/v1/jobs")["jobs"]], [2, 1])
        tone(self.music / "long.wav", 500, seconds=40)
        for body, quick in (({"source": 1, "quick": True, "background": True}, 1), ({"source": 1}, 0)):
            job = self.ask("POST", "/api/v1/jobs", body, status=201)
            self.ask("GET", f"/api/v1/jobs/{job['id']}/events")
            report = self.ask("GET", f"/api/v1/jobs/{job['id']}")["report"]
            self.assertEqual((report["indexed"], report["quick"], report["completed"]), (1, quick, 1 - quick))
            self.assertEqual(self.ask("GET", "/api/v1/info")["library"]["quick_tracks"], quick)
            self.assertEqual(self.ask("GET", "/api/v1/models")["models"][0]["quick_tracks"], quick)
        for action in ("pause", "resume", "cancel"):
            self.refused("POST", f"/api/v1/jobs/1/{action}", 409)
            self.refused("POST", f"/api/v1/jobs/9/{action}", 404)
        self.refused("GET", "/api/v1/jobs/9", 404)
        self.refused("GET", "/api/v1/jobs/9/events", 404)
        for body, status in (({}, 400), ({"source": 1, "root": 1}, 400), ({"source": 5}, 404), ({"root": 5}, 404),
                             ({"source": "1"}, 400), ({"path": "/etc"}, 400)):
            self.refused("POST", "/api/v1/jobs", status, body=body)

    def test_map(self):
        points = self.ask("GET", "/api/v1/map")
        at = {self.names[i]: (x, y) for i, x, y in zip(points["id"], points["x"], points["y"])}
        apart = lambda a, b: math.dist(at[a], at[b])
        self.assertLess(apart("low.wav", "lower.wav"), apart("low.wav", "noise.wav"))
        self.assertLess(apart("low.wav", "lower.wav"), apart("low.wav", "high.wav"))
        self.assertAlmostEqual(sum(points["x"]), 0, delta=0.001)
        self.assertGreater(points["axes"][0], points["axes"][1])
        self.assertLessEqual(sum(points["axes"]), 1.0001)
        self.assertEqual((points["genres"], points["genre"]), ([], [-1] * 4))
        self.assertEqual(self.ask("GET", "/api/v1/map"), points)

    def test_metrics(self):
        self.ask("GET", "/api/v1/search?q=beep")
        text = self.ask("GET", "/metrics").decode()
        for line in text.splitlines():
            if line and not line.startswith("#"):
                self.assertRegex(line, r'^hearken_[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [-+0-9.e]+$')
        self.assertIn('hearken_http_requests_total{route="/api/v1/search",status="200"} 1', text)
        self.assertIn("hearken_library_tracks 4", text)

    def test_the_page(self):
        for path in ("/", "/index.html", "/library"):
            answer = self.server.get(path)
            self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "text/html; charset=utf-8"))
        self.assertNotIn("unsafe", answer.headers["Content-Security-Policy"])
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertIsNone(answer.headers["Access-Control-Allow-Origin"])
        self.assertEqual(self.server.get("/nothing.js").status, 404)
        plain = self.server.get("/index.html")
        packed = self.server.ask("GET", "/index.html", headers={"Accept-Encoding": "gzip, br"})
        self.assertEqual((plain.headers["Content-Encoding"], packed.headers["Content-Encoding"]), (None, "gzip"))
        self.assertEqual(gzip.decompress(packed.body), plain.body)
        self.assertEqual(packed.headers["Vary"], "Accept-Encoding")

    def test_every_route_of_the_description_is_there_and_no_other(self):
        sample = {"track": self.ids["low.wav"], "playlist": 1, "job": 1, "session": 1, "upload": "x"}
        for pattern, methods in OPENAPI["paths"].items():
            path = pattern.format(**sample)
            for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
                answer = self.server.ask(method, path)
                if method.lower() in methods:
                    self.assertNotEqual(answer.status, 405, f"{method} {path}")
                    if answer.status == 404:
                        self.assertNotIn("no such route", answer.json["detail"])
                else:
                    self.assertEqual(answer.status, 405, f"{method} {path}: {answer}")
                    self.assertEqual(sorted(m.upper() for m in methods if m in ("get", "put", "post", "delete")),
                                     sorted(m for m in answer.headers["Allow"].split(", ") if m != "HEAD"))
        self.assertEqual(self.server.get("/api/v1/nothing").status, 404)
        self.assertEqual(self.server.get("/api/v1/tracks/01").status, 404)

    def test_ends_in_order(self):
        status, _, err = self.server.stop()
        self.assertEqual((status, err.count("\n")), (0, 1), err)


class JobsTest(ServeCase):
    def test_pause_resume_cancel(self):
        for i in range(60):
            noise(self.music / f"{i:02}.wav", seed=i, seconds=20)
        server = self.serve("--allow-root", self.music, "--threads", "1")
        self.bad(server, "GET", "/api/v1/search?q=rain", 404)  # an empty library
        self.assertIsNone(self.good(server, "GET", "/api/v1/info")["model"])
        job = self.good(server, "POST", "/api/v1/jobs", {"root": 1}, status=201)
        waiting = self.good(server, "POST", "/api/v1/jobs", {"root": 1}, status=201)
        path = f"/api/v1/jobs/{job['id']}"

        def wait_for(condition):
            deadline = time.monotonic() + harness.HANG_SECONDS
            while not condition(now := self.good(server, "GET", path)):
                self.assertLess(time.monotonic(), deadline, now)
                time.sleep(0.02)
            return now

        wait_for(lambda j: j["state"] == "running" and j["progress"]["files_done"] > 0)
        self.assertEqual(self.good(server, "POST", path + "/pause")["state"], "paused")
        # Searching and writing go on meanwhile, and the job does not.
        self.good(server, "POST", "/api/v1/playlists", {"name": "while it waits"}, status=201)
        rounds = []  # some files' worth each; what was under way is finished first
        while len(rounds) < 2 or rounds[-1] != rounds[-2]:
            self.assertLess(len(rounds), 6, rounds)
            began = time.monotonic()
            while time.monotonic() < began + 0.4:
                self.assertGreater(len(self.good(server, "GET", "/api/v1/search?q=rain")["results"]), 0)
            rounds.append(self.good(server, "GET", path)["progress"]["files_done"])
        self.assertEqual(self.good(server, "POST", path + "/resume")["state"], "running")
        wait_for(lambda j: j["progress"]["files_done"] > rounds[-1])
        self.assertEqual(self.good(server, "POST", f"/api/v1/jobs/{waiting['id']}/cancel")["state"], "cancelled")
        self.good(server, "POST", path + "/cancel")
        done = wait_for(lambda j: j["state"] == "cancelled")
        self.assertLess(done["progress"]["files_done"], 60)
        self.assertGreater(self.good(server, "GET", "/api/v1/info")["library"]["tracks"], 0)
        self.assertEqual(server.stop()[0], 0)

    def test_ends_while_a_job_runs_and_an_event_stream_is_open(self):
        for i in range(40):
            noise(self.music / f"{i:02}.wav", seed=i, seconds=20)
        server = self.serve("--allow-root", self.music)
        self.good(server, "POST", "/api/v1/jobs", {"root": 1}, status=201)
        connection = http.client.HTTPConnection(server.host, server.port, timeout=harness.HANG_SECONDS)
        self.addCleanup(connection.close)
        connection.request("GET", "/api/v1/jobs/1/events")
        stream = connection.getresponse()
        self.assertEqual(stream.readline(), b"event: job\n")
        self.assertEqual(server.stop()[0], 0)
        stream.read()  # to its end


if __name__ == "__main__":
    main()
