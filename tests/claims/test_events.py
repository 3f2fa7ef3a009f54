"""Events in a case, and as claims that the draws hear."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import small_case
from vedette.belief import gather
from vedette.claims import EventKind, Kind, with_events
from vedette.errors import CaseError
from vedette.store import read_case
from vedette.workflows import Study

HEADER = "event_id,date,posted_at,side,kind,lat,lon,source,url"
ROWS = (
    "e3,2031-04-06,2031-04-07T10:00,orange,,10.201,-30.25,watcher,https://example.org/e3",
    "e1,2031-04-05,2031-04-05,blues,repulse,10.2,-30.25,watcher,",
    "e2,2031-04-06,2031-04-06,orange,shelling,10.2,-30.25,other,",
    "e4,2031-04-06,2031-04-06,,presence,10.2,-30.25,,",
    "e5,2031-04-06,2031-04-06,blue,assault,12.0,-30.25,,",
)


def with_rows(folder: Path, *rows: str) -> Path:
    (folder / "events.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_case(tmp_path / "small")


def test_events_are_read_in_order_of_posting(folder: Path) -> None:
    events = read_case(with_rows(folder, *ROWS)).events
    assert events.ids.tolist() == ["e1", "e2", "e4", "e5", "e3"]
    assert events.side.tolist() == [0, 1, -1, 0, 1]
    assert events.kind.tolist()[0] == EventKind.repulse
    assert events.posted.tolist() == [4, 5, 5, 5, 6]
    assert len(events.until(5)) == 4


def test_a_case_without_events_is_what_it_was(folder: Path) -> None:
    before = read_case(folder)
    with_rows(folder)
    after = read_case(folder)
    assert len(after.events) == 0
    assert before.digests(20) == after.digests(20)


def test_what_is_posted_later_changes_no_earlier_fingerprint(folder: Path) -> None:
    few, all_of_them = ROWS[1:], ROWS
    some = read_case(with_rows(folder, *few))
    whole = read_case(with_rows(folder, *all_of_them))
    assert some.digests(5) == whole.digests(5)
    assert some.digests(6) != whole.digests(6)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("e1,2031-04-05,2031-04-04,blue,,10.2,-30.2,,", "row 2, column posted_at: 2031-04-04 lies before date"),
        ("e1,2031-05-05,2031-05-05,blue,,10.2,-30.2,,", "row 2, column date: 2031-05-05 lies outside the case's days"),
        ("e1,2031-04-05,2031-04-05,green,,10.2,-30.2,,", "row 2, column side: 'green' is not one of"),
        ("e1,2031-04-05,2031-04-05,contested,,10.2,-30.2,,", "row 2, column side: 'contested' is not one of"),
        ("e1,2031-04-05,2031-04-05,blue,picnic,10.2,-30.2,,", "row 2, column kind: 'picnic' is not one of"),
        ("e1,2031-04-05,2031-04-05,blue,,,-30.2,,", "row 2, column lat: is blank. Give a number."),
        ("e1,2031-04-05,2031-04-05,blue,,100,-30.2,,", "row 2, column lat: 100 lies outside -90 to 90"),
        (",2031-04-05,2031-04-05,blue,,10.2,-30.2,,", "row 2, column event_id: is blank"),
        ("e1,5 April,2031-04-05,blue,,10.2,-30.2,,", "row 2, column date: '5 April' is not a date"),
    ],
)
def test_what_is_wrong_is_named_by_file_row_column_and_remedy(folder: Path, row: str, message: str) -> None:
    with pytest.raises(CaseError, match=r"events\.csv") as error:
        read_case(with_rows(folder, row))
    assert message in str(error.value)


def test_draws_hear_an_event_as_a_third_party_at_the_nearest_place(folder: Path) -> None:
    case = read_case(with_rows(folder, *ROWS))
    told = with_events(case.claims, case.events)
    more = [claim for claim in told.rows() if claim.claim_id.startswith("event ")]
    # e3 repeats e2: one side, place and day; e4 is of nobody in particular; e5 is far from every place
    assert [(c.claim_id, c.kind, c.side, c.place_id) for c in more] == [
        ("event e1", Kind.repulse, "blue", "cairn"),
        ("event e2", Kind.control, "orange", "cairn"),
    ]
    assert {c.claimant_side for c in more} == {"third"}
    assert len(told) == len(case.claims) + 2
    assert with_events(case.claims, case.events.until(-1)) is case.claims


def test_an_event_moves_the_evidence_of_a_small_case_and_only_from_its_posting_on(folder: Path) -> None:
    without = Study.of(folder, date(2031, 4, 20))
    study = Study.of(with_rows(folder, *ROWS), date(2031, 4, 20))

    def heard(of: Study, day: int) -> int:
        return len(gather(of.told, of.case.maps, of.case.neighbours, day).testimony)

    assert heard(study, 19) == heard(without, 19) + 2
    assert heard(study, 3) == heard(without, 3)
    assert np.array_equal(study.case.claims.ids, without.case.claims.ids)
