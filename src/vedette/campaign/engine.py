"""Thousands of members forward from belief: who holds what, when places fall, what a change would change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vedette.campaign._kernels import advance, tally
from vedette.campaign.ground import CampaignGround, Field
from vedette.campaign.orders import Orders
from vedette.campaign.parameters import Parameters
from vedette.dynamics._kernels import LEVEL_OF
from vedette.errors import GroundError

__all__ = ["Part", "Run", "Spread", "Swing", "Task", "run", "run_task", "swing"]

CHUNK = 512
"""Members run at a time: their days are counted and let go, so memory does not grow with their number."""

Spread = Callable[[Callable[["Task"], "Part"], Iterable["Task"]], Iterable["Part"]]
"""Does tasks and gives their results in order, as `map` does; here or on other machines."""


@dataclass(frozen=True, eq=False)
class Run:
    """M members, D days, P places, S = K + 1 states.

    `probability` (D + 1, P, S); `isolated` (D + 1, P): P(no supplies reach the place's holder); `area` (M, D + 1, K)
    km2 that each side holds; `final` (M, P) int8; `fell` (M, P) int16: the first day on which another side than the
    one that last held the place holds it, -1 if none; `ended` (M,): the day the fighting ended, -1 if it did not;
    `steps` (M, K): steps of more help that each side got. Days by member and place are not kept.
    """

    probability: NDArray[np.float64]
    isolated: NDArray[np.float64]
    area: NDArray[np.float64]
    final: NDArray[np.int8]
    fell: NDArray[np.int16]
    ended: NDArray[np.int64]
    steps: NDArray[np.int64]

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


@dataclass(frozen=True, eq=False)
class Task:
    """Some members to run: everything that another process needs to know."""

    ground: Field
    parameters: Parameters
    orders: Orders
    control: NDArray[np.int8]
    holder: NDArray[np.int8]
    numbers: NDArray[np.int64]
    seed: int


@dataclass(frozen=True, eq=False)
class Part:
    """What came of a task: `counts` (D + 1, P, S), `isolated` (D + 1, P) members; the rest as in `Run`."""

    counts: NDArray[np.int64]
    isolated: NDArray[np.int64]
    area: NDArray[np.float64]
    final: NDArray[np.int8]
    fell: NDArray[np.int16]
    ended: NDArray[np.int64]
    steps: NDArray[np.int64]


def run(
    ground: CampaignGround,
    parameters: Parameters,
    orders: Orders,
    control: NDArray[np.int8],
    holder: NDArray[np.int8],
    numbers: NDArray[np.int64],
    seed: int,
    spread: Spread = map,
) -> Run:
    """Run the members `numbers` from `control` (M, P), given who last held each place, `holder` (M, P).

    `spread` does the tasks, `CHUNK` members each; the result is the same to the byte wherever they are done.
    """
    members, _ = control.shape
    if len(parameters) != members or len(numbers) != members or holder.shape != control.shape:
        raise GroundError(f"{members} draws, {len(parameters)} sets of parameters: they do not belong together.")
    slices = [slice(first, min(first + CHUNK, members)) for first in range(0, members, CHUNK)]
    tasks = (Task(ground.field, parameters.part(s), orders, control[s], holder[s], numbers[s], seed) for s in slices)
    counts: NDArray[np.int64] | int = 0
    isolated: NDArray[np.int64] | int = 0
    kept: list[Part] = []
    for part in spread(run_task, tasks):
        counts, isolated = counts + part.counts, isolated + part.isolated
        kept.append(replace(part, counts=part.counts[:0], isolated=part.isolated[:0]))
    joined = {name: np.concatenate([getattr(p, name) for p in kept]) for name in JOINED}
    return Run(probability=counts / members, isolated=isolated / members, **joined)


JOINED = ("area", "final", "fell", "ended", "steps")


def run_task(task: Task) -> Part:
    """Run the members of one task, all their days in memory."""
    g, p, orders = task.ground, task.parameters, task.orders
    members, places = task.control.shape
    days, sides = orders.pace.shape
    out = np.empty((members, days + 1, places), dtype=np.int8)
    cut = np.empty(out.shape, dtype=np.bool_)
    ended = np.empty(members, dtype=np.int64)
    steps = np.empty((members, sides), dtype=np.int64)
    advance(
        np.ascontiguousarray(task.control), np.ascontiguousarray(task.holder), task.numbers, task.seed,
        g.start, g.index, LEVEL_OF, g.sector, orders.roads.start, orders.roads.target, g.source_start, g.sources,
        p.hazard, p.tempo, p.front, p.rush, p.settle, p.odds, p.isolation, p.withdrawal, p.ceasefire, p.weariness,
        p.strength, p.redline, p.answer, p.more, p.air, orders.backed, orders.pace, orders.truce, orders.held_until,
        orders.keeper, orders.lost_on, orders.taker, out, cut, ended, steps,
    )  # fmt: skip
    counts = np.zeros((days + 1, places, sides + 1), dtype=np.int64)
    isolated = np.zeros((days + 1, places), dtype=np.int64)
    area = np.empty((members, days + 1, sides))
    tally(out, cut, g.area_km2, counts, isolated, area)
    taken = (out != task.holder[:, None, :]) & (out < sides)
    fell = np.where(taken.any(axis=1), taken.argmax(axis=1), -1).astype(np.int16)
    return Part(counts, isolated, area, out[:, -1].copy(), fell, ended, steps)


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
