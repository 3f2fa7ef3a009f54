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
from vedette.belief._backward_kernels import Tally, smooth_backward
from vedette.belief._factored_kernels import (
    HUSHED,
    REAR,
    Plain,
    Rates,
    Sights,
    State,
    fill_step,
    filter_forward,
    pool,
    sight,
)
from vedette.belief.evidence import PRESSURE_DAYS
from vedette.belief.factored import followed as follow_to_the_end
from vedette.belief.hearing import listen
from vedette.belief.long_war import War
from vedette.belief.sightings import HUSH_DAYS, NEAR_KM, hush, see
from vedette.belief.strokes import last_shown_before, strokes_of, strokes_within
from vedette.belief.watch import Watch
from vedette.claims import Claims, ControlMap, EventKind, Events, Kind
from vedette.dynamics import TransitionPriors
from vedette.ground import Neighbours, neighbours_of
from vedette.store import Case

STATES = 3
RATES = Rates(
    hazard=np.array([0.05, 0.1, 0.2, 0.3, 0.4]),
    tempo=np.array([[1.0, 2.0]]),
    rush=0.3,
    settle=0.25,
    hush=0.2,
    notice=np.array([0.1, 0.01]),
    stands=np.array([0.9, 0.99]),
    blind=0.3,
    right=0.95,
    slip=np.array([0.002]),
    weight=1.0,
    whole=0.9,
)
PRESSED_SHARE = 0.375


ALONE = Neighbours(np.zeros(2, np.int32), np.zeros(0, np.int32), np.zeros(0), np.full(1, -1, np.int8))
NO_STROKES = strokes_of(np.zeros((0, 1, 9), dtype=np.int8), ALONE)
NO_SIGHTS = Sights(
    *(np.zeros(0, dtype=np.int64), np.zeros((0, 3)), np.zeros(0), np.zeros(1, dtype=np.int64)),
    *(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), np.zeros(10, dtype=np.int64)),
    np.ones((0, 3)),
)


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
        origin=0,
        shown=np.zeros((0, 1, days), dtype=np.int8),
        stood=np.zeros((0, 1), dtype=np.int8),
        pressed=np.zeros((1, days), dtype=np.uint16),
        begin=np.array([0, len(day)]),
        day=np.array(day),
        word=np.array(word),
        gain=np.array(gain),
        real=np.array(real),
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
    out, counts, trust = run(plain, days)
    for t in range(days):
        filtered = every_history(plain, likelihood[: t + 1], {d: g for d, g in gains.items() if d <= t})
        np.testing.assert_allclose(out[0, t], filtered[t], atol=2e-6)
    tally = Tally(np.zeros((1, 2, 5)), np.zeros((1, 2, 5)), np.zeros((1, 4)))
    none = strokes_within(NO_STROKES, np.arange(1), 1, 0, days)
    smooth_backward(days, 1, plain, none, RATES, PRESSED_SHARE, counts, trust, out, tally, np.zeros((1, 2, 2)))
    np.testing.assert_allclose(out[0], every_history(plain, likelihood, gains), atol=5e-6)


def run(plain: Plain, days: int) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float64]]:
    """The filter over one place and `days` days."""
    out = np.empty((1, days, STATES), dtype=np.float32)
    maps = len(plain.shown)
    state = State(plain.first.copy(), np.full((maps, 1, STATES), 0.3), np.ones(1, bool), np.ones(1, bool))
    strokes = strokes_within(strokes_of(plain.shown, ALONE), np.arange(1), 1, 0, days)
    counts, trust = np.zeros_like(out), np.zeros(len(strokes.place))
    filter_forward(0, days, 0.98, state, plain, strokes, NO_SIGHTS, RATES, PRESSED_SHARE, out, counts, trust)
    return out, counts, trust


