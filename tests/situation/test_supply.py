"""Supply, isolation and the front's pairs against a listing of every way, and their laws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.belief.wars import line_of, seen_on, sides_of, war
from vedette.belief import Belief, Evidence
from vedette.belief.posterior import DRAWN
from vedette.ground import COMPASS, Places, Routes
from vedette.situation import front_pairs, isolation, network_of, side_balance, supply_of, supply_sources

PLACES, DRAWS, BLUE, ORANGE, CONTESTED = 6, 8, 0, 1, 2

Sources = Mapping[int, NDArray[np.int64]]


@cache
def nothing_known(places: int) -> Evidence:
    return seen_on(war([], start=[BLUE] * places, days=1))


def believing(control: NDArray[np.int8], places: Places | None = None) -> Belief:
    """A belief of which only the draws of one day matter: control (M, P)."""
    evidence = nothing_known(control.shape[1])
    evidence = evidence if places is None else replace(evidence, places=places)
    arrays: dict[str, NDArray[Any]] = {name: np.zeros((len(control), 1)) for name in DRAWN}
    return Belief.from_arrays(evidence, arrays | {"control": control[:, :, None]}, chains=1)


def roads(ends: list[tuple[int, int]], two_way: list[bool]) -> Routes:
    """Roads by their ends."""
    names = tuple(f"r{i}" for i in range(len(ends)))
    return Routes(
        names,
        names,
        ("road",) * len(ends),
        np.array(ends, dtype=np.int32).reshape(-1, 2),
        np.ones(len(ends)),
        np.array(two_way, dtype=bool),
    )


@st.composite
def theatres(draw: st.DrawFn) -> tuple[NDArray[np.int8], Routes, Sources]:
    """Draws of control over six places, up to ten roads one way or both, and each side's sources."""
    place = st.integers(0, PLACES - 1)
    control = draw(st.lists(st.lists(st.integers(0, 2), min_size=PLACES, max_size=PLACES), min_size=1, max_size=DRAWS))
    ends = draw(st.lists(st.tuples(place, place).filter(lambda e: e[0] != e[1]), max_size=10))
    two_way = draw(st.lists(st.booleans(), min_size=len(ends), max_size=len(ends)))
    sources = {k: np.array(sorted(draw(st.sets(place, max_size=2))), dtype=np.int64) for k in (BLUE, ORANGE)}
    return np.array(control, dtype=np.int8), roads(ends, two_way), sources


def comes_by(routes: Routes, r: int, place: int, sources: Sources, holds: NDArray[np.bool_], side: int) -> bool:
    """Whether supplies come into `place` by road r: some order of held places leads from a source to its other end."""
    a, b = routes.ends[r].tolist()
    if place not in (a, b) or (b != place and not routes.two_way[r]):
        return False
    last = a if b == place else b
    onward = {(u, v) for u, v in routes.ends.tolist()}
    onward |= {(v, u) for (u, v), both in zip(routes.ends.tolist(), routes.two_way.tolist(), strict=True) if both}
    held = [i for i in range(len(holds)) if holds[i] and i != place]
    for count in range(1, len(held) + 1):
        for way in permutations(held, count):
            if way[-1] == last and way[0] in sources[side] and all(leg in onward for leg in pairwise(way)):
                return True
    return False


@settings(max_examples=25)
@given(theatres(), st.integers(0, PLACES - 1), st.sampled_from([BLUE, ORANGE]))
def test_supply_is_what_listing_every_way_finds(
    theatre: tuple[NDArray[np.int8], Routes, Sources], place: int, side: int
) -> None:
    control, routes, sources = theatre
    belief = believing(control)
    found = supply_of(belief, routes, sources, place, side, 0)
    kept = [row for row in control if row[place] in (side, CONTESTED)]
    assert found.not_lost == pytest.approx(len(kept) / len(control))
    assert found.is_source == (place in sources[side])
    if not kept:
        assert np.isnan(found.isolated)
        assert np.isnan(isolation(belief, routes, sources, side, 0)[place])
        return
    every = {r: [comes_by(routes, r, place, sources, row == side, side) for row in kept] for r in range(len(routes))}
    assert {road.route for road in found.routes} <= set(every)
    for road in found.routes:
        assert road.probability == pytest.approx(np.mean(every[road.route]))
        assert {road.other_end, place} == set(routes.ends[road.route].tolist())
    assert [r.probability for r in found.routes] == sorted((r.probability for r in found.routes), reverse=True)
    for point, p in found.bearings.items():
        by = [every[road.route] for road in found.routes if road.bearing == point]
        assert p == pytest.approx(np.mean(np.any(by, axis=0)))
    open_somewhere = np.any(list(every.values()), axis=0) if every else np.zeros(len(kept), dtype=bool)
    at_source = [place in sources[side] and row[place] == side for row in kept]
    cut_off = np.mean(~(open_somewhere | at_source))
    assert found.isolated == pytest.approx(cut_off)
    assert isolation(belief, routes, sources, side, 0)[place] == pytest.approx(cut_off)


