"""What later proved true, according to a named judge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.ground import Days, Places, Sides

__all__ = ["Outcome"]


@dataclass(frozen=True, eq=False)
class Outcome:
    """Who held what, in runs: place `place[r]` was in `state[r]` from day `first[r]` to `last[r]`, inclusive.

    All of shape (R,), without overlap for one place; `confidence` and `basis` are the
    judge's words ("derived" marks rows computed from the same announcements that are
    claims: agreement there proves little). Days in no run are unsettled and unscored.
    """

    judge: str
    places: Places
    days: Days
    sides: Sides
    place: NDArray[np.int32]
    state: NDArray[np.int8]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    confidence: NDArray[np.object_]
    basis: NDArray[np.object_]

    def grid(self, rows: NDArray[np.bool_] | None = None) -> NDArray[np.int8]:
        """State of every place and day, shape (P, T); -1 where unsettled, or where `rows` leaves a run out."""
        out = np.full((len(self.places), len(self.days)), -1, dtype=np.int8)
        for r in range(len(self.place)):
            if rows is None or rows[r]:
                out[self.place[r], max(int(self.first[r]), 0) : int(self.last[r]) + 1] = self.state[r]
        return out

    @property
    def independent(self) -> NDArray[np.bool_]:
        """Rows whose basis is not `derived`, shape (R,)."""
        return np.array([str(b).casefold() != "derived" for b in self.basis], dtype=bool)
