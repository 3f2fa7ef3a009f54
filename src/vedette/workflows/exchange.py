"""Data out to other tools, and other people's data in: whole, or not at all."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import shapely

from vedette.claims import (
    ACLED_COLUMNS,
    GED_COLUMNS,
    LICENCES,
    Incident,
    acled_event,
    claim_of,
    event_kind,
    ged_event,
    side_in,
)
from vedette.errors import CaseError
from vedette.store import (
    FORMATS,
    Additions,
    Case,
    ControlTable,
    Foreign,
    MapArea,
    Placemark,
    claim_rows,
    keep,
    read_case,
    read_foreign,
    read_map_areas,
    read_placemarks,
    writable_case,
    write_bytes,
    write_control,
)
from vedette.workflows.nowcast import hindsight
from vedette.workflows.people import signed
from vedette.workflows.runs import keep_run
from vedette.workflows.study import Study

__all__ = ["ColumnMap", "Imported", "export_control", "export_formats", "guess_columns", "import_file"]

SPOT_KM = 2.0
"""A point of a control map means a place of the case within so many km of it."""

FIELDS = (
    "claim_id", "reported_on", "about_from", "about_to", "claimant", "claimant_side", "kind", "side", "place", "lat",
    "lon", "quantity", "unit", "paraphrase", "source_url",
)  # fmt: skip
"""What a column of a table may mean."""

_GUESSES: dict[str, tuple[str, ...]] = {
    "claim_id": ("claim_id", "id", "event_id", "incident_id", "data_id", "uid"),
    "reported_on": ("reported_on", "published", "publication_date", "date_published", "report_date", "reported"),
    "about_from": ("about_from", "date", "event_date", "day", "start_date", "date_start", "incident_date", "when"),
    "about_to": ("about_to", "end_date", "date_end"),
    "claimant": ("claimant", "source", "outlet", "source_name", "reported_by", "author", "according_to"),
    "claimant_side": ("claimant_side", "source_side"),
    "kind": ("kind", "type", "event_type", "category", "event", "action"),
    "side": ("side", "actor", "actor1", "faction", "party", "belligerent", "who"),
    "place": ("place_id", "place", "location", "settlement", "town", "village", "city", "name", "where"),
    "lat": ("lat", "latitude", "y"),
    "lon": ("lon", "lng", "long", "longitude", "x"),
    "quantity": ("quantity", "count", "number", "casualties", "fatalities"),
    "unit": ("unit",),
    "paraphrase": ("paraphrase", "description", "summary", "notes", "text", "title", "comment"),
    "source_url": ("source_url", "url", "link", "links", "source_link", "geolocation"),
}


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """What the columns of a table are taken to mean: field to column, field to a value that holds for all rows.

    `dates` is `iso`, `dmy` or `mdy`.
    """

    columns: Mapping[str, str]
    values: Mapping[str, str]
    dates: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What came in: as what the file was read, how many rows it had, which claims or map days are new.

    `left_out` counts the rows that became nothing, by reason; `licence` says what the data set's terms allow.
    """

    file: str
    read_as: str
    rows: int
    added: tuple[str, ...] = ()
    known: int = 0
    map_source: str = ""
    map_days: int = 0
    map_places: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    licence: str = ""
    columns: ColumnMap | None = None


def export_formats() -> Mapping[str, str]:
    """The formats that control can be written in, and how the names of their files end."""
    return FORMATS


def export_control(study: Study, form: str, path: Path, *, every_day: bool = False) -> int:
    """Write who held what on the study's day, or on every day up to it, by what was published by then; count rows.

    Every format holds the same rows; NetCDF as an array (place, day, state).
    """
    if form not in FORMATS:
        raise CaseError(f"{form!r} is no format that control is written in. Use one of {', '.join(FORMATS)}.")
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
        },
        claims=study.known,
    )
    write_control(table, form, path)
    keep_run(study, "export", {"form": form, "every_day": every_day}, [path])
    return int(table.probability.shape[0] * table.probability.shape[1])


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
    if ending in (".geojson", ".json"):
        return _import_map(case, folder, file, read_map_areas(file, day), source or _slug(file.stem))
    if ending in (".kml", ".kmz"):
        marks = read_placemarks(file)
        found = [
            _placemark_event(mark, n, source or file.stem, day, values or {}, case) for n, mark in enumerate(marks)
        ]
        return _import_events(case, folder, file, "KML placemarks", found, by=by)
    if ending not in (".csv", ".tsv", ".txt"):
        raise CaseError(
            f"{file.name}: {ending or 'no ending'} is none of .csv, .tsv, .kml, .kmz, .geojson. Save it as one."
        )
    table = read_foreign(file, encoding)
    if set(table.header) >= ACLED_COLUMNS:
        return _import_events(case, folder, file, "ACLED", [acled_event(row) for row in table.rows], by=by)
    if set(table.header) >= GED_COLUMNS:
        return _import_events(case, folder, file, "UCDP GED", [ged_event(row) for row in table.rows], by=by)
    plan = guess_columns(table, columns or {}, values or {}, dates, file.name)
    if confirm is not None and not confirm(plan):
        return None
    name = source or _slug(file.stem)
    found = [_row_event(row, n, plan, name, case) for n, row in enumerate(table.rows, start=2)]
    return _import_events(case, folder, file, "a table", found, plan, by)


