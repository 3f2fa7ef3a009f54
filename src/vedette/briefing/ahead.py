"""Pages about what comes next: a forecast, a change against the unchanged run, which place decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from markupsafe import Markup

from vedette.briefing.content import SideLook
from vedette.briefing.map import PageMap
from vedette.briefing.page import environment, style

__all__ = [
    "AreaAhead",
    "DecisivePage",
    "DecisivePlace",
    "Difference",
    "ForecastPage",
    "Likely",
    "WhatIfPage",
    "decisive_page",
    "forecast_page",
    "what_if_page",
]


@dataclass(frozen=True, slots=True)
class AreaAhead:
    """What a side holds on each day from the first on: (mean, low, high) km2 of a 90 % interval."""

    side: SideLook
    km2: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Likely:
    """A place: who holds it, P(it is lost), when if so (5 %, median, 95 %), P(cut off) in the end and at its worst."""

    name: str
    holder: SideLook
    falls: float
    when: tuple[date, date, date] | None
    isolated: float
    worst: float
    worst_on: date


@dataclass(frozen=True, slots=True)
class ForecastPage:
    """A forecast: maps on some days, areas by day, places by how likely they are lost; words about help and peace."""

    title: str
    as_of: date
    until: date
    members: int
    sides: tuple[SideLook, ...]
    maps: tuple[tuple[date, PageMap], ...]
    area: tuple[AreaAhead, ...]
    places: tuple[Likely, ...]
    peace: float
    help: tuple[tuple[SideLook, float], ...]
    losses: tuple[tuple[SideLook, tuple[float, float, float]], ...]
    notes: tuple[str, ...]
    attribution: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure unchanged and changed, with the 90 % interval of the difference."""

    name: str
    side: SideLook
    before: float
    after: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class WhatIfPage:
    """A scenario against the unchanged run: three maps of the last day, and tables of differences."""

    case: str
    title: str
    as_of: date
    until: date
    members: int
    sides: tuple[SideLook, ...]
    changes: tuple[str, ...]
    unchanged: PageMap
    changed: PageMap
    difference: PageMap
    most: float
    area: tuple[Difference, ...]
    places: tuple[Difference, ...]
    asked: tuple[str, ...]
    notes: tuple[str, ...]
    attribution: str

    @property
    def foremost(self) -> Difference | None:
        """The place whose fate changes most, of those that were asked about, else of all."""
        moved = [p for p in self.places if abs(p.after - p.before) >= 0.01]
        moved = [p for p in moved if p.name in self.asked] or moved
        return max(moved, key=lambda p: abs(p.after - p.before)) if moved else None


