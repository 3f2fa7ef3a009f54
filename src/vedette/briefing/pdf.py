"""The briefing on paper: PDF, set by Typst."""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader
from PIL import Image

from vedette.briefing.charts import compass_svg, curve_svg
from vedette.briefing.content import Briefing, ClaimLine, PlaceStory
from vedette.briefing.picture import small_print
from vedette.briefing.sentences import (
    LIMITS,
    ODDS,
    OVER_DRAWS,
    arrival_sentence,
    change_sentence,
    day,
    days,
    delay_sentence,
    dispute_sentence,
    drift_sentence,
    holder_sentence,
    map_records_said,
    map_sentences,
    news_sentence,
    odds_words,
    open_sentence,
    rest_sentence,
    shift_sentence,
    supply_sentence,
    weight_words,
    without_sentences,
)
from vedette.briefing.words import counted, percent, share_words, the
from vedette.errors import BriefingError

if TYPE_CHECKING:
    import typst

__all__ = ["briefing_pdf", "document_pages"]

STORY_CLAIMS = 6
"""On paper a place shows so many claims a side, strongest first; the page and the table at the end have all."""

STORY_ROADS = 8
"""So many roads, as on the page."""

_CHART_STYLE = (
    "<style>text{font-family:'DejaVu Sans';font-size:12px;fill:#6d6873}.grid{stroke:#dcd7cc}"
    ".half{stroke:#6d6873;stroke-dasharray:2 3}.line{fill:none;stroke-width:2.4}"
    ".contested{stroke:#6d6873;stroke-width:1.4;stroke-dasharray:4 3}.claim{stroke-width:2.4}"
    ".ring{fill:none;stroke:#dcd7cc}.road{stroke:#dcd7cc;stroke-width:3}</style>"
)


def briefing_pdf(briefing: Briefing, map_png: bytes, attribution: str) -> bytes:
    """The briefing as PDF: A4, tagged for screen readers, the same bytes for the same content.

    Set with the fonts that come with Typst and matplotlib, none of the machine's. Texts reach the typesetter as
    data, so that nothing in a report is read as markup. A `BriefingError` if Typst is not installed.
    """
    found = _typesetter(briefing, map_png, attribution).compile(format="pdf", timestamp=0)
    assert isinstance(found, bytes), "a PDF is one file"
    return found


def document_pages(briefing: Briefing, map_png: bytes, attribution: str, dots_an_inch: float = 90) -> list[bytes]:
    """The pages of the document as PNG pictures."""
    found = _typesetter(briefing, map_png, attribution).compile(format="png", ppi=dots_an_inch)
    return [found] if isinstance(found, bytes) else list(found or [])


def _typesetter(briefing: Briefing, map_png: bytes, attribution: str) -> typst.Compiler:
    try:
        import typst
    except ImportError:
        raise BriefingError(
            "a PDF needs the typesetter Typst, which is not installed. Install it with "
            "`pip install 'vedette[pdf]'`, or leave pdf out of --format."
        ) from None
    import matplotlib as mpl

    fonts = typst.Fonts(include_system_fonts=False, font_paths=[Path(mpl.get_data_path()) / "fonts" / "ttf"])
    data = json.dumps(_data(briefing, map_png, attribution))
    return typst.Compiler(_template(), font_paths=fonts, sys_inputs={"data": data})


@cache
def _template() -> bytes:
    source, _, _ = PackageLoader("vedette.briefing").get_source(Environment(autoescape=True), "briefing.typ")
    return source.encode()


