"""The state of every route and the supply of every place, draw by draw. Callers check; these trust."""

from __future__ import annotations

import numpy as np
from numba import prange

from vedette.compiled import kernel
from vedette.ground._road_kernels import push, sink

OPEN, UNDER_FIRE, CUT = 0, 1, 2


@kernel(nogil=True)
def side_bits(control, first, count, side, contested, held, enemy):
    """In which of `count` draws from number `first` on the side, and the enemy, hold each place, as bits.

    Into `held`, `enemy` (P,) uint64.
    """
    held[:] = np.uint64(0)
    enemy[:] = np.uint64(0)
    for j in range(count):
        bit = np.uint64(1) << np.uint64(j)
        for i in range(len(held)):
            state = control[first + j, i]
            if state == side:
                held[i] |= bit
            elif state != contested:
                enemy[i] |= bit


@kernel(nogil=True)
def route_bits(held, enemy, ends, pass_start, passes, watch_start, watchers, watch_bits, shut, exposed):
    """In which draws each of R routes is shut, and in which the enemy sees it, as bits: into (R,) uint64.

    He stands in what he holds, and in what is contested.

        held, enemy (P,)       as from `side_bits`
        ends (R, 2); pass_start (R + 1,), passes   places on the way
        watch_start (R + 1,), watchers, watch_bits places from whose ground some of the route is seen, in the draws
                               whose terrain shows it

    A route is shut where the enemy holds an end, or where the side does not hold a place on the way.
    """
    for r in range(len(ends)):
        shut[r] = enemy[ends[r, 0]] | enemy[ends[r, 1]]
        for n in range(pass_start[r], pass_start[r + 1]):
            shut[r] |= ~held[passes[n]]
        seen = np.uint64(0)
        for n in range(watch_start[r], watch_start[r + 1]):
            seen |= ~held[watchers[n]] & watch_bits[n]
        exposed[r] = seen


@kernel(nogil=True)
def draw_states(shut, exposed, j, limits, luck, out):
    """The state of each route in draw j of the bits, into `out` (R,) uint8.

    limits (R, 4)   P(open), P(open or under fire) of a route that is not shut, if nobody sees it; if the enemy does
    luck (R,)       quantiles in [0, 1)
    """
    for r in range(len(out)):
        at = 2 * ((exposed[r] >> np.uint64(j)) & np.uint64(1))
        state = np.uint8(luck[r] >= limits[r, at]) + np.uint8(luck[r] >= limits[r, at + np.uint64(1)])
        out[r] = max(state, np.uint8(2 * ((shut[r] >> np.uint64(j)) & np.uint64(1))))


@kernel(nogil=True)
def spread_bits(start, target, route, passable, held, sources, reach, queue, waiting):
    """In which draws supplies reach each place over routes that are `passable` (R,) in them, into `reach` (P,) uint64.

    They pass over held places only, and may end at one that is not. All draws at once: a place
    is looked at again when draws are added to it. `queue` (P,), `waiting` (P,) bool are scratch.
    """
    reach[:] = np.uint64(0)
    waiting[:] = False
    head, size = 0, 0
    for s in sources:
        reach[s] |= held[s]
        if reach[s] and not waiting[s]:
            waiting[s] = True
            queue[size] = s
            size += 1
    while size > 0:
        here = queue[head]
        head = head + 1 if head + 1 < len(queue) else 0
        size -= 1
        waiting[here] = False
        leaves = reach[here] & held[here]
        for e in range(start[here], start[here + 1]):
            there = target[e]
            comes = leaves & passable[route[e]] & ~reach[there]
            if comes:
                reach[there] |= comes
                if comes & held[there] and not waiting[there]:
                    waiting[there] = True
                    at = head + size
                    queue[at if at < len(queue) else at - len(queue)] = there
                    size += 1


