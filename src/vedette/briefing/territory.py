"""Territory on the map: a spot takes the colour of the nearest place, and the front is as wide as our ignorance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

from vedette.briefing.content import MapContent
from vedette.briefing.palette import FRONT, INK, UNMOVED
from vedette.ground import project_km

__all__ = ["HATCH_FROM", "GroundCells", "colours_of", "highest_bells", "nearest_places", "paint_territory"]

REACH_KM = 9.0
"""A place colours the ground around it, fading over so many km: beyond, nobody said anything."""
HATCH_FROM = 0.33
"""Probability from which a place is drawn as contested."""
FAR_KM = 1e5
"""Where the projection puts the other side of the earth, which only a map of all of it shows."""
FRONT_KM = 1.6
"""Half-width of the band where the front is certain: about half the distance between neighbouring places."""


def _shares(content: MapContent) -> NDArray[np.float64]:
    """Two-sided probabilities: contested split evenly, (P, K)."""
    sides = len(content.sides)
    return content.probability[:, :sides] + content.probability[:, sides:] / sides


@dataclass(frozen=True, eq=False, slots=True)
class GroundCells:
    """The nearest place of every spot of a map (rows, columns), how many km `away` it is, and the `km` of a row."""

    nearest: NDArray[np.int64]
    away: NDArray[np.float64]
    km: float


def nearest_places(axes: Any, content: MapContent) -> GroundCells:
    """Find the nearest place of every spot."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    columns = 420
    rows = max(2, int(columns * (north - south) / (east - west) * 1.3))
    lon, lat = np.linspace(west, east, columns), np.linspace(south, north, rows)
    grid_lon, grid_lat = np.meshgrid(lon, lat)
    # One projection for places and grid, about their common centre.
    every = project_km(np.concatenate([content.lat, grid_lat.ravel()]), np.concatenate([content.lon, grid_lon.ravel()]))
    every = np.nan_to_num(every, nan=FAR_KM, posinf=FAR_KM, neginf=FAR_KM)
    xy, grid = every[: len(content.lat)], every[len(content.lat) :]
    away, nearest = cKDTree(xy).query(grid)
    shape = (rows, columns)
    return GroundCells(nearest.reshape(shape), away.reshape(shape), (north - south) * 111.3 / rows)


