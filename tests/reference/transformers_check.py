#!/usr/bin/env python3
"""The same vectors in transformers and in Hearken, of directories that Hearken wrote (make-model, tune, model convert).

    HEARKEN_PROGRAM=build/hearken ref/bin/python tests/reference/transformers_check.py DIR…      see README.md

Sounds of 3.7 and 10 s and some texts, at fp32; exits 1 when a cosine is below the bar or transformers misses a tensor."""
import json
import os
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

import numpy as np
import torch
from transformers import AutoTokenizer, ClapFeatureExtractor, ClapModel

PROGRAM = os.environ.get("HEARKEN_PROGRAM", "build/hearken")
COSINE = 0.99999
TEXTS = ["a dog barking", "naïve café, 雨の音", "steady rain on a tin roof, thunder far away. " * 20]


def sounds():
    """16-bit samples: noise under a falling tone, so that both programs read the same numbers."""
    for seconds in (3.7, 10):
        t = np.arange(int(48000 * seconds)) / 48000
        x = 0.4 * np.sin(2 * np.pi * (900 - 40 * t) * t) + 0.1 * np.random.default_rng(1).standard_normal(len(t))
        yield (np.clip(x, -1, 1) * 32767).astype(np.int16)


def hearken(directory, *inputs):
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/v.npy"
        subprocess.run([PROGRAM, "embed", "--model", directory, "--precision", "fp32", "--quiet", *inputs, "--out", out], check=True)
        return np.load(out)


def hearken_sounds(directory):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for i, samples in enumerate(sounds()):
            paths.append(f"{folder}/{i}.wav")
            with wave.open(paths[-1], "wb") as file:
                file.setparams((1, 2, 48000, len(samples), "NONE", ""))
                file.writeframes(samples.tobytes())
        return hearken(directory, "--audio", *paths)


def transformers_vectors(directory):
    model, info = ClapModel.from_pretrained(directory, output_loading_info=True)
    model.eval()
    extractor, tokenizer = ClapFeatureExtractor.from_pretrained(directory), AutoTokenizer.from_pretrained(directory)
    own = json.loads((Path(directory) / "preprocessor_config.json").read_text())
    heard = []
    with torch.no_grad():
        for samples in sounds():
            x = samples.astype(np.float32) / 32768
            if own.get("int16_round_trip"): x = (x * 32767).astype(np.int16).astype(np.float32) / 32767
            features = extractor(x, sampling_rate=48000, return_tensors="pt")
            if model.config.audio_config.enable_fusion: features["is_longer"] = torch.tensor([[own.get("fuse_short", True)]])
            heard.append(model.get_audio_features(**features)[0].numpy())
        read = [model.get_text_features(**tokenizer([text], truncation=True, return_tensors="pt"))[0].numpy() for text in TEXTS]
    return np.array(heard), np.array(read), info["missing_keys"], info["unexpected_keys"]


def cosines(a, b):
    a, b = a.astype(np.float64), b.astype(np.float64)
    return np.sum(a * b, axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


def main():
    failed = False
    for directory in sys.argv[1:]:
        heard, read, missing, unexpected = transformers_vectors(directory)
        texts = [word for text in TEXTS for word in ("--text", text)]
        sound, text = cosines(heard, hearken_sounds(directory)), cosines(read, hearken(directory, *texts))
        print(f"{directory}: sounds 1 − {1 - sound.min():.0e}, texts 1 − {1 - text.min():.0e} "
              f"(the first two unlike ones {cosines(heard[:1], heard[1:2])[0]:.3f}, {cosines(read[:1], read[1:2])[0]:.3f}), "
              f"missing {sorted(missing)}, unexpected {sorted(unexpected)}")
        failed = failed or min(sound.min(), text.min()) < COSINE or bool(missing)
    return failed


sys.exit(main())
