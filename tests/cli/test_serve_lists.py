"""hearken serve: lists of tracks to listen to and duplicates, as the commands of the same names make them; natural order."""
from harness import SAMPLES, main
from serve_case import ServeCase


class ListsTest(ServeCase):
    def prepare(self):
        for number, name in enumerate(sorted((SAMPLES / "music").iterdir()), 1):
            (self.music / f"track {number}{name.suffix}").write_bytes(name.read_bytes())
        again = next(self.music.glob("track 1.*"))
        (self.music / f"copy of {again.name}").write_bytes(again.read_bytes())
        self.index(self.music)

    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.tracks = self.good(self.server, "GET", "/api/v1/tracks?sort=path")["tracks"]

    def ask(self, path, **query):
        return self.good(self.server, "GET", path, query=query)

    def commanded(self, *words):
        return self.hearken(*words, "--json").json

    def ids(self, answer):
        return [one["track"]["id"] for one in answer["tracks"]]

    def test_paths_and_titles_are_sorted_as_people_sort(self):
        names = [t["path"].rsplit(".", 1)[0] for t in self.tracks]
        self.assertEqual(names, ["copy of track 1", *(f"track {n}" for n in range(1, 19))])
        turned = self.ask("/api/v1/tracks", sort="path", order="desc", limit=3, offset=1)
        self.assertEqual([t["path"].rsplit(".", 1)[0] for t in turned["tracks"]], ["track 17", "track 16", "track 15"])

    def test_tracks_by_what_was_measured(self):
        for sort in ("tempo", "loudness", "key"):
            for order in ("asc", "desc"):
                listed = [t["features"][sort] for t in self.ask("/api/v1/tracks", sort=sort, order=order)["tracks"]]
                known = [value for value in listed if value is not None]
                self.assertGreater(len(known), 5)
                self.assertEqual(listed[:len(known)], sorted(known, reverse=order == "desc"))

    def test_by_words(self):
        answer = self.ask("/api/v1/lists/words", q="calm cello, no drums", minutes=1)
        told = self.commanded("playlist", "calm cello, no drums", "--minutes", "1")
        self.assertEqual(self.ids(answer), [t["id"] for t in told["tracks"]])
        self.assertEqual((answer["answer"], answer["without"], answer["shorter"]), (told["answer"], ["drums"], False))
        self.assertEqual(self.ids(self.ask("/api/v1/lists/words", q="a lawn mower")), [])
        for query in ({"q": "no drums"}, {"q": "calm", "minutes": 0}, {"q": "calm", "where": "id <="}, {"minutes": 5}):
            self.bad(self.server, "GET", "/api/v1/lists/words", 400, query=query)

    def test_journey(self):
        first, last = self.tracks[4]["id"], self.tracks[8]["id"]
        answer = self.ask("/api/v1/lists/journey", **{"from": first, "to": last, "steps": 3})
        told = self.commanded("journey", f"id:{first}", f"id:{last}", "--steps", "3")
        self.assertEqual(self.ids(answer), [t["id"] for t in told["tracks"]])
        self.assertEqual((self.ids(answer)[0], self.ids(answer)[-1], answer["tracks"][-1]["score"]), (first, last, 1))
        for query, status in (({"from": first}, 400), ({"from": first, "to": first}, 400), ({"from": first, "to": 999}, 404)):
            self.bad(self.server, "GET", "/api/v1/lists/journey", status, query=query)

    def test_radio(self):
        seeds = [self.tracks[3]["id"], self.tracks[5]["id"]]
        answer = self.ask("/api/v1/lists/radio", track=seeds, minutes=1)
        told = self.commanded("radio", *(f"id:{one}" for one in seeds), "--minutes", "1")
        self.assertEqual(self.ids(answer), [t["id"] for t in told["tracks"]])
        self.assertFalse(set(self.ids(answer)) & set(seeds))
        for query, status in (({}, 400), ({"track": [999]}, 404), ({"track": seeds, "minutes": "x"}, 400)):
            self.bad(self.server, "GET", "/api/v1/lists/radio", status, query=query)

    def test_duplicates(self):
        answer = self.ask("/api/v1/duplicates")
        groups = [[(one["track"]["path"].rsplit(".", 1)[0], one["likeness"]) for one in group] for group in answer["groups"]]
        self.assertIn({"track 1", "copy of track 1"}, [{name for name, _ in group} for group in groups])
        group = next(g for g in groups if ("track 1", "best") in g or ("copy of track 1", "best") in g)
        self.assertEqual(sorted(likeness for _, likeness in group), ["best", "identical"])
        self.assertEqual(answer["tracks"], 19)

    def test_a_track_without_a_picture(self):
        path = f"/api/v1/tracks/{self.tracks[-1]['id']}/cover"
        self.assertEqual(self.server.get(path, if_any="true").status, 204)
        self.bad(self.server, "GET", path, 404)


if __name__ == "__main__":
    main()
