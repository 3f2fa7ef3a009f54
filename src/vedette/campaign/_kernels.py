"""Thousands of members day by day, compiled.

`campaign.engine` checks; these trust. `campaign.reference` says the same in plain Python.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import prange
from numpy.typing import NDArray

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
FATES = 1000
"""Beyond `UNKNOWNS` and every parameter: what becomes of each road."""
CUT_UNSEEN, CUT_SEEN = 0.01, 0.10
"""P(a road is cut): nobody sees it; the enemy does. `situation` holds the same of the present, and says why."""
RESERVES_EVERY = 7
"""Days between two decisions on reserves: what takes a staff a week."""
MOST_A_DAY = 0.5
"""Of a sector's strength no more than this is lost in a day."""


class Land(NamedTuple):
    """P places with E neighbours, R routes, K sides, J sectors; compressed rows throughout.

    start, index             (P + 1,), (E,)  neighbours
    sector, spread           (P,), (J,)      the sector of each place; places in each sector
    source_start, sources    (K + 1,), (n,)  where each side's supplies come from; a side without any is supplied
    pass_start, passes       (R + 1,), (n,)  places that a route goes through
    eye_start, eye_target    (P + 1,), (n,)  what is seen from a place's ground: P places, then R routes
    eye_bits, realisations                   in which terrains
    worth, dear, area        (P, W), (P,), (P,)  see `CampaignGround`
    """

    start: NDArray[np.int32]
    beside: NDArray[np.int32]
    sector: NDArray[np.int64]
    spread: NDArray[np.float64]
    source_start: NDArray[np.int64]
    sources: NDArray[np.int64]
    pass_start: NDArray[np.int64]
    passes: NDArray[np.int64]
    eye_start: NDArray[np.int64]
    eye_target: NDArray[np.int64]
    eye_bits: NDArray[np.uint64]
    realisations: int
    worth: NDArray[np.float64]
    dear: NDArray[np.bool_]
    area: NDArray[np.float64]


class Unknowns(NamedTuple):
    """One row a member: see `Parameters`, whose arrays these are."""

    hazard: NDArray[np.float64]
    tempo: NDArray[np.float64]
    front: NDArray[np.float64]
    rush: NDArray[np.float64]
    settle: NDArray[np.float64]
    strength: NDArray[np.float64]
    odds: NDArray[np.float64]
    isolation: NDArray[np.float64]
    withdrawal: NDArray[np.float64]
    ceasefire: NDArray[np.float64]
    weariness: NDArray[np.float64]
    redline: NDArray[np.float64]
    answer: NDArray[np.float64]
    more: NDArray[np.float64]
    air: NDArray[np.float64]
    worth: NDArray[np.float64]
    resolve: NDArray[np.float64]
    toll: NDArray[np.float64]
    reserves: NDArray[np.float64]


