"""What was said in a case: the claims of its table and its ledger, and the events of its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vedette.claims import CONTROL_KINDS, FORWARD_KINDS, Certainty, Claims, EventKind, Events, Kind, Prose
from vedette.errors import CaseError
from vedette.ground import Days, Places, Routes, Sides
from vedette.store.before_ledger import left_over
from vedette.store.ground_tables import EARTH, state_words
from vedette.store.ledger import ledger_at, ships
from vedette.store.ledger.schema import CLAIM_COLUMNS
from vedette.store.reviews import withdrawn
from vedette.store.tables import Problem, Problems, Schema, Table, find_table, read_table, table_of

__all__ = ["CLAIMS", "EVENTS", "Heard", "Proposed", "claims_in", "events_in", "heard_in"]

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
_KINDS = {kind.name: int(kind) for kind in Kind}
_EVENT_KINDS = {kind.name: int(kind) for kind in EventKind}
_CERTAINTIES = {c.name: int(c) for c in Certainty}


@dataclass(frozen=True, eq=False)
class Proposed:
    """Claims that are not in a case yet, as rows of its claims table, from a file of somebody's.

    Messages name that file, the row of each claim by its id, and the file's own names of our `columns`.
    """

    claims: Sequence[Mapping[str, str]] = ()
    file: str = ""
    rows: Mapping[str, int] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)

    def problem(self, claim: str, column: str, message: str) -> Problem:
        """What is wrong with a claim, where the user can see it."""
        return Problem(self.file, self.rows[claim], self.columns.get(column, column), message)


@dataclass(frozen=True, eq=False)
class Heard:
    """What the ledger adds to a claims table: rows as text, and which claims of either no longer count."""

    claims: pa.Table
    withdrawn: frozenset[str]
    act: int = 0
    proposed: Proposed = field(default_factory=Proposed)


def heard_in(folder: Path, name: str, until: int | None, more: Proposed) -> Heard:
    """What was read into a case and decided about it. A case that ships with the package is everybody's: nothing."""
    new = pa.table({c: pa.array([row.get(c, "") for row in more.claims], pa.string()) for c in CLAIM_COLUMNS})
    if ships(folder):
        return Heard(new, frozenset(), 0, more)
    ledger = ledger_at(folder, name)
    if ledger is None or not ledger.exists():
        return Heard(new, withdrawn(left_over(folder, {}).decisions), 0, more)
    heard = ledger.heard(until)
    rest = left_over(folder, heard.taken).decisions if until is None else ()
    gone = withdrawn(sorted((*rest, *heard.decisions), key=lambda d: d.at))
    ids = heard.claims.column("claim_id").to_pylist()
    kept = heard.claims.filter(pa.array([i not in gone for i in ids], pa.bool_())).cast(new.schema)
    known = set(ids)
    unheard = new.filter(pa.array([row["claim_id"] not in known for row in more.claims], pa.bool_()))
    return Heard(pa.concat_tables([kept, unheard]), gone, heard.act, more)


def claims_in(
    folder: Path, sides: Sides, days: Days, places: Places, routes: Routes, problems: Problems, heard: Heard
) -> Claims:
    """The claims of a case that stand, in order."""
    tables = []
    without = (folder / "maps").is_dir() or find_table(folder, "events") is not None or heard.claims.num_rows
    if find_table(folder, "claims") is not None or not without:
        path = find_table(folder, "claims")
        if path is None:
            raise CaseError(
                f"{folder}: holds neither claims.csv nor claims.parquet, nor maps, nor events, and a case needs one of "
                "them at least: somebody must have said something. Add claims.csv, events.csv or a folder maps."
            )
        tables.append(read_table(path, CLAIMS, problems))
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
        claim = "" if p.row is None else str(parts[-1]["ids"][p.row - 1])
        if claim in heard.proposed.rows:
            problems.found.append(heard.proposed.problem(claim, p.column, p.message))
        else:
            problems.add("ledger", None, p.column, f"claim {claim!r}: {p.message}" if claim else p.message)
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
    words = {name: k for name, k in state_words(sides).items() if k < len(sides)}
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


def events_in(folder: Path, sides: Sides, days: Days, problems: Problems) -> Events:
    """The events of a case, in order."""
    path = find_table(folder, "events")
    if path is None:
        return Events.none(sides, days)
    table = read_table(path, EVENTS, problems)
    before = len(problems.found)
    words = {name: k for name, k in state_words(sides).items() if k < len(sides)}
    found = Events(
        ids=table.unique("event_id"),
        day=table.day("date", days.first),
        posted=table.day("posted_at", days.first),
        side=table.choice("side", words, blank=-1),
        kind=table.choice("kind", _EVENT_KINDS, blank=int(EventKind.presence)),
        lat=table.number("lat", *EARTH[0], required=True),
        lon=table.number("lon", *EARTH[1], required=True),
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
