"""The table of who helps a side from outside, as it was known by a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from vedette.campaign import HELP, Backer
from vedette.errors import PlaceNotFoundError
from vedette.ground import Places
from vedette.store.case_folder import Case
from vedette.store.tables import Problems, Schema, Table, find_table, read_table

__all__ = ["read_backers", "read_peacekeepers"]

BACKERS = Schema(
    required=("date", "actor", "side_supported", "kind"),
    optional=("polarity", "only_if", "paraphrase", "source_url", "basis", "note"),
    may_be_empty=True,
)
DISTRICT = "district:"
"""Before the name of a district in `only_if`: all of its places."""


PEACEKEEPERS = ("peacekeepers", "peacekeeping")


@dataclass(frozen=True, slots=True)
class _Row:
    """What a row of the table says of an actor and a side; `only_if` is empty where the row ties nothing."""

    day: date
    actor: str
    side: int
    kind: str
    denied: bool
    only_if: tuple[int, ...]


def read_backers(case: Case, as_of: date) -> tuple[Backer, ...]:
    """The backers known by a day, from `backers.csv`, in its order; none if the case has no such table.

    An act is a day of the war on which a kind of `HELP` is said, and not denied, of an actor. Acts count up to the
    first day on which it tied its help to a condition, and so do days; the last condition that was known stands.
    """
    path = find_table(case.folder, "backers")
    if path is None:
        return ()
    problems = Problems()
    rows = _rows(read_table(path, BACKERS, problems), case, problems)
    problems.raise_if_any(str(case.folder))
    found: dict[tuple[str, int], list[_Row]] = {}
    for row in rows:
        if row.day <= as_of and (row.kind in HELP or row.only_if):
            found.setdefault((row.actor.casefold(), row.side), []).append(row)
    backers = (_backer(rows, case.days.first, as_of) for rows in found.values())
    return tuple(b for b in backers if b.most)


def read_peacekeepers(case: Case, as_of: date) -> bool:
    """Whether `backers.csv` says, and does not deny, by a day that somebody's peacekeepers are there; for any side."""
    path = find_table(case.folder, "backers")
    if path is None:
        return False
    problems = Problems()
    table = read_table(path, BACKERS, problems)
    columns = table.text("kind").tolist(), _denied(table).tolist(), table.day("date", case.days.first).tolist()
    problems.raise_if_any(str(case.folder))
    today = (as_of - case.days.first).days
    return any(
        kind.casefold() in PEACEKEEPERS and not no and day <= today for kind, no, day in zip(*columns, strict=True)
    )


def _denied(table: Table) -> NDArray[np.int8]:
    return table.choice("polarity", {"asserted": 0, "denied": 1}, blank=0)


def _backer(rows: list[_Row], first: date, as_of: date) -> Backer:
    given = [row for row in rows if row.kind in HELP and not row.denied]
    tied = sorted((row for row in rows if row.only_if), key=lambda row: row.day)
    free_until = tied[0].day - timedelta(days=1) if tied else as_of
    return Backer(
        rows[0].actor,
        rows[0].side,
        frozenset(row.kind for row in given),
        pledged=bool(tied) and not given,
        acts=len({row.day for row in given if first <= row.day <= free_until}),
        days=max(0, (free_until - first).days + 1),
        only_if=tied[-1].only_if if tied else (),
    )


def _rows(table: Table, case: Case, problems: Problems) -> list[_Row]:
    day = table.day("date", case.days.first)
    denied = _denied(table)
    columns = [table.text(name).tolist() for name in ("actor", "side_supported", "kind", "only_if")]
    waits = {text: _places_in(text, case.places, table, problems) for text in dict.fromkeys(columns[-1])}
    out = []
    for r, (actor, side, kind, text) in enumerate(zip(*columns, strict=True)):
        if text and side not in case.sides.ids:
            sides = ", ".join(case.sides.ids)
            message = f"ties help to a condition, but for {side!r}, which is no side. Name one of {sides}."
            problems.add(table.file, table.row(r), "side_supported", message)
        elif not actor:
            problems.add(table.file, table.row(r), "actor", "is blank. Say who helps.")
        elif side in case.sides.ids:
            when = case.days.first + timedelta(days=int(day[r]))
            out.append(_Row(when, actor, case.sides.ids.index(side), kind.casefold(), bool(denied[r]), waits[text]))
    return out


def _places_in(text: str, places: Places, table: Table, problems: Problems) -> tuple[int, ...]:
    """The places that a condition names, by any of their names or by district; what names none is a problem."""
    found: set[int] = set()
    for name in filter(None, map(str.strip, text.split(";"))):
        if name.startswith(DISTRICT):
            district = name.removeprefix(DISTRICT).strip()
            there = {i for i, other in enumerate(places.districts) if other and other == district}
            wrong = "" if there else f"{district!r} is no district of this case. Write it as in places.csv."
        else:
            there, wrong = _place(name, places)
        if wrong:
            row = table.row(table.text("only_if").tolist().index(text))
            problems.add(table.file, row, "only_if", wrong)
        found |= there
    return tuple(sorted(found))


def _place(name: str, places: Places) -> tuple[set[int], str]:
    try:
        return {places.find(name)}, ""
    except PlaceNotFoundError as error:
        return set(), str(error)
