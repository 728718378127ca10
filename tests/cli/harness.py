"""What the tests of the program share: a sandbox to run it in, sounds made on the spot, and its library's contents."""
import ast
import atexit
import copy
import ctypes
import json
import math
import os
import pathlib
import pty
import random
import select
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import wave

sys.dont_write_bytecode = True
PROGRAM = os.environ["HEARKEN_PROGRAM"]
MODELS = pathlib.Path(os.environ["HEARKEN_MODELS"])
SOURCE = pathlib.Path(os.environ["HEARKEN_SOURCE_DIR"])
SAMPLES = SOURCE / "samples"
HANG_SECONDS = 300  # a guard against waiting for ever, not a measure of speed


class Result:
    def __init__(self, process, out, err):
        self.status, self.out, self.err = process.returncode, out, err

    @property
    def json(self):
        return json.loads(self.out)

    def __str__(self):
        return f"exit status {self.status}\nstdout: {self.out!r}\nstderr: {self.err}"


class Prepared:
    """A directory's contents, to be put back there."""

    def __init__(self, directory, values):
        self.directory, self.values = directory, copy.deepcopy(values)
        self.copy = pathlib.Path(tempfile.mkdtemp(prefix="hearken_kept_"))
        atexit.register(shutil.rmtree, self.copy, ignore_errors=True)
        shutil.copytree(directory, self.copy, symlinks=True, dirs_exist_ok=True)

    def restored(self):
        shutil.rmtree(self.directory, ignore_errors=True)
        shutil.copytree(self.copy, self.directory, symlinks=True)
        return self.directory


PREPARED = {}


