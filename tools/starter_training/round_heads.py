"""A tuned starter as it is shipped: half of what the projections learned, their matrices rounded to float16, all else as it was.

    round_heads.py TUNED OUTPUT [--share 0.5]

What a projection adds is scaled by scaling fc2, so that with share 0 the vectors are those from before the training.
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
    parser.add_argument("--share", type=float, default=0.5)
    arguments = parser.parse_args()
    arguments.output.mkdir()
    for file in arguments.tuned.iterdir():
        if file.is_file() and file.name != "model.safetensors":
            shutil.copyfile(file, arguments.output / file.name)
    tensors = load_file(arguments.tuned / "model.safetensors")
    for name, tensor in tensors.items():
        if name.startswith(("audio.projection.", "text.projection.")):
            scaled = tensor * np.float32(arguments.share) if ".fc2." in name else tensor
            tensors[name] = scaled.astype(np.float16) if scaled.ndim == 2 else scaled
    save_file(tensors, arguments.output / "model.safetensors")
    print(f"{(arguments.tuned / 'model.safetensors').stat().st_size} -> {(arguments.output / 'model.safetensors').stat().st_size} bytes")


if __name__ == "__main__":
    main()
