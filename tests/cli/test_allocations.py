"""open, find and index with one allocation that fails, or with little room: an error, and a library that is whole.
HEARKEN_ALL=1 takes each of the first 2,000 and 2,000 more drawn by seed; without it a few of each."""
import os
import pathlib
import random
import shutil
import subprocess

from harness import PROGRAM, Case, main, tone


class AllocationsTest(Case):
    def setUp(self):
        super().setUp()
        for i in range(2):
            tone(self.music / f"{i}.wav", 200 + 90 * i, 0.4)
        self.index(self.music)
        shutil.copy(self.library, self.dir)
        tone(self.dir / "sound.wav", 700, 0.3)

    def fail_at(self, operation, first, last, step):
        done = subprocess.run([pathlib.Path(PROGRAM).with_name("hearken_allocations"), operation, self.dir, str(first), str(last), str(step)],
                              env=self.env, capture_output=True, text=True, timeout=7200)
        self.assertEqual(done.returncode, 0, f"{done.stdout}\n{done.stderr[-3000:]}")
        return done.stdout

    def test_one_that_fails(self):
        draw = random.Random(1)
        for operation in ("open", "find", "index"):
            with self.subTest(operation=operation):
                if os.environ.get("HEARKEN_ALL"):
                    print(self.fail_at(operation, 0, 2000, 1))
                    for n in sorted(draw.sample(range(2001, 40000), 2000)):
                        self.fail_at(operation, n, n, 1)
                else:
                    self.assertIn("error", self.fail_at(operation, draw.randrange(40), 2000, 60))

    def test_little_room(self):
        """No more addresses than so many MiB: an error or an answer, and never the end by a signal."""
        all_of_them = os.environ.get("HEARKEN_ALL")
        draw = random.Random(2)
        new = self.dir / "new.db"
        for command in (["find", "a beep"], ["index", "--library", str(new), str(self.dir / "sound.wav")]):
            for room in range(180, 560, 2) if all_of_them else draw.sample(range(250, 480), 6):
                for left in self.dir.glob("new.db*"):
                    left.unlink()
                done = subprocess.run(["prlimit", f"--as={room << 20}", PROGRAM, *command, "--threads", "1"], env=self.env, capture_output=True,
                                      text=True, timeout=120)
                with self.subTest(command=command[0], room=room):
                    self.assertGreaterEqual(done.returncode, 0, done.stderr[-1000:])


if __name__ == "__main__":
    main()
