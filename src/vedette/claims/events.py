"""Geolocated events: somebody's forces were seen at a point on a day."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import IntEnum
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vedette.claims.assertions import Says
from vedette.claims.claim import Certainty, Kind
from vedette.claims.table import Claims, Prose
from vedette.ground import Days, Places, Sides, project_km

__all__ = ["EventKind", "Events", "spoken_of", "with_events"]

REACH_KM = 2.5
"""As a claim, an event speaks of the nearest place, if that is no farther: the next village lies about there."""

CLOSE_KM = 1.0
"""Beyond this it speaks of it in part only: outskirts and fields."""


class EventKind(IntEnum):
    """What was seen of the forces at the point."""

    presence = 0
    """They are there."""
    shelling = 1
    """They are fired at there."""
    repulse = 2
    """They beat back an attack there."""
    assault = 3
    """They attack there."""

    @property
    def claimed(self) -> Kind:
        """The kind of a claim that says the same."""
        return (Kind.control, Kind.control, Kind.repulse, Kind.assault)[self]

    @property
    def says(self) -> Says:
        """What that says of who holds the point."""
        return (Says.holds, Says.holds, Says.repels, Says.fights)[self]


@dataclass(frozen=True, eq=False)
class Events:
    """N events, ordered by day posted and then by id.

    All of shape (N,): `ids`; `day` the day number of the event and `posted` that on which anybody could first know
    of it (they may lie outside the war); `side` whose forces are at the point, -1 if that is not known; `kind` an
    `EventKind`; `lat`, `lon` degrees; `source` who posted it; `url`.
    """

    ids: NDArray[np.object_]
    day: NDArray[np.int32]
    posted: NDArray[np.int32]
    side: NDArray[np.int8]
    kind: NDArray[np.int8]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    source: NDArray[np.object_]
    url: NDArray[np.object_]
    sides: Sides
    days: Days

    @classmethod
    def none(cls, sides: Sides, days: Days) -> Events:
        """No events."""
        text, point = np.array([], dtype=object), np.array([], dtype=np.float64)
        number, small = np.array([], dtype=np.int32), np.array([], dtype=np.int8)
        return cls(text, number, number, small, small, point, point, text, text, sides, days)

    def __len__(self) -> int:
        return len(self.ids)

    def ordered(self) -> Events:
        """The same in canonical order, whatever the order of the file they came from."""
        return self.take(np.array(sorted(range(len(self)), key=lambda n: (int(self.posted[n]), str(self.ids[n]))), int))

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Events:
        """Some of the events, in the same order if `rows` are."""
        arrays = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name not in {"sides", "days"}}
        return replace(self, **arrays)

    def until(self, day: int) -> Events:
        """What had been posted by the end of day number `day`."""
        return self.take(self.posted <= day)

    @property
    def digest(self) -> str:
        """A fingerprint of every event."""
        state = sha256()
        for f in fields(self):
            column = getattr(self, f.name)
            if f.name in {"sides", "days"}:
                continue
            state.update("\x1f".join(column).encode() if column.dtype == object else column.tobytes())
        return state.hexdigest()


def spoken_of(events: Events, places: Places) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The place each event speaks of as a claim, (N,), -1 for one far from every place or of nobody in particular.

    And how many km away the nearest place is, (N,).
    """
    if not len(events) or not len(places):
        return np.full(len(events), -1), np.full(len(events), np.inf)
    at = project_km(places.lat, places.lon)
    km, near = cKDTree(at).query(project_km(events.lat, events.lon, around=(places.lat, places.lon)))
    return np.where((km <= REACH_KM) & (events.side >= 0), near, -1), km


def with_events(claims: Claims, events: Events) -> Claims:
    """Claims, and events as claims by third parties about the nearest place: what joint draws hear of them.

    Several that say the same of one side, place and day are one, or two: one close by, one not. An event far from every
    place, or of nobody in particular, says nothing.
    """
    places = claims.places
    near, km = spoken_of(events, places)
    spoken = np.flatnonzero(near >= 0)
    if not len(spoken):
        return claims
    kinds = np.array([int(kind.claimed) for kind in EventKind], dtype=np.int8)
    key = np.column_stack([near, events.day, events.side, kinds[events.kind], km <= CLOSE_KM])[spoken]
    first = spoken[np.sort(np.unique(key, axis=0, return_index=True)[1])]  # events are in order of posting
    heard, n = events.take(first), len(first)
    blank = np.full(n, "", dtype=object)
    prose = dict.fromkeys(Prose.__dataclass_fields__, blank) | {"source_url": heard.url}
    small: dict[str, NDArray[np.generic]] = {
        "about_from": heard.day,
        "about_to": heard.day,
        "camp": np.full(n, len(claims.sides), dtype=np.int8),
        "kind": kinds[heard.kind],
        "side": heard.side,
        "place": near[first].astype(np.int32),
        "route": np.full(n, -1, dtype=np.int32),
        "denied": np.zeros(n, dtype=bool),
        "partial": km[first] > CLOSE_KM,
        "certainty": np.full(n, int(Certainty.asserted), dtype=np.int8),
    }
    names = np.array(claims.claimants, dtype=object)
    return Claims.ordered(
        ids=np.concatenate([claims.ids, np.array([f"event {i}" for i in heard.ids], dtype=object)]),
        reported=np.concatenate([claims.reported, np.maximum(heard.posted, heard.day)]),
        claimant_names=np.concatenate(
            [
                names[claims.claimant] if len(names) else blank[:0],
                np.where(heard.source == "", "unspecified", heard.source),
            ]
        ),
        prose=Prose(**{name: np.concatenate([getattr(claims.prose, name), column]) for name, column in prose.items()}),
        sides=claims.sides,
        days=claims.days,
        places=places,
        routes=claims.routes,
        **{name: np.concatenate([getattr(claims, name), column]) for name, column in small.items()},
    )
