"""Where the front runs, and how sure that is: between neighbours that different sides hold, draw by draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Voronoi

from vedette.belief import Belief
from vedette.ground import Places, project_km, unproject_km

__all__ = ["Cells", "FrontLine", "FrontPair", "cells_of", "front_line", "front_pairs", "side_balance"]


@dataclass(frozen=True, eq=False)
class FrontPair:
    """Pairs of neighbouring places, (E, 2), and the probability (E,) that the front passes between them.

    It does where the two are not both in the hands of one side: a contested place lies in
    the front. From joint draws, since neighbours change hands together.
    """

    pairs: NDArray[np.int32]
    probability: NDArray[np.float64]


def front_pairs(belief: Belief, day: int) -> FrontPair:
    """The front on a day; O(M E) for M draws and E pairs of neighbours."""
    contested = belief.evidence.states - 1
    pairs = belief.evidence.neighbours.pairs
    today = np.ascontiguousarray(belief.on(day).T)  # (P, M)
    probability = np.empty(len(pairs))
    for e, (a, b) in enumerate(pairs.tolist()):
        probability[e] = np.mean((today[a] != today[b]) | (today[a] == contested))
    return FrontPair(pairs, probability)


def side_balance(belief: Belief, day: int, level: float = 0.9) -> NDArray[np.float64]:
    """Places in each state on a day: mean, low and high end of the central interval; shape (S, 3)."""
    states = belief.evidence.states
    counts = np.stack([(belief.on(day) == s).sum(axis=1) for s in range(states)], axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(counts, [tail, 1 - tail], axis=0)
    return np.column_stack([counts.mean(axis=0), low, high])


REACH_KM = 10.0
"""Ground farther than this from every place is counted to nobody: no report is about it."""


@dataclass(frozen=True, eq=False)
class Cells:
    """The ground nearest to each place, as far as `REACH_KM`: a Voronoi diagram cut off at a distance.

    `area_km2` (P,); places at one point share theirs. Between the cells of `pairs` (E, 2) runs
    a border of `km` (E,), from `ends[:, 0]` to `ends[:, 1]` (E, 2, 2), longitude and latitude.
    """

    area_km2: NDArray[np.float64]
    pairs: NDArray[np.int32]
    km: NDArray[np.float64]
    ends: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FrontLine:
    """The front in M draws: `length_km` (M,), `area_km2` (M, S) by state.

    And `probability` (E,) that it runs along each border.
    """

    length_km: NDArray[np.float64]
    area_km2: NDArray[np.float64]
    probability: NDArray[np.float64]


def cells_of(places: Places) -> Cells:
    """Divide the ground among its places. O(P log P)."""
    xy = project_km(places.lat, places.lon)
    spots, spot_of, shared = np.unique(xy, axis=0, return_inverse=True, return_counts=True)
    spot_of = spot_of.reshape(-1)
    middle, wide = (spots.min(axis=0) + spots.max(axis=0)) / 2, np.ptp(spots, axis=0).max() + 10 * REACH_KM
    # A ring of far points closes every real cell, so that none reaches to infinity.
    turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    ring = middle + 2 * wide * np.column_stack([np.cos(turn), np.sin(turn)])
    plan = Voronoi(np.vstack([spots, ring]))
    disc = shapely.buffer(shapely.points(spots), REACH_KM, quad_segs=16)
    outline = shapely.polygons(
        [shapely.linearrings(plan.vertices[plan.regions[plan.point_region[i]]]) for i in range(len(spots))]
    )
    area = shapely.area(shapely.intersection(outline, disc))
    real = np.flatnonzero((plan.ridge_points < len(spots)).all(axis=1))
    line = plan.vertices[np.array([plan.ridge_vertices[r] for r in real.tolist()], dtype=np.int64).reshape(-1, 2)]
    pairs = plan.ridge_points[real]
    ends, km = _within_reach(line, spots[pairs[:, 0]])
    some = km > 0
    first = np.full(len(spots), -1, dtype=np.int32)
    first[spot_of[::-1]] = np.arange(len(xy), dtype=np.int32)[::-1]
    return Cells(
        area_km2=(area / shared)[spot_of],
        pairs=first[pairs[some]],
        km=km[some],
        ends=unproject_km(places.lat, places.lon, ends[some].reshape(-1, 2)).reshape(-1, 2, 2),
    )


def _within_reach(
    line: NDArray[np.float64], spot: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The part of each segment (E, 2, 2) within `REACH_KM` of a point, and its length; 0 where there is none."""
    along = line[:, 1] - line[:, 0]
    full = np.maximum(np.linalg.norm(along, axis=1), 1e-12)
    unit = along / full[:, None]
    foot = ((spot - line[:, 0]) * unit).sum(axis=1)
    off = np.linalg.norm(line[:, 0] + foot[:, None] * unit - spot, axis=1)
    half = np.sqrt(np.maximum(REACH_KM**2 - off**2, 0))
    low, high = np.clip(foot - half, 0, full), np.clip(foot + half, 0, full)
    ends = line[:, :1] + np.stack([low, high], axis=1)[:, :, None] * unit[:, None, :]
    return ends, np.where(off < REACH_KM, high - low, 0.0)


def front_line(cells: Cells, control: NDArray[np.int8], contested: int) -> FrontLine:
    """The front in each draw of `control` (M, P); never from thresholded marginals.

    It runs between cells that different sides hold; where a contested cell lies between
    them it runs somewhere through that cell, and half of each of its borders counts. O(M E).
    """
    members = len(control)
    length, chance = np.empty(members), np.zeros(len(cells.pairs))
    area = np.empty((members, contested + 1))
    a, b = cells.pairs[:, 0], cells.pairs[:, 1]
    for m in range(members):
        one, two = control[m, a], control[m, b]
        differ = one != two
        share = np.where(differ & ((one == contested) | (two == contested)), 0.5, differ.astype(np.float64))
        length[m] = share @ cells.km
        chance += share
        area[m] = np.bincount(control[m], weights=cells.area_km2, minlength=contested + 1)
    return FrontLine(length, area, chance / members)
