"""Writes levels.json, and with it config.json: the logit scale and the scores from which a match is MODERATE and HIGH.

    STARTER_INPUTS=… STARTER_CACHE=… python fit_levels.py      # after make_model.py

Fitted on the ten classes of ESC-10's dev half, each asked for in five plain sentences (sentences.py).
"""
import json

import numpy as np
from safetensors.numpy import load_file

import inputs
from make_model import BETA, HERE, minilm_weights, write_config
from make_pool import scored
from quantise import restore
from reference import Ced, MiniLm, audio_head, project, text_head
from sentences import CLASSES, FLAT, PER_CLASS

PRECISION = 0.95


def scores(model):
    """(cosines [clips, sentences], class of each clip)."""
    heads = restore({k: v for k, v in model.items() if ".head." in k or k.startswith("projection")})
    odds = scored("esc10", Ced())[3]
    audio = project(audio_head(odds, heads["audio.head.mean"], heads["audio.head.deviation"]), heads["projection.map"])
    text = project(text_head(MiniLm(minilm_weights(model)).pooled(FLAT), heads["text.head.labels"], BETA), heads["projection.map"])
    return audio @ text.T, np.array([CLASSES.index(label) for _, label, _ in inputs.esc10()])


def logit_scale(cosines, truth):
    """The scale under which softmax over the ten classes gives the right one the greatest likelihood."""
    def loss(scale):
        logits = scale * cosines.reshape(len(truth), len(CLASSES), PER_CLASS)
        return np.mean(np.logaddexp.reduce(logits, axis=1) - logits[np.arange(len(truth)), truth])
    return min(np.arange(5, 100.25, 0.25), key=loss)


def main():
    cosines, truth = scores(load_file(inputs.MODEL / "model.safetensors"))
    right = truth[:, None] == np.repeat(np.arange(len(CLASSES)), PER_CLASS)
    order = np.argsort(-cosines, axis=None)
    precision = np.cumsum(right.ravel()[order]) / np.arange(1, order.size + 1)
    high = cosines.ravel()[order][np.flatnonzero(precision >= PRECISION).max()]
    candidates = np.sort(cosines, axis=None)
    missed = np.searchsorted(np.sort(cosines[right]), candidates) / right.sum()            # right pairs below the candidate
    false = 1 - np.searchsorted(np.sort(cosines[~right]), candidates) / (~right).sum()     # wrong pairs at or above it
    equal = np.abs(missed - false).argmin()
    moderate = candidates[equal]
    how = (f"ESC-10 dev half, {len(FLAT)} plain sentences: of the pairs of sentence and clip scoring high or more {PRECISION:.0%} are right; "
           f"{missed[equal]:.1%} of the right pairs score less than moderate, and as large a share of the wrong ones more")
    levels = {"logit_scale": float(logit_scale(cosines, truth)),
              "levels": {"high": round(float(high), 3), "moderate": round(float(moderate), 3), "how": how}}
    (HERE / "levels.json").write_text(json.dumps(levels, indent=2, ensure_ascii=False) + "\n")
    write_config(inputs.MODEL)
    print(json.dumps(levels, indent=2))
    print(f"right pairs at or above high {(cosines[right] >= high).mean():.3f}, moderate {(cosines[right] >= moderate).mean():.3f}; "
          f"wrong pairs at or above high {(cosines[~right] >= high).mean():.4f}")


if __name__ == "__main__":
    main()
