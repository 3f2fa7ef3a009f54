"""What drawn histories say of the war so far, compiled."""

from __future__ import annotations

import numpy as np
from numba import prange

from vedette.campaign._front_kernels import listed, shift
from vedette.campaign._stand_kernels import Stand, set_out
from vedette.campaign._supply_kernels import NOTHING, resupply
from vedette.compiled import kernel


@kernel(parallel=True, nogil=True)
def exposure(common, control, level_of, land, ways, hazard, tempo, memory, forced, challenged, due, stages):
    """Count, in each of M drawn histories, what was challenged, and what the daily step made one expect.

    common                               a `Stand` near that of their first day
    control           (M, P, T) int8     the histories
    land, ways                           as in `_kernels`; every road is open to who holds the places along it
    hazard, tempo     (M, LEVELS), (M, W, K)  the daily step of each
    memory            (N,)               days after which a day counts for half
    forced            (P,) bool          places out of reach, left out
    challenged, due   (N, M, 2, K, J)    overwritten: by whether cut off, holder and sector
    stages            (M, 3)             overwritten: challenges carried at once, days of contest, contests settled
    """
    for m in prange(len(control)):
        follow(
            common, control[m], level_of, land, ways, hazard[m], tempo[m], memory, forced, challenged[:, m], due[:, m],
            stages[m],
        )  # fmt: skip


@kernel(nogil=True)
def follow(common, control, level_of, land, ways, hazard, tempo, memory, forced, challenged, due, stages):
    """One history (P, T), as `exposure` has it."""
    places, days = control.shape
    sides = tempo.shape[1]
    challenged[:] = 0.0
    due[:] = 0.0
    stages[:] = 0.0
    start, changing = changes_of(control)
    today, near, front, road_in = (
        control[:, 0].copy(), np.empty_like(common.near), np.empty_like(common.front), np.empty_like(common.road_in)
    )  # fmt: skip
    fated = np.empty(0, dtype=np.int32)
    turn = np.uint64(0)
    active, loose, queue, differ = (
        np.empty(places, dtype=np.int32), np.empty(places, dtype=np.int32), np.empty(places, dtype=np.int32),
        np.empty(places, dtype=np.int32),
    )  # fmt: skip
    was = np.empty(places, dtype=np.int8)
    own = Stand(today, near, front, road_in)
    set_out(common, own, land, ways, land.through, fated, turn, differ, was, loose, queue)
    for d in range(days - 1):
        for n in range(listed(front, active)):
            i = active[n]
            if forced[i]:
                continue
            state, then = today[i], control[i, d + 1]
            if state == sides:
                stages[1] += 1.0
                stages[2] += then != sides
                continue
            degree = land.start[i + 1] - land.start[i]
            level = level_of[degree, 2 * near[i, state] + near[i, sides]]
            if level == 0:
                continue
            alone = 1 if road_in[state, i] == NOTHING else 0
            rate = tempo[min(d // 7, len(tempo) - 1), state] * hazard[level]
            for k in range(len(memory)):
                weight = 0.5 ** ((days - 1 - d) / memory[k])
                due[k, alone, state, land.sector[i]] += weight * rate
                if then != state:
                    challenged[k, alone, state, land.sector[i]] += weight
            if then != state:
                stages[0] += then != sides
        changed = changing[start[d] : start[d + 1]]
        for n in range(len(changed)):
            was[n] = today[changed[n]]
            today[changed[n]] = control[changed[n], d + 1]
        shift(changed, len(changed), was, today, land.start, land.beside, near, front)
        for k in range(sides):
            if land.source_start[k + 1] > land.source_start[k]:
                resupply(
                    k,
                    changed,
                    len(changed),
                    was,
                    today,
                    land,
                    ways,
                    land.through,
                    fated,
                    turn,
                    road_in[k],
                    loose,
                    queue,
                )


@kernel(nogil=True)
def changes_of(control):
    """The places of a history (P, T) that change from each day to the next, in compressed rows by day, (T,)."""
    places, days = control.shape
    start = np.zeros(days, dtype=np.int64)
    for i in range(places):
        for d in range(days - 1):
            start[d + 1] += control[i, d] != control[i, d + 1]
    start[:] = np.cumsum(start)
    changing, at = np.empty(start[-1], dtype=np.int32), start.copy()
    for i in range(places):
        for d in range(days - 1):
            if control[i, d] != control[i, d + 1]:
                changing[at[d]] = i
                at[d] += 1
    return start, changing
