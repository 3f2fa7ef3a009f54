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

HELP_STEPS = 2
"""More of the help there is, then the air closed to the other side."""
UNKNOWNS = 1_000_000
"""Beyond the last day of any run: numbers drawn there are a member's parameters."""


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


@kernel(nogil=True)
def uniforms(seed, members, use, count):
    """(M, count) numbers in [0, 1) for what the members do not know; `use` names it, and no day of a run uses them."""
    out = np.empty((len(members), count))
    for m in range(len(members)):
        for n in range(count):
            out[m, n] = uniform(seed, members[m], UNKNOWNS + use, n, 0)
    return out


@kernel(parallel=True, nogil=True)
def advance(
    control, holder, numbers, seed, start, index, level_of, sector, out_start, out_target, source_start, sources,
    hazard, tempo, front, rush, settle, odds, isolation, withdrawal, ceasefire, weariness, strength, redline, answer,
    more, air, backed, pace, truce, held_until, keeper, lost_on, taker, out, cut, ended, steps,
):  # fmt: skip
    """Run M members D days forward; fills out and cut (M, D + 1, P), ended (M,) and steps (M, K).

        control, holder  (M, P) int8       state as of day 0; the last side to have held each place
        numbers          (M,)              the members' numbers, which their luck depends on
        start, index     (P + 1,), (E,)    neighbours; level_of is `dynamics.LEVEL_OF`
        sector           (P,)              of each place
        out_start, out_target              open roads out of each place
        source_start, sources  (K + 1,), (n,)  where each side's supplies come from; a side without any is supplied
        hazard ... air                     as in `Parameters`, strength (M, K, J)
        backed           (K,)              whether anybody helps the side
        pace             (D, K)            factor on the assaults of each side
        truce            int               the day from which nobody attacks, or -1
        held_until       (P,)              a place is `keeper`'s and cannot be attacked before that day; 0 if it can
        lost_on          (P,)              a place is `taker`'s from that day on; -1 if not
        out, cut         int8, bool        the states; whether no supplies reach the place's holder
        ended            (M,)              the day the fighting ended, or -1
        steps            (M, K)            steps of more help that each side got

    O(M D K (P + E)). A member writes its own rows only, so the number of threads cannot change the answer.
    """
    members, places = control.shape
    days, sides = pace.shape
    sectors = strength.shape[2]
    for m in prange(members):
        supplied = np.ones((sides, places), dtype=np.bool_)
        seen = np.empty(places, dtype=np.bool_)
        queue = np.empty(places, dtype=np.int64)
        near = np.zeros((places, sides + 1), dtype=np.int64)  # neighbours in each state, kept as places change
        changed = np.empty(places, dtype=np.int64)
        last = holder[m].copy()
        pull = np.empty((sides, sectors))  # strength to the power of odds
        held, began = np.zeros(sides), np.zeros(sides)  # places each side was the last to hold: now, at first
        risen = np.zeros(sides, dtype=np.bool_)
        moved = True
        ended[m] = -1
        steps[m] = 0
        for i in range(places):
            out[m, 0, i] = control[m, i]
            if held_until[i] > 0:
                out[m, 0, i] = keeper[i]
                last[i] = keeper[i]
            if lost_on[i] == 0:
                out[m, 0, i] = taker[i]
                last[i] = taker[i]
            began[last[i]] += 1.0
        held[:] = began
        weigh(strength[m], steps[m], more[m], air[m], odds[m], pull)
        for i in range(places):
            for e in range(start[i], start[i + 1]):
                near[i, out[m, 0, index[e]]] += 1
        for d in range(days + 1):
            today = out[m, d]
            if moved:
                for k in range(sides):
                    if source_start[k + 1] > source_start[k]:
                        mine = sources[source_start[k] : source_start[k + 1]]
                        reach(out_start, out_target, mine, today == k, -1, seen, queue)
                        supplied[k] = seen
                for i in range(places):
                    cut[m, d, i] = today[i] < sides and not supplied[today[i], i]
            else:
                cut[m, d] = cut[m, d - 1]
            if d == days:
                break
            then = out[m, d + 1]
            worst = 0.0
            for k in range(sides):
                if began[k] > 0.0:
                    worst = max(worst, 1.0 - held[k] / began[k])
            peace = 1.0 - np.exp(-ceasefire[m] * np.exp(weariness[m] * worst))
            if ended[m] < 0 and ((truce >= 0 and d >= truce) or uniform(seed, numbers[m], d, places, 2) < peace):
                ended[m] = d
            if ended[m] < 0:
                for k in range(sides):
                    lost = 1.0 - held[k] / began[k] if began[k] > 0.0 else 0.0
                    reason = lost > redline[m, k] * (steps[m, k] + 1)
                    for other in range(sides):
                        reason |= steps[m, other] > steps[m, k]
                    risen[k] = (
                        backed[k]
                        and reason
                        and steps[m, k] < HELP_STEPS
                        and uniform(seed, numbers[m], d, places + 1 + k, 2) < 1.0 - np.exp(-answer[m])
                    )
                if risen.any():
                    for k in range(sides):
                        steps[m, k] += risen[k]
                    weigh(strength[m], steps[m], more[m], air[m], odds[m], pull)
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
                            alone = not supplied[state, i]
                            force = pull[attacker, sector[i]] / pull[state, sector[i]]
                            rate = tempo[m, d // 7, state] * hazard[m, level] * pace[d, attacker] * force
                            rate *= front[m, state, sector[i]]
                            if alone:
                                rate *= isolation[m]
                            if uniform(seed, numbers[m], d, i, 0) < 1.0 - np.exp(-rate):
                                new = attacker if uniform(seed, numbers[m], d, i, 1) < rush[m] else sides
                            elif alone and uniform(seed, numbers[m], d, i, 3) < 1.0 - np.exp(-withdrawal[m]):
                                new = attacker
                    elif state == sides and uniform(seed, numbers[m], d, i, 0) < settle[m]:
                        new = settled(near[i], last[i], pull[:, sector[i]], uniform(seed, numbers[m], d, i, 1))
                then[i] = new
                if new != state:
                    moved = True
                    changed[number] = i
                    number += 1
                    if new < sides:
                        held[last[i]] -= 1.0
                        last[i] = new
                        held[new] += 1.0
            for n in range(number):
                i = changed[n]
                for e in range(start[i], start[i + 1]):
                    near[index[e], today[i]] -= 1
                    near[index[e], then[i]] += 1


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


@kernel(parallel=True, nogil=True)
def tally(out, cut, area, counts, isolated, held):
    """Add M members' days to counts (D + 1, P, S) and isolated (D + 1, P); fill held (M, D + 1, K), area by side.

    A day is one thread's, and a member's areas are added up in the order of places: the same bytes on any number.
    """
    members, days, places = out.shape
    sides = held.shape[2]
    for d in prange(days):
        for m in range(members):
            for k in range(sides):
                held[m, d, k] = 0.0
            for i in range(places):
                state = out[m, d, i]
                counts[d, i, state] += 1
                isolated[d, i] += cut[m, d, i]
                if state < sides:
                    held[m, d, state] += area[i]


@kernel(inline="always")
def settled(near, last, pull, luck):
    """Who comes out of a contest, in proportion to its neighbours and its force; the last holder is asked first."""
    sides = len(pull)
    total = 0.0
    for k in range(sides):
        total += (FOOTHOLD + near[k]) * pull[k]
    upto = 0.0
    for n in range(sides):
        k = (last + n) % sides
        upto += (FOOTHOLD + near[k]) * pull[k]
        if luck * total < upto:
            return k
    return last


@kernel(parallel=True, nogil=True)
def exposure(
    control, start, index, level_of, sector, out_start, out_target, source_start, sources, hazard, tempo, memory,
    forced, challenged, due, stages,
):  # fmt: skip
    """Count, in each of M drawn histories, what was challenged, and what the daily step made one expect.

    control           (M, P, T) int8     the histories
    hazard, tempo     (M, LEVELS), (M, W, K)  the daily step of each
    memory            float              days after which a day counts for half
    forced            (P,) bool          places out of reach, left out
    challenged, due   (M, 2, K, J)       overwritten: by whether cut off, holder and sector
    stages            (M, 3)             overwritten: challenges carried at once, days of contest, contests settled
    """
    members, places, days = control.shape
    sides = tempo.shape[2]
    for m in prange(members):
        supplied = np.ones((sides, places), dtype=np.bool_)
        seen = np.empty(places, dtype=np.bool_)
        queue = np.empty(places, dtype=np.int64)
        near = np.zeros(sides + 1, dtype=np.int64)
        challenged[m] = 0.0
        due[m] = 0.0
        stages[m] = 0.0
        for d in range(days - 1):
            weight = 0.5 ** ((days - 1 - d) / memory)
            today = control[m, :, d].copy()
            for k in range(sides):
                if source_start[k + 1] > source_start[k]:
                    mine = sources[source_start[k] : source_start[k + 1]]
                    reach(out_start, out_target, mine, today == k, -1, seen, queue)
                    supplied[k] = seen
            for i in range(places):
                if forced[i]:
                    continue
                state, then = today[i], control[m, i, d + 1]
                if state == sides:
                    stages[m, 1] += 1.0
                    stages[m, 2] += then != sides
                    continue
                near[:] = 0
                for e in range(start[i], start[i + 1]):
                    near[today[index[e]]] += 1
                degree = start[i + 1] - start[i]
                level = level_of[degree, 2 * near[state] + near[sides]]
                if near[state] + near[sides] == degree or level == 0:
                    continue
                alone = 0 if supplied[state, i] else 1
                rate = tempo[m, min(d // 7, tempo.shape[1] - 1), state] * hazard[m, level]
                due[m, alone, state, sector[i]] += weight * rate
                if then != state:
                    challenged[m, alone, state, sector[i]] += weight
                    stages[m, 0] += then != sides
