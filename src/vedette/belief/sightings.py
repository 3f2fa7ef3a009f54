"""Geolocated events as evidence: whose forces are at a point tells who holds the place that the point belongs to.

A point belongs to one of the places around it, the less likely the farther it lies: with probability proportional
to exp(-distance / reach). The side seen is that which holds the place as often as a record says. So an event next
to a village that is held for certain tells next to nothing of the one behind it, which a sum of nearby events would
flip. Reach and record are learned from the case itself, from priors alike for all sides. Events of one side at one
point on one day are one event; what is seen around one point within some days is one thing seen often.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vedette.belief._factored_kernels import HUSHED, Sights, crowd
from vedette.belief.evidence import PRESSURE_DAYS
from vedette.belief.hearing import MEMORY_DAYS, Heard
from vedette.belief.testimony import MARK_OF, PRIOR_ROWS
from vedette.claims import EventKind, Events, Relation
from vedette.ground import Places, project_km

__all__ = ["REACHES_KM", "Sightings", "hush", "see", "sight_of"]

REACHES_KM = np.array([0.5, 1.0, 2.0, 4.0])
"""Reaches that are weighed against each other, alike to begin with: from a village to an open steppe's spacing."""

FAR_KM = 8.0
"""An event speaks of no place farther away: fighting for a village goes on about so far around it."""

SAME_KM = 1.0
"""Events of one side on one day that are no farther apart are one event."""

NEAR_KM = 2.5
"""Events of some days no farther apart are taken for views of one thing; forces so close to a place press it, as an
assault that is reported there does; and where there was none so close for long it is hushed."""

HUSH_DAYS = 14
"""A place is hushed if events are being posted, or sides announce their gains, and for so long nothing near it."""

SIGHT_STRENGTH = 40.0
"""What the prior of an event's record is worth in sightings: that of third parties' claims."""


