from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.briefing.lines import STATES, outlook, story, supply
from vedette.briefing import (
    Change,
    Outlook,
    certainty_word,
    change_sentence,
    holder_sentence,
    percent,
    supply_sentence,
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
        ({}, ("It is very unlikely (10%) that no supplies of the Blue side come in by road, if the place is its own or "
             "contested. Supplies can come from the north (90%) and west (50%). It is unlikely (30%) that no way in is "
             "free of fire.")),
        ({"bearings": {}, "isolated": 1.0}, ("It is almost certain (>99%) that no supplies of the Blue side come in by "
             "road, if the place is its own or contested. No compass point offers an open road with a chance of one in "
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
