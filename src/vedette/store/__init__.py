"""Where things live on disk: case folders in, results out. Nothing here computes.

In: a path. Out: checked stage types, or one clear error that names file, row, column and remedy.
"""

from vedette.store.basemap import read_basemap
from vedette.store.cache import DrawCache, versions
from vedette.store.case_folder import Basemap, Case, list_cases, read_case, read_outcome
from vedette.store.exports import claims_csv, control_geojson, json_bytes, write_probabilities
from vedette.store.network import Fetched, Fetcher, model_endpoint
from vedette.store.report_files import (
    append_claims,
    claim_rows,
    keep_report,
    kept_reports,
    report_bytes,
    report_files,
    writable_case,
)
from vedette.store.reviews import Decision, decide, decisions, standing, withdrawn
from vedette.store.watch_folder import WatchFolder
from vedette.store.write import OutputFolder, write_bytes

__all__ = [
    "Basemap",
    "Case",
    "Decision",
    "DrawCache",
    "Fetched",
    "Fetcher",
    "OutputFolder",
    "WatchFolder",
    "append_claims",
    "claim_rows",
    "claims_csv",
    "control_geojson",
    "decide",
    "decisions",
    "json_bytes",
    "keep_report",
    "kept_reports",
    "list_cases",
    "model_endpoint",
    "read_basemap",
    "read_case",
    "read_outcome",
    "report_bytes",
    "report_files",
    "standing",
    "versions",
    "withdrawn",
    "writable_case",
    "write_bytes",
    "write_probabilities",
]
