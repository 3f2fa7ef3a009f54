"""One statement taken from a report: somebody says something about one place or route and some days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from vedette.errors import ClaimError

__all__ = ["CONTROL_KINDS", "FORWARD_KINDS", "ROUTE_KINDS", "Certainty", "Claim", "Kind"]


class Kind(IntEnum):
    """What is claimed. The `side` of a claim is the one that acts, holds, loses (casualties) or is helped (support)."""

    control = 0
    capture = 1
    withdrawal = 2
    assault = 3
    repulse = 4
    advance = 5
    encirclement = 6
    fire_control = 7
    route_open = 8
    route_cut = 9
    strike = 10
    casualties = 11
    reinforcement = 12
    support = 13
    ceasefire = 14
    intent = 15
    forecast = 16


class Certainty(IntEnum):
    """How firmly the claimant puts it."""

    asserted = 0
    likely = 1
    possible = 2
    unlikely = 3


FORWARD_KINDS = frozenset({Kind.forecast, Kind.intent, Kind.ceasefire})
"""Kinds that may speak of days after their own publication."""

CONTROL_KINDS = frozenset(
    {
        Kind.control,
        Kind.capture,
        Kind.withdrawal,
        Kind.assault,
        Kind.repulse,
        Kind.advance,
        Kind.encirclement,
        Kind.strike,
    }
)
"""Kinds that bear on who holds a place."""

ROUTE_KINDS = frozenset({Kind.route_open, Kind.route_cut, Kind.fire_control})
"""Kinds that are about a road as a rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claimant says, in a report published on `reported_on`, that something was so from `about_from` to `about_to`.

    The two dates never mix. A hindcast cuts on `reported_on`: cutting on the days
    described would let next week's reports explain this week's map.

    `claimant_side` is a side id or `third`; `side` a side id or `both`; exactly one
    of `place_id` and `route_id` is set.
    """

    claim_id: str
    reported_on: date
    about_from: date
    about_to: date
    claimant: str
    claimant_side: str
    kind: Kind
    side: str
    place_id: str | None = None
    route_id: str | None = None
    denied: bool = False
    partial: bool = False
    certainty: Certainty = Certainty.asserted
    relation: str = ""
    relayed_by: str = ""
    report_id: str = ""
    quantity: str = ""
    unit: str = ""
    paraphrase: str = ""
    source_url: str = ""
    basis: str = ""

    def __post_init__(self) -> None:
        if self.about_from > self.about_to:
            raise ClaimError(
                f"claim {self.claim_id} speaks of {self.about_from} to {self.about_to}, which ends before it begins. "
                "Swap or correct about_from and about_to."
            )
        if self.reported_on < self.about_from and self.kind not in FORWARD_KINDS:
            raise ClaimError(
                f"claim {self.claim_id} was published on {self.reported_on} but reports {self.about_from}, a day that "
                "had not come. Correct the date it was misread from, or, if the report predicts, record it as kind "
                "'forecast' so that it is scored, not believed."
            )
        if (self.place_id is None) == (self.route_id is None):
            raise ClaimError(
                f"claim {self.claim_id} names {'neither a place nor a route' if self.place_id is None else 'both'}: "
                "one claim is about one of them. Give place_id or route_id."
            )
