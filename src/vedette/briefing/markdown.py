"""The briefing for editors: Markdown, to be cut and pasted."""

from __future__ import annotations

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from vedette.briefing.content import Briefing, ClaimLine
from vedette.briefing.picture import small_print
from vedette.briefing.sentences import LIMITS, TEMPLATE_WORDS, odds_words
from vedette.briefing.words import counted, share_words

__all__ = ["briefing_markdown"]


def briefing_markdown(briefing: Briefing, attribution: str) -> bytes:
    """Sentences with links to their claims, and tables; every text from a claim is escaped."""
    said = (
        _environment()
        .get_template("briefing.md.j2")
        .render(b=briefing, order=briefing.listed, small=small_print(briefing, attribution), limits=LIMITS)
    )
    return (re.sub(r"\n{3,}", "\n\n", said).strip() + "\n").encode("utf-8")


class _Written(str):
    """Markdown of our own, to be left as it is."""

    __slots__ = ()


@cache
def _environment() -> Environment:
    env = Environment(  # noqa: S701 - `finalize` escapes for Markdown whatever a template prints
        loader=PackageLoader("vedette.briefing"),
        undefined=StrictUndefined,
        finalize=lambda value: value if isinstance(value, _Written) else _escaped(str(value)),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(
        TEMPLATE_WORDS,
        cite=lambda claim: _Written(f"[{_escaped(claim.claim_id)}](#claim-{_anchor(claim)})"),
        anchor=lambda claim: _Written(f'<a id="claim-{_anchor(claim)}"></a>'),
        source=_source,
        odds=odds_words,
        share=share_words,
        counted=counted,
        ruled=lambda columns: _Written("|---" * columns + "|"),
    )
    return env


_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!])")


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is: on one line, no markup, no HTML."""
    return (
        _SPECIAL.sub(r"\\\1", " ".join(text.split()).replace("&", "&amp;"))
        .replace("\\<", "&lt;")
        .replace("\\>", "&gt;")
    )


def _anchor(claim: ClaimLine) -> str:
    return re.sub(r"[^\w.-]", "-", claim.claim_id)


def _source(claim: ClaimLine) -> _Written:
    if not re.fullmatch(r"https?://[^\s<>\"\\|]+", claim.source_url):
        return _Written("")
    return _Written(f"[source](<{claim.source_url}>)")
