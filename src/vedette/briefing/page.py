"""The page: one self-contained HTML file."""

from __future__ import annotations

from base64 import b64encode
from collections import defaultdict
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from vedette.briefing.charts import compass_svg, curve_svg, record_cells
from vedette.briefing.content import Briefing, ClaimLine
from vedette.briefing.legend import CONTESTED_WORDS, FRONT_WORDS, HATCH, signs_of, symbols_of
from vedette.briefing.map import MapMark, PageMap
from vedette.briefing.sentences import LIMITS, TEMPLATE_WORDS, odds_words
from vedette.briefing.words import counted, ends

__all__ = ["briefing_page", "environment", "style"]


def briefing_page(briefing: Briefing, page_map: PageMap, attribution: str) -> bytes:
    """The briefing as one HTML file that needs no network: styles, pictures and charts are in it.

    Text from claims is escaped, links may only be http(s), and a content security policy
    forbids scripts, so that nothing in a report can run.
    """
    by_place: dict[str, list[ClaimLine]] = defaultdict(list)
    for claim in briefing.claims:
        by_place[claim.place_id].append(claim)
    html = (
        environment()
        .get_template("briefing.html.j2")
        .render(
            b=briefing,
            style=style(),
            m=page_map,
            by_place=by_place,
            order=briefing.listed,
            attribution=attribution,
            limits=LIMITS,
        )
    )
    return html.encode("utf-8")


@cache
def environment() -> Environment:
    """Templates with the filters and words that pages share; everything is escaped unless it is marked."""
    env = Environment(
        loader=PackageLoader("vedette.briefing"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["b64"] = lambda data: b64encode(data).decode("ascii")
    env.filters["safe_url"] = _safe_url
    env.globals.update(
        TEMPLATE_WORDS,
        counted=counted,
        ends=ends,
        claim_card=_claim_card,
        mark=_mark,
        record_cells=lambda record: Markup(record_cells(record)),  # noqa: S704
        hatch=lambda: Markup(HATCH),  # noqa: S704 - our own
        contested_words=lambda: CONTESTED_WORDS,
        front_words=lambda: FRONT_WORDS,
        symbols=symbols_of,
        signs=signs_of,
        # Charts escape their own text; see `charts`.
        curve=lambda story: Markup(curve_svg(story)),  # noqa: S704
        rose=lambda line, color: Markup(compass_svg(line, color)),  # noqa: S704
    )
    return env


@cache
def style() -> Markup:
    """The style sheet of all pages."""
    source, _, _ = PackageLoader("vedette.briefing").get_source(Environment(autoescape=True), "briefing.css")
    return Markup(source)  # noqa: S704 - our own file


def _safe_url(url: str) -> str:
    """A link a reader may follow; anything but http and https becomes none."""
    return url if url.startswith(("https://", "http://")) else ""


def _mark(mark: MapMark) -> Markup:
    x, y, r = mark.x, mark.y, mark.radius
    if mark.shape in ("^", "v"):
        up = 1 if mark.shape == "^" else -1
        tip, base = y - up * 1.2 * r, y + up * 0.8 * r
        shape = f'<polygon points="{x},{tip:.1f} {x - r:.1f},{base:.1f} {x + r:.1f},{base:.1f}"'
    elif mark.shape == "s":
        shape = f'<rect x="{x - r:.1f}" y="{y - r:.1f}" width="{2 * r:.1f}" height="{2 * r:.1f}"'
    else:
        shape = f'<circle cx="{x}" cy="{y}" r="{r}"'
    width = 0.6 if r < 4 else 1.1
    drawn = f'{shape} class="mark" fill="{mark.fill}" stroke-width="{width}"/>'
    if mark.contested:
        drawn += f'{shape} fill="url(#hatch)" pointer-events="none"/>'
    return Markup(drawn)  # noqa: S704 - numbers and colours of our own


def _claim_card(claim: ClaimLine) -> Markup:
    said = odds_words(claim)
    title = "What the claim does to the odds of what it says, all else equal"
    odds = f'<span class="odds">{said}</span>' if said else ""
    if said.startswith(("×", "÷")):
        odds = f'<span class="odds" title="{title}">odds {said}</span>'
    tags = ' <span class="tag">against interest</span>' if claim.against_interest else ""
    via = f", via {escape(claim.relayed_by)}" if claim.relayed_by else ""
    return Markup(  # noqa: S704 - every piece of text is escaped
        f'<li class="{"" if claim.counted else "repeat"}">{odds}<span class="who">{escape(claim.claimant)}</span> '
        f'<span class="meta">{escape(claim.claimant_side)}, {claim.reported_on}{via}</span>{tags}<br>'
        f"{escape(claim.what)}. {escape(claim.paraphrase)} "
        f'<a class="meta" href="#claim-{escape(claim.claim_id)}">{escape(claim.claim_id)}</a></li>'
    )
