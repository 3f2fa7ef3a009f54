"""The campaign forward from a study's draws: its members, what they start from, and one of them retold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vedette.belief import repulses_of
from vedette.campaign import (
    NO_BORDERS,
    Backer,
    Calibration,
    CampaignGround,
    CampaignPriors,
    Orders,
    Parameters,
    Past,
    Run,
    Scenario,
    Spread,
    Strengths,
    Truces,
    calibrate,
    campaign_ground,
    draw_parameters,
    forces,
    known_and_new,
    orders_of,
    past_of,
    read_scenario,
    repulsed_by_sector,
    run,
    run_member,
    strengths_of,
)
from vedette.claims import Ceasefires, ceasefires_in
from vedette.errors import CaseError, ScenarioError
from vedette.store import (
    Case,
    check_file,
    read_backers,
    read_case,
    read_forces,
    read_peacekeepers,
    scenario_in,
    scenario_text,
    write_parameters,
)
from vedette.workflows.runs import keep_run
from vedette.workflows.situation import GroundStudy
from vedette.workflows.study import Study

__all__ = ["MAX_AHEAD", "CampaignStudy", "calibrated", "replay_lines", "scenario_days"]

MAX_AHEAD = 365


@dataclass(frozen=True, eq=False)
class CampaignStudy:
    """A study, `days` ahead, `members` many. Member m starts from draw m of belief, counted round.

    Across `borders` (E, 2), pairs of places, runs tell where the front is on each day. Members are run where `spread`
    has them, if that is given, else where the study has its chains.
    """

    study: Study
    days: int
    members: int
    calibration: Calibration | None = None
    spread: Spread | None = None
    borders: NDArray[np.int32] = field(default_factory=lambda: NO_BORDERS)

    def __post_init__(self) -> None:
        known = self.calibration
        if known is not None and known.until > self.study.as_of:
            raise CaseError(
                f"the parameters were calibrated on {known.case} up to {known.until}: a run that starts on "
                f"{self.study.as_of} would know what had not happened yet. Calibrate on an earlier day, or start on "
                f"{known.until} or later."
            )
        if not 1 <= self.days <= MAX_AHEAD:
            raise CaseError(f"a horizon of {self.days} days is not between 1 and {MAX_AHEAD}. Choose another.")
        if self.members < 20:
            raise CaseError(f"{self.members} members tell nothing of probability. Take 20 or more.")

    @cached_property
    def ground(self) -> CampaignGround:
        """The case's ground."""
        case = self.study.case
        return campaign_ground(
            case.places, case.neighbours, case.routes, self.study.supply_sources, len(case.sides),
            watch=self.terrain.watch, capitals=case.capitals, symbols=case.symbols,
        )  # fmt: skip

    @cached_property
    def terrain(self) -> GroundStudy:
        """Who sees what, and the state of the roads now."""
        return GroundStudy(self.study)

    @property
    def until(self) -> date:
        """The last day."""
        return self.study.as_of + timedelta(days=self.days)

    @cached_property
    def _pick(self) -> NDArray[np.int64]:
        return np.arange(self.members) % self.study.belief.members

    @cached_property
    def control(self) -> NDArray[np.int8]:
        """Each member's state on the day of the study, (M, P)."""
        return np.ascontiguousarray(self.study.belief.on(self.study.last)[self._pick])

    @cached_property
    def holder(self) -> NDArray[np.int8]:
        """The last side to have held each place, in each member, (M, P)."""
        belief, sides = self.study.belief, len(self.study.case.sides)
        start = self.study.case.places.start
        if belief.since:  # places have changed hands before the days that were drawn
            start = belief.probability_on(belief.since)[:, :sides].argmax(axis=1)
        held = belief.on(self.study.last).copy()
        member, place = np.nonzero(held == sides)  # contested now: who had it last?
        had = np.where(start < sides, start, 0).astype(np.int8)[place]
        for t in range(self.study.last - belief.since):
            then = belief.control[member, place, t]
            had = np.where(then < sides, then, had)
        held[member, place] = had
        return np.ascontiguousarray(held[self._pick])

    @cached_property
    def parameters(self) -> Parameters:
        """What each member does not know, drawn."""
        return self._drawn(self.backers)

    def _drawn(self, backers: Sequence[Backer]) -> Parameters:
        belief = self.study.belief
        return draw_parameters(
            np.arange(self.members),
            belief.hazard[self._pick],
            belief.tempo[self._pick].astype(np.float64),
            front=self.past.front.of(self._pick),
            backers=backers,
            strengths=self.strengths,
            truces=self.truces,
            days=self.days,
            seed=self.study.seed,
            priors=self.calibration.priors if self.calibration else CampaignPriors(),
            dynamics=self.study.priors,
        )

    @cached_property
    def past(self) -> Past:
        """What each draw of belief says of the war so far."""
        belief, last = self.study.belief, self.study.last
        told = repulses_of(belief)
        repulsed = repulsed_by_sector(self.ground, told.place, told.side, told.day, told.trust, last)
        return past_of(self.ground, belief.control, belief.hazard, belief.tempo, repulsed)

    def calibrate(self) -> Calibration:
        """The parameters after the war up to the day of the study."""
        study = self.study
        return calibrate(study.case.name, study.as_of, study.last + 1, self.past, CampaignPriors())

    @cached_property
    def backers(self) -> tuple[Backer, ...]:
        """Who helps whom, by what was known on the day of the study."""
        return read_backers(self.study.case, self.study.as_of)

    @cached_property
    def _peacekeepers(self) -> bool:
        return read_peacekeepers(self.study.case, self.study.as_of)

    @cached_property
    def strengths(self) -> Strengths:
        """What open sources had said of each side's strength by the day of the study."""
        case = self.study.case
        forces = read_forces(case, self.study.as_of, self.ground.sectors)
        return strengths_of(forces, case.sides.ids, self.ground.land.spread)

    @cached_property
    def _ceasefires(self) -> Ceasefires:
        return ceasefires_in(self.study.known, self.study.last)

    @cached_property
    def truces(self) -> Truces:
        """How the war's ceasefires had fared by the day of the study."""
        found = self._ceasefires
        return Truces(found.begun, found.broken, found.days, self.study.last + 1 - found.days)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the case lacks, and what is done without it."""
        found = []
        if self.study.case.routes.by_proximity:
            found.append("This case has no routes: neighbouring places stand in for roads.")
        if not self.terrain.watch.resolution:
            km = self.terrain.watch.range_km
            found.append(f"This case has no terrain: ground within {km:g} km of a road or a place counts as seeing it.")
        if not any(len(s) for s in self.ground.sources.values()):
            found.append("This case names no source of supplies: nobody counts as cut off.")
        if self._ceasefires.holds:
            watched = "and peacekeepers see that it holds" if self._peacekeepers else "and may be broken on any day"
            found.append(f"A ceasefire is in force on {self.study.as_of}, {watched}: until then nothing changes hands.")
        return tuple(found)

    def scenario(self, named: str, text: str = "") -> Scenario:
        """The scenario of that name or file, checked against the case; `text` is its TOML if the file may be gone."""
        name = Path(named).name
        return self.scenario_of(scenario_in(text or scenario_text(self.study.case, named), name), name)

    def scenario_of(self, toml: Mapping[str, Any], label: str) -> Scenario:
        """The scenario that a table tells, checked against the case; messages call it `label`."""
        found = _checked(self.study.case, toml, label)
        self.orders(found)  # dates are checked before anything is drawn, which takes minutes
        return found

    def orders(self, scenario: Scenario | None = None) -> Orders:
        """What the engine is told to do."""
        return orders_of(
            scenario or Scenario(),
            self.ground,
            self.study.as_of,
            self.days,
            self.backers,
            ceasefire=self._ceasefires.holds,
            peacekeepers=self._peacekeepers,
        )

    def run(self, scenario: Scenario | None = None) -> Run:
        """Run all members; the same luck whatever the scenario."""
        changed = scenario or Scenario()
        orders = self.orders(changed)
        backers = known_and_new(changed, self.backers)
        drawn = self.parameters if len(backers) == len(self.backers) else self._drawn(backers)
        parameters = forces(drawn, changed, self.ground, backers, self.control)
        numbers = np.arange(self.members)
        seed = self.study.seed
        spread = self.spread or self.study.spread or map
        return run(self.ground, parameters, orders, self.control, self.holder, numbers, seed, spread, self.borders)

    @cached_property
    def base(self) -> Run:
        """The unchanged run."""
        return self.run()

    @cached_property
    def likely_holder(self) -> NDArray[np.int64]:
        """The side that most likely holds, or last held, each place now, (P,)."""
        sides = len(self.study.case.sides)
        count = np.stack([(self.holder == k).sum(axis=0) for k in range(sides)])
        found: NDArray[np.int64] = count.argmax(axis=0)
        return found


def _checked(case: Case, toml: Mapping[str, Any], name: str) -> Scenario:
    """The scenario that a table tells, places, roads, sides and sectors as the case has them."""
    return read_scenario(toml, case.places, case.routes, case.sides, sorted(set(case.places.districts)), name)


def scenario_days(case: str | Path, named: str, as_of: date | None, horizon: int | None) -> tuple[date | None, int]:
    """The day and the horizon to run a scenario for: those given, else its own, else the last day and 30."""
    found, name = read_case(case), Path(named).name
    scenario = _checked(found, scenario_in(scenario_text(found, named), name), name)
    return as_of or scenario.as_of, horizon or scenario.horizon or 30


def calibrated(study: Study, out: Path) -> Calibration:
    """The parameters after the war up to the study's day, written as TOML."""
    check_file(out)
    found = CampaignStudy(study, 1, 20).calibrate()
    write_parameters(out, found)
    keep_run(study, "calibrate", {}, [out])
    return found


