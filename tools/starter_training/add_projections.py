"""A copy of a starter whose heads have projections beside the mixtures of classes, at first without effect.

    add_projections.py MODEL OUTPUT [--audio-gain 4] [--text-gain 1] [--seed 0]

fc1 is random (normal, gain / sqrt(width)), fc2 and all biases are zero: the same vectors as before, and a gradient from the first step on. The gains bring
the hidden layers to the sizes of what they are added to: class mixtures of sounds have lengths about 17, of texts 0.4 to 1.
"""
import argparse
import json
import shutil
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--audio-gain", type=float, default=4)
    parser.add_argument("--text-gain", type=float, default=1)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    shutil.copytree(arguments.model, arguments.output)
    config = json.loads((arguments.output / "config.json").read_text())
    tensors, rng, dimension = load_file(arguments.output / "model.safetensors"), np.random.default_rng(arguments.seed), config["projection_dim"]
    for side, gain in (("audio", arguments.audio_gain), ("text", arguments.text_gain)):
        width = config[f"{side}_config"]["hidden_size"]
        config[f"{side}_config"]["head"]["projection"] = True
        tensors[f"{side}.projection.fc1.weight"] = (rng.standard_normal((dimension, width)) * gain / width ** 0.5).astype(np.float32)
        tensors[f"{side}.projection.fc2.weight"] = np.zeros((dimension, dimension), np.float32)
        for layer in ("fc1", "fc2"):
            tensors[f"{side}.projection.{layer}.bias"] = np.zeros(dimension, np.float32)
    save_file(tensors, arguments.output / "model.safetensors")
    (arguments.output / "config.json").write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