@pytest.mark.parametrize("skipped", [(), (2,), (1, 2, 4)])
def test_a_standing_map_is_weighed_as_by_every_history_of_place_and_attention(skipped: tuple[int, ...]) -> None:
    """Whether a map is blind to the place is a hidden state that a change of hands draws anew. Days on which the map is
    not drawn say nothing, and it is no new map after them."""
    days = 6
    quiet = np.ones((days, STATES))
    shown = np.zeros((1, 1, days), dtype=np.int8)
    shown[..., list(skipped)] = -1
    plain = alone(quiet, {}, days)._replace(shown=shown, stood=np.full((1, 1), -1, dtype=np.int8))
    out, _, _ = run(plain, days)
    step = np.empty((STATES, STATES))
    fill_step(plain.beyond[0], 4.0, 0, PRESSED_SHARE, 0, np.ones(2, dtype=np.float32), RATES, step)
    found = np.zeros((days, STATES))
    overlooked = RATES.blind * RATES.notice[0]
    at_first = overlooked / (overlooked + (1 - RATES.blind) * RATES.notice[1])
    belief = {}  # P(state, blind), brought forward as one chain of six states
    for s, b in product(range(STATES), (False, True)):
        shows = 1.0 if s == 0 else (1 - RATES.right) / (STATES - 1) / RATES.right
        blind = RATES.blind if s == 0 else at_first
        belief[s, b] = plain.first[0, s] * shows * (blind if b else 1 - blind)
    for t in range(days):
        if t:
            later = dict.fromkeys(belief, 0.0)
            for (s, b), p in belief.items():
                for s2, b2 in later:
                    same = float(b == b2) if s == s2 else (RATES.blind if b2 else 1 - RATES.blind)
                    stands = 1.0 if s2 == 0 or t in skipped else 1 - RATES.notice[int(b2)]
                    later[s2, b2] += p * step[s, s2] * same * stands
            belief = later
        for (s, _), p in belief.items():
            found[t, s] += p / sum(belief.values())
    np.testing.assert_allclose(out[0], found, atol=1e-5)


def test_a_redrawn_map_is_weighed_by_bayes() -> None:
    """As drawn, the map was put right; else it slipped, and what else the place may be is as likely as it was."""
    plain = alone(np.ones((2, STATES)), {}, 2)._replace(
        shown=np.array([[[0, 1]]], dtype=np.int8), stood=np.full((1, 1), -1, dtype=np.int8)
    )
    out, _, _ = run(plain, 2)
    eve = np.array([1.0, *[(1 - RATES.right) / (STATES - 1) / RATES.right] * 2]) * plain.first[0]
    eve /= eve.sum()
    step = np.empty((STATES, STATES))
    fill_step(plain.beyond[0], 4.0, 0, PRESSED_SHARE, 0, np.ones(2, dtype=np.float32), RATES, step)
    today = eve @ step
    overlooked = RATES.blind * RATES.notice[0]
    at_first = overlooked / (overlooked + (1 - RATES.blind) * RATES.notice[1])
    stayed = eve[1] * step[1, 1] / today[1]
    blind = stayed * at_first + (1 - stayed) * RATES.blind
    noticed = (1 - blind) * RATES.notice[0] + blind * RATES.notice[1]
    expected = today * np.array([RATES.slip[0], noticed, RATES.slip[0]])
    np.testing.assert_allclose(out[0, 1], expected / expected.sum(), atol=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-1, STATES - 1), min_size=4, max_size=9), st.integers(2, 7))
def test_a_window_knows_what_a_map_showed_before_it(row: list[int], since: int) -> None:
    """Filtered in two parts, the second in a window of its own, as whole: to the byte."""
    days = len(row)
    since = min(since, days - 1)
    shown = np.array(row, dtype=np.int8)[None, None]
    plain = alone(np.ones((days, STATES)), {}, days)._replace(shown=shown, stood=np.full((1, 1), -1, dtype=np.int8))
    whole, _, _ = run(plain, days)
    state = State(plain.first.copy(), np.full((1, 1, STATES), 0.3), np.ones(1, bool), np.ones(1, bool))
    first, second = np.empty((1, days, STATES), np.float32), np.empty((1, days - since + 1, STATES), np.float32)
    nowhere, origin = np.zeros(1, dtype=np.int64), since - 1
    window = plain._replace(
        origin=origin,
        shown=np.ascontiguousarray(shown[..., origin:]),
        stood=last_shown_before(shown, nowhere, nowhere, np.full(1, origin))[None],
        pressed=plain.pressed[:, origin:],
    )
    for part, a, b, out in ((plain, 0, since, first), (window, since, days, second)):
        strokes = strokes_within(strokes_of(shown, ALONE), np.arange(1), 1, part.origin, b)
        nothing, trust = np.zeros_like(out), np.zeros(len(strokes.place))
        filter_forward(a, b, 0.98, state, part, strokes, NO_SIGHTS, RATES, PRESSED_SHARE, out, nothing, trust)
    assert first[:, :since].tobytes() == whole[:, :since].tobytes()
    assert second[:, 1:].tobytes() == np.ascontiguousarray(whole[:, since:]).tobytes()


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
    for day in (13, 14, 15, 28, 29, 43):
        cut = track(claims.until(day), (), neighbours, day).nowcast
        assert cut.tobytes() == np.ascontiguousarray(whole[:, : day + 1]).tobytes()
    assert not np.array_equal(whole, track(claims.take(claims.reported < 30), (), neighbours, 59).nowcast)


