"""Supplies and reserves, compiled: whom the roads that a side has left reach, and what it sends along them.

`Land` and `Commands`, `land` and `command` here, are those of `_kernels`.
"""

from __future__ import annotations

import numpy as np

from vedette.campaign._luck_kernels import FATES, UNKNOWNS, uniform
from vedette.compiled import kernel

CUT_UNSEEN, CUT_SEEN = 0.01, 0.10
"""P(a road is cut): nobody sees it; the enemy does. `situation` holds the same of the present, and says why."""
RESERVES_EVERY = 7
"""Days between two decisions on reserves: what takes a staff a week."""


@kernel(nogil=True)
def fates_of(seed, number, routes):
    """What becomes of each road in a member, (R,): 0 open, 1 cut if the enemy sees it, 2 cut."""
    fate = np.empty(routes, dtype=np.int8)
    for r in range(routes):
        luck = uniform(seed, number, UNKNOWNS + FATES, r, 0)
        fate[r] = 2 if luck < CUT_UNSEEN else 1 if luck < CUT_SEEN else 0
    return fate


@kernel(nogil=True)
def supply_over(origins, today, side, land, command, fate, watchers, watched, seen, queue):
    """Mark the side's places, (P,) `seen`, that can be reached from its own among `origins` over roads open to it.

    A road is closed by its fate, by an enemy who sees it where fate has it so, and by a place on the way that the side
    does not hold.
    """
    places = len(today)
    seen[:] = False
    tail = 0
    for s in origins:
        if today[s] == side and not seen[s]:
            seen[s] = True
            queue[tail] = s
            tail += 1
    head = 0
    while head < tail:
        place = queue[head]
        head += 1
        for e in range(command.road_start[place], command.road_start[place + 1]):
            other = command.road_target[e]
            if seen[other] or today[other] != side:
                continue
            r = command.road_route[e]
            if r >= 0:
                if fate[r] == 2 or (fate[r] == 1 and watched[places + r] > watchers[places + r, side]):
                    continue
                closed = False
                for n in range(land.pass_start[r], land.pass_start[r + 1]):
                    closed |= today[land.passes[n]] != side
                if closed:
                    continue
            seen[other] = True
            queue[tail] = other
            tail += 1


@kernel(nogil=True)
def relieve(force, fights, share, today, land, command, fate, watchers, watched, seen, queue):
    """Every side sends a share of one sector's `force` (K, J) to another, if a road is open; whether any did.

    `fights` (K, J): places that it had to defend there, and days, since the last time.
    """
    moved = False
    for k in range(len(force)):
        a, b = relief(force[k], fights[k], today, k, land.sector)
        if a >= 0:
            origins = np.flatnonzero(land.sector == a)
            supply_over(origins, today, k, land, command, fate, watchers, watched, seen, queue)
            if (seen & (land.sector == b)).any():
                sent = share * force[k, a]
                force[k, a] -= sent
                force[k, b] += sent
                moved = True
    return moved


@kernel(nogil=True)
def relief(force, fights, today, side, sector):
    """Which sector sends a side's reserves, and which gets them; -1, -1 if none has any.

    From the strongest of those where it holds a place and did not have to fight, to that where it fought most.
    """
    to = 0
    for j in range(len(force)):
        if fights[j] > fights[to]:
            to = j
    origin = -1
    if fights[to] > 0.0:
        there = np.zeros(len(force), dtype=np.bool_)
        for i in range(len(today)):
            there[sector[i]] |= today[i] == side
        for j in range(len(force)):
            if fights[j] == 0.0 and there[j] and (origin < 0 or force[j] > force[origin]):
                origin = j
    return origin, to if origin >= 0 else -1
