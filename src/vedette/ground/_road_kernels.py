"""Shortest ways over a road network. Callers check; these trust."""

from __future__ import annotations

import numpy as np
from numba import prange

from vedette.compiled import kernel


@kernel(inline="never")
def push(key, item, size, cost, node):
    """Put (cost, node) on a binary heap held in `key`, `item`; returns the new size."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if key[above] <= cost:
            break
        key[at], item[at] = key[above], item[above]
        at = above
    key[at], item[at] = cost, node
    return size + 1


@kernel(inline="never")
def sink(key, item, size):
    """Drop the cheapest entry, which the caller has read from `key[0]`, `item[0]`; returns the new size."""
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
def nearest_terminal(start, target, edge, cost, terminal, limit):
    """From every node the quickest way to a terminal (Dijkstra 1959, all of them at once).

    For N nodes, E roads:

        start, target, edge  (N + 1,), (2E,), (2E,)  roads out of each node, each road once from either end
        cost                 (E,)  hours
        terminal             (n,)  nodes, no two alike
        limit                hours beyond which nothing is reached

    Returns `owner` (N,) the terminal's number or -1, `hours` (N,), `back` (N,) the road towards it or -1.
    """
    nodes = len(start) - 1
    hours = np.full(nodes, np.inf)
    owner = np.full(nodes, -1, dtype=np.int32)
    back = np.full(nodes, -1, dtype=np.int32)
    key = np.empty(len(target) + len(terminal) + 1)
    item = np.empty(len(target) + len(terminal) + 1, dtype=np.int32)
    size = 0
    for k in range(len(terminal)):
        hours[terminal[k]] = 0.0
        owner[terminal[k]] = k
        size = push(key, item, size, 0.0, terminal[k])
    while size > 0:
        now, here = key[0], item[0]
        size = sink(key, item, size)
        if now > hours[here]:
            continue
        for e in range(start[here], start[here + 1]):
            there, then = target[e], now + cost[edge[e]]
            if then < hours[there] and then <= limit:
                hours[there] = then
                owner[there] = owner[here]
                back[there] = edge[e]
                size = push(key, item, size, then, there)
    return owner, hours, back


@kernel(nogil=True)
def search_from(
    source, start, target, edge, cost, terminal, owner, access, inside, slack,
    hours, back, reached, arrived, touched, key, item, found, found_hours, found_at,
):  # fmt: skip
    """Terminals that can be reached from terminal `source` without passing another; returns how many.

        owner, access  (N,)   the nearest terminal of each node, and the hours to it
        inside         (N,)   bool: the node lies so near its terminal that who passes it passes the terminal
        slack          a detour over a terminal, longer by this share, stands for the direct way
        hours, back, reached, arrived, touched, key, item   scratch; `hours` and `reached` all infinite on entry and
        on return,
                       but `back` keeps the road to each node in `touched[:arrived[0]]`
        found, found_hours, found_at   (K,)  overwritten: terminal, hours, the node at which its ground is entered

    A terminal's ground is entered once and not left again on the other side. Ways that
    a detour over some other terminal replaces are not followed.
    """
    count, seen = 0, 0
    origin = terminal[source]
    hours[origin] = 0.0
    back[origin] = -1
    touched[seen] = origin
    seen += 1
    size = push(key, item, 0, 0.0, origin)
    while size > 0:
        now, here = key[0], item[0]
        size = sink(key, item, size)
        if now > hours[here]:
            continue
        own = owner[here]
        if own >= 0 and own != source:
            through = now + access[here]
            if inside[here]:
                if reached[own] == np.inf:
                    if count < len(found):
                        found[count], found_hours[count], found_at[count] = own, through, here
                        arrived[1 + own] = count
                        count += 1
                        reached[own] = through
                elif through < reached[own]:
                    reached[own] = through
                    found_hours[arrived[1 + own]], found_at[arrived[1 + own]] = through, here
                continue
            if reached[own] + access[here] <= (1 + slack) * now:
                continue
        for e in range(start[here], start[here + 1]):
            there, then = target[e], now + cost[edge[e]]
            if then < hours[there]:
                if hours[there] == np.inf:
                    touched[seen] = there
                    seen += 1
                hours[there] = then
                back[there] = edge[e]
                size = push(key, item, size, then, there)
    arrived[0] = seen
    for n in range(seen):
        hours[touched[n]] = np.inf
    for n in range(count):
        reached[found[n]] = np.inf
    return count


@kernel(parallel=True)
def join_terminals(start, target, edge, cost, terminal, owner, access, inside, slack, first, last, most):
    """`search_from` each of the terminals `first` to `last`: `number` (n,), `to` (n, most), `hours` (n, most).

    A terminal writes its own rows, so the number of threads cannot change the answer.
    """
    nodes, places = len(start) - 1, last - first
    number = np.zeros(places, dtype=np.int64)
    to = np.full((places, most), -1, dtype=np.int32)
    took = np.full((places, most), np.inf)
    lanes = min(16, places)
    for lane in prange(lanes):
        hours = np.full(nodes, np.inf)
        back = np.empty(nodes, dtype=np.int32)
        reached = np.full(len(terminal), np.inf)
        arrived = np.zeros(len(terminal) + 1, dtype=np.int64)
        touched = np.empty(nodes, dtype=np.int32)
        key = np.empty(len(target) + 1)
        item = np.empty(len(target) + 1, dtype=np.int32)
        at = np.empty(most, dtype=np.int32)
        for p in range(lane, places, lanes):
            number[p] = search_from(
                first + p, start, target, edge, cost, terminal, owner, access, inside, slack,
                hours, back, reached, arrived, touched, key, item, to[p], took[p], at,
            )  # fmt: skip
    return number, to, took


@kernel(nogil=True)
def roads_between(start, target, edge, cost, ends, terminal, owner, access, inside, toward, slack, pairs, most):
    """The roads of each way that `join_terminals` found.

    For pairs (n, 2) of terminals, sorted by the first:

        toward  (N,)  the road from each node towards its terminal, -1 at the terminal
        ends    (E, 2)  the nodes a road joins

    Returns `first` (n + 1,) and the roads in order from the first terminal to the second.
    """
    nodes = len(start) - 1
    hours = np.full(nodes, np.inf)
    back = np.full(nodes, -1, dtype=np.int32)
    reached = np.full(len(terminal), np.inf)
    arrived = np.zeros(len(terminal) + 1, dtype=np.int64)
    touched = np.empty(nodes, dtype=np.int32)
    key = np.empty(len(target) + 1)
    item = np.empty(len(target) + 1, dtype=np.int32)
    found = np.full(most, -1, dtype=np.int32)
    took = np.full(most, np.inf)
    at = np.empty(most, dtype=np.int32)
    first = np.zeros(len(pairs) + 1, dtype=np.int64)
    roads = np.empty(1024, dtype=np.int32)
    used = 0
    count = 0
    for n in range(len(pairs)):
        a, b = pairs[n]
        if n == 0 or a != pairs[n - 1, 0]:
            count = search_from(
                a, start, target, edge, cost, terminal, owner, access, inside, slack,
                hours, back, reached, arrived, touched, key, item, found, took, at,
            )  # fmt: skip
        enter = -1
        for k in range(count):
            if found[k] == b:
                enter = at[k]
        begin = used
        here = enter
        while here >= 0 and back[here] >= 0:
            if used + 1 >= len(roads):
                roads = np.concatenate((roads, np.empty(len(roads), dtype=np.int32)))
            roads[used] = back[here]
            used += 1
            here = ends[back[here], 0] + ends[back[here], 1] - here
        roads[begin:used] = roads[begin:used][::-1].copy()
        here = enter
        while here >= 0 and toward[here] >= 0:
            if used + 1 >= len(roads):
                roads = np.concatenate((roads, np.empty(len(roads), dtype=np.int32)))
            roads[used] = toward[here]
            used += 1
            here = ends[toward[here], 0] + ends[toward[here], 1] - here
        first[n + 1] = used
    return first, roads[:used].copy()


@kernel(nogil=True)
def quickest(start, target, edge, cost, ends, origin, goal, hours, back, key, item):
    """The roads of the quickest way from node `origin` to node `goal`, in order; empty if there is none.

    `hours` (N,), `back` (N,), `key`, `item` (2E + 1,) are scratch.
    """
    hours[:] = np.inf
    hours[origin] = 0.0
    back[origin] = -1
    size = push(key, item, 0, 0.0, origin)
    while size > 0:
        now, here = key[0], item[0]
        size = sink(key, item, size)
        if here == goal:
            break
        if now > hours[here]:
            continue
        for e in range(start[here], start[here + 1]):
            there, then = target[e], now + cost[edge[e]]
            if then < hours[there]:
                hours[there] = then
                back[there] = edge[e]
                size = push(key, item, size, then, there)
    count, here = 0, goal
    if hours[goal] == np.inf:
        return np.empty(0, dtype=np.int32)
    while back[here] >= 0:
        count += 1
        here = ends[back[here], 0] + ends[back[here], 1] - here
    way = np.empty(count, dtype=np.int32)
    here = goal
    for n in range(count - 1, -1, -1):
        way[n] = back[here]
        here = ends[back[here], 0] + ends[back[here], 1] - here
    return way
