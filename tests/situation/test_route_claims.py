"""What is claimed of roads, and how much it counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vedette.claims import Claims
from vedette.situation import hear
from vedette.store import read_case

HEADER = "claim_id,reported_on,about_from,about_to,claimant,claimant_side,kind,side,route_id,polarity\n"
BLUE, ORANGE = 0, 1


@pytest.fixture
def claimed(case_folder: Path):  # type: ignore[no-untyped-def]
    def read(*rows: str) -> Claims:
        (case_folder / "claims.csv").write_text(HEADER + "\n".join(rows) + "\n")
        return read_case(case_folder).claims

    return read


def row(n: int, claimant: str, camp: str, kind: str, side: str, polarity: str = "asserted", day: int = 5) -> str:
    when = f"2031-04-{day:02d}"
    return f"c{n},{when},{when},{when},{claimant},{camp},{kind},{side},dunmore_fallow,{polarity}"


def odds(claims: Claims, side: int, day: int, record: dict[int, tuple[float, int]] | None = None) -> float:
    """Of the Dunmore road being cut against being open."""
    told = hear(claims, record or {}).likelihood(len(claims.routes), side, day)
    road = told[claims.routes.index("dunmore_fallow")]
    return float(road[2] / road[0])


def test_an_admission_weighs_more_than_a_third_party_and_that_more_than_a_boast(claimed):  # type: ignore[no-untyped-def]
    boast, third, admission = (
        odds(claimed(row(1, "A", camp, "route_cut", "blue")), ORANGE, 4) for camp in ("blue", "third", "orange")
    )
    assert 1 < boast < third < admission
    assert boast == pytest.approx(0.78 / 0.22)


def test_a_cut_by_blue_does_not_cut_the_road_for_blue(claimed):  # type: ignore[no-untyped-def]
    claims = claimed(row(1, "A", "third", "route_cut", "blue"))
    told = hear(claims, {}).likelihood(len(claims.routes), BLUE, 4)[claims.routes.index("dunmore_fallow")]
    assert told[1] > told[2], "who closes a road does so because it is in danger"


def test_an_open_road_and_a_denied_cut_lower_the_odds(claimed):  # type: ignore[no-untyped-def]
    assert odds(claimed(row(1, "A", "third", "route_open", "orange")), ORANGE, 4) < 1
    assert odds(claimed(row(1, "A", "third", "route_cut", "blue", "denied")), ORANGE, 4) < 1


def test_fire_control_makes_fire_likelier_than_either_end(claimed):  # type: ignore[no-untyped-def]
    claims = claimed(row(1, "A", "third", "fire_control", "blue"))
    told = hear(claims, {}).likelihood(len(claims.routes), ORANGE, 4)[claims.routes.index("dunmore_fallow")]
    assert told[1] > told[2] > told[0]


def test_a_road_that_its_own_side_closes_is_in_danger(claimed):  # type: ignore[no-untyped-def]
    claims = claimed(row(1, "A", "orange", "route_cut", "orange"))
    told = hear(claims, {}).likelihood(len(claims.routes), ORANGE, 4)[claims.routes.index("dunmore_fallow")]
    assert told[1] > told[2] > told[0]


def test_who_holds_the_road_has_it_open(claimed):  # type: ignore[no-untyped-def]
    assert odds(claimed(row(1, "A", "blue", "control", "orange")), ORANGE, 4) == pytest.approx(0.05 / 0.95)


def test_what_was_said_fades(claimed):  # type: ignore[no-untyped-def]
    claims = claimed(row(1, "A", "third", "route_cut", "blue"))
    assert odds(claims, ORANGE, 4) > odds(claims, ORANGE, 7) > odds(claims, ORANGE, 15) > 1
    assert np.log(odds(claims, ORANGE, 7)) == pytest.approx(np.log(odds(claims, ORANGE, 4)) / 2)


def test_nothing_is_heard_before_the_day_it_is_about(claimed):  # type: ignore[no-untyped-def]
    assert odds(claimed(row(1, "A", "third", "route_cut", "blue")), ORANGE, 3) == 1


def test_a_repetition_counts_once_and_a_chorus_a_little_more(claimed):  # type: ignore[no-untyped-def]
    once = odds(claimed(row(1, "A", "blue", "route_cut", "blue")), ORANGE, 4)
    twice = odds(claimed(row(1, "A", "blue", "route_cut", "blue"), row(2, "A", "blue", "route_cut", "blue")), ORANGE, 4)
    chorus = odds(
        claimed(row(1, "A", "blue", "route_cut", "blue"), row(2, "B", "blue", "route_cut", "blue")), ORANGE, 4
    )
    assert twice == once
    assert np.log(chorus) == pytest.approx(1.3 * np.log(once))


def test_a_bad_record_takes_the_weight_away(claimed):  # type: ignore[no-untyped-def]
    claims = claimed(row(1, "A", "third", "route_cut", "blue"))
    assert odds(claims, ORANGE, 4, {0: (0.2, 50)}) == pytest.approx(1)
    assert odds(claims, ORANGE, 4, {0: (1.0, 50)}) > odds(claims, ORANGE, 4)
