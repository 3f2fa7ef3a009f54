"""One Gibbs sweep over everything unknown, compiled whole so that chains run side by side."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vedette.belief._kernels import Moves, Said, sample_paths, silence_row
from vedette.belief._record_kernels import (
    TINY,
    Talk,
    Uproar,
    challenges_at,
    redraw_announcements,
    redraw_clamour,
    redraw_testimony,
    tally,
)
from vedette.compiled import kernel
from vedette.dynamics._kernels import calm_rows

ANNOUNCED_AGEING = 0.9
"""Probability that a capture is old news the day after it was announced: now and then others announce it too."""
PASSED_OVER_AGEING = 0.3
"""The same after a list of its side's gains that does not name it."""
IDLE_AGEING = 0.02
"""The same on a day without such a list: news keeps, for about seven weeks."""


class Field(NamedTuple):
    """Evidence as of a day. P places, T days, K sides, S states, H hidden states, N place-days with statements."""

    before: NDArray[np.int8]  # (P,) state before the war
    first: NDArray[np.float64]  # (P, H) probability of each hidden state on day 0
    phase: NDArray[np.int32]  # (T,)
    level: NDArray[np.uint8]  # (P, T) attention, in levels
    levels: int
    lists: NDArray[np.bool_]  # (T, K) whether each side published gains that day
    fighting: NDArray[np.uint8]  # (P, T) which sides are reported to fight there, a bit each
    slot: NDArray[np.int32]  # (P, T) row among the N, or -1
    announced: NDArray[np.bool_]  # (N, K) whether a capture by k is announced there
    heard: Talk  # announced captures
    heard_slot: NDArray[np.int64]
    told: Talk  # testimony
    told_slot: NDArray[np.int64]
    clamour: Uproar  # reports of fighting
    clamour_slot: NDArray[np.int64]
    exposures: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
    drawn: NDArray[np.uint8]  # (maps, P, T) codes of what each map shows, before and now
    level_of: NDArray[np.int64]  # (degree, support) `LEVEL_OF`


class Pace(NamedTuple):
    """The dynamics' parameters, as in `Transition`; `odds` holds rush and settle. Updated in place."""

    hazard: NDArray[np.float64]  # (L,)
    tempo: NDArray[np.float64]  # (phases, K)
    odds: NDArray[np.float64]  # (2,)


class PacePrior(NamedTuple):
    """`TransitionPriors`, as arrays."""

    hazard: NDArray[np.float64]
    hazard_shape: NDArray[np.float64]
    tempo_start: NDArray[np.float64]
    tempo_drift: float
    rush: NDArray[np.float64]
    settle: NDArray[np.float64]


class Mapping(NamedTuple):
    """Records of the maps, updated in place, and their priors; see `mapping`."""

    notice: NDArray[np.float64]  # (maps, 2)
    slip: NDArray[np.float64]  # (maps,)
    prior: NDArray[np.float64]  # (2, 2) Beta parameters of notice and slip
    first_right: float


@kernel()
def log_of(x):
    """Natural logarithm of what must be positive."""
    return np.log(max(x, TINY))


@kernel()
def silence_of(announcing, exposures, pool):
    """Log-likelihood of hearing of no capture on a place-day, in four parts that add up.

    By state before the war and hidden state: what counts per unit of attention (S H,),
    always (S H,), and where a side published a list (K S H,); and by holder, what counts
    per unit of the probability of a challenge (K,). See `AnnouncementRecords.exposures`.
    """
    watched, flat, listed, boasted = exposures
    rate = np.zeros(watched.shape[0])
    for r in range(len(announcing.volume)):
        rate[pool[r] * 4] += announcing.volume[r]
        for m in range(3):
            rate[pool[r] * 4 + m + 1] += announcing.volume[r] * announcing.laxity[r, m]
    return -(rate @ watched), -(rate @ flat), -(rate @ listed), -(rate @ boasted)


