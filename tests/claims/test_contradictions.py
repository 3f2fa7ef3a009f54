from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings

from tests.claims.tables import claim, claim_rows, table
from vedette.claims import Certainty, Claim, Contradiction, Kind, contradictions, said_both
from vedette.store import Case

ORANGE = {"claimant": "Orange ministry", "claimant_side": "orange"}
MISSION = {"claimant": "Mission", "claimant_side": "third"}


def disputes(case: Case, *rows: Claim) -> list[Contradiction]:
    return contradictions(table(case, rows))


def test_taken_and_held_exclude_each_other(small: Case) -> None:
    (found,) = disputes(small, claim("a0", 5), claim("a1", 6, kind=Kind.control, side="orange", **ORANGE))
    assert found == Contradiction(small.places.index("dunmore"), 5, 6, {0: (0,), 1: (1,)})


def test_a_denial_stands_apart_from_the_other_sides_camp(small: Case) -> None:
    (found,) = disputes(small, claim("a0", 5), claim("a1", 6, denied=True, **ORANGE))
    assert found.camps == {0: (0,), 2: (1,)}


def test_a_repulse_belies_a_gain_of_parts(small: Case) -> None:
    heights = claim("a0", 5, partial=True)
    assert disputes(small, heights, claim("a1", 5, kind=Kind.repulse, side="orange", **ORANGE))
    assert not disputes(small, heights, claim("a1", 5, kind=Kind.control, side="orange", **ORANGE))


@pytest.mark.parametrize(
    "other",
    [
        claim("a1", 9, kind=Kind.control, side="orange", **ORANGE),  # news: four days have passed
        claim("a1", 5, kind=Kind.control, side="orange", place_id="cairn", **ORANGE),  # elsewhere
        claim("a1", 6, kind=Kind.control, side="orange"),  # the same claimant changed its mind
        claim("a1", 5, kind=Kind.assault, side="orange", **ORANGE),  # fighting excludes nothing
        claim("a1", 5, kind=Kind.control, side="orange", certainty=Certainty.possible, **ORANGE),  # too weak
        claim("a1", 5, kind=Kind.forecast, side="orange", **ORANGE),  # not yet
        claim("a1", 5, kind=Kind.control, **MISSION),  # agreement
    ],
)
def test_what_is_no_contradiction(small: Case, other: Claim) -> None:
    assert disputes(small, claim("a0", 5), other) == []


def test_nobody_can_say_both_on_one_day(small: Case) -> None:
    """Of the same day; the day after, it is news."""
    both = claim("a0", 5), claim("a1", 5, kind=Kind.control, side="orange"), claim("a2", 6, kind=Kind.withdrawal)
    claims = table(small, both)
    assert said_both(claims) == [(0, 1)]
    (found,) = contradictions(claims)
    assert found.camps == {0: (0,), 1: (1, 2)}


def test_who_copies_word_for_word_has_not_said_both(small: Case) -> None:
    """The ministry says one thing, and a mission that carries it word for word nothing else."""
    own = claim("a0", 4, kind=Kind.control, side="orange", paraphrase="It is orange's.")
    copied = claim("a1", 5, paraphrase="It is blue's.")
    carried = claim("a2", 5, kind=Kind.control, side="orange", paraphrase="It is orange's.", **MISSION)
    assert said_both(table(small, [own, copied, carried])) == []


def test_most_disputed_first(small: Case) -> None:
    denial = {"denied": True, **ORANGE}
    found = disputes(
        small,
        claim("a0", 5),
        claim("a1", 5, **denial),
        claim("a2", 5, place_id="cairn"),
        claim("a3", 5, place_id="cairn", **denial),
        claim("a4", 6, place_id="cairn", **MISSION),
    )
    assert [small.places.ids[c.place] for c in found] == ["cairn", "dunmore"]


@settings(max_examples=50)
@given(claim_rows())
def test_no_camp_is_empty_and_no_claim_is_in_two(small: Case, rows: list[Claim]) -> None:
    claims = table(small, rows)
    for found in contradictions(claims):
        involved = [n for camp in found.camps.values() for n in camp]
        assert all(found.camps.values())
        assert len(involved) == len(set(involved))
        assert {int(claims.place[n]) for n in involved} == {found.place}
        assert len({int(claims.claimant[n]) for n in involved}) > 1 or set(said_both(claims)) & set(
            combinations(sorted(involved), 2)
        )
        assert 0 <= found.first <= found.last < len(small.days)
