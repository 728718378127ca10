"""Libraries: indexing, searches, opinions; the same as the command line."""
import pathlib
import shutil
import unittest

import numpy as np

import hearken_audio as hk
from case import SAMPLES, Case


class Libraries(Case):
    def test_index(self):
        report = Case.report
        self.assertEqual(report.indexed, report.found)
        self.assertEqual(report.skipped, [])
        info = self.lib.info()
        self.assertEqual(info.tracks, report.indexed)
        self.assertEqual(info.models[0].name, "starter")
        self.assertEqual(self.program("info")["tracks"], info.tracks)
        again = self.lib.index(SAMPLES)
        self.assertEqual((again.indexed, again.unchanged), (0, report.indexed))

    def test_tracks(self):
        tracks = self.lib.tracks()
        self.assertEqual(len(tracks), self.lib.info().tracks)
        self.assertEqual(self.lib.track(tracks[0].id), tracks[0])
        self.assertEqual(self.lib.track(str(tracks[0].path)), tracks[0])
        self.assertEqual(len(tracks[0].content), 16)
        self.refused("not_found", self.lib.track, "no such file.wav")

    def test_find_is_the_command_lines(self):
        for text in ("dog barking", "calm piano, no drums", "rain"):
            said = self.program("find", text, "-k", 7)
            found = self.lib.find(text, k=7)
            self.assertEqual(found.answer, said["answer"])
            self.assertEqual([(hit.id, str(hit.path), hit.score, hit.likelihood, hit.level, hit.start, hit.end) for hit in found],
                             [(hit["id"], hit["path"], hit["score"], hit["likelihood"], hit["level"], hit["start"], hit["end"])
                              for hit in said["results"]])

    def test_moments(self):
        said = self.program("find", "rain", "--moments")
        self.assertEqual([(hit.id, hit.start, hit.score) for hit in self.lib.moments("rain")],
                         [(hit["id"], hit["start"], hit["score"]) for hit in said["results"]])

    def test_like_is_the_command_lines(self):
        query = SAMPLES / "recording-02.wav"
        said = self.program("like", query, "--text", "but calmer")
        found = self.lib.like(query, text="but calmer")
        self.assertEqual([(hit.id, hit.score, hit.votes) for hit in found],
                         [(hit["id"], hit["score"], hit["votes"]) for hit in said["results"]])
        track = self.lib.track(query)
        self.assertEqual([hit.id for hit in self.lib.like(track.id)], [hit.id for hit in self.lib.like(f"id:{track.id}")])

    def test_match(self):
        query = SAMPLES / "recording-03.mp3"
        best = self.lib.match(query)[0]
        self.assertEqual(best.path.name, query.name)
        self.assertEqual(best.offset, self.program("match", query)["results"][0]["offset"])

    def test_similar(self):
        result = self.lib.similar(k=3)
        self.assertEqual(len(result), 3)
        said = self.program("similar", "--all", "-k", 3)
        self.assertEqual([round(pair.similarity, 6) for pair in result], [pair["similarity"] for pair in said["pairs"]])

    def test_lists(self):
        listed = self.lib.playlist("music", minutes=3)
        self.assertIn(listed.answer, ("none", "doubtful", "clear"))
        ids = [track.id for track in self.lib.tracks()]
        journey = self.lib.journey(ids[0], ids[-1], steps=2)
        self.assertEqual((journey.list.tracks[0].id, journey.list.tracks[-1].id), (ids[0], ids[-1]))
        file = self.folder / "list.m3u8"
        hk.write_playlist(file, journey.list.tracks)
        self.assertEqual(self.lib.tracks_of_playlist(file).ids, [track.id for track in journey.list])
        self.assertNotIn(ids[0], [track.id for track in self.lib.radio(ids[0], k=3)])

    def test_opinions(self):
        copy = self.folder / "opinions.db"
        shutil.copy(self.path, copy)
        lib = hk.Library(copy)
        first = lib.tracks()[0].id
        lib.rate(first, up=True, query="rain")
        self.assertEqual([(r.track, r.query, r.up) for r in lib.ratings()], [(first, "rain", True)])
        self.assertEqual(lib.find("rain").ratings, 1)
        self.assertEqual(lib.forget_ratings(first), 1)
        lib.set_tags(first, add=["mine"])
        self.assertEqual([tag.label for tag in lib.tags(first)], ["mine"])
        self.assertEqual([hit.id for hit in lib.find("rain", where="tag = 'mine'")], [first])
        self.assertGreater(len(lib.tag("esc50").rows()), 0)

    def test_exchange(self):
        rows, catalogue = self.lib.vectors(by="window")
        self.assertEqual(rows.dtype, np.float32)
        self.assertEqual(rows.shape, (len(catalogue), self.lib.model.dimension))
        folder, other = self.folder / "export", self.folder / "other.db"
        self.lib.export(folder)
        taken = hk.Library(other)
        self.assertEqual(taken.import_vectors(folder, check_model=True).imported, self.lib.info().tracks)
        self.assertEqual([hit.score for hit in taken.find("rain")], [hit.score for hit in self.lib.find("rain")])
        self.assertEqual(hk.read_manifest(folder).origin.model, "starter")

    def test_pictures(self):
        points = self.lib.map(by="folder")
        self.assertEqual(len(points), self.lib.info().tracks)
        self.assertTrue(hk.map_svg(points).startswith("<svg"))
        self.assertEqual(hk.map_png(points)[:4], b"\x89PNG")
        groups = self.lib.cluster(3, names=["music", "birds", "engine"])
        self.assertEqual(sum(len(group.members) for group in groups), self.lib.info().tracks)

    def test_upkeep(self):
        self.assertEqual(self.lib.check().damaged, [])
        self.assertGreater(self.lib.dedupe().tracks, 0)

    def test_refusals(self):
        absent = hk.Library(self.folder / "absent.db")
        self.refused("not_found", absent.find, "rain")
        self.assertFalse((self.folder / "absent.db").exists())
        self.refused("invalid_argument", self.lib.find, " ")
        said = self.refused("invalid_argument", self.lib.find, "rain", where="tempo <")
        self.assertIn("at 8", said)
        with self.assertRaisesRegex(TypeError, "no setting is called 'kk'; there are .*where"):
            self.lib.find("rain", kk=3)
        with self.assertRaisesRegex(ValueError, "'worst' is none of 'mean', 'best'"):
            self.lib.find("rain", rank="worst")
        broken = self.folder / "broken.db"
        broken.write_bytes(b"no database" * 100)
        self.refused("corrupt", hk.Library(broken).info)
        self.refused("not_found", self.lib.like, self.folder / "absent.wav")

    def test_a_library_that_was_replaced(self):
        path = self.folder / "replaced.db"
        shutil.copy(self.path, path)
        lib = hk.Library(path)
        self.assertGreater(lib.info().tracks, 0)
        path.unlink()
        self.refused("not_found", lib.info)


class Rows(Case):
    def test_table(self):
        found = self.lib.find("rain", k=3)
        self.assertEqual(len(found.rows()), 3)
        self.assertEqual(found.rows()[0]["path"], found[0].path)
        page = found._repr_html_()
        self.assertEqual(page.count("<audio"), 3)
        self.assertEqual(page.count("<svg"), 3)
        self.assertIn(found[0].path.name, page)

    def test_pandas(self):
        try:
            import pandas  # noqa: F401
        except ImportError:
            self.skipTest("no pandas here")
        frame = self.lib.like(SAMPLES / "recording-02.wav", where="duration < 9000").to_pandas()
        self.assertEqual(frame["score"].iloc[0], max(frame["score"]))
        self.assertIsInstance(frame["path"].iloc[0], str)


if __name__ == "__main__":
    unittest.main()
