"""Changes of hands learned from the war itself: who is likely to have lost a place some days from now.

A logistic regression and a boosted ensemble of small trees (Friedman 2001, "Greedy function approximation") give the
probability that a place has changed hands a number of days later, from `History.covariates` of earlier days whose
sequel is known; the horizon is a covariate, so that a quarter of a year learns from what a week has shown since. Wars
change pace faster than either can learn it, so the hazard is multiplied by each side's tempo of the last weeks, a
conjugate Gamma-Poisson estimate of how many places it lost against how many were foretold: lulls are believed, storms
half. Before enough places have changed hands to learn from, a rule that is fitted to no war stands in, with the same
tempo.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vedette.dynamics.history import History

__all__ = ["Outlook", "Turnover"]

STEP_DAYS = 7
"""The war is looked at every week: neighbouring days tell the same."""

LEARN_EVERY, SELDOM_FROM, SELDOM = 28, 364, 56
"""Days between two lessons, in the first year and later; counted from day 0, so that what is learned never depends
on which day is asked about."""

LEARNED = (7, 28, 91)
"""Horizons, in days, of the examples. What is asked about other days lies between these, so that an answer never
depends on what else is asked."""

LEAST_CHANGES = 40
"""Places that must have changed hands before anything is learned: fewer cannot tell one covariate from another."""

WARM_UP = 28
"""Days at the beginning whose recent past is not known: they are no examples."""

RIDGE = 0.001
"""Inverse of the penalty on the regression's coefficients, covariates scaled to variance 1: strong."""

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
ensembles. All of this was chosen on the development data, see docs/campaign.md."""

LINE_SHARE = 0.5
"""Of the hazard so much is the regression's, the rest the trees': the one goes on where the others know no case."""

TEMPO_DAYS = 14.0
"""Memory of the tempo, the half-life of a week's weight."""

TEMPO_SHAPE = 3.0
"""What the prior tempo, 1, is worth in places lost."""

TEMPO_BELIEF = (1.0, 0.5)
"""Powers of a tempo below and above 1: lulls are believed, storms half, for they blow over."""

STORM = 2.0
"""Losses at which the examples of a week count half each: places lost at once were lost together, and a collapse of
hundreds is a few cases, not hundreds."""

OWN_SHARE = 0.5
"""Of a horizon's daily rate so much is its own, the rest that of the horizons next to it."""

RULE_RATE, RULE_KM = 0.004, 3.0
"""Without examples: places next door are lost at one in 250 a day, as the prior of the daily step has it for a place
half surrounded at its mean tempo, and farther ones e-fold less often every three kilometres."""

FAR_SHAPE = 0.5
"""Losses added, over `FAR_DAYS` place-days, to those seen beyond the covariates' reach."""
FAR_DAYS = 1e5

