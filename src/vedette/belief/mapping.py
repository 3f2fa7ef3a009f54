"""Control maps as sources: each redraws a place when its editors notice, some days late, and now and then in error.

A map's state for a place is a Markov chain driven by the truth. While the map shows
the true state it is redrawn wrongly with a small daily probability (`slip`); while it
does not, it is put right with probability `notice`, one for a truth that a side holds
and one for a contested one, which a two-coloured map cannot show. A map that has stood
unchanged for weeks is therefore strong evidence, a fresh change a little weaker, and
a flip that is undone two days later is what it looks like: a slip.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.claims import ControlMap

__all__ = ["MapGrid", "MapRecord", "first_map_record", "grid_of", "map_likelihood", "redraw_map"]

NOTICE_PRIOR = (1.0, 9.0)
"""Beta prior: a map is put right after about ten days (published maps of one war differ by two weeks)."""
SLIP_PRIOR = (1.0, 999.0)
"""Beta prior: a place is redrawn wrongly about once in three years."""
FIRST_RIGHT = 0.95
"""Probability that a map is right about a place on the first day it shows it."""


@dataclass(frozen=True, eq=False)
class MapGrid:
    """A map day by day: `shown` (P, T) its states, -1 where it does not show the place; `code` (P, T) `transition_code`s."""

    source: str
    shown: NDArray[np.int8]
    code: NDArray[np.uint8]


@dataclass(eq=False)
class MapRecord:
    """`notice` (2,): daily probability of being put right, truth held by a side | contested. `slip`: of a wrong edit."""

    notice: NDArray[np.float64]
    slip: float


def grid_of(source: ControlMap, places: int, days: int, states: int) -> MapGrid:
    """Unroll a map's runs; its codes are (state yesterday + 1) x (states + 1) + state today + 1, with -1 for not shown."""
    shown = np.full((places, days), -1, dtype=np.int8)
    for place, state, first, last in zip(source.place, source.state, source.first, source.last, strict=True):
        shown[place, first : last + 1] = state
    before = np.full_like(shown, -1)
    before[:, 1:] = shown[:, :-1]
    return MapGrid(source.source, shown, ((before + 1) * (states + 1) + shown + 1).astype(np.uint8))


def first_map_record() -> MapRecord:
    """The prior means."""
    notice = NOTICE_PRIOR[0] / sum(NOTICE_PRIOR)
    return MapRecord(np.full(2, notice), SLIP_PRIOR[0] / sum(SLIP_PRIOR))


def map_likelihood(record: MapRecord, states: int) -> NDArray[np.float64]:
    """P(map today | map yesterday, state today) by code of `grid_of` and state, shape ((S + 1)^2, S); 1 where not shown."""
    table = np.ones((states + 1, states + 1, states))  # [before + 1, now + 1, truth]
    for truth in range(states):
        notice = record.notice[int(truth == states - 1)]
        for now in range(states):
            right = now == truth
            table[0, now + 1, truth] = FIRST_RIGHT if right else (1 - FIRST_RIGHT) / (states - 1)
            for was in range(states):
                if was == truth:
                    p = 1 - record.slip if right else record.slip / (states - 1)
                elif right:
                    p = notice * (1 - record.slip)
                elif now == was:
                    p = (1 - notice) * (1 - record.slip)
                else:
                    p = record.slip / max(states - 2, 1)
                table[was + 1, now + 1, truth] = p
    return table.reshape(-1, states)


def redraw_map(grid: MapGrid, paths: NDArray[np.int8], states: int, rng: np.random.Generator) -> MapRecord:
    """Draw the map's record given the control history: Beta posteriors from counts."""
    was, now, truth = grid.shown[:, :-1], grid.shown[:, 1:], paths[:, 1:]
    seen = (was >= 0) & (now >= 0)
    wrong = seen & (was != truth)
    slipped = seen & (now != was) & (now != truth)
    slip = rng.beta(SLIP_PRIOR[0] + slipped.sum(), SLIP_PRIOR[1] + seen.sum() - slipped.sum())
    notice = np.empty(2)
    for contested in (0, 1):
        due = wrong & ~slipped & ((truth == states - 1) == bool(contested))
        noticed = due & (now == truth)
        notice[contested] = rng.beta(NOTICE_PRIOR[0] + noticed.sum(), NOTICE_PRIOR[1] + due.sum() - noticed.sum())
    return MapRecord(notice, float(slip))
