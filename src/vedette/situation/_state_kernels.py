"""The state of every route and the supply of every place, draw by draw. Callers check; these trust."""

from __future__ import annotations

import numpy as np
from numba import prange

from vedette.compiled import kernel

OPEN, UNDER_FIRE, CUT = 0, 1, 2


@kernel(nogil=True)
def state_of(exposed, luck, prior, told):
    """Open, under fire or cut: drawn from prior[exposed] x told, the likelihood of what is claimed (3,).

    By quantile `luck`.
    """
    p_open = prior[exposed, OPEN] * told[OPEN]
    p_fire = prior[exposed, UNDER_FIRE] * told[UNDER_FIRE]
    p_cut = prior[exposed, CUT] * told[CUT]
    at = luck * (p_open + p_fire + p_cut)
    if at < p_open:
        return OPEN
    return UNDER_FIRE if at < p_open + p_fire else CUT


@kernel(nogil=True)
def route_states(
    holder, side, contested, ends, pass_start, passes, watch_start, watchers, watch_bits, bit, prior, luck, told, out
):  # fmt: skip
    """The state of each of R routes for `side` in one draw, into `out` (R,) uint8.

        holder (P,)            states on the day
        ends (R, 2); pass_start (R + 1,), passes   places on the way
        watch_start (R + 1,), watchers, watch_bits places from whose ground some of the route is seen, in the
        realisations
                               of the terrain whose bits are set; `bit` is the draw's
        luck (R,)  in [0, 1), told (R, 3)          as in `state_of`

    A route is cut where the enemy holds an end, or where the side does not hold a place on the way.
    """
    for r in range(len(ends)):
        a, b = holder[ends[r, 0]], holder[ends[r, 1]]
        shut = (a != side and a != contested) or (b != side and b != contested)
        for n in range(pass_start[r], pass_start[r + 1]):
            shut = shut or holder[passes[n]] != side
        if shut:
            out[r] = CUT
            continue
        exposed = 0
        for n in range(watch_start[r], watch_start[r + 1]):
            state = holder[watchers[n]]
            if state != side and state != contested and (watch_bits[n] >> bit) & np.uint64(1):
                exposed = 1
                break
        out[r] = state_of(exposed, luck[r], prior, told[r])


@kernel(nogil=True)
def spread_supply(start, target, route, state, worst, holder, side, sources, out, order):
    """Which places supplies reach over routes no worse than `worst`, into `out` (P,) bool; returns how many are held.

    They pass over held places only, and may end at one that is not. `order[:n]` lists the held
    ones in the order of arrival, breadth first; O(P + E).
    """
    out[:] = False
    tail = 0
    for s in sources:
        if holder[s] == side and not out[s]:
            out[s] = True
            order[tail] = s
            tail += 1
    head = 0
    while head < tail:
        here = order[head]
        head += 1
        for e in range(start[here], start[here + 1]):
            there = target[e]
            if not out[there] and state[route[e]] <= worst:
                out[there] = True
                if holder[there] == side:
                    order[tail] = there
                    tail += 1
    return tail


@kernel(nogil=True)
def supply_times(start, target, route, hours, state, holder, side, sources, out, key, item):
    """Hours from the nearest held source to each place over routes that are not cut, into `out` (P,); or infinite.

    Dijkstra (1959), over the ways of `spread_supply`. `key`, `item` (E + P,) are scratch.
    """
    out[:] = np.inf
    size = 0
    for s in sources:
        if holder[s] == side:
            out[s] = 0.0
            size = _push(key, item, size, 0.0, s)
    while size > 0:
        now, here = key[0], item[0]
        size = _drop(key, item, size)
        if now > out[here]:
            continue
        for e in range(start[here], start[here + 1]):
            if state[route[e]] == CUT:
                continue
            there, then = target[e], now + hours[route[e]]
            if then < out[there]:
                out[there] = then
                if holder[there] == side:
                    size = _push(key, item, size, then, there)


@kernel(nogil=True)
def _push(key, item, size, cost, node):
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if key[above] <= cost:
            break
        key[at], item[at] = key[above], item[above]
        at = above
    key[at], item[at] = cost, node
    return size + 1


@kernel(nogil=True)
def _drop(key, item, size):
    size -= 1
    cost, node = key[size], item[size]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and key[below + 1] < key[below]:
            below += 1
        if key[below] >= cost:
            break
        key[at], item[at] = key[below], item[below]
        at = below
    key[at], item[at] = cost, node
    return size


@kernel(nogil=True)
def gatekeepers(back_start, back_target, back_route, state, is_source, order, count, rank, gate):
    """The last place through which all supplies of each reached place come, into `gate` (P,); -1 if there is none.

    Immediate dominators of the graph whose root stands for all held sources (Cooper, Harvey
    and Kennedy 2001), in the order of arrival instead of depth first: a place always arrives
    after those that dominate it. `rank` (P,) is overwritten with the order of arrival, -1 if not reached.
    """
    rank[:] = -1
    for n in range(count):
        rank[order[n]] = n
        gate[order[n]] = -2
    changed = True
    while changed:
        changed = False
        for n in range(count):
            here = order[n]
            best = -2
            if is_source[here]:
                best = -1
            else:
                for e in range(back_start[here], back_start[here + 1]):
                    other = back_target[e]
                    if rank[other] < 0 or state[back_route[e]] == CUT or gate[other] == -2:
                        continue
                    best = other if best == -2 else _meet(best, other, rank, gate)
                    if best == -1:
                        break
            if best != gate[here]:
                gate[here] = best
                changed = True


