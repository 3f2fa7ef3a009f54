"""What runs say in figures for a reader: intervals, differences, when a place falls, how much its fall moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vedette.campaign.engine import Run

__all__ = ["Swing", "at_stake", "compared", "difference", "interval", "side_at_stake", "swing", "when_lost"]

LISTED = 0.02
"""Places less likely than this to change hands are left out of lists."""

CANDIDATES = 24
"""Places whose swing is asked for: two runs each, and what comes next is hardly ever lost."""

LEAST_FALLS = 20
"""Members in which a place must fall before an interval of the day is told."""

NINETY = 1.645
"""Standard errors to either side of a 90 % interval."""


def interval(values: NDArray[Any]) -> tuple[float, float, float]:
    """Mean, 5 % and 95 % of one figure a member."""
    low, high = np.quantile(values, [0.05, 0.95]).tolist()
    return float(values.mean()), low, high


def difference(values: NDArray[Any]) -> tuple[float, float]:
    """The 90 % interval of the mean of a difference, one a member."""
    mean = float(values.mean())
    error = NINETY * float(values.std(ddof=1)) / float(np.sqrt(len(values)))
    return mean - error, mean + error


def compared(before: NDArray[Any], after: NDArray[Any]) -> tuple[float, float, float, float]:
    """Both means, and the 90 % interval of the difference, of the same members with the same luck."""
    return float(before.mean()), float(after.mean()), *difference(after.astype(np.float64) - before)


def when_lost(run: Run, place: int) -> tuple[int, int, int] | None:
    """The day on which a place falls if it does: 5 %, median, 95 %; None where it hardly ever does."""
    when = run.fell[run.fell[:, place] >= 0, place]
    if len(when) < LEAST_FALLS:
        return None
    five, half, most = np.quantile(when, [0.05, 0.5, 0.95], method="nearest").tolist()
    return int(five), int(half), int(most)


def side_at_stake(run: Run, holder: NDArray[np.int64]) -> int:
    """The side that is expected to lose most of its places."""
    lost = run.lost(holder).mean(axis=0)
    return int(np.argmax([lost[holder == k].sum() for k in range(run.probability.shape[2] - 1)]))


def at_stake(run: Run, holder: NDArray[np.int64], side: int) -> list[int]:
    """Places of a side that it may lose, likeliest first, no more than `CANDIDATES`."""
    lost = run.lost(holder).mean(axis=0)
    found = [i for i in np.argsort(-lost, kind="stable").tolist() if holder[i] == side and lost[i] >= LISTED]
    return found[:CANDIDATES]


@dataclass(frozen=True, slots=True)
class Swing:
    """By how much the fall of a place moves the share of its holder's other places that are lost.

    `intervened`: lost by a day against held to the end, the same members in both, with a 90 % interval `low`, `high` of
    the mean; `conditional`: the members in which it fell against those in which it did not, nothing forced, NaN if
    fewer than ten did either. `moves`: the places lost more often for it, most moved first, with by how much.
    """

    place: int
    side: int
    falls: float
    intervened: float
    low: float
    high: float
    conditional: float
    moves: tuple[tuple[int, float], ...]


def swing(base: Run, lost: Run, kept: Run, place: int, side: int, mine: NDArray[np.bool_]) -> Swing:
    """Compare runs in which `side` loses a place and keeps it; `mine` (P,): the places whose loss counts."""
    counted = mine.copy()
    counted[place] = False
    count = max(int(counted.sum()), 1)
    costs = ((lost.final != side)[:, counted].sum(axis=1) - (kept.final != side)[:, counted].sum(axis=1)) / count
    low, high = difference(costs)
    fell = base.fell[:, place] >= 0
    losses = (base.final != side)[:, counted].sum(axis=1) / count
    conditional = float("nan")
    if min(fell.sum(), (~fell).sum()) >= 10:
        conditional = float(losses[fell].mean() - losses[~fell].mean())
    moved = (lost.final != side).mean(axis=0) - (kept.final != side).mean(axis=0)
    moved[~counted] = 0.0
    order = np.argsort(-moved, kind="stable")[:5]
    return Swing(
        place=place,
        side=side,
        falls=float(fell.mean()),
        intervened=float(costs.mean()),
        low=low,
        high=high,
        conditional=conditional,
        moves=tuple((int(i), float(moved[i])) for i in order if moved[i] > 0),
    )
