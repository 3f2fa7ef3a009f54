"""The daily step, compiled and tabulated. Callers check; these trust.

The support of a place of side a is twice its neighbours of side a plus once its
contested ones: with its number of neighbours it gives the level of contact, so the
probability of an unchallenged day is one look into a table.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vedette.dynamics.transition import FOOTHOLD, contact_level
from vedette.ground import MAX_NEIGHBOURS

LEVEL_OF = np.array(
    [
        [contact_level(degree - support / 2, degree) if support <= 2 * degree else 0 for support in range(2 * MAX_NEIGHBOURS + 1)]
        for degree in range(MAX_NEIGHBOURS + 1)
    ],
    dtype=np.int64,
)
"""Level of contact by degree and support, shape (MAX_NEIGHBOURS + 1, 2 MAX_NEIGHBOURS + 1)."""


def calm_table(hazard: NDArray[np.float64], tempo: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability that a held place is not challenged in a day, shape (degree, phases, K, support).

    `hazard` (LEVELS,) and `tempo` (phases, K) as in `Transition`.
    """
    by_level = np.exp(-tempo[:, :, None] * hazard)
    return np.ascontiguousarray(by_level[:, :, LEVEL_OF].transpose(2, 0, 1, 3))


@njit(cache=True, inline="always")
def control_of(state, sides):
    """The state of control of a hidden state: to have just taken a place (K + 1 + k) is to hold it (k)."""
    return state if state <= sides else state - sides - 1


@njit(cache=True, inline="always")
def support_from(state, side, sides):
    """What a neighbour in a state of control adds to the support of a place of `side`."""
    return 2 if state == side else (1 if state == sides else 0)


@njit(cache=True)
def support_of(start, index, control, support):
    """Fill support (P, T, K) from states of control (P, T) and neighbours in compressed rows start (P + 1,), index (E,)."""
    places, days = control.shape
    sides = support.shape[2]
    support[:] = 0
    for i in range(places):
        for e in range(start[i], start[i + 1]):
            for t in range(days):
                state = control[index[e], t]
                for k in range(sides):
                    support[i, t, k] += support_from(state, k, sides)


@njit(cache=True, nogil=True)
def count_steps(start, control, support, phase, level_of, challenges, exposure, other):
    """Tally how often each kind of step happened, for P places, T days, K sides.

        start       (P + 1,)          compressed rows; their lengths are the degrees
        control     (P, T)            states of control
        support     (P, T, K)         as above
        phase       (T,)              phase of the step from day t to t + 1
        level_of    (degree, support) `LEVEL_OF`
        challenges  (phases, K, LEVELS)  overwritten: days on which a held place was challenged
        exposure    (phases, K, LEVELS)  overwritten: all days on which it could have been
        other       (4,)              overwritten: challenges that ended in a contest, in a rush;
                                      contested days that went on, that were settled
    """
    places, days = control.shape
    sides = support.shape[2]
    challenges[:] = 0
    exposure[:] = 0
    other[:] = 0
    for i in range(places):
        degree = start[i + 1] - start[i]
        for t in range(days - 1):
            a, b = control[i, t], control[i, t + 1]
            if a == sides:
                other[2 if b == sides else 3] += 1
                continue
            level = level_of[degree, support[i, t, a]]
            exposure[phase[t], a, level] += 1
            if b != a:
                challenges[phase[t], a, level] += 1
                other[0 if b == sides else 1] += 1


@njit(cache=True, nogil=True)
def challenge_chances(start, control, support, phase, calm, out):
    """Sum over place-days the probability of a challenge, by holder; out (K,) is overwritten. Other shapes as above."""
    places, days = control.shape
    sides = support.shape[2]
    out[:] = 0.0
    for i in range(places):
        degree = start[i + 1] - start[i]
        for t in range(days):
            a = control[i, t]
            if a < sides:
                out[a] += 1.0 - calm[degree, phase[t], a, support[i, t, a]]
