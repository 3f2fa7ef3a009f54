"""The public scorecard: how right the probabilities, the sources, the maps and simple rules have been."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from vedette.briefing.charts import record_cells
from vedette.briefing.content import RecordLine, SideLook
from vedette.briefing.sentences import LATE, day, map_records_said
from vedette.briefing.words import counted, percent, the
from vedette.verification import Decomposition, OutsidersReport, Row, Scorecard

__all__ = [
    "PublicScorecard",
    "brier_svg",
    "kind_of",
    "outsiders_sentence",
    "reliability_svg",
    "score_sentence",
    "scorecard_page",
]

KINDS = {
    "ours": "Vedette",
    "rule": "Simple rules and methods of others",
    "side": "One side alone",
    "map": "One published map alone",
    "claimant": "One source alone",
}
"""What is compared, in the order of the page."""


@dataclass(frozen=True, eq=False)
class PublicScorecard:
    """A case's scores as of a day: scorecards by product, each source's record by the draws of the end.

    `outsiders` None: nobody's forecasts were looked at.
    """

    case: str
    title: str
    as_of: date
    sides: tuple[SideLook, ...]
    cards: Mapping[str, Sequence[Scorecard]]
    records: tuple[RecordLine, ...]
    outsiders: OutsidersReport | None
    warning: str
    notice: str
    run: Mapping[str, object]


def kind_of(method: str) -> str:
    """Which of `KINDS` a method is."""
    if method == "Vedette":
        return "ours"
    if method == "mean of maps":
        return "map"
    first = method.partition(" alone: ")
    return first[0] if first[1] else "rule"


def scorecard_page(card: PublicScorecard) -> bytes:
    """The scorecard as one HTML file that needs no network; like the briefing it runs no script."""
    return _environment().get_template("scorecard.html.j2").render(c=card, style=Markup(_style())).encode()  # noqa: S704 - our own file


def outsiders_sentence(found: OutsidersReport) -> str:
    """How other people's forecasts did, beside ours of the same days."""
    one = len(found.lines) == 1
    made = f"Others made {counted(len(found.lines), 'forecast')} that {'is' if one else 'are'} in the claims; "
    if not found.scored:
        return f"{made}none can be scored yet."
    theirs, ours = found.theirs[0], found.ours[0]
    said = "did better" if ours < theirs else "did worse" if ours > theirs else "did as well"
    return (
        f"{made}{found.scored} can be scored. Their mean Brier score is {theirs:.3f}; our own forecasts of the "
        f"same days, about the same places, have {ours:.3f} and {said}."
    )


def score_sentence(product: str, card: Scorecard) -> str:
    """How a product did on a selection, and how many of what it is compared with did better."""
    ours, *others = card.rows
    if math.isnan(ours.brier):
        return f"{product.capitalize()} has nothing to be scored on here."
    scored = [r for r in others if not math.isnan(r.brier)]
    better = sorted((r for r in scored if r.brier < ours.brier), key=lambda r: r.brier)
    said = (
        f"{product.capitalize()} has a Brier score of {ours.brier:.3f} "
        f"(90 % interval {ours.brier_low:.3f} to {ours.brier_high:.3f}) "
        f"over {counted(card.place_days, 'place-day')} at {counted(card.places, 'place')}. "
    )
    if not better:
        return f"{said}None of the {len(scored)} it is compared with did better."
    best = f"{better[0].method} ({better[0].brier:.3f})"
    return f"{said}Of the {len(scored)} it is compared with {len(better)} did better, {best} best of all."


