"""Lines of sight over many realisations of one terrain. Callers check; these trust."""

from __future__ import annotations

import numpy as np
from numba import prange

from vedette.compiled import kernel

FAST = {"contract", "reassoc", "nsz", "arcp"}
"""Liberties with arithmetic, but for those that forget NaN: an observer not surveyed is one."""

TURNS = (4, 8, 2, 6, 1, 3, 5, 7)
"""A line is looked over in eight turns, each of every eighth point: what hides the target shows in the first few."""


@kernel(nogil=True, fastmath=FAST)
def seen_bits(ground, row_a, col_a, eye, survey, row_b, col_b, mark, bulge, steps, high, fall, hidden):
    """In which of K realisations the target can be seen from the observer, as bits of a 64-bit number.

        ground           (rows, columns, K) float32, metres; positions count posts, 0 is the first
        row_a, col_a     the observer, `eye` metres above the ground, or above `survey` where that is higher (NaN: not
                         surveyed)
        row_b, col_b     the target, `mark` metres above the ground
        bulge            d^2 (1 - k) / 2R in metres: how far the earth's curve, less refraction k, rises over the chord
        steps            how many points between them are looked at
        high, fall (K,) float32, hidden (K,) int32   scratch

    Heights between posts are bilinear; beyond the edge, those of the edge. O(steps K), far less where the target is
    hidden in all.
    """
    layers = ground.shape[2]
    r, c, v, u = _cell(ground, row_b, col_b)
    for k in range(layers):
        fall[k] = _height(ground, r, c, v, u, k) + mark
    r, c, v, u = _cell(ground, row_a, col_a)
    for k in range(layers):
        high[k] = _height(ground, r, c, v, u, k)
        if survey > high[k]:
            high[k] = survey
        high[k] += eye
        fall[k] -= high[k]
        hidden[k] = 0
    for begin in TURNS:
        for s in range(begin, steps, 8):
            t = s / steps
            r, c, v, u = _cell(ground, row_a + t * (row_b - row_a), col_a + t * (col_b - col_a))
            rise, along = np.float32(t * (1.0 - t) * bulge), np.float32(t)
            for k in range(layers):
                above = _height(ground, r, c, v, u, k) + rise - high[k] - along * fall[k]
                hidden[k] |= np.int32(above > np.float32(0.0))  # a plain store: masked ones are many times slower
        number = 0
        for k in range(layers):
            number += hidden[k]
        if number == layers:
            return np.uint64(0)
    clear = np.uint64(0)
    for k in range(layers):
        if not hidden[k]:
            clear |= np.uint64(1) << np.uint64(k)
    return clear


@kernel(nogil=True, fastmath=FAST)
def _cell(ground, row, col):
    """The cell of four posts around a position, and how far in it lies."""
    rows, cols = ground.shape[:2]
    row = min(max(row, 0.0), rows - 1.0)
    col = min(max(col, 0.0), cols - 1.0)
    r, c = min(int(row), rows - 2), min(int(col), cols - 2)
    return r, c, np.float32(row - r), np.float32(col - c)


@kernel(nogil=True, fastmath=FAST)
def _height(ground, r, c, v, u, k):
    """Bilinear height in realisation k."""
    north = ground[r, c, k] + u * (ground[r, c + 1, k] - ground[r, c, k])
    south = ground[r + 1, c, k] + u * (ground[r + 1, c + 1, k] - ground[r + 1, c, k])
    return north + v * (south - north)


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
    layers, lot = ground.shape[2], 256
    for first in prange((len(observer) + lot - 1) // lot):
        high, fall, hidden = np.empty(layers, np.float32), np.empty(layers, np.float32), np.empty(layers, np.int32)
        for n in range(first * lot, min((first + 1) * lot, len(observer))):
            o, v = observer[n], target[n]
            steps = int(np.ceil(metres[n] / step_m))
            bits[n] = seen_bits(
                ground, row[o], col[o], eye[o], survey[o], t_row[v], t_col[v], mark[v],
                metres[n] * metres[n] * curve, steps, high, fall, hidden,
            )  # fmt: skip
