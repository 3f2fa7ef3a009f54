"""Help from outside: who is known to give what, how soon each does more, what it waits for, what it does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.campaign.test_engine import DAYS, START, go, line, members
from tests.conftest import FEW
from vedette.campaign import Backer, Parameters, Scenario, forces, known_and_new, orders_of, run
from vedette.campaign.scenario import BackerChange, Loss
from vedette.errors import CaseError, ScenarioError
from vedette.store import Case, read_backers, read_case
from vedette.workflows import CampaignStudy, Study, campaign_forecast, replay_lines

ARMS = frozenset({"arms"})
HEADER = "date,actor,side_supported,kind,polarity,only_if"


def eager(backers: tuple[Backer, ...], count: int = 300, seed: int = 0) -> Parameters:
    """Every backer has reason to do more from the first day on, and mostly does within days."""
    drawn = members(line(10), count, seed, backers=backers)
    return replace(drawn, redline=np.full_like(drawn.redline, -1.0), answer=np.full_like(drawn.answer, 0.3))


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(1, 20), st.integers(1, 200))
def test_who_acted_oftener_does_more_sooner_and_who_waited_longer_later(seed: int, acts: int, days: int) -> None:
    """With the same luck: in every member, and each backer by what it did itself."""
    usual, busy, idle = Backer("A", 0, ARMS, acts=1, days=40), acts + 1, 40 + days
    some = members(line(6), 20, seed, backers=(usual, usual)).answer
    more = members(line(6), 20, seed, backers=(usual, replace(usual, acts=busy))).answer
    less = members(line(6), 20, seed, backers=(usual, replace(usual, days=idle))).answer
    assert (more[:, 1] > some[:, 1]).all()
    assert (less[:, 1] < some[:, 1]).all()
    np.testing.assert_array_equal(more[:, 0], some[:, 0])


def test_the_hazard_is_the_posterior_of_the_prior_and_the_acts() -> None:
    answer = members(line(6), 20_000, backers=(Backer("A", 0, ARMS), Backer("B", 0, ARMS, acts=6, days=50))).answer
    np.testing.assert_allclose(np.median(answer[:, 0]), 0.03, rtol=0.05)
    np.testing.assert_allclose(np.log(answer[:, 0]).std(), 1.0, rtol=0.05)
    np.testing.assert_allclose(answer[:, 1].mean(), (1.4 + 6) / (37 + 50), rtol=0.02)


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_help_never_hurts_the_helped_nor_the_closed_air_those_who_close_it(seed: int) -> None:
    for kinds in (ARMS, frozenset({"airspace"})):
        backers = (Backer("A", 0, kinds),)
        drawn = eager(backers, 400, seed)
        alone, helped = (go(line(10), drawn, backers=b) for b in ((replace(backers[0], kinds=frozenset()),), backers))
        assert helped.held[:, 0].mean() >= alone.held[:, 0].mean()
        assert helped.steps.max() == backers[0].most
        assert alone.steps.max() == 0


def test_who_waits_does_nothing_before_fighting_is_there() -> None:
    ground, far = line(10), 7
    backers = (Backer("A", 1, ARMS, only_if=(far,)), Backer("B", 1, ARMS))
    drawn = eager(backers)
    quiet = replace(drawn, tempo=drawn.tempo * 1e-12)
    found = go(ground, quiet, backers=backers)
    assert found.steps[:, 0].max() == 0
    assert found.steps[:, 1].mean() > 1
    lost = Scenario(losses=(Loss(far, 0, date(2031, 4, 2)),))
    assert go(ground, quiet, lost, backers=backers).steps[:, 0].mean() > 1


def test_stopping_one_backer_leaves_the_luck_of_others() -> None:
    backers = (Backer("A", 0, ARMS), Backer("B", 1, ARMS))
    drawn, stop = eager(backers), Scenario(backers=(BackerChange("a", 0, starts=False),))
    before, after = (go(line(10), drawn, s, backers=backers).steps for s in (None, stop))
    assert after[:, 0].max() == 0
    np.testing.assert_array_equal(before[:, 1], after[:, 1])


def test_who_starts_is_drawn_beside_the_others_and_waits_for_nothing() -> None:
    backers = (Backer("A", 0, ARMS, only_if=(9,), acts=2, days=9),)
    start = Scenario(backers=(BackerChange("New", 1, starts=True), BackerChange("A", 0, starts=True)))
    known = known_and_new(start, backers)
    assert [b.actor for b in known] == ["A", "New"]
    few, more = (members(line(10), 50, backers=b) for b in (backers, known))
    for name in ("answer", "redline", "more", "backing"):
        np.testing.assert_array_equal(getattr(few, name), getattr(more, name)[:, :1])
    ground, drawn = line(10), eager(known, 50)
    control = np.repeat(ground.places.start[None], 50, axis=0)
    changed = forces(drawn, start, ground, known, control)
    np.testing.assert_allclose(
        changed.strength / drawn.strength, 1.0 / (1.0 - drawn.backing[:, :, None]) * np.ones((1, 1, 2)), rtol=1e-12
    )
    orders = orders_of(start, ground, START, DAYS, backers)
    found = run(ground, changed, orders, control, control, np.arange(50), 7)
    assert (found.steps.mean(axis=0) > 1).all()


def test_who_only_promised_has_nothing_to_stop_and_who_is_unknown_is_named() -> None:
    promised = (Backer("A", 0, frozenset(), pledged=True, only_if=(0,)),)
    drawn = members(line(10), 20, backers=promised)
    control = np.repeat(line(10).places.start[None], 20, axis=0)
    stop = Scenario(backers=(BackerChange("A", 0, starts=False),))
    np.testing.assert_array_equal(forces(drawn, stop, line(10), promised, control).strength, drawn.strength)
    with pytest.raises(ScenarioError, match=r"no help that could stop.*Backers: A\."):
        known_and_new(Scenario(backers=(BackerChange("B", 0, starts=False),)), promised)


@pytest.fixture
def case(case_folder: Path) -> Case:
    return read_case(case_folder)


def told(case: Case, rows: str, as_of: str) -> tuple[Backer, ...]:
    (case.folder / "backers.csv").write_text(f"{HEADER}\n{rows}\n", encoding="utf-8")
    return read_backers(case, date.fromisoformat(as_of))


def test_acts_are_days_of_the_war_that_were_told_by_the_day_and_not_denied(case: Case) -> None:
    rows = """2031-03-20,Ally,blue,arms,,
