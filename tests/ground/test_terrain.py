"""Lines of sight: on ground whose answer is known, against a slow walk, against GDAL.

And what the model's error does to them.
"""

from __future__ import annotations

import ctypes
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vedette.errors import GroundError
from vedette.ground import Sight, Terrain, sight_lines
from vedette.ground.terrain import EARTH_M, REFRACTION
from vedette.store import read_case, read_ground

SIDE = 1 / 111.195  # a degree of latitude is 111.195 km; at the equator one of longitude nearly so


def flat(metres: NDArray[Any], km: float = 1.0) -> Terrain:
    """Ground on the equator with posts `km` apart."""
    rows, cols = metres.shape
    return Terrain(metres.astype(np.float32), 0.0, -rows * km * SIDE / 2, cols * km * SIDE, rows * km * SIDE / 2)


def at(terrain: Terrain, row: float, col: float) -> tuple[float, float]:
    rows, cols = terrain.metres.shape
    lat = terrain.north - (row + 0.5) * (terrain.north - terrain.south) / rows
    return lat, terrain.west + (col + 0.5) * (terrain.east - terrain.west) / cols


def sees(
    terrain: Terrain, a: tuple[float, float], b: tuple[float, float], eye: float, mark: float, **more: object
) -> float:
    lat, lon = zip(at(terrain, *a), at(terrain, *b), strict=True)
    survey = float(more.pop("survey", math.nan))  # type: ignore[arg-type]
    rng: Any = more.pop("rng", None)
    found = sight_lines(
        terrain,
        ([lat[0]], [lon[0]], [eye], [survey]),
        ([lat[1]], [lon[1]], [mark]),
        500.0,
        rng,
        **more,  # type: ignore[arg-type]
    )
    return float(found.probability().sum())


def test_over_level_ground_one_sees_as_far_as_the_horizon() -> None:
    """Both heights h: they lose sight of each other at 2 sqrt(2 h R / (1 - k)), 12.3 km each for 10 m."""
    ground = flat(np.zeros((9, 60), np.float32))
    horizon = 2 * math.sqrt(2 * 10 * EARTH_M / (1 - REFRACTION)) / 1000
    assert sees(ground, (4, 1), (4, 1 + math.floor(horizon) - 1), 10, 10) == 1
    assert sees(ground, (4, 1), (4, 1 + math.ceil(horizon) + 1), 10, 10) == 0


def test_without_refraction_one_sees_less_far() -> None:
    ground = flat(np.zeros((9, 60), np.float32))
    bare, bent = (2 * math.sqrt(2 * 10 * EARTH_M / (1 - k)) / 1000 for k in (0, REFRACTION))
    between = (bare + bent) / 2
    assert sees(ground, (4, 1), (4, 1 + between), 10, 10) == 1
    assert sees(ground, (4, 1), (4, 1 + between), 10, 10, refraction=0.0) == 0


@pytest.mark.parametrize(("wall", "seen"), [(8, 1), (14, 0)])
def test_a_wall_half_way_hides_what_is_below_the_line_over_it(wall: int, seen: int) -> None:
    """Eye and mark at 10 m, 4 km apart: the line passes half way at 10 m less a bulge of 0.27 m."""
    metres = np.zeros((9, 9), np.float32)
    metres[:, 4] = wall
    assert sees(flat(metres), (4, 2), (4, 6), 10, 10) == seen


def test_a_surveyed_summit_is_as_high_as_surveyed() -> None:
    metres = np.zeros((9, 20), np.float32)
    metres[:, 10] = 60
    assert sees(flat(metres), (4, 2), (4, 18), 2, 2) == 0
    assert sees(flat(metres), (4, 2), (4, 18), 2, 2, survey=300.0) == 1


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_sight_agrees_with_a_slow_walk(seed: int) -> None:
    """Every point on the way looked at, with the heights between posts worked out by scipy."""
    from scipy.ndimage import map_coordinates

    rng = np.random.default_rng(seed)
    ground = flat(rng.normal(0, 30, (25, 25)).cumsum(axis=0).astype(np.float32) / 3)
    a, b = rng.uniform(1, 23, 2), rng.uniform(1, 23, 2)
    away = float(np.hypot(*(a - b))) * 1000
    if away < 1000 or abs(away / 500 - round(away / 500)) < 0.02:  # one point more or less on the way
        return
    steps = math.ceil(away / 500)
    t = np.arange(1, steps) / steps
    line = map_coordinates(
        ground.metres.astype(float), np.stack([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]), order=1
    )
    ends = map_coordinates(ground.metres.astype(float), np.stack([a, b], axis=1), order=1) + np.array([10.0, 5.0])
    bulge = t * (1 - t) * away**2 * (1 - REFRACTION) / (2 * EARTH_M)
    clearance = float(np.min(ends[0] + t * (ends[1] - ends[0]) - line - bulge))
    if abs(clearance) > 0.5:  # closer than that, the last digits of the distance decide
        assert sees(ground, tuple(a), tuple(b), 10, 5) == (clearance > 0)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 100))
