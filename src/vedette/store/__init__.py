"""Where things live on disk: case folders in, results out. Nothing here computes.

In: a path. Out: checked stage types, or one clear error that names file, row, column and remedy.
"""

from vedette.store.basemap import read_basemap
from vedette.store.cache import DrawCache, versions
from vedette.store.case_folder import Basemap, Case, list_cases, read_case, read_outcome
from vedette.store.exports import claims_csv, control_geojson, json_bytes, write_probabilities
from vedette.store.write import OutputFolder, write_bytes

__all__ = [
    "Basemap",
    "Case",
    "DrawCache",
    "OutputFolder",
    "claims_csv",
    "control_geojson",
    "json_bytes",
    "list_cases",
    "read_basemap",
    "read_case",
    "read_outcome",
    "versions",
    "write_bytes",
    "write_probabilities",
]
