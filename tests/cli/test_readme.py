"""README, TOUR and MODELS are tests: each of their commands that calls the program runs, in a copy of the place it is
written for.

What it fetches comes from a hub on this machine, which has small models under the names of the published ones."""
import re
import shutil
import subprocess
import unittest

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
        found = []
        for page in ("README.md", "docs/TOUR.md", "docs/MODELS.md"):
            of_page = list(commands((SOURCE / page).read_text()))
            self.assertGreaterEqual(len(of_page), 3, f"{page} shows no commands")
            found += [(page, command) for command in of_page]
        for page, command in found:
            with self.subTest(page=page, command=command):
                done = subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=place, env=self.env,
                                      stdin=subprocess.DEVNULL, capture_output=True, timeout=HANG_SECONDS, check=False)
                self.assertEqual(done.returncode, 0, done.stderr.decode(errors="replace"))
        for repo in hub.repos:  # else no page shows any more what they stand for
            self.assertTrue(hub.asked("GET", f"{repo}/resolve/{hub.repos[repo].commit}/tokenizer.json"), repo)


class PagesTest(unittest.TestCase):
    pages = [SOURCE / name for name in ("README.md", "CONTRIBUTING.md", "THIRD_PARTY.md")]
    pages += sorted(SOURCE.glob("docs/**/*.md")) + sorted(SOURCE.glob("bench/**/*.md"))

    def test_links(self):
        """Each leads to a file that is there, and to a heading of it."""
        for page in self.pages:
            for match in re.finditer(r'(?<!!)\[[^\]]*\]\(([^)\s]+)\)|src(?:set)?="([^"]+)"', page.read_text()):
                link = match[1] or match[2]
                if re.match(r"https?:|mailto:", link):
                    continue
                path, _, heading = link.partition("#")
                target = page.parent / path if path else page
                with self.subTest(page=page.name, link=link):
                    self.assertTrue(target.exists())
                    if heading:
                        headings = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE)
                        self.assertIn(heading, [re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in headings])

    def test_list_of_pages(self):
        listed = (SOURCE / "docs/README.md").read_text()
        for page in SOURCE.glob("docs/*.md"):
            if page.name != "README.md":
                self.assertIn(f"({page.name})", listed)

    def test_words(self):
        """The words that docs/STYLE.md rules out, where they can be told by themselves."""
        table = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", (SOURCE / "docs/STYLE.md").read_text(), re.MULTILINE)[2:]
        words = [word.strip() for _, wrong in table for word in wrong.split(",")]
        self.assertIn("due to", words)
        for word in set(words) - {"take in", "confidence", "certainty", "content", "provide", "is cut off"}:  # have other uses
            for page in self.pages:
                if page.name != "STYLE.md":
                    with self.subTest(word=word, page=page.name):
                        self.assertNotRegex(page.read_text(), rf"(?i)\b{word}\b")


if __name__ == "__main__":
    main()
