"""Roads as a network, sources of supply, and between which places the front runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.belief.wars import line_of, seen_on, sides_of, war
from vedette.belief import Belief, Evidence
from vedette.belief.posterior import DRAWN
from vedette.ground import Places, Routes
from vedette.situation import front_pairs, network_of, side_balance, supply_sources

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
