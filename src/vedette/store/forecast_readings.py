"""`forecasts.csv` of a case: what claims of kind forecast say, where the claim's own columns do not say it all."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date

from vedette.errors import CaseError
from vedette.store.case_folder import Case

__all__ = ["ForecastReading", "read_forecast_readings"]

COLUMNS = ("claim_id", "place_id", "side", "by", "condition_place", "condition_side")


@dataclass(frozen=True, slots=True)
class ForecastReading:
    """That `side` will hold `place` on day `by`, if on that day the `condition` (place, side) is so."""

    place: int
    side: int
    by: date
    condition: tuple[int, int] | None


def read_forecast_readings(case: Case) -> dict[str, ForecastReading | None]:
    """By claim; None for a claim that is listed without a place: it says nothing about who will hold one.

    Empty if the case has no such table.
    """
    path = case.folder / "forecasts.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if rows and not set(rows[0]) >= set(COLUMNS):
        raise CaseError(f"forecasts.csv: lacks {', '.join(sorted(set(COLUMNS) - set(rows[0])))}. Add the columns.")
    found: dict[str, ForecastReading | None] = {}
    for number, row in enumerate(rows, start=2):
        if not row["place_id"]:
            found[row["claim_id"]] = None
            continue
        label = f"forecasts.csv, row {number}"
        for key in ("side", "condition_side"):
            if row[key] and row[key] not in case.sides.ids:
                raise CaseError(
                    f"{label}: {row[key]!r} is no side of this case. Its sides: {', '.join(case.sides.ids)}."
                )
        try:
            by = date.fromisoformat(row["by"])
        except ValueError:
            raise CaseError(f"{label}: {row['by']!r} is not a date. Write YYYY-MM-DD.") from None
        if not row["side"] or bool(row["condition_place"]) != bool(row["condition_side"]):
            raise CaseError(f"{label}: a place goes with a side, a condition's too. Give both or neither.")
        condition = None
        if row["condition_place"]:
            condition = (case.places.find(row["condition_place"]), case.sides.ids.index(row["condition_side"]))
        found[row["claim_id"]] = ForecastReading(
            case.places.find(row["place_id"]), case.sides.ids.index(row["side"]), by, condition
        )
    return found
