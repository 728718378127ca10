"""kill -9 and Ctrl-C at any moment: what another process has seen stays, nothing is there in part, the run completes."""
import json
import random
import shutil
import signal
import time

from harness import Case, main, noise, tone, vectors, wait_until

ROUNDS = 25
FILES = 24


class CrashTest(Case):
    def setUp(self):
        super().setUp()
        for i in range(FILES):
            noise(self.music / f"{i:02}.wav", seed=i, seconds=0.5 + i % 3)
        tone(self.music / "long.wav", 330, seconds=27)
        self.total = FILES + 1

    def reference(self):
        """The vectors of a run nobody disturbed, and how long it took."""
        begin = time.monotonic()
        self.assert_counts(self.index(self.music, "--library", self.dir / "undisturbed.db"), indexed=self.total)
        return vectors(self.dir / "undisturbed.db"), time.monotonic() - begin

    def acknowledged(self):
        """How many tracks another process counts; a library that does not exist yet has none."""
        return self.info()["tracks"] if self.library.exists() else 0

    def test_killed_again_and_again(self):
        expected, duration = self.reference()
        draw = random.Random(9)
        completed = midway = 0
        for round in range(ROUNDS):
            with self.subTest(round=round):
                process = self.start("index", "--json", self.music)
                stop = time.monotonic() + draw.random() ** 2 * duration
                seen = 0
                while time.monotonic() < stop and process.poll() is None:
                    if self.library.exists() and draw.random() < 0.5:
                        seen = max(seen, self.count_while_running())
                    else:
                        time.sleep(0.01)
                process.send_signal(signal.SIGKILL)
                process.communicate()
                there = vectors(self.library) if self.library.exists() and self.library.stat().st_size else {}
                self.assertGreaterEqual(len(there), seen, "an acknowledged track is lost")
                for path, found in there.items():
                    self.assertEqual(found, expected[path], f"{path} differs from the undisturbed run")
                self.assertEqual(self.acknowledged(), len(there))
                midway += 0 < len(there) < self.total
                if len(there) == self.total:
                    self.complete(expected)
                    completed += 1
                    shutil.rmtree(self.library.parent)
        self.complete(expected)
        print(f"({ROUNDS} kills, {midway} with the library filled in part, {completed} libraries filled on the way)")

    def count_while_running(self):
        """The library may not have its tables yet: it then counts as empty, or as not there, but never as broken."""
        process = self.start("info", "--json")
        out, err = process.communicate()
        if process.returncode == 1:
            self.assertIn(b"hearken index", err)
            return 0
        self.assertEqual(process.returncode, 0, err)
        return json.loads(out)["tracks"]

    def complete(self, expected):
        report = self.index(self.music)
        self.assert_counts(report, found=self.total, missing=0, skipped=[])
        self.assertEqual(report["indexed"] + report["unchanged"], self.total)
        self.assertEqual(vectors(self.library), expected)
        self.assert_counts(self.index(self.music), indexed=0, unchanged=self.total)

    def test_creation_killed(self):
        # Many kills in the first moments, when the file and its tables come to be.
        draw = random.Random(4)
        for _ in range(15):
            process = self.start("index", self.music)
            time.sleep(draw.random() * 0.15)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            if self.library.exists():
                self.count_while_running()
        self.assertEqual(self.index(self.music)["found"], self.total)

    def test_interrupted(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number.name):
                shutil.rmtree(self.library.parent, ignore_errors=True)
                self.index(self.music / "00.wav")
                process = self.start("index", "--threads", "1", self.music)
                self.assertTrue(wait_until(lambda: self.info()["tracks"] > 1, process))
                process.send_signal(number)
                stopped = self.finish(process, status=1)
                self.assertRegex(stopped.err, "(?i)stopped|interrupted|cancelled")
                done = self.info()["tracks"]
                self.assertLess(done, self.total)
                report = self.index(self.music)
                self.assert_counts(report, indexed=self.total - done, unchanged=done)


if __name__ == "__main__":
    main()
