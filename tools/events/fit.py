"""Fits the likelihood of events (src/tasks/events/event_weights.h) on scenes of bench/event_scenes.py.

    tools/events/fit.py --first DIR… --second DIR… [--write src/tasks/events/event_weights.h]

Each DIR holds truth.json (a list of scenes) and candidates.tsv, what the target event_candidates printed for them:

    build/event_candidates < jobs > DIR/candidates.tsv        # jobs: PATH, a tab, the texts between "|"

--first and --second share no recording, piece of music or ambience: what is fitted on one is measured on the other and the other way
round. From these the size of the network, its decay and the curve from output to likelihood are chosen; the weights are then fitted on
both. A candidate is right when it begins within 0.5 s of an event of its text and ends within 0.5 s or a fifth of its length, and a quarter right when
only its beginning is; every kind of scene weighs the same. Needs NumPy and scikit-learn (tools/events/requirements.txt).
"""
import argparse
import json
import pathlib

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

INPUTS = 12
LEAST_OUTPUT = -3.0  # of what the likelihood is fitted on: 0.05 of a candidate


def load(folders):
    """Scenes, and their candidates: rows of (scene, text), start and end, evidence."""
    scenes, whose, times, evidence = [], [], [], []
    for folder in map(pathlib.Path, folders):
        made = json.load(open(folder / "truth.json", encoding="utf-8"))
        at = {scene["path"]: len(scenes) + i for i, scene in enumerate(made)}
        scenes += made
        for line in open(folder / "candidates.tsv", encoding="utf-8"):
            path, text, *numbers = line.rstrip("\n").split("\t")
            if path not in at:
                continue
            whose.append((at[path], text))
            times.append([float(n) for n in numbers[:2]])
            evidence.append([float(n) for n in numbers[2:]])
    return scenes, whose, np.array(times), np.array(evidence)


def fits(event, start, end, offsets=True):
    late = abs(end - event[2]) > max(0.5, 0.2 * (event[2] - event[1]))
    return abs(start - event[1]) <= 0.5 and not (offsets and late)


def right(scenes, whose, times, onset_only):
    """1 for a candidate that begins and ends right, `onset_only` for one that begins right, else 0."""
    out = np.zeros(len(whose))
    for i, ((scene, text), (start, end)) in enumerate(zip(whose, times)):
        events = [e for e in scenes[scene]["events"] if e[0] == text]
        whole, begins = (any(fits(e, start, end, offsets) for e in events) for offsets in (True, False))
        out[i] = 1 if whole else onset_only if begins else 0
    return out


def weights(scenes, whose):
    kinds = np.array([scenes[s]["kind"] for s, _ in whose])
    out = np.zeros(len(kinds))
    for kind in set(kinds):
        out[kinds == kind] = 1 / (kinds == kind).sum()
    return out / out.mean()


def chosen(whose, times, likelihood, least):
    """Of overlapping candidates of one text the likeliest: {(scene, text): [(start, end, likelihood)]}."""
    out = {}
    for i in np.argsort(-likelihood, kind="stable"):
        if likelihood[i] < least:
            break
        of_text = out.setdefault(whose[i], [])
        if all(times[i][1] <= a + 1e-6 or times[i][0] >= b - 1e-6 for a, b, _ in of_text):
            of_text.append((*times[i], likelihood[i]))
    return out


def matched(true, found, offsets):
    left, count = sorted(found), 0
    for event in sorted(true, key=lambda e: e[1]):
        for f in left:
            if fits(event, f[0], f[1], offsets):
                left.remove(f)
                count += 1
                break
    return count


def segments(spans, seconds):
    out = np.zeros(int(np.ceil(seconds)), bool)
    for a, b in spans:
        out[int(np.floor(a + 0.001)):int(np.ceil(b - 0.001))] = True
    return out


def scores(scenes, found):
    """By kind: onset F1, F1 with offsets; for `long` F1 of segments of 1 s too; for `clean` false events a minute."""
    out = {}
    for kind in dict.fromkeys(s["kind"] for s in scenes):
        n = np.zeros(4)
        s = np.zeros(3)
        minutes = false = 0
        for i, scene in enumerate(scenes):
            if scene["kind"] != kind:
                continue
            minutes += scene["seconds"] / 60
            for text in scene["texts"]:
                true, mine = [e for e in scene["events"] if e[0] == text], found.get((i, text), [])
                n += len(true), len(mine), matched(true, mine, False), matched(true, mine, True)
                false += len(mine)
                if kind == "long":
                    a, b = segments([e[1:] for e in true], scene["seconds"]), segments([m[:2] for m in mine], scene["seconds"])
                    s += a.sum(), b.sum(), (a & b).sum()
        out[kind] = (2 * n[2] / max(1, n[0] + n[1]), 2 * n[3] / max(1, n[0] + n[1]))
        if kind == "long":
            out["long, segments"] = (2 * s[2] / max(1, s[0] + s[1]),)
        if kind == "clean":
            out["clean"] = (false / minutes,)
    return out


def said(table):
    return "  ".join(f"{k} " + "/".join(f"{v:.3f}" for v in values) for k, values in table.items())


def network(evidence, wanted, weight, hidden, decay, seed):
    # What is right in part is so much right and the rest wrong.
    part = (wanted > 0) & (wanted < 1)
    evidence = np.concatenate([evidence, evidence[part]])
    weight = np.concatenate([np.where(part, weight * wanted, weight), (weight * (1 - wanted))[part]])
    wanted = np.concatenate([wanted > 0, np.zeros(part.sum(), bool)])
    scaler = StandardScaler().fit(evidence)
    net = MLPClassifier((hidden,), alpha=decay, random_state=seed, max_iter=60, batch_size=2000, learning_rate_init=3e-3,
                        early_stopping=False)
    net.fit(scaler.transform(evidence), wanted, sample_weight=weight)
    return scaler, net


