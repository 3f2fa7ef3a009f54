"""Forecasts of a whole war by rolling origin: do they beat "nothing changes", and are they reliable?

The judge's own map is the known state. Scored on weekly origins of July 2023 to June 2024, places within 10 km of one
that the other side holds, by the side that last held them undisputed. What is learned at an origin comes from
earlier days; the form of the model was chosen while looking at these months.
"""

from __future__ import annotations

import shutil
import time
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from validation.ukraine import judged, ukraine
from vedette.dynamics import History, Sightings
from vedette.ground import project_km
from vedette.store import read_case
from vedette.workflows import Study, forecast_origins, origins_of

FIRST, LAST, FROM = date(2022, 6, 1), date(2024, 6, 30), date(2023, 7, 1)
HORIZONS = (7, 28, 91)


@pytest.mark.shared
def test_learned_changes_of_hands_beat_nothing_changes(tmp_path: Path) -> None:
    folder = tmp_path / "ukraine"
    ukraine(folder, FIRST, LAST, maps=True)
    shutil.copy(folder / "outcome.parquet", folder / "maps" / "judge.parquet")
    case = read_case(folder)
    study = Study.of(folder)
    origins = [day for day in origins_of(study, "weekly") if day >= FROM]
    begun = time.perf_counter()
    done = forecast_origins(study, origins, HORIZONS, tmp_path / "forecast.parquet")
    print(f"{done.origins} origins, {done.places:,} places, {time.perf_counter() - begun:.0f} s")
    assert done.state == "judge"
    nobody = Sightings(*(np.empty(0, dtype=np.int64) for _ in range(3)))
    truth = History(project_km(case.places.lat, case.places.lon), judged(case), 2, (), nobody)
    file = pq.ParquetFile(tmp_path / "forecast.parquet")
    forecast: dict[int, list[np.ndarray]] = {h: [] for h in HORIZONS}
    for group in range(file.num_row_groups):
        part = file.read_row_group(group)
        day, horizon = case.days.index(part["origin"][0].as_py()), part["horizon"][0].as_py()
        if day + horizon >= len(case.days):
            continue
        held = truth.holder[:, day]
        near = np.flatnonzero((truth.km_to_others(day, 10.001) <= 10.0) & (held >= 0))
        p = np.column_stack([part["p_ua"], part["p_ru"]])[near]
        lost = 1.0 - p[np.arange(len(near)), held[near]]
        forecast[horizon].append(np.column_stack([lost, truth.holder[near, day + horizon] != held[near]]))
    for horizon, rows in forecast.items():
        p, y = np.concatenate(rows).T
        skill = 1.0 - float(((p - y) ** 2).mean()) / float(y.mean())
        order = np.argsort(np.argsort(p, kind="stable"), kind="stable") + 1.0
        positive = float(y.sum())
        area = (order[y == 1].sum() - positive * (positive + 1) / 2) / (positive * (len(y) - positive))
        ratio = float(p.sum() / y.sum())
        print(f"{horizon} days: {y.mean():.4f} change hands; skill {skill:.3f}, area {area:.3f}, expected {ratio:.2f}")
        assert skill > 0.03
        assert 0.6 < ratio < 1.7
