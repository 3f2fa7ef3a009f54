"""Thousands of members forward from belief: who holds what, when places fall."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from vedette.campaign._count_kernels import Fence, Outcome, Tally
from vedette.campaign._kernels import Land, advance
from vedette.campaign._stand_kernels import stand_of
from vedette.campaign.ground import CampaignGround, rows
from vedette.campaign.orders import Orders
from vedette.campaign.parameters import Parameters
from vedette.dynamics._kernels import LEVEL_OF
from vedette.errors import GroundError

__all__ = ["Part", "Run", "Spread", "Task", "run", "run_task"]

CHUNK = 512
"""Members run at a time; so many halves of members still fit in the 16 bits that days are counted in."""

ROOM = 256 * 2**20
"""Bytes for counting days: each thread counts for itself, as long as there is room."""

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

    counts: NDArray[np.int32]
    isolated: NDArray[np.int32]
    front: NDArray[np.int32]
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
    pieces: dict[str, list[NDArray[Any]]] = {name: [] for name in JOINED}
    counted: dict[str, NDArray[np.int32]] = {}
    for part in spread(run_task, tasks):
        for name in JOINED:
            pieces[name].append(getattr(part, name))
        for name in COUNTED:
            if name in counted:
                counted[name] += getattr(part, name)
            else:
                counted[name] = getattr(part, name)
    joined = {name: np.concatenate(pieces.pop(name)) for name in JOINED}
    return Run(
        probability=counted["counts"] / members,
        isolated=counted["isolated"] / members,
        front=counted["front"] / (2 * members),
        **joined,
    )


COUNTED = ("counts", "isolated", "front")
JOINED = ("area", "final", "fell", "ended", "steps", "left")


def run_task(task: Task) -> Part:
    """Run the members of one task; what changes is counted as it happens, by as many blocks at a time as fit."""
    members, places = task.control.shape
    days, sides = task.orders.pace.shape
    states, each = sides + 1, days + 1
    blocks = min(
        members, numba.get_num_threads(), max(1, ROOM // (2 * each * (places * (states + 1) + len(task.borders))))
    )
    tally = Tally(
        np.zeros((blocks, each, places, states), dtype=np.int16),
        np.zeros((blocks, each, places), dtype=np.int16),
        np.zeros((blocks, each, len(task.borders)), dtype=np.int16),
    )
    outcome = Outcome(
        final=np.empty((members, places), dtype=np.int8),
        fell=np.empty((members, places), dtype=np.int16),
        area=np.empty((members, each, sides)),
        ended=np.empty(members, dtype=np.int64),
        steps=np.empty((members, len(task.orders.backers.side)), dtype=np.int64),
        left=np.empty((members, sides)),
    )
    ends = task.borders.reshape(-1).astype(np.int64)
    control, land = np.ascontiguousarray(task.control), task.land
    ways = task.orders.roads.ways(len(land.pass_start) - 1)
    advance(
        stand_of(control[0], land, ways), control, np.ascontiguousarray(task.holder), task.numbers, task.seed,
        LEVEL_OF, land, ways, task.parameters.unknowns, task.orders.commands,
        task.orders.backers, Fence(task.borders, *rows(ends, np.arange(len(ends)) // 2, places)), tally, outcome,
    )  # fmt: skip
    counts, isolated, front = (_by_day(changes) for changes in tally)
    return Part(counts, isolated, front, **outcome._asdict())


def _by_day(changes: NDArray[np.int16]) -> NDArray[np.int32]:
    """What was counted on each day, from changes (B, D + 1, ...) that each block counted against the day before."""
    found: NDArray[np.int32] = changes.sum(axis=0, dtype=np.int32)
    return np.cumsum(found, axis=0, out=found)
