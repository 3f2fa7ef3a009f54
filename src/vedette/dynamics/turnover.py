"""Changes of hands learned from the war itself: who is likely to have lost a place some days from now.

A boosted ensemble of small trees (Friedman 2001, "Greedy function approximation") gives the probability that a
place has changed hands a number of days later, from `History.covariates` of earlier days whose sequel is known. Wars
change pace faster than trees can learn it, so the hazard is multiplied by each side's tempo of the last weeks, a
conjugate Gamma-Poisson estimate of how many places it lost against how many were expected. Before enough places have
changed hands to learn from, a rule that is fitted to no war stands in, with the same tempo.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vedette.dynamics.history import COVARIATES, History

__all__ = ["Outlook", "Turnover"]

STEP_DAYS = 7
"""The war is looked at every week: neighbouring days tell the same."""

LEARN_EVERY, SELDOM_FROM, SELDOM = 28, 364, 56
"""Days between two lessons, in the first year and later; counted from day 0, so that what is learned never depends
on which day is asked about."""

LEAST_CHANGES = 40
"""Places that must have changed hands before trees are grown: fewer cannot tell one covariate from another."""

WARM_UP = 28
"""Days at the beginning whose recent past is not known: they are no examples."""

BAGS = 3
TREES: dict[str, float | int | bool] = {
    "max_iter": 60,
    "learning_rate": 0.08,
    "max_leaf_nodes": 8,
    "min_samples_leaf": 100,
    "l2_regularization": 10.0,
    "max_features": 0.4,
    "early_stopping": False,
}
"""Few, small, shrunken trees, each split choosing among two fifths of the covariates; the mean of `BAGS` such
ensembles. Chosen on January 2023 to June 2024 of the development data, see docs/campaign.md."""

TEMPO_DAYS = 45.0
"""Memory of the tempo: a change of pace is half believed after a month."""

TEMPO_SHAPE = 1.0
"""What the prior tempo, 1, is worth in places lost."""

TRUST_DAYS, TRUST_WORTH = 90.0, 5.0
"""Memory of how far longer forecasts could be trusted, and what full trust is worth beforehand: so many places named
for sure and lost. Chosen on the same months."""

OWN_SHARE = 0.6
"""Of a horizon's daily rate so much is its own model's, the rest that of the horizons next to it: a long horizon's
examples are old, a short one's are few."""

RULE_RATE, RULE_KM = 0.004, 3.0
"""Without examples: places next door are lost at one in 250 a day, as the prior of the daily step has it for a place
half surrounded at its mean tempo, and farther ones e-fold less often every three kilometres."""

FAR_SHAPE = 0.5
"""Losses added, over `FAR_DAYS` place-days, to those seen beyond the covariates' reach."""
FAR_DAYS = 1e5

