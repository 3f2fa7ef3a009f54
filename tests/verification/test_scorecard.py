"""The scorecard: what is scored, and that each number stands for what it says."""

from __future__ import annotations

from dataclasses import astuple
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.belief.wars import line_of, sides_of
from vedette.ground import Days
from vedette.store import Case, read_outcome
from vedette.verification import (
    Outcome,
    Selection,
    log_score,
    ranked_score,
    score,
    selections,
    three_way_brier,
    two_sided_brier,
)


@pytest.fixture(scope="module")
def outcome(small: Case) -> Outcome:
    return read_outcome(small)


def test_an_outcome_unrolls_to_days_and_leaves_unsettled_ones_out(small: Case, outcome: Outcome) -> None:
    grid = outcome.grid()
    cairn, fallow = small.places.index("cairn"), small.places.index("fallow")
    assert grid[cairn].tolist() == [1] * 4 + [2] + [0] * 15
    assert (grid[fallow] == -1).all()
    assert outcome.independent.sum() == len(outcome.place) - 3  # Dunmore's three runs are derived


def test_first_come_places_that_change_hands_by_rows_that_are_not_derived(small: Case, outcome: Outcome) -> None:
    found = selections(outcome)
    assert [s.name for s in found] == [
        "not derived from claims, places that change hands",
        "not derived from claims, all places",
        "whole outcome, places that change hands",
        "whole outcome, all places",
    ]
    assert [s.places for s in found] == [1, 6, 2, 7]
    assert found[0].two_sided_days(2) == 19  # Cairn's twenty days, less the contested one
    assert (found[0].grid >= 0).sum() == 20
    assert [s.grid.shape for s in selections(outcome, days=9)] == [(8, 9)] * len(selections(outcome, days=9))


def test_every_column_is_the_mean_of_its_score_over_the_selection(small: Case, outcome: Outcome) -> None:
    rng = np.random.default_rng(4)
    chosen = selections(outcome)[2]
    methods = {
        "ours": rng.dirichlet(np.ones(3), (8, 20)),
        "nothing changes": np.eye(3)[np.repeat(small.places.start[:, None], 20, axis=1)],
    }
    card = score(chosen, outcome, methods, seed=0, missing=("left out",))
    place, day = np.nonzero(chosen.grid >= 0)
    state = chosen.grid[place, day]
    held = state < 2
    assert (card.place_days, card.contested_days, card.places) == (held.sum(), (~held).sum(), 2)
    assert card.missing == ("left out",)
    for row in card.rows:
        p = methods[row.method][place, day]
        assert row.brier == pytest.approx(two_sided_brier(p[held], state[held]).mean())
        assert row.log == pytest.approx(log_score(p, state).mean())
        assert row.three_way == pytest.approx(three_way_brier(p, state).mean())
        assert row.ranked == pytest.approx(ranked_score(p, state).mean())
        q = p[held][:, 0] + p[held][:, 2] / 2
        assert row.sharpness == pytest.approx(np.abs(2 * q - 1).mean())
    ours, still = card.rows
    assert ours.skill == pytest.approx(1 - ours.brier / still.brier)
    assert still.never == 2  # both places changed hands, and it never knew
    assert np.isnan(still.days_to_half)


def test_intervals_are_the_same_every_time_and_for_equal_methods(small: Case, outcome: Outcome) -> None:
    p = np.random.default_rng(4).dirichlet(np.ones(3), (8, 20))
    chosen = selections(outcome)[2]
    first = score(chosen, outcome, {"a": p, "b": p}, seed=3).rows
    again = score(chosen, outcome, {"a": p, "b": p}, seed=3).rows
    assert (first[0].brier_low, first[0].brier_high) == (again[0].brier_low, again[0].brier_high)
    assert (first[0].brier_low, first[0].brier_high) == (first[1].brier_low, first[1].brier_high)


