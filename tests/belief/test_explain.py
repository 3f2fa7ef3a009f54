"""What each claim adds: draws reweighted, against the exact posterior and against running again without the claim."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.belief.test_sampling import Fixed, wide_war
from tests.belief.wars import Word, joined, map_says, plain_given, seen_on, some_records, war
from vedette.belief import Belief, Effort, exact_posterior, infer, weights_at, without_camp, without_map
from vedette.belief._sweep_kernels import log_shown, map_likelihood
from vedette.belief.explain import _importance
from vedette.belief.mapping import grid_of, maps_at
from vedette.belief.posterior import DRAWN
from vedette.claims import Claims, ControlMap, Kind, Says


def log_odds(p: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.log(p) - np.log1p(-p))


def test_leaving_out_by_reweighting_is_leaving_out() -> None:
    """Dynamics and records fixed: draws reweighted without a statement agree with the exact posterior without it."""
    fixed = Fixed.of(wide_war())
    evidence, given = fixed.evidence, plain_given(fixed.evidence, fixed.records, fixed.step)
    control = fixed.drawn(20_000, seed=3)[::4]
    told = evidence.testimony
    n = int(np.flatnonzero(told.says == Says.holds)[0])
    place, day = int(told.place[n]), int(told.day[n])
    standing = np.array([{int(told.side[n]): 0, 2: 1}.get(s, 2) for s in range(3)])
    says = np.log(fixed.records.testifying.rows[told.track[n], standing, 0])  # by state of control

    word = np.zeros((len(control), len(evidence.told)), dtype=np.float32)
    word[:, told.assertion[n]] = says[control[:, place, day]]
    arrays: dict[str, NDArray[Any]] = {name: np.zeros((len(control), 1)) for name in DRAWN} | {
        "control": control,
        "word": word,
    }
    belief = Belief.from_arrays(evidence, arrays, chains=1)

    left_out = given.evidence.copy()
    left_out[place, day] -= says[[0, 1, 2, 0, 1]]
    without = exact_posterior(type(given)(**(vars(given) | {"evidence": left_out}))).marginals()[place]
    with_it = exact_posterior(given).marginals()[place]
    for on in (day, len(evidence.days) - 1):
        weight = next(w for w in weights_at(belief, place, on) if w.assertion == told.assertion[n])
        assert weight.reliable
        change = log_odds(with_it[on]) - log_odds(without[on])
        np.testing.assert_allclose(weight.change, change, atol=0.15)
        assert np.abs(change).max() > 0.3  # there was something to find


MIXED = [
    Word("Blue ministry", 0, 1, Kind.capture, 0, 5),
    Word("Orange ministry", 1, 1, Kind.repulse, 1, 5),
    Word("Orange ministry", 1, 1, Kind.capture, 0, 6, denied=True),
    Word("Mission", None, 1, Kind.control, 0, 7),
    Word("Reporter", None, 1, Kind.strike, 0, 8),
]
PLACE, DAY = 1, 11
ENOUGH = Effort(chains=4, daily=10, burn=50, keep=500, thin=2)


def mixed() -> Claims:
    return war(MIXED, start=[0, 1, 1], days=12)


def run(claims: Claims, seed: int) -> Belief:
    return infer(claims, (), joined(claims), DAY, seed=seed, effort=ENOUGH, threads=2)


@pytest.fixture(scope="module")
def believed() -> Belief:
    return run(mixed(), 1)


@pytest.mark.parametrize(
    ("claimant", "says", "towards_blue", "within"),
    [
        # Standard errors of about 0.1 on either side; an announcement also leaves a silence behind, see below.
        pytest.param("Mission", Says.holds, 1, 0.4, id="a third party's word"),
        pytest.param("Orange ministry", Says.repels, -1, 0.4, id="an attack repelled"),
        pytest.param("Blue ministry", Says.took, 1, 1.0, id="an announced capture"),
    ],
)
def test_weights_agree_with_running_again_without_the_claim(
    believed: Belief, claimant: str, says: Says, towards_blue: int, within: float
) -> None:
    """In log odds of the two sides.

    An announcement that is not made leaves other silences, another list and less attention behind,
    which reweighting does not see: it is right to a third of what it says.
    """
    told, claims = believed.evidence.told, mixed()
    j = next(
        w.assertion
        for w in weights_at(believed, PLACE, DAY)
        if claims.claimants[told.claimant[w.assertion]] == claimant and told.says[w.assertion] == says
    )
    weight = next(w for w in weights_at(believed, PLACE, DAY) if w.assertion == j)
    again = run(claims.take(told.of_claim != j), 2)
    change = log_odds(believed.probability_on(DAY)[PLACE]) - log_odds(again.probability_on(DAY)[PLACE])
    assert weight.reliable or says == Says.took
    assert np.sign(weight.change[0]) == np.sign(change[0]) == towards_blue
    assert abs(change[0]) > 0.4
    np.testing.assert_allclose(weight.change[:2], change[:2], atol=within)


@pytest.mark.parametrize(
    "camp", [pytest.param(0, id="Blue"), pytest.param(1, id="Orange"), pytest.param(2, id="others")]
)
def test_a_camp_left_out_by_reweighting_agrees_with_running_again(believed: Belief, camp: int) -> None:
    claims = mixed()
    share, k = without_camp(believed, camp, PLACE, DAY)
    again = run(claims.take(claims.camp != camp), 2).probability_on(DAY)[PLACE]
    assert believed.probability_on(DAY)[PLACE, 0] > 0.5
    assert k < 0.7
    np.testing.assert_allclose(share, again, atol=0.1)


def test_without_a_camp_that_said_nothing_of_a_place_nothing_changes(believed: Belief) -> None:
    nobody, k = without_camp(believed, 2, 0, DAY)
    assert k == 0.0
    np.testing.assert_array_equal(nobody, believed.probability_on(DAY)[0])


ATLAS = ControlMap(
    "atlas",
    np.array([1, 1, 2], dtype=np.int32),
    np.array([1, 0, 1], dtype=np.int8),
    np.array([0, 9, 0], dtype=np.int32),
    np.array([8, 11, 11], dtype=np.int32),
)
"""Orange's until day 8, then blue's, two days before the last; the place behind it orange's throughout."""


