"""A scenario that makes no sense is refused, and says why."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Ask
from vedette.campaign import (
    CampaignPriors,
    Front,
    Scenario,
    campaign_ground,
    draw_parameters,
    forces,
    orders_of,
    read_scenario,
)
from vedette.campaign.scenario import Shift
from vedette.dynamics import TransitionPriors
from vedette.errors import PlaceNotFoundError, ScenarioError
from vedette.situation import supply_sources
from vedette.store import Case, list_scenarios, read_case, scenario_in, scenario_text

SECTORS = ("East", "Middle", "West")


def read(case: Case, text: str) -> Scenario:
    return read_scenario(tomllib.loads(text), case.places, case.routes, case.sides, SECTORS, "war.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("speed = 2", "'speed' is nothing that can be changed"),
        ('[[hold]]\nplace = "Ely"\nside = "green"', "'green' is no side of this case"),
        (
            '[[hold]]\nplace = "Ely"\nside = "blue"\n[[hold]]\nplace = "Ely"\nside = "orange"',
            "held by orange and by blue",
        ),
        (
            '[[hold]]\nplace = "Ely"\nside = "orange"\n[[lose]]\nplace = "Ely"\nto = "blue"\nby = 2031-04-30',
            "held beyond 2031-04-30 and lost by then",
        ),
        ('[[lose]]\nplace = "Ely"\nto = "blue"', "has no `by`"),
        ('[[lose]]\nplace = "Ely"\nto = "blue"\nby = "soon"', "is not a date"),
        ('[[lose]]\nplace = "Ely"\nto = "blue"\nwhen = 2031-04-30', "has no 'when'"),
        ('[[cut]]\nroute = "nowhere"', "there is no route 'nowhere'"),
        ('[[open]]\nfrom = "Ely"\nto = "Ely"', "to itself"),
        ('[[reserves]]\nside = "blue"\nfrom = "North"\nto = "West"\nshare = 0.5', "there are no reserves in 'North'"),
        ('[[reserves]]\nside = "blue"\nfrom = "West"\nto = "West"\nshare = 0.5', "to itself"),
        ('[[reserves]]\nside = "blue"\nfrom = "West"\nto = "East"\nshare = 1.5', "a share between 0 and 1"),
        ('[[backer]]\nactor = "X"\nside = "blue"\nchange = "pause"', "'stop' or 'start'"),
        ('[[tempo]]\nside = "blue"\nfactor = -1', "is not a number from 0 to 100"),
        (
            '[[tempo]]\nside = "blue"\nfactor = 2\n[[tempo]]\nside = "blue"\nfactor = 3',
            "the tempo of blue is changed twice",
        ),
        (
            '[[backer]]\nactor = "X"\nside = "blue"\n[[backer]]\nactor = "X"\nside = "blue"\nchange = "start"',
            "the help of X for blue is changed twice",
        ),
        (
            '[[cut]]\nroute = "norwick_alder"\n[[open]]\nfrom = "Alder"\nto = "Norwick"',
            "is cut and opened at once",
        ),
        ('peacekeepers = "yes"', "is neither true nor false"),
        ("horizon = 0", "is not a number of days"),
        ('hold = "Ely"', "is not a list of tables"),
    ],
)
def test_what_makes_no_sense_is_refused(small: Case, text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said.replace("[", r"\[")):
        read(small, text)


def test_an_unknown_place_is_not_guessed(small: Case) -> None:
    with pytest.raises(PlaceNotFoundError, match="Did you mean Dunmore"):
        read(small, '[[hold]]\nplace = "Dunmor3"\nside = "blue"')


def test_the_past_cannot_be_changed(small: Case) -> None:
    sources = supply_sources(small.places, small.sides, small.supply)
    ground = campaign_ground(small.places, small.neighbours, small.routes, sources, 2)
    with pytest.raises(ScenarioError, match="the past cannot be changed"):
        orders_of(read(small, "ceasefire = 2031-04-02"), ground, date(2031, 4, 10), 30)


def test_what_comes_after_the_end_changes_nothing_and_is_refused(small: Case) -> None:
    sources = supply_sources(small.places, small.sides, small.supply)
    ground = campaign_ground(small.places, small.neighbours, small.routes, sources, 2)
    with pytest.raises(ScenarioError, match="after the run of 5 days"):
        orders_of(read(small, "ceasefire = 2031-04-20"), ground, date(2031, 4, 10), 5)


def test_reserves_that_nobody_has_cannot_move(small: Case) -> None:
    sources = supply_sources(small.places, small.sides, small.supply)
    ground = campaign_ground(small.places, small.neighbours, small.routes, sources, 2)
    a, b = [s for s in ground.sectors if s][:2]
    nobody = np.full((3, len(small.places)), 2, dtype=np.int8)
    shift = Scenario(shifts=(Shift(0, a, b, 0.5),))
    parameters = draw_parameters(
        np.arange(3), np.ones((3, 5)), np.ones((3, 1, 2)), front=Front.unknown(3, 2, len(ground.sectors)),
        days=5, seed=0, priors=CampaignPriors(), dynamics=TransitionPriors(),
    )  # fmt: skip
    with pytest.raises(ScenarioError, match="no reserves to move"):
        forces(parameters, shift, ground, (), nobody)


def test_every_scenario_that_ships_makes_sense() -> None:
    case = read_case("karabakh-2020")
    assert len(list_scenarios(case)) == 4
    for name in list_scenarios(case):
        toml = scenario_in(scenario_text(case, name), name)
        found = read_scenario(toml, case.places, case.routes, case.sides, tuple(set(case.places.districts)), name)
        assert found.as_of == date(2020, 11, 6)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["what-if", "nothing-such"], "there is no scenario 'nothing-such'"),
        (["replay", "--member", "9999"], "there is no member 9999"),
        (["decisive", "--side", "green"], "'green' is no side"),
        (["forecast", "--origins", "monthly"], "neither `weekly`, `daily` nor dates"),
        (["forecast", "--origins", "2030-01-01"], "lies outside what is known"),
        (["forecast", "--origins", "weekly", "--horizons", "0"], "are not days from 1"),
        (["forecast", "--origins", "weekly", "--state", "none"], "has no control map 'none'"),
        (["forecast", "--horizon", "4000"], "is not between 1 and 365"),
    ],
)
def test_commands_refuse_in_one_sentence(
    vedette: Ask, hasty: None, case_folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(case_folder.parent)
    answer = vedette(*words, "--case", case_folder)
    assert answer.status == 2
    assert said in answer.err
    assert "Traceback" not in answer.err
