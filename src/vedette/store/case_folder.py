"""A case on disk: `case.toml`, places, routes, claims, control maps, outcome. See docs/case-format.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from vedette.claims import Claims, ControlMap, Events
from vedette.errors import CaseError
from vedette.ground import Days, Neighbours, Places, Routes, Sides, neighbours_of
from vedette.store.case_toml import TOML_KEYS, days_in, name_in, places_listed, read_toml, sides_in, supply_in
from vedette.store.claim_tables import Proposed, claims_in, events_in, heard_in
from vedette.store.control_tables import maps_in, runs_in
from vedette.store.ground_tables import places_in, routes_in
from vedette.store.new_case import RECORD
from vedette.store.tables import Problems, find_table
from vedette.verification import Outcome

__all__ = ["Basemap", "Case", "case_name", "find_case", "list_cases", "read_case", "read_outcome"]


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
        """Who is whose neighbour; the places that supplies come from are their side's rear."""
        joined = neighbours_of(self.places, self.routes)
        rear = joined.rear.copy()
        for side, where in self.supply.items():
            rear[list(where)] = side
        return replace(joined, rear=rear)

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
    return name_in(read_toml(folder), folder)


def read_case(case: str | Path, *, until: int | None = None, more: Proposed | None = None) -> Case:
    """Read and check a case, its ledger with it: the name of one that ships with the package, or a folder.

    `until` reads the ledger as it stood after that act. `more` is checked as if it were in it.
    Raises `CaseError`, listing every problem found, if anything in it is not as the
    case format describes.
    """
    folder = find_case(case)
    toml = read_toml(folder)
    problems = Problems()
    sides = sides_in(toml, folder)
    days = days_in(toml, folder)
    places = places_in(folder, sides, problems)
    routes = routes_in(folder, places, problems)
    heard = heard_in(folder, name_in(toml, folder), until, more or Proposed())
    claims = claims_in(folder, sides, days, places, routes, problems, heard)
    maps, idle_maps = maps_in(folder, sides, days, places, problems)
    events = events_in(folder, sides, days, problems)
    supply = supply_in(toml, sides, places, problems)
    headline, capitals, symbols = (
        places_listed(toml, key, places, problems) for key in ("headline", "capitals", "symbols")
    )
    problems.raise_if_any(str(folder))
    extra = sorted(set(toml) - TOML_KEYS)
    return Case(
        folder=folder,
        name=name_in(toml, folder),
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
        warnings=(*(f"case.toml: {key!r} is not a key that anything reads." for key in extra), *idle_maps),
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


def read_outcome(case: Case) -> Outcome:
    """The case's outcome table: what later proved true. A `CaseError` if it has none."""
    path = find_table(case.folder, "outcome")
    if path is None:
        raise CaseError(
            f"case {case.name!r} has no outcome table, so nothing can be scored. Add outcome.csv with place_id, side, "
            "from_date, to_date, confidence and basis."
        )
    problems = Problems()
    table, place, state, first, last = runs_in(path, path.name, case.sides, case.days, case.places, problems)
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
