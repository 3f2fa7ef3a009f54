"""The exact posterior of a few places, by summing over every state they can jointly be in: what the sampler is held to.

For all places together a day is one state of a single big Markov chain, so forward and
backward recursions (Rabiner 1989, section III) are exact where the sampler, which takes one
place at a time, only draws. Plain and slow; dynamics and records are given, not learned.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from vedette.dynamics import Transition, tomorrow
from vedette.dynamics._kernels import FIGHTERS, REAR
from vedette.errors import GroundError
from vedette.ground import Neighbours

__all__ = ["ExactPosterior", "Given", "exact_posterior"]

MAX_CONFIGURATIONS = 4000
"""Joint states of all places: five places of two sides. One day's matrix is this squared, 128 MB."""


@dataclass(frozen=True, eq=False)
class Given:
    """Everything but the histories.

    For P places, T days, K sides, H = 2 K + 1 hidden states (see `hidden_states`): `first`
    (P, H) is the probability of each hidden state on day 0; `evidence` (P, T, H)
    the log-likelihood of what is said, shown and kept silent about each place and day. To
    that come invented captures, which are announced in proportion to the probability of a
    challenge and so depend on the neighbours: `invented` (P, T, K) counts those that are
    announced there if k holds the place, and `boasts` (K,) is the rate of all that could have been.
    `ageing` (P, T, K) is the probability that k's capture is no longer news the day
    after; `fighting` (P, T) says who is reported to fight, and whose rear it is, as in `Evidence`.
    """

    neighbours: Neighbours
    step: Transition
    phase: NDArray[np.int32]
    first: NDArray[np.float64]
    evidence: NDArray[np.float64]
    invented: NDArray[np.float64]
    boasts: NDArray[np.float64]
    ageing: NDArray[np.float64]
    fighting: NDArray[np.uint8]

    @property
    def sides(self) -> int:
        """K."""
        return len(self.boasts)

    def control(self, hidden: int) -> int:
        """The state of control of a hidden state: to have just taken a place is to hold it."""
        return hidden if hidden <= self.sides else hidden - self.sides - 1


@dataclass(frozen=True, eq=False)
class ExactPosterior:
    """`joint` (T, S, ..., S), an axis a place: P(states of control of all places on a day | all evidence).

    `log_evidence` is the natural log of P(all evidence).
    """

    joint: NDArray[np.float64]
    log_evidence: float

    def marginals(self) -> NDArray[np.float64]:
        """P(state) of every place and day, shape (P, T, S)."""
        axes = range(1, self.joint.ndim)
        return np.stack([self.joint.sum(axis=tuple(a for a in axes if a != i)) for i in axes])

    def pair(self, a: int, b: int) -> NDArray[np.float64]:
        """P(state of place a, state of place b, the same day) for a < b, shape (T, S, S)."""
        rest = tuple(i for i in range(1, self.joint.ndim) if i not in (a + 1, b + 1))
        return np.asarray(self.joint.sum(axis=rest))


def exact_posterior(given: Given) -> ExactPosterior:
    """Sum over all histories of a few places, forward and backward; O(T H^(2 P)).

    Refuses more than `MAX_CONFIGURATIONS` joint states.
    """
    places, days, hidden = given.evidence.shape
    if hidden**places > MAX_CONFIGURATIONS:
        raise GroundError(
            f"{places} places with {hidden} hidden states each have {hidden**places:.1e} joint states, more than the "
            f"{MAX_CONFIGURATIONS} that can be summed over. Use `infer`, which draws from the same posterior."
        )
    every = np.array(list(product(range(hidden), repeat=places)))  # (C, P): C joint states
    steps = [_steps(given, t, every) for t in range(days)]
    forward = np.empty((days, len(every)))
    log_evidence = 0.0
    arriving = np.prod([given.first[i, every[:, i]] for i in range(places)], axis=0)
    for t in range(days):
        loglik = _loglik(given, t, every, steps[t])
        peak = loglik.max()
        forward[t] = arriving * np.exp(loglik - peak)
        total = forward[t].sum()
        forward[t] /= total
        log_evidence += float(np.log(total) + peak)
        if t < days - 1:
            arriving = forward[t] @ _matrix(given, t, every, steps[t])
    posterior = forward.copy()
    backward = np.ones(len(every))
    for t in range(days - 2, -1, -1):
        loglik = _loglik(given, t + 1, every, steps[t + 1])
        backward = _matrix(given, t, every, steps[t]) @ (np.exp(loglik - loglik.max()) * backward)
        backward /= backward.sum()
        posterior[t] *= backward
        posterior[t] /= posterior[t].sum()
    return ExactPosterior(_by_control(given, posterior, every), log_evidence)


