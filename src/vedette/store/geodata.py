"""Open map data of many makes, read into plain columns: settlements, roads, heights, an elevation model.

Vector files go through GDAL (`pyogrio`), extracts of OpenStreetMap through `osmium`; both
come with `pip install 'vedette[geo]'`. Everything is turned to degrees (WGS 84).
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import rasterio
import rasterio.fill
import rasterio.warp
import shapely
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT
from rasterio.windows import from_bounds

from vedette.errors import GroundError
from vedette.ground import SPEEDS, RoadLines

__all__ = ["Box", "Relief", "Spots", "check_box", "read_areas", "read_relief_model", "read_roads", "read_spots"]

Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""

MAX_CELLS = 60_000_000
"""An elevation model is thinned beyond so many cells: line of sight holds it many times over."""

VOIDS_FILLED = 0.2
"""Up to this share of holes is filled from their rims; a model with more is not one of this ground."""

GEONAMES = (
    "geonameid", "name", "asciiname", "alternatenames", "lat", "lon", "feature_class", "feature_code", "country", "cc2",
    "admin1", "admin2", "admin3", "admin4", "population", "elevation", "dem", "timezone", "modified",
)  # fmt: skip
"""The columns of a GeoNames dump, which has no header (geonames.org/export)."""

_SPELLINGS = {
    "id": ("place_id", "geonameid", "osm_id", "@id", "wof_id", "id"),
    "name": ("name:en", "name_en", "name"),
    "other": ("name", "asciiname", "alternatenames", "aliases", "alt_name", "match_name", "name_uk", "name_az",
    "name_hy", "name_ru", "int_name", "old_name"),
    "lat": ("lat", "latitude", "y"),
    "lon": ("lon", "lng", "longitude", "x"),
    "kind": ("kind", "place", "fclass", "feature_code", "placetype", "natural", "class"),
    "population": ("population", "pop"),
    "elevation": ("elevation_m", "ele_m", "elevation", "ele", "dem_m", "dem"),
    "district": ("district", "admin1_name", "region", "admin1"),
}  # fmt: skip

_ROAD_CLASS = {
    **{name: name for name in SPEEDS},
    **{f"{name}_link": name for name in ("motorway", "trunk", "primary", "secondary", "tertiary")},
    "unclassified": "minor",
    "residential": "minor",
    "living_street": "minor",
    "road": "minor",
    "street": "minor",
    "minor_road": "minor",
    **{f"track_grade{n}": "track" for n in range(1, 6)},
}
"""OpenStreetMap's `highway` values, and those of extracts made from it, by the classes of `SPEEDS`. What is under
construction, proposed or abandoned is not among them."""


@dataclass(frozen=True, eq=False)
class Spots:
    """Named points as read: text columns are empty strings, numbers NaN, where unknown.

    `others` separated by semicolons.
    """

    ids: list[str]
    names: list[str]
    others: list[str]
    kinds: list[str]
    districts: list[str]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    population: NDArray[np.float64]
    elevation_m: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class Relief:
    """Elevations (rows, columns) in metres, north up, over `box`.

    `voids` is the share that had to be filled, `covered` that of
    the frame which the model covers, NaN elsewhere.
    """

    metres: NDArray[np.float32]
    box: Box
    voids: float
    covered: float
    thinned: bool


def check_box(box: Box) -> Box:
    """The frame, or a `GroundError` that says what is wrong with it."""
    west, south, east, north = box
    if not (-90 <= south < north <= 90):
        raise GroundError(
            f"--bbox {west:g} {south:g} {east:g} {north:g}: the south, {south:g}, is not below the north, {north:g}, "
            "within -90 to 90. Give west, south, east, north in degrees."
        )
    if west >= east:
        raise GroundError(
            f"--bbox {west:g} {south:g} {east:g} {north:g}: the west lies east of the east. A frame over the "
            f"date line cannot be "
            "cut out of layers that end there: make two cases, or shift the data so that it lies in one piece."
        )
    if not (west >= -180 and east <= 180):
        raise GroundError(
            f"--bbox {west:g} {south:g} {east:g} {north:g}: longitudes lie between -180 and 180. Correct it."
        )
    return box


def _within(box: Box, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.bool_]:
    return (lon >= box[0]) & (lon <= box[2]) & (lat >= box[1]) & (lat <= box[3])


def _missing_reader(path: Path, error: ImportError) -> GroundError:
    return GroundError(
        f"{path.name}: {error.name} is not installed, and without it this format cannot be read. "
        "Run: pip install 'vedette[geo]'"
    )


def read_spots(path: Path, box: Box, what: str, keep: Callable[[str], bool] | None = None) -> Spots:
    """Named points within the frame, of any format: a table, a GeoNames dump, a vector layer, an OpenStreetMap extract.

    `what` names them in messages; `keep` decides on the `place` (or `natural`) value of an extract's nodes.
    """
    if not path.is_file():
        raise GroundError(f"{path}: there is no such file of {what}. Correct the path.")
    if path.name.endswith((".osm.pbf", ".osm", ".pbf")):
        columns = _pbf_nodes(path, box, keep or (lambda _kind: True))
    elif path.suffix in (".txt", ".zip"):
        columns = _geonames(path)
    elif path.suffix in (".csv", ".tsv"):
        columns = _csv(path)
    elif path.suffix == ".parquet" and "geometry" not in pq.read_schema(path).names:
        columns = _columns(pq.read_table(path))
    else:
        columns = _layer_points(path, box)
    if "lat" not in (found := _standard(columns)) or "lon" not in found:
        raise GroundError(
            f"{path.name}: has no columns of latitude and longitude (it has {', '.join(columns)[:200]}). Name "
            f"them lat and lon."
        )
    lat, lon = _numbers(found["lat"]), _numbers(found["lon"])
    if np.nanmax(np.abs(np.r_[lat, 0])) > 90 or np.nanmax(np.abs(np.r_[lon, 0])) > 180:
        raise GroundError(
            f"{path.name}: latitudes up to {np.nanmax(np.abs(lat)):g} and longitudes up to "
            f"{np.nanmax(np.abs(lon)):g} are not "
            "degrees: the points are in a projected system. Reproject them to EPSG:4326."
        )
    named = np.array([bool(n) for n in found["name"]]) if "name" in found else np.zeros(len(lat), dtype=bool)
    rows = np.flatnonzero(_within(box, lat, lon) & named)
    if not len(rows):
        raise GroundError(
            f"{path.name}: none of its {len(lat):,} points has a name and lies within {box[0]:g} {box[1]:g} "
            f"{box[2]:g} {box[3]:g}. "
            "Check --bbox (west south east north) and whether the file is of this region."
        )

    def text(name: str) -> list[str]:
        column = found.get(name)
        return [""] * len(rows) if column is None else [column[r] for r in rows.tolist()]

    blank = np.full(len(lat), np.nan)
    return Spots(
        ids=text("id"),
        names=text("name"),
        others=text("other"),
        kinds=text("kind"),
        districts=text("district"),
        lat=lat[rows],
        lon=lon[rows],
        population=(_numbers(found["population"]) if "population" in found else blank)[rows],
        elevation_m=(_numbers(found["elevation"]) if "elevation" in found else blank)[rows],
    )


def _standard(columns: dict[str, list[str]]) -> dict[str, list[str]]:
    out = {}
    for name, spellings in _SPELLINGS.items():
        there = [s for s in spellings if s in columns]
        if name == "other":
            lists = [columns[s] for s in there]
            out[name] = (
                [";".join(t.replace(",", ";") for t in row if t) for row in zip(*lists, strict=True)] if lists else []
            )
        elif there:
            first = columns[there[0]]
            out[name] = (
                first
                if len(there) == 1
                else [next((t for t in row if t), "") for row in zip(*(columns[s] for s in there), strict=True)]
            )
    if not out.get("other"):
        out["other"] = [""] * len(next(iter(columns.values()), []))
    return out


def _numbers(column: list[str]) -> NDArray[np.float64]:
    def number(value: str) -> float:
        try:
            return float(value)
        except ValueError:
            return np.nan

    return np.array([number(v) for v in column], dtype=np.float64)


def _columns(table: pa.Table) -> dict[str, list[str]]:
    def text(value: object) -> str:
        if value is None or (isinstance(value, float) and np.isnan(value)):
            return ""
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()

    return {
        name: [text(v) for v in table.column(name).to_pylist()]
        for name in table.column_names
        if not pa.types.is_nested(table.column(name).type) and name not in ("geometry", "wkb_geometry")
    }


def _unreadable(path: Path, error: Exception) -> GroundError:
    return GroundError(
        f"{path.name}: cannot be read ({' '.join(str(error).split())[:200]}). Check that the file is whole and "
        f"of the format its "
        "ending says; `ogrinfo FILE` shows what GDAL makes of it."
    )


def _csv(path: Path) -> dict[str, list[str]]:
    try:
        delimiter = "\t" if path.suffix == ".tsv" else ","
        return _columns(
            pacsv.read_csv(path, parse_options=pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True))
        )
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path, error) from error


def _geonames(path: Path) -> dict[str, list[str]]:
    try:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                inside = [n for n in archive.namelist() if n.endswith(".txt") and "readme" not in n.lower()]
                if len(inside) != 1:
                    raise GroundError(
                        f"{path.name}: holds {len(inside)} text files; a GeoNames archive holds one table. Unpack it."
                    )
                data = pa.py_buffer(archive.read(inside[0]))
                source: Any = pa.BufferReader(data)
        else:
            source = path
        table = pacsv.read_csv(
            source,
            read_options=pacsv.ReadOptions(column_names=list(GEONAMES)),
            parse_options=pacsv.ParseOptions(delimiter="\t", quote_char=False),
            convert_options=pacsv.ConvertOptions(column_types={name: pa.string() for name in GEONAMES}),
        )
    except (pa.ArrowException, OSError, zipfile.BadZipFile) as error:
        raise _unreadable(path, error) from error
    columns = _columns(table)
    settled = [c in ("P", "T") for c in columns["feature_class"]]
    return {name: [v for v, ok in zip(column, settled, strict=True) if ok] for name, column in columns.items()}


def _layer(path: Path, box: Box) -> Any:
    """A vector layer within the frame as a geopandas-free Arrow table with WKB, in degrees."""
    try:
        import pyogrio
    except ImportError as error:
        raise _missing_reader(path, error) from error
    if not path.is_file():
        raise GroundError(f"{path}: there is no such file. Correct the path.")
    try:
        info = pyogrio.read_info(path)
        crs = info.get("crs")
        if crs is None:
            raise GroundError(
                f"{path.name}: says nothing about its reference system, so its coordinates mean nothing. "
                "Assign it (ogr2ogr -a_srs EPSG:4326 …) and try again."
            )
        from pyproj import CRS

        if CRS.from_user_input(crs).is_geographic:
            _, table = pyogrio.read_arrow(path, bbox=box)
            return table, None
        frame = rasterio.warp.transform_bounds("EPSG:4326", crs, *box, densify_pts=21)
        _, table = pyogrio.read_arrow(path, bbox=frame)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError, OSError) as error:
        raise _unreadable(path, error) from error
    return table, crs


def _shapes(path: Path, box: Box) -> tuple[dict[str, list[str]], NDArray[np.object_]]:
    if path.suffix == ".parquet":
        try:
            table, crs = pq.read_table(path), None
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(path, error) from error
    else:
        table, crs = _layer(path, box)
    name = next((n for n in ("wkb_geometry", "geometry", "geom") if n in table.column_names), None)
    if name is None:
        raise GroundError(
            f"{path.name}: has no geometry ({', '.join(table.column_names)[:200]}). Give a layer of points or lines."
        )
    shapes = shapely.from_wkb(np.array(table.column(name).to_pylist(), dtype=object), on_invalid="ignore")
    if crs is not None:
        from pyproj import Transformer

        turn = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
        shapes = shapely.transform(shapes, lambda xy: np.column_stack(turn.transform(xy[:, 0], xy[:, 1])))
    return _columns(table.drop_columns([name])), shapes


def _layer_points(path: Path, box: Box) -> dict[str, list[str]]:
    columns, shapes = _shapes(path, box)
    middle = shapely.centroid(shapes)
    return columns | {"lon": [str(x) for x in shapely.get_x(middle)], "lat": [str(y) for y in shapely.get_y(middle)]}


def _pbf_nodes(path: Path, box: Box, keep: Callable[[str], bool]) -> dict[str, list[str]]:
    try:
        import osmium
    except ImportError as error:
        raise _missing_reader(path, error) from error
    rows: list[tuple[str, ...]] = []
    try:
        nodes: Any = osmium.FileProcessor(str(path), osmium.osm.NODE).with_filter(
            osmium.filter.KeyFilter("place", "natural")
        )
        for node in nodes:
            tags = node.tags
            kind = tags.get("place") or tags.get("natural") or ""
            if not keep(kind) or not node.location.valid():
                continue
            names = ";".join(
                t.v for t in tags if t.k in ("name", "alt_name", "old_name", "int_name") or t.k.startswith("name:")
            )
            name = tags.get("name:en") or tags.get("name") or ""
            rows.append(
                (
                    f"n{node.id}",
                    name,
                    names,
                    kind,
                    tags.get("population", ""),
                    tags.get("ele", ""),
                    str(node.lat),
                    str(node.lon),
                )
            )
    except RuntimeError as error:
        raise _unreadable(path, error) from error
    columns = ("osm_id", "name", "aliases", "place", "population", "ele", "lat", "lon")
    found = {n: [r[k] for r in rows] for k, n in enumerate(columns)}
    inside = _within(box, _numbers(found["lat"]), _numbers(found["lon"])) if rows else np.zeros(0, dtype=bool)
    return {n: [v for v, ok in zip(c, inside, strict=True) if ok] for n, c in found.items()}


def read_roads(
    paths: list[Path], box: Box, progress: Callable[[int, int], None] | None = None
) -> tuple[RoadLines, list[str]]:
    """All roads of the layers within the frame, and what was left out, in words.

    The class is read from `highway`, `class` or `fclass`. Roads under construction are
    left out: in an extract made after the days of a case they are roads it did not know. So are paths.
    """
    lon, lat, size, rank = [], [], [], []
    left: dict[str, int] = {}
    order = list(SPEEDS)
    for n, path in enumerate(paths):
        if path.name.endswith((".osm.pbf", ".osm", ".pbf")):
            classes, shapes = _pbf_ways(path, box)
        else:
            columns, shapes = _shapes(path, box)
            column = next((columns[c] for c in ("highway", "class", "fclass") if c in columns), None)
            if column is None:
                raise GroundError(
                    f"{path.name}: has no column of road classes (highway, class or fclass; it has "
                    f"{', '.join(columns)[:200]}). "
                    "Name the class of each road as OpenStreetMap does."
                )
            classes = column
        parts, whole = shapely.get_parts(shapes, return_index=True)
        lines = shapely.get_type_id(parts) == 1
        parts, whole = parts[lines], whole[lines]
        known = np.array([_ROAD_CLASS.get(c, "") for c in classes], dtype=object)
        for c in classes:
            if c not in _ROAD_CLASS:
                left[c] = left.get(c, 0) + 1
        use = known[whole] != ""
        parts, whole = parts[use], whole[use]
        xy, line = shapely.get_coordinates(parts, return_index=True)
        lon.append(xy[:, 0])
        lat.append(xy[:, 1])
        size.append(np.bincount(line, minlength=len(parts)))
        rank.append(np.array([order.index(k) for k in known[whole]], dtype=np.int8))
        if progress is not None:
            progress(n + 1, len(paths))
    said = [f"{count:,} of class {name or '(none)'}" for name, count in sorted(left.items(), key=lambda i: -i[1])]
    if left and not any(len(s) for s in size):
        raise GroundError(
            f"none of the lines within the frame is a road that is driven on: {', '.join(said[:8])}. Name the class of "
            "each road as OpenStreetMap does."
        )
    start = np.concatenate([[0], np.cumsum(np.concatenate(size))]).astype(np.int64)
    return RoadLines(start, np.concatenate(lon), np.concatenate(lat), np.concatenate(rank)), said


def _pbf_ways(path: Path, box: Box) -> tuple[list[str], NDArray[np.object_]]:
    try:
        import osmium
    except ImportError as error:
        raise _missing_reader(path, error) from error
    classes: list[str] = []
    shapes: list[Any] = []
    try:
        ways: Any = (
            osmium.FileProcessor(str(path)).with_locations().with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        )
        for way in ways.with_filter(osmium.filter.KeyFilter("highway")):
            xy = [(n.lon, n.lat) for n in way.nodes if n.location.valid()]
            if len(xy) > 1 and any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for x, y in xy):
                classes.append(way.tags["highway"])
                shapes.append(shapely.LineString(xy))
    except RuntimeError as error:
        raise _unreadable(path, error) from error
    return classes, np.array(shapes, dtype=object)


def read_areas(path: Path) -> Any:
    """One polygon of all areas in a vector file."""
    _, shapes = _shapes(path, (-180.0, -90.0, 180.0, 90.0))
    areas = shapely.union_all(shapes[shapely.get_dimensions(shapes) == 2])
    if shapely.is_empty(areas):
        raise GroundError(f"{path.name}: holds no polygon, and a side's ground is an area. Give polygons.")
    return areas


def read_relief_model(path: Path, box: Box) -> Relief:
    """An elevation model within the frame, in degrees, holes filled. Any reference system that GDAL knows.

    Raises `GroundError` if it covers less than half of the frame, has no reference system, or is more than
    `VOIDS_FILLED` holes.
    """
    try:
        with rasterio.open(path) as raw:
            if raw.crs is None:
                raise GroundError(
                    f"{path.name}: says nothing about its reference system. Assign it (gdal_edit.py -a_srs …)."
                )
            with (
                WarpedVRT(raw, crs="EPSG:4326", resampling=Resampling.bilinear)
                if not raw.crs.is_geographic
                else raw as dem
            ):
                bounds = dem.bounds
                west, south = max(box[0], bounds.left), max(box[1], bounds.bottom)
                east, north = min(box[2], bounds.right), min(box[3], bounds.top)
                covered = max(0.0, east - west) * max(0.0, north - south) / ((box[2] - box[0]) * (box[3] - box[1]))
                if west >= east or south >= north or covered < 0.5:
                    raise GroundError(
                        f"{path.name}: covers {covered:.0%} of the frame (it runs from {bounds.left:.2f} "
                        f"{bounds.bottom:.2f} to "
                        f"{bounds.right:.2f} {bounds.top:.2f}). Line of sight needs the ground of the whole "
                        f"theatre: give a model of it."
                    )
                window = from_bounds(west, south, east, north, transform=dem.transform).round_offsets().round_lengths()
                thin = max(1, int(np.ceil(np.sqrt(window.width * window.height / MAX_CELLS))))
                shape = (max(2, int(window.height / thin)), max(2, int(window.width / thin)))
                data = dem.read(1, window=window, out_shape=shape, masked=True, resampling=Resampling.average)
                left, bottom, right, top = rasterio.windows.bounds(window, dem.transform)
    except rasterio.errors.RasterioError as error:
        raise _unreadable(path, error) from error
    metres = data.astype(np.float32).filled(np.nan)
    metres[~np.isfinite(metres) | (metres < -500) | (metres > 9000)] = np.nan
    holes = np.isnan(metres)
    share = float(holes.mean())
    if share > VOIDS_FILLED:
        raise GroundError(
            f"{path.name}: {share:.0%} of it is holes within the frame; up to {VOIDS_FILLED:.0%} can be filled "
            f"from their rims. "
            "Fill them, or give another elevation model."
        )
    if share:
        metres = rasterio.fill.fillnodata(metres, mask=(~holes).astype(np.uint8), max_search_distance=max(shape))
    return Relief(metres, (left, bottom, right, top), share, covered, thin > 1)
