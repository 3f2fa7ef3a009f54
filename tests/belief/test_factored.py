"""The long war's filter: against every history of one place, and the laws it must keep."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.belief.wars import Word, line_of, war
from vedette.belief import track
from vedette.belief._factored_kernels import Plain, Rates, fill_step, filter_forward, smooth_backward
from vedette.claims import Claims, Kind
from vedette.ground import neighbours_of
from vedette.store import Case

STATES = 3
RATES = Rates(np.array([0.05, 0.1, 0.2, 0.3, 0.4]), np.array([[1.0, 2.0]]), 0.3, 0.25, np.ones((0, 16, STATES)))
PRESSED_SHARE = 0.375


def alone(words: NDArray[np.float64], gains: dict[int, tuple[int, float]], days: int) -> Plain:
    """One place without neighbours; words (days, S), and announced captures by day: side and credence."""
    day, word, gain, real = [], [], [], []
    for t in range(days):
        if t in gains:
            day.append(t)
            word.append(np.ones(STATES))
            gain.append(gains[t][0])
            real.append(gains[t][1])
        day.append(t)
        word.append(words[t])
        gain.append(-1)
        real.append(0.0)
    return Plain(
        first=np.array([[0.7, 0.2, 0.1]]),
        start=np.array([0, 0], dtype=np.int32),
        target=np.array([], dtype=np.int32),
        beyond=np.array([[1.0, 2.0, 1.0]]),
        shown=np.zeros((0, 1, days), dtype=np.int8),
        pressed=np.zeros((1, days), dtype=np.uint8),
        begin=np.array([0, len(day)]),
        day=np.array(day),
        word=np.array(word),
        gain=np.array(gain),
        real=np.array(real),
        phase=np.zeros(days, dtype=np.int32),
        local=np.ones((1, 1, 2), dtype=np.float32),
    )


def every_history(plain: Plain, words: NDArray[np.float64], gains: dict[int, tuple[int, float]]) -> NDArray[np.float64]:
    """P(state) by day, from the probability of each history in turn."""
    days = len(words)
    step = np.empty((STATES, STATES))
    fill_step(plain.beyond[0], 4.0, 0, PRESSED_SHARE, 0, np.ones(2, dtype=np.float32), RATES, step)
    out = np.zeros((days, STATES))
    for history in product(range(STATES), repeat=days):
        p = 1.0
        for t, s in enumerate(history):
            arriving = plain.first[0, s] if t == 0 else step[history[t - 1], s]
            if t in gains:
                side, real = gains[t]
                arriving = (1.0 - real) * arriving + real * (s == side)
            p *= arriving * words[t, s]
        for t, s in enumerate(history):
            out[t, s] += p
    return np.asarray(out / out.sum(axis=1, keepdims=True))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(*[st.floats(0.05, 1.0)] * STATES), min_size=2, max_size=5),
    st.dictionaries(st.integers(1, 4), st.tuples(st.integers(0, 1), st.floats(0.1, 0.9)), max_size=2),
)
def test_one_place_is_filtered_and_smoothed_exactly(
    words: list[tuple[float, ...]], gains: dict[int, tuple[int, float]]
) -> None:
    likelihood = np.array(words)
    days = len(words)
    gains = {t: g for t, g in gains.items() if t < days}
    plain = alone(likelihood, gains, days)
    out = np.empty((1, days, STATES), dtype=np.float32)
    counts = np.zeros_like(out)
    filter_forward(0, days, plain.first.copy(), plain.begin[:-1].copy(), plain, RATES, PRESSED_SHARE, out, counts)
    for t in range(days):
        filtered = every_history(plain, likelihood[: t + 1], {d: g for d, g in gains.items() if d <= t})
        np.testing.assert_allclose(out[0, t], filtered[t], atol=2e-6)
    tallies = np.zeros((1, 2, 5)), np.zeros((1, 2, 5)), np.zeros(4), np.zeros(0), np.zeros((0, days))
    smooth_backward(days, 1, plain, RATES, PRESSED_SHARE, counts, out, *tallies, np.zeros((1, 2, 2)))
    np.testing.assert_allclose(out[0], every_history(plain, likelihood, gains), atol=5e-6)


@settings(max_examples=50, deadline=None)
@given(st.tuples(*[st.floats(0.0, 6.0)] * STATES), st.floats(0.0, 5.0))
def test_the_step_is_a_distribution_and_no_contact_means_next_to_no_capture(
    count: tuple[float, ...], local: float
) -> None:
    step = np.empty((STATES, STATES))
    around = np.array(count)
    rates = RATES._replace(hazard=np.array([0.0, 0.1, 0.2, 0.3, 0.4]))
    fill_step(around, around.sum(), 0, PRESSED_SHARE, 0, np.full(2, local, dtype=np.float32), rates, step)
    np.testing.assert_allclose(step.sum(axis=1), 1.0)
    assert (step >= 0.0).all()
    if around[1] == 0.0 and around[2] == 0.0:
        assert step[0, 0] == 1.0


@pytest.mark.parametrize("day", [0, 4, 9, 15, 19])
def test_what_is_published_later_changes_no_earlier_nowcast(small: Case, day: int) -> None:
    whole = track(small.claims, small.maps, small.neighbours, 19).nowcast
    cut = track(small.claims.until(day), tuple(m.until(day) for m in small.maps), small.neighbours, day).nowcast
    assert cut.tobytes() == np.ascontiguousarray(whole[:, : day + 1]).tobytes()


def test_nor_over_the_days_on_which_it_learns() -> None:
    words = [Word(f"c{t % 3}", None, 2, Kind.control, t % 2, t) for t in range(60)]
    claims = war(words, start=[0, 0, 0, 1, 1], days=60)
    neighbours = neighbours_of(claims.places)
    whole = track(claims, (), neighbours, 59).nowcast
    for day in (13, 14, 15, 41, 42, 43):
        cut = track(claims.until(day), (), neighbours, day).nowcast
        assert cut.tobytes() == np.ascontiguousarray(whole[:, : day + 1]).tobytes()
    assert not np.array_equal(whole, track(claims.take(claims.reported < 30), (), neighbours, 59).nowcast)


def chance(words: list[Word]) -> float:
    """P(side 0 holds the middle place) on the last day."""
    claims = war(words, start=[0, 0, 1, 1, 1], days=12)
    found = track(claims, (), neighbours_of(claims.places), 11)
    return float(found.nowcast[2, -1, 0])


def test_a_thousand_repetitions_and_ten_copies_say_hardly_more_than_once() -> None:
    once = [Word("a", None, 2, Kind.control, 0, 8)]
    nothing, said = chance([]), chance(once)
    assert said > nothing + 0.02  # the control: it does say something
    assert chance(once * 1000) == pytest.approx(said)
    copies = [Word(f"outlet {n}", None, 2, Kind.control, 0, 8, text="Town said to be held.") for n in range(10)]
    assert chance(copies) == pytest.approx(said)
    spread = [Word("a", None, 2, Kind.control, 0, 8, published=8 + n % 4) for n in range(1000)]
    assert odds(chance(spread)) < 2.0 * odds(said)


def odds(p: float) -> float:
    return p / (1.0 - p)


def renamed(claims: Claims) -> Claims:
    """The same war with the two sides' numbers swapped."""
    places = line_of([1 - s if s < 2 else s for s in claims.places.start.tolist()])
    side, camp = (np.where((x >= 0) & (x < 2), 1 - x, x).astype(x.dtype) for x in (claims.side, claims.camp))
    return replace(claims, side=side, camp=camp, places=places)


