"""Claims that cannot all be true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.claims.assertions import Assertions, Says, assertions_of
from vedette.claims.table import Claims

__all__ = ["Contradiction", "contradictions"]

STANDS_FOR_DAYS = 3
"""A statement about a day is taken to stand for so many days more: a town said to be held on Monday
and taken on Saturday is news, held on Monday and taken on Tuesday by two voices is a dispute."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """The claims about one place that cannot all be true, by whom they say holds it.

    `camps[k]` lists the rows of `Claims` that say side k holds or took the place;
    `camps[K + k]` those that say it does not. Rows are in order of publication.
    `first` and `last` are the day numbers between which the dispute ran.
    """

    place: int
    first: int
    last: int
    camps: dict[int, tuple[int, ...]]


def contradictions(claims: Claims) -> list[Contradiction]:
    """Every disputed place, most claims first.

    Two standing assertions about a place exclude each other when one says that side
    k holds or took it, and the other that k lacks it, or that another side holds or
    took it, about days that overlap once each statement is given `STANDS_FOR_DAYS`
    to stand. Partial statements ("heights", "almost") exclude nothing. Where one
    claimant changes its mind nothing is disputed. O(J^2) for the J assertions of a place.
    """
    told = assertions_of(claims)
    firm = np.flatnonzero(np.isin(told.says, (Says.took, Says.holds, Says.lacks, Says.repels)) & (told.share > 0.5))
    by_place: dict[int, list[int]] = {}
    for j in firm.tolist():
        by_place.setdefault(int(told.place[j]), []).append(j)
    rows_of: dict[int, list[int]] = {}
    for n, j in enumerate(told.of_claim.tolist()):
        rows_of.setdefault(j, []).append(n)
    found = [c for place, group in by_place.items() if (c := _at_place(place, np.array(group), told, rows_of, claims))]
    return sorted(found, key=lambda c: (-sum(map(len, c.camps.values())), c.place))


def _at_place(
    place: int, group: NDArray[np.int64], told: Assertions, rows_of: dict[int, list[int]], claims: Claims
) -> Contradiction | None:
    sides = len(claims.sides)
    lacks = told.says[group] == Says.lacks
    side, first, last, claimant = told.side[group], told.first[group], told.last[group], told.claimant[group]
    overlap = (first[:, None] <= last[None, :] + STANDS_FOR_DAYS) & (first[None, :] <= last[:, None] + STANDS_FOR_DAYS)
    same_side = side[:, None] == side[None, :]
    clash = np.where(lacks[:, None] ^ lacks[None, :], same_side, ~same_side & ~lacks[:, None] & ~lacks[None, :])
    clash &= overlap & (claimant[:, None] != claimant[None, :])
    involved = np.flatnonzero(clash.any(axis=1))
    if not len(involved):
        return None
    camps: dict[int, list[int]] = {}
    for g in involved.tolist():
        camps.setdefault(int(side[g]) + (sides if lacks[g] else 0), []).extend(rows_of[int(group[g])])
    return Contradiction(
        place,
        int(first[involved].min()),
        int(last[involved].max()),
        {camp: tuple(sorted(rows)) for camp, rows in sorted(camps.items())},
    )
