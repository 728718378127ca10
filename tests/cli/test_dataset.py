"""eval dataset: what is said of a dataset without listening to it, FMA's look-ups, and lists that are wrong."""
from harness import Case, main

HEADER = (",artist,set,set,track,track,track,track\n,name,split,subset,genre_top,genres,tags,title\ntrack_id,,,,,,,\n")


class DatasetTest(Case):
    def fma(self):
        folder = self.music / "fma_metadata"
        folder.mkdir()
        (folder / "tracks.csv").write_text(
            HEADER + '2,AWOL,training,small,Hip-Hop,"[21]","[\'a b\', \'it\\\'s\']",Food\n'
            '5,"Two\nLines",test,small,Rock,[1],[],"Say ""yes"""\n10,awol,validation,small,Rock,[1],[],FOOD\n', encoding="utf-8")
        (folder / "genres.csv").write_text("genre_id,#tracks,parent,title,top_level\n21,9,20,Rap,20\n20,9,0,Hip-Hop,20\n1,9,0,Rock,1\n")
        for track in (2, 5):
            path = self.music / f"fma_small/000/{track:06}.mp3"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

    def test_fma(self):
        self.fma()
        result = self.hearken("eval", "dataset", "--data", self.music, "--json", status=3)
        report = self.valid("eval_dataset", result)
        self.assertEqual((report["layout"], report["clips"], report["tracks"], report["genres"]), ("fma", 2, 3, 3))
        self.assertEqual(report["folds"], {"training": 1, "test": 1})
        self.assertEqual(report["duplicates"], [{"title": "Food", "artist": "AWOL", "ids": [2, 10]}])
        self.one_line(result.err, "000010.mp3", "not there")
        found = self.valid("eval_dataset", self.hearken("eval", "dataset", "--data", self.music, "--look-up", "food||Awol", "--json"))
        self.assertEqual([track["id"] for track in found["tracks"]], [2, 10])
        self.assertEqual(found["tracks"][0]["genres"], [["Hip-Hop", "Rap"]])
        self.assertEqual(found["tracks"][0]["tags"], ["a b", "it's"])
        plain = self.hearken("eval", "dataset", "--data", self.music, "--look-up", "food||Awol").out
        self.one_line(plain, "Hip-Hop > Rap", "000/000002.mp3")
        self.assertIn("no track", self.hearken("eval", "dataset", "--data", self.music, "--look-up", "x||y").out)

    def test_wrong_lists_are_named_with_their_line(self):
        self.fma()
        tracks = self.music / "fma_metadata" / "tracks.csv"
        good = tracks.read_bytes()
        for reason, data in (("line 8: track_id 2 stands in line 4 already", good + b"2,A,,,,[],[],T\n"),
                             ("line 1, byte 1: UTF-16", "\ufeff".encode("utf-16-le") + good.decode().encode("utf-16-le")),
                             ("line 4, byte 3: not UTF-8", good.replace(b"AWOL", b"\xc4WOL", 1)),
                             ("line 2: no column 'genre_top' in 'track'", good.replace(b"genre_top", b"genre", 1)),
                             ("line 4: a quotation mark inside a field", good.replace(b"AWOL", b'A"WOL', 1)),
                             ("line 7: a quoted field begins here and never ends", good.replace(b"FOOD", b'"FOOD', 1))):
            tracks.write_bytes(data)
            error = self.hearken("eval", "dataset", "--data", self.music, status=1).err
            self.one_line(error, "tracks.csv", reason)


main()
