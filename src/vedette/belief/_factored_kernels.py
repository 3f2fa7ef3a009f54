"""Filtering and smoothing every place by itself, its neighbours replaced by what is believed of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vedette.compiled import kernel
from vedette.dynamics.transition import FOOTHOLD

FLOOR = 1e-9
"""Least probability of a state: evidence may be wrong in ways no record has shown."""


class Plain(NamedTuple):
    """Evidence about P places on T days, K sides and S = K + 1 states; N statements sorted by place and day."""

    first: NDArray[np.float64]  # (P, S) on day 0; rows sum to 1
    start: NDArray[np.int32]  # (P + 1,) neighbours in compressed rows
    target: NDArray[np.int32]  # (E,)
    beyond: NDArray[np.float64]  # (P, S) neighbours that are not among the P, by the state they stay in
    shown: NDArray[np.int8]  # (maps, P, T) what each map shows, -1 for nothing
    pressed: NDArray[np.uint8]  # (P, T) sides reported to fight there, a bit each
    begin: NDArray[np.int64]  # (P + 1,) statements of each place
    day: NDArray[np.int64]  # (N,)
    word: NDArray[np.float64]  # (N, S) likelihood, largest 1
    gain: NDArray[np.int64]  # (N,) the side whose capture is announced, or -1
    real: NDArray[np.float64]  # (N,) probability that an announced capture is real
    phase: NDArray[np.int32]  # (T,)
    local: NDArray[np.float32]  # (phases, P, K) how much harder than elsewhere a side is pressed around each place


class Rates(NamedTuple):
    """Dynamics and the records of maps."""

    hazard: NDArray[np.float64]  # (L,) at no contact and at the middle of each level
    tempo: NDArray[np.float64]  # (phases, K)
    rush: float
    settle: float
    map_table: NDArray[np.float64]  # (maps, (S + 1)^2, S)


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
    if pressed & ~(1 << a):
        share = max(share, pressed_share)
    return hazard_at(share, hazard)


@kernel()
def fill_step(count, degree, pressed, pressed_share, phase, local, rates, out):
    """Fill out (S, S) with P(state tomorrow | state today) of one place.

    `count` (S,) are its expected neighbours by state, `local` (K,) as in `Plain`.
    """
    states = len(count)
    sides = states - 1
    total = 0.0
    for k in range(sides):
        total += FOOTHOLD + count[k]
    for a in range(sides):
        low, up = step_of(a, count, degree, pressed, pressed_share, rates.hazard)
        h = rates.hazard[low]
        if up > 0.0:
            h += up * (rates.hazard[low + 1] - h)
        lost = -np.expm1(-rates.tempo[phase, a] * local[a] * h)
        for b in range(sides):
            if b == a:
                out[a, b] = 1.0 - lost
            else:
                out[a, b] = lost * rates.rush * (FOOTHOLD + count[b]) / (total - FOOTHOLD - count[a])
        out[a, sides] = lost * (1.0 - rates.rush)
    for b in range(sides):
        out[sides, b] = rates.settle * (FOOTHOLD + count[b]) / total
    out[sides, sides] = 1.0 - rates.settle


@kernel(nogil=True)
def filter_forward(since, until, alpha, cursor, plain, rates, pressed_share, out, counts):
    """Fill out (P, T, S) with P(state on day t | what had come in by t), days `since` .. `until` - 1.

    Boyen and Koller (1998): the joint distribution is kept as the product of its marginals,
    so a place's hazard comes from the expected states of its neighbours the day before. `alpha`
    (P, S) is the belief on day `since` - 1, and that on day `until` - 1 when done; `cursor`
    (P,) each place's next statement; `counts` (P, T, S) is filled with the expected neighbours of each
    state that the step into day t used, if it has any rows. O(P T (S^2 + neighbours)).
    """
    places, states = alpha.shape
    maps = len(plain.shown)
    before = np.empty_like(alpha)
    count = np.empty(states)
    step = np.empty((states, states))
    keep = len(counts) > 0
    for t in range(since, until):
        before[:] = alpha
        for i in range(places):
            if t > 0:
                for s in range(states):
                    count[s] = plain.beyond[i, s]
                for e in range(plain.start[i], plain.start[i + 1]):
                    for s in range(states):
                        count[s] += before[plain.target[e], s]
                degree = 0.0
                for s in range(states):
                    degree += count[s]
                phase = plain.phase[t - 1]
                fill_step(
                    count, degree, plain.pressed[i, t - 1], pressed_share, phase, plain.local[phase, i], rates, step
                )
                for b in range(states):
                    total = 0.0
                    for a in range(states):
                        total += before[i, a] * step[a, b]
                    alpha[i, b] = total
                if keep:
                    for s in range(states):
                        counts[i, t, s] = count[s]
            n = cursor[i]
            while n < plain.begin[i + 1] and plain.day[n] <= t:
                if plain.gain[n] >= 0:
                    for s in range(states):
                        alpha[i, s] *= 1.0 - plain.real[n]
                    alpha[i, plain.gain[n]] += plain.real[n]
                n += 1
            for m in range(maps):
                now = plain.shown[m, i, t]
                if now >= 0:
                    was = plain.shown[m, i, t - 1] if t > 0 else -1
                    for s in range(states):
                        alpha[i, s] *= rates.map_table[m, (was + 1) * (states + 1) + now + 1, s]
            n = cursor[i]
            while n < plain.begin[i + 1] and plain.day[n] <= t:
                if plain.gain[n] < 0:
                    for s in range(states):
                        alpha[i, s] *= plain.word[n, s]
                n += 1
            cursor[i] = n
            total = 0.0
            for s in range(states):
                total += alpha[i, s]
            for s in range(states):
                alpha[i, s] = max(alpha[i, s] / total, FLOOR)
                out[i, t, s] = alpha[i, s]


@kernel(nogil=True)
def smooth_backward(
    until, recent_from, plain, rates, pressed_share, counts, out, challenged, exposed, contests, right, slipped, recent
):
    """Turn out (P, T, S) from filtered into smoothed, days until - 1 .. 0, in place, and count what happened.

    The steps are those of `filter_forward`: neighbours stay at their filtered states. With K sides and L levels,
    the expected number of challenges is added to challenged (phases, K, L), days at risk to exposed
    (phases, K, L); to contests (4,) days of contest, contests settled, challenges, rushes; to right (maps,) the
    place-days on which a map could slip and to slipped (maps, T) its slips. recent (P, K, 2) are the challenges
    since day `recent_from`, and how many there would be if every place were pressed alike. Statements are not counted.
    """
    places, _, states = out.shape
    sides = states - 1
    step = np.empty((states, states))
    pair = np.empty((states, states))
    arriving = np.empty(states)
    later = np.empty(states)
    for i in range(places):
        n = plain.begin[i + 1]
        for t in range(until - 1, -1, -1):
            for m in range(len(plain.shown)):
                now = plain.shown[m, i, t]
                was = plain.shown[m, i, t - 1] if t > 0 else -1
                if now < 0 or was < 0:
                    continue
                for s in range(states):
                    if was == s or (now != was and now != s):
                        right[m] += out[i, t, s]
                        if now != s:
                            slipped[m, t] += out[i, t, s]
            if t == 0:
                break
            count = counts[i, t]
            degree = 0.0
            for s in range(states):
                degree += count[s]
            phase = plain.phase[t - 1]
            local = plain.local[phase, i]
            fill_step(count, degree, plain.pressed[i, t - 1], pressed_share, phase, local, rates, step)
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
            n = first
            for b in range(states):
                arriving[b] = 0.0
                for a in range(states):
                    arriving[b] += out[i, t - 1, a] * pair[a, b]
            for a in range(states):
                later[a] = 0.0
                for b in range(states):
                    if arriving[b] > 0.0:
                        pair[a, b] *= out[i, t - 1, a] * out[i, t, b] / arriving[b]
                        later[a] += pair[a, b]
            contests[0] += later[sides]
            contests[1] += later[sides] - pair[sides, sides]
            for a in range(sides):
                lost = later[a] - pair[a, a]
                contests[2] += lost
                contests[3] += lost - pair[a, sides]
                low, up = step_of(a, count, degree, plain.pressed[i, t - 1], pressed_share, rates.hazard)
                at_risk = later[a] * local[a]
                exposed[phase, a, low] += at_risk * (1.0 - up)
                h = rates.hazard[low] * (1.0 - up)
                if up > 0.0:
                    exposed[phase, a, low + 1] += at_risk * up
                    over = rates.hazard[low + 1] * up
                    challenged[phase, a, low + 1] += lost * over / (h + over)
                    h = h / (h + over)
                else:
                    h = 1.0
                challenged[phase, a, low] += lost * h
                if t >= recent_from:
                    h = rates.hazard[low]
                    if up > 0.0:
                        h += up * (rates.hazard[low + 1] - h)
                    recent[i, a, 0] += lost
                    recent[i, a, 1] += later[a] * rates.tempo[phase, a] * h
            for a in range(states):
                out[i, t - 1, a] = later[a]
