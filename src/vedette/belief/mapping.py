"""Control maps as sources: each redraws a place when its editors notice, some days late, and now and then in error.

A map's state for a place is a Markov chain driven by the truth. While the map shows
the true state it is redrawn wrongly with a small daily probability (`slip`); while it
does not, it is put right with probability `notice`, one for a truth that a side holds
and one for a contested one, which a two-coloured map cannot show. A map that has stood
unchanged for weeks is therefore strong evidence, a fresh change a little weaker, and
a flip that is undone two days later is what it looks like: a slip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.belief._sweep_kernels import Mapping
from vedette.claims import ControlMap

__all__ = ["MapGrid", "carried_to", "first_mapping", "grid_of", "maps_at"]

NOTICE_PRIOR = (1.0, 9.0)
"""Beta prior: a map is put right after about ten days (published maps of one war differ by two weeks)."""
SLIP_PRIOR = (1.0, 999.0)
"""Beta prior: a place is redrawn wrongly about once in three years."""
FIRST_RIGHT = 0.95
"""Probability that a map is right about a place on the first day it shows it."""


@dataclass(frozen=True, eq=False)
class MapGrid:
    """A map day by day: `code` (P, T), what it last showed before today and what it shows today (see `grid_of`)."""

    source: str
    code: NDArray[np.uint8]


def grid_of(source: ControlMap, places: int, days: int, states: int) -> MapGrid:
    """Unroll a map's runs.

    Codes are (state last shown before today + 1) x (states + 1) + state today + 1, with -1 for not shown: a map that
    skips days is not new to a place when it comes back.
    """
    shown = np.full((places, days), -1, dtype=np.int8)
    for place, state, first, last in zip(source.place, source.state, source.first, source.last, strict=True):
        shown[place, first : last + 1] = state
    latest = np.maximum.accumulate(np.where(shown >= 0, np.arange(days), 0), axis=1)  # the last day shown, so far
    before = np.full_like(shown, -1)
    before[:, 1:] = np.take_along_axis(shown, latest[:, :-1], axis=1)
    return MapGrid(source.source, ((before + 1) * (states + 1) + shown + 1).astype(np.uint8))


def maps_at(maps: Sequence[ControlMap]) -> NDArray[np.int64]:
    """Which map shows which place at all: (Z, 2) numbers of maps and places, in order."""
    pairs = [np.column_stack([np.full(len(m.place), n), m.place]).astype(np.int64) for n, m in enumerate(maps)]
    return np.unique(np.concatenate([np.empty((0, 2), dtype=np.int64), *pairs]), axis=0)


def first_mapping(maps: int) -> Mapping:
    """Records at the prior means."""
    return Mapping(
        np.full((maps, 2), NOTICE_PRIOR[0] / sum(NOTICE_PRIOR)),
        np.full(maps, SLIP_PRIOR[0] / sum(SLIP_PRIOR)),
        np.array([NOTICE_PRIOR, SLIP_PRIOR]),
        FIRST_RIGHT,
    )


def carried_to(mapping: Mapping, before: Sequence[ControlMap], now: Sequence[ControlMap]) -> Mapping:
    """The same records when there are more maps; those that have begun since are at the prior means."""
    out = first_mapping(len(now))
    number = {m.source: n for n, m in enumerate(before)}
    for n, source in enumerate(now):
        if source.source in number:
            out.notice[n], out.slip[n] = mapping.notice[number[source.source]], mapping.slip[number[source.source]]
    return out
