"""The paragraphs of a text, with where each begins."""

from __future__ import annotations

import re

from vedette.reports.parser import LONGEST

__all__ = ["paragraphs"]


_GAP = re.compile(r"\n[ \t\r]*\n+|\n(?=[ \t]*(?:[-*•–·]|\d+[.)])\s)|(?<=[.!?:”\"’])[ \t]*\n")


_WHITE = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u3000]")


_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def paragraphs(text: str) -> list[tuple[int, str]]:
    """The paragraphs of a text with their offsets; line ends inside one are spaces, so lengths stay."""
    found, at = [], 0
    for gap in [*_GAP.finditer(text), None]:
        end = gap.start() if gap else len(text)
        part = text[at:end]
        left = len(part) - len(part.lstrip())
        stripped = part.strip()
        start, plain = at + left, _UNSEEN.sub(" ", _WHITE.sub(" ", stripped))
        while len(plain) > LONGEST:
            cut = plain.rfind(". ", 0, LONGEST) + 1 or plain.rfind(" ", 0, LONGEST) or LONGEST
            found.append((start, plain[:cut].replace("; ", ". ")))
            start, plain = start + cut, plain[cut:]
        if plain.strip():
            found.append((start, plain.replace("; ", ". ")))
        if gap:
            at = gap.end()
    return found
