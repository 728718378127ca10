#!/usr/bin/env python3
"""Time of one 10 s window of HTSAT-base: Hearken beside PyTorch, ONNX Runtime and OpenVINO, same weights, same sound.

    ref/bin/python bench/compare.py WORK [--program build/hearken] [--threads N] [--rounds N] [--write]

WORK and ref: see tests/reference/README.md; WORK/hf-base-safetensors is used, and WORK/compare written. Everything is
measured in turn, round after round, nine windows a turn after one that does not count; figures are the median over the
rounds of a turn's median, and the least of all. --write puts the table into docs/SPEED.md. Run it on an idle machine.
"""
import argparse, datetime, importlib.metadata, json, os, platform, re, statistics, subprocess, sys, time
from pathlib import Path

import numpy

from peers import MANY, PEERS, PEERS_OF_MANY, Peer, apart, prepare

ROOT = Path(__file__).resolve().parent.parent
SOUND = ROOT / "samples/recording-01.ogg"
WINDOWS = 9  # in a turn; `hearken bench model` has as many
PRECISIONS = ("fp32", "bf16", "int8")
SAME = 0.99999
GOALS = [("Hearken fp32", "OpenVINO fp32", 1.0), ("Hearken bf16", "OpenVINO bf16", 0.9), ("Hearken int8", "OpenVINO bf16", 0.6),
         ("Hearken int8", "ONNX Runtime int8", 0.5)]
PRODUCTS_GOALS = {"fp32": 1.25, "bf16": 1.25, "int8": 1.5}


class LeftOut(Exception):
    """Why a candidate is not measured, in one line."""


