"""Thousands of members day by day, compiled.

`campaign.engine` checks; these trust. `campaign.reference` says the same in plain Python.
"""

from __future__ import annotations

import numpy as np
from numba import prange

from vedette.compiled import kernel
from vedette.dynamics import FOOTHOLD
from vedette.situation._kernels import reach

MIX_A = np.uint64(0xBF58476D1CE4E5B9)
MIX_B = np.uint64(0x94D049BB133111EB)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@kernel(inline="always")
def mixed(x):
    """Scramble 64 bits (splitmix64; Steele, Lea and Flood 2014)."""
    x = (x ^ (x >> np.uint64(30))) * MIX_A
    x = (x ^ (x >> np.uint64(27))) * MIX_B
    return x ^ (x >> np.uint64(31))


@kernel(inline="always")
def uniform(seed, member, day, place, use):
    """A number in [0, 1) that depends on these five alone: other members, days and scenarios never move it."""
    x = mixed(np.uint64(seed) * GOLDEN + np.uint64(member))
    x = mixed(x * GOLDEN + np.uint64(day))
    x = mixed(x * GOLDEN + np.uint64(place) * np.uint64(4) + np.uint64(use))
    return np.float64(x >> np.uint64(11)) * 2.0**-53


@kernel(parallel=True, nogil=True)
def advance(
    control, holder, numbers, seed, start, index, level_of, sector, out_start, out_target, source_start, sources,
    hazard, tempo, rush, settle, odds, isolation, withdrawal, ceasefire, strength, pace, truce, held_until, keeper,
    lost_on, taker, out, ended,
):  # fmt: skip
    """Run M members D days forward; fills out (M, D + 1, P) int8 and ended (M,), the day the fighting ended or -1.

        control, holder  (M, P) int8       state as of day 0; the last side to have held each place
        numbers          (M,)              the members' numbers, which their luck depends on
        start, index     (P + 1,), (E,)    neighbours; level_of is `dynamics.LEVEL_OF`
        sector           (P,)              of each place
        out_start, out_target              open roads out of each place
        source_start, sources  (K + 1,), (n,)  where each side's supplies come from; a side without any is supplied
        hazard ... strength                as in `Parameters`, strength (M, K, J)
        pace             (D, K)            factor on the assaults of each side
        truce            int               the day from which nobody attacks, or -1
        held_until       (P,)              a place is `keeper`'s and cannot be attacked before that day; 0 if it can
        lost_on          (P,)              a place is `taker`'s from that day on; -1 if not

    O(M D K (P + E)). A member writes its own rows only, so the number of threads cannot change the answer.
    """
    members, places = control.shape
    days, sides = pace.shape
    for m in prange(members):
        supplied = np.ones((sides, places), dtype=np.bool_)
        seen = np.empty(places, dtype=np.bool_)
        queue = np.empty(places, dtype=np.int64)
        near = np.zeros((places, sides + 1), dtype=np.int64)  # neighbours in each state, kept as places change
        changed = np.empty(places, dtype=np.int64)
        last = holder[m].copy()
        moved = True
        ended[m] = -1
        for i in range(places):
            out[m, 0, i] = control[m, i]
            if held_until[i] > 0:
                out[m, 0, i] = keeper[i]
                last[i] = keeper[i]
            if lost_on[i] == 0:
                out[m, 0, i] = taker[i]
                last[i] = taker[i]
        for i in range(places):
            for e in range(start[i], start[i + 1]):
                near[i, out[m, 0, index[e]]] += 1
        for d in range(days):
            today, then = out[m, d], out[m, d + 1]
            if ended[m] < 0 and (
                (truce >= 0 and d >= truce) or uniform(seed, numbers[m], d, places, 2) < 1.0 - np.exp(-ceasefire[m])
            ):
                ended[m] = d
            if ended[m] < 0 and moved:
                for k in range(sides):
                    if source_start[k + 1] > source_start[k]:
                        mine = sources[source_start[k] : source_start[k + 1]]
                        reach(out_start, out_target, mine, today == k, -1, seen, queue)
                        supplied[k] = seen
            moved = False
            number = 0
            for i in range(places):
                state = today[i]
                new = state
                if lost_on[i] >= 0 and d + 1 >= lost_on[i]:
                    new = taker[i]
                elif d + 1 < held_until[i]:
                    new = keeper[i]
                elif ended[m] < 0:
                    degree = start[i + 1] - start[i]
                    if state < sides and near[i, state] + near[i, sides] < degree:
                        attacker = -1
                        for k in range(sides):
                            if k != state and near[i, k] > 0 and (attacker < 0 or near[i, k] > near[i, attacker]):
                                attacker = k
                        level = level_of[degree, 2 * near[i, state] + near[i, sides]]
                        if attacker >= 0 and level > 0:
                            cut = not supplied[state, i]
                            force = strength[m, attacker, sector[i]] / strength[m, state, sector[i]]
                            rate = tempo[m, d // 7, state] * hazard[m, level] * pace[d, attacker] * force ** odds[m]
                            if cut:
                                rate *= isolation[m]
                            if uniform(seed, numbers[m], d, i, 0) < 1.0 - np.exp(-rate):
                                new = attacker if uniform(seed, numbers[m], d, i, 1) < rush[m] else sides
                            elif cut and uniform(seed, numbers[m], d, i, 3) < 1.0 - np.exp(-withdrawal[m]):
                                new = attacker
                    elif state == sides and uniform(seed, numbers[m], d, i, 0) < settle[m]:
                        new = settled(
                            near[i], last[i], strength[m, :, sector[i]], odds[m], uniform(seed, numbers[m], d, i, 1)
                        )
                then[i] = new
                if new != state:
                    moved = True
                    changed[number] = i
                    number += 1
                    if new < sides:
                        last[i] = new
            for n in range(number):
                i = changed[n]
                for e in range(start[i], start[i + 1]):
                    near[index[e], today[i]] -= 1
                    near[index[e], then[i]] += 1


@kernel(inline="always")
def settled(near, last, strength, odds, luck):
    """Who comes out of a contest, in proportion to its neighbours and its force; the last holder is asked first."""
    sides = len(strength)
    total = 0.0
    for k in range(sides):
        total += (FOOTHOLD + near[k]) * strength[k] ** odds
    upto = 0.0
    for n in range(sides):
        k = (last + n) % sides
        upto += (FOOTHOLD + near[k]) * strength[k] ** odds
        if luck * total < upto:
            return k
    return last
