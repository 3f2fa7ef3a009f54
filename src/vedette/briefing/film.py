"""The map day by day, as the pictures of a film."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from textwrap import shorten, wrap

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from numpy.typing import NDArray

from vedette.briefing.content import MapContent
from vedette.briefing.map import (
    Labelling,
    Sheet,
    map_figure,
    paint_labels,
    paint_places,
)
from vedette.briefing.palette import INK, QUIET, STYLE
from vedette.briefing.sentences import day
from vedette.briefing.territory import nearest_places, paint_territory

__all__ = ["FRAMES_A_SECOND", "Film", "FilmDay", "film_frames", "film_length", "film_size"]

FRAMES_A_SECOND = 12
FADE, HOLD, LAST = 6, 14, 36
"""Frames from day to day, on a day, and more of them on the last: 1.7 seconds a day, time to read a caption."""

MOST_PIXELS = (1080, 1440)
"""Width and height at most: what phones and players of a newsroom take."""

HEAD, FOOT = 0.92, 1.9
CAPTIONS = 2
_LABELS = Labelling(24, 8.5, (0.09, 0.034))


@dataclass(frozen=True, eq=False)
class FilmDay:
    """One day of a film.

    `probability` (P, S), `front` (E,), and `captions`: what changed since the day before.
    """

    day: date
    probability: NDArray[np.float64]
    front: NDArray[np.float64]
    captions: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Film:
    """A film: its `ground`, to which each day brings probabilities and front, how days are `known`, small print."""

    ground: MapContent
    days: Sequence[FilmDay]
    known: str
    note: str


def film_size(film: Film) -> tuple[int, int]:
    """Width and height in pixels, both even as video wants them."""
    with mpl.rc_context(STYLE):
        figure, _ = map_figure(film.ground, Sheet(HEAD, FOOT, dpi=10))
    inches = figure.get_size_inches()
    dpi = min(MOST_PIXELS[0] / inches[0], MOST_PIXELS[1] / inches[1])
    return int(inches[0] * dpi) // 2 * 2, int(inches[1] * dpi) // 2 * 2


def film_length(film: Film) -> int:
    """How many frames it has."""
    return len(film.days) * (HOLD + FADE) - FADE + LAST


def film_frames(film: Film) -> Iterator[NDArray[np.uint8]]:
    """The frames (height, width, 3) in order: each day fades in and holds."""
    before: NDArray[np.uint8] | None = None
    for picture in _pictures(film):
        if before is not None:
            for n in range(1, FADE + 1):
                share = n / (FADE + 1)
                yield np.round(before * (1 - share) + picture * share).astype(np.uint8)
        for _ in range(HOLD):
            yield picture
        before = picture
    assert before is not None, "a film has a day at least"
    for _ in range(LAST):
        yield before


def _pictures(film: Film) -> Iterator[NDArray[np.uint8]]:
    """One picture a day; what no day changes is drawn once."""
    width, height = film_size(film)
    content = film.ground
    with mpl.rc_context(STYLE):
        figure, axes = map_figure(content, Sheet(HEAD, FOOT, dpi=10, told=film.known))
        inches = figure.get_size_inches()
        # A hundredth of a dot more, or rounding takes one away.
        figure.set_dpi(min((width + 0.01) / inches[0], (height + 0.01) / inches[1]))
        figure.set_size_inches((width + 0.01) / figure.dpi, (height + 0.01) / figure.dpi)
        canvas = FigureCanvasAgg(figure)
        inches = figure.get_size_inches()[1]
        bar = figure.add_axes((0.03, (FOOT - 0.72) / inches, 0.94, 0.1 / inches))
        bar.axis("off")
        bar.set_xlim(0, 1)
        bar.set_ylim(0, 1)
        bar.fill_between([0, 1], 0.4, 0.6, color=QUIET, alpha=0.35, linewidth=0)
        for n, line in enumerate(wrap(film.note, 130)):
            figure.text(0.03, (0.45 - 0.15 * n) / inches, line, color=QUIET, fontsize=7, va="center")
        cells = nearest_places(axes, content)
        canvas.draw()
        paint_labels(axes, content, _LABELS)
        standing = [*axes.lines, *axes.texts]
        for artist in standing:
            artist.set_visible(False)
        canvas.draw()
        ground = canvas.copy_from_bbox(figure.bbox)
        for artist in standing:
            artist.set_visible(True)
        for n, shown in enumerate(film.days):
            there = set(axes.get_children())
            today = replace(content, probability=shown.probability, front=shown.front)
            paint_territory(axes, today, cells)
            paint_places(axes, today)
            fresh = [artist for artist in axes.get_children() if artist not in there]
            canvas.restore_region(ground)
            for artist in sorted((*fresh, *standing), key=lambda a: a.get_zorder()):
                axes.draw_artist(artist)
            texts = [
                figure.text(
                    0.98,
                    1 - 0.68 / inches,
                    day(shown.day),
                    color=INK,
                    fontsize=19,
                    weight="bold",
                    ha="right",
                    va="center",
                ),
                *(
                    figure.text(
                        0.03,
                        (0.92 - 0.19 * k) / inches,
                        shorten(line, 100, placeholder=" …"),
                        color=INK,
                        fontsize=9.5,
                        va="center",
                    )
                    for k, line in enumerate(shown.captions[:CAPTIONS])
                ),
            ]
            so_far = bar.fill_between([0, (n + 1) / len(film.days)], 0.25, 0.75, color=INK, linewidth=0)
            for artist in (*texts, so_far):
                figure.draw_artist(artist)
            yield np.array(canvas.buffer_rgba())[:height, :width, :3]
            for artist in (*fresh, *texts, so_far):
                artist.remove()
