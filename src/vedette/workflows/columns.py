"""What the columns of a table that somebody made are taken to mean: guessed by their names, or as told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from vedette.errors import CaseError
from vedette.store import Foreign

__all__ = ["FIELDS", "ColumnMap", "guess_columns", "read_day"]

FIELDS = (
    "claim_id", "reported_on", "about_from", "about_to", "claimant", "claimant_side", "kind", "side", "place", "lat",
    "lon", "polarity", "degree", "certainty", "quantity", "unit", "paraphrase", "source_url",
)  # fmt: skip
"""What a column of a table may mean."""

_GUESSES: dict[str, tuple[str, ...]] = {
    "claim_id": ("claim_id", "id", "event_id", "incident_id", "data_id", "uid"),
    "reported_on": ("reported_on", "published", "publication_date", "date_published", "report_date", "reported"),
    "about_from": ("about_from", "date", "event_date", "day", "start_date", "date_start", "incident_date", "when"),
    "about_to": ("about_to", "end_date", "date_end"),
    "claimant": ("claimant", "source", "outlet", "source_name", "reported_by", "author", "according_to"),
    "claimant_side": ("claimant_side", "source_side"),
    "kind": ("kind", "type", "event_type", "category", "event", "action", "filters_weapon_system", "associations"),
    "side": ("side", "actor", "actor1", "faction", "party", "belligerent", "who"),
    "place": ("place_id", "place", "location", "settlement", "town", "village", "city", "name", "where"),
    "lat": ("lat", "latitude", "y"),
    "lon": ("lon", "lng", "long", "longitude", "x"),
    "polarity": ("polarity",),
    "degree": ("degree",),
    "certainty": ("certainty",),
    "quantity": ("quantity", "count", "number", "casualties", "fatalities"),
    "unit": ("unit",),
    "paraphrase": ("paraphrase", "description", "summary", "notes", "text", "title", "comment"),
    "source_url": (
        "source_url",
        "url",
        "link",
        "links",
        "source_link",
        "sources",
        "sources_path",
        "sources_url",
        "geolocation",
    ),
}


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """What the columns of a table are taken to mean: field to column, field to a value that holds for all rows.

    `dates` is `iso`, `dmy` or `mdy`; `unused` are the columns that mean nothing; `examples` has for each column the
    first cell that is not blank; `encoding` is how the file was read, `rows` how many it has.
    """

    columns: Mapping[str, str]
    values: Mapping[str, str]
    dates: str
    unused: tuple[str, ...] = ()
    examples: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    rows: int = 0


def guess_columns(
    table: Foreign, columns: Mapping[str, str], values: Mapping[str, str], dates: str, file: str
) -> ColumnMap:
    """What the columns mean, by their names, unless `columns` or `values` say so; a `CaseError` if too little does."""
    for name, column in columns.items():
        if name not in FIELDS:
            raise CaseError(f"{name!r} is nothing that a column can mean. Use one of {', '.join(FIELDS)}.")
        if column not in table.header:
            raise CaseError(f"{file}: no column {column!r}. It has {', '.join(table.header)}.")
    if unknown := [name for name in values if name not in FIELDS]:
        raise CaseError(f"{unknown[0]!r} is nothing that a row can say. Use one of {', '.join(FIELDS)}.")
    by_name = {re.sub(r"[^a-z0-9]+", "_", h.casefold()).strip("_"): h for h in table.header}
    chosen = dict(columns)
    for name, guesses in _GUESSES.items():
        if name in chosen or name in values:
            continue
        hit = next((by_name[g] for g in guesses if g in by_name and by_name[g] not in chosen.values()), None)
        if hit is not None:
            chosen[name] = hit
    told = {*chosen, *values}
    missing = [name for name in ("about_from", "kind", "side") if name not in told]
    if "place" not in told and not {"lat", "lon"} <= told:
        missing.append("place")
    if missing:
        raise CaseError(
            f"{file}: nothing says {' or '.join(missing)}. Its columns are {', '.join(table.header)}. Name the column "
            f"with --column {missing[0]}=COLUMN, or what holds for every row with --set {missing[0]}=VALUE."
        )
    return ColumnMap(
        chosen,
        dict(values),
        _date_order(table, chosen, dates, file),
        tuple(h for h in table.header if h not in chosen.values()),
        {h: next((row[h] for row in table.rows if row[h]), "") for h in table.header},
        table.encoding,
        len(table.rows),
    )


_ORDERS = ("iso", "dmy", "mdy")

_INCIDENT_MAP = {"id", "date", "latitude", "longitude", "location", "description"}
"""The columns of an export of TimeMap (Forensic Architecture), on which Bellingcat's maps of incidents run; sources
come besides. It writes the month first."""


def _of_incident_map(header: tuple[str, ...]) -> bool:
    return set(header) >= _INCIDENT_MAP and any(h.split(".")[0] == "sources" for h in header)


def _date_order(table: Foreign, chosen: Mapping[str, str], dates: str, file: str) -> str:
    """How the dates of a table are written: the order that fits every one, if they tell."""
    if dates:
        if dates not in _ORDERS:
            raise CaseError(f"{dates!r} is no order of dates. Use iso, dmy or mdy.")
        return dates
    written = [
        (n, chosen[name], row[chosen[name]])
        for name in ("about_from", "about_to", "reported_on")
        if name in chosen
        for n, row in zip(table.numbers, table.rows, strict=True)
        if row[chosen[name]]
    ]
    fits = {order: sum(read_day(text, order) is not None for _, _, text in written) for order in _ORDERS}
    if fits["iso"] == len(written):
        return "iso"
    whole = [order for order in ("dmy", "mdy") if fits[order] == len(written)]
    if "mdy" in whole and _of_incident_map(table.header):
        return "mdy"
    if len(whole) == 1:
        return whole[0]
    if whole:
        n, column, text = written[0]
        raise CaseError(
            f"{file}, row {n}, column {column}: {text!r} may begin with the day or with the month, and no other date "
            "tells. Say which with --dates dmy or --dates mdy."
        )
    most = max(fits, key=lambda order: fits[order])
    n, column, text = next(each for each in written if read_day(each[2], most) is None)
    if text.isdecimal() and len(text) == len("45123"):
        raise CaseError(
            f"{file}, row {n}, column {column}: {text!r} looks like a spreadsheet's number of a day. Format the column "
            "as YYYY-MM-DD and save the table again."
        )
    raise CaseError(
        f"{file}, row {n}, column {column}: {text[:40]!r} is not "
        + (f"written as the {fits[most]} other dates are. " if fits[most] else "a date. ")
        + "Write all as YYYY-MM-DD, or say how with --dates."
    )


def read_day(text: str, order: str) -> date | None:
    """A date, its numbers in the order told; None if it is none. Months in English words tell their order."""
    text = text.strip()
    if order == "iso":
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            return next((d for form in _UNMISTAKABLE if (d := _parsed(text, form)) is not None), None)
    parts = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:[ T].*)?", text, flags=re.ASCII)
    if parts is None:
        return None
    day_at, month_at = (1, 2) if order == "dmy" else (2, 1)
    year = int(parts[3]) + (2000 if len(parts[3]) == 2 else 0)
    try:
        return date(year, int(parts[month_at]), int(parts[day_at]))
    except ValueError:
        return None


_UNMISTAKABLE = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%Y/%m/%d")


def _parsed(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC).date()
    except ValueError:
        return None
