"""What the legend says and the symbols it explains, the same on page, picture and document."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["CONTESTED_WORDS", "FRONT_WORDS", "HATCH", "MARKER", "signs_of", "symbols_of"]

CONTESTED_WORDS = "contested, 1 in 3 or more"
FRONT_WORDS = "front: the wider and fainter, the less sure"

MARKER = {"height": "^", "peak": "^", "pass": "v", "bridge": "s"}
"""How kinds of places are drawn that are not round, by the letters of matplotlib."""
_SIGNS = {"^": "▲", "v": "▼", "s": "■"}
_NAMES = {"^": "height", "v": "pass", "s": "bridge"}

HATCH = (
    '<pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="4" height="4" fill="#f6f3ec"/>'
    '<line x1="0" y1="0" x2="0" y2="4" stroke="#26242b" stroke-width="3.4"/></pattern>'
)
"""Ink on paper, as wide as each other: a dot of ten pixels shows three stripes."""


def symbols_of(kinds: Iterable[str]) -> list[tuple[str, str]]:
    """The signs of places that are not round, of those among some kinds, and what each means.

    >>> symbols_of(["town", "pass", "peak"])
    [('▲', 'height'), ('▼', 'pass')]
    """
    return signs_of(MARKER[kind] for kind in kinds if kind in MARKER)


def signs_of(shapes: Iterable[str]) -> list[tuple[str, str]]:
    """The same of shapes, by the letters of matplotlib."""
    found = set(shapes)
    return [(_SIGNS[shape], _NAMES[shape]) for shape in _SIGNS if shape in found]
