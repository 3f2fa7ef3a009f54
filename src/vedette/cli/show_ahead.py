"""What the terminal shows of forecasts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from vedette.cli import show

if TYPE_CHECKING:
    from vedette.workflows import (
        Calibration,
        CampaignReport,
        DecisiveLine,
        DecisiveReport,
        ForecastSummary,
        OutsidersReport,
        WhatIf,
    )

__all__ = ["calibration", "decisive", "forecast", "outsiders", "what_if", "written"]

REASONS = 3
"""Roads, heights and places told of each decisive place."""

LEAST = 0.05
"""Fewer places cut off than this, on average, are none."""

SHOWN = 20
"""Places listed; `--json` has all."""


def written(path: Path, found: ForecastSummary) -> None:
    """Where a table of forecasts lies and what it holds."""
    from vedette.briefing import counted

    days = ", ".join(map(str, found.horizons))
    what = (
        f"{counted(found.origins, 'origin')} from {found.first} to {found.last}, {days} days ahead, "
        f"{counted(found.places, 'place')}"
    )
    show.lines([f"{path}: {what}; from {found.state}"])


def calibration(found: Calibration, path: Path) -> None:
    """What was fitted, and where it lies."""
    priors = found.priors
    show.lines(
        [
            f"{path}: {found.case}, {found.days} days up to {found.until}",
            f"the cut off fall {priors.isolation[0]:.2f} times as soon (log sd {priors.isolation[1]:.2f})",
            f"challenges that carry a place at once: {priors.rush[0] / sum(priors.rush):.0%}",
            f"contests settled in a day: {priors.settle[0] / sum(priors.settle):.0%}",
        ]
    )


def forecast(found: CampaignReport, names: Mapping[str, str], page: Path | None = None) -> None:
    """A forecast, likeliest losses first; `names` are those of the sides."""
    from vedette.briefing import counted, percent, the, verb

    out = [f"{found.case}, {found.as_of} to {found.until}, {found.members:,} members"]
    for side, (mean, low, high) in found.held.items():
        now_held = counted(round(found.held_now[side]), "place")
        out.append(
            f"{names[side]} {verb(names[side], 'holds', 'hold')} {now_held} now, {mean:.0f} then "
            f"(90 %: {low:.0f} to {high:.0f})"
        )
        now, then = found.area[side][0], found.area[side][-1]
        out.append(f"    {now[0]:,.0f} km2 now, {then[0]:,.0f} then (90 %: {then[1]:,.0f} to {then[2]:,.0f})")
        lost = found.losses[side]
        out.append(
            f"    loses {percent(lost[0])} of the strength it has now (90 %: {percent(lost[1])} to {percent(lost[2])})"
        )
    more = ", ".join(f"for {the(names[side])} {percent(p)}" for side, p in found.more_help.items())
    more += "".join(f"; {b.actor} for {the(names[b.side])} {percent(b.more)}" for b in found.backers)
    out.append(f"no fighting then: {percent(found.peace)}; more help from outside: {more}")
    for place in found.places[:SHOWN]:
        when = f"; if so, {place.when[1]} ({place.when[0]} to {place.when[2]})" if place.when else ""
        worst = max(range(len(place.isolated)), key=place.isolated.__getitem__)
        when_worst = found.as_of + timedelta(days=worst)
        cut = f"; cut off {percent(place.isolated[worst])} on {when_worst}, {percent(place.isolated[-1])} then"
        out.append(f"{place.name}: lost by {the(names[place.holder])} {percent(place.falls)}{when}{cut}")
    show.lines(out + _ending(found.notes, found.warning, page))


def _ending(notes: Sequence[str], warning: str, page: Path | None) -> list[str]:
    return [*notes, *([warning] if warning else []), *([f"{page}: the same with maps"] if page else [])]


def what_if(found: WhatIf, names: Mapping[str, str], page: Path) -> None:
    """A scenario against the unchanged run; `names` are those of the sides."""
    from vedette.briefing import percent, the, verb

    out = [f"{found.title}: {found.case}, {found.as_of} to {found.until}, {found.members:,} members"]
    for side, (before, after, low, high) in found.held.items():
        out.append(
            f"{names[side]} {verb(names[side], 'holds', 'hold')} {show.many(before, 'place')} then, {after:.1f} if so; "
            f"{_difference(low, high, '.1f')}"
        )
        km2 = found.area[side]
        out.append(f"    {km2[0]:,.0f} km2 then, {km2[1]:,.0f} if so; {_difference(km2[2], km2[3], ',.0f')}")
    out += [
        f"{place.name}, lost by {the(names[place.side])}: {percent(place.before)}, {percent(place.after)} if so; "
        f"{_difference(100 * place.low, 100 * place.high, '.1f', ' points')}"
        for place in found.places[:SHOWN]
    ]
    show.lines(out + _ending(found.notes, found.warning, page))


def _difference(low: float, high: float, form: str, unit: str = "") -> str:
    """An interval of a difference as it is printed; none where both ends print as nothing."""
    ends = [f"{end + 0.0:{form}}" for end in (low, high)]
    if all(float(end.replace(",", "")) == 0 for end in ends):
        return "no difference"
    return f"difference {low + 0.0:+{form}} to {high + 0.0:+{form}}{unit}"


def decisive(found: DecisiveReport, names: Mapping[str, str], page: Path | None = None) -> None:
    """Places by swing, and the reasons; `names` are those of the sides."""
    from vedette.briefing import counted, percent

    asked = f"lost by {found.by} against held to {found.until}; {found.members:,} members"
    out = [
        f"{found.case}, {names[found.side]}: {counted(found.counted, 'place')} on {found.as_of}; {asked}",
        "share of the other places lost for it, in points: by intervention (90 %), merely conditional",
    ]
    for place in found.places[:SHOWN]:
        merely = "too rare" if math.isnan(place.conditional) else f"{100 * place.conditional:+.1f}"
        moved = [(name, round(100 * share)) for name, share in place.moves[:3]]
        moves = ", ".join(f"{name} {points:+d}" for name, points in moved if points)
        swing = f"{100 * place.intervened:+.2f} ({100 * place.low:+.2f} to {100 * place.high:+.2f})"
        out.append(f"{place.name}: {swing}, {merely}; falls {percent(place.falls)}{'; ' + moves if moves else ''}")
        out += [f"    {reason}" for reason in _reasons(place)]
    show.lines(out + _ending(found.notes, found.warning, page))


def _reasons(place: DecisiveLine) -> list[str]:
    """What the loss of a place would do on the day itself, a line each."""
    from vedette.briefing import ends

    out = []
    if place.roads_cut:
        out.append("cuts " + ", ".join(f"{r.name} ({_then(r.cut)})" for r in place.roads_cut[:REASONS]))
    if place.roads_exposed:
        roads = ", ".join(f"{r.name} ({_then(r.under_fire)})" for r in place.roads_exposed[:REASONS])
        out.append(f"puts under fire {roads}")
    if place.ground:
        seen = [
            f"{g.km:.0f} km of road and {show.many(g.places, 'place')} from {g.name}" for g in place.ground[:REASONS]
        ]
        out.append(f"sees {', '.join(seen)}")
    for what, places, people in (
        ("cuts off", place.isolated_places, place.isolated_people),
        ("leaves without a road free of fire", place.unsafe_places, place.unsafe_people),
    ):
        if places[0] >= LEAST:
            low, high = ends(places) or (0, 0)
            out.append(
                f"{what} {show.many(places[0], 'more place')} (90 %: {low} to {high})"
                + (f", {people[0]:,.0f} people ({people[1]:,.0f} to {people[2]:,.0f})" if people[2] > 0 else "")
            )
    if place.cut_off:
        out.append("cut off: " + ", ".join(f"{c.name} {_then(c.isolated)}" for c in place.cut_off[:REASONS]))
    return out


def _then(chance: tuple[float, float]) -> str:
    """A probability with the place held and with it lost."""
    from vedette.briefing import percent

    return f"{percent(chance[0])}, then {percent(chance[1])}"


def outsiders(found: OutsidersReport) -> None:
    """Other people's forecasts, scored where due."""
    from vedette.briefing import counted, percent

    out = [
        f"{found.case}, as of {found.as_of}: {counted(len(found.lines), 'forecast')} of others, {found.scored} scored"
    ]
    for line in found.lines:
        out.append(f"{line.made} {line.claimant}: {line.says} ({line.claim_id})")
        if line.came is None:
            out.append(f"    not scored: {line.why}")
        else:
            ours = "none" if line.ours is None else percent(line.ours)
            came = "came true" if line.came else "did not come true"
            out.append(f"    by {line.by}: {percent(line.probability or 0.0)}, ours {ours}; {came}")
    if found.scored:
        (brier, log), (our_brier, our_log) = found.theirs, found.ours
        out.append(f"Brier score {brier:.3f}, ours {our_brier:.3f}; log score {log:.3f}, ours {our_log:.3f}")
    show.lines(out)
