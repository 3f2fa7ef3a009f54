"""Who held what, written for other tools."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from vedette.errors import CaseError
from vedette.store import FORMATS, ControlTable, check_file, terms_of, write_control
from vedette.workflows.nowcast import hindsight
from vedette.workflows.runs import keep_run
from vedette.workflows.study import Study

__all__ = ["export_control", "export_formats", "export_terms"]


def export_formats() -> Mapping[str, str]:
    """The formats that control can be written in, and how the names of their files end."""
    return FORMATS


def export_terms(study: Study) -> str:
    """Which data sets' claims an export of the study rests on, and whether their rows may be passed on; or nothing."""
    return terms_of(study.known)


def export_control(study: Study, form: str, path: Path, *, every_day: bool = False) -> int:
    """Write who held what on the study's day, or on every day up to it, by what was published by then; count rows.

    Every format holds the same rows; NetCDF as an array (place, day, state).
    """
    if form not in FORMATS:
        raise CaseError(f"{form!r} is no format that control is written in. Use one of {', '.join(FORMATS)}.")
    check_file(path)
    case = study.case
    found = hindsight(study)["probability"].transpose("place", "day", "state")
    if not every_day:
        found = found.isel(day=slice(-1, None))
    table = ControlTable(
        places=case.places,
        probability=np.asarray(found.values, dtype=np.float64),
        days=found["day"].values,
        states=case.sides.states,
        about={
            "case": case.name,
            "title": case.title,
            "as_of": study.as_of.isoformat(),
            "product": "hindsight" if every_day or study.today > study.last else "nowcast",
            "seed": str(study.seed),
            "attribution": case.attribution,
            "terms": export_terms(study),
        },
        claims=study.known,
    )
    write_control(table, form, path)
    keep_run(study, "export", {"form": form, "every_day": every_day}, [path])
    return int(table.probability.shape[0] * table.probability.shape[1])
