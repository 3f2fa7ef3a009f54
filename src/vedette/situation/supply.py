"""By which roads, and from which quarter of the compass, a place can still be supplied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.belief import Belief
from vedette.ground import COMPASS, Routes, bearing_degrees, compass_point
from vedette.situation._kernels import open_ends, supplied_places
from vedette.situation.network import Network, network_of

__all__ = ["OpenRoute", "Supply", "isolation", "supply_of"]


@dataclass(frozen=True, slots=True)
class OpenRoute:
    """One road into a place: the place at its other end, the compass point it comes from, how probably it is open."""

    route: int
    other_end: int
    bearing: str
    probability: float


@dataclass(frozen=True, slots=True)
class Supply:
    """How a side can supply a place on a day, given that the enemy does not hold it.

    `not_lost`: probability that the side holds the place or contests it; the rest is
    conditional on that, and NaN where no draw has it so. `isolated`: that no road is open,
    nor is the place a source in the side's own hands.
    `routes` are the roads into the place, likeliest first; `bearings` the probability, by
    compass point, that some road from there is open. "Open" means that the road's other
    end is held and can itself be reached from a source of supply without passing through
    the place; fire on the road is not counted.
    """

    place: int
    side: int
    day: int
    not_lost: float
    isolated: float
    routes: tuple[OpenRoute, ...]
    bearings: Mapping[str, float]
    is_source: bool


def supply_of(
    belief: Belief, routes: Routes, sources: Mapping[int, NDArray[np.int64]], place: int, side: int, day: int
) -> Supply:
    """The supply of one place by one side on one day; O(M (P + R)) for M draws."""
    places, contested = belief.evidence.places, belief.evidence.states - 1
    control = np.ascontiguousarray(belief.control[:, :, day])
    network = network_of(routes, len(places))
    into = [r for r in routes.at_place.get(place, ()) if routes.two_way[r] or int(routes.ends[r, 1]) == place]
    ends = np.array([routes.other_end(r, place) for r in into], dtype=np.int64)
    came = np.zeros((len(control), len(into)), dtype=bool)
    open_ends(network.out_start, network.out_target, sources[side], control, side, place, ends, came)
    kept = (control[:, place] == side) | (control[:, place] == contested)
    from_where = [
        compass_point(float(bearing_degrees(places.lat[place], places.lon[place], places.lat[e], places.lon[e])))
        for e in ends.tolist()
    ]
    share = came[kept].mean(axis=0) if kept.any() else np.full(len(into), np.nan)
    found = [
        OpenRoute(r, int(e), point, float(p)) for r, e, point, p in zip(into, ends, from_where, share, strict=True)
    ]
    bearings = {}
    for point in COMPASS:
        hit = np.array([point == p for p in from_where], dtype=bool)
        if hit.any():
            bearings[point] = float(came[kept][:, hit].any(axis=1).mean()) if kept.any() else float("nan")
    is_source = place in set(sources[side].tolist())
    supplied = came.any(axis=1) | (is_source & (control[:, place] == side))
    isolated = float((~supplied[kept]).mean()) if kept.any() else float("nan")
    return Supply(
        place=place,
        side=side,
        day=day,
        not_lost=float(kept.mean()),
        isolated=isolated,
        routes=tuple(sorted(found, key=lambda r: (-r.probability, r.route))),
        bearings=bearings,
        is_source=is_source,
    )


def isolation(
    belief: Belief, routes: Routes, sources: Mapping[int, NDArray[np.int64]], side: int, day: int
) -> NDArray[np.float64]:
    """P(no supplies of `side` reach the place | the enemy does not hold it), shape (P,); NaN where it always does."""
    contested = belief.evidence.states - 1
    control = np.ascontiguousarray(belief.control[:, :, day])
    network: Network = network_of(routes, control.shape[1])
    reached = np.zeros(control.shape, dtype=bool)
    supplied_places(
        network.out_start,
        network.out_target,
        network.in_start,
        network.in_target,
        sources[side],
        control,
        side,
        reached,
    )
    kept = (control == side) | (control == contested)
    out = np.full(control.shape[1], np.nan)
    some = kept.any(axis=0)
    out[some] = (kept & ~reached)[:, some].sum(axis=0) / kept[:, some].sum(axis=0)
    return out