def test_a_claim_about_days_to_come_is_heard_when_it_comes_in() -> None:
    """A span may end after the report of it; row t is the run as of t all the same."""
    words = [
        Word("a", None, 2, Kind.control, 0, 9, published=5),
        Word("b", 1, 1, Kind.capture, 1, 20, published=11),
        Word("c", None, 2, Kind.assault, 1, 18, published=13),
    ]
    claims = war(words, start=[0, 0, 1, 1, 1], days=24)
    neighbours = neighbours_of(claims.places)
    whole = track(claims, (), neighbours, 23).nowcast
    for day in (4, 5, 6, 8, 9, 11, 12, 13, 19, 23):
        cut = track(claims.until(day), (), neighbours, day).nowcast
        assert cut.tobytes() == np.ascontiguousarray(whole[:, : day + 1]).tobytes(), day
    without = track(claims.until(4), (), neighbours, 23).nowcast
    assert whole[2, 5, 0] > without[2, 5, 0] + 0.02


def test_hindsight_changes_nothing_of_the_watch() -> None:
    claims = war([Word(f"c{t % 3}", None, 2, Kind.control, t % 2, t) for t in range(40)], start=LINE, days=40)
    known = War.known(claims, (redrawn({2, 3}, 40),), neighbours_of(claims.places), 39, None)
    watch = Watch.begun(known, TransitionPriors())
    nowcast, _ = follow_to_the_end(watch, None, None)
    before = watch.checkpoint().arrays
    dynamics = watch.dynamics(3, np.random.default_rng(1))
    assert before["counts_challenged"].any()
    once = watch.hindsight(nowcast)
    for name, array in watch.checkpoint().arrays.items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)
    for mine, theirs in zip(watch.dynamics(3, np.random.default_rng(1)), dynamics, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_array_equal(watch.hindsight(nowcast), once)


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


def drawn(source: str, rows: list[tuple[int, int, int, int]]) -> ControlMap:
    """A map from (place, state, first, last)."""
    place, state, first, last = zip(*sorted(rows, key=lambda row: (row[0], row[2])), strict=True)
    return ControlMap(
        source, np.array(place, np.int32), np.array(state, np.int8), np.array(first, np.int32), np.array(last, np.int32)
    )


LINE = [0, 0, 1, 1, 1, 1, 1, 1]


def redrawn(places: set[int], days: int, back: int | None = None) -> ControlMap:
    """A map of `LINE` that gives some places to side 0 on day 30, and takes that back on day `back`."""
    rows = []
    for place, state in enumerate(LINE):
        if place in places:
            rows += [(place, state, 0, 29), (place, 0, 30, (back or days) - 1)]
            rows += [(place, state, back, days - 1)] if back else []
        else:
            rows.append((place, state, 0, days - 1))
    return drawn("atlas", rows)


def followed(atlas: ControlMap, days: int = 40) -> NDArray[np.float32]:
    """P(side 0) by place and day."""
    claims = war([], start=LINE, days=days)
    return track(claims, (atlas,), neighbours_of(claims.places), days - 1).nowcast[..., 0]


def test_a_district_redrawn_at_one_stroke_is_believed_as_its_nearest_place_is() -> None:
    whole, behind = followed(redrawn({2, 3, 4, 5}, 40)), followed(redrawn({5}, 40))
    assert whole[5, 30] > 0.5 > behind[5, 30]
    assert whole[5, 30] == pytest.approx(whole[2, 30], abs=0.02)


def test_a_flip_that_is_undone_two_days_later_leaves_next_to_nothing() -> None:
    found = followed(redrawn({2, 3}, 40, back=32))
    assert found[3, 31] > 0.5 > found[3, 32]
    assert found[3, 39] < 0.1


def test_strokes_are_connected_places_redrawn_alike_on_one_day() -> None:
    shown = np.ones((1, 8, 3), dtype=np.int8)
    shown[0, [2, 3, 6], 1:] = 0
    shown[0, 7, 1:] = 2
    claims = war([], start=LINE, days=3)
    strokes = strokes_of(shown, neighbours_of(claims.places))
    groups = [strokes.place[a:b].tolist() for a, b in zip(strokes.begin[:-1], strokes.begin[1:], strict=True)]
    assert sorted(groups) == [[2, 3], [6], [7]]
    assert strokes.share.tolist() == pytest.approx([1 / len(g) for g in groups for _ in g])


def weekly(atlas: ControlMap, days: int) -> ControlMap:
    """The map as drawn every seventh day alone."""
    rows = [
        (int(place), int(state), day, day)
        for place, state, first, last in zip(atlas.place, atlas.state, atlas.first, atlas.last, strict=True)
        for day in range(0, days, 7)
        if first <= day <= last
    ]
    return drawn(atlas.source, rows)


def test_a_map_drawn_every_week_is_heard_no_louder_than_one_drawn_every_day() -> None:
    """Each time it comes back it stands; it does not show the place for the first time."""
    wrong = drawn("atlas", [(place, 1, 0, 59) for place in range(8)])  # places 0 and 1 are side 0's
    every_day, every_week = followed(wrong, 60), followed(weekly(wrong, 60), 60)
    assert every_week[1, 59] > every_day[1, 59]


def test_a_district_redrawn_while_no_map_was_drawn_is_redrawn_at_one_stroke() -> None:
    shown = np.ones((1, 8, 9), dtype=np.int8)
    shown[0, :, 3:6] = -1
    shown[0, [2, 3, 6], 6:] = 0
    claims = war([], start=LINE, days=9)
    strokes = strokes_of(shown, neighbours_of(claims.places))
    assert strokes.place.tolist() == [2, 3, 6]
    assert strokes.day.tolist() == [6, 6, 6]
    assert strokes.share.tolist() == [0.5, 0.5, 1.0]
    every_week = followed(weekly(redrawn({2, 3, 4, 5}, 50), 50), 50)
    assert every_week[5, 34] < 0.5 < every_week[5, 35]  # as the first map since day 30 has it


def seen(claims: Claims, rows: list[tuple[int, int, int, float]], posted: int = 0) -> Events:
    """Events from (place, side, day, km north of it), posted so many days later."""
    n = len(rows)
    place, side, day, km = (np.array(column) for column in zip(*rows, strict=True))
    return Events(
        ids=np.array([f"e{i:03d}" for i in range(n)], dtype=object),
        day=day.astype(np.int32),
        posted=(day + posted).astype(np.int32),
        side=side.astype(np.int8),
        kind=np.zeros(n, dtype=np.int8),
        lat=claims.places.lat[place] + km / 111.2,
        lon=claims.places.lon[place].copy(),
        source=np.array([f"s{i}" for i in range(n)], dtype=object),
        url=np.full(n, "", dtype=object),
        sides=claims.sides,
        days=claims.days,
    ).ordered()


def with_sightings(rows: list[tuple[int, int, int, float]], days: int = 30) -> NDArray[np.float32]:
    """P(side 0) by place and day."""
    claims = war([], start=LINE, days=days)
    return track(claims, (), neighbours_of(claims.places), days - 1, events=seen(claims, rows)).nowcast[..., 0]


def test_an_event_tells_less_the_farther_it_is() -> None:
    other = (7, 1, 10, 0.0)  # so that events are being posted either way
    near, far, none = (with_sightings([*more, other])[2, 10] for more in ([(2, 0, 10, 0.1)], [(2, 0, 10, 4.0)], []))
    assert near > far + 0.02
    assert far > none - 1e-3


def test_events_at_one_point_on_one_day_are_one() -> None:
    once = with_sightings([(2, 0, 10, 0.1)])
    np.testing.assert_array_equal(with_sightings([(2, 0, 10, 0.1)] * 50), once)
    many = with_sightings([(2, 0, day, 0.1) for day in range(10, 20)])[2, 20]
    assert many > once[2, 20]


def test_an_event_is_weighed_as_by_every_owner_of_its_point() -> None:
    rng = np.random.default_rng(3)
    belief = rng.dirichlet(np.ones(3), size=2)
    right, share, aside = np.array([[0.9, 0.5, 0.1]]), np.array([0.5, 0.3]), np.array([0.2])
    whole = np.zeros((3, 3))
    for a, b in product(range(3), repeat=2):
        p = [0.9 if s == 0 else 0.5 if s == 2 else 0.1 for s in (a, b)]
        whole[a, b] = belief[0, a] * belief[1, b] * (share[0] * p[0] + share[1] * p[1] + aside[0] / 2)
    whole /= whole.sum()
    index = np.array([0, 1])
    sights = Sights(
        np.array([0]), right, np.ones(1), np.array([0, 2]), index, share, aside, np.array([0, 1]), np.ones((2, 3))
    )
    mine = belief[:1].copy(), belief.copy()
    sight(0, mine[1], sights)
    np.testing.assert_allclose(mine[1][0], whole.sum(axis=1), rtol=1e-9)
    np.testing.assert_allclose(mine[1][1], whole.sum(axis=0), rtol=1e-9)


def test_what_nobody_posts_about_changes_less() -> None:
    step, hushed = np.empty((STATES, STATES)), np.empty((STATES, STATES))
    around = np.array([1.0, 2.0, 0.0])
    fill_step(around, 3.0, 0, PRESSED_SHARE, 0, np.ones(2, dtype=np.float32), RATES, step)
    fill_step(around, 3.0, HUSHED, PRESSED_SHARE, 0, np.ones(2, dtype=np.float32), RATES, hushed)
    assert 1.0 - hushed[0, 0] == pytest.approx(1.0 - step[0, 0] ** RATES.hush)


def test_nobody_next_door_takes_a_place_in_its_sides_rear() -> None:
    around, ones = np.array([1.0, 2.0, 0.0]), np.ones(2, dtype=np.float32)
    step, rear, reported = (np.empty((STATES, STATES)) for _ in range(3))
    fill_step(around, 3.0, 0, PRESSED_SHARE, 0, ones, RATES, step)
    fill_step(around, 3.0, 1 << REAR, PRESSED_SHARE, 0, ones, RATES, rear)
    fill_step(around, 3.0, 1 << REAR | 2, PRESSED_SHARE, 0, ones, RATES, reported)
    assert rear[0, 0] == pytest.approx(np.exp(-RATES.tempo[0, 0] * RATES.hazard[0]))
    assert step[0, 0] < rear[0, 0]
    np.testing.assert_array_equal(rear[1:], step[1:])
    assert reported[0, 0] < rear[0, 0], "unless somebody says that the enemy fights there"


@pytest.mark.parametrize("skipping", [False, True])
def test_events_and_maps_posted_later_change_nothing_and_a_resumed_run_is_the_whole_one(skipping: bool) -> None:
    claims = war([Word(f"c{t % 3}", None, 2, Kind.control, t % 2, t) for t in range(50)], start=LINE, days=50)
    rng = np.random.default_rng(8)
    rows = [
        (int(rng.integers(8)), int(rng.integers(2)), int(rng.integers(46)), float(rng.uniform(0, 6))) for _ in range(60)
    ]
    events, atlas = seen(claims, rows, posted=2), redrawn({2, 3}, 50)
    atlas = weekly(atlas, 50) if skipping else atlas
    neighbours = neighbours_of(claims.places)
    whole = track(claims, (atlas,), neighbours, 49, events=events)
    for day in (14, 28, 31, 35):
        cut = track(claims.until(day), (atlas.until(day),), neighbours, day, events=events.until(day))
        assert cut.nowcast.tobytes() == np.ascontiguousarray(whole.nowcast[:, : day + 1]).tobytes()
        for last in (day + 1, 49):
            on = track(claims, (atlas,), neighbours, last, events=events, resume=cut.checkpoint)
            assert on.since == cut.checkpoint.day == (day + 1) // 14 * 14 + ((day + 1) % 14 > 0)
            assert on.nowcast.tobytes() == np.ascontiguousarray(whole.nowcast[:, on.since : last + 1]).tobytes()
        for name, array in on.checkpoint.arrays.items():
            np.testing.assert_array_equal(array, whole.checkpoint.arrays[name], err_msg=name)


SAID = st.builds(
    Word,
    st.just("Blue ministry"),
    st.just(0),
    st.integers(0, 5),
    st.sampled_from([Kind.capture, Kind.assault, Kind.strike, Kind.control]),
    st.just(0),
    st.integers(0, 29),
)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(-1, 1), st.integers(0, 29)), min_size=1, max_size=20),
    st.lists(SAID, max_size=6),
)
def test_who_is_seen_at_a_place_presses_it_and_where_nobody_tells_of_fighting_it_is_hushed(
    rows: list[tuple[int, int, int]], words: list[Word]
) -> None:
    """By loops: as events are posted, and as blue announces what it took."""
    claims, days = war(words, start=[1] * 6, days=30), 30
    found = see(seen(claims, [(*row, 0.0) for row in rows]), claims.places, days)
    pressed = np.zeros((6, days), dtype=np.uint16)
    heard = listen(claims, days)
    found.press(pressed, 2)
    hush(pressed, found, heard)
    by_hand = np.zeros((6, days), dtype=np.uint16)
    posting, near = np.zeros(days, dtype=bool), np.zeros((6, days), dtype=bool)
    for e in range(len(found)):
        day = int(found.arrived[e])
        posting[day : day + HUSH_DAYS] = True
        for pair in range(int(found.begin[e]), int(found.begin[e + 1])):
            if found.km[pair] <= NEAR_KM:
                place = int(found.place[pair])
                by_hand[place, day : day + PRESSURE_DAYS] |= 3 if found.side[e] < 0 else 1 << int(found.side[e])
                near[place, day : day + HUSH_DAYS] = True
    hushed = ~near & posting
    listing, named = np.zeros(days, dtype=bool), np.zeros((6, days), dtype=bool)
    for n in range(len(heard)):
        eve = max(int(heard.arrived[n]) - 1, 0)  # the step into a day is told of on that day
        when = slice(eve, eve + HUSH_DAYS)
        kind = claims.row(int(heard.claim[n])).kind
        listing[when] |= kind is Kind.capture
        named[heard.place[n], when] |= kind in (Kind.capture, Kind.assault)
    for place in range(6):
        for day in range(days):
            if listing[day]:
                hushed[place, day] = not named[place, day] and not (posting[day] and near[place, day])
    by_hand[hushed] |= HUSHED
    assert pressed.tolist() == by_hand.tolist()


