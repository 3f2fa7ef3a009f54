"""Who held what, written for other tools."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vedette.errors import CaseError
from vedette.store import FORMATS, ControlTable, check_file, terms_of, write_control
from vedette.workflows.lines import title_on
from vedette.workflows.nowcast import hindsight
from vedette.workflows.runs import keep_run
from vedette.workflows.study import Study

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["check_format", "export_control", "export_formats", "export_terms", "export_warning", "write_as"]


def export_formats() -> Mapping[str, str]:
    """The formats that control can be written in, and how the names of their files end."""
    return FORMATS


def export_terms(study: Study) -> str:
    """Which data sets' claims an export of the study rests on, and whether their rows may be passed on; or nothing."""
    return terms_of(study.known)


def export_warning(study: Study) -> str:
    """What the reader must know of the draws that an export rests on, or nothing; a long war's rests on none."""
    return "" if study.long else study.belief.warning


def export_control(study: Study, form: str, path: Path, *, every_day: bool = False) -> int:
    """Write who held what on the study's day, or on every day up to it, by what was published by then; count rows.

    Every format holds the same rows; NetCDF as an array (place, day, state).
    """
    check_format(form)
    check_file(path)
    found = hindsight(study)["probability"].transpose("place", "day", "state")
    if not every_day:
        found = found.isel(day=slice(-1, None))
    product = "hindsight" if every_day or study.today > study.last else "nowcast"
    written = write_as(study, form, path, found, product, export_warning(study))
    keep_run(study, "export", {"form": form, "every_day": every_day}, [path])
    return written


def check_format(form: str) -> None:
    """A `CaseError` unless it is a format that control is written in."""
    if form not in FORMATS:
        raise CaseError(f"{form!r} is no format that control is written in. Use one of {', '.join(FORMATS)}.")


def write_as(study: Study, form: str, path: Path, found: xr.DataArray, product: str, warning: str) -> int:
    """Write probabilities (place, day, state), with a word of their draws, in a format; count places and days."""
    case = study.case
    table = ControlTable(
        places=case.places,
        probability=np.asarray(found.values, dtype=np.float64),
        days=found["day"].values,
        states=case.sides.states,
        about={
            "case": case.name,
            "title": title_on(case, study.as_of),
            "as_of": study.as_of.isoformat(),
            "product": product,
            "seed": str(study.seed),
            "attribution": case.attribution,
            "terms": export_terms(study),
            "warning": warning,
        },
        claims=study.known,
    )
    write_control(table, form, path)
    return int(table.probability.shape[0] * table.probability.shape[1])