def test_a_map_left_out_by_reweighting_agrees_with_running_again_or_says_that_it_cannot_tell() -> None:
    """What a map shows against everything else is out of reach of reweighting; what it only confirms is not."""
    claims = mixed()
    drawn = infer(claims, (ATLAS,), joined(claims), DAY, seed=1, effort=ENOUGH, threads=2)
    again = infer(claims, (ATLAS.without(2),), joined(claims), DAY, seed=2, effort=ENOUGH, threads=2)
    confirmed, k = without_map(drawn, "atlas", 2, DAY)
    assert k < 0.7
    np.testing.assert_allclose(confirmed, again.probability_on(DAY)[2], atol=0.03)
    assert confirmed[1] < drawn.probability_on(DAY)[2, 1] - 0.01
    _, k = without_map(drawn, "atlas", 1, DAY)
    assert k > 0.7
    nothing, k = without_map(drawn, "atlas", 0, DAY)
    assert k == 0.0
    np.testing.assert_array_equal(nothing, drawn.probability_on(DAY)[0])
    np.testing.assert_array_equal(without_map(drawn, "globe", 1, DAY)[0], drawn.probability_on(DAY)[1])


@pytest.mark.parametrize("seed", range(3))
def test_what_a_map_shows_of_a_place_day_by_day(seed: int) -> None:
    """Given a history, as worked out one day after the other; a map may skip days."""
    rng, claims = np.random.default_rng(seed), mixed()
    skipping = ControlMap(
        "globe",
        np.array([0, 0, 2], dtype=np.int32),
        np.array([0, 2, 1], dtype=np.int8),
        np.array([2, 7, 0], dtype=np.int32),
        np.array([4, 11, 5], dtype=np.int32),
    )
    evidence = seen_on(claims, maps=(ATLAS, skipping))
    records = some_records(evidence, rng)
    control = rng.integers(0, 3, (3, 12)).astype(np.int8)
    shown = np.empty((2, 16, 3))
    for m in range(2):
        map_likelihood(records.mapping, m, 3, shown[m])
    at = maps_at(evidence.maps)
    assert at.tolist() == [[0, 1], [0, 2], [1, 0], [1, 2]]
    grids = np.array([grid_of(m, 3, 12, 3).code for m in evidence.maps])
    slow = [
        sum(map_says(evidence.maps[m], records.mapping, m, i, t, int(control[i, t]), 2) for t in range(12))
        for m, i in at.tolist()
    ]
    np.testing.assert_allclose(log_shown(at, grids, shown, control), slow)


def test_what_says_the_same_in_every_draw_adds_nothing() -> None:
    weight, k = _importance(np.full(1000, -3.0) + np.linspace(0, 1e-3, 1000))
    assert k <= 0.7
    np.testing.assert_allclose(weight, 1.0, atol=2e-3)


@pytest.mark.parametrize(("rare", "of_use"), [(500, True), (3, False)])
def test_weights_that_are_all_alike_at_the_top_need_no_smoothing(rare: int, *, of_use: bool) -> None:
    """Two values only: the few large weights are of use if there are enough of them."""
    loglik = np.log(np.where(np.arange(4000) < rare, 0.001, 0.5))
    weight, k = _importance(loglik)
    assert (k <= 0.7) == of_use
    assert np.isfinite(weight).all()
    np.testing.assert_allclose(weight[0] / weight[-1], 500.0)


def test_a_long_tail_of_weights_is_of_no_use() -> None:
    loglik = -2 * np.random.default_rng(0).exponential(size=4000)  # weights with a Pareto tail of k = 2
    assert _importance(loglik)[1] > 0.7
    assert _importance(loglik / 10)[1] <= 0.7
