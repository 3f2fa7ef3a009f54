from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vedette.claims import ControlMap


def grid(drawn: ControlMap, places: int = 3, days: int = 20) -> np.ndarray:
    out = np.full((places, days), -1)
    for place, state, first, last in zip(drawn.place, drawn.state, drawn.first, drawn.last, strict=True):
        out[place, first : last + 1] = state
    return out


@st.composite
def maps(draw: st.DrawFn) -> ControlMap:
    rows = []
    for place in range(3):
        cuts = sorted(draw(st.sets(st.integers(0, 19), min_size=1, max_size=5)))
        for first, end in zip(cuts, [*cuts[1:], 20], strict=True):
            if draw(st.booleans()):
                rows.append((place, draw(st.integers(0, 2)), first, end - 1))
    columns = np.array(rows, dtype=np.int32).reshape(-1, 4).T
    return ControlMap("atlas", columns[0], columns[1].astype(np.int8), columns[2], columns[3])


@given(maps(), st.integers(0, 25))
def test_a_map_seen_early_is_the_same_map_cut_short(drawn: ControlMap, day: int) -> None:
    early = drawn.until(day)
    np.testing.assert_array_equal(grid(early)[:, : day + 1], grid(drawn)[:, : day + 1])
    assert (grid(early)[:, day + 1 :] == -1).all()
    assert drawn.until(25).digest == drawn.digest
    assert early.until(day).digest == early.digest


@given(maps(), st.integers(0, 18), st.integers(0, 2))
def test_what_is_drawn_later_does_not_reach_back(drawn: ControlMap, day: int, state: int) -> None:
    later = drawn.first > day
    redrawn = ControlMap("atlas", drawn.place, np.where(later, state, drawn.state), drawn.first, drawn.last)
    assert redrawn.until(day).digest == drawn.until(day).digest


def test_the_digest_tells_maps_apart() -> None:
    days = np.array([3], dtype=np.int32)
    one = ControlMap("atlas", np.array([0], dtype=np.int32), np.array([1], dtype=np.int8), days, days)
    other = ControlMap("globe", one.place, one.state, one.first, one.last)
    assert one.digest != other.digest


@given(maps(), st.integers(0, 2))
def test_how_a_place_was_shown_last(drawn: ControlMap, place: int) -> None:
    """By a loop over days; days on which it was not shown do not count as a change."""
    row = grid(drawn)[place].tolist()
    days = [day for day, state in enumerate(row) if state >= 0]
    if not days:
        assert drawn.shown_at(place) is None
        return
    changed = [day for before, day in pairwise(days) if row[before] != row[day]]
    assert drawn.shown_at(place) == (row[days[-1]], changed[-1] if changed else days[0], days[-1])
    assert sorted(drawn.first[drawn.redrawn & (drawn.place == place)].tolist()) == changed


@given(maps(), st.integers(0, 2))
def test_a_map_that_never_showed_a_place(drawn: ControlMap, place: int) -> None:
    kept, without = grid(drawn), grid(drawn.without(place))
    assert (without[place] == -1).all()
    np.testing.assert_array_equal(np.delete(without, place, axis=0), np.delete(kept, place, axis=0))
