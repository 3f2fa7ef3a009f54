"""Reports read into a case."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from vedette.errors import CaseError
from vedette.store import Act, claim_rows, kept_reports, ledger_of, read_case
from vedette.workflows.read import add_readings, read_reports

STORY = """North Desk Says Dunmore Holds

By [North Desk](#)

Harbour Review, April 12, 2031

[North Desk](#) 10 April 2031

Blue forces captured the village of Brook on Tuesday, the Blue ministry said. Orange forces still hold the town of Dunmore.

The Orange ministry denied that Blue forces had captured several heights southeast of Dunmore. Both sides shelled Nowhereville.
"""  # noqa: E501


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(STORY)
    return path


@pytest.mark.usefixtures("each_ledger")
def test_claims_go_to_the_case_with_the_original_outlet_and_day(case_folder: Path, story: Path) -> None:
    before = claim_rows(case_folder)
    added = add_readings(str(case_folder), read_reports([str(story)], case=str(case_folder)))
    rows = claim_rows(case_folder)
    assert [{k: r[k] for k in before[0]} for r in rows[: len(before)]] == before, "what was there is as it was"
    new = {r["claim_id"]: r for r in rows[len(before) :]}
    assert set(new) == set(added.claim_ids)
    assert {r["reported_on"] for r in new.values()} == {"2031-04-10"}
    capture = next(r for r in new.values() if r["kind"] == "capture")
    assert (capture["place_id"], capture["side"], capture["claimant_side"]) == ("brook", "blue", "blue")
    assert capture["claimant"] == "the Blue ministry"
    assert capture["about_from"] == "2031-04-08"
    assert capture["relayed_by"] == "Harbour Review"
    held = next(r for r in new.values() if r["kind"] == "control")
    assert (held["claimant"], held["side"], held["place_id"]) == ("North Desk", "orange", "dunmore")
    near = next(r for r in new.values() if r["polarity"] == "denied")
    assert (near["kind"], near["degree"], near["place_id"]) == ("advance", "partial", "dunmore"), (
        "heights are not the town"
    )
    assert "southeast of" in near["relation"]
    assert added.unmatched == ("Nowhereville",)
    case = read_case(case_folder)
    assert set(added.claim_ids) <= {str(c) for c in case.claims.ids}


@pytest.mark.usefixtures("each_ledger")
def test_every_claim_rests_on_words_that_are_kept(case_folder: Path, story: Path) -> None:
    add_readings(str(case_folder), read_reports([str(story)], case=str(case_folder)))
    (kept,) = kept_reports(case_folder)
    assert kept.claims
    for number in kept.claims.values():
        s = kept.statements[number]
        assert kept.report.text[s.start : s.end] == s.span


def acts_of(folder: Path) -> list[Act]:
    ledger = ledger_of(folder)
    assert ledger is not None
    return ledger.acts()


@pytest.mark.usefixtures("each_ledger")
def test_reading_again_adds_nothing(case_folder: Path, story: Path) -> None:
    readings = read_reports([str(story)], case=str(case_folder))
    add_readings(str(case_folder), readings)
    before, acts = claim_rows(case_folder), acts_of(case_folder)
    again = add_readings(str(case_folder), readings)
    assert again.claim_ids == ()
    assert again.known == 1
    assert claim_rows(case_folder) == before
    assert acts_of(case_folder) == acts, "nothing new, so no act"


def test_a_copy_counts_once(case_folder: Path, tmp_path: Path) -> None:
    body = (
        "Orange forces still hold the town of Dunmore after three days of heavy shelling by Blue artillery units. "
        "Residents said that the market and the school had been hit twice on Tuesday morning."
    )
    for name, outlet, day in (("a", "Wire", "10"), ("b", "Herald", "11")):
        (tmp_path / f"{name}.txt").write_text(f"{outlet}, April {day}, 2031\n\n{body}")
    paths = [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]
    added = add_readings(str(case_folder), read_reports(paths, case=str(case_folder)))
    assert len(added.copies) == 1
    held = [r for r in claim_rows(case_folder) if r["kind"] == "control" and r.get("basis") == "read"]
    assert {r["claimant"] for r in held} == {"Wire"}
    assert sorted(r["relayed_by"] for r in held) == ["", "Herald"]


def test_a_failing_file_is_reported_and_the_rest_is_read(tmp_path: Path, story: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(story, folder / "b.txt")
    (folder / "a.pdf").write_bytes(b"PK\x03\x04nothing")
    (folder / "c.bin").write_bytes(bytes(3000))
    found = read_reports([str(folder), str(tmp_path / "missing.txt")])
    assert [bool(r.error) for r in found] == [True, False, True, True]
    assert found[1].statements


def test_a_shipped_case_is_not_added_to(story: Path) -> None:
    with pytest.raises(CaseError, match="Copy its folder first"):
        add_readings("karabakh-2020", read_reports([str(story)]))


def test_markup_and_control_characters_do_not_reach_the_table(case_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text(
        "Herald, April 10, 2031\n\nBlue forces captured\x1b[31m the town of <script>alert(1)</script> Dunmore on Tuesday\x07.\n"  # noqa: E501
    )
    add_readings(str(case_folder), read_reports([str(path)], case=str(case_folder)))
    for row in claim_rows(case_folder):
        assert all(c.isprintable() for value in row.values() for c in value)
    read_case(case_folder)


def test_many_processes_read_the_same(tmp_path: Path, story: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(26):
        (folder / f"{n:02}.txt").write_text(STORY.replace("Brook", f"Brook{n}"))
    one = read_reports([str(folder)], jobs=1)
    assert read_reports([str(folder)], jobs=2) == one
    assert one[0].report is not None
    assert one[0].report.published == date(2031, 4, 10)


def test_a_report_in_another_language_is_kept_and_says_that_it_was_not_read(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("Армия Норланда заявила во вторник, что взяла город Вельмар после трёх дней боёв.")
    (found,) = read_reports([str(page)])
    assert found.report is not None
    assert found.statements == ()
    assert any("not read" in w and "--endpoint" in w for w in found.report.warnings)
