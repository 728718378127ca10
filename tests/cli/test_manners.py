"""What people expect of a command line: help, hints, completion, manual pages, defaults of one's own."""
import csv
import io
import json
import os
import pty
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import time
import unicodedata

from harness import HANG_SECONDS, PROGRAM, Case, Result, Storm, main, mount_tmpfs, noise, tone, unmount, vectors, wait_until

COMMON = "index find like match playlist info serve".split()


def wide(text):
    """Columns on a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


class Manners(Case):
    known = []

    def complete(self, *words):
        return [line.split("\t")[0] for line in self.hearken("complete", *words).out.splitlines()]

    def hearken(self, *arguments, any_status=False, **options):
        if not any_status:
            return super().hearken(*arguments, **options)
        process = self.start(*arguments)
        out, err = process.communicate(timeout=HANG_SECONDS)
        return Result(process, out.decode(), err.decode())

    def commands(self, *above):
        return [word for word in self.complete(*above, "") if not word.startswith(":")]

    def leaves(self):
        """Every command that does something by itself, as a list of words; the list is the program's own."""
        if not Manners.known:
            for name in self.commands():
                group = self.hearken(name, "--help").out.split("Usage: ")[1].startswith(f"hearken {name} COMMAND")
                below = [[name, word] for word in self.commands(name)] if group else []
                Manners.known += below if group and name != "config" else [[name], *below]
        return Manners.known


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


