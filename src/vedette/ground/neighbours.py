"""Which places can fall to one another: the Gabriel graph, joined with the roads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay, QhullError, cKDTree

from vedette.ground.geodesy import project_km
from vedette.ground.places import Places
from vedette.ground.routes import Routes

__all__ = ["Neighbours", "neighbours_of"]

MAX_ROUTE_KM = 25.0
"""A road makes neighbours of its ends up to this length: about a day's advance along it in open war."""

MAX_NEIGHBOURS = 12
"""The kernels tabulate hazards by neighbour count; a hub with more roads keeps its nearest twelve."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """A symmetric graph in compressed rows: the neighbours of place i are `index[start[i]:start[i + 1]]`, ascending.

    `rear` (P,): the side whose rear a place lies in, so that nobody next door can take it from that side, or -1.
    """

    start: NDArray[np.int32]
    index: NDArray[np.int32]
    km: NDArray[np.float64]
    rear: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.start) - 1

    def of(self, place: int) -> NDArray[np.int32]:
        """The neighbours of one place."""
        return self.index[self.start[place] : self.start[place + 1]]

    @property
    def pairs(self) -> NDArray[np.int32]:
        """Every edge once, lower place first, shape (E, 2)."""
        origin = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.start))
        keep = origin < self.index
        return np.column_stack([origin[keep], self.index[keep]])


def neighbours_of(places: Places, routes: Routes | None = None) -> Neighbours:
    """The Gabriel graph of the places (Gabriel and Sokal 1969), plus roads up to `MAX_ROUTE_KM`; nobody has a rear.

    Two places are Gabriel neighbours when no third lies inside the circle that has
    them as its diameter: no parameter, about four neighbours each, and no place
    left out. Places at the same point are neighbours of each other and share the
    rest. Routes by proximity are this graph, and are taken for it. O(P log P).
    """
    xy = project_km(places.lat, places.lon)
    if routes is not None and routes.by_proximity:
        return _compress(routes.ends, xy)
    pairs = _gabriel(xy)
    if routes is not None:
        by_road = routes.ends[(routes.length_km <= MAX_ROUTE_KM) & (routes.ends[:, 0] != routes.ends[:, 1])]
        pairs = np.vstack([pairs, by_road])
    return _compress(np.sort(pairs, axis=1).astype(np.int32), xy)


def _gabriel(xy: NDArray[np.float64]) -> NDArray[np.int32]:
    spots, first, spot_of = np.unique(xy, axis=0, return_index=True, return_inverse=True)
    spot_of = spot_of.reshape(-1)
    # Namesakes at one point: tie each to the first of them, and the first to the world.
    twins = np.flatnonzero(first[spot_of] != np.arange(len(xy)))
    twin_pairs = np.column_stack([first[spot_of[twins]], twins]).astype(np.int32)
    edges = _delaunay_edges(spots)
    if len(edges) and len(spots) > 2:
        middle = (spots[edges[:, 0]] + spots[edges[:, 1]]) / 2
        radius = np.linalg.norm(spots[edges[:, 0]] - middle, axis=1)
        # The ends lie on the circle; a third place inside is nearer to the middle than they are.
        nearest, _ = cKDTree(spots).query(middle)
        edges = edges[nearest >= radius * (1 - 1e-9)]
    return np.vstack([first[edges].astype(np.int32), twin_pairs])


def _delaunay_edges(spots: NDArray[np.float64]) -> NDArray[np.int64]:
    if len(spots) < 2:
        return np.empty((0, 2), dtype=np.int64)
    if len(spots) < 4:
        return _edges_without_triangles(spots)
    try:
        faces = Delaunay(spots).simplices
    except QhullError:
        return _edges_without_triangles(spots)
    edges = np.vstack([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [0, 2]]])
    return np.unique(np.sort(edges, axis=1), axis=0)


def _edges_without_triangles(spots: NDArray[np.float64]) -> NDArray[np.int64]:
    """Of fewer than four points, or of points all on one line: every pair, or, of many, each with the next."""
    if len(spots) <= 64:
        a, b = np.triu_indices(len(spots), 1)
        return np.column_stack([a, b])
    along = np.lexsort((spots[:, 1], spots[:, 0]))
    return np.column_stack([along[:-1], along[1:]])


def _compress(pairs: NDArray[np.int32], xy: NDArray[np.float64]) -> Neighbours:
    pairs = np.unique(pairs, axis=0) if len(pairs) else pairs.reshape(0, 2)
    km = np.linalg.norm(xy[pairs[:, 0]] - xy[pairs[:, 1]], axis=1) if len(pairs) else np.empty(0)
    pairs, km = _thin(pairs, km, len(xy))
    origin = np.concatenate([pairs[:, 0], pairs[:, 1]])
    target = np.concatenate([pairs[:, 1], pairs[:, 0]])
    length = np.concatenate([km, km])
    order = np.lexsort((target, origin))
    start = np.zeros(len(xy) + 1, dtype=np.int32)
    np.cumsum(np.bincount(origin, minlength=len(xy)), out=start[1:])
    return Neighbours(start, target[order].astype(np.int32), length[order], np.full(len(xy), -1, dtype=np.int8))


def _thin(
    pairs: NDArray[np.int32], km: NDArray[np.float64], count: int
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Drop the longest edges of places with more than `MAX_NEIGHBOURS`, shortest kept first."""
    if len(pairs) == 0 or np.bincount(pairs.reshape(-1), minlength=count).max() <= MAX_NEIGHBOURS:
        return pairs, km
    degree = np.zeros(count, dtype=np.int64)
    keep = np.zeros(len(pairs), dtype=bool)
    for e in np.argsort(km, kind="stable"):
        a, b = pairs[e]
        if degree[a] < MAX_NEIGHBOURS and degree[b] < MAX_NEIGHBOURS:
            keep[e] = True
            degree[a] += 1
            degree[b] += 1
    return pairs[keep], km[keep]
