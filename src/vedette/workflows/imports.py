"""Other people's data into a case: whole, or not at all."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from vedette.claims import LICENCES, BadCell, Incident, Whereabouts, claim_of
from vedette.errors import CaseError
from vedette.store import (
    Additions,
    Case,
    MapAreas,
    Problems,
    Proposed,
    areas_of_placemarks,
    claim_rows,
    is_control_map,
    keep,
    read_case,
    read_foreign,
    read_map_areas,
    read_placemarks,
    writable_case,
)
from vedette.workflows.columns import ColumnMap, guess_columns
from vedette.workflows.incoming import Event, data_set_events, placemark_event, row_event
from vedette.workflows.map_import import add_map, state_in
from vedette.workflows.people import signed

__all__ = ["Imported", "LeftOut", "import_file"]

_TABLES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet")

_SAME = ("about_from", "about_to", "kind", "side", "place_id", "claimant", "paraphrase", "polarity", "basis")
"""What of a claim must agree for it to be one that the case has."""

NEITHER = "is a line or a picture; points are events, and areas a control map"
AREA_AMONG_EVENTS = "is an area among events; save the areas in a file of their own, and they are read as a control map"

REASONS = 3
"""Reasons that are told where nothing of a file is of use."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that became nothing: why, how many, and where the first stands."""

    why: str
    count: int
    first: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What came in: as what the file was read, how many rows it had, which claims or map days are new.

    `left_out` says which rows became nothing; `licence` what the data set's terms allow.
    """

    file: str
    read_as: str
    rows: int
    added: tuple[str, ...] = ()
    known: int = 0
    map_source: str = ""
    map_days: int = 0
    map_places: int = 0
    left_out: tuple[LeftOut, ...] = ()
    licence: str = ""
    columns: ColumnMap | None = None


def import_file(
    file: Path,
    into: str,
    *,
    source: str = "",
    day: date | None = None,
    columns: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
    dates: str = "",
    encoding: str = "",
    confirm: Callable[[ColumnMap], bool] | None = None,
    by: str = "",
) -> Imported | None:
    """Add what is in a file to a case: claims, or a dated control map. What was there stays as it was.

    `confirm` is shown what the columns of an unknown table are taken to mean; None if it says no. The case as it
    would be is read and checked before anything is written.
    """
    folder = writable_case(into)
    case = read_case(folder)
    ending = file.suffix.casefold()
    name = source or re.sub(r"[^\w]+", "-", file.stem.casefold()).strip("-") or "imported"
    if ending in (".kml", ".kmz"):
        read = read_placemarks(file)
        shapes = [(line, NEITHER) for line in read.others]
        drawn = areas_of_placemarks(read.marks, file.name, day, lambda text: state_in(text, case) is not None)
        if drawn is not None:
            return _map(case, folder, file, MapAreas(drawn.areas, tuple(shapes)), name, "line")
        found: list[tuple[int, Event]] = list(shapes)
        for n, mark in enumerate(read.marks):
            event = placemark_event(mark, n, source or file.stem, day, values or {}, case)
            found.append((mark.line, event if mark.area is None else AREA_AMONG_EVENTS))
        found.sort(key=lambda each: each[0])
        return _claims(case, folder, file, "KML placemarks", found, unit="line", by=by)
    if ending == ".geojson" or (ending == ".json" and is_control_map(file)):
        return _map(case, folder, file, read_map_areas(file, day), name, "feature")
    if ending not in _TABLES:
        raise CaseError(
            f"{file.name}: {f'ends in {ending}' if ending else 'its name has no ending'}, and what is read ends in "
            f"{', '.join(_TABLES)}, .kml, .kmz, .geojson. Save it as one, or give it the ending of what it is."
        )
    table = read_foreign(file, encoding)
    if not columns and (of := data_set_events(table, file.name)) is not None:
        return _claims(case, folder, file, *of, by=by)
    plan = guess_columns(table, columns or {}, values or {}, dates, file.name)
    if confirm is not None and not confirm(plan):
        return None
    events = [(n, row_event(row, n, plan, name, case)) for n, row in zip(table.numbers, table.rows, strict=True)]
    return _claims(case, folder, file, "a table", events, plan=plan, by=by)


def _claims(
    case: Case,
    folder: Path,
    file: Path,
    read_as: str,
    events: Sequence[tuple[int, Event]],
    *,
    unit: str = "row",
    plan: ColumnMap | None = None,
    by: str = "",
) -> Imported:
    theirs = {} if plan is None else {"place_id": plan.columns.get("place", ""), **plan.columns}
    rows, left_out = _read(case, file.name, events, unit, theirs)
    there = {row["claim_id"]: row for row in claim_rows(folder)}
    new: dict[str, dict[str, str]] = {}
    known = 0
    for n, row in rows:
        claim = row["claim_id"]
        kept = there.get(claim)
        if kept is None:
            new[claim] = row
        elif all(kept.get(column, "") == row.get(column, "") for column in _SAME):
            known += 1
        elif plan is not None and "claim_id" not in plan.columns:
            raise CaseError(
                f"{file.name}, {unit} {n}: would be the claim {claim!r}, and the case has one of that id that says "
                "something else. Give this file another --source, or name its ids with --column claim_id=COLUMN."
            )
        else:
            left_out.append((n, "is in the case and says something else there; correct it with `vedette review`"))
    if not rows:
        raise CaseError(_of_no_use(case, file.name, unit, left_out))
    added: tuple[str, ...] = ()
    if new:
        at = {row["claim_id"]: n for n, row in rows if row["claim_id"] in new}
        read_case(folder, more=Proposed(list(new.values()), file.name, at, {k: v for k, v in theirs.items() if v}))
        added = keep(folder, signed(by, "import", file.name), Additions(claims=list(new.values()))).claims
    dataset = next((e.dataset for _, e in events if isinstance(e, Incident)), read_as)
    licence = LICENCES.get(dataset)
    return Imported(
        file=file.name,
        read_as=read_as,
        rows=len(events),
        added=added,
        known=known,
        left_out=_counted(left_out, unit),
        licence=licence.name if licence else "",
        columns=plan,
    )


def _read(
    case: Case, file: str, events: Sequence[tuple[int, Event]], unit: str, theirs: Mapping[str, str]
) -> tuple[list[tuple[int, dict[str, str]]], list[tuple[int, str]]]:
    """The claims that rows amount to, and why others amount to none; one `CaseError` for all that cannot be read."""
    where = Whereabouts(case.places)
    problems = Problems()
    rows: list[tuple[int, dict[str, str]]] = []
    left_out: list[tuple[int, str]] = []
    swapped: list[tuple[int, Incident]] = []
    for n, event in events:
        if isinstance(event, BadCell):
            problems.add(file, n, theirs.get(event.column, event.column), event.message)
            continue
        row = claim_of(event, where, case.sides) if isinstance(event, Incident) else event
        if isinstance(row, str):
            left_out.append((n, row))
            if isinstance(event, Incident) and math.isfinite(event.lat) and where.swapped(event.lat, event.lon):
                swapped.append((n, event))
        elif not case.days.first <= date.fromisoformat(row["about_to"]) <= case.days.last:
            left_out.append((n, f"outside the case's days, {case.days.first} to {case.days.last}"))
        else:
            rows.append((n, row))
    if swapped:
        n, event = swapped[0]
        others = f", and so are {len(swapped) - 1:,} others" if len(swapped) > 1 else ""
        raise CaseError(
            f"{file}, {unit} {n}: latitude {event.lat:g}, longitude {event.lon:g} is far from every place of the case, "
            f"and near one when they change places{others}. Swap them; in a table of your own, name the columns with "
            "--column lat=COLUMN --column lon=COLUMN."
        )
    problems.raise_if_any(file)
    seen: dict[str, int] = {}
    for n, row in rows:
        if row["claim_id"] in seen:
            raise CaseError(
                f"{file}, {unit} {n}: the id {row['claim_id']!r} stands twice, first in {unit} "
                f"{seen[row['claim_id']]}. Give each row an id of its own, or remove one."
            )
        seen[row["claim_id"]] = n
    return rows, left_out


def _of_no_use(case: Case, file: str, unit: str, left_out: Sequence[tuple[int, str]]) -> str:
    counted = _counted(left_out, unit)
    told = "; ".join(
        f"{each.first}{f' and {each.count - 1:,} more' if each.count > 1 else ''}: {each.why}"
        for each in counted[:REASONS]
    )
    more = f"; and {len(counted) - REASONS} other reasons" if len(counted) > REASONS else ""
    return (
        f"{file}: none of its {len(left_out):,} {unit if unit == 'row' else 'placemark'}s is of use to {case.name}. "
        f"{told}{more}. Check that it is of this war, and that places and sides bear names that the case knows: add "
        "aliases to places and to case.toml."
    )


def _counted(left_out: Iterable[tuple[int, str]], unit: str) -> tuple[LeftOut, ...]:
    first: dict[str, int] = {}
    count: Counter[str] = Counter()
    for n, why in left_out:
        first.setdefault(why, n)
        count[why] += 1
    return tuple(LeftOut(why, many, f"{unit} {first[why]}") for why, many in count.most_common())


def _map(case: Case, folder: Path, file: Path, drawn: MapAreas, source: str, unit: str) -> Imported:
    added = add_map(case, folder, file.name, drawn.areas, source, unit)
    return Imported(
        file=file.name,
        read_as="a control map",
        rows=len(drawn.areas) + len(drawn.left_out),
        map_source=source,
        map_days=added.days,
        map_places=added.places,
        left_out=_counted([*drawn.left_out, *added.left_out], unit),
    )