def test_a_perfect_forecast_scores_nothing_lost(small: Case, outcome: Outcome) -> None:
    chosen = selections(outcome)[2]
    truth = np.eye(3)[np.where(chosen.grid >= 0, chosen.grid, 0)]
    row = score(chosen, outcome, {"truth": truth}, seed=0).rows[0]
    assert (row.brier, row.log, row.three_way, row.ranked) == pytest.approx((0.0, 0.0, 0.0, 0.0))
    assert row.slope == pytest.approx(1.0)
    assert row.days_to_half == 0.0
    assert np.isnan(row.skill)  # nothing to compare with


def judged(sides: int, state: list[int], days: int) -> Outcome:
    """Places one of whose states lasts for all the days."""
    war = Days(date(2031, 4, 1), date(2031, 4, days))
    places, n = line_of([0] * len(state)), len(state)
    ends = np.zeros(n, dtype=np.int32), np.full(n, days - 1, dtype=np.int32)
    words = np.full(n, "", dtype=object)
    shown = np.array(state, dtype=np.int8)
    return Outcome("by hand", places, war, sides_of(sides), np.arange(n, dtype=np.int32), shown, *ends, words, words)


@settings(max_examples=40)
@given(st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_in_which_order_a_case_names_its_sides_changes_no_score(sides: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    state, days, contested = rng.integers(0, sides + 1, 6), 7, sides
    state[0] = 0  # some place is held
    p = {"ours": rng.dirichlet(np.full(sides + 1, 0.7), (6, days)), "nothing changes": np.empty((6, days, sides + 1))}
    p["nothing changes"][:] = rng.dirichlet(np.ones(sides + 1), (6, 1))
    new = np.append(rng.permutation(sides), contested)  # side k becomes new[k]
    old = np.argsort(new)
    one = judged(sides, state.tolist(), days)
    other = judged(sides, new[state].tolist(), days)
    ours = score(Selection("all", one.grid()), one, p, seed=0)
    theirs = score(Selection("all", other.grid()), other, {name: each[..., old] for name, each in p.items()}, seed=0)
    for a, b in zip(ours.rows, theirs.rows, strict=True):
        assert a.method == b.method
        np.testing.assert_allclose(astuple(a)[1:], astuple(b)[1:], atol=1e-9)
    for name in ("reliability", "resolution", "uncertainty"):
        assert getattr(ours.reliability, name) == pytest.approx(getattr(theirs.reliability, name), abs=1e-9)


def test_of_three_sides_each_against_the_rest_is_scored() -> None:
    """Three places, each another side's: what is said of any side counts, as worked out side by side."""
    three = judged(3, [0, 1, 2], 1)
    p = np.array([[0.7, 0.2, 0.1, 0.0], [0.1, 0.9, 0.0, 0.0], [0.4, 0.4, 0.2, 0.0]])
    card = score(Selection("all", three.grid()), three, {"ours": p[:, None]}, seed=0)
    said, was = [0.7, 0.2, 0.1, 0.1, 0.9, 0.0, 0.4, 0.4, 0.2], [1, 0, 0, 0, 1, 0, 0, 0, 1]
    assert card.rows[0].slope == pytest.approx(np.polyfit(said, was, 1)[0])
    assert card.rows[0].sharpness == pytest.approx(np.mean([abs(2 * q - 1) for q in said]))
    assert sum(card.reliability.count) == 9
    assert card.reliability.uncertainty == pytest.approx(1 / 3 * 2 / 3)


def test_for_three_sides_there_is_no_ranked_score(small: Case) -> None:
    three = Outcome(
        judge="by hand",
        places=line_of([0, 1]),
        days=small.days,
        sides=sides_of(3),
        place=np.array([0, 1], dtype=np.int32),
        state=np.array([0, 2], dtype=np.int8),
        first=np.array([0, 0], dtype=np.int32),
        last=np.array([19, 19], dtype=np.int32),
        confidence=np.array(["", ""], dtype=object),
        basis=np.array(["", ""], dtype=object),
    )
    row = score(selections(three)[0], three, {"even": np.full((2, 20, 4), 0.25)}, seed=0).rows[0]
    assert np.isnan(row.ranked)
    assert row.brier == pytest.approx(((2 / 3) ** 2 + 2 * (1 / 3) ** 2) / 2)
