"""Fits the likelihood of events (src/tasks/events/event_weights.h) on scenes of bench/event_scenes.py.

    tools/events/fit.py --first DIR… --second DIR… [--write src/tasks/events/event_weights.h]

Each DIR holds truth.json (a list of scenes) and candidates.tsv, what the target event_candidates printed for them (scenes.py).

--first and --second share no recording, piece of music or ambience: what is fitted on one is measured on the other and the other way
round. From these the size of the network, its decay and the curve from output to likelihood are chosen; the weights are then fitted on
both. Each candidate counts twice: as weighed with all texts of its scene, and with its text alone.

The first network makes an output of a candidate's evidence. The second makes the likelihood of that output and of those of other texts'
candidates nearby; it is fitted on outputs of networks that were fitted on the other half.

A candidate is right when it begins within 0.5 s of an event of its text and ends within 0.5 s or a fifth of its length, and a quarter right when
only its beginning is; every kind of scene weighs the same. Needs NumPy and scikit-learn (tools/events/requirements.txt).
"""
import argparse
import json
import pathlib

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

INPUTS = 20
LEAST_OWN, LEAST_NEIGHBOUR = -8.0, -4.0
NEIGHBOUR_HIDDEN, NEIGHBOUR_DECAY = 8, 1.0
LEAST_OUTPUT = -3.0  # of what the likelihood is fitted on: 0.05 of a candidate


def load(folders):
    """Scenes, and their candidates: rows of (scene, text), start and end, evidence, and evidence when the text is asked alone."""
    scenes, whose, times, evidence = [], [], [], {"together": [], "alone": []}
    for folder in map(pathlib.Path, folders):
        made = json.load(open(folder / "truth.json", encoding="utf-8"))
        at = {scene["path"]: len(scenes) + i for i, scene in enumerate(made)}
        scenes += made
        for line in open(folder / "candidates.tsv", encoding="utf-8"):
            path, how, text, *numbers = line.rstrip("\n").split("\t")
            if how == "together":
                whose.append((at[path], text))
                times.append([float(n) for n in numbers[:2]])
            evidence[how].append([float(n) for n in numbers[2:]])
    return scenes, whose, np.array(times), np.array(evidence["together"]), np.array(evidence["alone"])


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


def neighbours(whose, times, output):
    """As event_neighbours() in src/tasks/events/event_likelihood.h, every other text of a scene a rival."""
    out = np.full((len(output), 3), LEAST_NEIGHBOUR)
    scene, text = (np.array(column) for column in zip(*whose))
    for here in np.split(np.arange(len(output)), np.flatnonzero(np.diff(scene)) + 1):
        likely = here[output[here] > LEAST_NEIGHBOUR]
        start, end = times[likely].T
        for i in here if len(likely) else ():
            shared = np.maximum(0, np.minimum(end, times[i][1]) - np.maximum(start, times[i][0]))
            lengths = (end - start, times[i][1] - times[i][0])
            for column, near in enumerate((shared > 0.5 * (lengths[0] + lengths[1] - shared), abs(start - times[i][0]) <= 0.5,
                                           shared > 0.5 * lengths[0])):
                out[i, column] = max(LEAST_NEIGHBOUR, output[likely[near & (text[likely] != text[i])]].max(initial=LEAST_NEIGHBOUR))
    return out


def around(half, output, alone):
    """What the second network is told: of all texts together, then of each alone."""
    return np.concatenate([np.column_stack([np.maximum(output, LEAST_OWN), neighbours(*half[1:3], output)]),
                           np.column_stack([np.maximum(alone, LEAST_OWN), np.full((len(alone), 3), LEAST_NEIGHBOUR)])])


def mean_output(models, inputs):
    return np.mean([logit(m, inputs) for m in models], axis=0)


def crossed(halves, wanted, weight, hidden, decay, count):
    """Of each half what networks that were fitted on the other make of it: the second network's inputs, and its outputs (all texts
    together, then each alone)."""
    fitted = []
    for half, right_ones, heavy in zip(halves, wanted, weight):
        fitted.append([network(np.concatenate(half[3:]), right_ones, heavy, hidden, decay, seed) for seed in range(count)])
    inputs = [around(half, mean_output(models, half[3]), mean_output(models, half[4])) for half, models in zip(halves, fitted[::-1])]
    outputs = []
    for there, here in ((0, 1), (1, 0)):
        models = [network(inputs[here], wanted[here], weight[here], NEIGHBOUR_HIDDEN, NEIGHBOUR_DECAY, seed) for seed in range(count)]
        outputs.append(mean_output(models, inputs[there]))
    return inputs, outputs


