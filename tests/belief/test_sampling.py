"""The compiled draws of histories, with dynamics and records held fixed, against the exact posterior."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.belief.wars import Records, Word, plain_given, seen_on, some_records, war
from vedette.belief import Evidence, ExactPosterior, exact_posterior
from vedette.belief._kernels import Moves, sample_paths
from vedette.belief._sweep_kernels import weigh
from vedette.belief.announcements import truth_of_capture
from vedette.belief.sampler import _Layout, _world
from vedette.belief.testimony import standing_of
from vedette.claims import Claims, ControlMap, Kind
from vedette.dynamics import Transition
from vedette.dynamics._kernels import LEVEL_OF, REAR, calm_rows


def long_war() -> Claims:
    """Three places, 25 days (longer than the window that most visits redraw), every kind of statement."""
    words = [
        Word("Blue ministry", 0, 1, Kind.assault, 0, 3, partial=True),
        Word("Blue ministry", 0, 1, Kind.capture, 0, 5),
        Word("Blue chief", 0, 1, Kind.capture, 0, 5),
        Word("Orange ministry", 1, 1, Kind.capture, 0, 6, denied=True),
        Word("Mission", None, 1, Kind.control, 0, 9),
        Word("Orange ministry", 1, 2, Kind.repulse, 1, 10),
        Word("Blue ministry", 0, 2, Kind.capture, 0, 14),
        Word("Mission", None, 2, Kind.capture, 0, 15, partial=True),
        Word("Orange ministry", 1, 1, Kind.capture, 1, 17),
        Word("Orange governor", 1, 2, Kind.withdrawal, 1, 18),
        Word("Mission", None, 2, Kind.strike, 0, 20),
        Word("Blue ministry", 0, 2, Kind.control, 0, 24),
    ]
    return war(words, start=[0, 1, 1], days=25)


def wide_war() -> Claims:
    """Four places, 8 days."""
    words = [
        Word("Blue ministry", 0, 1, Kind.capture, 0, 2),
        Word("Orange ministry", 1, 2, Kind.assault, 0, 3),
        Word("Blue ministry", 0, 2, Kind.capture, 0, 4),
        Word("Mission", None, 2, Kind.control, 1, 5),
        Word("Orange ministry", 1, 3, Kind.control, 1, 6),
        Word("Orange ministry", 1, 0, Kind.capture, 1, 6),
    ]
    return war(words, start=[0, 0, 1, 1], days=8)


def war_of_three() -> Claims:
    """Three places, three sides, one place contested from the start."""
    words = [
        Word("Blue ministry", 0, 1, Kind.capture, 0, 1),
        Word("Green council", 2, 1, Kind.control, 2, 3),
        Word("Mission", None, 1, Kind.capture, 0, 3, denied=True),
        Word("Orange ministry", 1, 0, Kind.capture, 1, 4),
    ]
    return war(words, start=[0, 3, 2], days=6, sides=3)


def behind(fixed: Fixed, rear: tuple[int, ...]) -> Fixed:
    """The same war with some places in a side's rear, -1 for nobody's."""
    byte = (np.array(rear) + 1 << REAR).astype(np.uint8)
    return replace(fixed, evidence=replace(fixed.evidence, fighting=fixed.evidence.fighting | byte[:, None]))


ATLAS = ControlMap(
    "atlas",
    np.array([1, 1, 2], dtype=np.int32),
    np.array([1, 0, 1], dtype=np.int8),
    np.array([0, 7, 2], dtype=np.int32),
    np.array([6, 24, 20], dtype=np.int32),
)


@dataclass(frozen=True, eq=False)
class Fixed:
    """A war with everything but its histories given."""

    evidence: Evidence
    records: Records
    step: Transition

    @classmethod
    def of(cls, claims: Claims, maps: tuple[ControlMap, ...] = (), seed: int = 5) -> Fixed:
        rng = np.random.default_rng(seed)
        evidence = seen_on(claims, maps=maps)
        phases, sides = int(evidence.phase[-1]) + 1, len(evidence.sides)
        step = Transition(np.array([0.02, 0.1, 0.2, 0.3, 0.5]), rng.uniform(0.4, 1.6, (phases, sides)), 0.35, 0.3)
        return cls(evidence, some_records(evidence, rng), step)

    def exact(self) -> ExactPosterior:
        return exact_posterior(plain_given(self.evidence, self.records, self.step))

    def drawn(self, visits: int, seed: int) -> NDArray[np.int8]:
        """States of control (visits, P, T) after each visit to every place."""
        evidence, step, sides = self.evidence, self.step, len(self.evidence.sides)
        layout = _Layout.of(evidence)
        said, boasted = weigh(
            layout.field,
            self.records.announcing.kernel_view(),
            self.records.testifying.kernel_view(),
            self.records.clamour.kernel_view(),
            self.records.mapping,
            truth_of_capture(sides),
            standing_of(sides),
        )
        calm = calm_rows(step.hazard, step.tempo, LEVEL_OF)
        holder = np.arange(len(calm)) // 2 % sides
        unboasted = np.exp(boasted[holder, None] * (1 - calm))
        moves = Moves(calm, unboasted, calm * unboasted, step.rush, step.settle, evidence.phase, evidence.start_prior)
        start = np.repeat(evidence.places.start[:, None], len(evidence.days), axis=1).astype(np.int8)
        world = _world(evidence, layout.graph, start)
        rng, places = np.random.default_rng(seed), len(start)
        order = np.arange(places)
        out = np.empty((visits, *start.shape), dtype=np.int8)
        for n in range(visits):
            rng.shuffle(order)
            sample_paths(rng, (0,) * sides, order, layout.graph, said, moves, world)
            out[n] = world.control
        return out


def error_of(hit: NDArray[np.bool_], batches: int = 50) -> NDArray[np.float64]:
    """Monte Carlo standard error of the share of draws, by means of batches (Geyer 1992); hit (draws, ...)."""
    means = hit.reshape(batches, -1, *hit.shape[1:]).mean(axis=1)
    return np.asarray(means.std(axis=0, ddof=1) / np.sqrt(batches))


def gap_in_errors(control: NDArray[np.int8], exact: ExactPosterior, sides: int) -> float:
    """The largest distance between shares of draws and exact probabilities, in standard errors (of 0.001 or more).

    Over marginals, and over the joint states of all pairs of places on each day.
    """
    marginals = exact.marginals()
    worst = 0.0
    places = control.shape[1]
    for s in range(sides + 1):
        hit = control == s
        error = np.maximum(error_of(hit), 0.001)
        worst = max(worst, float((np.abs(hit.mean(axis=0) - marginals[:, :, s]) / error).max()))
    for a in range(places):
        for b in range(a + 1, places):
            pair = exact.pair(a, b)
            for s in range(sides + 1):
                for z in range(sides + 1):
                    hit = (control[:, a] == s) & (control[:, b] == z)
                    error = np.maximum(error_of(hit), 0.001)
                    worst = max(worst, float((np.abs(hit.mean(axis=0) - pair[:, s, z]) / error).max()))
    return worst


SURE = 6.0
"""Among a thousand comparisons, errors of shares of a few percent included, the largest is below 6 standard errors."""

WARS = [
    pytest.param(lambda: Fixed.of(long_war()), id="long"),
    pytest.param(lambda: Fixed.of(long_war(), (ATLAS,)), id="long, with a map"),
    pytest.param(lambda: Fixed.of(wide_war()), id="wide"),
    pytest.param(lambda: Fixed.of(war_of_three()), id="three sides"),
    pytest.param(lambda: behind(Fixed.of(wide_war()), (-1, -1, 1, 0)), id="a rear, kept and lost"),
]


@pytest.mark.parametrize("fixed", WARS)
def test_draws_agree_with_the_exact_posterior(fixed: Callable[[], Fixed]) -> None:
    given = fixed()
    control = given.drawn(20_000, seed=11)
    assert gap_in_errors(control, given.exact(), len(given.evidence.sides)) < SURE


def test_no_part_of_the_model_could_be_missing_unnoticed() -> None:
    """The control of the test above: the exact posterior of a model that lacks one part is far away."""
    fixed = Fixed.of(long_war())
    control = fixed.drawn(20_000, seed=11)
    given = plain_given(fixed.evidence, fixed.records, fixed.step)
    rear = behind(fixed, (0, -1, 1))
    assert gap_in_errors(control, exact_posterior(plain_given(rear.evidence, fixed.records, fixed.step)), 2) > 2 * SURE
    for part in ("boasts", "invented", "fighting", "ageing", "evidence"):
        lacking = replace(given, **{part: np.zeros_like(getattr(given, part))})
        assert gap_in_errors(control, exact_posterior(lacking), 2) > 2 * SURE, part
