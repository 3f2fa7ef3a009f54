"""A case on disk: `case.toml`, places, routes, claims, control maps, outcome. See docs/case-format.md."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vedette.claims import CONTROL_KINDS, FORWARD_KINDS, Certainty, Claims, ControlMap, EventKind, Events, Kind, Prose
from vedette.errors import CaseError, GroundError
from vedette.ground import Days, Neighbours, Places, Routes, Side, Sides, neighbours_of
from vedette.store.before_ledger import left_over
from vedette.store.ledger import ledger_at, ships
from vedette.store.ledger.schema import CLAIM_COLUMNS
from vedette.store.new_case import RECORD
from vedette.store.reviews import withdrawn
from vedette.store.tables import CONTROL_CHARACTER, Problems, Schema, Table, find_table, read_table, table_of
from vedette.verification import Outcome

__all__ = [
    "Basemap",
    "Case",
    "NamedRoute",
    "case_name",
    "find_case",
    "list_cases",
    "places_table",
    "read_case",
    "read_named_routes",
    "read_outcome",
    "read_places",
]

PLACES = Schema(
    required=("place_id", "name", "lat", "lon", "side_at_start"),
    optional=("aliases", "kind", "elevation_m", "population", "district", "basis", "source_url", "note"),
    more=lambda name: name.startswith("name_"),
)
ROUTES = Schema(
    required=("route_id", "from_place", "to_place"),
    optional=("name", "length_km", "hours", "class", "bidirectional", "passes", "note", "source_url"),
    spellings={"road_id": "route_id"},
)
CLAIMS = Schema(
    required=("claim_id", "reported_on", "about_from", "about_to", "claimant", "claimant_side", "kind", "side"),
    optional=(
        "place_id",
        "route_id",
        "relayed_by",
        "report_id",
        "relation",
        "polarity",
        "degree",
        "certainty",
        "quantity",
        "unit",
        "paraphrase",
        "basis",
        "source_url",
        "note",
    ),
    spellings={"road_id": "route_id"},
    may_be_empty=True,
)
EVENTS = Schema(
    required=("event_id", "date", "side", "lat", "lon", "posted_at"),
    optional=("kind", "source", "url", "text", "note"),
    spellings={"source_url": "url"},
    may_be_empty=True,
)
RUNS = Schema(
    required=("place_id", "side", "from_date", "to_date"),
    optional=("confidence", "basis", "detail", "source_url", "note"),
    spellings={"controlled_by": "side"},
)
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

_KINDS = {kind.name: int(kind) for kind in Kind}
_EVENT_KINDS = {kind.name: int(kind) for kind in EventKind}
_CERTAINTIES = {c.name: int(c) for c in Certainty}
_EARTH = (-90.0, 90.0), (-180.0, 180.0)

MAX_DAYS = 20_000
"""Some 54 years, longer than any war that is reported by the day; a mistyped year is longer still."""


@dataclass(frozen=True, slots=True)
class Basemap:
    """What is drawn under the data: an elevation model and line or area layers, each optional."""

    relief: Path | None
    layers: Mapping[str, Path]


@dataclass(frozen=True, eq=False)
class Case:
    """One war, as read from a folder and checked.

    `supply` names for each side the places its supplies come from; where the case
    names none it is empty and the situation chooses. `headline` are the places that the
    briefing looks at first; `capitals` and `symbols` are fought over harder. The outcome is
    not here: nothing that estimates may see it.
    """

    folder: Path
    name: str
    title: str
    judge: str
    sides: Sides
    days: Days
    places: Places
    routes: Routes
    claims: Claims
    maps: tuple[ControlMap, ...]
    events: Events
    supply: Mapping[int, tuple[int, ...]]
    headline: tuple[int, ...]
    capitals: tuple[int, ...]
    symbols: tuple[int, ...]
    basemap: Basemap
    attribution: str = ""
    notice: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    ledger: int = 0
    """The last act of the case's ledger that changed its claims; 0 if none did."""

    @cached_property
    def neighbours(self) -> Neighbours:
        """Who is whose neighbour."""
        return neighbours_of(self.places, self.routes)

    def digests(self, as_of: int) -> dict[str, str]:
        """Fingerprints of everything that a result as of day number `as_of` may depend on, and of nothing later."""
        ground = sha256()
        for text in (self.places.ids, self.places.names, self.routes.ids, self.sides.ids):
            ground.update("\x1f".join(text).encode())
        for array in (self.places.lat, self.places.lon, self.places.start, self.routes.ends, self.routes.length_km):
            ground.update(np.ascontiguousarray(array).tobytes())
        for side, where in sorted(self.supply.items()):
            ground.update(f"{side}:{where}".encode())
        return {
            "ground": ground.hexdigest(),
            "claims": self.claims.until(as_of).digest,
            **{f"map:{m.source}": m.until(as_of).digest for m in self.maps},
            **({"events": self.events.until(as_of).digest} if len(self.events) else {}),
        }


