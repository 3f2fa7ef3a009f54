"""Twin wars: histories, claims and a map simulated from the model's description; what was true is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tests.belief.wars import Word, joined, war

from vedette.belief.announcements import ANNOUNCED_A_LIST, PRIOR_LAXITY, VOLUME_MEAN, VOLUME_SHAPE
from vedette.belief.evidence import PRESSURE_DAYS, START_DOUBT
from vedette.belief.mapping import FIRST_RIGHT, NOTICE_PRIOR, SLIP_PRIOR
from vedette.belief.testimony import PRIOR_ROWS
from vedette.claims import Claims, ControlMap, Kind
from vedette.dynamics import Transition, TransitionPriors, phases_of, tomorrow

DAYS, CONTESTED = 20, 2
START = [0, 0, 0, 1, 1, 1, 1]
PRIORS = TransitionPriors(tempo_start=(2.0, 2.0), settle=(15.0, 45.0))
"""A war of movement, short contests: about one place in three changes hands; inference has the same prior."""
LISTED = 0.6
"""Probability that a ministry publishes a list of its gains on a day."""
MARKS = (
    (Kind.control, False),
    (Kind.control, True),
    (Kind.assault, False),
    (Kind.strike, False),
    (Kind.repulse, False),
)


WATCHED = 19 / 64
"""Attention to every place, on the grid of `ATTENTION_LEVELS`: how readily a capture that is no longer news is told."""
ADMITS = {(0, 1), (2, 0)}
"""Relation and mark of a ministry that lacks what it held, or gives the other side what that did not hold."""


@dataclass(frozen=True)
class Twin:
    """One war: what was claimed and drawn, and what was so.

    `truth` (P, T) states; `step` the dynamics; `lists` (T, 2) the days on which each ministry published its gains, some
    of which named none; `notice` (2,) and `slip` are the map's record.
    """

    claims: Claims
    atlas: ControlMap
    truth: NDArray[np.int8]
    step: Transition
    lists: NDArray[np.bool_]
    notice: NDArray[np.float64]
    slip: float


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


def volume_of(rng: np.random.Generator) -> float:
    """How many announcements a ministry's list has for a gain that is news, between its bounds."""
    while True:
        found = rng.gamma(VOLUME_SHAPE, VOLUME_MEAN / VOLUME_SHAPE)
        if ANNOUNCED_A_LIST[0] <= found <= ANNOUNCED_A_LIST[1]:
            return float(found)


def twin(seed: int) -> Twin:
    """Two ministries that announce captures in lists; word of who holds what from them and from two third parties.

    And a map of all places.
    """
    rng = np.random.default_rng(seed)
    step, phase, places = parameters(rng), phases_of(DAYS), len(START)
    neighbours = joined(war([], start=START, days=DAYS))
    volume, laxity = [volume_of(rng) for _ in range(2)], [laxities(rng, 0) for _ in range(2)]
    rows = {
        relation: [rng.dirichlet(10 * rng.dirichlet(40 * row)) for row in PRIOR_ROWS[relation]]
        for relation in (0, 1, 2)
    }
    of_either = np.concatenate([PRIOR_ROWS[1][0], PRIOR_ROWS[1][2]]) / 2  # of the holder, of the other
    witnessed = rng.dirichlet(10 * rng.dirichlet(40 * of_either))
    state = [int(rng.choice(np.delete(np.arange(3), s))) if rng.random() < START_DOUBT else s for s in START]
    news = [s not in (before, CONTESTED) for s, before in zip(state, START, strict=True)]
    fought = np.zeros((places, DAYS + PRESSURE_DAYS, 2), dtype=bool)
    published = rng.random((DAYS, 2)) < LISTED
    truth = np.empty((places, DAYS), dtype=np.int8)
    words: list[Word] = []
    for t in range(DAYS):
        truth[:, t] = state
        held = [np.bincount([state[j] for j in neighbours.of(i)], minlength=3) for i in range(places)]
        for i in range(places):
            for word in _spoken(rng, rows, witnessed, i, t, state[i]):
                words.append(word)
                fought[i, t : t + PRESSURE_DAYS, word.side] |= word.kind == Kind.assault
        steps = []
        for i in range(places):
            pressed = bool(fought[i, t, [k for k in range(2) if k != state[i]]].any())
            steps.append(tomorrow(state[i], held[i], step, int(phase[t]), pressed=pressed))
        lists = published[t]
        named = set()
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
                    rate = stale * WATCHED * (START[i] != k)
                if rng.random() < 1 - np.exp(-volume[k] * rate):
                    words.append(Word(f"Ministry {k}", k, i, Kind.capture, k, t))
                    named.add(i)
        for i in range(places):
            held_on = int(rng.choice(3, p=steps[i]))
            if held_on != state[i]:
                news[i] = held_on != CONTESTED
            elif news[i] and rng.random() < (0.9 if i in named else 0.3 if lists[min(state[i], 1)] else 0.02):
                news[i] = False
            state[i] = held_on
    drawing = np.random.default_rng([seed, 1])
    notice, slip = drawing.beta(*NOTICE_PRIOR, 2), float(drawing.beta(*SLIP_PRIOR))
    atlas = _drawn(drawing, truth, notice, slip)
    return Twin(war(words, start=START, days=DAYS), atlas, truth, step, published, notice, slip)


def _drawn(rng: np.random.Generator, truth: NDArray[np.int8], notice: NDArray[np.float64], slip: float) -> ControlMap:
    """A map of every place on every day, as `belief.mapping` describes one."""
    shown = np.empty_like(truth)
    for (i, t), now in np.ndenumerate(truth):
        was = shown[i, t - 1] if t else now
        if rng.random() < (slip if t else 1 - FIRST_RIGHT):
            shown[i, t] = rng.choice([s for s in range(3) if s not in (now, was)])
        else:
            shown[i, t] = now if was == now or rng.random() < notice[int(now == CONTESTED)] else was
    place, day = (axis.ravel().astype(np.int32) for axis in np.indices(truth.shape))
    return ControlMap("Atlas", place, shown.ravel(), day, day)


def _spoken(
    rng: np.random.Generator,
    rows: dict[int, list[NDArray[np.float64]]],
    witnessed: NDArray[np.float64],
    i: int,
    t: int,
    state: int,
) -> Iterator[Word]:
    """Somebody speaks of the place one day in twenty: a third party, or a ministry about its own or the other side.

    Of whom a third party speaks depends on who holds the place: `witnessed` (10,), what it says of the holder, then of
    the other. A ministry that admits a change of hands would tell news, which is not drawn so: it says nothing then.
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
            if (relation, mark) in ADMITS and (START[i] == side) == (relation == 0):
                continue
            kind, denied = MARKS[mark]
            yield Word(claimant, camp, i, kind, side, t, denied=denied)
