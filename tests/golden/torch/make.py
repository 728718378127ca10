#!/usr/bin/env python3
"""Write the fixtures of torch_file_test.cpp beside this script, with torch.save itself (PyTorch 2.15, NumPy 2).

The values are the same in every file, so that the test can compute them: element i of tensor number k is (10 k + i) / 8,
which float16 and bfloat16 hold exactly.
"""
import argparse
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent


def values(k, *shape, dtype=torch.float32):
    count = int(np.prod(shape))
    return ((10 * k + torch.arange(count)) / 8).reshape(shape).to(dtype)


def weights():
    shared = values(6, 4, 6)
    wide = values(5, 2, 3)
    return OrderedDict(
        f32=values(1, 2, 3),
        f16=values(2, 3, dtype=torch.float16),
        bf16=values(3, 3, dtype=torch.bfloat16),
        scalar=values(4),
        empty=torch.zeros(0, 4),
        one_row=wide[:1].T[:, :1].T,  # strides of extents of 1 do not matter
        transposed=wide.T,
        expanded=values(7, 1).expand(5),
        tied=shared,
        tied_again=shared,
        second_half=shared[2:],
        position_ids=torch.arange(5).unsqueeze(0),
        i32=torch.arange(3, dtype=torch.int32),
        i8=torch.tensor([-1, 2], dtype=torch.int8),
        u8=torch.tensor([255, 2], dtype=torch.uint8),
        f64=values(8, 2, dtype=torch.float64),
        mask=torch.tensor([True, False]),
        parameter=torch.nn.Parameter(values(9, 2)),
    )


def save(value, name, **options):
    torch.save(value, HERE / name, **options)


def main():
    layer = torch.nn.Linear(3, 2)
    with torch.no_grad():
        layer.weight.copy_(values(1, 2, 3))
        layer.bias.copy_(values(2, 2))
    optimizer = torch.optim.AdamW(layer.parameters(), lr=1e-4)
    layer(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    with torch.no_grad():
        layer.weight.copy_(values(1, 2, 3))
        layer.bias.copy_(values(2, 2))
    save(weights(), "weights.bin")
    save(weights(), "protocol4.bin", pickle_protocol=4)
    save(weights(), "protocol5.bin", pickle_protocol=5)
    save(layer.state_dict(), "module.bin")  # an OrderedDict with _metadata
    # As LAION's training script saves it: data-parallel prefix, optimizer state, scores.
    training = {
        "epoch": 15,
        "name": "fixture",
        "state_dict": OrderedDict(("module." + k, v) for k, v in layer.state_dict().items()),
        "optimizer": optimizer.state_dict(),
        "scaler": {"scale": 65536.0, "growth_interval": 2000, "seed": 2**80},
        "accuracy": np.float64(90.14),
        "scores": np.array([0.5, 0.25]),
        "args": argparse.Namespace(lr=1e-4, amodel="HTSAT-base"),
        "size": torch.Size([2, 3]),
        "device": torch.device("cpu"),
    }
    save(training, "training.pt")
    save({"model": {"a": values(1, 2)}, "lr": 0.5}, "model.pt")
    save({"model_state_dict": {"a": values(1, 2)}}, "model_state_dict.pt")
    save({"deep": {"state_dict": {"a": values(1, 2)}}}, "too_deep.pt")
    save({"a": torch.zeros(2, 2).to_sparse()}, "sparse.pt")
    save(layer, "module_object.pt")
    save({"f32": values(1, 2, 3)}, "legacy.pt", _use_new_zipfile_serialization=False)


main()
