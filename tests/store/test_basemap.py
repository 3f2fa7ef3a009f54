from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from vedette.errors import CaseError
from vedette.store import Basemap, list_cases, read_basemap, read_case


def relief(path: Path, crs: str) -> Path:
    metres = {"driver": "GTiff", "height": 2, "width": 3, "count": 1, "dtype": "int16", "nodata": -32768}
    with rasterio.open(path, "w", crs=crs, transform=Affine(0.5, 0, 20, 0, -0.25, 11), **metres) as dem:
        dem.write(np.array([[[1, 2, -32768], [4, 5, 6]]], dtype=np.int16))
    return path


def test_relief_is_metres_north_up(tmp_path: Path) -> None:
    found = read_basemap(Basemap(relief(tmp_path / "relief.tif", "EPSG:4326"), {}))
    assert found.extent == (20.0, 21.5, 10.5, 11.0)
    assert found.relief is not None
    np.testing.assert_array_equal(found.relief, [[1, 2, np.nan], [4, 5, 6]])


def test_relief_in_metres_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"basemap/relief\.tif: is not in degrees.*Warp it to EPSG:4326"):
        read_basemap(Basemap(relief(tmp_path / "relief.tif", "EPSG:32638"), {}))


def test_relief_that_is_no_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "relief.tif").write_bytes(b"II*\0 and nothing more")
    with pytest.raises(CaseError, match=r"basemap/relief\.tif: cannot be read as an elevation model"):
        read_basemap(Basemap(tmp_path / "relief.tif", {}))


LINE = [[20.0, 10.0], [21.0, 11.0]]
RING = [[0, 0, 9], [1, 0, 9], [1, 1, 9], [0, 0, 9]]


@pytest.mark.parametrize(
    ("geometry", "parts"),
    [
        ({"type": "LineString", "coordinates": LINE}, 1),
        ({"type": "MultiLineString", "coordinates": [LINE, LINE]}, 2),
        ({"type": "Polygon", "coordinates": [RING, RING]}, 2),
        ({"type": "MultiPolygon", "coordinates": [[RING], [RING, RING]]}, 3),
        ({"type": "GeometryCollection", "geometries": [{"type": "LineString", "coordinates": LINE}]}, 1),
        ({"type": "Point", "coordinates": [1, 2]}, 0),
    ],
)
def test_lines_and_rings_are_read(tmp_path: Path, geometry: dict[str, object], parts: int) -> None:
    feature = {"type": "Feature", "properties": {"rank": 2}, "geometry": geometry}
    (tmp_path / "roads.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    lines = read_basemap(Basemap(None, {"roads": tmp_path / "roads.geojson"})).layers["roads"]
    assert len(lines) == parts
    assert all(points.shape[1] == 2 and rank == 2 for points, rank in lines)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"features": [{}]}',
        '{"features": [{"geometry": null}]}',
        '{"features": [{"geometry": {"type": "LineString", "coordinates": ["a"]}}]}',
        '{"features": [{"geometry": {"type": "LineString", "coordinates": null}}]}',
        '{"features": [{"geometry": {"type": "LineString", "coordinates": [1, 2]}}]}',
        '{"features": [{"properties": {"rank": "x"}, "geometry": {"type": "LineString", "coordinates": [[1, 2]]}}]}',
    ],
)
def test_what_is_no_geojson_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "roads.geojson").write_text(text)
    with pytest.raises(CaseError, match=r"basemap/roads\.geojson: cannot be read as GeoJSON"):
        read_basemap(Basemap(None, {"roads": tmp_path / "roads.geojson"}))


def test_the_shipped_base_maps_can_be_drawn() -> None:
    for name in list_cases():
        found = read_basemap(read_case(name).basemap)
        assert found.relief is not None
        assert found.extent is not None
        assert np.isfinite(found.relief).any()
        assert all(found.layers.values())
