"""A scenario in arrays: what the engine is told to do, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from vedette.campaign._kernels import Backers, Commands
from vedette.campaign.ground import CampaignGround, Roads
from vedette.campaign.parameters import Parameters
from vedette.campaign.scenario import Scenario, Shift
from vedette.campaign.support import Backer, backers_in, backers_of
from vedette.errors import ScenarioError
from vedette.situation._kernels import reach

__all__ = ["Orders", "forces", "orders_of"]


@dataclass(frozen=True, eq=False)
class Orders:
    """For D days, K sides, P places: see `_kernels.Commands` and `_kernels.Backers`, which these are."""

    pace: NDArray[np.float64]
    quiet: bool
    truce: int
    kept: int
    held_until: NDArray[np.int64]
    keeper: NDArray[np.int64]
    lost_on: NDArray[np.int64]
    taker: NDArray[np.int64]
    backers: Backers
    roads: Roads

    @property
    def commands(self) -> Commands:
        """The arrays of the engine."""
        return Commands(
            self.pace, self.quiet, self.truce, self.kept,
            self.held_until, self.keeper, self.lost_on, self.taker,
        )  # fmt: skip


def orders_of(
    scenario: Scenario,
    ground: CampaignGround,
    as_of: date,
    days: int,
    backers: Sequence[Backer] = (),
    *,
    ceasefire: bool = False,
    peacekeepers: bool = False,
) -> Orders:
    """The scenario's changes by day number after `as_of`; a `ScenarioError` where a date lies outside the run.

    A `ceasefire` is known to be in force: nobody fights until it is broken. `peacekeepers` are known to be there: who
    stops fighting does not begin again. They come with a scenario's ceasefire unless it says that they do not.
    """
    places = len(ground.places)
    held_until, keeper = np.zeros(places, dtype=np.int64), np.zeros(places, dtype=np.int64)
    lost_on, taker = np.full(places, -1, dtype=np.int64), np.zeros(places, dtype=np.int64)
    for side, sources in ground.sources.items():
        # A source of supply is, by what a case means by it, out of reach of a front that moves by road.
        held_until[sources], keeper[sources] = days + 2, side
    for hold in scenario.holds:
        held_until[hold.place] = days + 2 if hold.until is None else _after(hold.until, as_of, days, "a hold ends") + 1
        keeper[hold.place] = hold.side
    for loss in scenario.losses:
        lost_on[loss.place], taker[loss.place] = _after(loss.by, as_of, days, "a place is lost"), loss.side
    cut = np.zeros(len(ground.routes), dtype=bool)
    cut[[change.route for change in scenario.cuts]] = True
    pace = np.ones((days, ground.sides))
    for side, factor in scenario.tempo:
        pace[:, side] *= factor
    truce = -1 if scenario.ceasefire is None else _after(scenario.ceasefire, as_of, days, "a ceasefire begins")
    kept = 0 if peacekeepers else truce
    if scenario.peacekeepers is not None:
        kept = max(0, truce) if scenario.peacekeepers else -1
    return Orders(
        pace, ceasefire, truce, kept, held_until, keeper, lost_on, taker, backers_of(backers_in(scenario, backers)),
        ground.roads(cut, scenario.opened),
    )  # fmt: skip


def _after(day: date, as_of: date, days: int, what: str) -> int:
    number = (day - as_of).days
    if number < 0:
        raise ScenarioError(
            f"{what} on {day}, before {as_of}, which the run starts from: the past cannot be changed. "
            "Choose a later day, or an earlier --as-of."
        )
    if number > days:
        raise ScenarioError(
            f"{what} on {day}, after the run of {days} days from {as_of} has ended: it would change nothing. "
            "Choose an earlier day, or a longer --horizon."
        )
    return number


def forces(
    parameters: Parameters,
    scenario: Scenario,
    ground: CampaignGround,
    backers: Sequence[Backer],
    control: NDArray[np.int8],
) -> Parameters:
    """The members' strengths as the scenario changes them; `control` (M, P) says whose roads are open.

    `backers`: those whose help the `parameters` were drawn for, `known_and_new`.
    """
    strength = parameters.strength.copy()
    for change in scenario.backers:
        b = next(n for n, backer in enumerate(backers) if backer.is_named(change.actor, change.side))
        if not change.starts and backers[b].pledged:
            continue  # it has given nothing yet
        left = 1.0 - parameters.backing[:, b, None]
        strength[:, change.side] *= 1.0 / left if change.starts else left
    for side in scenario.grounded:
        strength[:, side] *= (1.0 - parameters.air)[:, None]
    for shift in scenario.shifts:
        _check_reserves(shift, ground, control)
        a, b = ground.sectors.index(shift.origin), ground.sectors.index(shift.target)
        open_road = _joined(ground, shift.side, a, b, control)
        moving = np.where(open_road, shift.share, 0.0) * strength[:, shift.side, a]
        strength[:, shift.side, a] -= moving
        strength[:, shift.side, b] += moving
    return replace(parameters, strength=strength)


def _check_reserves(shift: Shift, ground: CampaignGround, control: NDArray[np.int8]) -> None:
    there = control[:, ground.sector == ground.sectors.index(shift.origin)]
    if not (there == shift.side).any():
        raise ScenarioError(
            f"there are no reserves to move in {shift.origin}: in none of {len(control)} draws does that side hold a "
            "place there. Name a sector that it holds."
        )


def _joined(
    ground: CampaignGround, side: int, origin: int, target: int, control: NDArray[np.int8]
) -> NDArray[np.bool_]:
    """In which draws a road runs over the side's own places from one sector to the other, (M,)."""
    roads = ground.roads(np.zeros(len(ground.routes), dtype=bool))
    members, places = control.shape
    out = np.zeros(members, dtype=bool)
    seen, queue = np.empty(places, dtype=bool), np.empty(places, dtype=np.int64)
    begin, end = np.flatnonzero(ground.sector == origin), np.flatnonzero(ground.sector == target)
    for m in range(members):
        reach(roads.start, roads.target, begin, control[m] == side, -1, seen, queue)
        out[m] = bool(seen[end].any())
    return out
