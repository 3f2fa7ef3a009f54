"""Forecasts from many days: the table, whose map they start from, and that nothing later is used."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.conftest import FEW
from vedette.store import read_case
from vedette.workflows import Study, forecast_origins, origins_of
from vedette.workflows.outlook import standing


def test_the_table_holds_every_origin_horizon_and_place(case_folder: Path, tmp_path: Path) -> None:
    study = Study.of(case_folder, effort=FEW)
    origins = origins_of(study, "weekly")
    assert origins == [date(2031, 4, 1), date(2031, 4, 8), date(2031, 4, 15)]
    found = forecast_origins(study, origins, (7, 28), tmp_path / "f.parquet", state="atlas")
    table = pq.read_table(tmp_path / "f.parquet")
    assert table.column_names == ["origin", "horizon", "place_id", "p_blue", "p_orange"]
    assert table.num_rows == 3 * 2 * 8
    assert found.state == "atlas"
    p = np.column_stack([table["p_blue"], table["p_orange"]])
    np.testing.assert_allclose(p.sum(axis=1), 1.0, atol=1e-6)
    assert set(table["horizon"].to_pylist()) == {7, 28}


def test_what_comes_out_later_changes_no_forecast(case_folder: Path, tmp_path: Path) -> None:
    origins = [date(2031, 4, 8)]
    for name, as_of in (("early", date(2031, 4, 8)), ("late", date(2031, 4, 20))):
        for state in (None, "atlas"):
            study = Study.of(case_folder, as_of, effort=FEW)
            forecast_origins(study, origins, (7,), tmp_path / f"{name}-{state}.parquet", state=state)
    for state in (None, "atlas"):
        early, late = (pq.read_table(tmp_path / f"{name}-{state}.parquet") for name in ("early", "late"))
        assert early.equals(late)


@pytest.mark.parametrize(("judge", "chosen"), [("Atlas project", "atlas"), ("somebody else", None)])
def test_a_map_of_the_judge_says_who_holds_what(case_folder: Path, judge: str, chosen: str | None) -> None:
    toml = (case_folder / "case.toml").read_text().replace("made up by hand", judge)
    (case_folder / "case.toml").write_text(toml)
    assert standing(read_case(case_folder), None) == chosen
