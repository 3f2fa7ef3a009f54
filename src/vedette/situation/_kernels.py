"""Reachability over roads, in every draw. Callers check; these trust."""

from __future__ import annotations

import numpy as np
from numba import prange

from vedette.compiled import kernel


@kernel(nogil=True)
def reach(start, target, sources, holds, without, seen, queue):
    """Mark what can be reached from `sources` over held places.

    For P places and E directed roads in compressed rows:

        start, target  (P + 1,), (E,)  roads out of each place
        sources        (n,)            where supplies come from
        holds          (P,) bool       places that may be passed
        without        int             a place taken out of the network, or -1
        seen           (P,) bool       overwritten
        queue          (P,)            scratch

    Breadth first; O(P + E).
    """
    seen[:] = False
    tail = 0
    for s in sources:
        if holds[s] and s != without and not seen[s]:
            seen[s] = True
            queue[tail] = s
            tail += 1
    head = 0
    while head < tail:
        place = queue[head]
        head += 1
        for e in range(start[place], start[place + 1]):
            other = target[e]
            if not seen[other] and holds[other] and other != without:
                seen[other] = True
                queue[tail] = other
                tail += 1


@kernel(parallel=True)
def supplied_places(start, target, back_start, back_target, sources, control, side, out):
    """For each of M draws and P places: can supplies of `side` get there? out (M, P) bool, overwritten.

    They pass over held places only, but may end at one that is not: a place is supplied
    if it is a held source, or if some road leads to it from a place that is held and
    reached. `back_start`, `back_target` list the places from which a road leads to each.
    """
    members, places = control.shape
    for m in prange(members):
        holds = control[m] == side
        seen = np.empty(places, dtype=np.bool_)
        queue = np.empty(places, dtype=np.int64)
        reach(start, target, sources, holds, -1, seen, queue)
        for i in range(places):
            out[m, i] = seen[i]
            for e in range(back_start[i], back_start[i + 1]):
                if seen[back_target[e]]:
                    out[m, i] = True
                    break