def list_cases() -> list[str]:
    """The names of the cases that ship with the package."""
    home = Path(str(files("vedette"))) / "cases"
    return sorted(p.name for p in home.iterdir() if (p / "case.toml").is_file())


def case_name(folder: Path) -> str:
    """What a case is called: results, and its ledger in a database, bear that name."""
    return _name(_read_toml(folder), folder)


def read_case(case: str | Path, *, until: int | None = None, more: Sequence[Mapping[str, str]] = ()) -> Case:
    """Read and check a case, its ledger with it: the name of one that ships with the package, or a folder.

    `until` reads the ledger as it stood after that act. `more` are claims to be checked as if they were in it.
    Raises `CaseError`, listing every problem found, if anything in it is not as the
    case format describes.
    """
    folder = find_case(case)
    toml = _read_toml(folder)
    problems = Problems()
    sides = _sides(toml, folder)
    days = _days(toml, folder)
    places = _places(folder, sides, problems)
    routes = _routes(folder, places, problems)
    heard = _heard(folder, _name(toml, folder), until, more)
    claims = _claims(folder, sides, days, places, routes, problems, heard)
    maps = _maps(folder, sides, days, places, problems)
    events = _events(folder, sides, days, problems)
    supply = _supply(toml, sides, places, problems)
    headline = _place_list(toml.get("headline", []), "headline", places, problems)
    capitals, symbols = (_place_list(toml.get(key, []), key, places, problems) for key in ("capitals", "symbols"))
    problems.raise_if_any(str(folder))
    extra = sorted(set(toml) - TOML_KEYS)
    return Case(
        folder=folder,
        name=_name(toml, folder),
        title=str(toml.get("title") or toml.get("name") or folder.name),
        judge=str(toml.get("judge") or "not named"),
        sides=sides,
        days=days,
        places=places,
        routes=routes,
        claims=claims,
        maps=maps,
        events=events,
        supply=supply,
        headline=headline,
        capitals=capitals,
        symbols=symbols,
        basemap=_basemap(folder),
        attribution=str(toml.get("attribution") or ""),
        notice=_notice(folder),
        settings=toml.get("settings", {}),
        warnings=tuple(f"case.toml: {key!r} is not a key that anything reads." for key in extra),
        ledger=heard.act,
    )


def find_case(case: str | Path) -> Path:
    """The folder of a case: one that ships with the package, by its name, or a folder with a case.toml."""
    path = Path(case)
    if isinstance(case, str) and case in list_cases() and not path.is_dir():
        path = Path(str(files("vedette"))) / "cases" / case
    if not path.is_dir():
        raise CaseError(
            f"there is no case {str(case)!r}: it is neither a folder nor one of those that ship with Vedette "
            f"({', '.join(list_cases())}). `vedette case list` shows them."
        )
    if not (path / "case.toml").is_file():
        if (path / RECORD).is_file():
            raise CaseError(
                f"{path}: is a case that was not built to the end. Run the same `vedette case new` again: it goes on "
                "where it was."
            )
        raise CaseError(
            f"{path}: holds no case.toml, so it is not a case. docs/case-format.md says what a case folder holds."
        )
    return path


def _read_toml(folder: Path) -> dict[str, Any]:
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


def _name(toml: dict[str, Any], folder: Path) -> str:
    name = str(toml.get("name") or folder.resolve().name)
    if not re.fullmatch(r"\w[\w. -]*", name):
        raise CaseError(
            f"case.toml: the name {name!r} cannot be that of a folder, and results are written to one so called. "
            "Use letters, digits, hyphens, dots."
        )
    return name


def _sides(toml: dict[str, Any], folder: Path) -> Sides:
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


def _days(toml: dict[str, Any], folder: Path) -> Days:
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


