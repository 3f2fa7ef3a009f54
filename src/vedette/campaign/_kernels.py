"""Thousands of members day by day, compiled.

`campaign.engine` checks; these trust. `campaign.reference` says the same in plain Python.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import prange
from numpy.typing import NDArray

from vedette.campaign._combat_kernels import (
    happens,
    pay,
    rise,
    settled,
    strongest_beside,
    total,
    weariness_of,
    weigh,
)
from vedette.campaign._luck_kernels import uniform
from vedette.campaign._supply_kernels import RESERVES_EVERY, fates_of, relieve, supply_over
from vedette.compiled import kernel


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
    breach: NDArray[np.float64]
    weariness: NDArray[np.float64]
    redline: NDArray[np.float64]
    answer: NDArray[np.float64]
    more: NDArray[np.float64]
    air: NDArray[np.float64]
    worth: NDArray[np.float64]
    resolve: NDArray[np.float64]
    toll: NDArray[np.float64]
    reserves: NDArray[np.float64]


class Backers(NamedTuple):
    """B backers in arrays.

    side, most, closes      (B,)            whom each helps; the steps it can take; whether the last closes the air
    bound_start, bound      (B + 1,), (n,)  the places that each waits for, `support.Backer.only_if`
    """

    side: NDArray[np.int64]
    most: NDArray[np.int64]
    closes: NDArray[np.bool_]
    bound_start: NDArray[np.int64]
    bound: NDArray[np.int64]


class Commands(NamedTuple):
    """What a scenario tells the engine, for D days.

    road_start, road_target, road_route  roads out of each place that are not cut; -1: opened, and never seen
    pace             (D, K)  factor on the assaults of each side
    truce            int     a day on which the fighting ends, or -1
    kept             int     the day from which it does not begin again, or -1
    held_until       (P,)    a place is `keeper`'s and cannot be attacked before that day; 0 if it can
    lost_on          (P,)    a place is `taker`'s from that day on; -1 if not
    """

    road_start: NDArray[np.int64]
    road_target: NDArray[np.int64]
    road_route: NDArray[np.int64]
    pace: NDArray[np.float64]
    truce: int
    kept: int
    held_until: NDArray[np.int64]
    keeper: NDArray[np.int64]
    lost_on: NDArray[np.int64]
    taker: NDArray[np.int64]


@kernel(parallel=True, nogil=True)
def advance(control, holder, numbers, seed, level_of, land, unknown, command, backers, out, cut, ended, steps, left):
    """Run M members D days forward; fills out and cut (M, D + 1, P), ended (M,), steps (M, B), left (M, K).

        control, holder  (M, P) int8       state as of day 0; the last side to have held each place
        numbers          (M,)              the members' numbers, which their luck depends on
        level_of                           `dynamics.LEVEL_OF`
        land, unknown, command, backers    as above; unknown has M rows
        out, cut         int8, bool        the states; whether no supplies reach the place's holder
        ended            (M,)              the day the fighting last ended, or -1 where it goes on
        steps            (M, B)            steps of more help that each backer took
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
        fate = fates_of(seed, number, routes)
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
            weary = unknown.weariness[m] * weariness_of(held, began, left[m])
            if ended[m] >= 0:
                held_to = d == command.truce or 0 <= command.kept <= d
                if not held_to and happens(seed, number, d, places, 3, unknown.breach[m]):
                    ended[m] = -1
            elif d == command.truce or happens(seed, number, d, places, 2, unknown.ceasefire[m] * np.exp(weary)):
                ended[m] = d
            if ended[m] < 0:
                stale |= rise(
                    seed, number, d, today, held, began, backers, unknown.redline[m], unknown.answer[m],
                    steps[m],
                )  # fmt: skip
                if d > 0 and d % RESERVES_EVERY == 0:
                    stale |= relieve(
                        force, fights, unknown.reserves[m], today, land, command, fate, watchers, watched, seen, queue
                    )
                    fights[:] = 0.0
                if stale:
                    weigh(force, steps[m], backers, unknown.more[m], unknown.air[m], unknown.odds[m], pull)
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
                    attacker = strongest_beside(near[i], defender)
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
                            if happens(seed, number, d, i, 0, rate):
                                new = attacker if uniform(seed, number, d, i, 1) < unknown.rush[m] else sides
                                fought = True
                            elif (
                                alone
                                and watched[i] > watchers[i, state]
                                and happens(seed, number, d, i, 3, unknown.withdrawal[m])
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
                pay(force, spent, land.spread)
            for n in range(changes):
                i = changed[n]
                for e in range(land.start[i], land.start[i + 1]):
                    near[land.beside[e], today[i]] -= 1
                    near[land.beside[e], then[i]] += 1
                for e in range(land.eye_start[i], land.eye_start[i + 1]):
                    if (land.eye_bits[e] >> turn) & np.uint64(1):
                        watchers[land.eye_target[e], today[i]] -= 1
                        watchers[land.eye_target[e], then[i]] += 1


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
