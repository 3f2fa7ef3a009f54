"""The transition model: captures pass through a contested stage, and the enemy comes from next door.

From one day to the next a place that side a holds may be challenged, with a hazard that
grows with the share of its neighbours in enemy hands, and with the tempo: how hard a side
is pressed in a week, which drifts from week to week.
Challenged, it falls contested, or, in a rush, at once to another side. A contested place
is settled with a constant daily probability, more likely by a side that holds more of
its neighbours. The order held, contested, held is that of Anders (2020, "Territorial
control in civil wars", Journal of Peace Research 57(6)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "FOOTHOLD",
    "LEVELS",
    "PHASE_DAYS",
    "PRESSED_LEVEL",
    "Transition",
    "TransitionPriors",
    "contact_level",
    "phases_of",
    "tomorrow",
]

LEVELS = 5
"""Levels of contact: no enemy next door, then up to 1/4, 1/2, 3/4 and all of the neighbours in enemy hands."""

PHASE_DAYS = 7
"""The tempo is constant over a week: shorter and a week's dozen captures cannot pin it down."""

PRESSED_LEVEL = 2
"""Least level of contact of a place that an enemy is reported to be fighting for: he has come, by whatever
way, even where the list of places shows none of his next to it."""

FOOTHOLD = 0.5
"""Weight of a side with no neighbour at all when a contest is settled, in neighbours: airborne landings,
raids and gaps in the list of places are rare but real."""


@dataclass(frozen=True, eq=False)
class Transition:
    """Parameters of the daily step for K sides.

    `hazard`, shape (LEVELS,): challenges a day at each level of contact, at tempo 1.
    `tempo`, shape (phases, K): how hard each side is pressed in each phase. `rush`:
    probability that a challenge carries the place the same day. `settle`: daily
    probability that a contest is settled.
    """

    hazard: NDArray[np.float64]
    tempo: NDArray[np.float64]
    rush: float
    settle: float


@dataclass(frozen=True, slots=True)
class TransitionPriors:
    """Priors of the parameters, the same for every side.

    They are weak, round, and fitted to no war, so that a result about any year may start from them. `hazard`
    holds the prior mean per level and `hazard_shape` what it is worth in observed challenges:
    proportional to the share of the neighbours in enemy hands, and next to nothing where there are none. At the
    first week's mean tempo a place half surrounded is challenged one month in nine.
    """

    hazard: tuple[float, ...] = (0.0002, 0.01, 0.02, 0.03, 0.04)
    hazard_shape: tuple[float, ...] = (1.0, 8.0, 8.0, 8.0, 8.0)
    tempo_start: tuple[float, float] = (1.0, 0.2)
    """Gamma shape and mean of the first week's tempo: quiet is the rule, storms are likely enough."""
    tempo_drift: float = 30.0
    """Gamma shape of each step of the chain that ties a week's tempo to the last one's: it may halve or double."""
    rush: tuple[float, float] = (6.0, 14.0)
    """Beta prior: captures pass through a contest as a rule (Anders 2020), and some do not."""
    settle: tuple[float, float] = (1.0, 3.0)
    """Beta prior, mean 1/4: a contest lasts a few days as a rule, and in some wars months."""

    def mean(self, sides: int, phases: int) -> Transition:
        """The prior mean, where chains start."""
        return Transition(
            np.array(self.hazard),
            np.full((phases, sides), self.tempo_start[1]),
            self.rush[0] / sum(self.rush),
            self.settle[0] / sum(self.settle),
        )


def phases_of(days: int) -> NDArray[np.int32]:
    """The phase of each of `days` daily steps, shape (days,); counted from day 0, so later days never renumber it."""
    return (np.arange(days) // PHASE_DAYS).astype(np.int32)


def contact_level(enemy: float, degree: int) -> int:
    """The level of contact of a place with `degree` neighbours, `enemy` of them hostile (contested ones count half)."""
    if enemy <= 0 or degree == 0:
        return 0
    return 1 + min(LEVELS - 2, int(np.ceil(4 * enemy / degree)) - 1)


def tomorrow(
    state: int, held: NDArray[np.int64], step: Transition, phase: int, *, pressed: bool = False, rear: bool = False
) -> NDArray[np.float64]:
    """P(state tomorrow), shape (K + 1,), of a place whose neighbours number `held[s]` in each state s today.

    `pressed`: an enemy of its holder is reported to be fighting for it. `rear`: it lies in its holder's rear, out of
    its neighbours' reach. The reference: the compiled kernels tabulate exactly this.
    """
    sides = len(held) - 1
    contested = sides
    out = np.zeros(sides + 1)
    pull = FOOTHOLD + held[:sides].astype(float)
    if state == contested:
        out[contested] = 1 - step.settle
        out[:sides] = step.settle * pull / pull.sum()
        return out
    enemy = held.sum() - held[state] - 0.5 * held[contested]
    level = 0 if rear else contact_level(float(enemy), int(held.sum()))
    if pressed:
        level = max(level, PRESSED_LEVEL)
    challenged = 1 - np.exp(-step.tempo[phase, state] * step.hazard[level])
    pull[state] = 0.0
    out[:sides] = challenged * step.rush * pull / pull.sum()
    out[contested] = challenged * (1 - step.rush)
    out[state] = 1 - challenged
    return out
