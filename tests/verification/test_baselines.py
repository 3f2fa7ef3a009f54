"""The baselines: what each says in a small case that can be worked out by hand, and their scores on the war of 2020."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.belief.wars import Word, war
from vedette.claims import Certainty, Claims, ControlMap, Kind
from vedette.store import read_case, read_outcome
from vedette.verification import Scorecard, baselines, score, selections
from vedette.verification.baselines import votes_of

BLUE, ORANGE = 0, 1


@pytest.fixture(scope="module")
def scored() -> Scorecard:
    """Every baseline's nowcast, on what the outcome does not derive from the claims themselves."""
    case = read_case("karabakh-2020")
    outcome = read_outcome(case)
    first = selections(outcome)[0]
    methods, missing = {}, []
    for name, compute in baselines(case.claims, case.maps, hindsight=False).items():
        if name.startswith("claimant"):
            continue
        try:
            methods[name] = compute()
        except ImportError:
            missing.append(name)
    return score(first, outcome, methods, 0, tuple(missing))


def test_what_is_scored_first(scored: Scorecard) -> None:
    assert scored.selection == "not derived from claims, places that change hands"
    assert (scored.places, scored.place_days) == (12, 508)


@pytest.mark.parametrize(
    ("method", "brier"),
    [
        ("nothing changes", 0.575),
        ("last claim wins", 0.132),
        ("majority of claims", 0.167),
        ("Wikipedia's rule", 0.268),
        ("side alone: Azerbaijan", 0.026),
        ("side alone: Armenian side", 0.502),
        ("independent hidden Markov chains", 0.227),
        ("Dawid-Skene (crowd-kit)", 0.046),
    ],
)
def test_baselines_have_the_scores_published_with_the_case(scored: Scorecard, method: str, brier: float) -> None:
    """Two-sided Brier scores; computed apart from this code when the case was put together, to within 0.002."""
    if method in scored.missing:
        pytest.skip("crowd-kit is not installed: pip install 'vedette[baselines]'")
    found = {row.method: row.brier for row in scored.rows}
    assert found[method] == pytest.approx(brier, abs=0.0025)


def test_skill_is_against_nothing_changes(scored: Scorecard) -> None:
    found = {row.method: row for row in scored.rows}
    assert found["nothing changes"].skill == pytest.approx(0.0)
    for row in scored.rows:
        assert row.skill == pytest.approx(1 - row.brier / found["nothing changes"].brier)
        assert row.brier_low <= row.brier <= row.brier_high


def small() -> Claims:
    """Blue claims place 1 on day 2 and orange denies it; a third party sees blue there on day 3, told on day 5."""
    words = [
        Word("Blue ministry", BLUE, 1, Kind.capture, BLUE, 2),
        Word("Orange ministry", ORANGE, 1, Kind.capture, BLUE, 3, denied=True),
        Word("Mission", None, 1, Kind.control, BLUE, 3, published=5),
        Word("Orange ministry", ORANGE, 0, Kind.assault, ORANGE, 4),
    ]
    return war(words, start=[BLUE, ORANGE], days=7)


def says(name: str, claims: Claims | None = None, *, hindsight: bool = False) -> NDArray[np.float64]:
    compute: Callable[[], NDArray[np.float64]] = baselines(claims or small(), (), hindsight=hindsight)[name]
    out = compute()
    np.testing.assert_allclose(out.sum(axis=2), 1.0)
    return out


def test_nothing_changes() -> None:
    p = says("nothing changes")
    assert p[0, :, BLUE].all()
    assert p[1, :, ORANGE].all()


def test_the_last_claim_wins_on_the_day_it_is_published_or_in_hindsight_the_day_it_is_about() -> None:
    assert says("last claim wins")[1].argmax(axis=1).tolist() == [1, 1, 0, 1, 1, 0, 0]
    assert says("last claim wins", hindsight=True)[1].argmax(axis=1).tolist() == [1, 1, 0, 0, 0, 0, 0]


def test_the_majority_is_the_share_of_claims_so_far() -> None:
    np.testing.assert_allclose(says("majority of claims")[1, :, BLUE], [0, 0, 1, 1 / 2, 1 / 2, 2 / 3, 2 / 3])


def test_wikipedias_rule_hears_a_party_only_against_itself() -> None:
    assert says("Wikipedia's rule")[1].argmax(axis=1).tolist() == [1, 1, 1, 1, 1, 0, 0]


def test_one_side_alone() -> None:
    assert says("side alone: Blue")[1].argmax(axis=1).tolist() == [1, 1, 0, 0, 0, 0, 0]
    assert says("side alone: Orange")[1].argmax(axis=1).tolist() == [1, 1, 1, 1, 1, 1, 1]


