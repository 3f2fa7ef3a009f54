"""Filtering every place by itself, its neighbours replaced by what is believed of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vedette.compiled import kernel
from vedette.dynamics.transition import FOOTHOLD, PHASE_DAYS

FLOOR = 1e-9
"""Least probability of a state: evidence may be wrong in ways no record has shown."""

WEEK = PHASE_DAYS
"""Days in a phase of the dynamics: the step into day t belongs to phase (t - 1) // WEEK."""


REAR = 8
"""From this bit on, whose rear a place lies in: one more than the side's number, or 0. Before it, a bit for each side
that is reported to fight there."""

HUSHED = 1 << 15
"""Flag of a place and day: events are being posted, and none anywhere near it of late."""


class Plain(NamedTuple):
    """Evidence about P places, K sides, S = K + 1 states, days from `origin` on; N statements by place and day."""

    first: NDArray[np.float64]  # (P, S) on day 0; rows sum to 1
    start: NDArray[np.int32]  # (P + 1,) neighbours in compressed rows
    target: NDArray[np.int32]  # (E,)
    beyond: NDArray[np.float64]  # (P, S) neighbours that are not among the P, by the state they stay in
    origin: int  # the day of column 0 of `shown`, `pressed`, and of what is filled
    shown: NDArray[np.int8]  # (maps, P, T) what each map shows, -1 for nothing
    stood: NDArray[np.int8]  # (maps, P) what each map last showed before `origin`, -1 for nothing
    pressed: NDArray[np.uint16]  # (P, T) sides reported to fight there, a bit each, `REAR` and `HUSHED`
    begin: NDArray[np.int64]  # (P + 1,) statements of each place
    day: NDArray[np.int64]  # (N,)
    word: NDArray[np.float64]  # (N, S) likelihood, largest 1
    gain: NDArray[np.int64]  # (N,) the side whose capture is announced, or -1
    real: NDArray[np.float64]  # (N,) probability that an announced capture is real
    local: NDArray[np.float32]  # (phases, P, K) how much harder than elsewhere a side is pressed around each place


class Strokes(NamedTuple):
    """R redrawn places in G strokes: neighbours that one map redraws alike on one day, which is one decision."""

    place: NDArray[np.int64]  # (R,) in order of day and stroke
    day: NDArray[np.int64]  # (R,)
    now: NDArray[np.int64]  # (R,) as redrawn
    share: NDArray[np.float64]  # (R,) one over the places in its stroke
    source: NDArray[np.int64]  # (G,) the map
    begin: NDArray[np.int64]  # (G + 1,) redrawn places of each stroke
    of_day: NDArray[np.int64]  # (T + 1,) strokes of each day from `origin` on
    by_place: NDArray[np.int64]  # (R,) redrawn places in order of place, day, stroke
    of_place: NDArray[np.int64]  # (P + 1,) into `by_place`


class Sights(NamedTuple):
    """E events by day, and M pairs of an event and a place near it."""

    side: NDArray[np.int64]  # (E,) whose forces were seen, -1 if not known
    right: NDArray[np.float64]  # (E, 3) P(they are seen | they hold the place, contested, another does)
    weight: NDArray[np.float64]  # (E,)
    begin: NDArray[np.int64]  # (E + 1,) into place and share
    place: NDArray[np.int64]  # (M,) -1 for one that is left out
    share: NDArray[np.float64]  # (M,) P(the point belongs to the place)
    aside: NDArray[np.float64]  # (E,) P(it belongs to none)
    of_day: NDArray[np.int64]  # (T + 1,) events of each day from `origin` on
    word: NDArray[np.float64]  # (M, S) filled: what the event multiplied the belief about the place by


