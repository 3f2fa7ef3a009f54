"""Thousands of members forward from belief: who holds what, when places fall, what a change would change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vedette.campaign._kernels import advance
from vedette.campaign.ground import CampaignGround
from vedette.campaign.orders import Orders
from vedette.campaign.parameters import Parameters
from vedette.dynamics._kernels import LEVEL_OF
from vedette.errors import GroundError

__all__ = ["Run", "Swing", "run", "swing"]

CHUNK = 512
"""Members run at a time: their days are counted and let go, so memory does not grow with their number."""


@dataclass(frozen=True, eq=False)
class Run:
    """M members, D days, P places, S = K + 1 states.

    `probability` (D + 1, P, S); `final` (M, P) int8; `fell` (M, P) int16: the first day on which another side than
    the one that last held the place holds it, -1 if none; `ended` (M,): the day the fighting ended, -1 if it did not.
    """

    probability: NDArray[np.float64]
    final: NDArray[np.int8]
    fell: NDArray[np.int16]
    ended: NDArray[np.int64]

    @property
    def members(self) -> int:
        """M."""
        return len(self.final)

    @property
    def days(self) -> int:
        """D."""
        return len(self.probability) - 1

    @cached_property
    def held(self) -> NDArray[np.int64]:
        """Places that each side holds in the end, (M, K)."""
        sides = self.probability.shape[2] - 1
        return np.stack([(self.final == k).sum(axis=1) for k in range(sides)], axis=1)


def run(
    ground: CampaignGround,
    parameters: Parameters,
    orders: Orders,
    control: NDArray[np.int8],
    holder: NDArray[np.int8],
    numbers: NDArray[np.int64],
    seed: int,
) -> Run:
    """Run the members `numbers` from `control` (M, P), given who last held each place, `holder` (M, P)."""
    members, places = control.shape
    if len(parameters) != members or len(numbers) != members or holder.shape != control.shape:
        raise GroundError(f"{members} draws, {len(parameters)} sets of parameters: they do not belong together.")
    days = len(orders.pace)
    states = ground.sides + 1
    counts = np.zeros((days + 1, places, states), dtype=np.int64)
    final = np.empty((members, places), dtype=np.int8)
    fell = np.empty((members, places), dtype=np.int16)
    ended = np.empty(members, dtype=np.int64)
    source_start = np.zeros(ground.sides + 1, dtype=np.int64)
    listed = [ground.sources.get(k, np.empty(0, dtype=np.int64)) for k in range(ground.sides)]
    np.cumsum([len(s) for s in listed], out=source_start[1:])
    sources = np.concatenate(listed).astype(np.int64)
    for first in range(0, members, CHUNK):
        part = slice(first, min(first + CHUNK, members))
        out = np.empty((part.stop - first, days + 1, places), dtype=np.int8)
        p = parameters
        advance(
            np.ascontiguousarray(control[part]), np.ascontiguousarray(holder[part]), numbers[part], seed,
            ground.neighbours.start, ground.neighbours.index, LEVEL_OF, ground.sector, orders.roads.start,
            orders.roads.target, source_start, sources, p.hazard[part], p.tempo[part], p.rush[part], p.settle[part],
            p.odds[part], p.isolation[part], p.withdrawal[part], p.ceasefire[part], p.strength[part], orders.pace,
            orders.truce, orders.held_until, orders.keeper, orders.lost_on, orders.taker, out, ended[part],
        )  # fmt: skip
        for s in range(states):
            counts[:, :, s] += (out == s).sum(axis=0)
        final[part] = out[:, -1]
        taken = (out != holder[part][:, None, :]) & (out < ground.sides)
        fell[part] = np.where(taken.any(axis=1), taken.argmax(axis=1), -1)
    return Run(counts / members, final, fell, ended)


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
    difference = ((lost.final != side)[:, counted].sum(axis=1) - (kept.final != side)[:, counted].sum(axis=1)) / count
    error = 1.645 * float(difference.std(ddof=1)) / np.sqrt(len(difference))
    fell = base.fell[:, place] >= 0
    losses = (base.final != side)[:, counted].sum(axis=1) / count
    conditional = float("nan")
    if min(fell.sum(), (~fell).sum()) >= 10:
        conditional = float(losses[fell].mean() - losses[~fell].mean())
    moved = (lost.final != side).mean(axis=0) - (kept.final != side).mean(axis=0)
    moved[~counted] = 0.0
    order = np.argsort(-moved, kind="stable")[:5]
    mean = float(difference.mean())
    return Swing(
        place=place,
        side=side,
        falls=float(fell.mean()),
        intervened=mean,
        low=mean - error,
        high=mean + error,
        conditional=conditional,
        moves=tuple((int(i), float(moved[i])) for i in order if moved[i] > 0),
    )
