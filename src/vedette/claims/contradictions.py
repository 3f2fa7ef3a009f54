"""Claims that cannot all be true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.claims.assertions import Assertions, Says, assertions_of
from vedette.claims.claim import Kind
from vedette.claims.table import Claims

__all__ = ["Contradiction", "contradictions"]

STANDS_FOR_DAYS = 3
"""A statement about a day is taken to stand for so many days more: a town said to be held on Monday
and taken on Saturday is news, held on Monday and taken on Tuesday by two voices is a dispute."""

HALF = 0.5
"""Statements worth no more than half a flat one ("possibly", "parts of") exclude nothing by themselves."""

_FIRM = (Says.took, Says.holds, Says.repels)


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

    Two standing assertions of different claimants exclude each other when one says that side
    k holds or took the place, and the other that k lacks it, or that another side holds it,
    took it or beat an attack back; or when one says that k took parts of it ("heights",
    "almost taken"), and the other that k lacks it or was beaten back. The days they are about
    must overlap once each statement is given `STANDS_FOR_DAYS` to stand. Reported fighting
    excludes nothing. O(J^2) for the J assertions of a place.
    """
    told = assertions_of(claims)
    rows_of: dict[int, list[int]] = {}
    for n, j in enumerate(told.of_claim.tolist()):
        rows_of.setdefault(j, []).append(n)
    gained = {int(j) for j in told.of_claim[(claims.kind == Kind.capture) & ~claims.denied] if j >= 0}
    by_place: dict[int, list[int]] = {}
    for j, (says, share) in enumerate(zip(told.says.tolist(), told.share.tolist(), strict=True)):
        parts = says == Says.fights and j in gained
        if parts or (says == Says.lacks and share >= HALF) or (says in _FIRM and share > HALF):
            by_place.setdefault(int(told.place[j]), []).append(j)
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
    parts, firm = told.says[group] == Says.fights, told.share[group] > HALF
    beaten_back = told.says[group] == Says.repels
    clash = np.where(lacks[:, None] ^ lacks[None, :], same_side, ~same_side & ~lacks[:, None] & ~lacks[None, :])
    clash &= np.where(parts[:, None], (lacks | beaten_back)[None, :], firm[:, None] | parts[None, :])
    clash &= clash.T
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
