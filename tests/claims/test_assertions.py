from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.claims.tables import claim, claim_rows, table
from vedette.claims import Certainty, Claim, Kind, Relation, Says, assertions_of, says_of
from vedette.store import Case

BLUE = {"claimant": "Blue ministry", "claimant_side": "blue"}
RADIO = {"claimant": "Blue radio", "claimant_side": "blue"}
ORANGE = {"claimant": "Orange ministry", "claimant_side": "orange"}
MISSION = {"claimant": "Mission", "claimant_side": "third"}


@pytest.mark.parametrize(
    ("kind", "denied", "says"),
    [
        (Kind.capture, False, Says.took),
        (Kind.capture, True, Says.lacks),
        (Kind.control, False, Says.holds),
        (Kind.control, True, Says.lacks),
        (Kind.withdrawal, False, Says.lacks),
        (Kind.withdrawal, True, Says.holds),
        (Kind.repulse, False, Says.repels),
        (Kind.repulse, True, None),
        (Kind.assault, False, Says.fights),
        (Kind.advance, False, Says.fights),
        (Kind.strike, False, Says.outside),
        (Kind.strike, True, None),
        (Kind.encirclement, False, Says.outside),
        *((kind, False, None) for kind in (Kind.forecast, Kind.intent, Kind.casualties, Kind.support, Kind.ceasefire)),
        *((kind, False, None) for kind in (Kind.route_cut, Kind.route_open, Kind.fire_control, Kind.reinforcement)),
    ],
)
def test_what_a_flat_statement_says(kind: Kind, denied: bool, says: Says | None) -> None:
    found = says_of(kind, denied=denied, partial=False, certainty=Certainty.asserted)
    assert found == (None if says is None else (says, 1.0))


def test_doubt_weakens_and_unlikely_turns_round() -> None:
    def of(certainty: Certainty, *, partial: bool = False) -> tuple[Says, float] | None:
        return says_of(Kind.capture, denied=False, partial=partial, certainty=certainty)

    flat, likely, possible = of(Certainty.asserted), of(Certainty.likely), of(Certainty.possible)
    assert flat is not None
    assert likely is not None
    assert possible is not None
    assert flat[1] > likely[1] > possible[1] > 0
    assert flat[0] == likely[0] == possible[0] == Says.took
    unlikely = of(Certainty.unlikely)
    assert unlikely is not None
    assert unlikely[0] == Says.lacks
    assert of(Certainty.asserted, partial=True) == (Says.fights, 1.0)
    assert of(Certainty.unlikely, partial=True) is None


def test_repetition_is_one_assertion(small: Case) -> None:
    told = assertions_of(table(small, [claim(f"a{n}", 3 + n, **BLUE) for n in range(3)]))
    assert len(told) == 1
    assert (told.repeats[0], told.first[0], told.last[0]) == (3, 3, 5)
    assert told.of_claim.tolist() == [0, 0, 0]
    assert told.relation[0] == Relation.own


def test_a_change_of_mind_ends_an_assertion(small: Case) -> None:
    rows = [claim("a0", 3), claim("a1", 5, denied=True), claim("a2", 7)]
    told = assertions_of(table(small, rows))
    assert told.of_claim.tolist() == [0, 1, 2]
    assert [Says(s) for s in told.says] == [Says.took, Says.lacks, Says.took]


def test_a_copy_word_for_word_counts_for_whoever_was_first(small: Case) -> None:
    words = {"paraphrase": "The town has been taken."}
    rows = [claim("a0", 3, **BLUE, **words), claim("a1", 4, about=3, **MISSION, paraphrase="The TOWN has  been taken.")]
    told = assertions_of(table(small, rows))
    assert told.of_claim.tolist() == [0, 0]
    # Other words, or a day more than a week later, are another voice.
    for other in ({"paraphrase": "Taken, they say.", "about": 3}, {**words, "about": 11}):
        told = assertions_of(table(small, [rows[0], claim("a1", 11, **MISSION, **other)]))
        assert told.of_claim.tolist() == [0, 1]
        assert told.relation.tolist() == [Relation.own, Relation.third]


def test_copies_go_round_for_a_week_from_one_to_the_next(small: Case) -> None:
    def voices(*days: int) -> int:
        outlets = [{"claimant": f"Outlet {n}", "claimant_side": "third"} for n in range(len(days))]
        rows = [claim(f"a{n}", day, paraphrase="It fell.", **outlets[n]) for n, day in enumerate(days)]
        return len(assertions_of(table(small, rows)))

    assert voices(3, 4, 5, 6) == 1
    assert voices(1, 8, 15) == 1
    assert voices(1, 9) == 2


