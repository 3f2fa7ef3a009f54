"""What a person waits for: situations of Karabakh and of a country, a country's ground built, lines of sight beside
their peers.

    python benchmarks/bench_ground.py [GEODATA] [PLACES]

Without arguments only what needs no other data is run. GEODATA holds `ukraine_dem_dted0_30s.tif`, PLACES a table
with lat and
lon. Times are of a second run, so that compilation does not count, on as many cores as numba takes. Rates are per
second of processor, which other work on the machine changes less than the clock on the wall.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from vedette.ground import Heights, Places, RoutePaths, Routes, Terrain, neighbours_of, sight_lines
from vedette.situation import Theatre, cells_of, front_line, watch_over
from vedette.store import read_case, read_ground
from vedette.workflows import CasePlan, GroundStudy, Study, new_case

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.ground.test_terrain import gdal_viewshed


def timed(label: str, work: Callable[[], object], limit: float | None = None, *, warm: bool = True) -> float:
    """Print what `work` took; returns the seconds of processor."""
    if warm:
        work()
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    aim = "" if limit is None else f"  (aim: {limit:g} s)"
    print(f"{label}: {wall:.2f} s wall, {cpu:.2f} s of processor, {peak:.1f} GB at most so far{aim}", flush=True)
    return cpu


def karabakh() -> None:
    study = GroundStudy(Study.of("karabakh-2020", date(2020, 11, 10)))
    control = study.study.belief.control
    days = control.shape[2]
    theatre, luck = study.theatre, study.luck
    timed(
        f"Karabakh: {len(control)} draws x {days} days x 2 sides, {len(theatre.routes)} routes",
        lambda: theatre.over(control, (0, 1), luck, lambda _found: None),
        5,
    )


def country(places: Places, terrain: Terrain) -> None:
    """Neighbours stand in for roads; draws are smooth random fronts, so that both sides hold about half."""
    joined = neighbours_of(places)
    pairs = joined.pairs
    n = len(pairs)
    routes = Routes(
        tuple(map(str, range(n))),
        ("",) * n,
        ("",) * n,
        pairs,
        np.full(n, 5.0),
        np.ones(n, dtype=bool),
        by_proximity=True,
    )
    paths = RoutePaths.straight(routes, places.lat, places.lon)
    none = Heights((), (), np.empty(0), np.empty(0), np.empty(0))
    made = []
    timed(
        "Ukraine: lines of sight, once for all days",
        lambda: made.append(watch_over(places, paths, none, terrain, np.random.default_rng(0))),
        warm=False,
    )
    rng = np.random.default_rng(1)
    east = (places.lon - places.lon.mean()) * 70
    wave = rng.normal(0, 15, (200, 1)) + 20 * np.sin(places.lat[None, :] * 8 + rng.uniform(0, 6, (200, 1)))
    control = np.where(east[None, :] + wave > 400, 1, 0).astype(np.int8)
    control[np.abs(east[None, :] + wave - 400) < 3] = 2
    sources = {0: np.flatnonzero(east < -200), 1: np.flatnonzero(east > 500)}
    theatre = Theatre(places, routes, sources, made[-1], 2, None)
    luck = theatre.luck(200, rng)

    def one_day() -> None:
        for side in (0, 1):
            theatre.day(control, side, 0, luck, timed=True)

    timed(f"Ukraine: one day, {len(places):,} places, {n:,} routes, 200 draws, both sides", one_day, 20)
    cells = []
    timed("Ukraine: cells of the front", lambda: cells.append(cells_of(places)), warm=False)
    timed("Ukraine: front of 200 draws", lambda: front_line(cells[0], control, 2))


def drawn_country(places: Path, dem: Path) -> None:
    """A made-up road network of a country's size over its real places: no extract of its roads is at hand.

    Winding roads along the
    edges of the neighbour graph, a vertex every 150 m, and field roads beside them.
    """
    import pandas as pd
    import pyogrio.raw
    import shapely

    table = pd.read_parquet(places)
    where = Places(
        tuple(table.place_id), tuple(table.place_id), ((),) * len(table), ("village",) * len(table), ("",) * len(table),
        table.lat.to_numpy(), table.lon.to_numpy(), np.full(len(table), np.nan), np.full(len(table), np.nan),
        np.zeros(len(table), np.int8),
    )  # fmt: skip
    rng = np.random.default_rng(0)
    pairs = neighbours_of(where).pairs
    lat, lon = where.lat, where.lon
    lines = []
    for a, b in pairs.tolist():
        steps = max(2, int(np.hypot((lat[a] - lat[b]) * 111, (lon[a] - lon[b]) * 72) / 0.15))
        t = np.linspace(0, 1, steps)
        bend = np.sin(np.pi * t) * rng.normal(0, 0.01) + np.r_[0, rng.normal(0, 0.0004, steps - 2), 0]
        lines.append(np.column_stack([lon[a] + t * (lon[b] - lon[a]) + bend, lat[a] + t * (lat[b] - lat[a]) - bend]))
    shapes = shapely.linestrings(np.vstack(lines), indices=np.repeat(np.arange(len(lines)), [len(x) for x in lines]))
    with tempfile.TemporaryDirectory() as home:
        layer = Path(home) / "roads.fgb"
        kinds = np.array(["secondary", "tertiary", "unclassified"])[rng.integers(0, 3, len(lines))]
        pyogrio.raw.write(
            layer, shapely.to_wkb(shapes), [kinds], ["highway"], geometry_type="LineString", crs="EPSG:4326"
        )
        print(
            f"Ukraine's ground: {len(lines):,} made-up roads, {sum(map(len, lines)):,} vertices, "
            f"{layer.stat().st_size / 1e6:.0f} MB"
        )
        timed(
            "Ukraine's ground: places, relief, routes, checked",
            lambda: new_case(
                CasePlan(
                    Path(home) / "ukraine", (22, 44, 40.5, 52.5), places, (("a", None), ("b", None)), date(2022, 2,
                    24), date(2022, 3, 1),
                    roads=(layer,), dem=dem,
                )
            ),
            300,
            warm=False,
        )  # fmt: skip


def sight(size: int = 401) -> None:
    """The view from one spot over a made-up terrain, every cell a target.

    Beside GDAL and xarray-spatial where they are installed.
    """
    from scipy.ndimage import gaussian_filter

    metres = (gaussian_filter(np.random.default_rng(0).normal(0, 1, (size, size)), 8) * 3000).astype(np.float32)
    post = 90.0
    side = post / 111_195
    ground = Terrain(metres, 0.0, -size * side / 2, size * side, size * side / 2)
    rows, cols = np.mgrid[:size, :size]
    lat, lon = ground.north - (rows.ravel() + 0.5) * side, (cols.ravel() + 0.5) * side
    middle = size // 2
    marks = (lat, lon, np.full(size * size, 3.0))
    cells = size * size
    for eye, words in ((10.0, "most of it hidden"), (20_000.0, "nothing hidden, every line walked to its end")):
        eyes = ([float(lat[middle * size + middle])], [float(lon[middle * size + middle])], [eye], [np.nan])
        for realisations in (1, 64):
            rng = None if realisations == 1 else np.random.default_rng(1)
            spent = timed(
                f"Sight: Vedette, {realisations} terrain(s), {words}",
                partial(sight_lines, ground, eyes, marks, 100.0, rng, realisations),
            )
            print(f"  {cells * realisations / spent / 1e6:.2f} million lines of sight per second of processor")
    with tempfile.TemporaryDirectory() as home:
        path = metric_copy(Path(home) / "dem.tif", metres, post)
        x, y = 500_000 + (middle + 0.5) * post, post * size - (middle + 0.5) * post
        if gdal_viewshed(path, x, y, 10, 3, 1e6) is None:
            print("Sight: no GDAL viewshed in this rasterio")
        else:

            def viewsheds(runs: int) -> None:
                for _ in range(runs):
                    gdal_viewshed(path, x, y, 10, 3, 1e6)

            for runs in (1, 64):
                spent = timed(
                    f"Sight: GDAL viewshed, {runs} terrain(s), cell from cell (not ray by ray)",
                    partial(viewsheds, runs),
                )
                print(f"  {cells * runs / spent / 1e6:.2f} million cells per second of processor")
    try:
        import xarray as xr
        from xrspatial import viewshed
    except ImportError:
        print("Sight: xarray-spatial is not installed (pip install xarray-spatial)")
        return
    grid = xr.DataArray(
        metres.astype(float),
        dims=("y", "x"),
        coords={"y": (size - 1 - np.arange(size)) * post, "x": np.arange(size) * post},
    )
    spent = timed(
        "Sight: xarray-spatial viewshed, a sweep, no curvature",
        lambda: viewshed(grid, x=middle * post, y=float(grid.y[middle]), observer_elev=10, target_elev=3),
    )
    print(f"  {cells / spent / 1e6:.2f} million cells per second of processor")


def metric_copy(path: Path, metres: np.ndarray, post: float) -> Path:
    """A grid in a metric system, as GDAL's viewshed wants it."""
    import rasterio
    from rasterio.transform import from_origin

    rows, cols = metres.shape
    with rasterio.open(
        path, "w", driver="GTiff", dtype="float32", count=1, width=cols, height=rows, crs="EPSG:32631",
        transform=from_origin(500_000, post * rows, post, post),
    ) as out:  # fmt: skip
        out.write(metres, 1)
    return path


