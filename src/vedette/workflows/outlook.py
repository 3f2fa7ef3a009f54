"""Who will hold what some days from now, as seen from one day or from week to week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vedette.claims import Certainty, Claims, ControlMap, Kind, Says, says_of
from vedette.dynamics import History, Sightings, Turnover
from vedette.errors import CaseError
from vedette.ground import project_km
from vedette.store import Case, ForecastRows, check_table, write_forecasts
from vedette.workflows.nowcast import nowcast
from vedette.workflows.runs import keep_run
from vedette.workflows.study import Study

__all__ = ["ForecastSummary", "forecast_origins", "known_history", "origins_of", "standing"]

PRESENT = {Says.took, Says.holds, Says.fights, Says.repels}
"""What puts a side's forces at a place."""

MAX_HORIZON = 3650


@dataclass(frozen=True, slots=True)
class ForecastSummary:
    """What was written: how many `origins`, `first` to `last`, `horizons` in days, and whose `state` it starts from."""

    origins: int
    first: date
    last: date
    horizons: tuple[int, ...]
    places: int
    state: str


def origins_of(study: Study, text: str) -> list[date]:
    """`weekly` or `daily`, from the case's first day to the study's, or dates parted by commas."""
    days = study.case.days
    step = {"daily": 1, "weekly": 7}.get(text)
    if step is not None:
        return [days.date(t) for t in range(0, study.last + 1, step)]
    try:
        found = sorted({date.fromisoformat(part.strip()) for part in text.split(",")})
    except ValueError:
        raise CaseError(
            f"the origins {text!r} are neither `weekly`, `daily` nor dates parted by commas. Write them as YYYY-MM-DD."
        ) from None
    for day in found:
        if not days.first <= day <= days.date(study.last):
            raise CaseError(
                f"the origin {day} lies outside what is known, {days.first} to {days.date(study.last)}: nothing can "
                "be forecast from there. Choose a day inside, or a later --as-of."
            )
    return found


def forecast_origins(
    study: Study, origins: Sequence[date], horizons: Sequence[int], out: Path, *, state: str | None = None
) -> ForecastSummary:
    """Write, for each origin, horizon and place, the probability that each side is then the last to hold it.

    A forecast uses what was known on its origin and nothing later. It starts from the control map `state`, or that of
    the case's own judge where there is one, as it stood that day; else from the nowcast.
    """
    check_table(out, (".parquet",))
    ahead = tuple(sorted(set(horizons)))
    if not ahead or ahead[0] < 1 or ahead[-1] > MAX_HORIZON:
        raise CaseError(
            f"the horizons {list(horizons)} are not days from 1 to {MAX_HORIZON:,}. Give some, as in 7,28,91."
        )
    if not origins:
        raise CaseError("there is no origin to forecast from. Give at least one day.")
    case = study.case
    chosen = standing(case, state)
    history, doubt = known_history(study, chosen)
    turnover = Turnover(history, ahead, study.report("Learning from the war so far"))
    rows = _rows(case, turnover, [case.days.index(day) for day in origins], doubt)
    write_forecasts(out, rows, case.places.ids, case.sides.ids, {"case": case.name, "state": chosen or "nowcast"})
    arguments = {"origins": [day.isoformat() for day in origins], "horizons": list(ahead), "state": state}
    keep_run(study, "forecast --origins", arguments, [out])
    return ForecastSummary(len(origins), min(origins), max(origins), ahead, len(case.places), chosen or "nowcast")


def standing(case: Case, named: str | None) -> str | None:
    """The control map that says who holds what: the one `named`, else one called `judge` or after the case's judge.

    None: there is none, and belief must say.
    """
    sources = [m.source for m in case.maps]
    if named is not None:
        if named not in sources:
            known = ", ".join(sources) or "it has none"
            raise CaseError(f"{case.name} has no control map {named!r} ({known}). Name one of its maps/ folder.")
        return named
    judge = "".join(filter(str.isalnum, case.judge.casefold()))
    for source in sources:
        plain = "".join(filter(str.isalnum, source.casefold()))
        if plain == "judge" or (plain and judge.startswith(plain)):
            return source
    return None


def _rows(
    case: Case, turnover: Turnover, origins: Sequence[int], doubt: NDArray[np.float32] | None
) -> Iterator[ForecastRows]:
    for day in origins:
        seen = turnover.outlook(day)
        p = seen.probability() if doubt is None else seen.doubted(doubt[:, day])
        for h, horizon in enumerate(turnover.horizons):
            yield ForecastRows(case.days.date(day), horizon, p[h])


def known_history(study: Study, chosen: str | None) -> tuple[History, NDArray[np.float32] | None]:
    """What was known day by day, from the control map `chosen`; if none, from the nowcast, which comes with it."""
    case = study.case
    days = study.last + 1
    xy = project_km(case.places.lat, case.places.lon)
    sightings = _sightings(study.known)
    if chosen is not None:
        (own,) = [_grid(m, len(case.places), days) for m in case.maps if m.source == chosen]
        first = own[:, 0]
        own[:, 0] = np.where(first < 0, case.places.start, first)
        return History(xy, own, len(case.sides), sightings), None
    believed = nowcast(study)["probability"].values.astype(np.float32)
    return History(xy, believed.argmax(axis=2).astype(np.int8), len(case.sides), sightings), believed


def _grid(source: ControlMap, places: int, days: int) -> NDArray[np.int8]:
    """The state each place was shown in on each day, (P, T); -1 where it was not shown."""
    grid = np.full((places, days), -1, dtype=np.int8)
    known = source.until(days - 1)
    for place, state, first, last in zip(known.place, known.state, known.first, known.last, strict=True):
        grid[place, max(first, 0) : last + 1] = state
    return grid


def _sightings(claims: Claims) -> Sightings:
    told = np.stack([claims.kind, claims.denied, claims.partial, claims.certainty], axis=1).astype(np.int64)
    forms, which = np.unique(told, axis=0, return_inverse=True)
    present = np.array([_puts_there(*form) for form in forms.tolist()], dtype=bool).reshape(-1)
    there = present[which.reshape(-1)] & (claims.place >= 0) & (claims.side >= 0)
    return Sightings(
        claims.place[there].astype(np.int64),
        claims.reported[there].astype(np.int64),
        claims.side[there].astype(np.int64),
    )


def _puts_there(kind: int, denied: int, partial: int, certainty: int) -> bool:
    says = says_of(Kind(kind), denied=bool(denied), partial=bool(partial), certainty=Certainty(certainty))
    return says is not None and says[0] in PRESENT
