"""Where the front runs, and how sure that is: between neighbours that different sides hold, draw by draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.belief import Belief

__all__ = ["FrontPair", "front_pairs", "side_balance"]


@dataclass(frozen=True, eq=False)
class FrontPair:
    """Pairs of neighbouring places, (E, 2), and the probability (E,) that the front passes between them.

    It does where the two are not both in the hands of one side: a contested place lies in
    the front. From joint draws, since neighbours change hands together.
    """

    pairs: NDArray[np.int32]
    probability: NDArray[np.float64]


def front_pairs(belief: Belief, day: int) -> FrontPair:
    """The front on a day; O(M E) for M draws and E pairs of neighbours."""
    contested = belief.evidence.states - 1
    pairs = belief.evidence.neighbours.pairs
    today = np.ascontiguousarray(belief.control[:, :, day].T)  # (P, M)
    probability = np.empty(len(pairs))
    for e, (a, b) in enumerate(pairs.tolist()):
        probability[e] = np.mean((today[a] != today[b]) | (today[a] == contested))
    return FrontPair(pairs, probability)


def side_balance(belief: Belief, day: int, level: float = 0.9) -> NDArray[np.float64]:
    """Places in each state on a day: mean, low and high end of the central interval; shape (S, 3)."""
    states = belief.evidence.states
    counts = np.stack([(belief.control[:, :, day] == s).sum(axis=1) for s in range(states)], axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(counts, [tail, 1 - tail], axis=0)
    return np.column_stack([counts.mean(axis=0), low, high])
