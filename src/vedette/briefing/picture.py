"""The map as a picture that can stand alone: what it shows, as of when, from what, how far to trust it."""

from __future__ import annotations

from textwrap import wrap

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg

from vedette.briefing.content import Briefing
from vedette.briefing.map import (
    WIDE,
    Sheet,
    map_figure,
    paint_labels,
    paint_places,
    png_bytes,
)
from vedette.briefing.palette import INK, QUIET, STYLE
from vedette.briefing.sentences import day, delay_sentence, expected_wrong, holder_sentence
from vedette.briefing.territory import nearest_places, paint_territory
from vedette.briefing.words import counted

__all__ = ["picture_png"]

DPI = 180
"""Nine inches across: wide enough for a screen of 1,620 pixels and half a page of newsprint."""

LINE = 0.165
"""Inches from one line of small print to the next."""

CAVEAT = (
    "Not a line that anybody drew: probabilities from published claims, one point for each named place. A place that "
    "no claim speaks of is coloured by who held it before the war and what befell its neighbours; ground far from "
    "every place is bare. No positions of forces."
)


def picture_png(briefing: Briefing, attribution: str) -> bytes:
    """The picture with title, day, the first sentence of the briefing, legend, source, accuracy and caveat."""
    said = (
        holder_sentence(briefing.stories[0].name, briefing.stories[0].outlook, briefing.as_of)
        if briefing.stories
        else ""
    )
    above = wrap(said, 104)
    below: list[tuple[str, str]] = []
    for name, text in small_print(briefing, attribution):
        below += [(name if n == 0 else "", line) for n, line in enumerate(wrap(text, 148))]
    sheet = Sheet(head=0.6 + 0.2 * len(above), foot=0.72 + LINE * len(below), dpi=DPI)
    with mpl.rc_context(STYLE):
        figure, axes = map_figure(briefing.map, sheet)
        canvas = FigureCanvasAgg(figure)
        inches = figure.get_size_inches()[1]
        for n, line in enumerate(above):
            figure.text(0.02, 1 - (0.68 + 0.2 * n) / inches, line, color=INK, fontsize=9.5, va="center")
        for n, (name, line) in enumerate(below):
            y = (0.12 + LINE * (len(below) - 1 - n)) / inches
            figure.text(0.02, y, name, color=INK, fontsize=7, weight="bold", va="center")
            figure.text(0.105, y, line, color=QUIET, fontsize=7, va="center")
        paint_territory(axes, briefing.map, nearest_places(axes, briefing.map))
        paint_places(axes, briefing.map)
        canvas.draw()
        paint_labels(axes, briefing.map, WIDE)
        canvas.draw()
        return png_bytes(canvas)


def small_print(briefing: Briefing, attribution: str) -> list[tuple[str, str]]:
    """What a picture says under itself: source, accuracy, caveat, each with its heading."""
    claimants = len({claim.claimant for claim in briefing.claims})
    source = (
        f"{counted(len(briefing.claims), 'claim')} by {counted(claimants, 'claimant')} published by "
        f"{day(briefing.as_of)}, weighed by Vedette. {attribution}"
    )
    accuracy = f"{expected_wrong(briefing)} {briefing.warning}"
    caveat = f"{delay_sentence(briefing)} {CAVEAT}"
    return [("Source", source.strip()), ("Accuracy", accuracy.strip()), ("Caveat", caveat.strip())]
