"""What a user asks for, as one call each: read, estimate, say what it means, write.

In: a case and a question. Out: briefing types and datasets. Workflows put stages together;
they hold no formula and no format.
"""

from vedette.campaign import Calibration
from vedette.store import check_file, read_parameters, use_ledger
from vedette.verification import OutsiderLine, OutsidersReport
from vedette.workflows.ahead import write_decisive_page, write_forecast_page, write_what_if_page
from vedette.workflows.atlas import (
    Atlas,
    ControlByDay,
    atlas,
    known_now,
    known_then,
    map_geojson,
    route_lines,
    search_places,
)
from vedette.workflows.brief import FILES, brief
from vedette.workflows.campaign import CampaignStudy, calibrated, replay_lines, scenario_days
from vedette.workflows.campaign_runs import make_decisive, make_forecast, make_what_if
from vedette.workflows.cases import CaseSummary, cases, check_case
from vedette.workflows.claims import list_claims
from vedette.workflows.cluster import Spread, spread_over
from vedette.workflows.columns import ColumnMap
from vedette.workflows.comparison import Changeable, Comparison, changeable, check_scenario, compare
from vedette.workflows.decisive import DecisiveLine, DecisiveReport, decisive
from vedette.workflows.exchange import export_control, export_formats, export_terms, export_warning
from vedette.workflows.film import film_alone
from vedette.workflows.forecast import BackerAhead, CampaignReport, PlaceAhead, campaign_dataset, campaign_forecast
from vedette.workflows.imports import Imported, LeftOut, import_file
from vedette.workflows.ledger import (
    Found,
    LedgerState,
    add_note,
    ledger_state,
    notes_about,
    search,
    set_tags,
    start_ledger,
)
from vedette.workflows.lines import title_on
from vedette.workflows.new_case import CasePlan, case_sides, new_case
from vedette.workflows.nowcast import hindsight, in_the_end, nowcast
from vedette.workflows.outlook import ForecastSummary, forecast_origins, origins_of
from vedette.workflows.outsiders import outsiders
from vedette.workflows.runs import Rerun, Run, rerun, runs
from vedette.workflows.scenarios import Change, WhatIf, what_if
from vedette.workflows.scorecard import scorecard
from vedette.workflows.situation import (
    Fighting,
    FrontReport,
    GroundStudy,
    HeightView,
    PlaceSupply,
    RoadState,
    SituationReport,
    Trouble,
    front_geojson,
    write_geojson,
)
from vedette.workflows.sources import sources
from vedette.workflows.study import Progress, Study
from vedette.workflows.verify import verify
from vedette.workflows.who import story_of, who

__all__ = [
    "FILES",
    "Atlas",
    "BackerAhead",
    "Calibration",
    "CampaignReport",
    "CampaignStudy",
    "CasePlan",
    "CaseSummary",
    "Change",
    "Changeable",
    "ColumnMap",
    "Comparison",
    "ControlByDay",
    "DecisiveLine",
    "DecisiveReport",
    "Fighting",
    "ForecastSummary",
    "Found",
    "FrontReport",
    "GroundStudy",
    "HeightView",
    "Imported",
    "LedgerState",
    "LeftOut",
    "OutsiderLine",
    "OutsidersReport",
    "PlaceAhead",
    "PlaceSupply",
    "Progress",
    "Rerun",
    "RoadState",
    "Run",
    "SituationReport",
    "Spread",
    "Study",
    "Trouble",
    "WhatIf",
    "add_note",
    "atlas",
    "brief",
    "calibrated",
    "campaign_dataset",
    "campaign_forecast",
    "case_sides",
    "cases",
    "changeable",
    "check_case",
    "check_file",
    "check_scenario",
    "compare",
    "decisive",
    "export_control",
    "export_formats",
    "export_terms",
    "export_warning",
    "film_alone",
    "forecast_origins",
    "front_geojson",
    "hindsight",
    "import_file",
    "in_the_end",
    "known_now",
    "known_then",
    "ledger_state",
    "list_claims",
    "make_decisive",
    "make_forecast",
    "make_what_if",
    "map_geojson",
    "new_case",
    "notes_about",
    "nowcast",
    "origins_of",
    "outsiders",
    "read_parameters",
    "replay_lines",
    "rerun",
    "route_lines",
    "runs",
    "scenario_days",
    "scorecard",
    "search",
    "search_places",
    "set_tags",
    "sources",
    "spread_over",
    "start_ledger",
    "story_of",
    "title_on",
    "use_ledger",
    "verify",
    "what_if",
    "who",
    "write_decisive_page",
    "write_forecast_page",
    "write_geojson",
    "write_what_if_page",
]