class Rates(NamedTuple):
    """Dynamics and the records of maps."""

    hazard: NDArray[np.float64]  # (L,) at no contact and at the middle of each level
    tempo: NDArray[np.float64]  # (phases, K)
    rush: float
    settle: float
    hush: float  # how much rarer challenges are where nothing is posted
    notice: NDArray[np.float64]  # (2,) daily probability that a map is put right: where it attends, where it is blind
    stands: NDArray[np.float64]  # (2,) that it is not, to the power of `weight`
    blind: float  # probability that a map is blind to a change
    right: float  # probability that a map is right on the first day it shows a place
    slip: NDArray[np.float64]  # (maps,) daily probability that a place is redrawn in error
    weight: float  # what one map counts for among as many
    whole: float  # share of a stroke's places that changed hands with the rest, if any did


class State(NamedTuple):
    """What is believed of P places after some day; kernels change it in place."""

    alpha: NDArray[np.float64]  # (P, S)
    blind: NDArray[np.float64]  # (maps, P, S) P(the map is blind to the place | its state)
    awake: NDArray[np.bool_]  # (P,) False: nothing has touched the place yet, and it stands as it stood
    stirred: NDArray[np.bool_]  # (P,) True: its neighbours have been woken


class Room(NamedTuple):
    """Arrays that `_filter_days` works in."""

    before: NDArray[np.float64]  # (P, S) the belief of the day before
    around: NDArray[np.float64]  # (S,) expected neighbours of each state
    step: NDArray[np.float64]  # (S, S)
    roster: NDArray[np.int64]  # (P,) places that are awake, in the order they woke in
    cursor: NDArray[np.int64]  # (P,) the first statement about each place that has not been heard
    heard: NDArray[np.int64]  # (P,) the same after today


@kernel(inline="always")
def hazard_at(share, hazard):
    """The level below, and how far to the one above: hazards are joined by straight lines between levels' middles."""
    levels = len(hazard)
    if share <= 0.0:
        return 0, 0.0
    x = share * (levels - 1) + 0.5  # the middle of level l is at (l - 1/2) / (L - 1)
    if x < 1.0:
        return 0, 2.0 * (x - 0.5)
    low = min(int(x), levels - 1)
    if low == levels - 1:
        return low, 0.0
    return low, x - low


@kernel(inline="always")
def step_of(a, count, degree, pressed, pressed_share, hazard):
    """Share of the neighbours hostile to side a, as a level and a weight; pressed places have at least some."""
    sides = len(count) - 1
    enemy = 0.5 * count[sides]
    for k in range(sides):
        if k != a:
            enemy += count[k]
    share = enemy / degree if degree > 0.0 and pressed >> REAR & 7 != a + 1 else 0.0
    if pressed & ((1 << REAR) - 1) & ~(1 << a) != 0:  # somebody else is reported to fight here
        share = max(share, pressed_share)
    return hazard_at(share, hazard)


@kernel(inline="always")
def fill_step(count, degree, pressed, pressed_share, phase, local, rates, out):
    """Fill out (S, S) with P(state tomorrow | state today) of one place.

    `count` (S,) are its expected neighbours by state, `local` (K,) as in `Plain`.
    """
    states = len(count)
    sides = states - 1
    total = 0.0
    pace = rates.hush if pressed & HUSHED else 1.0
    for k in range(sides):
        total += FOOTHOLD + count[k]
    for a in range(sides):
        low, up = step_of(a, count, degree, pressed, pressed_share, rates.hazard)
        h = rates.hazard[low]
        if up > 0.0:
            h += up * (rates.hazard[low + 1] - h)
        lost = -np.expm1(-rates.tempo[phase, a] * local[a] * pace * h)
        for b in range(sides):
            if b == a:
                out[a, b] = 1.0 - lost
            else:
                out[a, b] = lost * rates.rush * (FOOTHOLD + count[b]) / (total - FOOTHOLD - count[a])
        out[a, sides] = lost * (1.0 - rates.rush)
    for b in range(sides):
        out[sides, b] = rates.settle * (FOOTHOLD + count[b]) / total
    out[sides, sides] = 1.0 - rates.settle