def _need(folder: Path, name: str) -> Path:
    path = find_table(folder, name)
    if path is None:
        raise CaseError(f"{folder}: holds neither {name}.csv nor {name}.parquet, and a case needs one of them. Add it.")
    return path


def places_table(path: Path) -> bytes | None:
    """A file's bytes if it is a places table in the case format, as CSV; None if it is anything else."""
    if path.suffix != ".csv" or not path.is_file():
        return None
    data = path.read_bytes()
    header = data[:4000].decode("utf-8-sig", errors="replace").split("\n", 1)[0].strip().split(",")
    return data if {"place_id", "name", "lat", "lon", "side_at_start"} <= set(header) else None


def read_places(folder: Path) -> Places:
    """The places of a case that is still being made; who held them is not looked at."""
    problems = Problems()
    table = read_table(_need(folder, "places"), PLACES, problems)
    words = sorted({w.casefold() for w in table.text("side_at_start").tolist()})
    places = _places_of_table(table, dict.fromkeys(words, 0), problems, str(folder))
    problems.raise_if_any(str(folder))
    return places


@dataclass(frozen=True, slots=True)
class NamedRoute:
    """A route by its ends, with what should outlast a new drawing of the roads."""

    id: str
    name: str
    origin: int
    goal: int
    length_km: float
    note: str
    source_url: str


def read_named_routes(path: Path, places: Places) -> list[NamedRoute]:
    """The rows of a routes table between places of the case; others, and generated connectors, are left out."""
    problems = Problems()
    table = read_table(path, ROUTES, problems)
    columns = [
        table.text(c).tolist() for c in ("route_id", "name", "from_place", "to_place", "class", "note", "source_url")
    ]
    table.unique("route_id")
    length = table.number("length_km", 0, 20_000).tolist()
    problems.raise_if_any(str(path))
    return [
        NamedRoute(route, name, places.index(a), places.index(b), km, note, url)
        for route, name, a, b, kind, note, url, km in zip(*columns, length, strict=True)
        if a in places and b in places and kind != "connector" and not route.startswith("cx_") and "--" not in route
    ]


def _state_words(sides: Sides) -> dict[str, int]:
    words = {name.casefold(): k for k, side in enumerate(sides) for name in (side.id, *side.aliases)}
    return words | {"contested": sides.contested}


def _places(folder: Path, sides: Sides, problems: Problems) -> Places:
    table = read_table(_need(folder, "places"), PLACES, problems)
    return _places_of_table(table, _state_words(sides), problems, str(folder))


def _places_of_table(table: Table, words: Mapping[str, int], problems: Problems, label: str) -> Places:
    ids = table.unique("place_id")
    lat = table.number("lat", *_EARTH[0], required=True)
    lon = table.number("lon", *_EARTH[1], required=True)
    start = table.choice("side_at_start", words)
    elevation = table.number("elevation_m", -500, 9000)
    population = table.number("population", 0, 1e8)
    problems.raise_if_any(label)
    names = table.text("name")
    other = [table.text(name) for name in table.columns if name.startswith("name_")]
    listed = table.text("aliases")
    aliases = [
        tuple(dict.fromkeys(a for a in (*(o[r] for o in other), *(p.strip() for p in listed[r].split(";"))) if a))
        for r in range(table.rows)
    ]
    return Places(
        ids=tuple(ids),
        names=tuple(name or place for name, place in zip(names, ids, strict=True)),
        aliases=tuple(aliases),
        kinds=tuple(table.text("kind")),
        districts=tuple(table.text("district")),
        lat=lat,
        lon=lon,
        elevation_m=elevation,
        population=population,
        start=start,
    )


def _places_of(table: Table, name: str, places: Places) -> NDArray[np.int32]:
    def read(value: str) -> int | str:
        if value in places:
            return places.index(value)
        if not value:
            return "is blank. Give the id of a place."
        near = places.suggest(value, 3)
        return f"{value!r} is no place of this case. " + (
            f"Did you mean {', '.join(near)}?" if near else "Add it to the places table, or correct the id."
        )

    return table.parse(name, read, np.int32, -1).astype(np.int32)


