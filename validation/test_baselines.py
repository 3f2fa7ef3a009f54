"""The slow baseline: Dawid and Skene's, refitted every day of the war of 2020."""

from __future__ import annotations

import pytest

from vedette.store import read_case, read_outcome
from vedette.verification import baselines, score, selections


def test_dawid_skene_has_the_score_published_with_the_case() -> None:
    """Two-sided Brier score of its nowcast on 12 places, 508 place-days: about 0.046."""
    pytest.importorskip("crowdkit", reason="crowd-kit is not installed: pip install 'vedette[baselines]'")
    case = read_case("karabakh-2020")
    outcome = read_outcome(case)
    name = "Dawid-Skene (crowd-kit)"
    found = score(selections(outcome)[0], outcome, {name: baselines(case.claims, (), hindsight=False)[name]()}, 0)
    assert (found.places, found.place_days) == (12, 508)
    assert found.rows[0].brier == pytest.approx(0.046, abs=0.004)
