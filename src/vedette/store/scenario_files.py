"""Scenario files."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from vedette.errors import ScenarioError
from vedette.store.case_folder import Case

__all__ = ["list_scenarios", "scenario_in", "scenario_text"]


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
