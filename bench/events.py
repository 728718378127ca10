"""`hearken events` on recordings whose events are known: F1 of onsets, of onsets and offsets, of segments; false events; PSDS1.

    bench/events.py --esc10 DIR --music FILE… --ambience FILE… [--applause FILE…] [--recordings 345] [--kinds noise music …] [--work DIR]
                    [--hearken build/hearken] [-- OPTION…]

The scenes are those of event_scenes.py, from clips whose names begin with one of the digits in --recordings (a recording's clips share
their first number, and the first digit is its fold). Each scene is asked for its own texts. An event is right when one of the same text
begins within 0.5 s of it (`onset`), and for `on+off` ends within 0.5 s too, or within a fifth of its length if that is more (as in DCASE's
evaluations); each true event counts once. In brackets: 95 % intervals, by drawing scenes again. For `long`, F1 of segments of a second is
given too; for `clean`, false events a minute. PSDS1 (Bilen et al., "A framework for the robust evaluation of sound event detection", 2020)
is computed by sed_scores_eval where it is installed, over `noise`, `ambience` and `music`, from all events with their likelihoods.
What follows `--` is handed to the program. Needs NumPy, SciPy and soundfile; espeak-ng for `long`.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

from event_scenes import TEXTS, Maker

KINDS = ("noise", "music", "ambience", "between", "overlap", "long", "clean")


def right(true, found, offsets):
    """How many of one text's events in one scene are found: each true one the first that fits, in time's order."""
    left, count = sorted(found), 0
    for start, end in sorted(true):
        for event in left:
            late = abs(event[1] - end) > max(0.5, 0.2 * (end - start))
            if abs(event[0] - start) <= 0.5 and not (offsets and late):
                left.remove(event)
                count += 1
                break
    return count


def segments(spans, seconds):
    out = np.zeros(int(np.ceil(seconds)), bool)
    for start, end in spans:
        out[int(np.floor(start + 0.001)):int(np.ceil(end - 0.001))] = True
    return out


def counts(scene, events):
    """[true, found, right onsets, right onsets and offsets, true segments, found ones, both, minutes]"""
    out = np.zeros(8)
    out[7] = scene["seconds"] / 60
    for text in scene["texts"]:
        true = [tuple(e[1:]) for e in scene["events"] if e[0] == text]
        mine = [(e["start"], e["end"]) for e in events if e["text"] == text]
        out[:4] += len(true), len(mine), right(true, mine, False), right(true, mine, True)
        a, b = segments(true, scene["seconds"]), segments(mine, scene["seconds"])
        out[4:7] += a.sum(), b.sum(), (a & b).sum()
    return out


FIGURES = {"onset F1": lambda c: 2 * c[2] / max(1, c[0] + c[1]), "on+off F1": lambda c: 2 * c[3] / max(1, c[0] + c[1]),
           "segment F1": lambda c: 2 * c[6] / max(1, c[4] + c[5]), "false a minute": lambda c: (c[1] - c[2]) / c[7]}


def figure(name, rows):
    """With its 95 % interval, scenes drawn again a thousand times."""
    rows, draw = np.array(rows), np.random.default_rng(1)
    again = [FIGURES[name](rows[draw.integers(len(rows), size=len(rows))].sum(axis=0)) for _ in range(1000)]
    low, high = np.percentile(again, (2.5, 97.5))
    return f"{FIGURES[name](rows.sum(axis=0)):.3f} ({low:.3f}–{high:.3f})"


def listen(hearken, scenes, more):
    """The events of each scene; scenes that ask the same texts share a run."""
    groups, out = {}, {}
    for scene in scenes:
        groups.setdefault(tuple(scene["texts"]), []).append(scene["path"])
    for texts, paths in groups.items():
        asked = [word for text in texts for word in ("--text", text)]
        done = subprocess.run([hearken, "events", "--json", *asked, *more, *paths], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(done.stderr)
        out.update({r["path"]: r["events"] for r in json.loads(done.stdout)["results"]})
    return [out[scene["path"]] for scene in scenes]


def psds1(scenes, found):
    """By an implementation that is not ours; nothing where it is not installed."""
    try:
        from sed_scores_eval import intersection_based
        from sed_scores_eval.base_modules.scores import create_score_dataframe
    except ImportError:
        return None
    classes = sorted(TEXTS.values())
    scores, truth, durations = {}, {}, {}
    for n, (scene, events) in enumerate(zip(scenes, found)):
        times = sorted({0.0, scene["seconds"], *(min(t, scene["seconds"]) for e in events for t in (e["start"], e["end"]))})
        grid = np.zeros((len(times) - 1, len(classes)))
        for e in events:
            first, last = times.index(min(e["start"], scene["seconds"])), times.index(min(e["end"], scene["seconds"]))
            grid[first:last, classes.index(e["text"])] = e["likelihood"]
        name = f"{n:04}"
        scores[name] = create_score_dataframe(grid, np.array(times), classes)
        truth[name] = [(start, end, text) for text, start, end in scene["events"]]
        durations[name] = scene["seconds"]
    value, *_ = intersection_based.psds(scores=scores, ground_truth=truth, audio_durations=durations, dtc_threshold=0.7, gtc_threshold=0.7,
                                        cttc_threshold=None, alpha_ct=0, alpha_st=1, max_efpr=100)
    return value


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--esc10", type=pathlib.Path, required=True)
    parser.add_argument("--music", nargs="+", default=[])
    parser.add_argument("--ambience", nargs="+", default=[])
    parser.add_argument("--applause", nargs="+", default=[])
    parser.add_argument("--recordings", default="345")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--labels", type=pathlib.Path, default=pathlib.Path(__file__).parent.parent / "labels" / "esc50.txt")
    parser.add_argument("--least", type=float, default=0.4, help="the least likelihood of an event")
    parser.add_argument("--work", type=pathlib.Path)
    parser.add_argument("--hearken", default="build/hearken")
    options, more = parser.parse_known_args()
    more = [m for m in more if m != "--"]
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or pathlib.Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        maker = Maker(options.esc10, options.recordings, options.music, options.ambience, work)
        names = [line.strip() for line in open(options.labels, encoding="utf-8") if line[0] not in "#\n" and "{" not in line]
        make = {"noise": maker.make_noise, "music": maker.make_music, "ambience": maker.make_ambience,
                "between": lambda: maker.make_between(60), "overlap": lambda: maker.make_overlap(24), "long": lambda: maker.make_long(24, options.applause),
                "clean": lambda: maker.make_clean(names)}
        for kind in options.kinds:
            make[kind]()
        # The likeliest are chosen first, so that those from a likelihood on are the same whatever --min is.
        everything = listen(options.hearken, maker.scenes, ["--min", "0.01", *more])
        found = [[e for e in events if e["likelihood"] >= options.least] for events in everything]
        print("| | scenes | true | found | onset F1 | on+off F1 | |\n|---|---|---|---|---|---|---|")
        for kind in options.kinds:
            for key in (None, "snr") if kind in ("noise", "music", "ambience") else (None,):
                pairs = [(s, e) for s, e in zip(maker.scenes, found) if s["kind"] == kind]
                for value in sorted({s[key] for s, _ in pairs}, reverse=True) if key else [None]:
                    rows = [counts(s, e) for s, e in pairs if key is None or s[key] == value]
                    total = np.sum(rows, axis=0)
                    other = {"long": f"segment F1 {figure('segment F1', rows)}", "clean": f"false a minute {figure('false a minute', rows)}"}
                    print(f"| {kind}{'' if value is None else f', {value} dB'} | {len(rows)} | {total[0]:.0f} | {total[1]:.0f} | "
                          f"{figure('onset F1', rows)} | {figure('on+off F1', rows)} | {other.get(kind, '')} |", flush=True)
        both = [(s, e) for s, e in zip(maker.scenes, everything) if s["kind"] in ("noise", "music", "ambience")]
        if both and (value := psds1(*zip(*both))) is not None:
            print(f"\nPSDS1 (sed_scores_eval): {value:.3f}")


if __name__ == "__main__":
    main()
