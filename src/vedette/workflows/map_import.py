"""Somebody's control map as one of a case's: runs of equal states for each place, from areas drawn on some days."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from vedette.claims import side_in
from vedette.errors import CaseError
from vedette.ground import Places
from vedette.store import Case, MapArea, read_case, write_bytes

__all__ = ["AddedMap", "add_map", "state_in"]

SPOT_KM = 2.0
"""A point of a control map means a place of the case within so many km of it."""

KM_A_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class AddedMap:
    """How many days the map has, how many places it says something of, which areas say nothing, and why."""

    days: int
    places: int
    left_out: tuple[tuple[int, str], ...]


def add_map(case: Case, folder: Path, file: str, areas: Sequence[MapArea], source: str, unit: str) -> AddedMap:
    """Write `maps/SOURCE.csv`; a map stands until the next one. The case with it is read and checked first."""
    target = _target(folder, source)
    states = {name: state_in(name, case) for name in {a.side for a in areas}}
    if all(state is None for state in states.values()):
        raise CaseError(
            f"{file}, {unit} {areas[0].number}: {', '.join(map(repr, sorted(states)[:8]))} are no sides of the case. "
            "Add them to the aliases of its sides in case.toml."
        )
    days = sorted({a.day for a in areas})
    if days[0] > case.days.last or days[-1] < case.days.first:
        raise CaseError(
            f"{file}, {unit} {areas[0].number}: the map is of {days[0]} to {days[-1]}, outside the case's days, "
            f"{case.days.first} to {case.days.last}. Give a map of the war, or correct its dates."
        )
    drawn, left_out = _drawn(case, areas, days, states)
    lines = _runs(case, drawn, days)
    if not lines:
        first = areas[0].geometry.bounds
        mirror = shapely.STRtree(_spots(case.places, swap=True))
        swapped = any(len(_places_in(a, case.places, mirror)) for a in areas if states[a.side] is not None)
        raise CaseError(
            f"{file}, {unit} {areas[0].number}: covers no place of {case.name}: it begins at longitude {first[0]:g}, "
            f"latitude {first[1]:g}. "
            + (
                "It does when they change places: GeoJSON and KML have longitude first. Swap them."
                if swapped
                else "Check that it is of the same region, in degrees."
            )
        )
    text = "place_id,side,from_date,to_date\n" + "".join(f"{p},{s},{a},{b}\n" for p, s, a, b in lines)
    with tempfile.TemporaryDirectory(prefix="vedette-") as scratch:
        trial = Path(scratch) / "case"
        shutil.copytree(folder, trial, ignore=shutil.ignore_patterns("ledger.*", "reports", "basemap", ".*"))
        write_bytes(trial / "maps" / target.name, text.encode())
        read_case(trial)
    write_bytes(target, text.encode())
    return AddedMap(len(days), len({line[0] for line in lines}), left_out)


def _target(folder: Path, source: str) -> Path:
    if not re.fullmatch(r"\w[\w. -]*", source):
        raise CaseError(
            f"{source!r}: cannot be the name of a control map, which is that of a file. Use letters, digits, hyphens "
            "in --source."
        )
    target = folder / "maps" / f"{source}.csv"
    if target.exists() or target.with_suffix(".parquet").exists():
        raise CaseError(
            f"{target}: the case has a map of that name already, and what is there is not changed. Give this one "
            "another name with --source, or remove the old one."
        )
    return target


def _drawn(
    case: Case, areas: Sequence[MapArea], days: Sequence[date], states: dict[str, int | None]
) -> tuple[NDArray[np.int64], tuple[tuple[int, str], ...]]:
    """The state that a map gives each place on each of its days, (P, days), and which areas say nothing, and why.

    -1 where it gives none; contested where areas of a day overlap.
    """
    drawn = np.full((len(case.places), len(days)), -1, dtype=np.int64)
    index = shapely.STRtree(_spots(case.places))
    column = {day: t for t, day in enumerate(days)}
    left_out: list[tuple[int, str]] = []
    for area in areas:
        state = states[area.side]
        if state is None:
            left_out.append((area.number, f"{area.side!r} is no side of the case"))
            continue
        inside = _places_in(area, case.places, index)
        if not len(inside):
            left_out.append((area.number, "covers no place of the case"))
        before = drawn[inside, column[area.day]]
        drawn[inside, column[area.day]] = np.where((before >= 0) & (before != state), case.sides.contested, state)
    return drawn, tuple(left_out)


def _runs(case: Case, drawn: NDArray[np.int64], days: Sequence[date]) -> list[tuple[str, str, date, date]]:
    """Each place's runs of one state: place, state, first and last day."""
    lines = []
    for i, row in enumerate(drawn):
        t = 0
        while t < len(days):
            state, start = int(row[t]), t
            while t < len(days) and row[t] == state:
                t += 1
            end = days[-1] if t == len(days) else date.fromordinal(days[t].toordinal() - 1)
            if state >= 0:
                lines.append((case.places.ids[i], case.sides.states[state], days[start], end))
    return lines


def state_in(name: str, case: Case) -> int | None:
    """The state that a text names; None if it names none, or several."""
    found = case.sides.state(name)
    if found is None and (side := side_in(name, case.sides)) is not None:
        found = case.sides.find(side)
    return found


def _spots(places: Places, *, swap: bool = False) -> NDArray[np.object_]:
    return np.asarray(shapely.points(places.lat, places.lon) if swap else shapely.points(places.lon, places.lat))


def _places_in(area: MapArea, places: Places, index: shapely.STRtree) -> NDArray[np.int64]:
    if area.place_id in places:
        return np.array([places.index(area.place_id)])
    if area.geometry.geom_type == "Point":
        near, apart = index.query_nearest(area.geometry, return_distance=True)
        return np.asarray(near[apart * KM_A_DEGREE <= SPOT_KM][:1], dtype=np.int64)
    return np.asarray(index.query(area.geometry, predicate="intersects"), dtype=np.int64)
