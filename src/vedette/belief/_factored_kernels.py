"""Filtering and smoothing every place by itself, its neighbours replaced by what is believed of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vedette.compiled import kernel
from vedette.dynamics.transition import FOOTHOLD

FLOOR = 1e-9
"""Least probability of a state: evidence may be wrong in ways no record has shown."""

TINY = 1e-300
"""Least probability that has a logarithm here."""

WEEK = 7
"""Days in a phase of the dynamics: the step into day t belongs to phase (t - 1) // WEEK."""


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
    pressed: NDArray[np.uint16]  # (P, T) sides reported to fight there, a bit each, and `HUSHED`
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
    share = enemy / degree if degree > 0.0 else 0.0
    if (pressed & ~(1 << a | HUSHED)) != 0:  # somebody else is reported to fight here
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
        was = plain.shown[m, i, column - 1] if t > 0 else -1
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
                overlooked = blind[m, s] * (1.0 - rates.notice[1])
                stands = overlooked + (1.0 - blind[m, s]) * (1.0 - rates.notice[0])
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
    """Probability that a stroke is no slip.

    If it is one decision, it is as likely as that any of its places changed hands: whoever came from far passed
    through what lies between. `today` (P, S) is the belief before the day's evidence.
    """
    best = 0.0  # odds
    m = strokes.source[g]
    for r in range(strokes.begin[g], strokes.begin[g + 1]):
        i, now = strokes.place[r], strokes.now[r]
        noticed = rates.notice[0] + blind[m, i, now] * (rates.notice[1] - rates.notice[0])
        change = today[i, now] / max(1.0 - today[i, now], FLOOR)
        best = max(best, (noticed / rates.slip[m]) ** rates.weight * change)
    return best / (1.0 + best)


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
    neighbours of each state in the step into day t; trust (R,) with the probability that each redrawn place
    changed hands as drawn. O(T x places awake x (S^2 + neighbours + maps)).
    """
    places, states = state.alpha.shape
    alpha, blind, awake, stirred = state
    cursor = plain.begin[:-1].copy()
    before = alpha.copy()
    count = np.zeros(states)
    step = np.empty((states, states))
    roster = np.empty(places, dtype=np.int64)
    heard = cursor.copy()
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
                    counts[i, column] = count
            for g in range(strokes.of_day[column], strokes.of_day[column + 1]):
                credence = rates.whole * credence_of(g, alpha, blind, strokes, rates)
                for r in range(strokes.begin[g], strokes.begin[g + 1]):
                    i = strokes.place[r]
                    trust[r] = credence
                    for s in range(states):
                        alpha[i, s] *= 1.0 - credence
                    alpha[i, strokes.now[r]] += credence
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
        if t == 0:
            before[:] = alpha
        for u in range(up):
            before[roster[u]] = alpha[roster[u]]
        for i in range(places):
            for s in range(states):
                out[i, column, s] = alpha[i, s]


@kernel(inline="always")
def meet(i, t, n, r, plain, strokes, trust, step, pair):
    """Fill pair (S, S) with the step into day t at place i, announced captures and redrawn maps in it.

    `n` and `r` are the ends of the place's statements and redrawings up to that day; returns where those before it end.
    """
    states = len(pair)
    pair[:] = step
    first = n
    while first > plain.begin[i] and plain.day[first - 1] >= t:
        first -= 1
    for q in range(first, n):
        if plain.gain[q] >= 0:
            for a in range(states):
                for b in range(states):
                    pair[a, b] *= 1.0 - plain.real[q]
                pair[a, plain.gain[q]] += plain.real[q]
    redrawn = r
    while redrawn > strokes.of_place[i] and strokes.day[strokes.by_place[redrawn - 1]] >= t:
        redrawn -= 1
    for u in range(redrawn, r):
        q = strokes.by_place[u]
        for a in range(states):
            for b in range(states):
                pair[a, b] *= 1.0 - trust[q]
            pair[a, strokes.now[q]] += trust[q]
    return first, redrawn


class Tally(NamedTuple):
    """Expected counts of what happened, by the phase of the step."""

    challenged: NDArray[np.float64]  # (phases, K, L)
    exposed: NDArray[np.float64]  # (phases, K, L) days at risk
    contests: NDArray[np.float64]  # (phases, 4) days of contest, contests settled, challenges, rushes


@kernel(nogil=True)
def smooth_backward(until, recent_from, plain, strokes, rates, pressed_share, counts, trust, out, tally, recent):
    """Turn out (P, T, S) from filtered into smoothed, days until - 1 .. `plain.origin`, in place, and count.

    The steps are those of `filter_forward`: neighbours stay at their filtered states. With K sides and L levels,
    what happened is added to `tally`. recent (P, K, 2) are the challenges since day `recent_from`, and how many
    there would be if every place were pressed alike. Statements and maps are not counted.
    """
    places, _, states = out.shape
    sides = states - 1
    step = np.empty((states, states))
    pair = np.empty((states, states))
    arriving = np.empty(states)
    later = np.empty(states)
    for i in range(places):
        n = plain.begin[i + 1]
        r = strokes.of_place[i + 1]
        for t in range(until - 1, plain.origin, -1):
            column = t - plain.origin
            count = counts[i, column]
            degree = 0.0
            for s in range(states):
                degree += count[s]
            phase = (t - 1) // WEEK
            local = plain.local[phase, i]
            pressed = plain.pressed[i, column - 1]
            pace = rates.hush if pressed & HUSHED else 1.0
            fill_step(count, degree, pressed, pressed_share, phase, local, rates, step)
            n, redrawn = meet(i, t, n, r, plain, strokes, trust, step, pair)
            drawn = -1
            for u in range(redrawn, r):
                drawn = strokes.by_place[u]
            r = redrawn
            for b in range(states):
                arriving[b] = 0.0
                for a in range(states):
                    arriving[b] += out[i, column - 1, a] * pair[a, b]
            for a in range(states):
                later[a] = 0.0
                for b in range(states):
                    if arriving[b] > 0.0:
                        pair[a, b] *= out[i, column - 1, a] * out[i, column, b] / arriving[b]
                        later[a] += pair[a, b]
            tally.contests[phase, 0] += later[sides]
            tally.contests[phase, 1] += later[sides] - pair[sides, sides]
            for a in range(sides):
                lost = later[a] - pair[a, a]
                if drawn >= 0:  # a district that changes hands by one decision counts as one place
                    lost *= strokes.share[drawn]
                tally.contests[phase, 2] += lost
                tally.contests[phase, 3] += lost * (1.0 - pair[a, sides] / max(later[a] - pair[a, a], FLOOR))
                low, up = step_of(a, count, degree, pressed, pressed_share, rates.hazard)
                at_risk = later[a] * local[a] * pace
                h = rates.hazard[low] * (1.0 - up)
                here = h
                tally.exposed[phase, a, low] += at_risk * (1.0 - up)
                if up > 0.0:
                    over = rates.hazard[low + 1] * up
                    here = h + over
                    tally.exposed[phase, a, low + 1] += at_risk * up
                    tally.challenged[phase, a, low + 1] += lost * over / here
                tally.challenged[phase, a, low] += lost * h / here
                if t >= recent_from:
                    recent[i, a, 0] += lost
                    recent[i, a, 1] += later[a] * rates.tempo[phase, a] * pace * here
            for a in range(states):
                out[i, column - 1, a] = later[a]


@kernel(nogil=True)
def step_back(until, places, plain, strokes, rates, pressed_share, counts, trust, filtered, back, foretold):
    """Fill back (Q, T, S, S) with P(state on the day before | state on day t), [.., today, before], of Q `places`.

    And foretold (Q, T, S) with the belief about day t on the eve, before anything was announced for it. `filtered`
    (P, T, S), `counts` and `trust` are those of `filter_forward`. Day `plain.origin` is left as it is.
    """
    states = filtered.shape[2]
    step = np.empty((states, states))
    pair = np.empty((states, states))
    for q in range(len(places)):
        i = places[q]
        n = plain.begin[i + 1]
        r = strokes.of_place[i + 1]
        for t in range(until - 1, plain.origin, -1):
            column = t - plain.origin
            count = counts[i, column]
            degree = 0.0
            for s in range(states):
                degree += count[s]
            phase = (t - 1) // WEEK
            pressed = plain.pressed[i, column - 1]
            fill_step(count, degree, pressed, pressed_share, phase, plain.local[phase, i], rates, step)
            n, r = meet(i, t, n, r, plain, strokes, trust, step, pair)
            for b in range(states):
                arriving = 0.0
                foretold[q, column, b] = 0.0
                for a in range(states):
                    arriving += filtered[i, column - 1, a] * pair[a, b]
                    foretold[q, column, b] += filtered[i, column - 1, a] * step[a, b]
                for a in range(states):
                    if arriving > 0.0:
                        back[q, column, b, a] = filtered[i, column - 1, a] * pair[a, b] / arriving
                    else:
                        back[q, column, b, a] = 1.0 if a == b else 0.0


@kernel(nogil=True)
def live_back(rng, back, last, lean, stays, moves, at, out):
    """Draw histories of Q places `at` out (M, P, T) backward in time, each place's by its own law.

    `last` (Q, S) is what is believed of the last day, `back` (Q, T, S, S) that of `step_back`. What is drawn follows
    from noise that M members share between places near each other: `lean` (M, Q, S), `moves` (M, Q, J, S) standard
    Gumbel, the state of the largest log probability plus noise being drawn (Gumbel 1954; Yellott 1977); and `stays`
    (M, Q, J) uniform, how long the J latest spells last, by the inverse of the law of their length. Earlier
    spells draw from `rng`. O(M Q (spells log T + T)), the last a byte written.
    """
    members, _, days = out.shape
    states = last.shape[1]
    spells = stays.shape[2]
    stood = np.zeros((states, days))  # log probability of having stood still from day t to the last
    for q in range(len(at)):
        for s in range(states):
            for t in range(days - 2, -1, -1):
                stood[s, t] = stood[s, t + 1] + np.log(max(back[q, t + 1, s, s], TINY))
        for m in range(members):
            now = 0
            best = -np.inf
            for s in range(states):
                if last[q, s] > 0.0 and np.log(last[q, s]) + lean[m, q, s] > best:
                    best = np.log(last[q, s]) + lean[m, q, s]
                    now = s
            spell = 0
            t = days - 1
            while True:
                # The spell begins on the earliest day `low` to which it stood still more likely than its noise says.
                noise = stays[m, q, spell] if spell < spells else rng.random()
                limit = stood[now, t] + np.log(max(noise, TINY))
                low, high = 0, t
                while low < high:
                    middle = (low + high) // 2
                    if stood[now, middle] >= limit:
                        high = middle
                    else:
                        low = middle + 1
                for day in range(low, t + 1):
                    out[m, at[q], day] = now
                if low == 0:
                    break
                law = back[q, low, now]
                best = -np.inf
                came = now
                for a in range(states):
                    if a != now and law[a] > 0.0:
                        noise = moves[m, q, spell, a] if spell < spells else -np.log(-np.log(rng.random()))
                        if np.log(law[a]) + noise > best:
                            best = np.log(law[a]) + noise
                            came = a
                now = came
                spell += 1
                t = low - 1


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
