"""Geolocated events: somebody's forces were seen at a point on a day."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import IntEnum
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from vedette.claims.assertions import Says
from vedette.ground import Days, Sides

__all__ = ["EventKind", "Events"]


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
            state.update("\x1f".join(column).encode() if column.dtype == object else np.ascontiguousarray(column))
        return state.hexdigest()
