"""What the terminal shows of forecasts."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from vedette.cli import show

if TYPE_CHECKING:
    from vedette.workflows import CampaignReport, DecisiveReport, ForecastSummary, WhatIf

__all__ = ["decisive", "forecast", "what_if", "written"]

SHOWN = 20
"""Places listed; `--json` has all."""


def written(path: Path, found: ForecastSummary) -> None:
    """Where a table of forecasts lies and what it holds."""
    days = ", ".join(map(str, found.horizons))
    what = f"{found.origins} origins from {found.first} to {found.last}, {days} days ahead, {found.places:,} places"
    show.lines([f"{path}: {what}; from {found.state}"])


def forecast(found: CampaignReport) -> None:
    """A forecast, likeliest losses first."""
    out = [f"{found.case}, {found.as_of} to {found.until}, {found.members:,} members"]
    for side, (mean, low, high) in found.held.items():
        out.append(
            f"{side} holds {found.held_now[side]:.0f} places now, {mean:.0f} then (90 %: {low:.0f} to {high:.0f})"
        )
    out.append(f"the fighting has ended by then: {found.peace:.0%}")
    for place in found.places[:SHOWN]:
        when = f"; if so, {place.when[1]} ({place.when[0]} to {place.when[2]})" if place.when else ""
        cut = "" if math.isnan(place.isolated) else f"; cut off if held: {place.isolated:.0%}"
        out.append(f"{place.name}: lost by {place.holder} {place.falls:.0%}{when}{cut}")
    show.lines(out + ([found.warning] if found.warning else []))


def what_if(found: WhatIf) -> None:
    """A scenario against the unchanged run."""
    out = [f"{found.title}: {found.case}, {found.as_of} to {found.until}, {found.members:,} members"]
    for side, (before, after, low, high) in found.held.items():
        out.append(f"{side} holds {before:.1f} places then, {after:.1f} if so; difference {low:+.1f} to {high:+.1f}")
    out += [
        f"{place.name}, lost by {place.side}: {place.before:.0%}, {place.after:.0%} if so; difference "
        f"{100 * place.low:+.1f} to {100 * place.high:+.1f} points"
        for place in found.places[:SHOWN]
    ]
    show.lines(out + ([found.warning] if found.warning else []))


def decisive(found: DecisiveReport) -> None:
    """Places by swing."""
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
    show.lines(out)
