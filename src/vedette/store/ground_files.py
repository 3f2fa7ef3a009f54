"""What a case knows of its ground beyond places and routes: where routes run, the elevation model, named heights."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.transform import from_bounds

from vedette.errors import CaseError, GroundError
from vedette.ground import Heights, RoutePaths, Terrain
from vedette.store.case_folder import Case
from vedette.store.tables import Problems, Schema, read_table
from vedette.store.write import write_bytes, write_with

__all__ = ["Ground", "read_ground", "write_heights", "write_paths", "write_relief"]

HEIGHTS = Schema(required=("height_id", "name", "lat", "lon"), optional=("elevation_m", "source_url", "note"))

FINE = 100_000
"""Coordinates of paths are whole numbers of 1/100,000 degree, about a metre."""

SIMPLE_DEGREES = 0.0003
"""Paths are simplified to about 30 m: far below what any elevation model in reach resolves."""


@dataclass(frozen=True, eq=False)
class Ground:
    """`paths` is straight lines where the case says nothing of where its routes run (`drawn` False).

    `terrain` None without a model.
    """

    paths: RoutePaths
    drawn: bool
    terrain: Terrain | None
    heights: Heights


def read_ground(case: Case) -> Ground:
    """Read `paths.parquet`, `heights.csv` and `basemap/relief.tif`, each of which a case may lack."""
    paths = _read_paths(case)
    return Ground(
        paths=paths or RoutePaths.straight(case.routes, case.places.lat, case.places.lon),
        drawn=paths is not None,
        terrain=_read_terrain(case),
        heights=_read_heights(case),
    )


def _read_paths(case: Case) -> RoutePaths | None:
    path = case.folder / "paths.parquet"
    if not path.is_file() or case.routes.by_proximity:
        return None
    try:
        table = pq.read_table(path, columns=["route_id", "lon", "lat"])
    except (pa.ArrowException, OSError, KeyError) as error:
        raise CaseError(
            f"paths.parquet: cannot be read ({error}). Build the case's ground again, or remove it."
        ) from error
    row_of = {r: n for n, r in enumerate(table.column("route_id").to_pylist())}
    if lost := [r for r in case.routes.ids if r not in row_of]:
        raise CaseError(
            f"paths.parquet: has no path for {len(lost)} of {len(case.routes)} routes, {lost[0]!r} first: it "
            f"belongs to another routes "
            "table. Build the case's ground again, or remove it."
        )
    order = [row_of[r] for r in case.routes.ids]
    steps = [np.asarray(table.column(c).to_pylist(), dtype=object)[order] for c in ("lon", "lat")]
    start = np.concatenate([[0], np.cumsum([len(s) for s in steps[0]])]).astype(np.int64)
    lon, lat = (np.concatenate([np.cumsum(s) for s in column]) / FINE for column in steps)
    try:
        return RoutePaths(start, lon, lat)
    except GroundError as error:
        raise CaseError(f"paths.parquet: {error}") from error


def _read_heights(case: Case) -> Heights:
    path = case.folder / "heights.csv"
    if not path.is_file():
        return Heights((), (), np.empty(0), np.empty(0), np.empty(0))
    problems = Problems()
    table = read_table(path, HEIGHTS, problems)
    ids = table.unique("height_id")
    lat, lon = table.number("lat", -90, 90, required=True), table.number("lon", -180, 180, required=True)
    elevation = table.number("elevation_m", -500, 9000)
    problems.raise_if_any(str(case.folder))
    return Heights(tuple(ids), tuple(table.text("name")), lat, lon, elevation)


def _read_terrain(case: Case) -> Terrain | None:
    if case.basemap.relief is None:
        return None
    try:
        with rasterio.open(case.basemap.relief) as dem:
            if dem.crs is None or not dem.crs.is_geographic:
                raise CaseError(
                    f"basemap/{case.basemap.relief.name}: is not in degrees (its reference system is "
                    f"{dem.crs}). Warp it to EPSG:4326."
                )
            data = dem.read(1, masked=True)
            bounds, tags = dem.bounds, dem.tags()
    except rasterio.errors.RasterioError as error:
        raise CaseError(
            f"basemap/{case.basemap.relief.name}: cannot be read as an elevation model ({error})."
        ) from error
    metres = data.astype(np.float32).filled(np.nan)
    if np.isnan(metres).any():
        lowest = float(np.nanmin(metres)) if np.isfinite(metres).any() else 0.0
        metres = np.where(
            np.isnan(metres), lowest, metres
        )  # beyond the model: sea or nothing; never a hill to look from
    listed = case.settings.get("terrain", {})
    said = {name: float(listed[name]) for name in ("error_floor_m", "error_per_roughness") if name in listed}
    try:
        return Terrain(
            metres, bounds.left, bounds.bottom, bounds.right, bounds.top, source=str(tags.get("SOURCE", "")), **said
        )
    except GroundError as error:
        raise CaseError(f"basemap/{case.basemap.relief.name}: {error}") from error


def write_paths(
    path: Path, ids: list[str], start: NDArray[np.int64], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> None:
    """Write paths as `read_ground` reads them: each coordinate the step from the one before, simplified."""
    lines = shapely.linestrings(np.column_stack([lon, lat]), indices=np.repeat(np.arange(len(ids)), np.diff(start)))
    xy, line = shapely.get_coordinates(shapely.simplify(lines, SIMPLE_DEGREES), return_index=True)
    whole = np.round(xy * FINE).astype(np.int64)
    first = np.r_[True, line[1:] != line[:-1]]
    steps = whole.copy()
    steps[1:][~first[1:]] -= whole[:-1][~first[1:]]
    offsets = pa.array(np.concatenate([[0], np.cumsum(np.bincount(line, minlength=len(ids)))]).astype(np.int32))
    table = pa.table(
        {
            "route_id": pa.array(ids),
            "lon": pa.ListArray.from_arrays(offsets, pa.array(steps[:, 0].astype(np.int32))),
            "lat": pa.ListArray.from_arrays(offsets, pa.array(steps[:, 1].astype(np.int32))),
        }
    )
    encoding = {"lon.list.element": "DELTA_BINARY_PACKED", "lat.list.element": "DELTA_BINARY_PACKED"}
    write_with(
        path,
        lambda temporary: pq.write_table(
            table, temporary, compression="zstd", use_dictionary=False, column_encoding=encoding
        ),
    )


def write_heights(path: Path, heights: Heights) -> None:
    """Write `heights.csv`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["height_id", "name", "lat", "lon", "elevation_m"])
    for n in range(len(heights)):
        metres = heights.elevation_m[n]
        writer.writerow(
            [
                heights.ids[n],
                heights.names[n],
                f"{heights.lat[n]:.5f}",
                f"{heights.lon[n]:.5f}",
                "" if np.isnan(metres) else f"{metres:.0f}",
            ]
        )
    write_bytes(path, out.getvalue().encode())


def write_relief(path: Path, metres: NDArray[np.float32], box: tuple[float, float, float, float], source: str) -> None:
    """Write an elevation model in degrees, whole metres, as GeoTIFF."""
    rows, cols = metres.shape
    whole = np.where(np.isnan(metres), -32768, np.round(metres)).astype(np.int16)

    def write(temporary: Path) -> None:
        with rasterio.open(
            temporary, "w", driver="GTiff", dtype="int16", count=1, width=cols, height=rows, crs="EPSG:4326",
            transform=from_bounds(*box, cols, rows), nodata=-32768, compress="deflate", predictor=2,
        ) as out:  # fmt: skip
            out.write(whole, 1)
            out.update_tags(SOURCE=source)

    write_with(path, write)
