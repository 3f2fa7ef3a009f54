"""Who holds a place, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from vedette.belief import PARETO_LIMIT, Belief, change_between, without_camp, without_map
from vedette.briefing import MapLine, Outlook, PlaceStory, SideLook
from vedette.workflows.lines import claim_lines, outlook_at, side_looks
from vedette.workflows.situation import GroundStudy
from vedette.workflows.study import Study

__all__ = ["story_of", "who"]


def who(study: Study, place: str) -> PlaceStory:
    """Everything about the place that answers to `place`, as of the study's day.

    What the draws cannot tell of, the place without a camp's word or a map's, is drawn anew. A `PlaceNotFoundError`
    suggests what else may have been meant.
    """
    number = study.case.places.find(place)
    told = story_of(GroundStudy(study), number)
    camps = {name: k for k, name in enumerate(_camps(told.sides))}
    unknown = tuple(name for name, outlook in told.without_camp.items() if outlook is None)
    drawn = {name: outlook_at(study.without(camps[name], number).belief, number, study.last) for name in unknown}
    maps = tuple(line if line.without is not None else _map_drawn_anew(study, number, line) for line in told.maps)
    return replace(told, without_camp={**told.without_camp, **drawn}, drawn_anew=unknown, maps=maps)


def _map_drawn_anew(study: Study, place: int, line: MapLine) -> MapLine:
    without = outlook_at(study.without_map(line.source, place).belief, place, study.last)
    return replace(_weighed(study.belief, place, study.last, line, without), drawn_anew=True)


def _weighed(belief: Belief, place: int, day: int, line: MapLine, without: Outlook) -> MapLine:
    """The map's line with what would be believed without it."""
    now = outlook_at(belief, place, day).probability
    change = change_between(np.array(without.probability), np.array(now), belief.members)
    return replace(line, weight=float(change[line.shows]), without=without)


def _map_lines(study: Study, place: int) -> Iterator[MapLine]:
    """What each map that ever showed a place adds, where the draws can tell."""
    days, belief = study.case.days, study.belief
    for source in study.maps:
        shown = source.shown_at(place)
        if shown is None:
            continue
        state, since, until = shown
        line = MapLine(source.source, state, days.date(since), days.date(until), weight=None, without=None)
        share, pareto_k = without_map(belief, source.source, place, study.last)
        if pareto_k > PARETO_LIMIT:
            yield line
        else:
            outlook = Outlook(tuple(share.tolist()), outlook_at(belief, place, study.last).states)
            yield _weighed(belief, place, study.last, line, outlook)


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
        maps=tuple(_map_lines(study, place)),
        warning=belief.warning,
    )
