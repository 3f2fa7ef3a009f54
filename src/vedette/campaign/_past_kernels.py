"""What drawn histories say of the war so far, compiled."""

from __future__ import annotations

import numpy as np
from numba import prange

from vedette.campaign._front_kernels import WORD, line_up, listed, shift
from vedette.campaign._supply_kernels import NOTHING, ORIGIN, flood, resupply
from vedette.compiled import kernel


@kernel(parallel=True, nogil=True)
def exposure(control, level_of, land, ways, hazard, tempo, memory, forced, challenged, due, stages):
    """Count, in each of M drawn histories, what was challenged, and what the daily step made one expect.

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
            control[m], level_of, land, ways, hazard[m], tempo[m], memory, forced, challenged[:, m], due[:, m],
            stages[m],
        )  # fmt: skip


@kernel(nogil=True)
def follow(control, level_of, land, ways, hazard, tempo, memory, forced, challenged, due, stages):
    """One history (P, T), as `exposure` has it."""
    places, days = control.shape
    sides = tempo.shape[1]
    challenged[:] = 0.0
    due[:] = 0.0
    stages[:] = 0.0
    today = control[:, 0].copy()
    start, changing = changes_of(control)
    near = np.empty((places, sides + 1), dtype=np.int32)
    front = np.zeros((places + WORD - 1) // WORD * WORD, dtype=np.uint8)
    road_in = np.full((sides, places), ORIGIN, dtype=np.int32)
    fate = np.zeros(len(land.pass_start) - 1, dtype=np.int8)
    no_turn = np.uint64(0)
    active, loose, queue = (
        np.empty(places, dtype=np.int64), np.empty(places, dtype=np.int64), np.empty(places, dtype=np.int64)
    )  # fmt: skip
    was = np.empty(places, dtype=np.int8)
    line_up(today, land.start, land.beside, near, front)
    for k in range(sides):
        mine = land.sources[land.source_start[k] : land.source_start[k + 1]]
        if len(mine):
            flood(mine, k, today, land, ways, fate, no_turn, road_in[k], queue)
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
                    k, changed, len(changed), was, today, land, ways, fate, no_turn, road_in[k], loose, queue
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
    changing, at = np.empty(start[-1], dtype=np.int64), start.copy()
    for i in range(places):
        for d in range(days - 1):
            if control[i, d] != control[i, d + 1]:
                changing[at[d]] = i
                at[d] += 1
    return start, changing
