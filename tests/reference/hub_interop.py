#!/usr/bin/env python3
"""One cache, two programs: the huggingface_hub package and Hearken against the same local hub.

    HEARKEN_PROGRAM=build/hearken PYTHON tests/reference/hub_interop.py      PYTHON: one that has huggingface_hub

Each check makes something with one of them and uses it with the other, or does the same with both and compares the
trees on disk. Not a part of the test suite, which needs no Python package."""
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from hub_server import Fault, Hub, Repo, sha256  # noqa: E402

PROGRAM = str(pathlib.Path(os.environ.get("HEARKEN_PROGRAM", "build/hearken")).resolve())
DRAW = random.Random(1)
BASE = tempfile.mkdtemp(prefix="hearken_interop_")
MODEL = {"config.json": b'{"model_type": "clap"}', "preprocessor_config.json": b"{}", "tokenizer.json": b'{"model": {}}',
         "tokenizer_config.json": b"{}\n", "model.safetensors": DRAW.randbytes(2_000_000)}
NEXT = {**MODEL, "model.safetensors": DRAW.randbytes(2_000_000)}  # the next commit: another content of one file
LAION = {"sub/music.pt": b"PK\3\4" + DRAW.randbytes(1_000_000)}


class Place:
    """A cache of its own, and both programs looking at it."""

    def __init__(self, hub, **more):
        self.dir = pathlib.Path(tempfile.mkdtemp(dir=BASE))
        self.cache = self.dir / "hub"
        self.env = {"PATH": os.environ["PATH"], "HOME": str(self.dir), "HF_HOME": str(self.dir), "HF_ENDPOINT": hub.url,
                    "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
                    **more}

    def run(self, command, status=0, **more):
        done = subprocess.run(command, env={**self.env, **more}, text=True, capture_output=True, cwd=self.dir,
                              stdin=subprocess.DEVNULL, check=False)
        assert done.returncode == status, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip()

    def hearken(self, *arguments, **more):
        out = self.run([PROGRAM, "model", *arguments], **more)
        return str(pathlib.Path(out.replace("~", str(self.dir), 1)) if out.startswith("~") else self.dir / out)

    def python(self, code, **more):
        return self.run([sys.executable, "-c", "from huggingface_hub import *\n" + code], **more)

    def tree(self, without=()):
        """{path: what is there}: a link's target, a file's content and permissions."""
        found = {}
        for path in sorted(self.dir.rglob("*")):
            name = str(path.relative_to(self.dir))
            if path.is_symlink():
                found[name] = "-> " + os.readlink(path)
            elif path.is_dir():
                found[name] = "directory"
            else:
                found[name] = (oct(path.stat().st_mode), path.read_bytes())
        return {k: v for k, v in found.items() if not k.startswith(tuple(without))} if without else found

    def copy(self):
        other = Place.__new__(Place)
        other.dir = pathlib.Path(tempfile.mkdtemp(dir=BASE))
        shutil.copytree(self.dir, other.dir, symlinks=True, dirs_exist_ok=True)
        other.cache = other.dir / "hub"
        other.env = {**self.env, "HOME": str(other.dir), "HF_HOME": str(other.dir)}
        return other


def same(one, other):
    a, b = one.tree(), other.tree()
    difference = sorted(k for k in a.keys() | b.keys() if a.get(k) != b.get(k))
    assert not difference, "\n".join(f"{k}: {str(a.get(k))[:100]} | {str(b.get(k))[:100]}" for k in difference)
    assert len(a) > 5


SNAPSHOT = "print(snapshot_download('org/model', allow_patterns=%r))" % sorted(MODEL)


def same_trees_of_a_model(hub):
    theirs, ours = Place(hub), Place(hub)
    theirs.python(SNAPSHOT)
    ours.hearken("pull", "org/model")
    same(theirs, ours)


def same_trees_of_one_file(hub):
    theirs, ours = Place(hub), Place(hub)
    for place in (theirs, ours):  # the tokenizer that the checkpoint needs, so that only the file is left to fetch
        place.python("hf_hub_download('FacebookAI/roberta-base', 'tokenizer.json')")
    theirs.python("hf_hub_download('org/laion', 'sub/music.pt')")
    assert ours.hearken("pull", "org/laion:sub/music.pt").endswith("/sub/music.pt")
    same(theirs, ours)


def same_trees_after_an_update(hub):
    theirs, ours = Place(hub), Place(hub)
    for repo in (Repo(MODEL), Repo(NEXT)):
        hub.repos["org/model"] = repo
        theirs.python(SNAPSHOT)
        ours.hearken("pull", "org/model")
    hub.repos["org/model"] = Repo(MODEL)
    same(theirs, ours)
    assert len(list((ours.cache / "models--org--model/snapshots").iterdir())) == 2


def same_trees_by_commit(hub):
    theirs, ours = Place(hub), Place(hub)
    commit = hub.repos["org/model"].commit
    theirs.python(f"snapshot_download('org/model', revision='{commit}', allow_patterns={sorted(MODEL)!r})")
    ours.hearken("pull", "org/model@" + commit)
    same(theirs, ours)


def same_note_of_a_missing_file(hub):
    theirs, ours = Place(hub), Place(hub)
    theirs.python("hf_hub_download('org/model', 'none.json')", status=1)
    ours.run([PROGRAM, "model", "pull", "org/model:none.json"], status=1)
    ours_tree, theirs_tree = ours.tree(), theirs.tree()
    note = f"hub/models--org--model/.no_exist/{hub.repos['org/model'].commit}/none.json"
    assert ours_tree[note] == theirs_tree[note]