class MistakesTest(Manners):
    """Every command with every common mistake: one line that says what, where, why and what next."""
    HEARD = {"score", "classify", "caption", "filter", "embed", "events"}  # of files: they need no library

    def least(self):
        """Of each command the least that makes sense; {} is a sound, {folder} a folder of sounds, {out} something new."""
        return {
            "index": "{}", "find": "x", "like": "{}", "match": "{}", "playlist": "x", "info": "", "serve": "--port 0",
            "score": "{} --text x", "classify": "{} --labels a,b", "caption": "{}", "events": "{} --text x", "filter": "{} --deny x",
            "embed": "{} --out {out}.npy", "tag": "", "rate": "id:1 up", "cluster": "-k 2", "map": "-o {out}.svg", "similar": "--all",
            "dedupe": "", "clean": "", "check": "", "journey": "id:1 id:1", "radio": "id:1", "export": "--out {out}",
            "import": "{folder}", "remote init": "--cluster weaviate://[::1]:9/X", "remote push": "--cluster weaviate://[::1]:9/X",
            "remote pull": "--cluster weaviate://[::1]:9/X", "remote status": "--cluster weaviate://[::1]:9/X",
            "remote verify": "--cluster weaviate://[::1]:9/X", "token add": "a", "token list": "", "token revoke": "a",
            "model pull": "./x", "model list": "", "model rm": "./x", "model show": "starter", "model check": "starter",
            "model convert": "starter -o {out}", "make-model": "--audio ./x --text ./x -o {out}",
            "tune": "--data {folder} --model starter -o {out}", "compare": "starter starter --data {folder}",
            "eval zero-shot": "--data {folder}", "eval wordings": "--data {folder}", "eval probe": "--data {folder}",
            "eval retrieval": "--data {folder} --captions x.csv", "eval dataset": "--data {folder}", "bench model": "", "bench search": "",
            "help": "", "version": "", "config": "", "config set": "model starter", "completion": "bash"}

    def words(self, command, sound="x.wav", folder="x"):
        line = self.least()[" ".join(command)]
        return [word.format(sound, folder=folder, out=self.dir / "out") for word in line.split()]

    def one_clear_line(self, done, *parts):
        lines = done.err.splitlines()
        self.assertEqual(len(lines), 1, done)
        self.assertTrue(lines[0].startswith("hearken: "), lines)
        for part in parts:
            self.assertIn(part, lines[0])
        self.assertEqual(done.out, "", done)
        return lines[0]

    def next_step(self, line):
        """Whether a line says what to do: a command, an option, or where the help is."""
        return re.search(r"hearken [a-z]|--[a-z]|HEARKEN_", line)

    def options(self, command):
        """(name, kind) of each option that takes a value, as --help-all has them."""
        text = self.hearken(*command, "--help-all").out
        return re.findall(r"^  (?:\S+, )*(--?[\w-]+) ([^\s]\S*)(?=  |$)", text, re.M)

    def test_the_list_of_commands_is_whole(self):
        self.assertEqual(sorted(" ".join(command) for command in self.leaves()), sorted(self.least()))

    def test_unknown_option(self):
        for command in self.leaves():
            with self.subTest(command=command):
                self.one_clear_line(self.hearken(*command, "--no-such-option", status=2), " ".join(command) + ": ",
                                    "unknown option --no-such-option", f"(see hearken {' '.join(command)} --help)")

    def test_nothing_is_given(self):
        alone = {"serve", "bench model", "bench search", "token list", "model list", "help", "version", "config"}
        for command in self.leaves():
            if " ".join(command) in alone:
                continue
            with self.subTest(command=command):
                line = self.one_clear_line(self.hearken(*command, any_status=True))
                self.assertTrue(self.next_step(line), line)
                for other in self.leaves():  # an example is one of this command, or of what comes before it
                    if other != command[:len(other)] and other != ["index"]:
                        self.assertNotIn(f"example: hearken {' '.join(other)} ", line)

    def test_one_argument_too_many(self):
        for command in self.leaves():
            usage = re.search(r"^Usage: (.*)", self.hearken(*command, "--help").out, re.M)[1]
            if usage.endswith("...]") or usage.endswith("..."):
                continue
            with self.subTest(command=command):
                many = ["x"] * (usage.count("]") + 2)
                done = self.hearken(*command, *self.words(command), *many, status=2)
                line = self.one_clear_line(done, " ".join(command).split()[0] + ": " if len(command) == 1 else " ".join(command) + ": ")
                self.assertTrue(self.next_step(line), line)

    def test_wrong_type(self):
        """Every option that takes a number or one of some words."""
        tried = 0
        for command in self.leaves():
            for option, kind in self.options(command):
                number = kind in ("N", "S", "M", "W", "X", "SHARE", "RATE", "RANK")
                if not number and not re.fullmatch(r"[a-z0-9-]+(\|[a-z0-9-]+)+", kind):
                    continue
                tried += 1
                with self.subTest(command=command, option=option):
                    line = self.one_clear_line(self.hearken(*command, *self.words(command), option, "n0nsense", status=2),
                                               " ".join(command) + ": ", option, "n0nsense", "--help)")
                    self.assertIn("expected" if number else "none of", line)
                    for internal in ("INT", "FLOAT", "not in range", "not in {", "Value"):
                        self.assertNotIn(internal, line)
        self.assertGreater(tried, 100)

    def test_missing_things(self):
        """Of each command something that it names and that is not there."""
        self.index(tone(self.music / "a.wav"))
        lines = {
            "index": ["gone --quiet", "{} --metadata gone"], "find": ["x --dir gone", "x --library /dev"], "like": ["gone.wav", "id:99", "id:1 --dir gone"],
            "match": ["gone.wav"], "playlist": ["beep --library gone.db"], "info": ["id:99", "gone.wav"],
            "serve": ["--port 0 --allow-root gone", "--port 0 --tls-cert gone --tls-key gone"],
            "score": ["gone.wav --text x", "id:99 --text x", "id:1 --texts gone"], "classify": ["gone.wav --labels a,b", "id:1 --labels-file gone"],
            "caption": ["gone.wav", "{} --captions gone"], "events": ["gone.wav --text x", "{} --labels-file gone"],
            "filter": ["gone.wav --deny x"], "embed": ["gone.wav --out {out}.npy", "{} --out gone/x.npy"],
            "tag": ["--add x gone.wav", "--add x id:99"], "rate": ["gone.wav up", "id:99 up"], "cluster": ["--vectors gone"],
            "map": ["-o gone/x.svg", "-o {out}.svg --vectors gone"], "similar": ["--all --matrix gone/x.csv"], "journey": ["gone.wav id:1", "id:1 id:99"],
            "radio": ["gone.wav", "id:99"], "import": ["gone", "gone --format stream"], "token revoke": ["gone"],
            "model rm": ["./gone"], "model show": ["./gone"], "model check": ["./gone"], "model convert": ["./gone -o {out}"],
            "make-model": ["--audio ./gone --text ./gone -o {out}"], "tune": ["--data gone --model starter -o {out}"],
            "compare": ["./gone ./gone --data gone", "starter starter --data gone"], "eval zero-shot": ["--data gone"], "eval wordings": ["--data gone"],
            "eval probe": ["--data gone"], "eval retrieval": ["--data gone --captions gone.csv"], "eval dataset": ["--data gone"],
            "bench model": ["--model ./gone"], "help": ["gone"], "config set": ["gone 1"], "completion": ["gone"]}
        nothing_to_name = {"dedupe", "clean", "check", "export", "remote init", "remote push", "remote pull", "remote status",
                           "remote verify", "token add", "token list", "model pull", "model list", "bench search", "version", "config"}
        self.assertEqual({" ".join(command) for command in self.leaves()}, set(lines) | nothing_to_name)
        for command, given in lines.items():
            for line in given:
                with self.subTest(command=command, line=line):
                    words = line.format(self.music / "a.wav", out=self.dir / "out").split()
                    done = self.hearken(*command.split(), *words, any_status=True)
                    if command == "index":  # its counts follow
                        done.out = ""
                    if command == "embed" and done.status == 3:  # a row of NaN stands for it
                        done.status, done.out = 1, ""
                    self.assertIn(done.status, (1, 2), done)
                    said = self.one_clear_line(done)
                    named = "/dev" if "/dev" in line else "gone" if "gone" in line else "99"
                    self.assertTrue(named in said or "training" in said, said)

    def test_empty_folder(self):
        self.index(tone(self.dir / "a.wav"))
        empty = {"score": "", "classify": "", "caption": "", "filter": "", "embed": "", "index": ""}
        for command in empty:
            with self.subTest(command=command):
                done = self.hearken(command, *self.words([command], self.music), any_status=True)
                self.one_line(done.err, str(self.music), "no sound files in there")
        for words in ("find x --dir {}", "like id:1 --dir {}", "eval zero-shot --data {}", "eval wordings --data {}", "eval probe --data {}",
                      "eval dataset --data {}", "compare starter starter --data {}", "tune --data {} --model starter -o out", "import {}"):
            with self.subTest(words=words):
                done = self.hearken(*words.format(self.music).split(), any_status=True)
                self.assertIn(done.status, (0,) if "--dir" in words else (1, 2), done)  # nothing was found, as asked
                self.one_line(done.err, "training" if "not part of this build" in done.err else str(self.music))

    def test_a_library_that_is_none(self):
        """Of every command that has --library: one of another version, one that is no library, none at all."""
        self.index(tone(self.music / "a.wav"))
        newer, text, gone = self.dir / "newer.db", self.dir / "text.db", self.dir / "gone.db"
        shutil.copy(self.library, newer)
        db = sqlite3.connect(newer)
        db.execute("PRAGMA user_version = 9999")
        db.close()
        text.write_text("nothing of a library\n" * 20)
        # What reads no library for such a line; makes one; or asks for something else first.
        apart = {"token add", "token list", "token revoke", "bench model", "import", "remote init", "remote pull", "remote status",
                 "eval zero-shot", "eval wordings", "eval probe", "eval retrieval", "eval dataset", "compare"}
        for command in self.leaves():
            name = " ".join(command)
            if name in apart or "--library" not in dict(self.options(command)):
                continue
            words = self.words(command, self.music / "a.wav", self.music)
            for library, parts in ((newer, ("newer Hearken", "update Hearken")), (text, ("not a Hearken library", "--library")),
                                   (gone, ("no library there yet", "hearken index FOLDER"))):
                if library == gone and name in ("index", "serve"):
                    continue  # they make one
                with self.subTest(command=command, library=library):
                    heard = name in self.HEARD
                    done = self.hearken(*command, *words, "--library", library, any_status=True)
                    self.assertIn(done.status, (0, 1) if name == "filter" else (0,) if heard else (1,), done)
                    if not heard:
                        self.one_clear_line(done, str(library), *parts)
                    elif library != gone:
                        self.one_line(done.err, str(library), *parts, "going on without the library")

    def test_no_library_is_needed_and_none_is_made(self):
        sound = tone(self.dir / "a.wav")
        for command in ("score", "classify", "caption", "filter", "embed", "events"):
            for library in ([], ["--library", self.dir / "none.db"]):
                with self.subTest(command=command, library=library):
                    done = self.hearken(command, *self.words([command], sound), *library, any_status=True)
                    self.assertIn(done.status, (0, 1) if command == "filter" else (0,), done)
        for command in ("find", "like", "match", "playlist", "info", "similar"):
            with self.subTest(command=command):
                self.one_clear_line(self.hearken(command, *self.words([command], sound), status=1),
                                    str(self.library), "no library there yet", "hearken index FOLDER")
        self.assertFalse(self.library.exists())
        self.assertFalse((self.dir / "none.db").exists())


