"""The README is a test: each of its commands that calls the program runs, in a copy of the place it is written for.

What it fetches comes from a hub on this machine, which has small models under the names of the published ones."""
import re
import shutil
import subprocess

from harness import HANG_SECONDS, PROGRAM, SAMPLES, SOURCE, Case, main
from hub_server import Hub, Repo

CLAP = SOURCE / "tests/golden/clap"


def commands(markdown):
    """The commands in ```sh blocks that call the program, continued lines joined."""
    for block in re.findall(r"^```sh\n(.*?)^```", markdown, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if re.match(r"(\w+=\S+\s+)*(build/)?hearken\s", line):
                yield line


class ReadmeTest(Case):
    def test_commands(self):
        # As in the clone's root, but what they write lands beside it; `~/Music` holds the samples' music, `~/Downloads` a
        # LAION checkpoint.
        place = self.dir / "clone"
        (place / "build").mkdir(parents=True)
        (place / "build" / "hearken").symlink_to(PROGRAM)
        for entry in SOURCE.iterdir():
            if not entry.name.startswith((".", "build")):
                (place / entry.name).symlink_to(entry)
        shutil.copytree(SAMPLES / "music", self.home / "Music")
        (self.home / "Downloads").mkdir()
        shutil.copy(CLAP / "laion-unfused.pt", self.home / "Downloads/music_audioset_epoch_15_esc_90.14.pt")
        model = {p.name: p.read_bytes() for p in (CLAP / "unfused").iterdir()}
        hub = Hub({"laion/clap-htsat-unfused": Repo(model), "laion/larger_clap_music_and_speech": Repo(model),
                   "FacebookAI/roberta-base": Repo({"tokenizer.json": model["tokenizer.json"]})})
        self.addCleanup(hub.close)
        self.env["HF_ENDPOINT"] = hub.url
        self.env["PATH"] = f"{place / 'build'}:{self.env['PATH']}"
        found = list(commands((SOURCE / "README.md").read_text()))
        self.assertGreaterEqual(len(found), 3, "the README shows no commands")
        for command in found:
            with self.subTest(command=command):
                done = subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=place, env=self.env,
                                      stdin=subprocess.DEVNULL, capture_output=True, timeout=HANG_SECONDS, check=False)
                self.assertEqual(done.returncode, 0, done.stderr.decode(errors="replace"))
        for repo in hub.repos:  # else the README no longer shows what they stand for
            self.assertTrue(hub.asked("GET", f"{repo}/resolve/{hub.repos[repo].commit}/tokenizer.json"), repo)


if __name__ == "__main__":
    main()
