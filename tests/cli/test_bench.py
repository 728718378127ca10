"""bench model: what it prints; and that the instruction sets a process may use are kept by HEARKEN_ISA."""
import math

from harness import SOURCE, Case, main, noise, read_npy

TOY = SOURCE / "tests/golden/clap/unfused"


def cosine(a, b):
    return sum(x * y for x, y in zip(a, b)) / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))


class BenchTest(Case):
    def test_json(self):
        for precision in ("fp32", "auto"):
            done = self.hearken("bench", "model", "--model", TOY, "--precision", precision, "--windows", 2, "--threads", 2,
                                "--json")
            report = self.valid("bench_model", done)
            self.assertEqual((report["threads"], report["windows"]), (2, 2))
            self.assertAlmostEqual(report["ratio_to_products"], report["window_ms"]["median"] / report["products_ms"])
            self.assertLessEqual(report["window_ms"]["min"], report["window_ms"]["median"])

    def test_words(self):
        out = self.hearken("bench", "model", "--model", "starter", "--threads", 1).out
        for words in ("starter at ", "1 thread, 1 window at once", "its matrix products alone", "a short text"):
            self.assertIn(words, out)

    def test_wrong_use(self):
        self.one_line(self.hearken("bench", "model", "--windows", 0, status=2).err, "--windows", "0")
        self.hearken("bench", status=2)


class SearchTest(Case):
    def test_json(self):
        for windows, queries in ((1, 1), (5000, 1), (5000, 7)):
            report = self.valid("bench_search", self.hearken("bench", "search", "--windows", windows, "--queries", queries,
                                                             "--threads", 2, "--json"))
            self.assertEqual((report["windows"], report["queries"], report["threads"]), (windows, queries, 2))
            self.assertEqual(report["recall_at_10"], 1)
            self.assertEqual("product_ms" in report, queries > 1)
            self.assertLessEqual(report["query_ms"]["min"], report["query_ms"]["median"])

    def test_words(self):
        out = self.hearken("bench", "search", "--windows", 1000, "--queries", 3, "--threads", 1).out
        for words in ("1000 windows", "3 queries at once, 1 thread", "reading the codes once", "int8 product alone"):
            self.assertIn(words, out)

    def test_wrong_use(self):
        self.one_line(self.hearken("bench", "search", "--windows", 0, status=2).err, "--windows", "0")
        self.one_line(self.hearken("bench", "search", "--queries", "x", status=2).err, "--queries", "x")


class IsaTest(Case):
    """The whole way at each cap that this CPU reaches; what is beyond it is what the CPU has."""

    def embed(self, isa, *options, status=0):
        if isa: self.env["HEARKEN_ISA"] = isa
        done = self.hearken("embed", *self.inputs, "--model", TOY, "--out", "v.npy", *options, status=status)
        return read_npy(self.cwd / "v.npy")[1] if status == 0 else done

    def setUp(self):
        super().setUp()
        self.inputs = ["--audio", noise(self.music / "a.wav", seconds=11)]

    def test_caps_give_the_same_vectors_but_for_rounding(self):
        [native] = self.embed("", "--precision", "fp32")
        for isa in ("native", "avx512_bf16", "avx512_vnni", "avx512", "avx2", "baseline"):
            [vector] = self.embed(isa, "--precision", "fp32")
            self.assertGreater(cosine(native, vector), 1 - 1e-6, isa)
            self.assertEqual(self.embed(isa, "--precision", "fp32")[0], vector, isa)
        self.assertEqual(self.embed("native", "--precision", "fp32")[0], native)

    def test_what_the_cap_takes_away_is_refused(self):
        self.one_line(self.embed("avx2", "--precision", "int8", status=1).err, "precision int8", "CPU")
        self.embed("avx2", "--precision", "auto")  # fp32 then

    def test_bf16_is_everywhere(self):
        [native], [capped] = (self.embed(isa, "--precision", "bf16") for isa in ("native", "avx2"))
        self.assertGreater(cosine(native, capped), 0.9999)

    def test_a_wrong_name(self):
        self.one_line(self.embed("sse9", status=2).err, "HEARKEN_ISA", "sse9", "avx2")


if __name__ == "__main__":
    main()
