"""The roads as a network that supplies run over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vedette.ground import Places, Routes, Sides, project_km

__all__ = ["Network", "network_of", "supply_sources"]

REAR_SHARE = 0.25
"""Where a case names no supply sources: the quarter of a side's own places that lay farthest from all others before the
war."""


@dataclass(frozen=True, eq=False)
class Network:
    """Directed roads in compressed rows, out of each place and into it.

    E directed ends, each with the number of its route.
    """

    out_start: NDArray[np.int64]
    out_target: NDArray[np.int64]
    out_route: NDArray[np.int64]
    in_start: NDArray[np.int64]
    in_target: NDArray[np.int64]
    in_route: NDArray[np.int64]


def network_of(routes: Routes, places: int) -> Network:
    """Lay out the routes; a one-way route runs from its first end to its second."""
    a, b = routes.ends[:, 0].astype(np.int64), routes.ends[:, 1].astype(np.int64)
    both = routes.two_way
    origin, target = np.concatenate([a, b[both]]), np.concatenate([b, a[both]])
    route = np.concatenate([np.arange(len(a)), np.flatnonzero(both)])
    return Network(*_compress(origin, target, route, places), *_compress(target, origin, route, places))


def _compress(
    origin: NDArray[np.int64], target: NDArray[np.int64], route: NDArray[np.int64], places: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    order = np.lexsort((route, target, origin))
    start = np.zeros(places + 1, dtype=np.int64)
    np.cumsum(np.bincount(origin, minlength=places), out=start[1:])
    return start, target[order], route[order]


def supply_sources(places: Places, sides: Sides, named: Mapping[int, tuple[int, ...]]) -> dict[int, NDArray[np.int64]]:
    """The places from which each side is supplied: those the case names, else the rear of what it held before the war.

    The rear is the `REAR_SHARE` of its places farthest from any place that was not its own,
    at least one; empty for a side that held nothing.
    """
    xy = project_km(places.lat, places.lon)
    out: dict[int, NDArray[np.int64]] = {}
    for k in range(len(sides)):
        if named.get(k):
            out[k] = np.array(named[k], dtype=np.int64)
            continue
        own = np.flatnonzero(places.start == k)
        others = np.flatnonzero(places.start != k)
        if not len(own) or not len(others):
            out[k] = own.astype(np.int64)
            continue
        away, _ = cKDTree(xy[others]).query(xy[own])
        count = max(1, int(np.ceil(REAR_SHARE * len(own))))
        out[k] = np.sort(own[np.argsort(-away, kind="stable")[:count]]).astype(np.int64)
    return out
