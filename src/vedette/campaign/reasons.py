"""Why a place matters on the day itself: what its loss would do to roads and supplies before anything else moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.campaign.findings import interval
from vedette.situation import CUT, UNDER_FIRE, DaySituation, Theatre

__all__ = ["CutOff", "Reasons", "RoadAtRisk", "Toll", "View", "reasons"]

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

    `km` of the holder's roads that do not end in the place, and `places` of the holder's, that it sees, on average.
    """

    observer: int
    km: float
    places: float


@dataclass(frozen=True, slots=True)
class Toll:
    """How many places and people: mean, 5 %, 95 % over the draws."""

    places: tuple[float, float, float] = (0.0, 0.0, 0.0)
    people: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Reasons:
    """What the loss of a place would do that day, in the draws in which its side keeps it.

    `cut`: roads that would be cut; `exposed`: others that would come under fire; `cut_off`: places; most moved first.
    `views`: what is seen from its ground, widest first. `isolated`: how many more places, and people, no supplies
    would reach; `unsafe`: for how many more none by a road free of fire; mean and 90 % interval over the draws. People
    whom nobody counted are left out.
    """

    cut: tuple[RoadAtRisk, ...]
    exposed: tuple[RoadAtRisk, ...]
    cut_off: tuple[CutOff, ...]
    views: tuple[View, ...]
    isolated: Toll
    unsafe: Toll


def reasons(
    theatre: Theatre, control: NDArray[np.int8], luck: NDArray[np.float32], day: int, place: int, side: int, taker: int
) -> Reasons:
    """Compare the draws `control` (M, P) of a day with the same ones in which `taker` holds the place.

    Roads have the same `luck` in both; nothing else changes hands.
    """
    kept = control[:, place] != taker
    if not kept.any():
        return Reasons((), (), (), (), Toll(), Toll())
    control, luck = control[kept], luck[kept]
    gone = control.copy()
    gone[:, place] = taker
    held, lost = theatre.day(control, side, day, luck), theatre.day(gone, side, day, luck)
    people = np.where(np.isnan(theatre.places.population), 0.0, theatre.places.population)
    cut = np.stack([(s.routes == CUT).mean(axis=0) for s in (held, lost)], axis=1)
    fire = np.stack([(s.routes == UNDER_FIRE).mean(axis=0) for s in (held, lost)], axis=1)
    ends_there = (theatre.routes.ends == place).any(axis=1)
    return Reasons(
        _roads(cut, fire, (cut[:, 1] - cut[:, 0])),
        _roads(cut, fire, np.where(ends_there, 0.0, fire[:, 1] - fire[:, 0])),
        _cut_off(held, lost, place),
        _views(theatre, control, side, place),
        _toll(lost.isolated & ~held.isolated, place, people),
        _toll(lost.kept & held.safe & ~lost.safe, place, people),
    )


def _roads(cut: NDArray[np.float64], fire: NDArray[np.float64], harm: NDArray[np.float64]) -> tuple[RoadAtRisk, ...]:
    order = [r for r in np.argsort(-harm, kind="stable").tolist() if harm[r] >= LEAST]
    return tuple(
        RoadAtRisk(r, (float(cut[r, 0]), float(cut[r, 1])), (float(fire[r, 0]), float(fire[r, 1]))) for r in order
    )


def _toll(struck: NDArray[np.bool_], place: int, people: NDArray[np.float64]) -> Toll:
    others = struck.astype(np.float64)
    others[:, place] = 0.0
    return Toll(interval(others.sum(axis=1)), interval(others @ people))


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
    elsewhere = (ends != place).all(axis=1)
    own_road = (mine[ends[:, 0]] * mine[ends[:, 1]] * elsewhere)[of_stretch] * watch.km
    own_place = mine.copy()
    own_place[place] = 0.0
    roads = _seen(watch.sight.start, watch.sight.observer, watch.sight.bits, watch.sight.realisations, own_road)
    places = _seen(watch.places.start, watch.places.observer, watch.places.bits, watch.places.realisations, own_place)
    found = [View(int(o), roads.get(int(o), 0.0), places.get(int(o), 0.0)) for o in observers]
    found = [v for v in found if v.km > 0 or v.places > 0]
    return tuple(sorted(found, key=lambda v: (-v.km, -v.places, v.observer)))


def _seen(
    start: NDArray[np.int64],
    observer: NDArray[np.integer],
    bits: NDArray[np.uint64],
    realisations: int,
    worth: NDArray[np.float64],
) -> dict[int, float]:
    """How much of what is worth so much, target by target, each observer sees on average over the terrains."""
    target = np.repeat(np.arange(len(start) - 1), np.diff(start))
    share = np.bitwise_count(bits) / realisations
    total = np.bincount(observer, weights=share * worth[target])
    return dict(enumerate(total.tolist()))
