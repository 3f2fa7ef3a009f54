"""Small charts drawn as SVG text: a place's curve with its claims, a compass rose of supply, an interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from html import escape

from vedette.briefing.content import ClaimLine, PlaceStory, RecordLine, SideLook, SupplyLine
from vedette.briefing.words import ends, percent, share_ends, the
from vedette.ground import COMPASS

__all__ = ["compass_svg", "curve_svg", "interval_svg", "record_cells"]

_WIDTH, _HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 40, 66
"""Plot area: claims for the first side stand above it, for the others below."""


def curve_svg(story: PlaceStory) -> str:
    """The probability of each side over the days so far, each claim a tick on the day it was published.

    Ticks for the first side stand above the plot, for another side below it; taller ones
    weigh more. The contested share is the pale band between the curves.
    """
    days = len(story.curve)
    plot_w, plot_h = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    step = plot_w / max(days - 1, 1)

    def x(t: float) -> float:
        return _LEFT + t * step

    def y(p: float) -> float:
        return _TOP + (1 - p) * plot_h

    title = f"Who holds {story.name}: probability day by day"
    parts = [
        f'<svg class="curve" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">',
        *(_grid_line(p, y(p)) for p in (0, 0.25, 0.5, 0.75, 1)),
    ]
    every = max(1, round(days / 6))
    for t in range(0, days, every):
        when = story.first_day + timedelta(days=t)
        anchor = "end" if x(t) > _WIDTH - 24 else "middle"
        parts.append(
            f'<text class="tick" x="{x(t):.1f}" y="{_HEIGHT - 6}" text-anchor="{anchor}">{when.day} {when:%b}</text>'
        )
    for k, side in enumerate(story.sides):
        top = " ".join(f"{x(t):.1f},{y(row[k]):.1f}" for t, row in enumerate(story.curve))
        parts.append(f'<polyline class="line" points="{top}" stroke="{side.color}"/>')
        end = story.curve[-1][k]
        parts.append(f'<circle cx="{x(days - 1):.1f}" cy="{y(end):.1f}" r="3.5" fill="{side.color}"/>')
    contested = " ".join(f"{x(t):.1f},{y(row[-1]):.1f}" for t, row in enumerate(story.curve))
    parts.append(f'<polyline class="line contested" points="{contested}"/>')
    heaps: dict[tuple[int, bool], list[ClaimLine]] = {}
    for claim in sorted(story.claims, key=lambda c: (c.reported_on, c.claim_id)):
        if claim.favours is not None:
            t = min(max((claim.reported_on - story.first_day).days, 0), days - 1)
            heaps.setdefault((t, claim.favours == 0), []).append(claim)
    for (t, above), heap in heaps.items():
        for at, claim in zip(_side_by_side(x(t), len(heap)), heap, strict=True):
            assert claim.favours is not None, "others are in no heap"
            parts.append(_tick(claim, at, above=above, color=story.sides[claim.favours].color, foot=y(0)))
    parts += [
        _side_label("▲", story.sides[:1], 12),
        _side_label("▼", story.sides[1:], _HEIGHT - 24),
        "</svg>",
    ]
    return "".join(parts)


def _side_by_side(at: float, count: int) -> list[float]:
    """Where the ticks of one day stand: from the day to the right, but none beyond the plot."""
    apart = min(3.2, (_WIDTH - _LEFT - _RIGHT) / count)
    start = min(at, _WIDTH - _RIGHT - apart * (count - 1))
    return [start + apart * n for n in range(count)]


def _side_label(sign: str, sides: Sequence[SideLook], at: float) -> str:
    """Whose claims stand there: every side's name in its colour."""
    names = " / ".join(f'<tspan fill="{s.color}">{escape(the(s.name))}</tspan>' for s in sides)
    return f'<text class="side" x="{_LEFT}" y="{at}">{sign} claims for {names}</text>'


def _grid_line(p: float, at: float) -> str:
    half = " half" if p == 0.5 else ""
    return (
        f'<line class="grid{half}" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>'
        f'<text class="tick" x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{p:.0%}</text>'
    )


