"""Distances, bearings and a local plane, on the WGS 84 ellipsoid."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod, Transformer
from pyproj.enums import TransformDirection
from scipy.spatial import cKDTree

__all__ = ["COMPASS", "bearing_degrees", "compass_point", "distance_km", "pairs_within", "project_km", "unproject_km"]

COMPASS = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")
"""The eight points, clockwise from north; each covers 45 degrees around its own."""


@cache
def _ellipsoid() -> Geod:
    return Geod(ellps="WGS84")


def distance_km(lat_a: ArrayLike, lon_a: ArrayLike, lat_b: ArrayLike, lon_b: ArrayLike) -> NDArray[np.float64]:
    """Geodesic distance in km; degrees in, any equal shapes (Karney 2013, by way of PROJ)."""
    _, _, metres = _ellipsoid().inv(
        np.asarray(lon_a, float), np.asarray(lat_a, float), np.asarray(lon_b, float), np.asarray(lat_b, float)
    )
    return np.asarray(metres, dtype=np.float64) / 1000.0


def bearing_degrees(lat_a: ArrayLike, lon_a: ArrayLike, lat_b: ArrayLike, lon_b: ArrayLike) -> NDArray[np.float64]:
    """Initial bearing from a to b in degrees clockwise from north, in [0, 360)."""
    azimuth, _, _ = _ellipsoid().inv(
        np.asarray(lon_a, float), np.asarray(lat_a, float), np.asarray(lon_b, float), np.asarray(lat_b, float)
    )
    return np.mod(np.asarray(azimuth, dtype=np.float64), 360.0)


def compass_point(bearing: float) -> str:
    """The nearest of the eight points: 337.5 up to 22.5 degrees is north, and so on."""
    return COMPASS[int(((bearing % 360.0) + 22.5) // 45.0) % 8]


def project_km(
    lat: ArrayLike, lon: ArrayLike, *, around: tuple[ArrayLike, ArrayLike] | None = None
) -> NDArray[np.float64]:
    """Points on a plane, in km, shape (n, 2): Lambert azimuthal equal-area about their centre.

    Over a theatre 1,500 km wide distances are off by less than 2 %; neighbourhood
    and nearest-place questions need no more. The centre is the mean of the unit
    vectors, so a theatre on the date line is in one piece; `around` (lat, lon) centres it on other points.
    """
    if np.size(lat) == 0:
        return np.empty((0, 2))
    east, north = _plane(*(around or (lat, lon))).transform(np.asarray(lon, float), np.asarray(lat, float))
    return np.column_stack([np.asarray(east, dtype=np.float64), np.asarray(north, dtype=np.float64)])


def unproject_km(lat: ArrayLike, lon: ArrayLike, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longitude and latitude of points (n, 2) on the plane that `project_km` lays through the places `lat`, `lon`."""
    x, y = _plane(lat, lon).transform(xy[:, 0], xy[:, 1], direction=TransformDirection.INVERSE)
    return np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)])


def pairs_within(
    these: NDArray[np.float64], those: NDArray[np.float64], km: float
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Every point of the plane `these` with every one of `those` within reach, in order; and how far apart they are."""
    if not len(these) or not len(those):
        return np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0)
    found = cKDTree(these).sparse_distance_matrix(cKDTree(those), km, output_type="ndarray")
    order = np.lexsort((found["j"], found["i"]))
    return found["i"][order].astype(np.int32), found["j"][order].astype(np.int32), found["v"][order]


def _plane(lat: ArrayLike, lon: ArrayLike) -> Transformer:
    phi, lam = np.radians(np.asarray(lat, float)), np.radians(np.asarray(lon, float))
    x = np.array([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)]).mean(axis=1)
    lat_0 = float(np.degrees(np.arctan2(x[2], np.hypot(x[0], x[1]))))
    lon_0 = float(np.degrees(np.arctan2(x[1], x[0])))
    plane = f"+proj=laea +lat_0={lat_0:.6f} +lon_0={lon_0:.6f} +ellps=WGS84 +units=km"
    return Transformer.from_crs("EPSG:4326", plane, always_xy=True)
