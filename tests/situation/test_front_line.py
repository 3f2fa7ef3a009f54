"""The front's length and the areas behind it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.ground import Places
from vedette.situation import cells_of, front_line

KM = 1 / 111.195


def grid(columns: int, rows: int, step: float) -> Places:
    x, y = (a.ravel().astype(np.float64) * step * KM for a in np.meshgrid(np.arange(columns), np.arange(rows)))
    n = len(x)
    ids = tuple(f"p{i}" for i in range(n))
    return Places(
        ids, ids, ((),) * n, ("village",) * n, ("",) * n, y, 20 + x, np.full(n, np.nan), np.full(n, np.nan),
        np.zeros(n, dtype=np.int8),
    )  # fmt: skip


def test_inner_cells_are_squares_and_outer_ones_end_at_ten_kilometres() -> None:
    places = grid(7, 7, 5.0)
    cells = cells_of(places)
    assert cells.area_km2[24] == pytest.approx(25, rel=0.01)  # the middle one
    assert cells.area_km2[3] == pytest.approx(
        5 * 10 + 2.5 * 5 - 2.5 * 10 + 25, rel=0.2
    )  # an edge: half a square and ten out
    alone = cells_of(grid(2, 1, 100.0))
    np.testing.assert_allclose(alone.area_km2, np.pi * 100, rtol=0.01)
    assert len(alone.pairs) == 0


def test_a_straight_front_is_as_long_as_it_is() -> None:
    places = grid(8, 8, 5.0)
    cells = cells_of(places)
    control = (np.arange(64) % 8 >= 4).astype(np.int8)[None, :]
    found = front_line(cells, control, 2)
    # Eight rows, the outer two reaching out to where a place 2.5 km off the line ends: sqrt(100 - 6.25) km.
    assert found.length_km[0] == pytest.approx(7 * 5 + 2 * np.sqrt(100 - 6.25), rel=0.01)
    assert found.area_km2[0, 0] == pytest.approx(found.area_km2[0, 1], rel=0.01)
    on = cells.ends[found.probability > 0].reshape(-1, 2)
    np.testing.assert_allclose(on[:, 0], 20 + 3.5 * 5 * KM, atol=0.002)


def test_a_contested_column_holds_the_front_once_not_twice() -> None:
    places = grid(9, 8, 5.0)
    column = np.arange(72) % 9
    control = np.where(column < 4, 0, np.where(column == 4, 2, 1)).astype(np.int8)[None, :]
    straight = np.where(column < 5, 0, 1).astype(np.int8)[None, :]
    cells = cells_of(places)
    assert front_line(cells, control, 2).length_km[0] == pytest.approx(
        front_line(cells, straight, 2).length_km[0], rel=0.02
    )


def test_places_at_one_point_share_their_ground() -> None:
    places = grid(5, 5, 5.0)
    doubled = replace(
        places, ids=(*places.ids, "twin"), names=(*places.names, "twin"), aliases=(*places.aliases, ()),
        kinds=(*places.kinds, "village"), districts=(*places.districts, ""), lat=np.append(places.lat,
        places.lat[12]), lon=np.append(places.lon, places.lon[12]),
        elevation_m=np.append(places.elevation_m, np.nan), population=np.append(places.population, np.nan),
        start=np.append(places.start, np.int8(0)),
    )  # fmt: skip
    cells = cells_of(doubled)
    assert cells.area_km2[12] == cells.area_km2[25] == pytest.approx(12.5, rel=0.01)


@given(st.lists(st.integers(0, 2), min_size=25, max_size=25))
def test_areas_sum_to_all_ground_and_one_holder_has_no_front(states: list[int]) -> None:
    cells = cells_of(grid(5, 5, 4.0))
    control = np.array([states, [states[0]] * 25], dtype=np.int8)
    found = front_line(cells, control, 2)
    np.testing.assert_allclose(found.area_km2.sum(axis=1), cells.area_km2.sum())
    if states[0] != 2:
        assert found.length_km[1] == 0