Progress = Callable[[int, int], None]
Probability = Callable[[NDArray[np.float32]], NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Outlook:
    """What is expected as of a day: `lost` (H, P), the probability that a place has changed hands H horizons later.

    `taker` (P, K): if it has, to whom; rows sum to 1. `tempo` (K,): how hard each side is pressed.
    """

    day: int
    horizons: tuple[int, ...]
    holder: NDArray[np.int8]
    lost: NDArray[np.float64]
    taker: NDArray[np.float64]
    tempo: NDArray[np.float64]

    def probability(self) -> NDArray[np.float64]:
        """P(the side is the last to hold the place), (H, P, K); even where nobody ever held it."""
        sides = self.taker.shape[1]
        out = self.lost[:, :, None] * self.taker[None]
        known = np.flatnonzero(self.holder >= 0)
        out[:, known, self.holder[known]] += 1.0 - self.lost[:, known]
        out[:, self.holder < 0] = 1.0 / sides
        return out

    def doubted(self, believed: NDArray[np.floating]) -> NDArray[np.float64]:
        """The same, (H, P, K), where the day's state itself is only `believed`, (P, K + 1).

        Only the likeliest holder is moved: what is believed of the others stays as it is. What is contested counts for
        the last holder.
        """
        held = believed[:, :-1].astype(np.float64)
        known = np.flatnonzero(self.holder >= 0)
        held[known, self.holder[known]] += believed[known, -1]
        held /= np.maximum(held.sum(axis=1, keepdims=True), 1e-12)
        likeliest = np.maximum(self.holder, 0)[:, None].astype(np.int64)
        sure = np.take_along_axis(held, likeliest, axis=1)
        np.put_along_axis(held, likeliest, 0.0, axis=1)
        return sure * self.probability() + held


@dataclass(eq=False)
class Turnover:
    """Learns from a history and looks ahead; asked about day t it uses columns up to t, and nothing later."""

    history: History
    horizons: tuple[int, ...]
    progress: Progress | None = None
    _ahead: tuple[int, ...] = field(init=False)
    _seen: dict[int, tuple[NDArray[np.int64], NDArray[np.float32]]] = field(default_factory=dict)
    _learned: dict[int, list[Probability]] = field(default_factory=dict)
    _stated: dict[int, tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]] = field(default_factory=dict)
    _counted: dict[tuple[int, int], tuple[NDArray[np.float64], NDArray[np.float64]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # The tempo is told by the shortest horizon, so a week is always looked at.
        self._ahead = tuple(sorted({STEP_DAYS, *self.horizons}))

    def outlook(self, day: int) -> Outlook:
        """The probabilities as of a day."""
        history = self.history
        places = len(history.xy)
        holder = history.holder[:, day]
        here, near, tempo = self._state_of(day)
        lost = np.empty((len(self._ahead), places))
        lost[:] = 1.0 - np.exp(-self._far_rate(day) * np.array(self._ahead))[:, None]
        lost[:, holder < 0] = 0.0
        lost[:, here] = np.maximum.accumulate(self._trust(day)[:, None] * near, axis=0)
        lost = lost[[self._ahead.index(h) for h in self.horizons]]
        return Outlook(day, self.horizons, holder, lost, self._takers(day), tempo)

    def _state_of(self, day: int) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """The n places within reach, (n,); P(each is lost), (H, n), if trusted fully; the tempo, (K,)."""
        if day not in self._stated:
            here, told = self._covariates(day)
            models = self._models(_lesson(day))
            tempo = self._tempo(day, models[0])
            hazard = np.array([-np.log1p(-np.minimum(model(told), 0.999)) for model in models])
            hazard *= tempo[self.history.holder[here, day]]
            self._stated[day] = here, 1.0 - np.exp(-_blend(hazard, self._ahead)), tempo
        return self._stated[day]

    def _trust(self, day: int) -> NDArray[np.float64]:
        """Each horizon's probabilities are multiplied by so much, (H,): least squares over its forecasts now due.

        Those of the shortest are corrected by the tempo already. Weekly forecasts of long horizons overlap, so each
        counts for a week of its horizon.
        """
        trust = np.ones(len(self._ahead))
        for h, horizon in enumerate(self._ahead):
            if horizon <= STEP_DAYS:
                continue
            hit, said = TRUST_WORTH, TRUST_WORTH
            last = day - horizon
            first = max(WARM_UP, last - 4 * int(TRUST_DAYS))
            for then in range(first + (-first) % STEP_DAYS, last + 1, STEP_DAYS):
                here, p, _ = self._state_of(then)
                lost = self.history.holder[here, then + horizon] != self.history.holder[here, then]
                weight = 0.5 ** ((last - then) / TRUST_DAYS) * STEP_DAYS / horizon
                hit += weight * float(p[h] @ lost)
                said += weight * float(p[h] @ p[h])
            trust[h] = min(hit / said, 1.0)
        return trust

    def _covariates(self, day: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        if day not in self._seen:
            self._seen[day] = self.history.covariates(day)
        return self._seen[day]

    def _examples(self, last: int, horizon: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Covariates of the weeks whose sequel was known by day `last`, and whether the place had changed hands."""
        told, lost = [np.empty((0, len(COVARIATES)), dtype=np.float32)], [np.empty(0, dtype=bool)]
        for day in range(WARM_UP, last - horizon + 1, STEP_DAYS):
            here, columns = self._covariates(day)
            told.append(columns)
            lost.append(self.history.holder[here, day + horizon] != self.history.holder[here, day])
        return np.concatenate(told), np.concatenate(lost)

    def _models(self, last: int) -> list[Probability]:
        if last not in self._learned:
            self._learned[last] = [self._learn(last, h) for h in self._ahead]
            if self.progress is not None:
                self.progress(last, self.history.state.shape[1])
        return self._learned[last]

    def _learn(self, last: int, horizon: int) -> Probability:
        told, lost = self._examples(last, horizon)
        _, when, _ = self.history.changes
        known = int(((when > WARM_UP) & (when <= last)).sum())
        if min(known, int(lost.sum())) < LEAST_CHANGES:
            return _rule(horizon)
        from sklearn.ensemble import HistGradientBoostingClassifier
        from threadpoolctl import threadpool_limits

        # One thread: sums in another order are other trees, and small ones gain nothing from more.
        with threadpool_limits(1):
            grown = [HistGradientBoostingClassifier(**TREES, random_state=s).fit(told, lost) for s in range(BAGS)]

        def probability(rows: NDArray[np.float32]) -> NDArray[np.float64]:
            if not len(rows):
                return np.zeros(0)
            with threadpool_limits(1):
                mean: NDArray[np.float64] = np.mean([m.predict_proba(rows)[:, 1] for m in grown], axis=0)
            return mean

        return probability

    def _tempo(self, day: int, shortest: Probability) -> NDArray[np.float64]:
        """Posterior mean of each side's tempo: places lost over places expected to be lost, recent weeks foremost."""
        sides, horizon = self.history.sides, self._ahead[0]
        lost, expected = np.full(sides, TEMPO_SHAPE), np.full(sides, TEMPO_SHAPE)
        last = day - horizon
        first = max(0, last - 4 * int(TEMPO_DAYS))
        for then in range(first + (-first) % STEP_DAYS, last + 1, STEP_DAYS):
            weight = 0.5 ** ((last - then) / TEMPO_DAYS) * min(1.0, STEP_DAYS / horizon)
            if (id(shortest), then) not in self._counted:
                here, told = self._covariates(then)
                held, later = self.history.holder[here, then], self.history.holder[here, then + horizon]
                self._counted[id(shortest), then] = (
                    np.bincount(held[held != later], minlength=sides).astype(np.float64),
                    np.bincount(held, weights=shortest(told), minlength=sides).astype(np.float64),
                )
            seen, due = self._counted[id(shortest), then]
            lost += weight * seen
            expected += weight * due
        tempo: NDArray[np.float64] = lost / expected
        return tempo

    def _far_rate(self, day: int) -> float:
        """Losses a day of a place out of reach: as rare as they have been, more than never."""
        losses, exposed = FAR_SHAPE, FAR_DAYS
        for then in range(0, day - STEP_DAYS + 1, LEARN_EVERY):
            far = np.ones(len(self.history.xy), dtype=bool)
            far[self._covariates(then)[0]] = False
            now, later = self.history.holder[far, then], self.history.holder[far, then + STEP_DAYS]
            losses += float(((now != later) & (now >= 0)).sum())
            exposed += STEP_DAYS * float(far.sum())
        return losses / exposed

    def _takers(self, day: int) -> NDArray[np.float64]:
        """Who takes a place that is lost, (P, K): the others, by their share of the nearest places, none left out."""
        history = self.history
        holder = history.holder[:, day]
        pull = np.full((len(holder), history.sides), 0.1)
        for k in range(history.sides):
            pull[:, k] += (holder[history.nearest] == k).sum(axis=1)
        known = np.flatnonzero(holder >= 0)
        pull[known, holder[known]] = 0.0
        if history.sides == 1:
            return np.ones((len(holder), 1))
        share: NDArray[np.float64] = pull / pull.sum(axis=1, keepdims=True)
        return share


def _lesson(day: int) -> int:
    """The day of the last lesson by a day."""
    if day < SELDOM_FROM:
        return day - day % LEARN_EVERY
    return day - (day - SELDOM_FROM) % SELDOM


def _rule(horizon: int) -> Probability:
    def probability(rows: NDArray[np.float32]) -> NDArray[np.float64]:
        km = np.expm1(rows[:, 0].astype(np.float64))
        return 1.0 - np.exp(-horizon * RULE_RATE * np.exp(-km / RULE_KM))

    return probability


def _blend(hazard: NDArray[np.float64], horizons: Sequence[int]) -> NDArray[np.float64]:
    """Cumulated hazards (H, n), each horizon's daily rate drawn towards those next to it, never falling."""
    days = np.array(horizons, dtype=float)[:, None]
    rate = hazard / days
    mixed = rate.copy()
    for h in range(len(horizons)):
        beside = [rate[n] for n in (h - 1, h + 1) if 0 <= n < len(horizons)]
        if beside:
            mixed[h] = OWN_SHARE * rate[h] + (1 - OWN_SHARE) * np.mean(beside, axis=0)
    cumulated: NDArray[np.float64] = np.maximum.accumulate(mixed * days, axis=0)
    return cumulated
