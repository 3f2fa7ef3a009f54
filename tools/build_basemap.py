"""Cut the base map of a case out of larger open layers: relief, roads, rivers, lakes, borders.

Run by whoever makes a case, not by the product. Needs geopandas and rasterio.

    python tools/build_basemap.py GEODATA CASE --bbox 45.3 38.6 48.2 41.0

GEODATA holds `osm_roads_main.fgb`, `osm_waterways.fgb`, `osm_water.fgb` (OpenStreetMap,
ODbL), `naturalearth_basemap.gpkg` (public domain) and a DTED level 0 GeoTIFF. Roads under
construction are left out: in an extract made after a war they are roads that the war did
not know. Administrative boundary layers of such an extract are not used at all, since they
may already show the outcome.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import geopandas as gpd
import rasterio
from rasterio.windows import from_bounds
from shapely.geometry import box, mapping

ROADS = {"trunk": 1, "primary": 2, "secondary": 3}
TOLERANCE = 0.0015  # degrees, about 150 m: finer than a pixel of the printed map


def write_layer(frame: gpd.GeoDataFrame, path: Path, properties: list[str]) -> None:
    """One compact GeoJSON file; coordinates to four decimals, about ten metres."""

    def rounded(value: object) -> object:
        if isinstance(value, (list, tuple)):
            return [rounded(v) for v in value]
        return round(value, 4) if isinstance(value, float) else value

    features = [
        {
            "type": "Feature",
            "properties": {name: row[name] for name in properties},
            "geometry": {**mapping(row.geometry), "coordinates": rounded(mapping(row.geometry)["coordinates"])},
        }
        for _, row in frame.iterrows()
        if row.geometry is not None and not row.geometry.is_empty
    ]
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"), ensure_ascii=False)
    )
    print(f"{path.name}: {len(features)} features, {path.stat().st_size / 1e3:.0f} kB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("geodata", type=Path)
    parser.add_argument("case", type=Path)
    parser.add_argument("--bbox", type=float, nargs=4, required=True)
    parser.add_argument("--dem", default="karabakh_dem_dted0_30s.tif")
    args = parser.parse_args()
    home = args.case / "basemap"
    home.mkdir(exist_ok=True)
    frame = box(*args.bbox)

    roads = gpd.read_file(args.geodata / "osm_roads_main.fgb", bbox=tuple(args.bbox))
    roads = roads[roads["class"].isin(ROADS) & (roads["ramp"].fillna(0).astype(int) == 0)]
    roads["rank"] = roads["class"].map(ROADS)
    roads = roads.dissolve(by="rank", as_index=False)[["rank", "geometry"]]
    roads["geometry"] = roads.geometry.line_merge().simplify(TOLERANCE).intersection(frame)
    write_layer(roads, home / "roads.geojson", ["rank"])

    rivers = gpd.read_file(args.geodata / "osm_waterways.fgb", bbox=tuple(args.bbox))
    rivers = rivers[(rivers["class"] == "river") & rivers["name"].notna()]
    rivers = rivers.dissolve(by="name", as_index=False)[["name", "geometry"]]
    rivers["geometry"] = rivers.geometry.line_merge().simplify(TOLERANCE).intersection(frame)
    rivers = rivers[rivers.geometry.length > 0.15]
    write_layer(rivers, home / "rivers.geojson", [])

    lakes = gpd.read_file(args.geodata / "osm_water.fgb", bbox=tuple(args.bbox))
    lakes = lakes[lakes["area_m2"] > 1_500_000]
    lakes["geometry"] = lakes.geometry.simplify(TOLERANCE).intersection(frame)
    write_layer(lakes, home / "lakes.geojson", [])

    borders = gpd.read_file(args.geodata / "naturalearth_basemap.gpkg", layer="admin0_boundary_lines_10m")
    borders["geometry"] = borders.geometry.intersection(frame)
    write_layer(borders[~borders.geometry.is_empty], home / "borders.geojson", [])

    with rasterio.open(args.geodata / args.dem) as dem:
        window = from_bounds(*args.bbox, transform=dem.transform).round_offsets().round_lengths()
        profile = {
            "driver": "GTiff",
            "dtype": "int16",
            "count": 1,
            "width": int(window.width),
            "height": int(window.height),
            "crs": dem.crs,
            "transform": dem.window_transform(window),
            "nodata": dem.nodata,
            "compress": "deflate",
            "predictor": 2,
        }
        with rasterio.open(home / "relief.tif", "w", **profile) as out:
            out.write(dem.read(1, window=window), 1)
    print(f"relief.tif: {profile['width']} x {profile['height']}, {(home / 'relief.tif').stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
