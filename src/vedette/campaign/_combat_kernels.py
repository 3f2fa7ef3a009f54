"""Combat and what wears it down, compiled: contests, losses, help from outside, weariness."""

from __future__ import annotations

import numpy as np

from vedette.campaign._luck_kernels import uniform
from vedette.compiled import kernel
from vedette.dynamics import FOOTHOLD

HELP_STEPS = 2
"""More of the help there is, then the air closed to the other side."""
MOST_A_DAY = 0.5
"""Of a sector's strength no more than this is lost in a day."""


@kernel(inline="always")
def happens(seed, number, day, place, use, rate):
    """Whether what comes with a daily hazard comes that day."""
    return uniform(seed, number, day, place, use) < 1.0 - np.exp(-rate)


@kernel(inline="always")
def strongest_beside(near, defender):
    """The side with most neighbours (K + 1,) of those that are not the defender's; -1 if there is none."""
    attacker = -1
    for k in range(len(near) - 1):
        if k != defender and near[k] > 0 and (attacker < 0 or near[k] > near[attacker]):
            attacker = k
    return attacker


@kernel(inline="always")
def weariness_of(held, began, left):
    """The largest share of what it had, places and strength, that any side has lost; (K,) each."""
    worst = 0.0
    for k in range(len(held)):
        if began[k] > 0.0:
            worst = max(worst, 1.0 - held[k] / began[k] * left[k])
    return worst


@kernel(inline="always")
def rise(seed, number, day, places, held, began, backed, redline, answer, steps, risen):
    """Fill `risen` (K,) with whose backers do more today, and add it to the `steps` they took; whether any does.

    Reason is a share of its places lost, `redline` (K,) for each step, or that others' backers have done more.
    """
    sides = len(steps)
    anyone = False
    for k in range(sides):
        lost = 1.0 - held[k] / began[k] if began[k] > 0.0 else 0.0
        reason = lost > redline[k] * (steps[k] + 1)
        for other in range(sides):
            reason |= steps[other] > steps[k]
        risen[k] = (
            backed[k] and reason and steps[k] < HELP_STEPS and happens(seed, number, day, places + 1 + k, 2, answer)
        )
    for k in range(sides):
        steps[k] += risen[k]
        anyone |= risen[k]
    return anyone


@kernel(inline="always")
def pay(force, spent, spread):
    """Take a day's losses, `spent` (K, J) shares of what is at one place, from each sector's `force`."""
    sides, sectors = force.shape
    for k in range(sides):
        for j in range(sectors):
            force[k, j] *= 1.0 - min(spent[k, j] / spread[j], MOST_A_DAY)


@kernel(nogil=True)
def total(force):
    """The strength of each side, (K,), from (K, J)."""
    out = np.zeros(len(force))
    for k in range(len(force)):
        for j in range(force.shape[1]):
            out[k] += force[k, j]
    return out


@kernel(inline="always")
def weigh(strength, steps, more, air, odds, pull):
    """Fill `pull` (K, J): each side's strength, with the steps of help it got, to the power of `odds`.

    The first step adds to its own strength, the second closes the air to the others.
    """
    sides, sectors = strength.shape
    for k in range(sides):
        help_ = 1.0
        if steps[k] >= 1:
            help_ /= 1.0 - more[k]
        for other in range(sides):
            if other != k and steps[other] >= 2:
                help_ *= 1.0 - air
        for j in range(sectors):
            pull[k, j] = (strength[k, j] * help_) ** odds


@kernel(inline="always")
def settled(near, last, pull, stand, luck):
    """Who comes out of a contest, in proportion to its neighbours and its force; the last holder is asked first.

    Its force counts `stand` times.
    """
    sides = len(pull)
    everyone = 0.0
    for n in range(sides):
        k = (last + n) % sides
        everyone += (FOOTHOLD + near[k]) * pull[k] * (stand if k == last else 1.0)
    upto = 0.0
    for n in range(sides):
        k = (last + n) % sides
        upto += (FOOTHOLD + near[k]) * pull[k] * (stand if k == last else 1.0)
        if luck * everyone < upto:
            return k
    return last
