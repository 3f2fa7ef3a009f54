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

IF_SEEN, CLOSED, THROUGH = 1, 2, 4
"""What may close a route in a member, bits of its fate: an enemy who sees it; its fate alone; places on the way."""

ORIGIN, NOTHING = -1, -2
"""In `road_in`: supplies come from here; none come here."""


@kernel(nogil=True)
def draw_fates(seed, number, through, fate, fated):
    """Fill `fate` (R,) with what may close each route in a member; returns how many `fated` (R,) lists.

    They are those that more may close than places on the way, which `through` (R,) tells.
    """
    count = 0
    for r in range(len(fate)):
        luck = uniform(seed, number, UNKNOWNS + FATES, r, 0)
        fate[r] = through[r]
        if luck < CUT_SEEN:
            fate[r] |= CLOSED if luck < CUT_UNSEEN else IF_SEEN
            fated[count] = r
            count += 1
    return count


@kernel(nogil=True)
def overlooked(what, side, today, land, turn):
    """Whether ground that the side does not hold sees a place, or a route (numbered after the places)."""
    for n in range(land.watch_start[what], land.watch_start[what + 1]):
        if today[land.watchers[n]] != side and (land.watch_bits[n] >> turn) & np.uint64(1):
            return True
    return False


@kernel(inline="always")
def passable(r, side, today, land, fate, turn):
    """Whether a route is open to a side; nothing can close route -1, and nothing does most others."""
    return r < 0 or fate[r] == 0 or unhindered(r, side, today, land, fate[r], turn)


@kernel(nogil=True)
def unhindered(r, side, today, land, fate, turn):
    """Whether nothing closes a route that its `fate` lets something close."""
    if fate & CLOSED or (fate & IF_SEEN and overlooked(len(today) + r, side, today, land, turn)):
        return False
    closed = False
    for n in range(land.pass_start[r], land.pass_start[r + 1]):
        closed |= today[land.passes[n]] != side
    return not closed


@kernel(nogil=True)
def flood(origins, side, today, land, ways, fate, turn, road_in, queue):
    """Fill `road_in` with how supplies reach a side's places from its own among `origins`; `queue` (P,) is scratch."""
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
            if (
                road_in[other] == NOTHING
                and today[other] == side
                and passable(ways.route[e], side, today, land, fate, turn)
            ):
                road_in[other] = e
                queue[tail] = other
                tail += 1
    return tail


@kernel(nogil=True)
def resupply(side, changed, count, was, today, land, ways, fate, fated, turn, road_in, loose, queue):
    """Bring a side's `road_in` up to date after `changed[:count]` went from `was` to what they are `today`.

    And after the routes `fated` met their fate. What hung on a place that was lost, or on a road that is closed now,
    comes loose, and with it all that hung on that; then the loose, and what was gained, look for a way in. Returns how
    many of `loose` and of `queue`, (P,) each, tell which places supplies ceased to reach, perhaps, and which they have
    reached since.
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
        hanging = land.hanging[land.hang_start[i] : land.hang_start[i + 1]]
        parted = close(hanging, side, today, land, ways, fate, turn, road_in, loose, parted)
    parted = close(fated, side, today, land, ways, fate, turn, road_in, loose, parted)
    head = 0
    while head < parted:
        place = loose[head]
        head += 1
        for e in range(ways.start[place], ways.start[place + 1]):
            if road_in[ways.target[e]] == e:
                road_in[ways.target[e]] = NOTHING
                loose[parted] = ways.target[e]
                parted += 1
    tail = enter(loose[:parted], side, today, land, ways, fate, turn, road_in, queue, 0)
    tail = enter(changed[:count], side, today, land, ways, fate, turn, road_in, queue, tail)
    for n in range(count):
        i = changed[n]
        if today[i] == side:
            for h in range(land.hang_start[i], land.hang_start[i + 1]):
                r = land.hanging[h]
                along = ways.target[ways.along[ways.along_start[r] : ways.along_start[r + 1]]]
                tail = enter(along, side, today, land, ways, fate, turn, road_in, queue, tail)
    return parted, spread(-1, side, today, land, ways, fate, turn, road_in, queue, tail)


@kernel(nogil=True)
def close(routes, side, today, land, ways, fate, turn, road_in, loose, parted):
    """Add to `loose[:parted]` what `routes` supplied that are closed to the side now; returns how many there are."""
    for r in routes:
        for x in range(ways.along_start[r], ways.along_start[r + 1]):
            e = ways.along[x]
            if road_in[ways.target[e]] == e and not passable(r, side, today, land, fate, turn):
                road_in[ways.target[e]] = NOTHING
                loose[parted] = ways.target[e]
                parted += 1
    return parted


@kernel(nogil=True)
def enter(places, side, today, land, ways, fate, turn, road_in, queue, tail):
    """Add to `queue[:tail]` those of `places` that supplies had not reached and reach now; returns how many there are.

    A source is reached, and a place with a road in from one that is.
    """
    for place in places:
        if today[place] != side or road_in[place] != NOTHING:
            continue
        if land.is_source[side, place]:
            road_in[place] = ORIGIN
        for x in range(ways.back_start[place], ways.back_start[place + 1]):
            if road_in[place] != NOTHING:
                break
            if road_in[ways.origin[x]] != NOTHING and passable(ways.back_route[x], side, today, land, fate, turn):
                road_in[place] = ways.back[x]
        if road_in[place] != NOTHING:
            queue[tail] = place
            tail += 1
    return tail


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
    there = False
    for n in range(tail):
        there |= land.sector[queue[n]] == b
    return there


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
