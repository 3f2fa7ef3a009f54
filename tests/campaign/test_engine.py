"""The engine against its reference, and laws that hold for any campaign."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vedette.campaign import (
    Backer,
    CampaignGround,
    CampaignPriors,
    Eyes,
    Front,
    Parameters,
    Run,
    Scenario,
    campaign_ground,
    draw_parameters,
    orders_of,
    run,
    run_member,
)
from vedette.campaign.scenario import Hold, Loss, RoadChange
from vedette.dynamics import TransitionPriors
from vedette.ground import Places, Routes, neighbours_of

START = date(2031, 4, 1)
BACKERS = (
    Backer("Friend", 0, frozenset({"arms", "airspace"}), acts=3, days=20),
    Backer("Other", 1, frozenset({"drones"}), days=20),
    Backer("Neighbour", 1, frozenset({"airspace"}), only_if=(6, 7), days=9),
    Backer("Late", 0, frozenset(), pledged=True, only_if=(0,)),
)
DAYS = 12


def line(count: int, sides: int = 2) -> CampaignGround:
    """Places on a slightly bent line, a road along it; the first supplies side 0, the last side 1."""
    ids = tuple(f"p{i}" for i in range(count))
    step = np.arange(count, dtype=np.float64)
    lat: NDArray[np.float64] = 10.0 + 0.01 * np.sin(step)
    lon = 20.0 + 0.1 * step
    nothing = np.full(count, np.nan)
    start = (np.arange(count) * sides // count).astype(np.int8)
    districts = tuple("west" if i < count // 2 else "east" for i in range(count))
    places = Places(ids, ids, ((),) * count, ("village",) * count, districts, lat, lon, nothing, nothing, start)
    ends = np.column_stack([np.arange(count - 1), np.arange(1, count)]).astype(np.int32)
    names = tuple(f"r{i}" for i in range(count - 1))
    routes = Routes(
        names, names, ("road",) * len(names), ends, np.full(count - 1, 11.0), np.ones(count - 1, dtype=bool)
    )
    sources = {0: np.array([0]), sides - 1: np.array([count - 1])}
    ground = campaign_ground(
        places, neighbours_of(places, routes), routes, sources, sides, capitals=[count - 2], symbols=[count // 2]
    )
    return replace(ground, eyes=eyes(count))


def eyes(count: int) -> Eyes:
    """Each place sees the two places to either side, and the roads between; one in three only in some terrains."""
    targets = [
        [j for j in range(i - 2, i + 3) if 0 <= j < count and j != i]
        + [count + r for r in range(i - 2, i + 2) if 0 <= r < count - 1]
        for i in range(count)
    ]
    flat = np.array([t for row in targets for t in row], dtype=np.int64)
    bits = np.where(np.arange(len(flat)) % 3 == 0, 0b0101, 0b1111).astype(np.uint64)
    return Eyes(np.concatenate([[0], np.cumsum([len(row) for row in targets])]).astype(np.int64), flat, bits, 4)


def members(
    ground: CampaignGround, count: int, seed: int = 0, tempo: float = 4.0, backers: tuple[Backer, ...] = ()
) -> Parameters:
    hazard = np.repeat([TransitionPriors().hazard], count, axis=0)
    return draw_parameters(
        np.arange(count), hazard, np.full((count, 3, ground.sides), tempo),
        front=Front.unknown(count, ground.sides, len(ground.sectors)), backers=backers,
        days=DAYS, seed=seed, priors=CampaignPriors(), dynamics=TransitionPriors(),
    )  # fmt: skip


def go(
    ground: CampaignGround,
    parameters: Parameters,
    scenario: Scenario | None = None,
    control: NDArray[np.int8] | None = None,
    backers: tuple[Backer, ...] = (),
) -> Run:
    start = ground.places.start if control is None else control
    drawn = np.repeat(start[None], len(parameters), axis=0)
    orders = orders_of(scenario or Scenario(), ground, START, DAYS, backers)
    held = np.where(drawn < ground.sides, drawn, 0).astype(np.int8)
    return run(ground, parameters, orders, drawn, held, np.arange(len(parameters)), 7)


SCENARIOS = [
    Scenario(),
    Scenario(cuts=(RoadChange(5),), tempo=((0, 2.0),)),
    Scenario(holds=(Hold(5, 1, date(2031, 4, 5)),), losses=(Loss(4, 1, date(2031, 4, 3)),), ceasefire=date(2031, 4, 8)),
    Scenario(ceasefire=date(2031, 4, 6), peacekeepers=False),
]


@pytest.mark.parametrize("sides", [2, 3])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_engine_equals_its_reference_member_by_member(sides: int, scenario: Scenario) -> None:
    ground = line(12, sides)
    parameters = members(ground, 30, tempo=8.0, backers=BACKERS)
    control = ground.places.start.copy()
    control[3] = sides
    held = np.where(control < sides, control, 0).astype(np.int8)
    parameters = replace(parameters, answer=np.full((30, 4), 0.5), redline=np.full((30, 4), 0.05))
    parameters = replace(parameters, ceasefire=np.full(30, 0.05), breach=np.full(30, 0.3))
    found = go(ground, parameters, scenario, control, BACKERS)
    most = found.steps.max(axis=0).tolist()
    assert most[0] == 2, "help must come"
    assert sum(map(bool, most)) > 1, "and from more than one"
    assert most[3] == 0, "but not from him who waits in vain"
    orders = orders_of(scenario, ground, START, DAYS, BACKERS)
    stories, again = [], 0
    for m in range(30):
        told = run_member(ground, parameters, orders, m, m, 7, control.tolist(), held.tolist())
        stories.append(told.states)
        assert told.ended == found.ended[m]
        again += sum(not ends for _, ends in told.truces)
        assert told.steps == found.steps[m].tolist()
        np.testing.assert_array_equal(told.states[-1], found.final[m])
        np.testing.assert_allclose(told.left, found.left[m], rtol=1e-12)
    share = np.array([(np.array(stories) == s).mean(axis=0) for s in range(sides + 1)]).transpose(1, 2, 0)
    np.testing.assert_allclose(found.probability, share, atol=1e-12)
    assert (np.array(stories)[:, 0] != np.array(stories)[:, -1]).any(), "something must happen"
    assert again, "what ended must begin again somewhere"


def test_a_member_is_the_same_run_alone_or_among_others() -> None:
    ground = line(10)
    many = members(ground, 700)
    alone = replace(many, **{f.name: getattr(many, f.name)[650:651] for f in fields(Parameters)})
    start = ground.places.start[None]
    orders = orders_of(Scenario(), ground, START, DAYS)
    single = run(ground, alone, orders, start, start, np.array([650]), 7)
    np.testing.assert_array_equal(go(ground, many).final[650], single.final[0])


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.integers(2, 7))
def test_no_enemy_next_door_no_capture(seed: int, days: int) -> None:
    """In d days the front moves d places at most, however hard a side is pressed."""
    ground = line(20)
    found = go(ground, members(ground, 30, seed, tempo=100.0))
    assert (found.probability[days, : 10 - days, 0] == 1.0).all()
    assert (found.probability[days, 10 + days :, 1] == 1.0).all()
    assert (found.probability[days, :, 0] != found.probability[0, :, 0]).any()


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_mirrored_sides_mirror_the_result(seed: int) -> None:
    ground = line(10)
    parameters = members(ground, 40, seed)
    mirrored = replace(
        parameters, tempo=parameters.tempo[:, :, ::-1].copy(), strength=parameters.strength[:, ::-1].copy(),
        front=parameters.front[:, ::-1].copy(),
    )  # fmt: skip
    other = replace(ground, sources={0: ground.sources[1], 1: ground.sources[0]})
    swapped = (1 - ground.places.start).astype(np.int8)
    final = go(ground, parameters).final
    expected = np.where(final < 2, 1 - final, 2)
    np.testing.assert_array_equal(go(other, mirrored, control=swapped).final, expected)


@settings(max_examples=10)
@given(st.integers(0, 10_000), st.floats(1.5, 4.0))
def test_more_strength_never_lowers_what_a_side_holds(seed: int, factor: float) -> None:
    ground = line(10)
    parameters = members(ground, 400, seed)
    strength = parameters.strength.copy()
    strength[:, 0] *= factor
    before, after = go(ground, parameters), go(ground, replace(parameters, strength=strength))
    assert after.held[:, 0].mean() >= before.held[:, 0].mean()


@settings(max_examples=10)
@given(st.integers(0, 10_000), st.integers(5, 8))
def test_cutting_its_road_never_helps_the_cut_off(seed: int, route: int) -> None:
    ground = line(10)
    parameters = members(ground, 400, seed)
    open_road, cut = go(ground, parameters), go(ground, parameters, Scenario(cuts=(RoadChange(route),)))
    assert cut.held[:, 1].mean() <= open_road.held[:, 1].mean()


def test_forced_places_and_ceasefires_are_obeyed() -> None:
    ground = line(10)
    parameters = members(ground, 50, tempo=20.0)
    kept = go(ground, parameters, Scenario(holds=(Hold(5, 1, None),)))
    assert (kept.probability[:, 5, 1] == 1.0).all()
    gone = go(ground, parameters, Scenario(losses=(Loss(8, 0, date(2031, 4, 4)),)))
    assert (gone.probability[3:, 8, 0] == 1.0).all()
    quiet = go(ground, parameters, Scenario(ceasefire=START))
    assert (quiet.final == ground.places.start).all()
    assert (quiet.ended == 0).all()


def test_sources_of_supply_are_out_of_reach() -> None:
    ground = line(6)
    found = go(ground, members(ground, 200, tempo=50.0))
    assert (found.final[:, 0] == 0).all()
    assert (found.final[:, -1] == 1).all()
    assert (found.final != ground.places.start).any()