def test_a_party_that_says_what_the_enemy_said_copies_nobody(small: Case) -> None:
    """Nor does it matter which of the two has the lower id; an agency that carries both copies the first."""
    words = {"paraphrase": "The ford is blue."}
    for first, second in ((BLUE, ORANGE), (ORANGE, BLUE)):
        told = assertions_of(table(small, [claim("a0", 3, **first, **words), claim("a1", 3, **second, **words)]))
        assert sorted(told.relation.tolist()) == [Relation.own, Relation.other]
    told = assertions_of(table(small, [claim("a0", 3, **MISSION, **words), claim("a1", 3, **BLUE, **words)]))
    assert told.relation.tolist() == [Relation.own]


def test_a_place_taken_back_is_taken_anew(small: Case) -> None:
    """By who had said, as others did, that it held it, once others have said that it is the other side's.

    Who says a second time that it took a place repeats itself.
    """
    holds, took = {"kind": Kind.control, **BLUE}, BLUE
    seen, lost = claim("a1", 4, kind=Kind.control, **MISSION), claim("a2", 5, side="orange", **MISSION)
    cases = ((holds, [seen, lost], [0, 1, 2, 3]), (holds, [seen], [0, 1, 0]), (took, [seen, lost], [0, 1, 2, 0]))
    for said, between, expected in cases:
        told = assertions_of(table(small, [claim("a0", 3, **said), *between, claim("a3", 9, **BLUE)]))
        assert told.of_claim.tolist() == expected
        assert (told.chorus[told.of_claim[-1]] == told.chorus[0]) == (expected[-1] == 0)


def test_what_third_parties_say_of_a_later_week_is_another_chorus(small: Case) -> None:
    voices = [{"claimant": f"Outlet {n}", "claimant_side": "third"} for n in range(2)]
    for day, same in ((10, True), (11, False)):
        told = assertions_of(table(small, [claim("a0", 3, **voices[0]), claim("a1", day, **voices[1])]))
        assert (told.chorus[0] == told.chorus[1]) == same


def test_voices_of_one_camp_about_one_place_are_one_chorus(small: Case) -> None:
    rows = [claim("a0", 3, **BLUE), claim("a1", 3, **RADIO), claim("a2", 3, **MISSION), claim("a3", 3, **ORANGE)]
    told = assertions_of(table(small, rows))
    assert len(told) == 4
    assert told.choruses == 3
    assert told.chorus[0] == told.chorus[1]


def test_a_claim_about_a_route_or_both_sides_says_nothing_of_control(small: Case) -> None:
    rows = [claim("a0", 3, route_id="cairn_ely"), claim("a1", 3, side="both"), claim("a2", 3, kind=Kind.forecast)]
    told = assertions_of(table(small, rows))
    assert len(told) == told.choruses == 0
    assert told.of_claim.tolist() == [-1, -1, -1]


@settings(max_examples=50)
@given(claim_rows())
def test_every_statement_belongs_to_one_assertion(small: Case, rows: list[Claim]) -> None:
    claims = table(small, rows)
    told = assertions_of(claims)
    heard = told.of_claim[told.of_claim >= 0]
    np.testing.assert_array_equal(np.bincount(heard, minlength=len(told)), told.repeats)
    assert (told.first <= told.last).all()
    assert ((told.first >= 0) & (told.last < len(small.days))).all()
    assert ((told.share > 0) & (told.share <= 1)).all()
    for n, j in enumerate(told.of_claim.tolist()):
        if j >= 0:
            assert claims.place[n] == told.place[j]


@settings(max_examples=50)
@given(claim_rows(), st.integers(0, 25))
def test_what_is_published_later_adds_to_the_end(small: Case, rows: list[Claim], day: int) -> None:
    claims = table(small, rows)
    late, early = assertions_of(claims), assertions_of(claims.until(day))
    count, known = len(early), len(early.of_claim)
    assert late.of_claim[:known].tolist() == early.of_claim.tolist()
    for name in ("claimant", "camp", "place", "side", "says", "relation", "chorus"):
        assert getattr(late, name)[:count].tolist() == getattr(early, name).tolist(), name
