"""What storing MiniLM's weights in 8 bits costs the starter's texts, and a look at a folder of music.

    STARTER_INPUTS=… python evaluate.py [MUSIC_FOLDER]      # after make_model.py
"""
import json
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

import inputs
import make_model
import make_pool
import texts
from quantise import restore
from reference import Ced, MiniLm, audio_head, decode, text_head, unit, windows, without_carrier
from sentences import BARE, FLAT

MUSIC_QUERIES = ("epic orchestral battle music", "scary dark ambient", "elvish female vocals", "tavern folk dance", "calm piano")


class Starter:
    """The model's heads, and MiniLM with its weights."""

    def __init__(self):
        model = load_file(inputs.MODEL / "model.safetensors")
        config = json.loads((inputs.MODEL / "config.json").read_text())
        heads = ("audio.head", "audio.projection", "text.head", "projection")
        self.tensors = restore({k: v for k, v in model.items() if k.startswith(heads)})
        self.audio, self.text = config["audio_config"]["head"], config["text_config"]["head"]
        self.minilm = MiniLm(make_model.minilm_weights(model))

    def texts(self, minilm, said):
        """(pooled, scored)"""
        pooled = minilm.pooled([without_carrier(t) for t in said])
        return pooled, text_head(pooled, self.tensors, self.text)


def quantisation(starter):
    names = [n.lower() for n in inputs.class_names()]
    broad = (names + [f"a recording of {a} with {b}" for a, b in zip(names, names[100:])] + [f"{a} {b}" for a, b in zip(names[::2], names[55:])]
             + FLAT + BARE + list(MUSIC_QUERIES) + texts.TOKENS)
    (a, exact), (b, stored) = starter.texts(MiniLm(), broad), starter.texts(starter.minilm, broad)
    cosines = (unit(exact) * unit(stored)).sum(1)
    lengths = np.linalg.norm(stored, axis=1) / np.linalg.norm(exact, axis=1)
    print(f"quantised against original, {len(broad)} texts: worst {cosines.min():.5f} ({broad[cosines.argmin()][:40]!r}), mean {cosines.mean():.6f}; "
          f"length {lengths.min():.3f} to {lengths.max():.3f} of the original's, half within {np.median(np.abs(lengths - 1)):.5f}; "
          f"MiniLM's own vectors: worst {(unit(a) * unit(b)).sum(1).min():.5f}")


def music(starter, folder):
    ced, tracks = Ced(), {}
    for path in sorted(p for p in Path(folder).rglob("*") if p.suffix.lower() in make_pool.SUFFIXES):
        heard = [ced(w) for w in windows(decode(path))]
        if heard:
            tracks[path.stem] = audio_head(*(np.array([h[k] for h in heard]) for k in ("odds", "pooled")), starter.tensors, starter.audio).mean(0)
    for query, vector in zip(MUSIC_QUERIES, starter.texts(starter.minilm, MUSIC_QUERIES)[1]):
        ranked = sorted(tracks, key=lambda t: -tracks[t] @ vector)[:4]
        print(f"{query}: " + ", ".join(f"{t} {tracks[t] @ vector:.3f}" for t in ranked))


def main():
    starter = Starter()
    quantisation(starter)
    if len(sys.argv) > 1:
        music(starter, sys.argv[1])


if __name__ == "__main__":
    main()
