"""Where things live on disk: case folders in, results out. Nothing here computes.

In: a path. Out: checked stage types, or one clear error that names file, row, column and remedy.
"""

from vedette.store.basemap import read_basemap
from vedette.store.cache import DrawCache, versions
from vedette.store.case_folder import (
    Basemap,
    Case,
    NamedRoute,
    list_cases,
    places_table,
    read_case,
    read_named_routes,
    read_outcome,
    read_places,
)
from vedette.store.exports import claims_csv, control_geojson, json_bytes, write_probabilities
from vedette.store.geodata import Box, Relief, Spots, check_box, read_areas, read_relief_model, read_roads, read_spots
from vedette.store.ground_files import Ground, read_ground, write_heights, write_paths, write_relief
from vedette.store.new_case import Building, fingerprint, write_table
from vedette.store.write import OutputFolder, write_bytes

__all__ = [
    "Basemap",
    "Box",
    "Building",
    "Case",
    "DrawCache",
    "Ground",
    "NamedRoute",
    "OutputFolder",
    "Relief",
    "Spots",
    "check_box",
    "claims_csv",
    "control_geojson",
    "fingerprint",
    "json_bytes",
    "list_cases",
    "places_table",
    "read_areas",
    "read_basemap",
    "read_case",
    "read_ground",
    "read_named_routes",
    "read_outcome",
    "read_places",
    "read_relief_model",
    "read_roads",
    "read_spots",
    "versions",
    "write_bytes",
    "write_heights",
    "write_paths",
    "write_probabilities",
    "write_relief",
    "write_table",
]
