"""Who holds a place, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vedette.belief import PARETO_LIMIT, without_camp
from vedette.briefing import Outlook, PlaceStory, SideLook
from vedette.workflows.lines import claim_lines, outlook_at, side_looks
from vedette.workflows.situation import GroundStudy
from vedette.workflows.study import Study

__all__ = ["story_of", "who"]


def who(study: Study, place: str) -> PlaceStory:
    """Everything about the place that answers to `place`, as of the study's day.

    What the draws cannot tell of, the place without a camp's word, is drawn anew. A `PlaceNotFoundError` suggests
    what else may have been meant.
    """
    number = study.case.places.find(place)
    told = story_of(GroundStudy(study), number)
    camps = {name: k for k, name in enumerate(_camps(told.sides))}
    unknown = tuple(name for name, outlook in told.without_camp.items() if outlook is None)
    drawn = {name: outlook_at(study.without(camps[name], number).belief, number, study.last) for name in unknown}
    return replace(told, without_camp={**told.without_camp, **drawn}, drawn_anew=unknown)


def _camps(sides: Sequence[SideLook]) -> list[str]:
    """Names of those who speak, third parties last."""
    return [*(side.name for side in sides), "third parties"]


def story_of(ground: GroundStudy, place: int) -> PlaceStory:
    """The same by the place's number, from the study's draws alone."""
    study = ground.study
    case, belief, known, day = study.case, study.belief, study.known, study.last
    rows = np.flatnonzero(known.place == place).tolist()
    sides = side_looks(case.sides)
    supplies = []
    if not case.routes.by_proximity or case.supply:
        supplies = [ground.supply_line(place, side) for side in range(len(case.sides))]
    outlook = outlook_at(belief, place, day)
    without: dict[str, Outlook | None] = {}
    for k, name in enumerate(_camps(sides)):
        share, pareto_k = without_camp(belief, k, place, day)
        if np.any(known.camp[rows] == k):
            without[name] = Outlook(tuple(share.tolist()), outlook.states) if pareto_k <= PARETO_LIMIT else None
    curve = [outlook_at(belief, place, t).probability for t in range(belief.since, day + 1)]
    return PlaceStory(
        place_id=case.places.ids[place],
        name=case.places.names[place],
        aliases=tuple(a for a in case.places.aliases[place] if a != case.places.names[place]),
        district=case.places.districts[place],
        kind=case.places.kinds[place],
        as_of=study.as_of,
        first_day=case.days.date(belief.since),
        outlook=outlook,
        sides=sides,
        curve=tuple(curve),
        claims=tuple(claim_lines(known, rows, belief, place, day)),
        supply=tuple(sorted(supplies, key=lambda s: -s.not_lost)),
        without_camp=without,
        warning=belief.warning,
    )
