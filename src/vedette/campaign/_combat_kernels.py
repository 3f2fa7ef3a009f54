"""Combat and what wears it down, compiled: contests, losses, help from outside, weariness."""

from __future__ import annotations

import numpy as np

from vedette.campaign._luck_kernels import uniform
from vedette.compiled import kernel
from vedette.dynamics import FOOTHOLD

HELP_STEPS = 2
"""What one backer adds during a run: more of what it gives, then more still or, from who can, the closed air."""
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
def rise(seed, number, day, today, held, began, backers, redline, answer, steps):
    """Add to `steps` (B,) those of the backers that do more today; whether any does.

    Reason is a share of its places that its side lost, `redline` (B,) for each step, or that another side's backers
    have taken more steps up to yesterday; `answer` (B,) is the daily hazard then. `backers`: see `_kernels.Backers`.
    """
    anyone = False
    if len(steps) == 0:
        return anyone
    taken = np.zeros(len(held), dtype=np.int64)
    for b in range(len(steps)):
        taken[backers.side[b]] += steps[b]
    most = taken.max()
    for b in range(len(steps)):
        k = backers.side[b]
        lost = 1.0 - held[k] / began[k] if began[k] > 0.0 else 0.0
        reason = lost > redline[b] * (steps[b] + 1) or most > taken[k]
        able = reason and steps[b] < backers.most[b] and free(b, today, backers)
        if able and happens(seed, number, day, len(today) + 1 + b, 2, answer[b]):
            steps[b] += 1
            anyone = True
    return anyone


@kernel(inline="always")
def free(b, today, backers):
    """Whether backer b waits for nothing, or another side than its own holds or contests a place that it waits for."""
    first, last = backers.bound_start[b], backers.bound_start[b + 1]
    found = first == last
    for n in range(first, last):
        found |= today[backers.bound[n]] != backers.side[b]
    return found


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
def weigh(strength, steps, backers, more, air, odds, pull):
    """Fill `pull` (K, J): each side's strength, with the `steps` (B,) of help it got, to the power of `odds`.

    A step adds the share `more` (B,) to the strength of the backer's side; the last of one that can close the air
    closes it to the others instead.
    """
    sides, sectors = strength.shape
    for k in range(sides):
        help_ = 1.0
        for other in range(sides):
            shut = False
            for b in range(len(steps)):
                if backers.side[b] == other:
                    closed = backers.closes[b] and steps[b] == backers.most[b]
                    shut |= closed and steps[b] > 0
                    if other == k:
                        help_ /= (1.0 - more[b]) ** (steps[b] - closed)
            if shut and other != k:
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
