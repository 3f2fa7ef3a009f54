"""What is not known of a campaign, drawn anew for each member: priors with their reasons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.dynamics import PHASE_DAYS, TransitionPriors

__all__ = ["CampaignPriors", "Parameters", "draw_parameters"]


@dataclass(frozen=True, slots=True)
class CampaignPriors:
    """Priors of what belief does not tell; the same for every side. Pairs are (median, standard deviation of its log).

    `persistence`: Beta of how much of the log of this week's tempo, against that of the war so far, goes on: some,
    not all; round, and fitted to no war.
    `strength`: log standard deviation of a side's strength in a sector, around 1: order-of-battle estimates of one
    front differ by half. `odds`: by how much the log hazard of an assault grows with the log of the ratio of forces,
    mean and standard error: the slope of the log odds of victory in 614 battles of 64 wars (CDB90, see
    docs/campaign.md). `isolation`: how much sooner a place falls that no supplies reach. `withdrawal`: daily hazard
    that its garrison leaves, with an enemy next door: weeks, or days. `ceasefire`: daily hazard that the fighting
    ends: wars between states last from days to years, a season as a rule. `air`: Beta of the share of an attacker's
    strength that rests on the air; `backing`: Beta of the share that rests on one kind of help of one backer. No
    source measures either: wide.
    """

    strength: float = 0.4
    persistence: tuple[float, float] = (2.0, 2.0)
    odds: tuple[float, float] = (0.48, 0.23)
    isolation: tuple[float, float] = (2.0, 0.5)
    withdrawal: tuple[float, float] = (0.05, 1.0)
    ceasefire: tuple[float, float] = (0.01, 1.0)
    air: tuple[float, float] = (2.0, 6.0)
    backing: tuple[float, float] = (1.0, 9.0)


@dataclass(frozen=True, eq=False)
class Parameters:
    """One row a member, M of them, for K sides, J sectors and W weeks ahead.

    `hazard` (M, LEVELS), `tempo` (M, W, K), `rush`, `settle` (M,): the daily step of `dynamics`. `strength` (M, K, J).
    `odds`, `isolation`, `withdrawal`, `ceasefire`, `air` (M,); `backing` (M, B): the share of each of B kinds of help.
    """

    hazard: NDArray[np.float64]
    tempo: NDArray[np.float64]
    rush: NDArray[np.float64]
    settle: NDArray[np.float64]
    strength: NDArray[np.float64]
    odds: NDArray[np.float64]
    isolation: NDArray[np.float64]
    withdrawal: NDArray[np.float64]
    ceasefire: NDArray[np.float64]
    air: NDArray[np.float64]
    backing: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.rush)


def draw_parameters(
    members: NDArray[np.int64],
    hazard: NDArray[np.floating],
    tempo: NDArray[np.floating],
    *,
    sectors: int,
    backing: int,
    days: int,
    seed: int,
    priors: CampaignPriors,
    dynamics: TransitionPriors,
) -> Parameters:
    """Draw what the `members` by number do not know; each from its own stream (seed, number), so it can be drawn alone.

    `hazard` (m, LEVELS) and `tempo` (m, W, K), W weeks up to now: what belief learned of the daily step, one row a
    member. The tempo falls back towards that of the war so far and drifts from week to week.
    """
    count, _, sides = tempo.shape
    usual, latest = np.log(tempo).mean(axis=1), np.log(tempo[:, -1])
    weeks = days // PHASE_DAYS + 1
    out: dict[str, list[NDArray[np.float64] | float]] = {
        name: [] for name in Parameters.__dataclass_fields__ if name != "hazard"
    }
    shape = dynamics.tempo_drift
    for row, number in enumerate(members.tolist()):
        rng = np.random.default_rng((seed, number))
        steps = rng.gamma(shape, 1.0 / shape, (weeks, sides))
        steps[0] = 1.0
        ahead = np.exp(usual[row] + rng.beta(*priors.persistence) * (latest[row] - usual[row]))
        out["tempo"].append(ahead * np.cumprod(steps, axis=0))
        out["rush"].append(rng.beta(*dynamics.rush))
        out["settle"].append(rng.beta(*dynamics.settle))
        out["strength"].append(np.exp(priors.strength * rng.standard_normal((sides, sectors))))
        out["odds"].append(max(0.0, priors.odds[0] + priors.odds[1] * rng.standard_normal()))
        for name in ("isolation", "withdrawal", "ceasefire"):
            median, spread = getattr(priors, name)
            out[name].append(median * float(np.exp(spread * rng.standard_normal())))
        out["isolation"][-1] = max(1.0, float(np.max(out["isolation"][-1])))
        out["air"].append(rng.beta(*priors.air))
        out["backing"].append(rng.beta(*priors.backing, size=backing))
    assert count == len(members), "one row of the daily step a member"
    return Parameters(hazard=np.asarray(hazard, dtype=np.float64), **{n: np.array(v) for n, v in out.items()})
