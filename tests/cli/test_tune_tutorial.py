"""docs/tutorial/tune.md in miniature: its commands, in their order, in a home with a small folder of music."""
import re
import shutil
import subprocess

from harness import HANG_SECONDS, PROGRAM, SAMPLES, SOURCE, main
from tune_case import TuneCase

TUTORIAL = SOURCE / "docs/tutorial/tune.md"


class TutorialTest(TuneCase):
    def test_commands(self):
        self.need_libtorch()
        shutil.copytree(SAMPLES / "music", self.home / "Music")
        place = self.dir / "bin"
        place.mkdir()
        (place / "hearken").symlink_to(PROGRAM)
        self.env["PATH"] = f"{place}:{self.env['PATH']}"
        blocks = re.findall(r"^```sh\n(.*?)^```", TUTORIAL.read_text(), re.MULTILINE | re.DOTALL)
        commands = [line for block in blocks for line in block.splitlines()]
        self.assertIn("hearken tune", " ".join(commands))
        self.assertEqual(commands[-1], 'hearken find "folk country music" -k 5')
        for command in commands:
            done = subprocess.run(["bash", "-c", command], cwd=self.home, env=self.env, stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=HANG_SECONDS, check=False)
            self.assertEqual(done.returncode, 0, f"{command}\n{done.stderr.decode(errors='replace')}")
        self.assertEqual(len(done.stdout.decode().strip().splitlines()) >= 5, True, done.stdout)
        tuned = self.home / "models/mine"
        self.assertTrue((tuned / "training/curves.html").exists())
        info = self.info()
        self.assertIn(str(tuned), [m["name"] for m in info["models"]])


if __name__ == "__main__":
    main()
