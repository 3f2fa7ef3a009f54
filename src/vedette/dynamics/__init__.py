"""How a place changes hands from one day to the next: the one theory that belief and campaign share.

In: a place's state, its neighbours' states, parameters. Out: the probability of each state tomorrow.
Nothing here knows that reports exist.
"""

from vedette.dynamics.history import COVARIATES, REACH_KM, History, Sightings
from vedette.dynamics.transition import (
    FOOTHOLD,
    LEVELS,
    PHASE_DAYS,
    PRESSED_LEVEL,
    Transition,
    TransitionPriors,
    contact_level,
    phases_of,
    tomorrow,
)
from vedette.dynamics.turnover import Outlook, Turnover

__all__ = [
    "COVARIATES",
    "FOOTHOLD",
    "LEVELS",
    "PHASE_DAYS",
    "PRESSED_LEVEL",
    "REACH_KM",
    "History",
    "Outlook",
    "Sightings",
    "Transition",
    "TransitionPriors",
    "Turnover",
    "contact_level",
    "phases_of",
    "tomorrow",
]
