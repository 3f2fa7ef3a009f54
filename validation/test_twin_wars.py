"""Twin wars: histories and claims simulated from the model's description, then inferred from the claims alone.

What was true is known, so that probabilities can be judged: are they right as often as they say, and do they beat
what simpler rules make of the same claims?
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.belief.wars import Word, joined, war

from vedette.belief import Belief, Effort, infer, records_of
from vedette.belief.announcements import PRIOR_LAXITY
from vedette.belief.testimony import PRIOR_ROWS
from vedette.claims import Claims, Kind
from vedette.dynamics import Transition, TransitionPriors, phases_of, tomorrow
from vedette.verification import baselines, murphy, reliability_slope, two_sided, two_sided_brier

WARS, DAYS, CONTESTED = 60, 20, 2
START = [0, 0, 0, 1, 1, 1, 1]
PRIORS = TransitionPriors(tempo_start=(2.0, 2.0), settle=(15.0, 45.0))
"""A war of movement, short contests: about one place in three changes hands; inference has the same prior."""
EFFORT = Effort(chains=4, daily=8, burn=60, keep=200, thin=3)
MARKS = (
    (Kind.control, False),
    (Kind.control, True),
    (Kind.assault, False),
    (Kind.strike, False),
    (Kind.repulse, False),
)


@dataclass(frozen=True)
class Twin:
    """One war: what was claimed, and what was so."""

    claims: Claims
    truth: NDArray[np.int8]


def parameters(rng: np.random.Generator, days: int = DAYS) -> Transition:
    shape = np.array(PRIORS.hazard_shape)
    tempo = np.empty((int(phases_of(days)[-1]) + 1, 2))
    tempo[0] = rng.gamma(PRIORS.tempo_start[0], PRIORS.tempo_start[1] / PRIORS.tempo_start[0], 2)
    for p in range(1, len(tempo)):
        link = rng.gamma(PRIORS.tempo_drift, 1 / (PRIORS.tempo_drift * tempo[p - 1]))
        tempo[p] = rng.gamma(PRIORS.tempo_drift, 1 / (PRIORS.tempo_drift * link))
    return Transition(
        rng.gamma(shape) * np.array(PRIORS.hazard) / shape, tempo, rng.beta(*PRIORS.rush), rng.beta(*PRIORS.settle)
    )


def laxities(rng: np.random.Generator, relation: int) -> NDArray[np.float64]:
    """Half true, false, stale, of one claimant of a camp of its own: pooled as in `announcements`."""
    shape = 4.0 if relation == 0 else 16.0
    while True:
        everyone = rng.gamma(shape, PRIOR_LAXITY[relation] / shape)
        camp = (shape - 1) * everyone / rng.gamma(shape, 1.0, 3)
        found = rng.gamma(4.0, camp / 4.0)
        if (found <= 1).all():
            return np.asarray(found)


def twin(seed: int) -> Twin:
    """Two ministries that announce captures in lists; word of who holds what from them and from two third parties."""
    rng = np.random.default_rng(seed)
    step, phase, places = parameters(rng), phases_of(DAYS), len(START)
    neighbours = joined(war([], start=START, days=DAYS))
    volume, laxity = rng.uniform(0.7, 1.5, 2), [laxities(rng, 0) for _ in range(2)]
    rows = {
        relation: [rng.dirichlet(10 * rng.dirichlet(40 * row)) for row in PRIOR_ROWS[relation]]
        for relation in (0, 1, 2)
    }
    of_either = np.concatenate([PRIOR_ROWS[1][0], PRIOR_ROWS[1][2]]) / 2  # of the holder, of the other
    witnessed = rng.dirichlet(10 * rng.dirichlet(40 * of_either))
    state, news = list(START), [False] * places
    truth, words = np.empty((places, DAYS), dtype=np.int8), []
    for t in range(DAYS):
        truth[:, t] = state
        held = [np.bincount([state[j] for j in neighbours.of(i)], minlength=3) for i in range(places)]
        steps = [tomorrow(state[i], held[i], step, int(phase[t])) for i in range(places)]
        lists = rng.random(2) < 0.6
        for i in range(places):
            for k in range(2):
                half, false, stale = laxity[k]
                if state[i] == CONTESTED:
                    rate = half * lists[k] * (START[i] != k)
                elif state[i] != k:
                    rate = false * (1 - steps[i][state[i]])
                elif news[i]:
                    rate = 1.0 * lists[k]
                else:
                    rate = stale * 0.3 * (START[i] != k)
                if rng.random() < 1 - np.exp(-volume[k] * rate):
                    words.append(Word(f"Ministry {k}", k, i, Kind.capture, k, t))
            _speak(rng, rows, witnessed, words, i, t, state[i])
        for i in range(places):
            named = any(w.place == i and w.day == t and w.kind == Kind.capture for w in words[-40:])
            held_on = int(rng.choice(3, p=steps[i]))
            if held_on != state[i]:
                news[i] = held_on != CONTESTED
            elif news[i] and rng.random() < (0.9 if named else 0.3 if lists[min(state[i], 1)] else 0.02):
                news[i] = False
            state[i] = held_on
    return Twin(war(words, start=START, days=DAYS), truth)


def _speak(
    rng: np.random.Generator,
    rows: dict[int, list[NDArray[np.float64]]],
    witnessed: NDArray[np.float64],
    words: list[Word],
    i: int,
    t: int,
    state: int,
) -> None:
    """Somebody speaks of the place one day in twenty: a third party, or a ministry about its own or the other side.

    Of whom a third party speaks depends on who holds the place: `witnessed` (10,), what it says of the holder, then of
    the other.
    """
    for claimant, camp in (("Mission", None), ("Reporter", None), ("Ministry 0", 0), ("Ministry 1", 1)):
        if rng.random() < 0.05:
            side = int(rng.integers(2))
            relation = 1 if camp is None else 0 if camp == side else 2
            standing = 1 if state == CONTESTED else 0 if state == side else 2
            if camp is None and state != CONTESTED:
                other, mark = divmod(int(rng.choice(10, p=witnessed)), 5)
                side = 1 - state if other else state
            else:
                mark = int(rng.choice(5, p=rows[relation][standing]))
            kind, denied = MARKS[mark]
            words.append(Word(claimant, camp, i, kind, side, t, denied=denied))


FIGURES = ("overall", "gains", "against", "denials", "lateness")
Judged = tuple[list[Twin], list[NDArray[np.float64]], list[NDArray[np.float64]], dict[str, list[bool]]]


@pytest.fixture(scope="module")
def judged() -> Judged:
    """Each war, its hindsight (P, T, S), what the last claim says (P, T, S), and whether records' intervals hold."""
    twins = [twin(seed) for seed in range(WARS)]
    held: dict[str, list[bool]] = {figure: [] for figure in FIGURES}
    inferred, last_claim = [], []
    for n, found in enumerate(twins):
        claims = found.claims
        belief = infer(claims, (), joined(claims), DAYS - 1, seed=n, effort=EFFORT, threads=2, priors=PRIORS)
        inferred.append(belief.probability())
        last_claim.append(baselines(claims, (), hindsight=True)["last claim wins"]())
        for figure, right in _intervals_hold(belief, found):
            held[figure].append(right)
    return twins, inferred, last_claim, held


