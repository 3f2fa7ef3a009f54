"""Why a place matters on the day itself: what its loss would do to roads and supplies before anything else moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.situation import CUT, UNDER_FIRE, DaySituation, Theatre

__all__ = ["CutOff", "Reasons", "RoadAtRisk", "View", "reasons"]

LEAST = 0.02
"""What its loss makes no likelier than this is left out."""


@dataclass(frozen=True, slots=True)
class RoadAtRisk:
    """A road of the holder's: P(cut) and P(under fire), with the place held and with it lost."""

    route: int
    cut: tuple[float, float]
    fire: tuple[float, float]


@dataclass(frozen=True, slots=True)
class CutOff:
    """Another of the holder's places: P(no supplies reach it), with the place held and with it lost."""

    place: int
    isolated: tuple[float, float]


@dataclass(frozen=True, slots=True)
class View:
    """Ground that goes with the place, numbered as observers are in `situation.Watch`.

    `km` of the holder's roads and `places` of the holder's that it sees, on average.
    """

    observer: int
    km: float
    places: float


@dataclass(frozen=True, slots=True)
class Reasons:
    """What the loss of a place would do that day, in the draws in which its side keeps it.

    `roads`, `cut_off`: most moved first; `views`: widest first. `places`, `people`: how many more no supplies would
    reach, mean and 90 % interval over the draws; people that nobody counted are left out.
    """

    roads: tuple[RoadAtRisk, ...]
    cut_off: tuple[CutOff, ...]
    views: tuple[View, ...]
    places: tuple[float, float, float]
    people: tuple[float, float, float]


def reasons(
    theatre: Theatre, control: NDArray[np.int8], luck: NDArray[np.float32], day: int, place: int, side: int, taker: int
) -> Reasons:
    """Compare the draws `control` (M, P) of a day with the same ones in which `taker` holds the place.

    Roads have the same `luck` in both; nothing else changes hands.
    """
    kept = control[:, place] != taker
    if not kept.any():
        return Reasons((), (), (), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    control, luck = control[kept], luck[kept]
    gone = control.copy()
    gone[:, place] = taker
    held, lost = theatre.day(control, side, day, luck), theatre.day(gone, side, day, luck)
    newly = lost.isolated & ~held.isolated
    newly[:, place] = False
    people = np.where(np.isnan(theatre.places.population), 0.0, theatre.places.population)
    return Reasons(
        _roads(held, lost),
        _cut_off(held, lost, place),
        _views(theatre, control, side, place),
        _spread(newly.sum(axis=1)),
        _spread(newly @ people),
    )


def _roads(held: DaySituation, lost: DaySituation) -> tuple[RoadAtRisk, ...]:
    cut = np.stack([(s.routes == CUT).mean(axis=0) for s in (held, lost)], axis=1)
    fire = np.stack([(s.routes == UNDER_FIRE).mean(axis=0) for s in (held, lost)], axis=1)
    harm = (cut[:, 1] - cut[:, 0]) + 0.5 * (fire[:, 1] - fire[:, 0])
    order = [r for r in np.argsort(-harm, kind="stable").tolist() if harm[r] >= LEAST]
    return tuple(
        RoadAtRisk(r, (float(cut[r, 0]), float(cut[r, 1])), (float(fire[r, 0]), float(fire[r, 1]))) for r in order
    )


def _cut_off(held: DaySituation, lost: DaySituation, place: int) -> tuple[CutOff, ...]:
    before, after = held.isolated.mean(axis=0), lost.isolated.mean(axis=0)
    more = after - before
    more[place] = 0.0
    order = [i for i in np.argsort(-more, kind="stable").tolist() if more[i] >= LEAST]
    return tuple(CutOff(i, (float(before[i]), float(after[i]))) for i in order)


def _views(theatre: Theatre, control: NDArray[np.int8], side: int, place: int) -> tuple[View, ...]:
    watch = theatre.watch
    observers = np.flatnonzero(watch.owner == place)
    mine = (control == side).mean(axis=0)
    of_stretch = np.repeat(np.arange(len(watch.start) - 1), np.diff(watch.start))
    ends = theatre.routes.ends
    own_road = (mine[ends[:, 0]] * mine[ends[:, 1]])[of_stretch] * watch.km
    own_place = mine.copy()
    own_place[place] = 0.0
    roads = _seen(watch.sight.start, watch.sight.observer, watch.sight.bits, watch.sight.realisations, own_road)
    places = _seen(watch.places.start, watch.places.observer, watch.places.bits, watch.places.realisations, own_place)
    found = [View(int(o), roads.get(int(o), 0.0), places.get(int(o), 0.0)) for o in observers]
    found = [v for v in found if v.km > 0 or v.places > 0]
    return tuple(sorted(found, key=lambda v: (-v.km, -v.places, v.observer)))


def _seen(
    start: NDArray[np.int64],
    observer: NDArray[np.int64],
    bits: NDArray[np.uint64],
    realisations: int,
    worth: NDArray[np.float64],
) -> dict[int, float]:
    """How much of what is worth so much, target by target, each observer sees on average over the terrains."""
    target = np.repeat(np.arange(len(start) - 1), np.diff(start))
    share = np.bitwise_count(bits) / realisations
    total = np.bincount(observer, weights=share * worth[target])
    return dict(enumerate(total.tolist()))


def _spread(values: NDArray[np.generic]) -> tuple[float, float, float]:
    low, high = np.quantile(values, [0.05, 0.95]).tolist()
    return float(np.mean(values)), low, high