class Case(unittest.TestCase):
    """A directory with a home and a library: each test has its own, as prepare() left it."""
    maxDiff = None

    def prepare(self):
        """Makes sounds and a library that tests share: run once a process, and restored at the same place, with what it
        set in `self`, before every further test."""

    def setUp(self):
        shared = type(self).prepare is not Case.prepare
        kept = PREPARED.get(type(self).prepare)
        if kept is None:
            self.dir = pathlib.Path(tempfile.mkdtemp(prefix="hearken_cli_")).resolve()
            (atexit.register if shared else self.addCleanup)(shutil.rmtree, self.dir, ignore_errors=True)
        else:
            self.dir = kept.restored()
        self.home = self.dir / "home"
        self.music = self.dir / "music"
        self.cwd = self.dir / "cwd"  # apart from the sounds, so that messages name them by their full paths
        for directory in (self.home, self.music, self.cwd):
            directory.mkdir(exist_ok=True)
        self.library = self.home / "share" / "hearken" / "library.db"
        self.env = {"PATH": os.environ["PATH"], "HOME": str(self.home), "XDG_DATA_HOME": str(self.home / "share"),
                    "HEARKEN_MODELS": str(MODELS), "LC_ALL": "C.UTF-8"}
        self.env.update({k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")})
        if kept is not None:
            vars(self).update(copy.deepcopy(kept.values))
        elif shared:
            before = set(vars(self))
            self.prepare()
            PREPARED[type(self).prepare] = Prepared(self.dir, {k: v for k, v in vars(self).items() if k not in before})

    def start(self, *arguments, **options):
        process = subprocess.Popen([PROGRAM, *map(str_or_bytes, arguments)], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=self.env, cwd=self.cwd,
                                   **options)
        self.addCleanup(end, process)
        return process

    def finish(self, process, status=0):
        """Waits, and checks what holds for every run: its exit status, and two plain streams of UTF-8."""
        try:
            out, err = process.communicate(timeout=HANG_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            self.fail(f"hangs: {process.args}\n{err.decode(errors='replace')}")
        result = Result(process, out.decode(), err.decode())
        self.assertEqual(result.status, status, f"{process.args}\n{result}")
        for line in result.err.split("\n"):
            self.assertTrue(line.isprintable(), f"not plain: {line!r}")
        self.assertNotIn("terminate called", result.err)
        return result

    def hearken(self, *arguments, status=0, **options):
        return self.finish(self.start(*arguments, **options), status)

    def on_a_terminal(self, *arguments, answer=None):
        """(exit status, what the terminal showed)"""
        try:
            ours, theirs = pty.openpty()
        except OSError as reason:
            self.skipTest(f"no terminal can be made here: {reason}")
        process = subprocess.Popen([PROGRAM, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=self.env,
                                   cwd=self.cwd)
        os.close(theirs)
        shown = b""
        try:
            while select.select([ours], [], [], HANG_SECONDS)[0]:
                piece = os.read(ours, 4096)
                shown += piece
                if answer and b"[y/N]" in shown:
                    os.write(ours, answer)
                    answer = None
                if not piece:
                    break
        except OSError:  # the other end is closed
            pass
        finally:
            os.close(ours)
        return process.wait(), shown.decode()

    def index(self, *arguments, status=0, **options):
        """`hearken index --json`, its report."""
        return self.valid("index", self.hearken("index", "--json", *arguments, status=status, **options))

    def find(self, *arguments, status=0):
        return self.valid("find", self.hearken("find", "--json", *arguments, status=status))

    def info(self, *arguments):
        return self.valid("info", self.hearken("info", "--json", *arguments))

    def valid(self, command, result):
        """The JSON on standard output, checked against its schema where Python can do that."""
        try:
            report = result.json
        except ValueError:
            self.fail(f"standard output is not one JSON value\n{result}")
        if jsonschema:
            schema = json.loads((SOURCE / f"docs/schema/{command}.schema.json").read_text())
            jsonschema.Draft202012Validator(schema).validate(report)
        return report

    def one_line(self, text, *parts):
        """The line of `text` that has every part (file, reason …); exactly one must have them."""
        lines = [line for line in text.splitlines() if all(p.casefold() in line.casefold() for p in parts)]
        self.assertEqual(len(lines), 1, f"{parts} should be on one line of\n{text}")
        return lines[0]

    def assert_counts(self, report, **counts):
        self.assertEqual({k: report[k] for k in counts}, counts, report)


try:
    import jsonschema
except ImportError:
    jsonschema = None
    print("JSON is not validated against docs/schema: python3-jsonschema is not installed", file=sys.stderr)


def str_or_bytes(argument):
    return argument if isinstance(argument, bytes) else str(argument)


def end(process):
    if process.poll() is None:
        process.kill()
        process.wait()
    for stream in (process.stdout, process.stderr):
        stream.close()


def wait_until(condition, process):
    """Waits for the condition; false when the process ended first."""
    deadline = time.monotonic() + HANG_SECONDS
    while not condition():
        if process.poll() is not None:
            return condition()
        if time.monotonic() > deadline:
            raise AssertionError(f"nothing happens: {process.args}")
        time.sleep(0.01)
    return True


# Sounds

def tone(path, hz=440.0, seconds=1.0, rate=16000, channels=1):
    frames = [int(9000 * math.sin(2 * math.pi * hz * i / rate)) for i in range(int(seconds * rate))]
    return write_wav(path, [s for s in frames for _ in range(channels)], rate, channels)


def noise(path, seed=0, seconds=1.0, rate=16000):
    draw = random.Random(seed)
    return write_wav(path, [draw.randint(-9000, 9000) for _ in range(int(seconds * rate))], rate)


def write_wav(path, samples, rate=16000, channels=1):
    with open(path, "wb") as file, wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return path


def write_float_wav(path, samples, rate=16000):
    data = struct.pack(f"<{len(samples)}f", *samples)
    format_chunk = struct.pack("<4sIHHIIHH", b"fmt ", 16, 3, 1, rate, 4 * rate, 4, 32)
    chunks = b"WAVE" + format_chunk + struct.pack("<4sI", b"data", len(data)) + data
    pathlib.Path(path).write_bytes(struct.pack("<4sI", b"RIFF", len(chunks)) + chunks)
    return path


class Storm:
    """A folder of twenty sounds, in which 5,000 things happen at once: renames, writes, deletions, and a new folder."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "sub").mkdir()
        self.sounds = [tone(folder / "sub/sound", 200 + 50 * i, 0.2).read_bytes() for i in range(12)]
        (folder / "sub/sound").unlink()
        self.files = [folder / f"{i}.wav" for i in range(20)]
        for i, file in enumerate(self.files):
            file.write_bytes(self.sounds[i % 12])

    def blow(self):
        """The sounds that are there afterwards."""
        rng = random.Random(5)
        for n in range(5000):
            at = rng.randrange(len(self.files))
            kind = rng.random()
            if kind < 0.9 and self.files[at].exists():
                self.files[at] = self.files[at].rename(rng.choice((self.folder, self.folder / "sub")) / f"r{n}.wav")
            elif kind < 0.95:
                self.files[at].unlink(missing_ok=True)
            else:
                self.files[at].write_bytes(rng.choice(self.sounds))
        (self.folder / "late").mkdir()
        (self.folder / "late/last.wav").write_bytes(self.sounds[0])
        return {str(path) for path in self.folder.rglob("*.wav")}


# The operating system

def as_ordinary_user():
    """For preexec_fn: root keeps its files but no longer reads and writes past their permissions."""
    if os.geteuid() != 0:
        return
    kCapBoundingSetDrop, kDacOverride, kDacReadSearch = 24, 1, 2
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (kDacOverride, kDacReadSearch):
        if libc.prctl(kCapBoundingSetDrop, capability, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "cannot give up the right to override permissions")


def mount_tmpfs(case, directory, size):
    """Mounts a small file system for the length of a test; false where that is not allowed."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        return False
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "hearken_test", directory],
                          stderr=subprocess.DEVNULL, check=False)
    if done.returncode == 0:
        case.addCleanup(unmount, directory)
    return done.returncode == 0


def unmount(directory):
    subprocess.run(["umount", "-l", directory], stderr=subprocess.DEVNULL, check=False)


# The library file

def library_copy(library, directory):
    """The library as a crash would leave it: the file and its log, away from the original, which stays untouched."""
    directory.mkdir(parents=True, exist_ok=True)
    for suffix in ("", "-wal"):
        source = pathlib.Path(f"{library}{suffix}")
        if source.exists():
            shutil.copy(source, directory / source.name)
    return directory / library.name


def vectors(library):
    """{path: (mean, window starts, window vectors)} as bytes, of every visible track; checks that each is whole."""
    copy_directory = pathlib.Path(tempfile.mkdtemp(prefix="hearken_copy_"))
    try:
        database = sqlite3.connect(library_copy(library, copy_directory))
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        if database.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            return {}  # killed between the file's first page and its tables
        rows = database.execute(
            "SELECT t.path, e.mean, w.starts, w.vectors, e.window_count, m.dimension FROM tracks t"
            " LEFT JOIN embeddings e ON e.track_id = t.id LEFT JOIN windows w ON w.embedding_id = e.id"
            " LEFT JOIN models m ON m.id = e.model_id WHERE t.missing = 0").fetchall()
        database.close()
    finally:
        shutil.rmtree(copy_directory)
    for path, mean, starts, rows_of_windows, count, dimension in rows:
        assert mean is not None and rows_of_windows is not None, f"{path} is there in part"
        assert count > 0 and len(rows_of_windows) == 2 * count * dimension, f"{path} has not all of its windows"
    return {path: (mean, starts, rows_of_windows) for path, mean, starts, rows_of_windows, _, _ in rows}


# NumPy's format

def write_npy(path, rows, shape=None):
    """float32, C order; `shape` is what the header says, if not the truth. The path."""
    head = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape or (len(rows), len(rows[0]))}, }}"
    head += " " * (63 - (10 + len(head)) % 64) + "\n"
    path.write_bytes(b"\x93NUMPY\1\0" + struct.pack("<H", len(head)) + head.encode()
                     + b"".join(struct.pack(f"<{len(row)}f", *row) for row in rows))
    return path


def read_npy(path):
    """(shape, rows of floats) of a float32 matrix in C order."""
    data = pathlib.Path(path).read_bytes()
    assert data[:6] == b"\x93NUMPY", data[:6]
    major = data[6]
    length, start = (struct.unpack("<H", data[8:10])[0], 10) if major == 1 else (
        struct.unpack("<I", data[8:12])[0], 12)
    assert (start + length) % 16 == 0, "the data is not aligned"
    header = ast.literal_eval(data[start:start + length].decode("latin1"))
    assert header["descr"] == "<f4" and header["fortran_order"] is False, header
    rows, width = header["shape"]
    values = struct.unpack(f"<{rows * width}f", data[start + length:])
    return header["shape"], [values[r * width:(r + 1) * width] for r in range(rows)]


def main():
    unittest.main(verbosity=2)
