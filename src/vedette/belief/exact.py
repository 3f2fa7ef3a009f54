"""The exact posterior of a case small enough to list every history: the oracle that the sampler is held to."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from vedette.dynamics import Transition, tomorrow
from vedette.errors import GroundError
from vedette.ground import Neighbours

__all__ = ["exact_posterior"]

MAX_HISTORIES = 3_000_000


def exact_posterior(
    start_prior: NDArray[np.float64],
    potential: NDArray[np.float64],
    neighbours: Neighbours,
    step: Transition,
    phase: NDArray[np.int32],
) -> tuple[NDArray[np.float64], float]:
    """P(state) of every place and day, shape (P, T, S), and the log evidence, by summing over all histories.

    For P places, T days, S states: `start_prior` (P, S), `potential` (P, T, S)
    log-likelihoods, `phase` (T,). Dynamics and records are given, not learned.
    Visits S^(P T) histories and refuses more than three million.
    """
    places, days, states = potential.shape
    histories = states ** (places * days)
    if histories > MAX_HISTORIES:
        raise GroundError(
            f"{places} places over {days} days have {histories:.1e} histories, too many to list. "
            "Use `infer`, which draws from the same posterior."
        )
    marginal = np.zeros((places, days, states))
    total = 0.0
    configurations = list(product(range(states), repeat=places))

    # For all places at once, a configuration is one state of a single big Markov chain.
    def moving(today: tuple[int, ...], t: int) -> NDArray[np.float64]:
        rows = []
        for i in range(places):
            held = np.bincount([today[j] for j in neighbours.of(i)], minlength=states)
            rows.append(tomorrow(today[i], held, step, int(phase[t])))
        return np.array([np.prod([rows[i][c[i]] for i in range(places)]) for c in configurations])

    matrices = [np.array([moving(c, t) for c in configurations]) for t in range(days - 1)]
    seen = np.array([[sum(potential[i, t, c[i]] for i in range(places)) for c in configurations] for t in range(days)])
    first = np.array([np.prod([start_prior[i, c[i]] for i in range(places)]) for c in configurations])
    for history in product(range(len(configurations)), repeat=days):
        p = first[history[0]] * np.exp(seen[0, history[0]])
        for t in range(days - 1):
            p *= matrices[t][history[t], history[t + 1]] * np.exp(seen[t + 1, history[t + 1]])
        total += p
        for t, c in enumerate(history):
            for i in range(places):
                marginal[i, t, configurations[c][i]] += p
    return marginal / total, float(np.log(total))
