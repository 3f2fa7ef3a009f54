"""Supplies and reserves, compiled: whom the roads that a side has left reach, and what it sends along them.

A side's supplies are a forest over the roads: `road_in` (P,) has the road by which they first came to each place. A
change of hands moves what hangs on it and no more; whom supplies reach does not depend on which forest it is.
`Land` and `Ways`, `land` and `ways` here, are those of `_kernels`.
"""

from __future__ import annotations

import numpy as np

from vedette.campaign._luck_kernels import FATES, UNKNOWNS, uniform
from vedette.compiled import kernel

CUT_UNSEEN, CUT_SEEN = 0.01, 0.10
"""P(a road is cut): nobody sees it; the enemy does. `situation` holds the same of the present, and says why."""
RESERVES_EVERY = 7
"""Days between two decisions on reserves: what takes a staff a week."""

ORIGIN, NOTHING = -1, -2
"""In `road_in`: supplies come from here; none come here."""


@kernel(nogil=True)
def draw_fates(seed, number, fate):
    """What becomes of each road in a member, into (R,): 0 open, 1 cut if the enemy sees it, 2 cut."""
    for r in range(len(fate)):
        luck = uniform(seed, number, UNKNOWNS + FATES, r, 0)
        fate[r] = 2 if luck < CUT_UNSEEN else 1 if luck < CUT_SEEN else 0


@kernel(nogil=True)
def overlooked(what, side, today, land, turn):
    """Whether ground that the side does not hold sees a place, or a route (numbered after the places)."""
    for n in range(land.watch_start[what], land.watch_start[what + 1]):
        if today[land.watchers[n]] != side and (land.watch_bits[n] >> turn) & np.uint64(1):
            return True
    return False


@kernel(nogil=True)
def passable(r, side, today, land, fate, turn):
    """Whether a route is open to a side: not closed by its fate, nor by an enemy who sees it where fate has it so.

    Nor by a place on the way that the side does not hold. Route -1 is always open.
    """
    if r < 0:
        return True
    if fate[r] == 2 or (fate[r] == 1 and overlooked(len(today) + r, side, today, land, turn)):
        return False
    for n in range(land.pass_start[r], land.pass_start[r + 1]):
        if today[land.passes[n]] != side:
            return False
    return True


@kernel(nogil=True)
def flood(origins, side, today, land, ways, fate, turn, road_in, queue):
    """Fill `road_in` with how supplies reach the side's places from its own among `origins`; `queue` (P,) is scratch."""
    road_in[:] = NOTHING
    tail = 0
    for s in origins:
        if today[s] == side and road_in[s] == NOTHING:
            road_in[s] = ORIGIN
            queue[tail] = s
            tail += 1
    spread(-1, side, today, land, ways, fate, turn, road_in, queue, tail)


@kernel(nogil=True)
def spread(goal, side, today, land, ways, fate, turn, road_in, queue, tail):
    """Carry supplies on from the places `queue[:tail]`, which they have reached; returns how many the queue has then.

    Stops at the first place of sector `goal`; -1: nowhere.
    """
    head = 0
    while head < tail:
        place = queue[head]
        head += 1
        if land.sector[place] == goal:
            break
        for e in range(ways.start[place], ways.start[place + 1]):
            other = ways.target[e]
            if road_in[other] == NOTHING and today[other] == side:
                if passable(ways.route[e], side, today, land, fate, turn):
                    road_in[other] = e
                    queue[tail] = other
                    tail += 1
    return tail


@kernel(nogil=True)
def resupply(side, changed, count, was, today, land, ways, fate, turn, road_in, loose, queue):
    """Bring a side's `road_in` up to date after `changed[:count]` went from `was` to what they are `today`.

    What hung on a place that was lost, or on a road that its loss closed, comes loose, and with it all that hung on
    that; then the loose, and what was gained, look for a way in. Returns how many of `loose` and of `queue`, (P,) each,
    tell which places supplies ceased to reach, perhaps, and which they have reached since.
    """
    parted = 0
    for n in range(count):
        i = changed[n]
        if was[n] != side:
            continue
        if road_in[i] != NOTHING:
            road_in[i] = NOTHING
            loose[parted] = i
            parted += 1
        for h in range(land.hang_start[i], land.hang_start[i + 1]):
            r = land.hanging[h]
            for x in range(ways.along_start[r], ways.along_start[r + 1]):
                e = ways.along[x]
                if road_in[ways.target[e]] == e and not passable(r, side, today, land, fate, turn):
                    road_in[ways.target[e]] = NOTHING
                    loose[parted] = ways.target[e]
                    parted += 1
    head = 0
    while head < parted:
        place = loose[head]
        head += 1
        for e in range(ways.start[place], ways.start[place + 1]):
            if road_in[ways.target[e]] == e:
                road_in[ways.target[e]] = NOTHING
                loose[parted] = ways.target[e]
                parted += 1
    tail = 0
    for n in range(parted):
        if enters(loose[n], side, today, land, ways, fate, turn, road_in):
            queue[tail] = loose[n]
            tail += 1
    for n in range(count):
        i = changed[n]
        if today[i] != side:
            continue
        if enters(i, side, today, land, ways, fate, turn, road_in):
            queue[tail] = i
            tail += 1
        for h in range(land.hang_start[i], land.hang_start[i + 1]):
            r = land.hanging[h]
            for x in range(ways.along_start[r], ways.along_start[r + 1]):
                other = ways.target[ways.along[x]]
                if enters(other, side, today, land, ways, fate, turn, road_in):
                    queue[tail] = other
                    tail += 1
    return parted, spread(-1, side, today, land, ways, fate, turn, road_in, queue, tail)


@kernel(nogil=True)
def enters(place, side, today, land, ways, fate, turn, road_in):
    """Whether supplies, which had not reached a place, do now: it is a source, or a road leads in from one reached."""
    if today[place] != side or road_in[place] != NOTHING:
        return False
    if land.is_source[side, place]:
        road_in[place] = ORIGIN
        return True
    for x in range(ways.back_start[place], ways.back_start[place + 1]):
        e = ways.back[x]
        if road_in[ways.origin[e]] != NOTHING and passable(ways.route[e], side, today, land, fate, turn):
            road_in[place] = e
            return True
    return False


@kernel(nogil=True)
def relieve(force, fights, share, today, land, ways, fate, turn, road_in, queue):
    """Every side sends a share of one sector's `force` (K, J) to another, if a road is open; whether any did.

    `fights` (K, J): places that it had to defend there, and days, since the last time. `road_in`, `queue` are scratch.
    """
    moved = False
    for k in range(len(force)):
        a, b = relief(force[k], fights[k], today, k, land.sector)
        if a >= 0 and joined(a, b, k, today, land, ways, fate, turn, road_in, queue):
            sent = share * force[k, a]
            force[k, a] -= sent
            force[k, b] += sent
            moved = True
    return moved


@kernel(nogil=True)
def joined(a, b, side, today, land, ways, fate, turn, road_in, queue):
    """Whether a side's places in sector `a` have a road to one of its in sector `b`, over its own."""
    road_in[:] = NOTHING
    tail = 0
    for i in range(len(today)):
        if land.sector[i] == a and today[i] == side:
            road_in[i] = ORIGIN
            queue[tail] = i
            tail += 1
    tail = spread(b, side, today, land, ways, fate, turn, road_in, queue, tail)
    for n in range(tail):
        if land.sector[queue[n]] == b:
            return True
    return False


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
