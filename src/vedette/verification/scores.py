"""Scores of probabilities of control against an outcome, and how sure they are.

One calling convention: `probability` (N, S) with rows over the sides and `contested`
that sum to 1, `state` (N,) what the outcome says, both for the same N place-days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Decomposition",
    "days_to_half",
    "log_score",
    "murphy",
    "one_against_rest",
    "pigeonhole_interval",
    "ranked_score",
    "reliability_slope",
    "three_way_brier",
    "two_sided",
    "two_sided_brier",
]

LOG_FLOOR = 0.001
"""Probabilities below one in a thousand are scored as that by the log score: 1,000 draws cannot tell them apart, and
one impossible event would hide everything else."""


def two_sided(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of each side (N, K) where the outcome knows no contest: contested is split evenly."""
    sides = probability.shape[1] - 1
    out: NDArray[np.float64] = probability[:, :sides] + probability[:, sides:] / sides
    return out


def one_against_rest(
    probability: NDArray[np.float64], state: NDArray[np.int8]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Binary forecasts that a side holds a place, and whether it did, of place-days (N,) that a side holds.

    Of two sides those of the first, (N,): the other's say the same. Of K > 2 those of all, (N K,), or they would depend
    on which side the case names first.
    """
    q = two_sided(probability)
    hit = np.arange(q.shape[1]) == state[:, None]
    return (q[:, 0], hit[:, 0]) if q.shape[1] == 2 else (q.ravel(), hit.ravel())


def two_sided_brier(probability: NDArray[np.float64], state: NDArray[np.int8]) -> NDArray[np.float64]:
    """Brier score of each place-day that a side holds, shape (N,): half the squared distance, in [0, 1].

    For two sides it is the binary score of either (Brier 1950).
    """
    import scoringrules  # compiles on import, for seconds: only those who score should wait

    q = two_sided(probability)
    each = scoringrules.brier_score((np.arange(q.shape[1]) == state[:, None]).astype(float), np.clip(q, 0.0, 1.0))
    summed: NDArray[np.float64] = np.asarray(each, dtype=np.float64).sum(axis=1)
    return summed / 2


def three_way_brier(probability: NDArray[np.float64], state: NDArray[np.int8]) -> NDArray[np.float64]:
    """Multi-category Brier score over the sides and contested, shape (N,), in [0, 2] (Brier 1950)."""
    hit = (np.arange(probability.shape[1]) == state[:, None]).astype(float)
    score: NDArray[np.float64] = ((probability - hit) ** 2).sum(axis=1)
    return score


def log_score(probability: NDArray[np.float64], state: NDArray[np.int8]) -> NDArray[np.float64]:
    """Minus the natural log of the probability of what was, floored at `LOG_FLOOR`; shape (N,), 0 is perfect."""
    p = probability[np.arange(len(state)), state]
    return np.asarray(-np.log(np.maximum(p, LOG_FLOOR)), dtype=np.float64)


def ranked_score(probability: NDArray[np.float64], state: NDArray[np.int8]) -> NDArray[np.float64]:
    """Ranked probability score over side, contested, other side, for two sides (Epstein 1969); (N,), in [0, 2]."""
    if probability.shape[1] != 3:
        raise ValueError(
            f"a ranked score needs two sides with contested between them; there are {probability.shape[1] - 1} sides. "
            "Use `three_way_brier`."
        )
    import scoringrules

    order = np.array([0, 2, 1])
    rank = np.array([0, 2, 1])[state] + 1
    return np.asarray(scoringrules.rps_score(rank, probability[:, order]), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Murphy (1973): Brier score = reliability - resolution + uncertainty, up to spread within bins."""

    reliability: float
    resolution: float
    uncertainty: float
    forecast: tuple[float, ...]
    observed: tuple[float, ...]
    count: tuple[int, ...]


def murphy(p: NDArray[np.float64], hit: NDArray[np.bool_], bins: int = 10) -> Decomposition:
    """Decompose binary forecasts p (N,) of events hit (N,) by equal bins; the bins make a reliability diagram."""
    which = np.minimum((p * bins).astype(int), bins - 1)
    count = np.bincount(which, minlength=bins)
    some = count > 0
    forecast = np.bincount(which, weights=p, minlength=bins)[some] / count[some]
    observed = np.bincount(which, weights=hit, minlength=bins)[some] / count[some]
    base = float(hit.mean())
    share = count[some] / count.sum()
    return Decomposition(
        float((share * (forecast - observed) ** 2).sum()),
        float((share * (observed - base) ** 2).sum()),
        base * (1 - base),
        tuple(forecast.tolist()),
        tuple(observed.tolist()),
        tuple(count[some].tolist()),
    )


def reliability_slope(p: NDArray[np.float64], hit: NDArray[np.bool_]) -> float:
    """Slope of the least-squares line of event on forecast: 1 if reliable, below 1 if overconfident; NaN if flat."""
    spread = float(((p - p.mean()) ** 2).sum())
    return float(((p - p.mean()) * (hit - hit.mean())).sum() / spread) if spread > 0 else float("nan")


def days_to_half(
    probability: NDArray[np.float64], state: NDArray[np.int8], sides: int
) -> tuple[NDArray[np.int64], int]:
    """Days from each lasting true change of hands until the new holder's probability passes 1/2.

    `probability` (P, T, S) and `state` (P, T), -1 where unsettled: such days are neither held nor lost, and a change
    falls on the first settled day that shows it. It counts if the outcome gives the place to another side to the end.
    Negative where the probability passed early, and stayed. Returns one number per change, and how many changes never
    passed.
    """
    found, never = [], 0
    for p, s in zip(probability, state, strict=True):
        settled = s[(s >= 0) & (s < sides)]
        if len(settled) == 0 or settled[0] == settled[-1]:
            continue
        new = int(settled[-1])
        known = np.flatnonzero(s >= 0)
        others = np.flatnonzero(s[known] != new)  # contested days too; there is one of another side at least
        if others[-1] == len(known) - 1:
            continue
        change = int(known[others[-1] + 1])
        q = p[:, new] + p[:, sides] / sides
        below = np.flatnonzero(q <= 0.5)
        if len(below) and below[-1] == len(q) - 1:
            never += 1
        else:
            found.append((int(below[-1]) + 1 if len(below) else 0) - change)
    return np.array(found, dtype=np.int64), never


def pigeonhole_interval(
    score: NDArray[np.float64],
    place: NDArray[np.int64],
    week: NDArray[np.int64],
    rng: np.random.Generator,
    *,
    draws: int = 1000,
    level: float = 0.9,
) -> tuple[float, float]:
    """Bootstrap interval of a mean score (N,), by place and week at once.

    Place-days of one place, or of one week, are not independent: places and weeks are
    both drawn with replacement, and a place-day counts as often as the product (Owen 2007,
    "The pigeonhole bootstrap", Annals of Applied Statistics 1(2)). Wide on purpose.
    """
    places, p = np.unique(place, return_inverse=True)
    weeks, w = np.unique(week, return_inverse=True)
    total = np.zeros((len(places), len(weeks)))
    count = np.zeros_like(total)
    np.add.at(total, (p.reshape(-1), w.reshape(-1)), score)
    np.add.at(count, (p.reshape(-1), w.reshape(-1)), 1.0)
    by_place = rng.multinomial(len(places), np.full(len(places), 1 / len(places)), size=draws).astype(float)
    by_week = rng.multinomial(len(weeks), np.full(len(weeks), 1 / len(weeks)), size=draws).astype(float)
    mass = np.einsum("dp,pw,dw->d", by_place, count, by_week, optimize=True)
    summed = np.einsum("dp,pw,dw->d", by_place, total, by_week, optimize=True)
    means = summed[mass > 0] / mass[mass > 0]
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(low), float(high)
