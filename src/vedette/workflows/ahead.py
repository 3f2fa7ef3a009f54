"""Pages about what comes next, from runs of the campaign."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vedette.briefing import MapContent, SideLook, day, the
from vedette.campaign import Run, Scenario
from vedette.store import read_basemap, write_bytes
from vedette.workflows.campaign import CampaignStudy
from vedette.workflows.decisive import DecisiveLine, DecisiveReport
from vedette.workflows.forecast import CampaignReport
from vedette.workflows.lines import LABEL_RANK, side_looks, title_on
from vedette.workflows.scenarios import WhatIf

if TYPE_CHECKING:
    from vedette.briefing.ahead import DecisivePlace

__all__ = ["scenario_lines", "write_decisive_page", "write_forecast_page", "write_what_if_page"]

PANELS = 4
"""Maps of a forecast: enough to see it move."""

LEAST_SCALE = 0.1
"""A map of differences is in full colour at no less than so many hundredths: noise stays pale."""

ON_THE_PAGE = 30
LABELLED = 6
"""Decisive places whose names the map never drops."""


def write_what_if_page(campaign: CampaignStudy, scenario: Scenario, found: WhatIf, out: Path) -> None:
    """Write a scenario's page: both maps side by side, their difference, the tables."""
    from vedette.briefing.ahead import Difference, WhatIfPage, what_if_page
    from vedette.briefing.map import draw_page_map

    case = campaign.study.case
    looks = {look.id: look for look in side_looks(case.sides)}
    base, changed = campaign.base, campaign.run(scenario)
    forced = [*(hold.place for hold in scenario.holds), *(loss.place for loss in scenario.losses)]
    opened = [end for ends in scenario.opened for end in ends]
    about = [*scenario.watch, *forced, *opened]
    before, after = (_map(campaign, r, campaign.days, about) for r in (base, changed))
    sides = len(case.sides)
    gain = changed.probability[-1, :, :sides] - base.probability[-1, :, :sides]
    free = np.delete(np.abs(gain), forced, axis=0)
    most = max(LEAST_SCALE, float(free.max(initial=0.0)))
    page = WhatIfPage(
        case=title_on(case, found.as_of),
        title=found.title,
        as_of=found.as_of,
        until=found.until,
        members=found.members,
        sides=tuple(looks.values()),
        changes=tuple(scenario_lines(campaign, scenario)),
        unchanged=draw_page_map(before),
        changed=draw_page_map(after),
        difference=draw_page_map(replace(before, change=gain, most=most)),
        most=most,
        area=tuple(Difference(looks[s].name, looks[s], *figures) for s, figures in found.area.items()),
        places=tuple(
            Difference(p.name, looks[p.side], p.before, p.after, p.low, p.high)
            for p in found.places
            if p.place_id not in {case.places.ids[i] for i in forced}
        ),
        asked=tuple(case.places.names[i] for i in (*scenario.watch, *case.headline)),
        notes=_notes(found.notes, found.warning),
        attribution=case.attribution,
    )
    write_bytes(out, what_if_page(page))


def write_forecast_page(campaign: CampaignStudy, found: CampaignReport, out: Path) -> None:
    """Write a forecast's page: maps over time, areas, places, help and peace."""
    from vedette.briefing.ahead import AreaAhead, ForecastPage, Likely, forecast_page
    from vedette.briefing.map import draw_page_map

    case = campaign.study.case
    looks = {look.id: look for look in side_looks(case.sides)}
    days = sorted({round(n * campaign.days / (PANELS - 1)) for n in range(PANELS)})
    page = ForecastPage(
        title=title_on(case, found.as_of),
        as_of=found.as_of,
        until=found.until,
        members=found.members,
        sides=tuple(looks.values()),
        maps=tuple(
            (found.as_of + timedelta(days=d), draw_page_map(_map(campaign, campaign.base, d))) for d in days
        ),
        area=tuple(AreaAhead(looks[s], km2) for s, km2 in found.area.items()),
        places=tuple(
            Likely(
                p.name, looks[p.holder], p.falls, p.when, p.isolated[-1], max(p.isolated),
                found.as_of + timedelta(days=int(np.argmax(p.isolated))),
            )
            for p in found.places[:ON_THE_PAGE]
        ),
        peace=found.peace,
        help=tuple((looks[s], p) for s, p in found.more_help.items()),
        losses=tuple((looks[s], share) for s, share in found.losses.items()),
        notes=_notes(found.notes, found.warning),
        attribution=case.attribution,
    )  # fmt: skip
    write_bytes(out, forecast_page(page))