@kernel()
def map_likelihood(mapping, m, states, table):
    """Fill table ((S + 1)^2, S) with P(map today | map yesterday, state today) by code; 1 where not shown."""
    notice, slip = mapping.notice[m], mapping.slip[m]
    table[:] = 1.0
    for truth in range(states):
        put_right = notice[1] if truth == states - 1 else notice[0]
        for now in range(states):
            right = now == truth
            first = mapping.first_right if right else (1.0 - mapping.first_right) / (states - 1)
            table[now + 1, truth] = first
            for was in range(states):
                if was == truth:
                    p = 1.0 - slip if right else slip / (states - 1)
                elif right:
                    p = put_right * (1.0 - slip)
                elif now == was:
                    p = (1.0 - put_right) * (1.0 - slip)
                else:
                    p = slip / max(states - 2, 1)
                table[(was + 1) * (states + 1) + now + 1, truth] = p


@kernel()
def log_shown(at, drawn, shown, control):
    """Log-likelihood (Z,) of all that a map shows of a place, given its history: `at` (Z, 2) maps and places.

    `drawn` (maps, P, T) as in `Field`, `shown` (maps, codes, S) as `map_likelihood` fills it, control (P, T).
    """
    table = np.log(np.maximum(shown, TINY))
    out = np.zeros(len(at))
    for z in range(len(at)):
        m, i = at[z]
        for t in range(control.shape[1]):
            out[z] += table[m, drawn[m, i, t], control[i, t]]
    return out


@kernel()
def weigh(field, announcing, testifying, clamouring, mapping, truth_of, standing_of):
    """What all evidence says, given the records: `Said`, and the log-likelihood of unmade boasts (K,), see `Moves`."""
    sides, hidden = truth_of.shape
    states = sides + 1
    watched, flat, listed, boasted = silence_of(announcing, field.exposures, field.heard.pool)
    codes = 1 << sides
    quiet = np.empty((codes * states * (field.levels + 1), hidden))
    for code in range(codes):
        for s in range(states):
            for a in range(field.levels + 1):
                row = silence_row(code, s, a, sides, field.levels)
                peak = -np.inf
                for h in range(hidden):
                    value = watched[s * hidden + h] * a / field.levels + flat[s * hidden + h]
                    for k in range(sides):
                        if code >> k & 1:
                            value += listed[(k * states + s) * hidden + h]
                    quiet[row, h] = value
                    peak = max(peak, value)
                for h in range(hidden):
                    quiet[row, h] = np.exp(quiet[row, h] - peak)
    slots = len(field.announced)
    word = np.zeros((slots, hidden))
    invented = np.zeros((slots, sides))
    talk = field.heard
    for n in range(len(talk.place)):
        if not talk.leads[n] and announcing.echoes[talk.chorus[n]]:
            continue
        row, k = field.heard_slot[n], talk.side[n]
        for h in range(hidden):
            if truth_of[k, h] > 0:
                word[row, h] += talk.share[n] * log_of(announcing.laxity[talk.track[n], truth_of[k, h] - 1])
        for a in range(sides):
            if a != k:
                invented[row, a] += talk.share[n]
    talk = field.told
    for n in range(len(talk.place)):
        if not talk.leads[n] and testifying.echoes[talk.chorus[n]]:
            continue
        row, k = field.told_slot[n], talk.side[n]
        rows = testifying.rows[talk.track[n], :, talk.mark[n]]
        noise = (1.0 - talk.share[n]) * rows.mean()
        for h in range(hidden):
            word[row, h] += log_of(talk.share[n] * rows[standing_of[k, h]] + noise)
    for n in range(len(field.clamour.camps)):
        row, others = field.clamour_slot[n], field.clamour.camps[n] - 1
        for h in range(hidden):
            join = clamouring.joins[int(h == sides)]
            word[row, h] += others * np.log(join) + (sides - others) * np.log(1.0 - join)
    for row in range(slots):
        peak = word[row].max()
        for h in range(hidden):
            word[row, h] = np.exp(word[row, h] - peak)
    shown = np.empty((len(mapping.slip), (states + 1) ** 2, states))
    for m in range(len(mapping.slip)):
        map_likelihood(mapping, m, states, shown[m])
    ageing = np.empty(field.lists.shape)
    code_of = np.zeros(len(field.lists), dtype=np.uint8)
    for t in range(len(field.lists)):
        for k in range(sides):
            ageing[t, k] = PASSED_OVER_AGEING if field.lists[t, k] else IDLE_AGEING
            if field.lists[t, k]:
                code_of[t] |= np.uint8(1 << k)
    said = Said(
        quiet,
        code_of,
        field.before,
        field.level,
        field.levels,
        field.slot,
        field.fighting,
        word,
        invented,
        field.drawn,
        shown,
        field.announced,
        ageing,
        ANNOUNCED_AGEING,
    )
    return said, boasted


