"""Blocked Gibbs over whole histories: forward filtering, backward sampling of one place given the rest."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vedette.dynamics._kernels import control_of, row_of, support_from
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
    fighting: NDArray[np.uint8]  # (P, T) which sides are reported to fight there, a bit each
    word: NDArray[np.float64]  # (N, H) likelihood of what was said, largest 1
    invented: NDArray[np.float64]  # (N, K) captures announced there that are invented if k holds the place
    drawn: NDArray[np.uint8]  # (maps, P, T) what each map shows, before and now, as a code
    shown: NDArray[np.float64]  # (maps, codes, S) its likelihood
    announced: NDArray[np.bool_]  # (N, K) whether a capture by k is announced there
    ageing: NDArray[np.float64]  # (T, K) probability that k's capture is no longer news the day after
    announced_ageing: float  # the same once it is announced


class Moves(NamedTuple):
    """The daily step, tabulated (`calm_table`) and otherwise."""

    calm: NDArray[np.float64]  # `calm_rows`: probability that a held place is not challenged
    unboasted: NDArray[np.float64]  # the same shape: likelihood that no other capture of it is invented
    still: NDArray[np.float64]  # the product of the two
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
    calm, unboasted, still, rush, settle, phase, first = moves
    phases = phase[-1] + 1
    paths, control, support = world
    slot, word, invented, fighting = said.slot, said.word, said.invented, said.fighting
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
                b = control[j, t + 1] if t < days - 1 else a
                if a == sides and b == sides:
                    continue
                if a == b and slot[j, t] < 0 and t < days - 1:
                    row = row_of(degree_j, phases, phase[t], sides, a, fighting[j, t])
                    base = support[j, t, a] - support_from(control[i, t], a, sides)
                    foe = still[row, base]
                    for k in range(sides):
                        factor[t, k] *= still[row, base + 2] if k == a else foe
                    factor[t, sides] *= still[row, base + 1]
                else:
                    _neighbour_factor(a, b, i, j, t, graph, said, moves, world, factor)
                a = b
        # Forward: probability of each hidden state given the days so far.
        for s in range(hidden):
            alpha[0, s] = first[i, s]
        for t in range(days):
            for k in range(sides):
                factor[t, k] *= unboasted[row_of(degree, phases, phase[t], sides, k, fighting[i, t]), support[i, t, k]]
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
                        quiet = calm[row_of(degree, phases, phase[t], sides, k, fighting[i, t]), support[i, t, k]]
                        factor[t, k] *= (1.0 - quiet) ** invented[row, k]
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
                quiet = calm[row_of(degree, phases, phase[t], sides, a, fighting[i, t]), support[i, t, a]]
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
                        lost = (1.0 - calm[row_of(degree, phases, phase[t], sides, a, fighting[i, t]), support[i, t, a]]) * (1.0 - rush)
                        alpha[t, a] *= lost
                        alpha[t, sides + 1 + a] *= lost
                    alpha[t, sides] *= 1.0 - settle
                elif following <= sides:
                    # Held as old news: it was held before, as old news or as news that aged.
                    quiet = calm[row_of(degree, phases, phase[t], sides, to, fighting[i, t]), support[i, t, to]]
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
                        quiet = calm[row_of(degree, phases, phase[t], sides, a, fighting[i, t]), support[i, t, a]]
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
def _neighbour_factor(a, b, i, j, t, graph, said, moves, world, factor):
    """Multiply factor[t, s] by what neighbour j's day says of place i's being in state s.

    That is the probability of j's step from a to b and of the captures invented at j.
    Rare (j moves, or is spoken of, or it is the last day), so it counts j's neighbours afresh.
    """
    start, index = graph
    control, support = world.control, world.support
    sides = support.shape[2]
    phases = moves.phase[-1] + 1
    now = control[i, t]
    row = 0
    if a < sides:
        row = row_of(start[j + 1] - start[j], phases, moves.phase[t], sides, a, said.fighting[j, t])
    boasts = 0.0
    if a < sides and said.slot[j, t] >= 0:
        boasts = said.invented[said.slot[j, t], a]
    up, down = FOOTHOLD, FOOTHOLD * (sides - (a < sides))
    if a != b and b < sides:
        # the pull of b among the others, without place i
        for e in range(start[j], start[j + 1]):
            if index[e] != i:
                state = control[index[e], t]
                up += state == b
                down += state < sides and state != a
    for s in range(sides + 1):
        p = 1.0
        if a < sides:
            level = support[j, t, a] - support_from(now, a, sides) + support_from(s, a, sides)
            p = moves.unboasted[row, level]
            calm = moves.calm[row, level]
            if boasts == 1.0:  # as a rule, and a power costs fifty additions
                p *= 1.0 - calm
            elif boasts > 0.0:
                p *= (1.0 - calm) ** boasts
            if t < control.shape[1] - 1:
                p *= calm if a == b else 1.0 - calm
        if a != b and b < sides:
            p *= (up + (s == b)) / (down + (s < sides and s != a))
        factor[t, s] *= p