def test_renaming_the_sides_renames_the_answer() -> None:
    words = [
        Word("a", 0, 2, Kind.capture, 0, 3),
        Word("b", 1, 2, Kind.capture, 0, 4, denied=True),
        Word("c", None, 1, Kind.control, 1, 20),
        Word("d", None, 3, Kind.assault, 0, 22),
    ]
    claims = war(words, start=[0, 0, 1, 1, 1], days=30)
    one = track(claims, (), neighbours_of(claims.places), 29)
    other = track(renamed(claims), (), neighbours_of(claims.places), 29)
    np.testing.assert_allclose(one.nowcast, other.nowcast[:, :, [1, 0, 2]], atol=1e-6)
    np.testing.assert_allclose(one.hindsight, other.hindsight[:, :, [1, 0, 2]], atol=1e-6)


def test_an_admission_weighs_more_than_a_boast() -> None:
    boast = chance([Word("a", 0, 2, Kind.capture, 0, 8)])
    admission = chance([Word("b", 1, 2, Kind.capture, 0, 8)])
    assert admission > boast > chance([])


def test_without_claims_or_maps_only_the_line_gives_way() -> None:
    claims = war([], start=[0, 0, 0, 1, 1], days=40)
    found = track(claims, (), neighbours_of(claims.places), 39)
    np.testing.assert_allclose(found.nowcast.sum(axis=2), 1.0, atol=1e-4)
    at_line, behind = found.nowcast[2, -1, 0], found.nowcast[0, -1, 0]
    assert at_line < behind
    assert behind > 0.9
