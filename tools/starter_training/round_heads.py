"""A tuned starter as it would be shipped: the projections' matrices rounded to float16, all else as it was.

    round_heads.py TUNED OUTPUT
"""
import argparse
import shutil
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tuned", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    arguments.output.mkdir()
    for file in arguments.tuned.iterdir():
        if file.is_file() and file.name != "model.safetensors":
            shutil.copyfile(file, arguments.output / file.name)
    tensors = load_file(arguments.tuned / "model.safetensors")
    for name, tensor in tensors.items():
        if name.startswith(("audio.projection.", "text.projection.")) and tensor.ndim == 2:
            tensors[name] = tensor.astype(np.float16)
    save_file(tensors, arguments.output / "model.safetensors")
    print(f"{(arguments.tuned / 'model.safetensors').stat().st_size} -> {(arguments.output / 'model.safetensors').stat().st_size} bytes")


if __name__ == "__main__":
    main()
