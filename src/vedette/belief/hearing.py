"""What the long war's filter hears: claims and events as statements about a place, with the weight that is left to each.

A geolocated event speaks of the places around its point, the less the farther they lie: P(the forces seen are
those of the side that holds the place) is a record like a claimant's, one for each kind of event and band of
distance, learned with the rest from a prior that falls off with distance. Events at one point on one day are one
event; what is seen near one place within some days is one thing seen often.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vedette.belief._factored_kernels import dampen
from vedette.belief.announcements import PRIOR_LAXITY, Truth
from vedette.belief.evidence import PRESSURE_DAYS
from vedette.belief.testimony import CAMP_STRENGTH, MARK_OF, PRIOR_ROWS
from vedette.claims import (
    Certainty,
    Claims,
    EventKind,
    Events,
    Kind,
    Relation,
    Says,
    Tendency,
    relation_of,
    says_of,
    tendency_of,
)
from vedette.ground import project_km

__all__ = ["BANDS_KM", "Credit", "Heard", "listen"]

MEMORY_DAYS = 10.0
"""Repetitions of one claimant, and voices of one camp, weigh less for so long: after it two thirds of that is over."""

BANDS_KM = (1.0, 2.5, 5.0, 8.0)
"""Outer bounds of the bands in which an event speaks of places: within a village, to the next one, and about as far
as fighting for a village goes on around it."""

SAME_POINT_KM = 1.0
"""Events of one side on one day that are no farther apart are one event."""

SIGHT_REACH_KM = 3.0
"""Prior: the excess of right over wrong sightings falls to a third in so many km (half a front's usual width)."""

EVENT_STRENGTH = 40.0
"""What the prior of an event's record is worth in sightings, as for third parties' claims."""


@dataclass(frozen=True, eq=False)
class Heard:
    """N statements in order of publication.

    All of shape (N,): `place`; `side` it is about; `record` the row of `Credit` by which it is weighed; `weight`;
    `about` the day it is about, `arrived` the day it came in; `gain` true for an announced capture, which is real
    with probability `real`.
    """

    place: NDArray[np.int64]
    side: NDArray[np.int64]
    record: NDArray[np.int64]
    weight: NDArray[np.float64]
    about: NDArray[np.int64]
    arrived: NDArray[np.int64]
    gain: NDArray[np.bool_]
    real: NDArray[np.float64]
    fights: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.place)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Heard:
        """Some of the statements."""
        return Heard(**{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})

    def at(self, places: NDArray[np.int64], count: int) -> Heard:
        """Those about some of `count` places, which are numbered anew."""
        number = np.full(count, -1, dtype=np.int64)
        number[places] = np.arange(len(places))
        found = self.take(number[self.place] >= 0)
        return replace(found, place=number[found.place])

    def waking(self, place: NDArray[np.int64], day: NDArray[np.int64]) -> Heard:
        """With an empty statement, which says nothing but "look", about each `place` on `day`."""
        n = len(place)
        columns = dict.fromkeys(self.__dataclass_fields__, np.zeros(n, dtype=np.int64))
        columns |= {"place": place, "about": day, "arrived": day, "weight": np.zeros(n), "real": np.zeros(n)}
        columns |= dict.fromkeys(("gain", "fights"), np.zeros(n, dtype=bool))
        return _in_order([self, Heard(**columns)])  # type: ignore[arg-type]

    def pressed(self, places: int, days: int) -> NDArray[np.uint8]:
        """Which sides are reported to fight for each place, from the day the report came in, a bit each; (P, T)."""
        out = np.zeros((places, days), dtype=np.uint8)
        for n in np.flatnonzero(self.fights).tolist():
            until = self.arrived[n] + PRESSURE_DAYS
            out[self.place[n], self.arrived[n] : until] |= np.uint8(1 << int(self.side[n]))
        return out


