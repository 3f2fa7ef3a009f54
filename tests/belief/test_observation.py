"""What the evidence says, and what is counted along a history: compiled against plain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import digamma

from tests.belief.wars import Word, holder_of, joined, plain_given, seen_on, some_records, truth_of, war, wars
from vedette.belief import gather
from vedette.belief._kernels import silence_row
from vedette.belief._record_kernels import challenges_at, tally
from vedette.belief._sweep_kernels import Mapping, map_likelihood, weigh
from vedette.belief.announcements import truth_of_capture
from vedette.belief.evidence import PRESSURE_DAYS
from vedette.belief.left_out import Joint
from vedette.belief.sampler import _Layout, _world
from vedette.belief.testimony import MARK_OF, PRIOR_ROWS, standing_of
from vedette.claims import Claims, ControlMap, Kind
from vedette.dynamics import Transition, contact_level, tomorrow
from vedette.dynamics._kernels import LEVEL_OF, calm_rows, row_of, support_from


@st.composite
def maps(draw: st.DrawFn, sides: int = 2) -> ControlMap:
    """Places 0 and 1 as a map shows them, with a gap, over 9 days."""
    state = draw(st.lists(st.integers(0, sides), min_size=3, max_size=3))
    return ControlMap(
        "atlas",
        np.array([0, 0, 1], dtype=np.int32),
        np.array(state, dtype=np.int8),
        np.array([0, 5, 3], dtype=np.int32),
        np.array([draw(st.integers(0, 4)), 7, 8], dtype=np.int32),
    )


STEP = Transition(np.array([0.02, 0.1, 0.2, 0.3, 0.5]), np.ones((2, 2)), 0.3, 0.3)


def against_its_peak(loglik: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kernels scale every place-day so that the likeliest state has likelihood 1."""
    return np.asarray(loglik - loglik.max(axis=-1, keepdims=True))


@settings(max_examples=25)
@given(wars(), maps(), st.integers(0, 2**32 - 1))
def test_all_that_is_said_and_left_unsaid_is_weighed_as_described(claims: Claims, atlas: ControlMap, seed: int) -> None:
    evidence = seen_on(claims, maps=(atlas,))
    records = some_records(evidence, np.random.default_rng(seed))
    sides, field = 2, _Layout.of(evidence).field
    said, boasted = weigh(
        field,
        records.announcing.kernel_view(),
        records.testifying.kernel_view(),
        records.clamour.kernel_view(),
        records.mapping,
        truth_of_capture(sides),
        standing_of(sides),
    )
    plain = plain_given(evidence, records, STEP)
    control = [holder_of(h, sides) for h in range(2 * sides + 1)]
    for i in range(len(evidence.places)):
        for t in range(len(evidence.days)):
            row = silence_row(said.lists[t], said.before[i], said.level[i, t], sides, said.levels)
            found = np.log(said.quiet[row]) + np.log(said.shown[0, said.drawn[0, i, t], control])
            slot = said.slot[i, t]
            if slot >= 0:
                found = found + np.log(said.word[slot])
            np.testing.assert_allclose(
                against_its_peak(found), against_its_peak(plain.evidence[i, t]), rtol=1e-9, atol=1e-9
            )
            ageing = said.ageing[t].copy()
            if slot >= 0:
                ageing[said.announced[slot]] = said.announced_ageing
            np.testing.assert_allclose(ageing, plain.ageing[i, t])
            invented = said.invented[slot] if slot >= 0 else np.zeros(sides)
            np.testing.assert_allclose(invented, plain.invented[i, t], atol=1e-12)
    np.testing.assert_allclose(-boasted, plain.boasts, atol=1e-12)


@settings(max_examples=20)
@given(wars(), st.integers(0, 2**32 - 1))
def test_the_rate_of_an_announcement_in_a_history(claims: Claims, seed: int) -> None:
    """Against that of a challenge, were the place the enemy's; what a draw keeps of it to weigh it by."""
    rng = np.random.default_rng(seed)
    evidence = seen_on(claims)
    records, layout = some_records(evidence, rng), _Layout.of(evidence)
    paths = rng.integers(0, 5, (3, 9)).astype(np.int8)
    world, heard = _world(evidence, layout.graph, paths), evidence.announced
    calm = calm_rows(STEP.hazard, STEP.tempo, LEVEL_OF)
    challenges = challenges_at(heard.place, heard.day, layout.graph, layout.field, world.support, calm)
    found = records.announcing.log_rate(paths, challenges)
    for n in range(len(heard)):
        if records.announcing.echoes[heard.chorus[n]] and not heard.leads[n]:
            assert found[n] == 0.0
            continue
        i, t, side = int(heard.place[n]), int(heard.day[n]), int(heard.side[n])
        held = np.bincount(world.control[evidence.neighbours.of(i), t], minlength=3)
        enemy = 1 - side
        pressed = bool(evidence.fighting[i, t] >> side & 1)
        challenged = 1 - tomorrow(enemy, held, STEP, int(evidence.phase[t]), pressed=pressed)[enemy]
        rates = dict(zip(("half", "false", "stale"), records.announcing.laxity[heard.track[n]], strict=True))
        truth = truth_of(int(paths[i, t]), side, 2)
        rate = records.announcing.volume[heard.track[n]] * rates.get(truth, 1.0)
        rate *= challenged if truth == "false" else 1.0
        np.testing.assert_allclose(found[n], heard.share[n] * np.log(rate / challenged))


