"""What people expect of a command line: mistakes told in a line, results one can use, nothing in the way."""
import csv
import io
import json
import re
import shutil
import sqlite3
import subprocess

from harness import PROGRAM, main, noise, tone
from manners_case import Manners


class MistakesTest(Manners):
    """Every command with every common mistake: one line that says what, where, why and what next."""
    HEARD = {"score", "classify", "caption", "filter", "embed", "events"}  # of files: they need no library

    def least(self):
        """Of each command the least that makes sense; {} is a sound, {folder} a folder of sounds, {out} something new."""
        return {
            "index": "{}", "find": "x", "like": "{}", "match": "{}", "playlist": "x", "info": "", "serve": "--port 0", "mcp": "",
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
        return re.search(r"hearken [a-z]|--[a-z]|HEARKEN_|; check the path$", line)

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
        alone = {"serve", "mcp", "bench model", "bench search", "token list", "model list", "help", "version", "config"}
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
            "mcp": ["--allow-root gone"], "serve": ["--port 0 --allow-root gone", "--port 0 --tls-cert gone --tls-key gone"],
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
                    self.assertTrue(self.next_step(said), said)

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
                if library == gone and name in ("index", "serve", "mcp"):
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


if __name__ == "__main__":
    main()
