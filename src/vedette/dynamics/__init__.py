"""How a place changes hands from one day to the next: the one theory that belief and campaign share.

In: a place's state, its neighbours' states, parameters. Out: the probability of each state tomorrow.
Nothing here knows that reports exist.
"""

from vedette.dynamics.transition import (
    LEVELS,
    PHASE_DAYS,
    PRESSED_LEVEL,
    Transition,
    TransitionPriors,
    contact_level,
    phases_of,
    tomorrow,
)

__all__ = [
    "LEVELS",
    "PHASE_DAYS",
    "PRESSED_LEVEL",
    "Transition",
    "TransitionPriors",
    "contact_level",
    "phases_of",
    "tomorrow",
]
