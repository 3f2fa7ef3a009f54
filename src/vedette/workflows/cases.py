"""What cases there are, and whether one is in order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vedette.claims import said_both
from vedette.errors import CaseError
from vedette.store import Case, list_cases, read_basemap, read_case, read_outcome

__all__ = ["CaseSummary", "cases", "check_case"]


LISTED = 10
"""Pairs of claims named in warnings."""


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A case in numbers, and what is unusual about it."""

    name: str
    title: str
    first_day: str
    last_day: str
    sides: tuple[str, ...]
    places: int
    routes: int
    claims: int
    claimants: int
    maps: tuple[str, ...]
    outcome_runs: int
    warnings: tuple[str, ...]


def cases() -> list[CaseSummary]:
    """The cases that ship with the package."""
    return [_summary(read_case(name)) for name in list_cases()]


def check_case(folder: str | Path) -> CaseSummary:
    """Read all of a case, outcome and base map too; a `CaseError` lists what is wrong: file, row, column and remedy."""
    case = read_case(folder)
    read_basemap(case.basemap)
    return _summary(case)


def _said_both(case: Case) -> list[str]:
    """A warning for each pair of claims in which somebody says, on one day of one day, what cannot both be true."""
    claims, pairs = case.claims, said_both(case.claims)
    out = [
        f"{claims.claimants[claims.claimant[n]]} says of {case.places.names[claims.place[n]]} on "
        f"{case.days.date(int(claims.reported[n]))} both {claims.ids[n]!r} and {claims.ids[m]!r}, which cannot both be "
        "true. Both are kept and weigh against each other; correct one if it was coded amiss."
        for n, m in pairs[:LISTED]
    ]
    if len(pairs) > LISTED:
        out.append(f"{len(pairs) - LISTED} more such pairs: `vedette claims --contradicted` lists them.")
    return out


def _out_of_time(case: Case) -> list[str]:
    """A warning where there are claims and none is about a day of the war; those of control are refused before."""
    claims = case.claims
    if not len(claims) or ((claims.about_to >= 0) & (claims.about_from < len(case.days))).any():
        return []
    first, last = (case.days.date(int(n)) for n in (claims.about_from.min(), claims.about_to.max()))
    told = (
        f"all {len(claims):,} claims are about {first} to {last} and none about {_war(case)}: belief can make nothing"
    )
    return [f"{told} of them. Correct about_from and about_to, or the days in case.toml."]


def _war(case: Case) -> str:
    return f"a day of the war, {case.days.first} to {case.days.last}"


def _summary(case: Case) -> CaseSummary:
    warnings = list(case.warnings)
    try:
        outcome = read_outcome(case)
        runs = len(outcome.place)
        if not ((outcome.last >= 0) & (outcome.first < len(case.days))).any():
            warnings.append(
                f"the outcome table has no row about {_war(case)}: `vedette verify` has nothing to score against. "
                "Correct its from_date and to_date, or the days in case.toml."
            )
    except CaseError as error:
        if "no outcome table" not in str(error):
            raise
        runs = 0
        warnings.append("no outcome table: `vedette verify` has nothing to score against.")
    if case.routes.by_proximity:
        warnings.append("no routes table: neighbouring places stand in for roads.")
    silent = np.setdiff1d(np.arange(len(case.places)), case.claims.place)
    if len(silent) == len(case.places):
        warnings.append("no claim is about a place: belief can only follow the maps and the prior.")
    warnings += _out_of_time(case)
    warnings += _said_both(case)
    return CaseSummary(
        name=case.name,
        title=case.title,
        first_day=case.days.first.isoformat(),
        last_day=case.days.last.isoformat(),
        sides=tuple(f"{s.id} ({s.name})" for s in case.sides),
        places=len(case.places),
        routes=0 if case.routes.by_proximity else len(case.routes),
        claims=len(case.claims),
        claimants=len(case.claims.claimants),
        maps=tuple(m.source for m in case.maps),
        outcome_runs=runs,
        warnings=tuple(warnings),
    )
