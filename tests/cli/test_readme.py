"""The README is a test: each of its commands that calls the program runs, in a copy of the place it is written for."""
import re
import shutil
import subprocess

from harness import HANG_SECONDS, PROGRAM, SAMPLES, SOURCE, Case, main


def commands(markdown):
    """The commands in ```sh blocks that begin with the program's name, continued lines joined."""
    for block in re.findall(r"^```sh\n(.*?)^```", markdown, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if re.match(r"(build/)?hearken\s", line):
                yield line


class ReadmeTest(Case):
    def test_commands(self):
        # As in the clone's root, but what they write lands beside it; `~/Music` holds the samples' music.
        place = self.dir / "clone"
        (place / "build").mkdir(parents=True)
        (place / "build" / "hearken").symlink_to(PROGRAM)
        for entry in SOURCE.iterdir():
            if not entry.name.startswith((".", "build")):
                (place / entry.name).symlink_to(entry)
        shutil.copytree(SAMPLES / "music", self.home / "Music")
        self.env["PATH"] = f"{place / 'build'}:{self.env['PATH']}"
        found = list(commands((SOURCE / "README.md").read_text()))
        self.assertGreaterEqual(len(found), 3, "the README shows no commands")
        for command in found:
            with self.subTest(command=command):
                done = subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=place, env=self.env,
                                      stdin=subprocess.DEVNULL, capture_output=True, timeout=HANG_SECONDS, check=False)
                self.assertEqual(done.returncode, 0, done.stderr.decode(errors="replace"))


if __name__ == "__main__":
    main()
