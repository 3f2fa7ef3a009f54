"""A case and its ledger as one; and what Vedette kept in files before it had a ledger: read, taken over, not lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from vedette.errors import CaseError, LedgerError
from vedette.store import (
    Act,
    Additions,
    Decision,
    Ledger,
    Note,
    all_decisions,
    claim_rows,
    keep,
    kept_reports,
    ledger_of,
    read_case,
)

BEFORE = Path(__file__).parent / "before_ledger"
ACT = Act("someone", "2031-05-01T00:00:00+00:00", "note")
STANDING = {
    *(f"a{n:02}" for n in range(1, 15)),
    "r49742aa341c3-0-alder-v2", "r49742aa341c3-1-dunmore", "recc1dc09aa37-0-brook",
}  # fmt: skip
"""Claims that counted when the files were written, by the Vedette that wrote them."""


@pytest.fixture
def old_case(case_folder: Path) -> Path:
    """The small war, read into and reviewed by a Vedette without a ledger."""
    shutil.copytree(BEFORE, case_folder, dirs_exist_ok=True)
    return case_folder


def counted(case: Path) -> set[str]:
    return {str(c) for c in read_case(case).claims.ids}


def ledger(case: Path) -> Ledger:
    found = ledger_of(case)
    assert found is not None
    return found


@pytest.mark.usefixtures("each_ledger")
def test_files_of_before_the_ledger_are_read_then_taken_over_and_stay(old_case: Path) -> None:
    files = {p: p.read_bytes() for p in sorted(old_case.rglob("*")) if p.is_file()}
    assert counted(old_case) == STANDING
    decisions, reports, rows = all_decisions(old_case), kept_reports(old_case), claim_rows(old_case)
    assert len(decisions) == 8
    assert len(reports) == 2
    assert not ledger(old_case).exists(), "reading writes nothing"

    keep(old_case, ACT, Additions(notes=[Note("a01", "first words")]))
    assert [a.verb for a in ledger(old_case).acts()] == ["take over", "note"]
    assert (all_decisions(old_case), kept_reports(old_case), claim_rows(old_case)) == (decisions, reports, rows)
    assert counted(old_case) == STANDING
    assert [f.about for f in ledger(old_case).search("brook taken")] == ["recc1dc09aa37"]

    keep(old_case, ACT, Additions(notes=[Note("a01", "more words")]))
    assert [a.verb for a in ledger(old_case).acts()] == ["take over", "note", "note"], "once"
    assert {p: p.read_bytes() for p in files} == files, "and the files are as they were"
    ledger(old_case).verify()

    for path in (old_case / "reviews.jsonl", *(old_case / "reports").iterdir()):
        path.unlink()
    assert (all_decisions(old_case), kept_reports(old_case)) == (decisions, reports), "all of it is in the ledger"
    assert counted(old_case) == STANDING


def test_what_an_older_vedette_adds_later_is_taken_over_too(old_case: Path) -> None:
    keep(old_case, ACT, Additions(notes=[Note("a01", "x")]))
    late = {"claim_id": "a01", "verdict": "reject", "by": "third reviewer", "at": "2031-05-02T00:00:00+00:00"}
    with (old_case / "reviews.jsonl").open("a") as handle:
        handle.write(json.dumps(late) + "\n" + '{"claim_id": "cut o')
    assert counted(old_case) == STANDING - {"a01"}
    assert len(all_decisions(old_case)) == 9
    keep(old_case, ACT, Additions(notes=[Note("a01", "y")]))
    assert [d.by for d in ledger(old_case).heard().decisions].count("third reviewer") == 1
    assert len(all_decisions(old_case)) == 9
    assert counted(old_case) == STANDING - {"a01"}


def test_a_report_file_that_is_spoilt_is_named_and_nothing_is_taken_over(old_case: Path) -> None:
    (old_case / "reports" / "r49742aa341c3.json").write_text("{}")
    with pytest.raises(CaseError, match=r"r49742aa341c3.json.*Remove it and read the report again"):
        keep(old_case, ACT, Additions(notes=[Note("a01", "x")]))
    assert not ledger(old_case).exists()


def claim(case: Path, name: str, **more: str) -> dict[str, str]:
    return {**claim_rows(case)[0], "claim_id": name, **more}


@pytest.mark.usefixtures("each_ledger")
def test_a_case_hears_its_ledger_as_it_stood_after_any_act(case_folder: Path) -> None:
    before = counted(case_folder)
    digests = read_case(case_folder).digests(10)
    keep(case_folder, ACT, Additions(claims=[claim(case_folder, "b01")]))
    keep(case_folder, ACT, Additions(decisions=[Decision("a01", "reject", "someone", ACT.at)]))
    keep(case_folder, ACT, Additions(notes=[Note("b01", "x")]))
    assert counted(case_folder) == {*before, "b01"} - {"a01"}
    case = read_case(case_folder)
    assert case.ledger == 2
    assert {str(c) for c in read_case(case_folder, until=1).claims.ids} == {*before, "b01"}
    assert read_case(case_folder, until=0).digests(10) == digests != case.digests(10)


def test_an_id_of_the_table_is_not_added_again(case_folder: Path) -> None:
    rows = [claim(case_folder, "a01"), claim(case_folder, "b01")]
    assert keep(case_folder, ACT, Additions(claims=rows)).claims == ("b01",)
    table = case_folder / "claims.csv"
    table.write_text(table.read_text() + table.read_text().splitlines()[1].replace("a01", "b01") + "\n")
    with pytest.raises(CaseError, match=r"'b01' stands in the ledger too\. Rename it in the table"):
        read_case(case_folder)


def test_a_claim_of_the_ledger_that_no_longer_fits_the_case_is_named(case_folder: Path) -> None:
    keep(case_folder, ACT, Additions(claims=[claim(case_folder, "b01", place_id="atlantis")]))
    with pytest.raises(CaseError, match=r"ledger, column place_id: claim 'b01': 'atlantis' is neither a place"):
        read_case(case_folder)
    keep(case_folder, ACT, Additions(decisions=[Decision("b01", "reject", "someone", ACT.at)]))
    assert "b01" not in counted(case_folder), "rejecting it mends that"


def test_a_case_whose_claims_are_all_in_the_ledger(case_folder: Path) -> None:
    rows = claim_rows(case_folder)
    want = read_case(case_folder).digests(10)
    (case_folder / "claims.csv").unlink()
    keep(case_folder, ACT, Additions(claims=rows))
    assert read_case(case_folder).digests(10) == want


def test_off_reads_the_tables_alone_and_keeps_nothing(case_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = counted(case_folder)
    keep(case_folder, ACT, Additions(claims=[claim(case_folder, "b01")]))
    monkeypatch.setenv("VEDETTE_LEDGER", "off")
    assert counted(case_folder) == before
    with pytest.raises(LedgerError, match=r"says to do without.*Leave that out"):
        keep(case_folder, ACT, Additions(notes=[Note("a01", "x")]))
