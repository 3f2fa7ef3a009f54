"""What drawn histories say of the war so far, compiled."""

from __future__ import annotations

import numpy as np
from numba import prange

from vedette.compiled import kernel
from vedette.situation._kernels import reach


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
