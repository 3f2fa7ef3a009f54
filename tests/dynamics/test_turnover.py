"""Changes of hands learned from a made-up war: skill, honesty about the day, and covariates a reader can count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from vedette.dynamics import COVARIATES, History, Sightings, Turnover
from vedette.dynamics.turnover import _rule

NOBODY = Sightings(*(np.empty(0, dtype=np.int64) for _ in range(3)))


def column(name: str, table: NDArray[np.float32]) -> NDArray[np.float32]:
    return table[:, COVARIATES.index(name)]


def advance(days: int, *, until: int | None = None) -> History:
    """A grid of places 2 km apart; side 0 takes a column of them every 20 days, in a random order within it."""
    rng = np.random.default_rng(3)
    x, y = np.meshgrid(np.arange(30) * 2.0, np.arange(12) * 2.0, indexing="ij")
    xy = np.column_stack([x.reshape(-1), y.reshape(-1)])
    when = (xy[:, 0] / 2.0 - 8.0) * 20.0 + rng.uniform(-25.0, 25.0, len(xy))
    state = np.where(np.arange(days)[None] >= when[:, None], 0, 1).astype(np.int8)
    if until is not None:
        state = state[:, : until + 1]
    return History(xy, state, 2, NOBODY)


@pytest.fixture(scope="module")
def war() -> Turnover:
    return Turnover(advance(330), (7, 28))


def test_what_is_learned_beats_nothing_changes_and_is_reliable(war: Turnover) -> None:
    forecast, lost = [], []
    for day in (231, 245, 259):
        seen = war.outlook(day)
        forecast.append(seen.lost[1])
        lost.append(war.history.holder[:, day + 28] != war.history.holder[:, day])
    p, y = np.concatenate(forecast), np.concatenate(lost)
    assert ((p - y) ** 2).mean() < 0.9 * y.mean()
    assert 0.5 < p.sum() / y.sum() < 2.0


def test_probabilities_are_probabilities_and_grow_with_the_horizon(war: Turnover) -> None:
    seen = war.outlook(231)
    p = seen.probability()
    np.testing.assert_allclose(p.sum(axis=2), 1.0)
    assert (p >= 0).all()
    assert (seen.lost[1] >= seen.lost[0]).all()


def test_a_day_never_sees_a_later_one(war: Turnover) -> None:
    early = Turnover(advance(330, until=224), (7, 28)).outlook(224)
    np.testing.assert_array_equal(early.lost, war.outlook(224).lost)


def test_without_examples_a_rule_stands_in_and_the_tempo_still_learns() -> None:
    calm = advance(330)
    still = replace(calm, state=np.repeat(calm.state[:, :1], 120, axis=1))
    first, later = Turnover(still, (28,)).outlook(14), Turnover(still, (28,)).outlook(119)
    assert (first.lost > 0).all()
    assert (later.tempo < first.tempo).all()
    assert later.lost.sum() < first.lost.sum()


def test_covariates_are_what_they_are_called() -> None:
    xy = np.array([[0.0, 0.0], [3.0, 0.0], [6.0, 0.0], [50.0, 0.0]])
    state = np.array([[0] * 40, [0] * 20 + [2] * 10 + [1] * 10, [1] * 40, [1] * 40], dtype=np.int8)
    seen = Sightings(np.array([0, 1]), np.array([38, 39]), np.array([0, 1]))
    history = History(xy, state, 2, seen)
    here, table = history.covariates(39)
    assert here.tolist() == [0, 1, 2]
    np.testing.assert_allclose(np.expm1(column("km to the other side", table)), [3.0, 3.0, 6.0], rtol=1e-5)
    np.testing.assert_allclose(column("contested, share of 30 days", table), [0, 10 / 30, 0], rtol=1e-6)
    np.testing.assert_allclose(np.expm1(column("losses within 5 km in 14 days", table)), [1, 0, 0], atol=1e-5)
    np.testing.assert_allclose(np.expm1(column("gains within 5 km in 14 days", table)), [0, 1, 1], atol=1e-5)
    np.testing.assert_allclose(np.expm1(column("others seen within 3 km in 14 days", table)), [1, 1, 0], atol=1e-5)
    before, _ = history.covariates(25)
    assert before.tolist() == [0, 1, 2], "contested counts for its last holder"
    np.testing.assert_array_equal(history.holder[1], [0] * 30 + [1] * 10)


def test_an_answer_does_not_depend_on_what_else_is_asked(war: Turnover) -> None:
    alone = Turnover(war.history, (7,), _learned=war._learned).outlook(231)
    among = Turnover(war.history, (3, 7, 50, 200), _learned=war._learned).outlook(231)
    np.testing.assert_array_equal(alone.lost[0], among.lost[1])
    assert (np.diff(among.lost, axis=0) >= 0).all()


def test_a_lull_is_believed_and_a_storm_half() -> None:
    calm = advance(330)
    still = replace(calm, state=np.repeat(calm.state[:, :1], 120, axis=1))
    quiet = Turnover(still, (7,)).outlook(112).tempo
    stormy = Turnover(calm, (7,), _learned=dict.fromkeys(range(0, 330, 28), _rule)).outlook(224).tempo
    assert (quiet < 1).all()
    assert stormy[1] > 1, "side 1 loses far more than the rule expects"
    pace = [_pace(war, day, 1) for war, day in ((still, 112), (calm, 224))]
    assert quiet[1] == pytest.approx(pace[0])
    assert stormy[1] == pytest.approx(pace[1] ** 0.5)


def test_a_collapse_elsewhere_counts_as_a_few_cases(war: Turnover, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another front, far away: nothing for two months, then all of it is lost within a week."""
    steady = war.history
    x = steady.xy[:, 0]
    when = np.where(x < 16.0, 0, 60 + (x.astype(int) // 2) % 7)
    state = np.where(np.arange(330)[None] >= when[:, None], 0, 1).astype(np.int8)
    both = replace(
        steady,
        xy=np.concatenate([steady.xy, steady.xy + np.array([300.0, 0.0])]),
        state=np.concatenate([steady.state, state]),
    )
    monkeypatch.setattr("vedette.dynamics.turnover.BAGS", 1)
    counted = Turnover(both, (7,)).outlook(231).tempo[1]
    monkeypatch.setattr("vedette.dynamics.turnover.STORM", 1e9)
    by_places = Turnover(both, (7,)).outlook(231).tempo[1]
    assert by_places < counted < 1, "what was foretold afterwards, before the tempo mends it, is nearer to what came"
    assert np.log(counted) > 0.6 * np.log(by_places)


def _pace(history: History, day: int, side: int) -> float:
    """Places that a side lost over those that the rule expected, weeks of 14 days ago counting half; worth 3 at 1."""
    lost = due = 3.0
    for then in range(7 * ((day - 63 + 6) // 7), day - 6, 7):
        here, table = history.covariates(then)
        mine = here[history.holder[here, then] == side]
        km = np.expm1(table[history.holder[here, then] == side, 0].astype(float))
        weight = 0.5 ** ((day - 7 - then) / 14)
        lost += weight * (history.holder[mine, then + 7] != side).sum()
        due += weight * (1 - np.exp(-7 * 0.004 * np.exp(-km / 3))).sum()
    return float(lost / due)
