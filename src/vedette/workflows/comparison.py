"""A scenario beside the unchanged campaign, as a screen shows them: run in steps that tell how far they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vedette.campaign import Part, Run
from vedette.campaign.engine import CHUNK, Task
from vedette.situation import cells_of
from vedette.store import list_scenarios, read_backers, scenario_in, scenario_text
from vedette.workflows.ahead import scenario_lines
from vedette.workflows.atlas import ControlByDay, as_bytes
from vedette.workflows.campaign import CampaignStudy
from vedette.workflows.scenarios import WhatIf, what_if
from vedette.workflows.study import Study

__all__ = ["Changeable", "Comparison", "changeable", "check_scenario", "compare"]


@dataclass(frozen=True, slots=True)
class Changeable:
    """What a scenario can change in a case as of a day, besides its places.

    `routes`: id, name and the names of both ends; none where neighbours stand in for roads. `backers`: actor and
    the id of the side it helps. `scenarios`: those that come with the case, by name.
    """

    routes: tuple[tuple[str, str, str, str], ...]
    sectors: tuple[str, ...]
    backers: tuple[tuple[str, str], ...]
    scenarios: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, eq=False)
class Comparison:
    """`told`: what is changed, a sentence each; `forced`: ids of places whose fate the scenario itself decides.

    `unchanged` and `changed` have the day of the study and every day ahead.
    """

    found: WhatIf
    told: tuple[str, ...]
    forced: tuple[str, ...]
    unchanged: ControlByDay
    changed: ControlByDay


def changeable(study: Study) -> Changeable:
    """The routes, sectors and backers of a case, and the scenarios that come with it."""
    case = study.case
    names = case.places.names
    routes = () if case.routes.by_proximity else tuple(
        (route, case.routes.names[r], names[a], names[b])
        for r, (route, (a, b)) in enumerate(zip(case.routes.ids, case.routes.ends.tolist(), strict=True))
    )  # fmt: skip
    backers = {(b.actor, case.sides[b.side].id) for b in read_backers(case, study.as_of)}
    return Changeable(
        routes,
        tuple(sorted({district for district in case.places.districts if district})),
        tuple(sorted(backers)),
        {name: scenario_in(scenario_text(case, name), name) for name in list_scenarios(case)},
    )


def check_scenario(study: Study, toml: Mapping[str, Any], days: int, members: int) -> list[str]:
    """What a scenario changes, a sentence each; a `ScenarioError` where it cannot be. Nothing is run."""
    campaign = CampaignStudy(study, days, members)
    scenario = campaign.scenario_of(toml, "this scenario")
    return scenario_lines(campaign, scenario)


def compare(study: Study, toml: Mapping[str, Any], days: int, members: int) -> Comparison:
    """Run a scenario and the unchanged campaign with the same luck; progress comes in steps of some hundred members."""
    parts = 2 * -(-members // CHUNK)
    tell = study.report("Running campaigns")
    done = 0

    def stepwise(do: Callable[[Task], Part], tasks: Iterable[Task]) -> Iterator[Part]:
        nonlocal done
        for task in tasks:
            if tell is not None:
                tell(done, parts)
            yield do(task)
            done += 1

    borders = cells_of(study.case.places).pairs
    campaign = CampaignStudy(study, days, members, spread=stepwise, borders=borders)
    scenario = campaign.scenario_of(toml, "this scenario")
    changed = campaign.run(scenario)
    found = what_if(campaign, scenario, changed)
    ids = study.case.places.ids
    forced = [*(hold.place for hold in scenario.holds), *(loss.place for loss in scenario.losses)]
    return Comparison(
        found,
        tuple(scenario_lines(campaign, scenario)),
        tuple(ids[i] for i in forced),
        _by_day(campaign.base),
        _by_day(changed),
    )


def _by_day(found: Run) -> ControlByDay:
    return ControlByDay(as_bytes(found.probability), as_bytes(found.front))
