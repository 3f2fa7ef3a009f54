from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vedette.ground import COMPASS, bearing_degrees, compass_point, distance_km, project_km

LATITUDES = st.floats(-70, 70)
LONGITUDES = st.floats(-180, 180)


def sphere(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> tuple[float, float]:
    """Distance in km and bearing on a sphere of the mean radius, by the textbook formulas (haversine)."""
    a, b, turn = math.radians(lat_a), math.radians(lat_b), math.radians(lon_b - lon_a)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(turn / 2) ** 2
    east = math.sin(turn) * math.cos(b)
    north = math.cos(a) * math.sin(b) - math.sin(a) * math.cos(b) * math.cos(turn)
    return 2 * 6371.0088 * math.asin(math.sqrt(h)), math.degrees(math.atan2(east, north)) % 360


def apart(a: float, b: float) -> float:
    """The angle between two bearings."""
    return abs((a - b + 180) % 360 - 180)


@given(LATITUDES, LONGITUDES, st.floats(-3, 3), st.floats(-3, 3))
def test_the_ellipsoid_is_nearly_a_sphere(lat: float, lon: float, north: float, east: float) -> None:
    assume(math.hypot(north, east) > 0.01)
    km, bearing = sphere(lat, lon, lat + north, lon + east)
    assert float(distance_km(lat, lon, lat + north, lon + east)) == pytest.approx(km, rel=0.007)
    assert apart(float(bearing_degrees(lat, lon, lat + north, lon + east)), bearing) < 0.4


@given(LATITUDES, LONGITUDES, st.floats(-0.2, 0.2), st.floats(-0.2, 0.2))
def test_the_way_back_bears_the_other_way(lat: float, lon: float, north: float, east: float) -> None:
    assume(math.hypot(north, east) > 0.001)
    there = bearing_degrees(lat, lon, lat + north, lon + east)
    back = bearing_degrees(lat + north, lon + east, lat, lon)
    assert 0 <= there < 360
    assert apart(float(there) + 180, float(back)) < 1
    np.testing.assert_allclose(
        distance_km(lat, lon, lat + north, lon + east), distance_km(lat + north, lon + east, lat, lon), rtol=1e-9
    )


def test_bearings_by_the_compass() -> None:
    lat, lon = np.array([1.0, 1, 0, -1, -1, -1, 0, 1]), np.array([0.0, 1, 1, 1, 0, -1, -1, -1])
    found = bearing_degrees(np.zeros(8), np.zeros(8), lat * 0.01, lon * 0.01)
    assert tuple(compass_point(b) for b in found.tolist()) == COMPASS


@given(st.floats(0, 360))
def test_a_compass_point_is_the_nearest_of_eight(bearing: float) -> None:
    gaps = {point: apart(bearing, 45.0 * n) for n, point in enumerate(COMPASS)}
    assert gaps[compass_point(bearing)] <= min(gaps.values()) + 1e-9


@pytest.mark.parametrize(("lat", "lon"), [(40.0, 46.5), (-12.0, 179.9), (65.0, 0.0)])
def test_a_theatre_on_a_plane_keeps_its_distances(lat: float, lon: float) -> None:
    """1,500 km across, off by less than 2 %, also over the date line."""
    rng = np.random.default_rng(1)
    lats = lat + rng.uniform(-6, 6, 40)
    lons = (lon + rng.uniform(-6, 6, 40) / math.cos(math.radians(lat)) + 180) % 360 - 180
    xy = project_km(lats, lons)
    a, b = np.triu_indices(40, 1)
    np.testing.assert_allclose(
        np.linalg.norm(xy[a] - xy[b], axis=1), distance_km(lats[a], lons[a], lats[b], lons[b]), rtol=0.02
    )
    assert project_km([], []).shape == (0, 2)
