"""Every way a file, a disk or a library can be bad: one clear line, the right exit status, and nothing lost."""
import os
import pathlib
import resource
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess

from harness import (SAMPLES, SOURCE, Case, as_ordinary_user, main, mount_tmpfs, noise, tone, vectors, wait_until,
                     write_float_wav, write_wav)

FLAC = max(SAMPLES.glob("*.flac"), key=lambda path: path.stat().st_size)
MP3 = max(SAMPLES.glob("*.mp3"), key=lambda path: path.stat().st_size)


class PipeTest(Case):
    def test_a_pipe_as_a_model_is_refused_at_once(self):
        tone(self.music / "good.wav")
        os.mkfifo(self.cwd / "model")
        os.mkfifo(self.cwd / "model.safetensors")
        (self.cwd / "folder").mkdir()
        os.mkfifo(self.cwd / "folder/config.json")
        (self.cwd / "weights").mkdir()
        for file in (SOURCE / "models/starter").iterdir():
            if file.name != "model.safetensors":
                shutil.copy(file, self.cwd / "weights" / file.name)
        os.mkfifo(self.cwd / "weights/model.safetensors")
        for name in ("model", "model.safetensors", "folder", "weights"):
            self.one_line(self.hearken("index", self.music, "--model", f"./{name}", status=2).err, name, "not a regular file")


