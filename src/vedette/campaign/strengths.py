"""What open sources say of how strong each side is, sector by sector, beside its own mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from vedette.errors import CaseError

__all__ = ["Force", "Strengths", "strengths_of"]

WITHIN = 2.0 * float(ndtri(0.95))
"""Standard deviations across a 90 % range."""


@dataclass(frozen=True, slots=True)
class Force:
    """A source puts the strength of a side, in a sector or everywhere (None), between `low` and `high`, 90 % sure."""

    side: int
    sector: int | None
    low: float
    high: float

    @property
    def median(self) -> float:
        """Of a log-normal with that range."""
        return float(np.sqrt(self.low * self.high))

    @property
    def spread(self) -> float:
        """Standard deviation of its log."""
        return float(np.log(self.high / self.low)) / WITHIN


@dataclass(frozen=True, eq=False)
class Strengths:
    """For K sides and J sectors, (K, J): the log of a side's strength a place against its own mean, and its width.

    `spread` is the standard deviation of what the sources say; 0 where they say nothing.
    """

    log: NDArray[np.float64]
    spread: NDArray[np.float64]

    @classmethod
    def unknown(cls, sides: int, sectors: int) -> Strengths:
        """Nobody says anything: every sector is like the mean."""
        return cls(np.zeros((sides, sectors)), np.zeros((sides, sectors)))


def strengths_of(forces: Sequence[Force], sides: Sequence[str], places: NDArray[np.float64]) -> Strengths:
    """Strengths by sector, of which `places` (J,) are the sizes; one row of `forces` at most for each side and sector.

    A sector without a row shares what is left of its side's total, evenly by places; without a total it is like the
    mean of those that have one. The ratio of the sides' totals is not used: the tempo that belief learned has it
    already. A `CaseError` where the sectors add up to more than the whole.
    """
    found = Strengths.unknown(len(sides), len(places))
    for k, side in enumerate(sides):
        rows = {force.sector: force for force in forces if force.side == k}
        if not rows:
            continue
        whole = rows.pop(None, None)
        amount, cv2 = np.zeros(len(places)), np.zeros(len(places))
        for j, force in rows.items():
            assert j is not None
            amount[j], cv2[j] = force.median, np.expm1(force.spread**2)
        others = np.array([j not in rows for j in range(len(places))])
        if whole is not None and others.any():
            rest = whole.median - amount.sum()
            if rest <= 0.0:
                raise CaseError(
                    f"forces: the sectors of {side} add up to {amount.sum():g}, and {whole.median:g} is all it has. "
                    "Correct the rows, or leave out the one without a sector."
                )
            amount[others] = rest * places[others] / places[others].sum()
            cv2[others] = (np.expm1(whole.spread**2) * whole.median**2 + (cv2 * amount**2)[~others].sum()) / rest**2
        elif others.any():
            amount[others] = amount.sum() * places[others] / places[~others].sum()
        found.log[k] = np.log(amount / places / (amount.sum() / places.sum()))
        found.spread[k] = np.sqrt(np.log1p(cv2))
    return found