def _slug(text: str) -> str:
    return re.sub(r"[^\w]+", "-", text.casefold()).strip("-") or "imported"


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
    return ColumnMap(chosen, dict(values), _date_order(table, chosen, dates, file))


_ORDERS = {"iso": (), "dmy": (1, 0), "mdy": (0, 1)}


def _date_order(table: Foreign, chosen: Mapping[str, str], dates: str, file: str) -> str:
    if dates:
        if dates not in _ORDERS:
            raise CaseError(f"{dates!r} is no order of dates. Use iso, dmy or mdy.")
        return dates
    written = [row[chosen[n]] for n in ("about_from", "about_to", "reported_on") if n in chosen for row in table.rows]
    written = [text for text in written if text]
    fits = [order for order in _ORDERS if all(_read_day(text, order) is not None for text in written)]
    if len(fits) == 1 or (fits and fits[0] == "iso"):
        return fits[0]
    if fits:
        raise CaseError(
            f"{file}: {written[0]!r} may begin with the day or with the month, and no other date tells. Say which with "
            "--dates dmy or --dates mdy."
        )
    wrong = next(
        (t for t in written if all(_read_day(t, order) is None for order in _ORDERS)), written[0] if written else ""
    )
    raise CaseError(
        f"{file}: {wrong!r} is not written as the other dates are. Write all as YYYY-MM-DD, or say how with --dates."
    )


def _read_day(text: str, order: str) -> date | None:
    text = text.strip()
    if order == "iso":
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            return next(
                (d for form in ("%d %B %Y", "%d %b %Y", "%Y/%m/%d") if (d := _parsed(text, form)) is not None), None
            )
    parts = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:[ T].*)?", text)
    if parts is None:
        return None
    day_at, month_at = (1, 2) if order == "dmy" else (2, 1)
    year = int(parts[3]) + (2000 if len(parts[3]) == 2 else 0)
    try:
        return date(year, int(parts[month_at]), int(parts[day_at]))
    except ValueError:
        return None