@settings(max_examples=40)
@given(theatres(), st.tuples(st.integers(0, PLACES - 1), st.integers(0, PLACES - 1)), st.sampled_from([BLUE, ORANGE]))
def test_one_more_road_never_isolates(
    theatre: tuple[NDArray[np.int8], Routes, Sources], ends: tuple[int, int], side: int
) -> None:
    control, routes, sources = theatre
    belief = believing(control)
    more = roads([*map(tuple, routes.ends.tolist()), ends], [*routes.two_way.tolist(), True])
    before, after = (isolation(belief, r, sources, side, 0) for r in (routes, more))
    np.testing.assert_array_equal(np.isnan(before), np.isnan(after))
    assert (after[~np.isnan(after)] <= before[~np.isnan(before)] + 1e-12).all()


@settings(max_examples=40)
@given(theatres(), st.integers(0, PLACES - 1), st.integers(0, PLACES - 1))
def test_a_place_taken_never_opens_a_road_of_the_other_side(
    theatre: tuple[NDArray[np.int8], Routes, Sources], taken: int, place: int
) -> None:
    control, routes, sources = theatre
    if taken == place:
        return
    lost = control.copy()
    lost[:, taken] = ORANGE
    before, after = (supply_of(believing(c), routes, sources, place, BLUE, 0) for c in (control, lost))
    chances = {road.route: road.probability for road in before.routes}
    for road in after.routes:
        assert np.isnan(road.probability) or road.probability <= chances[road.route] + 1e-12
    assert np.isnan(after.isolated) or after.isolated >= before.isolated - 1e-12


@settings(max_examples=25)
@given(st.integers(0, 7), st.data())
def test_bearings_turn_with_the_map(eighths: int, data: st.DataObject) -> None:
    """Places all round one in the middle; the map turned by so many eighths of a circle, clockwise."""
    held = data.draw(st.lists(st.booleans(), min_size=8, max_size=8))
    control = np.array([[BLUE, *(BLUE if h else ORANGE for h in held)]], dtype=np.int8)
    routes = roads([(0, i) for i in range(1, 9)], [True] * 8)
    sources = {BLUE: np.arange(1, 9), ORANGE: np.array([], dtype=np.int64)}

    def turned(by: int) -> dict[str, float]:
        angle = np.radians(45.0 * (np.arange(8) + by))
        places = replace(
            line_of([BLUE] * 9),
            lat=np.array([0.0, *0.1 * np.cos(angle)]),
            lon=np.array([0.0, *0.1 * np.sin(angle)]),
        )
        return dict(supply_of(believing(control, places), routes, sources, 0, BLUE, 0).bearings)

    plain, after = turned(0), turned(eighths)
    assert {COMPASS[(COMPASS.index(point) + eighths) % 8]: p for point, p in plain.items()} == after
    assert [plain[point] for point in COMPASS] == [float(h) for h in held]


@given(theatres())
def test_the_network_has_each_road_in_the_directions_it_can_be_driven(
    theatre: tuple[NDArray[np.int8], Routes, Sources],
) -> None:
    _, routes, _ = theatre
    network = network_of(routes, PLACES)
    there = routes.ends.tolist()
    out = sorted(there + [[b, a] for (a, b), both in zip(there, routes.two_way, strict=True) if both])
    found_out = [[i, int(j)] for i in range(PLACES) for j in network.out_target[slice(*network.out_start[i : i + 2])]]
    found_in = [[int(j), i] for i in range(PLACES) for j in network.in_target[slice(*network.in_start[i : i + 2])]]
    assert found_out == out
    assert sorted(found_in) == out


def test_supplies_come_from_where_the_case_says_or_else_from_the_rear() -> None:
    """The quarter of its own places that lay farthest from any other, at least one."""
    places = line_of([BLUE] * 5 + [ORANGE] * 2 + [CONTESTED])
    found = supply_sources(places, sides_of(2), {ORANGE: (6, 5)})
    assert found[BLUE].tolist() == [0, 1]
    assert found[ORANGE].tolist() == [6, 5]
    assert supply_sources(line_of([BLUE, ORANGE]), sides_of(3), {})[2].tolist() == []  # it held nothing
    assert supply_sources(line_of([BLUE] * 3), sides_of(2), {})[BLUE].tolist() == [0, 1, 2]  # nobody to be far from


@settings(max_examples=30)
@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_the_front_runs_between_neighbours_not_both_in_the_hands_of_one_side(draws: int, seed: int) -> None:
    control = np.random.default_rng(seed).integers(0, 3, (draws, 5)).astype(np.int8)
    found = front_pairs(believing(control), 0)
    assert found.pairs.tolist() == [[i, i + 1] for i in range(4)]
    for (a, b), p in zip(found.pairs.tolist(), found.probability, strict=True):
        passes = [not (row[a] == row[b] and row[a] != CONTESTED) for row in control]
        assert p == pytest.approx(np.mean(passes))


@settings(max_examples=30)
@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_the_balance_counts_places_draw_by_draw(draws: int, seed: int) -> None:
    control = np.random.default_rng(seed).integers(0, 3, (draws, 5)).astype(np.int8)
    balance = side_balance(believing(control), 0)
    for state in range(3):
        counts = sorted(sum(int(s == state) for s in row) for row in control.tolist())
        mean, low, high = balance[state]
        assert mean == pytest.approx(np.mean(counts))
        assert low == pytest.approx(np.quantile(counts, 0.05))
        assert high == pytest.approx(np.quantile(counts, 0.95))
    assert balance[:, 0].sum() == pytest.approx(5.0)
