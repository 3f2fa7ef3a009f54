"""The daily step: its laws, and the compiled tables against the readable `tomorrow`."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vedette.dynamics import (
    LEVELS,
    PHASE_DAYS,
    PRESSED_LEVEL,
    Transition,
    TransitionPriors,
    contact_level,
    phases_of,
    tomorrow,
)
from vedette.dynamics._kernels import LEVEL_OF, REAR, calm_rows, control_of, row_of, support_from, support_of
from vedette.ground import MAX_NEIGHBOURS, MOST_SIDES

probability = st.floats(0.001, 0.999)


@st.composite
def steps(draw: st.DrawFn, sides: int, phases: int = 2) -> Transition:
    hazard = draw(st.lists(st.floats(0.0, 3.0), min_size=LEVELS, max_size=LEVELS))
    tempo = draw(st.lists(st.floats(0.01, 5.0), min_size=phases * sides, max_size=phases * sides))
    return Transition(np.array(hazard), np.reshape(tempo, (phases, sides)), draw(probability), draw(probability))


Day = tuple[int, NDArray[np.int64], Transition, int, bool]


@st.composite
def days(draw: st.DrawFn) -> Day:
    """A state, the number of neighbours in each state, parameters, a phase, and whether the place is pressed."""
    sides = draw(st.integers(2, 5))
    held = draw(st.lists(st.integers(0, 3), min_size=sides + 1, max_size=sides + 1))
    return (
        draw(st.integers(0, sides)),
        np.array(held, dtype=np.int64),
        draw(steps(sides)),
        draw(st.integers(0, 1)),
        draw(st.booleans()),
    )


@given(days())
def test_tomorrow_is_a_probability(day: Day) -> None:
    state, held, step, phase, pressed = day
    p = tomorrow(state, held, step, phase, pressed=pressed)
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(), 1.0)


@given(days())
def test_with_no_enemy_next_door_and_none_reported_a_place_falls_at_the_floor_rate_alone(day: Day) -> None:
    """The floor is `hazard[0]`: however high every other hazard, nothing else moves the place."""
    state, held, step, phase, _ = day
    sides = len(held) - 1
    if state == sides:
        state = 0
    alone = np.zeros_like(held)
    alone[state] = held[state]
    p = tomorrow(state, alone, step, phase)
    np.testing.assert_allclose(1 - p[state], 1 - np.exp(-step.tempo[phase, state] * step.hazard[0]), atol=1e-12)
    safe = Transition(np.concatenate([[0.0], step.hazard[1:]]), step.tempo, step.rush, step.settle)
    assert tomorrow(state, alone, safe, phase)[state] == 1.0


@given(days(), st.data())
def test_one_more_enemy_next_door_never_makes_a_place_safer(day: Day, data: st.DataObject) -> None:
    """Where hazards grow with contact, as the prior's do."""
    state, held, step, phase, pressed = day
    sides = len(held) - 1
    if state == sides:
        state = 0
    growing = Transition(np.sort(step.hazard), step.tempo, step.rush, step.settle)
    enemy = data.draw(st.sampled_from([k for k in range(sides) if k != state]))
    if held[state] == 0:
        held = held + (np.arange(sides + 1) == state)
    turned = held + (np.arange(sides + 1) == enemy) - (np.arange(sides + 1) == state)
    before = tomorrow(state, held, growing, phase, pressed=pressed)[state]
    assert tomorrow(state, turned, growing, phase, pressed=pressed)[state] <= before + 1e-12


@given(days())
def test_an_enemy_reported_to_fight_there_is_contact_of_the_middle_level_at_least(day: Day) -> None:
    state, held, step, phase, _ = day
    sides = len(held) - 1
    if state == sides:
        assert (tomorrow(state, held, step, phase, pressed=True) == tomorrow(state, held, step, phase)).all()
        return
    enemy = held.sum() - held[state] - held[sides] / 2
    level = max(contact_level(float(enemy), int(held.sum())), PRESSED_LEVEL)
    calm = np.exp(-step.tempo[phase, state] * step.hazard[level])
    np.testing.assert_allclose(tomorrow(state, held, step, phase, pressed=True)[state], calm, atol=1e-12)


