"""Claims that cannot all be true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.claims.assertions import Assertions, Says, assertions_of
from vedette.claims.claim import Kind
from vedette.claims.table import Claims

__all__ = ["Contradiction", "contradictions", "said_both"]

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

    Two standing assertions exclude each other when one says that side
    k holds or took the place, and the other that k lacks it, or that another side holds it,
    took it or beat an attack back; or when one says that k took parts of it ("heights",
    "almost taken"), and the other that k lacks it or was beaten back. The days they are about
    must overlap once each statement is given `STANDS_FOR_DAYS` to stand. Reported fighting
    excludes nothing. One claimant may change its mind from one day to the next, but cannot
    say both on one day about one day. O(J^2) for the J assertions of a place.
    """
    told = assertions_of(claims)
    rows_of = _rows(told)
    groups = _weighty(claims, told)
    found = [c for place, group in groups if (c := _at_place(place, group, told, rows_of, claims))]
    return sorted(found, key=lambda c: (-sum(map(len, c.camps.values())), c.place))


def said_both(claims: Claims) -> list[tuple[int, int]]:
    """Pairs of rows in which one claimant says, on one day about one day, what cannot both be true."""
    told = assertions_of(claims)
    rows_of = _rows(told)
    found = set()
    for _, group in _weighty(claims, told):
        clash = _clashes(group, told) & (told.claimant[group][:, None] == told.claimant[group][None, :])
        for a, b in np.argwhere(np.triu(clash)).tolist():
            found |= _at_once(rows_of[int(group[a])], rows_of[int(group[b])], claims)
    return sorted(found)


def _rows(told: Assertions) -> dict[int, list[int]]:
    """The rows of each assertion."""
    out: dict[int, list[int]] = {}
    for n, j in enumerate(told.of_claim.tolist()):
        out.setdefault(j, []).append(n)
    return out


def _weighty(claims: Claims, told: Assertions) -> list[tuple[int, NDArray[np.int64]]]:
    """Places, and the assertions about each that are firm enough to exclude something."""
    gained = {int(j) for j in told.of_claim[(claims.kind == Kind.capture) & ~claims.denied] if j >= 0}
    by_place: dict[int, list[int]] = {}
    for j, (says, share) in enumerate(zip(told.says.tolist(), told.share.tolist(), strict=True)):
        parts = says == Says.fights and j in gained
        if parts or (says == Says.lacks and share >= HALF) or (says in _FIRM and share > HALF):
            by_place.setdefault(int(told.place[j]), []).append(j)
    return [(place, np.array(group)) for place, group in by_place.items()]


def _clashes(group: NDArray[np.int64], told: Assertions) -> NDArray[np.bool_]:
    """Which of J assertions about one place exclude each other, whoever made them, (J, J)."""
    lacks = told.says[group] == Says.lacks
    side, first, last = told.side[group], told.first[group], told.last[group]
    overlap = (first[:, None] <= last[None, :] + STANDS_FOR_DAYS) & (first[None, :] <= last[:, None] + STANDS_FOR_DAYS)
    same_side = side[:, None] == side[None, :]
    parts, firm = told.says[group] == Says.fights, told.share[group] > HALF
    beaten_back = told.says[group] == Says.repels
    clash = np.where(lacks[:, None] ^ lacks[None, :], same_side, ~same_side & ~lacks[:, None] & ~lacks[None, :])
    clash &= np.where(parts[:, None], (lacks | beaten_back)[None, :], firm[:, None] | parts[None, :])
    return np.asarray(clash & clash.T & overlap)


def _at_once(one: list[int], other: list[int], claims: Claims) -> set[tuple[int, int]]:
    """Rows of two assertions that one claimant published on the same day about the same day, in pairs.

    Who copied an assertion word for word is not who made it.
    """
    by = {n: (int(claims.claimant[n]), int(claims.reported[n]), int(claims.about_to[n])) for n in [*one, *other]}
    return {(min(n, m), max(n, m)) for n in one for m in other if by[n] == by[m]}


def _at_place(
    place: int, group: NDArray[np.int64], told: Assertions, rows_of: dict[int, list[int]], claims: Claims
) -> Contradiction | None:
    sides, clash, claimant = len(claims.sides), _clashes(group, told), told.claimant[group]
    for a, b in np.argwhere(clash & (claimant[:, None] == claimant[None, :])).tolist():
        clash[a, b] = bool(_at_once(rows_of[int(group[a])], rows_of[int(group[b])], claims))
    involved = np.flatnonzero(clash.any(axis=1))
    if not len(involved):
        return None
    lacks, side, first, last = told.says[group] == Says.lacks, told.side[group], told.first[group], told.last[group]
    camps: dict[int, list[int]] = {}
    for g in involved.tolist():
        camps.setdefault(int(side[g]) + (sides if lacks[g] else 0), []).extend(rows_of[int(group[g])])
    return Contradiction(
        place,
        int(first[involved].min()),
        int(last[involved].max()),
        {camp: tuple(sorted(rows)) for camp, rows in sorted(camps.items())},
    )
