"""embed: the array it writes, what a bad input leaves in it, and that its bits depend on the sound alone."""
import math
import subprocess

from harness import PROGRAM, SAMPLES, Case, main, noise, read_npy, tone


def length(row):
    return math.sqrt(sum(x * x for x in row))


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


class EmbedTest(Case):
    def setUp(self):
        super().setUp()
        self.sounds = [tone(self.music / "a.wav", 220), noise(self.music / "b.wav", seconds=12),
                       tone(self.music / "c.wav", 990, 3), sorted(SAMPLES.glob("*.mp3"))[0]]

    def embed(self, *arguments, status=0, out="out.npy"):
        self.embedded = self.hearken("embed", *arguments, "--out", out, status=status)
        return read_npy(self.cwd / out)

    def audio(self, *sounds, options=(), status=0):
        return self.embed(*(a for sound in sounds for a in ("--audio", sound)), *options, status=status)

    def test_sounds(self):
        (rows, width), vectors = self.audio(*self.sounds)
        self.assertEqual((rows, width), (4, 512))
        for row in vectors:
            self.assertAlmostEqual(length(row), 1.0, delta=1e-5)
        self.assertLess(dot(vectors[0], vectors[1]), 0.999)

    def test_one_option_many_files(self):
        self.assertEqual(self.embed("--audio", *self.sounds), self.audio(*self.sounds))

    def test_texts(self):
        (rows, width), vectors = self.embed("--text", "white noise", "--text", "a, b", "--text", "🎵 " * 3000)
        self.assertEqual((rows, width), (3, 512))
        for row in vectors:
            self.assertAlmostEqual(length(row), 1.0, delta=1e-5)
        [alone] = self.embed("--text", "a, b")[1]
        self.assertEqual(alone, vectors[1])

    def test_brackets_are_not_a_list(self):
        self.assertEqual(self.embed("--text", "[rain, wind]", "--text", "rain")[0], (2, 512))
        renamed = self.sounds[0].rename(self.sounds[0].with_name("[a, b]"))
        self.assertEqual(self.embed("--audio", renamed)[0], (1, 512))

    def test_text_meets_sound(self):
        _, sounds = self.audio(self.sounds[0], self.sounds[1])
        [white], [beep] = self.embed("--text", "white noise")[1], self.embed("--text", "a beep")[1]
        self.assertGreater(dot(white, sounds[1]) - dot(white, sounds[0]), dot(beep, sounds[1]) - dot(beep, sounds[0]))

    def test_windows(self):
        shape, vectors = self.audio(*self.sounds[:2], options=["--windows"])
        self.assertEqual(shape, (1 + 2, 512))  # 12 s: a window from 0 and one that ends at the end
        _, whole = self.audio(*self.sounds[:2])
        self.assertEqual(whole[0], vectors[0])
        mean = [(x + y) / 2 for x, y in zip(vectors[1], vectors[2])]
        for a, b in zip(mean, whole[1]):
            self.assertAlmostEqual(a / length(mean), b, delta=1e-5)

    def test_raw_and_pooled(self):
        _, [unit] = self.audio(self.sounds[0])
        shape, [raw] = self.audio(self.sounds[0], options=["--raw"])
        self.assertEqual(shape, (1, 512))
        self.assertNotAlmostEqual(length(raw), 1.0, delta=1e-3)
        # The unit vector is the raw one and, orthogonal to it, what makes its length 1 (src/model/towers/heads.h).
        self.assertAlmostEqual(dot(raw, unit), length(raw) ** 2, delta=1e-4)
        self.assertEqual(self.audio(self.sounds[0], options=["--pooled"])[0], (1, 192))
        self.assertEqual(self.embed("--text", "rain", "--pooled")[0], (1, 384))
        self.hearken("embed", "--text", "rain", "--pooled", "--raw", "--out", "x.npy", status=2)

    def test_bad_inputs_keep_the_rows_aligned(self):
        bad = self.music / "lyrics.mp3"
        bad.write_text("no sound at all\n")
        _, good = self.audio(self.sounds[0], self.sounds[2])
        shape, vectors = self.audio(self.sounds[0], bad, self.dir / "none.wav", self.sounds[2], status=3)
        self.assertEqual(shape, (4, 512))
        self.assertEqual((vectors[0], vectors[3]), (good[0], good[1]))
        self.assertTrue(all(math.isnan(x) for row in vectors[1:3] for x in row))
        self.one_line(self.embedded.err, "lyrics.mp3")
        self.one_line(self.embedded.err, "none.wav", "no such file")
        shape, vectors = self.audio(bad, self.sounds[1], options=["--windows"], status=3)
        self.assertEqual(shape, (3, 512))
        self.assertTrue(all(math.isnan(x) for x in vectors[0]))

    def test_bits_depend_on_the_sound_alone(self):
        for precision in ("fp32", "auto"):
            with self.subTest(precision=precision):
                options = ["--windows", "--precision", precision]
                _, first = self.audio(*self.sounds, options=options)
                for threads in ("1", "2", "3"):
                    _, again = self.audio(*self.sounds, options=[*options, "--threads", threads])
                    self.assertEqual(again, first, f"{threads} threads")
                _, backwards = self.audio(*reversed(self.sounds), options=options)
                self.assertEqual(sorted(backwards), sorted(first))
                _, alone = self.audio(self.sounds[2], options=options)
                self.assertEqual(alone[0], first[3])

    def test_out_is_a_pipe_a_link_or_there_already(self):
        self.embed("--text", "rain")
        expected = (self.cwd / "out.npy").read_bytes()
        piped = subprocess.run([PROGRAM, "embed", "--quiet", "--text", "rain", "--out", "/dev/stdout"], env=self.env,
                               stdout=subprocess.PIPE, check=True).stdout
        self.assertEqual(piped, expected)
        (self.cwd / "old.npy").write_text("old")
        (self.cwd / "link.npy").symlink_to("old.npy")
        self.embed("--text", "rain", out="link.npy")
        self.assertTrue((self.cwd / "link.npy").is_symlink())
        self.assertEqual((self.cwd / "old.npy").read_bytes(), expected)
        self.assertEqual(sorted(p.name for p in self.cwd.iterdir()), ["link.npy", "old.npy", "out.npy"])

    def test_a_place_that_cannot_be_written(self):
        failed = self.hearken("embed", "--text", "rain", "--out", self.dir / "none" / "x.npy", status=1)
        self.one_line(failed.err, str(self.dir / "none" / "x.npy"), "no such file")


if __name__ == "__main__":
    main()
