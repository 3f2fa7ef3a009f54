"""Admiralty letters: from a record and its interval, never from a name."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.briefing import admiralty, admiralty_letter


def test_examples_in_the_text_are_true() -> None:
    found = doctest.testmod(admiralty)
    assert found.attempted > 0
    assert found.failed == 0


@pytest.mark.parametrize(
    ("share", "letter"),
    [
        ((0.99, 0.96, 1.0), "A"),
        ((0.95, 0.95, 0.95), "A"),
        ((0.94, 0.82, 0.99), "B"),
        ((0.70, 0.61, 0.81), "C"),
        ((0.50, 0.30, 0.65), "D"),
        ((0.10, 0.00, 0.30), "E"),
        ((0.50, 0.05, 0.95), "F"),
        ((0.97, 0.61, 1.00), "F"),
        ((0.985, 1.0, 1.0), "A"),  # of few and nearly all right, the mean lies outside the interval
        (None, "F"),
    ],
)
def test_bands_and_what_cannot_be_judged(share: tuple[float, float, float] | None, letter: str) -> None:
    assert admiralty_letter(share, of=9) == letter


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2))
def test_a_better_record_never_has_a_worse_letter(pair: list[float]) -> None:
    worse, better = sorted(pair)
    assert admiralty_letter((better, better, better), of=9) <= admiralty_letter((worse, worse, worse), of=9)


@pytest.mark.parametrize("share", [(0.4, 0.6, 0.5), (1.4, 0.5, 0.6), (0.4, -0.5, 0.6)])
def test_what_is_no_share_is_refused(share: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="mean, low, high"):
        admiralty_letter(share, of=9)


@pytest.mark.parametrize(("of", "letter"), [(0, "F"), (1, "F"), (4, "F"), (5, "A")])
def test_a_letter_is_earned_with_five_statements(of: int, letter: str) -> None:
    """One claim of a newcomer that the prior makes likely is no record."""
    assert admiralty_letter((0.98, 0.95, 1.0), of) == letter
