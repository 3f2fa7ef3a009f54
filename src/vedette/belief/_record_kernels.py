"""Gibbs steps for claimants' records, compiled so that chains do not wait for one another."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vedette.compiled import kernel
from vedette.dynamics._kernels import is_pressed, reach_of, row_of
from vedette.dynamics.transition import PRESSED_LEVEL

TINY = 1e-12
"""A Gamma draw of small shape can underflow to zero, and its logarithm must stay finite."""

FALSE = 2
"""`Truth.false`."""

_TRIES = 20


class Talk(NamedTuple):
    """`Statements` for kernels: N statements, R tracks, Q pools, X choruses."""

    place: NDArray[np.int64]
    day: NDArray[np.int64]
    side: NDArray[np.int64]
    mark: NDArray[np.int64]  # (N,) what is said, as a column of a record's rows
    track: NDArray[np.int64]
    share: NDArray[np.float64]
    chorus: NDArray[np.int64]  # (N,) ascending
    leads: NDArray[np.bool_]
    chorus_camp: NDArray[np.int64]  # (X,)
    pool: NDArray[np.int64]  # (R,)
    pool_relation: NDArray[np.int64]  # (Q,)


class Uproar(NamedTuple):
    """`Clamour` for kernels: N place-days of which fighting is reported."""

    place: NDArray[np.int64]
    day: NDArray[np.int64]
    camps: NDArray[np.int64]  # (N,) how many camps report it


class Announcing(NamedTuple):
    """`AnnouncementRecords`, updated in place, with their priors. R tracks, Q pools, G camps, X choruses."""

    volume: NDArray[np.float64]  # (R,)
    laxity: NDArray[np.float64]  # (R, 3)
    camp_laxity: NDArray[np.float64]  # (Q, 3)
    everyone: NDArray[np.float64]  # (relation, 3)
    echo_rate: NDArray[np.float64]  # (G,)
    echoes: NDArray[np.bool_]  # (X,)
    own_camp: NDArray[np.int64]  # (R,) the side whose own gains a track announces, or -1
    bounds: NDArray[np.float64]  # (2,) `ANNOUNCED_A_LIST`
    volume_prior: NDArray[np.float64]  # (2,) Gamma shape and mean
    shapes: NDArray[np.float64]  # (3, relation) Gamma shapes around camp, everyone, prior
    prior: NDArray[np.float64]  # (relation, 3)
    echo_prior: NDArray[np.float64]  # (G, 2)


class Testifying(NamedTuple):
    """`TestimonyRecords`, updated in place, with their priors."""

    rows: NDArray[np.float64]  # (R, 3, 5)
    camp_rows: NDArray[np.float64]  # (Q, 3, 5)
    echo_rate: NDArray[np.float64]  # (G,)
    echoes: NDArray[np.bool_]  # (X,)
    strengths: NDArray[np.float64]  # (2, relation) concentration around camp, prior
    prior: NDArray[np.float64]  # (relation, 3, 5)
    scope: NDArray[np.float64]  # (relation, 3) `scope_of`
    drawn_with: NDArray[np.int64]  # (relation, 3) `DRAWN_WITH`
    echo_prior: NDArray[np.float64]  # (G, 2)


class Clamouring(NamedTuple):
    """`ClamourRecord`, updated in place, with its prior."""

    joins: NDArray[np.float64]  # (2,) held, contested
    prior: NDArray[np.float64]  # (2, 2) Beta parameters


@kernel(nogil=True)
def tally(graph, world, field, calm, steps, other, bold, seen):
    """One pass over a history, for all that depends on it. K sides, L levels of contact; calm as in `Moves`.

    steps  (2, phases, K, L)  overwritten: challenged days, and all days held, by phase, holder and contact
    other  (4,)               overwritten: challenges that led to a contest, to a rush; contested days
                              that went on, that were settled
    bold   (K,)               overwritten: probability of a challenge, summed over the days of each holder
    seen   (2 + K, S, H)      overwritten: attention, days, and days with a list of each side, by
                              state before the war and hidden state
    """
    paths, control, support = world
    start = graph.start
    places, days = control.shape
    sides = support.shape[2]
    phases = steps.shape[1]
    steps[:] = 0
    other[:] = 0
    bold[:] = 0.0
    seen[:] = 0.0
    listing = np.zeros(days, dtype=np.int64)  # who published a list, a bit each
    for t in range(days):
        for k in range(sides):
            listing[t] |= int(field.lists[t, k]) << k
    attention = np.zeros(seen.shape[1:], dtype=np.int64)
    number = np.zeros((1 << sides, *seen.shape[1:]), dtype=np.int64)
    for i in range(places):
        degree = start[i + 1] - start[i]
        was = field.before[i]
        for t in range(days):
            a, h, phase = control[i, t], paths[i, t], field.phase[t]
            attention[was, h] += field.level[i, t]
            number[listing[t], was, h] += 1
            if a < sides:
                bold[a] += 1.0 - calm[row_of(degree, phases, phase, sides, a, field.fighting[i, t]), support[i, t, a]]
            if t == days - 1:
                continue
            b = control[i, t + 1]
            if a == sides:
                other[2 if b == sides else 3] += 1
                continue
            contact = field.level_of[reach_of(degree, a, field.fighting[i, t]), support[i, t, a]]
            if is_pressed(a, field.fighting[i, t]):
                contact = max(contact, PRESSED_LEVEL)
            steps[1, phase, a, contact] += 1
            if b != a:
                steps[0, phase, a, contact] += 1
                other[0 if b == sides else 1] += 1
    seen[0] = attention / field.levels
    for code in range(1 << sides):
        seen[1] += number[code]
        for k in range(sides):
            if code >> k & 1:
                seen[2 + k] += number[code]


@kernel()
def challenges_at(place, day, graph, field, support, calm):
    """Probability of a challenge at each of N places on its day, were it held by each of K sides; shape (N, K)."""
    phases, sides = field.phase[-1] + 1, support.shape[2]
    out = np.empty((len(place), sides))
    for n in range(len(place)):
        i, t = place[n], day[n]
        degree = graph.start[i + 1] - graph.start[i]
        for k in range(sides):
            row = row_of(degree, phases, field.phase[t], sides, k, field.fighting[i, t])
            out[n, k] = max(1.0 - calm[row, support[i, t, k]], TINY)
    return out


@kernel()
def log_pressed(place, day, fighting, graph, field, world, calm, boasted, invented):
    """Log-likelihood of N place-days' histories, minus that were only `fighting` (N,) reported to fight there.

    Of the place's next step, and of the boasts made of it: `boasted` (K,) and `invented` (slots, K) as `weigh` has
    them.
    """
    _, control, support = world
    days, sides, phases = control.shape[1], support.shape[2], field.phase[-1] + 1
    out = np.zeros(len(place))
    for n in range(len(place)):
        i, t = place[n], day[n]
        a, now = control[i, t], field.fighting[i, t]
        if a == sides or is_pressed(a, now) == is_pressed(a, fighting[n]):
            continue
        degree = graph.start[i + 1] - graph.start[i]
        calm_now = calm[row_of(degree, phases, field.phase[t], sides, a, now), support[i, t, a]]
        calm_then = calm[row_of(degree, phases, field.phase[t], sides, a, fighting[n]), support[i, t, a]]
        challenge = np.log(max(1.0 - calm_now, TINY)) - np.log(max(1.0 - calm_then, TINY))
        out[n] = boasted[a] * (calm_then - calm_now)
        if field.slot[i, t] >= 0:
            out[n] += invented[field.slot[i, t], a] * challenge
        if t < days - 1:
            out[n] += challenge if control[i, t + 1] != a else np.log(calm_now) - np.log(calm_then)
    return out


@kernel()
def gamma_between(rng, now, shape, rate, low, high):
    """One step of a chain whose limit is a Gamma distribution cut off to [low, high]; `now` is the present value.

    A plain draw if one of a few falls inside, else a step with the auxiliary variable of
    Damien and Walker (2001, section 4). Which of the two happens does not depend on `now`.
    """
    for _ in range(_TRIES):
        drawn = rng.gamma(shape) / rate
        if low <= drawn <= high:
            return drawn
    now = min(max(now, low), high)
    top = min(high, now - np.log(max(rng.random(), TINY)) / rate)
    # x^(shape - 1) on [low, top], by inversion; relative to top so that nothing overflows
    floor = (low / top) ** shape
    return min(max(top * (floor + rng.random() * (1.0 - floor)) ** (1.0 / shape), low), high)


@kernel()
def redraw_echoes(rng, talk, word, echo_prior, echo_rate, echoes):
    """Draw which choruses are echoes (X,) and how often each camp's are (G,), in place.

    `word` (N,) is what each statement says for or against the state of affairs, as a
    log-likelihood over saying nothing; `echo_prior` (G, 2) Beta parameters. A chorus whose
    later voices are wrong together is likelier an echo than so many independent errors,
    so false witnesses by the dozen weigh little more than one.
    """
    camps = len(echo_rate)
    echoed, asked = np.zeros(camps), np.zeros(camps)
    n = 0
    while n < len(talk.chorus):
        x = talk.chorus[n]
        g = talk.chorus_camp[x]
        together = 0.0
        several = False
        while n < len(talk.chorus) and talk.chorus[n] == x:
            if not talk.leads[n]:
                together += word[n]
                several = True
            n += 1
        odds = echo_rate[g] / (1.0 - echo_rate[g]) * np.exp(min(max(-together, -600.0), 600.0))
        echoes[x] = rng.random() * (1.0 + odds) < odds
        if several:
            asked[g] += 1.0
            echoed[g] += echoes[x]
    for g in range(camps):
        drawn = rng.beta(echo_prior[g, 0] + echoed[g], echo_prior[g, 1] + asked[g] - echoed[g])
        echo_rate[g] = min(max(drawn, TINY), 1.0 - TINY)


@kernel(nogil=True)
def redraw_announcements(rng, talk, paths, challenges, truth_of, exposures, seen, bold, announcing):
    """One Gibbs step for `AnnouncementRecords`, in place.

    `challenges` (N, K) is what `challenges_at` found, `seen` and `bold` what `tally` did; `truth_of` (K, H) is
    `truth_of_capture`.
    """
    sides = challenges.shape[1]
    volume, laxity, camp_laxity, everyone, echo_rate, echoes, own_camp, bounds, volume_prior, shapes, prior, _ = (
        announcing
    )
    watched, flat, listed, boasted = exposures
    exposed = watched @ seen[0].ravel() + flat @ seen[1].ravel() + listed @ seen[2:].ravel() + boasted @ bold
    exposed = exposed.reshape(-1, 4)
    claimant_shape, camp_shape, everyone_shape = shapes[0], shapes[1], shapes[2]
    tracks, pools, relations = len(volume), len(camp_laxity), len(everyone)
    word = np.zeros(len(talk.place))
    for n in range(len(word)):
        hidden = paths[talk.place[n], talk.day[n]]
        truth = truth_of[talk.side[n], hidden]
        if truth > 0:
            word[n] = talk.share[n] * np.log(laxity[talk.track[n], truth - 1])
        if truth == FALSE:
            word[n] += talk.share[n] * np.log(challenges[n, hidden % (sides + 1)])
    redraw_echoes(rng, talk, word, announcing.echo_prior, echo_rate, echoes)
    counts = np.zeros((tracks, 4))
    for n in range(len(word)):
        if talk.leads[n] or not echoes[talk.chorus[n]]:
            truth = truth_of[talk.side[n], paths[talk.place[n], talk.day[n]]]
            counts[talk.track[n], truth] += talk.share[n]
    for r in range(tracks):
        q = talk.pool[r]
        shape = volume_prior[0] + counts[r].sum()
        rate = volume_prior[0] / volume_prior[1] + exposed[q, 0]
        for m in range(3):
            rate += laxity[r, m] * exposed[q, m + 1]
        if own_camp[r] < 0:
            volume[r] = max(rng.gamma(shape) / rate, TINY)
        else:
            rest = 0.0
            for other in range(tracks):
                if other != r and own_camp[other] == own_camp[r]:
                    rest += volume[other]
            low, high = max(bounds[0] - rest, TINY), max(bounds[1] - rest, 2 * TINY)
            volume[r] = gamma_between(rng, volume[r], shape, rate, low, high)
        near = claimant_shape[talk.pool_relation[q]]
        for m in range(3):
            rate = near / camp_laxity[q, m] + volume[r] * exposed[q, m + 1]
            # Cut off at 1: nobody announces captures the more readily for their not having happened.
            laxity[r, m] = gamma_between(rng, laxity[r, m], near + counts[r, m + 1], rate, TINY, 1.0)
    # Camps around everyone, by inverse-Gamma draws: the reciprocal of Gamma ones.
    members = np.zeros(pools)
    pooled = np.zeros((pools, 3))
    for r in range(tracks):
        members[talk.pool[r]] += 1.0
        pooled[talk.pool[r]] += laxity[r]
    heard = np.zeros(relations)
    inverse = np.zeros((relations, 3))
    for q in range(pools):
        relation = talk.pool_relation[q]
        a = camp_shape[relation]
        heard[relation] += 1.0
        for m in range(3):
            scale = (a - 1.0) * everyone[relation, m] + claimant_shape[relation] * pooled[q, m]
            camp_laxity[q, m] = max(scale / rng.gamma(a + claimant_shape[relation] * members[q]), TINY)
            inverse[relation, m] += 1.0 / camp_laxity[q, m]
    for relation in range(relations):
        a, b = camp_shape[relation], everyone_shape[relation]
        for m in range(3):
            rate = b / prior[relation, m] + (a - 1.0) * inverse[relation, m]
            everyone[relation, m] = max(rng.gamma(b + a * heard[relation]) / rate, TINY)


@kernel(nogil=True)
def redraw_testimony(rng, talk, paths, standing_of, testifying):
    """One Gibbs step for `TestimonyRecords`, in place; `standing_of` (K, H) is how a side stands in a hidden state."""
    rows, camp_rows, echo_rate, echoes, strengths, prior, scope, drawn_with, echo_prior = testifying
    claimant_strength, camp_strength = strengths[0], strengths[1]
    tracks, standings, marks = rows.shape
    pools = len(camp_rows)
    statements = len(talk.place)
    word = np.empty(statements)
    for n in range(statements):
        standing = standing_of[talk.side[n], paths[talk.place[n], talk.day[n]]]
        r, m = talk.track[n], talk.mark[n]
        noise = rows[r, :, m].mean()
        word[n] = np.log(talk.share[n] * rows[r, standing, m] / noise + 1.0 - talk.share[n])
    redraw_echoes(rng, talk, word, echo_prior, echo_rate, echoes)
    counts = np.zeros((tracks, standings, marks))
    tables = np.zeros((pools, standings, marks))
    for n in range(statements):
        if not talk.leads[n] and echoes[talk.chorus[n]]:
            continue
        standing = standing_of[talk.side[n], paths[talk.place[n], talk.day[n]]]
        r, m = talk.track[n], talk.mark[n]
        said = talk.share[n] * rows[r, standing, m]
        noise = (1.0 - talk.share[n]) * rows[r, :, m].mean()
        if rng.random() * (said + noise) >= said:  # said at random: from whichever row
            u = rng.random() * rows[r, :, m].sum()
            standing = 0
            while standing < standings - 1 and u >= rows[r, standing, m]:
                u -= rows[r, standing, m]
                standing += 1
        # Fresh from the camp's row, or like the claimant's earlier words: a Chinese restaurant process.
        relation = talk.pool_relation[talk.pool[r]]
        base = claimant_strength[relation] * scope[relation, standing] * camp_rows[talk.pool[r], standing, m]
        if rng.random() * (base + counts[r, standing, m]) < base:
            tables[talk.pool[r], standing, m] += 1.0
        counts[r, standing, m] += 1.0
    for q in range(pools):
        relation = talk.pool_relation[q]
        _draw_rows(
            rng,
            camp_strength[relation],
            prior[relation],
            tables[q],
            scope[relation],
            drawn_with[relation],
            camp_rows[q],
        )
    for r in range(tracks):
        q = talk.pool[r]
        relation = talk.pool_relation[q]
        _draw_rows(
            rng, claimant_strength[relation], camp_rows[q], counts[r], scope[relation], drawn_with[relation], rows[r]
        )


@kernel()
def _draw_rows(rng, strength, around, counts, scope, drawn_with, out):
    """Draw a record's rows out (3, 5) from Dirichlet distributions about `around` (3, 5), given counts (3, 5)."""
    standings, marks = out.shape
    total = np.zeros(standings)
    for s in range(standings):
        for m in range(marks):
            out[s, m] = max(rng.gamma(strength * scope[s] * around[s, m] + counts[s, m]), TINY)
            total[drawn_with[s]] += out[s, m]
    for s in range(standings):
        out[s] /= total[drawn_with[s]] * scope[s]


@kernel()
def redraw_clamour(rng, clamour, control, sides, clamouring):
    """Draw how readily camps join in, held and contested, in place: Beta posteriors from counts."""
    joins, prior = clamouring
    joined, aloof = np.zeros(2), np.zeros(2)
    for n in range(len(clamour.place)):
        contested = int(control[clamour.place[n], clamour.day[n]] == sides)
        joined[contested] += clamour.camps[n] - 1
        aloof[contested] += sides + 1 - clamour.camps[n]
    for c in range(2):
        drawn = rng.beta(prior[c, 0] + joined[c], prior[c, 1] + aloof[c])
        joins[c] = min(max(drawn, TINY), 1.0 - TINY)
