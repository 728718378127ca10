#!/usr/bin/env python3
"""Fit the polynomials of src/nn/cpu/kernels_math.h and print them. Needs numpy.

GELU: gelu(x) = max(x, 0) - t·Q(t) with t = |x| and Q(t) = erfc(t/√2)/2, the tail of the normal distribution. Q's fourth
root is smooth and easily fitted: Q(t) ≈ ((END - t)·r(t))⁴, which is exactly 0 from END on, where Q is 4e-11. A Remez
exchange makes the largest error of t·Q(t) as small as r's degree allows; END is then chosen among a few so that the
coefficients lose least by being rounded to float32.

Exponential: 2^f ≈ 1 + f·q(f) for f in [-1/2, 1/2], with the smallest relative error.
"""
import math

import numpy as np


def remez(basis, target, weight):
    """The coefficients c that make max |weight·(basis·c - target)| smallest, all given on one grid."""
    terms = basis.shape[1]
    points = np.round(np.linspace(0, len(target) - 1, terms + 3)).astype(int)[1:-1]
    for _ in range(100):
        sign = (-1.0) ** np.arange(terms + 1)
        system = np.column_stack([basis[points], sign / weight[points]])
        c = np.linalg.solve(system, target[points])[:terms]
        error = (basis @ c - target) * weight
        bounds = np.flatnonzero(np.diff(np.sign(error))) + 1
        peaks = [run[np.argmax(np.abs(error[run]))] for run in np.split(np.arange(len(error)), bounds)]
        while len(peaks) > terms + 1:
            peaks.pop(0 if abs(error[peaks[0]]) < abs(error[peaks[-1]]) else -1)
        if len(peaks) < terms + 1 or list(peaks) == list(points):
            break
        points = np.array(peaks)
    return c, np.abs(error).max()


def chebyshev_grid(low, high, n=2001):
    return low + (high - low) * (1 - np.cos(np.linspace(0, np.pi, n)[1:-1])) / 2


def monomials(c, low, high):
    """A Chebyshev series on [low, high] as coefficients of 1, t, t², ..."""
    series = np.polynomial.Chebyshev(c, domain=[low, high])
    return series.convert(kind=np.polynomial.Polynomial, domain=[-1, 1], window=[-1, 1]).coef


def tail(t):
    return np.array([math.erfc(x / math.sqrt(2)) / 2 for x in t])


def fit_gelu(end, terms):
    t = chebyshev_grid(0, end)
    q = tail(t)
    basis = np.polynomial.chebyshev.chebvander(2 * t / end - 1, terms - 1) * (end - t)[:, None]
    c, error = remez(basis, q**0.25, 4 * t * q**0.75)
    return monomials(c, 0, end), error


def float32_error(end, coefficients, x, q):
    """The largest error of gelu, over max(1, |x|), as float32 with fused products computes it; x is 0 or more."""
    f = np.float32
    fma = lambda a, b, c: f(a.astype(float) * b.astype(float) + c)
    t = np.minimum(x, f(end))
    r = np.full_like(x, coefficients[-1])
    for c in coefficients[-2::-1]:
        r = fma(r, t, float(c))
    p = (f(end) - t) * r
    p4 = (p * p) * (p * p)
    xq = x.astype(float) * q
    negative, positive = fma(-p4, t, 0.0), fma(-p4, t, x.astype(float))
    return max(np.max(np.abs(negative + xq) / np.maximum(1, x)),
               np.max(np.abs(positive - (x.astype(float) - xq)) / np.maximum(1, x)))


def main():
    x = np.linspace(0, 8, 100001, dtype=np.float32)
    q = tail(x.astype(float))
    candidates = []
    for end in np.arange(6.25, 6.75, 1 / 128):
        c, error = fit_gelu(end, TERMS)
        rounded = c.astype(np.float32)
        candidates.append((float32_error(end, rounded, x, q), end, error, rounded))
    total, end, error, c = min(candidates, key=lambda candidate: candidate[0])
    print(f"gelu: END {end}, error {error:.1e} as real numbers, {total:.2e} in float32")
    print(",\n".join(f"{v:.9e}F" for v in c))

    f = chebyshev_grid(-0.5, 0.5)
    basis = np.polynomial.chebyshev.chebvander(2 * f, 5) * f[:, None]
    c, error = remez(basis, 2**f - 1, 2**-f)
    print(f"exp2: relative error {error:.1e}")
    print(",\n".join(f"{v:.9e}F" for v in monomials(c, -0.5, 0.5).astype(np.float32)))


TERMS = 11
if __name__ == "__main__":
    main()
