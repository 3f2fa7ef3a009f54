"""Incidents of a data set as claims: which side acts, which place is meant, when it could be known."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vedette.claims.claim import Kind
from vedette.errors import PlaceNotFoundError
from vedette.ground import Places, Sides, distance_km, fold_name

__all__ = [
    "ACLED_COLUMNS",
    "GED_COLUMNS",
    "BadCell",
    "Incident",
    "Whereabouts",
    "acled_event",
    "claim_of",
    "event_kind",
    "ged_event",
    "side_in",
    "spot",
]

NAMED_KM = 15.0
"""A place of the event's name counts if it lies within so many km of the event: namesakes are farther apart."""
NEAR_KM = 5.0
"""Without such a name the nearest place within this distance is meant."""

FAR_KM = 200.0
"""A point so far from every place of a case is of no use to it; if it comes near when latitude and longitude change
places, they have."""

ACLED_COLUMNS = (
    "event_id_cnty", "event_date", "sub_event_type", "actor1", "actor2", "location", "latitude", "longitude", "source",
)  # fmt: skip
"""What an ACLED export is known by and read from; `timestamp` too, where it has one."""
GED_COLUMNS = (
    "id", "date_start", "date_end", "date_prec", "side_a", "side_b", "type_of_violence", "where_prec",
    "where_coordinates", "latitude", "longitude", "best",
)  # fmt: skip
"""What UCDP GED is known by and read from; `source_date` and `source_office` too, where it has them."""

ACLED_LAG_DAYS = 7
"""Without a time stamp an event counts as published a week after it happened: ACLED publishes weekly."""
GED_LAG_DAYS = 30
"""Without a day of its source an event counts as published a month later: UCDP's candidate events come monthly."""
GED_PLACE_KNOWN = 2
"""UCDP's `where_prec`: 1 the place itself, 2 within some 25 km of it; above it is a district or less."""
GED_DAY_KNOWN = 2
"""UCDP's `date_prec`: 1 the day, 2 within two to six days; above it is a week or more."""

_ACLED_KINDS = {
    "government regains territory": Kind.capture,
    "non-state actor overtakes territory": Kind.capture,
    "non-violent transfer of territory": Kind.capture,
    "headquarters or base established": Kind.control,
    "armed clash": Kind.assault,
    "shelling/artillery/missile attack": Kind.strike,
    "air/drone strike": Kind.strike,
}
"""Sub-event types that bear on control. Riots, arrests, agreements and violence against civilians do not."""

_KIND_WORDS: tuple[tuple[str, Kind], ...] = (
    (r"repel|repuls|beat(en)? back", Kind.repulse),
    (r"withdr[ae]w|retreat|pull(ed)? out|left the", Kind.withdrawal),
    (r"captur|seiz|liberat|took control|taken|flag (raised|over)|entered", Kind.capture),
    (r"control|holds?\b|held by", Kind.control),
    (r"shell|strike|struck|missile|drone|rocket|bomb|airstrike|artillery|mortar", Kind.strike),
    (r"(cluster|thermobaric|loitering) munition", Kind.strike),
    (r"advanc", Kind.advance),
    (r"assault|attack|clash|fight|battle|combat", Kind.assault),
    (r"destroyed|killed|losses|casualt|prisoner", Kind.casualties),
)


SHOWN = 60
"""Letters of a name that a message repeats."""


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that cannot be read: its column, what is wrong with it and what to do. Its file is refused whole."""

    column: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One row or placemark of a data set.

    `acting` names who acts, in the data set's words, empty if it does not say who of several; `lat`, `lon` are NaN
    where it has none; `digest` fingerprints the whole row.
    """

    event_id: str
    dataset: str
    reported_on: date
    about_from: date
    about_to: date
    claimant: str
    kind: Kind
    acting: str
    place: str
    lat: float
    lon: float
    paraphrase: str
    claimant_side: str = "third"
    denied: bool = False
    partial: bool = False
    certainty: str = ""
    quantity: str = ""
    unit: str = ""
    source_url: str = ""
    digest: str = ""


