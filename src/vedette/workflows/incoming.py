"""Rows and placemarks of other people's files as incidents, whatever the file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from vedette.claims import (
    ACLED_COLUMNS,
    GED_COLUMNS,
    BadCell,
    Certainty,
    Incident,
    acled_event,
    event_kind,
    ged_event,
    side_in,
    spot,
)
from vedette.errors import CaseError
from vedette.store import Case, Foreign, Placemark
from vedette.workflows.columns import FIELDS, ColumnMap, read_day

__all__ = ["Event", "data_set_events", "placemark_event", "row_event"]

Event = Incident | BadCell | str
"""What a row says; a cell of it that cannot be read; or why it says nothing of use."""

_DATA_SETS = (
    ("ACLED", ACLED_COLUMNS, {"event_id_cnty", "sub_event_type"}, acled_event),
    ("UCDP GED", GED_COLUMNS, {"type_of_violence", "where_prec"}, ged_event),
)
"""Data sets by name: the columns that are read, those that no other table has, how a row is read."""


def data_set_events(table: Foreign, file: str) -> tuple[str, list[tuple[int, Event]]] | None:
    """The data set that a table is of, by its columns, and its events with the rows they stand in; None if of none.

    A table that is of one but for a column is a `CaseError`: it was renamed, and would be lost in silence.
    """
    folded = {name.casefold(): name for name in table.header}
    for name, needed, marks, read in _DATA_SETS:
        there = folded.keys() & set(needed)
        if not (there & marks and 2 * len(there) >= len(needed)):
            continue
        if missing := [column for column in needed if column not in folded]:
            raise CaseError(
                f"{file}, row 1: looks like {name}, and has no column {', '.join(map(repr, missing))}. It has "
                f"{', '.join(table.header)}. If a newer version renamed it, give it back its name; or say what the "
                f"columns mean with --column FIELD=COLUMN. Fields: {', '.join(FIELDS)}."
            )
        rows = ({key: row[theirs] for key, theirs in folded.items()} for row in table.rows)
        return name, [(n, read(row)) for n, row in zip(table.numbers, rows, strict=True)]
    return None


def row_event(row: Mapping[str, str], n: int, plan: ColumnMap, source: str, case: Case) -> Event:
    """A row of a table whose columns mean what `plan` says; without an id of its own it is called by its number."""

    def cell(name: str) -> str:
        return plan.values.get(name, "") or (row[plan.columns[name]] if name in plan.columns else "")

    days: dict[str, date | None] = {}
    for name in ("about_from", "about_to", "reported_on"):
        days[name] = read_day(cell(name), "iso" if name in plan.values else plan.dates)
        if cell(name) and days[name] is None:
            how = {"iso": "YYYY-MM-DD", "dmy": "day.month.year", "mdy": "month/day/year"}[plan.dates]
            return BadCell(name, f"{cell(name)[:40]!r} is no date, read as {how}. Correct it, or say how with --dates.")
    words = {
        "polarity": ("asserted", "denied"),
        "degree": ("full", "partial"),
        "certainty": tuple(Certainty.__members__),
    }
    for name, allowed in words.items():
        if cell(name) and cell(name).casefold() not in allowed:
            return BadCell(name, f"{cell(name)[:40]!r} is not one of {', '.join(allowed)}. Use one of them.")
    first = days["about_from"]
    here = spot({name: cell(name) for name in ("lat", "lon")}, "lat", "lon")
    if isinstance(here, BadCell):
        return here
    if first is None:
        return "has no date"
    kind = event_kind(cell("kind"))
    if kind is None:
        return f"kind {cell('kind')!r}: says nothing of control"
    last = days["about_to"] or first
    claimant = cell("claimant") or source
    return Incident(
        event_id=cell("claim_id") or str(n),
        dataset=source,
        reported_on=days["reported_on"] or last,
        about_from=first,
        about_to=last,
        claimant=claimant,
        claimant_side=cell("claimant_side") or side_in(claimant, case.sides) or "third",
        kind=kind,
        acting="" if cell("side").casefold() == "both" else cell("side") or "a row that names no side",
        place=cell("place"),
        lat=here[0],
        lon=here[1],
        denied=cell("polarity").casefold() == "denied",
        partial=cell("degree").casefold() == "partial",
        certainty=cell("certainty").casefold(),
        quantity=cell("quantity"),
        unit=cell("unit"),
        paraphrase=cell("paraphrase"),
        source_url=_link(cell("source_url")),
    )


def _link(text: str) -> str:
    """The first address in a cell; blank where it holds none, as where a map says that a source is hidden."""
    found = re.search(r"https?://(?:(?!,https?://)[^\s<>\"';])+|www\.[^\s<>\"',;]+", text)
    return found[0] if found else ""


def placemark_event(
    mark: Placemark, n: int, source: str, day: date | None, values: Mapping[str, str], case: Case
) -> Event:
    """A placemark as an event: its day, its side and what it shows, by its stamp, its folders and its words."""
    words = f"{mark.name} {mark.description}"
    iso = re.search(
        r"\b(\d{4}-\d{2}-\d{2})\b", f"{mark.when[:10]} {mark.data.get('day', '')} {mark.data.get('date', '')} {words}"
    )
    european = re.search(r"\b(\d{1,2}[ ./-](?:\d{1,2}|[A-Za-z]{3,9})[ ./-]\d{4})\b", words)
    when = read_day(iso[1], "iso") if iso else read_day(european[1], "iso") if european else day
    if when is None:
        told = iso or european
        if told is None:
            return f"no day in {mark.name or 'a nameless placemark'!r}"
        return f"{told[1]!r}: {'is no date' if iso else 'day or month first?'}"
    named = _side_of(mark, values, case)
    if named is None:
        return f"no one side of the case is named by {mark.folders[-1] if mark.folders else mark.name!r}"
    kind = event_kind(values.get("kind", "") or mark.data.get("kind", "")) or event_kind(words)
    if kind is None:
        return "its words say nothing of control"
    return Incident(
        event_id=mark.data.get("id", "") or f"{when:%Y%m%d}-{n}",
        dataset=source,
        reported_on=when,
        about_from=when,
        about_to=when,
        claimant=source,
        kind=kind,
        acting=named,
        place="",
        lat=mark.lat,
        lon=mark.lon,
        paraphrase=" ".join(re.sub(r"<[^>]*>|https?://\S+", " ", words).split())[:300],
        source_url=_link(mark.description),
    )


def _side_of(mark: Placemark, values: Mapping[str, str], case: Case) -> str | None:
    told = values.get("side") or mark.data.get("side") or mark.data.get("faction") or ""
    above: Sequence[str] = (*reversed(mark.folders), mark.name)
    return next((side for text in (told, *above) if text and (side := side_in(text, case.sides))), None)
