"""What sources say of strengths: relative to a side's own mean, by the day it was published, wide where they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.campaign.test_engine import DAYS, line
from vedette.campaign import CampaignPriors, Force, Front, Parameters, Strengths, draw_parameters, strengths_of
from vedette.dynamics import TransitionPriors
from vedette.errors import CaseError
from vedette.store import Case, read_case, read_forces

SIDES, PLACES = ("blue", "orange"), np.array([2.0, 6.0, 12.0])
NUMBERS = st.floats(1.0, 1e5)
HEADER = "side,sector,low,high,published,source_url,basis"


def drawn(strengths: Strengths, count: int = 50) -> Parameters:
    ground = line(8)
    return draw_parameters(
        np.arange(count), np.repeat([TransitionPriors().hazard], count, axis=0), np.ones((count, 2, 2)),
        front=Front.unknown(count, 2, len(ground.sectors)), strengths=strengths, days=DAYS, seed=0,
        priors=CampaignPriors(), dynamics=TransitionPriors(),
    )  # fmt: skip


@given(NUMBERS, st.floats(1.0, 5.0), NUMBERS, st.floats(1.0, 5.0), st.booleans())
def test_a_side_twice_as_strong_everywhere_is_as_strong_beside_its_mean(
    one: float, wide: float, rest: float, wider: float, whole: bool
) -> None:
    """The ratio between sides is in the tempo already: not a byte changes."""

    def rows(times: float) -> list[Force]:
        total = (one * 10 + rest) * times
        named = [Force(0, 1, times * one, times * one * wide)]
        return [*named, Force(0, None, total, total * wider)] if whole else named

    before, after = (strengths_of(rows(times), SIDES, PLACES) for times in (1.0, 2.0))
    assert before.log.tobytes() == after.log.tobytes()
    assert before.spread.tobytes() == after.spread.tobytes()
    np.testing.assert_allclose((np.exp(before.log[0]) * PLACES).sum(), PLACES.sum())
    np.testing.assert_array_equal(before.log[1], 0.0)


def test_a_total_alone_moves_no_sector_and_widens_all() -> None:
    found = strengths_of([Force(0, None, 1000.0, 4000.0)], SIDES, PLACES)
    np.testing.assert_allclose(found.log, 0.0, atol=1e-12)
    np.testing.assert_allclose(found.spread[0], np.log(4.0) / (2 * 1.6448536), rtol=1e-6)
    np.testing.assert_array_equal(found.spread[1], 0.0)


def test_what_is_left_of_the_whole_is_shared_evenly_by_places() -> None:
    rows = [Force(0, None, 2000.0, 2000.0), Force(0, 0, 500.0, 2000.0)]
    found = strengths_of(rows, SIDES, PLACES)
    a_place = np.array([1000 / 2, 1000 / 18, 1000 / 18])
    np.testing.assert_allclose(np.exp(found.log[0]), a_place / (2000 / 20))
    assert found.spread[0, 1] == found.spread[0, 2]
    assert found.spread[0, 1] == pytest.approx(found.spread[0, 0]), "what is left is as uncertain as what was taken"
    without = strengths_of(rows[1:], SIDES, PLACES)
    np.testing.assert_allclose(without.log[0], 0.0, atol=1e-12)
    assert without.spread[0, 1] == 0.0


def test_sectors_that_are_more_than_the_whole_are_refused() -> None:
    with pytest.raises(CaseError, match="the sectors of blue add up to 3000, and 2000 is all it has"):
        strengths_of([Force(0, None, 2000.0, 2000.0), Force(0, 0, 3000.0, 3000.0)], SIDES, PLACES)


def test_strengths_are_drawn_around_what_is_said_with_both_widths() -> None:
    said = strengths_of([Force(0, None, 900.0, 900.0), Force(0, 1, 300.0, 1200.0)], SIDES, np.array([4.0, 4.0]))
    log = np.log(drawn(said, 20_000).strength)
    np.testing.assert_allclose(log[:, 0, 1].mean(), np.log(600 / 450), atol=0.02)
    np.testing.assert_allclose(log[:, 0, 1].std(), np.hypot(0.4, np.log(4.0) / 3.2897), rtol=0.03)
    np.testing.assert_allclose(log[:, 1].std(axis=0), 0.4, rtol=0.03)
    unsaid = drawn(Strengths.unknown(2, 2), 200)
    assert unsaid.strength.tobytes() == drawn(strengths_of([], SIDES, np.array([4.0, 4.0])), 200).strength.tobytes()


@pytest.fixture
def case(case_folder: Path) -> Case:
    return read_case(case_folder)


def told(case: Case, rows: str, as_of: str = "2031-04-10") -> tuple[Force, ...]:
    (case.folder / "forces.csv").write_text(f"{HEADER}\n{rows}\n", encoding="utf-8")
    return read_forces(case, date.fromisoformat(as_of), ("East", "Middle", "West"))


def test_what_is_published_later_is_not_known_and_the_latest_stands(case: Case) -> None:
    rows = """blue,,1000,2000,2030-01-01,,
blue,East,100,200,2031-04-05,,
blue,East,300,400,2031-04-07,,
orange,West,50,60,2031-04-07,,"""
    assert told(case, rows, "2029-12-31") == ()
    assert told(case, rows, "2031-04-05") == (Force(0, None, 1000.0, 2000.0), Force(0, 0, 100.0, 200.0))
    assert set(told(case, rows)) == {
        Force(0, None, 1000.0, 2000.0), Force(0, 0, 300.0, 400.0), Force(1, 2, 50.0, 60.0),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("green,,1,2,2031-04-01,,", "row 2, column side: 'green' is not one of"),
        ("blue,North,1,2,2031-04-01,,", "'North' is no sector of this case. Sectors: East, Middle, West"),
        ("blue,,3,2,2031-04-01,,", "the range from 3 to 2 is none"),
        ("blue,,0,2,2031-04-01,,", "the range from 0 to 2 is none"),
        ("blue,,,2,2031-04-01,,", "row 2, column low: is blank"),
        ("blue,,1,2,soon,,", "'soon' is not a date"),
        ("blue,,1,2,2031-04-01,,\nblue,,1,3,2031-04-01,,", "row 3, column published: speaks of the same"),
    ],
)
def test_rows_that_make_no_sense_are_named(case: Case, row: str, said: str) -> None:
    with pytest.raises(CaseError, match=said):
        told(case, row)


def test_what_ships_was_published_before_the_war() -> None:
    shipped = read_case("karabakh-2020")
    sectors = tuple(sorted(set(shipped.places.districts)))
    found = read_forces(shipped, date(2020, 9, 26), sectors)
    assert {(f.side, f.sector) for f in found} == {(0, None), (1, None)}
