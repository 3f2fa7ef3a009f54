"""Where things live on disk: case folders in, results out. Nothing here computes.

In: a path. Out: checked stage types, or one clear error that names file, row, column and remedy.
"""

from vedette.store.basemap import read_basemap
from vedette.store.cache import DrawCache, code_digest, versions
from vedette.store.case_folder import Basemap, Case, case_name, find_case, list_cases, read_case, read_outcome
from vedette.store.casebook import (
    ReadReport,
    all_decisions,
    claim_rows,
    keep,
    kept_reports,
    ledger_of,
    report_to_keep,
    tags_of,
    writable_case,
)
from vedette.store.claim_tables import Proposed
from vedette.store.exports import (
    ForecastRows,
    check_table,
    claims_csv,
    control_geojson,
    json_bytes,
    write_forecasts,
    write_probabilities,
)
from vedette.store.film import film_bytes
from vedette.store.force_tables import read_forces
from vedette.store.forecast_readings import ForecastReading, read_forecast_readings
from vedette.store.geodata import Box, Relief, Spots, check_box, read_areas, read_relief_model, read_roads, read_spots
from vedette.store.ground_files import Ground, read_ground, write_heights, write_paths, write_relief
from vedette.store.ground_tables import NamedRoute, places_table, read_named_routes, read_places
from vedette.store.incoming import (
    Foreign,
    MapArea,
    MapAreas,
    Placemark,
    areas_of_placemarks,
    is_control_map,
    read_foreign,
    read_map_areas,
    read_placemarks,
)
from vedette.store.ledger import (
    Act,
    Additions,
    Finding,
    Kept,
    KeptReport,
    KeptRun,
    Ledger,
    Note,
    Tag,
    ledger_at,
    searched,
    ships,
    use_ledger,
    words_of,
)
from vedette.store.network import Fetched, Fetcher, model_endpoint
from vedette.store.new_case import Building, fingerprint, write_table
from vedette.store.outgoing import FORMATS, ControlTable, terms_of, withheld_csv, write_control
from vedette.store.parameter_files import parameters_in, parameters_text, read_parameters, write_parameters
from vedette.store.report_files import report_bytes, report_files
from vedette.store.reviews import Decision, standing, withdrawn
from vedette.store.scenario_files import list_scenarios, scenario_in, scenario_text
from vedette.store.support_tables import read_backers, read_peacekeepers
from vedette.store.tables import Problems
from vedette.store.watch_folder import WatchFolder
from vedette.store.write import OutputFolder, check_file, check_folder, write_bytes

__all__ = [
    "FORMATS",
    "Act",
    "Additions",
    "Basemap",
    "Box",
    "Building",
    "Case",
    "ControlTable",
    "Decision",
    "DrawCache",
    "Fetched",
    "Fetcher",
    "Finding",
    "ForecastReading",
    "ForecastRows",
    "Foreign",
    "Ground",
    "Kept",
    "KeptReport",
    "KeptRun",
    "Ledger",
    "MapArea",
    "MapAreas",
    "NamedRoute",
    "Note",
    "OutputFolder",
    "Placemark",
    "Problems",
    "Proposed",
    "ReadReport",
    "Relief",
    "Spots",
    "Tag",
    "WatchFolder",
    "all_decisions",
    "areas_of_placemarks",
    "case_name",
    "check_box",
    "check_file",
    "check_folder",
    "check_table",
    "claim_rows",
    "claims_csv",
    "code_digest",
    "control_geojson",
    "film_bytes",
    "find_case",
    "fingerprint",
    "is_control_map",
    "json_bytes",
    "keep",
    "kept_reports",
    "ledger_at",
    "ledger_of",
    "list_cases",
    "list_scenarios",
    "model_endpoint",
    "parameters_in",
    "parameters_text",
    "places_table",
    "read_areas",
    "read_backers",
    "read_basemap",
    "read_case",
    "read_forces",
    "read_forecast_readings",
    "read_foreign",
    "read_ground",
    "read_map_areas",
    "read_named_routes",
    "read_outcome",
    "read_parameters",
    "read_peacekeepers",
    "read_placemarks",
    "read_places",
    "read_relief_model",
    "read_roads",
    "read_spots",
    "report_bytes",
    "report_files",
    "report_to_keep",
    "scenario_in",
    "scenario_text",
    "searched",
    "ships",
    "standing",
    "tags_of",
    "terms_of",
    "use_ledger",
    "versions",
    "withdrawn",
    "withheld_csv",
    "words_of",
    "writable_case",
    "write_bytes",
    "write_control",
    "write_forecasts",
    "write_heights",
    "write_parameters",
    "write_paths",
    "write_probabilities",
    "write_relief",
    "write_table",
]