@kernel(inline="always")
def arrive(i, t, before, plain, rates, pressed_share, count, step, blind, n, row):
    """Fill row (S,) with the belief about place i on day t before that day's evidence; announced captures are in it.

    `before` (P, S) is the belief of the day before; `count` (S,) is filled with the expected neighbours of each
    state, `step` (S, S) with the step; `blind` (maps, S) is carried over it: whoever changes hands is noticed or
    overlooked anew. Returns the number of the place's first statement after day t.
    """
    states = len(row)
    for s in range(states):
        count[s] = plain.beyond[i, s]
    for e in range(plain.start[i], plain.start[i + 1]):
        for s in range(states):
            count[s] += before[plain.target[e], s]
    degree = 0.0
    for s in range(states):
        degree += count[s]
    phase = (t - 1) // WEEK
    pressed = plain.pressed[i, t - 1 - plain.origin]
    fill_step(count, degree, pressed, pressed_share, phase, plain.local[phase, i], rates, step)
    for b in range(states):
        row[b] = 0.0
        for a in range(states):
            row[b] += before[i, a] * step[a, b]
        stays = before[i, b] * step[b, b] / row[b]
        for m in range(len(blind)):
            blind[m, b] = rates.blind + stays * (blind[m, b] - rates.blind)
    while n < plain.begin[i + 1] and plain.day[n] <= t:
        if plain.gain[n] >= 0:
            for s in range(states):
                row[s] *= 1.0 - plain.real[n]
            row[plain.gain[n]] += plain.real[n]
        n += 1
    return n


@kernel(inline="always")
def last_shown(row, t):
    """What row (T,) of a map last showed before day t, or -1: a map that skips days has not forgotten the place."""
    while t > 0 and row[t - 1] < 0:
        t -= 1
    return row[t - 1] if t > 0 else -1


@kernel()
def fill_last_shown(shown, source, place, day, out):
    """Fill out (N,) with what the map `source` last showed of `place` before `day`, -1 for nothing; shown (maps, P, T).

    O(N) where maps skip no days, O(N T) at worst.
    """
    for n in range(len(out)):
        out[n] = last_shown(shown[source[n], place[n]], day[n])


@kernel(inline="always")
def weigh_day(i, t, plain, rates, blind, first, last, row):
    """Multiply row (S,) by what maps that stand, or show the place for the first time, and statements say; normalise.

    `blind` (maps, S) learns from maps that stand although the truth is another. A redrawn map counts by its stroke.
    """
    states = len(row)
    column = t - plain.origin
    for m in range(len(plain.shown)):
        now = plain.shown[m, i, column]
        if now < 0:
            continue
        was = last_shown(plain.shown[m, i], column)
        if was < 0:
            was = plain.stood[m, i]
        if was != now:
            for s in range(states):
                blind[m, s] = rates.blind
                if was < 0 and s != now:  # it has had time to be put right, so it is rather blind here
                    row[s] *= ((1.0 - rates.right) / (states - 1) / rates.right) ** rates.weight
                    seeing = (1.0 - rates.blind) * rates.notice[1]
                    blind[m, s] = rates.blind * rates.notice[0] / (rates.blind * rates.notice[0] + seeing)
            continue
        for s in range(states):
            if s != now:
                overlooked = blind[m, s] * rates.stands[1]
                stands = overlooked + (1.0 - blind[m, s]) * rates.stands[0]
                row[s] *= stands
                blind[m, s] = overlooked / stands
    for q in range(first, last):
        if plain.gain[q] < 0:
            for s in range(states):
                row[s] *= plain.word[q, s]
    total = 0.0
    for s in range(states):
        total += row[s]
    for s in range(states):
        row[s] = max(row[s] / total, FLOOR)


