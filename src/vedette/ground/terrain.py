"""The ground's height, how wrong the model of it may be, and what can be seen from where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import uniform_filter

from vedette.errors import GroundError
from vedette.ground._sight_kernels import seen_pairs
from vedette.ground.geodesy import distance_km, pairs_within, project_km

__all__ = ["REALISATIONS", "Heights", "Sight", "Terrain", "sight_lines"]

EARTH_M = 6_371_000.0
REFRACTION = 0.13
"""Share of the earth's curve that the air bends light back: the coefficient of Gauss, used in surveying ever since."""

REALISATIONS = 64
"""Realisations of the terrain, one bit each: a probability of seeing is known to about 6 %."""

ERROR_FLOOR_M = 9.7
ERROR_PER_ROUGHNESS = 0.53
"""Standard error of a model on even ground, and what each metre of roughness (standard deviation of a cell and its
eight
neighbours) adds: between the posts of a coarse grid the ground goes its own way. Maximum likelihood on the heights
that a
gazetteer gives 3,295 settlements of the Lesser Caucasus against DTED level 0 (`tools/fit_terrain_error.py`). Roughness
shrinks with the cell, so a finer model is trusted more."""


@dataclass(frozen=True, eq=False)
class Heights:
    """H named summits and hills: where a few people with glasses see most. `elevation_m` NaN where not surveyed."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    elevation_m: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class Terrain:
    """An elevation model: `metres` (rows, columns) float32, north up, over west, south, east, north in degrees.

    Its error: `error_floor_m`, and `error_per_roughness` times the roughness of the spot, both
    as standard deviations, independent from post to post. `source` says whose model it is.
    """

    metres: NDArray[np.float32]
    west: float
    south: float
    east: float
    north: float
    error_floor_m: float = ERROR_FLOOR_M
    error_per_roughness: float = ERROR_PER_ROUGHNESS
    source: str = ""

    def __post_init__(self) -> None:
        if self.metres.ndim != 2 or min(self.metres.shape) < 3:
            raise GroundError(
                f"an elevation model of shape {self.metres.shape} has no ground to look over. Give one with "
                f"many cells across the theatre."
            )
        if np.isnan(self.metres).any():
            raise GroundError(
                f"the elevation model has {int(np.isnan(self.metres).sum()):,} holes, over which nothing can be "
                f"said of what is seen. "
                "Fill them, as `vedette case new` does."
            )
        if not (self.error_floor_m >= 0 and self.error_per_roughness >= 0):
            raise GroundError("the error of an elevation model is negative. Give standard deviations, zero or more.")

    @property
    def post_m(self) -> tuple[float, float]:
        """Distance between posts, north to south and west to east, in metres at the middle."""
        rows, cols = self.metres.shape
        middle = (self.south + self.north) / 2
        ns = float(distance_km(self.south, self.west, self.north, self.west)) * 1000 / rows
        ew = float(distance_km(middle, self.west, middle, self.east)) * 1000 / cols
        return ns, ew

    @property
    def resolution(self) -> str:
        """The resolution in words, to be stated wherever a result is shown."""
        ns, ew = self.post_m
        return f"{max(ns, ew):.0f} m between posts"

    @cached_property
    def roughness(self) -> NDArray[np.float32]:
        """Standard deviation of each cell and its eight neighbours, metres."""
        level = self.metres.astype(np.float64) - float(self.metres.mean())
        mean = uniform_filter(level, 3, mode="nearest")
        square = uniform_filter(level * level, 3, mode="nearest")
        rough: NDArray[np.float32] = np.sqrt(np.maximum(square - mean * mean, 0)).astype(np.float32)
        return rough

    @cached_property
    def error_m(self) -> NDArray[np.float32]:
        """Standard deviation of the model's error at each post, metres."""
        error: NDArray[np.float32] = np.hypot(self.error_floor_m, self.error_per_roughness * self.roughness)
        return error.astype(np.float32)

    def position(self, lat: ArrayLike, lon: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Row and column, counted in posts from the first, which lies in the middle of its cell."""
        rows, cols = self.metres.shape
        row = (self.north - np.asarray(lat, float)) / (self.north - self.south) * rows - 0.5
        col = self._east_of_edge(lon) / (self.east - self.west) * cols - 0.5
        return row, col

    def covers(self, lat: ArrayLike, lon: ArrayLike) -> NDArray[np.bool_]:
        """True for points within the model."""
        y, x = np.asarray(lat, float), self._east_of_edge(lon)
        inside: NDArray[np.bool_] = (y >= self.south) & (y <= self.north) & (x >= 0) & (x <= self.east - self.west)
        return inside

    def _east_of_edge(self, lon: ArrayLike) -> NDArray[np.float64]:
        """Degrees east of the western edge, also over the date line; from half a circle before the middle on."""
        before = (self.west + self.east) / 2 - 180
        turned: NDArray[np.float64] = before + np.mod(np.asarray(lon, float) - before, 360) - self.west
        return turned

    def at(self, lat: ArrayLike, lon: ArrayLike, grid: NDArray[np.float32] | None = None) -> NDArray[np.float64]:
        """Height at points, bilinear between posts, NaN beyond the model.

        Or the same of another `grid` of its shape.
        """
        values = self.metres if grid is None else grid
        row, col = self.position(lat, lon)
        rows, cols = values.shape
        y, x = np.clip(row, 0, rows - 1), np.clip(col, 0, cols - 1)
        r, c = np.minimum(y.astype(int), rows - 2), np.minimum(x.astype(int), cols - 2)
        v, u = y - r, x - c
        height = (1 - v) * ((1 - u) * values[r, c] + u * values[r, c + 1]) + v * (
            (1 - u) * values[r + 1, c] + u * values[r + 1, c + 1]
        )
        return np.where(self.covers(lat, lon), height, np.nan)

    def realisations(self, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """The ground as it may be, given the model and its error: (rows, columns, count)."""
        noise = rng.standard_normal((*self.metres.shape, count), dtype=np.float32)
        noise *= self.error_m[:, :, None]
        noise += self.metres[:, :, None]
        return noise

    def cut(self, west: float, south: float, east: float, north: float) -> Terrain:
        """The part that covers a frame, whole cells."""
        rows, cols = self.metres.shape
        tall, wide = (self.north - self.south) / rows, (self.east - self.west) / cols
        top, bottom = max(0, int((self.north - north) / tall) - 2), min(rows, int((self.north - south) / tall) + 3)
        left, right = max(0, int((west - self.west) / wide) - 2), min(cols, int((east - self.west) / wide) + 3)
        return Terrain(
            self.metres[top:bottom, left:right],
            self.west + left * wide,
            self.north - bottom * tall,
            self.west + right * wide,
            self.north - top * tall,
            self.error_floor_m,
            self.error_per_roughness,
            self.source,
        )


@dataclass(frozen=True, eq=False)
class Sight:
    """Who sees what, in each of K realisations of the terrain.

    Target v is looked at by `observer[start[v]:start[v + 1]]`, ascending; bit k of `bits`
    is set where it is seen in realisation k. `km` is how far away. Pairs that see each other
    in no realisation are left out.
    """

    start: NDArray[np.int64]
    observer: NDArray[np.int32]
    bits: NDArray[np.uint64]
    km: NDArray[np.float32]
    realisations: int

    def probability(self) -> NDArray[np.float64]:
        """P(seen), given that the model errs as it says, of each pair."""
        return np.bitwise_count(self.bits) / self.realisations


def sight_lines(
    terrain: Terrain,
    observers: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike],
    targets: tuple[ArrayLike, ArrayLike, ArrayLike],
    range_km: float,
    rng: np.random.Generator | None,
    realisations: int = REALISATIONS,
    refraction: float = REFRACTION,
) -> Sight:
    """What each observer sees of each target within `range_km`. `rng` None: of the model as it is, one realisation.

    Observers are latitude, longitude, height of the eye above ground, surveyed elevation
    (NaN if none); targets latitude, longitude, height above ground. A surveyed summit is as
    high as surveyed where the grid cuts it. What lies beyond the model is never seen. The line is
    straight in latitude and longitude, right to a post within 50 km. O(pairs * range / post).
    """
    o_lat, o_lon, eye, survey = (np.asarray(a, dtype=np.float64) for a in observers)
    t_lat, t_lon, mark = (np.asarray(a, dtype=np.float64) for a in targets)
    if not len(o_lat) or not len(t_lat):
        return Sight(
            np.zeros(len(t_lat) + 1, np.int64),
            np.empty(0, np.int32),
            np.empty(0, np.uint64),
            np.empty(0, np.float32),
            1,
        )
    layers = 1 if rng is None else realisations
    ground = terrain.metres[:, :, None] if rng is None else terrain.realisations(layers, rng)
    xy = project_km(np.r_[o_lat, t_lat], np.r_[o_lon, t_lon])
    target, observer, km = pairs_within(xy[len(o_lat) :], xy[: len(o_lat)], range_km)
    on_model = terrain.covers(o_lat, o_lon)[observer] & terrain.covers(t_lat, t_lon)[target]
    observer, target, metres = observer[on_model], target[on_model], 1000 * km[on_model]
    row, col = terrain.position(o_lat, o_lon)
    t_row, t_col = terrain.position(t_lat, t_lon)
    bits = np.zeros(len(observer), dtype=np.uint64)
    seen_pairs(
        np.ascontiguousarray(ground), row, col, eye, survey, t_row, t_col, mark, observer, target, metres,
        (1 - refraction) / (2 * EARTH_M), min(terrain.post_m) / 2, bits,
    )  # fmt: skip
    seen = bits != 0
    start = np.zeros(len(t_lat) + 1, dtype=np.int64)
    np.cumsum(np.bincount(target[seen], minlength=len(t_lat)), out=start[1:])
    return Sight(start, observer[seen], bits[seen], (metres[seen] / 1000).astype(np.float32), layers)
