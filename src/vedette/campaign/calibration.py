"""What the war so far says of a campaign's parameters: a likelihood over drawn histories, with the day it ends on.

The histories are joint draws of belief as of a day, so they know what was known then and nothing later. Given a
history, challenges of places are counts whose expectation the daily step gives, so that every parameter below has
a likelihood in closed form; counts are averaged over the draws.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from vedette.campaign.parameters import CampaignPriors
from vedette.campaign.past import Past

__all__ = ["Calibration", "calibrate"]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Priors after the first `days` days of the war of a `case`, up to `until`."""

    case: str
    until: date
    days: int
    priors: CampaignPriors


def calibrate(case: str, until: date, days: int, past: Past, priors: CampaignPriors) -> Calibration:
    """Update `priors` by what happened in the `days` days up to `until`."""
    challenged = float(past.challenged.sum())
    # Of how much sooner the cut off fall one can only speak beside the others.
    usual = (past.challenged[0] + 1.0) / (past.due[0] + 1.0)
    found = replace(
        priors,
        isolation=_after(priors.isolation, float(past.challenged[1]), float(past.due[1] * usual)),
        rush=(priors.rush[0] + past.rushed, priors.rush[1] + challenged - past.rushed),
        settle=(priors.settle[0] + past.settled, priors.settle[1] + past.contests - past.settled),
    )
    return Calibration(case, until, days, found)


def _after(prior: tuple[float, float], count: float, due: float) -> tuple[float, float]:
    """A log-normal prior of a rate after `count` events where a rate of 1 makes one expect `due`: median, log sd.

    Poisson likelihood, on a grid over the log of the rate.
    """
    at = np.log(prior[0]) + prior[1] * np.linspace(-5, 5, 401)
    log = -0.5 * ((at - np.log(prior[0])) / prior[1]) ** 2 + count * at - due * np.exp(at)
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    mean = float(weight @ at)
    return float(np.exp(mean)), float(np.sqrt(weight @ (at - mean) ** 2))