def _parsed(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _row_event(row: Mapping[str, str], n: int, plan: ColumnMap, source: str, case: Case) -> Incident | str:
    def cell(name: str) -> str:
        return plan.values.get(name, "") or (row[plan.columns[name]] if name in plan.columns else "")

    first = _read_day(cell("about_from"), plan.dates)
    if first is None:
        return f"{cell('about_from')!r} is no date" if cell("about_from") else "has no date"
    kind = event_kind(cell("kind"))
    if kind is None:
        return f"kind {cell('kind')!r}: says nothing of control"
    last = _read_day(cell("about_to"), plan.dates) or first
    told = _read_day(cell("reported_on"), plan.dates) or last
    lat, lon = _degrees(cell("lat")), _degrees(cell("lon"))
    claimant = cell("claimant") or source
    return Incident(
        event_id=cell("claim_id") or str(n),
        dataset=source,
        reported_on=told,
        about_from=first,
        about_to=last,
        claimant=claimant,
        claimant_side=cell("claimant_side") or side_in(claimant, case.sides) or "third",
        kind=kind,
        acting="" if cell("side").casefold() == "both" else cell("side") or "a row that names no side",
        place=cell("place"),
        lat=lat,
        lon=lon,
        quantity=cell("quantity"),
        unit=cell("unit"),
        paraphrase=cell("paraphrase"),
        source_url=cell("source_url"),
    )


def _degrees(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return float("nan")


def _placemark_event(
    mark: Placemark, n: int, source: str, day: date | None, values: Mapping[str, str], case: Case
) -> Incident | str:
    """A placemark as an event: its day, its side and what it shows, by its stamp, its folders and its words."""
    words = f"{mark.name} {mark.description}"
    iso = re.search(
        r"\b(\d{4}-\d{2}-\d{2})\b", f"{mark.when[:10]} {mark.data.get('day', '')} {mark.data.get('date', '')} {words}"
    )
    european = re.search(r"\b(\d{1,2}[ ./-](?:\d{1,2}|[A-Za-z]{3,9})[ ./-]\d{4})\b", words)
    when = _read_day(iso[1], "iso") if iso else _read_day(european[1], "iso") if european else day
    if when is None:
        return (
            f"no day in {mark.name or 'a nameless placemark'!r}"
            if not european
            else f"{european[1]!r}: day or month first?"
        )
    side = values.get("side") or mark.data.get("side") or mark.data.get("faction") or ""
    named = (side and side_in(side, case.sides)) or next(
        (s for text in (*reversed(mark.folders), mark.name) if (s := side_in(text, case.sides))), None
    )
    if named is None:
        return f"no one side of the case is named by {mark.folders[-1] if mark.folders else mark.name!r}"
    kind = event_kind(values.get("kind", "") or mark.data.get("kind", "")) or event_kind(words)
    if kind is None:
        return "its words say nothing of control"
    link = re.search(r"https?://[^\s<>\"']+", mark.description)
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
        source_url=link[0] if link else "",
    )


def _import_events(
    case: Case,
    folder: Path,
    file: Path,
    read_as: str,
    events: Sequence[Incident | str],
    plan: ColumnMap | None = None,
    by: str = "",
) -> Imported:
    left_out: Counter[str] = Counter()
    rows: list[dict[str, str]] = []
    for event in events:
        row = claim_of(event, case.places, case.sides) if isinstance(event, Incident) else event
        if isinstance(row, str):
            left_out[row] += 1
        elif not case.days.first <= date.fromisoformat(row["about_to"]) <= case.days.last:
            left_out[f"outside the case's days, {case.days.first} to {case.days.last}"] += 1
        else:
            rows.append(row)
    twice = [i for i, count in Counter(row["claim_id"] for row in rows).items() if count > 1]
    if twice:
        raise CaseError(f"{file.name}: the id {twice[0]!r} stands {'twice or more'}. Give each row an id of its own.")
    in_table = {row["claim_id"] for row in claim_rows(folder)}
    new = [row for row in rows if row["claim_id"] not in in_table]
    added: tuple[str, ...] = ()
    if new:
        read_case(folder, more=new)
        added = keep(folder, signed(by, "import", file.name), Additions(claims=new)).claims
    dataset = next((e.dataset for e in events if isinstance(e, Incident)), read_as)
    licence = LICENCES.get(dataset)
    return Imported(
        file=file.name,
        read_as=read_as,
        rows=len(events),
        added=added,
        known=len(rows) - len(added),
        left_out=dict(left_out.most_common()),
        licence=licence.name if licence else "",
        columns=plan,
    )


def _import_map(case: Case, folder: Path, file: Path, areas: Sequence[MapArea], source: str) -> Imported:
    """Runs of equal states for each place, from a map drawn on some days; a map stands until the next one."""
    target = folder / "maps" / f"{source}.csv"
    if target.exists() or target.with_suffix(".parquet").exists():
        raise CaseError(
            f"{target}: the case has a map of that name already, and what is there is not changed. Give this one "
            "another name with --source, or remove the old one."
        )
    states = {name: _state_of(name, case) for name in {a.side for a in areas}}
    if all(state is None for state in states.values()):
        raise CaseError(
            f"{file.name}: {', '.join(map(repr, sorted(states)))} are no sides of the case. Add them to the aliases of "
            "its sides in case.toml."
        )
    days = sorted({a.day for a in areas})
    drawn = np.full((len(case.places), len(days)), -1, dtype=np.int64)
    spots = shapely.points(case.places.lon, case.places.lat)
    index = shapely.STRtree(spots)
    left_out: Counter[str] = Counter()
    for area in areas:
        state = states[area.side]
        if state is None:
            left_out[f"{area.side!r} is no side of the case"] += 1
            continue
        inside = _places_in(area, case, index)
        if not len(inside):
            left_out["covers no place of the case"] += 1
        t = days.index(area.day)
        before = drawn[inside, t]
        drawn[inside, t] = np.where((before >= 0) & (before != state), case.sides.contested, state)
    lines = []
    for i in range(len(case.places)):
        t = 0
        while t < len(days):
            state, start = int(drawn[i, t]), t
            while t < len(days) and drawn[i, t] == state:
                t += 1
            end = days[-1] if t == len(days) else date.fromordinal(days[t].toordinal() - 1)
            if state >= 0:
                lines.append((case.places.ids[i], case.sides.states[state], days[start], end))
    if not lines:
        raise CaseError(
            f"{file.name}: covers no place of {case.name}. Check that it is of the same region, in degrees."
        )
    text = "place_id,side,from_date,to_date\n" + "".join(f"{p},{s},{a},{b}\n" for p, s, a, b in lines)
    with tempfile.TemporaryDirectory(prefix="vedette-") as scratch:
        trial = Path(scratch) / "case"
        shutil.copytree(folder, trial, ignore=shutil.ignore_patterns("ledger.*", "reports", "basemap", ".*"))
        write_bytes(trial / "maps" / target.name, text.encode())
        read_case(trial)
    write_bytes(target, text.encode())
    return Imported(
        file=file.name,
        read_as="a control map",
        rows=len(areas),
        map_source=source,
        map_days=len(days),
        map_places=len({line[0] for line in lines}),
        left_out=dict(left_out.most_common()),
    )


def _state_of(name: str, case: Case) -> int | None:
    found = case.sides.state(name)
    if found is None and (side := side_in(name, case.sides)) is not None:
        found = case.sides.find(side)
    return found


def _places_in(area: MapArea, case: Case, index: shapely.STRtree) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    if area.place_id in case.places:
        return np.array([case.places.index(area.place_id)])
    if area.geometry.geom_type == "Point":
        near, km = index.query_nearest(area.geometry, return_distance=True)
        close = km * 111.2 <= SPOT_KM
        return np.asarray(near[close][:1], dtype=np.int64)
    return np.asarray(index.query(area.geometry, predicate="intersects"), dtype=np.int64)