def test_who_climbs_never_sees_less(seed: int, climb: float) -> None:
    ground = flat(np.random.default_rng(seed).normal(0, 40, (15, 15)).astype(np.float32))
    assert sees(ground, (2, 2), (12, 12), 5 + climb, 3) >= sees(ground, (2, 2), (12, 12), 5, 3)


def test_a_rough_coarse_model_gives_a_probability_and_a_smooth_one_certainty() -> None:
    rng = np.random.default_rng(3)
    rough = flat(rng.normal(0, 60, (20, 20)).astype(np.float32))
    chances = [sees(rough, (3, 3), (16, c), 20, 3, rng=np.random.default_rng(1)) for c in range(4, 18)]
    assert any(0.02 < p < 0.98 for p in chances)
    plain = Terrain(np.zeros((20, 20), np.float32), 0, 0, 0.2, 0.2, error_floor_m=0.0, error_per_roughness=0.53)
    assert sees(plain, (3, 3), (8, 8), 20, 3, rng=np.random.default_rng(1)) == 1


def test_the_error_of_the_model_grows_with_its_roughness() -> None:
    metres = np.zeros((20, 20), np.float32)
    metres[:, 10:] = np.random.default_rng(0).normal(0, 100, (20, 10))
    error = flat(metres).error_m
    assert error[:, :8].max() == pytest.approx(9.7, abs=0.01)
    assert np.median(error[:, 12:]) > 35


def test_the_same_seed_gives_the_same_bits() -> None:
    ground = flat(np.random.default_rng(5).normal(0, 50, (30, 30)).astype(np.float32))
    lat, lon = at(ground, 5.0, 5.0), at(ground, 20.0, 22.0)
    eyes, marks = ([lat[0]], [lat[1]], [10.0], [math.nan]), ([lon[0]], [lon[1]], [3.0])
    one, two = (sight_lines(ground, eyes, marks, 50, np.random.default_rng(9)) for _ in range(2))
    assert one.bits.tolist() == two.bits.tolist()


def test_what_lies_beyond_the_model_is_never_seen() -> None:
    ground = flat(np.zeros((9, 9), np.float32))
    found = sight_lines(
        ground, ([0.0], [0.04], [50.0], [math.nan]), ([0.0, 0.0], [0.045, 0.5], [5.0, 5.0]), 100.0, None
    )
    assert np.diff(found.start).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("metres", "message"),
    [(np.full((5, 5), np.nan), "25 holes"), (np.zeros((1, 5)), "no ground to look over")],
)
def test_an_elevation_model_that_is_none_is_refused(metres: NDArray[np.float64], message: str) -> None:
    with pytest.raises(GroundError, match=message):
        flat(metres.astype(np.float32))