@pytest.mark.parametrize("fifth_fights", [False, True])
def test_an_assault_and_a_rear_of_the_fifth_side_are_those_of_any_other(fifth_fights: bool) -> None:
    """Of five sides the last has the highest bit of the byte that says who fights at a place, by whose rear it is."""
    words = [Word("White council", 4, 1, Kind.assault, 4, 3)] if fifth_fights else []
    claims = war(words, start=[0, 1, 2, 4], days=9, sides=5)
    beside = replace(joined(claims), rear=np.array([-1, -1, 4, 4], dtype=np.int8))
    evidence = gather(claims, (), beside, 8)
    step = replace(STEP, tempo=np.linspace(0.5, 1.5, 10).reshape(2, 5))
    calm = calm_rows(step.hazard, step.tempo, LEVEL_OF)
    rng = np.random.default_rng(5)
    for i, t, holder in np.ndindex(4, 9, 5):
        around = beside.of(i)
        held = np.bincount(rng.integers(0, 6, len(around)), minlength=6)
        pressed = fifth_fights and i == 1 and 3 <= t < 3 + PRESSURE_DAYS and holder != 4
        row = row_of(len(around), 2, int(evidence.phase[t]), 5, holder, int(evidence.fighting[i, t]))
        stays = tomorrow(holder, held, step, int(evidence.phase[t]), pressed=pressed, rear=i >= 2 and holder == 4)[
            holder
        ]
        support = sum(int(held[s]) * support_from(s, holder, 5) for s in range(6))
        np.testing.assert_allclose(calm[row, support], stays, rtol=1e-9)


@settings(max_examples=20)
@given(wars(), st.integers(0, 2**32 - 1))
def test_what_a_statement_is_foretold_to_be_by_the_others(claims: Claims, seed: int) -> None:
    """Rows integrated out, statement by statement: those of its claimant, and of its camp at tables.

    Nothing is foretold by what is left out together with it.

    Of two sides a third party may speak of either: what it says of the holder and of the other is one distribution.
    """
    rng = np.random.default_rng(seed)
    evidence = seen_on(claims)
    testifying = some_records(evidence, rng).testifying
    testifying.camp_rows[:] = rng.dirichlet(np.full(5, 1.5), testifying.camp_rows.shape[:-1])
    paths = rng.integers(0, 5, (3, 9)).astype(np.int8)
    told = evidence.testimony
    label = rng.integers(0, max(len(told), 1), len(told))
    found = testifying.log_foretold(paths, Joint.of(told, MARK_OF, label))
    pool, relation = told.tracks.pool, told.tracks.relation
    counts: dict[tuple[int, int, int], float] = {}
    each = []
    for n in range(len(told)):
        r, mark = int(told.track[n]), [1, 2, 3, 4, 5].index(int(told.says[n]))
        truth = truth_of(int(paths[told.place[n], told.day[n]]), int(told.side[n]), 2)
        standing = {"true": 0, "stale": 0, "half": 1, "false": 2}[truth]
        share = 0.0 if testifying.echoes[told.chorus[n]] and not told.leads[n] else float(told.share[n])
        row = testifying.rows[r, :, mark]
        meant = share * row[standing] / (share * row[standing] + (1 - share) * row.mean())
        own = {z: (share > 0) * ((1 - meant) * row[z] / row.sum() + meant * (z == standing)) for z in range(3)}
        for z in range(3):
            counts[r, z, mark] = counts.get((r, z, mark), 0.0) + own[z]
        each.append((r, standing, mark, share, own))
    together_with = [[each[m] for m in np.flatnonzero(label == label[n])] for n in range(len(told))]

    def of_whom(r: int, standing: int) -> float:
        return 0.5 if relation[r] == 1 and standing != 1 else 1.0

    def together(r: int, standing: int) -> tuple[int, ...]:
        return (0, 2) if relation[r] == 1 and standing != 1 else (standing,)

    def tables(r: int, standing: int, mark: int, count: float) -> float:
        base = 10.0 * of_whom(r, standing) * testifying.camp_rows[pool[r], standing, mark]
        return float(base * (digamma(base + count) - digamma(base)))

    for n, (r, standing, mark, share, _) in enumerate(each):
        others = dict(counts)
        for its, _, said, _, part in together_with[n]:
            for z in range(3):
                others[its, z, said] = max(others[its, z, said] - part[z], 0.0)
        at_tables = np.zeros((3, 5))
        for (other, z, m), count in others.items():
            if pool[other] == pool[r]:
                at_tables[z, m] += tables(other, z, m, count)
        strength, group = (20.0, 40.0, 40.0)[relation[r]], together(r, standing)
        camp = strength * of_whom(r, standing) * PRIOR_ROWS[relation[r], standing, mark] + at_tables[standing, mark]
        camp /= strength + at_tables[list(group)].sum()
        mine = {(z, m): others.get((r, z, m), 0.0) for z in group for m in range(5)}
        row = (10.0 * camp + mine[standing, mark]) / (10.0 + sum(mine.values())) / of_whom(r, standing)
        noise = testifying.rows[r, :, mark].mean()
        expected = np.log(share * row + (1 - share) * noise) if share > 0 else 0.0
        np.testing.assert_allclose(found[n], expected, atol=1e-9)


