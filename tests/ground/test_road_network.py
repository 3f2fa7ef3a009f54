"""Routes from drawn roads: junctions, contraction to places, connectors."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vedette.errors import GroundError
from vedette.ground import SPEEDS, DrawnRoutes, RoadLines, draw_routes, network_of_lines

KM = 1 / 111.195  # degrees of latitude


def lines(*roads: list[tuple[float, float]], rank: int = 4) -> RoadLines:
    """Roads through points (x, y) in km east and north of a spot on the equator."""
    xy = np.array([p for road in roads for p in road]) * KM
    start = np.concatenate([[0], np.cumsum([len(r) for r in roads])])
    return RoadLines(start.astype(np.int64), 20 + xy[:, 0], xy[:, 1], np.full(len(roads), rank, dtype=np.int8))


def spots(*xy: tuple[float, float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    points = np.array(xy) * KM
    return points[:, 1], 20 + points[:, 0]


def drawn(roads: RoadLines, *xy: tuple[float, float], kept: list[tuple[int, int]] | None = None) -> DrawnRoutes:
    lat, lon = spots(*xy)
    network = network_of_lines(roads, lat, lon)
    pairs = np.array(kept or [], dtype=np.int32).reshape(-1, 2)
    return draw_routes(network, lat, lon, ["village"] * len(lat), pairs)[0]


def pairs_of(found: DrawnRoutes) -> set[tuple[int, int]]:
    return {(min(a, b), max(a, b)) for a, b in found.ends.tolist()}


def test_a_road_through_three_villages_joins_neighbours_only() -> None:
    found = drawn(lines([(0, 0), (10, 0), (20, 0)]), (0, 0), (10, 0), (20, 0))
    assert pairs_of(found) == {(0, 1), (1, 2)}
    np.testing.assert_allclose(found.km, 10, rtol=0.01)
    np.testing.assert_allclose(found.hours, 10 / SPEEDS["tertiary"], rtol=0.01)


def test_a_village_up_a_side_road_is_not_passed_through() -> None:
    """Three kilometres off the main road: who drives by need not hold it."""
    found = drawn(lines([(0, 0), (10, 0), (20, 0)], [(10, 0), (10, 3)]), (0, 0), (20, 0), (10, 3))
    assert pairs_of(found) == {(0, 1), (0, 2), (1, 2)}


def test_roads_that_cross_without_a_shared_vertex_do_not_join() -> None:
    found = drawn(lines([(-10, 0), (10, 0)], [(0.05, -10), (0.05, 10)]), (-10, 0), (10, 0), (0.05, -10), (0.05, 10))
    assert {
        pair
        for pair, connector in zip(map(tuple, found.ends.tolist()), found.is_connector, strict=True)
        if not connector
    } == {
        (0, 1),
        (2, 3),
    }
    assert found.is_connector.sum() == 1  # only what joins the two pieces


def test_the_length_is_that_of_the_bends() -> None:
    found = drawn(lines([(0, 0), (0, 6), (8, 6), (8, 0)]), (0, 0), (8, 0))
    np.testing.assert_allclose(found.km, [20], rtol=0.01)


def test_a_kept_route_says_what_it_passes() -> None:
    found = drawn(lines([(0, 0), (10, 0), (20, 0)]), (0, 0), (10, 0), (20, 0), kept=[(0, 2)])
    passed = {tuple(sorted(e)): p for e, p in zip(found.ends.tolist(), found.passes, strict=True)}
    assert passed == {(0, 1): (), (1, 2): (), (0, 2): (1,)}


def test_two_places_at_one_junction_are_joined_by_no_connector() -> None:
    found = drawn(lines([(0, 0), (10, 0)]), (0, 0), (10, 0.02), (10, 0))
    assert not found.is_connector.any()
    assert (1, 2) in pairs_of(found)


def test_a_path_runs_from_the_first_end_to_the_second() -> None:
    lat, lon = spots((0, 0), (10, 0), (20, 5))
    found = drawn(lines([(20, 5), (10, 0), (0, 0)]), (0, 0), (10, 0), (20, 5))
    for r, (a, b) in enumerate(found.ends.tolist()):
        x, y = found.lon[found.start[r] : found.start[r + 1]], found.lat[found.start[r] : found.start[r + 1]]
        np.testing.assert_allclose([x[0], y[0], x[-1], y[-1]], [lon[a], lat[a], lon[b], lat[b]], atol=0.004)


def test_roads_that_touch_no_place_are_an_error() -> None:
    with pytest.raises(GroundError, match="none comes within 3 km of any of the 2 places"):
        drawn(lines([(100, 100), (140, 100)]), (0, 0), (10, 0))


Spot = tuple[float, float]
Grid = tuple[list[list[Spot]], list[Spot]]


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """A grid of roads with some missing, and villages at some of its crossings, two kilometres apart or more."""
    size = draw(st.integers(3, 5))
    keep = draw(st.lists(st.booleans(), min_size=2 * size * size, max_size=2 * size * size))
    corners = draw(
        st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), min_size=2, max_size=8, unique=True)
    )
    roads, n = [], 0
    for i in range(size):
        for j in range(size):
            for di, dj in ((1, 0), (0, 1)):
                if i + di < size and j + dj < size and (keep[n] or n % 3 == 0):
                    roads.append([(6.0 * i, 6.0 * j), (6.0 * (i + di), 6.0 * (j + dj))])
                n += 1
    return roads, [(6.0 * i, 6.0 * j) for i, j in corners]


@settings(max_examples=40, deadline=None)
@given(grids())
def test_contraction_keeps_distances_between_places(grid: Grid) -> None:
    """Oracle: Dijkstra over the grid itself.

    Detours allowed by the slack lengthen no way by more than they say, leg by leg.
    """
    roads, villages = grid
    beside: dict[tuple[float, float], list[tuple[float, float]]] = {}
    for a, b in roads:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    if not any(v in beside and component_km(beside, v) >= 25 for v in villages):
        return  # pieces of road too short to be part of a network are left out, and then there is none here
    found = drawn(lines(*roads), *villages)
    graph: dict[int, list[tuple[int, float]]] = {}
    for (a, b), km, connector in zip(found.ends.tolist(), found.km, found.is_connector, strict=True):
        if not connector:
            graph.setdefault(a, []).append((b, km))
            graph.setdefault(b, []).append((a, km))
    for n, village in enumerate(villages):
        true = shortest({k: [(o, 6.0) for o in v] for k, v in beside.items()}, village)
        ours = shortest(graph, n)
        for k, other in enumerate(villages):
            if village in beside and other in beside and k != n:
                solid = component_km(beside, village) >= 25 and component_km(beside, other) >= 25
                if other in true and solid:
                    assert k in ours
                    assert true[other] * 0.98 <= ours[k] <= true[other] * 1.1**3 * 1.02


def shortest(graph: Mapping[Any, list[tuple[Any, float]]], origin: Any) -> dict[Any, float]:
    best, queue = {origin: 0.0}, [(0.0, origin)]
    while queue:
        far, here = heapq.heappop(queue)
        for there, km in graph.get(here, []):
            if far + km < best.get(there, np.inf):
                best[there] = far + km
                heapq.heappush(queue, (far + km, there))
    return best


def component_km(beside: Mapping[Spot, list[Spot]], origin: Spot) -> float:
    reached = shortest({k: [(o, 6.0) for o in v] for k, v in beside.items()}, origin)
    return 6.0 * sum(len(beside[v]) for v in reached) / 2
