"""What is known of a war on a day, place by place, and the covariates of a change of hands that follow from it.

All of it is told without names: "the other side" is whoever does not hold the place, so that what
is learned where one side advances serves where another does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

__all__ = ["COVARIATES", "REACH_KM", "History", "Sightings"]

REACH_KM = 12.0
"""Places farther than this from any other side's are not looked at one by one: less than one in a thousand of them
changes hands in a quarter of a year."""

WINDOWS = (14, 56, 150)
"""Days over which changes of hands are counted: an assault, an offensive, a season."""

NEAR_KM, WIDE_KM = 5.0, 15.0
NEAREST = (4, 12, 40)
SIGHTING_KM, SIGHTING_DAYS = (3.0, 10.0), (14, 56)
ADVANCE_DAYS = (28, 91)
FAR_KM = 60.0
"""Where something is nowhere to be found it is this far away."""

COVARIATES: tuple[str, ...] = (
    "km to the other side",
    "km to its third nearest place",
    "km to a contested place",
    "km to a place it took in four weeks",
    "contested",
    "contested, share of 30 days",
    *(f"contested, of {n} nearest" for n in NEAREST),
    *(f"km the other side came nearer in {w} days" for w in ADVANCE_DAYS),
    *(f"{way} within {r:g} km in {w} days" for r in (NEAR_KM, WIDE_KM) for w in WINDOWS for way in ("losses", "gains")),
    *(
        f"{who} seen within {r:g} km in {w} days"
        for w in SIGHTING_DAYS
        for r in SIGHTING_KM
        for who in ("others", "holder")
    ),
)
"""The columns of `History.covariates`. Losses are the holder's, gains are taken by the holder from others."""


