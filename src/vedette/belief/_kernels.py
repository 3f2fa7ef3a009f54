"""Blocked Gibbs over whole histories: forward filtering, backward sampling of one place given the rest."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vedette.dynamics._kernels import control_of, support_from
from vedette.dynamics.transition import FOOTHOLD


class Graph(NamedTuple):
    """Neighbours of P places in compressed rows, E directed edges."""

    start: NDArray[np.int32]  # (P + 1,)
    index: NDArray[np.int32]  # (E,)


class Said(NamedTuple):
    """What the evidence says of P places, T days, H hidden states, K sides; N place-days with statements."""

    quiet: NDArray[np.float64]  # (2^K, S, levels, H) likelihood of silence, by who published a list, state before the war, attention
    lists: NDArray[np.uint8]  # (T,) which sides published a list of gains that day, a bit each
    before: NDArray[np.int8]  # (P,) state before the war
    level: NDArray[np.uint8]  # (P, T) attention, in levels
    slot: NDArray[np.int32]  # (P, T) row of the two below, or -1 where nothing was said
    word: NDArray[np.float64]  # (N, H) likelihood of what was said, largest 1
    invented: NDArray[np.float64]  # (N, K) captures announced there that are invented if k holds the place
    drawn: NDArray[np.uint8]  # (maps, P, T) what each map shows, before and now, as a code
    shown: NDArray[np.float64]  # (maps, codes, S) its likelihood
    announced: NDArray[np.bool_]  # (N, K) whether a capture by k is announced there
    ageing: NDArray[np.float64]  # (T, K) probability that k's capture is no longer news the day after
    announced_ageing: float  # the same once it is announced


class Moves(NamedTuple):
    """The daily step, tabulated (`calm_table`) and otherwise."""

    calm: NDArray[np.float64]  # (degree, phases, K, support)
    unboasted: NDArray[np.float64]  # the same shape: likelihood that no other capture is invented
    rush: float
    settle: float
    phase: NDArray[np.int32]  # (T,)
    first: NDArray[np.float64]  # (P, H) probability of each hidden state on day 0


class World(NamedTuple):
    """One history of everything, updated in place."""

    paths: NDArray[np.int8]  # (P, T) hidden states
    control: NDArray[np.int8]  # (P, T) `control_of` each
    support: NDArray[np.int8]  # (P, T, K) `support_of` each


@njit(cache=True, nogil=True, error_model="numpy")
def sample_paths(rng, each_side, order, graph, said, moves, world):
    """Draw every place's history in turn, given its neighbours' (Carter and Kohn 1994, coupled).

    For P places, T days, K sides, S = K + 1 states, H = 2 K + 1 hidden states (k held,
    contested, k just taken): `rng` is used by this chain alone; `each_side` is a tuple of
    K zeros, so that K is known when this is compiled; `order` (P,) is that of visiting.

    A place's state also moves its neighbours' hazards, so the factor for state s on
    day t includes the probability, were s true, of each neighbour's own next step and
    of the captures invented there: a boast is made where it could be true, in
    proportion to the probability of a challenge. O(P T (H + neighbours)). Trusts shapes
    and ranges; `sampler` builds them.
    """
    start, index = graph
    calm, unboasted, rush, settle, phase, first = moves
    paths, control, support = world
    slot, word, invented = said.slot, said.word, said.invented
    sides = len(each_side)
    hidden = 2 * sides + 1
    places, days = paths.shape
    alpha = np.empty((days, hidden))
    age = np.empty((days, sides))  # probability that a capture stops being news
    factor = np.empty((days, sides + 1))
    pull = np.empty((days, sides))  # weight of each side in a contest for the place
    for position in range(places):
        i = order[position]
        degree = start[i + 1] - start[i]
        before = said.before[i]
        # What the neighbours' next steps say of today's state.
        for t in range(days):
            for k in range(sides):
                factor[t, k] = 1.0
                pull[t, k] = FOOTHOLD
            factor[t, sides] = 1.0
        for e in range(start[i], start[i + 1]):
            j = index[e]
            degree_j = start[j + 1] - start[j]
            a = control[j, 0]
            for t in range(days):
                if a < sides:
                    pull[t, a] += 1.0
                now = control[i, t]
                if a < sides:
                    base = support[j, t, a] - support_from(now, a, sides)
                    foe = unboasted[degree_j, phase[t], a, base]
                    for k in range(sides):
                        factor[t, k] *= unboasted[degree_j, phase[t], a, base + 2] if k == a else foe
                    factor[t, sides] *= unboasted[degree_j, phase[t], a, base + 1]
                    if slot[j, t] >= 0 and invented[slot[j, t], a] > 0.0:
                        for s in range(sides + 1):
                            boldness = 1.0 - calm[degree_j, phase[t], a, base + support_from(s, a, sides)]
                            factor[t, s] *= boldness ** invented[slot[j, t], a]
                if t == days - 1:
                    break
                b = control[j, t + 1]
                if a == b:
                    if a < sides:
                        base = support[j, t, a] - support_from(now, a, sides)
                        foe = calm[degree_j, phase[t], a, base]
                        for k in range(sides):
                            factor[t, k] *= calm[degree_j, phase[t], a, base + 2] if k == a else foe
                        factor[t, sides] *= calm[degree_j, phase[t], a, base + 1]
                else:
                    _step_factor(
                        a, b, now, sides, calm[degree_j, phase[t]], start, index, control, support, j, t, factor
                    )
                a = b
        # Forward: probability of each hidden state given the days so far.
        for s in range(hidden):
            alpha[0, s] = first[i, s]
        for t in range(days):
            for k in range(sides):
                factor[t, k] *= unboasted[degree, phase[t], k, support[i, t, k]]
            for m in range(said.drawn.shape[0]):
                for s in range(sides + 1):
                    factor[t, s] *= said.shown[m, said.drawn[m, i, t], s]
            row = slot[i, t]
            for k in range(sides):
                age[t, k] = said.ageing[t, k]
            if row >= 0:
                for k in range(sides):
                    if said.announced[row, k]:
                        age[t, k] = said.announced_ageing
                    if invented[row, k] > 0.0:
                        factor[t, k] *= (1.0 - calm[degree, phase[t], k, support[i, t, k]]) ** invented[row, k]
                for s in range(hidden):
                    alpha[t, s] *= word[row, s]
            lists, level = said.lists[t], said.level[i, t]
            for s in range(sides + 1):
                alpha[t, s] *= said.quiet[lists, before, level, s] * factor[t, s]
            for k in range(sides):
                alpha[t, sides + 1 + k] *= said.quiet[lists, before, level, sides + 1 + k] * factor[t, k]
            total = 0.0
            for s in range(hidden):
                total += alpha[t, s]
            if t == days - 1:
                break
            scale = 1.0 / total
            total_pull = 0.0
            for k in range(sides):
                total_pull += pull[t, k]
            idle = alpha[t, sides] * scale
            into_contest = idle * (1.0 - settle)
            settled = idle * settle / total_pull
            for k in range(sides):
                alpha[t + 1, sides + 1 + k] = settled * pull[t, k]
            for a in range(sides):
                quiet = calm[degree, phase[t], a, support[i, t, a]]
                old, new = alpha[t, a] * scale, alpha[t, sides + 1 + a] * scale
                lost = (old + new) * (1.0 - quiet)
                into_contest += lost * (1.0 - rush)
                alpha[t + 1, a] = (old + new * age[t, a]) * quiet
                alpha[t + 1, sides + 1 + a] += new * (1.0 - age[t, a]) * quiet
                rushed = lost * rush / (total_pull - pull[t, a])
                for k in range(sides):
                    if k != a:
                        alpha[t + 1, sides + 1 + k] += rushed * pull[t, k]
            alpha[t + 1, sides] = into_contest
        # Backward: draw from the last day to the first.
        following = -1
        for t in range(days - 1, -1, -1):
            if t < days - 1:
                to = control_of(following, sides)
                if to == sides:
                    # Into a contest, from any side that was challenged and not rushed.
                    for a in range(sides):
                        lost = (1.0 - calm[degree, phase[t], a, support[i, t, a]]) * (1.0 - rush)
                        alpha[t, a] *= lost
                        alpha[t, sides + 1 + a] *= lost
                    alpha[t, sides] *= 1.0 - settle
                elif following <= sides:
                    # Held as old news: it was held before, as old news or as news that aged.
                    quiet = calm[degree, phase[t], to, support[i, t, to]]
                    old, new = alpha[t, to] * quiet, alpha[t, sides + 1 + to] * quiet * age[t, to]
                    for s in range(hidden):
                        alpha[t, s] = 0.0
                    alpha[t, to], alpha[t, sides + 1 + to] = old, new
                else:
                    # Just taken: news already, or won in a contest or a rush.
                    total_pull = 0.0
                    for k in range(sides):
                        total_pull += pull[t, k]
                    for a in range(sides):
                        quiet = calm[degree, phase[t], a, support[i, t, a]]
                        if a == to:
                            alpha[t, a] = 0.0
                            alpha[t, sides + 1 + a] *= quiet * (1.0 - age[t, a])
                        else:
                            rushed = (1.0 - quiet) * rush * pull[t, to] / (total_pull - pull[t, a])
                            alpha[t, a] *= rushed
                            alpha[t, sides + 1 + a] *= rushed
                    alpha[t, sides] *= settle * pull[t, to] / total_pull
            total = 0.0
            for s in range(hidden):
                total += alpha[t, s]
            u = rng.random() * total
            drawn = hidden - 1
            for s in range(hidden):
                u -= alpha[t, s]
                if u < 0.0:
                    drawn = s
                    break
            while alpha[t, drawn] <= 0.0:  # rounding pushed u past the last possible state
                drawn -= 1
            following = drawn
            paths[i, t] = drawn
            was, after = control[i, t], control_of(drawn, sides)
            if after != was:
                control[i, t] = after
                for e in range(start[i], start[i + 1]):
                    for k in range(sides):
                        support[index[e], t, k] += support_from(after, k, sides) - support_from(was, k, sides)


@njit(cache=True, nogil=True, error_model="numpy")
def _step_factor(a, b, now, sides, calm, start, index, control, support, j, t, factor):
    """Multiply factor[t, s] by the probability of neighbour j's step from a to b, a != b, were the place in state s.

    `now` is the state it is in. Rare, so it counts j's neighbours afresh.
    """
    pull = np.full(sides, FOOTHOLD)
    total = FOOTHOLD * (sides - (a < sides))
    for e in range(start[j], start[j + 1]):
        state = control[index[e], t]
        if state < sides and state != a:
            total += 1.0
        if state < sides:
            pull[state] += 1.0
    if now < sides:
        pull[now] -= 1.0
        if now != a:
            total -= 1.0
    for s in range(sides + 1):
        p = 1.0
        if a < sides:
            p = 1.0 - calm[a, support[j, t, a] - support_from(now, a, sides) + support_from(s, a, sides)]
        if b < sides:
            p *= (pull[b] + (s == b)) / (total + (s < sides and s != a))
        factor[t, s] *= p
