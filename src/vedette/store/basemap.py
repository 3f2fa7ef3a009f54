"""The base map of a case, read for drawing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray

from vedette.briefing import BaseLayers
from vedette.errors import CaseError
from vedette.store.case_folder import Basemap

__all__ = ["read_basemap"]


def read_basemap(basemap: Basemap) -> BaseLayers:
    """Relief and layers; what the case lacks stays empty. A file that cannot be read is a `CaseError`."""
    relief, extent = None, None
    if basemap.relief is not None:
        try:
            with rasterio.open(basemap.relief) as dem:
                if dem.crs is None or not dem.crs.is_geographic:
                    raise CaseError(
                        f"basemap/{basemap.relief.name}: is not in degrees (its reference system is {dem.crs}). "
                        "Warp it to EPSG:4326."
                    )
                data = dem.read(1).astype(np.float64)
                if dem.nodata is not None:
                    data[data == dem.nodata] = np.nan
                bounds = dem.bounds
                relief, extent = data, (bounds.left, bounds.right, bounds.bottom, bounds.top)
        except rasterio.errors.RasterioError as error:
            raise CaseError(
                f"basemap/{basemap.relief.name}: cannot be read as an elevation model ({error})."
            ) from error
    layers = {name: _lines(path) for name, path in basemap.layers.items()}
    return BaseLayers(relief, extent, layers)


def _lines(path: Path) -> list[tuple[NDArray[np.float64], int]]:
    """Every line or ring of a GeoJSON file as (n, 2) longitudes and latitudes, with its `rank` property or 0."""
    try:
        collection = json.loads(path.read_text(encoding="utf-8"))
        return [
            (np.array(part, dtype=np.float64)[:, :2], int((feature.get("properties") or {}).get("rank") or 0))
            for feature in collection["features"]
            for part in _parts(feature["geometry"])
        ]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise CaseError(f"basemap/{path.name}: cannot be read as GeoJSON lines or polygons ({error!r}).") from error


def _parts(geometry: dict[str, Any]) -> list[Any]:
    """The lines and rings of a geometry, unchecked; points have none."""
    kind = geometry["type"]
    if kind == "GeometryCollection":
        return [part for each in geometry["geometries"] for part in _parts(each)]
    coordinates: Any = geometry.get("coordinates")
    if kind == "LineString":
        return [coordinates]
    if kind in ("MultiLineString", "Polygon"):
        return list(coordinates)
    if kind == "MultiPolygon":
        return [ring for polygon in coordinates for ring in polygon]
    return []