def logit(model, evidence):
    scaler, net = model
    p = np.clip(net.predict_proba(scaler.transform(evidence))[:, 1], 1e-9, 1 - 1e-9)
    return np.log(p / (1 - p))


def calibrated(halves, outputs):
    """Slope and offset of the curve from a network's output to the likelihood that a chosen event begins within 0.5 s of a true one."""
    chosen_outputs, hits = [], []
    for (scenes, whose, times, _), z in zip(halves, outputs):
        for (scene, text), found in chosen(whose, times, z, LEAST_OUTPUT).items():
            events = [e for e in scenes[scene]["events"] if e[0] == text]
            chosen_outputs += [event[2] for event in found]
            hits += [any(fits(e, start, end, False) for e in events) for start, end, _ in found]
    curve = LogisticRegression(C=1e6).fit(np.array(chosen_outputs)[:, None], hits)
    return curve.coef_[0][0], curve.intercept_[0]


def folded(models, slope, offset):
    """The mean of the networks as one: hidden weights and biases, output weights and bias, on evidence as it comes, the curve to
    likelihood included."""
    hidden = [net.coefs_[0].T / scaler.scale_ for scaler, net in models]
    bias = [net.intercepts_[0] - h @ scaler.mean_ for h, (scaler, net) in zip(hidden, models)]
    share = slope / len(models)
    return (np.concatenate(hidden), np.concatenate(bias), np.concatenate([share * net.coefs_[1][:, 0] for _, net in models]),
            sum(share * net.intercepts_[1][0] for _, net in models) + offset)


def examples(models, slope, offset, evidence):
    """Candidates from unlikely to likely, and their likelihoods as scikit-learn computes them."""
    z = np.mean([logit(m, evidence) for m in models], axis=0)
    likelihood = 1 / (1 + np.exp(-slope * z - offset))
    return [(evidence[i], likelihood[i]) for i in (np.abs(likelihood - l).argmin() for l in (0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98))]


def write(path, hidden, bias, output, output_bias, some):
    number = lambda x: f"{x:.6g}"
    rows = ",\n    ".join("{" + ", ".join(map(number, row)) + "}" for row in hidden)
    examples_rows = ",\n    ".join("{" + ", ".join(map(number, (*e, l))) + "}" for e, l in some)
    text = f"""// Written by tools/events/fit.py. Inputs are those of Evidence, in its order, not standardised.
#pragma once

#include <array>

namespace hearken::tasks {{

// clang-format off
inline constexpr std::array<std::array<double, {INPUTS}>, {len(hidden)}> kEventHidden{{{{
    {rows}}}}};
inline constexpr std::array<double, {len(hidden)}> kEventHiddenBias{{{", ".join(map(number, bias))}}};
inline constexpr std::array<double, {len(hidden)}> kEventOutput{{{", ".join(map(number, output))}}};
inline constexpr double kEventOutputBias = {number(output_bias)};

// Evidence, and its likelihood as scikit-learn computes it: for the tests.
inline constexpr std::array<std::array<double, {INPUTS + 1}>, {len(some)}> kEventExamples{{{{
    {examples_rows}}}}};
// clang-format on

}}  // namespace hearken::tasks
"""
    path.write_text(text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--first", nargs="+", required=True)
    parser.add_argument("--second", nargs="+", required=True)
    parser.add_argument("--hidden", type=int, nargs="+", default=[48])
    parser.add_argument("--decay", type=float, nargs="+", default=[1.0])
    parser.add_argument("--onset-only", type=float, default=0.25)
    parser.add_argument("--networks", type=int, default=3, help="how many are fitted, from other seeds; their mean counts")
    parser.add_argument("--least", type=float, nargs="+", default=[0.3, 0.4, 0.5, 0.6])
    parser.add_argument("--write", type=pathlib.Path)
    options = parser.parse_args()
    halves = [load(options.first), load(options.second)]
    wanted = [right(*half[:3], options.onset_only) for half in halves]
    weight = [weights(*half[:2]) for half in halves]
    best = None
    for hidden in options.hidden:
        for decay in options.decay:
            outputs = []
            for here, there in ((0, 1), (1, 0)):
                models = [network(halves[here][3], wanted[here], weight[here], hidden, decay, seed) for seed in range(options.networks)]
                outputs.append((there, np.mean([logit(m, halves[there][3]) for m in models], axis=0)))
            outputs = [z for _, z in sorted(outputs, key=lambda o: o[0])]
            slope, offset = calibrated(halves, outputs)
            for least in options.least:
                tables = []
                for half, z in zip(halves, outputs):
                    tables.append(scores(half[0], chosen(half[1], half[2], 1 / (1 + np.exp(-slope * z - offset)), least)))
                mean = {k: tuple(np.mean([t[k] for t in tables], axis=0)) for k in tables[0]}
                total = np.mean([mean[k][0] for k in ("noise", "music", "ambience", "between", "long, segments")]) - 0.1 * mean["clean"][0]
                print(f"hidden {hidden} decay {decay} least {least}: {total:.4f}  {said(mean)}", flush=True)
                if best is None or total > best[0]:
                    best = (total, hidden, decay, slope, offset)
    if options.write:
        _, hidden, decay, slope, offset = best
        both = [np.concatenate(x) for x in ((halves[0][3], halves[1][3]), wanted, weight)]
        models = [network(*both, hidden, decay, seed) for seed in range(options.networks)]
        write(options.write, *folded(models, slope, offset), examples(models, slope, offset, both[0]))


if __name__ == "__main__":
    main()
