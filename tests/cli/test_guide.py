"""Finding the way: help, hints, completion, manual pages, defaults of one's own."""
import os
import pty
import re
import select
import shutil
import subprocess
import time
import unicodedata

from harness import HANG_SECONDS, PROGRAM, main, tone
from manners_case import Manners


COMMON = "index find like match playlist info serve".split()


def wide(text):
    """Columns on a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


class HelpTest(Manners):
    def test_help_fits_and_leaks_nothing(self):
        for command in [[], *self.leaves()]:
            for flag in ("--help", "--help-all"):
                with self.subTest(command=command, flag=flag):
                    text = self.hearken(*command, flag).out
                    for line in text.splitlines():
                        self.assertLessEqual(wide(line), 100, line)
                    self.assertIn("Usage: " + " ".join(["hearken", *command]), text)
                    for internal in ("Excludes:", "Needs:", "REQUIRED", "(0x", "TEXT ...", "SUBCOMMAND"):
                        self.assertNotIn(internal, text)

    def test_common_things_first(self):
        text = self.hearken("--help").out
        self.assertEqual(re.findall(r"^  (\w+)  ", text.split("More commands")[0], re.M)[:len(COMMON)], COMMON)
        find = self.hearken("find", "--help").out
        self.assertNotIn("--precision", find)
        self.assertIn("hearken find --help-all", find)
        self.assertIn("--precision", self.hearken("find", "--help-all").out)

    def test_help_and_version_are_commands(self):
        self.assertEqual(self.hearken("help").out, self.hearken("--help").out)
        self.assertEqual(self.hearken("help", "model", "pull").out, self.hearken("model", "pull", "--help").out)
        self.assertEqual(self.hearken("version").out, self.hearken("--version").out)
        self.one_line(self.hearken("help", "fnd", status=2).err, "unknown command fnd", "did you mean find?")

    def test_hints(self):
        for typed, meant in (
                ("serach piano", "did you mean find?"), ("idnex x", "did you mean index?"), ("train", "did you mean tune?"),
                ("model pul x", "did you mean model pull?"), ("serach piano --json", "did you mean find?"), ("find x --jsno", "did you mean --json?"),
                ("index x --librarry=y", "did you mean --library?"), ("find dog barking -k 3", '"dog barking" -k 3'),
                ("find", 'hearken find "calm piano"'), ("find x -k", "-k N"), ("model", "pull, list"),
                ("find x --rank bst", "bst is none of mean, best, top3; did you mean best?"),
                ("find x -k few", "-k: a number from 1 to 1000000 was expected, not few"),
                ("playlist x --minutes 0", "a number from 0.1 to 10080 was expected, not 0"),
                ("classify x --labels a,b --labels c", "--labels: is given once, not 2 times")):
            with self.subTest(typed=typed):
                done = self.hearken(*typed.split(), status=2)
                self.assertEqual(len(done.err.splitlines()), 1, done)
                self.one_line(done.err, meant, "--help")
        self.assertNotIn("did you mean", self.hearken("frobnicate", status=2).err)


class ManTest(Manners):
    def test_pages(self):
        folder = self.dir / "man"
        self.hearken("man", folder)
        names = {page.name for page in folder.iterdir()}
        for command in self.leaves():
            self.assertIn("-".join(["hearken", *command]) + ".1", names)
        if shutil.which("man") is None:
            self.skipTest("there is no man here to read them")
        for page in folder.iterdir():
            read = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", page], capture_output=True, text=True,
                                  env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANPAGER": "cat"}, check=True)
            self.assertEqual(read.stderr, "", page)
            self.assertIn("SYNOPSIS", read.stdout)


class CompletionTest(Manners):
    def setUp(self):
        super().setUp()
        bin_folder = self.dir / "bin"
        bin_folder.mkdir()
        (bin_folder / "hearken").symlink_to(PROGRAM)
        self.env["PATH"] = f"{bin_folder}:{self.env['PATH']}"
        tone(self.music / "a tone.wav")
        self.index(self.music)
        self.hearken("tag", "--add", "Beep", "id:1")

    def test_words(self):
        self.assertIn("find", self.complete("fi"))
        self.assertNotIn("sandbox", self.complete(""))
        self.assertEqual(self.complete("find", "--qui"), ["--quiet"])
        self.assertEqual(self.complete("find", "x", "--rank", ""), ["mean", "best", "top3"])
        self.assertEqual(self.complete("find", "x", "--rank=b"), ["--rank=best"])
        self.assertEqual(self.complete("info", "id:"), ["id:1", ":files"])
        self.assertIn("a tone.wav", self.complete("info", "a"))
        self.assertIn("starter", self.complete("find", "x", "--model", "st"))
        self.assertEqual(self.complete("tag", "--remove", ""), ["Beep"])
        self.assertEqual(self.complete("find", "x", "--where", "tag"), ["tag = 'Beep'"])
        self.assertEqual(self.complete("completion", ""), ["bash", "zsh", "fish"])
        self.assertIn("esc50", self.complete("classify", "--labels", "esc"))
        self.assertIn("server.port", self.complete("config", "set", "se"))
        self.assertEqual(self.complete("index", ""), [":files"])
        self.assertEqual(self.complete("find", "x", "--dir", ""), [":folders"])

    def typed(self, start, before, keys):
        """What stands on the line after `keys` were typed: sent to `echo GOT` by putting that in front of it."""
        process, master = pty.fork()
        if process == 0:
            os.chdir(self.cwd)
            os.execvpe(start[0], start, {**self.env, "TERM": "dumb" if "fish" not in start[0] else "xterm", "PS1": "READY> "})
        seen = b""

        def until(pattern):
            nonlocal seen
            deadline = time.monotonic() + HANG_SECONDS
            while not re.search(pattern, seen):
                self.assertLess(time.monotonic(), deadline, seen)
                if select.select([master], [], [], 1)[0]:
                    seen += os.read(master, 4096)
        try:
            os.write(master, before + b"; echo SET''UP\n")
            until(b"SETUP[\\s\\S]*READY> ")
            seen = b""
            os.write(master, keys + b"\x01echo GO''T \n")
            until(rb"GOT (.*?)\r?\n")
            return re.search(rb"GOT (.*?)\r?\n", seen)[1].decode().strip()
        finally:
            os.close(master)
            os.waitpid(process, 0)

    def in_shell(self, start, before):
        self.assertEqual(self.typed(start, before, b"hearken fin\t"), "hearken find")
        self.assertEqual(self.typed(start, before, b"hearken find x --qui\t"), "hearken find x --quiet")
        self.assertEqual(self.typed(start, before, b"hearken info id:\t"), "hearken info id:1")
        self.assertEqual(self.typed(start, before, b"hearken tag --remove Be\t"), "hearken tag --remove Beep")
        self.assertEqual(self.typed(start, before, b"hearken find x --model star\t"), "hearken find x --model starter")

    def test_bash(self):
        self.in_shell(["bash", "--norc", "--noprofile", "-i"], b"source <(hearken completion bash)")

    def test_zsh(self):
        if shutil.which("zsh") is None:
            self.skipTest("there is no zsh here")
        self.in_shell(["zsh", "-f", "-i"], b"autoload -U compinit; compinit -u; source <(hearken completion zsh)")

    def test_fish(self):
        if shutil.which("fish") is None:
            self.skipTest("there is no fish here")
        for line, whole in (("hearken fin", "find"), ("hearken find x --qui", "--quiet"), ("hearken info id:", "id:1"),
                            ("hearken tag --remove Be", "Beep"), ("hearken find x --model star", "starter")):
            done = subprocess.run(["fish", "--no-config", "-c", 'hearken completion fish | source; complete -C "$argv"', line],
                                  env=self.env, cwd=self.cwd, capture_output=True, text=True, check=True)
            self.assertEqual([row.split("\t")[0] for row in done.stdout.splitlines()], [whole], done)


class ConfigTest(Manners):
    def setUp(self):
        super().setUp()
        self.file = self.home / ".config/hearken/config.toml"

    def value(self, key):
        shown = self.valid("config", self.hearken("config", "--json"))
        [row] = [row for row in shown["settings"] if row["key"] == key]
        return row["values"], row["from"]

    def test_set_show_and_use(self):
        self.assertEqual(self.value("library"), ([str(self.library)], "default"))
        self.hearken("config", "set", "library", self.dir / "mine.db")
        self.hearken("config", "set", "server.port", "9000")
        self.hearken("config", "set", "folders", self.music, "~/other")
        self.assertEqual(self.value("server.port"), (["9000"], "config.toml"))
        self.assertEqual(self.value("folders"), ([str(self.music), str(self.home / "other")], "config.toml"))
        tone(self.music / "a.wav")
        self.assert_counts(self.index(self.music), library=str(self.dir / "mine.db"))
        self.env["HEARKEN_LIBRARY"] = str(self.dir / "other.db")
        self.assertEqual(self.value("library"), ([str(self.dir / "other.db")], "HEARKEN_LIBRARY"))
        del self.env["HEARKEN_LIBRARY"]
        self.hearken("config", "set", "library")
        self.assertEqual(self.value("library"), ([str(self.library)], "default"))

    def test_comments_stay(self):
        self.file.parent.mkdir(parents=True)
        self.file.write_text('# mine\nmodel = "a"  \n\n[server]\n# a port\nport = 1\n')
        self.hearken("config", "set", "model", "b")
        self.hearken("config", "set", "server.host", "0.0.0.0")
        text = self.file.read_text()
        for part in ("# mine", "# a port", "port = 1"):
            self.assertIn(part, text)
        self.assertEqual(self.value("model"), (["b"], "config.toml"))
        self.assertEqual(self.value("server.host"), (["0.0.0.0"], "config.toml"))

    def test_what_is_wrong_is_named(self):
        self.file.parent.mkdir(parents=True)
        for text, line, reason in (("libary = 'x'", 1, 'unknown key "libary", did you mean library?'), ("\nport = 1", 2, "unknown key"),
                                   ("model = 3", 1, "takes a text"), ("library = 'x'", 1, "no whole path"),
                                   ("[server]\nport = 99999", 2, "no port"), ("model = ", 1, "")):
            with self.subTest(text=text):
                self.file.write_text(text + "\n")
                self.one_line(self.hearken("info", status=2).err, str(self.file), f"line {line}:", reason)
        self.file.unlink()
        self.one_line(self.hearken("config", "set", "server.prot", "1", status=2).err, "did you mean server.port?")
        self.one_line(self.hearken("config", "set", "server.port", "x", status=2).err, "server.port", "no port")
        self.assertFalse(self.file.exists())


if __name__ == "__main__":
    main()