def theirs_is_found_offline(hub):
    place = Place(hub)
    path = place.python(SNAPSHOT)
    asked = len(hub.requests)
    assert place.hearken("pull", "org/model", HF_HUB_OFFLINE="1") == path
    assert "org/model" in place.run([PROGRAM, "model", "list"])
    assert len(hub.requests) == asked


def ours_is_found_offline(hub):
    place = Place(hub)
    path = place.hearken("pull", "org/model")
    offline = {"HF_HUB_OFFLINE": "1"}
    asked = len(hub.requests)
    assert place.python("print(snapshot_download('org/model'))", **offline) == path
    assert place.python("print(hf_hub_download('org/model', 'config.json'))", **offline) == path + "/config.json"
    assert place.python("print(try_to_load_from_cache('org/model', 'model.safetensors'))") == path + "/model.safetensors"
    scan = "s = scan_cache_dir(); assert not s.warnings, s.warnings; print([(r.repo_id, r.nb_files) for r in s.repos])"
    assert place.python(scan) == "[('org/model', 5)]"
    assert len(hub.requests) == asked


def neither_fetches_again(hub):
    place = Place(hub)
    place.hearken("pull", "org/model")
    before = len(hub.asked("GET", ".safetensors")), place.tree()
    place.python(SNAPSHOT)
    place.hearken("pull", "org/model")
    assert (len(hub.asked("GET", ".safetensors")), place.tree()) == before


def one_goes_on_where_the_other_stopped(hub):
    for begin, go_on in (("ours", "theirs"), ("theirs", "ours")):
        place = Place(hub)
        held, reached = threading.Event(), threading.Event()
        hub.faults["model.safetensors"] = Fault(after=700_000, hold=held, reached=reached)
        command = {"ours": [PROGRAM, "model", "pull", "org/model"],
                   "theirs": [sys.executable, "-c", "from huggingface_hub import *\n" + SNAPSHOT]}
        process = subprocess.Popen(command[begin], env=place.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert reached.wait(60)
        etag = sha256(MODEL["model.safetensors"])
        incomplete = place.cache / f"models--org--model/blobs/{etag}.incomplete"
        while not incomplete.exists() or (begin == "ours" and incomplete.stat().st_size < 100_000):
            pass
        process.kill()
        process.wait()
        held.set()
        if begin == "theirs":  # it writes in blocks of 10 MB, so nothing of ours has reached the disk; put it there
            incomplete.write_bytes(MODEL["model.safetensors"][:700_000])
        size = incomplete.stat().st_size
        asked = len(hub.gets("model.safetensors"))
        place.run(command[go_on])
        ranges = [h.get("range") for h in hub.gets("model.safetensors")[asked:]]
        assert f"bytes={size}-" in ranges, (begin, ranges)
        [found] = place.cache.glob("models--org--model/snapshots/*/model.safetensors")
        assert found.read_bytes() == MODEL["model.safetensors"]


def they_wait_for_each_other(hub):
    for first, second in (("ours", "theirs"), ("theirs", "ours")):
        place = Place(hub)
        held, reached = threading.Event(), threading.Event()
        hub.faults["model.safetensors"] = Fault(after=700_000, hold=held, reached=reached)
        command = {"ours": [PROGRAM, "model", "pull", "org/model"],
                   "theirs": [sys.executable, "-c", "from huggingface_hub import *\n" + SNAPSHOT]}
        asked = len(hub.asked("GET", "/model.safetensors", "storage"))
        one = subprocess.Popen(command[first], env=place.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert reached.wait(60)
        heads = len(hub.asked("HEAD", "/model.safetensors"))
        two = subprocess.Popen(command[second], env=place.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while len(hub.asked("HEAD", "/model.safetensors")) == heads:
            pass
        try:
            two.wait(1.5)
            raise AssertionError("did not wait")
        except subprocess.TimeoutExpired:
            held.set()
        assert (one.wait(60), two.wait(60)) == (0, 0)
        assert len(hub.asked("GET", "/model.safetensors", "storage")) == asked + 1


def same_after_deleting(hub):
    place = Place(hub)
    commits = []
    for repo in (Repo(MODEL), Repo(NEXT)):
        hub.repos["org/model"] = repo
        commits.append(repo.commit)
        place.hearken("pull", "org/model")
    hub.repos["org/model"] = Repo(MODEL)
    delete = "scan_cache_dir().delete_revisions(%s).execute()"
    for name, hashes in (("org/model@main", commits[1:]), ("org/model@" + commits[0], commits[:1]), ("org/model", commits)):
        theirs, ours = place.copy(), place.copy()
        theirs.python(delete % ", ".join(repr(c) for c in hashes))
        ours.run([PROGRAM, "model", "rm", "--yes", name])
        same(theirs, ours)


def main():
    import huggingface_hub
    print("huggingface_hub", huggingface_hub.__version__)
    hub = Hub({"org/model": Repo(MODEL), "org/laion": Repo(LAION),
               "FacebookAI/roberta-base": Repo({"tokenizer.json": b'{"model": {"type": "BPE"}}'})})
    checks = [same_trees_of_a_model, same_trees_of_one_file, same_trees_after_an_update, same_trees_by_commit,
              same_note_of_a_missing_file, theirs_is_found_offline, ours_is_found_offline, neither_fetches_again,
              one_goes_on_where_the_other_stopped, they_wait_for_each_other, same_after_deleting]
    failed = 0
    for check in checks:
        hub.faults.clear()
        try:
            check(hub)
            print("ok    ", check.__name__)
        except AssertionError as error:
            failed += 1
            print("FAILED", check.__name__, error)
    shutil.rmtree(BASE)
    hub.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
