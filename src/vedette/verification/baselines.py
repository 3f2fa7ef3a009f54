"""Simpler ways to say who holds what, for comparison: by spreadsheet, by rule of thumb, by crowd-sourcing tool.

Each baseline takes claims and the days, and returns probabilities (P, T, S). As a
nowcast it uses on each day what was published by then; in hindsight, all that was ever
published, ordered by the days described.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vedette.claims import Certainty, Claims, ControlMap, Kind, Says, says_of

__all__ = ["Vote", "baselines", "hidden_markov", "last_claim", "majority", "nothing_changes", "votes_of"]

MIN_CLAIMS = 5
"""A single source is listed as a baseline from so many votes on."""


@dataclass(frozen=True, eq=False)
class Vote:
    """Claims as votes on who holds a place: N votes, all of shape (N,), in order of publication.

    Claims of control, of capture and of attacks repelled are votes; `side` is who holds the
    place according to them. For two sides, to deny one's capture or control is a vote for the
    other; for more it is no vote. Attacks, strikes and withdrawals are no votes.
    """

    place: NDArray[np.int64]
    side: NDArray[np.int64]
    known: NDArray[np.int64]
    about: NDArray[np.int64]
    claimant: NDArray[np.int64]
    camp: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.place)

    def take(self, rows: NDArray[np.bool_]) -> Vote:
        """Some of the votes."""
        return Vote(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


_VOTING = {int(Kind.control), int(Kind.capture), int(Kind.repulse)}


def votes_of(claims: Claims) -> Vote:
    """The votes in a table of claims."""
    sides = len(claims.sides)
    rows: list[tuple[int, int, int, int, int, int]] = []
    for n in range(len(claims)):
        if claims.place[n] < 0 or claims.side[n] < 0 or claims.kind[n] not in _VOTING:
            continue
        found = says_of(
            Kind(int(claims.kind[n])),
            denied=bool(claims.denied[n]),
            partial=False,
            certainty=Certainty(int(claims.certainty[n])),
        )
        side = int(claims.side[n])
        if found is None or found[0] in (Says.fights, Says.outside):
            continue
        if found[0] is Says.lacks:
            if sides != 2:
                continue
            side = 1 - side
        rows.append(
            (
                int(claims.place[n]),
                side,
                int(claims.reported[n]),
                int(claims.about_to[n]),
                int(claims.claimant[n]),
                int(claims.camp[n]),
            )
        )
    table = np.array(rows, dtype=np.int64).reshape(-1, 6)
    return Vote(*table.T)


def _start(claims: Claims) -> NDArray[np.float64]:
    """Everything as it was before the war, (P, T, S)."""
    places, days, states = len(claims.places), len(claims.days), len(claims.sides) + 1
    out = np.zeros((places, days, states))
    out[np.arange(places), :, claims.places.start] = 1.0
    return out


def nothing_changes(claims: Claims, _votes: Vote, *, hindsight: bool) -> NDArray[np.float64]:
    """Every place stays as it was before the war."""
    del hindsight
    return _start(claims)


def _clock(votes: Vote, *, hindsight: bool) -> NDArray[np.int64]:
    """The day from which each vote counts."""
    return np.maximum(votes.about if hindsight else votes.known, 0)


def last_claim(claims: Claims, votes: Vote, *, hindsight: bool) -> NDArray[np.float64]:
    """Whoever holds the place according to the latest claim about it."""
    out = _start(claims)
    clock = _clock(votes, hindsight=hindsight)
    for n in np.argsort(clock, kind="stable").tolist():
        if clock[n] < out.shape[1]:
            out[votes.place[n], clock[n] :] = 0.0
            out[votes.place[n], clock[n] :, votes.side[n]] = 1.0
    return out


def majority(claims: Claims, votes: Vote, *, hindsight: bool) -> NDArray[np.float64]:
    """The share of all claims so far."""
    places, days, states = len(claims.places), len(claims.days), len(claims.sides) + 1
    tally = np.zeros((places, days, states))
    clock = _clock(votes, hindsight=hindsight)
    within = clock < days
    np.add.at(tally, (votes.place[within], clock[within], votes.side[within]), 1.0)
    tally = np.cumsum(tally, axis=1)
    total = tally.sum(axis=2, keepdims=True)
    return np.where(total > 0, tally / np.maximum(total, 1.0), _start(claims))


def against_interest(claims: Claims, votes: Vote, *, hindsight: bool) -> NDArray[np.float64]:
    """Wikipedia's rule for maps of current wars: a party is believed only against its own side; the latest wins."""
    third = votes.camp == len(claims.sides)
    return last_claim(claims, votes.take(third | (votes.side != votes.camp)), hindsight=hindsight)