def _intervals_hold(belief: Belief, found: Twin) -> Iterator[tuple[str, bool]]:
    """Whether each figure of each record lies in its 90 % interval, by the one history that came to pass."""
    drawn = {name: array[:1] for name, array in belief.arrays().items()} | {"control": found.truth[None]}
    real = records_of(Belief.from_arrays(belief.evidence, drawn, 1), found.claims)
    for ours, theirs in zip(records_of(belief, found.claims), real, strict=True):
        for figure in FIGURES:
            a, b = getattr(ours, figure), getattr(theirs, figure)
            if a is not None and b is not None and a.of >= 1:
                yield figure, a.low - 1e-9 <= b.mean <= a.high + 1e-9


def pooled(
    twins: list[Twin], each: list[NDArray[np.float64]]
) -> tuple[NDArray[np.float64], NDArray[np.int8], NDArray[np.int64]]:
    """Place-days of all wars that a side held: probabilities, who held them, and the war they are from."""
    p = np.concatenate([q.reshape(-1, 3) for q in each])
    truth = np.concatenate([t.truth.ravel() for t in twins])
    number = np.repeat(np.arange(len(twins)), twins[0].truth.size)
    held = truth < CONTESTED
    return p[held], truth[held], number[held]


def test_enough_happens(judged: Judged) -> None:
    twins, *_ = judged
    changed = np.mean([(t.truth[:, -1] != t.truth[:, 0]).mean() for t in twins])
    assert 0.1 < changed < 0.6
    assert np.mean([len(t.claims) for t in twins]) > 20


def test_probabilities_are_right_as_often_as_they_say(
    judged: Judged,
) -> None:
    """Reliability slope between 0.9 and 1.1, and probabilities off by 6 points or less (root mean square).

    Inference may be a little too modest: twins speak independently, where it allows for echoes and for
    claimants who only repeat themselves.
    """
    twins, inferred, *_ = judged
    p, truth, _ = pooled(twins, inferred)
    chance, hit = two_sided(p)[:, 0], truth == 0
    parts = murphy(chance, hit)
    print("slope", reliability_slope(chance, hit), "reliability", parts.reliability)
    assert 0.9 < reliability_slope(chance, hit) < 1.1
    assert parts.reliability < 0.06**2


def test_inference_beats_the_last_claim_and_no_change(
    judged: Judged,
) -> None:
    """By two-sided Brier score; the mean difference over wars is beyond twice its standard error."""
    twins, inferred, last_claim, _ = judged
    p, truth, number = pooled(twins, inferred)
    still = np.eye(3)[np.concatenate([np.repeat(START, DAYS) for _ in twins])]
    still = still[np.concatenate([t.truth.ravel() for t in twins]) < CONTESTED]
    ours = two_sided_brier(p, truth)
    for name, other in (("last claim", pooled(twins, last_claim)[0]), ("nothing changes", still)):
        gain = two_sided_brier(other, truth) - ours
        by_war = np.array([gain[number == n].mean() for n in range(len(twins))])
        print(name, ours.mean(), by_war.mean(), by_war.std(ddof=1) / np.sqrt(len(by_war)))
        assert by_war.mean() > 2 * by_war.std(ddof=1) / np.sqrt(len(by_war)), name


def test_intervals_of_records_hold_as_often_as_they_say(judged: Judged) -> None:
    """Nine in ten, within what chance allows; as shares of few assertions go in steps, an interval may hold more."""
    *_, held = judged
    for figure, right in held.items():
        print(f"{figure}: {np.mean(right):.3f} of {len(right)} intervals of 90 % hold what was so")
        assert np.mean(right) > 0.9 - 3 * (0.09 / len(right)) ** 0.5, figure
    assert all(len(held[figure]) > 40 for figure in ("overall", "gains", "against", "denials"))
