from __future__ import annotations

from datetime import date

import pytest

from tests.claims.tables import claim
from vedette.claims import FORWARD_KINDS, Kind
from vedette.errors import ClaimError


def test_a_claim_cannot_end_before_it_begins() -> None:
    with pytest.raises(ClaimError, match=r"a01 speaks of 2031-04-06 to 2031-04-05.*Swap or correct"):
        claim("a01", 9, about_from=date(2031, 4, 6), about_to=date(2031, 4, 5))


@pytest.mark.parametrize("kind", Kind)
def test_only_some_kinds_speak_of_days_to_come(kind: Kind) -> None:
    if kind in FORWARD_KINDS:
        assert claim("a01", 2, about=5, kind=kind).about_to == date(2031, 4, 6)
    else:
        with pytest.raises(ClaimError, match=r"published on 2031-04-03 but reports 2031-04-06.*record it as kind"):
            claim("a01", 2, about=5, kind=kind)
    assert claim("a01", 5, about=5, kind=kind).reported_on == date(2031, 4, 6)


def test_forecasts_intents_and_ceasefires_look_forward() -> None:
    assert {Kind.forecast, Kind.intent, Kind.ceasefire} == FORWARD_KINDS


@pytest.mark.parametrize(
    ("where", "said"),
    [({"place_id": None}, "neither a place nor a route"), ({"place_id": "cairn", "route_id": "cairn_ely"}, "both")],
)
def test_a_claim_is_about_a_place_or_a_route(where: dict[str, str | None], said: str) -> None:
    with pytest.raises(ClaimError, match=f"{said}.*Give place_id or route_id"):
        claim("a01", 2, **where)
