"""Who says what about which place and day.

In: rows of a claims table, or a published control map. Out: `Claims`, the standing
`Assertions` they amount to, and the pairs that cannot both be true. Nothing here weighs anything.
"""

from vedette.claims.assertions import (
    Assertions,
    Relation,
    Says,
    Tendency,
    assertions_of,
    relation_of,
    says_of,
    tendency_of,
)
from vedette.claims.claim import (
    CONTROL_KINDS,
    FORWARD_KINDS,
    ROUTE_KINDS,
    Certainty,
    Claim,
    Kind,
)
from vedette.claims.contradictions import Contradiction, contradictions
from vedette.claims.events import EventKind, Events, with_events
from vedette.claims.maps import ControlMap
from vedette.claims.table import Claims, Prose

__all__ = [
    "CONTROL_KINDS",
    "FORWARD_KINDS",
    "ROUTE_KINDS",
    "Assertions",
    "Certainty",
    "Claim",
    "Claims",
    "Contradiction",
    "ControlMap",
    "EventKind",
    "Events",
    "Kind",
    "Prose",
    "Relation",
    "Says",
    "Tendency",
    "assertions_of",
    "contradictions",
    "relation_of",
    "says_of",
    "tendency_of",
    "with_events",
]