def _routes(folder: Path, places: Places, problems: Problems) -> Routes:
    path = find_table(folder, "routes")
    if path is None:
        joined = neighbours_of(places)
        pairs = joined.pairs
        km = dict(zip(map(tuple, pairs.tolist()), _pair_km(joined), strict=True))
        joint = tuple(f"{places.ids[a]}--{places.ids[b]}" for a, b in pairs.tolist())
        return Routes(
            ids=joint,
            names=tuple(f"{places.names[a]}-{places.names[b]}" for a, b in pairs.tolist()),
            classes=("proximity",) * len(joint),
            ends=pairs,
            length_km=np.array([km[tuple(p)] for p in pairs.tolist()], dtype=np.float64),
            two_way=np.ones(len(joint), dtype=bool),
            by_proximity=True,
        )
    table = read_table(path, ROUTES, problems)
    ids = table.unique("route_id")
    ends = np.column_stack([_places_of(table, "from_place", places), _places_of(table, "to_place", places)])
    length = table.number("length_km", 0, 20_000)
    two_way = table.choice("bidirectional", {"yes": 1, "true": 1, "1": 1, "no": 0, "false": 0, "0": 0}, blank=1)
    for r in np.flatnonzero((ends[:, 0] == ends[:, 1]) & (ends[:, 0] >= 0)).tolist():
        problems.add(table.file, table.row(r), "to_place", "is the same as from_place. A route joins two places.")
    problems.raise_if_any(str(folder))
    from vedette.ground import distance_km

    straight = distance_km(
        places.lat[ends[:, 0]], places.lon[ends[:, 0]], places.lat[ends[:, 1]], places.lon[ends[:, 1]]
    )
    names = table.text("name")
    passes = _passes(table, ends, places)
    problems.raise_if_any(str(folder))
    return Routes(
        ids=tuple(ids),
        names=tuple(
            name or f"{places.names[a]}-{places.names[b]}" for name, (a, b) in zip(names, ends.tolist(), strict=True)
        ),
        classes=tuple(table.text("class")),
        ends=ends.astype(np.int32),
        length_km=np.where(np.isnan(length), straight, length),
        two_way=two_way.astype(bool),
        hours=table.number("hours", 0, 2_000),
        passes=passes,
    )


def _passes(table: Table, ends: NDArray[np.int32], places: Places) -> tuple[tuple[int, ...], ...]:
    """The places that each route goes through, ids separated by semicolons."""
    out = []
    for r, listed in enumerate(table.text("passes").tolist()):
        ids = [p for part in listed.split(";") if (p := part.strip())]
        for place in ids:
            if place not in places:
                table.problems.add(
                    table.file, table.row(r), "passes", f"{place!r} is no place of this case. Correct the id."
                )
            elif places.index(place) in ends[r]:
                table.problems.add(table.file, table.row(r), "passes", f"{place!r} is an end of the route. Remove it.")
        out.append(tuple(places.index(p) for p in ids if p in places))
    return tuple(out)


def _pair_km(joined: Neighbours) -> NDArray[np.float64]:
    origin = np.repeat(np.arange(len(joined)), np.diff(joined.start))
    return joined.km[origin < joined.index]


@dataclass(frozen=True, eq=False)
class _Heard:
    """What the ledger adds to a claims table: rows as text, and which claims of either no longer count."""

    claims: pa.Table
    withdrawn: frozenset[str]
    act: int = 0


def _heard(folder: Path, name: str, until: int | None, more: Sequence[Mapping[str, str]]) -> _Heard:
    """What was read into a case and decided about it. A case that ships with the package is everybody's: nothing."""
    new = pa.table({c: pa.array([row.get(c, "") for row in more], pa.string()) for c in CLAIM_COLUMNS})
    if ships(folder):
        return _Heard(new, frozenset())
    ledger = ledger_at(folder, name)
    if ledger is None or not ledger.exists():
        return _Heard(new, withdrawn(left_over(folder, {}).decisions))
    heard = ledger.heard(until)
    rest = left_over(folder, heard.taken).decisions if until is None else ()
    gone = withdrawn(sorted((*rest, *heard.decisions), key=lambda d: d.at))
    ids = heard.claims.column("claim_id").to_pylist()
    kept = heard.claims.filter(pa.array([i not in gone for i in ids], pa.bool_())).cast(new.schema)
    known = set(ids)
    unheard = new.filter(pa.array([row["claim_id"] not in known for row in more], pa.bool_()))
    return _Heard(pa.concat_tables([kept, unheard]), gone, heard.act)