def write_decisive_page(campaign: CampaignStudy, found: DecisiveReport, out: Path) -> None:
    """Write the page of the decisive places: a map of now, the ranking, the reasons place by place."""
    from vedette.briefing.ahead import DecisivePage, decisive_page
    from vedette.briefing.map import draw_page_map

    case = campaign.study.case
    looks = {look.id: look for look in side_looks(case.sides)}
    ranked = [case.places.index(p.place_id) for p in found.places[:LABELLED]]
    page = DecisivePage(
        title=title_on(case, found.as_of),
        side=looks[found.side],
        sides=tuple(looks.values()),
        as_of=found.as_of,
        by=found.by,
        until=found.until,
        members=found.members,
        counted=found.counted,
        now=draw_page_map(_map(campaign, campaign.base, 0, ranked)),
        places=tuple(_place(p) for p in found.places[:ON_THE_PAGE]),
        notes=_notes(found.notes, found.warning),
        attribution=case.attribution,
    )
    write_bytes(out, decisive_page(page))


def _place(found: DecisiveLine) -> DecisivePlace:
    from vedette.briefing.ahead import DecisivePlace

    return DecisivePlace(
        name=found.name,
        falls=found.falls,
        swing=(found.intervened, found.low, found.high),
        conditional=None if math.isnan(found.conditional) else found.conditional,
        moves=found.moves,
        cut=tuple((r.name, r.cut) for r in found.roads_cut),
        exposed=tuple((r.name, r.under_fire) for r in found.roads_exposed),
        ground=tuple((g.name, g.km, g.places) for g in found.ground),
        cut_off=tuple((c.name, c.isolated) for c in found.cut_off),
        isolated=(found.isolated_places, found.isolated_people),
        unsafe=(found.unsafe_places, found.unsafe_people),
    )


def _notes(notes: Sequence[str], warning: str) -> tuple[str, ...]:
    return (*notes, warning) if warning else tuple(notes)


def _map(campaign: CampaignStudy, found: Run, day: int, watch: Sequence[int] = ()) -> MapContent:
    case = campaign.study.case
    rank = np.array([LABEL_RANK.get(kind, np.inf) for kind in case.places.kinds])
    rank[list(case.headline)] = 0.0
    rank[list(watch)] = -1.0
    pairs, front = _front(campaign, found, day)
    return MapContent(
        title=title_on(case, campaign.study.as_of),
        as_of=campaign.study.as_of + timedelta(days=day),
        sides=tuple(_looks(campaign)),
        ids=case.places.ids,
        names=case.places.names,
        kinds=case.places.kinds,
        lat=case.places.lat,
        lon=case.places.lon,
        probability=found.probability[day],
        rank=rank,
        pairs=pairs,
        front=front,
        base=read_basemap(case.basemap),
    )


def _looks(campaign: CampaignStudy) -> tuple[SideLook, ...]:
    return tuple(side_looks(campaign.study.case.sides))


def _front(campaign: CampaignStudy, found: Run, day: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Neighbours, and P(different sides hold them), in the members on the first and the last day.

    In between members are not kept, and the map takes neighbours as independent.
    """
    neighbours = campaign.study.case.neighbours
    one = np.repeat(np.arange(len(neighbours)), np.diff(neighbours.start))
    pairs = np.column_stack([one, neighbours.index]).astype(np.int32)
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    if day not in (0, campaign.days):
        return pairs[:0], np.empty(0)
    states = campaign.control if day == 0 else found.final
    parted = np.zeros(len(pairs))
    for drawn in states:  # one by one: all pairs in all members at once are more than all that is kept of a run
        parted += drawn[pairs[:, 0]] != drawn[pairs[:, 1]]
    return pairs, parted / len(states)


def scenario_lines(campaign: CampaignStudy, scenario: Scenario) -> list[str]:
    """What a scenario changes, a sentence each."""
    case = campaign.study.case
    names, sides = case.places.names, [side.name for side in case.sides]
    out = [
        f"{names[h.place]} is held by {the(sides[h.side])}{f' until {day(h.until)}' if h.until else ''}."
        for h in scenario.holds
    ]
    out += [f"{names[x.place]} is taken by {the(sides[x.side])} by {day(x.by)}." for x in scenario.losses]
    out += [f"The route {case.routes.names[c.route]} is cut." for c in scenario.cuts]
    out += [f"A road is opened between {names[a]} and {names[b]}." for a, b in scenario.opened]
    out += [
        f"{s.share:.0%} of the strength of {the(sides[s.side])} moves from {s.origin} to {s.target}, if a road is open."
        for s in scenario.shifts
    ]
    out += [f"{c.actor} {'begins' if c.starts else 'stops'} to help {the(sides[c.side])}." for c in scenario.backers]
    out += [f"The airspace is closed to the aircraft of {the(sides[k])}." for k in scenario.grounded]
    out += [f"The assaults of {the(sides[k])} come {factor:g} times as often." for k, factor in scenario.tempo]
    out += [f"A ceasefire begins on {day(scenario.ceasefire)}."] if scenario.ceasefire else []
    if scenario.peacekeepers is not None:
        out.append("Peacekeepers see that it holds." if scenario.peacekeepers else "No peacekeepers see that it holds.")
    return out
