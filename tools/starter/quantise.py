"""Tensors as int8 with float32 scales: one for the tensor, one per row, or one per group of a row's columns."""
import numpy as np


def rows(name, tensor, groups=1):
    """{name: int8, name.scale: float32 [rows] or [rows, groups]}, symmetric, rounded to nearest, largest value at 127."""
    n, columns = tensor.shape
    blocks = tensor.reshape(n, groups, columns // groups).astype(np.float64)
    scale = (np.abs(blocks).max(2) / 127).astype(np.float32)
    scale[scale == 0] = 1
    codes = np.clip(np.rint(blocks / scale[..., None]), -127, 127).astype(np.int8).reshape(n, columns)
    return {name: codes, f"{name}.scale": scale[:, 0] if groups == 1 else scale}


def rows_with_feedback(name, tensor, moments, groups=1, damping=0.01):
    """As `rows`, but each column's rounding error is made good in the columns still to come, by what the inputs have in common.

    moments: the inputs' second moments, X^T X [columns, columns]. Source: Frantar et al. 2022, GPTQ, algorithm 1.
    """
    n, columns = tensor.shape
    width = columns // groups
    moments = moments + np.eye(columns) * damping * np.diag(moments).mean()
    spread = np.linalg.cholesky(np.linalg.inv(moments)).T  # upper triangular
    left = tensor.astype(np.float64)
    codes, scale = np.empty((n, columns), np.int8), np.empty((n, groups), np.float32)
    for start in range(0, columns, width):
        end = start + width
        scale[:, start // width] = np.abs(left[:, start:end]).max(1) / 127
        step = scale[:, start // width].astype(np.float64)
        errors = np.empty((n, width))
        for j in range(start, end):
            codes[:, j] = np.clip(np.rint(left[:, j] / step), -127, 127)
            errors[:, j - start] = (left[:, j] - codes[:, j] * step) / spread[j, j]
            left[:, j + 1:end] -= np.outer(errors[:, j - start], spread[j, j + 1:end])
        left[:, end:] -= errors @ spread[start:end, end:]
    return {name: codes, f"{name}.scale": scale[:, 0] if groups == 1 else scale}


def whole(name, codes, scale):
    """An int8 tensor that already has one scale."""
    return {name: codes, f"{name}.scale": np.array([scale], np.float32)}


def restore(tensors):
    """{name: float32} of a file's tensors."""
    out = {}
    for name, t in tensors.items():
        if name.endswith(".scale"):
            continue
        if t.dtype == np.int8:
            scale = tensors[f"{name}.scale"]
            groups = scale.shape[1] if scale.ndim == 2 else 1
            per = scale.reshape(-1, groups) if scale.size > 1 else scale.reshape(1, 1)
            flat = t.reshape(t.shape[0], per.shape[1], -1).astype(np.float32) * per[..., None]
            t = flat.reshape(t.shape)
        out[name] = t.astype(np.float32)
    return out