@given(days(), st.randoms(use_true_random=False))
def test_renaming_the_sides_renames_the_answer(day: Day, random: Random) -> None:
    state, held, step, phase, pressed = day
    sides = len(held) - 1
    order = list(range(sides))
    random.shuffle(order)
    new = np.array([*order, sides])  # side k is called new[k]
    renamed_held, renamed_tempo = np.empty_like(held), np.empty_like(step.tempo)
    renamed_held[new] = held
    renamed_tempo[:, new[:sides]] = step.tempo
    renamed = Transition(step.hazard, renamed_tempo, step.rush, step.settle)
    p = tomorrow(state, held, step, phase, pressed=pressed)
    np.testing.assert_allclose(
        tomorrow(int(new[state]), renamed_held, renamed, phase, pressed=pressed)[new], p, atol=1e-12
    )


@given(days(), st.sampled_from([None, *range(MOST_SIDES)]))
def test_the_table_agrees_with_the_readable_step(day: Day, rear: int | None) -> None:
    state, held, step, phase, pressed = day
    sides, degree = len(held) - 1, int(held.sum())
    if state == sides or degree > MAX_NEIGHBOURS:
        return
    calm = calm_rows(step.hazard, step.tempo, LEVEL_OF)
    support = sum(int(held[s]) * support_from(s, state, sides) for s in range(sides + 1))
    other = (state + 1) % sides
    fighting = (1 << state) | (1 << other if pressed else 0)  # that its own holder fights there presses nobody
    fighting |= 0 if rear is None else rear + 1 << REAR
    row = row_of(degree, len(step.tempo), phase, sides, state, fighting)
    np.testing.assert_allclose(
        calm[row, support], tomorrow(state, held, step, phase, pressed=pressed, rear=rear == state)[state], rtol=1e-9
    )


def test_every_row_of_the_table_has_a_number_of_its_own() -> None:
    sides, phases = 3, 2
    rows = [
        row_of(degree, phases, phase, sides, holder, fighting)
        for degree in range(MAX_NEIGHBOURS + 1)
        for phase in range(phases)
        for holder in range(sides)
        for fighting in (0, 1 << (holder + 1) % sides)
    ]
    assert sorted(rows) == list(range((MAX_NEIGHBOURS + 1) * phases * sides * 2))


@given(st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_support_is_twice_the_friends_and_once_the_contested(sides: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    places, span = 5, 3
    friends = rng.random((places, places)) < 0.5
    friends = np.triu(friends, 1) | np.triu(friends, 1).T
    start = np.concatenate([[0], np.cumsum(friends.sum(axis=1))]).astype(np.int32)
    index = np.nonzero(friends)[1].astype(np.int32)
    control = rng.integers(0, sides + 1, (places, span)).astype(np.int8)
    support = np.full((places, span, sides), 99, dtype=np.int8)
    support_of(start, index, control, support)
    for i in range(places):
        for t in range(span):
            around = control[friends[i], t]
            for k in range(sides):
                assert support[i, t, k] == 2 * (around == k).sum() + (around == sides).sum()


@given(st.integers(2, 5))
def test_to_have_just_taken_a_place_is_to_hold_it(sides: int) -> None:
    assert [control_of(h, sides) for h in range(2 * sides + 1)] == [*range(sides + 1), *range(sides)]


@given(st.integers(1, MAX_NEIGHBOURS), st.data())
def test_levels_of_contact_are_quarters_of_the_neighbours(degree: int, data: st.DataObject) -> None:
    halves = data.draw(st.integers(0, 2 * degree))
    level = contact_level(halves / 2, degree)
    share = halves / 2 / degree
    assert level == next(n for n, top in enumerate((0.0, 0.25, 0.5, 0.75, 1.0)) if share <= top + 1e-12)


def test_a_place_without_neighbours_is_out_of_contact() -> None:
    assert contact_level(0.0, 0) == 0
    assert LEVEL_OF[0, 0] == 0


@given(st.integers(1, 60), st.integers(0, 60))
def test_later_days_never_renumber_a_phase(span: int, more: int) -> None:
    assert (phases_of(span + more)[:span] == phases_of(span)).all()
    assert np.bincount(phases_of(span)).max() <= PHASE_DAYS


def test_the_prior_is_the_same_for_every_side() -> None:
    mean = TransitionPriors().mean(sides=4, phases=3)
    assert mean.tempo.shape == (3, 4)
    assert len(set(mean.tempo.ravel().tolist())) == 1
    assert mean.hazard.shape == (LEVELS,)
    assert mean.rush == pytest.approx(0.3)
    assert mean.settle == pytest.approx(0.25)
