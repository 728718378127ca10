"""caption: sentences that fit the samples, silence where nothing is sure, nearest captions, the library's tracks."""
from harness import SAMPLES, Case, main, tone

SURE = {"recording-01.ogg": "A dog barks.", "recording-02.wav": "Someone sneezes.",
        "recording-09.wav": "A chainsaw runs.", "recording-12.flac": "A crow caws."}


class CaptionTest(Case):
    def caption(self, *arguments, status=0):
        return self.valid("caption", self.hearken("caption", *arguments, "--json", status=status))

    def test_sentences(self):
        (self.music / "empty.wav").write_bytes(b"")
        report = self.caption(*[SAMPLES / name for name in SURE], SAMPLES / "music" / "John Michel - Ave Maria.opus",
                              tone(self.music / "faint.wav", 20, 2), self.music / "empty.wav", status=3)
        by_name = {r["path"].rsplit("/", 1)[1]: r for r in report["results"]}
        self.assertEqual({name: by_name[name]["caption"] for name in SURE}, SURE)
        for name in SURE:
            self.assertNotEqual(by_name[name]["level"], "LOW")
            self.assertEqual([part["kind"] for part in by_name[name]["parts"]][0], "event")
        music = by_name["John Michel - Ave Maria.opus"]
        self.assertRegex(music["caption"], r"music with cello")
        self.assertEqual(music["title"], "Ave Maria")
        for result in report["results"]:
            self.assertEqual(bool(result["parts"]), result["caption"] != "Nothing recognised with confidence.")
            self.assertEqual(result["level"] == "LOW", not result["parts"])
        self.assertEqual([s["path"] for s in report["skipped"]], [str(self.music / "empty.wav")])

    def test_library_and_nearest(self):
        (self.music / "dog.ogg").write_bytes((SAMPLES / "recording-01.ogg").read_bytes())
        self.index(self.music)
        candidates = self.dir / "captions.csv"
        candidates.write_text('file,caption\na,"A dog barks, loudly, in a yard"\nb,"Calm piano"\nc,"Calm piano"\n')
        result, = self.caption("--all", "--captions", candidates)["results"]
        self.assertEqual((result["id"], result["caption"]), (1, "A dog barks."))
        self.assertEqual([n["caption"] for n in result["nearest"]], ["A dog barks, loudly, in a yard"])
        shown = self.hearken("caption", "id:1", "--captions", candidates)
        self.one_line(shown.out, "MODERATE", "A dog barks.")
        self.one_line(shown.out, "near:", "in a yard")
        self.one_line(shown.err, "1 caption", "starter")
        for content, reason in (('text\nrain\n', "caption"), ('caption\n"rain\n', "line 2"), ("caption\n", "no captions")):
            candidates.write_text(content)
            self.one_line(self.hearken("caption", "id:1", "--captions", candidates, status=1).err, "captions.csv", reason)

    def test_wrong_usage(self):
        for arguments in ([], ["--all", SAMPLES / "recording-01.ogg"], ["--captions", ""]):
            result = self.hearken("caption", *arguments, status=2)
            self.assertEqual(result.out, "")


if __name__ == "__main__":
    main()