def reliability_svg(found: Decomposition, sides: Sequence[SideLook]) -> str:
    """What was said against what happened, in bins of a tenth; each dot's area goes with its forecasts.

    Of two sides they are one a place-day, of more one a place-day and side: see `one_against_rest`.
    """
    size, left, top = 240, 46, 16
    most = max(found.count)

    def x(p: float) -> float:
        return left + p * size

    def y(p: float) -> float:
        return top + (1 - p) * size

    title = escape(f"Reliability: how often {_holder(sides)} held a place, by the probability given to that")
    view = f"0 0 {left + size + 14} {top + size + 46}"
    parts = [f'<svg class="reliability" viewBox="{view}" role="img" aria-label="{title}">']
    parts.extend(
        f'<line class="grid" x1="{x(0)}" x2="{x(1)}" y1="{y(p)}" y2="{y(p)}"/>'
        f'<text x="{x(0) - 6}" y="{y(p) + 4:.1f}" text-anchor="end">{p:.0%}</text>'
        f'<text x="{x(p):.1f}" y="{y(0) + 18:.1f}" text-anchor="middle">{p:.0%}</text>'
        for p in (0, 0.25, 0.5, 0.75, 1)
    )
    parts.append(f'<line class="right" x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}"/>')
    for said, was, count in zip(found.forecast, found.observed, found.count, strict=True):
        of = counted(count, "place-day" if len(sides) == 2 else "forecast")
        title = escape(f"said {percent(said)}, was {percent(was)}, in {of}")
        parts.append(
            f'<circle cx="{x(said):.1f}" cy="{y(was):.1f}" r="{2.5 + 9 * math.sqrt(count / most):.1f}">'
            f"<title>{title}</title></circle>"
        )
    parts.append(f'<text x="{x(0.5):.1f}" y="{y(0) + 38:.1f}" text-anchor="middle">probability given</text></svg>')
    return "".join(parts)


def _holder(sides: Sequence[SideLook]) -> str:
    """Whose holding a place is forecast: the first side's of two, any side's of more."""
    return the(sides[0].name) if len(sides) == 2 else "a side"


def brier_svg(rows: Sequence[Row]) -> str:
    """Brier scores with their intervals, best first within each kind."""
    left, width, line = 330, 350, 19
    scored = [r for r in rows if not math.isnan(r.brier)]
    groups = [(name, [r for r in scored if kind_of(r.method) == kind]) for kind, name in KINDS.items()]
    groups = [(name, sorted(found, key=lambda r: (r.brier, r.method))) for name, found in groups if found]
    worst = max((r.brier_high for r in scored if not math.isnan(r.brier_high)), default=0.0)
    end = next((round_one for round_one in (0.1, 0.25, 0.5) if worst <= round_one), 1.0)
    height = 34 + sum(line * (len(found) + 1.2) for _, found in groups)

    def x(score: float) -> float:
        return left + width * min(score, end) / end

    title = "Brier scores with 90 % intervals; the table below has the numbers"
    view = f"0 0 {left + width + 60} {height:.0f}"
    parts = [f'<svg class="brier" viewBox="{view}" role="img" aria-label="{title}">']
    for n in range(6):
        at = end * n / 5
        parts.append(
            f'<line class="grid" x1="{x(at):.1f}" x2="{x(at):.1f}" y1="20" y2="{height - 4:.0f}"/>'
            f'<text x="{x(at):.1f}" y="12" text-anchor="middle">{at:.2f}</text>'
        )
    y = 34.0
    for name, found in groups:
        parts.append(f'<text class="group" x="0" y="{y + 4:.1f}">{escape(name)}</text>')
        y += line
        for row in found:
            shown = row.method.partition(" alone: ")[2] or row.method
            shown = shown if len(shown) <= 46 else shown[:45] + "…"
            ours = ' class="ours"' if kind_of(row.method) == "ours" else ""
            low, high = x(row.brier_low), x(row.brier_high)
            parts.append(
                f'<g{ours}><text x="{left - 10}" y="{y + 4:.1f}" text-anchor="end">{escape(shown)}</text>'
                f'<line class="range" x1="{low:.1f}" x2="{high:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
                f'<circle cx="{x(row.brier):.1f}" cy="{y:.1f}" r="4"/>'
                f'<text x="{x(end) + 10:.1f}" y="{y + 4:.1f}">{row.brier:.3f}</text></g>'
            )
            y += line
        y += 0.2 * line
    return "".join([*parts, "</svg>"])


@cache
def _environment() -> Environment:
    env = Environment(
        loader=PackageLoader("vedette.briefing"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(
        day=day,
        counted=counted,
        said=score_sentence,
        said_of_others=outsiders_sentence,
        percent=percent,
        figure=lambda value, form: "–" if math.isnan(value) else f"{value:{form}}",
        holder=_holder,
        reliability=lambda found, sides: Markup(reliability_svg(found, sides)),  # noqa: S704 - it escapes its own text
        brier=lambda rows: Markup(brier_svg(rows)),  # noqa: S704
        record_cells=lambda record: Markup(record_cells(record)),  # noqa: S704 - numbers
        late_explained=LATE,
        maps_said=map_records_said,
    )
    return env


@cache
def _style() -> str:
    source, _, _ = PackageLoader("vedette.briefing").get_source(Environment(autoescape=True), "briefing.css")
    return source