2031-04-02,Ally,blue,arms,,
2031-04-02,ally,blue,drones,,
2031-04-03,Ally,blue,fighters,denied,
2031-04-04,Ally,blue,diplomacy,,
2031-04-05,Ally,neutral,airspace,,
2031-04-06,Ally,blue,airspace,,
2031-04-03,Rumour,orange,fighters,denied,
2031-04-06,Friend,orange,intelligence,,"""
    assert case.days.first == date(2031, 4, 1)
    early = (Backer("Ally", 0, frozenset({"arms", "drones"}), acts=1, days=5),)
    assert told(case, rows, "2031-04-05") == early
    assert told(case, rows, "2031-04-06") == (
        Backer("Ally", 0, frozenset({"arms", "drones", "airspace"}), acts=2, days=6),
        Backer("Friend", 1, frozenset({"intelligence"}), acts=1, days=6),
    )
    until_then = "\n".join(row for row in rows.splitlines() if row < "2031-04-06")
    assert told(case, until_then, "2031-04-05") == early, "what comes later is not seen"


def test_a_condition_binds_from_the_day_it_was_told_on(case: Case) -> None:
    rows = """2031-04-02,Ally,orange,arms,,
2031-04-04,Ally,orange,diplomacy,,Ely; Dunmore
2031-04-05,Ally,orange,arms,,
2031-04-07,Ally,orange,diplomacy,,district:West
2031-04-04,Other,orange,diplomacy,,Ely"""
    free = Backer("Ally", 1, ARMS, acts=1, days=3)
    assert told(case, rows, "2031-04-03") == (free,)
    ely, dunmore = case.places.find("Ely"), case.places.find("Dunmore")
    bound, promised = told(case, rows, "2031-04-05")
    assert bound == replace(free, only_if=tuple(sorted((ely, dunmore))))
    assert promised == Backer("Other", 1, frozenset(), pledged=True, days=3, only_if=(ely,))
    west = tuple(i for i, district in enumerate(case.places.districts) if district == "West")
    assert told(case, rows, "2031-04-08")[0] == replace(free, only_if=west)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2031-04-02,Ally,blue,arms,perhaps,", "row 2, column polarity: 'perhaps' is not one of"),
        ("soon,Ally,blue,arms,,", "row 2, column date: 'soon' is not a date"),
        ("2031-04-02,,blue,arms,,", "row 2, column actor: is blank"),
        ("2031-04-02,Ally,blue,words,,Nowhere Such", "row 2, column only_if: no place of this case"),
        ("2031-04-02,Ally,blue,words,,district:Nowhere", "'Nowhere' is no district of this case"),
        ("2031-04-02,Ally,neutral,words,,Ely", "'neutral', which is no side. Name one of blue, orange"),
    ],
)
def test_rows_that_make_no_sense_are_named(case: Case, row: str, said: str) -> None:
    with pytest.raises(CaseError, match=said):
        told(case, row, "2031-04-08")


def test_a_column_that_nobody_reads_is_refused(case: Case) -> None:
    (case.folder / "backers.csv").write_text("date,actor,side_supported,kind,only_it\n", encoding="utf-8")
    with pytest.raises(CaseError, match="unknown column 'only_it'"):
        read_backers(case, date(2031, 4, 8))


def test_what_ships_is_known_by_the_day() -> None:
    """Help was tied to a condition in public on 7 October 2020, and nobody knew on the 6th."""
    shipped = read_case("karabakh-2020")
    early, late = (read_backers(shipped, date(2020, 10, day)) for day in (6, 7))
    assert [b.side for b in early] == [0, 0, 0]
    bound = late[-1]
    assert bound.side == 1
    assert bound.pledged
    assert {shipped.places.districts[i] for i in bound.only_if} == {"Syunik", "Gegharkunik"}


def test_a_replay_says_who_did_more_and_when_the_fighting_ended_and_began_again(case: Case) -> None:
    told(case, "2031-04-02,Ally,blue,arms,,\n2031-04-03,Friend,orange,airspace,,", "2031-04-10")
    campaign = CampaignStudy(Study.of(case.folder, date(2031, 4, 10), effort=FEW), 12, 20)
    drawn = campaign.parameters
    eager = {name: np.full_like(getattr(drawn, name), x) for name, x in (("redline", -1.0), ("answer", 0.5))}
    restless = {name: np.full_like(getattr(drawn, name), 0.3) for name in ("ceasefire", "breach")}
    vars(campaign)["parameters"] = replace(drawn, **eager, **restless)
    lines = [line for member in range(6) for _, line in replay_lines(campaign, member)]
    for said in (
        "Ally gives more help, for blue",
        "Friend closes the air to the other side, for orange",
        "the fighting ends",
        "the fighting begins again",
    ):
        assert said in lines
    ahead = {(b.actor, b.side): b.more for b in campaign_forecast(campaign).backers}
    assert set(ahead) == {("Ally", "blue"), ("Friend", "orange")}
    assert min(ahead.values()) > 0.5
