from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.briefing.lines import STATES, claim_line, outlook, story, supply
from vedette.briefing import (
    Change,
    Dispute,
    MapLine,
    Outlook,
    certainty_word,
    change_sentence,
    holder_sentence,
    map_sentence,
    map_sentences,
    percent,
    supply_sentence,
    weight_words,
    without_sentences,
)

DAY = date(2031, 4, 3)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            outlook(0.97, 0.03),
            (
                "It is almost certain (97%) that the Blue side holds Dunmore on 3 April 2031. "
                "Otherwise the Orange side holds it (3%)."
            ),
        ),
        (
            outlook(0.2, 0.3),
            (
                "There is a roughly even chance (50%) that Dunmore is contested on 3 April 2031. "
                "Otherwise the Orange side holds it (30%) or the Blue side holds it (20%)."
            ),
        ),
        (outlook(0.0, 1.0), "It is almost certain (>99%) that the Orange side holds Dunmore on 3 April 2031."),
    ],
)
def test_who_holds_a_place(found: Outlook, said: str) -> None:
    assert holder_sentence("Dunmore", found, DAY) == said


@given(st.tuples(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100)).filter(any))
def test_the_sentence_leads_with_the_likeliest_and_its_own_number(weights: tuple[int, int, int]) -> None:
    shares = tuple(w / sum(weights) for w in weights)
    found = Outlook(shares, STATES)
    said = holder_sentence("Dunmore", found, DAY)
    first, _, rest = said.partition(". ")
    top = max(shares)
    assert certainty_word(top) in first
    assert f"({percent(top)})" in first
    assert said.count("(") == 1 + sum(p >= 0.01 for s, p in enumerate(shares) if s != found.leading)
    assert rest == "" or rest.startswith("Otherwise")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, ("It is very likely (90%) that supplies of the Blue side get in by road, if the place is its own or "
             "contested. They can come from the north (90%) and west (50%). It is likely (70%) that a way in is "
             "free of fire.")),
        ({"unsafe": 0.97}, ("It is very likely (90%) that supplies of the Blue side get in by road, if the place is "
             "its own or contested. They can come from the north (90%) and west (50%). It is almost certain (97%) that "
             "no way in is free of fire.")),
        ({"bearings": {}, "isolated": 1.0}, ("It is almost certain (>99%) that no supplies of the Blue side get in by "
             "road, if the place is its own or contested. From no compass point do they come with a chance of one in "
             "five.")),
        ({"is_source": True}, "Dunmore lies in the rear of the Blue side: supplies come from here."),
        ({"not_lost": 0.001}, ("There is nothing to supply: the Blue side has almost no chance of still being in "
             "Dunmore.")),
    ],
)  # fmt: skip
def test_where_supplies_come_from(given: dict[str, object], said: str) -> None:
    assert supply_sentence(story(), supply(**given)) == said


def test_what_changed() -> None:
    change = Change("dunmore", "Dunmore", outlook(0.1, 0.9), outlook(0.8, 0.1))
    assert change_sentence(change) == "The Blue side holds Dunmore: 80%, from 10%"


def test_what_weighs_against_the_verdict_is_said_to() -> None:
    """Weight is what a claim adds to what it says, so that a boast not believed speaks for the other side."""
    claims = (
        claim_line("a1", 1, favours=0, weight=1.2),
        claim_line("a2", 2, favours=1, weight=0.9),
        claim_line("a3", 2, favours=1, weight=-0.4),
    )

    def told(found: Outlook) -> list[tuple[str, list[str]]]:
        dispute = Dispute("dunmore", "Dunmore", DAY, DAY, found, {}, {}, claims)
        return [(head, [claim.claim_id for claim in which]) for head, which in weight_words(dispute)]

    assert told(outlook(0.9, 0.1)) == [("Speaking for it", ["a1", "a3"]), ("Weighing against it", ["a2"])]
    assert told(outlook(0.1, 0.9)) == [("Speaking for it", ["a2"]), ("Weighing against it", ["a1", "a3"])]
    assert told(outlook(0.2, 0.1)) == [("Most weight", ["a1", "a2", "a3"])], "contested is nobody's verdict"


def test_what_the_draws_cannot_tell_without_a_camp_is_said_and_not_passed_over() -> None:
    told = story(without_camp={"Blue side": outlook(0.2, 0.7), "third parties": None})
    assert without_sentences(told) == (
        "Without what the Blue side says about it: Blue side 20%, Orange side 70%, contested 10%. "
        "Without what third parties say about it: the draws cannot tell: they would hardly be drawn without it."
    )
    assert without_sentences(story()) == ""
    told = story(without_camp={"Blue side": outlook(0.2, 0.7)}, drawn_anew=("Blue side",))
    assert without_sentences(told) == (
        "Without what the Blue side says about it: Blue side 20%, Orange side 70%, contested 10% (drawn anew)."
    )


def test_what_a_map_shows_and_adds_is_said() -> None:
    """Also where it was shown last some days ago, and where the draws cannot tell."""
    shown = MapLine("atlas", 0, DAY - timedelta(days=1), DAY, weight=1.4, without=outlook(0.4, 0.5))
    told = story(as_of=DAY, maps=(shown,))
    assert map_sentences(told) == (
        "The map atlas has shown it held by the Blue side since 2 April 2031, which makes that ×4.1 in odds; "
        "without it: Blue side 40%, Orange side 50%, contested 10%."
    )
    stale = replace(shown, shows=2, until=DAY - timedelta(days=1), weight=0.0, drawn_anew=True)
    assert map_sentence(told, stale) == (
        "The map atlas showed it contested on 2 April 2031, and not since then, which adds nothing; "
        "without it: Blue side 40%, Orange side 50%, contested 10% (drawn anew)."
    )
    unknown = replace(shown, weight=None, without=None)
    assert map_sentence(told, unknown).endswith("since 2 April 2031; the draws cannot tell what that adds.")
    weeks = replace(stale, since=DAY - timedelta(days=9))
    assert "contested from 25 March 2031 to 2 April 2031, and not since then" in map_sentence(told, weeks)
    assert map_sentences(story()) == ""
