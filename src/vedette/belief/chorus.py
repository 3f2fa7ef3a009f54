"""Voices of one camp are not independent: do the later ones about a place add to the first, or echo it?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vedette.belief.evidence import Statements

__all__ = ["redraw_echoes"]


def redraw_echoes(
    stated: Statements,
    word: NDArray[np.float64],
    rate: NDArray[np.float64],
    prior: tuple[tuple[float, float], tuple[float, float]],
    rng: np.random.Generator,
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Draw which choruses are echoes (X,) and how often each camp's are (G,).

    `word` (N,) is what each statement says for or against the state of affairs, as
    a log-likelihood over saying nothing; `rate` (G,) the last draw; `prior` Beta
    parameters for a party and for third parties. A chorus whose later voices are
    wrong together is likelier an echo than so many independent errors, so false
    witnesses by the dozen weigh little more than one.
    """
    camps, choruses = len(rate), stated.choruses
    together = np.bincount(stated.chorus, weights=np.where(stated.leads, 0.0, word), minlength=choruses)
    several = np.bincount(stated.chorus, minlength=choruses) > 1
    camp = stated.camp[stated.leads]
    odds = rate[camp] / (1 - rate[camp]) * np.exp(np.clip(-together, -600, 600))
    echoes = rng.random(choruses) * (1 + odds) < odds
    beta = np.array([prior[g == camps - 1] for g in range(camps)])
    echoed = np.bincount(camp, weights=echoes & several, minlength=camps)
    asked = np.bincount(camp, weights=several, minlength=camps)
    return echoes, rng.beta(beta[:, 0] + echoed, beta[:, 1] + asked - echoed)
