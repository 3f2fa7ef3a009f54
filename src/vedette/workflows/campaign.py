"""The campaign forward from a study's draws: forecast, what if, the decisive place, one member retold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from vedette.campaign import (
    Backing,
    Calibration,
    CampaignGround,
    CampaignPriors,
    Orders,
    Parameters,
    Past,
    Run,
    Scenario,
    Spread,
    calibrate,
    campaign_ground,
    draw_parameters,
    forces,
    orders_of,
    past_of,
    read_scenario,
    run,
    run_member,
    swing,
)
from vedette.campaign.scenario import Hold, Loss
from vedette.errors import CaseError, PlaceNotFoundError, ScenarioError
from vedette.store import read_backing, read_case, read_scenario_file, write_parameters, write_probabilities
from vedette.workflows.study import Study

__all__ = [
    "CampaignReport",
    "CampaignStudy",
    "Change",
    "DecisiveLine",
    "DecisiveReport",
    "PlaceAhead",
    "WhatIf",
    "calibrated",
    "replay_lines",
    "scenario_days",
]

LISTED = 0.02
"""Places less likely than this to change hands are left out of lists."""

CANDIDATES = 24
LOST_WITHIN = 3
"""Days by which a place is lost where its swing is asked for: soon, so that there is time for consequences."""

MAX_AHEAD = 365


@dataclass(frozen=True, slots=True)
class PlaceAhead:
    """One place at the end: `probability` by state; `falls`: that another side takes it; `when` (5 %, median, 95 %).

    `isolated`: on each day from that of the forecast on, P(no supplies reach whoever holds it).
    """

    place_id: str
    name: str
    holder: str
    probability: dict[str, float]
    falls: float
    when: tuple[date, date, date] | None
    isolated: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CampaignReport:
    """A forecast: `held` by side (mean, 5 %, 95 %) places in the end; `peace`: P(the fighting has ended by then).

    `area`: km2 that each side holds, the same three on each day; `more_help`: P(its backers do more by then).
    """

    case: str
    title: str
    as_of: date
    until: date
    members: int
    held: dict[str, tuple[float, float, float]]
    held_now: dict[str, float]
    area: dict[str, tuple[tuple[float, float, float], ...]]
    peace: float
    more_help: dict[str, float]
    places: tuple[PlaceAhead, ...]
    notes: tuple[str, ...]
    warning: str


@dataclass(frozen=True, slots=True)
class Change:
    """P(another side than today's holder has the place in the end), unchanged and changed.

    `low`, `high`: 90 % interval of the difference.
    """

    place_id: str
    name: str
    side: str
    before: float
    after: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a scenario changes, against the unchanged run with the same luck.

    `held`: mean places held (before, after) and the 90 % interval of the difference; `area`: the same in km2.
    """

    case: str
    title: str
    as_of: date
    until: date
    members: int
    held: dict[str, tuple[float, float, float, float]]
    area: dict[str, tuple[float, float, float, float]]
    places: tuple[Change, ...]
    notes: tuple[str, ...]
    warning: str


@dataclass(frozen=True, slots=True)
class DecisiveLine:
    """One place: shares of its holder's other places that are lost for its fall, see `campaign.Swing`."""

    place_id: str
    name: str
    falls: float
    intervened: float
    low: float
    high: float
    conditional: float
    moves: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class DecisiveReport:
    """Places of `side` by how much their fall by a day moves the rest, by intervention, largest first."""

    case: str
    side: str
    as_of: date
    by: date
    until: date
    members: int
    counted: int
    places: tuple[DecisiveLine, ...]


@dataclass(frozen=True, eq=False)
class CampaignStudy:
    """A study, `days` ahead, `members` many. Member m starts from draw m of belief, counted round."""

    study: Study
    days: int
    members: int
    calibration: Calibration | None = None
    spread: Spread = map

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
        return campaign_ground(case.places, case.neighbours, case.routes, self.study.supply_sources, len(case.sides))

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
        return np.ascontiguousarray(self.study.belief.control[self._pick, :, self.study.last])

    @cached_property
    def holder(self) -> NDArray[np.int8]:
        """The last side to have held each place, in each member, (M, P)."""
        drawn, sides = self.study.belief.control, len(self.study.case.sides)
        start = self.study.case.places.start
        held = np.broadcast_to(np.where(start < sides, start, 0).astype(np.int8), drawn.shape[:2]).copy()
        for t in range(self.study.last + 1):
            today = drawn[:, :, t]
            held = np.where(today < sides, today, held)
        return np.ascontiguousarray(held[self._pick])

    @cached_property
    def parameters(self) -> Parameters:
        """What each member does not know, drawn."""
        belief = self.study.belief
        return draw_parameters(
            np.arange(self.members),
            belief.hazard[self._pick],
            belief.tempo[self._pick].astype(np.float64),
            front=self.past.front.of(self._pick),
            backing=max(1, len(self._backing)),
            days=self.days,
            seed=self.study.seed,
            priors=self.calibration.priors if self.calibration else CampaignPriors(),
            dynamics=self.study.priors,
        )

    @cached_property
    def past(self) -> Past:
        """What each draw of belief says of the war so far."""
        belief = self.study.belief
        return past_of(self.ground, belief.control[:, :, : self.study.last + 1], belief.hazard, belief.tempo)

    def calibrate(self) -> Calibration:
        """The parameters after the war up to the day of the study."""
        study = self.study
        return calibrate(study.case.name, study.as_of, study.last + 1, self.past, CampaignPriors())

    @cached_property
    def _backing(self) -> tuple[Backing, ...]:
        return read_backing(self.study.case, self.study.as_of)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the case lacks, and what is done without it."""
        found = []
        if self.study.case.routes.by_proximity:
            found.append("This case has no routes: neighbouring places stand in for roads.")
        if not any(len(s) for s in self.ground.sources.values()):
            found.append("This case names no source of supplies: nobody counts as cut off.")
        return tuple(found)

    def scenario(self, named: str) -> Scenario:
        """The scenario of that name or file, checked against the case."""
        return self.scenario_of(read_scenario_file(self.study.case, named), Path(named).name)

    def scenario_of(self, toml: Mapping[str, Any], label: str) -> Scenario:
        """The scenario that a table tells, checked against the case; messages call it `label`."""
        case = self.study.case
        return read_scenario(toml, case.places, case.routes, case.sides, self.ground.sectors, label)

    def orders(self, scenario: Scenario | None = None) -> Orders:
        """What the engine is told to do."""
        return orders_of(scenario or Scenario(), self.ground, self.study.as_of, self.days, self._backing)

    def run(self, scenario: Scenario | None = None) -> Run:
        """Run all members; the same luck whatever the scenario."""
        changed = scenario or Scenario()
        orders = self.orders(changed)
        parameters = forces(self.parameters, changed, self.ground, self._backing, self.control)
        numbers = np.arange(self.members)
        return run(self.ground, parameters, orders, self.control, self.holder, numbers, self.study.seed, self.spread)

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

    def forecast(self, out: Path | None = None) -> CampaignReport:
        """P(control) by place, when places fall, who is cut off in the end; written if `out` is given."""
        case, base = self.study.case, self.base
        if out is not None:
            write_probabilities(out, self.dataset())
        lost = _lost(base, self.likely_holder)
        shown = [i for i in np.argsort(-lost, kind="stable").tolist() if lost[i] >= LISTED]
        shown += [i for i in case.headline if i not in shown]
        start = np.stack([(self.control == k).sum(axis=1) for k in range(len(case.sides))], axis=1).mean(axis=0)
        return CampaignReport(
            case=case.name,
            title="forecast",
            as_of=self.study.as_of,
            until=self.until,
            members=self.members,
            held={side.id: _interval(base.held[:, k]) for k, side in enumerate(case.sides)},
            held_now={side.id: float(start[k]) for k, side in enumerate(case.sides)},
            area={
                side.id: tuple(_interval(base.area[:, d, k]) for d in range(self.days + 1))
                for k, side in enumerate(case.sides)
            },
            peace=float((base.ended >= 0).mean()),
            more_help={side.id: float((base.steps[:, k] > 0).mean()) for k, side in enumerate(case.sides)},
            places=tuple(self._ahead(base, i) for i in shown),
            notes=self.notes,
            warning=self.study.belief.convergence.warning,
        )

    def dataset(self) -> xr.Dataset:
        """`probability` (place, day, state) of the unchanged run, from the day of the study on."""
        case = self.study.case
        first = np.datetime64(self.study.as_of, "ns")
        return xr.Dataset(
            {"probability": (("place", "day", "state"), self.base.probability.transpose(1, 0, 2))},
            coords={
                "place": list(case.places.ids),
                "day": first + np.arange(self.days + 1).astype("timedelta64[D]"),
                "state": list(case.sides.states),
            },
            attrs={
                "product": "forecast",
                "case": case.name,
                "as_of": self.study.as_of.isoformat(),
                "members": self.members,
                "seed": self.study.seed,
            },
        )

    def what_if(self, scenario: Scenario, changed: Run | None = None) -> WhatIf:
        """The scenario's run, `changed` if it was made already, against the unchanged one."""
        case, base = self.study.case, self.base
        changed = self.run(scenario) if changed is None else changed
        mine = self.likely_holder
        before, after = _lost(base, mine), _lost(changed, mine)
        forced = {x.place for x in scenario.holds} | {x.place for x in scenario.losses}
        watched = list(dict.fromkeys((*scenario.watch, *case.headline)))
        moved = [
            i for i in np.argsort(-np.abs(after - before), kind="stable").tolist() if abs(after[i] - before[i]) > 0
        ]
        shown = watched + [i for i in moved if i not in watched and i not in forced][:12]
        held, area = {}, {}
        for k, side in enumerate(case.sides):
            held[side.id] = _compared(base.held[:, k], changed.held[:, k])
            area[side.id] = _compared(base.area[:, -1, k], changed.area[:, -1, k])
        lines = []
        for i in shown:
            low, high = _of_mean(_is_lost(changed, mine, i).astype(float) - _is_lost(base, mine, i))
            lines.append(
                Change(
                    case.places.ids[i], case.places.names[i], case.sides[int(mine[i])].id, float(before[i]),
                    float(after[i]), low, high,
                )
            )  # fmt: skip
        warning = self.study.belief.convergence.warning
        return WhatIf(
            case.name, scenario.title, self.study.as_of, self.until, self.members, held, area, tuple(lines),
            self.notes, warning,
        )  # fmt: skip

    def decisive(self, named: str | None = None) -> DecisiveReport:
        """Places of a side, that which is losing most if not `named`, by the swing of their fall."""
        case, base = self.study.case, self.base
        sides = case.sides
        if named is not None and named not in sides.ids:
            raise PlaceNotFoundError(f"{named!r} is no side of this case. Its sides: {', '.join(sides.ids)}.")
        mine = self.likely_holder
        lost = _lost(base, mine)
        losses = [float(lost[mine == k].sum()) for k in range(len(sides))]
        side = sides.ids.index(named) if named is not None else int(np.argmax(losses))
        own = mine == side
        enemy = int(np.argmax([-1.0 if k == side else float((mine == k).sum()) for k in range(len(sides))]))
        order = [i for i in np.argsort(-lost, kind="stable").tolist() if own[i] and lost[i] >= LISTED]
        places = list(dict.fromkeys([*order[:CANDIDATES], *(i for i in case.headline if own[i])]))
        by = self.study.as_of + timedelta(days=min(LOST_WITHIN, self.days))
        lines = []
        for n, i in enumerate(places):
            report = self.study.report("Swing, place by place")
            if report is not None:
                report(n, len(places))
            gone = self.run(Scenario(losses=(Loss(i, enemy, by),)))
            kept = self.run(Scenario(holds=(Hold(i, side, None),)))
            s = swing(base, gone, kept, i, side, own)
            moves = tuple((case.places.names[p], share) for p, share in s.moves)
            lines.append(
                DecisiveLine(
                    case.places.ids[i], case.places.names[i], s.falls, s.intervened, s.low, s.high, s.conditional, moves
                )
            )
        lines.sort(key=lambda line: -line.intervened)
        return DecisiveReport(
            case.name, sides[side].id, self.study.as_of, by, self.until, self.members, int(own.sum()), tuple(lines)
        )

    def _ahead(self, found: Run, i: int) -> PlaceAhead:
        case = self.study.case
        when = found.fell[found.fell[:, i] >= 0, i]
        days = None
        if len(when) >= 20:
            five, half, most = np.quantile(when, [0.05, 0.5, 0.95], method="nearest").tolist()
            days = tuple(self.study.as_of + timedelta(days=int(d)) for d in (five, half, most))
        return PlaceAhead(
            place_id=case.places.ids[i],
            name=case.places.names[i],
            holder=case.sides[int(self.likely_holder[i])].id,
            probability=dict(zip(case.sides.states, map(float, found.probability[-1, i]), strict=True)),
            falls=float(_lost(found, self.likely_holder)[i]),
            when=(days[0], days[1], days[2]) if days else None,
            isolated=tuple(map(float, found.isolated[:, i])),
        )


def scenario_days(case: str | Path, named: str, as_of: date | None, horizon: int | None) -> tuple[date | None, int]:
    """The day and the horizon to run a scenario for: those given, else its own, else the last day and 30."""
    found = read_case(case)
    toml = read_scenario_file(found, named)
    sectors = sorted(set(found.places.districts))
    scenario = read_scenario(toml, found.places, found.routes, found.sides, sectors, Path(named).name)
    return as_of or scenario.as_of, horizon or scenario.horizon or 30


def calibrated(study: Study, out: Path) -> Calibration:
    """The parameters after the war up to the study's day, written as TOML."""
    found = CampaignStudy(study, 1, 20).calibrate()
    write_parameters(out, found)
    return found


def replay_lines(campaign: CampaignStudy, number: int) -> list[tuple[date, str]]:
    """One member told day by day by the reference engine: what changed hands or was contested, when it all ended."""
    if not 0 <= number < campaign.members:
        raise ScenarioError(f"there is no member {number}: they run from 0 to {campaign.members - 1}. Choose one.")
    case = campaign.study.case
    orders = campaign.orders()
    story, ended = run_member(
        campaign.ground, campaign.parameters, orders, number, number, campaign.study.seed,
        campaign.control[number].tolist(), campaign.holder[number].tolist(),
    )  # fmt: skip
    lines = []
    states = case.sides.states
    for d, (before, after) in enumerate(pairwise(story)):
        day = campaign.study.as_of + timedelta(days=d + 1)
        if d == ended:
            lines.append((day, "the fighting ends"))
        for i, (was, now) in enumerate(zip(before, after, strict=True)):
            if was != now:
                lines.append((day, f"{case.places.names[i]}: {states[was]} -> {states[now]}"))
    return lines


def _is_lost(found: Run, holder: NDArray[np.int64], place: int) -> NDArray[np.bool_]:
    final = found.final[:, place]
    sides = found.probability.shape[2] - 1
    lost: NDArray[np.bool_] = (final != holder[place]) & (final < sides)
    return lost


def _lost(found: Run, holder: NDArray[np.int64]) -> NDArray[np.float64]:
    sides = found.probability.shape[2] - 1
    share: NDArray[np.float64] = ((found.final != holder[None]) & (found.final < sides)).mean(axis=0)
    return share


def _compared(before: NDArray[Any], after: NDArray[Any]) -> tuple[float, float, float, float]:
    low, high = _of_mean(after.astype(np.float64) - before)
    return float(before.mean()), float(after.mean()), low, high


def _interval(values: NDArray[Any]) -> tuple[float, float, float]:
    low, high = np.quantile(values, [0.05, 0.95]).tolist()
    return float(values.mean()), low, high


def _of_mean(values: NDArray[np.floating]) -> tuple[float, float]:
    mean = float(values.mean())
    error = 1.645 * float(values.std(ddof=1)) / float(np.sqrt(len(values)))
    return mean - error, mean + error