def hidden_markov(claims: Claims, votes: Vote, *, hindsight: bool) -> NDArray[np.float64]:
    """Independent hidden Markov chains: each place alone.

    Each claim is right three times in four, a place changes hands once in fifty days. The
    forward filter as a nowcast, forward and backward smoothing in hindsight (Rabiner 1989).
    Parameters by rule of thumb: what an analyst with a textbook would do.
    """
    places, days, states = len(claims.places), len(claims.days), len(claims.sides) + 1
    sides = states - 1
    loglik = np.zeros((places, days, states))
    clock = _clock(votes, hindsight=hindsight)
    right, wrong = np.log(0.75), np.log(0.25 / max(sides - 1, 1))
    for n in np.flatnonzero(clock < days).tolist():
        seen = np.full(states, wrong)
        seen[votes.side[n]], seen[sides] = right, np.log(0.5)
        loglik[votes.place[n], clock[n]] += seen
    step = np.full((states, states), 0.02 / sides)
    np.fill_diagonal(step, 0.98)
    forward = np.zeros((places, days, states))
    alpha = np.full((places, states), 0.01 / sides)
    alpha[np.arange(places), claims.places.start] = 0.99
    for t in range(days):
        if t:
            alpha = alpha @ step
        alpha = alpha * np.exp(loglik[:, t] - loglik[:, t].max(axis=1, keepdims=True))
        alpha /= alpha.sum(axis=1, keepdims=True)
        forward[:, t] = alpha
    if not hindsight:
        return forward
    beta = np.ones((places, states))
    out = forward.copy()
    for t in range(days - 2, -1, -1):
        beta = (np.exp(loglik[:, t + 1] - loglik[:, t + 1].max(axis=1, keepdims=True)) * beta) @ step.T
        beta /= beta.sum(axis=1, keepdims=True)
        out[:, t] = forward[:, t] * beta
        out[:, t] /= out[:, t].sum(axis=1, keepdims=True)
    return out


def dawid_skene(claims: Claims, votes: Vote, *, hindsight: bool) -> NDArray[np.float64]:
    """Dawid and Skene (1979), from crowd-kit."""
    from crowdkit.aggregation import DawidSkene

    return _crowd(claims, votes, lambda: DawidSkene(n_iter=50), hindsight=hindsight)


def mace(claims: Claims, votes: Vote, *, hindsight: bool) -> NDArray[np.float64]:
    """MACE (Hovy et al. 2013, "Learning whom to trust with MACE"), from crowd-kit.

    One start of 20 iterations instead of ten of 50: on 377 votes that moves probabilities by 0.0004 in the mean, and
    takes a thirtieth of the time.
    """
    from crowdkit.aggregation import MACE

    return _crowd(claims, votes, lambda: MACE(n_restarts=1, n_iter=20), hindsight=hindsight)


def _crowd(claims: Claims, votes: Vote, model: Callable[[], Any], *, hindsight: bool) -> NDArray[np.float64]:
    """A model of crowds: claimants are workers, places tasks; refitted daily on votes so far."""
    import pandas as pd

    out = _start(claims)
    clock = _clock(votes, hindsight=hindsight)
    seen = 0
    for t in range(out.shape[1]):
        known = clock <= t
        if known.sum() == seen:
            out[:, t] = out[:, t - 1] if t else out[:, t]
            continue
        seen = int(known.sum())
        frame = pd.DataFrame(
            {"task": votes.place[known], "worker": votes.claimant[known], "label": votes.side[known]}
        ).drop_duplicates(["task", "worker"], keep="last")
        proba = model().fit_predict_proba(frame)
        told = proba.index.to_numpy()
        out[told, t] = 0.0
        for column in proba.columns:
            out[told, t, int(column)] = proba[column].to_numpy()
    return out


def one_map(claims: Claims, source: ControlMap) -> NDArray[np.float64]:
    """A published map taken at its word, each day as it stood; the last state it showed where it shows none."""
    out = _start(claims)
    for place, state, first in zip(source.place, source.state, source.first, strict=True):
        out[place, first:] = 0.0
        out[place, first:, state] = 1.0
    return out


def baselines(
    claims: Claims, maps: tuple[ControlMap, ...], *, hindsight: bool
) -> dict[str, Callable[[], NDArray[np.float64]]]:
    """Every baseline by name, as functions that compute it when called; probabilities (P, T, S).

    Dawid-Skene and MACE need crowd-kit (the extra `baselines`) and raise `ImportError` without it.
    """
    votes = votes_of(claims)
    everyone = {
        "nothing changes": nothing_changes,
        "last claim wins": last_claim,
        "majority of claims": majority,
        "independent hidden Markov chains": hidden_markov,
        "Dawid-Skene (crowd-kit)": dawid_skene,
        "MACE (crowd-kit)": mace,
        "Wikipedia's rule": against_interest,
    }

    def bind(method: Callable[..., NDArray[np.float64]], chosen: Vote) -> Callable[[], NDArray[np.float64]]:
        return lambda: method(claims, chosen, hindsight=hindsight)

    out = {name: bind(method, votes) for name, method in everyone.items()}
    for k, side in enumerate(claims.sides):
        out[f"side alone: {side.name}"] = bind(last_claim, votes.take(votes.camp == k))
    for source in maps:
        out[f"map alone: {source.source}"] = partial(one_map, claims, source)
    if maps:
        out["mean of maps"] = lambda: np.mean([one_map(claims, source) for source in maps], axis=0)
    for c in np.argsort(-np.bincount(votes.claimant, minlength=len(claims.claimants)), kind="stable").tolist():
        mine = votes.claimant == c
        if mine.sum() >= MIN_CLAIMS:
            out[f"claimant alone: {claims.claimants[c]}"] = bind(last_claim, votes.take(mine))
    return out