class BadFileTest(Case):
    """A folder of one good file and one bad one: the good one is indexed, the bad one named with its reason."""

    def expect_skipped(self, path, reason):
        shown = os.fsdecode(path) if isinstance(path, (str, pathlib.Path)) else path.decode("utf-8", "replace")
        name = os.path.basename(shown)
        tone(self.music / "good.wav")
        done = self.hearken("index", "--json", self.music, status=3)
        report = self.valid("index", done)
        self.assert_counts(report, indexed=1)
        [note] = report["skipped"]
        self.assertEqual(os.path.basename(note["path"]), name)
        self.assertRegex(note["reason"], f"(?i){reason}")
        self.assertNotIn(name, note["reason"], "the reason repeats the path")
        self.one_line(done.err, name, note["reason"])
        # A second run says so again, and the file alone is a failure.
        again = self.index(self.music, status=3)
        self.assert_counts(again, indexed=0, unchanged=1, skipped=report["skipped"])
        self.one_line(self.hearken("index", path, status=1).err, name, note["reason"])
        self.assertEqual(len(vectors(self.library)), 1)

    def expect_indexed(self, path, seconds=None, warning=None):
        done = self.hearken("index", "--json", self.music)
        report = self.valid("index", done)
        self.assert_counts(report, found=1, indexed=1, skipped=[])
        if seconds is not None:
            self.assertAlmostEqual(report["audio_seconds"], seconds, delta=0.1)
        if warning is None:
            self.assertEqual(report["warnings"], [])
        else:
            [note] = report["warnings"]
            self.assertEqual(note["path"], str(path))
            self.assertRegex(note["reason"], f"(?i){warning}")
            self.one_line(done.err, path.name, note["reason"])
        self.assertEqual(len(vectors(self.library)), 1)
        return report

    def test_empty(self):
        (self.music / "empty.mp3").touch()
        self.expect_skipped(self.music / "empty.mp3", "empty")

    def test_zero_length(self):
        write_wav(self.music / "silent.wav", [])
        self.expect_skipped(self.music / "silent.wav", "no sound|no samples|no audio|nothing|empty")

    def test_header_only(self):
        (self.music / "cut.flac").write_bytes(FLAC.read_bytes()[:42])
        self.expect_skipped(self.music / "cut.flac", ".")

    def test_not_audio(self):
        (self.music / "picture.ogg").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
        self.expect_skipped(self.music / "picture.ogg", "audio|sound")

    def test_random_bytes(self):
        noise_bytes = bytes((i * 7919 >> 3) & 255 for i in range(5000))
        (self.music / "random.mp3").write_bytes(noise_bytes)
        self.expect_skipped(self.music / "random.mp3", "audio|sound|decode")

    def test_text_named_mp3(self):
        (self.music / "song.mp3").write_text("These are the lyrics of a song.\n" * 30)
        self.expect_skipped(self.music / "song.mp3", "audio|sound")

    def test_playlists_named_mp3(self):
        secret = self.dir / "secret.wav"
        noise(secret)
        (self.music / "list.mp3").write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{secret}\n")
        self.expect_skipped(self.music / "list.mp3", "audio|sound|allowed|support")

    def test_ffconcat_named_wav(self):
        secret = self.dir / "secret.wav"
        noise(secret)
        (self.music / "list.wav").write_text(f"ffconcat version 1.0\nfile '{secret}'\n")
        self.expect_skipped(self.music / "list.wav", "audio|sound|allowed|support")

    def test_nan_samples(self):
        samples = [0.1] * 16000
        samples[8000] = float("nan")
        write_float_wav(self.music / "nan.wav", samples)
        self.expect_skipped(self.music / "nan.wav", r"(number|nan|finite).*0\.5|0\.5.*(number|nan|finite)")

    def test_infinite_samples(self):
        write_float_wav(self.music / "inf.wav", [0.1] * 1000 + [float("inf")] * 10)
        self.expect_skipped(self.music / "inf.wav", "number|finite|infin")

    def test_without_permission(self):
        tone(self.music / "locked.wav")
        (self.music / "locked.wav").chmod(0)
        tone(self.music / "good.wav", 330)
        done = self.hearken("index", "--json", self.music, status=3, preexec_fn=as_ordinary_user)
        self.assert_counts(self.valid("index", done), indexed=1)
        self.one_line(done.err, "locked.wav", "permission denied")

    def test_what_is_no_file(self):
        os.mkfifo(self.music / "pipe.wav")  # must not be waited for
        os.mkfifo(self.music / "pipe")
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(os.path.relpath(self.music / "socket.wav"))
        (self.music / "folder.wav").mkdir()
        tone(self.music / "good.wav")
        done = self.hearken("index", "--json", self.music, status=3)
        self.assert_counts(self.valid("index", done), found=1, indexed=1)
        self.assertEqual(len(done.err.splitlines()), 2)
        for name in ("pipe.wav", "socket.wav"):
            self.one_line(done.err, name, "not a regular file")
            self.one_line(self.hearken("index", self.music / name, status=1).err, name, "not a regular file")

    def test_name_with_a_line_break(self):
        (self.music / "two\nlines\x1b[31m.mp3").write_text("text")
        tone(self.music / "good.wav")
        done = self.hearken("index", "--json", self.music, status=3)
        self.one_line(done.err, "two\\x0alines\\x1b[31m.mp3")

    def test_path_that_is_not_utf8(self):
        name = os.fsencode(self.music) + b"/caf\xe9.wav"
        tone(name)
        bad = os.fsencode(self.music) + b"/\xff\xfe.mp3"
        with open(bad, "wb") as file:
            file.write(b"no sound")
        done = self.hearken("index", "--json", self.music, status=3)
        report = self.valid("index", done)
        self.assert_counts(report, indexed=1)
        self.assertEqual([note["path"] for note in report["skipped"]], [f"{self.music}/\\xff\\xfe.mp3"])
        self.one_line(done.err, "\\xff\\xfe.mp3")
        self.assertEqual([hit["path"] for hit in self.find("a beep")["results"]], [f"{self.music}/caf\\xe9.wav"])
        self.assertEqual(list(vectors(self.library)), [name])
        self.assert_counts(self.index(name), unchanged=1, indexed=0)

    def test_truncated_flac(self):
        data = FLAC.read_bytes()
        path = self.music / "half.flac"
        path.write_bytes(data[:len(data) // 2])
        self.expect_indexed(path, warning="end|damaged|decod")

    def test_truncated_wav(self):
        path = self.music / "half.wav"
        tone(path, seconds=2)
        path.write_bytes(path.read_bytes()[:32044 + 1])
        self.expect_indexed(path, seconds=1.0, warning="damaged|end")

    def test_truncated_mp3(self):
        path = self.music / "half.mp3"
        path.write_bytes(MP3.read_bytes()[:-1000])
        self.assert_counts(self.index(self.music), indexed=1, skipped=[])

    def test_damaged_mp3(self):
        data = bytearray(MP3.read_bytes())
        data[len(data) // 2:len(data) // 2 + 3000] = bytes(3000)
        (self.music / "scratched.mp3").write_bytes(data)
        self.assert_counts(self.index(self.music), indexed=1, skipped=[])

    def test_low_and_high_rates(self):
        for rate in (8000, 11025, 192000):
            with self.subTest(rate=rate):
                path = tone(self.music / "rate.wav", 440, 1.0, rate)
                self.expect_indexed(path, seconds=1.0)

    def test_one_to_eight_channels(self):
        for channels in range(1, 9):
            with self.subTest(channels=channels):
                self.expect_indexed(tone(self.music / "c.wav", 200 + channels, 0.5, channels=channels), seconds=0.5)

    def test_one_sample(self):
        self.expect_indexed(write_wav(self.music / "click.wav", [3000]), seconds=0)

    def test_digital_silence(self):
        self.expect_indexed(write_wav(self.music / "zeros.wav", [0] * 16000), seconds=1.0)

    def test_video_with_sound(self):
        self.expect_indexed(shutil.copy(SOURCE / "tests/data/audio/video.mp4", self.music / "clip.mp4"))

    def test_video_without_sound(self):
        shutil.copy(SOURCE / "tests/data/audio/silent.mp4", self.music / "mute.mp4")
        self.assert_counts(self.index(self.music), found=0, skipped=[])
        done = self.hearken("index", self.music / "mute.mp4", status=1)
        self.one_line(done.err, "mute.mp4", "no sound")

    def test_many_bad_ones_in_one_run(self):
        for i in range(20):
            (self.music / f"{i:02}.mp3").write_bytes(bytes([i]) * i * 100)
        tone(self.music / "good.wav")
        report = self.index(self.music, status=3)
        self.assertEqual([pathlib.Path(n["path"]).name for n in report["skipped"]], [f"{i:02}.mp3" for i in range(20)])
        self.assert_counts(report, indexed=1, found=21)


class BadLibraryTest(Case):
    COMMANDS = (["index", "../music"], ["find", "a beep"], ["info"])

    def setUp(self):
        super().setUp()
        tone(self.music / "a.wav")

    def expect_refused(self, library, *parts):
        """Each command fails with one line, and not a byte of the file changes."""
        before = library.read_bytes() if library.is_file() else None
        for command in self.COMMANDS:
            with self.subTest(command=command):
                done = self.hearken(*command, "--library", library, status=1)
                self.assertEqual(done.out, "")
                self.one_line(done.err, str(library), *parts)
                self.assertEqual(library.read_bytes() if library.is_file() else None, before)

    def test_text_file(self):
        path = self.dir / "notes.db"
        path.write_text("not a database\n" * 100)
        self.expect_refused(path, "not a hearken library")

    def test_short_file(self):
        path = self.dir / "short.db"
        path.write_text("x")
        self.expect_refused(path, "not a hearken library")

    def test_somebody_elses_database(self):
        path = self.dir / "mail.db"
        database = sqlite3.connect(path)
        database.execute("CREATE TABLE mails (subject)")
        database.commit()
        database.close()
        self.expect_refused(path, "not a hearken library")

    def test_sound_file(self):
        self.expect_refused(self.music / "a.wav", "not a hearken library")

    def test_directory(self):
        self.expect_refused(self.music, "folder")

    def test_newer_library(self):
        self.index(self.music)
        database = sqlite3.connect(self.library)
        database.execute("PRAGMA user_version = 999")
        database.commit()
        database.close()
        self.expect_refused(self.library, "newer")

    def test_damaged_library(self):
        for i in range(30):
            tone(self.music / f"{i}.wav", 100 + i, 0.1)
        self.index(self.music)
        data = bytearray(self.library.read_bytes())
        data[4096:] = b"\x55" * (len(data) - 4096)
        self.library.write_bytes(data)
        for command in self.COMMANDS:
            self.one_line(self.hearken(*command, status=1).err, str(self.library))

    def test_empty_file_is_an_empty_library(self):
        self.library.parent.mkdir(parents=True)
        self.library.touch()
        self.assert_counts(self.index(self.music), indexed=1)

    def test_directory_that_may_not_be_written(self):
        locked = self.dir / "locked"
        locked.mkdir()
        locked.chmod(0o555)
        done = self.hearken("index", self.music, "--library", locked / "l.db", status=1, preexec_fn=as_ordinary_user)
        self.one_line(done.err, str(locked / "l.db"), "permission denied")

    def test_searched_without_write_permission(self):
        self.index(self.music)
        folder = self.library.parent
        self.library.chmod(0o444)
        folder.chmod(0o555)
        self.addCleanup(folder.chmod, 0o755)
        done = self.hearken("find", "a beep", "--json", preexec_fn=as_ordinary_user)
        self.assertEqual(len(self.valid("find", done)["results"]), 1)

    def test_library_from_the_environment(self):
        self.env["HEARKEN_LIBRARY"] = str(self.dir / "mine.db")
        self.assert_counts(self.index(self.music), library=str(self.dir / "mine.db"))
        self.assertFalse(self.library.exists())


class FullDiskTest(Case):
    def test_full_disk(self):
        self.library.parent.mkdir(parents=True)
        tone(self.music / "first.wav")
        small = mount_tmpfs(self, self.library.parent, "16m")
        self.index(self.music)
        known = vectors(self.library)
        for i in range(40):
            tone(self.music / f"{i}.wav", 200 + 10 * i, 0.2)
        if small:
            free = os.statvfs(self.library.parent)
            ballast = self.library.parent / "ballast"
            ballast.write_bytes(bytes(max(0, free.f_bavail * free.f_frsize - 150_000)))
            failed = self.hearken("index", self.music, status=1)
        else:
            print("(no file system can be mounted here: a limit on the size of files stands in for a full disk)")
            limit = self.library.stat().st_size + 20_000

            def limit_files():
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

            failed = self.hearken("index", self.music, status=1, preexec_fn=limit_files)
        self.one_line(failed.err, str(self.library), "full" if small else "")

        # What was acknowledged is still there, whole; with room again the run completes.
        after = vectors(self.library)
        self.assertEqual({path: after.get(path) for path in known}, known)
        self.assertLess(len(after), 41)
        if small:
            ballast.unlink()
        report = self.index(self.music)
        self.assert_counts(report, found=41, unchanged=len(after), indexed=41 - len(after))

    def test_out_file_on_a_full_disk(self):
        # A device of our own, since a program that replaces its output file would do it to the real one.
        full = self.dir / "full"
        try:
            os.mknod(full, stat.S_IFCHR | 0o666, os.makedev(1, 7))
            full.write_bytes(b"")
        except OSError:
            self.skipTest("no device can be made here")
        tone(self.music / "a.wav")
        failed = self.hearken("embed", "--audio", self.music / "a.wav", "--out", full, status=1)
        self.one_line(failed.err, str(full), "no space")
        self.assertTrue(stat.S_ISCHR(full.stat().st_mode))

    def test_results_into_a_full_disk(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("there is no /dev/full here")
        self.index(tone(self.music / "a.wav"))
        with open("/dev/full", "w") as full:
            done = subprocess.run([os.environ["HEARKEN_PROGRAM"], "find", "a beep", "--json"], stdout=full,
                                  stderr=subprocess.PIPE, env=self.env, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(b"standard output", done.stderr)


class TwoAtOnceTest(Case):
    def test_second_run_is_told(self):
        for i in range(30):
            noise(self.music / f"{i:02}.wav", seed=i, seconds=1)
        self.index(tone(self.dir / "first.wav"))
        first = self.start("index", "--json", "--threads", "1", self.music)
        self.assertTrue(wait_until(lambda: self.info()["tracks"] > 1, first))
        first.send_signal(signal.SIGSTOP)
        stopped_in_time = first.poll() is None
        second = self.hearken("index", self.music, status=1)
        self.one_line(second.err, str(self.library), f"process {first.pid}", "wait")
        # Questions are answered meanwhile.
        self.assertGreaterEqual(len(self.find("a beep")["results"]), 1)
        first.send_signal(signal.SIGCONT)
        report = self.valid("index", self.finish(first))
        self.assertTrue(stopped_in_time)
        self.assert_counts(report, found=30, indexed=30)
        self.assertEqual(self.info()["tracks"], 31)


if __name__ == "__main__":
    main()
