"""compare: two models on a folder of sounds, and two files of vectors."""
import json
import re

from harness import SOURCE, Case, main, noise, tone, write_npy


class CompareTest(Case):
    def compare(self, *arguments, status=0):
        return self.valid("compare", self.hearken("compare", *arguments, "--json", status=status))

    def test_two_models(self):
        for kind, make in (("beep", lambda path, i: tone(path, 800 + 40 * i, 2)),
                           ("white_noise", lambda path, i: noise(path, seconds=2 + i))):
            (self.music / kind).mkdir()
            for i in range(3):
                make(self.music / kind / f"{i}.wav", i)
        broken = self.music / "beep" / "broken.wav"
        broken.write_bytes(b"RIFF")
        toy = SOURCE / "tests/golden/clap/fused"
        toy = toy if toy.is_dir() else next(p for p in sorted((SOURCE / "tests/golden/clap").iterdir()) if p.is_dir())
        page = self.dir / "report.html"
        report = self.compare("starter@fp32", toy, "--data", self.music, "-o", page, status=3)
        self.assertEqual(report["labels"], ["beep", "white_noise"])
        self.assertEqual((report["layout"], len(report["clips"]), len(report["skipped"])), ("folder", 6, 1))
        starter, other = report["models"]
        self.assertEqual((starter["model"], starter["precision"]), ("starter", "fp32"))
        self.assertEqual(starter["zero_shot"]["accuracy"]["value"], 1)
        self.assertEqual(starter["retrieval"]["map10"]["value"], 1)
        self.assertEqual(report["one_plane"], starter["dimension"] == other["dimension"])
        self.assertEqual((len(starter["points"]), len(starter["texts"])), (6, 2))
        self.assertEqual((starter["prediction"]["n"], starter["prediction"]["rho"]), (2, None))
        text = page.read_text()
        carried = json.loads(re.search(r'type="application/json">(.*?)</script>', text, re.S).group(1))
        self.assertEqual([len(p["x"]) for p in carried["plots"]], [8, 8])
        self.assertEqual([m["predicts"]["rho"] for m in carried["comparison"]["models"]], [None, None])
        broken.unlink()
        table = self.hearken("compare", "starter@fp32", "starter@bf16", "--data", self.music)
        self.assertIn("zero-shot accuracy", table.out)
        self.one_line(table.err, "too few to tell")

    def test_two_files_of_vectors(self):
        a = [[i % 2 * 3 + i * .01, i * .02, 1] for i in range(10)]
        b = [[i * .1, i % 2 * .1, i % 3] for i in range(10)]
        one, two, labels = write_npy(self.dir / "a.npy", a), write_npy(self.dir / "b.npy", b), self.dir / "y.csv"
        labels.write_text("label\n" + "x\ny\n" * 5)
        report = self.compare("--vectors", one, "--vectors", two, "--labels", labels, "-o", self.dir / "r.html")
        self.assertGreater(report["models"][0]["plane"]["silhouette"], report["models"][1]["plane"]["silhouette"])
        self.assertNotIn("zero_shot", report["models"][0])
        labels.write_text("label\nx\n")
        self.one_line(self.hearken("compare", "--vectors", one, "--vectors", two, "--labels", labels, status=1).err,
                      "y.csv")

    def test_wrong_usage(self):
        for arguments in (("starter",), ("starter", "starter"), ("--vectors", "a.npy"),
                          ("starter", "starter", "--data", ".", "-o", "r.pdf")):
            self.assertTrue(self.hearken("compare", *arguments, status=2).err)
        self.one_line(self.hearken("compare", "starter", "nosuch", "--data", self.music, status=1).err, "nosuch")


if __name__ == "__main__":
    main()
