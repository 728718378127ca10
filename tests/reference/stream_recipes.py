#!/usr/bin/env python3
"""The recipes of examples/ on this machine with two workers, one of them killed once.

    HEARKEN_PROGRAM=build/hearken PYTHON tests/reference/stream_recipes.py [xargs] [slurm] [spark]

Each embeds the same sounds in shards, is disturbed by kill -9 of one `hearken embed --stream`, and is imported; the library must
hold what that of a single process holds, bit for bit. xargs needs nothing; slurm root and Debian's slurm-wlm and munge; spark
Java 17 and a PYTHON with pyspark, pyarrow and pandas. Not a part of the test suite."""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
os.environ["HEARKEN_PROGRAM"] = str(pathlib.Path(os.environ.get("HEARKEN_PROGRAM", "build/hearken")).resolve())
os.environ.setdefault("HEARKEN_MODELS", str(SOURCE / "models"))
os.environ["HEARKEN_SOURCE_DIR"] = str(SOURCE)
sys.path.insert(0, str(SOURCE / "tests/cli"))
from harness import noise, tone, vectors  # noqa: E402

EXAMPLES = SOURCE / "examples"
SHARDS, WORKERS = 6, 2


class Killer:
    """Kills one `embed --stream` of a program, once, a moment after it began."""

    def __init__(self, program):
        self.program, self.killed, self.over = os.fsencode(program), 0, False
        self.thread = threading.Thread(target=self.watch)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over = True
        self.thread.join()

    def watch(self):
        while not self.over and not self.killed:
            for entry in pathlib.Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError):
                    words = (entry / "cmdline").read_bytes().split(b"\0")
                    if words[0] in (self.program, b"hearken") and b"--stream" in words and \
                            os.path.samefile(entry / "exe", self.program):
                        time.sleep(0.05)
                        os.kill(int(entry.name), signal.SIGKILL)
                        self.killed = int(entry.name)
                        return
            time.sleep(0.01)


class Place:
    def __init__(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="hearken_recipes_"))
        os.chmod(self.dir, 0o755)
        self.bin = self.dir / "bin"
        self.bin.mkdir()
        # A copy, so that nobody else's process is taken for one of ours.
        self.program = self.bin / "hearken"
        shutil.copy(os.environ["HEARKEN_PROGRAM"], self.program)
        os.environ["PATH"] = f"{self.bin}:{os.environ['PATH']}"
        music = self.dir / "music"
        music.mkdir()
        for i in range(36):
            (tone(music / f"{i:02}.wav", 110 + 31 * i, 3 + i % 19) if i % 3 else noise(music / f"{i:02}.wav", i, 3 + i % 11))
        (music / "words.mp3").write_text("no sound at all\n")
        self.run(EXAMPLES / "rows.py", music, stdout=self.dir / "rows.jsonl")
        self.run("hearken", "embed", "--stream", "--quiet", stdin=self.dir / "rows.jsonl", stdout=self.dir / "one.jsonl",
                 status=3)
        self.expected = self.library("one", self.dir / "one.jsonl")
        assert len(self.expected) == 36, len(self.expected)

    def run(self, *command, stdin=os.devnull, stdout=os.devnull, status=0, **options):
        with open(stdin, "rb") as source, open(stdout, "wb") as sink:
            done = subprocess.run([str(word) for word in command], stdin=source, stdout=sink, check=False, **options)
        if status is not None:
            assert done.returncode == status, f"{command}: exit status {done.returncode}"
        return done.returncode

    def library(self, name, stream):
        """What a library holds after two imports, the second of which changes nothing. words.mp3 is an error."""
        library = self.dir / f"{name}.db"
        command = ["hearken", "import", "--format", "stream", stream, "--library", library]
        self.run(*command, status=3, stderr=subprocess.DEVNULL)
        before = library.read_bytes()
        self.run(*command, status=3, stderr=subprocess.DEVNULL)
        assert library.read_bytes() == before, f"{name}: a second import changes the library"
        return vectors(library)

    def shards(self, name):
        self.run(EXAMPLES / "rows.py", "--shards", SHARDS, self.dir / name, self.dir / "music")
        return self.dir / name

    def check(self, name, stream, killer):
        assert killer.killed, f"{name}: no worker was killed"
        assert self.library(name, stream) == self.expected, f"{name}: other vectors than those of a single process"
        print(f"{name}: {len(self.expected)} tracks as from one process; worker {killer.killed} was killed", flush=True)

    def gather(self, folder):
        parts = sorted(folder.glob("vectors-*.bin"))
        assert len(parts) == SHARDS, parts
        (folder / "all.bin").write_bytes(b"".join(part.read_bytes() for part in parts))
        return folder / "all.bin"


def xargs(place):
    folder = place.shards("xargs")
    command = [EXAMPLES / "xargs/embed.sh", WORKERS, folder, "--threads", 1]
    with Killer(place.program) as killer:
        first = place.run(*command, status=None)
    assert first == 123, f"xargs: exit status {first} with a worker killed"
    assert len(list(folder.glob("vectors-*"))) == SHARDS - 1, "what the killed worker left is not away"
    place.run(*command)
    place.check("xargs", place.gather(folder), killer)


def slurm(place):
    folder, cluster = place.shards("slurm"), place.dir / "cluster"
    here = EXAMPLES / "slurm/slurm_here.sh"
    os.environ["SLURM_CONF"] = str(cluster / "slurm.conf")
    place.run(here, "start", cluster)
    try:
        with Killer(place.program) as killer:
            place.run("sbatch", "--wait", f"--array=0-{SHARDS - 1}%{WORKERS}", "--output", folder / "log-%a",
                      EXAMPLES / "slurm/embed.sbatch", folder, cwd=SOURCE, status=None)
            deadline = time.monotonic() + 300
            while subprocess.run(["squeue", "-h"], capture_output=True, check=True).stdout.strip():
                assert time.monotonic() < deadline, "slurm: the queue does not become empty"
                time.sleep(1)
        place.check("slurm", place.gather(folder), killer)
    finally:
        place.run(here, "stop", cluster)


def spark(place):
    out = place.dir / "spark.parquet"
    master = f"local-cluster[{WORKERS},1,1024]"
    with Killer(place.program) as killer:
        place.run(sys.executable, EXAMPLES / "spark/embed.py", place.dir / "rows.jsonl", out, "--partitions", SHARDS, "--",
                  "--threads", "1", stdout=place.dir / "spark.out",
                  env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable, "PYSPARK_SUBMIT_ARGS":
                       f"--master {master} --conf spark.ui.enabled=false --conf spark.executor.memory=1g pyspark-shell"})
    assert (place.dir / "spark.out").read_text().split("\n")[-2] == "37 rows, 1 of them errors"
    place.run(sys.executable, EXAMPLES / "spark/stream.py", out, stdout=place.dir / "spark.bin")
    place.check("spark", place.dir / "spark.bin", killer)


def main():
    recipes = {"xargs": xargs, "slurm": slurm, "spark": spark}
    wanted = sys.argv[1:] or list(recipes)
    place = Place()
    try:
        for name in wanted:
            recipes[name](place)
    finally:
        shutil.rmtree(place.dir, ignore_errors=True)


if __name__ == "__main__":
    main()
