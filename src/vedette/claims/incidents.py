"""Incidents of a data set as claims: which side acts, which place is meant, when it could be known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import numpy as np

from vedette.claims.claim import Kind
from vedette.errors import PlaceNotFoundError
from vedette.ground import Places, Sides, distance_km, fold_name

__all__ = ["ACLED_COLUMNS", "GED_COLUMNS", "Incident", "acled_event", "claim_of", "event_kind", "ged_event", "side_in"]

NAMED_KM = 15.0
"""A place of the event's name counts if it lies within so many km of the event: namesakes are farther apart."""
NEAR_KM = 5.0
"""Without such a name the nearest place within this distance is meant."""

ACLED_COLUMNS = frozenset({"event_id_cnty", "event_date", "event_type", "sub_event_type", "actor1"})
GED_COLUMNS = frozenset({"id", "date_start", "date_end", "side_a", "side_b", "type_of_violence"})

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
    (r"shell|strike|struck|missile|drone|rocket|bomb|airstrike|artillery", Kind.strike),
    (r"advanc", Kind.advance),
    (r"assault|attack|clash|fight|battle|combat", Kind.assault),
    (r"destroyed|killed|losses|casualt|prisoner", Kind.casualties),
)


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
    quantity: str = ""
    unit: str = ""
    source_url: str = ""
    digest: str = ""


def acled_event(row: Mapping[str, str]) -> Incident | str:
    """One row of an ACLED export; a str says why it is no claim."""
    kind = _ACLED_KINDS.get(row["sub_event_type"].strip().casefold())
    if kind is None:
        return f"{row['sub_event_type'] or 'an event without a type'}: says nothing of control"
    day = _day(row["event_date"])
    if day is None:
        return f"event_date {row['event_date']!r} is no date"
    stamp = row.get("timestamp", "").strip()
    told = datetime.fromtimestamp(int(stamp), UTC).date() if stamp.isdigit() else day + timedelta(days=ACLED_LAG_DAYS)
    one, two = row.get("actor1", ""), row.get("actor2", "")
    return Incident(
        event_id=row["event_id_cnty"],
        dataset="ACLED",
        reported_on=max(told, day),
        about_from=day,
        about_to=day,
        claimant=row.get("source", "").split(";")[0].strip() or "ACLED",
        kind=kind,
        acting="" if kind is Kind.assault else one,
        place=row.get("location", ""),
        lat=_number(row.get("latitude", "")),
        lon=_number(row.get("longitude", "")),
        paraphrase=f"{row['sub_event_type']}: {one}{f'; {two}' if two else ''}.",
        digest=_digest(row),
    )


def ged_event(row: Mapping[str, str]) -> Incident | str:
    """One row of UCDP GED, yearly or candidate; a str says why it is no claim."""
    first, last = _day(row["date_start"]), _day(row["date_end"])
    if first is None or last is None:
        return f"date_start {row['date_start']!r} or date_end {row['date_end']!r} is no date"
    if _number(row.get("date_prec", "") or "1") > GED_DAY_KNOWN:
        return "its day is known to a week or less"
    if _number(row.get("where_prec", "") or "1") > GED_PLACE_KNOWN:
        return "its place is known to a district or less"
    days = [d for text in row.get("source_date", "").split(";") if (d := _day(text.strip())) is not None]
    told = max(days) if days else last + timedelta(days=GED_LAG_DAYS)
    one_sided = row["type_of_violence"].strip() == "3"
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
        place=re.sub(r"\s+(town|village|city)$", "", row.get("where_coordinates", "")),
        lat=_number(row.get("latitude", "")),
        lon=_number(row.get("longitude", "")),
        paraphrase=f"{row['side_a']} – {row['side_b']}: {row.get('best', '') or 'unknown'} deaths.",
        quantity=row.get("best", ""),
        unit="deaths" if row.get("best") else "",
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


def claim_of(event: Incident, places: Places, sides: Sides) -> dict[str, str] | str:
    """A row of the claims table; a str says why there is none."""
    place = _place_of(event, places)
    if isinstance(place, str):
        return place
    side = "both"
    if event.acting:
        named = side_in(event.acting, sides)
        if named is None:
            return f"{event.acting!r} is no side of the case, or more than one. Add it to a side's aliases in case.toml"
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
        "place_id": places.ids[place],
        "polarity": "denied" if event.denied else "asserted",
        "degree": "partial" if event.partial else "full",
        "quantity": event.quantity,
        "unit": event.unit,
        "paraphrase": event.paraphrase,
        "source_url": event.source_url,
        "basis": event.digest,
    }


def _place_of(event: Incident, places: Places) -> int | str:
    named: int | None = None
    try:
        named = places.find(event.place) if event.place.strip() else None
    except PlaceNotFoundError:
        named = None
    if np.isnan(event.lat) or np.isnan(event.lon):
        return (
            named
            if named is not None
            else f"{event.place or 'a row without place or coordinates'}: no place of the case"
        )
    here = np.full(len(places), event.lat), np.full(len(places), event.lon)
    km = distance_km(places.lat, places.lon, *here)
    if named is not None and km[named] <= NAMED_KM:
        return named
    near = int(np.argmin(km))
    if km[near] <= NEAR_KM:
        return near
    return f"{event.place or f'{event.lat}, {event.lon}'}: no place of the case within {NEAR_KM:g} km"


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


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _digest(row: Mapping[str, str]) -> str:
    return "sha256:" + sha256("\x1f".join(f"{k}={v}" for k, v in sorted(row.items())).encode()).hexdigest()