@kernel(nogil=True)
def arrivals(start, target, route, state, holder, side, sources, out, order, rank, above, path, next_road):
    """Which places supplies reach over routes that are not cut, into `out` (P,) bool; returns how many are held.

    They pass over held places only, and may end at one that is not. `order[1 : n + 1]` lists the
    held ones depth first, from a root, number 0, that stands for all held sources; `rank` (P,) is a
    place's number in that order, 0 if it is not in it; `above[:n + 1]` the number from which each
    was first reached. `path`, `next_road` (P,) are scratch; O(P + E).
    """
    out[:] = False
    rank[:] = 0
    count = 0
    for s in sources:
        if holder[s] != side or rank[s] > 0:
            continue
        count += 1
        order[count], rank[s], above[count], out[s] = s, count, 0, True
        path[0], next_road[0] = s, start[s]
        depth = 1
        while depth > 0:
            here = path[depth - 1]
            e = next_road[depth - 1]
            if e == start[here + 1]:
                depth -= 1
                continue
            next_road[depth - 1] = e + 1
            there = target[e]
            if state[route[e]] == CUT:
                continue
            out[there] = True
            if holder[there] == side and rank[there] == 0:
                count += 1
                order[count], rank[there], above[count] = there, count, rank[here]
                path[depth], next_road[depth] = there, start[there]
                depth += 1
    return count


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
            size = push(key, item, size, 0.0, s)
    while size > 0:
        now, here = key[0], item[0]
        size = sink(key, item, size)
        if now > out[here]:
            continue
        for e in range(start[here], start[here + 1]):
            if state[route[e]] == CUT:
                continue
            there, then = target[e], now + hours[route[e]]
            if then < out[there]:
                out[there] = then
                if holder[there] == side:
                    size = push(key, item, size, then, there)


@kernel(nogil=True)
def gatekeepers(back_start, back_target, back_route, state, is_source, order, count, rank, above, gate, up, low, path):
    """The number of the last place through which all supplies of each reached place come, into `gate[:count + 1]`.

    0, the root, where there is none. Immediate dominators by way of semidominators (Lengauer and Tarjan
    1979, simple version; the last step as in "Finding dominators in practice", Tarjan, Werneck and others 2006,
    section 2.3), on the numbers of `arrivals`: a place always comes after those that dominate it. `up`, `low`,
    `path` (P + 1,) are scratch; O(E log P).
    """
    for n in range(count + 1):
        up[n], low[n] = above[n], n
    for n in range(count, 0, -1):
        here = order[n]
        best = above[n]
        if is_source[here]:
            best = 0
        else:
            for e in range(back_start[here], back_start[here + 1]):
                other = rank[back_target[e]]
                if other > 0 and state[back_route[e]] != CUT:
                    best = min(best, other if other <= n else _lowest(other, n, up, low, path))
        # The semidominator stays; the lowest on the way up sinks as ways are shortened.
        gate[n] = low[n] = best
    gate[0] = 0
    for n in range(1, count + 1):
        up_to = above[n]
        while up_to > gate[n]:
            up_to = gate[up_to]
        gate[n] = up_to


@kernel(nogil=True)
def _lowest(n, bound, up, low, path):
    """The lowest semidominator on the way up from number n to the last number above `bound`, that way shortened."""
    depth = 0
    while up[n] > bound:
        path[depth] = n
        depth += 1
        n = up[n]
    while depth > 0:
        depth -= 1
        below = path[depth]
        low[below] = min(low[below], low[n])
        up[below] = up[n]
        n = below
    return low[n]


@kernel(nogil=True)
def _meet(a, b, gate):
    """The last place through which the supplies of both `a` and `b` come, one of themselves perhaps. All by number."""
    while a != b:
        if a > b:
            a = gate[a]
        else:
            b = gate[b]
    return a


@kernel(nogil=True)
def _is_behind(place, other, gate):
    """True if everything that reaches `other` comes through `place`, or it is the same. Both by number."""
    while other > place:
        other = gate[other]
    return other == place


