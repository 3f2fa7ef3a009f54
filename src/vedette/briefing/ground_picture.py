"""What a screen map draws the data on: hillshade as a picture, and whose ground every spot is.

Both are laid out in Web Mercator, as maps on screens are: rows are evenly spaced in its northing, not in latitude.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.spatial import cKDTree

from vedette.briefing.content import BaseLayers
from vedette.ground import project_km

__all__ = ["GroundGrid", "ground_grid", "relief_picture"]

MARGIN_KM = 15.0
"""The grid reaches so far beyond the outermost places: a little more than a place colours."""
LEAST_DEGREES = 0.25
"""A grid is at least so wide and high, or a case of one place would have none."""
_MERCATOR_END = 85.0
"""Mercator has no poles."""


@dataclass(frozen=True, eq=False)
class GroundGrid:
    """The place nearest to each spot, and how far it is.

    `nearest` and `km` (rows, columns), north up, over `extent` (west, east, south, north) in degrees.
    """

    extent: tuple[float, float, float, float]
    nearest: NDArray[np.int32]
    km: NDArray[np.float32]


def ground_grid(lat: NDArray[np.float64], lon: NDArray[np.float64], columns: int = 460) -> GroundGrid:
    """Divide the ground around the places among them. O(N log P) for N spots."""
    middle = float(np.clip((lat.min() + lat.max()) / 2, -_MERCATOR_END, _MERCATOR_END))
    more_y = max(MARGIN_KM / 111.2, LEAST_DEGREES / 2)
    more_x = max(more_y / np.cos(np.radians(middle)), LEAST_DEGREES / 2)
    west, east = max(float(lon.min()) - more_x, -180.0), min(float(lon.max()) + more_x, 180.0)
    south = max(float(lat.min()) - more_y, -_MERCATOR_END)
    north = min(float(lat.max()) + more_y, _MERCATOR_END)
    high = float(_northing(np.array(north)) - _northing(np.array(south)))
    rows = int(np.clip(round(columns * high / np.radians(east - west)), 16, 2 * columns))
    step = (east - west) / columns
    grid_lon, grid_lat = np.meshgrid(west + step * (np.arange(columns) + 0.5), _latitudes(south, north, rows))
    every = project_km(np.concatenate([lat, grid_lat.ravel()]), np.concatenate([lon, grid_lon.ravel()]))
    every = np.nan_to_num(every, nan=1e5, posinf=1e5, neginf=1e5)
    km, nearest = cKDTree(every[: len(lat)]).query(every[len(lat) :])
    return GroundGrid(
        (west, east, south, north),
        nearest.reshape(rows, columns).astype(np.int32),
        km.reshape(rows, columns).astype(np.float32),
    )


def relief_picture(base: BaseLayers, *, dark: bool = False) -> bytes | None:
    """Hillshade over `base.extent` as WebP: shadow on nothing, to lay over light paper; light on nothing, over dark.

    None where the case has no relief.
    """
    from matplotlib.colors import LightSource

    if base.relief is None or base.extent is None:
        return None
    west, east, south, north = base.extent
    south, north = max(south, -_MERCATOR_END), min(north, _MERCATOR_END)
    rows, columns = base.relief.shape
    metres = np.where(np.isnan(base.relief), 0.0, base.relief)
    dy = (base.extent[3] - base.extent[2]) / rows * 111_320
    dx = (east - west) / columns * 111_320 * np.cos(np.radians((south + north) / 2))
    shade = LightSource(azdeg=315, altdeg=45).hillshade(metres, vert_exag=2.0, dx=dx, dy=dy)
    at = (base.extent[3] - _latitudes(south, north, rows)) / (base.extent[3] - base.extent[2]) * rows - 0.5
    above = np.clip(np.floor(at).astype(int), 0, rows - 1)
    below, part = np.minimum(above + 1, rows - 1), np.clip(at - above, 0, 1)[:, None]
    shade = shade[above] * (1 - part) + shade[below] * part
    pixels = np.zeros((*shade.shape, 4), dtype=np.uint8)
    pixels[..., :3] = 255 if dark else 40
    # Level ground, which the median nearly is, stays all but bare, so that the picture has no visible edge.
    slope = shade - np.median(shade)
    pixels[..., 3] = np.round(255 * np.clip(0.05 + (0.34 * slope if dark else -0.42 * slope), 0, 1)).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, format="webp", quality=80, method=4)
    return out.getvalue()


def _northing(lat: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.log(np.tan(np.pi / 4 + np.radians(lat) / 2))


def _latitudes(south: float, north: float, rows: int) -> NDArray[np.float64]:
    """The middles of rows, north first, evenly spaced on a Mercator map."""
    top, bottom = _northing(np.array(north)), _northing(np.array(south))
    y = top - (np.arange(rows) + 0.5) * (top - bottom) / rows
    return np.degrees(2 * np.arctan(np.exp(y)) - np.pi / 2)