def paint_territory(axes: Any, content: MapContent, cells: GroundCells) -> None:
    """Tint, hatching and front band, on a grid of nearest places."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    field = _field(content, cells)
    span = (west, east, south, north)
    axes.imshow(field.tint, extent=span, origin="lower", zorder=2, aspect="auto", interpolation="bilinear")
    axes.imshow(field.ink, extent=span, origin="lower", zorder=3, aspect="auto", interpolation="bilinear")
    rows, columns = field.contested.shape
    if field.contested.max() > HATCH_FROM:
        drawn = axes.contourf(
            np.linspace(west, east, columns),
            np.linspace(south, north, rows),
            field.contested,
            levels=[HATCH_FROM, 1.5],
            hatches=["/////"],
            colors="none",
            zorder=3.5,
        )
        drawn.set_edgecolor(INK)
        drawn.set_linewidth(0.0)


@dataclass(frozen=True, eq=False, slots=True)
class _Field:
    """What is painted over the ground.

    `tint` of the sides and `ink` of the front (rows, columns, 4), `contested` (rows, columns).
    """

    tint: NDArray[np.float32]
    ink: NDArray[np.float32]
    contested: NDArray[np.float64]


def _field(content: MapContent, cells: GroundCells) -> _Field:
    """Paint what the nearest place of every spot says."""
    nearest, away, km = cells.nearest, cells.away, cells.km
    rows, columns = nearest.shape
    colors = np.array([to_rgb(side.color) for side in content.sides])
    if content.change is not None:
        gaining = colors[content.change.argmax(axis=1)] * _gain(content)[:, None]
        painted = np.concatenate([gaining, _gain(content)[:, None]], axis=1)[nearest]
        painted = np.stack([gaussian_filter(painted[..., n], 2.2 / km) for n in range(4)], axis=-1)
        fade = np.exp(-((np.maximum(away - 3.0, 0) / REACH_KM) ** 2))
        tint = np.concatenate(
            [painted[..., :3] / np.maximum(painted[..., 3:], 1e-6), (0.55 * fade * painted[..., 3])[..., None]], axis=-1
        )
        nothing = np.zeros((rows, columns, 4), dtype=np.float32)
        return _Field(np.clip(tint, 0, 1).astype(np.float32), nothing, np.zeros((rows, columns)))
    share = _shares(content)[nearest]
    share = np.stack([gaussian_filter(share[..., k], 2.2 / km) for k in range(share.shape[-1])], axis=-1)
    certainty = np.clip((share.max(axis=-1) - 1 / len(colors)) / (1 - 1 / len(colors)), 0, 1)
    fade = np.exp(-((np.maximum(away - 3.0, 0) / REACH_KM) ** 2))
    tint = np.concatenate([share @ colors, (0.36 * fade * (0.15 + 0.85 * certainty))[..., None]], axis=-1)
    band = _band(content, nearest) * np.exp(-((np.maximum(away - 6.0, 0) / REACH_KM) ** 2))
    band = highest_bells(band, FRONT_KM / km)
    ink = np.zeros((rows, columns, 4), dtype=np.float32)
    ink[..., :3] = to_rgb(FRONT)
    ink[..., 3] = 0.55 * band
    contested = gaussian_filter(content.probability[:, -1][nearest], 1.2 / km) * (away < REACH_KM)
    return _Field(tint.astype(np.float32), ink, contested)


def highest_bells(band: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    """Each edge as a bell of its own height, `sigma` spots wide; where bells overlap, the highest alone.

    Were they added up, ground with many doubtful edges would be darker than a front that is certain.
    """
    reach = max(1, round(3 * sigma))
    for axis in (0, 1):  # a bell is the product of one along each axis, so that its maximum may be taken axis by axis
        length = band.shape[axis]
        spread = band.copy()
        for step in range(1, min(reach, length - 1) + 1):
            height = np.exp(-((step / sigma) ** 2) / 2)
            near, far = np.split(np.arange(length), [step])[1], np.arange(length - step)
            for to, of in ((near, far), (far, near)):
                moved = np.take(band, of, axis) * height
                rows = (to, slice(None)) if axis == 0 else (slice(None), to)
                spread[rows] = np.maximum(spread[rows], moved)
        band = spread
    return band


def _band(content: MapContent, nearest: NDArray[np.int64]) -> NDArray[np.float64]:
    """Probability that the front runs along each edge between the grounds of two places; 0 inside them."""
    known = {(int(a), int(b)): float(p) for (a, b), p in zip(content.pairs, content.front, strict=True)}
    share = content.probability
    out = np.zeros(nearest.shape)
    for one, other, into in (
        (nearest[:, :-1], nearest[:, 1:], (slice(None), slice(0, -1))),
        (nearest[:-1], nearest[1:], (slice(0, -1), slice(None))),
    ):
        rows, columns = np.nonzero(one != other)
        pairs = np.sort(np.column_stack([one[rows, columns], other[rows, columns]]), axis=1)
        distinct, which = np.unique(pairs, axis=0, return_inverse=True)
        value = np.array(
            [
                # Grounds may touch where the places are no neighbours; then the margins must do.
                known.get((int(a), int(b)), 1.0 - float((share[a, :-1] * share[b, :-1]).sum()))
                for a, b in distinct
            ]
        )
        part = np.zeros(one.shape)
        part[rows, columns] = value[which.reshape(-1)]
        out[into] = np.maximum(out[into], part)
    return out


def colours_of(content: MapContent) -> NDArray[np.float64]:
    """Colour of each place, (P, 3): its sides mixed by probability, paler the less sure; or the side that gains."""
    colors = np.array([to_rgb(side.color) for side in content.sides])
    if content.change is not None:
        much = _gain(content)[:, None]
        moved: NDArray[np.float64] = colors[content.change.argmax(axis=1)] * much
        return np.clip(moved + np.array(to_rgb(UNMOVED)) * (1 - much), 0, 1)
    share = _shares(content)
    certainty = np.clip((share.max(axis=1) - 1 / len(colors)) / (1 - 1 / len(colors)), 0, 1)[:, None]
    mixed: NDArray[np.float64] = share @ colors * (0.25 + 0.75 * certainty) + 0.75 * (1 - certainty)
    return np.clip(mixed, 0, 1)


def _gain(content: MapContent) -> NDArray[np.float64]:
    """How much the side that gains most at each place gains, (P,), as a share of full colour."""
    assert content.change is not None
    gain: NDArray[np.float64] = np.clip(content.change.max(axis=1) / content.most, 0, 1)
    return gain
