#!/usr/bin/env python3
"""A training step (forward, backward, update) beside the same step with transformers, in turns, ratios of one run.

    bench/train_step.py MODEL [--steps N] [--threads N] [--device cuda] [--program build/hearken_train_step]

MODEL: a CLAP directory in Hugging Face layout, such as make_hf_checkpoint.py --arch tiny writes. Run by a Python that has
torch and transformers; for the same libtorch on both sides configure with -DHEARKEN_TORCH=that Python's torch folder, then
`cmake --build build --target hearken_train_step`.
Both: a batch of 16 windows of 10 s and 16 texts of 8 to 22 tokens, InfoNCE, gradients clipped to 1, AdamW over all weights, float32,
batch norms with their stored statistics, nothing dropped. transformers pads the texts to the longest; its AdamW is the fused one.
The first step of each is not counted; memory is what the highest of the process is above that before the model.
"""
import argparse, os, statistics, subprocess, sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ITEMS = 16


def memory(what):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith(what))


def reference(model, device, threads):
    """The other side, in a process of its own; speaks as bench/train_step.cpp does."""
    import time
    import torch
    from transformers import ClapModel

    torch.set_num_threads(threads)
    before = memory("VmRSS")
    clap = ClapModel.from_pretrained(model).eval().to(device)
    texts = [[100 + 37 * i + k for k in range(8 + i * 7 % 15)] for i in range(ITEMS)]
    longest = max(map(len, texts))
    ids = torch.tensor([t + [1] * (longest - len(t)) for t in texts], device=device)
    mask = torch.tensor([[1] * len(t) + [0] * (longest - len(t)) for t in texts], device=device)
    sounds = (torch.randn(ITEMS, 1, 1001, 64) * 20 - 30).to(device)
    longer = torch.zeros(ITEMS, 1, dtype=torch.bool, device=device)
    right = torch.arange(ITEMS, device=device)
    optimizer = torch.optim.AdamW(clap.parameters(), lr=1e-5, betas=(0.9, 0.98), eps=1e-6, weight_decay=0.01, fused=True)
    for _ in sys.stdin:
        began, cpu = time.monotonic(), time.process_time()
        optimizer.zero_grad()
        out = clap(input_ids=ids, attention_mask=mask, input_features=sounds, is_longer=longer)
        cross_entropy = torch.nn.functional.cross_entropy
        loss = (cross_entropy(out.logits_per_audio, right) + cross_entropy(out.logits_per_text, right)) / 2
        loss.backward()
        torch.nn.utils.clip_grad_norm_(clap.parameters(), 1.0)
        optimizer.step()
        loss = loss.item()
        if device != "cpu": torch.cuda.synchronize()
        print(time.monotonic() - began, time.process_time() - cpu, loss, flush=True)
    print(memory("VmHWM") - before)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("model")
    p.add_argument("--steps", type=int, default=5)
    p.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    p.add_argument("--device", default="cpu")
    p.add_argument("--program", default=ROOT / "build/hearken_train_step")
    p.add_argument("--reference", action="store_true", help=argparse.SUPPRESS)
    a = p.parse_args()
    if a.reference: return reference(a.model, a.device, a.threads)

    # Threads that wait asleep leave the cores to the side whose turn it is.
    environment = dict(os.environ, OMP_WAIT_POLICY="passive", OMP_NUM_THREADS=str(a.threads))
    commands = {"hearken": [a.program, a.model, a.device, str(a.threads)],
                "transformers": [sys.executable, __file__, a.model, "--reference", "--device", a.device, "--threads", str(a.threads)]}
    sides = {name: subprocess.Popen(c, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
             for name, c in commands.items()}
    seconds, cpu = {name: [] for name in sides}, {name: [] for name in sides}
    for step in range(a.steps + 1):
        for name, side in sides.items():
            side.stdin.write("step\n")
            side.stdin.flush()
            line = side.stdout.readline().split()
            if len(line) != 3:
                for other in sides.values(): other.kill()
                sys.exit(f"{name} failed")
            if step > 0:
                seconds[name].append(float(line[0]))
                cpu[name].append(float(line[1]))
    peak = {}
    for name, side in sides.items():
        side.stdin.close()
        peak[name] = float(side.stdout.readline())
        side.wait()
    figures = {name: (statistics.median(seconds[name]), statistics.median(cpu[name]), peak[name]) for name in sides}
    for name, (wall, threads, mb) in figures.items():
        print(f"{name:<13} {wall:7.2f} s   {threads:7.2f} s of all threads   {mb:6.0f} MB")
    ratios = [ours / theirs for ours, theirs in zip(figures["hearken"], figures["transformers"])]
    print(f"{'ratio':<13} {ratios[0]:7.2f}     {ratios[1]:7.2f}                    {ratios[2]:6.2f}      goal 1.0")


main()
