"""Writes learned.safetensors: what is added to the evidence of classes, linear in CED's pooled state.

    STARTER_INPUTS=… fit_learned.py CLIPS.npz     # CLIPS: odds [n, 527], pooled [n, 192], kind [n], label [n], split [n]

Two parts, each with a penalty on what it changes of sounds that it is not about:
  instruments  cross entropy of an instrument's names among all names, of passages played from freely usable SoundFonts
               (kind "passage"; tools/starter_training renders them); penalty 1 on music, noises and effects.
  noises       cross entropy of an effect's own name among all effects' names (kind "effect"), evidence divided by 3; penalty 10,
               chosen on ESC-10's dev half among 0.3, 1, 3 and 10: with less of it ESC-10 among ESC-50's names falls to 0.70.
Only clips of the split "choose" are used.
"""
import json
import sys

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

import inputs
from make_model import HERE, phrases
from reference import MiniLm, unit


def subtree(ontology, name):
    by_id, by_name = {o["id"]: o for o in ontology}, {o["name"]: o for o in ontology}
    out, open_ = set(), [name]
    while open_:
        out.add(open_[-1])
        open_ += [by_id[c]["name"] for c in by_name[open_.pop()]["child_ids"] if c in by_id]
    return out


def mixtures(texts):
    """[n, 527]: softmax of each class's best phrase, as sharp as the model's was when the fits were made."""
    minilm, said = MiniLm(), phrases()
    agreement = unit(minilm.pooled(list(texts))) @ unit(minilm.pooled([text for _, text in said])).T
    best = np.maximum.reduceat(agreement, np.flatnonzero(np.r_[True, np.diff([c for c, _ in said]) > 0]), axis=1)
    weights = np.exp(25 * (best - best.max(1, keepdims=True)))
    return weights / weights.sum(1, keepdims=True)


def fitted(x, evidence, texts, target, others, classes, temperature, penalty, rate, steps, own):
    """[192, classes]."""
    torch.manual_seed(0)
    tensor = lambda a: torch.tensor(np.asarray(a, np.float32))
    x, evidence, texts, others, target = tensor(x), tensor(evidence), tensor(texts), tensor(others), tensor(target)
    weight = torch.zeros(192, len(classes), requires_grad=True)
    optimiser = torch.optim.AdamW([weight], lr=rate, weight_decay=1e-2)
    for _ in range(steps):
        logits = (evidence @ texts.T + (x @ weight) @ texts[:, classes].T) / temperature
        loss = torch.nn.functional.cross_entropy(logits, target) + penalty * ((others @ weight) ** 2).mean()
        if own:
            loss = loss + penalty * ((x @ weight) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return weight.detach().numpy()


def main():
    clips = np.load(sys.argv[1])
    names = inputs.class_names()
    ontology = json.loads(inputs.given("audioset/ontology.json").read_text())
    music = subtree(ontology, "Music") | subtree(ontology, "Singing") | {"Choir"}
    instruments = [i for i, n in enumerate(names) if n in subtree(ontology, "Musical instrument") | subtree(ontology, "Singing") | {"Choir"}]
    noises = [i for i, n in enumerate(names) if n not in music - subtree(ontology, "Sounds of things")]
    chosen = clips["split"] == "choose"
    mean, deviation = clips["pooled"].mean(0), clips["pooled"].std(0) + 1e-6
    x = (clips["pooled"] - mean) / deviation
    evidence = clips["odds"] - load_file(HERE / "statistics.safetensors")["mean"].reshape(-1)
    weight = np.zeros((192, 527), np.float32)
    for kind, classes, settings in (("passage", instruments, dict(temperature=1, penalty=1, rate=0.01, steps=600, own=False)),
                                    ("effect", noises, dict(temperature=3, penalty=10, rate=0.005, steps=300, own=True))):
        heard = chosen & (clips["kind"] == kind)
        said = [label.split("|") for label in clips["label"][heard]]
        texts = sorted({text for labels in said for text in labels})
        target = np.array([[text in labels for text in texts] for labels in said], float)
        weight[:, classes] += fitted(x[heard], evidence[heard], mixtures(texts), target / target.sum(1, keepdims=True),
                                     x[chosen & (clips["kind"] != kind)], classes, **settings)
    save_file({"weight": weight, "mean": mean.astype(np.float32), "deviation": deviation.astype(np.float32)}, HERE / "learned.safetensors")


if __name__ == "__main__":
    main()
