"""A watched folder: what changes in it is in the library, whatever comes and goes."""
import os
import select
import signal
import subprocess
import time

from harness import HANG_SECONDS, Storm, main, mount_tmpfs, tone, unmount, vectors, wait_until
from manners_case import Manners


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
