"""Forecasts of a small war's claimants: which are scored, when, and why the others are not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import FEW
from vedette.errors import CaseError
from vedette.workflows import OutsidersReport, Study, outsiders

WORDS = {
    "will hold": ("asserted", "full", "asserted", "", "", "The heights will be ours in a week."),
    "number": ("asserted", "full", "possible", "40", "%", "The odds are four in ten."),
    "denied": ("denied", "full", "asserted", "", "", "They will not take the heights."),
    "vague": ("asserted", "partial", "asserted", "", "", "There will be gains."),
    "if": ("asserted", "full", "asserted", "", "", "If the port falls, the heights fall."),
}


def scored(
    folder: Path, said: Sequence[str], readings: Sequence[str] = (), *, by: str = "2031-04-09", until: int = 20
) -> OutsidersReport:
    with (folder / "claims.csv").open("a", encoding="utf-8") as file:
        for n, words in enumerate(said):
            polarity, degree, certainty, quantity, unit, text = WORDS[words]
            file.write(
                f"f{n:02},2031-04-02,{by},{by},Observer,third,,forecast,blue,cairn,,{polarity},{degree},{certainty},"
                f'{quantity},{unit},"{text}",https://example.org/f{n}\n'
            )
    if readings:
        head = "claim_id,place_id,side,by,condition_place,condition_side"
        (folder / "forecasts.csv").write_text("\n".join([head, *readings]) + "\n", encoding="utf-8")
    return outsiders(Study.of(folder, date(2031, 4, until), effort=FEW, threads=1))


def test_forecasts_are_scored_by_what_came(case_folder: Path) -> None:
    found = scored(case_folder, ["will hold", "number", "denied"])
    lines = [
        line for line in found.lines if line.claim_id.startswith("f")
    ]  # the war has a forecast of its own, a vague one
    assert [line.probability for line in lines] == pytest.approx([0.95, 0.4, 0.05])
    assert {line.came for line in lines} == {True}  # the heights were blue on the day that all three speak of
    assert found.theirs[0] == pytest.approx((0.05**2 + 0.6**2 + 0.95**2) / 3)
    assert found.scored == 3
    assert all(line.ours is not None and 0 <= line.ours <= 1 for line in lines)


def test_what_cannot_be_scored_says_why(case_folder: Path) -> None:
    found = scored(case_folder, ["vague", "if"])
    assert found.scored == 0
    assert "too vague" in found.lines[0].why
    assert "condition" in found.lines[1].why


def test_what_is_not_due_is_not_scored(case_folder: Path) -> None:
    early = scored(case_folder, ["will hold"], until=8)
    assert early.lines[0].came is None
    assert "not due" in early.lines[0].why


@pytest.mark.parametrize(("side", "met"), [("blue", True), ("orange", False)])
def test_a_forecast_counts_only_if_its_condition_was_met(case_folder: Path, side: str, met: bool) -> None:
    found = scored(case_folder, ["if"], [f"f00,cairn,blue,2031-04-09,norwick,{side}"])  # Norwick stays blue throughout
    assert (found.lines[0].came is not None) == met
    assert met or "not met" in found.lines[0].why


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("f00,cairn,green,2031-04-09,,", "'green' is no side"),
        ("f00,cairn,blue,9 April,,", "'9 April' is not a date"),
        ("f00,cairn,blue,2031-04-09,norwick,", "Give both or neither"),
    ],
)
def test_a_wrong_reading_is_named(case_folder: Path, row: str, said: str) -> None:
    with pytest.raises(CaseError, match=said):
        scored(case_folder, ["if"], [row])