def acled_event(row: Mapping[str, str]) -> Incident | BadCell | str:
    """One row of an ACLED export; a str says why it is no claim."""
    here = spot(row, "latitude", "longitude")
    if isinstance(here, BadCell):
        return here
    day = _day(row["event_date"])
    if day is None:
        return _no_date("event_date", row)
    told = _stamp(row.get("timestamp", ""))
    if isinstance(told, BadCell):
        return told
    kind = _ACLED_KINDS.get(row["sub_event_type"].strip().casefold())
    if kind is None:
        return f"{row['sub_event_type'] or 'an event without a type'}: says nothing of control"
    one, two = row["actor1"], row["actor2"]
    return Incident(
        event_id=row["event_id_cnty"],
        dataset="ACLED",
        reported_on=max(told or day + timedelta(days=ACLED_LAG_DAYS), day),
        about_from=day,
        about_to=day,
        claimant=row["source"].split(";")[0].strip() or "ACLED",
        kind=kind,
        acting="" if kind is Kind.assault else one,
        place=row["location"],
        lat=here[0],
        lon=here[1],
        paraphrase=f"{row['sub_event_type']}: {one}{f'; {two}' if two else ''}.",
        digest=_digest(row),
    )


def ged_event(row: Mapping[str, str]) -> Incident | BadCell | str:
    """One row of UCDP GED, yearly or candidate; a str says why it is no claim."""
    here = spot(row, "latitude", "longitude")
    if isinstance(here, BadCell):
        return here
    first, last = _day(row["date_start"]), _day(row["date_end"])
    if first is None or last is None:
        return _no_date("date_end" if first else "date_start", row)
    if last < first:
        return BadCell("date_end", f"{last} lies before date_start, {first}: it ends before it begins. Swap them.")
    for column in ("date_prec", "where_prec", "type_of_violence"):
        if not row[column].isdecimal():
            return BadCell(column, f"{row[column]!r} is no code of UCDP GED. Download the file again.")
    if int(row["date_prec"]) > GED_DAY_KNOWN:
        return "its day is known to a week or less"
    if int(row["where_prec"]) > GED_PLACE_KNOWN:
        return "its place is known to a district or less"
    days = [d for text in row.get("source_date", "").split(";") if (d := _day(text.strip())) is not None]
    told = max(days) if days else last + timedelta(days=GED_LAG_DAYS)
    one_sided = row["type_of_violence"] == "3"
    offices = row.get("source_office", "").split(";")[0].strip()
    return Incident(
        event_id=row["id"],
        dataset="UCDP GED",
        reported_on=max(told, last),
        about_from=first,
        about_to=last,
        claimant=offices or "UCDP GED",
        kind=Kind.casualties if one_sided else Kind.assault,
        acting="",
        place=re.sub(r"\s+(town|village|city)$", "", row["where_coordinates"]),
        lat=here[0],
        lon=here[1],
        paraphrase=f"{row['side_a']} – {row['side_b']}: {row['best'] or 'unknown'} deaths.",
        quantity=row["best"],
        unit="deaths" if row["best"] else "",
        digest=_digest(row),
    )


def event_kind(text: str) -> Kind | None:
    """The kind that a title or a word of a table names; None if it names none."""
    folded = text.strip().casefold()
    if folded.replace(" ", "_") in Kind.__members__:
        return Kind[folded.replace(" ", "_")]
    return next((kind for pattern, kind in _KIND_WORDS if re.search(rf"\b({pattern})", folded)), None)


def side_in(text: str, sides: Sides) -> str | None:
    """The side that a text names, by id, name or alias as whole words; None if it names none, or several."""
    told = _words(text)
    found = {
        side.id
        for side in sides
        for name in (side.id, side.name, *side.aliases)
        if (words := _words(name)).strip() and words in told
    }
    return found.pop() if len(found) == 1 else None


def _words(text: str) -> str:
    """A text's words, each between spaces."""
    words = re.findall(r"\w+", fold_name(text))
    return f" {' '.join(words)} "


