"""Counting what comes of members as it happens, compiled: no member's days are kept."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vedette.campaign._supply_kernels import NOTHING
from vedette.compiled import kernel


class Fence(NamedTuple):
    """Borders whose front is told: `pairs` (E, 2) of places; `start` (P + 1,), `border` (2 E,): those of each place."""

    pairs: NDArray[np.int32]
    start: NDArray[np.int64]
    border: NDArray[np.int64]


class Tally(NamedTuple):
    """Members in which something changed from the day before, the first from nothing; one a block, B of them.

    states  (B, D + 1, P, S)  each state of each place
    cut     (B, D + 1, P)     no supplies reach its holder
    front   (B, D + 1, E)     halves of members: different sides hold a border's two places; 1 if one is contested
    """

    states: NDArray[np.int16]
    cut: NDArray[np.int16]
    front: NDArray[np.int16]


class Outcome(NamedTuple):
    """What comes of M members.

    final, fell  (M, P)         the last states; the first day on which another side than its holder has a place, or -1
    area         (M, D + 1, K)  by side
    ended        (M,)           the day the fighting ended, or -1
    steps        (M, B)         steps of more help that each backer took
    left         (M, K)         share of its strength that each side has left
    """

    final: NDArray[np.int8]
    fell: NDArray[np.int16]
    area: NDArray[np.float64]
    ended: NDArray[np.int64]
    steps: NDArray[np.int64]
    left: NDArray[np.float64]


@kernel(nogil=True)
def tell(today, holder, road_in, land, fence, alone, tally, fell, area):
    """Count a member's first day; fills `alone` (P,), `fell` (P,) and `area` of that day."""
    sides = len(road_in)
    area[0] = 0.0
    for i in range(len(today)):
        state = today[i]
        tally.states[0, 0, i, state] += 1
        alone[i] = state < sides and road_in[state, i] == NOTHING
        tally.cut[0, 0, i] += alone[i]
        fell[i] = 0 if state < sides and state != holder[i] else -1
        if state < sides:
            area[0, state] += land.area[i]
    for e in range(len(fence.pairs)):
        tally.front[0, 0, e] += halves(today[fence.pairs[e, 0]], today[fence.pairs[e, 1]], sides)


@kernel(nogil=True)
def turn_over(i, state, new, d, today, land, fence, tally, area):
    """A place goes from one state to another, counted on day d."""
    sides = area.shape[1]
    tally.states[0, d, i, state] -= 1
    tally.states[0, d, i, new] += 1
    if state < sides:
        area[d, state] -= land.area[i]
    if new < sides:
        area[d, new] += land.area[i]
    for x in range(fence.start[i], fence.start[i + 1]):
        e = fence.border[x]
        other = today[fence.pairs[e, 0] if fence.pairs[e, 1] == i else fence.pairs[e, 1]]
        tally.front[0, d, e] += halves(new, other, sides) - halves(state, other, sides)
    today[i] = new


@kernel(inline="always")
def halves(one, two, contested):
    """How much of the front runs between two states: 2 between two sides, 1 beside a contested place, or 0."""
    return 0 if one == two else 1 if one == contested or two == contested else 2


@kernel(nogil=True)
def count_cut(listed_places, count, d, today, road_in, alone, tally):
    """Bring `alone` (P,) up to date for some places, counted on day d."""
    for n in range(count):
        i = listed_places[n]
        now = today[i] < len(road_in) and road_in[today[i], i] == NOTHING
        if now != alone[i]:
            alone[i] = now
            tally.cut[0, d, i] += 1 if now else -1
