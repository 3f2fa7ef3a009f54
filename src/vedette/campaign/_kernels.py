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
from vedette.campaign._count_kernels import Tally, count_cut, tell, turn_over
from vedette.campaign._front_kernels import listed, shift
from vedette.campaign._luck_kernels import uniform
from vedette.campaign._stand_kernels import Stand, set_out
from vedette.campaign._supply_kernels import RESERVES_EVERY, draw_fates, overlooked, relieve, resupply
from vedette.compiled import kernel


class Land(NamedTuple):
    """P places with E neighbours, R routes, K sides, J sectors; compressed rows throughout.

    start, index             (P + 1,), (E,)  neighbours
    sector, spread           (P,), (J,)      the sector of each place; places in each sector
    source_start, sources    (K + 1,), (n,)  where each side's supplies come from; a side without any is supplied
    is_source                (K, P)          the same
    pass_start, passes       (R + 1,), (n,)  places that a route goes through
    through                  (R,)            `_supply_kernels.THROUGH` where it goes through any, or 0
    watch_start, watchers    (P + R + 1,), (n,)  from whose ground each place, and then each route, is seen
    watch_bits, realisations                 in which terrains
    hang_start, hanging      (P + 1,), (n,)  routes that are seen from a place's ground, or go through it
    worth, dear, area        (P, W), (P,), (P,)  see `CampaignGround`
    """

    start: NDArray[np.int32]
    beside: NDArray[np.int32]
    sector: NDArray[np.int64]
    spread: NDArray[np.float64]
    source_start: NDArray[np.int64]
    sources: NDArray[np.int64]
    is_source: NDArray[np.bool_]
    pass_start: NDArray[np.int64]
    passes: NDArray[np.int64]
    through: NDArray[np.int8]
    watch_start: NDArray[np.int64]
    watchers: NDArray[np.int64]
    watch_bits: NDArray[np.uint64]
    realisations: int
    hang_start: NDArray[np.int64]
    hanging: NDArray[np.int32]
    worth: NDArray[np.float64]
    dear: NDArray[np.bool_]
    area: NDArray[np.float64]