@kernel(nogil=True)
def _meet(a, b, rank, gate):
    """The nearest place through which the supplies of both `a` and `b` come, one of themselves perhaps.

    -1 if there is none.
    """
    while a != b:
        if a < 0 or b < 0:
            return -1
        if rank[a] > rank[b]:
            a = gate[a]
        else:
            b = gate[b]
    return a


@kernel(nogil=True)
def _is_behind(place, other, rank, gate):
    """True if everything that reaches `other` comes through `place`, or it is the same."""
    while other >= 0 and rank[other] > rank[place]:
        other = gate[other]
    return other == place


@kernel(parallel=True)
def situations(
    control, side, contested, ends, pass_start, passes, watch_start, watchers,
    watch_bits, realisations, prior, luck, told,
    out_start, out_target, out_route, in_start, in_target, in_route, in_sector, hours, sources, is_source, weight,
    states, reached, safe, time, ways, lost, gates,
):  # fmt: skip
    """One day, one side, M draws.

    Besides what `route_states`, `spread_supply`, `supply_times` and `gatekeepers` name:

        control   (M, P)  states; luck (M, R); `realisations` of the terrain, draw m has number m modulo that
        in_sector (E,)    the compass point, 0 to 7, from which each route comes in
        weight    (P, W)  what is lost with a place: itself, its people
        states    (M, R) uint8; reached, safe (M, P) bool; time (M, P) float32 hours, or empty if nobody asks; ways
        (M, P) uint8, bit s set if
                  supplies come in from sector s without having passed the place before
        lost      (M, P, W) float32: what is isolated if the enemy takes the place, besides the place itself
        gates     (M, P) int32: as in `gatekeepers`; -2 where a place is not reached

    A draw writes its own rows only, so the number of threads cannot change the answer.
    """
    members, places = control.shape
    columns = weight.shape[1]
    lanes = min(8, members)
    for lane in prange(lanes):
        timed = len(time) > 0
        key = np.empty(len(out_target) + places + 1)
        item = np.empty(len(out_target) + places + 1, dtype=np.int64)
        order = np.empty(places, dtype=np.int64)
        quiet = np.empty(places, dtype=np.int64)
        spent = np.empty(places)
        rank = np.empty(places, dtype=np.int64)
        gate = np.empty(places, dtype=np.int64)
        sub = np.empty((places, columns))
        for m in range(lane, members, lanes):
            holder, state = control[m], states[m]
            route_states(
                holder, side, contested, ends, pass_start, passes, watch_start, watchers, watch_bits,
                np.uint64(m % realisations), prior, luck[m], told, state,
            )  # fmt: skip
            spread_supply(out_start, out_target, out_route, state, OPEN, holder, side, sources, safe[m], quiet)
            count = spread_supply(
                out_start, out_target, out_route, state, UNDER_FIRE, holder, side, sources, reached[m], order
            )
            if timed:
                supply_times(out_start, out_target, out_route, hours, state, holder, side, sources, spent, key, item)
                time[m] = spent
            gatekeepers(in_start, in_target, in_route, state, is_source, order, count, rank, gate)
            for i in range(places):
                bits = 0
                if holder[i] == side or holder[i] == contested:
                    for e in range(in_start[i], in_start[i + 1]):
                        other = in_target[e]
                        if state[in_route[e]] == CUT or rank[other] < 0 or (bits >> in_sector[e]) & 1:
                            continue
                        if rank[i] < 0 or not _is_behind(i, other, rank, gate):
                            bits |= 1 << in_sector[e]
                ways[m, i] = bits
                if (
                    reached[m, i] and rank[i] < 0
                ):  # contested: supplies end here, so that it stands behind nobody's gate
                    gate[i] = -2
                    for e in range(in_start[i], in_start[i + 1]):
                        other = in_target[e]
                        if state[in_route[e]] != CUT and rank[other] >= 0:
                            gate[i] = other if gate[i] == -2 else _meet(gate[i], other, rank, gate)
                gates[m, i] = gate[i] if reached[m, i] else -2
            sub[:] = 0.0
            for n in range(count - 1, -1, -1):
                here = order[n]
                if gate[here] >= 0:
                    for w in range(columns):
                        sub[gate[here], w] += sub[here, w] + weight[here, w]
            for i in range(places):
                for w in range(columns):
                    lost[m, i, w] = sub[i, w]


@kernel(parallel=True)
def overlooked_places(control, side, contested, start, observer, bits, owner, realisations, out):
    """In which draws enemy-held ground sees each place: out (M, P) bool.

    Arguments as in `route_states`; targets are the places.

    The place's own ground does not count. A draw writes its own row only.
    """
    members, places = control.shape
    for m in prange(members):
        bit = np.uint64(m % realisations)
        for i in range(places):
            out[m, i] = False
            for n in range(start[i], start[i + 1]):
                o = owner[observer[n]]
                state = control[m, o]
                if o != i and state != side and state != contested and (bits[n] >> bit) & np.uint64(1):
                    out[m, i] = True
                    break


@kernel(parallel=True)
def ringed_sectors(control, side, contested, around, out):
    """How many of the eight compass sectors around each place begin with enemy-held ground: out (M, P) uint8.

    around  (P, 8)  the nearest place in each sector, -1 if none lies near
    """
    members, places = control.shape
    for m in prange(members):
        for i in range(places):
            number = 0
            for s in range(8):
                other = around[i, s]
                if other >= 0:
                    state = control[m, other]
                    if state != side and state != contested:
                        number += 1
            out[m, i] = number