def hearken(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode: raise LeftOut(f"{program.name} {arguments[0]}: {(done.stderr or done.stdout).strip().splitlines()[0]}")
    return done.stdout


class Hearken:
    """A precision of Hearken's with the face of a peer: a turn is a process of `hearken bench model`."""

    def __init__(self, program, model, folder, threads, precision):
        self.command = (program, "bench", "model", "--model", model, "--precision", precision, "--json")
        self.threads, out = threads, folder / f"hearken-{precision}.npy"
        try:
            hearken(program, "embed", "--audio", folder / "window.wav", "--model", model, "--precision", precision, "--out", out, "--quiet")
            self.turn(1, threads)
            self.vector = numpy.load(out)[0].astype("float64")
        except LeftOut as reason:
            self.vector = str(reason)

    def turn(self, windows, threads):
        return json.loads(hearken(*self.command, "--windows", windows, "--threads", threads))

    def times(self, _):
        self.last = self.turn(1, self.threads)
        return [self.last["window_ms"]["median"], self.last["window_ms"]["min"]]

    def end(self): pass


def cosine(a, b):
    return float(a @ b / numpy.linalg.norm(a) / numpy.linalg.norm(b))


def measure(candidates, rounds):
    """Name -> [median, minimum] in ms. A turn counts by its median, for Hearken's own says no more."""
    turns = {name: [] for name in candidates}
    for number in range(rounds):
        for name, candidate in candidates.items():
            times = candidate.times(WINDOWS)
            turns[name].append((times[0] if isinstance(candidate, Hearken) else statistics.median(times), min(times)))
        print(f"\rround {number + 1} of {rounds}", end="\n" if number + 1 == rounds else "", file=sys.stderr)
    return {name: [statistics.median(medians), min(least)] for name, t in turns.items() for medians, least in [zip(*t)]}


def keep_those_that_run(candidates):
    for name in [n for n, c in candidates.items() if isinstance(c.vector, str)]:
        print(f"left out: {name}: {candidates.pop(name).vector}")
    return candidates


def machine():
    info = Path("/proc/cpuinfo").read_text()
    name = re.search(r"model name\s*: (.*)", info)
    sets = [s for s in ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8") if f" {s}" in info]
    return f"{os.cpu_count()} cores of {name[1] if name else platform.machine()} ({', '.join(sets)})"


def waiting():
    """Seconds so far in which some process had to wait for a core."""
    return int(re.search(r"some .*total=(\d+)", Path("/proc/pressure/cpu").read_text())[1]) / 1e6


def start(args, model, folder, peers):
    return keep_those_that_run({name: Peer(model, folder, args.threads, how) for name, how in peers.items()})


def one_window(args, model, folder, ours):
    """The lines of the table and of the goals."""
    candidates = start(args, model, folder, PEERS) | ours
    reference = candidates["PyTorch fp32"].vector
    cosines = {name: cosine(candidate.vector, reference) for name, candidate in candidates.items()}
    for name in [n for n in cosines if n.endswith("fp32") and not cosines[n] > SAME]:
        sys.exit(f"{name} computes something else: cosine {cosines[name]:.6f} to PyTorch fp32")
    figures = measure(candidates, args.rounds)
    slower = max(("PyTorch bf16, converted", "PyTorch bf16, autocast"), key=lambda n: figures[n][0])
    base = figures["OpenVINO fp32"][0]
    lines = ["| | median, ms | minimum, ms | to OpenVINO fp32 | cosine to PyTorch fp32 |", "|---|---|---|---|---|"]
    lines += [f"| {name} | {median:.1f} | {least:.1f} | {median / base:.2f} | {cosines[name]:.6f} |"
              for name, (median, least) in figures.items() if name != slower]
    lines += ["", f"- {slower}, is slower: {figures[slower][0]:.1f} ms."]
    for ours, theirs, goal in GOALS:
        if ours in figures and theirs in figures:
            median, least = (a / b for a, b in zip(figures[ours], figures[theirs]))
            lines.append(f"- {ours} to {theirs}: {median:.2f} (of the minima {least:.2f}; goal at most {goal}).")
    for precision, goal in PRODUCTS_GOALS.items():
        if last := getattr(candidates.get(f"Hearken {precision}"), "last", None):
            lines.append(f"- Hearken {precision} to its bare products: {last['ratio_to_products']:.2f} (goal at most {goal}).")
    for candidate in candidates.values(): candidate.end()
    return lines


def many_windows(args, model, folder, ours):
    """Windows a second where there are many, as one line."""
    peers = start(args, model, folder, PEERS_OF_MANY)
    rates, shares = {name: [] for name in peers}, []
    for turn in range(2):  # the peers before and after Hearken
        for name, peer in peers.items(): rates[name] += [1000 * MANY / t for t in peer.times(4)]
        if turn: break
        for name, candidate in ours.items():
            together, alone = (1000 / candidate.turn(MANY, t)["window_ms"]["median"] for t in (args.threads, 1))
            rates[name] = [together]
            shares.append(f"{name} {together / alone / args.threads:.0%}")
    for peer in peers.values(): peer.end()
    line = f"Many windows ({MANY} at once), windows a second: " + ", ".join(f"{n} {statistics.median(r):.1f}" for n, r in rates.items())
    return line + (f". Of {args.threads} times one thread's: {', '.join(shares)} (goal 95%)." if shares else ".")


def write(text):
    """Puts the text between the two marks in docs/SPEED.md."""
    begin, end = "<!-- written by bench/compare.py -->\n", "<!-- until here -->"
    page = ROOT / "docs/SPEED.md"
    before, _, rest = page.read_text().partition(begin)
    _, found, after = rest.partition(end)
    if not found: sys.exit(f"{page}: no place for the table; it goes between the lines {begin.strip()} and {end}")
    page.write_text(before + begin + text + end + after)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--program", type=Path, default=ROOT / "build/hearken")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    model, folder = args.work / "hf-base-safetensors", args.work / "compare"
    if not (model / "model.safetensors").exists(): sys.exit(f"{model}: no checkpoint; tests/reference/checkpoints.py writes it")
    apart(prepare, model, SOUND, folder)
    versions = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in ("torch", "transformers", "onnxruntime", "openvino"))
    begin, waited = time.monotonic(), waiting()
    ours = keep_those_that_run({f"Hearken {p}": Hearken(args.program, model, folder, args.threads, p) for p in PRECISIONS})
    lines = one_window(args, model, folder, ours) + ["", many_windows(args, model, folder, ours)]
    waited = (waiting() - waited) / (time.monotonic() - begin)
    text = (f"{datetime.date.today()}, {machine()}, {args.threads} threads; {versions}. "
            f"For {waited:.0%} of the time something waited for a core (the less, the better the figures).\n\n" + "\n".join(lines) + "\n")
    print("\n" + text)
    if args.write: write("\n" + text + "\n")


if __name__ == "__main__": main()