class Ways(NamedTuple):
    """E roads that are not cut, numbered in compressed rows out of each place, and listed anew into each place.

    start, target, route         (P + 1,), (E,), (E,)  where to, and over which route; -1: opened, and never seen
    back_start, origin           (P + 1,), (E,)        into each place: where from
    back_route, back             (E,), (E,)            over which route; the road's number
    along_start, along           (R + 1,), (n,)        numbers of the roads over each route
    """

    start: NDArray[np.int32]
    target: NDArray[np.int32]
    route: NDArray[np.int32]
    back_start: NDArray[np.int32]
    origin: NDArray[np.int32]
    back_route: NDArray[np.int32]
    back: NDArray[np.int32]
    along_start: NDArray[np.int32]
    along: NDArray[np.int32]


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

    pace             (D, K)  factor on the assaults of each side
    quiet            bool    a ceasefire is in force to begin with
    truce            int     a day on which the fighting ends, or -1
    kept             int     the day from which it does not begin again, or -1
    held_until       (P,)    a place is `keeper`'s and cannot be attacked before that day; 0 if it can
    lost_on          (P,)    a place is `taker`'s from that day on; -1 if not
    """

    pace: NDArray[np.float64]
    quiet: bool
    truce: int
    kept: int
    held_until: NDArray[np.int64]
    keeper: NDArray[np.int64]
    lost_on: NDArray[np.int64]
    taker: NDArray[np.int64]


@kernel(parallel=True, nogil=True)
def advance(
    common, control, holder, numbers, seed, level_of, land, ways, unknown, command, backers, fence, tally, outcome
):
    """Run M members D days forward; fills `tally`, which is 0, and `outcome`.

        common                                a `Stand` near that of the members on day 0
        control, holder         (M, P) int8   state as of day 0; the last side to have held each place
        numbers                 (M,)          the members' numbers, which their luck depends on
        level_of                              `dynamics.LEVEL_OF`
        land, ways, unknown, command, backers as above; unknown has M rows
        fence, tally, outcome                 as in `_count_kernels`

    O(M (P + E + R)) to begin with, and then as much as there is to do at the front. A member writes its own rows, a
    block its own tally, and tallies are whole numbers: neither threads nor blocks can change the answer.
    """
    blocks = len(tally.states)
    for b in prange(blocks):
        first, end = len(control) * b // blocks, len(control) * (b + 1) // blocks
        run_block(
            first, end, common, control, holder, numbers, seed, level_of, land, ways, unknown, command, backers, fence,
            Tally(tally.states[b : b + 1], tally.cut[b : b + 1], tally.front[b : b + 1]), outcome,
        )  # fmt: skip


@kernel(nogil=True)
def run_block(
    first,
    end,
    common,
    control,
    holder,
    numbers,
    seed,
    level_of,
    land,
    ways,
    unknown,
    command,
    backers,
    fence,
    tally,
    outcome,
):
    """Run the members from `first` to before `end`; see `advance`. `tally` is that of one block."""
    places = control.shape[1]
    days, sides = command.pace.shape
    sectors = unknown.strength.shape[2]
    today, near, front, road_in = (
        np.empty_like(common.today), np.empty_like(common.near), np.empty_like(common.front),
        np.empty_like(common.road_in),
    )  # fmt: skip
    own = Stand(today, near, front, road_in)
    last, through = np.empty(places, dtype=np.int8), np.empty(places, dtype=np.int32)
    alone = np.empty(places, dtype=np.bool_)  # no supplies reach the holder
    fate = np.empty(len(land.pass_start) - 1, dtype=np.int8)
    fated = np.empty(len(fate), dtype=np.int32)
    drive = np.empty(places)  # how much sooner a place is assaulted for its worth; -1 until somebody asks
    loose, queue = np.empty(places, dtype=np.int32), np.empty(places, dtype=np.int32)
    active, changed = np.empty(places, dtype=np.int32), np.empty(places, dtype=np.int32)
    into, was = np.empty(places, dtype=np.int8), np.empty(places, dtype=np.int8)
    falling = np.flatnonzero(command.lost_on >= 0)
    for m in range(first, end):
        number = numbers[m]
        held, began = np.zeros(sides), np.zeros(sides)  # places each side was the last to hold: now, at first
        touched = np.zeros(sides, dtype=np.bool_)
        force = unknown.strength[m].copy()
        whole = total(force)
        pull = np.empty((sides, sectors))  # strength to the power of odds
        spent, fights = np.zeros((sides, sectors)), np.zeros((sides, sectors))  # of today; of the week, as defender
        firm = unknown.resolve[m] ** unknown.odds[m]
        turn = np.uint64(number % land.realisations)
        stale = True
        ended, steps, left, area = outcome.ended, outcome.steps, outcome.left, outcome.area[m]
        ended[m] = 0 if command.quiet else -1
        steps[m] = 0
        for i in range(places):
            today[i], last[i] = control[m, i], holder[m, i]
            if command.held_until[i] > 0:
                today[i] = last[i] = command.keeper[i]
            if command.lost_on[i] == 0:
                today[i] = last[i] = command.taker[i]
            began[last[i]] += 1.0
        held[:] = began
        drive[:] = -1.0
        met = draw_fates(seed, number, land.through, fate, fated)
        set_out(common, own, land, ways, fate, fated[:met], turn, changed, was, loose, queue)
        tell(today, holder[m], road_in, land, fence, alone, tally, outcome.fell[m], area)
        for d in range(days + 1):
            left[m] = total(force) / whole
            if d == days:
                break
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
                    stale |= relieve(force, fights, unknown.reserves[m], today, land, ways, fate, turn, through, queue)
                    fights[:] = 0.0
                if stale:
                    weigh(force, steps[m], backers, unknown.more[m], unknown.air[m], unknown.odds[m], pull)
                    stale = False
            spent[:] = 0.0
            changes = 0
            for i in falling:
                if command.lost_on[i] == d + 1 and today[i] != command.taker[i]:
                    changed[changes], into[changes] = i, command.taker[i]
                    changes += 1
            fought_over = listed(front, active) if ended[m] < 0 else 0
            for n in range(fought_over):
                i = active[n]
                if d + 1 < command.held_until[i] or (command.lost_on[i] >= 0 and d + 1 >= command.lost_on[i]):
                    continue
                state = today[i]
                new = state
                defender, j = last[i], land.sector[i]
                attacker = strongest_beside(near[i], defender)
                stand = firm if land.dear[i] else 1.0
                fought = False
                if state < sides:
                    degree = land.start[i + 1] - land.start[i]
                    level = level_of[degree, 2 * near[i, state] + near[i, sides]]
                    if level > 0:
                        if drive[i] < 0.0:
                            wish = 0.0
                            for w in range(land.worth.shape[1]):
                                wish += land.worth[i, w] * unknown.worth[m, w]
                            drive[i] = np.exp(wish)
                        rate = unknown.tempo[m, d // 7, state] * unknown.hazard[m, level] * drive[i]
                        rate *= unknown.front[m, state, j] * command.pace[d, attacker]
                        rate *= pull[attacker, j] / (pull[state, j] * stand)
                        if alone[i]:
                            rate *= unknown.isolation[m]
                        if happens(seed, number, d, i, 0, rate):
                            new = attacker if uniform(seed, number, d, i, 1) < unknown.rush[m] else sides
                            fought = True
                        elif (
                            alone[i]
                            and overlooked(i, state, today, land, turn)
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
                if new != state:
                    changed[changes], into[changes] = i, new
                    changes += 1
            if stale:
                pay(force, spent, land.spread)
            area[d + 1] = area[d]
            touched[:] = False
            for n in range(changes):
                i, state, new = changed[n], today[changed[n]], into[n]
                was[n] = state
                turn_over(i, state, new, d + 1, today, land, fence, tally, area)
                if state < sides:
                    touched[state] = True
                if new < sides:
                    touched[new] = True
                    held[last[i]] -= 1.0
                    last[i] = new
                    held[new] += 1.0
                    if outcome.fell[m, i] < 0 and new != holder[m, i]:
                        outcome.fell[m, i] = d + 1
            shift(changed, changes, was, today, land.start, land.beside, near, front)
            for k in range(sides):
                if touched[k] and land.source_start[k + 1] > land.source_start[k]:
                    parted, reached = resupply(
                        k, changed, changes, was, today, land, ways, fate, fated[:0], turn, road_in[k], loose, queue
                    )
                    count_cut(loose, parted, d + 1, today, road_in, alone, tally)
                    count_cut(queue, reached, d + 1, today, road_in, alone, tally)
            count_cut(changed, changes, d + 1, today, road_in, alone, tally)
        outcome.final[m] = today