@kernel()
def credence_of(g, today, blind, strokes, rates):
    """Probability that a place in a stroke is as drawn.

    If the stroke is one decision, it is as likely as that any of its places changed hands: whoever came from far passed
    through what lies between. `today` (P, S) is the belief before the day's evidence.
    """
    best = 0.0  # odds
    m = strokes.source[g]
    for r in range(strokes.begin[g], strokes.begin[g + 1]):
        i, now = strokes.place[r], strokes.now[r]
        noticed = rates.notice[0] + blind[m, i, now] * (rates.notice[1] - rates.notice[0])
        change = today[i, now] / max(1.0 - today[i, now], FLOOR)
        best = max(best, (noticed / rates.slip[m]) ** rates.weight * change)
    whole = rates.whole if strokes.begin[g + 1] - strokes.begin[g] > 1 else 1.0
    return whole * best / (1.0 + best)


@kernel()
def sight(e, today, sights):
    """Weigh event e: the places near it, in today (P, S), explain it between them."""
    states = today.shape[1]
    sides = states - 1
    side = sights.side[e]
    if side < 0:
        return
    total = sights.aside[e] / sides
    for m in range(sights.begin[e], sights.begin[e + 1]):
        i = sights.place[m]
        if i >= 0:
            total += sights.share[m] * expected(today[i], side, sights.right[e])
        else:
            total += sights.share[m] / sides
    for m in range(sights.begin[e], sights.begin[e + 1]):
        i = sights.place[m]
        if i < 0:
            continue
        rest = total - sights.share[m] * expected(today[i], side, sights.right[e])
        row = 0.0
        for s in range(states):
            p = sights.right[e, 0 if s == side else (1 if s == sides else 2)]
            sights.word[m, s] = (rest + sights.share[m] * p) ** sights.weight[e]
            today[i, s] *= sights.word[m, s]
            row += today[i, s]
        for s in range(states):
            today[i, s] = max(today[i, s] / row, FLOOR)


@kernel(inline="always")
def expected(belief, side, right):
    """P(forces of `side` are seen) at a place of which `belief` (S,) is believed."""
    sides = len(belief) - 1
    return right[2] + belief[side] * (right[0] - right[2]) + belief[sides] * (right[1] - right[2])


@kernel(nogil=True)
def filter_forward(since, until, quiet, state, plain, strokes, sights, rates, pressed_share, out, counts, trust):
    """Fill out (P, T, S) with P(state on day t | what had come in by t), days `since` .. `until` - 1.

    Boyen and Koller (1998): the joint distribution is kept as the product of its marginals, so a place's hazard
    comes from the expected states of its neighbours the day before. `state` is that after day `since` - 1, and
    after day `until` - 1 when done. A place sleeps until a statement, a redrawn map, or a neighbour that is no longer
    `quiet` sure to be what it was wakes it. `counts` (P, T, S), if it has rows, is filled with the expected
    neighbours of each state in the step into day t; trust (R,) with how much of what else each redrawn place may be
    becomes what is drawn. O(T x places awake x (S^2 + neighbours + maps)).
    """
    places, states = state.alpha.shape
    cursor = plain.begin[:-1].copy()
    room = Room(
        state.alpha.copy(),
        np.zeros(states),
        np.empty((states, states)),
        np.empty(places, dtype=np.int64),
        cursor,
        cursor.copy(),
    )
    _filter_days(since, until, quiet, state, plain, strokes, sights, rates, pressed_share, out, counts, trust, room)