@dataclass(frozen=True, slots=True)
class Credit:
    """How records are numbered, for K sides: claims' by camp, relation and mark, then events' by kind and band."""

    sides: int

    @property
    def claims(self) -> int:
        """How many rows are of claims."""
        return (self.sides + 1) * PRIOR_ROWS.shape[0] * PRIOR_ROWS.shape[2]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.claims + len(EventKind) * len(BANDS_KM)

    def of_claim(self, camp: int, relation: int, mark: int) -> int:
        """The row of a claim."""
        return int((camp * PRIOR_ROWS.shape[0] + relation) * PRIOR_ROWS.shape[2] + mark)

    def learned(self, seen: NDArray[np.float64]) -> NDArray[np.float64]:
        """P(what is said of a side | it holds the place, contested, another does), (rows, 3), from expected counts.

        A party's rows are P(what it says of a side | how that side stands): it chooses of whom to speak. Third
        parties have no such choice to hide behind: *whom* they say holds a place is what informs, even where they
        say nothing but "holds"; so their rows, and those of events, are P(whom they speak of, and what they say |
        who holds the place).
        """
        relations, _, marks = PRIOR_ROWS.shape
        told = seen[: self.claims].reshape(self.sides + 1, relations, marks, 3).swapaxes(2, 3)
        rows = CAMP_STRENGTH[None, :, None, None] * PRIOR_ROWS[None] + told
        out = rows / rows.sum(axis=3, keepdims=True)
        third, sides = int(Relation.third), self.sides
        subjects = np.array([1.0, sides, sides - 1.0])  # of whom one may speak so: the holder, any side, any other
        spoken = CAMP_STRENGTH[third] * PRIOR_ROWS[third] * (subjects / sides)[:, None] + told[-1, third]
        held = spoken[0].sum() + spoken[2].sum()
        out[-1, third, 0] = spoken[0] / held
        out[-1, third, 2] = spoken[2] / held / max(subjects[2], 1.0)
        out[-1, third, 1] = spoken[1] / spoken[1].sum() / subjects[1]
        sighted = EVENT_STRENGTH * self._first_sight() + seen[self.claims :][:, [0, 2]].reshape(-1, len(BANDS_KM), 2)
        right = sighted[..., 0] / sighted.sum(axis=2)
        events = np.stack([right, np.full_like(right, 1.0 / sides), (1.0 - right) / max(sides - 1, 1)], axis=2)
        return np.concatenate([out.swapaxes(2, 3).reshape(-1, 3), events.reshape(-1, 3)])

    def _first_sight(self) -> NDArray[np.float64]:
        """Prior P(the side seen holds the place; another does), (kinds, bands, 2): chance, far away."""
        marks = [MARK_OF[kind.says] for kind in EventKind]
        held, other = PRIOR_ROWS[Relation.third][0, marks], PRIOR_ROWS[Relation.third][2, marks]
        near = held / (held + other)
        middle = 0.5 * (np.array((0.0, *BANDS_KM[:-1])) + BANDS_KM)
        chance = 1.0 / self.sides
        right = chance + (near[:, None] - chance) * np.exp(-middle / SIGHT_REACH_KM)
        return np.stack([right, 1.0 - right], axis=2)


def listen(claims: Claims, events: Events, days: int) -> Heard:
    """What claims and events say of control, with the weight that is left after repetition; all days within the war."""
    return _in_order([_claims_heard(claims, days), _events_heard(events, claims, days)])


def _in_order(parts: list[Heard]) -> Heard:
    every = Heard(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in Heard.__dataclass_fields__})
    return every.take(np.argsort(every.arrived, kind="stable"))


_KINDS = {"gain": np.bool_, "fights": np.bool_, "weight": np.float64, "real": np.float64}


def _heard(rows: list[tuple[float, ...]]) -> Heard:
    names = tuple(Heard.__dataclass_fields__)
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return Heard(**{n: np.array(c, dtype=_KINDS.get(n, np.int64)) for n, c in zip(names, columns, strict=True)})


