"""Wars that are hard to say anything about: each has a clear result."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.belief.wars import LITTLE, Word, joined, prior_given, seen_on, war
from vedette.belief import Belief, Effort, Evidence, infer, weights_at
from vedette.claims import Claims, Kind, Says
from vedette.dynamics import Transition, TransitionPriors, phases_of, tomorrow
from vedette.ground import Neighbours

SOME = Effort(chains=2, daily=10, burn=30, keep=300, thin=2)


def believe(claims: Claims, effort: Effort = SOME) -> Belief:
    last = len(claims.days) - 1
    belief = infer(claims, (), joined(claims), last, seed=3, effort=effort, threads=2)
    probability = belief.probability()
    assert probability.shape == (len(claims.places), last + 1, len(claims.sides) + 1)
    np.testing.assert_allclose(probability.sum(axis=2), 1.0)
    assert all(np.isfinite(drawn.astype(float)).all() for drawn in belief.arrays().values())
    return belief


def prior_shares(claims: Claims, histories: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """P(state) of each place on the last day (P, S) if nobody ever spoke: simulated, parameters and all."""
    priors, sides, neighbours = TransitionPriors(), len(claims.sides), joined(claims)
    days, places = len(claims.days), len(claims.places)
    phase, given = phases_of(days), prior_given(claims)
    out = np.zeros((places, sides + 1))
    for _ in range(histories):
        shape = np.array(priors.hazard_shape)
        hazard = rng.gamma(shape) * np.array(priors.hazard) / shape
        tempo = np.empty((int(phase[-1]) + 1, sides))
        tempo[0] = rng.gamma(priors.tempo_start[0], priors.tempo_start[1] / priors.tempo_start[0], sides)
        for p in range(1, len(tempo)):
            link = rng.gamma(priors.tempo_drift, 1 / (priors.tempo_drift * tempo[p - 1]))
            tempo[p] = rng.gamma(priors.tempo_drift, 1 / (priors.tempo_drift * link))
        step = Transition(hazard, tempo, rng.beta(*priors.rush), rng.beta(*priors.settle))
        hidden = [rng.choice(2 * sides + 1, p=given.first[i]) for i in range(places)]
        state = [h if h <= sides else h - sides - 1 for h in hidden]
        for t in range(days - 1):
            held = [np.bincount([state[j] for j in neighbours.of(i)], minlength=sides + 1) for i in range(places)]
            state = [
                int(rng.choice(sides + 1, p=tomorrow(state[i], held[i], step, int(phase[t])))) for i in range(places)
            ]
        out[np.arange(places), state] += 1
    return out / histories


def test_no_claims_at_all_leave_the_prior() -> None:
    """What the chains draw when there is nothing to weigh agrees with histories simulated from the prior."""
    claims = war([], start=[0, 0, 1], days=10)
    belief = believe(claims, Effort(chains=4, daily=10, burn=50, keep=800, thin=3))
    assert len(belief.evidence.told) == 0
    assert belief.evidence.claimants == ()
    assert weights_at(belief, 1, 9) == []
    assert belief.warning.startswith("Nobody had said anything by then")
    found = belief.probability_on(9)
    np.testing.assert_allclose(found, prior_shares(claims, 1500, np.random.default_rng(8)), atol=0.05)
    assert (found.argmax(axis=1) == claims.places.start).all()
    priors = TransitionPriors()
    np.testing.assert_allclose(belief.hazard.mean(axis=0), priors.hazard, rtol=0.1)
    assert belief.tempo.mean() == pytest.approx(priors.tempo_start[1], rel=0.15)


def test_as_of_the_first_day_before_anybody_has_spoken() -> None:
    claims = war([Word("Mission", None, 1, Kind.control, 0, 4)], start=[0, 1], days=6)
    belief = infer(claims, (), joined(claims), 0, seed=3, effort=LITTLE)
    assert len(belief.evidence.told) == 0
    assert belief.control.shape == (20, 2, 1)


def test_one_sides_word_alone_moves_the_map_its_way_but_not_all_the_way() -> None:
    boasts = [Word("Blue ministry", 0, 1, Kind.capture, 0, 4), Word("Blue ministry", 0, 1, Kind.control, 0, 8)]
    believed = believe(war(boasts, start=[0, 1, 1], days=10)).probability_on(9)[1]
    silence = believe(war([], start=[0, 1, 1], days=10)).probability_on(9)[1]
    assert silence[0] + 0.2 < believed[0] < 0.95


def test_two_claims_of_one_claimant_that_exclude_each_other_are_a_change_of_mind() -> None:
    """On one day it says that blue took the place and that orange holds it: two assertions, neither refreshed."""
    words = [Word("Mission", None, 1, Kind.control, 0, 4), Word("Mission", None, 1, Kind.control, 1, 4)]
    claims = war(words, start=[0, 1, 1], days=8)
    told = seen_on(claims).told
    assert sorted(told.side.tolist()) == [0, 1]
    assert told.repeats.tolist() == [1, 1]
    both = believe(claims).probability_on(4)[1, 0]
    only_blue = believe(war(words[:1], start=[0, 1, 1], days=8)).probability_on(4)[1, 0]
    only_orange = believe(war(words[1:], start=[0, 1, 1], days=8)).probability_on(4)[1, 0]
    assert only_orange < both < only_blue


def test_a_source_with_one_claim_has_a_record_that_one_claim_has_moved() -> None:
    claims = war([Word("Reporter", None, 1, Kind.control, 0, 4)], start=[0, 1, 1], days=8)
    belief = believe(claims)
    assert isinstance(belief.evidence, Evidence)
    assert len(belief.evidence.testimony.tracks) == 1
    assert belief.rows.shape == (600, 1, 3, 5)
    says_holds = belief.rows[:, 0, :, 0].mean(axis=0)  # if it does, if contested, if it does not
    for found, prior, of in zip(says_holds, (0.62, 0.10, 0.05), (2, 1, 2), strict=True):
        # One claim, against a prior worth ten; of the holder and of the other it may speak alike.
        assert prior - 0.04 < found < of * (10 * prior / of + 1) / 11 + 0.04


def test_a_place_in_no_neighbourhood_falls_at_the_floor_rate_alone() -> None:
    """Nobody can come to it, and nobody says that he did."""
    claims = war([Word("Mission", None, 0, Kind.control, 0, 3)], start=[0, 1], days=10)
    nobody = Neighbours(np.zeros(3, np.int32), np.empty(0, np.int32), np.empty(0), np.full(2, -1, np.int8))
    belief = infer(claims, (), nobody, 9, seed=3, effort=SOME)
    assert belief.probability_on(9)[1, 1] > 0.97
    # Word that it fell counts there as everywhere.
    fell = war([Word("Mission", None, 1, Kind.control, 0, 8)], start=[0, 1], days=10)
    assert infer(fell, (), nobody, 9, seed=3, effort=SOME).probability_on(9)[1, 0] > 0.01


def test_one_place_alone_in_the_world() -> None:
    claims = war([Word("Mission", None, 0, Kind.capture, 1, 3)], start=[0], days=6)
    belief = believe(claims)
    assert belief.probability_on(5)[0, 1] > belief.probability_on(1)[0, 1]


def test_after_months_without_a_word_belief_has_drifted_towards_doubt() -> None:
    """What was sure in the first days is less so after a gap of three months, until somebody speaks again."""
    effort = Effort(chains=2, daily=5, burn=30, keep=400, thin=8)
    early = [Word("Mission", None, 1, Kind.control, 0, 2), Word("Reporter", None, 1, Kind.control, 0, 2)]
    late = [*early, Word("Mission", None, 1, Kind.control, 0, 94), Word("Reporter", None, 1, Kind.control, 0, 94)]
    quiet = believe(war(early, start=[1, 0, 1], days=96), effort).probability()[1, :, 0]
    assert quiet[2] > 0.98
    assert 0.3 < quiet[-1] < quiet[2] - 0.1
    heard = believe(war(late, start=[1, 0, 1], days=96), effort).probability()[1, :, 0]
    assert heard[-1] > quiet[-1] + 0.1


def test_a_claim_about_days_outside_the_war_is_about_its_first_or_last() -> None:
    words = [
        Word("Mission", None, 1, Kind.control, 0, -40, published=1),
        Word("Mission", None, 0, Kind.control, 0, 30, published=2),
    ]
    claims = war(words, start=[0, 1], days=8)
    told = seen_on(claims, day=2).told
    assert told.first.tolist() == [0, 2]
    believe(claims, LITTLE)


def test_claims_that_say_nothing_of_control_are_no_assertions() -> None:
    words = [Word("Mission", None, 1, kind, 1, 3) for kind in (Kind.casualties, Kind.forecast, Kind.support)]
    evidence = seen_on(war(words, start=[0, 1], days=6))
    assert len(evidence.told) == 0
    assert (evidence.told.of_claim == -1).all()


UNCOMPILED = """
import json, sys
from dataclasses import replace
import numpy as np
from tests.belief.wars import Word, joined, war
from vedette.belief import Effort, infer
from vedette.claims import Kind

