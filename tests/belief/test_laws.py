"""Laws that belief keeps whatever the claims: exactly, with dynamics and records held fixed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.belief.wars import (
    KM,
    LITTLE,
    Word,
    joined,
    line_of,
    plain_given,
    prior_given,
    seen_on,
    some_records,
    war,
    wars,
)
from vedette.belief import Effort, Evidence, exact_posterior, infer
from vedette.belief.evidence import Statements
from vedette.claims import Claims, ControlMap, Kind, Says
from vedette.dynamics import Transition, TransitionPriors, tomorrow
from vedette.store import Case

Floats = NDArray[np.float64]

STEP = Transition(np.array([0.02, 0.1, 0.2, 0.3, 0.5]), np.ones((1, 2)), 0.3, 0.3)


def silenced(stated: Statements, n: int) -> Statements:
    """The same with statement n worth nothing; who spoke and who was watched stays as it was."""
    share = stated.share.copy()
    share[n] = 0.0
    return replace(stated, share=share)


def with_and_without(evidence: Evidence, quiet: Evidence, records_seed: int, order: object) -> tuple[Floats, Floats]:
    records = some_records(evidence, np.random.default_rng(records_seed))
    order(records)  # type: ignore[operator]
    return (
        exact_posterior(plain_given(evidence, records, STEP)).marginals(),
        exact_posterior(plain_given(quiet, records, STEP)).marginals(),
    )


@settings(max_examples=8)
@given(wars(days=5, first=Kind.control), st.integers(0, 2**32 - 1), st.data())
def test_word_that_a_side_holds_a_place_never_lowers_its_probability(
    claims: Claims, seed: int, data: st.DataObject
) -> None:
    """Given the records, where the claimant says so at least as readily when it is true as when contested or false.

    Nor does word that it lacks the place raise it, where that is said the more readily the less it holds.
    """
    evidence = seen_on(claims)
    told = evidence.testimony
    plain = np.flatnonzero(np.isin(told.says, (Says.holds, Says.lacks)))
    assume(len(plain))  # what is news of a change is an announcement
    n = data.draw(st.sampled_from(plain.tolist()))
    mark = 0 if told.says[n] == Says.holds else 1

    def credible(records: object) -> None:
        row = records.testifying.rows[told.track[n], :, mark]  # type: ignore[attr-defined]
        row[:] = np.sort(row)[::-1] if told.says[n] == Says.holds else np.sort(row)

    spoken, unspoken = with_and_without(evidence, replace(evidence, testimony=silenced(told, n)), seed, credible)
    place, day, side = int(told.place[n]), int(told.day[n]), int(told.side[n])
    change = spoken[place, day, side] - unspoken[place, day, side]
    assert change >= -1e-12 if told.says[n] == Says.holds else change <= 1e-12


@settings(max_examples=8)
@given(wars(days=5, first=Kind.capture), st.integers(0, 2**32 - 1), st.data())
def test_an_announced_capture_never_lowers_the_probability_that_the_side_holds_the_place(
    claims: Claims, seed: int, data: st.DataObject
) -> None:
    """Given the records, where the claimant announces old captures at least as readily as half true and false ones."""
    evidence = seen_on(claims)
    heard = evidence.announced
    assume(len(heard))  # whoever has said that it holds the place repeats itself
    n = data.draw(st.sampled_from(range(len(heard))))

    def credible(records: object) -> None:
        records.announcing.laxity[heard.track[n]].sort()  # type: ignore[attr-defined]

    spoken, unspoken = with_and_without(evidence, replace(evidence, announced=silenced(heard, n)), seed, credible)
    place, day, side = int(heard.place[n]), int(heard.day[n]), int(heard.side[n])
    assert spoken[place, day, side] >= unspoken[place, day, side] - 1e-12


def test_a_claimant_whose_rows_are_equal_adds_nothing() -> None:
    """Who only ever says "ours", whatever is so, is not listened to; the control is that others are."""
    claims = war([Word("Blue ministry", 0, 1, Kind.control, 0, 3)], start=[0, 1, 1], days=6)
    evidence = seen_on(claims)
    quiet = replace(evidence, testimony=silenced(evidence.testimony, 0))

    def flat(records: object) -> None:
        records.testifying.rows[:] = 0.2  # type: ignore[attr-defined]

    spoken, unspoken = with_and_without(evidence, quiet, 1, flat)
    np.testing.assert_allclose(spoken, unspoken, atol=1e-12)
    spoken, unspoken = with_and_without(evidence, quiet, 1, lambda _: None)
    assert np.abs(spoken - unspoken).max() > 0.01


def renamed(claims: Claims, new: list[int]) -> Claims:
    """The same war, its sides listed in another order: side k of old is number new[k]."""
    sides = len(claims.sides)
    number = np.array([*new, sides, -1])  # contested or third party, and both, stay what they are
    listed = sorted(range(sides), key=lambda k: new[k])
    return replace(
        claims,
        sides=type(claims.sides)(tuple(claims.sides[k] for k in listed)),
        camp=number[claims.camp].astype(np.int8),
        side=number[claims.side].astype(np.int8),
        places=replace(claims.places, start=number[claims.places.start].astype(np.int8)),
    )


@settings(max_examples=6)
@given(wars(sides=2, days=6))
def test_listing_two_sides_the_other_way_round_leaves_every_probability_as_it_was(claims: Claims) -> None:
    found = exact_posterior(prior_given(claims)).marginals()
    other = exact_posterior(prior_given(renamed(claims, [1, 0]))).marginals()
    np.testing.assert_allclose(other[:, :, [1, 0, 2]], found, atol=1e-9)


@settings(max_examples=5)
@given(wars(sides=3, days=4, places=2), st.permutations([0, 1, 2]))
def test_listing_three_sides_in_another_order_leaves_every_probability_as_it_was(
    claims: Claims, new: list[int]
) -> None:
    found = exact_posterior(prior_given(claims)).marginals()
    other = exact_posterior(prior_given(renamed(claims, new))).marginals()
    np.testing.assert_allclose(other[:, :, [*new, 3]], found, atol=1e-9)


def test_names_weigh_nothing(small: Case) -> None:
    """Other names for the sides, the claimants and the places: the same draws, byte for byte."""
    claims = small.claims
    sides = type(claims.sides)(
        tuple(replace(s, id=f"x{k}", name=f"Party {k}", aliases=()) for k, s in enumerate(claims.sides))
    )
    other = replace(
        claims,
        sides=sides,
        claimants=tuple(f"Voice {n}" for n in range(len(claims.claimants))),
        places=replace(claims.places, ids=tuple(f"q{i}" for i in range(len(claims.places))), names=("",) * 8),
    )
    found = infer(claims, small.maps, small.neighbours, 19, seed=1, effort=LITTLE)
    anonymous = infer(other, small.maps, small.neighbours, 19, seed=1, effort=LITTLE)
    assert found.arrays().keys() == anonymous.arrays().keys()
    assert all((found.arrays()[name] == anonymous.arrays()[name]).all() for name in found.arrays())


def log_odds(words: list[Word]) -> float:
    """Log odds that blue holds the place in the middle on the last day, records and dynamics at their prior means."""
    claims = war(words, start=[0, 1, 1], days=12)
    p = exact_posterior(prior_given(claims)).marginals()[1, -1, 0]
    return float(np.log(p / (1 - p)))


def boast(n: int = 0, **change: object) -> Word:
    return replace(Word("Blue ministry", 0, 1, Kind.capture, 0, 5, text=f"Taken, we say. {n}"), **change)  # type: ignore[arg-type]


def sighting(n: int = 0, **change: object) -> Word:
    return replace(Word("Mission", None, 1, Kind.control, 0, 5, text=f"Blue patrols. {n}"), **change)  # type: ignore[arg-type]


@pytest.mark.parametrize("claim", [boast, sighting])
def test_a_thousand_repetitions_and_ten_copies_hardly_count(claim: Callable[..., Word]) -> None:
    """In log odds against what the claim said once adds: the same day, or copied, 2 % more; over a week, a third more.

    The controls: the claim said once moves belief by a factor of five, and ten voices in
    their own words move its log odds half as far again, and more.
    """
    silence = log_odds([])
    once = log_odds([claim()]) - silence
    assert once > np.log(5)
    same_day = log_odds([claim(n) for n in range(1000)]) - silence
    assert abs(same_day - once) < 0.02 * once
    for_a_week = log_odds([claim(n, day=5 + n % 7) for n in range(1000)]) - silence
    assert once < for_a_week < (1 + 1 / 3) * once
    copies = log_odds([claim(), *(claim(claimant=f"Outlet {n}") for n in range(10))]) - silence
    assert abs(copies - once) < 0.02 * once
    own_words = log_odds([claim(), *(claim(1 + n, claimant=f"Outlet {n}") for n in range(10))]) - silence
    assert own_words > 1.5 * once


def test_repetitions_hardly_count_when_records_are_learned() -> None:
    """The same of the whole inference: the boast moves belief, a thousand repetitions in a week add less than half."""
    effort = Effort(chains=2, daily=10, burn=50, keep=500, thin=2)

    def learned(words: list[Word]) -> float:
        claims = war(words, start=[0, 1, 1], days=12)
        belief = infer(claims, (), joined(claims), 11, seed=1, effort=effort, threads=2)
        p = belief.probability_on(11)[1, 0]
        return float(np.log(p / (1 - p)))

    silence, once = learned([]), learned([boast()])
    repeated = learned([boast(n, day=5 + n % 7) for n in range(1000)])
    assert once - silence > np.log(5)
    assert abs(repeated - once) < 0.5 * (once - silence)


def test_who_invents_its_victories_does_not_make_liars_of_the_witnesses() -> None:
    """Nothing moves; blue announces every place of orange's now and then, and all others say what is so.

    Either blue invents, or two third parties always say "orange's" of these places and "blue's" of the rest, and
    orange holds on to its line: whom a third party speaks of is what tells the two apart.
    """
    start = [0, 0, 0, 1, 1, 1] * 7
    row, column = np.divmod(np.arange(42), 6)
    places = replace(line_of(start), lat=row * KM / 111.32, lon=column * KM / 111.32)
    rng, words = np.random.default_rng(0), []
    for place, holder in enumerate(start):
        for day in range(45):
            for n, name in enumerate(("Mission", "Reporter")):
                if rng.random() < 0.06:
                    said = holder if rng.random() < 0.9 - 0.1 * n else 1 - holder
                    words.append(Word(name, None, place, Kind.control, said, day))
            if holder and rng.random() < 0.06:
                words.append(Word("Blue ministry", 0, place, Kind.capture, 0, day))
            if holder and rng.random() < 0.1:
                words.append(Word("Orange ministry", 1, place, Kind.control, 1, day))
    claims = war(words, start=start, days=45, places=places)
    effort = Effort(chains=4, daily=4, burn=50, keep=100, thin=2)
    held = infer(claims, (), joined(claims), 44, seed=0, effort=effort, threads=2).probability()
    orange = np.array(start) == 1
    print(held[orange, :, 1].mean(), held[~orange, :, 0].mean())
    assert held[orange, :, 1].mean() > 0.7
    assert held[~orange, :, 0].mean() > 0.9


def test_a_war_in_which_nobody_speaks_is_the_dynamics_run_forward() -> None:
    """One place by itself: its chain is small enough to step by hand."""
    given = prior_given(war([], start=[0], days=8))
    step, p = TransitionPriors().mean(2, 2), given.first[0, :3] + np.array([*given.first[0, 3:], 0.0])
    exact = exact_posterior(given).marginals()[0]
    for t in range(8):
        np.testing.assert_allclose(exact[t], p, rtol=1e-9)
        p = sum(p[s] * tomorrow(s, np.zeros(3, dtype=np.int64), step, t // 7) for s in range(3))


def test_a_district_that_a_map_redraws_at_one_stroke_is_not_passed_over() -> None:
    """No place of it falls by itself, for the enemy is next to none of them: it changes hands whole or not at all.

    On a line of places, where a front has but one way, chains that do not start from the map never find that out: the
    district is uncertain, and the result says that its chains disagree.
    """
    places, days, drawn_on = 20, 16, 6
    district = np.arange(8, 16)
    claims = war([], start=[0] * 3 + [1] * (places - 3), days=days)
    rows = [(i, int(i >= 3), 0, days - 1) for i in range(places) if i not in district]
    rows += [row for i in district.tolist() for row in ((i, 1, 0, drawn_on - 1), (i, 0, drawn_on, days - 1))]
    place, state, first, last = (np.array(column) for column in zip(*sorted(rows), strict=True))
    atlas = ControlMap(
        "atlas", place.astype(np.int32), state.astype(np.int8), first.astype(np.int32), last.astype(np.int32)
    )
    effort = Effort(chains=4, daily=4, burn=20, keep=50, thin=1)
    belief = infer(claims, (atlas,), joined(claims), days - 1, seed=1, effort=effort, threads=2)
    assert (belief.probability_on(days - 1)[district, 0] > 0.15).all()
    assert belief.convergence.rhat > 1.5
