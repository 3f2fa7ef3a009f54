"""Other people's forecasts as probabilities, by the rule that the documentation states."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.claims import Certainty
from vedette.verification import mean_scores, stated_probability


@pytest.mark.parametrize(
    ("certainty", "denied", "quantity", "unit", "probability"),
    [
        (Certainty.asserted, False, "", "", 0.95),
        (Certainty.likely, False, "", "", 0.675),
        (Certainty.asserted, True, "", "", 0.05),
        (Certainty.possible, False, "30", "%", 0.3),
        (Certainty.possible, False, "30", "per cent", 0.3),
        (Certainty.possible, False, "0.3", "probability", 0.3),
        (Certainty.possible, True, "30", "%", 0.7),
        (Certainty.likely, False, "130", "%", 0.675),  # no probability: the word counts
        (Certainty.likely, False, "a third", "%", 0.675),
        (Certainty.likely, False, "30", "tanks", 0.675),
    ],
)
def test_a_number_goes_before_a_word(
    certainty: Certainty, denied: bool, quantity: str, unit: str, probability: float
) -> None:
    said = stated_probability(certainty, denied=denied, quantity=quantity, unit=unit)
    assert said == pytest.approx(probability)


def test_scores_by_hand() -> None:
    brier, log = mean_scores([(0.8, True), (0.4, False)])
    assert brier == pytest.approx((0.04 + 0.16) / 2)
    assert log == pytest.approx(-(math.log(0.8) + math.log(0.6)) / 2)
    assert all(math.isnan(x) for x in mean_scores([]))


@given(st.floats(0, 1), st.floats(0, 1))
def test_what_one_expects_is_best_said_plainly(truth: float, said: float) -> None:
    """Both scores are proper: no other number than the truth has a lower expected Brier score."""
    honest, told = (
        truth * mean_scores([(p, True)])[0] + (1 - truth) * mean_scores([(p, False)])[0] for p in (truth, said)
    )
    assert honest <= told + 1e-12
