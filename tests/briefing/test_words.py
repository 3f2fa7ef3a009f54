from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.briefing import certainty_word, percent
from vedette.briefing.words import counted, ends, share_ends, share_words, the, verb

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


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.integers(0, 40))
def test_an_interval_holds_its_mean_and_claims_no_certainty(mean: float, a: float, b: float, of: int) -> None:
    low, high = sorted((a, b))
    found = share_ends((mean, low, high), of)
    assert (found is None) == (of < 5)
    if found is not None:
        assert found[0] <= 100 * min(mean, low) + 1e-6
        assert found[1] >= 100 * max(mean, high) - 1e-6
        assert found not in [(0, 0), (100, 100)]
    some = share_words((mean, low, high), of)
    assert some.startswith(percent(mean))
    assert ("(" in some) == (of >= 5)


def test_intervals_are_rounded_outwards() -> None:
    assert ends((0.2, 0.0, 0.0)) == (0, 1)
    assert ends((29.000000000000004, 29.0, 31.2)) == (29, 32)
    assert share_words((0.99, 1.0, 1.0), 12) == "99% (99–100)"
    assert share_words(None) == ""
