"""A scenario against the unchanged run, with the same luck in both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from vedette.campaign import Run, Scenario, compared, difference
from vedette.workflows.campaign import CampaignStudy

__all__ = ["Change", "WhatIf", "what_if"]

MOVED = 12
"""Places listed beside those that were asked about: those that move most."""


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


def what_if(campaign: CampaignStudy, scenario: Scenario, changed: Run | None = None) -> WhatIf:
    """What a scenario moves; `changed` is its run, if it was made already."""
    case, base = campaign.study.case, campaign.base
    changed = campaign.run(scenario) if changed is None else changed
    mine = campaign.likely_holder
    before, after = base.lost(mine), changed.lost(mine)
    moved = after.mean(axis=0) - before.mean(axis=0)
    forced = {x.place for x in scenario.holds} | {x.place for x in scenario.losses}
    watched = list(dict.fromkeys((*scenario.watch, *case.headline)))
    order = [i for i in np.argsort(-np.abs(moved), kind="stable").tolist() if moved[i] != 0.0]
    shown = watched + [i for i in order if i not in watched and i not in forced][:MOVED]
    return WhatIf(
        case=case.name,
        title=scenario.title,
        as_of=campaign.study.as_of,
        until=campaign.until,
        members=campaign.members,
        held={side.id: compared(base.held[:, k], changed.held[:, k]) for k, side in enumerate(case.sides)},
        area={side.id: compared(base.area[:, -1, k], changed.area[:, -1, k]) for k, side in enumerate(case.sides)},
        places=tuple(
            Change(
                case.places.ids[i],
                case.places.names[i],
                case.sides[int(mine[i])].id,
                float(before[:, i].mean()),
                float(after[:, i].mean()),
                *difference(after[:, i].astype(np.float64) - before[:, i]),
            )
            for i in shown
        ),
        notes=campaign.notes,
        warning=campaign.study.belief.warning,
    )