@kernel()
def truncated_poisson(rng, rate):
    """A Poisson draw that is not zero: the first event at a truncated exponential time, the rest after it."""
    first = -np.log1p(rng.random() * np.expm1(-rate)) / rate
    return 1 + rng.poisson(rate * min(max(1.0 - first, 0.0), 1.0))


@kernel()
def redraw_pace(rng, steps, other, prior, pace):
    """Draw hazards, tempos, rush and settle given the steps that `tally` found, in place: Gamma and Beta posteriors.

    A day on which a place is challenged is one on which a Poisson number of challenges,
    hazard times tempo, is not zero; with that number drawn too, all are conjugate.
    Between two weeks stands z ~ Gamma(a, a x tempo), and the next tempo ~ Gamma(a, a x z),
    so each given its neighbours is Gamma again (Cemgil and Dikmen 2007, section 2).
    """
    hazard, tempo, odds = pace
    phases, sides = tempo.shape
    levels = len(hazard)
    number = np.zeros((phases, sides, levels))
    for p in range(phases):
        for k in range(sides):
            for level in range(levels):
                rate = tempo[p, k] * hazard[level]
                for _ in range(steps[0, p, k, level]):
                    number[p, k, level] += truncated_poisson(rng, rate)
    for level in range(levels):
        shape, rate = prior.hazard_shape[level], prior.hazard_shape[level] / prior.hazard[level]
        for p in range(phases):
            for k in range(sides):
                shape += number[p, k, level]
                rate += tempo[p, k] * steps[1, p, k, level]
        hazard[level] = max(rng.gamma(shape) / rate, TINY)
    a = prior.tempo_drift
    for k in range(sides):
        link = np.empty(max(phases - 1, 0))
        for p in range(phases - 1):
            link[p] = rng.gamma(2.0 * a) / (a * (tempo[p, k] + tempo[p + 1, k]))
        for p in range(phases):
            shape = prior.tempo_start[0] if p == 0 else a
            rate = prior.tempo_start[0] / prior.tempo_start[1] if p == 0 else a * link[p - 1]
            if p < phases - 1:
                shape += a
                rate += a * link[p]
            for level in range(levels):
                shape += number[p, k, level]
                rate += hazard[level] * steps[1, p, k, level]
            tempo[p, k] = max(rng.gamma(shape) / rate, TINY)
    _rescale_tempo(rng, steps, number, prior, pace)
    odds[0] = min(max(rng.beta(prior.rush[0] + other[1], prior.rush[1] + other[0]), TINY), 1.0 - TINY)
    odds[1] = min(max(rng.beta(prior.settle[0] + other[3], prior.settle[1] + other[2]), TINY), 1.0 - TINY)


@kernel()
def _rescale_tempo(rng, steps, number, prior, pace):
    """Move all of a side's tempos at once, and tempos against hazards: two scales along which single draws creep.

    Both are group moves (Liu and Sabatti 2000, theorem 1). The chain of tempos, its links
    integrated out, is homogeneous of degree 1 - phases, so a side's common factor has a
    Gamma distribution; the factor by which hazards grow as tempos shrink, which leaves every
    step as likely as before, has density c^(n - 1) exp(-a c - b / c) and is moved by
    Metropolis steps on its logarithm.
    """
    hazard, tempo, _ = pace
    phases, sides = tempo.shape
    first, mean = prior.tempo_start
    for k in range(sides):
        shape, rate = first, tempo[0, k] * first / mean
        for p in range(phases):
            for level in range(len(hazard)):
                shape += number[p, k, level]
                rate += tempo[p, k] * hazard[level] * steps[1, p, k, level]
        factor = rng.gamma(shape) / rate
        for p in range(phases):
            tempo[p, k] = max(tempo[p, k] * factor, TINY)
    power, rise, fall = -sides * first, 0.0, 0.0
    for level in range(len(hazard)):
        power += prior.hazard_shape[level]
        rise += prior.hazard_shape[level] * hazard[level] / prior.hazard[level]
    for k in range(sides):
        fall += tempo[0, k] * first / mean
    now = 0.0
    for _ in range(5):
        new = now + 0.5 * rng.normal()
        gain = power * (new - now) - rise * (np.exp(new) - np.exp(now)) - fall * (np.exp(-new) - np.exp(-now))
        if np.log(max(rng.random(), TINY)) < gain:
            now = new
    for level in range(len(hazard)):
        hazard[level] = max(hazard[level] * np.exp(now), TINY)
    for k in range(sides):
        for p in range(phases):
            tempo[p, k] = max(tempo[p, k] * np.exp(-now), TINY)