def _claims(
    folder: Path, sides: Sides, days: Days, places: Places, routes: Routes, problems: Problems, heard: _Heard
) -> Claims:
    tables = []
    without = (folder / "maps").is_dir() or find_table(folder, "events") is not None or heard.claims.num_rows
    if find_table(folder, "claims") is not None or not without:
        tables.append(read_table(_need(folder, "claims"), CLAIMS, problems))
        if "place_id" not in tables[0] and "route_id" not in tables[0]:
            raise CaseError(
                f"{tables[0].file}: has neither a column 'place_id' nor 'route_id'. A claim is about one of them."
            )
    amiss = Problems()
    if heard.claims.num_rows:
        tables.append(table_of(heard.claims, "ledger", amiss))
    if not tables:
        return _no_claims(sides, days, places, routes)
    parts = [_claim_arrays(table, sides, days, places, routes) for table in tables]
    for p in amiss.found:
        claim = "" if p.row is None else f"claim {parts[-1]['ids'][p.row - 1]!r}: "
        problems.add("ledger", None, p.column, f"{claim}{p.message}")
    if len(parts) == 2:
        for claim in sorted(set(parts[0]["ids"].tolist()) & set(parts[1]["ids"].tolist())):
            problems.add(
                tables[0].file,
                None,
                "claim_id",
                f"{claim!r} stands in the ledger too. Rename it in the table.",
            )
    problems.raise_if_any(str(folder))
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    prose = Prose(**{name: np.concatenate([t.text(name) for t in tables]) for name in Prose.__dataclass_fields__})
    found = Claims.ordered(**columns, prose=prose, sides=sides, days=days, places=places, routes=routes)
    if not heard.withdrawn:
        return found
    return found.take(np.array([str(claim) not in heard.withdrawn for claim in found.ids], dtype=bool))


def _claim_arrays(table: Table, sides: Sides, days: Days, places: Places, routes: Routes) -> dict[str, NDArray[Any]]:
    """The columns of a claims table, checked; what is wrong goes to the table's problems."""
    ids = table.unique("claim_id")
    reported = table.day("reported_on", days.first)
    about_from = table.day("about_from", days.first)
    about_to = table.day("about_to", days.first)
    kind = table.choice("kind", _KINDS)
    words = {name: k for name, k in _state_words(sides).items() if k < len(sides)}
    side = table.choice("side", words | {"both": -1}, blank=-1)
    camp = table.choice("claimant_side", words | {"third": len(sides)}, blank=len(sides))
    denied = table.choice("polarity", {"asserted": 0, "denied": 1}, blank=0)
    partial = table.choice("degree", {"full": 0, "partial": 1}, blank=0)
    certainty = table.choice("certainty", _CERTAINTIES, blank=int(Certainty.asserted))
    place, route = _where(table, places, routes)
    claimant = table.text("claimant")
    _check_claims(table, days, kind, reported, about_from, about_to, claimant)
    return {
        "ids": ids,
        "reported": reported,
        "about_from": about_from,
        "about_to": about_to,
        "claimant_names": claimant,
        "camp": camp,
        "kind": kind,
        "side": side,
        "place": place,
        "route": route,
        "denied": denied.astype(bool),
        "partial": partial.astype(bool),
        "certainty": certainty,
    }


def _no_claims(sides: Sides, days: Days, places: Places, routes: Routes) -> Claims:
    """What a case of maps or events alone has to say."""
    text, whole = np.array([], dtype=object), np.array([], dtype=np.int32)
    small, flag = np.array([], dtype=np.int8), np.array([], dtype=np.bool_)
    return Claims.ordered(
        ids=text,
        reported=whole,
        about_from=whole,
        about_to=whole,
        claimant_names=text,
        camp=small,
        kind=small,
        side=small,
        place=whole,
        route=whole,
        denied=flag,
        partial=flag,
        certainty=small,
        prose=Prose(**dict.fromkeys(Prose.__dataclass_fields__, text)),
        sides=sides,
        days=days,
        places=places,
        routes=routes,
    )