@dataclass(frozen=True, eq=False)
class Sightings:
    """E events in order of posting, and M pairs of an event and a place near it.

    `side`, `kind`, `weight`, `about`, `arrived` (E,); `begin` (E + 1,) into `place`, `km` (M,). `side` is -1 where it
    is not known whose forces were seen: there is fighting, then, and that is all.
    """

    side: NDArray[np.int64]
    kind: NDArray[np.int64]
    weight: NDArray[np.float64]
    about: NDArray[np.int64]
    arrived: NDArray[np.int64]
    begin: NDArray[np.int64]
    place: NDArray[np.int64]
    km: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.side)

    def take(self, rows: NDArray[np.int64]) -> Sightings:
        """Some of the events, in the order of `rows`."""
        size = np.diff(self.begin)[rows]
        offset = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
        pairs = np.repeat(self.begin[rows], size) + offset
        return Sightings(
            self.side[rows],
            self.kind[rows],
            self.weight[rows],
            self.about[rows],
            self.arrived[rows],
            np.append(0, np.cumsum(size)).astype(np.int64),
            self.place[pairs],
            self.km[pairs],
        )

    @property
    def close(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places and the events within `NEAR_KM` of them, in pairs."""
        close = self.km <= NEAR_KM
        return self.place[close], np.repeat(np.arange(len(self)), np.diff(self.begin))[close]

    def press(self, pressed: NDArray[np.uint16], sides: int) -> None:
        """Note in pressed (P, T) which sides are seen at a place, a bit each, from posting on."""
        everybody = (1 << sides) - 1
        days = pressed.shape[1]
        place, event = self.close
        bits = np.where(self.side < 0, everybody, 1 << np.maximum(self.side, 0)).astype(np.uint16)
        for later in range(PRESSURE_DAYS):
            day = self.arrived[event] + later
            inside = day < days
            np.bitwise_or.at(pressed, (place[inside], day[inside]), bits[event[inside]])

    def shares(self, reach: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """P(the point belongs to each place near it), (reaches, M), and to none, (reaches, E), for some reaches."""
        pull = np.exp(-self.km / reach[:, None])
        none = np.exp(-FAR_KM / reach[:, None])
        total = np.add.reduceat(np.append(pull, np.zeros((len(reach), 1)), axis=1), self.begin[:-1], axis=1) + none
        return pull / np.repeat(total, np.diff(self.begin), axis=1), none / total

    def on(
        self,
        when: NDArray[np.int64],
        weight: NDArray[np.float64],
        number: NDArray[np.int64],
        reach: NDArray[np.float64],
        sight: NDArray[np.float64],
        origin: int,
        until: int,
        states: int,
    ) -> Sights:
        """The same for kernels, each on day `when`, which must not fall; places are numbered anew, -1 for left out."""
        share, aside = self.shares(REACHES_KM)
        return Sights(
            self.side,
            sight[self.kind],
            weight,
            self.begin,
            number[self.place],
            reach @ share,
            reach @ aside,
            np.searchsorted(when, np.arange(origin, until + 1)).astype(np.int64),
            np.ones((len(self.place), states)),
        )


def _of_late(place: NDArray[np.int64], arrived: NDArray[np.int64], places: int, days: int) -> NDArray[np.bool_]:
    """Whether anything `arrived` (N,) of a `place` (N,) within `HUSH_DAYS` before the end of each day, (P, T)."""
    told = np.zeros((places, days), dtype=bool)
    for later in range(HUSH_DAYS):
        inside = arrived + later < days
        told[place[inside], arrived[inside] + later] = True
    return told


def _any_of_late(arrived: NDArray[np.int64], days: int) -> NDArray[np.bool_]:
    """The same of anywhere, (T,)."""
    return np.asarray(_of_late(np.zeros_like(arrived), arrived, 1, days)[0])


def hush(pressed: NDArray[np.uint16], seen: Sightings, heard: Heard) -> None:
    """Note in pressed (P, T) where it is `HUSHED`: fighting is seen, and a side that announces its gains names them.

    Where events are posted, a place near none of them; where a side announces gains, one of which nobody says that it
    was taken or is fought for.
    """
    places, days = pressed.shape
    place, event = seen.close
    near = _of_late(place, seen.arrived[event], places, days)
    quiet = ~near & _any_of_late(seen.arrived, days)
    if heard.boasts.any():
        # The step into a day, which is that of the column before it, is taken with what is said on that day.
        heard_on = np.maximum(heard.arrived - 1, 0)
        listing = _any_of_late(heard_on[heard.boasts], days)
        told = heard.gain | heard.fights
        named = _of_late(heard.place[told], heard_on[told], places, days) & listing
        quiet = (quiet & ~named) | (~near & ~named & listing)
    np.bitwise_or(pressed, np.uint16(HUSHED), out=pressed, where=quiet)


def see(events: Events, places: Places, days: int) -> Sightings:
    """Events with the places near them, and the weight that is left to each; all days within the war."""
    events = events.take((events.day < days) & (events.day >= 0))
    point = project_km(events.lat, events.lon, around=(places.lat, places.lon))
    kept = _distinct(events, point)
    tree = cKDTree(project_km(places.lat, places.lon))
    kept = kept[tree.query(point[kept])[0] <= FAR_KM] if len(kept) else kept
    events, point = events.take(kept), point[kept]
    near = tree.query_ball_point(point, FAR_KM, return_sorted=True) if len(events) else []
    begin = np.append(0, np.cumsum([len(n) for n in near])).astype(np.int64)
    place = np.concatenate([np.zeros(0, dtype=np.int64), *map(np.asarray, near)]).astype(np.int64)
    about = events.day.astype(np.int64)
    arrived = np.clip(np.maximum(events.posted, about), 0, days - 1).astype(np.int64)
    weight = np.ones(len(events))
    crowd(point, arrived, NEAR_KM, MEMORY_DAYS, weight)
    return Sightings(
        side=events.side.astype(np.int64),
        kind=events.kind.astype(np.int64),
        weight=weight,
        about=about,
        arrived=arrived,
        begin=begin,
        place=place,
        km=np.hypot(*(tree.data[place] - np.repeat(point, np.diff(begin), axis=0)).T),
    )


def _distinct(events: Events, point: NDArray[np.float64]) -> NDArray[np.int64]:
    """All but those of one side and day that lie at the point of one posted earlier."""
    kept: dict[tuple[int, int], list[int]] = {}
    for n, alike in enumerate(zip(events.day.tolist(), events.side.tolist(), strict=True)):
        group = kept.setdefault(alike, [])
        if not group or (np.hypot(*(point[n] - point[group]).T) > SAME_KM).all():
            group.append(n)
    return np.array(sorted(n for group in kept.values() for n in group), dtype=np.int64)


def sight_of(seen: NDArray[np.float64] | None, sides: int) -> NDArray[np.float64]:
    """P(a given side is seen | it holds the place, contested, another does), (kinds, 3).

    `seen` (kinds, 2) are expected sightings of the side that held, and of another. The prior is third parties' word
    about the same: that a side is there, beats back an attack, attacks.
    """
    marks = [MARK_OF[kind.says] for kind in EventKind]
    prior = PRIOR_ROWS[Relation.third][:, marks][[0, 2]].T
    counts = SIGHT_STRENGTH * prior / prior.sum(axis=1, keepdims=True) + (0.0 if seen is None else seen)
    right = counts[:, 0] / counts.sum(axis=1)
    return np.stack([right, np.full_like(right, 1.0 / sides), (1.0 - right) / max(sides - 1, 1)], axis=1)
