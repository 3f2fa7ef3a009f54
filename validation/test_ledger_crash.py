"""Two hundred processes killed at work: what was told as kept is kept, once, and the next start is clean.

Half of them read reports into a case, half make results of it; half of each in DuckDB, half in PostgreSQL.
"""

from __future__ import annotations

import os
import random
import time
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import FEW, small_case
from tests.postgres import postgres
from tests.store.writers import FRESH, lines_of, started

from vedette.reports import Mention, Report, Statement
from vedette.store import claim_rows, kept_reports, ledger_of, read_case
from vedette.workflows import Study, hindsight, runs, start_ledger
from vedette.workflows.read import Reading, add_readings

__all__ = ["postgres"]

KILLS = 50
"""Of each kind in each engine."""

FRESH.set_forkserver_preload(["pytest", "duckdb", "psycopg", "vedette.workflows.read", __name__])


def story(name: str) -> Reading:
    """A report whose one statement makes one claim, as if it had just been read."""
    text = f"Orange forces still hold the town of Dunmore, patrol {name} said."
    report = Report(text=text, outlet=f"Desk {name}", published=date(2031, 4, 10), language="en")
    told = Statement(
        span=text, start=0, end=len(text), claimant="outlet", claimant_side="third", kind="control", actor="orange",
        actor_side="orange", places=(Mention("Dunmore"),),
    )  # fmt: skip
    return Reading(name, report, (told,))


def ingest(case: str, address: str, name: str, told: int) -> None:
    """Read made-up reports into a case; tell each once it is kept."""
    os.environ["VEDETTE_LEDGER"] = address
    os.environ["VEDETTE_BY"] = "tester"
    for n in range(10_000):
        add_readings(case, [story(f"{name}-{n}")])
        os.write(told, f"{name}-{n}\n".encode())


def produce(case: str, address: str, name: str, told: int) -> None:
    """Make results of a case; tell each once it is noted."""
    os.environ["VEDETTE_LEDGER"] = address
    os.environ["VEDETTE_BY"] = "tester"
    study = Study.of(case, effort=FEW)
    for n in range(10_000):
        hindsight(study, Path(case).parent / "out" / f"{name}-{n}.parquet")
        os.write(told, f"{name}-{n}.parquet\n".encode())


@pytest.fixture(params=["duckdb", "postgresql"])
def address(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    found = request.getfixturevalue("postgres").database() if request.param == "postgresql" else ""
    monkeypatch.setenv("VEDETTE_LEDGER", found)
    return str(found)


def killed(work: Any, tmp_path: Path, case: Path, address: str) -> set[str]:
    """What the processes told before each was killed at a random moment of its work."""
    chance = random.Random(2031)
    told: set[str] = set()
    for n in range(KILLS):
        file = tmp_path / f"told{n}"
        process = started(work, file, str(case), address, f"k{n}")
        while process.is_alive() and not lines_of(file):
            time.sleep(0.005)
        time.sleep(chance.uniform(0.0, 0.4))
        assert process.is_alive(), "it was killed, it did not fail"
        process.kill()
        process.join()
        told |= set(lines_of(file))
    return told


def test_reading_loses_no_claim_and_doubles_none(tmp_path: Path, address: str) -> None:
    case = small_case(tmp_path / "small")
    start_ledger(str(case))
    told = killed(ingest, tmp_path, case, address)
    outlets = [each.report.outlet.removeprefix("Desk ") for each in kept_reports(case)]
    assert told <= set(outlets)
    assert len(outlets) == len(set(outlets))
    assert len(told) >= KILLS, "they were killed at work"
    rows = claim_rows(case)
    assert all(each.claims for each in kept_reports(case))
    assert len({r["claim_id"] for r in rows}) == len(rows)
    for each in kept_reports(case):
        assert set(each.claims) == {r["claim_id"] for r in rows if r["report_id"] == each.report.report_id}, "whole"
    assert len(outlets) <= len(told) + KILLS, "at most one act a process was kept and not told"
    ledger = ledger_of(case)
    assert ledger is not None
    ledger.verify()
    assert add_readings(str(case), [story("after")]).reports == 1, "the next start is clean"
    read_case(case)


def test_results_are_whole_and_each_that_was_told_is_noted(tmp_path: Path, address: str) -> None:
    case = small_case(tmp_path / "small")
    start_ledger(str(case))
    told = killed(produce, tmp_path, case, address)
    noted = [name for run in runs(str(case)) for name in run.record["outputs"]]
    assert told <= set(noted)
    assert len(noted) == len(set(noted))
    assert len(told) >= KILLS, "they were killed at work"
    for run in runs(str(case)):
        for name, digest in run.record["outputs"].items():
            assert sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest
    ledger = ledger_of(case)
    assert ledger is not None
    assert ledger.verify() == len(noted)
