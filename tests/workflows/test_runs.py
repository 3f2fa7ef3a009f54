"""Every result says how to get it again, and getting it again gives the same bytes or says what differs."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FEW
from vedette.errors import LedgerError
from vedette.store import Additions, claim_rows, keep
from vedette.workflows import (
    CampaignStudy,
    Study,
    brief,
    calibrated,
    export_control,
    forecast_origins,
    hindsight,
    make_decisive,
    make_forecast,
    make_what_if,
    nowcast,
    read_parameters,
    rerun,
    runs,
    start_ledger,
)
from vedette.workflows.people import signed
from vedette.workflows.runs import keep_run

DAY = date(2031, 4, 12)


def study(case: Path, **more: Any) -> Study:
    return Study.of(case, DAY, seed=7, effort=FEW, **more)


@pytest.fixture
def made(case_folder: Path, tmp_path: Path) -> Path:
    """The small war with a ledger, and who held what in it, `out.parquet`."""
    start_ledger(str(case_folder))
    hindsight(study(case_folder), tmp_path / "out.parquet")
    return case_folder


@pytest.mark.usefixtures("each_ledger")
def test_a_briefing_is_noted_and_made_again_to_the_byte(case_folder: Path, tmp_path: Path) -> None:
    made = case_folder
    start_ledger(str(made))
    brief(study(made), tmp_path / "out")
    (run,) = runs(str(made))
    assert (run.number, run.by, run.command, run.as_of) == (1, "tester", "brief", "2031-04-12")
    record = run.record
    assert record["seed"] == 7
    assert set(record["outputs"]) == {"map.png", "briefing.html", "control.geojson", "claims.csv", "run.json"}
    assert record["inputs"] == study(made).case.digests(study(made).today)
    assert "claims.csv" in record["files"]
    assert not any("ledger" in name for name in record["files"])
    assert {"vedette", "numpy", "code"} <= set(record["versions"])

    later = {**claim_rows(made)[0], "claim_id": "b01", "place_id": "dunmore", "side": "blue", "kind": "capture"}
    keep(made, signed("", "read"), Additions(claims=[later]))
    assert study(made).case.digests(11) != record["inputs"], "more was read since"
    again = rerun("1", str(made), tmp_path / "again")
    assert again.different == again.inputs == again.files == again.versions == ()
    assert set(again.same) == set(record["outputs"])
    for name in record["outputs"]:
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()
    assert rerun(str(tmp_path / "out" / "run.json"), str(made), tmp_path / "third").different == (), "is enough alone"


def test_what_differs_is_named(made: Path, tmp_path: Path) -> None:
    table = made / "claims.csv"
    table.write_text("".join(line for line in table.open() if not line.startswith(("a08", "a09", "a11"))))
    atlas = made / "maps" / "atlas.csv"
    atlas.rename(atlas.with_name("almanac.csv"))
    again = rerun("1", str(made), tmp_path / "again")
    assert again.different == ("out.parquet",)
    told = " ".join(again.inputs)
    assert "claims: " in told
    assert "map:almanac is new" in told
    assert "map:atlas is gone" in told
    assert "ground" not in told
    assert [line.replace(":", " ").split()[0] for line in again.files] == [
        "claims.csv", "maps/almanac.csv", "maps/atlas.csv",
    ]  # fmt: skip


def test_other_results_are_noted_too(case_folder: Path, tmp_path: Path) -> None:
    start_ledger(str(case_folder))
    nowcast(study(case_folder), tmp_path / "n.parquet", since=date(2031, 4, 10))
    hindsight(study(case_folder), tmp_path / "h.parquet")
    export_control(study(case_folder), "geojson", tmp_path / "c.geojson", every_day=True)
    assert [r.command for r in runs(str(case_folder))] == ["nowcast", "hindsight", "export"]
    for run in runs(str(case_folder)):
        again = rerun(str(run.number), str(case_folder), tmp_path / f"again{run.number}")
        assert again.different == ()
        assert len(again.same) == 1


def test_campaigns_are_noted_and_made_again_to_the_byte(case_folder: Path, tmp_path: Path) -> None:
    """Also when the scenario and the parameters that they were given are gone, and more was read since."""
    start_ledger(str(case_folder))
    parameters, scenario = tmp_path / "fitted.toml", tmp_path / "mine.toml"
    calibrated(study(case_folder), parameters)
    known = read_parameters(parameters)
    shutil.copy(next((case_folder / "scenarios").glob("*.toml")), scenario)
    make_forecast(campaign := CampaignStudy(study(case_folder), 14, 40, known), tmp_path / "f.parquet")
    make_what_if(campaign, str(scenario), tmp_path / "if.html")
    make_decisive(CampaignStudy(study(case_folder), 4, 20), "orange")
    forecast_origins(study(case_folder), [date(2031, 4, 8), date(2031, 4, 10)], [3], tmp_path / "o.parquet")
    for gone in (parameters, scenario):
        gone.unlink()
    later = {**claim_rows(case_folder)[0], "claim_id": "b01", "place_id": "dunmore", "side": "blue", "kind": "capture"}
    keep(case_folder, signed("", "read"), Additions(claims=[later]))
    made = runs(str(case_folder))
    assert {r.command: sorted(r.record["outputs"]) for r in made} == {
        "calibrate": ["fitted.toml"],
        "forecast": ["f.parquet", "forecast.json"],
        "what-if": ["if.html", "what-if.json"],
        "decisive": ["decisive.json"],
        "forecast --origins": ["o.parquet"],
    }
    for run in made:
        again = rerun(str(run.number), str(case_folder), tmp_path / f"again{run.number}")
        assert again.different == again.inputs == again.files == again.versions == (), run.command
        assert sorted(again.same) == sorted(run.record["outputs"])
    for number, name in ((made[1].number, "f.parquet"), (made[2].number, "if.html")):
        assert (tmp_path / f"again{number}" / name).read_bytes() == (tmp_path / name).read_bytes()
    told = json.loads((tmp_path / f"again{made[3].number}" / "decisive.json").read_text())
    assert (told["side"], told["members"]) == ("orange", 20)


def test_without_a_ledger_nothing_is_written(
    case_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    before = sorted(case_folder.rglob("*"))
    brief(study(case_folder), tmp_path / "out")
    assert keep_run(Study.of("karabakh-2020", date(2020, 9, 28)), "brief", {}, [tmp_path / "out" / "map.png"]) == 0
    assert sorted(case_folder.rglob("*")) == before
    assert not (tmp_path / "data").exists()
    assert runs(str(case_folder)) == runs("karabakh-2020") == []


def test_a_run_that_cannot_be_made_again_is_told(made: Path, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=r"no such run; it has 1\. `vedette runs"):
        rerun("12", str(made))
    with pytest.raises(LedgerError, match="is no record of a run"):
        rerun(str(tmp_path / "nothing.json"), str(made))


def test_a_run_that_cannot_be_noted_is_told_and_the_result_is_there(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise LedgerError("ledger.duckdb: cannot be written.")

    monkeypatch.setattr("vedette.store.Ledger.add", full)
    with pytest.raises(LedgerError, match=r"The result is written; that it was made could not be noted\. ledger"):
        hindsight(study(made), tmp_path / "second.parquet")
    assert (tmp_path / "second.parquet").is_file()