@kernel(parallel=True)
def situations(
    control, side, contested, ends, pass_start, passes, watch_start, watchers, watch_bits, span, limits, luck,
    out_start, out_target, out_route, in_start, in_target, in_route, in_sector, hours, sources, is_source, weight,
    states, reached, safe, time, ways, lost, gates,
):  # fmt: skip
    """One day, one side, M draws, `span` of them (at most 64) at a time.

    Besides what `route_bits`, `draw_states`, `spread_bits`, `arrivals`, `supply_times` and `gatekeepers` name:

        control   (M, P)  states; luck (M, R)
        in_sector (E,)    the compass point, 0 to 7, from which each route comes in
        weight    (P, W)  what is lost with a place: itself, its people
        states    (M, R) uint8; reached, safe (M, P) bool; time (M, P) float32 hours, or empty if nobody asks
        ways      (M, P) uint8, bit s set if supplies come in from sector s without having passed the place before
        lost      (M, P, W) float32: what is isolated if the enemy takes the place, besides the place itself
        gates     (M, P) int32: the last place that all supplies of each place come through, -1 if there is none;
                  -2 where a place is not reached

    A draw writes its own rows only, so the number of threads cannot change the answer.
    """
    members, places = control.shape
    routes, columns = len(ends), weight.shape[1]
    for block in prange((members + span - 1) // span):
        first = block * span
        count = min(span, members - first)
        held, enemy, calm = np.empty(places, np.uint64), np.empty(places, np.uint64), np.empty(places, np.uint64)
        shut, exposed, free = np.empty(routes, np.uint64), np.empty(routes, np.uint64), np.zeros(routes, np.uint64)
        path, next_road = np.empty(places + 1, np.int64), np.empty(places + 1, np.int64)
        order, rank, above = np.empty(places + 1, np.int64), np.empty(places, np.int64), np.empty(places + 1, np.int64)
        gate, up, low = np.empty(places + 1, np.int64), np.empty(places + 1, np.int64), np.empty(places + 1, np.int64)
        sub = np.empty((places + 1, columns))
        waiting = np.empty(places, np.bool_)
        timed = len(time) > 0
        spent = np.empty(places if timed else 0)
        key = np.empty(len(out_target) + places + 1 if timed else 0)
        item = np.empty(len(key), np.int64)

        side_bits(control, first, count, side, contested, held, enemy)
        route_bits(held, enemy, ends, pass_start, passes, watch_start, watchers, watch_bits, shut, exposed)
        for j in range(count):
            draw_states(shut, exposed, j, limits, luck[first + j], states[first + j])
            bit = np.uint64(1) << np.uint64(j)
            for r in range(routes):
                if states[first + j, r] == OPEN:
                    free[r] |= bit
        spread_bits(out_start, out_target, out_route, free, held, sources, calm, path, waiting)
        for j in range(count):
            m = first + j
            holder, state = control[m], states[m]
            for i in range(places):
                safe[m, i] = (calm[i] >> np.uint64(j)) & np.uint64(1)
            number = arrivals(
                out_start, out_target, out_route, state, holder, side, sources, reached[m], order, rank, above, path,
                next_road,
            )  # fmt: skip
            if timed:
                supply_times(out_start, out_target, out_route, hours, state, holder, side, sources, spent, key, item)
                time[m] = spent
            gatekeepers(
                in_start, in_target, in_route, state, is_source, order, number, rank, above, gate, up, low, path
            )
            for i in range(places):
                ways[m, i], last = 0, -1
                if holder[i] == side or holder[i] == contested:
                    bits = 0
                    for e in range(in_start[i], in_start[i + 1]):
                        other = rank[in_target[e]]
                        if other == 0 or state[in_route[e]] == CUT:
                            continue
                        # Supplies end at a contested place, so that it stands behind nobody's gate.
                        last = other if last < 0 else _meet(last, other, gate)
                        if not (bits >> in_sector[e]) & 1 and (rank[i] == 0 or not _is_behind(rank[i], other, gate)):
                            bits |= 1 << in_sector[e]
                    ways[m, i] = bits
                if rank[i] > 0:
                    last = gate[rank[i]]
                gates[m, i] = -2 if not reached[m, i] else (order[last] if last > 0 else -1)
            sub[: number + 1] = 0.0
            for n in range(number, 0, -1):
                for w in range(columns):
                    sub[gate[n], w] += sub[n, w] + weight[order[n], w]
            for i in range(places):
                for w in range(columns):
                    lost[m, i, w] = sub[rank[i], w] if rank[i] > 0 else 0.0


@kernel(parallel=True)
def place_supplies(
    control, side, contested, place, ends, pass_start, passes, watch_start, watchers, watch_bits, span, limits, luck,
    out_start, out_target, out_route, in_start, in_target, in_route, in_sector, sources, reached, safe, ways,
):  # fmt: skip
    """What `situations` finds of one `place`: reached, safe (M,) bool, ways (M,) uint8; all draws of a span at once.

    A way in counts if supplies reach where it comes from while nothing may pass the place.
    """
    members, places = control.shape
    routes = len(ends)
    for block in prange((members + span - 1) // span):
        first = block * span
        count = min(span, members - first)
        held, enemy, come = np.empty(places, np.uint64), np.empty(places, np.uint64), np.empty(places, np.uint64)
        shut, exposed = np.empty(routes, np.uint64), np.empty(routes, np.uint64)
        free, uncut = np.zeros(routes, np.uint64), np.zeros(routes, np.uint64)
        path, waiting = np.empty(places + 1, np.int64), np.empty(places, np.bool_)
        state = np.empty(routes, np.uint8)

        side_bits(control, first, count, side, contested, held, enemy)
        route_bits(held, enemy, ends, pass_start, passes, watch_start, watchers, watch_bits, shut, exposed)
        for j in range(count):
            draw_states(shut, exposed, j, limits, luck[first + j], state)
            bit = np.uint64(1) << np.uint64(j)
            for r in range(routes):
                if state[r] == OPEN:
                    free[r] |= bit
                if state[r] != CUT:
                    uncut[r] |= bit
        spread_bits(out_start, out_target, out_route, free, held, sources, come, path, waiting)
        calm = come[place]
        spread_bits(out_start, out_target, out_route, uncut, held, sources, come, path, waiting)
        there = come[place]
        held[place] = np.uint64(0)
        spread_bits(out_start, out_target, out_route, uncut, held, sources, come, path, waiting)
        for j in range(count):
            m, bit = first + j, np.uint64(j)
            reached[m] = (there >> bit) & np.uint64(1)
            safe[m] = (calm >> bit) & np.uint64(1)
            ways[m] = 0
            if control[m, place] == side or control[m, place] == contested:
                for e in range(in_start[place], in_start[place + 1]):
                    other = in_target[e]
                    if ((come[other] & held[other] & uncut[in_route[e]]) >> bit) & np.uint64(1):
                        ways[m] |= 1 << in_sector[e]


@kernel(parallel=True)
def overlooked_places(control, side, start, observer, bits, owner, realisations, out):
    """In which draws ground that the enemy holds or contests sees each place: out (M, P) bool.

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
                if o != i and state != side and (bits[n] >> bit) & np.uint64(1):
                    out[m, i] = True
                    break


@kernel(parallel=True)
def ringed_sectors(control, side, contested, around, out):
    """How many of the eight compass sectors around each of Q places begin with enemy-held ground: out (M, Q) uint8.

    around  (Q, 8)  the nearest place in each sector, -1 if none lies near
    """
    for m in prange(len(control)):
        for i in range(len(around)):
            number = 0
            for s in range(8):
                other = around[i, s]
                if other >= 0:
                    state = control[m, other]
                    if state != side and state != contested:
                        number += 1
            out[m, i] = number