@given(st.integers(2, 4), st.floats(0.01, 0.9), st.floats(0.01, 0.9), st.floats(0.001, 0.5))
def test_whatever_a_map_showed_what_it_shows_next_has_probabilities_that_sum_to_one(
    sides: int, quick: float, slow: float, slip: float
) -> None:
    states = sides + 1
    mapping = Mapping(np.array([[quick, slow]]), np.array([slip]), np.ones((2, 2)), 0.95)
    table = np.empty(((states + 1) ** 2, states))
    map_likelihood(mapping, 0, states, table)
    for truth in range(states):
        for was in range(-1, states):
            rows = [(was + 1) * (states + 1) + now + 1 for now in range(states)]
            np.testing.assert_allclose(table[rows, truth].sum(), 1.0)
        assert (table[[(was + 1) * (states + 1) for was in range(-1, states)], truth] == 1.0).all()  # not shown


@settings(max_examples=20)
@given(wars(), st.integers(0, 2**32 - 1))
def test_what_is_counted_along_a_history(claims: Claims, seed: int) -> None:
    rng = np.random.default_rng(seed)
    evidence = seen_on(claims)
    sides, hidden, places, days = 2, 5, len(evidence.places), len(evidence.days)
    layout = _Layout.of(evidence)
    paths = rng.integers(0, hidden, (places, days)).astype(np.int8)
    world = _world(evidence, layout.graph, paths)
    control = np.vectorize(lambda h: holder_of(h, sides))(paths)
    np.testing.assert_array_equal(world.control, control)
    steps = np.empty((2, 2, sides, 5), dtype=np.int64)
    other, bold = np.empty(4, dtype=np.int64), np.empty(sides)
    seen = np.empty((2 + sides, sides + 1, hidden))
    calm = calm_rows(STEP.hazard, STEP.tempo, LEVEL_OF)
    tally(layout.graph, world, layout.field, calm, steps, other, bold, seen)

    expected = {"steps": np.zeros_like(steps), "other": np.zeros_like(other)}
    plain_bold, plain_seen = np.zeros(sides), np.zeros_like(seen)
    for i in range(places):
        around = evidence.neighbours.of(i)
        for t in range(days):
            state, was = control[i, t], evidence.places.start[i]
            plain_seen[:2, was, paths[i, t]] += evidence.attention[i, t], 1.0
            for k in range(sides):
                plain_seen[2 + k, was, paths[i, t]] += evidence.lists[t, k]
            held = np.bincount(control[around, t], minlength=sides + 1)
            pressed = any(evidence.fighting[i, t] >> k & 1 for k in range(sides) if k != state)
            if state < sides:
                stays = tomorrow(int(state), held, STEP, int(evidence.phase[t]), pressed=pressed)[state]
                plain_bold[state] += 1 - stays
            if t == days - 1:
                continue
            after = control[i, t + 1]
            if state == sides:
                expected["other"][2 if after == sides else 3] += 1
                continue
            contact = contact_level(float(held.sum() - held[state] - held[sides] / 2), len(around))
            contact = max(contact, 2) if pressed else contact
            expected["steps"][1, evidence.phase[t], state, contact] += 1
            if after != state:
                expected["steps"][0, evidence.phase[t], state, contact] += 1
                expected["other"][0 if after == sides else 1] += 1
    np.testing.assert_array_equal(steps, expected["steps"])
    np.testing.assert_array_equal(other, expected["other"])
    np.testing.assert_allclose(bold, plain_bold, atol=1e-9)
    np.testing.assert_allclose(seen, plain_seen, atol=1e-9)
