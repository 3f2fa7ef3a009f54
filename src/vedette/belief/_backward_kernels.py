"""Backward over what was filtered: smoothing every place by itself, and drawing its history."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vedette.belief._factored_kernels import FLOOR, HUSHED, WEEK, fill_step, step_of
from vedette.compiled import kernel

TINY = 1e-300
"""Least probability that has a logarithm here."""

SQRT_HALF = math.sqrt(0.5)


@kernel(inline="always")
def meet(i, t, n, r, plain, strokes, rates, pressed_share, count, trust, step, pair):
    """Fill step (S, S) with the step into day t at place i, and pair (S, S) with what was announced and redrawn in it.

    `count` (S,) are its expected neighbours by state; `n` and `r` are the ends of the place's statements and redrawings
    up to that day. Returns where those before it end.
    """
    states = len(pair)
    degree = 0.0
    for s in range(states):
        degree += count[s]
    phase = (t - 1) // WEEK
    pressed = plain.pressed[i, t - 1 - plain.origin]
    fill_step(count, degree, pressed, pressed_share, phase, plain.local[phase, i], rates, step)
    for a in range(states):
        for b in range(states):
            pair[a, b] = step[a, b]
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

    Left out: later maps also tell of blindness, which is not carried back. `filter_forward` keeps how blind a map is by
    what it had shown so far, and the step back is that of the states alone, as if maps forgot from day to day how blind
    they are. Against the exact chain of state and blindness, one place at the line under one map that stands for 60
    days: 0.03 off where it shows who held the place before and nobody speaks, up to 0.19 where claims contradict it.
    """
    states = out.shape[2]
    step, pair = np.empty((states, states)), np.empty((states, states))
    arriving, later = np.empty(states), np.empty(states)
    _smooth_days(
        until, recent_from, plain, strokes, rates, pressed_share, counts, trust, out, tally, recent,
        step, pair, arriving, later,
    )  # fmt: skip


@kernel(nogil=True, counted=False)
def _smooth_days(
    until, recent_from, plain, strokes, rates, pressed_share, counts, trust, out, tally, recent,
    step, pair, arriving, later,
):  # fmt: skip
    """`smooth_backward`, in arrays made for it: step and pair (S, S), arriving and later (S,)."""
    places, _, states = out.shape
    sides = states - 1
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
            n, redrawn = meet(i, t, n, r, plain, strokes, rates, pressed_share, count, trust, step, pair)
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
    step, pair = np.empty((states, states)), np.empty((states, states))
    _steps_of_days(
        until, places, plain, strokes, rates, pressed_share, counts, trust, filtered, back, foretold, step, pair
    )


@kernel(nogil=True, counted=False)
def _steps_of_days(
    until, places, plain, strokes, rates, pressed_share, counts, trust, filtered, back, foretold, step, pair
):
    """`step_back`, in arrays made for it: step and pair (S, S)."""
    states = filtered.shape[2]
    for q in range(len(places)):
        i = places[q]
        n = plain.begin[i + 1]
        r = strokes.of_place[i + 1]
        for t in range(until - 1, plain.origin, -1):
            column = t - plain.origin
            n, r = meet(i, t, n, r, plain, strokes, rates, pressed_share, counts[i, column], trust, step, pair)
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


@kernel(inline="always")
def share_below(x):
    """Standard normal distribution function."""
    return 0.5 * math.erfc(-x * SQRT_HALF)


@kernel(nogil=True)
def live_back(rng, back, last, lean, spells, at, out):
    """Draw histories of Q places `at` out (M, P, T) backward in time, each place's by its own law.

    `last` (Q, S) is what is believed of the last day, `back` (Q, T, S, S) that of `step_back`. What is drawn follows
    from noise that M members share between places near each other: `lean` (Q, M, S) standard Gumbel, the state of the
    largest log probability plus noise being drawn (Gumbel 1954; Yellott 1977); and `spells` (Q, M, 2 J) standard
    normal, for each of the J latest spells how long it lasted and which state came before, by the inverse of either
    law. Earlier spells draw from `rng`. O(M Q (spells log T + T)), the last a byte written.
    """
    members, _, days = out.shape
    states = last.shape[1]
    shared = spells.shape[2] // 2
    stood = np.zeros((states, days))  # log probability of having stood still from day t to the last
    for q in range(len(at)):
        for s in range(states):
            for t in range(days - 2, -1, -1):
                stood[s, t] = stood[s, t + 1] + np.log(max(back[q, t + 1, s, s], TINY))
        for m in range(members):
            now = 0
            best = -np.inf
            for s in range(states):
                if last[q, s] > 0.0 and np.log(last[q, s]) + lean[q, m, s] > best:
                    best = np.log(last[q, s]) + lean[q, m, s]
                    now = s
            spell = 0
            t = days - 1
            while True:
                # The spell begins on the earliest day `low` to which it stood still more likely than its noise says.
                chance = share_below(spells[q, m, 2 * spell]) if spell < shared else rng.random()
                limit = stood[now, t] + np.log(max(chance, TINY))
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
                chance = share_below(spells[q, m, 2 * spell + 1]) if spell < shared else rng.random()
                moved = 0.0
                for a in range(states):
                    if a != now:
                        moved += law[a]
                left = chance * moved
                came = now
                for a in range(states):
                    if a != now and law[a] > 0.0:
                        came = a
                        left -= law[a]
                        if left < 0.0:
                            break
                now = came
                spell += 1
                t = low - 1
