"""Decisions about claims: kept one by one, taken back, never overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Ask
from vedette.errors import ClaimError, PlaceNotFoundError
from vedette.store import all_decisions, claim_rows, read_case
from vedette.workflows import add_note
from vedette.workflows.read import add_readings, read_reports
from vedette.workflows.review import Review

STORY = (
    "Desk, April 10, 2031\n\nBlue forces captured the village of Brook. Orange forces still hold the town of Dunmore."
)


@pytest.fixture
def case(case_folder: Path, tmp_path: Path) -> Path:
    path = tmp_path / "s.txt"
    path.write_text(STORY)
    add_readings(str(case_folder), read_reports([str(path)], case=str(case_folder)))
    return case_folder


def counted(case: Path) -> set[str]:
    return {str(c) for c in read_case(case).claims.ids}


@pytest.mark.usefixtures("each_ledger")
def test_accepted_rejected_and_taken_back(case: Path) -> None:
    table = (case / "claims.csv").read_bytes()
    session = Review.of(str(case), "reviewer")
    first, second = (item.claim_id for item in session.pending())
    session.accept(first)
    session.reject(second, "another Dunmore")
    assert second not in counted(case)
    assert first in counted(case)
    assert [i.claim_id for i in Review.of(str(case), "reviewer").pending()] == []
    assert session.undo() == second
    assert second in counted(case)
    assert session.undo() == first
    assert session.undo() == ""
    assert (case / "claims.csv").read_bytes() == table, "rows are never touched"
    kept = all_decisions(case)
    assert [d.verdict for d in kept] == ["accept", "reject", "undo", "undo"]
    assert all(d.by == "reviewer" and d.at for d in kept)
    assert kept[1].note == "another Dunmore"


@pytest.mark.usefixtures("each_ledger")
def test_a_correction_is_a_new_row_and_the_old_one_stays(case: Path) -> None:
    session = Review.of(str(case), "reviewer")
    claim = session.pending()[0].claim_id
    new = session.correct(claim, "place_id=alder; degree=partial")
    rows = {r["claim_id"]: r for r in claim_rows(case)}
    assert rows[claim]["place_id"] == "brook"
    assert (rows[new]["place_id"], rows[new]["degree"]) == ("alder", "partial")
    assert new in counted(case)
    assert claim not in counted(case)
    session.undo()
    assert claim in counted(case)
    assert new not in counted(case)


def test_places_and_sides_answer_to_their_names_and_a_word_alone_can_do(case: Path) -> None:
    session = Review.of(str(case), "reviewer")
    new = session.correct(session.pending()[0].claim_id, "place=Alder; denied; partial; side=Orange")
    row = next(r for r in claim_rows(case) if r["claim_id"] == new)
    assert (row["place_id"], row["polarity"], row["degree"], row["side"]) == ("alder", "denied", "partial", "orange")


@pytest.mark.parametrize(
    "changes",
    [
        "place_id=atlantis",
        "kind=victory",
        "paraphrase=x",
        "degree",
        "side=green",
        "about_from=soon",
        "polarity=maybe",
        "place=brook",
        "",
    ],
)
def test_what_is_no_correction_changes_nothing(case: Path, changes: str) -> None:
    session = Review.of(str(case), "reviewer")
    before = (case / "claims.csv").read_bytes()
    with pytest.raises((ClaimError, PlaceNotFoundError)):
        session.correct(session.pending()[0].claim_id, changes)
    assert (case / "claims.csv").read_bytes() == before
    assert all_decisions(case) == []


@pytest.mark.usefixtures("each_ledger")
def test_notes_about_a_claim_and_its_report_are_shown_with_it(case: Path, vedette: Ask) -> None:
    first, second = Review.of(str(case), "reviewer").pending()
    assert first.notes == ()
    add_note(str(case), first.claim_id, "Which Brook? There are two.", by="first reviewer")
    add_note(str(case), first.row["report_id"], "The outlet corrected this story.", by="second reviewer")
    first, second = Review.of(str(case), "reviewer").pending()
    assert [(n.by, n.words) for n in first.notes] == [
        ("first reviewer", "Which Brook? There are two."),
        ("second reviewer", "The outlet corrected this story."),
    ]
    assert [n.words for n in second.notes] == ["The outlet corrected this story."]
    told = json.loads(vedette("review", case, "--json").out)
    assert [len(item["notes"]) for item in told["pending"]] == [2, 1]


def test_notes_stand_beside_the_claim_on_the_terminal(
    case: Path, vedette: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Review.of(str(case), "reviewer").pending()[0]
    add_note(str(case), first.claim_id, "Which Brook?", by="first reviewer")
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "q")
    shown = vedette("review", case).out
    assert "by first reviewer: Which Brook?" in shown


def test_words_are_shown_amid_those_around_them(case: Path) -> None:
    item = Review.of(str(case), "reviewer").pending()[1]
    assert (item.before + item.words + item.after).startswith("Blue forces captured")
    assert "hold the town of Dunmore" in item.words
