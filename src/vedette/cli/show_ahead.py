"""What the terminal shows of forecasts."""

from __future__ import annotations

import math
from collections.abc import Sequence
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
    days = ", ".join(map(str, found.horizons))
    what = f"{found.origins} origins from {found.first} to {found.last}, {days} days ahead, {found.places:,} places"
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


def forecast(found: CampaignReport, page: Path | None = None) -> None:
    """A forecast, likeliest losses first."""
    out = [f"{found.case}, {found.as_of} to {found.until}, {found.members:,} members"]
    for side, (mean, low, high) in found.held.items():
        out.append(
            f"{side} holds {found.held_now[side]:.0f} places now, {mean:.0f} then (90 %: {low:.0f} to {high:.0f})"
        )
        now, then = found.area[side][0], found.area[side][-1]
        out.append(f"    {now[0]:,.0f} km2 now, {then[0]:,.0f} then (90 %: {then[1]:,.0f} to {then[2]:,.0f})")
        lost = found.losses[side]
        out.append(f"    loses {lost[0]:.0%} of the strength it has now (90 %: {lost[1]:.0%} to {lost[2]:.0%})")
    more = ", ".join(f"for {side} {p:.0%}" for side, p in found.more_help.items())
    more += "".join(f"; {b.actor} for {b.side} {b.more:.0%}" for b in found.backers)
    out.append(f"no fighting then: {found.peace:.0%}; more help from outside: {more}")
    for place in found.places[:SHOWN]:
        when = f"; if so, {place.when[1]} ({place.when[0]} to {place.when[2]})" if place.when else ""
        worst = max(range(len(place.isolated)), key=place.isolated.__getitem__)
        when_worst = found.as_of + timedelta(days=worst)
        cut = f"; cut off {place.isolated[worst]:.0%} on {when_worst}, {place.isolated[-1]:.0%} then"
        out.append(f"{place.name}: lost by {place.holder} {place.falls:.0%}{when}{cut}")
    show.lines(out + _ending(found.notes, found.warning, page))


def _ending(notes: Sequence[str], warning: str, page: Path | None) -> list[str]:
    return [*notes, *([warning] if warning else []), *([f"{page}: the same with maps"] if page else [])]


def what_if(found: WhatIf, page: Path) -> None:
    """A scenario against the unchanged run."""
    out = [f"{found.title}: {found.case}, {found.as_of} to {found.until}, {found.members:,} members"]
    for side, (before, after, low, high) in found.held.items():
        out.append(f"{side} holds {before:.1f} places then, {after:.1f} if so; difference {low:+.1f} to {high:+.1f}")
        km2 = found.area[side]
        out.append(f"    {km2[0]:,.0f} km2 then, {km2[1]:,.0f} if so; difference {km2[2]:+,.0f} to {km2[3]:+,.0f}")
    out += [
        f"{place.name}, lost by {place.side}: {place.before:.0%}, {place.after:.0%} if so; difference "
        f"{100 * place.low:+.1f} to {100 * place.high:+.1f} points"
        for place in found.places[:SHOWN]
    ]
    show.lines(out + _ending(found.notes, found.warning, page))


def decisive(found: DecisiveReport, page: Path | None = None) -> None:
    """Places by swing, and the reasons."""
    asked = f"lost by {found.by} against held to {found.until}; {found.members:,} members"
    out = [
        f"{found.case}, {found.side}: {found.counted} places on {found.as_of}; {asked}",
        "share of the other places lost for it, in points: by intervention (90 %), merely conditional",
    ]
    for place in found.places[:SHOWN]:
        merely = "too rare" if math.isnan(place.conditional) else f"{100 * place.conditional:+.1f}"
        moves = ", ".join(f"{name} {100 * share:+.0f}" for name, share in place.moves[:3])
        swing = f"{100 * place.intervened:+.2f} ({100 * place.low:+.2f} to {100 * place.high:+.2f})"
        out.append(f"{place.name}: {swing}, {merely}; falls {place.falls:.0%}{'; ' + moves if moves else ''}")
        out += [f"    {reason}" for reason in _reasons(place)]
    show.lines(out + _ending(found.notes, found.warning, page))


def _reasons(place: DecisiveLine) -> list[str]:
    """What the loss of a place would do on the day itself, a line each."""
    out = []
    if place.roads_cut:
        out.append("cuts " + ", ".join(f"{r.name} ({_then(r.cut)})" for r in place.roads_cut[:REASONS]))
    if place.roads_exposed:
        roads = ", ".join(f"{r.name} ({_then(r.under_fire)})" for r in place.roads_exposed[:REASONS])
        out.append(f"puts under fire {roads}")
    if place.ground:
        seen = [f"{g.km:.0f} km of road and {g.places:.1f} places from {g.name}" for g in place.ground[:REASONS]]
        out.append(f"sees {', '.join(seen)}")
    for what, places, people in (
        ("cuts off", place.isolated_places, place.isolated_people),
        ("leaves without a road free of fire", place.unsafe_places, place.unsafe_people),
    ):
        if places[0] >= LEAST:
            out.append(
                f"{what} {places[0]:.1f} more places (90 %: {places[1]:.0f} to {places[2]:.0f})"
                + (f", {people[0]:,.0f} people ({people[1]:,.0f} to {people[2]:,.0f})" if people[2] > 0 else "")
            )
    if place.cut_off:
        out.append("cut off: " + ", ".join(f"{c.name} {_then(c.isolated)}" for c in place.cut_off[:REASONS]))
    return out


def _then(chance: tuple[float, float]) -> str:
    """A probability with the place held and with it lost."""
    return f"{chance[0]:.0%}, then {chance[1]:.0%}"


def outsiders(found: OutsidersReport) -> None:
    """Other people's forecasts, scored where due."""
    out = [f"{found.case}, as of {found.as_of}: {len(found.lines)} forecasts of others, {found.scored} scored"]
    for line in found.lines:
        out.append(f"{line.made} {line.claimant}: {line.says} ({line.claim_id})")
        if line.came is None:
            out.append(f"    not scored: {line.why}")
        else:
            ours = "none" if line.ours is None else f"{line.ours:.0%}"
            came = "came true" if line.came else "did not come true"
            out.append(f"    by {line.by}: {line.probability:.0%}, ours {ours}; {came}")
    if found.scored:
        (brier, log), (our_brier, our_log) = found.theirs, found.ours
        out.append(f"Brier score {brier:.3f}, ours {our_brier:.3f}; log score {log:.3f}, ours {our_log:.3f}")
    show.lines(out)