def _tick(claim: ClaimLine, at: float, *, above: bool, color: str, foot: float) -> str:
    tall = 6 + 4 * min(abs(claim.weight or 0.0), 4.0)
    y1, y2 = (_TOP - 4, _TOP - 4 - tall) if above else (foot + 4, foot + 4 + tall)
    title = escape(f"{claim.reported_on}: {claim.claimant}: {claim.what}")
    faint = "" if claim.counted else ' opacity="0.35"'
    return (
        f'<a href="#claim-{escape(claim.claim_id)}"><line class="claim" x1="{at:.1f}" x2="{at:.1f}" y1="{y1:.1f}" '
        f'y2="{y2:.1f}" stroke="{color}"{faint}><title>{title}</title></line></a>'
    )


def compass_svg(supply: SupplyLine, color: str) -> str:
    """A compass rose: each petal as long as the probability that supplies come from there."""
    said = "; ".join(f"{point} {percent(p)}" for point, p in supply.bearings.items())
    title = escape(f"Where supplies come from: {said}")
    parts = [
        f'<svg class="rose" viewBox="-60 -60 120 120" role="img" aria-label="{title}">',
        '<circle class="ring" r="40"/><circle class="ring" r="20"/>',
    ]
    for n, point in enumerate(COMPASS):
        angle = math.radians(45 * n)
        ex, ey = math.sin(angle), -math.cos(angle)
        if point in supply.bearings:
            p = supply.bearings[point]
            px, py = -ey, ex
            tip = 40 * p
            petal = f"0,0 {tip * 0.5 * ex + 6 * px:.1f},{tip * 0.5 * ey + 6 * py:.1f} {tip * ex:.1f},{tip * ey:.1f} "
            petal += f"{tip * 0.5 * ex - 6 * px:.1f},{tip * 0.5 * ey - 6 * py:.1f}"
            parts.append(
                f'<line class="road" x1="0" y1="0" x2="{40 * ex:.1f}" y2="{40 * ey:.1f}"/>'
                f'<polygon points="{petal}" fill="{color}"><title>{point}: {escape(percent(p))}</title></polygon>'
            )
        if n % 2 == 0:
            parts.append(
                f'<text x="{51 * ex:.1f}" y="{51 * ey + 4:.1f}" text-anchor="middle">{point[0].upper()}</text>'
            )
    parts.append("</svg>")
    return "".join(parts)


def interval_svg(value: tuple[float, float, float] | None, of: int | None = None) -> str:
    """A share from 0 to 1 as a dot on its interval, without which it stands if it is of few; empty if there is none."""
    if value is None:
        return ""
    mean = value[0]
    found = share_ends(value, of)
    said = f"{percent(mean)}, {found[0]}% to {found[1]}%" if found else percent(mean)
    low, high = (end / 100 for end in found) if found else (mean, mean)
    return (
        f'<svg class="interval" viewBox="0 0 104 12" role="img" aria-label="{escape(said)}">'
        f'<line class="axis" x1="2" x2="102" y1="6" y2="6"/>'
        f'<line class="range" x1="{2 + 100 * low:.1f}" x2="{2 + 100 * high:.1f}" y1="6" y2="6"/>'
        f'<circle cx="{2 + 100 * mean:.1f}" cy="6" r="3.4"/></svg>'
    )


def record_cells(record: RecordLine) -> str:
    """The shares of a record and its days late, as cells of a table; intervals only where they are of enough."""

    def cell(value: tuple[float, float, float] | None, of: int, said: str = "") -> str:
        return f"<td>{interval_svg(value, of)}{said}</td>" if value is not None and of else "<td></td>"

    shares = ((record.gains, record.announced), (record.against, record.admitted), (record.denials, record.lost))
    cells = cell(record.overall, record.assertions)
    cells += "".join(cell(value, of, f' <span class="quiet">of {of}</span>') for value, of in shares)
    late = ""
    if record.late_days is not None and record.timed:
        found = ends(record.late_days, record.timed)
        late = f"{record.late_days[0]:.0f}" + (
            f' <span class="quiet">({found[0]} to {found[1]})</span>' if found else ""
        )
    return f"{cells}<td>{late}</td>"
