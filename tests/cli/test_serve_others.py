"""hearken serve as other programs speak to it: OpenAI's embeddings and OpenSubsonic."""
import base64
import hashlib
import json
import pathlib
import urllib.parse
import xml.etree.ElementTree as xml

from harness import main, noise, tone
from serve_case import ServeCase, floats


class OthersCase(ServeCase):
    def prepare(self):
        for name, hz in (("a low", 220), ("b lower", 200), ("c high", 2000)):
            tone(self.music / f"{name}.wav", hz, seconds=1.5)
        noise(self.music / "d noise.wav", seed=1, seconds=12)
        self.index(self.music, "--threads", "1")


class OpenAiTest(OthersCase):
    def setUp(self):
        super().setUp()
        self.server = self.serve()

    def embed(self, **body):
        answer = self.server.post("/v1/embeddings", {"model": "starter", **body})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.json["object"], "list")
        self.assertEqual([d["index"] for d in answer.json["data"]], list(range(len(answer.json["data"]))))
        return [d["embedding"] for d in answer.json["data"]]

    def test_embeddings(self):
        ours = self.good(self.server, "POST", "/api/v1/embed", {"texts": ["a beep", "rain"]})["texts"]
        alike = lambda a, b: self.assertGreater(sum(x * y for x, y in zip(a, b)), 0.99999)
        self.assertEqual(self.embed(input=["a beep", "rain"]), ours)
        alike(self.embed(input="rain", encoding_format="float")[0], ours[1])
        packed = self.embed(input=["rain"], encoding_format="base64")[0]
        for x, y in zip(floats(packed), ours[1]):
            self.assertAlmostEqual(x, y, places=6)
        sound = {"type": "input_audio", "input_audio": {
            "data": base64.b64encode((self.music / "d noise.wav").read_bytes()).decode(), "format": "wav"}}
        heard, words = self.embed(input=[sound, {"type": "text", "text": "rain"}])
        alike(words, ours[1])
        track = self.good(self.server, "GET", "/api/v1/tracks", query={"where": "path ~ 'noise'"})["tracks"][0]["id"]
        stored = self.good(self.server, "POST", "/api/v1/embed", {"tracks": [track]})["sounds"][0]["vector"]
        self.assertGreater(sum(x * y for x, y in zip(heard, stored)), 0.999)

    def test_models(self):
        self.assertEqual([m["id"] for m in self.server.get("/v1/models").json["data"]], ["starter"])
        self.assertEqual(self.server.get("/v1/models/starter").json["id"], "starter")
        self.assertEqual(self.server.get("/v1/models/gpt").status, 404)

    def test_errors_have_openais_shape(self):
        for body, status in (({}, 400), ({"model": "starter"}, 400), ({"model": "starter", "input": []}, 400),
                             ({"model": "starter", "input": ""}, 400), ({"model": "starter", "input": [1, 2]}, 415),
                             ({"model": "gpt", "input": "a"}, 404), ({"model": "starter", "input": "a", "dimensions": 3}, 400),
                             ({"model": "starter", "input": [{"type": "input_audio"}]}, 400),
                             ({"model": "starter", "input": [{"type": "input_audio", "input_audio": {"data": "!", "format": "wav"}}]}, 400),
                             ({"model": "starter", "input": [{"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}]}, 422)):
            answer = self.server.post("/v1/embeddings", body)
            self.assertEqual(answer.status, status, answer)
            error = answer.json["error"]
            self.assertEqual(set(error), {"message", "type", "param", "code"})
            self.assertEqual(error["type"], "invalid_request_error")
        self.assertEqual(self.server.get("/v1/nothing").json["error"]["code"], "not_found")
        self.assertEqual(self.server.get("/v1/embeddings").status, 405)


class SubsonicTest(OthersCase):
    def setUp(self):
        super().setUp()
        self.server = self.serve("--user", "anna", "--token", "sesame")
        salt = "c19b2d"
        self.login = {"u": "anna", "t": hashlib.md5(f"sesame{salt}".encode()).hexdigest(), "s": salt, "v": "1.16.1",
                      "c": "test"}

    def rest(self, method, **query):
        """The answer as JSON; every one comes with HTTP 200."""
        answer = self.server.get(f"/rest/{method}", f="json", **{**self.login, **query})
        self.assertEqual(answer.status, 200, answer)
        out = answer.json["subsonic-response"]
        self.assertTrue(out["openSubsonic"])
        self.assertEqual((out["version"], out["type"]), ("1.16.1", "hearken"))
        return out

    def ok(self, method, **query):
        out = self.rest(method, **query)
        self.assertEqual(out["status"], "ok", out)
        return out

    def failed(self, code, method, **query):
        out = self.rest(method, **query)
        self.assertEqual((out["status"], out["error"]["code"]), ("failed", code), out)

    def test_logging_in(self):
        for query in ({}, {"t": None, "s": None, "p": "sesame"}, {"t": None, "s": None, "p": "enc:" + b"sesame".hex()}):
            self.login = {k: v for k, v in {**self.login, **query}.items() if v is not None}
            self.ok("ping")
            self.ok("ping.view")
        form = urllib.parse.urlencode({**self.login, "f": "json"})
        answer = self.server.ask("POST", "/rest/ping.view", body=form,
                                 headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(answer.json["subsonic-response"]["status"], "ok")
        for wrong in ({"p": "wrong"}, {"u": "eve"}, {"p": "enc:00"}, {"t": "0" * 32, "s": "c19b2d"}, {"p": ""}):
            self.failed(40, "ping", **wrong)
        names = {e["name"] for e in self.server.get("/rest/getOpenSubsonicExtensions", f="json").json[
            "subsonic-response"]["openSubsonicExtensions"]}
        self.assertIn("sonicSimilarity", names)

    def test_finding(self):
        everything = self.ok("search3", query="", songCount=100)["searchResult3"]["song"]
        self.assertEqual([s["title"] for s in everything], ["a low", "b lower", "c high", "d noise"])
        self.assertEqual(self.ok("search3", query='""', songCount=2, songOffset=1)["searchResult3"]["song"], everything[1:3])
        found = self.ok("search3", query="a high beep", songCount=2)["searchResult3"]["song"]
        self.assertEqual([s["id"] for s in found], [str(r["id"]) for r in self.find("a high beep", "-k", "2")["results"]])
        song = self.ok("getSong", id=everything[0]["id"])["song"]
        self.assertEqual((song["title"], song["duration"], song["contentType"], song["suffix"], song["isDir"]),
                         ("a low", 1, "audio/wav", "wav", False))
        self.assertNotIn(str(self.music), json.dumps(song))
        self.assertEqual(len(self.ok("getRandomSongs", size=3)["randomSongs"]["song"]), 3)
        self.failed(70, "getSong", id="99")
        self.failed(70, "getSong", id="../../etc/passwd")
        self.failed(10, "getSong")

    def test_alike(self):
        ids = {s["title"]: s["id"] for s in self.ok("search3", query="")["searchResult3"]["song"]}
        similar = self.ok("getSimilarSongs2", id=ids["a low"], count=2)["similarSongs2"]["song"]
        self.assertEqual([s["title"] for s in similar][0], "b lower")
        self.assertEqual(len(similar), 2)
        every = self.ok("getSimilarSongs2", id=ids["a low"])["similarSongs2"]["song"]
        self.assertNotIn("d noise", [s["title"] for s in every])  # which sounds like none of them
        matches = self.ok("getSonicSimilarTracks", id=ids["a low"])["sonicMatch"]
        self.assertEqual([m["entry"]["title"] for m in matches][0], "b lower")
        shares = [m["similarity"] for m in matches]
        self.assertEqual((shares, len(shares)), (sorted(shares, reverse=True), 3))
        path = self.ok("findSonicPath", startSongId=ids["a low"], endSongId=ids["d noise"], count=4)["sonicMatch"]
        titles = [m["entry"]["title"] for m in path]
        self.assertEqual((titles[0], titles[-1], len(set(titles))), ("a low", "d noise", 4))
        self.assertAlmostEqual(path[0]["similarity"], 1, places=3)
        self.failed(70, "getSonicSimilarTracks", id="99")

    def test_streaming(self):
        song = self.ok("search3", query="")["searchResult3"]["song"][2]
        whole = (self.music / "c high.wav").read_bytes()
        self.assertEqual(self.server.get("/rest/stream", id=song["id"], **self.login).body, whole)
        part = self.server.ask("GET", "/rest/stream.view", query={"id": song["id"], **self.login}, headers={"Range": "bytes=4-7"})
        self.assertEqual((part.status, part.body), (206, whole[4:8]))
        self.assertEqual(self.server.get("/rest/stream", id=song["id"]).status, 200)
        self.assertIn(b'code="40"', self.server.get("/rest/stream", id=song["id"]).body)
        self.failed(70, "getCoverArt", id=song["id"])
        (self.music / "cover.jpg").write_bytes(b"\xff\xd8\xff" + b"x" * 50)
        cover = self.server.get("/rest/getCoverArt", id=song["id"], **self.login)
        self.assertEqual((cover.headers["Content-Type"], len(cover.body)), ("image/jpeg", 53))

    def test_playlists(self):
        ids = [s["id"] for s in self.ok("search3", query="")["searchResult3"]["song"]]
        made = self.ok("createPlaylist", name="Töne & <more>", songId=ids[:2])["playlist"]
        self.assertEqual([s["id"] for s in made["entry"]], ids[:2])
        self.ok("updatePlaylist", playlistId=made["id"], name="Tones", songIdToAdd=[ids[3], ids[2]], songIndexToRemove=0)
        self.assertEqual([s["id"] for s in self.ok("getPlaylist", id=made["id"])["playlist"]["entry"]],
                         [ids[1], ids[3], ids[2]])
        self.ok("createPlaylist", playlistId=made["id"], songId=ids[0])
        lists = self.ok("getPlaylists")["playlists"]["playlist"]
        self.assertEqual([(p["name"], p["songCount"], p["owner"]) for p in lists], [("Tones", 1, "anna")])
        self.failed(10, "updatePlaylist", playlistId=made["id"], songIndexToRemove=7)
        self.failed(70, "createPlaylist", name="x", songId="99")
        self.ok("deletePlaylist", id=made["id"])
        self.failed(70, "getPlaylist", id=made["id"])
        self.assertEqual(self.ok("getPlaylists")["playlists"]["playlist"], [])

    def test_the_same_as_xml(self):
        self.ok("createPlaylist", name="Töne & <more> \"x\"")
        answer = self.server.get("/rest/getPlaylists", **self.login)
        self.assertEqual(answer.headers["Content-Type"], "application/xml; charset=utf-8")
        root = xml.fromstring(answer.body)
        name = "{http://subsonic.org/restapi}"
        self.assertEqual((root.tag, root.get("status"), root.get("openSubsonic")), (name + "subsonic-response", "ok", "true"))
        self.assertEqual(root.find(f"{name}playlists/{name}playlist").get("name"), 'Töne & <more> "x"')
        songs = xml.fromstring(self.server.get("/rest/search3", query="", **self.login).body)
        self.assertEqual(len(songs.findall(f"{name}searchResult3/{name}song")), 4)
        failed = xml.fromstring(self.server.get("/rest/ping").body)
        self.assertEqual((failed.get("status"), failed.find(name + "error").get("code")), ("failed", "40"))


if __name__ == "__main__":
    main()
