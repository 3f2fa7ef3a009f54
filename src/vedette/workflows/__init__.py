"""What a user asks for, as one call each: read, estimate, say what it means, write.

In: a case and a question. Out: briefing types and datasets. Workflows put stages together;
they hold no formula and no format.
"""

from vedette.workflows.atlas import Atlas, ControlByDay, atlas, known_now, known_then, map_geojson, search_places
from vedette.workflows.brief import brief
from vedette.workflows.cases import CaseSummary, cases, check_case
from vedette.workflows.claims import list_claims
from vedette.workflows.exchange import (
    ColumnMap,
    Imported,
    export_control,
    export_formats,
    import_file,
)
from vedette.workflows.new_case import CasePlan, case_sides, new_case
from vedette.workflows.nowcast import hindsight, in_the_end, nowcast
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
from vedette.workflows.who import who

__all__ = [
    "Atlas",
    "CasePlan",
    "CaseSummary",
    "ColumnMap",
    "ControlByDay",
    "Fighting",
    "FrontReport",
    "GroundStudy",
    "HeightView",
    "Imported",
    "PlaceSupply",
    "Progress",
    "RoadState",
    "SituationReport",
    "Study",
    "Trouble",
    "atlas",
    "brief",
    "case_sides",
    "cases",
    "check_case",
    "export_control",
    "export_formats",
    "front_geojson",
    "hindsight",
    "import_file",
    "in_the_end",
    "known_now",
    "known_then",
    "list_claims",
    "map_geojson",
    "new_case",
    "nowcast",
    "search_places",
    "sources",
    "verify",
    "who",
    "write_geojson",
]
