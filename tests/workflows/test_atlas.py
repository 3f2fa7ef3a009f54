"""What a screen map is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from tests.conftest import FEW
from vedette.workflows import Study, known_now, known_then, nowcast


def test_known_then_hears_of_events_as_the_nowcast_does(case_folder: Path) -> None:
    silent = known_then(Study.of(case_folder, date(2031, 4, 12), effort=FEW)).probability
    with (case_folder / "places.csv").open() as table:
        fallow = next(line.split(",") for line in table if line.startswith("fallow,"))
    spot = ",".join(fallow[6:8])
    rows = [f"e{n},2031-04-{n:02d},2031-04-{n:02d},blue,presence,{spot},Desk" for n in range(8, 13)]
    (case_folder / "events.csv").write_text("\n".join(["event_id,date,posted_at,side,kind,lat,lon,source", *rows]))
    study = Study.of(case_folder, date(2031, 4, 12), effort=FEW)
    assert len(study.case.events) == 5
    told = known_then(study).probability
    assert (told != silent).any(), "events say something, and the map hears it"
    same = nowcast(study)["probability"].transpose("day", "place", "state").values
    np.testing.assert_allclose(told / 255, same, atol=0.5 / 255 + 1e-9)
    last = known_now(study).probability[-1]
    np.testing.assert_array_equal(told[-1], last)