@dataclass(frozen=True, eq=False)
class Sightings:
    """N reports that forces of a `side` were at a `place`, by the `day` on which they became known; arrays (N,)."""

    place: NDArray[np.int64]
    day: NDArray[np.int64]
    side: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class History:
    """P places at `xy` (P, 2) km, and their `state` (P, T) int8: a side, `sides` if contested, -1 if not known.

    Column t may depend only on what was known on day t, and no question about day t looks at a later one.
    """

    xy: NDArray[np.float64]
    state: NDArray[np.int8]
    sides: int
    sightings: Sightings

    @cached_property
    def holder(self) -> NDArray[np.int8]:
        """The last side to have held each place undisputed, (P, T); -1 before there was one."""
        held = np.where((self.state >= 0) & (self.state < self.sides), self.state, -1).astype(np.int8)
        for t in range(1, held.shape[1]):
            held[:, t] = np.where(held[:, t] < 0, held[:, t - 1], held[:, t])
        return held

    @cached_property
    def changes(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Changes of hands: place, day and side that took it, each (N,), in order of days."""
        held = self.holder
        moved = (held[:, 1:] != held[:, :-1]) & (held[:, :-1] >= 0)
        day, place = np.nonzero(moved.T)
        return place, day + 1, held[place, day + 1].astype(np.int64)

    @cached_property
    def nearest(self) -> NDArray[np.int64]:
        """Each place's neighbours by distance, itself left out, as many as `NEAREST` asks for."""
        count = min(max(NEAREST) + 1, len(self.xy))
        _, index = cKDTree(self.xy).query(self.xy, count)
        return np.asarray(index, dtype=np.int64).reshape(len(self.xy), count)[:, 1:]

    @cached_property
    def _disputed_days(self) -> NDArray[np.int32]:
        total: NDArray[np.int32] = np.cumsum(self.state == self.sides, axis=1, dtype=np.int32)
        return total

    def km_to_others(self, day: int, limit: float = FAR_KM) -> NDArray[np.float64]:
        """From each place to the nearest that another side holds, (P,); `limit` if there is none nearer."""
        held = self.holder[:, day]
        everyone = np.arange(len(held))
        return self._km_across(held, held, everyone, limit, 1)[:, 0]

    def covariates(self, day: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The n places within `REACH_KM` of another side's on a day, and (n, len(COVARIATES)) of them.

        Distances and counts are in logarithms, log(1 + x).
        """
        held, state = self.holder[:, day], self.state[:, day]
        here = np.flatnonzero((held >= 0) & (self.km_to_others(day, REACH_KM + 1e-6) <= REACH_KM))
        if not len(here):
            return here, np.empty((0, len(COVARIATES)), dtype=np.float32)
        own = held[here]
        across = self._km_across(held, held, here, FAR_KM, 3)
        columns = [across[:, 0], across[:, 2], _km_to(self.xy[here], self.xy[state == self.sides])]
        columns.append(self._km_to_losses(here, own, day))
        columns = [np.log1p(c) for c in columns]
        columns += [state[here] == self.sides, self._share_disputed(here, day)]
        disputed = state[self.nearest[here]] == self.sides
        columns += [disputed[:, :n].mean(axis=1) if disputed.shape[1] else np.zeros(len(here)) for n in NEAREST]
        now = across.mean(axis=1)
        for days in ADVANCE_DAYS:
            before = self._km_across(self.holder[:, max(day - days, 0)], held, here, FAR_KM, 3).mean(axis=1)
            columns.append(np.clip(before - now, -30.0, 30.0))
        columns += self._changes_near(here, own, day)
        columns += self._seen_near(here, own, day)
        return here, np.column_stack(columns).astype(np.float32)

    def _km_across(
        self, then: NDArray[np.int8], held: NDArray[np.int8], here: NDArray[np.int64], limit: float, count: int
    ) -> NDArray[np.float64]:
        """From places `here`, whose holders are `held`, to the `count` nearest that others held `then`, (n, count)."""
        out = np.full((len(here), count), limit)
        for k in range(self.sides):
            mine, theirs = held[here] == k, (then != k) & (then >= 0)
            if mine.any() and theirs.any():
                tree = cKDTree(self.xy[theirs])
                km, _ = tree.query(self.xy[here[mine]], count, distance_upper_bound=limit)
                out[mine] = np.minimum(np.asarray(km).reshape(-1, count), limit)
        return out

    def _km_to_losses(self, here: NDArray[np.int64], own: NDArray[np.int8], day: int) -> NDArray[np.float64]:
        place, _, taker = self._changes_since(day, ADVANCE_DAYS[0])
        out = np.full(len(here), FAR_KM)
        for k in range(self.sides):
            mine = own == k
            out[mine] = _km_to(self.xy[here[mine]], self.xy[place[taker != k]])
        return out

    def _share_disputed(self, here: NDArray[np.int64], day: int) -> NDArray[np.float64]:
        before = self._disputed_days[here, day - 30] if day >= 30 else 0
        share: NDArray[np.float64] = (self._disputed_days[here, day] - before) / 30.0
        return share

    def _changes_since(self, day: int, days: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        place, when, taker = self.changes
        low, high = np.searchsorted(when, [day - days + 1, day + 1])
        return place[low:high], when[low:high], taker[low:high]

    def _changes_near(self, here: NDArray[np.int64], own: NDArray[np.int8], day: int) -> list[NDArray[np.float64]]:
        out = []
        for radius in (NEAR_KM, WIDE_KM):
            for days in WINDOWS:
                place, _, taker = self._changes_since(day, days)
                by_side = [_number(self.xy[here], self.xy[place[taker == k]], radius) for k in range(self.sides)]
                out += _others_and_own(np.array(by_side), own)
        return out

    def _seen_near(self, here: NDArray[np.int64], own: NDArray[np.int8], day: int) -> list[NDArray[np.float64]]:
        seen, out = self.sightings, []
        for days in SIGHTING_DAYS:
            recent = (seen.day <= day) & (seen.day > day - days)
            for radius in SIGHTING_KM:
                by_side = [
                    _number(self.xy[here], self.xy[seen.place[recent & (seen.side == k)]], radius)
                    for k in range(self.sides)
                ]
                out += _others_and_own(np.array(by_side), own)
        return out


def _others_and_own(by_side: NDArray[np.float64], own: NDArray[np.int8]) -> list[NDArray[np.float64]]:
    """log(1 + n) of what others did and of what the holder did, from counts (K, n)."""
    mine = by_side[own, np.arange(len(own))]
    return [np.log1p(by_side.sum(axis=0) - mine), np.log1p(mine)]


def _number(points: NDArray[np.float64], spots: NDArray[np.float64], radius: float) -> NDArray[np.float64]:
    if not len(spots) or not len(points):
        return np.zeros(len(points))
    return np.asarray(cKDTree(spots).query_ball_point(points, radius, return_length=True), dtype=np.float64)


def _km_to(points: NDArray[np.float64], spots: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(spots) or not len(points):
        return np.full(len(points), FAR_KM)
    km, _ = cKDTree(spots).query(points, distance_upper_bound=FAR_KM)
    return np.minimum(np.asarray(km, dtype=np.float64), FAR_KM)
