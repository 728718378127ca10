"""map: points and figures of a library and of files, its drawings, and what it does with bad inputs."""
import json
import re
import xml.etree.ElementTree

from harness import SAMPLES, Case, main, write_npy


class MapTest(Case):
    def map(self, *arguments, status=0):
        return self.valid("map", self.hearken("map", *arguments, "--json", status=status))

    def test_of_a_library(self):
        for kind in ("music", ""):
            for path in [p for p in sorted((SAMPLES / kind).iterdir()) if p.suffix in (".mp3", ".ogg")][:4]:
                (self.music / (kind or "sounds")).mkdir(exist_ok=True)
                (self.music / (kind or "sounds") / path.name).symlink_to(path)
        self.index(self.music)
        report = self.map()
        self.assertEqual((report["of"], report["by"], report["model"]), ("tracks", "dir", "starter"))
        self.assertEqual({c["name"] for c in report["classes"]}, {"music", "sounds"})
        self.assertEqual(len(report["points"]), 8)
        self.assertGreater(report["space"]["nearest_centroid"], 0.9)
        self.assertGreater(sum(report["shares"]), 0.3)
        windows = self.map("--windows", "--by", "artist", "--where", "path ~ 'music'")
        self.assertEqual(windows["of"], "windows")
        self.assertGreaterEqual(len(windows["points"]), 4)
        for ending in ("html", "svg", "png"):
            one, two = self.dir / f"1.{ending}", self.dir / f"2.{ending}"
            self.hearken("map", "-o", one, "--threads", "1")
            self.hearken("map", "-o", two, "--threads", "3")
            self.assertEqual(one.read_bytes(), two.read_bytes())
        drawing = xml.etree.ElementTree.parse(self.dir / "1.svg")
        self.assertEqual(len(drawing.findall(".//{*}g/{*}path/{*}title")), 8)
        page = (self.dir / "1.html").read_text()
        self.assertNotIn("src=", page)
        self.assertIn("default-src 'none'", page)
        points = json.loads(re.search(r'type="application/json">(.*?)</script>', page, re.S).group(1))["plots"][0]
        self.assertEqual(len(points["x"]), 8)
        self.one_line(self.hearken("map", "--where", "id = 99", status=1).err, "no track to draw")
        self.one_line(self.hearken("map", "--where", "id =", status=2).err, "--where")
        table = self.hearken("map")
        self.assertIn("music", table.out)
        self.one_line(table.err, "8 tracks")

    def test_of_vectors(self):
        vectors = write_npy(self.dir / "x.npy", [[1, 0, 0], [1, .1, 0], [0, 0, 5], [0, .1, 5], [9, 9, 9]])
        labels = self.dir / "y.csv"
        labels.write_text('name,label\n"a\nb",low\n<i>,low\nc,"hi, gh"\nd,"hi, gh"\ne,\n')
        report = self.map("--vectors", vectors, "--labels", labels)
        self.assertEqual([c["name"] for c in report["classes"]], ["hi, gh", "low"])
        self.assertEqual([p["class"] for p in report["points"]], ["low", "low", "hi, gh", "hi, gh", None])
        self.assertEqual(report["points"][0]["title"], "a\nb")
        self.assertGreater(report["plane"]["silhouette"], 0.9)
        self.assertIsNone(self.map("--vectors", vectors)["by"])
        self.hearken("map", "--vectors", vectors, "--labels", labels, "-o", self.dir / "m.svg")
        xml.etree.ElementTree.parse(self.dir / "m.svg")
        for text, *parts in (("label\na\n", "y.csv", "ends after 1 rows"), ("label\n" + "a\n" * 7, "y.csv", "line 7"),
                             ("kind\n" + "a\n" * 5, "label", "kind"), ('label\n"a\n', "y.csv", "line 2"),
                             ("label,label\n", "label")):
            labels.write_text(text)
            self.one_line(self.hearken("map", "--vectors", vectors, "--labels", labels, status=1).err, *parts)
        labels.write_bytes("label\nä\n".encode("latin-1"))
        self.one_line(self.hearken("map", "--vectors", vectors, "--labels", labels, status=1).err, "line 2")
        vectors.write_bytes(vectors.read_bytes()[:-1])
        self.one_line(self.hearken("map", "--vectors", vectors, status=1).err, "x.npy")
        self.one_line(self.hearken("map", "-o", "x.gif", status=2).err, "x.gif", ".svg")
        self.one_line(self.hearken("map", "--labels", labels, status=2).err, "--vectors")


if __name__ == "__main__":
    main()
