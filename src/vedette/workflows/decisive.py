"""Which place decides: the swing of each place's fall, and the reasons for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from vedette.campaign import Reasons, RoadAtRisk, Scenario, Swing, at_stake, reasons, side_at_stake, swing
from vedette.campaign.scenario import Hold, Loss
from vedette.errors import PlaceNotFoundError
from vedette.workflows.campaign import CampaignStudy

__all__ = ["DecisiveLine", "DecisiveReport", "GroundSeen", "PlaceCutOff", "RoadLost", "decisive"]

LOST_WITHIN = 3
"""Days by which a place is lost where its swing is asked for: soon, so that there is time for consequences."""

LISTED = 5
"""Roads, places and heights told of each place."""


@dataclass(frozen=True, slots=True)
class RoadLost:
    """A road of the holder's: P(cut), P(under fire), each with the place held and with it lost."""

    route_id: str
    name: str
    cut: tuple[float, float]
    under_fire: tuple[float, float]


@dataclass(frozen=True, slots=True)
class GroundSeen:
    """The place itself or a height that goes with it: `km` of the holder's roads and `places` of its in view."""

    name: str
    km: float
    places: float


@dataclass(frozen=True, slots=True)
class PlaceCutOff:
    """Another place of the holder's: P(no supplies reach it) with the place held and with it lost."""

    place_id: str
    name: str
    isolated: tuple[float, float]


@dataclass(frozen=True, slots=True)
class DecisiveLine:
    """One place: shares of its holder's other places that are lost for its fall, see `campaign.Swing`.

    The rest are the reasons, on the day itself, see `campaign.Reasons`. How many more `isolated` places and people no
    supplies reach, and how many more `unsafe` ones none by a road free of fire: mean, 5 %, 95 %.
    """

    place_id: str
    name: str
    falls: float
    intervened: float
    low: float
    high: float
    conditional: float
    moves: tuple[tuple[str, float], ...]
    roads_cut: tuple[RoadLost, ...]
    roads_exposed: tuple[RoadLost, ...]
    ground: tuple[GroundSeen, ...]
    cut_off: tuple[PlaceCutOff, ...]
    isolated_places: tuple[float, float, float]
    isolated_people: tuple[float, float, float]
    unsafe_places: tuple[float, float, float]
    unsafe_people: tuple[float, float, float]


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
    notes: tuple[str, ...]
    warning: str


def decisive(campaign: CampaignStudy, named: str | None = None) -> DecisiveReport:
    """Places of a side, that which is losing most if not `named`, by the swing of their fall."""
    study, case = campaign.study, campaign.study.case
    sides = case.sides
    if named is not None and named not in sides.ids:
        raise PlaceNotFoundError(f"{named!r} is no side of this case. Its sides: {', '.join(sides.ids)}.")
    base, mine = campaign.base, campaign.likely_holder
    side = sides.ids.index(named) if named is not None else side_at_stake(base, mine)
    taker = int(np.argmax([-1 if k == side else int((mine == k).sum()) for k in range(len(sides))]))
    places = list(dict.fromkeys([*at_stake(base, mine, side), *(i for i in case.headline if mine[i] == side)]))
    by = study.as_of + timedelta(days=min(LOST_WITHIN, campaign.days))
    report = study.report("Swing, place by place")
    now = study.belief.on(study.last)
    lines = []
    for n, i in enumerate(places):
        if report is not None:
            report(n, len(places))
        lost = campaign.run(Scenario(losses=(Loss(i, taker, by),)))
        kept = campaign.run(Scenario(holds=(Hold(i, side, None),)))
        why = reasons(campaign.terrain.theatre, now, campaign.terrain.luck, study.last, i, side, taker)
        lines.append(_line(campaign, swing(base, lost, kept, i, side, mine == side), why))
    lines.sort(key=lambda line: -line.intervened)
    return DecisiveReport(
        case.name, sides[side].id, study.as_of, by, campaign.until, campaign.members, int((mine == side).sum()),
        tuple(lines), campaign.notes, study.belief.warning,
    )  # fmt: skip


def _line(campaign: CampaignStudy, found: Swing, why: Reasons) -> DecisiveLine:
    places, routes = campaign.study.case.places, campaign.study.case.routes
    heights = campaign.terrain.ground.heights
    names = (*places.names, *heights.names)

    def roads(risks: Sequence[RoadAtRisk]) -> tuple[RoadLost, ...]:
        return tuple(RoadLost(routes.ids[r.route], routes.names[r.route], r.cut, r.fire) for r in risks[:LISTED])

    return DecisiveLine(
        place_id=places.ids[found.place],
        name=places.names[found.place],
        falls=found.falls,
        intervened=found.intervened,
        low=found.low,
        high=found.high,
        conditional=found.conditional,
        moves=tuple((places.names[p], share) for p, share in found.moves),
        roads_cut=roads(why.cut),
        roads_exposed=roads(why.exposed),
        ground=tuple(GroundSeen(names[v.observer], v.km, v.places) for v in why.views[:LISTED]),
        cut_off=tuple(
            PlaceCutOff(places.ids[c.place], places.names[c.place], c.isolated) for c in why.cut_off[:LISTED]
        ),
        isolated_places=why.isolated.places,
        isolated_people=why.isolated.people,
        unsafe_places=why.unsafe.places,
        unsafe_people=why.unsafe.people,
    )