def _data(b: Briefing, map_png: bytes, attribution: str) -> dict[str, Any]:
    """All that the template sets, in words."""
    drawn = Image.open(BytesIO(map_png))
    return {
        "title": b.title,
        "as_of": day(b.as_of),
        "delay": delay_sentence(b),
        "standfirst": holder_sentence(b.stories[0].name, b.stories[0].outlook, b.as_of) if b.stories else "",
        "open": open_sentence([d.name for d in b.open_disputes[:6]]),
        "warning": b.warning,
        "map": _picture(drawn),
        "tall": drawn.height / drawn.width,
        "balance": [[name, f"{mean:.0f}", f"{low:.0f}–{high:.0f}"] for name, mean, low, high in b.balance],
        "places": len(b.map.ids),
        "over_draws": OVER_DRAWS,
        "odds": ODDS,
        "news": _news(b),
        "since": day(b.since),
        "changes": [change_sentence(c) for c in b.changes],
        "stories": [_story(story) for story in b.stories],
        "disputes": [
            {
                "name": d.name,
                "days": days(d.first, d.last),
                "said": dispute_sentence(d),
                "weights": [
                    [head, [[c.claim_id, f"{c.claimant}, {c.reported_on}"] for c in claims]]
                    for head, claims in weight_words(d)
                ],
                "camps": [
                    *(
                        [f"Held, taken or entered by {the(b.sides[k].name)}", _claims(c)]
                        for k, c in d.sides.items()
                        if c
                    ),
                    *([f"Denied of {the(b.sides[k].name)}", _claims(c)] for k, c in d.denials.items() if c),
                ],
            }
            for d in b.disputes[:12]
        ],
        "records_said": map_records_said(b.records),
        "records": [
            [
                r.claimant,
                r.camp,
                str(r.claims),
                str(r.assertions),
                share_words(r.overall, r.assertions),
                share_words(r.gains, r.announced),
                share_words(r.against, r.admitted),
            ]
            for r in b.records
        ],
        "limits": LIMITS,
        "small": small_print(b, attribution),
        "notice": b.notice,
        "run": " · ".join(f"{key} {value}" for key, value in b.run.items()),
        "states": [*(side.name for side in b.sides), "contested"],
        "control": [
            [b.map.names[i], *(percent(float(p)) for p in b.map.probability[i])]
            for i in sorted(range(len(b.map.names)), key=lambda i: b.map.names[i].casefold())
        ],
        "claims": [
            {
                **_claim(c),
                "about": c.day_text,
                "place": c.place,
                "url": c.source_url if c.source_url.startswith(("https://", "http://")) else "",
            }
            for c in b.claims
        ],
    }


def _news(b: Briefing) -> dict[str, Any] | None:
    news = b.news
    if news is None:
        return None
    return {
        "said": news_sentence(news, b.as_of),
        "drift": drift_sentence(news),
        "shifts": [
            {
                "said": shift_sentence(shift, b.as_of, news.eve),
                "rest": rest_sentence(shift),
                "arrivals": [
                    {**_claim(a.claim), "added": arrival_sentence(a, shift.figures[1]), "place": a.claim.place}
                    for a in shift.arrivals
                ],
            }
            for shift in news.shifts
        ],
    }


def _story(story: PlaceStory) -> dict[str, Any]:
    return {
        "name": story.name,
        "said": holder_sentence(story.name, story.outlook, story.as_of),
        "also": " · ".join(story.aliases[:8]),
        "curve": _drawing(curve_svg(story)),
        "columns": [
            [
                f"Claims for {the(side.name)}",
                _claims(story.favouring(k)[:STORY_CLAIMS]),
                len(story.favouring(k)) - STORY_CLAIMS,
            ]
            for k, side in enumerate(story.sides)
        ],
        "supply": [
            {
                "title": f"Supply of {story.name} by {the(story.sides[line.side].name)}",
                "said": supply_sentence(story, line),
                "rose": _drawing(compass_svg(line, story.sides[line.side].color))
                if line.roads and not line.is_source
                else "",
                "roads": [
                    [r.name, r.bearing, percent(r.probability), percent(r.under_fire), percent(r.cut)]
                    for r in line.roads[:STORY_ROADS]
                ],
                "more": f"{counted(more, 'more road')}, less likely to be used."
                if (more := len(line.roads) - STORY_ROADS) > 0
                else "",
            }
            for line in story.supply
            if line.not_lost >= 0.05 or len(story.supply) == 1
        ],
        "maps": map_sentences(story),
        "mind": without_sentences(story),
    }


def _claims(claims: tuple[ClaimLine, ...]) -> list[dict[str, Any]]:
    return [_claim(c) for c in claims]


def _claim(c: ClaimLine) -> dict[str, Any]:
    odds = odds_words(c)
    return {
        "id": c.claim_id,
        "who": c.claimant,
        "camp": c.claimant_side,
        "when": c.reported_on.isoformat(),
        "via": c.relayed_by,
        "what": c.what,
        "against": c.against_interest,
        "text": c.paraphrase,
        "odds": f"odds {odds}" if odds.startswith(("×", "÷")) else odds,
    }


def _drawing(svg: str) -> str:
    """A chart of the page as a drawing of its own."""
    head, _, rest = svg.partition(">")
    return f'{head} xmlns="http://www.w3.org/2000/svg">{_CHART_STYLE}{rest}'


def _picture(drawn: Image.Image) -> str:
    """A picture as a drawing, since only texts can be handed to the typesetter."""
    out = BytesIO()
    drawn.save(out, format="jpeg", quality=88)
    size = f'width="{drawn.width}" height="{drawn.height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawn.width} {drawn.height}"><image {size} '
        f'href="data:image/jpeg;base64,{b64encode(out.getvalue()).decode("ascii")}"/></svg>'
    )
