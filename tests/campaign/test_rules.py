"""What sight, worth, losses and reserves do, each alone on a line of places."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.campaign.test_engine import DAYS, START, go, line, members
from vedette.campaign import CampaignGround, Eyes, Member, Parameters, Scenario, orders_of
from vedette.campaign.scenario import Hold, RoadChange

SOURCES = (Hold(0, 0, None), Hold(9, 1, None))


@pytest.fixture(scope="module")
def calm() -> Parameters:
    """Nobody is ever challenged; garrisons that have reason to leave leave soon."""
    drawn = members(line(10), 300)
    return replace(drawn, tempo=drawn.tempo * 1e-12, withdrawal=np.full(300, 0.5), ceasefire=np.full(300, 1e-9))


def everyone_sees(ground: CampaignGround) -> CampaignGround:
    near = ground.neighbours
    index = near.index.astype(np.int64)
    return replace(ground, eyes=Eyes(near.start.astype(np.int64), index, np.ones(len(index), dtype=np.uint64), 1))


def test_only_the_cut_off_and_overlooked_leave(calm: Parameters) -> None:
    blind, seen = (f(line(10)) for f in (lambda g: replace(g, eyes=Eyes.none(10)), everyone_sees))
    cut = Scenario(cuts=(RoadChange(6),))
    for ground, scenario, leaves in ((blind, cut, False), (seen, cut, True)):
        final = go(ground, calm, scenario).final
        assert (final[:, 5] == 0).mean() > 0.9 if leaves else (final[:, 5] == 1).mean() > 0.9
    open_road = go(seen, calm).final
    assert (open_road[:, 5] == 1).mean() > 0.9, "supplied, so it stays; one road in a hundred is cut anyway"


def test_a_road_that_the_enemy_sees_is_cut_more_often() -> None:
    quiet = replace(members(line(10), 2000), tempo=np.zeros((2000, 3, 2)), ceasefire=np.full(2000, 1.0))
    shares = [go(ground, quiet).isolated[0, 5] for ground in (replace(line(10), eyes=Eyes.none(10)), line(10))]
    assert 0.01 < shares[0] < 0.08
    assert shares[1] > 1.5 * shares[0]


def test_worth_draws_assaults_and_what_is_dear_is_held_harder() -> None:
    ground, drawn = line(10), members(line(10), 1500, tempo=1.0)
    assert ground.dear[5], "the symbol next to the front"
    assert ground.places.start[5] == 1

    def falls(symbol: float, resolve: float) -> float:
        worth = drawn.worth * 0.0
        worth[:, 3] = symbol
        changed = replace(drawn, worth=worth, resolve=np.full(1500, resolve), odds=np.full(1500, 1.0))
        return float((go(ground, changed).fell[:, 5] >= 0).mean())

    plain = falls(0.0, 1.0)
    assert falls(1.5, 1.0) > plain + 0.05
    assert falls(0.0, 4.0) < plain - 0.02


def test_fighting_costs_both_sides_and_the_defender_of_what_is_dear_most() -> None:
    ground, drawn = line(10), members(line(10), 300)
    none = replace(drawn, toll=np.zeros((300, 2)))
    np.testing.assert_allclose(go(ground, none).left, 1.0, rtol=1e-12)  # reserves move, and sums round
    paid = go(ground, replace(drawn, toll=np.full((300, 2), 0.2))).left
    assert (paid <= 1.0).all()
    assert (paid.mean(axis=0) < 0.97).all()
    dearer = go(ground, replace(drawn, toll=np.full((300, 2), 0.2), resolve=np.full(300, 3.0))).left
    assert dearer[:, 1].mean() < paid[:, 1].mean(), "it stands on that side"


@pytest.mark.parametrize("closed", [False, True])
def test_reserves_leave_weakness_behind_and_travel_only_open_roads(*, closed: bool) -> None:
    """Side 1 is pressed in the west, and sends strength from the east if it can."""
    count = 10
    start = np.array([0, 0, 0, 1, 1, 1, 1, 1, 1, 1], dtype=np.int8)
    ground = replace(line(count), eyes=Eyes.none(count))
    drawn = replace(members(ground, 40), reserves=np.full(40, 0.5), toll=np.zeros((40, 2)))
    scenario = Scenario(holds=(*SOURCES, Hold(4, 1, None)), cuts=(RoadChange(4),) if closed else ())
    orders = orders_of(scenario, ground, START, DAYS)
    moved = []
    for m in range(40):
        member = Member(ground, drawn, orders, m, m, 7, start.tolist(), start.tolist())
        before = [list(force) for force in member.force]
        for _ in range(8):
            member.morning()
            member.evening([member.tomorrow(i) for i in member.places])
        assert sum(member.force[1]) == pytest.approx(sum(before[1]))
        moved.append(member.force[1] != before[1])
        if moved[-1]:
            east, west = ground.sectors.index("east"), ground.sectors.index("west")
            assert member.force[1][east] < before[1][east]
            assert member.force[1][west] > before[1][west]
    assert any(moved) is not closed