@kernel()
def redraw_maps(rng, field, control, states, mapping):
    """Draw each map's record given the states of control (P, T), in place: Beta posteriors from counts."""
    places, days = control.shape
    for m in range(len(mapping.slip)):
        seen = slipped = 0
        due, noticed = np.zeros(2), np.zeros(2)
        for i in range(places):
            for t in range(1, days):
                code, truth = field.drawn[m, i, t], control[i, t]
                was, now = code // (states + 1) - 1, code % (states + 1) - 1
                if was < 0 or now < 0:
                    continue
                seen += 1
                if now != was and now != truth:
                    slipped += 1
                elif was != truth:
                    contested = int(truth == states - 1)
                    due[contested] += 1.0
                    noticed[contested] += now == truth
        beta = mapping.prior
        slip = rng.beta(beta[1, 0] + slipped, beta[1, 1] + seen - slipped)
        mapping.slip[m] = min(max(slip, TINY), 1.0 - TINY)
        for contested in range(2):
            notice = rng.beta(beta[0, 0] + noticed[contested], beta[0, 1] + due[contested] - noticed[contested])
            mapping.notice[m, contested] = min(max(notice, TINY), 1.0 - TINY)


@kernel(nogil=True)
def sweep(
    rng,
    each_side,
    sweeps,
    order,
    graph,
    field,
    world,
    pace,
    pace_prior,
    announcing,
    testifying,
    clamouring,
    mapping,
    truth_of,
    standing_of,
):
    """Draw histories, dynamics and records in turn, `sweeps` times, in place.

    `order` (P,) is a permutation of the places, shuffled anew each time; `each_side` a tuple
    of K zeros; `truth_of`, `standing_of` (K, H). `rng` is used by this chain alone.
    """
    sides = len(each_side)
    states = sides + 1
    steps = np.empty((2, *pace.tempo.shape, len(pace.hazard)), dtype=np.int64)
    other = np.empty(4, dtype=np.int64)
    bold = np.empty(sides)
    seen = np.empty((2 + sides, states, 2 * sides + 1))
    for _ in range(sweeps):
        rng.shuffle(order)
        calm = calm_rows(pace.hazard, pace.tempo, field.level_of)
        said, boasted = weigh(field, announcing, testifying, clamouring, mapping, truth_of, standing_of)
        unboasted = np.empty_like(calm)
        for row in range(len(calm)):
            unboasted[row] = np.exp(boasted[row // 2 % sides] * (1.0 - calm[row]))
        moves = Moves(calm, unboasted, calm * unboasted, pace.odds[0], pace.odds[1], field.phase, field.first)
        sample_paths(rng, each_side, order, graph, said, moves, world)
        tally(graph, world, field, calm, steps, other, bold, seen)
        heard = field.heard
        challenges = challenges_at(heard.place, heard.day, graph, field, world.support, calm)
        redraw_announcements(rng, heard, world.paths, challenges, truth_of, field.exposures, seen, bold, announcing)
        redraw_pace(rng, steps, other, pace_prior, pace)
        redraw_testimony(rng, field.told, world.paths, standing_of, testifying)
        redraw_clamour(rng, field.clamour, world.control, sides, clamouring)
        redraw_maps(rng, field, world.control, states, mapping)
