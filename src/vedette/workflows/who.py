"""Who holds a place, and why."""

from __future__ import annotations

import numpy as np

from vedette.belief import without_camp
from vedette.briefing import Outlook, PlaceStory, Road, SupplyLine
from vedette.situation import Supply, supply_of
from vedette.workflows.lines import claim_lines, outlook_at, side_looks
from vedette.workflows.study import Study

__all__ = ["story_of", "who"]


def who(study: Study, place: str) -> PlaceStory:
    """Everything about the place that answers to `place`, as of the study's day.

    A `PlaceNotFoundError` suggests what else may have been meant.
    """
    return story_of(study, study.case.places.find(place))


def story_of(study: Study, place: int) -> PlaceStory:
    """The same by the place's number."""
    case, belief, known, day = study.case, study.belief, study.known, study.last
    rows = np.flatnonzero(known.place == place).tolist()
    sides = side_looks(case.sides)
    supplies = []
    if not case.routes.by_proximity or case.supply:
        supplies = [supply_of(belief, case.routes, study.supply_sources, place, k, day) for k in range(len(case.sides))]
    camps = {name: k for k, name in enumerate([*(s.name for s in sides), "third parties"])}
    outlook = outlook_at(belief, place, day)
    without = {}
    for name, k in camps.items():
        share, pareto_k = without_camp(belief, k, place, day)
        if np.any(known.camp[rows] == k) and pareto_k <= 0.7:
            without[name] = Outlook(tuple(share.tolist()), outlook.states)
    curve = [outlook_at(belief, place, t).probability for t in range(day + 1)]
    return PlaceStory(
        place_id=case.places.ids[place],
        name=case.places.names[place],
        aliases=tuple(a for a in case.places.aliases[place] if a != case.places.names[place]),
        district=case.places.districts[place],
        kind=case.places.kinds[place],
        as_of=study.as_of,
        first_day=case.days.first,
        outlook=outlook,
        sides=sides,
        curve=tuple(curve),
        claims=tuple(claim_lines(known, rows, belief, place, day)),
        supply=tuple(sorted((_supply_line(study, s) for s in supplies), key=lambda s: -s.not_lost)),
        without_camp=without,
        warning=belief.convergence.warning,
    )


def _supply_line(study: Study, supply: Supply) -> SupplyLine:
    case, known = study.case, study.known
    roads = []
    for road in supply.routes:
        said = np.flatnonzero(known.route == road.route).tolist()
        roads.append(
            Road(
                name=case.routes.names[road.route],
                leads_to=case.places.names[road.other_end],
                bearing=road.bearing,
                probability=road.probability,
                claims=tuple(claim_lines(known, said)),
            )
        )
    return SupplyLine(
        supply.side, supply.not_lost, supply.isolated, tuple(roads), dict(supply.bearings), supply.is_source
    )
