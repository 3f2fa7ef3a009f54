"""The places and routes of a case, from its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vedette.errors import CaseError
from vedette.ground import Neighbours, Places, Routes, Sides, neighbours_of
from vedette.store.tables import Problems, Schema, Table, find_table, read_table

__all__ = [
    "EARTH",
    "PLACES",
    "ROUTES",
    "NamedRoute",
    "needed",
    "place_column",
    "places_in",
    "places_table",
    "read_named_routes",
    "read_places",
    "routes_in",
    "state_words",
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
EARTH = (-90.0, 90.0), (-180.0, 180.0)
"""The least and most latitude and longitude."""


def needed(folder: Path, name: str) -> Path:
    """The path of a table that a case must have."""
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
    table = read_table(needed(folder, "places"), PLACES, problems)
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


def state_words(sides: Sides) -> dict[str, int]:
    """What may stand for each state in a table: ids and aliases, folded."""
    words = {name.casefold(): k for k, side in enumerate(sides) for name in (side.id, *side.aliases)}
    return words | {"contested": sides.contested}


def places_in(folder: Path, sides: Sides, problems: Problems) -> Places:
    """The places of a case, and who held each at the start."""
    table = read_table(needed(folder, "places"), PLACES, problems)
    return _places_of_table(table, state_words(sides), problems, str(folder))


def _places_of_table(table: Table, words: Mapping[str, int], problems: Problems, label: str) -> Places:
    ids = table.unique("place_id")
    lat = table.number("lat", *EARTH[0], required=True)
    lon = table.number("lon", *EARTH[1], required=True)
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


def place_column(table: Table, name: str, places: Places) -> NDArray[np.int32]:
    """The places that a column names by their ids; -1, and a problem, where one is none of the case."""

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


def routes_in(folder: Path, places: Places, problems: Problems) -> Routes:
    """The routes of a case; where it has no table of them, neighbours are joined."""
    path = find_table(folder, "routes")
    if path is None:
        joined = neighbours_of(places)
        pairs = joined.pairs
        joint = tuple(f"{places.ids[a]}--{places.ids[b]}" for a, b in pairs.tolist())
        return Routes(
            ids=joint,
            names=tuple(f"{places.names[a]}-{places.names[b]}" for a, b in pairs.tolist()),
            classes=("proximity",) * len(joint),
            ends=pairs,
            length_km=_pair_km(joined),
            two_way=np.ones(len(joint), dtype=bool),
            by_proximity=True,
        )
    table = read_table(path, ROUTES, problems)
    ids = table.unique("route_id")
    ends = np.column_stack([place_column(table, "from_place", places), place_column(table, "to_place", places)])
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
