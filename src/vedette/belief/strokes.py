"""Redrawn maps as decisions: neighbouring places that one map redraws alike on one day are one stroke of the pen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from vedette.belief._factored_kernels import Strokes, fill_last_shown
from vedette.claims import ControlMap
from vedette.ground import Neighbours

__all__ = ["firsts", "last_shown_before", "places_at_line", "strokes_of", "strokes_within", "unrolled"]


def unrolled(maps: Sequence[ControlMap], places: int, days: int) -> NDArray[np.int8]:
    """What each map shows of each place and day, (maps, P, T); -1 for nothing."""
    shown = np.full((len(maps), places, days), -1, dtype=np.int8)
    for m, source in enumerate(maps):
        columns = (column.tolist() for column in (source.place, source.state, source.first, source.last))
        for place, state, first, last in zip(*columns, strict=True):
            shown[m, place, first : last + 1] = state
    return shown


def last_shown_before(
    shown: NDArray[np.int8], source: NDArray[np.int64], place: NDArray[np.int64], day: NDArray[np.int64]
) -> NDArray[np.int8]:
    """What each map `source` last showed of each `place` before each `day`, all (N,); -1 for nothing."""
    out = np.empty(len(source), dtype=np.int8)
    fill_last_shown(shown, source, place, day, out)
    return out


def strokes_of(shown: NDArray[np.int8], neighbours: Neighbours) -> Strokes:
    """The strokes in maps (maps, P, T): connected places with the same map, day, state before and state after.

    The state before is the last that the map showed, however long ago. A place that it shows for the first time is not
    redrawn.
    """
    _, places, days = shown.shape
    source, place = np.nonzero((shown != shown[:, :, :1]).any(axis=2))  # few are ever shown otherwise
    now = shown[source, place]
    row, day = np.nonzero((now[:, 1:] != now[:, :-1]) & (now[:, 1:] >= 0))
    source, place, day = source[row], place[row], day + 1
    was, now = last_shown_before(shown, source, place, day), shown[source, place, day]
    redrawn = (was >= 0) & (was != now)
    source, place, day = source[redrawn], place[redrawn], day[redrawn]
    was, now = was[redrawn].astype(np.int64), now[redrawn].astype(np.int64)
    width = int(shown.max(initial=0)) + 1
    like = ((day * len(shown) + source) * width + was) * width + now
    order = np.lexsort((place, like))
    source, place, day, now, like = source[order], place[order], day[order], now[order], like[order]
    key = like * places + place  # ascending
    degree = np.diff(neighbours.start)[place]
    origin = np.repeat(np.arange(len(place)), degree)
    offset = np.arange(len(origin)) - np.repeat(np.cumsum(degree) - degree, degree)
    beside = neighbours.index[neighbours.start[place][origin] + offset]
    wanted = like[origin] * places + beside
    spot = np.minimum(np.searchsorted(key, wanted), max(len(key) - 1, 0))
    joined = key[spot] == wanted if len(key) else np.zeros(0, dtype=bool)
    graph = coo_array((np.ones(int(joined.sum())), (origin[joined], spot[joined])), shape=(len(place), len(place)))
    _, stroke = connected_components(graph, directed=False) if len(place) else (0, np.zeros(0, dtype=np.int64))
    return _laid_out(place, day, now, source, stroke.astype(np.int64), places, 0, days)


def strokes_within(strokes: Strokes, places: NDArray[np.int64], count: int, origin: int, until: int) -> Strokes:
    """The strokes at some of `count` places, which are numbered anew, on the days `origin` + 1 .. `until` - 1."""
    number = np.full(count, -1, dtype=np.int64)
    number[places] = np.arange(len(places))
    stroke = np.repeat(np.arange(len(strokes.source)), np.diff(strokes.begin))
    kept = (number[strokes.place] >= 0) & (strokes.day > origin) & (strokes.day < until)
    return _laid_out(
        number[strokes.place[kept]],
        strokes.day[kept],
        strokes.now[kept],
        strokes.source[stroke[kept]],
        stroke[kept],
        len(places),
        origin,
        until,
    )


def _laid_out(
    place: NDArray[np.int64],
    day: NDArray[np.int64],
    now: NDArray[np.int64],
    source: NDArray[np.int64],
    stroke: NDArray[np.int64],
    places: int,
    origin: int,
    until: int,
) -> Strokes:
    order = np.lexsort((place, stroke, day))
    place, day, now, source, stroke = (x[order] for x in (place, day, now, source, stroke))
    leads = np.flatnonzero(np.diff(stroke, prepend=-1) != 0)
    size = np.diff(np.append(leads, len(place)))
    by_place = np.lexsort((np.arange(len(place)), day, place))
    return Strokes(
        place=place,
        day=day,
        now=now,
        share=np.repeat(1.0 / size, size),
        source=source[leads],
        begin=np.append(leads, len(place)).astype(np.int64),
        of_day=np.searchsorted(day[leads], np.arange(origin, until + 1)).astype(np.int64),
        by_place=by_place.astype(np.int64),
        of_place=np.searchsorted(place[by_place], np.arange(places + 1)).astype(np.int64),
    )


def places_at_line(shown: NDArray[np.int8], neighbours: Neighbours) -> NDArray[np.int64]:
    """How many places each map shows next to one that it shows otherwise, (maps, T): where its line may slip."""
    maps, places, days = shown.shape
    out = np.zeros((maps, days), dtype=np.int64)
    pairs = neighbours.pairs
    for m in range(maps):
        at_line = np.zeros((places, days), dtype=bool)
        for block in np.array_split(pairs, max(len(pairs) // 4096, 1)):
            one, other = shown[m, block[:, 0]], shown[m, block[:, 1]]
            pair, day = np.nonzero((one != other) & (one >= 0) & (other >= 0))
            at_line[block[pair, 0], day] = True
            at_line[block[pair, 1], day] = True
        out[m] = at_line.sum(axis=0)
    return out


def firsts(maps: Sequence[ControlMap], start: NDArray[np.int8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places and days on which a map begins to show a place otherwise than it was at the start."""
    found = [np.empty((0, 2), dtype=np.int64)]
    for source in maps:
        leads = np.ones(len(source.place), dtype=bool)
        leads[1:] = (source.place[1:] != source.place[:-1]) | (source.first[1:] > source.last[:-1] + 1)
        leads &= source.state != start[source.place]
        found.append(np.column_stack([source.place[leads], source.first[leads]]).astype(np.int64))
    rows = np.unique(np.concatenate(found), axis=0)
    return rows[:, 0], rows[:, 1]
