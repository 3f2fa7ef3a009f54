"""What goes with what is left out: the same as if it had never been said."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.belief.wars import Word, seen_on, some_records, war, wars
from vedette.belief._record_kernels import log_pressed
from vedette.belief._sweep_kernels import weigh
from vedette.belief.announcements import truth_of_capture
from vedette.belief.left_out import LeftOut, camps_at
from vedette.belief.sampler import _Layout, _world
from vedette.belief.testimony import MARK_OF, standing_of
from vedette.claims import Claims, Kind
from vedette.dynamics import Transition, tomorrow
from vedette.dynamics._kernels import FIGHTERS, LEVEL_OF, calm_rows

STEP = Transition(np.array([0.02, 0.1, 0.2, 0.3, 0.5]), np.ones((2, 2)), 0.3, 0.3)


@settings(max_examples=40)
@given(wars())
def test_what_is_left_of_the_fighting_is_what_would_have_been_heard(claims: Claims) -> None:
    evidence = seen_on(claims)
    told, clamour = evidence.told, evidence.clamour
    left_out = LeftOut.of(evidence, MARK_OF)
    spoken, number = camps_at(told)
    for label in range(len(left_out)):
        gone = np.arange(len(told)) == label if label < len(told) else number == label - len(told)
        less = seen_on(claims.take(~np.isin(told.of_claim, np.flatnonzero(gone))))
        fighting = evidence.fighting.copy()
        of_label = left_out.unpressed == label
        fighting[left_out.place[of_label], left_out.day[of_label]] = left_out.fighting[of_label]
        np.testing.assert_array_equal(fighting, less.fighting)
        camps = clamour.camps - np.bincount(left_out.row[left_out.unheard == label], minlength=len(clamour))
        heard = np.column_stack([clamour.place, clamour.day, camps])[camps > 0]
        np.testing.assert_array_equal(
            heard, np.column_stack([less.clamour.place, less.clamour.day, less.clamour.camps])
        )
    assert len(left_out) == len(told) + len(spoken)


def test_two_reports_of_one_camp_press_and_clamour_until_both_are_left_out() -> None:
    words = [Word(f"Mission {n}", None, 1, Kind.assault, 0, 4) for n in range(2)]
    left_out = LeftOut.of(seen_on(war(words, start=[0, 1, 1], days=9)), MARK_OF)
    assert set(left_out.unpressed.tolist()) == set(left_out.unheard.tolist()) == {2}
    assert left_out.day.tolist() == [4, 5, 6]


@settings(max_examples=25)
@given(wars(), st.integers(0, 2**32 - 1))
def test_what_pressure_says_of_a_history_is_what_it_makes_of_the_next_step_and_of_boasts(
    claims: Claims, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    evidence = seen_on(claims)
    records, layout = some_records(evidence, rng), _Layout.of(evidence)
    world = _world(evidence, layout.graph, rng.integers(0, 5, (3, 9)).astype(np.int8))
    said, boasted = weigh(
        layout.field,
        records.announcing.kernel_view(),
        records.testifying.kernel_view(),
        records.clamour.kernel_view(),
        records.mapping,
        truth_of_capture(2),
        standing_of(2),
    )
    place, day = rng.integers(0, 3, 12), rng.integers(0, 9, 12)
    fighting = rng.integers(0, 4, 12).astype(np.uint8) | evidence.fighting[place, day] & ~np.uint8(FIGHTERS)
    calm = calm_rows(STEP.hazard, STEP.tempo, LEVEL_OF)
    found = log_pressed(place, day, fighting, layout.graph, layout.field, world, calm, boasted, said.invented)
    for n, (i, t) in enumerate(zip(place.tolist(), day.tolist(), strict=True)):
        holder = int(world.control[i, t])
        if holder == 2:
            assert found[n] == 0.0
            continue
        held = np.bincount(world.control[evidence.neighbours.of(i), t], minlength=3)
        loglik = []
        for byte in (int(evidence.fighting[i, t]), int(fighting[n])):
            pressed = bool(byte & FIGHTERS & ~(1 << holder))
            rear = byte >> 5 == holder + 1
            step = tomorrow(holder, held, STEP, int(evidence.phase[t]), pressed=pressed, rear=rear)
            boasts = said.invented[said.slot[i, t], holder] if said.slot[i, t] >= 0 else 0.0
            loglik.append(boasted[holder] * (1 - step[holder]) + boasts * np.log(1 - step[holder]))
            if t < 8:
                loglik[-1] += np.log(step[world.control[i, t + 1]])
        np.testing.assert_allclose(found[n], loglik[0] - loglik[1], atol=1e-9)