def _claims_heard(claims: Claims, days: int) -> Heard:
    """A claimant who says again what it said lately adds what it has let fade; the n-th voice of a camp that
    says one thing adds about an n-th. Copies, word for word, add nothing.
    """
    sides = len(claims.sides)
    credit = Credit(sides)
    rows: list[tuple[float, ...]] = []
    said: dict[tuple[int, int, Tendency], int] = {}
    chorus: dict[tuple[int, int, Tendency], tuple[float, int]] = {}
    originals: set[tuple[int, Tendency, int, str]] = set()
    for n in range(len(claims)):
        place, side, camp = int(claims.place[n]), int(claims.side[n]), int(claims.camp[n])
        found = says_of(
            Kind(int(claims.kind[n])),
            denied=bool(claims.denied[n]),
            partial=bool(claims.partial[n]),
            certainty=Certainty(int(claims.certainty[n])),
        )
        if found is None or place < 0 or side < 0:
            continue
        says, weight = found
        about = min(max(int(claims.about_to[n]), 0), days - 1)
        arrived = min(max(int(claims.reported[n]), about), days - 1)
        tendency = tendency_of(says, side, sides)
        text = " ".join(str(claims.prose.paraphrase[n]).casefold().split())
        if text:
            if (place, tendency, about, text) in originals:
                continue
            originals.add((place, tendency, about, text))
        speaker = (int(claims.claimant[n]), place, tendency)
        if speaker in said:
            weight *= -np.expm1(-max(arrived - said[speaker], 0) / MEMORY_DAYS)
        said[speaker] = arrived
        voices, day = chorus.get((camp, place, tendency), (0.0, arrived))
        voices *= np.exp(-max(arrived - day, 0) / MEMORY_DAYS)
        chorus[camp, place, tendency] = (voices + weight, arrived)
        weight = float((np.log1p(voices + weight) - np.log1p(voices)) / np.log(2.0))
        if weight > 0.0:
            relation = relation_of(camp, side, sides)
            took = says is Says.took
            mark = int(MARK_OF[Says.holds if took else says])
            record = credit.of_claim(camp, int(relation), mark)
            real = min(weight, 1.0) / (1.0 + PRIOR_LAXITY[relation, Truth.false - 1])
            fights = says is Says.fights
            rows.append((place, side, record, weight, about, arrived, took, real if took else 0.0, fights))
    return _heard(rows)


def _events_heard(events: Events, claims: Claims, days: int) -> Heard:
    """Each event about the places around it, weighed by how much has been seen there of late at least as near."""
    places = claims.places
    inside = (events.day < days) & (events.day >= 0) & (events.side >= 0)
    events = events.take(inside)
    xy = project_km(np.concatenate([places.lat, events.lat]), np.concatenate([places.lon, events.lon]))
    events, point = _distinct(events, xy[len(places) :])
    tree = cKDTree(xy[: len(places)])
    near = tree.query_ball_point(point, BANDS_KM[-1], return_sorted=True)
    count = np.array([len(n) for n in near], dtype=np.int64)
    row = np.repeat(np.arange(len(events)), count)
    place = np.array([p for n in near for p in n], dtype=np.int64)
    km = np.hypot(*(xy[place] - point[row]).T)
    band = np.searchsorted(np.array(BANDS_KM), km).clip(max=len(BANDS_KM) - 1)
    about = events.day[row].astype(np.int64)
    arrived = np.clip(np.maximum(events.posted[row], about), 0, days - 1).astype(np.int64)
    weight = np.ones(len(row))
    dampen(place, band, arrived, MEMORY_DAYS, len(BANDS_KM), weight)
    kind = events.kind[row].astype(np.int64)
    none = np.zeros(len(row), dtype=bool)
    return Heard(
        place=place,
        side=events.side[row].astype(np.int64),
        record=Credit(len(claims.sides)).claims + kind * len(BANDS_KM) + band,
        weight=weight,
        about=about,
        arrived=arrived,
        gain=none,
        real=np.zeros(len(row)),
        fights=band == 0,
    )


def _distinct(events: Events, point: NDArray[np.float64]) -> tuple[Events, NDArray[np.float64]]:
    """Without those of one side and day that lie at the point of an earlier one."""
    kept: dict[tuple[int, int], list[int]] = {}
    for n in range(len(events)):
        group = kept.setdefault((int(events.day[n]), int(events.side[n])), [])
        if all(np.hypot(*(point[n] - point[m])) > SAME_POINT_KM for m in group):
            group.append(n)
    rows = np.array(sorted(n for group in kept.values() for n in group), dtype=np.int64)
    return events.take(rows), point[rows]
