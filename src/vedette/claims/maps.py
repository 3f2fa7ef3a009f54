"""A published control map: a source that claims every place it covers, as it stood each day."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

__all__ = ["ControlMap"]


@dataclass(frozen=True, eq=False)
class ControlMap:
    """Runs of equal map states: place `place[r]` was drawn as `state[r]` from day `first[r]` to `last[r]`, inclusive.

    All arrays have shape (R,), sorted by place and first day, without overlap; days
    are day numbers, already clipped to the war. Days of a place in no run are days
    on which the map did not show it.
    """

    source: str
    place: NDArray[np.int32]
    state: NDArray[np.int8]
    first: NDArray[np.int32]
    last: NDArray[np.int32]

    def until(self, day: int) -> ControlMap:
        """The map as it had been published by day number `day`: later runs dropped, running ones cut."""
        known = self.first <= day
        return ControlMap(
            self.source,
            self.place[known],
            self.state[known],
            self.first[known],
            np.minimum(self.last[known], np.int32(day)),
        )

    def without(self, place: int) -> ControlMap:
        """The map, had it never shown a place."""
        kept = self.place != place
        return ControlMap(self.source, self.place[kept], self.state[kept], self.first[kept], self.last[kept])

    @property
    def redrawn(self) -> NDArray[np.bool_]:
        """The runs (R,) that show a place otherwise than it was last shown, however long before."""
        out = np.zeros(len(self.place), dtype=bool)
        out[1:] = (self.place[1:] == self.place[:-1]) & (self.state[1:] != self.state[:-1])
        return out

    def shown_at(self, place: int) -> tuple[int, int, int] | None:
        """How a place was shown last, as a state, and on which days first and last without a change; None if never."""
        rows = np.flatnonzero(self.place == place)
        if not len(rows):
            return None
        begun = rows[self.redrawn[rows]]
        first = begun[-1] if len(begun) else rows[0]
        return int(self.state[first]), int(self.first[first]), int(self.last[rows[-1]])

    @property
    def digest(self) -> str:
        """A fingerprint of the runs."""
        state = sha256(self.source.encode())
        for column in (self.place, self.state, self.first, self.last):
            state.update(np.ascontiguousarray(column).tobytes())
        return state.hexdigest()
