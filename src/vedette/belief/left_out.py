"""What can be left out of the evidence: an assertion, or all that one camp says of one place.

What is left out takes more with it than its own words. Nobody else may have spoken for its camp in that day's
clamour, and nobody else may have told of the fighting that pressed the place; and several statements are not
foretold from one another if none of them was made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.belief.evidence import PRESSURE_DAYS, Evidence, Statements
from vedette.claims import Assertions
from vedette.dynamics._kernels import FIGHTERS

__all__ = ["Joint", "LeftOut", "camps_at"]


def camps_at(told: Assertions) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Who speaks of where: (G, 2) camps and places, in order, and of which each assertion (J,) is."""
    spoken, number = np.unique(np.column_stack([told.camp, told.place]).astype(np.int64), axis=0, return_inverse=True)
    return spoken, number.reshape(-1)


@dataclass(frozen=True, eq=False)
class Joint:
    """N statements that are left out together where their labels are the same.

    `cell` (N,) numbers the distinct (label, track, mark), `line` (N,) the (label, track), `pooled` (N,) the (label,
    pool, mark), `camp` (N,) the (label, pool); for the C cells, `track`, `mark`, `line_of`, `pooled_of`; for the
    pooled, `camp_of`.
    """

    cell: NDArray[np.int64]
    line: NDArray[np.int64]
    pooled: NDArray[np.int64]
    camp: NDArray[np.int64]
    track: NDArray[np.int64]
    mark: NDArray[np.int64]
    line_of: NDArray[np.int64]
    pooled_of: NDArray[np.int64]
    camp_of: NDArray[np.int64]

    @classmethod
    def of(cls, stated: Statements, mark_of: NDArray[np.int64], label: NDArray[np.int64]) -> Joint:
        """`mark_of` (says,) numbers what can be said, as a column of a record's rows."""
        mark, pool = mark_of[stated.says], stated.tracks.pool[stated.track]

        def numbered(*parts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
            _, first, number = np.unique(np.column_stack(parts), axis=0, return_index=True, return_inverse=True)
            return first, number.reshape(-1)

        a_cell, cell = numbered(label, stated.track, mark)
        _, line = numbered(label, stated.track)
        a_pooled, pooled = numbered(label, pool, mark)
        _, camp = numbered(label, pool)
        return cls(
            cell, line, pooled, camp, stated.track[a_cell], mark[a_cell], line[a_cell], pooled[a_cell], camp[a_pooled]
        )


@dataclass(frozen=True, eq=False)
class LeftOut:
    """J + G things that can be left out: each assertion, then all of each camp about each place (`camps_at`).

    `number` (J,) says of which of the G an assertion is. `unheard` and `row` (V,): leaving that out takes a camp from
    the clamour of that row. `unpressed`, `place`, `day`, `fighting` (W,): it leaves that byte of `Evidence.fighting`.
    `alone` and `together` say which testimony goes with it.
    """

    number: NDArray[np.int64]
    size: int
    unheard: NDArray[np.int64]
    row: NDArray[np.int64]
    unpressed: NDArray[np.int64]
    place: NDArray[np.int64]
    day: NDArray[np.int64]
    fighting: NDArray[np.uint8]
    alone: Joint
    together: Joint

    @classmethod
    def of(cls, evidence: Evidence, mark_of: NDArray[np.int64]) -> LeftOut:
        """What the evidence rests on."""
        told, said = evidence.told, evidence.testimony
        spoken, number = camps_at(told)
        own, camps = np.arange(len(told)), len(told) + number
        unheard = np.array(list(_unheard(evidence, camps)), dtype=np.int64).reshape(-1, 2)
        unpressed = np.array(list(_unpressed(evidence, camps)), dtype=np.int64).reshape(-1, 4)
        return cls(
            number=number,
            size=len(told) + len(spoken),
            unheard=unheard[:, 0],
            row=unheard[:, 1],
            unpressed=unpressed[:, 0],
            place=unpressed[:, 1],
            day=unpressed[:, 2],
            fighting=unpressed[:, 3].astype(np.uint8),
            alone=Joint.of(said, mark_of, own[said.assertion]),
            together=Joint.of(said, mark_of, camps[said.assertion]),
        )

    def __len__(self) -> int:
        return self.size

    def both(self, assertion: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """What statements of these assertions (N,) go with: the assertion, and all of its camp about its place."""
        return assertion, len(self.number) + self.number[assertion]


def _unheard(evidence: Evidence, camps: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """What takes a camp from the clamour, and of which row of it."""
    fights, told, clamour = evidence.fights, evidence.told, evidence.clamour
    rows = {spot: n for n, spot in enumerate(zip(clamour.place.tolist(), clamour.day.tolist(), strict=True))}
    heard: dict[tuple[int, int], set[int]] = {}  # (row, camp's label) -> assertions
    for j, day in zip(fights.assertion.tolist(), fights.day.tolist(), strict=True):
        heard.setdefault((rows[int(told.place[j]), day], int(camps[j])), set()).add(j)
    for (row, camp), who in sorted(heard.items()):
        yield camp, row
        if len(who) == 1:
            yield min(who), row


def _unpressed(evidence: Evidence, camps: NDArray[np.int64]) -> Iterator[tuple[int, int, int, int]]:
    """What takes a side from those reported to fight for a place, the place, the day, and who is left there."""
    fights, told, days = evidence.fights, evidence.told, len(evidence.days)
    pressing: dict[tuple[int, int], dict[int, set[int]]] = {}  # (place, day) -> side -> assertions
    for j, day in zip(fights.assertion[fights.presses].tolist(), fights.day[fights.presses].tolist(), strict=True):
        for t in range(day, min(day + PRESSURE_DAYS, days)):
            pressing.setdefault((int(told.place[j]), t), {}).setdefault(int(told.side[j]), set()).add(j)
    for (place, t), by_side in sorted(pressing.items()):
        who = set().union(*by_side.values())
        left_out = {j: {j} for j in who}
        for j in who:
            left_out.setdefault(int(camps[j]), set()).add(j)
        for label, gone in sorted(left_out.items()):
            bits = sum(1 << side for side, some in by_side.items() if not some <= gone)
            byte = int(evidence.fighting[place, t])
            if bits != byte & FIGHTERS:
                yield label, place, t, byte & ~FIGHTERS | bits