effort = Effort(chains=2, daily=1, burn=1, keep=3, thin=1)
words = [
    Word("Blue ministry", 0, 1, Kind.capture, 0, 2),
    Word("Orange ministry", 1, 2, Kind.assault, 0, 3, partial=True),
    Word("Mission", None, 2, Kind.control, 1, 4),
]
two = war(words, start=[0, 1, 1, 0], days=6)
beside = joined(two)
if "five" in sys.argv:
    words += [Word("White council", 4, 3, Kind.capture, 4, 3), Word("Mission", None, 3, Kind.control, 4, 4)]
    words.append(Word("White council", 4, 2, Kind.assault, 4, 3))
    two = war(words, start=[0, 1, 2, 3], days=5, sides=5)
    beside = replace(joined(two), rear=np.array([-1, -1, -1, 4], dtype=np.int8))
belief = infer(two, (), beside, len(two.days) - 1, seed=1, effort=effort)
json.dump({name: np.asarray(drawn, float).tolist() for name, drawn in belief.arrays().items()}, sys.stdout)
"""


def uncompiled(*argument: str) -> dict[str, NDArray[np.float64]]:
    """What the kernels draw when Python itself runs them."""
    done = subprocess.run(
        [sys.executable, "-c", UNCOMPILED, *argument],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return {name: np.array(values) for name, values in json.loads(done.stdout).items()}


def test_the_kernels_draw_the_same_uncompiled() -> None:
    """One seed, one answer: Python's arithmetic is the reference of the compiler's."""
    words = [
        Word("Blue ministry", 0, 1, Kind.capture, 0, 2),
        Word("Orange ministry", 1, 2, Kind.assault, 0, 3, partial=True),
        Word("Mission", None, 2, Kind.control, 1, 4),
    ]
    claims = war(words, start=[0, 1, 1, 0], days=6)
    effort = Effort(chains=2, daily=1, burn=1, keep=3, thin=1)
    compiled = infer(claims, (), joined(claims), 5, seed=1, effort=effort)
    plain = uncompiled()
    np.testing.assert_array_equal(plain["control"], compiled.control)
    for name, drawn in compiled.arrays().items():
        np.testing.assert_allclose(plain[name].reshape(drawn.shape), drawn.astype(float), rtol=1e-5)


def test_five_sides() -> None:
    """Uncompiled: to compile the kernels for a fifth side takes a minute."""
    drawn = uncompiled("five")
    control = drawn["control"]
    assert control.shape == (6, 4, 5)
    assert set(np.unique(control).astype(int).tolist()) <= set(range(6))
    assert (control[:, 0] == 0).mean() > 0.5
    assert (control[:, 3, -1] == 4).mean() > 0.3  # white took it, a third party agrees
    assert drawn["tempo"].shape == (6, 1, 5)


def test_every_way_to_say_it_has_a_likelihood() -> None:
    """Each kind of statement about each side enters inference as one block or the other."""
    words = [
        Word(f"Voice {n}", camp, 1, kind, side, 3, denied=denied)
        for n, (camp, kind, side, denied) in enumerate(
            (camp, kind, side, denied)
            for camp in (0, 1, None)
            for kind in Kind
            for side in (0, 1)
            for denied in (False, True)
        )
    ]
    evidence = seen_on(war(words, start=[0, 1, 1], days=6))
    assert set(evidence.testimony.says.tolist()) == {int(s) for s in Says if s is not Says.took}
    assert set(evidence.announced.says.tolist()) == {int(Says.took)}
    assert len(evidence.announced) + len(evidence.testimony) == len(evidence.told)
    believe(war(words, start=[0, 1, 1], days=6), LITTLE)
