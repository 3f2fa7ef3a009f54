from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vedette.ground import MAX_NEIGHBOURS, Neighbours, Places, Routes, neighbours_of, project_km


def places_at(points: list[tuple[float, float]]) -> Places:
    count = len(points)
    return Places(
        ids=tuple(f"p{n}" for n in range(count)),
        names=tuple(f"P{n}" for n in range(count)),
        aliases=((),) * count,
        kinds=("village",) * count,
        districts=("",) * count,
        lat=np.array([lat for lat, _ in points]),
        lon=np.array([lon for _, lon in points]),
        elevation_m=np.full(count, np.nan),
        population=np.full(count, np.nan),
        start=np.zeros(count, dtype=np.int8),
    )


def roads(ends: list[tuple[int, int]], km: list[float]) -> Routes:
    count = len(ends)
    return Routes(
        ids=tuple(f"r{n}" for n in range(count)),
        names=("",) * count,
        classes=("",) * count,
        ends=np.array(ends, dtype=np.int32).reshape(-1, 2),
        length_km=np.array(km, dtype=float),
        two_way=np.ones(count, dtype=bool),
    )


def gabriel(xy: NDArray[np.float64]) -> set[tuple[int, int]]:
    """By the definition: no third point strictly inside the circle over the two as diameter."""
    pairs = set()
    for a in range(len(xy)):
        for b in range(a + 1, len(xy)):
            others = np.delete(xy, (a, b), axis=0)
            radius = np.linalg.norm(xy[a] - xy[b]) / 2
            if np.all(np.linalg.norm(others - (xy[a] + xy[b]) / 2, axis=1) >= radius * (1 - 1e-9)):
                pairs.add((a, b))
    return pairs


def edges(found: Neighbours) -> set[tuple[int, int]]:
    return {(a, b) for a, b in found.pairs.tolist()}


# A grid of about 100 m, so that no circle passes a hair's breadth from a place.
POINTS = st.tuples(st.integers(0, 400), st.integers(0, 400)).map(lambda p: (40 + p[0] / 1000, 46 + p[1] / 1000))


@settings(max_examples=40)
@given(st.lists(POINTS, min_size=1, max_size=9, unique=True))
def test_neighbours_are_those_of_the_definition(points: list[tuple[float, float]]) -> None:
    places = places_at(points)
    found, wanted = edges(neighbours_of(places)), gabriel(project_km(places.lat, places.lon))
    # Four places on one circle may be joined either way; nothing else may differ.
    xy = project_km(places.lat, places.lon)
    for a, b in found ^ wanted:
        radius = np.linalg.norm(xy[a] - xy[b]) / 2
        nearest = min(np.linalg.norm(xy[c] - (xy[a] + xy[b]) / 2) for c in range(len(xy)) if c not in (a, b))
        assert nearest == pytest.approx(radius, rel=1e-6), (a, b)


@settings(max_examples=50)
@given(
    st.lists(POINTS, min_size=2, max_size=30),
    st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29), st.floats(0, 60)), max_size=40),
)
def test_the_graph_is_symmetric_and_nobody_is_left_out(
    points: list[tuple[float, float]], joined: list[tuple[int, int, float]]
) -> None:
    count = len(points)
    ends = [(a % count, b % count) for a, b, _ in joined]
    found = neighbours_of(places_at(points), roads(ends, [km for _, _, km in joined]))
    assert len(found) == count
    for place in range(count):
        near = found.of(place).tolist()
        assert near == sorted(set(near))
        assert 1 <= len(near) <= MAX_NEIGHBOURS
        assert place not in near
        assert all(place in found.of(other) for other in near)
    pairs = found.pairs.tolist()
    assert all(a < b for a, b in pairs)
    assert len(pairs) * 2 == len(found.index) == len(found.km)


def test_roads_join_their_ends_up_to_a_days_advance() -> None:
    # Two far places with a third between them, which keeps them from being neighbours by themselves.
    places = places_at([(40.0, 46.0), (40.0, 46.1), (40.0, 46.2)])
    assert edges(neighbours_of(places)) == {(0, 1), (1, 2)}
    assert edges(neighbours_of(places, roads([(0, 2)], [20.0]))) == {(0, 1), (0, 2), (1, 2)}
    assert edges(neighbours_of(places, roads([(0, 2)], [26.0]))) == {(0, 1), (1, 2)}
    assert edges(neighbours_of(places, roads([(1, 1)], [0.0]))) == {(0, 1), (1, 2)}


@pytest.mark.parametrize("first", [True, False])
def test_a_hub_keeps_its_nearest(first: bool) -> None:
    ring = [(40 + 0.01 * (1 + n) * np.cos(n), 46 + 0.01 * (1 + n) * np.sin(n)) for n in range(20)]
    hub, others = (0, range(1, 21)) if first else (20, range(20))
    points = [(40.0, 46.0), *ring] if first else [*ring, (40.0, 46.0)]
    found = neighbours_of(places_at(points), roads([(hub, n) for n in others], [5.0] * 20))
    assert found.of(hub).tolist() == list(others)[:MAX_NEIGHBOURS]


@pytest.mark.parametrize("count", [1, 2, 3, 100])
def test_places_along_one_meridian_form_a_chain(count: int) -> None:
    found = neighbours_of(places_at([(40 + 0.01 * n, 46.0) for n in range(count)]))
    assert edges(found) == {(n, n + 1) for n in range(count - 1)}


def test_places_at_one_point_are_neighbours() -> None:
    found = neighbours_of(places_at([(40.0, 46.0), (40.0, 46.0), (40.1, 46.0), (40.0, 46.1)]))
    assert (0, 1) in edges(found)
    assert all(len(found.of(n)) for n in range(4))


@settings(max_examples=60)
@given(st.lists(POINTS, min_size=1, max_size=25))
def test_routes_by_proximity_are_the_graph_itself(points: list[tuple[float, float]]) -> None:
    places = places_at(points)
    once = neighbours_of(places)
    pairs = once.pairs
    joint = roads([(a, b) for a, b in pairs.tolist()], [0.0] * len(pairs))
    again = neighbours_of(places, replace(joint, by_proximity=True))
    for name in ("start", "index", "km", "rear"):
        assert getattr(again, name).tobytes() == getattr(once, name).tobytes()
