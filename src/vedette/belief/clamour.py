"""Clamour: how many camps report fighting at a place on one day.

An attack that comes to nothing is told by those who beat it back, or by those who
made it; a contest for the place is told by everyone. Given that some camp reports
fighting at a place on a day, each other camp joins in with one probability if the place
is contested and another if it is held:

    P(n of K + 1 camps | somebody reports) ~ join^(n - 1) (1 - join)^(K + 1 - n)

What the reports say of who holds the place is testimony, and weighed as such; that one
side reports is left out here as it is there. Camps are counted, not voices, so that
one camp's thousand reports are one. Both probabilities are learned with the histories.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.belief._record_kernels import Clamouring
from vedette.belief.evidence import Clamour

__all__ = ["PRIOR_JOINS", "ClamourRecord"]

PRIOR_JOINS = np.array([[1.0, 9.0], [4.0, 6.0]])
"""Beta priors that another camp joins in, of a place held and of a place contested: one time in ten, two in five.
Round and weak, but chosen after a look at how often camps spoke together in the Karabakh case, on days contested
by its outcome and on others; scores there flatter it."""


@dataclass(eq=False)
class ClamourRecord:
    """The state of one chain: `joins` (2,), the probability that another camp joins in, held and contested."""

    joins: NDArray[np.float64]

    @classmethod
    def first(cls) -> ClamourRecord:
        """Where a chain starts: at the prior means."""
        return cls(PRIOR_JOINS[:, 0] / PRIOR_JOINS.sum(axis=1))

    def log_joined(
        self, clamour: Clamour, row: NDArray[np.int64], sides: int, control: NDArray[np.int8]
    ) -> NDArray[np.float64]:
        """Log-likelihood of the clamour of some rows (V,), minus that with one camp less."""
        contested = (control[clamour.place[row], clamour.day[row]] == sides).astype(np.int64)
        join, aloof = np.log(self.joins[contested]), np.log1p(-self.joins[contested])
        return np.asarray(np.where(clamour.camps[row] == 1, sides * aloof, join - aloof))

    def kernel_view(self) -> Clamouring:
        """The same for kernels, which update it in place."""
        return Clamouring(self.joins, PRIOR_JOINS)
