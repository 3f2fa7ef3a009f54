"""Only the front is looked at, and supplies follow changes of hands: the same as if everything were, every day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.campaign.test_engine import BACKERS, DAYS, START, members
from vedette.campaign import (
    CampaignGround,
    Eyes,
    Member,
    Orders,
    Parameters,
    Scenario,
    campaign_ground,
    engine,
    orders_of,
    past_of,
    run,
)
from vedette.campaign._front_kernels import line_up, listed, shift
from vedette.campaign._stand_kernels import Stand, set_out, stand_of
from vedette.campaign._supply_kernels import NOTHING, draw_fates, flood, resupply
from vedette.campaign.scenario import Hold, Loss, RoadChange
from vedette.dynamics import contact_level
from vedette.ground import Places, Routes, neighbours_of
from vedette.situation import cells_of

TERRAINS = 4


def country(seed: int, count: int = 24, sides: int = 2) -> CampaignGround:
    """Places strewn about, roads between some, one way or both, a few through third places; ground that sees."""
    rng = np.random.default_rng(seed)
    ids = tuple(f"p{i}" for i in range(count))
    east, north = rng.random(count), rng.random(count)
    nothing = np.full(count, np.nan)
    start = np.minimum((east * sides).astype(np.int8), sides - 1)
    districts = tuple("south" if y < 0.4 else "middle" if y < 0.7 else "north" for y in north)
    places = Places(
        ids, ids, ((),) * count, ("village",) * count, districts, 10.0 + 0.5 * north, 20.0 + 0.5 * east, nothing,
        nothing, start,
    )  # fmt: skip
    near = neighbours_of(places)
    ends = near.pairs[rng.random(len(near.pairs)) < 0.8]
    names = tuple(f"r{r}" for r in range(len(ends)))
    through = tuple(tuple({int(rng.integers(count))} - {int(a), int(b)}) if rng.random() < 0.2 else () for a, b in ends)
    routes = Routes(
        names, names, ("road",) * len(ends), ends, np.full(len(ends), 9.0), rng.random(len(ends)) < 0.8, passes=through
    )
    sources = {k: rng.choice(np.flatnonzero(start == k), 2) for k in range(sides) if (start == k).sum() > 2}
    sees = rng.random((count, count + len(ends))) < 0.15
    sees[np.arange(count), np.arange(count)] = False
    bits = rng.integers(1, 1 << TERRAINS, sees.sum()).astype(np.uint64)
    eyes = Eyes(np.concatenate([[0], sees.sum(axis=1).cumsum()]).astype(np.int64), np.nonzero(sees)[1], bits, TERRAINS)
    ground = campaign_ground(places, near, routes, sources, sides, capitals=[0], symbols=[count // 2])
    return replace(ground, eyes=eyes)


def scenario(ground: CampaignGround, seed: int) -> Scenario:
    """Something is held, lost, cut and opened."""
    rng = np.random.default_rng((seed, 1))
    held, lost, a, b = rng.choice(len(ground.places), 4, replace=False).tolist()
    return Scenario(
        holds=(Hold(held, 1, date(2031, 4, 5)),),
        losses=(Loss(lost, 0, date(2031, 4, 1 + int(rng.integers(0, 5)))),),
        cuts=(RoadChange(int(rng.integers(len(ground.routes)))),),
        opened=((a, b),),
    )


def days_of(
    ground: CampaignGround, parameters: Parameters, orders: Orders, m: int, control: list[int], held: list[int]
) -> tuple[NDArray[np.int64], NDArray[np.bool_], Member]:
    """The states (D + 1, P) of a member by the reference, and who is cut off: everything anew every day."""
    member = Member(ground, parameters, orders, m, m, 7, control, held)
    states, cut = [], []
    for d in range(DAYS + 1):
        if d < DAYS:
            member.morning()
        supplied = [member.supply(k) for k in range(ground.sides)]
        states.append(member.today)
        cut.append([s < ground.sides and i not in supplied[s] for i, s in enumerate(member.today)])
        if d < DAYS:
            member.evening([member.tomorrow(i) for i in member.places])
    return np.array(states), np.array(cut), member


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([2, 3]))
def test_any_ground_and_orders_give_what_the_reference_gives(seed: int, sides: int) -> None:
    ground, count = country(seed, sides=sides), 8
    rng = np.random.default_rng((seed, 2))
    drawn = members(ground, count, seed, tempo=8.0, backers=BACKERS)
    drawn = replace(drawn, reserves=np.full(count, 0.5), withdrawal=np.full(count, 0.5), ceasefire=np.full(count, 0.01))
    start = np.where(rng.random((count, len(ground.places))) < 0.1, sides, ground.places.start).astype(np.int8)
    held = np.where(start < sides, start, rng.integers(0, sides, start.shape)).astype(np.int8)
    orders = orders_of(scenario(ground, seed), ground, START, DAYS, BACKERS, ceasefire=seed % 4 == 0)
    borders = ground.neighbours.pairs
    found = run(ground, drawn, orders, start, held, np.arange(count), 7, borders=borders)
    told = [days_of(ground, drawn, orders, m, start[m].tolist(), held[m].tolist()) for m in range(count)]
    states, cut = np.array([t[0] for t in told]), np.array([t[1] for t in told])
    share = np.stack([(states == s).mean(axis=0) for s in range(sides + 1)], axis=2)
    np.testing.assert_array_equal(found.probability, share)
    np.testing.assert_array_equal(found.isolated, cut.mean(axis=0))
    np.testing.assert_array_equal(found.final, states[:, -1])
    taken = (states != held[:, None]) & (states < sides)
    np.testing.assert_array_equal(found.fell, np.where(taken.any(axis=1), taken.argmax(axis=1), -1))
    one, two = states[:, :, borders[:, 0]], states[:, :, borders[:, 1]]
    runs = np.where(one == two, 0.0, np.where((one == sides) | (two == sides), 0.5, 1.0))
    np.testing.assert_array_equal(found.front, runs.mean(axis=0))
    area = np.stack([((states == k) * ground.land.area).sum(axis=2) for k in range(sides)], axis=2)
    np.testing.assert_array_equal(found.area, area)
    assert [t[2].ended for t in told] == found.ended.tolist()
    np.testing.assert_allclose(found.left, [t[2].left for t in told], rtol=1e-12)


def test_areas_are_rounded_by_less_than_a_square_metre_a_place() -> None:
    ground = country(0)
    exact = cells_of(ground.places).area_km2
    assert (np.abs(ground.land.area - exact) <= 0.5e-6).all()
    assert (ground.land.area > 0).all()


def test_neither_lots_nor_room_change_a_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    ground, count = country(3), 40
    drawn = members(ground, count, tempo=8.0)
    start = np.repeat(ground.places.start[None], count, axis=0)
    orders = orders_of(Scenario(), ground, START, DAYS)
    borders = ground.neighbours.pairs

    def once() -> list[bytes]:
        found = run(ground, drawn, orders, start, start, np.arange(count), 7, borders=borders)
        return [np.asarray(a).tobytes() for a in vars(found).values()]

    whole = once()
    monkeypatch.setattr(engine, "CHUNK", 7)
    assert once() == whole
    monkeypatch.setattr(engine, "ROOM", 1)
    assert once() == whole


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000))
def test_supplies_that_follow_changes_reach_whom_a_flood_reaches(seed: int) -> None:
    ground = country(seed % 50, count=40)
    rng = np.random.default_rng(seed)
    land, places = ground.land, len(ground.places)
    orders = orders_of(scenario(ground, seed), ground, START, DAYS)
    ways = orders.roads.ways(len(ground.routes))
    fate, fated = np.empty(len(ground.routes), dtype=np.int8), np.empty(len(ground.routes), dtype=np.int32)
    fated = fated[: draw_fates(seed, 1, land.through, fate, fated)]
    turn, none = np.uint64(rng.integers(TERRAINS)), fated[:0]
    common = stand_of(ground.places.start, land, ways)
    changed, loose, queue = (np.empty(places, dtype=np.int32) for _ in range(3))
    was, anew = np.empty(places, dtype=np.int8), np.empty(places, dtype=np.int32)

    def mixed(states: NDArray[np.int8], share: float) -> NDArray[np.int8]:
        return np.where(rng.random(places) < share, rng.integers(0, 3, places), states).astype(np.int8)

    own = Stand(mixed(common.today, 0.1), *(np.empty_like(a) for a in common[1:]))
    set_out(common, own, land, ways, fate, fated, turn, changed, was, loose, queue)
    for _ in range(8):
        near, front = np.empty_like(own.near), np.zeros_like(own.front)
        line_up(own.today, land.start, land.beside, near, front)
        np.testing.assert_array_equal(own.near, near)
        np.testing.assert_array_equal(own.front, front)
        assert queue[: listed(front, queue)].tolist() == np.flatnonzero(front).tolist()
        for k, mine in ground.sources.items():
            flood(mine, k, own.today, land, ways, fate, turn, anew, queue)
            np.testing.assert_array_equal(own.road_in[k] == NOTHING, anew == NOTHING)
        then = mixed(own.today, 0.1)
        count = (then != own.today).sum()
        changed[:count] = np.flatnonzero(then != own.today)
        was[:count] = own.today[changed[:count]]
        own.today[:] = then
        shift(changed, count, was, own.today, land.start, land.beside, own.near, own.front)
        for k in ground.sources:
            resupply(k, changed, count, was, own.today, land, ways, fate, none, turn, own.road_in[k], loose, queue)


@pytest.mark.parametrize("seed", range(4))
def test_the_past_is_counted_as_day_by_day_by_hand(seed: int) -> None:
    ground, histories, days = country(seed), 3, 15
    rng = np.random.default_rng(seed)
    places, sides = len(ground.places), ground.sides
    history = np.repeat(ground.places.start[None, :, None], histories, axis=0).repeat(days, axis=2).astype(np.int8)
    for t in range(1, days):
        moves = rng.random((histories, places)) < 0.1
        history[:, :, t] = np.where(moves, rng.integers(0, sides + 1, moves.shape), history[:, :, t - 1])
    hazard, tempo = rng.random((histories, 6)) / 10, rng.random((histories, 3, sides))
    found = past_of(ground, history, hazard, tempo)
    orders = orders_of(Scenario(), ground, START, DAYS)
    due, challenged = np.zeros((histories, 2)), np.zeros((histories, 2))
    forced = {int(s) for sources in ground.sources.values() for s in sources}
    for m in range(histories):
        for d in range(days - 1):
            today = history[m, :, d].tolist()
            for i in set(range(places)) - forced:
                around = [today[n] for n in ground.neighbours.of(i).tolist()]
                state = today[i]
                enemies = len(around) - around.count(state) - around.count(sides)
                if state == sides or not enemies:
                    continue
                level = contact_level(len(around) - around.count(state) - around.count(sides) / 2, len(around))
                seen = {s for s in ground.sources.get(state, []) if today[s] == state}
                queue = list(seen)
                while queue:
                    for other, _ in orders.roads.leaving(queue.pop()):
                        if other not in seen and today[other] == state:
                            seen.add(other)
                            queue.append(other)
                alone = int(state in ground.sources and i not in seen)
                if level:
                    due[m, alone] += tempo[m, min(d // 7, 2), state] * hazard[m, level]
                    challenged[m, alone] += history[m, i, d + 1] != state
    np.testing.assert_allclose(found.due, due.mean(axis=0), rtol=1e-9)
    np.testing.assert_allclose(found.challenged, challenged.mean(axis=0))
    assert (challenged.sum(axis=0) > 0).all()