def _where(table: Table, places: Places, routes: Routes) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The place or the route of each claim; `place_id` may hold a route's id."""

    def read(value: str) -> int | str:
        if value in places:
            return places.index(value)
        if value in routes:
            return -2 - routes.index(value)
        if not value:
            return -1
        near = places.suggest(value, 3)
        return f"{value!r} is neither a place nor a route of this case. " + (
            f"Did you mean {', '.join(near)}?" if near else "Add it to places or routes, or correct the id."
        )

    spot = table.parse("place_id", read, np.int32, -1).astype(np.int32)
    by_route = table.parse(
        "route_id",
        lambda v: routes.index(v) if v in routes else (-1 if not v else f"{v!r} is no route of this case. Correct it."),
        np.int32,
        -1,
    ).astype(np.int32)
    route = np.where(spot <= -2, -2 - spot, by_route).astype(np.int32)
    place = np.where(spot >= 0, spot, -1).astype(np.int32)
    blank_place, blank_route = table.text("place_id") == "", table.text("route_id") == ""
    for r in np.flatnonzero(blank_place & blank_route).tolist():
        table.problems.add(table.file, table.row(r), "place_id", "is blank. A claim is about a place or a route.")
    for r in np.flatnonzero((place >= 0) & (by_route >= 0)).tolist():
        table.problems.add(table.file, table.row(r), "route_id", "stands beside a place_id. Give one of them.")
    return place, route


def _check_claims(
    table: Table,
    days: Days,
    kind: NDArray[np.int8],
    reported: NDArray[np.int32],
    about_from: NDArray[np.int32],
    about_to: NDArray[np.int32],
    claimant: NDArray[np.object_],
) -> None:
    def note(rows: NDArray[np.bool_], column: str, message: str) -> None:
        for r in np.flatnonzero(rows).tolist():
            table.problems.add(table.file, table.row(r), column, message.format(**_dates(r)))

    def _dates(r: int) -> dict[str, str]:
        return {
            "reported": days.date(reported[r]).isoformat(),
            "begins": days.date(about_from[r]).isoformat(),
            "ends": days.date(about_to[r]).isoformat(),
        }

    if any(p.column in {"reported_on", "about_from", "about_to"} for p in table.problems.found):
        return
    forward = np.isin(kind, [int(k) for k in FORWARD_KINDS])
    note(claimant == "", "claimant", "is blank. Say who claims it; 'unspecified' if the report does not.")
    note(
        about_from > about_to,
        "about_from",
        "{begins} lies after about_to, {ends}: it ends before it begins. Swap or correct them.",
    )
    note(
        ~forward & (reported < about_from) & (about_from <= about_to),
        "reported_on",
        "{reported} lies before about_from, {begins}: a report cannot describe a day that had not come. Correct the "
        "date, or, if it predicts, make its kind 'forecast', 'intent' or 'ceasefire'.",
    )
    war = f"{days.first} to {days.last}"
    note(
        reported < 0,
        "reported_on",
        f"{{reported}} lies before the case's first day ({war}). Correct it, or begin the case earlier in case.toml.",
    )
    note(
        (about_to < 0) & (reported >= 0),
        "about_to",
        f"{{ends}} lies before the case's first day ({war}). Correct it, or begin the case earlier in case.toml.",
    )
    of_control = np.isin(kind, [int(k) for k in CONTROL_KINDS])
    note(
        of_control & (about_from >= len(days)) & (reported >= about_from),
        "about_from",
        f"{{begins}} lies after the case's last day ({war}). Correct it, or end the case later in case.toml.",
    )


def _runs(
    path: Path, label: str, sides: Sides, days: Days, places: Places, problems: Problems
) -> tuple[Table, NDArray[np.int32], NDArray[np.int8], NDArray[np.int32], NDArray[np.int32]]:
    """The table, and its rows of (place, state, first, last), sorted by place and day and checked for overlap."""
    table = read_table(path, RUNS, problems, label)
    before = len(problems.found)
    place = _places_of(table, "place_id", places)
    state = table.choice("side", _state_words(sides))
    first, last = table.day("from_date", days.first), table.day("to_date", days.first)
    if len(problems.found) > before:
        return table, place, state, first, last
    for r in np.flatnonzero(first > last).tolist():
        problems.add(
            label,
            table.row(r),
            "from_date",
            f"{days.date(first[r])} lies after to_date, {days.date(last[r])}. Swap or correct them.",
        )
    order = np.lexsort((first, place))
    clash = (place[order][1:] == place[order][:-1]) & (first[order][1:] <= last[order][:-1])
    for n in np.flatnonzero(clash).tolist():
        here, other = order[n + 1], order[n]
        problems.add(
            label,
            table.row(int(here)),
            "from_date",
            f"{places.ids[place[here]]} has two states on {days.date(first[here])}: the run overlaps the one in row "
            f"{table.row(int(other))}. End one where the other begins.",
        )
    return table, place, state, first, last