class ListingTest(Manners):
    def setUp(self):
        super().setUp()
        self.names = ["a tone.wav", "two\nlines.wav", "ж.wav"]
        for i, name in enumerate(self.names):
            tone(self.music / name, 300 + 100 * i)
        self.index(self.music)
        self.paths = {str(self.music / name) for name in self.names}

    def test_paths(self):
        self.assertEqual(set(self.hearken("find", "a beep", "-0").out.split("\0")[:-1]), self.paths)
        self.one_line(self.hearken("find", "a beep", "--paths", status=1).err, "two\\x0alines.wav", "line break", "-0")
        one = self.hearken("like", self.music / "ж.wav", "--paths", "--where", "path ~ 'a tone'")
        self.assertEqual(one.out, str(self.music / "a tone.wav") + "\n")
        self.assertEqual(one.err, "")
        self.assertEqual(self.hearken("match", self.music / "a tone.wav", "-0").out.split("\0")[-1], "")

    def test_csv_and_json_lines(self):
        whole = self.hearken("find", "a beep", "--json").json
        for field in ("model", "precision", "fingerprint"):
            self.assertIn(field, whole)
        rows = [json.loads(line) for line in self.hearken("find", "a beep", "--jsonl").out.splitlines()]
        self.assertEqual([row["path"] for row in rows], [row["path"] for row in whole["results"]])
        self.assertEqual({row["fingerprint"] for row in rows}, {whole["fingerprint"]})
        table = list(csv.DictReader(io.StringIO(self.hearken("find", "a beep", "--csv").out)))
        self.assertEqual([row["path"] for row in table], [row["path"] for row in whole["results"]])
        self.assertEqual({(row["model"], row["precision"], row["fingerprint"]) for row in table},
                         {(whole["model"], whole["precision"], whole["fingerprint"])})
        like = list(csv.DictReader(io.StringIO(self.hearken("like", "id:1", "--csv").out)))
        self.assertEqual({row["fingerprint"] for row in like}, {whole["fingerprint"]})
        score = list(csv.DictReader(io.StringIO(self.hearken("score", "id:1", "--text", "x", "--csv").out)))
        self.assertEqual(score[0]["fingerprint"], whole["fingerprint"])
        self.one_line(self.hearken("find", "x", "--csv", "--json", status=2).err, "--csv", "--json")

    def test_fail_if_none(self):
        self.hearken("find", "x", "--where", "title = 'none such'")
        self.hearken("find", "x", "--where", "title = 'none such'", "--fail-if-none", status=1)
        self.assertEqual(self.find("xqzw vkjh")["answer"], "none")
        self.hearken("find", "xqzw vkjh")
        self.hearken("find", "xqzw vkjh", "--fail-if-none", "--paths", status=1)
        noise(self.dir / "other.wav", seed=7)
        self.hearken("match", self.dir / "other.wav")
        self.hearken("match", self.dir / "other.wav", "--fail-if-none", status=1)

    def test_play(self):
        tools = self.dir / "tools"
        tools.mkdir()
        self.env["PATH"] = str(tools)
        self.one_line(self.hearken("find", "a beep", "-k", "1", "--play", status=1).err, "no player", "mpv", "ffplay")
        self.one_line(self.hearken("find", "a beep", "-k", "1", "--open", status=1).err, "xdg-open")
        for name in ("ffplay", "xdg-open"):
            (tools / name).write_text(f'#!/bin/sh\nfor word; do printf "%s\\0" "$word"; done >> {self.dir}/{name}.log\n')
            (tools / name).chmod(0o755)
        found = self.hearken("find", "a beep", "--json").json["results"]
        self.hearken("find", "a beep", "--play", "--open")
        played = (self.dir / "ffplay.log").read_text().split("\0")
        self.assertEqual([word for word in played if word.endswith(".wav")], [row["path"].replace("\\x0a", "\n") for row in found])
        self.assertEqual((self.dir / "xdg-open.log").read_text(), found[0]["path"] + "\0")


