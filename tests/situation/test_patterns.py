"""Named situations, on histories made by hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tests.situation.test_assessment import BLUE, ORANGE, Map
from vedette.situation import Pattern, PatternWatch

N, E, S, W = range(1, 5)
CROSS = Map(
    # A town in the middle, a village 10 km off on each of eight sides, and the base of blue beyond the northern one.
    xy=np.array(
        [[0, 0], [0, 10], [10, 0], [0, -10], [-10, 0], [7, 7], [7, -7], [-7, -7], [-7, 7], [0, 30]], dtype=float
    ),
    ends=np.array([[0, 1], [0, 2], [0, 3], [0, 4], [1, 9], [2, 9], [3, 9], [4, 9]], dtype=np.int32),
    two_way=np.ones(8, dtype=bool),
    control=np.zeros((1, 10), dtype=np.int8),
    sources=np.array([9]),
)  # fmt: skip


def watched(history: NDArray[np.int8]) -> PatternWatch:
    """`history` (T, P) of holders, the same in two draws, with lucky roads."""
    theatre = CROSS.theatre()
    watch = PatternWatch(theatre, BLUE, 2, len(history))
    luck = np.zeros((2, len(CROSS.ends)), dtype=np.float32)
    for t, holders in enumerate(history):
        control = np.array([holders, holders], dtype=np.int8)
        watch.add(theatre.day(control, BLUE, t, luck), control)
    return watch


def days(count: int) -> NDArray[np.int8]:
    return np.zeros((count, 10), dtype=np.int8)


def spans(watch: PatternWatch, pattern: Pattern, place: int = 0) -> list[tuple[int, int]]:
    return [(s.first, s.last) for s in watch.spells() if s.pattern == pattern and s.place == place]


def test_a_peaceful_town_has_no_name_for_its_situation() -> None:
    assert watched(days(12)).spells() == []


def test_a_siege_forms_when_all_but_one_way_close_within_a_week() -> None:
    history = days(14)
    history[5:, [N, E, S]] = ORANGE
    assert spans(watched(history), Pattern.siege_forming) == [
        (5, 11)
    ]  # from day 12 on, a week before it was so already


def test_a_siege_is_broken_for_a_garrison_that_was_cut_off_and_held_out() -> None:
    history = days(16)
    history[4:9, [N, E, S, W]] = ORANGE
    watch = watched(history)
    assert spans(watch, Pattern.siege_broken) == [(9, 15)]
    assert watch.probability[Pattern.siege_broken][0, 9] == 1


def test_who_takes_a_town_behind_the_lines_breaks_no_siege() -> None:
    history = days(16)
    history[:, [N, E, S, W]] = ORANGE
    history[:3, 0] = ORANGE
    history[9:, N] = BLUE
    assert spans(watched(history), Pattern.siege_broken) == []


def test_a_salient_has_the_enemy_on_more_than_half_the_horizon() -> None:
    history = days(10)
    history[3:, [2, 3, 5, 6]] = ORANGE
    assert spans(watched(history), Pattern.salient) == []  # four of eight
    history[6:, 7] = ORANGE
    assert spans(watched(history), Pattern.salient) == [(6, 9)]


def test_a_garrison_on_roads_under_fire_and_overlooked_may_withdraw() -> None:
    """Without an elevation model what lies within 2 km is seen: the enemy takes a village 1 km off the town."""
    close = Map(
        xy=np.array([[0, 0], [1, 0], [30, 0], [0, 30]], dtype=float), ends=np.array([[0, 2], [0, 3]], dtype=np.int32),
        two_way=np.ones(2, dtype=bool), control=np.zeros((1, 4), dtype=np.int8), sources=np.array([2]),
    )  # fmt: skip
    theatre = close.theatre()
    watch = PatternWatch(theatre, BLUE, 1, 12)
    luck = np.full((1, 2), 0.5, dtype=np.float32)
    for t in range(12):
        control = np.array([[BLUE, ORANGE if t >= 3 else BLUE, BLUE, BLUE]], dtype=np.int8)
        if t == 8:
            control[0, 0] = ORANGE
        watch.add(theatre.day(control, BLUE, t, luck), control)
    assert [(s.first, s.last) for s in watch.spells() if s.pattern == Pattern.threatened_withdrawal] == [(3, 7)]
