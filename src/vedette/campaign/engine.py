"""Thousands of members forward from belief: who holds what, when places fall."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vedette.campaign._kernels import Land, advance, parted, tally
from vedette.campaign.ground import CampaignGround
from vedette.campaign.orders import Orders
from vedette.campaign.parameters import Parameters
from vedette.dynamics._kernels import LEVEL_OF
from vedette.errors import GroundError

__all__ = ["Part", "Run", "Spread", "Task", "run", "run_task"]

CHUNK = 512
"""Members run at a time: their days are counted and let go, so memory does not grow with their number."""

NO_BORDERS: NDArray[np.int32] = np.empty((0, 2), dtype=np.int32)

Spread = Callable[[Callable[["Task"], "Part"], Iterable["Task"]], Iterable["Part"]]
"""Does tasks and gives their results in order, as `map` does; here or on other machines."""


@dataclass(frozen=True, eq=False)
class Run:
    """M members, D days, P places, S = K + 1 states.

    `probability` (D + 1, P, S); `isolated` (D + 1, P): P(no supplies reach the place's holder); `area` (M, D + 1, K)
    km2 that each side holds; `final` (M, P) int8; `fell` (M, P) int16: the first day on which another side than the
    one that last held the place holds it, -1 if none; `ended` (M,): the day the fighting last ended, -1 if it goes on;
    `steps` (M, B): steps of more help that each backer took; `left` (M, K): share of its strength that each side has
    left; `front` (D + 1, E): the chance that the front runs across each border that was asked about, half where a
    contested place lies between. Days by member and place are not kept.
    """

    probability: NDArray[np.float64]
    isolated: NDArray[np.float64]
    front: NDArray[np.float64]
    area: NDArray[np.float64]
    final: NDArray[np.int8]
    fell: NDArray[np.int16]
    ended: NDArray[np.int64]
    steps: NDArray[np.int64]
    left: NDArray[np.float64]

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

    def lost(self, holder: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether another side than its `holder` (P,) has each place in the end, (M, P)."""
        found: NDArray[np.bool_] = (self.final != holder) & (self.final < self.probability.shape[2] - 1)
        return found


@dataclass(frozen=True, eq=False)
class Task:
    """Some members to run: everything that another process needs to know."""

    land: Land
    parameters: Parameters
    orders: Orders
    control: NDArray[np.int8]
    holder: NDArray[np.int8]
    numbers: NDArray[np.int64]
    seed: int
    borders: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Part:
    """What came of a task; what is not told here is as in `Run`.

    `counts` (D + 1, P, S) and `isolated` (D + 1, P) are members, `front` (D + 1, E) halves of members.
    """

    counts: NDArray[np.int64]
    isolated: NDArray[np.int64]
    front: NDArray[np.int64]
    area: NDArray[np.float64]
    final: NDArray[np.int8]
    fell: NDArray[np.int16]
    ended: NDArray[np.int64]
    steps: NDArray[np.int64]
    left: NDArray[np.float64]


def run(
    ground: CampaignGround,
    parameters: Parameters,
    orders: Orders,
    control: NDArray[np.int8],
    holder: NDArray[np.int8],
    numbers: NDArray[np.int64],
    seed: int,
    spread: Spread = map,
    borders: NDArray[np.int32] = NO_BORDERS,
) -> Run:
    """Run the members `numbers` from `control` (M, P), given who last held each place, `holder` (M, P).

    `borders` (E, 2): pairs of places whose front is wanted day by day. `spread` does the tasks, `CHUNK` members each;
    the result is the same to the byte wherever they are done.
    """
    members, _ = control.shape
    if len(parameters) != members or len(numbers) != members or holder.shape != control.shape:
        raise GroundError(f"{members} draws, {len(parameters)} sets of parameters: they do not belong together.")
    slices = [slice(first, min(first + CHUNK, members)) for first in range(0, members, CHUNK)]
    tasks = (
        Task(ground.land, parameters.part(s), orders, control[s], holder[s], numbers[s], seed, borders) for s in slices
    )
    counts: NDArray[np.int64] | int = 0
    isolated: NDArray[np.int64] | int = 0
    front: NDArray[np.int64] | int = 0
    kept: list[Part] = []
    for part in spread(run_task, tasks):
        counts, isolated, front = counts + part.counts, isolated + part.isolated, front + part.front
        kept.append(replace(part, counts=part.counts[:0], isolated=part.isolated[:0], front=part.front[:0]))
    joined = {name: np.concatenate([getattr(p, name) for p in kept]) for name in JOINED}
    return Run(probability=counts / members, isolated=isolated / members, front=front / (2 * members), **joined)


JOINED = ("area", "final", "fell", "ended", "steps", "left")


def run_task(task: Task) -> Part:
    """Run the members of one task, all their days in memory."""
    members, places = task.control.shape
    days, sides = task.orders.pace.shape
    out = np.empty((members, days + 1, places), dtype=np.int8)
    cut = np.empty(out.shape, dtype=np.bool_)
    ended = np.empty(members, dtype=np.int64)
    steps = np.empty((members, len(task.orders.backers.side)), dtype=np.int64)
    left = np.empty((members, sides))
    advance(
        np.ascontiguousarray(task.control), np.ascontiguousarray(task.holder), task.numbers, task.seed, LEVEL_OF,
        task.land, task.parameters.unknowns, task.orders.commands, task.orders.backers, out, cut, ended, steps, left,
    )  # fmt: skip
    counts = np.zeros((days + 1, places, sides + 1), dtype=np.int64)
    isolated = np.zeros((days + 1, places), dtype=np.int64)
    area = np.empty((members, days + 1, sides))
    tally(out, cut, task.land.area, counts, isolated, area)
    front = np.zeros((days + 1, len(task.borders)), dtype=np.int64)
    parted(out, task.borders, sides, front)
    taken = (out != task.holder[:, None, :]) & (out < sides)
    fell = np.where(taken.any(axis=1), taken.argmax(axis=1), -1).astype(np.int16)
    return Part(counts, isolated, front, area, out[:, -1].copy(), fell, ended, steps, left)
