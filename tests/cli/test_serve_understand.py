"""hearken serve: what sounds are, as the commands of the same names say it."""
from harness import SAMPLES, main
from serve_case import ServeCase


class UnderstandTest(ServeCase):
    def prepare(self):
        for name in ("recording-01.ogg", "recording-02.wav", "recording-03.mp3"):
            (self.music / name).write_bytes((SAMPLES / name).read_bytes())
        self.index(self.music)

    def setUp(self):
        super().setUp()
        self.server = self.serve()
        tracks = self.good(self.server, "GET", "/api/v1/tracks")["tracks"]
        self.ids = {t["path"]: t["id"] for t in tracks}

    def post(self, path, body, status=200):
        return self.good(self.server, "POST", path, body, status)

    def refused(self, path, body, status, *words):
        problem = self.bad(self.server, "POST", path, status, body=body)
        for word in words:
            self.assertIn(word, problem["detail"])

    def upload(self, path):
        return self.check("POST", "/api/v1/uploads", self.server.send_sound("/api/v1/uploads", path), 201)["id"]

    def test_sets(self):
        sets = {s["name"]: s for s in self.good(self.server, "GET", "/api/v1/labels")["sets"]}
        self.assertEqual(sets["esc50"]["labels"], 50)
        self.assertEqual(sets["audioset"]["labels"], 527)
        self.assertTrue(all("{}" in t for s in sets.values() for t in s["templates"]))

    def test_classify_agrees_with_the_command(self):
        ids = sorted(self.ids.values())
        upload = self.upload(SAMPLES / "recording-01.ogg")
        for how, words in (({"set": "esc10", "none": True}, ("--labels", "esc10", "--none")),
                           ({"labels": ["dog barking", "rain"]}, ("--labels", "dog barking,rain"))):
            told = self.hearken("classify", "--json", *(f"id:{i}" for i in ids), *words).json["results"]
            got = self.post("/api/v1/classify", {"tracks": ids, "uploads": [upload], "k": 1000, **how})["results"]
            self.assertEqual([g["track"]["id"] for g in got[:-1]], ids)
            self.assertEqual(got[-1]["upload"], upload)
            self.assertEqual(got[-1]["answer"], got[ids.index(self.ids["recording-01.ogg"])]["answer"])
            for one, command in zip(got, told):
                self.assertEqual(one["answer"], command["answer"])
                self.assertEqual(one.get("none"), command.get("none"))
                self.assertEqual([(s["label"], s["score"]) for s in one["labels"]],
                                 [(s["label"], s["score"]) for s in command["scores"]])

    def test_classify_refuses(self):
        track = self.ids["recording-01.ogg"]
        self.refused("/api/v1/classify", {"tracks": [track]}, 400, "labels")
        self.refused("/api/v1/classify", {"tracks": [track], "set": "esc10", "labels": ["rain"]}, 400, "labels")
        self.refused("/api/v1/classify", {"tracks": [track], "set": "esc11"}, 404, "esc11")
        self.refused("/api/v1/classify", {"tracks": [track], "labels": ["rain", "rain"]}, 400, "rain")
        self.refused("/api/v1/classify", {"tracks": [track], "labels": ["rain"], "templates": ["rain"]}, 400, "{}")
        self.refused("/api/v1/classify", {"labels": ["rain"]}, 400, "tracks")
        skipped = self.post("/api/v1/classify", {"tracks": [track, 999], "labels": ["rain"]})["skipped"]
        self.assertEqual([(s["track"], s["code"]) for s in skipped], [(999, "not_found")])

    def test_events_agree_with_the_command(self):
        name = "recording-02.wav"
        told = self.hearken("events", "--json", self.music / name, "--labels", "esc10").json["results"][0]
        for sound in ({"track": self.ids[name]}, {"upload": self.upload(SAMPLES / name)}):
            got = self.post("/api/v1/events", {**sound, "set": "esc10"})
            self.assertEqual([(e["label"], e["start"], e["end"], e["score"], e["level"]) for e in got["events"]],
                             [(e["text"], e["start"], e["end"], e["score"], e["level"]) for e in told["events"]])
            self.assertAlmostEqual(got["end"], told["duration"], 3)
        part = self.post("/api/v1/events", {"track": self.ids[name], "labels": ["rain"], "start": 1, "duration": 2})
        self.assertEqual((part["start"], part["end"]), (1, 3))
        for event in part["events"]:
            self.assertTrue(1 <= event["start"] < event["end"] <= 3)
        self.refused("/api/v1/events", {"track": 999, "labels": ["rain"]}, 404)
        self.refused("/api/v1/events", {"labels": ["rain"]}, 400, "track")
        self.refused("/api/v1/events", {"track": 1, "labels": ["rain"], "duration": 901}, 400, "duration")


if __name__ == "__main__":
    main()
