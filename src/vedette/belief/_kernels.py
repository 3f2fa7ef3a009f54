"""Blocked Gibbs over whole histories: forward filtering, backward sampling of one place given the rest."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vedette.compiled import kernel
from vedette.dynamics._kernels import control_of, row_of, support_from
from vedette.dynamics.transition import FOOTHOLD

SMALL = 1e-100
"""Where the probability of what has come in so far is less, it is scaled up: rarely, since a division takes long."""


class Graph(NamedTuple):
    """Neighbours of P places in compressed rows, E directed edges."""

    start: NDArray[np.int32]  # (P + 1,)
    target: NDArray[np.int32]  # (E,)


class Said(NamedTuple):
    """What the evidence says of P places, T days, H hidden states, K sides; N place-days with statements."""

    quiet: NDArray[np.float64]  # (rows, H) likelihood of silence; see `silence_row`
    lists: NDArray[np.uint8]  # (T,) which sides published a list of gains that day, a bit each
    before: NDArray[np.int8]  # (P,) state before the war
    level: NDArray[np.uint8]  # (P, T) attention, in levels
    levels: int  # how many levels of attention there are
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


@kernel(inline="always")
def silence_row(lists, before, level, sides, levels):
    """The row of `Said.quiet`: by who published a list, the state before the war, and attention."""
    return (lists * (sides + 1) + before) * (levels + 1) + level


@kernel()
def find_spots(i, since, until, start, control, support, slot, fighting, phase, width, spot):
    """Fill spot (P, T) at place i, days `since` .. `until` - 1: where it stands in `Moves.still`, laid out flat.

    -1 where something happens: it is contested, changes hands or is spoken of, and on the last day.
    """
    days, sides = control.shape[1], support.shape[2]
    degree, phases = start[i + 1] - start[i], phase[days - 1] + 1
    for t in range(since, until):
        holder = control[i, t]
        spot[i, t] = -1
        if holder < sides and slot[i, t] < 0 and t < days - 1 and control[i, t + 1] == holder:
            row = row_of(degree, phases, phase[t], sides, holder, fighting[i, t])
            spot[i, t] = row * width + support[i, t, holder]


@kernel(nogil=True, error_model="numpy")
def sample_paths(rng, each_side, order, graph, said, moves, world):
    """Draw places' histories in turn, given their neighbours' (Carter and Kohn 1994, coupled).

    For P places, T days, K sides, S = K + 1 states, H = 2 K + 1 hidden states (k held,
    contested, k just taken): `rng` is used by this chain alone; `each_side` is a tuple of
    K zeros, so that K is known when this is compiled; `order` (P,) is that of visiting.
    Every place is visited, and its whole history drawn anew: villages that fall together
    move together only when all of them may, all the way back (visits that left out quiet places
    and the distant past cost half, and took 18 times as long to the same effective sample size).

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
    still_flat, width = still.reshape(-1), still.shape[1]
    spot = np.empty((places, days), dtype=np.int32)  # `find_spots`
    for i in range(places):
        find_spots(i, 0, days, start, control, support, slot, fighting, phase, width, spot)
    alpha = np.empty((days, hidden))
    quiet = np.empty((days, sides))  # probability that no challenge comes
    age = np.empty((days, sides))  # probability that a capture stops being news
    factor = np.empty((days, sides + 1))
    pull = np.empty((days, sides))  # weight of each side in a contest for the place
    for position in range(places):
        i = order[position]
        degree = start[i + 1] - start[i]
        before = said.before[i]
        path, held, contact, fought, spoken = paths[i], control[i], support[i], fighting[i], slot[i]
        # What the neighbours' next steps say of today's state.
        for t in range(days):
            for k in range(sides):
                factor[t, k] = 1.0
                pull[t, k] = FOOTHOLD
            factor[t, sides] = 1.0
        for e in range(start[i], start[i + 1]):
            j = index[e]
            own, beside, at = control[j], support[j], spot[j]
            for t in range(days):
                a = own[t]
                if at[t] >= 0:  # as a rule: it is held, and nothing happens
                    base = at[t] - support_from(held[t], a, sides)
                    foe = still_flat[base]
                    for k in range(sides):
                        factor[t, k] *= still_flat[base + 2] if k == a else foe
                        pull[t, k] += 1.0 if k == a else 0.0
                    factor[t, sides] *= still_flat[base + 1]
                    continue
                b = own[t + 1] if t < days - 1 else a
                if a < sides:
                    pull[t, a] += 1.0
                    row = row_of(start[j + 1] - start[j], phases, phase[t], sides, a, fighting[j, t])
                    base = beside[t, a] - support_from(held[t], a, sides)
                    boasts = invented[slot[j, t], a] if slot[j, t] >= 0 else 0.0
                    for s in range(sides + 1):
                        level = base + support_from(s, a, sides)
                        lost = 1.0 - calm[row, level]
                        p = unboasted[row, level]
                        if a != b:
                            p *= lost
                        elif t < days - 1:
                            p *= 1.0 - lost
                        if boasts == 1.0:  # as a rule, and a power costs fifty additions
                            p *= lost
                        elif boasts > 0.0:
                            p *= lost**boasts
                        factor[t, s] *= p
                if a != b and b < sides:
                    # The pull of b among the others, counted afresh without place i: captures are rare.
                    up, down = FOOTHOLD, FOOTHOLD * (sides - (a < sides))
                    for n in range(start[j], start[j + 1]):
                        if index[n] != i:
                            state = control[index[n], t]
                            up += state == b
                            down += state < sides and state != a
                    for s in range(sides + 1):
                        factor[t, s] *= (up + (s == b)) / (down + (s < sides and s != a))
        # Forward: probability of each hidden state given the days so far.
        for s in range(hidden):
            alpha[0, s] = first[i, s]
        for t in range(days):
            row = spoken[t]
            for k in range(sides):
                announced = row >= 0 and said.announced[row, k]
                age[t, k] = said.announced_ageing if announced else said.ageing[t, k]
            for k in range(sides):
                case = row_of(degree, phases, phase[t], sides, k, fought[t])
                quiet[t, k] = calm[case, contact[t, k]]
                factor[t, k] *= unboasted[case, contact[t, k]]
                if row >= 0 and invented[row, k] > 0.0:
                    factor[t, k] *= (1.0 - quiet[t, k]) ** invented[row, k]
            for m in range(said.drawn.shape[0]):
                for s in range(sides + 1):
                    factor[t, s] *= said.shown[m, said.drawn[m, i, t], s]
            if row >= 0:
                for s in range(hidden):
                    alpha[t, s] *= word[row, s]
            row = silence_row(said.lists[t], before, said.level[i, t], sides, said.levels)
            for s in range(sides + 1):
                alpha[t, s] *= said.quiet[row, s] * factor[t, s]
            for k in range(sides):
                alpha[t, sides + 1 + k] *= said.quiet[row, sides + 1 + k] * factor[t, k]
            if t == days - 1:
                break
            total = 0.0
            for s in range(hidden):
                total += alpha[t, s]
            if total < SMALL:
                for s in range(hidden):
                    alpha[t, s] /= total
            total_pull = 0.0
            for k in range(sides):
                total_pull += pull[t, k]
            idle = alpha[t, sides]
            into_contest = idle * (1.0 - settle)
            settled = idle * (settle / total_pull)
            for k in range(sides):
                alpha[t + 1, sides + 1 + k] = settled * pull[t, k]
            for a in range(sides):
                old, new = alpha[t, a], alpha[t, sides + 1 + a]
                lost = (old + new) * (1.0 - quiet[t, a])
                into_contest += lost * (1.0 - rush)
                alpha[t + 1, a] = (old + new * age[t, a]) * quiet[t, a]
                alpha[t + 1, sides + 1 + a] += new * (1.0 - age[t, a]) * quiet[t, a]
                rushed = lost * (rush / (total_pull - pull[t, a]))
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
                        lost = (1.0 - quiet[t, a]) * (1.0 - rush)
                        alpha[t, a] *= lost
                        alpha[t, sides + 1 + a] *= lost
                    alpha[t, sides] *= 1.0 - settle
                elif following <= sides:
                    # Held as old news: it was held before, as old news or as news that aged.
                    old, new = alpha[t, to], alpha[t, sides + 1 + to] * age[t, to]
                    for s in range(hidden):
                        alpha[t, s] = 0.0
                    alpha[t, to], alpha[t, sides + 1 + to] = old, new
                else:
                    # Just taken: news already, or won in a contest or a rush.
                    total_pull = 0.0
                    for k in range(sides):
                        total_pull += pull[t, k]
                    for a in range(sides):
                        if a == to:
                            alpha[t, a] = 0.0
                            alpha[t, sides + 1 + a] *= quiet[t, a] * (1.0 - age[t, a])
                        else:
                            rushed = (1.0 - quiet[t, a]) * rush * pull[t, to] / (total_pull - pull[t, a])
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
            path[t] = drawn
            was, after = held[t], control_of(drawn, sides)
            if after != was:
                held[t] = after
                find_spots(i, max(t - 1, 0), t + 1, start, control, support, slot, fighting, phase, width, spot)
                for e in range(start[i], start[i + 1]):
                    j = index[e]
                    for k in range(sides):
                        support[j, t, k] += support_from(after, k, sides) - support_from(was, k, sides)
                    find_spots(j, t, t + 1, start, control, support, slot, fighting, phase, width, spot)
