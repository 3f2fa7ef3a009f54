"""Scenario files, and the table of who backs whom."""

from __future__ import annotations

import csv
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from vedette.campaign import Backing
from vedette.errors import CaseError, ScenarioError
from vedette.store.case_folder import Case

__all__ = ["list_scenarios", "read_backing", "scenario_in", "scenario_text"]

BACKING_COLUMNS = {"date", "actor", "side_supported", "kind"}
HELP = {"arms", "drones", "fighters", "intelligence", "airspace"}
"""Kinds of help that strengthen a side in the field; words, sanctions and peacekeepers do not."""


def list_scenarios(case: Case) -> list[str]:
    """The names of the scenarios that come with a case."""
    return sorted(p.stem for p in (case.folder / "scenarios").glob("*.toml"))


def scenario_text(case: Case, named: str) -> str:
    """A scenario as it is written: a file, or the name of one that comes with the case."""
    path = Path(named)
    if not path.is_file():
        path = case.folder / "scenarios" / f"{named}.toml"
    if not path.is_file():
        known = ", ".join(list_scenarios(case)) or "none comes with this case"
        raise ScenarioError(f"there is no scenario {named!r}: neither a file nor one of the case's ({known}).")
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path.name}: cannot be read as text ({error}). Save it as UTF-8.") from error


def scenario_in(text: str, name: str) -> dict[str, Any]:
    """What a scenario's TOML says; `name` is what messages call it."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{name}: is not TOML ({error}). Mend the line it names.") from error


def read_backing(case: Case, as_of: date) -> tuple[Backing, ...]:
    """The help that was known by a day, from `backers.csv`; none if the case has no such table."""
    path = case.folder / "backers.csv"
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if rows and not set(rows[0]) >= BACKING_COLUMNS:
        raise CaseError(f"backers.csv: lacks {', '.join(sorted(BACKING_COLUMNS - set(rows[0])))}. Add the columns.")
    found: dict[Backing, None] = {}
    for number, row in enumerate(rows, start=2):
        try:
            day = date.fromisoformat(row["date"])
        except ValueError:
            raise CaseError(f"backers.csv, row {number}: {row['date']!r} is not a date. Write YYYY-MM-DD.") from None
        if day <= as_of and row["kind"] in HELP and row["side_supported"] in case.sides.ids:
            found[Backing(row["actor"], case.sides.ids.index(row["side_supported"]), row["kind"])] = None
    return tuple(found)
