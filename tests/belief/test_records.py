"""What is learned about those who speak: Gibbs steps against posteriors worked out by weighing draws from the prior."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from tests.belief.wars import Word, seen_on, truth_of, war
from vedette.belief import Evidence
from vedette.belief._record_kernels import (
    challenges_at,
    gamma_between,
    redraw_announcements,
    redraw_clamour,
    redraw_testimony,
    tally,
)
from vedette.belief._sweep_kernels import redraw_maps, truncated_poisson
from vedette.belief.announcements import PRIOR_LAXITY, AnnouncementRecords, truth_of_capture
from vedette.belief.clamour import ClamourRecord
from vedette.belief.mapping import first_mapping
from vedette.belief.sampler import _Layout, _world
from vedette.belief.testimony import PRIOR_ROWS, TestimonyRecords, standing_of
from vedette.claims import Certainty, ControlMap, Kind
from vedette.dynamics import Transition
from vedette.dynamics._kernels import LEVEL_OF, calm_rows

Floats = NDArray[np.float64]
STEPS = 6000


def close_to(drawn: Floats, expected: float) -> bool:
    """Whether a mean of correlated draws agrees with a number: within 5 standard errors, by means of batches."""
    means = drawn.reshape(40, -1).mean(axis=1)
    return bool(abs(means.mean() - expected) < 5 * means.std(ddof=1) / np.sqrt(40) + 0.005)


@pytest.mark.parametrize(
    ("shape", "rate", "low", "high"), [(0.5, 5.0, 0.7, 3.0), (4.0, 2.0, 0.0, 1.0), (3.0, 1.0, 0, 50)]
)
def test_a_gamma_draw_between_bounds(shape: float, rate: float, low: float, high: float) -> None:
    rng, now = np.random.default_rng(1), 0.8
    drawn = np.empty(STEPS)
    for n in range(STEPS):
        now = drawn[n] = gamma_between(rng, now, shape, rate, max(low, 1e-12), high)
    assert ((drawn >= low) & (drawn <= high)).all()
    law = stats.gamma(shape, scale=1 / rate)
    x = np.linspace(low + 1e-9, high, 20_001)
    expected = (x * law.pdf(x)).sum() / law.pdf(x).sum()
    assert close_to(drawn, float(expected))


@pytest.mark.parametrize("rate", [0.01, 0.5, 4.0])
def test_challenges_on_a_day_on_which_there_is_one(rate: float) -> None:
    rng = np.random.default_rng(2)
    drawn = np.array([truncated_poisson(rng, rate) for _ in range(STEPS)], dtype=float)
    assert drawn.min() >= 1
    assert close_to(drawn, rate / (1 - np.exp(-rate)))
    assert close_to((drawn == 1).astype(float), rate * np.exp(-rate) / (1 - np.exp(-rate)))


def walked(evidence: Evidence, paths: NDArray[np.int8]) -> tuple[_Layout, Floats, Floats, Floats]:
    """What `challenges_at` and `tally` find along a history: by announcement; by holder; by state."""
    sides, layout = len(evidence.sides), _Layout.of(evidence)
    step = Transition(np.array([0.02, 0.1, 0.2, 0.3, 0.5]), np.ones((2, sides)), 0.3, 0.3)
    calm = calm_rows(step.hazard, step.tempo, LEVEL_OF)
    steps, other = np.empty((2, 2, sides, 5), dtype=np.int64), np.empty(4, dtype=np.int64)
    bold, seen = np.empty(sides), np.empty((2 + sides, sides + 1, 2 * sides + 1))
    world, heard = _world(evidence, layout.graph, paths), layout.field.heard
    tally(layout.graph, world, layout.field, calm, steps, other, bold, seen)
    return layout, challenges_at(heard.place, heard.day, layout.graph, layout.field, world.support, calm), bold, seen


def test_a_boasters_record_given_what_was_true() -> None:
    """Blue announces four captures, one true, one premature, two invented: volume, and laxity half true, false, stale.

    Blue's other voices, who have announced nothing, share its camp's laxities and the bounds on what a camp announces.
    """
    said = ((1, 2), (2, 3), (3, 4), (4, 5))
    words = [Word("Blue ministry", 0, place, Kind.capture, 0, day) for place, day in said]
    evidence = seen_on(war(words, start=[0, 1, 1, 1, 1], days=12))
    paths = np.repeat(evidence.places.start[:, None], 12, axis=1)
    paths[1, 2:5], paths[1, 5:] = 3, 0  # just taken, then held
    paths[2, 3:] = 2
    heard, sides = evidence.announced, 2
    layout, challenges, bold, seen = walked(evidence, paths)
    records = AnnouncementRecords.first(heard, sides, trusting=True)
    assert heard.tracks.claimant.tolist() == [-1, 0]
    view, talk = records.kernel_view(), layout.field.heard
    rng, drawn = np.random.default_rng(3), np.empty((STEPS, 4))
    for n in range(STEPS):
        redraw_announcements(
            rng, talk, paths, challenges, truth_of_capture(sides), layout.field.exposures, seen, bold, view
        )
        drawn[n] = records.volume[1], *records.laxity[1]

    # Exposure of blue's announcements by truth, from the description of the model.
    exposure = dict.fromkeys(("true", "half", "false", "stale"), 0.0)
    exposure["false"] = float(bold[1])
    for i in range(1, 5):
        for t in range(12):
            truth = truth_of(int(paths[i, t]), 0, sides)
            if truth == "stale":
                exposure[truth] += evidence.attention[i, t]
            elif truth in ("true", "half"):
                exposure[truth] += evidence.lists[t, 0]
    counts = dict.fromkeys(exposure, 0.0)
    for n in range(len(heard)):
        counts[truth_of(int(paths[heard.place[n], heard.day[n]]), 0, sides)] += heard.share[n]
    assert counts == {"true": 1.0, "half": 1.0, "false": 2.0, "stale": 0.0}

    prior = np.random.default_rng(4)
    volume = prior.gamma(0.5, 0.1 / 0.5, (3_000_000, 2))
    volume = volume[(volume.sum(axis=1) >= 0.7) & (volume.sum(axis=1) <= 3.0)]
    everyone = prior.gamma(4.0, PRIOR_LAXITY[0] / 4.0, (len(volume), 3))
    camp = 3.0 * everyone / prior.gamma(4.0, 1.0, everyone.shape)
    laxity = np.stack([prior.gamma(4.0, camp / 4.0) for _ in range(2)], axis=1)  # (draws, voice, truth)
    possible = (laxity <= 1.0).all(axis=(1, 2))
    volume, laxity = volume[possible], laxity[possible]
    rates, found = (np.array([by[truth] for truth in ("half", "false", "stale")]) for by in (exposure, counts))
    loglik = -(volume * (exposure["true"] + laxity @ rates)).sum(axis=1)
    loglik += sum(counts.values()) * np.log(volume[:, 1]) + np.log(laxity[:, 1]) @ found
    weight = np.exp(loglik - loglik.max())
    weight /= weight.sum()
    assert 1 / (weight**2).sum() > 3000  # enough draws carry it
    expected = [weight @ volume[:, 1], *(weight @ laxity[:, 1])]
    np.testing.assert_allclose(drawn.mean(axis=0), expected, rtol=0.08)


@pytest.mark.parametrize("certainty", [Certainty.asserted, Certainty.possible])
def test_a_witness_record_given_what_was_true(certainty: Certainty) -> None:
    """A third party says of four places who holds them, right thrice; rows pooled with its camp's.

    Whom it speaks of is part of what it says. What it only hedges may have been said at random, from any row.
    """
    said = ((0, 0, Kind.control), (1, 1, Kind.control), (2, 1, Kind.control), (3, 0, Kind.control), (3, 0, Kind.strike))
    words = [
        Word("Mission", None, place, kind, side, 2 + n, certainty=certainty)
        for n, (place, side, kind) in enumerate(said)
    ]
    evidence = seen_on(war(words, start=[0, 1, 1, 1], days=8))
    paths = np.repeat(evidence.places.start[:, None], 8, axis=1)
    told, sides = evidence.testimony, 2
    records, layout = TestimonyRecords.first(told, sides, trusting=True), _Layout.of(evidence)
    rng, drawn = np.random.default_rng(5), np.empty((STEPS, 3, 5))
    for n in range(STEPS):
        redraw_testimony(rng, layout.field.told, paths, standing_of(sides), records.kernel_view())
        records.echoes[:] = False
        drawn[n] = records.rows[0]

    prior, size = np.random.default_rng(6), 200_000
    heard = []  # standing and mark
    for n in range(len(told)):
        truth = truth_of(int(paths[told.place[n], told.day[n]]), int(told.side[n]), 2)
        heard.append(({"stale": 0, "half": 1, "false": 2}[truth], int(told.says[n]) - 1))
    assert sorted(heard) == [(0, 0), (0, 0), (0, 0), (2, 0), (2, 3)]

    def dirichlet(shape: NDArray[np.float64]) -> NDArray[np.float64]:
        out = np.maximum(prior.standard_gamma(shape), 1e-300)
        return np.asarray(out / out.sum(axis=-1, keepdims=True))

    of_either = np.concatenate([PRIOR_ROWS[1, 0], PRIOR_ROWS[1, 2]]) / 2  # of the holder, of the other
    row = 2 * dirichlet(10 * dirichlet(np.broadcast_to(40 * of_either, (size, 10))))
    contested = dirichlet(10 * dirichlet(np.broadcast_to(40 * PRIOR_ROWS[1, 1], (size, 5))))
    rows = np.stack([row[:, :5], contested, row[:, 5:]], axis=1)
    share = float(told.share[0])
    weight = np.ones(size)
    for standing, mark in heard:
        weight *= share * rows[:, standing, mark] + (1 - share) * rows[:, :, mark].mean(axis=1)
    expected = np.tensordot(weight / weight.sum(), rows, axes=1)
    np.testing.assert_allclose(drawn.mean(axis=0), expected, atol=0.02)


def test_how_readily_camps_join_in_is_a_count() -> None:
    """Blue and orange both tell of an attack on a place held, of three on a place contested; a third party of one."""
    said = [(0, 2, (0, 1)), (0, 5, (0,)), (1, 3, (0, 1)), (1, 4, (0, 1, None)), (1, 5, (0, 1)), (1, 6, (1,))]
    words = []
    for place, day, camps in said:
        for camp in camps:
            kind = Kind.repulse if camp == 1 else Kind.assault
            words.append(Word(f"Voice {camp}", camp, place, kind, 1 if camp == 1 else 0, day))
    evidence = seen_on(war(words, start=[1, 1], days=9))
    clamour, layout = evidence.clamour, _Layout.of(evidence)
    assert clamour.camps.tolist() == [len(camps) for _, _, camps in said]
    control = np.ones((2, 9), dtype=np.int8)
    control[1, 2:6] = 2
    record, rng = ClamourRecord.first(), np.random.default_rng(8)
    drawn = np.empty((STEPS, 2))
    for n in range(STEPS):
        redraw_clamour(rng, layout.field.clamour, control, 2, record.kernel_view())
        drawn[n] = record.joins
    held, contested = (1 + 1) / (10 + 6), (4 + 4) / (10 + 6)
    assert close_to(drawn[:, 0], held)
    assert close_to(drawn[:, 1], contested)


def test_a_maps_record_is_a_count() -> None:
    """Over random histories: days on which it was wrong and put right, and on which it slipped; Beta posteriors."""
    rng = np.random.default_rng(7)
    days, states = 30, 3
    atlas = ControlMap(
        "atlas",
        np.repeat(np.arange(3), 6).astype(np.int32),
        rng.integers(0, 3, 18).astype(np.int8),
        np.tile(np.arange(0, 30, 5), 3).astype(np.int32),
        np.tile(np.arange(4, 30, 5), 3).astype(np.int32),
    )
    evidence = seen_on(war([], start=[0, 1, 1], days=days), maps=(atlas,))
    control = np.repeat(rng.integers(0, 3, (3, 10)), 3, axis=1).astype(np.int8)
    field, mapping = _Layout.of(evidence).field, first_mapping(1)
    drawn = np.empty((STEPS, 3))
    for n in range(STEPS):
        redraw_maps(rng, field, control, states, mapping)
        drawn[n] = mapping.slip[0], *mapping.notice[0]
    shown = np.array([[atlas.state[i * 6 + t // 5] for t in range(days)] for i in range(3)])
    slips = seen = 0
    due, put_right = [0, 0], [0, 0]
    for i in range(3):
        for t in range(1, days):
            was, now, truth = shown[i, t - 1], shown[i, t], control[i, t]
            seen += 1
            slips += now not in (was, truth)
            if was != truth and now in (was, truth):
                due[int(truth == 2)] += 1
                put_right[int(truth == 2)] += int(now == truth)
    expected = [(1 + slips) / (1000 + seen)]
    expected += [(1 + right) / (10 + wrong) for right, wrong in zip(put_right, due, strict=True)]
    np.testing.assert_allclose(drawn.mean(axis=0), expected, rtol=0.05)
    assert slips > 0
    assert min(put_right) > 0