class Whereabouts:
    """Which place of a case a data set means. O(log places) a point."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self._tree = cKDTree(_on_the_sphere(places.lat, places.lon))
        self._named: dict[str, int | None] = {}

    def nearest(self, lat: float, lon: float) -> tuple[int, float]:
        """The nearest place, and how far away it is in km."""
        _, near = self._tree.query(_on_the_sphere(np.array([lat]), np.array([lon])))
        return int(near[0]), self._km(int(near[0]), lat, lon)

    def _km(self, place: int, lat: float, lon: float) -> float:
        here, there = np.array([lat]), np.array([lon])
        return float(distance_km(self.places.lat[[place]], self.places.lon[[place]], here, there)[0])

    def _by_name(self, name: str) -> int | None:
        """The place of that name, each name looked up once: to find none is slow, for it looks for similar ones."""
        if name not in self._named:
            try:
                self._named[name] = self.places.find(name) if name.strip() else None
            except PlaceNotFoundError:
                self._named[name] = None
        return self._named[name]

    def swapped(self, lat: float, lon: float) -> bool:
        """Whether a point is far from every place, and near one when its numbers change places."""
        if not abs(lon) <= 90:
            return False
        return self.nearest(lat, lon)[1] > FAR_KM and self.nearest(lon, lat)[1] <= NAMED_KM

    def place_of(self, event: Incident) -> int | str:
        """The place of an event; a str says why there is none."""
        named = self._by_name(event.place)
        if np.isnan(event.lat) or np.isnan(event.lon):
            if named is not None:
                return named
            if not event.place.strip():
                return "a row without place or coordinates: no place of the case"
            return f"{event.place[:SHOWN]}: no place of the case"
        for name in (named, self._by_name(event.place.partition(",")[0])):  # of "Ford, North district" too
            if name is not None and self._km(name, event.lat, event.lon) <= NAMED_KM:
                return name
        near_by, km = self.nearest(event.lat, event.lon)
        if km <= NEAR_KM:
            return near_by
        return f"{event.place[:SHOWN] or f'{event.lat:g}, {event.lon:g}'}: no place of the case within {NEAR_KM:g} km"


def _on_the_sphere(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points of the unit sphere, shape (P, 3): there the nearest along a straight line is the nearest on the ground."""
    north, east = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def claim_of(event: Incident, where: Whereabouts, sides: Sides) -> dict[str, str] | str:
    """A row of the claims table; a str says why there is none."""
    place = where.place_of(event)
    if isinstance(place, str):
        return place
    side = "both"
    if event.acting:
        named = side_in(event.acting, sides)
        if named is None:
            told = f"{event.acting[:SHOWN]!r} is no side of the case, or more than one."
            return f"{told} Add it to a side's aliases in case.toml"
        side = named
    return {
        "claim_id": f"{fold_name(event.dataset).replace(' ', '-')}-{event.event_id}",
        "report_id": f"{event.dataset} {event.event_id}",
        "reported_on": event.reported_on.isoformat(),
        "about_from": event.about_from.isoformat(),
        "about_to": event.about_to.isoformat(),
        "claimant": event.claimant,
        "claimant_side": event.claimant_side,
        "relayed_by": event.dataset,
        "kind": event.kind.name,
        "side": side,
        "place_id": where.places.ids[place],
        "polarity": "denied" if event.denied else "asserted",
        "degree": "partial" if event.partial else "full",
        "certainty": event.certainty,
        "quantity": event.quantity,
        "unit": event.unit,
        "paraphrase": event.paraphrase,
        "source_url": event.source_url,
        "basis": event.digest,
    }


_DATES = ("%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%B-%Y", "%B %d, %Y", "%Y/%m/%d")


def _day(text: str) -> date | None:
    """A date whose day and month cannot be mistaken for each other."""
    text = text.strip()
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        pass
    for form in _DATES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


def _no_date(column: str, row: Mapping[str, str]) -> BadCell:
    told = row[column]
    return BadCell(column, f"{f'{told!r} is no date' if told else 'is blank'}. Write it as YYYY-MM-DD.")


def _stamp(text: str) -> date | BadCell | None:
    """The day of a time in seconds since 1970; None where there is none."""
    if not text:
        return None
    try:
        return datetime.fromtimestamp(int(text), UTC).date()
    except (ValueError, OverflowError, OSError):
        return BadCell("timestamp", f"{text!r} is no time in seconds since 1970. Leave it blank where it is unknown.")


def spot(row: Mapping[str, str], lat: str, lon: str) -> tuple[float, float] | BadCell:
    """Latitude and longitude as two columns have them, NaN where blank."""
    north, east = _degrees(row, lat, 90), _degrees(row, lon, 180)
    if isinstance(north, BadCell):
        return north
    return east if isinstance(east, BadCell) else (north, east)


def _degrees(row: Mapping[str, str], column: str, most: float) -> float | BadCell:
    """Degrees in [-most, most], written with a point or a comma; NaN where the cell is blank."""
    text = row[column]
    if not text:
        return float("nan")
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        return BadCell(column, f"{text[:40]!r} is not a number. Write degrees as digits with a decimal point.")
    if math.isnan(found):
        return BadCell(column, f"{text!r} is no number. Leave it blank where it is unknown.")
    if not abs(found) <= most:
        return BadCell(column, f"{text} lies outside -{most:g} to {most:g}. Give degrees (EPSG:4326), not metres.")
    return found


def _digest(row: Mapping[str, str]) -> str:
    return "sha256:" + sha256("\x1f".join(f"{k}={v}" for k, v in sorted(row.items())).encode()).hexdigest()
