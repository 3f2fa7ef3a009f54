from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.briefing import certainty_word, percent
from vedette.briefing.words import counted, the, verb

# ICD-203 (2015), D.6.e.2: the table of likelihood words; its ends are 1 and 99 %.
ICD_203 = [
    (0.01, 0.05, "almost no chance"),
    (0.05, 0.20, "very unlikely"),
    (0.20, 0.45, "unlikely"),
    (0.45, 0.55, "roughly even chance"),
    (0.55, 0.80, "likely"),
    (0.80, 0.95, "very likely"),
    (0.95, 0.99, "almost certain"),
]


@pytest.mark.parametrize(("low", "high", "word"), ICD_203)
def test_words_are_those_of_the_directive(low: float, high: float, word: str) -> None:
    assert certainty_word((low + high) / 2) == word
    assert certainty_word(low) == word
    assert certainty_word(math.nextafter(high, 0)) == word


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_likelier_thing_has_no_weaker_word(a: float, b: float) -> None:
    order = [word for _, _, word in ICD_203]
    a, b = min(a, b), max(a, b)
    assert order.index(certainty_word(a)) <= order.index(certainty_word(b))


@pytest.mark.parametrize("value", [-0.01, 1.01, math.nan, math.inf])
def test_what_is_no_probability_has_no_word(value: float) -> None:
    with pytest.raises(ValueError, match="is not a probability"):
        certainty_word(value)


@given(st.floats(0, 1))
def test_nothing_is_printed_as_certain(value: float) -> None:
    said = percent(value)
    assert said not in ("0%", "100%")
    if value < 0.01 or value > 0.99:
        assert said in ("<1%", ">99%")
    else:
        assert abs(float(said.rstrip("%")) - 100 * value) <= 0.5 + 1e-9


def test_nouns_and_articles() -> None:
    assert percent(math.nan) == "–"
    assert [counted(n, "claim") for n in (0, 1, 2)] == ["0 claims", "1 claim", "2 claims"]
    assert the("Blue side") == "the Blue side"
    assert the("Norwick") == "Norwick"
    assert the("The Blue side") == "The Blue side"
    assert verb("rebel forces", "holds", "hold") == "hold"
    assert verb("Blue side", "holds", "hold") == "holds"
