"""Colours and typographic settings of the map, beside those of the sides, which a case chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

__all__ = ["BORDER", "FRONT", "INK", "PAPER", "QUIET", "ROAD", "STYLE", "UNMOVED", "WATER"]

PAPER, INK, QUIET = "#f6f3ec", "#26242b", "#8b867c"
WATER, ROAD, BORDER, FRONT = "#c9d6de", "#b9ac97", "#8f8698", "#3a2f4d"
UNMOVED = "#d9d5cd"
"""A place that a scenario leaves as it is."""

STYLE: dict[RcKeyType, Any] = {
    "font.family": "DejaVu Sans",
    "svg.fonttype": "path",
    "svg.hashsalt": "vedette",
    "hatch.linewidth": 1.0,
    "path.simplify": True,
    "text.parse_math": False,  # a dollar sign in a name is one
}