@dataclass(frozen=True, slots=True)
class DecisivePlace:
    """One place: `swing` (mean, 90 % interval) by intervention, `conditional` None where too rare; and the reasons.

    `cut`, `exposed`: roads, P(cut), P(under fire) held and lost; `ground`: name, km of road and places in view;
    `cut_off`: name, P(cut off) held and lost; `isolated`, `unsafe`: places, then people: mean, 5 %, 95 %.
    """

    name: str
    falls: float
    swing: tuple[float, float, float]
    conditional: float | None
    moves: tuple[tuple[str, float], ...]
    cut: tuple[tuple[str, tuple[float, float]], ...]
    exposed: tuple[tuple[str, tuple[float, float]], ...]
    ground: tuple[tuple[str, float, float], ...]
    cut_off: tuple[tuple[str, tuple[float, float]], ...]
    isolated: tuple[tuple[float, float, float], tuple[float, float, float]]
    unsafe: tuple[tuple[float, float, float], tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class DecisivePage:
    """The places of one side by how much their fall moves the rest, with a map of the day."""

    title: str
    side: SideLook
    sides: tuple[SideLook, ...]
    as_of: date
    by: date
    until: date
    members: int
    counted: int
    now: PageMap
    places: tuple[DecisivePlace, ...]
    notes: tuple[str, ...]
    attribution: str

    @property
    def reach(self) -> float:
        """The largest end of an interval: what the bars are drawn against."""
        return max((abs(end) for p in self.places for end in p.swing), default=0.0)


def decisive_page(page: DecisivePage) -> bytes:
    """One HTML file that needs no network."""
    return _rendered("decisive.html.j2", {"d": page, "range": _range_svg})


def what_if_page(page: WhatIfPage) -> bytes:
    """One HTML file that needs no network."""
    return _rendered("what_if.html.j2", {"w": page, "range": _range_svg})


def forecast_page(page: ForecastPage) -> bytes:
    """One HTML file that needs no network."""
    return _rendered("forecast.html.j2", {"f": page, "areas": _areas_svg})


def _rendered(template: str, content: Mapping[str, object]) -> bytes:
    return environment().get_template(template).render(style=style(), **content).encode("utf-8")


_W, _H, _L, _R, _T, _B = 720, 250, 58, 110, 12, 28


def _areas_svg(areas: Sequence[AreaAhead], first: date) -> Markup:
    """Area held by day, a line and a 90 % band a side, each labelled at its end."""
    days = len(areas[0].km2) - 1
    top = max(high for a in areas for _, _, high in a.km2) * 1.06 or 1.0
    step = (_W - _L - _R) / max(days, 1)

    def y(v: float) -> float:
        return _T + (1 - v / top) * (_H - _T - _B)

    parts = [f'<svg class="curve" viewBox="0 0 {_W} {_H}" role="img" aria-label="Area held by day, square kilometres">']
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        v = share * top / 1.06
        parts.append(f'<line class="grid" x1="{_L}" x2="{_W - _R}" y1="{y(v):.1f}" y2="{y(v):.1f}"/>')
        parts.append(f'<text x="{_L - 6}" y="{y(v) + 4:.1f}" text-anchor="end">{v:,.0f}</text>')
    for d in range(0, days + 1, max(1, round(days / 5))):
        when = first + timedelta(days=d)
        parts.append(f'<text x="{_L + d * step:.1f}" y="{_H - 6}" text-anchor="middle">{when.day} {when:%b}</text>')
    ends: list[float] = []
    for a in areas:
        upper = [f"{_L + d * step:.1f},{y(v[2]):.1f}" for d, v in enumerate(a.km2)]
        lower = [f"{_L + d * step:.1f},{y(v[1]):.1f}" for d, v in enumerate(a.km2)]
        mean = " ".join(f"{_L + d * step:.1f},{y(v[0]):.1f}" for d, v in enumerate(a.km2))
        parts.append(f'<polygon points="{" ".join(upper + lower[::-1])}" fill="{a.side.color}" opacity="0.22"/>')
        parts.append(f'<polyline class="line" points="{mean}" stroke="{a.side.color}"/>')
        at = y(a.km2[-1][0]) + 4
        while any(abs(at - other) < 14 for other in ends):
            at += 14
        ends.append(at)
        parts.append(f'<text x="{_W - _R + 8}" y="{at:.1f}">{escape(a.side.name)}</text>')
    return Markup("".join(parts) + "</svg>")  # noqa: S704 - numbers, and names escaped


def _range_svg(low: float, high: float, reach: float, color: str) -> Markup:
    """A difference as a bar from its low to its high end, about zero in the middle."""

    def x(v: float) -> float:
        return 60 + 56 * max(-1.0, min(1.0, v / reach)) if reach else 60.0

    width = max(x(high) - x(low), 2.0)
    return Markup(  # noqa: S704 - numbers and a colour of our own
        '<svg class="diff" viewBox="0 0 120 14" aria-hidden="true"><line class="axis" x1="2" x2="118" y1="7" y2="7"/>'
        f'<line class="zero" x1="60" x2="60" y1="1" y2="13"/>'
        f'<rect x="{x(low):.1f}" y="4" width="{width:.1f}" height="6" rx="1" fill="{color}"/></svg>'
    )