Progress = Callable[[int, int], None]
Hazard = Callable[[NDArray[np.float32]], NDArray[np.float64]]
"""From n rows of covariates the cumulated hazards, (len(LEARNED), n)."""


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
    _seen: dict[int, tuple[NDArray[np.int64], NDArray[np.float32]]] = field(default_factory=dict)
    _learned: dict[int, Hazard] = field(default_factory=dict)
    _foretold: dict[int, NDArray[np.float64]] = field(default_factory=dict)

    def outlook(self, day: int) -> Outlook:
        """The probabilities as of a day."""
        history = self.history
        holder = history.holder[:, day]
        here, _ = self._covariates(day)
        tempo = self._tempo(day)
        hazard = _mixed(self._hazard(day) * tempo[holder[here]])
        lost = np.empty((len(self.horizons), len(holder)))
        lost[:] = 1.0 - np.exp(-self._far_rate(day) * np.array(self.horizons))[:, None]
        lost[:, holder < 0] = 0.0
        lost[:, here] = 1.0 - np.exp(-_between(hazard, self.horizons))
        return Outlook(day, self.horizons, holder, lost, self._takers(day), tempo)

    def _covariates(self, day: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        if day not in self._seen:
            self._seen[day] = self.history.covariates(day)
        return self._seen[day]

    def _hazard(self, day: int) -> NDArray[np.float64]:
        """Of the places within reach, at tempo 1, as it was foretold on the day, (len(LEARNED), n)."""
        if day not in self._foretold:
            lesson = _lesson(day)
            if lesson not in self._learned:
                self._learned[lesson] = self._learn(lesson)
                if self.progress is not None:
                    self.progress(lesson, self.history.state.shape[1])
            self._foretold[day] = self._learned[lesson](self._covariates(day)[1])
        return self._foretold[day]

    def _lost(self, day: int, horizon: int) -> NDArray[np.bool_]:
        """Whether the places within reach on a day had changed hands a number of days later, (n,)."""
        here, held = self._covariates(day)[0], self.history.holder
        return np.asarray(held[here, day + horizon] != held[here, day])

    def _learn(self, last: int) -> Hazard:
        """From the weeks whose sequel was known by day `last`."""
        known = [h for h in LEARNED if WARM_UP + h <= last]
        told, lost, weight = [], [], []
        for horizon in known:
            for day in range(WARM_UP, last - horizon + 1, STEP_DAYS):
                rows = _with_horizon(self._covariates(day)[1], horizon)
                told.append(rows)
                lost.append(self._lost(day, horizon))
                # The sequels of neighbouring weeks overlap; the root, for they are not the same either.
                weight.append(np.full(len(rows), 1.0 / (np.sqrt(horizon / STEP_DAYS) + lost[-1].sum() / STORM)))
        _, when, _ = self.history.changes
        changes = int(((when > WARM_UP) & (when <= last)).sum())
        if not known or min(changes, sum(int(y.sum()) for y in lost)) < LEAST_CHANGES:
            return _rule
        weights = np.concatenate(weight)
        return _grown(np.concatenate(told), np.concatenate(lost), weights / weights.mean(), known)

    def _tempo(self, day: int) -> NDArray[np.float64]:
        """Each side's, (K,): places lost in a week over places that were expected to be, recent weeks foremost."""
        sides = self.history.sides
        lost, expected = np.full(sides, TEMPO_SHAPE), np.full(sides, TEMPO_SHAPE)
        last = day - STEP_DAYS
        first = max(0, last - 4 * int(TEMPO_DAYS))
        for then in range(first + (-first) % STEP_DAYS, last + 1, STEP_DAYS):
            weight = 0.5 ** ((last - then) / TEMPO_DAYS)
            held = self.history.holder[self._covariates(then)[0], then]
            due = 1.0 - np.exp(-self._hazard(then)[0])
            lost += weight * np.bincount(held[self._lost(then, STEP_DAYS)], minlength=sides)
            expected += weight * np.bincount(held, weights=due, minlength=sides)
        pace = lost / expected
        lull, storm = TEMPO_BELIEF
        tempo: NDArray[np.float64] = np.minimum(pace, 1.0) ** lull * np.maximum(pace, 1.0) ** storm
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


def _rule(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """The hazards that stand in for learned ones."""
    km = np.expm1(rows[:, 0].astype(np.float64))
    hazard: NDArray[np.float64] = np.outer(LEARNED, RULE_RATE * np.exp(-km / RULE_KM))
    return hazard


def _with_horizon(rows: NDArray[np.float32], horizon: int) -> NDArray[np.float32]:
    """Covariates with the log of the horizon as the last."""
    return np.column_stack([rows, np.full(len(rows), np.log(horizon), dtype=np.float32)])


def _grown(
    told: NDArray[np.float32], lost: NDArray[np.bool_], weight: NDArray[np.float64], known: Sequence[int]
) -> Hazard:
    """The regression and the trees fitted to N examples of some `weight`: (N, len(COVARIATES) + 1), (N,), (N,).

    A horizon of which there are no examples yet has the daily rate of the longest that is `known`.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from threadpoolctl import threadpool_limits

    # One thread: sums in another order are other trees, and small ones gain nothing from more.
    with threadpool_limits(1):
        line = make_pipeline(StandardScaler(), LogisticRegression(C=RIDGE, max_iter=300))
        line.fit(told, lost, logisticregression__sample_weight=weight)
        trees = [
            HistGradientBoostingClassifier(**TREES, random_state=s).fit(told, lost, sample_weight=weight)
            for s in range(BAGS)
        ]

    def hazard(rows: NDArray[np.float32]) -> NDArray[np.float64]:
        out = np.zeros((len(LEARNED), len(rows)))
        if not len(rows):
            return out
        for h, horizon in enumerate(LEARNED):
            asked = _with_horizon(rows, min(horizon, known[-1]))
            with threadpool_limits(1):
                straight = _cumulated(line.predict_proba(asked)[:, 1])
                branched = _cumulated(np.mean([m.predict_proba(asked)[:, 1] for m in trees], axis=0))
            out[h] = (LINE_SHARE * straight + (1 - LINE_SHARE) * branched) * max(1.0, horizon / known[-1])
        return out

    return hazard


def _cumulated(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """The hazard that makes a probability, finite."""
    return -np.log1p(-np.minimum(probability, 0.999))


def _lesson(day: int) -> int:
    """The day of the last lesson by a day."""
    if day < SELDOM_FROM:
        return day - day % LEARN_EVERY
    return day - (day - SELDOM_FROM) % SELDOM


def _mixed(hazard: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cumulated hazards at `LEARNED`, each horizon's daily rate drawn towards those next to it, never falling."""
    days = np.array(LEARNED, dtype=float)[:, None]
    rate = hazard / days
    mixed = rate.copy()
    for h in range(len(rate)):
        beside = [rate[n] for n in (h - 1, h + 1) if 0 <= n < len(rate)]
        mixed[h] = OWN_SHARE * rate[h] + (1 - OWN_SHARE) * np.mean(beside, axis=0)
    cumulated: NDArray[np.float64] = np.maximum.accumulate(mixed * days, axis=0)
    return cumulated


def _between(hazard: NDArray[np.float64], horizons: Sequence[int]) -> NDArray[np.float64]:
    """Cumulated hazards (H, n) at any `horizons` from those at `LEARNED`.

    Straight lines in logarithms between them; before the first and after the last its daily rate.
    """
    out = np.empty((len(horizons), hazard.shape[1]))
    for row, days in enumerate(horizons):
        after = int(np.searchsorted(LEARNED, days))
        if after in (0, len(LEARNED)):
            nearest = min(after, len(LEARNED) - 1)
            out[row] = hazard[nearest] * days / LEARNED[nearest]
        else:
            low, high = np.log(LEARNED[after - 1 : after + 1])
            share = (np.log(days) - low) / (high - low)
            out[row] = hazard[after - 1] ** (1 - share) * hazard[after] ** share
    return out
