"""What is claimed of routes: cut, open, under fire; each statement weighed with its claimant's record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.claims import Certainty, Claims, Kind

__all__ = ["Hearsay", "RouteStatement", "hear", "prior_record"]

BOAST, THIRD_PARTY, ADMISSION = 0.78, 0.92, 0.95
"""How often a statement about a road is right before anything is known of who makes it: for the speaker's own side,
of a third party, against its own interest. The odds of 3.5, 12 and 20 to one that belief starts from for places."""

RECORD_STRENGTH = 10.0
"""Statements that this prior is worth against a claimant's own record."""

HALF_LIFE_DAYS = 3.0
"""A statement about a road tells half as much so many days after its last day: roads open and close quickly."""

ECHOES = 0.3
"""What each further claimant of the same camp adds who says the same: parties speak with one voice."""

_CERTAIN = {Certainty.asserted: 1.0, Certainty.likely: 0.7, Certainty.possible: 0.3, Certainty.unlikely: 0.0}


@dataclass(frozen=True, slots=True)
class RouteStatement:
    """Claim n says of a route that it is open (0), under fire (1) or cut (2) for `side`.

    `right` is how far to trust it.
    """

    claim: int
    route: int
    side: int
    state: int
    right: float


@dataclass(frozen=True, eq=False)
class Hearsay:
    """All statements about routes known by a day."""

    statements: tuple[RouteStatement, ...]
    claims: Claims

    def likelihood(self, routes: int, side: int, day: int) -> NDArray[np.float64]:
        """P(what is said | open, under fire, cut) for a side on a day, (R, 3), up to a factor; ones where nothing is.

        A claimant's word about a route counts once, its latest; further voices of one camp that say the same count
        `ECHOES`.
        """
        latest: dict[tuple[int, int], tuple[float, RouteStatement]] = {}
        for s in self.statements:
            begins, ends = int(self.claims.about_from[s.claim]), int(self.claims.about_to[s.claim])
            if s.side != side or begins > day:
                continue
            fresh = 0.5 ** (max(0, day - ends) / HALF_LIFE_DAYS)
            key = (s.route, int(self.claims.claimant[s.claim]))
            if key not in latest or fresh >= latest[key][0]:
                latest[key] = (fresh, s)
        out = np.zeros((routes, 3))
        heard: dict[tuple[int, int, int], int] = {}
        for fresh, s in sorted(latest.values(), key=lambda f: (-f[0] * f[1].right, f[1].claim)):
            voice = (s.route, int(self.claims.camp[s.claim]), s.state)
            share = fresh * (1.0 if voice not in heard else ECHOES)
            heard[voice] = 1
            out[s.route] += share * np.log(_said(s.state, s.right))
        likelihood: NDArray[np.float64] = np.exp(out - out.max(axis=1, keepdims=True))
        return likelihood


def _said(state: int, right: float) -> NDArray[np.float64]:
    """P(says `state` | open, under fire, cut): right about its own, wrong about the far one.

    Either about fire in between.
    """
    wrong = 1 - right
    return np.array([[right, 0.5, wrong], [wrong, right, 0.5], [wrong, 0.5, right]][state])


def prior_record(claims: Claims, n: int, gainer: int) -> float:
    """How far to trust claim n before its claimant's record is looked at; `gainer` is the side that it serves."""
    camp = int(claims.camp[n])
    if camp >= len(claims.sides):
        return THIRD_PARTY
    return BOAST if camp == gainer else ADMISSION


def hear(claims: Claims, record: Mapping[int, tuple[float, int]]) -> Hearsay:
    """The statements about routes among the claims, which must already be cut at the day from which one looks.

    `record` gives, by number of claimant, the share of its statements that belief finds right, and of how many.
    """
    found = []
    for n in np.flatnonzero(claims.route >= 0).tolist():
        kind, side, denied = Kind(int(claims.kind[n])), int(claims.side[n]), bool(claims.denied[n])
        weight = _CERTAIN[Certainty(int(claims.certainty[n]))] * (0.7 if claims.partial[n] else 1.0)
        for user in range(len(claims.sides)):
            if kind in (Kind.route_open, Kind.control) and side in (user, -1):
                state, gainer = (0, user) if not denied else (2, -1)
            elif kind in (Kind.route_cut, Kind.fire_control) and side != user:
                cut = 2 if kind == Kind.route_cut else 1
                state, gainer = (cut, side) if not denied else (0, user)
            elif kind == Kind.route_cut and side == user:
                # Who closes a road of its own does so because the enemy endangers it.
                state, gainer = (1, -1) if not denied else (0, user)
            else:
                continue
            right = prior_record(claims, n, gainer)
            share, count = record.get(int(claims.claimant[n]), (right, 0))
            right = (RECORD_STRENGTH * right + count * share) / (RECORD_STRENGTH + count)
            right = 0.5 + weight * (min(max(right, 0.5), 0.98) - 0.5)
            found.append(RouteStatement(n, int(claims.route[n]), user, state, right))
    return Hearsay(tuple(found), claims)
