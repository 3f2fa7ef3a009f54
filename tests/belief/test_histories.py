"""Draws of a long war's last weeks: each place by its own law, neighbours together."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import chisquare, kstest

from tests.belief.test_factored import (
    LINE,
    NO_SIGHTS,
    NO_STROKES,
    PRESSED_SHARE,
    RATES,
    STATES,
    alone,
    redrawn,
)
from tests.belief.wars import Word, joined, line_of, war
from vedette.belief import Belief, histories, recent_histories, track, weights_at
from vedette.belief._backward_kernels import live_back, step_back
from vedette.belief._factored_kernels import State, fill_step, filter_forward
from vedette.claims import Claims, ControlMap, Kind

DAYS = 60


def nearer(claims: Claims) -> Claims:
    """The same of villages three kilometres apart."""
    return replace(claims, places=replace(claims.places, lon=line_of([0] * len(claims.places), km=3.0).lon))


@pytest.fixture(scope="module")
def told() -> Claims:
    """Two ministries and a reporter about eight villages in a row: some of them change hands, and one is disputed."""
    words = [
        Word("Orange Ministry", 1, 3, Kind.capture, 1, 40),
        Word("Reporter", None, 3, Kind.control, 1, 44),
        Word("Orange Ministry", 1, 2, Kind.capture, 1, 50),
        Word("Blue Ministry", 0, 2, Kind.repulse, 0, 51),
        Word("Reporter", None, 2, Kind.assault, 1, 52),
        Word("Orange Ministry", 1, 1, Kind.capture, 1, 56),
    ]
    return war(words, start=[0, 0, 0, 0, 1, 1, 1, 1], days=DAYS)


def draws(
    claims: Claims, members: int = 400, seed: int = 0, maps: tuple[ControlMap, ...] = (), days: int = 42
) -> Belief:
    """Draws as of the last day."""
    found, _ = recent_histories(claims, maps, joined(claims), DAYS - 1, seed=seed, members=members, days=days)
    return found


def test_the_share_of_draws_is_the_nowcast_of_the_day(told: Claims) -> None:
    belief = draws(told, members=4000)
    nowcast = track(told, (), joined(told), DAYS - 1, hindsight=False).nowcast[:, -1]
    np.testing.assert_allclose(belief.probability_on(DAYS - 1), nowcast, atol=4 * 0.5 / np.sqrt(4000))
    assert (nowcast.max(axis=1) < 0.9).any(), "something is in doubt"


def test_one_places_histories_are_drawn_by_their_law() -> None:
    """Against the probability of each history in turn, announced captures and all."""
    words = np.array([[1, 1, 1], [0.5, 1, 1], [1, 0.2, 1], [1, 1, 0.6], [0.7, 1, 1]], dtype=np.float64)
    gains = {3: (1, 0.6)}
    plain = alone(words, gains, len(words))
    state = State(plain.first.copy(), np.zeros((0, 1, STATES)), np.ones(1, dtype=bool), np.zeros(1, dtype=bool))
    filtered = np.zeros((1, len(words), STATES), dtype=np.float32)
    counts = np.zeros_like(filtered)
    filter_forward(
        0, len(words), 0.98, state, plain, NO_STROKES, NO_SIGHTS, RATES, PRESSED_SHARE, filtered, counts, np.zeros(0)
    )
    law = np.zeros((1, len(words), STATES, STATES))
    foretold = np.zeros((1, len(words), STATES))
    step_back(
        len(words), np.zeros(1, dtype=np.int64), plain, NO_STROKES, RATES, PRESSED_SHARE, counts, np.zeros(0),
        filtered, law, foretold,
    )  # fmt: skip
    members, rng = 60_000, np.random.default_rng(5)
    out = np.empty((members, 1, len(words)), dtype=np.int8)
    live_back(
        rng, law, filtered[:, -1].astype(np.float64), rng.gumbel(size=(1, members, STATES)),
        rng.standard_normal((1, members, 4)), np.zeros(1, dtype=np.int64), out,
    )  # fmt: skip
    expected = _every_history(words, gains)
    found = Counter(map(tuple, out[:, 0].tolist()))
    often = [history for history, p in expected.items() if p * members > 10]
    rest = members - sum(found[h] for h in often)
    observed = [*(found[h] for h in often), rest]
    foreseen = np.array([*(expected[h] for h in often), 1.0 - sum(expected[h] for h in often)]) * members
    assert chisquare(observed, foreseen).pvalue > 1e-3
    assert len(often) > 60


def _every_history(words: NDArray[np.float64], gains: dict[int, tuple[int, float]]) -> dict[tuple[int, ...], float]:
    plain = alone(words, gains, len(words))
    step = np.empty((STATES, STATES))
    fill_step(plain.beyond[0], 4.0, 0, PRESSED_SHARE, 0, np.ones(2, dtype=np.float32), RATES, step)
    chance = {}
    for history in product(range(STATES), repeat=len(words)):
        p = float(plain.first[0, history[0]]) * words[0, history[0]]
        for t, (was, now) in enumerate(pairwise(history), start=1):
            arriving = step[was, now]
            if t in gains:
                side, real = gains[t]
                arriving = (1.0 - real) * arriving + real * (now == side)
            p *= arriving * words[t, now]
        chance[history] = p
    total = sum(chance.values())
    return {history: p / total for history, p in chance.items()}


def test_noise_is_standard_and_shared_by_places_near_each_other(told: Claims) -> None:
    places = line_of([0] * 6, km=2.0)
    noise = histories._Noise.among(places, np.arange(6), np.random.default_rng(1))
    normal = noise.normal(20_000, 1)[:, :, 0].T
    assert kstest(normal[:, 2], "norm").pvalue > 1e-3
    apart = np.atleast_2d(np.corrcoef(normal.T))[0, 1:]
    assert (np.diff(apart) < 0).all(), "the farther, the less is shared"
    assert apart[0] > 0.8
    gumbel = noise.gumbel(20_000, 1)[3, :, 0]
    assert kstest(gumbel, "gumbel_r").pvalue > 1e-3


def test_neighbours_are_drawn_together(told: Claims) -> None:
    """A place in doubt is held in the draws in which its neighbour is, more often than if they had been drawn apart."""
    belief = draws(nearer(told), members=2000)
    held = belief.on(DAYS - 1) == 1
    doubtful = np.flatnonzero((held.mean(axis=0) > 0.1) & (held.mean(axis=0) < 0.9))
    assert len(doubtful) >= 2
    one, other = doubtful[:2]
    together = float((held[:, one] & held[:, other]).mean())
    assert together > 1.2 * held[:, one].mean() * held[:, other].mean()


def test_the_same_seed_gives_the_same_draws_and_another_gives_others(told: Claims) -> None:
    one, same, other = draws(told), draws(told), draws(told, seed=1)
    assert np.array_equal(one.control, same.control)
    assert np.array_equal(one.word, same.word, equal_nan=True)
    assert not np.array_equal(one.control, other.control)


def test_resumed_it_gives_what_the_whole_run_gives(told: Claims) -> None:
    _, stand = recent_histories(told, (), joined(told), 45, seed=0, members=50)
    assert 0 < stand.day <= 45
    resumed, _ = recent_histories(told, (), joined(told), DAYS - 1, seed=0, members=400, resume=stand)
    assert np.array_equal(resumed.control, draws(told).control)


def test_the_days_drawn_end_today_and_those_before_are_refused(told: Claims) -> None:
    belief = draws(told, days=20)
    assert belief.since > 0
    assert belief.since + belief.control.shape[2] == DAYS
    assert DAYS - belief.since >= 20
    with pytest.raises(IndexError, match="the first that was drawn"):
        belief.on(belief.since - 1)


def test_draws_do_not_depend_on_each_other(told: Claims) -> None:
    """So the standard error of a share is that of as many coins, and the figures of convergence are perfect."""
    belief = draws(told)
    assert (belief.convergence.rhat, belief.convergence.ess) == (1.0, 400.0)
    p = belief.probability_on(DAYS - 1)
    np.testing.assert_allclose(belief.noise_on(DAYS - 1), np.sqrt(p * (1 - p) / 399), rtol=1e-9)
    assert "followed one by one" in belief.warning


def test_what_a_claim_added_is_found_again_by_leaving_it_out(told: Claims) -> None:
    """Reweighted draws against a war followed without the claim: the same sign, and near it in size.

    It falls short, as for all draws: what is not announced also leaves a silence behind.
    """
    place, day = 1, DAYS - 1
    belief = draws(told, members=4000)
    (weight,) = weights_at(belief, place, day)
    without = draws(told.take(told.place != place), members=4000).probability_on(day)[place]
    now = belief.probability_on(day)[place]

    def odds(p: float) -> float:
        return float(np.log(p) - np.log1p(-p))

    change = odds(now[1]) - odds(without[1])
    assert weight.change[1] > 0.5
    assert 0.7 * change < weight.change[1] < 1.2 * change


def test_a_redrawn_map_changes_a_district_rather_as_one() -> None:
    """Three places in one stroke are one decision: draws in which only some of them changed are rarer."""
    claims = nearer(war([], start=LINE, days=DAYS))
    belief = draws(claims, maps=(redrawn({2, 3, 4}, DAYS),))
    held = belief.on(30)[:, [2, 3, 4]] == 0
    share = held.mean()
    assert 0.0 < share < 1.0
    mixed = float((held.any(axis=1) & ~held.all(axis=1)).mean())
    assert mixed < 0.7 * (1.0 - share**3 - (1.0 - share) ** 3)


def test_what_is_published_later_changes_no_draw(told: Claims) -> None:
    day = 45
    early = told.until(day)
    found = [
        recent_histories(claims, (), joined(told), day, seed=0, members=100)[0].control for claims in (told, early)
    ]
    assert np.array_equal(found[0], found[1])