def _steps(given: Given, t: int, every: NDArray[np.int64]) -> NDArray[np.float64]:
    """P(state of control tomorrow) of each place in each joint state today, shape (C, P, S)."""
    places, sides = every.shape[1], given.sides
    around = [given.neighbours.of(i).tolist() for i in range(places)]
    out = np.empty((len(every), places, sides + 1))
    known: dict[tuple[int, ...], NDArray[np.float64]] = {}  # many joint states look alike from one place
    for c, row in enumerate(every.tolist()):
        control = [given.control(hidden) for hidden in row]
        for i, state in enumerate(control):
            seen = (i, state, *(control[j] for j in around[i]))
            if seen not in known:
                held = np.bincount(np.array(seen[2:], dtype=np.int64), minlength=sides + 1)
                byte = int(given.fighting[i, t])
                known[seen] = tomorrow(
                    state, held, given.step, int(given.phase[t]),
                    pressed=byte & FIGHTERS & ~(1 << state) != 0, rear=byte >> REAR == state + 1,
                )  # fmt: skip
            out[c, i] = known[seen]
    return out


def _loglik(given: Given, t: int, every: NDArray[np.int64], steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the day's evidence says of each joint state, shape (C,)."""
    out = np.zeros(len(every))
    for c, row in enumerate(every.tolist()):
        for i, hidden in enumerate(row):
            out[c] += given.evidence[i, t, hidden]
            holder = given.control(hidden)
            if holder < given.sides:
                challenged = 1 - steps[c, i, holder]
                out[c] -= given.boasts[holder] * challenged
                if given.invented[i, t, holder] > 0:
                    out[c] += given.invented[i, t, holder] * np.log(challenged)
    return out


def _matrix(given: Given, t: int, every: NDArray[np.int64], steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """P(joint state tomorrow | joint state today), shape (C, C): places move independently, given today."""
    out = np.ones((len(every), len(every)))
    for i in range(every.shape[1]):
        rows = [
            _with_news(given, hidden, moves, given.ageing[i, t])
            for hidden, moves in zip(every[:, i].tolist(), steps[:, i], strict=True)
        ]
        out *= np.array(rows)[:, every[:, i]]
    return out


def _with_news(
    given: Given, hidden: int, moves: NDArray[np.float64], ageing: NDArray[np.float64]
) -> NDArray[np.float64]:
    """P(hidden state tomorrow) (H,) from P(state of control tomorrow): who comes to hold a place has just taken it."""
    sides, state = given.sides, given.control(hidden)
    out = np.concatenate([np.zeros(sides), moves[sides:], moves[:sides]])
    if state < sides:
        fresh = 1 - ageing[state] if hidden > sides else 0.0
        out[sides + 1 + state] = moves[state] * fresh
        out[state] = moves[state] * (1 - fresh)
    return out


def _by_control(given: Given, posterior: NDArray[np.float64], every: NDArray[np.int64]) -> NDArray[np.float64]:
    """Joint states of control instead of hidden ones, an axis a place."""
    states = given.sides + 1
    control = np.where(every > given.sides, every - given.sides - 1, every)
    out = np.zeros((len(posterior), *(states,) * every.shape[1]))
    for t, row in enumerate(posterior):
        np.add.at(out[t], tuple(control.T), row)
    return out