class NothingInTheWayTest(Manners):
    def test_embed_takes_files_folders_and_standard_input(self):
        for name in ("a.wav", "b.wav"):
            tone(self.music / name, 200 + ord(name[0]))
        folder = self.hearken("embed", "--json", self.music, "--out", self.dir / "f.npy").json
        self.assertEqual([row["path"] for row in folder["inputs"]], [str(self.music / "a.wav"), str(self.music / "b.wav")])
        self.hearken("embed", self.music / "a.wav", "--out", self.dir / "a.npy")
        with open(self.music / "a.wav", "rb") as sound:
            piped = subprocess.run([PROGRAM, "embed", "-", "--out", "-"], stdin=sound, capture_output=True, env=self.env,
                                   cwd=self.cwd, check=True)
        self.assertEqual(piped.stdout, (self.dir / "a.npy").read_bytes())
        self.assertFalse((self.cwd / "-").exists())
        self.one_line(self.hearken("embed", "--json", self.music, "--out", "-", status=2).err, "--json", "standard output")

    def test_index_alone_and_counts(self):
        self.one_line(self.hearken("index", status=2).err, "which folder", "hearken index ~/Music")
        tone(self.music / "a.wav")
        (self.music / "bad.wav").write_text("no sound")
        (self.music / "gone.wav").symlink_to("nowhere")
        first = self.hearken("index", self.music, status=3)
        self.assertIn("2 files: 1 new or changed, 0 unchanged, 1 skipped\n1 other path left out", first.out)
        self.assertNotIn("seconds  crawl", first.out)
        tone(self.music / "b.wav", 700)
        again = self.hearken("index", "--verbose", status=3)
        self.assertIn("3 files: 1 new or changed, 1 unchanged, 1 skipped", again.out)
        self.assertIn("seconds  crawl", again.out)

    def test_like_in_a_folder(self):
        tone(self.music / "a.wav")
        tone(self.dir / "b.wav", 450)
        found = self.hearken("like", self.dir / "b.wav", "--dir", self.music, "--json").json
        self.assertEqual([row["path"] for row in found["results"]], [str(self.music / "a.wav")])

    def test_option_values_do_not_eat_arguments(self):
        self.index(tone(self.music / "a.wav"))
        self.hearken("find", "--not", "drums", "piano")
        self.hearken("tag", "--add", "Beep", "id:1")

    def test_metadata(self):
        for name in ("000002.wav", "other.wav"):
            tone(self.music / name, 200 + len(name))
        table = self.dir / "names.csv"
        table.write_text("path,title,genre\nmusic/other.wav,Őszi dal,Jazz\nmusic/none.wav,x,y\n")
        self.assertEqual(self.index(self.music, "--metadata", table)["metadata"], {"rows": 2, "tracks": 1})
        fma = self.dir / "tracks.csv"
        fma.write_text(",artist,set,set,track,track,track,track\n,name,split,subset,genre_top,genres,tags,title\n"
                       "track_id,,,,,,,\n2,AWOL,training,small,Hip-Hop,[21],[],Food\n")
        self.assertEqual(self.index(self.music, "--metadata", fma)["metadata"], {"rows": 1, "tracks": 1})
        self.index(self.music)
        found = {row["path"]: row for row in self.find("x")["results"]}
        self.assertEqual(found[str(self.music / "000002.wav")]["title"], "Food")
        self.assertEqual(found[str(self.music / "000002.wav")]["artist"], "AWOL")
        self.assertEqual(found[str(self.music / "other.wav")]["title"], "Őszi dal")
        table.write_text("title\nx\n")
        self.one_line(self.hearken("index", self.music, "--metadata", table, status=1).err, "names.csv", "path")
        gone = self.hearken("index", self.music, "--metadata", self.dir / "gone.csv", "--library", self.dir / "new.db", status=1)
        self.one_line(gone.err, "gone.csv", "no such file")
        self.assertFalse((self.dir / "new.db").exists())