def test_an_event_of_nobody_in_particular_presses_and_says_no_more() -> None:
    unknown, none = with_sightings([(2, -1, 10, 0.1), (7, 1, 9, 0.0)]), with_sightings([(7, 1, 9, 0.0)])
    assert none[2, 12] < unknown[2, 12] < none[2, 12] + 0.05
    assert EventKind.presence.says is EventKind.shelling.says


def test_what_several_maps_show_has_its_share() -> None:
    """As worked out place by place in plain Python; where fewer than two maps show a place, no byte changes."""
    rng = np.random.default_rng(4)
    shown = rng.integers(-1, 3, (3, 6, 9)).astype(np.int8)
    belief = rng.dirichlet(np.ones(3), (6, 9)).astype(np.float32)
    out = belief.copy()
    pool(0.2, shown, out)
    for i, t in np.ndindex(6, 9):
        told = [int(s) for s in shown[:, i, t] if s >= 0]
        if len(told) < 2:
            assert np.array_equal(out[i, t], belief[i, t])
            continue
        shares = [told.count(s) / len(told) for s in range(3)]
        expected = [0.8 * float(p) + 0.2 * share for p, share in zip(belief[i, t], shares, strict=True)]
        np.testing.assert_allclose(out[i, t], expected, atol=1e-6)
    np.testing.assert_allclose(out.sum(axis=2), 1.0, atol=1e-6)


def test_the_filter_goes_on_from_its_own_belief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pooling is of what is said alone: said otherwise, the same war is learned from alike."""
    claims = war([], start=LINE, days=40)
    maps = (redrawn({2, 3}, 40), replace(redrawn(set(), 40), source="other"))
    beside = neighbours_of(claims.places)
    pooled = track(claims, maps, beside, 39)
    monkeypatch.setattr("vedette.belief.factored.POOLED", 0.0)
    plain = track(claims, maps, beside, 39)
    assert np.array_equal(pooled.hazard, plain.hazard)
    assert not np.array_equal(pooled.nowcast, plain.nowcast)
    assert np.abs(pooled.nowcast - plain.nowcast).max() <= 0.15 + 1e-6
