"""The war that ships with Vedette, as `vedette verify` scores it: goals met, and how far that is from the baselines.

The structure of the model was worked out while looking at this case: the limits keep it from growing worse, and show
nothing about other wars (see docs/scores.md).
"""

from __future__ import annotations

import pytest

from vedette.verification import Scorecard
from vedette.workflows import Study, verify

LEAD = "not derived from claims, places that change hands"
"""Rows of the outcome that were not themselves inferred from claims, of the 12 places that change hands."""


@pytest.fixture(scope="module")
def cards() -> dict[str, Scorecard]:
    """The lead scorecard of the nowcast and of hindsight, seed 0."""
    found = verify(Study.of())
    return {product: next(card for card in group if card.selection == LEAD) for product, group in found.items()}


@pytest.mark.parametrize(("product", "most"), [("nowcast", 0.065), ("hindsight", 0.030)])
def test_the_brier_score_meets_its_goal(cards: dict[str, Scorecard], product: str, most: float) -> None:
    brier = {row.method: row.brier for row in cards[product].rows}
    print(product, f"{brier['Vedette']:.4f}", {name: round(score, 3) for name, score in brier.items()})
    assert (cards[product].places, cards[product].place_days) == (12, 508)
    assert brier["Vedette"] <= most
    for beaten in ("last claim wins", "majority of claims", "independent hidden Markov chains", "nothing changes"):
        assert brier["Vedette"] < brier[beaten], beaten