def lesser_caucasus(size: int) -> NDArray[np.float64]:
    """Real relief: that of the shipped case around its middle."""
    terrain = read_ground(read_case("karabakh-2020")).terrain
    assert terrain is not None
    row, col = (n // 2 - size // 2 for n in terrain.metres.shape)
    return terrain.metres[row : row + size, col : col + size].astype(np.float64)


def gdal_viewshed(path: Path, x: float, y: float, eye: float, mark: float, far: float) -> NDArray[np.bool_] | None:
    """GDAL's viewshed, out of the library that rasterio brings; None where that has another build."""
    found = sorted((Path(rasterio.__file__).parent.parent / "rasterio.libs").glob("libgdal*.so*"))
    if not found:
        return None
    gdal = ctypes.CDLL(str(found[0]))
    if not hasattr(gdal, "GDALViewshedGenerate"):
        return None
    gdal.GDALAllRegister()
    gdal.GDALOpen.restype = gdal.GDALGetRasterBand.restype = gdal.GDALViewshedGenerate.restype = ctypes.c_void_p
    gdal.GDALGetRasterBand.argtypes = [ctypes.c_void_p, ctypes.c_int]
    gdal.GDALClose.argtypes = [ctypes.c_void_p]
    real = ctypes.c_double
    gdal.GDALViewshedGenerate.argtypes = [
        ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p, real, real, real, real,
        real, real, real, real, real, ctypes.c_int, real, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int,
        ctypes.c_void_p,
    ]  # fmt: skip
    data = gdal.GDALOpen(str(path).encode(), 0)
    out = path.with_name("seen.tif")
    curve = 1 - REFRACTION
    done = gdal.GDALViewshedGenerate(
        gdal.GDALGetRasterBand(data, 1),
        b"GTiff",
        str(out).encode(),
        None,
        x,
        y,
        eye,
        mark,
        1,
        0,
        0,
        -1,
        curve,
        2,
        far,
        None,
        None,
        1,
        None,
    )
    assert done
    gdal.GDALClose(done)
    gdal.GDALClose(data)
    with rasterio.open(out) as seen:
        window = seen.read(1) == 1
        offset = seen.transform
    with rasterio.open(path) as dem:
        whole = np.zeros(dem.shape, dtype=bool)
        row, col = dem.index(offset.c + offset.a / 2, offset.f + offset.e / 2)
        whole[row : row + window.shape[0], col : col + window.shape[1]] = window
    return whole


def test_terrain_over_the_date_line_is_terrain_like_any_other() -> None:
    """The same hills in one piece east of Greenwich, and from 179.5 to 180.5, which is 179.5 west."""
    metres = np.random.default_rng(3).normal(0, 40, (40, 40)).astype(np.float32)
    lat, lon = np.random.default_rng(4).uniform(-0.45, 0.45, (2, 30))
    tall = np.full(30, 5.0)

    def seen(middle: float) -> Sight:
        ground = Terrain(metres, middle - 0.5, -0.5, middle + 0.5, 0.5)
        east = (lon + middle + 180) % 360 - 180
        return sight_lines(ground, (lat, east, tall, np.full(30, np.nan)), (lat, east, tall), 60, None)

    here, there = seen(20.0), seen(180.0)
    assert 30 < len(here.observer) < 900
    np.testing.assert_array_equal(here.observer, there.observer)
    np.testing.assert_array_equal(here.start, there.start)


@pytest.mark.parametrize("kind", ["hills", "cone", "ridge", "real"])
def test_gdal_sees_the_same(kind: str, tmp_path: Path) -> None:
    """The two walk differently between posts (GDAL lets sight through at most, we interpolate).

    So they part at the rims of shadows only.
    """
    size, post = 81, 925.0 if kind == "real" else 90.0
    y, x = np.mgrid[:size, :size].astype(float)
    rng = np.random.default_rng(11)
    from scipy.ndimage import gaussian_filter

    metres = {
        "hills": gaussian_filter(rng.normal(0, 1, (size, size)), 5) * 1500,
        "cone": np.maximum(0, 400 - 12 * np.hypot(x - 55, y - 40)),
        "ridge": 150 * np.exp(-(((x - 52) / 4) ** 2)),
        "real": lesser_caucasus(size),
    }[kind].astype(np.float32)
    # A metric system for GDAL; the same posts in degrees on the equator for us.
    path = tmp_path / "dem.tif"
    from rasterio.transform import from_origin

    with rasterio.open(
        path, "w", driver="GTiff", dtype="float32", count=1, width=size, height=size, crs="EPSG:32631",
        transform=from_origin(500_000, post * size, post, post),
    ) as out:  # fmt: skip
        out.write(metres, 1)
    far = 36.7 * post
    theirs = gdal_viewshed(path, 500_000 + 40.5 * post, post * size - 40.5 * post, 10, 3, far)
    if theirs is None:
        pytest.skip("this rasterio brings no GDAL with a viewshed")
    ground = flat(metres, post / 1000)
    lat, lon = np.array([at(ground, r, c) for r in range(size) for c in range(size)]).T
    eye = at(ground, 40, 40)
    found = sight_lines(ground, ([eye[0]], [eye[1]], [10.0], [math.nan]), (lat, lon, np.full(len(lat), 3.0)), 500, None)
    ours = (np.diff(found.start) > 0).reshape(size, size)
    near = (np.hypot(x - 40, y - 40) * post < far * 0.97) & (np.hypot(x - 40, y - 40) > 1.5)
    agree = (ours == theirs)[near].mean()
    assert 0.05 < ours[near].mean() < 0.999
    assert agree > 0.95, f"{agree:.1%} of the cells agree"