def _maps(folder: Path, sides: Sides, days: Days, places: Places, problems: Problems) -> tuple[ControlMap, ...]:
    home = folder / "maps"
    if not home.is_dir():
        return ()
    out = []
    for name in sorted({p.stem for p in home.iterdir() if p.suffix in (".csv", ".parquet")}):
        path = find_table(home, name)
        assert path is not None  # it was listed a line ago
        before = len(problems.found)
        _, place, state, first, last = _runs(path, f"maps/{path.name}", sides, days, places, problems)
        if len(problems.found) > before:
            continue
        order = np.lexsort((first, place))
        order = order[(last[order] >= 0) & (first[order] < len(days))]
        out.append(
            ControlMap(
                name,
                place[order],
                state[order],
                np.maximum(first[order], 0).astype(np.int32),
                np.minimum(last[order], len(days) - 1).astype(np.int32),
            )
        )
    return tuple(out)


def _events(folder: Path, sides: Sides, days: Days, problems: Problems) -> Events:
    path = find_table(folder, "events")
    if path is None:
        return Events.none(sides, days)
    table = read_table(path, EVENTS, problems)
    before = len(problems.found)
    words = {name: k for name, k in _state_words(sides).items() if k < len(sides)}
    found = Events(
        ids=table.unique("event_id"),
        day=table.day("date", days.first),
        posted=table.day("posted_at", days.first),
        side=table.choice("side", words, blank=-1),
        kind=table.choice("kind", _EVENT_KINDS, blank=int(EventKind.presence)),
        lat=table.number("lat", *_EARTH[0], required=True),
        lon=table.number("lon", *_EARTH[1], required=True),
        source=table.text("source"),
        url=table.text("url"),
        sides=sides,
        days=days,
    )
    if len(problems.found) > before:
        return found
    war = f"{days.first} to {days.last}"
    for r in np.flatnonzero(found.posted < found.day).tolist():
        problems.add(
            table.file,
            table.row(r),
            "posted_at",
            f"{days.date(found.posted[r])} lies before date, {days.date(found.day[r])}: nobody can post what has not "
            "happened. Correct the one that was misread.",
        )
    for r in np.flatnonzero((found.day < 0) | (found.day >= len(days))).tolist():
        problems.add(
            table.file,
            table.row(r),
            "date",
            f"{days.date(found.day[r])} lies outside the case's days ({war}). Remove the row, or correct case.toml.",
        )
    return found.ordered()


def read_outcome(case: Case) -> Outcome:
    """The case's outcome table: what later proved true. A `CaseError` if it has none."""
    path = find_table(case.folder, "outcome")
    if path is None:
        raise CaseError(
            f"case {case.name!r} has no outcome table, so nothing can be scored. Add outcome.csv with place_id, side, "
            "from_date, to_date, confidence and basis."
        )
    problems = Problems()
    table, place, state, first, last = _runs(path, path.name, case.sides, case.days, case.places, problems)
    problems.raise_if_any(str(case.folder))
    return Outcome(
        judge=case.judge,
        places=case.places,
        days=case.days,
        sides=case.sides,
        place=place,
        state=state,
        first=first,
        last=last,
        confidence=table.text("confidence"),
        basis=table.text("basis"),
    )


def _place_list(names: object, key: str, places: Places, problems: Problems) -> tuple[int, ...]:
    out = []
    for name in names if isinstance(names, list) else [names]:
        try:
            out.append(places.find(str(name)))
        except LookupError as error:
            problems.add("case.toml", None, key, str(error))
    return tuple(out)


def _supply(toml: dict[str, Any], sides: Sides, places: Places, problems: Problems) -> dict[int, tuple[int, ...]]:
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
            out[side] = _place_list(where, f"supply.{name}", places, problems)
    return out


def _notice(folder: Path) -> str:
    path = folder / "NOTICE"
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"NOTICE: cannot be read ({error}). Save it as UTF-8 text, or remove it.") from error


def _basemap(folder: Path) -> Basemap:
    home = folder / "basemap"
    relief = home / "relief.tif"
    layers = {p.stem: p for p in sorted(home.glob("*.geojson"))} if home.is_dir() else {}
    return Basemap(relief if relief.is_file() else None, layers)
