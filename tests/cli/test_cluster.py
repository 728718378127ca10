"""cluster: groups of a library, named; groups of vectors beside their labels."""
import math

from harness import SAMPLES, Case, main, write_npy


class ClusterTest(Case):
    def cluster(self, *arguments, status=0):
        return self.valid("cluster", self.hearken("cluster", *arguments, "--json", status=status))

    def test_of_a_library(self):
        for kind in ("music", ""):
            sounds = [p for p in sorted((SAMPLES / kind).iterdir()) if p.suffix in (".mp3", ".ogg")]
            for path in sounds[:5]:
                (self.music / path.name).symlink_to(path)
        self.index(self.music)
        report = self.cluster("-k", "2")
        self.assertEqual((report["k"], report["items"], report["tried"]), (2, 10, []))
        music = {p.name for p in (SAMPLES / "music").iterdir()}
        groups = [[m["path"].rsplit("/", 1)[1] in music for m in c["members"]] for c in report["clusters"]]
        self.assertEqual(sorted(all(g) for g in groups), [False, True], "no recording is among the music")
        self.assertEqual(sum(g.count(False) for g in groups if not all(g)), 5)
        for cluster in report["clusters"]:
            self.assertTrue(cluster["names"])
            similarities = [m["similarity"] for m in cluster["members"]]
            self.assertEqual(similarities, sorted(similarities, reverse=True))
        self.assertEqual(self.cluster("-k", "2", "--threads", "1", "--name-from", "gtzan")["clusters"],
                         self.cluster("-k", "2", "--threads", "2", "--name-from", "gtzan")["clusters"])
        labels = self.dir / "labels.txt"
        labels.write_text("a tune: music\na noise: noise | sound effect\n")
        own = self.cluster("-k", "2", "--name-from", labels)
        names = {n["label"] for c in own["clusters"] for n in c["names"]}
        self.assertEqual(names, {"a tune", "a noise"})
        free = self.cluster("--name-from", "none")
        self.assertEqual([t["k"] for t in free["tried"]], [2, 3])
        self.assertEqual(free["clusters"][0]["names"], [])
        self.assertIn("tracks, silhouette", self.hearken("cluster", "-k", "2", "--name-from", "none").out)
        self.one_line(self.hearken("cluster", "--name-from", "nosuch", status=1).err, "nosuch", "audioset")
        self.one_line(self.hearken("cluster", "-k", "11", status=2).err, "11 clusters")

    def test_of_vectors(self):
        rows = [[math.cos(a + i * .01), math.sin(a + i * .01), 0] for i in range(12) for a in (0, 2, 4)]
        vectors, labels = write_npy(self.dir / "x.npy", rows), self.dir / "y.csv"
        labels.write_text("label\n" + "a\nb\nc\n" * 12)
        report = self.cluster("--vectors", vectors, "--labels", labels)
        self.assertEqual((report["of"], report["k"]), ("vectors", 3))
        self.assertAlmostEqual(report["agreement"]["adjusted_rand"], 1)
        self.assertEqual({len({m["label"] for m in c["members"]}) for c in report["clusters"]}, {1})
        self.assertNotIn("agreement", self.cluster("--vectors", vectors))
        self.one_line(self.hearken("cluster", "--vectors", vectors, "--labels", labels).err, "Rand index 1.000")
        labels.write_text("label\na\n")
        self.one_line(self.hearken("cluster", "--vectors", vectors, "--labels", labels, status=1).err, "y.csv")


if __name__ == "__main__":
    main()
