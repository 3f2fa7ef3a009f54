"""The daily step, compiled and tabulated. Callers check; these trust.

The support of a place of side a is twice its neighbours of side a plus once its
contested ones: with its number of neighbours it gives the level of contact, so the
probability of an unchallenged day is one look into a table.
"""

from __future__ import annotations

import numpy as np

from vedette.compiled import kernel
from vedette.dynamics.transition import PRESSED_LEVEL, contact_level
from vedette.ground import MAX_NEIGHBOURS

FIGHTERS, REAR = 31, 5
"""A byte says of a place and day which sides are reported to fight there, a bit each (`FIGHTERS`), and from bit `REAR`
on whose rear it lies in: one more than the side's number, 0 for nobody's."""

LEVEL_OF = np.array(
    [
        [
            contact_level(degree - support / 2, degree) if support <= 2 * degree else 0
            for support in range(2 * MAX_NEIGHBOURS + 1)
        ]
        for degree in range(MAX_NEIGHBOURS + 1)
    ],
    dtype=np.int64,
)
"""Level of contact by degree and support, shape (MAX_NEIGHBOURS + 1, 2 MAX_NEIGHBOURS + 1)."""


@kernel()
def calm_rows(hazard, tempo, level_of):
    """Probability that a held place is not challenged in a day, shape (degree * phases * K * 2, support).

    `hazard` (LEVELS,) and `tempo` (phases, K) as in `Transition`; `level_of` is `LEVEL_OF`.
    Rows are numbered by `row_of`.
    """
    degrees, supports = level_of.shape
    phases, sides = tempo.shape
    out = np.empty((degrees * phases * sides * 2, supports))
    by_level = np.empty(len(hazard))
    for p in range(phases):
        for k in range(sides):
            for level in range(len(hazard)):
                by_level[level] = np.exp(-tempo[p, k] * hazard[level])
            for degree in range(degrees):
                row = ((degree * phases + p) * sides + k) * 2
                for support in range(supports):
                    level = level_of[degree, support]
                    out[row, support] = by_level[level]
                    out[row + 1, support] = by_level[max(level, PRESSED_LEVEL)]
    return out


@kernel(inline="always")
def row_of(degree, phases, phase, sides, holder, fighting):
    """The row of `calm_rows` for a place of `holder`; `fighting` is a byte as told at `REAR`."""
    reach = reach_of(degree, holder, fighting)
    return ((reach * phases + phase) * sides + holder) * 2 + is_pressed(holder, fighting)


@kernel(inline="always")
def reach_of(degree, holder, fighting):
    """How many neighbours can take a place from its `holder`: all, but none in its rear."""
    return 0 if fighting >> REAR == holder + 1 else degree


@kernel(inline="always")
def is_pressed(holder, fighting):
    """1 where somebody else than the holder is reported to fight, or 0."""
    return 1 if (fighting & FIGHTERS | 1 << holder) != 1 << holder else 0


@kernel(inline="always")
def control_of(state, sides):
    """The state of control of a hidden state: to have just taken a place (K + 1 + k) is to hold it (k)."""
    return state if state <= sides else state - sides - 1


@kernel(inline="always")
def support_from(state, side, sides):
    """What a neighbour in a state of control adds to the support of a place of `side`."""
    return 2 if state == side else (1 if state == sides else 0)


@kernel()
def support_of(start, index, control, support):
    """Fill support (P, T, K) from control (P, T) and neighbours in compressed rows: start (P + 1,), index (E,)."""
    places, days = control.shape
    sides = support.shape[2]
    support[:] = 0
    for i in range(places):
        for e in range(start[i], start[i + 1]):
            for t in range(days):
                state = control[index[e], t]
                for k in range(sides):
                    support[i, t, k] += support_from(state, k, sides)