def watch() -> None:
    """What a case asks for: every place and height of Karabakh, the roads within 5 km, 64 terrains.

    GDAL has no view of single targets; it is asked for the ground around an observer, one
    terrain at a time, 200 times.
    """
    case = read_case("karabakh-2020")
    ground = read_ground(case)
    terrain = ground.terrain
    assert terrain is not None
    made = []
    spent = timed(
        "Karabakh: lines of sight, once for all days",
        lambda: made.append(watch_over(case.places, ground.paths, ground.heights, terrain, np.random.default_rng(0))),
    )
    observers = len(made[-1].owner)
    print(f"  {observers} observers, {len(made[-1].lat):,} stretches of road, 64 terrains")
    print(f"  {spent / observers / 64 * 1e6:.0f} microseconds of processor for each observer and terrain")
    with tempfile.TemporaryDirectory() as home:
        path = metric_copy(Path(home) / "dem.tif", terrain.metres, 900.0)
        x, y = 500_000 + 100.5 * 900, 100.5 * 900
        if gdal_viewshed(path, x, y, 10, 3, 5000) is None:
            return
        spent = timed(
            "Karabakh: GDAL viewshed out to 5 km, 200 times, its files opened and written",
            lambda: [gdal_viewshed(path, x, y, 10, 3, 5000) for _ in range(200)],
        )
        print(f"  {spent / 200 * 1e6:.0f} microseconds of processor for each observer and terrain")


def main() -> None:
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the run")
    sight()
    watch()
    karabakh()
    if len(sys.argv) > 2:
        import pandas as pd

        from vedette.store import read_relief_model

        geodata, table = Path(sys.argv[1]), Path(sys.argv[2])
        found = read_relief_model(geodata / "ukraine_dem_dted0_30s.tif", (22, 44, 40.5, 52.5))
        rows = pd.read_parquet(table)
        n = len(rows)
        places = Places(
            tuple(rows.place_id), tuple(rows.place_id), ((),) * n, ("village",) * n, ("",) * n, rows.lat.to_numpy(),
            rows.lon.to_numpy(),
            np.full(n, np.nan), np.full(n, np.nan), np.zeros(n, np.int8),
        )  # fmt: skip
        country(places, Terrain(found.metres, *found.box))
        drawn_country(table, geodata / "ukraine_dem_dted0_30s.tif")


if __name__ == "__main__":
    main()
