"""Scores against plain formulas and worked examples, and intervals that cover what they should."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vedette.verification import (
    days_to_half,
    log_score,
    murphy,
    pigeonhole_interval,
    ranked_score,
    reliability_slope,
    three_way_brier,
    two_sided,
    two_sided_brier,
)

Floats = NDArray[np.float64]


def states(*found: int) -> NDArray[np.int8]:
    return np.array(found, dtype=np.int8)


@st.composite
def forecasts(draw: st.DrawFn, sides: int = 2, contested: bool = True) -> tuple[Floats, NDArray[np.int8]]:
    """Up to twelve rows of probabilities, and what was."""
    count = draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    probability = rng.dirichlet(np.full(sides + 1, 0.6), count)
    return probability, rng.integers(0, sides + contested, count).astype(np.int8)


@pytest.mark.parametrize(("chance", "score"), [(1.0, 0.0), (0.7, 0.09), (0.3, 0.49), (0.5, 0.25), (0.0, 1.0)])
def test_the_brier_score_of_rain(chance: float, score: float) -> None:
    """Chances of rain on a wet day: the examples of "Brier score", en.wikipedia.org."""
    assert two_sided_brier(np.array([[chance, 1 - chance, 0.0]]), states(0))[0] == pytest.approx(score)


def test_a_contested_share_is_split_evenly_where_the_outcome_knows_no_contest() -> None:
    p = np.array([[0.5, 0.2, 0.3], [0.0, 0.0, 1.0]])
    np.testing.assert_allclose(two_sided(p), [[0.65, 0.35], [0.5, 0.5]])
    np.testing.assert_allclose(two_sided_brier(p, states(0, 1)), [0.35**2, 0.25])


@given(forecasts(contested=False))
def test_for_two_sides_it_is_the_binary_score_of_either(found: tuple[Floats, NDArray[np.int8]]) -> None:
    p, state = found
    for side in (0, 1):
        binary = (p[:, side] + p[:, 2] / 2 - (state == side)) ** 2
        np.testing.assert_allclose(two_sided_brier(p, state), binary, atol=1e-12)


@given(forecasts(sides=4, contested=False))
def test_for_more_sides_it_is_half_the_squared_distance(found: tuple[Floats, NDArray[np.int8]]) -> None:
    p, state = found
    plain = [
        sum((q + row[4] / 4 - (k == s)) ** 2 for k, q in enumerate(row[:4])) / 2
        for row, s in zip(p, state, strict=True)
    ]
    np.testing.assert_allclose(two_sided_brier(p, state), plain, atol=1e-12)


@given(forecasts())
def test_the_three_way_score_is_the_squared_distance(found: tuple[Floats, NDArray[np.int8]]) -> None:
    p, state = found
    plain = [sum((q - (k == s)) ** 2 for k, q in enumerate(row)) for row, s in zip(p, state, strict=True)]
    np.testing.assert_allclose(three_way_brier(p, state), plain, atol=1e-12)


def test_the_log_score_is_minus_the_log_of_what_was_and_stops_at_one_in_a_thousand() -> None:
    p = np.array([[0.25, 0.5, 0.25], [1.0, 0.0, 0.0], [0.0005, 0.9995, 0.0]])
    np.testing.assert_allclose(log_score(p, states(1, 0, 0)), [np.log(2), 0.0, np.log(1000)])


@pytest.mark.parametrize(("was", "score"), [(0, 0.73), (2, 0.13), (1, 0.53)])
def test_the_ranked_score_of_rain_amounts(was: int, score: float) -> None:
    """No, some, much rain with chances 0.2, 0.5, 0.3; on a dry day (0.2 - 1)^2 + (0.7 - 1)^2 = 0.73, and so on.

    The forecast is that of Wilks (2005), Statistical Methods in the Atmospheric Sciences, chapter 7, as it
    stands in the manual of R's package verification. Here some rain is `contested`, the middle of three states.
    """
    assert ranked_score(np.array([[0.2, 0.3, 0.5]]), states(was))[0] == pytest.approx(score)


def test_the_ranked_score_forgives_near_misses() -> None:
    near, far = np.array([[0.0, 0.0, 1.0]]), np.array([[0.0, 1.0, 0.0]])
    assert ranked_score(near, states(0))[0] < ranked_score(far, states(0))[0]
    assert three_way_brier(near, states(0))[0] == three_way_brier(far, states(0))[0]


def test_the_ranked_score_needs_two_sides() -> None:
    with pytest.raises(ValueError, match=r"there are 3 sides.*three_way_brier"):
        ranked_score(np.full((1, 4), 0.25), states(0))


@given(st.floats(0.02, 0.98), st.floats(0.0, 1.0))
def test_no_score_is_better_for_saying_what_one_does_not_believe(truth: float, said: float) -> None:
    """Proper: in expectation over a fair world the true probability scores best."""

    def expected(p: float) -> Floats:
        row = np.array([[p, 1 - p, 0.0]])
        scores = [
            truth * score(row, states(0))[0] + (1 - truth) * score(row, states(1))[0]
            for score in (two_sided_brier, three_way_brier, log_score, ranked_score)
        ]
        return np.array(scores)

    assert (expected(truth) <= expected(said) + 1e-9).all()


# Forecasts of rain: Wilks (1995), Statistical Methods in the Atmospheric Sciences, table 7.3, as it stands in the
# manual of R's package verification (`attribute`). How often each chance was given, and how often it rained then.
CHANCE = np.array([0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
GIVEN = np.array([0.4112, 0.0671, 0.1833, 0.0986, 0.0616, 0.0366, 0.0303, 0.0275, 0.0245, 0.0220, 0.0170, 0.0203])
RAINED = np.array([0.006, 0.019, 0.059, 0.150, 0.277, 0.377, 0.511, 0.587, 0.723, 0.779, 0.934, 0.933])
CLIMATE = 0.162


def rain_forecasts(count: int = 100_000) -> tuple[Floats, NDArray[np.bool_]]:
    given, rained = np.rint(GIVEN * count).astype(int), np.rint(GIVEN * count * RAINED).astype(int)
    p = np.repeat(CHANCE, given)
    hit = np.concatenate([np.arange(n) < wet for n, wet in zip(given, rained, strict=True)])
    return p, hit


def test_the_parts_of_the_brier_score_of_a_published_table() -> None:
    p, hit = rain_forecasts()
    found = murphy(p, hit, bins=20)  # each chance given has a bin of its own
    assert hit.mean() == pytest.approx(CLIMATE, abs=1e-3)  # the table's own figure, of rounded rows
    assert found.uncertainty == pytest.approx(CLIMATE * (1 - CLIMATE), abs=1e-3)
    assert found.reliability == pytest.approx((GIVEN * (CHANCE - RAINED) ** 2).sum(), abs=1e-5)
    assert found.resolution == pytest.approx((GIVEN * (RAINED - CLIMATE) ** 2).sum(), abs=1e-4)
    brier = ((p - hit) ** 2).mean()
    assert found.reliability - found.resolution + found.uncertainty == pytest.approx(brier, abs=1e-12)
    np.testing.assert_allclose(found.forecast, CHANCE)
    np.testing.assert_allclose(found.observed, RAINED, atol=5e-4)
    assert sum(found.count) == len(p)


@given(st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_the_parts_add_up_where_bins_hold_one_value_each(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    p, hit = (rng.integers(0, 10, count) + 0.5) / 10, rng.random(count) < 0.4
    found = murphy(p, hit)
    total = found.reliability - found.resolution + found.uncertainty
    assert total == pytest.approx(((p - hit) ** 2).mean(), abs=1e-12)


def test_the_slope_is_one_if_reliable_below_if_overconfident_nan_if_flat() -> None:
    p, hit = rain_forecasts()
    assert reliability_slope(p, hit) == pytest.approx(np.polyfit(p, hit, 1)[0])
    rng = np.random.default_rng(1)
    truth = rng.random(20_000)
    rain = rng.random(20_000) < truth
    assert reliability_slope(truth, rain) == pytest.approx(1.0, abs=0.03)
    assert reliability_slope(np.clip(2 * truth - 0.5, 0, 1), rain) < 0.8
    assert np.isnan(reliability_slope(np.full(4, 0.3), np.array([True, False, True, True])))


def test_days_to_half_counts_from_the_lasting_change() -> None:
    """Three places of ten days: found two days late, found three days early, never found. A fourth never changes."""
    sides, days = 2, 10
    state = np.zeros((4, days), dtype=np.int8)
    state[0, 4:] = state[1, 6:] = state[2, 5:] = 1
    state[0, 3] = 2  # contested on the eve
    p = np.zeros((4, days, 3))
    p[..., 0] = 1.0
    for place, since in ((0, 6), (1, 3)):
        p[place, since:] = 0.3, 0.7, 0.0
    late, never = days_to_half(p, state, sides)
    assert sorted(late.tolist()) == [-3, 2]
    assert never == 1


@pytest.mark.parametrize(
    ("found", "late"),
    [
        ((0, 0, 0, 1, 1, -1, 1, 1), 0),
        ((0, 0, 0, 1, 1, 1, 1, -1), 0),
        ((-1, 0, 0, 1, -1, -1, 1, -1), 0),
        ((0, 0, -1, -1, 1, 1, 1, 1), -1),
        ((0, 0, 0, 1, 2, -1, 1, 1), -3),
        ((0, 0, 0, 1, 1, 1, 2, -1), None),
    ],
)
def test_a_change_is_dated_by_settled_days_alone(found: tuple[int, ...], late: int | None) -> None:
    """Believed from day 3 on. A contested day is settled: whoever held the place before does not hold it."""
    p = np.zeros((1, 8, 3))
    p[0, :3, 0] = p[0, 3:, 1] = 1.0
    days, never = days_to_half(p, states(*found)[None], 2)
    assert days.tolist() == ([] if late is None else [late])
    assert never == 0


def test_a_place_lost_again_is_no_lasting_change() -> None:
    state = states(0, 0, 1, 1, 0, 0)[None]
    late, never = days_to_half(np.full((1, 6, 3), 1 / 3), state, 2)
    assert (len(late), never) == (0, 0)


def test_contested_and_unsettled_days_are_no_change_of_hands() -> None:
    state = states(0, 2, -1, 2, 0)[None]
    late, never = days_to_half(np.full((1, 5, 3), 1 / 3), state, 2)
    assert (len(late), never) == (0, 0)


def scores_of_a_world(rng: np.random.Generator, places: int, weeks: int) -> Floats:
    """Scores with mean 0.3 whose places, and weeks, are alike in themselves; (places, weeks)."""
    by_place, by_week = rng.normal(0, 0.1, (places, 1)), rng.normal(0, 0.1, (1, weeks))
    return np.asarray(0.3 + by_place + by_week + rng.normal(0, 0.1, (places, weeks)))


def test_intervals_cover_a_known_mean_where_plain_ones_do_not() -> None:
    """Intervals of 90 % by place and week cover in 85 to 97 % of 300 worlds, plain ones in fewer than 60 %."""
    rng = np.random.default_rng(6)
    places, weeks, worlds = 15, 10, 300
    place, week = np.repeat(np.arange(places), weeks), np.tile(np.arange(weeks), places)
    covered = plain = 0
    for _ in range(worlds):
        score = scores_of_a_world(rng, places, weeks).ravel()
        low, high = pigeonhole_interval(score, place, week, rng, draws=300)
        covered += low <= 0.3 <= high
        means = rng.choice(score, (200, len(score))).mean(axis=1)
        plain += np.quantile(means, 0.05) <= 0.3 <= np.quantile(means, 0.95)
    assert 0.85 <= covered / worlds <= 0.97
    assert plain / worlds < 0.6


def test_an_interval_holds_the_mean_it_is_about_and_one_place_in_one_week_has_no_width() -> None:
    rng = np.random.default_rng(2)
    score = rng.random(40)
    low, high = pigeonhole_interval(score, np.arange(40) % 8, np.arange(40) // 10, rng)
    assert low < score.mean() < high
    alone = pigeonhole_interval(np.full(5, 0.2), np.zeros(5, dtype=int), np.zeros(5, dtype=int), rng)
    assert alone == pytest.approx((0.2, 0.2))
