"""`case.toml`: the name of a case, its sides and days, where supplies come from, what is looked at first."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from vedette.errors import CaseError, GroundError
from vedette.ground import Days, Places, Side, Sides
from vedette.store.tables import CONTROL_CHARACTER, Problems

__all__ = ["TOML_KEYS", "days_in", "name_in", "places_listed", "read_toml", "sides_in", "supply_in"]

TOML_KEYS = {
    "name",
    "title",
    "summary",
    "sides",
    "first_day",
    "last_day",
    "judge",
    "settings",
    "supply",
    "headline",
    "capitals",
    "symbols",
    "attribution",
}

MAX_DAYS = 20_000
"""Some 54 years, longer than any war that is reported by the day; a mistyped year is longer still."""


def read_toml(folder: Path) -> dict[str, Any]:
    """What `case.toml` says, as it stands there."""
    try:
        toml = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CaseError(f"case.toml: is not TOML ({error}). Mend the line it names.") from error
    except OSError as error:
        raise CaseError(f"case.toml: cannot be read ({error}). Check its permissions.") from error
    if spoilt := [text for text in _texts(toml) if CONTROL_CHARACTER.search(text)]:
        raise CaseError(f"case.toml: {spoilt[0][:40]!r} holds a control character. Remove it.")
    return toml


def _texts(value: object) -> Iterator[str]:
    """Every key and text in a TOML value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        yield from (text for item in value.values() for text in _texts(item))
    elif isinstance(value, list):
        yield from (text for item in value for text in _texts(item))


def name_in(toml: dict[str, Any], folder: Path) -> str:
    """What a case is called: fit to be the name of a folder."""
    name = str(toml.get("name") or folder.resolve().name)
    if not re.fullmatch(r"\w[\w. -]*", name):
        raise CaseError(
            f"case.toml: the name {name!r} cannot be that of a folder, and results are written to one so called. "
            "Use letters, digits, hyphens, dots."
        )
    return name


def sides_in(toml: dict[str, Any], folder: Path) -> Sides:
    """The parties of the war."""
    listed = toml.get("sides")
    if isinstance(listed, dict):
        listed = [
            {"id": key, **(value if isinstance(value, dict) else {"name": value})} for key, value in listed.items()
        ]
    if not isinstance(listed, list) or not listed:
        raise CaseError(
            f"case.toml in {folder}: no sides. List each party as [[sides]] with an id, a name and its aliases."
        )
    sides = []
    for each in listed:
        entry = {"id": each} if isinstance(each, str) else each
        if not isinstance(entry, dict) or not str(entry.get("id", "")).strip():
            raise CaseError(f"case.toml: a side without an id: {entry!r}. Give every [[sides]] an id.")
        aliases = entry.get("aliases", [])
        if not isinstance(aliases, list):
            raise CaseError(f'case.toml: the aliases of side {entry["id"]!r} are not a list. Write ["a", "b"].')
        sides.append(Side(str(entry["id"]).strip(), str(entry.get("name") or entry["id"]), tuple(map(str, aliases))))
    try:
        return Sides(tuple(sides))
    except GroundError as error:
        raise CaseError(f"case.toml: {error}") from error


def days_in(toml: dict[str, Any], folder: Path) -> Days:
    """The days of the war."""
    found = []
    for key in ("first_day", "last_day"):
        value = toml.get(key)
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError as error:
                raise CaseError(f"case.toml: {key} {value!r} is not a date. Write it as YYYY-MM-DD.") from error
        if isinstance(value, datetime):
            value = value.date()
        if not isinstance(value, date):
            raise CaseError(f"case.toml in {folder}: no {key}. Write it as {key} = YYYY-MM-DD.")
        found.append(value)
    try:
        days = Days(*found)
    except GroundError as error:
        raise CaseError(f"case.toml: {error}") from error
    if len(days) > MAX_DAYS:
        raise CaseError(
            f"case.toml: the war lasts from {days.first} to {days.last}, {len(days):,} days, and a case may hold "
            f"{MAX_DAYS:,}. Correct the year, or split the case by period."
        )
    return days


def places_listed(toml: dict[str, Any], key: str, places: Places, problems: Problems) -> tuple[int, ...]:
    """The places that a key names; none if it is not there."""
    return _places_named(toml.get(key, []), key, places, problems)


def _places_named(names: object, key: str, places: Places, problems: Problems) -> tuple[int, ...]:
    out = []
    for name in names if isinstance(names, list) else [names]:
        try:
            out.append(places.find(str(name)))
        except LookupError as error:
            problems.add("case.toml", None, key, str(error))
    return tuple(out)


def supply_in(toml: dict[str, Any], sides: Sides, places: Places, problems: Problems) -> dict[int, tuple[int, ...]]:
    """For each side that has some, the places that its supplies come from."""
    listed = toml.get("supply", {})
    out: dict[int, tuple[int, ...]] = {}
    if not isinstance(listed, dict):
        problems.add("case.toml", None, "supply", "is not a table. Write [supply] and a list of places for each side.")
        return out
    for name, where in listed.items():
        side = sides.find(str(name))
        if side is None:
            problems.add("case.toml", None, "supply", f"{name!r} is no side of this case. Use one of {sides.ids}.")
        else:
            out[side] = _places_named(where, f"supply.{name}", places, problems)
    return out