def test_hidden_markov_chains_by_bayes_rule() -> None:
    """Place 1, stepped by hand: hold 0.98, right 3 to 1, contested in between."""
    p = np.array([0.005, 0.99, 0.005])
    step = np.array([[0.98, 0.01, 0.01], [0.01, 0.98, 0.01], [0.01, 0.01, 0.98]])
    said = {2: [0.75, 0.25, 0.5], 3: [0.25, 0.75, 0.5], 5: [0.75, 0.25, 0.5]}
    found = says("independent hidden Markov chains")[1]
    for t in range(7):
        p = (p @ step if t else p) * said.get(t, [1.0, 1.0, 1.0])
        p /= p.sum()
        np.testing.assert_allclose(found[t], p, rtol=1e-9)


def test_hidden_markov_chains_in_hindsight_by_listing_every_history() -> None:
    claims = war([Word("Blue ministry", BLUE, 0, Kind.capture, BLUE, 2)], start=[ORANGE], days=4)
    step, said = np.full((3, 3), 0.01) + 0.97 * np.eye(3), np.array([0.75, 0.25, 0.5])
    total = np.zeros((4, 3))
    for history in np.ndindex(3, 3, 3, 3):
        p = np.array([0.005, 0.99, 0.005])[history[0]] * said[history[2]]
        p *= np.prod([step[a, b] for a, b in pairwise(history)])
        total[range(4), history] += p
    found = says("independent hidden Markov chains", claims, hindsight=True)[0]
    np.testing.assert_allclose(found, total / total.sum(axis=1, keepdims=True), rtol=1e-9)


@pytest.mark.parametrize("model", ["Dawid-Skene (crowd-kit)", "MACE (crowd-kit)"])
def test_models_of_crowds_side_with_whom_the_others_agree_with(model: str) -> None:
    pytest.importorskip("crowdkit", reason="crowd-kit is not installed: pip install 'vedette[baselines]'")
    words = [
        Word(name, None, place, Kind.control, BLUE if place < 2 else ORANGE, 1)
        for name in ("A", "B", "C")
        for place in range(4)
    ]
    words += [Word("Liar", None, place, Kind.control, ORANGE if place < 2 else BLUE, 1) for place in range(4)]
    p = says(model, war(words, start=[ORANGE] * 4, days=2))
    assert p[:, 1].argmax(axis=1).tolist() == [BLUE, BLUE, ORANGE, ORANGE]
    assert p[:, 0].argmax(axis=1).tolist() == [ORANGE] * 4  # nobody had spoken


def test_votes_are_claims_of_control_capture_and_repulse() -> None:
    words = [
        Word("A", None, 0, Kind.control, BLUE, 1),
        Word("A", None, 0, Kind.capture, BLUE, 1, denied=True),
        Word("A", None, 0, Kind.repulse, BLUE, 1),
        Word("A", None, 0, Kind.control, BLUE, 1, certainty=Certainty.unlikely),
        Word("A", None, 0, Kind.assault, BLUE, 1),
        Word("A", None, 0, Kind.strike, BLUE, 1),
        Word("A", None, 0, Kind.withdrawal, BLUE, 1),
    ]
    assert votes_of(war(words, start=[BLUE], days=3)).side.tolist() == [BLUE, ORANGE, BLUE, ORANGE]
    of_three = votes_of(war(words, start=[BLUE], days=3, sides=3))
    assert of_three.side.tolist() == [BLUE, BLUE]  # to lack it is nobody else's in particular


def test_a_map_is_taken_at_its_word() -> None:
    atlas = ControlMap("atlas", *(np.array(c) for c in ([1, 1], [1, 0], [0, 3], [2, 5])))
    found = baselines(small(), (atlas,), hindsight=False)
    np.testing.assert_array_equal(found["map alone: atlas"]()[1].argmax(axis=1), [1, 1, 1, 0, 0, 0, 0])
    np.testing.assert_allclose(found["mean of maps"](), found["map alone: atlas"]())


def test_a_claimant_is_a_baseline_from_five_votes_on() -> None:
    words = [Word("Often", None, 0, Kind.control, BLUE, day) for day in range(5)]
    words += [Word("Seldom", None, 0, Kind.control, BLUE, day) for day in range(4)]
    names = set(baselines(war(words, start=[ORANGE], days=6), (), hindsight=False))
    assert "claimant alone: Often" in names
    assert "claimant alone: Seldom" not in names


def test_a_nowcast_hears_nothing_early() -> None:
    """Every baseline's row of day t is the same if all later claims are deleted."""
    claims = small()
    for t in range(7):
        for name, compute in baselines(claims, (), hindsight=False).items():
            if name.startswith(("Dawid", "MACE", "claimant")):
                continue
            earlier = baselines(claims.take(claims.reported <= t), (), hindsight=False)[name]
            np.testing.assert_array_equal(compute()[:, t], earlier()[:, t])
