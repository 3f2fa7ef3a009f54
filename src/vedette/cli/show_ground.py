"""What the terminal shows of supply, the front and heights."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from vedette.cli import show

if TYPE_CHECKING:
    from vedette.workflows import Fighting, FrontReport, HeightView, PlaceSupply, SituationReport, Trouble

__all__ = ["front", "heights", "situation", "troubles"]

SHOWN = 20
NARROW = 100
"""Columns of a terminal in which names of roads break in the middle, unless other columns make room."""


def _console() -> Console:
    return Console(highlight=False, soft_wrap=False)


def _table(*columns: str, most: Mapping[str, int] | None = None) -> Table:
    """A table with these columns, some no wider than `most`."""
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    for name in columns:
        figures = name.startswith("P(") or name in ("km", "metres")
        table.add_column(
            name, justify="right" if figures else "left", overflow="fold", max_width=(most or {}).get(name)
        )
    return table


def _percent(p: float) -> str:
    from vedette.briefing import percent

    return "" if math.isnan(p) else percent(p)


def _chance(p: float) -> str:
    from vedette.briefing import certainty_word

    return f"{certainty_word(p)} ({_percent(p)})"


def situation(found: SituationReport) -> None:
    """The supply of one place, side by side."""
    console = _console()
    console.print(Text(f"{found.name}, as known on {found.as_of}", style="bold"))
    if found.warning:
        console.print(Text(f"Mind: {found.warning}", style="yellow"))
    for supply in found.supplies:
        if supply.kept >= 0.05:
            _supply(console, supply)
    for spell in found.spells:
        console.print(_spell(spell))
    console.print(
        "Reachable: supplies come from there, by roads open or under fire. Open: neither cut nor under fire.",
        style="dim",
    )
    console.print(Text(found.terrain, style="dim"))


def _supply(console: Console, s: PlaceSupply) -> None:
    console.print()
    console.print(Text(f"{s.side}: holds or contests it, {_chance(s.kept)}. If so:", style="bold"))
    if s.is_source:
        console.print("  a source of supply itself.")
    console.print(
        f"  cut off: {_chance(s.isolated)}; no road in free of fire: {_chance(s.unsafe)}; overlooked: "
        f"{_percent(s.overlooked)}"
    )
    if s.bearings:
        told = sorted(s.bearings.items(), key=lambda b: -b[1])
        console.print("  reachable from the: " + ", ".join(f"{point} {_percent(p)}" for point, p in told))
    if s.hours is not None:
        text = f"  from the nearest source: {_spread(s.hours, 1)} hours"
        if s.detour is not None:
            text += f", {_spread(s.detour, 1)} times as long as before the war"
        console.print(text)
    if s.ways_needed:
        console.print(
            "  places the enemy must take to cut it off: "
            + ", ".join(f"{n if n < 4 else '4 or more'} {_percent(p)}" for n, p in sorted(s.ways_needed.items()))
        )
    if s.gatekeepers:
        console.print(
            "  all supplies come through: " + ", ".join(f"{name} {_percent(p)}" for name, p in s.gatekeepers[:5])
        )
    table = _table("road", "from", "km", "P(open)", "P(under fire)", "P(cut)", "claims")
    for road in s.roads:
        name = f"{road.name} (no road on the map)" if road.connector else road.name
        said = ", ".join(c.claim_id for c in road.claims)
        table.add_row(
            name,
            road.bearing,
            f"{road.length_km:.1f}",
            _percent(road.open),
            _percent(road.under_fire),
            _percent(road.cut),
            said,
        )
    console.print(table)


def _spread(values: tuple[float, float, float], digits: int) -> str:
    middle, low, high = (f"{v:.{digits}f}" for v in values)
    return f"{middle} ({low} to {high})"


def _spell(s: Fighting) -> str:
    after = "" if s.left is None else f"; gone within a week after: {_percent(s.left)}"
    return (
        f"{s.first} to {s.last}  {s.place}: {s.pattern} for {s.side} ({s.meaning}), "
        f"peaking at {_percent(s.peak)} on {s.peak_day}{after}"
    )


def troubles(as_of: date, found: Sequence[Trouble], spells: Sequence[Fighting], terrain: str) -> None:
    """Places that may be cut off, and named situations."""
    from vedette.briefing import counted

    console = _console()
    console.print(Text(f"Places that may be cut off, as known on {as_of}", style="bold"))
    table = _table("place", "side", "P(kept)", "P(cut off)", "P(no road free of fire)", "overlooked", "falls with it")
    for t in found[:SHOWN]:
        lost = show.many(t.lost_places, "place") if t.lost_places >= 0.5 else ""
        table.add_row(
            t.name, t.side, _percent(t.kept), _percent(t.isolated), _percent(t.unsafe), _percent(t.overlooked), lost
        )
    console.print(table)
    console.print(
        f"{counted(len(found), 'place')}. Cut off and free of fire: if the enemy does not hold it.", style="dim"
    )
    console.print()
    console.print(Text("Chokepoints", style="bold"))
    table = _table("place", "side", "falls with it")
    for t in sorted(found, key=lambda t: -t.lost_places)[:8]:
        if t.lost_places >= 0.5:
            table.add_row(t.name, t.side, f"{show.many(t.lost_places, 'place')}, {t.lost_people:,.0f} people counted")
    console.print(table)
    console.print()
    console.print(Text("Named situations", style="bold"))
    for s in sorted(spells, key=lambda s: s.last, reverse=True)[:SHOWN]:
        console.print(_spell(s))
    console.print(f"{len(spells)} in all; --json lists every one.", style="dim")
    console.print(Text(terrain, style="dim"))


def front(found: FrontReport, names: Mapping[str, str]) -> None:
    """Length and areas, with the names of sides."""
    console = _console()
    console.print(Text(f"The front, as known on {found.as_of}", style="bold"))
    console.print(f"  length: {_interval(found.length_km)} km")
    for name, area in _largest(found.areas):
        console.print(f"  {names.get(name, name)}: {_interval(area)} square km")
    console.print(
        "Means with 90 % intervals over the draws, which hold no error of the map; ground within 10 km of a place.",
        style="dim",
    )
    show.mind(found.warning)


def _largest(areas: Mapping[str, tuple[float, float, float]]) -> list[tuple[str, tuple[float, float, float]]]:
    return sorted(areas.items(), key=lambda a: -a[1][0])


def _interval(value: tuple[float, float, float]) -> str:
    return f"{value[0]:,.0f} ({value[1]:,.0f} to {value[2]:,.0f})"


def heights(found: Sequence[HeightView], terrain: str) -> None:
    """Who overlooks a place and its roads."""
    console = _console()
    table = _table(
        "height", "from", "km", "metres", "P(sees\nit)", "km of roads seen", "held by",
        most={} if console.width > NARROW else {"height": 14, "held by": 10},
    )  # fmt: skip
    for h in found[:SHOWN]:
        roads = ", ".join(f"{name} {km:.1f}" for name, km in h.roads[:3])
        holder = max(h.held_by.items(), key=lambda s: s[1])
        metres = "" if math.isnan(h.elevation_m) else f"{h.elevation_m:.0f}"
        table.add_row(
            h.name,
            h.bearing,
            f"{h.km:.1f}",
            metres,
            _percent(h.sees_place),
            roads,
            f"{holder[0]} {_percent(holder[1])}",
        )
    console.print(table)
    console.print(f"{len(found)} that see the place or a road into it.", style="dim")
    console.print(Text(terrain, style="dim"))