def replay_lines(campaign: CampaignStudy, number: int) -> list[tuple[date, str]]:
    """One member told day by day by the reference engine: what changed hands or was contested, when it all ended."""
    if not 0 <= number < campaign.members:
        raise ScenarioError(f"there is no member {number}: they run from 0 to {campaign.members - 1}. Choose one.")
    case = campaign.study.case
    orders = campaign.orders()
    told = run_member(
        campaign.ground, campaign.parameters, orders, number, number, campaign.study.seed,
        campaign.control[number].tolist(), campaign.holder[number].tolist(),
    )  # fmt: skip
    lines = []
    states = case.sides.states
    for d, (before, after) in enumerate(pairwise(told.states)):
        day = campaign.study.as_of + timedelta(days=d + 1)
        lines += [
            (day, "the fighting ends" if ends else "the fighting begins again") for n, ends in told.truces if n == d
        ]
        for when, event in told.events:
            if when == d and event.origin:
                moved = f"sends {event.share:.0%} of its strength in {event.origin} to {event.target}"
                lines.append((day, f"{case.sides[event.side].id} {moved}"))
            elif when == d:
                what = "closes the air to the other side" if event.closes else "gives more help"
                lines.append((day, f"{campaign.backers[event.backer].actor} {what}, for {case.sides[event.side].id}"))
        for i, (was, now) in enumerate(zip(before, after, strict=True)):
            if was != now:
                why = told.causes.get((d, i), "")
                lines.append(
                    (day, f"{case.places.names[i]}: {states[was]} -> {states[now]}{', ' + why if why else ''}")
                )
    for k, share in enumerate(told.left):
        lines.append((campaign.until, f"{case.sides[k].id} has lost {1 - share:.0%} of its strength"))
    return lines