class Commands(NamedTuple):
    """What a scenario tells the engine, for D days.

    road_start, road_target, road_route  roads out of each place that are not cut; -1: opened, and never seen
    backed           (K,)    whether anybody helps the side
    pace             (D, K)  factor on the assaults of each side
    truce            int     the day from which nobody attacks, or -1
    held_until       (P,)    a place is `keeper`'s and cannot be attacked before that day; 0 if it can
    lost_on          (P,)    a place is `taker`'s from that day on; -1 if not
    """

    road_start: NDArray[np.int64]
    road_target: NDArray[np.int64]
    road_route: NDArray[np.int64]
    backed: NDArray[np.bool_]
    pace: NDArray[np.float64]
    truce: int
    held_until: NDArray[np.int64]
    keeper: NDArray[np.int64]
    lost_on: NDArray[np.int64]
    taker: NDArray[np.int64]


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
def advance(control, holder, numbers, seed, level_of, land, unknown, command, out, cut, ended, steps, left):
    """Run M members D days forward; fills out and cut (M, D + 1, P), ended (M,), steps and left (M, K).

        control, holder  (M, P) int8       state as of day 0; the last side to have held each place
        numbers          (M,)              the members' numbers, which their luck depends on
        level_of                           `dynamics.LEVEL_OF`
        land, unknown, command             as above; unknown has M rows
        out, cut         int8, bool        the states; whether no supplies reach the place's holder
        ended            (M,)              the day the fighting ended, or -1
        steps            (M, K)            steps of more help that each side got
        left             (M, K)            share of its strength that each side has left

    O(M D K (P + E + R)). A member writes its own rows only, so the number of threads cannot change the answer.
    """
    members, places = control.shape
    days, sides = command.pace.shape
    sectors = unknown.strength.shape[2]
    routes = len(land.pass_start) - 1
    for m in prange(members):
        number = numbers[m]
        supplied = np.ones((sides, places), dtype=np.bool_)
        seen = np.empty(places, dtype=np.bool_)
        queue = np.empty(places, dtype=np.int64)
        near = np.zeros((places, sides + 1), dtype=np.int64)  # neighbours in each state, kept as places change
        changed = np.empty(places, dtype=np.int64)
        last = holder[m].copy()
        held, began = np.zeros(sides), np.zeros(sides)  # places each side was the last to hold: now, at first
        risen = np.zeros(sides, dtype=np.bool_)
        force = unknown.strength[m].copy()
        whole = total(force)
        pull = np.empty((sides, sectors))  # strength to the power of odds
        spent, fights = np.zeros((sides, sectors)), np.zeros((sides, sectors))  # of today; of the week, as defender
        firm = unknown.resolve[m] ** unknown.odds[m]
        drive = np.empty(places)  # how much sooner a place is assaulted for its worth
        for i in range(places):
            wish = 0.0
            for w in range(land.worth.shape[1]):
                wish += land.worth[i, w] * unknown.worth[m, w]
            drive[i] = np.exp(wish)
        fate = np.empty(routes, dtype=np.int8)  # of each road: 0 open, 1 cut if the enemy sees it, 2 cut
        for r in range(routes):
            luck = uniform(seed, number, UNKNOWNS + FATES, r, 0)
            fate[r] = 2 if luck < CUT_UNSEEN else 1 if luck < CUT_SEEN else 0
        watchers = np.zeros((places + routes, sides + 1), dtype=np.int64)  # who sees each place and route, by state
        watched = np.zeros(places + routes, dtype=np.int64)
        turn = np.uint64(number % land.realisations)
        moved = stale = True
        touched = np.ones(sides, dtype=np.bool_)  # sides that gained or lost a place: others' supplies are as they were
        ended[m] = -1
        steps[m] = 0
        for i in range(places):
            out[m, 0, i] = control[m, i]
            if command.held_until[i] > 0:
                out[m, 0, i] = command.keeper[i]
                last[i] = command.keeper[i]
            if command.lost_on[i] == 0:
                out[m, 0, i] = command.taker[i]
                last[i] = command.taker[i]
            began[last[i]] += 1.0
        held[:] = began
        for i in range(places):
            for e in range(land.start[i], land.start[i + 1]):
                near[i, out[m, 0, land.beside[e]]] += 1
            for e in range(land.eye_start[i], land.eye_start[i + 1]):
                if (land.eye_bits[e] >> turn) & np.uint64(1):
                    watchers[land.eye_target[e], out[m, 0, i]] += 1
                    watched[land.eye_target[e]] += 1
        for d in range(days + 1):
            today = out[m, d]
            if moved:
                for k in range(sides):
                    if touched[k] and land.source_start[k + 1] > land.source_start[k]:
                        mine = land.sources[land.source_start[k] : land.source_start[k + 1]]
                        supply_over(mine, today, k, land, command, fate, watchers, watched, seen, queue)
                        supplied[k] = seen
                for i in range(places):
                    cut[m, d, i] = today[i] < sides and not supplied[today[i], i]
            else:
                cut[m, d] = cut[m, d - 1]
            left[m] = total(force) / whole
            if d == days:
                break
            then = out[m, d + 1]
            worst = 0.0
            for k in range(sides):
                if began[k] > 0.0:
                    worst = max(worst, 1.0 - held[k] / began[k] * left[m, k])
            peace = 1.0 - np.exp(-unknown.ceasefire[m] * np.exp(unknown.weariness[m] * worst))
            over = command.truce >= 0 and d >= command.truce
            if ended[m] < 0 and (over or uniform(seed, number, d, places, 2) < peace):
                ended[m] = d
            if ended[m] < 0:
                for k in range(sides):
                    lost = 1.0 - held[k] / began[k] if began[k] > 0.0 else 0.0
                    reason = lost > unknown.redline[m, k] * (steps[m, k] + 1)
                    for other in range(sides):
                        reason |= steps[m, other] > steps[m, k]
                    risen[k] = (
                        command.backed[k]
                        and reason
                        and steps[m, k] < HELP_STEPS
                        and uniform(seed, number, d, places + 1 + k, 2) < 1.0 - np.exp(-unknown.answer[m])
                    )
                for k in range(sides):
                    steps[m, k] += risen[k]
                    stale |= risen[k]
                if d > 0 and d % RESERVES_EVERY == 0:
                    for k in range(sides):
                        a, b = relief(force[k], fights[k], today, k, land.sector)
                        if a >= 0:
                            supply_over(
                                np.flatnonzero(land.sector == a), today, k, land, command, fate, watchers, watched,
                                seen, queue,
                            )  # fmt: skip
                            if (seen & (land.sector == b)).any():
                                sent = unknown.reserves[m] * force[k, a]
                                force[k, a] -= sent
                                force[k, b] += sent
                                stale = True
                    fights[:] = 0.0
                if stale:
                    weigh(force, steps[m], unknown.more[m], unknown.air[m], unknown.odds[m], pull)
                    stale = False
            moved = False
            touched[:] = False
            changes = 0
            spent[:] = 0.0
            for i in range(places):
                state = today[i]
                new = state
                if command.lost_on[i] >= 0 and d + 1 >= command.lost_on[i]:
                    new = command.taker[i]
                elif d + 1 < command.held_until[i]:
                    new = command.keeper[i]
                elif ended[m] < 0 and (
                    state == sides or near[i, state] + near[i, sides] < land.start[i + 1] - land.start[i]
                ):
                    defender, j = last[i], land.sector[i]
                    attacker = -1
                    for k in range(sides):
                        if k != defender and near[i, k] > 0 and (attacker < 0 or near[i, k] > near[i, attacker]):
                            attacker = k
                    stand = firm if land.dear[i] else 1.0
                    fought = False
                    if state < sides:
                        degree = land.start[i + 1] - land.start[i]
                        level = level_of[degree, 2 * near[i, state] + near[i, sides]]
                        if level > 0:
                            alone = not supplied[state, i]
                            rate = unknown.tempo[m, d // 7, state] * unknown.hazard[m, level] * drive[i]
                            rate *= unknown.front[m, state, j] * command.pace[d, attacker]
                            rate *= pull[attacker, j] / (pull[state, j] * stand)
                            if alone:
                                rate *= unknown.isolation[m]
                            if uniform(seed, number, d, i, 0) < 1.0 - np.exp(-rate):
                                new = attacker if uniform(seed, number, d, i, 1) < unknown.rush[m] else sides
                                fought = True
                            elif (
                                alone
                                and watched[i] > watchers[i, state]
                                and uniform(seed, number, d, i, 3) < 1.0 - np.exp(-unknown.withdrawal[m])
                            ):
                                new = attacker
                    else:
                        fought = attacker >= 0
                        if uniform(seed, number, d, i, 0) < unknown.settle[m]:
                            new = settled(near[i], defender, pull[:, j], stand, uniform(seed, number, d, i, 1))
                    if fought:
                        fights[defender, j] += 1.0
                        spent[attacker, j] += unknown.toll[m, 0]
                        spent[defender, j] += unknown.toll[m, 1] * (unknown.resolve[m] if land.dear[i] else 1.0)
                        stale = True
                then[i] = new
                if new != state:
                    moved = True
                    changed[changes] = i
                    changes += 1
                    if state < sides:
                        touched[state] = True
                    if new < sides:
                        touched[new] = True
                        held[last[i]] -= 1.0
                        last[i] = new
                        held[new] += 1.0
            if stale:
                for k in range(sides):
                    for j in range(sectors):
                        force[k, j] *= 1.0 - min(spent[k, j] / land.spread[j], MOST_A_DAY)
            for n in range(changes):
                i = changed[n]
                for e in range(land.start[i], land.start[i + 1]):
                    near[land.beside[e], today[i]] -= 1
                    near[land.beside[e], then[i]] += 1
                for e in range(land.eye_start[i], land.eye_start[i + 1]):
                    if (land.eye_bits[e] >> turn) & np.uint64(1):
                        watchers[land.eye_target[e], today[i]] -= 1
                        watchers[land.eye_target[e], then[i]] += 1


@kernel(nogil=True)
def total(force):
    """The strength of each side, (K,), from (K, J)."""
    out = np.zeros(len(force))
    for k in range(len(force)):
        for j in range(force.shape[1]):
            out[k] += force[k, j]
    return out


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


@kernel(parallel=True, nogil=True)
def parted(out, borders, contested, front):
    """Add to front (D + 1, E) 2 for each of M members in which different sides hold a border's two places (E, 2).

    1 where one of the two is contested. A day is one thread's.
    """
    members, days, _ = out.shape
    for d in prange(days):
        for m in range(members):
            for e in range(len(borders)):
                one, two = out[m, d, borders[e, 0]], out[m, d, borders[e, 1]]
                if one != two:
                    front[d, e] += 1 if one == contested or two == contested else 2


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
