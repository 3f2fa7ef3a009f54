"""What can be seen of the roads, and from whose ground: the terrain's part in fire control."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vedette.ground import (
    Heights,
    Places,
    RoutePaths,
    Sight,
    Terrain,
    distance_km,
    pairs_within,
    project_km,
    sight_lines,
)

__all__ = ["RANGE_KM", "Watch", "watch_over"]

RANGE_KM = 5.0
"""How far fire that is aimed by eye reaches: guided missiles against vehicles are built for about five kilometres."""

BLIND_RANGE_KM = 2.0
"""Without an elevation model every road within so many kilometres of an enemy-held place counts as seen: the range of
machine guns and direct cannon fire, inside which hills hide little for long."""

STRETCH_KM = 0.5
"""Roads are looked at every so often, and one stretch in view puts a road under fire: a lorry needs most of a minute
to cross it. It
is half the post distance of the coarsest elevation models in use."""

EYE_HEIGHT_M, EYE_PLACE_M, LORRY_M = 2.0, 10.0, 3.0
"""Above ground: a man on a summit; the upper floors and the nearest rise of a place; the top of a lorry."""


@dataclass(frozen=True, eq=False)
class Watch:
    """Who may see which stretch of which route.

    Route r has the stretches `start[r]:start[r + 1]`, each of `km`, in the middle at `lat`, `lon`. Observers are the P
    places and then the H heights; `owner` (P + H,) is the place whose holder holds each:
    a height goes with the place nearest to it. `places` looks from the same observers at the P places
    instead, for how far each is overlooked. `watchers[watch_start[r]:watch_start[r + 1]]` are the owners from whose
    ground any of route r is seen, in the realisations of the terrain that `watch_bits` sets. `resolution` says of
    what model, in words; empty without one.
    """

    start: NDArray[np.int64]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    km: NDArray[np.float64]
    sight: Sight
    places: Sight
    owner: NDArray[np.int64]
    watch_start: NDArray[np.int64]
    watchers: NDArray[np.int64]
    watch_bits: NDArray[np.uint64]
    range_km: float
    resolution: str


def watch_over(
    places: Places,
    paths: RoutePaths,
    heights: Heights,
    terrain: Terrain | None,
    rng: np.random.Generator,
    range_km: float = RANGE_KM,
) -> Watch:
    """Lines of sight from every place and height to every stretch of route and every place in range."""
    start, lat, lon, km = _stretches(paths)
    eyes = (
        np.r_[places.lat, heights.lat],
        np.r_[places.lon, heights.lon],
        np.r_[np.full(len(places), EYE_PLACE_M), np.full(len(heights), EYE_HEIGHT_M)],
        np.r_[np.full(len(places), np.nan), heights.elevation_m],
    )
    owner = np.arange(len(places), dtype=np.int64)
    if len(heights):
        xy = project_km(eyes[0], eyes[1])
        owner = np.r_[owner, cKDTree(xy[: len(places)]).query(xy[len(places) :])[1]]
    if terrain is None:
        range_km = min(range_km, BLIND_RANGE_KM)
        sight = _near(eyes, lat, lon, range_km)
        over = _near(eyes, places.lat, places.lon, range_km)
    else:
        sight = sight_lines(terrain, eyes, (lat, lon, np.full(len(lat), LORRY_M)), range_km, rng)
        over = sight_lines(terrain, eyes, (places.lat, places.lon, np.full(len(places), LORRY_M)), range_km, rng)
    watch_start, watchers, watch_bits = _watchers(start, sight, owner)
    return Watch(
        start=start,
        lat=lat,
        lon=lon,
        km=km,
        sight=sight,
        places=over,
        owner=owner,
        watch_start=watch_start,
        watchers=watchers,
        watch_bits=watch_bits,
        range_km=range_km,
        resolution=terrain.resolution if terrain is not None else "",
    )


def _stretches(
    paths: RoutePaths,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Each path cut into stretches of about `STRETCH_KM`, and their middles."""
    line = np.repeat(np.arange(len(paths)), np.diff(paths.start))
    inner = line[1:] == line[:-1]
    step = np.zeros(len(paths.lon))
    step[1:] = np.where(inner, distance_km(paths.lat[:-1], paths.lon[:-1], paths.lat[1:], paths.lon[1:]), 0.0)
    along = np.cumsum(step)
    begin, end = along[paths.start[:-1]], along[paths.start[1:] - 1]
    count = np.maximum(1, np.ceil((end - begin) / STRETCH_KM)).astype(np.int64)
    start = np.concatenate([[0], np.cumsum(count)])
    route = np.repeat(np.arange(len(paths)), count)
    share = (np.arange(start[-1]) - start[route] + 0.5) / count[route]
    at = begin[route] + share * (end - begin)[route]
    # Distances of all paths are laid end to end, so one interpolation serves for all; each `at` lies inside its own
    # path.
    km = ((end - begin) / count)[route]
    east = np.interp(at, along, np.unwrap(paths.lon, period=360))
    return start, np.interp(at, along, paths.lat), (east + 180) % 360 - 180, km


def _near(
    eyes: tuple[NDArray[np.float64], ...], lat: NDArray[np.float64], lon: NDArray[np.float64], range_km: float
) -> Sight:
    """Everything within range, seen for certain: what is left without an elevation model."""
    xy = project_km(np.r_[eyes[0], lat], np.r_[eyes[1], lon])
    target, observer, km = pairs_within(xy[len(eyes[0]) :], xy[: len(eyes[0])], range_km)
    start = np.zeros(len(lat) + 1, dtype=np.int64)
    np.cumsum(np.bincount(target, minlength=len(lat)), out=start[1:])
    return Sight(start, observer, np.ones(len(observer), dtype=np.uint64), km.astype(np.float32), 1)


def _watchers(
    start: NDArray[np.int64], sight: Sight, owner: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint64]]:
    stretch = np.repeat(np.arange(len(sight.start) - 1), np.diff(sight.start))
    route = np.searchsorted(start, stretch, side="right") - 1
    pair = np.column_stack([route, owner[sight.observer]]).reshape(-1, 2)
    pairs, which = np.unique(pair, axis=0, return_inverse=True)
    bits = np.zeros(len(pairs), dtype=np.uint64)
    np.bitwise_or.at(bits, which.reshape(-1), sight.bits)
    first = np.zeros(len(start), dtype=np.int64)
    np.cumsum(np.bincount(pairs[:, 0], minlength=len(start) - 1), out=first[1:])
    return first, pairs[:, 1].astype(np.int64), bits
