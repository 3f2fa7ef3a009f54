"""Made-up parts of a briefing."""

from __future__ import annotations

from datetime import date
from typing import Any

from vedette.briefing import ClaimLine, Outlook, PlaceStory, SideLook, SupplyLine

SIDES = (SideLook("blue", "Blue side", "#2f6db3"), SideLook("orange", "Orange side", "#d9822b"))
STATES = ("Blue side", "Orange side", "contested")


def outlook(blue: float, orange: float) -> Outlook:
    return Outlook((blue, orange, round(1 - blue - orange, 12)), STATES)


def claim_line(claim_id: str, day: int, **given: Any) -> ClaimLine:
    when = date(2031, 4, day)
    known: dict[str, Any] = {
        "claimant": "Blue ministry",
        "claimant_side": "Blue side",
        "relayed_by": "",
        "kind": "capture",
        "side": "Blue side",
        "place": "Dunmore",
        "denied": False,
        "partial": False,
        "against_interest": False,
        "paraphrase": "",
        "source_url": "",
        "favours": 0,
        "weight": 1.0,
    }
    return ClaimLine(claim_id=claim_id, reported_on=when, about_from=when, about_to=when, **{**known, **given})


def story(**given: Any) -> PlaceStory:
    known: dict[str, Any] = {
        "place_id": "dunmore",
        "name": "Dunmore",
        "aliases": (),
        "district": "",
        "kind": "town",
        "as_of": date(2031, 4, 3),
        "first_day": date(2031, 4, 1),
        "outlook": outlook(0.7, 0.2),
        "sides": SIDES,
        "curve": ((0.0, 1.0, 0.0), (0.3, 0.6, 0.1), (0.7, 0.2, 0.1)),
        "claims": (),
        "supply": (),
        "without_camp": {},
    }
    return PlaceStory(**{**known, **given})


def supply(**given: Any) -> SupplyLine:
    known: dict[str, Any] = {
        "side": 0,
        "not_lost": 0.9,
        "isolated": 0.1,
        "unsafe": 0.3,
        "roads": (),
        "bearings": {"north": 0.9, "west": 0.5, "south": 0.1},
        "is_source": False,
    }
    return SupplyLine(**{**known, **given})
