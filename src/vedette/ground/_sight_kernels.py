"""Lines of sight over many realisations of one terrain. Callers check; these trust."""

from __future__ import annotations

import numpy as np
from numba import prange

from vedette.compiled import kernel

FAST = {"contract", "reassoc", "nsz", "arcp"}
"""Liberties with arithmetic, but for those that forget NaN: an observer not surveyed is one."""


@kernel(nogil=True, fastmath=FAST)
def seen_bits(ground, row_a, col_a, eye, survey, row_b, col_b, mark, bulge, steps, high, far, out):
    """In which of K realisations the target can be seen from the observer, as bits of a 64-bit number.

        ground          (rows, columns, K) float32, metres; positions count posts, 0 is the first
        row_a, col_a    the observer, `eye` metres above the ground, or above `survey` where that is higher (NaN: not
        surveyed)
        row_b, col_b    the target, `mark` metres above the ground
        bulge           d^2 (1 - k) / 2R in metres: how far the earth's curve, less refraction k, rises over the chord
        steps           how many points between them are looked at
        high, far, out  (K,) scratch

    Heights between posts are bilinear; O(steps K), less once nothing is left to see.
    """
    layers = ground.shape[2]
    _height(ground, row_a, col_a, high)
    _height(ground, row_b, col_b, far)
    for k in range(layers):
        if survey > high[k]:
            high[k] = survey
        high[k] += eye
        far[k] += mark
    clear = np.uint64(0)
    for k in range(layers):
        clear |= np.uint64(1) << np.uint64(k)
    for s in range(1, steps):
        t = s / steps
        _height(ground, row_a + t * (row_b - row_a), col_a + t * (col_b - col_a), out)
        rise = t * (1.0 - t) * bulge
        for k in range(layers):
            if out[k] + rise > high[k] + t * (far[k] - high[k]):
                clear &= ~(np.uint64(1) << np.uint64(k))
        if clear == np.uint64(0):
            break
    return clear


@kernel(nogil=True, fastmath=FAST)
def _height(ground, row, col, out):
    """Bilinear height in every realisation; beyond the edge, that of the edge."""
    rows, cols, layers = ground.shape
    row = min(max(row, 0.0), rows - 1.0)
    col = min(max(col, 0.0), cols - 1.0)
    r, c = int(row), int(col)
    r, c = min(r, rows - 2), min(c, cols - 2)
    v, u = row - r, col - c
    a, b = np.float32((1 - v) * (1 - u)), np.float32((1 - v) * u)
    d, e = np.float32(v * (1 - u)), np.float32(v * u)
    for k in range(layers):
        out[k] = a * ground[r, c, k] + b * ground[r, c + 1, k] + d * ground[r + 1, c, k] + e * ground[r + 1, c + 1, k]


@kernel(parallel=True)
def seen_pairs(ground, row, col, eye, survey, t_row, t_col, mark, observer, target, metres, curve, step_m, bits):
    """Line of sight of n pairs.

    For O observers and V targets:

        row, col, eye, survey   (O,)  as in `seen_bits`
        t_row, t_col, mark      (V,)
        observer, target        (n,)  who looks at what
        metres                  (n,)  how far away
        curve                   (1 - k) / 2R, per metre
        step_m                  metres between the points that are looked at
        bits                    (n,) uint64, overwritten

    A pair writes its own number, so the number of threads cannot change the answer.
    """
    layers = ground.shape[2]
    for n in prange(len(observer)):
        high, far, out = np.empty(layers, np.float32), np.empty(layers, np.float32), np.empty(layers, np.float32)
        o, v = observer[n], target[n]
        steps = int(np.ceil(metres[n] / step_m))
        bits[n] = seen_bits(
            ground, row[o], col[o], eye[o], survey[o], t_row[v], t_col[v], mark[v],
            metres[n] * metres[n] * curve, steps, high, far, out,
        )  # fmt: skip