class WatchTest(Manners):
    def watch(self, *arguments):
        process = self.start("index", self.music, "--watch", "--quiet", *arguments)
        self.assertTrue(wait_until(lambda: self.library.exists() and self.info()["tracks"] > 0, process))
        return process

    def settled(self, process, wanted):
        def found():
            time.sleep(0.2)
            done = self.hearken("find", "x", "-k", "1000", "--json", any_status=True)
            return {row["path"] for row in done.json["results"]} if done.status == 0 else None  # none is there just now
        self.assertTrue(wait_until(lambda: found() == wanted, process))

    def end(self, process):
        process.send_signal(signal.SIGINT)
        self.finish(process)

    def test_a_storm_ends_as_a_fresh_index(self):
        storm = Storm(self.music)
        process = self.watch()
        self.settled(process, storm.blow())
        self.end(process)
        watched = vectors(self.library)
        self.index(self.music, "--library", self.dir / "fresh.db")
        self.assertEqual(vectors(self.dir / "fresh.db"), watched)

    def test_folders_that_vanish_come_back(self):
        tone(self.music / "a.wav")
        (self.music / "disk").mkdir()
        tone(self.music / "disk/b.wav", 600)
        process = self.watch()
        away = self.dir / "away"
        (self.music / "disk").rename(away)
        self.settled(process, {str(self.music / "a.wav")})
        away.rename(self.music / "disk")
        self.settled(process, {str(self.music / "a.wav"), str(self.music / "disk/b.wav")})
        self.end(process)

    def told(self, process, *parts):
        """Waits for a line of standard error."""
        text = b""
        while not any(all(part.lower() in line.lower() for part in parts) for line in text.decode().splitlines()):
            self.assertTrue(select.select([process.stderr], [], [], HANG_SECONDS)[0], text)
            piece = os.read(process.stderr.fileno(), 4096)
            self.assertTrue(piece, text)
            text += piece

    # The look every ten minutes would come too late for these.
    def test_the_watched_folder_itself_vanishes_and_comes_back(self):
        tone(self.music / "a.wav")
        process = self.watch()
        away = self.dir / "away"
        self.music.rename(away)
        self.told(process, str(self.music), "no such file")
        self.assertEqual([row["path"] for row in self.find("x")["results"]], [str(self.music / "a.wav")])
        tone(away / "b.wav", 600)
        away.rename(self.music)
        self.settled(process, {str(self.music / "a.wav"), str(self.music / "b.wav")})
        self.end(process)

    def test_a_mount_vanishes_and_comes_back(self):
        server, net = self.dir / "server", self.music / "my net"
        server.mkdir()
        net.mkdir()
        if not mount_tmpfs(self, server, "4m"):
            self.skipTest("nothing can be mounted here")

        def mount():
            subprocess.run(["mount", "--bind", server, net], check=True)
        mount()
        self.addCleanup(unmount, net)
        tone(net / "a.wav")
        process = self.watch()
        for name in "bc":
            unmount(net)
            self.told(process, str(net), "looks unmounted") if name == "b" else time.sleep(3)
            tone(server / f"{name}.wav", 600 + ord(name))
            before = {row["path"] for row in self.find("x", "-k", "9")["results"]}
            mount()
            self.settled(process, before | {str(net / f"{name}.wav")})
        self.end(process)

    def test_a_catalogue_names_what_comes(self):
        table = self.dir / "names.csv"
        table.write_text("path,title\nmusic/a.wav,First\nmusic/b.wav,Second\n")
        tone(self.music / "a.wav")
        process = self.watch("--metadata", table)

        def titles(*wanted):
            def found():
                time.sleep(0.2)
                return sorted(row["title"] for row in self.find("x")["results"]) == sorted(wanted)
            self.assertTrue(wait_until(found, process))
        titles("First")
        tone(self.music / "b.wav", 600)
        titles("First", "Second")
        table.write_text("path,title\nmusic/a.wav,Third\n")
        tone(self.music / "c.wav", 700)
        titles("Third", "Second", "")
        table.unlink()
        (self.music / "c.wav").unlink()
        self.told(process, "names.csv", "no such file")
        self.end(process)

    def test_ignored(self):
        (self.music / "sub/deep").mkdir(parents=True)
        for name in ("a.wav", "a.tmp.wav", "sub/b.wav", "sub/deep/c.wav", "sub/keep.tmp.wav"):
            tone(self.music / name, 200 + 10 * len(name))
        self.index(self.music)
        (self.music / ".hearkenignore").write_text("# drafts\n*.tmp.wav\n/sub/deep/\n")
        (self.music / "sub/.hearkenignore").write_text("!keep.tmp.wav\n")
        report = self.index(self.music, "--prune")
        self.assertEqual((report["found"], report["pruned"]), (3, 2))
        self.assertEqual({os.fsdecode(path) for path in vectors(self.library)},
                         {str(self.music / name) for name in ("a.wav", "sub/b.wav", "sub/keep.tmp.wav")})

    def test_wrong_usage(self):
        for hours in ("22", "25:00-1:00", "1:00-", "a-b"):
            self.one_line(self.hearken("index", self.music, "--watch", "--quiet-hours", hours, status=2).err, "--quiet-hours", hours)
        self.one_line(self.hearken("index", self.music, "--quiet-hours", "1:00-2:00", status=2).err, "--watch")


if __name__ == "__main__":
    main()
