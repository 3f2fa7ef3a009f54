"""The exact posterior, against a listing of every history of two places over three days."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.belief.wars import joined, line_of, war
from vedette.belief import Given, exact_posterior
from vedette.dynamics import Transition, tomorrow
from vedette.errors import GroundError
from vedette.ground import Neighbours, neighbours_of

Floats = NDArray[np.float64]


def some_given(seed: int, places: int, days: int, sides: int) -> Given:
    """Everything drawn at random, at rates that move places about."""
    rng = np.random.default_rng(seed)
    hidden = 2 * sides + 1
    step = Transition(
        rng.uniform(0.01, 0.9, 5), rng.uniform(0.3, 2.0, (2, sides)), rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.9)
    )
    return Given(
        neighbours=neighbours_of(line_of([0] * places)),
        step=step,
        phase=np.array([0] * (days // 2) + [1] * (days - days // 2), dtype=np.int32),
        first=rng.dirichlet(np.ones(hidden), places),
        evidence=rng.normal(0, 1.5, (places, days, hidden)),
        invented=np.where(rng.random((places, days, sides)) < 0.3, rng.uniform(0.1, 2, (places, days, sides)), 0.0),
        boasts=rng.uniform(0, 2, sides),
        ageing=rng.uniform(0.02, 0.98, (places, days, sides)),
        fighting=rng.integers(0, 2**sides, (places, days)).astype(np.uint8),
    )


def likelihood_of(given: Given, history: tuple[tuple[int, ...], ...], steps: dict[tuple[int, ...], Floats]) -> float:
    """P(history, evidence), from the description of the model: hidden states by place, then day.

    `steps` remembers days that many histories share.
    """
    places, days, _ = given.evidence.shape
    sides = given.sides
    control = [[h if h <= sides else h - sides - 1 for h in path] for path in history]
    p = 1.0
    for i in range(places):
        p *= given.first[i, history[i][0]]
        for t in range(days):
            h, now = history[i][t], control[i][t]
            around = tuple(control[j][t] for j in given.neighbours.of(i))
            if (i, t, now, *around) not in steps:
                held = np.bincount(around, minlength=sides + 1)
                pressed = any(given.fighting[i, t] >> k & 1 for k in range(sides) if k != now)
                steps[i, t, now, *around] = tomorrow(now, held, given.step, int(given.phase[t]), pressed=pressed)
            step = steps[i, t, now, *around]
            p *= np.exp(given.evidence[i, t, h])
            if now < sides:
                challenged = 1 - step[now]
                p *= np.exp(-given.boasts[now] * challenged) * challenged ** given.invented[i, t, now]
            if t == days - 1:
                continue
            following, after = history[i][t + 1], control[i][t + 1]
            p *= step[after]
            just_taken = following > sides
            if after == sides:
                continue
            if after != now:
                p *= just_taken  # who comes to hold a place has just taken it
            elif h > sides:
                p *= 1 - given.ageing[i, t, now] if just_taken else given.ageing[i, t, now]
            else:
                p *= not just_taken  # old news does not become news again
    return float(p)


def sum_over_histories(given: Given) -> tuple[Floats, Floats, float]:
    """P(state) (P, T, S), P(states of the first two places) (T, S, S), log P(evidence): every history counted."""
    places, days, hidden = given.evidence.shape
    sides = given.sides
    marginal, pair = np.zeros((places, days, sides + 1)), np.zeros((days, sides + 1, sides + 1))
    total = 0.0
    steps: dict[tuple[int, ...], Floats] = {}
    for history in product(product(range(hidden), repeat=days), repeat=places):
        p = likelihood_of(given, history, steps)
        total += p
        control = [[h if h <= sides else h - sides - 1 for h in path] for path in history]
        for t in range(days):
            pair[t, control[0][t], control[1][t]] += p
            for i in range(places):
                marginal[i, t, control[i][t]] += p
    return marginal / total, pair / total, float(np.log(total))


@pytest.mark.parametrize("seed", range(2))
def test_it_agrees_with_listing_every_history(seed: int) -> None:
    war_of_two = some_given(seed, places=2, days=3, sides=2)  # 15,625 histories
    marginal, pair, log_evidence = sum_over_histories(war_of_two)
    exact = exact_posterior(war_of_two)
    np.testing.assert_allclose(exact.marginals(), marginal, rtol=1e-9)
    np.testing.assert_allclose(exact.pair(0, 1), pair, rtol=1e-9)
    np.testing.assert_allclose(exact.log_evidence, log_evidence, rtol=1e-9)


def test_it_agrees_with_listing_every_history_of_three_sides() -> None:
    war_of_three = some_given(7, places=2, days=2, sides=3)  # 2,401 histories
    marginal, pair, log_evidence = sum_over_histories(war_of_three)
    exact = exact_posterior(war_of_three)
    np.testing.assert_allclose(exact.marginals(), marginal, rtol=1e-9)
    np.testing.assert_allclose(exact.pair(0, 1), pair, rtol=1e-9)
    np.testing.assert_allclose(exact.log_evidence, log_evidence, rtol=1e-9)


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.integers(1, 4))
def test_marginals_are_those_of_the_joint_and_sum_to_one(seed: int, places: int, days: int) -> None:
    exact = exact_posterior(some_given(seed, places, days, sides=2))
    marginals = exact.marginals()
    np.testing.assert_allclose(marginals.sum(axis=2), 1.0)
    for a in range(places):
        for b in range(a + 1, places):
            np.testing.assert_allclose(exact.pair(a, b).sum(axis=2), marginals[a], atol=1e-12)
            np.testing.assert_allclose(exact.pair(a, b).sum(axis=1), marginals[b], atol=1e-12)


def test_places_that_are_no_neighbours_do_not_know_of_each_other() -> None:
    given = some_given(3, places=2, days=4, sides=2)
    nobody = Neighbours(np.zeros(3, np.int32), np.empty(0, np.int32), np.empty(0), np.full(2, -1, np.int8))
    alone = replace(given, neighbours=nobody)
    exact = exact_posterior(alone)
    marginals = exact.marginals()
    np.testing.assert_allclose(exact.pair(0, 1), np.einsum("ta,tb->tab", marginals[0], marginals[1]), rtol=1e-9)
    assert not np.allclose(exact_posterior(given).marginals(), marginals)  # joined, they do


def test_more_places_than_can_be_summed_over_are_refused() -> None:
    with pytest.raises(GroundError, match=r"6 places .* more than the 4000 .* Use `infer`"):
        exact_posterior(some_given(0, places=6, days=2, sides=2))


def test_a_line_of_places_has_neighbours_next_door_only() -> None:
    """What the other tests of this folder take for granted."""
    neighbours = joined(war([], start=[0, 0, 1, 1], days=2))
    assert [neighbours.of(i).tolist() for i in range(4)] == [[1], [0, 2], [1, 3], [2]]
