"""Situations that have names: a siege forming or broken, a salient, a garrison about to leave; with their dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vedette.ground import Places, bearing_degrees, project_km
from vedette.situation._state_kernels import ringed_sectors
from vedette.situation.assessment import DaySituation, Theatre

__all__ = ["MEANING", "Pattern", "PatternWatch", "Spell"]

WINDOW_DAYS = 7
"""How far back a pattern compares: a week, in which a campaign's picture changes and a report is still news."""

SALIENT_SECTORS = 5
"""Enemy-held ground in so many of eight compass sectors: more than half the horizon."""

SECTOR_KM = 20.0
"""The nearest place of a sector counts up to this distance: beyond, no enemy presses on a place."""

LIKELY = 0.5
"""A pattern is listed for the days on which more draws show it than do not."""


class Pattern(StrEnum):
    """What a place's situation amounts to, for the side that keeps it."""

    siege_forming = "siege forming"
    siege_broken = "siege broken"
    salient = "salient"
    threatened_withdrawal = "threatened withdrawal"


# All are told of garrisons: the side held the place a week before and has kept it since. Who has just
# taken a place always sits at the end of one road under fire, and that has no name.
MEANING = {
    Pattern.siege_forming: "isolated, or one bearing left, when a week before there were at least two more",
    Pattern.siege_broken: "supplied again, after it was cut off on some day of the week before, and not lost",
    Pattern.salient: f"supplied, with the enemy in at least {SALIENT_SECTORS} of 8 compass sectors",
    Pattern.threatened_withdrawal: "overlooked by the enemy, with no road in that is free of fire",
}


@dataclass(frozen=True, slots=True)
class Spell:
    """A pattern at a place from day number `first` to `last`.

    `peak` is its highest probability, on `peak_day`; `left` the probability that the side no longer
    keeps the place a week after `last`, None if that day has not come.
    """

    pattern: Pattern
    place: int
    side: int
    first: int
    last: int
    peak: float
    peak_day: int
    left: float | None


class PatternWatch:
    """Collects one side's days, in order, and finds the patterns in them, draw by draw. Memory: 3 M P T bytes.

    Of all places, or of `place` alone, whose days are then those of `Theatre.at`.
    """

    def __init__(self, theatre: Theatre, side: int, members: int, days: int, place: int | None = None) -> None:
        self.theatre, self.side = theatre, side
        self._listed = np.arange(len(theatre.places)) if place is None else np.array([place])
        places = len(self._listed)
        self._around = _nearest_by_sector(theatre.places, self._listed)
        self._bearings = np.zeros((days, members, places), dtype=np.uint8)
        self._kept = np.zeros((days, members, places), dtype=bool)
        self._held = np.zeros((days, members, places), dtype=bool)
        self._supplied = np.zeros((members, places), dtype=bool)
        self._besieged = np.full((members, places), -10 * WINDOW_DAYS, dtype=np.int32)
        self.probability = {p: np.zeros((places, days)) for p in Pattern}
        self._seen = 0

    def add(self, found: DaySituation, control: NDArray[np.int8]) -> None:
        """The next day: its situation and its draws (M, P)."""
        t = self._seen
        self._seen += 1
        bearings, kept = np.bitwise_count(found.ways), found.kept
        self._bearings[t], self._kept[t], self._held[t] = bearings, kept, found.held
        # A siege is of a garrison that was supplied before: who takes a place behind the lines is not besieged yet.
        self._supplied = kept & (self._supplied | found.reached)
        self._besieged[~kept] = -10 * WINDOW_DAYS
        self._besieged[found.isolated & self._supplied] = t
        ringed = np.empty(kept.shape, dtype=np.uint8)
        ringed_sectors(np.ascontiguousarray(control), self.side, self.theatre.sides, self._around, ringed)
        begin = max(0, t - WINDOW_DAYS)
        free = ~found.is_source[None, :]
        overlooked = self.theatre.overlooked(control, self.side)[:, self._listed]
        garrison = self._held[begin] & self._kept[begin : t + 1].all(axis=0)
        closing = (bearings <= 1) & (self._bearings[begin] >= bearings + 2)
        now = {
            Pattern.siege_forming: garrison & closing & free,
            Pattern.siege_broken: garrison & found.reached & (self._besieged >= t - WINDOW_DAYS),
            Pattern.salient: garrison & found.reached & (ringed >= SALIENT_SECTORS) & free,
            Pattern.threatened_withdrawal: garrison & ~found.safe & overlooked & free,
        }
        for pattern, hit in now.items():
            self.probability[pattern][:, t] = hit.mean(axis=0)

    def spells(self, likely: float = LIKELY) -> list[Spell]:
        """Every unbroken run of days on which a pattern is `likely`, earliest first."""
        out = []
        kept = self._kept[: self._seen].mean(axis=1)  # (T, P)
        for pattern, chance in self.probability.items():
            hit = chance[:, : self._seen] >= likely
            for place in np.flatnonzero(hit.any(axis=1)).tolist():
                for first, last in _runs(hit[place]):
                    peak = first + int(np.argmax(chance[place, first : last + 1]))
                    after = last + WINDOW_DAYS
                    left = 1 - float(kept[after, place]) if after < self._seen else None
                    out.append(
                        Spell(
                            pattern, int(self._listed[place]), self.side, first, last, float(chance[place, peak]), peak,
                            left,
                        )
                    )  # fmt: skip
        return sorted(out, key=lambda s: (s.first, s.pattern, s.place))


def _runs(hit: NDArray[np.bool_]) -> Sequence[tuple[int, int]]:
    edge = np.diff(np.concatenate([[0], hit.astype(np.int8), [0]]))
    return list(zip(np.flatnonzero(edge == 1).tolist(), (np.flatnonzero(edge == -1) - 1).tolist(), strict=True))


def _nearest_by_sector(places: Places, listed: NDArray[np.int64]) -> NDArray[np.int64]:
    """The nearest place within `SECTOR_KM` in each compass sector around each of Q `listed`, (Q, 8); -1 for none."""
    xy = project_km(places.lat, places.lon)
    out = np.full((len(listed), 8), -1, dtype=np.int64)
    away, other = cKDTree(xy).query(xy[listed], k=min(40, len(places)), distance_upper_bound=SECTOR_KM)
    away, other = away.reshape(len(listed), -1), other.reshape(len(listed), -1)
    for n in range(away.shape[1] - 1, -1, -1):  # far ones first, so that nearer ones overwrite them
        near = np.flatnonzero(np.isfinite(away[:, n]) & (away[:, n] > 0))
        here, there = listed[near], other[near, n]
        bearing = bearing_degrees(places.lat[here], places.lon[here], places.lat[there], places.lon[there])
        out[near, ((bearing + 22.5) // 45).astype(int) % 8] = there
    return out