def calibrated(halves, outputs):
    """Slope and offset of the curve from an output to the likelihood that a chosen event begins within 0.5 s of a true one."""
    chosen_outputs, hits = [], []
    for (scenes, whose, times, *_), of_half in zip(halves, outputs):
        for z in np.split(of_half, 2):
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


def examples(inputs, value, at):
    """Rows whose values come nearest to some, and those values."""
    return np.array([[*inputs[i], value[i]] for i in (np.abs(value - v).argmin() for v in at)])


def rows(table):
    return ",\n    ".join("{" + ", ".join(f"{x:.6g}" for x in row) + "}" for row in table)


def network_text(name, hidden, bias, output, output_bias):
    count, inputs = hidden.shape
    return f"""inline constexpr EventNetwork<{count}, {inputs}> {name}{{
    {{{{{rows(hidden)}}}}},
    {{{", ".join(f"{x:.6g}" for x in bias)}}},
    {{{", ".join(f"{x:.6g}" for x in output)}}},
    {output_bias:.6g}}};
"""


def examples_text(name, some):
    return f"""inline constexpr std::array<std::array<double, {some.shape[1]}>, {len(some)}> {name}{{{{
    {rows(some)}}}}};
"""


def write(path, first, second, first_examples, second_examples):
    path.write_text(f"""// Written by tools/events/fit.py. Inputs are not standardised.
#pragma once

#include <array>
#include <cstddef>

namespace hearken::tasks {{

template <std::size_t kHidden, std::size_t kInputs>
struct EventNetwork {{
  std::array<std::array<double, kInputs>, kHidden> hidden;
  std::array<double, kHidden> hidden_bias, output;
  double output_bias;
}};

// clang-format off
// From Evidence, in its order, to an output.
{network_text("kEventNetwork", *first)}
// From an output and its Neighbours, in their order, to the log-odds of the likelihood.
{network_text("kNeighbourNetwork", *second)}
// Inputs, and what scikit-learn makes of them: an output, a likelihood. For the tests.
{examples_text("kEventExamples", first_examples)}
{examples_text("kNeighbourExamples", second_examples)}// clang-format on

}}  // namespace hearken::tasks
""", encoding="utf-8")


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
    wanted = [np.tile(right(*half[:3], options.onset_only), 2) for half in halves]
    weight = [np.tile(weights(*half[:2]), 2) for half in halves]
    best = None
    for hidden in options.hidden:
        for decay in options.decay:
            inputs, outputs = crossed(halves, wanted, weight, hidden, decay, options.networks)
            slope, offset = calibrated(halves, outputs)
            for least in options.least:
                means = []
                for alone in (0, 1):
                    tables = []
                    for half, of_half in zip(halves, outputs):
                        z = np.split(of_half, 2)[alone]
                        tables.append(scores(half[0], chosen(half[1], half[2], 1 / (1 + np.exp(-slope * z - offset)), least)))
                    means.append({k: tuple(np.mean([t[k] for t in tables], axis=0)) for k in tables[0]})
                counted = [m[k][0] for m in means for k in ("noise", "music", "ambience", "between", "long, segments", "overlap")]
                total = np.mean(counted) - 0.1 * means[0]["clean"][0]
                print(f"hidden {hidden} decay {decay} least {least}: {total:.4f}  {said(means[0])}\n    alone: {said(means[1])}", flush=True)
                if best is None or total > best[0]:
                    best = (total, hidden, decay, slope, offset, inputs)
    if options.write:
        _, hidden, decay, slope, offset, inputs = best
        evidence, inputs, wanted, weight = (np.concatenate(x) for x in ([e for half in halves for e in half[3:]], inputs, wanted, weight))
        first = [network(evidence, wanted, weight, hidden, decay, seed) for seed in range(options.networks)]
        second = [network(inputs, wanted, weight, NEIGHBOUR_HIDDEN, NEIGHBOUR_DECAY, seed) for seed in range(options.networks)]
        likelihood = 1 / (1 + np.exp(-slope * mean_output(second, inputs) - offset))
        write(options.write, folded(first, 1, 0), folded(second, slope, offset),
              examples(evidence, mean_output(first, evidence), (-6, -4, -2, -1, 0, 1, 3)),
              examples(inputs, likelihood, (0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98)))


if __name__ == "__main__":
    main()
