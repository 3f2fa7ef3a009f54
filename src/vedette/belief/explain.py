"""What each claim adds: the change in log odds when it is left out, by reweighting the draws."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.belief.evidence import Evidence
from vedette.belief.left_out import camps_at
from vedette.belief.mapping import maps_at
from vedette.belief.posterior import Belief

__all__ = ["PARETO_LIMIT", "Weight", "change_between", "weights_at", "without", "without_camp", "without_map"]

PARETO_LIMIT = 0.7
"""Above it the draws cannot stand in for a run without the claim (Vehtari, Simpson, Gelman, Yao and Gabry 2024, "Pareto
smoothed importance sampling")."""

MIN_TAIL = 5
"""A Pareto distribution is fitted to so many weights at least (Vehtari et al. 2024)."""

MIN_EFFECTIVE = 100.0
"""Weighted draws are worth so many plain ones (Kish 1965), or else a share has a standard error above 0.05."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What one assertion adds to the belief about its place.

    `change` (S,): log odds of each state with it minus without it; `push` (K,): those of
    each side being in the place at all, alone or fighting for it. `pareto_k` says how far to
    trust that: `reliable` below 0.7.
    """

    assertion: int
    change: tuple[float, ...]
    push: tuple[float, ...]
    pareto_k: float

    @property
    def reliable(self) -> bool:
        """Whether the draws could be reweighted."""
        return self.pareto_k <= PARETO_LIMIT


def weights_at(belief: Belief, place: int, day: int) -> list[Weight]:
    """What each assertion about a place adds to the belief about it on a day, strongest first.

    In a long war those of the days that were drawn: what came before is in the belief that these days begin with.

    Leave-one-out by Pareto-smoothed importance sampling: draws are weighted by the inverse
    of the likelihood of what is left out. Log odds are held to what M draws can show.
    """
    told = belief.evidence.told
    about = np.flatnonzero((told.place == place) & _counted(belief))
    out = []
    for j in about.tolist():
        share, k = without(belief, np.array([j]), place, day)
        now = _shares(belief, place, day)
        change = change_between(share, now, belief.members)
        push = change_between(share[:-1] + share[-1], now[:-1] + now[-1], belief.members)
        out.append(Weight(j, tuple(change.tolist()), tuple(push.tolist()), k))
    return sorted(out, key=lambda w: -max(abs(c) for c in w.change))


def without(belief: Belief, assertions: NDArray[np.int64], place: int, day: int) -> tuple[NDArray[np.float64], float]:
    """P(state) at a place on a day without some assertions, about it or others (S,), and the Pareto k of that."""
    if not len(assertions):
        return _shares(belief, place, day), 0.0
    loglik = np.nan_to_num(belief.word[:, assertions]).sum(axis=1, dtype=np.float64)
    return _reweighted(belief, loglik, place, day)


def without_camp(belief: Belief, camp: int, place: int, day: int) -> tuple[NDArray[np.float64], float]:
    """P(state) at a place without anything one camp said about it (S,), and the Pareto k of the reweighting."""
    spoken, _ = camps_at(belief.evidence.told)
    found = np.flatnonzero((spoken == (camp, place)).all(axis=1))
    if not len(found):
        return _shares(belief, place, day), 0.0
    return _reweighted(belief, belief.camp_word[:, found[0]].astype(np.float64), place, day)


def without_map(belief: Belief, source: str, place: int, day: int) -> tuple[NDArray[np.float64], float]:
    """P(state) at a place had one control map never shown it (S,), and the Pareto k of that; infinite in a long war."""
    if not isinstance(belief.evidence, Evidence):
        return _shares(belief, place, day), math.inf
    maps = belief.evidence.maps
    number = next((n for n, m in enumerate(maps) if m.source == source), -1)
    found = np.flatnonzero((maps_at(maps) == (number, place)).all(axis=1))
    if not len(found):
        return _shares(belief, place, day), 0.0
    return _reweighted(belief, belief.map_word[:, found[0]].astype(np.float64), place, day)


def change_between(before: NDArray[np.float64], after: NDArray[np.float64], members: int) -> NDArray[np.float64]:
    """Change in log odds from some probabilities to others, each held to what so many draws can show."""
    return _logit(after, members) - _logit(before, members)


def _reweighted(belief: Belief, loglik: NDArray[np.float64], place: int, day: int) -> tuple[NDArray[np.float64], float]:
    """P(state) at a place without what has this log-likelihood in each draw (M,), and the Pareto k."""
    if np.ptp(loglik) < 1e-9:
        return _shares(belief, place, day), 0.0
    weight, k = _importance(loglik)
    share = np.bincount(belief.on(day)[:, place], weights=weight, minlength=belief.evidence.states)
    return share / share.sum(), k


def _counted(belief: Belief) -> NDArray[np.bool_]:
    """Which assertions had a say in the days that were drawn."""
    return np.asarray(~np.isnan(belief.word[0]))


def _shares(belief: Belief, place: int, day: int) -> NDArray[np.float64]:
    control = belief.on(day)[:, place]
    return np.bincount(control, minlength=belief.evidence.states) / len(control)


def _importance(loglik: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Weights (M,) of draws without what has this log-likelihood in each, and the Pareto k; infinite if of no use.

    Where many of the largest weights are alike there is no tail to smooth: the plain ones do,
    if enough draws carry them.
    """
    plain = np.exp(loglik.min() - loglik)
    tail = math.ceil(min(len(plain) / 5, 3 * math.sqrt(len(plain))))  # as long as what is smoothed
    largest = np.sort(plain)[-tail - 1 :]
    if tail >= MIN_TAIL and largest[tail // 4] > largest[0]:
        from arviz_stats.base.array import array_stats

        smoothed, k = array_stats.psislw(loglik)  # takes the log-likelihood of what is left out, and turns it round
        if np.isfinite(smoothed).all() and np.isfinite(k):
            return np.exp(smoothed - np.max(smoothed)), float(k)
    effective = plain.sum() ** 2 / (plain**2).sum()
    return plain, 0.0 if effective >= MIN_EFFECTIVE else math.inf


def _logit(p: NDArray[np.float64], members: int) -> NDArray[np.float64]:
    held = np.clip(p, 0.5 / members, 1 - 0.5 / members)
    return np.log(held) - np.log1p(-held)
