"""Who says what about which place and day.

In: rows of a claims table, or a published control map. Out: `Claims`, the standing
`Assertions` they amount to, and the pairs that cannot both be true. Nothing here weighs anything.
"""

from vedette.claims.assertions import (
    Assertions,
    Copies,
    Relation,
    Says,
    Tendency,
    assertions_of,
    order_of,
    relation_of,
    says_of,
    tendency_of,
)
from vedette.claims.ceasefires import Ceasefires, ceasefires_in
from vedette.claims.claim import (
    CONTROL_KINDS,
    FORWARD_KINDS,
    ROUTE_KINDS,
    Certainty,
    Claim,
    Kind,
)
from vedette.claims.contradictions import Contradiction, contradictions, said_both
from vedette.claims.events import EventKind, Events, spoken_of, with_events
from vedette.claims.incidents import (
    ACLED_COLUMNS,
    GED_COLUMNS,
    BadCell,
    Incident,
    Whereabouts,
    acled_event,
    claim_of,
    event_kind,
    ged_event,
    side_in,
    spot,
)
from vedette.claims.licences import LICENCES, Licence, may_leave
from vedette.claims.maps import ControlMap
from vedette.claims.table import Claims, Prose

__all__ = [
    "ACLED_COLUMNS",
    "CONTROL_KINDS",
    "FORWARD_KINDS",
    "GED_COLUMNS",
    "LICENCES",
    "ROUTE_KINDS",
    "Assertions",
    "BadCell",
    "Ceasefires",
    "Certainty",
    "Claim",
    "Claims",
    "Contradiction",
    "ControlMap",
    "Copies",
    "EventKind",
    "Events",
    "Incident",
    "Kind",
    "Licence",
    "Prose",
    "Relation",
    "Says",
    "Tendency",
    "Whereabouts",
    "acled_event",
    "assertions_of",
    "ceasefires_in",
    "claim_of",
    "contradictions",
    "event_kind",
    "ged_event",
    "may_leave",
    "order_of",
    "relation_of",
    "said_both",
    "says_of",
    "side_in",
    "spoken_of",
    "spot",
    "tendency_of",
    "with_events",
]