@kernel(nogil=True, counted=False)
def _filter_days(since, until, quiet, state, plain, strokes, sights, rates, pressed_share, out, counts, trust, room):
    """`filter_forward`, in arrays made for it."""
    alpha, blind, awake, stirred = state
    before, count, step, roster, cursor, heard = room
    places, states = alpha.shape
    up = 0
    for i in range(places):
        if awake[i]:
            roster[up] = i
            up += 1
    keep = len(counts) > 0
    for t in range(since, until):
        column = t - plain.origin
        for i in range(places):
            n = cursor[i]
            if not awake[i] and n < plain.begin[i + 1] and plain.day[n] <= t:
                awake[i] = True
                roster[up] = i
                up += 1
        for r in range(strokes.begin[strokes.of_day[column]], strokes.begin[strokes.of_day[column + 1]]):
            i = strokes.place[r]
            if not awake[i]:
                awake[i] = True
                roster[up] = i
                up += 1
        for m in range(sights.begin[sights.of_day[column]], sights.begin[sights.of_day[column + 1]]):
            i = sights.place[m]
            if i >= 0 and not awake[i]:
                awake[i] = True
                roster[up] = i
                up += 1
        if t == 0:
            for e in range(sights.of_day[column], sights.of_day[column + 1]):
                sight(e, alpha, sights)
            for i in range(places):
                n = cursor[i]
                while n < plain.begin[i + 1] and plain.day[n] <= 0:
                    if plain.gain[n] >= 0:
                        for s in range(states):
                            alpha[i, s] *= 1.0 - plain.real[n]
                        alpha[i, plain.gain[n]] += plain.real[n]
                    n += 1
                weigh_day(i, t, plain, rates, blind[:, i], cursor[i], n, alpha[i])
                cursor[i] = n
        else:
            for u in range(up):
                i = roster[u]
                heard[i] = arrive(
                    i, t, before, plain, rates, pressed_share, count, step, blind[:, i], cursor[i], alpha[i]
                )
                if keep:
                    for s in range(states):
                        counts[i, column, s] = count[s]
            for g in range(strokes.of_day[column], strokes.of_day[column + 1]):
                credence = credence_of(g, alpha, blind, strokes, rates)
                for r in range(strokes.begin[g], strokes.begin[g + 1]):
                    i, now = strokes.place[r], strokes.now[r]
                    # What else it may be is as likely among itself as before.
                    trust[r] = max(credence - alpha[i, now], 0.0) / max(1.0 - alpha[i, now], FLOOR)
                    for s in range(states):
                        alpha[i, s] *= 1.0 - trust[r]
                    alpha[i, now] += trust[r]
            for e in range(sights.of_day[column], sights.of_day[column + 1]):
                sight(e, alpha, sights)
            for u in range(up):
                i = roster[u]
                weigh_day(i, t, plain, rates, blind[:, i], cursor[i], heard[i], alpha[i])
                cursor[i] = heard[i]
        for u in range(up):
            i = roster[u]
            if not stirred[i]:
                sure = 0.0
                for s in range(states):
                    if plain.first[i, s] > 0.5:
                        sure = alpha[i, s]
                if sure < quiet:
                    stirred[i] = True
                    for e in range(plain.start[i], plain.start[i + 1]):
                        j = plain.target[e]
                        if not awake[j]:
                            awake[j] = True
                            roster[up] = j
                            up += 1
        for i in range(places):
            if awake[i] or t == 0:
                for s in range(states):
                    before[i, s] = alpha[i, s]
        for i in range(places):
            for s in range(states):
                out[i, column, s] = alpha[i, s]


@kernel(nogil=True, counted=False)
def pool(share, shown, out):
    """Mix out (P, T, S), in place, with the share of maps that show each state, where two or more show the place.

    `shown` (maps, P, T), -1 for nothing; the maps have `share` of the mixture.
    """
    maps = len(shown)
    places, days, states = out.shape
    for i in range(places):
        for t in range(days):
            several = 0
            for m in range(maps):
                several += shown[m, i, t] >= 0
            if several < 2:
                continue
            for s in range(states):
                out[i, t, s] *= 1.0 - share
            for m in range(maps):
                if shown[m, i, t] >= 0:
                    out[i, t, shown[m, i, t]] += share / several


@kernel()
def crowd(point, day, km, memory, weight):
    """Divide weight (N,) by 1 + the events of late within `km`, in the order in which they came.

    `point` (N, 2) in km, `day` (N,) not falling; events fade over `memory` days. O(N x events of 5 memories).
    """
    begin = 0
    for n in range(len(day)):
        while day[n] - day[begin] > 5.0 * memory:
            begin += 1
        others = 0.0
        for m in range(begin, n):
            east, north = point[n, 0] - point[m, 0], point[n, 1] - point[m, 1]
            if east * east + north * north <= km * km:
                others += np.exp(-(day[n] - day[m]) / memory)
        weight[n] /= 1.0 + others
