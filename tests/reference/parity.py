#!/usr/bin/env python3
"""Compare Hearken with the reference implementations on the checkpoints of checkpoints.py and write docs/PARITY.md.

    parity.py WORK        # see README.md; exits 1 when any stage is below the bar
"""
import datetime
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/tests/hearken_parity"
COSINE, DECIBELS = 0.99999, 1e-3


def stages(model, golden):
    lines = subprocess.run([PROGRAM, model, golden], capture_output=True, text=True)
    if lines.returncode: sys.exit(lines.stderr)
    return [json.loads(line) for line in lines.stdout.splitlines()]


def lowest(rows, wanted):
    found = [r["cosine"] for r in rows if wanted(r["stage"])]
    return f"1 − {1 - min(found):.0e}" if found else "–"


def main():
    work = Path(sys.argv[1])
    table, below = [], []
    cases = [(p.name.removesuffix(".golden.safetensors"), p) for p in sorted(work.glob("*.golden.safetensors"))]
    cases += [("toy-" + p.name.removesuffix(".golden.safetensors"), p) for p in sorted((ROOT / "tests/golden/clap").glob("*.golden.safetensors"))]
    for name, golden in cases:
        plain = name.removeprefix("toy-") if name.startswith("toy-") else name
        model = golden.parent / plain
        if name.startswith("laion"): model /= "model.pt"
        if name.startswith("toy-laion"): model = golden.parent / f"{plain}.pt"
        rows = stages(model, golden)
        mel = [r["difference"] for r in rows if r["stage"].endswith("log-mel")]
        first = next((r["stage"] for r in rows if not r["cosine"] >= COSINE), None)
        if first or (mel and max(mel) > DECIBELS): below.append(name)
        clips = sorted({r["stage"].split(":")[0] for r in rows if not r["stage"].startswith("text")})
        table.append(f"| {name} | {', '.join(clips)} | {len(rows)} | {f'{max(mel):.0e}' if mel else '–'} "
                     f"| {lowest(rows, lambda s: not s.startswith('text') and 'embedding' not in s and 'log-mel' not in s)} "
                     f"| {lowest(rows, lambda s: s.endswith('from the waveform'))} | {lowest(rows, lambda s: s.endswith('from the text'))} "
                     f"| {first or 'none'} |")
        print(table[-1], flush=True)
    (ROOT / "docs/PARITY.md").write_text(f"""# Agreement with the reference implementations

Written by `tests/reference/parity.py` on {datetime.date.today()} (how to redo it: [tests/reference](../tests/reference/README.md)), at fp32.
The checkpoints have random weights; transformers 4.57.6 (`hf-…`) and laion_clap 1.1.7 (`laion-…`) made them in the published layouts and
computed the other side. `toy-…` are the small ones that every `./dev test` compares. Sounds: 3.7 s (short), 10 s (exact), and for fused
models 23 s with the reference's own crops (long). Texts: plain ones, accents and emoji, 600 characters, none.
Cosines are the lowest of all sounds, texts and stages; the bar is {COSINE}, for the spectrogram {DECIBELS} dB over the 60 dB below its loudest.

| checkpoint | sounds | stages compared | log-mel, dB | states inside the audio tower | sound to vector | text to vector | first stage below the bar |
|---|---|---|---|---|---|---|---|
""" + "\n".join(table) + """

laion_clap hands a 23 s sound to torchvision's `Resize`, which today smooths where it did not when the models were trained; the
comparison is without smoothing, as transformers has it. A fused model of laion_clap takes sounds of up to 10 s unfused; transformers
sends them through the fusion when they come one at a time. Hearken does what the checkpoint's own implementation does.
""")
    if below: sys.exit("below the bar: " + ", ".join(below))


main()
