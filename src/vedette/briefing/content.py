"""What a briefing says, as plain data: filled by workflows, shown by the page, the map and the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from vedette.briefing.words import the

__all__ = [
    "SIDE_COLORS",
    "Arrival",
    "BaseLayers",
    "Briefing",
    "Change",
    "ClaimLine",
    "Dispute",
    "MapContent",
    "MapLine",
    "News",
    "Outlook",
    "PlaceStory",
    "RecordLine",
    "Road",
    "Shift",
    "SideLook",
    "SupplyLine",
]

SIDE_COLORS = ("#2f6db3", "#d9822b", "#515e1d", "#78375e", "#4cc3e0")
"""One for each side in order: blue and orange first, a pair that colour-blind readers and a grey printer keep apart
(lightness 45 and 64 of 100). The next three come of a search over colours that are neither red nor grey, for the
largest least distance among five sides and the paper to every sort of colour-blind reader: 21.6 in CAM02-UCS (Luo and
others 2006). No side is red."""

CROWD = 1500
SURE = 0.98
"""Places that a map or list has room for one by one; of more, those that nobody can be so sure of."""

OPEN_FOR_DAYS = 3
"""A dispute is open so long after the last day that its claims are about."""


@dataclass(frozen=True, eq=False)
class BaseLayers:
    """The base map.

    `relief` (rows, columns) metres, north up, over `extent` (west, east, south, north) in
    degrees; `layers` by name, each a list of (n, 2) longitudes and latitudes with a rank.
    """

    relief: NDArray[np.float64] | None = None
    extent: tuple[float, float, float, float] | None = None
    layers: Mapping[str, list[tuple[NDArray[np.float64], int]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SideLook:
    """How a side is named and drawn."""

    id: str
    name: str
    color: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """The probability of each state at a place on a day: the sides in order, then contested."""

    probability: tuple[float, ...]
    states: tuple[str, ...]

    @property
    def leading(self) -> int:
        """The likeliest state."""
        return max(range(len(self.probability)), key=lambda s: (self.probability[s], -s))


_JOINED_BY = {"casualties": "of", "intent": "of", "forecast": "about", "support": "for", "route_open": "for"}
"""How a kind of claim goes with its side where that is not `by`: `route open for the Blue side`."""


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One claim as people read it.

    `place` is the name of the place or route, `place_id` empty for a route; `favours` is the
    side that it says holds the place or fights its way in, or None; `weight` what its
    assertion adds to the log odds of that, None where it says nothing of it; `counted`
    False if it repeats or copies what its claimant had said; `steady` False where the
    weight is uncertain.
    """

    claim_id: str
    reported_on: date
    about_from: date
    about_to: date
    claimant: str
    claimant_side: str
    relayed_by: str
    kind: str
    side: str
    place: str
    denied: bool
    partial: bool
    against_interest: bool
    paraphrase: str
    source_url: str
    place_id: str = ""
    favours: int | None = None
    weight: float | None = None
    counted: bool = True
    steady: bool = True

    @property
    def day_text(self) -> str:
        """The days it describes."""
        if self.about_from == self.about_to:
            return self.about_to.isoformat()
        return f"{self.about_from.isoformat()} to {self.about_to.isoformat()}"

    @property
    def what(self) -> str:
        """What is claimed, in a few words."""
        words = [self.kind.replace("_", " ")]
        if self.side not in ("both", ""):
            words.append(f"{_JOINED_BY.get(self.kind, 'by')} {the(self.side)}")
        text = " ".join(words)
        if self.partial:
            text = f"partial {text}"
        return f"denied: {text}" if self.denied else text


@dataclass(frozen=True, slots=True)
class Road:
    """A road into a place, given that the enemy does not hold the place.

    What it is called, where it leads, from which bearing it comes; `probability` that
    supplies come by it, `under_fire` that it can be used but enemies see it within range,
    `cut` that it cannot be used; and what claims say of it.
    """

    name: str
    leads_to: str
    bearing: str
    probability: float
    under_fire: float
    cut: float
    claims: tuple[ClaimLine, ...] = ()


@dataclass(frozen=True, slots=True)
class SupplyLine:
    """How one side can supply a place, given that the enemy does not hold it.

    `isolated`: probability that no supplies come; `unsafe`: that none come by roads free of
    fire; `bearings`: that they come from each compass point.
    """

    side: int
    not_lost: float
    isolated: float
    unsafe: float
    roads: tuple[Road, ...]
    bearings: Mapping[str, float]
    is_source: bool


@dataclass(frozen=True, slots=True)
class MapLine:
    """What one control map shows of a place, and what that adds.

    `shows` a state, from day `since` to day `until`, the last on which the map showed the place. `weight`: the change
    in log odds of what it shows; `without`: the outlook had it never shown the place. Both are None where the draws
    cannot tell; if `drawn_anew`, it was run again.
    """

    source: str
    shows: int
    since: date
    until: date
    weight: float | None
    without: Outlook | None
    drawn_anew: bool = False


@dataclass(frozen=True, slots=True)
class PlaceStory:
    """Everything about one place on one day.

    `curve` (T, S): the probability of each state on each day so far, as believed on the
    last. `without_camp` by camp name: what the outlook would be without that camp's claims
    about the place, None where the draws cannot tell; for those `drawn_anew` it was run again. `maps` are the control
    maps that ever showed it.
    """

    place_id: str
    name: str
    aliases: tuple[str, ...]
    district: str
    kind: str
    as_of: date
    first_day: date
    outlook: Outlook
    sides: tuple[SideLook, ...]
    curve: tuple[tuple[float, ...], ...]
    claims: tuple[ClaimLine, ...]
    supply: tuple[SupplyLine, ...]
    without_camp: Mapping[str, Outlook | None]
    drawn_anew: tuple[str, ...] = ()
    maps: tuple[MapLine, ...] = ()
    warning: str = ""

    def favouring(self, side: int) -> tuple[ClaimLine, ...]:
        """Claims that put the side in the place, strongest first."""
        mine = [c for c in self.claims if c.favours == side]
        return tuple(sorted(mine, key=lambda c: (-(c.weight or 0.0), c.reported_on, c.claim_id)))

    @property
    def other_claims(self) -> tuple[ClaimLine, ...]:
        """Claims that put nobody in the place: strikes, losses, intents, forecasts."""
        return tuple(c for c in self.claims if c.favours is None)


@dataclass(frozen=True, slots=True)
class Dispute:
    """Claims about one place that cannot all be true, by the side they favour, and which way belief leans."""

    place_id: str
    name: str
    first: date
    last: date
    outlook: Outlook
    sides: Mapping[int, tuple[ClaimLine, ...]]
    denials: Mapping[int, tuple[ClaimLine, ...]]
    why: tuple[ClaimLine, ...]

    def backs(self, claim: ClaimLine) -> bool | None:
        """Whether what a claim adds speaks for the likeliest state; None where that is contested.

        A claim that makes what it says less likely, as a boast of a known boaster may, speaks for the other state.
        """
        lead = self.outlook.leading
        if lead == len(self.outlook.states) - 1 or claim.favours is None:
            return None
        return (claim.favours == lead) == ((claim.weight or 0.0) >= 0)


@dataclass(frozen=True, slots=True)
class Change:
    """A place whose outlook differs from a few days before."""

    place_id: str
    name: str
    before: Outlook
    after: Outlook


@dataclass(frozen=True, slots=True)
class Arrival:
    """A claim that came in since the eve, and the figure of a `Shift` without it; None where the draws cannot tell."""

    claim: ClaimLine
    without: float | None


@dataclass(frozen=True, slots=True)
class Shift:
    """A place that today's nowcast sees otherwise than the eve's: each about its own day.

    `state` is the one whose probability moved most; `arrivals` are the new claims about the place, then those about
    its neighbours that moved it; `without` is the figure without any of them, None where the draws cannot tell or
    nothing arrived.
    """

    place_id: str
    name: str
    state: int
    before: Outlook
    after: Outlook
    arrivals: tuple[Arrival, ...]
    without: float | None

    @property
    def explained(self) -> bool:
        """Whether a claim that came in says something new of it or of a place next to it."""
        return any(arrival.claim.counted for arrival in self.arrivals)

    @property
    def figures(self) -> tuple[float, float]:
        """The probability of the state on the eve, and now."""
        return self.before.probability[self.state], self.after.probability[self.state]


@dataclass(frozen=True, slots=True)
class News:
    """What changed since the nowcast of the day before, `eve`, and by which claims.

    `moved` places moved by `moved_by` at least and by more than the draws' own noise; `drifted` names those that no new
    claim accounts for, `shifts` tells of the others, those that moved most. `arrived` counts the claims that came in,
    `new` those among them that say something new of who holds a place.
    """

    eve: date
    moved_by: float
    moved: int
    shifts: tuple[Shift, ...]
    arrived: int
    new: int
    drifted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A claimant's record as of a day, or a control map's.

    Shares are (mean, low, high) of a 90 % interval, None where it made no such claim.
    `claims` counts statements, `assertions` what they amount to once repetitions are
    merged; `gains` is the share of the gains it announced for its own side that were real;
    `against` that of its statements against its own side's interest; `other` that of all
    the rest; `denials` is the share of its statements about places its side had lost that
    denied the loss, `lost` how many there were; `late_days` by how many days it announced captures late, over
    `timed` that were real. A map makes no claims but the places it redraws, `unit` says.
    """

    claimant: str
    camp: str
    claims: int
    assertions: int
    overall: tuple[float, float, float] | None
    announced: int
    gains: tuple[float, float, float] | None
    admitted: int
    against: tuple[float, float, float] | None
    others: int
    other: tuple[float, float, float] | None
    lost: int
    denials: tuple[float, float, float] | None
    timed: int
    late_days: tuple[float, float, float] | None
    unit: str = "claim"


@dataclass(frozen=True, eq=False)
class MapContent:
    """What the map shows, for P places and E pairs of neighbours.

    `lat`, `lon` (P,) in degrees; `probability` (P, S); `rank` (P,), lower is labelled
    first, infinite never; `pairs` (E, 2) and `front` (E,), the probability that the front
    runs between them.
    """

    title: str
    as_of: date
    sides: tuple[SideLook, ...]
    ids: tuple[str, ...]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    probability: NDArray[np.float64]
    rank: NDArray[np.float64]
    pairs: NDArray[np.int32]
    front: NDArray[np.float64]
    base: BaseLayers
    change: NDArray[np.float64] | None = None
    most: float = 1.0

    @property
    def marked(self) -> NDArray[np.bool_]:
        """Which places get a mark of their own on a page: all; of a crowd, those in doubt, the rest being painted."""
        doubt = self.probability.max(axis=1) < SURE
        return np.asarray(doubt | (len(self.ids) <= CROWD))


@dataclass(frozen=True, eq=False)
class Briefing:
    """A whole briefing as of a day; `terrain` says what the sight of roads rests on.

    `delay` is how many days before the day of publication `as_of` lies by choice; `news` None where there is no eve to
    compare with, or nobody asked.
    """

    case: str
    title: str
    as_of: date
    sides: tuple[SideLook, ...]
    map: MapContent
    balance: tuple[tuple[str, float, float, float], ...]
    changes: tuple[Change, ...]
    since: date
    stories: tuple[PlaceStory, ...]
    disputes: tuple[Dispute, ...]
    records: tuple[RecordLine, ...]
    claims: tuple[ClaimLine, ...]
    warning: str
    terrain: str
    run: Mapping[str, object]
    notice: str
    news: News | None = None
    delay: int = 0

    @property
    def listed(self) -> list[int]:
        """The places that get a line of their own, by name: all, or of a crowd those in doubt or spoken of."""
        told = self.map.marked.copy()
        spoken = {c.place_id for c in self.claims} | {s.place_id for s in (self.news.shifts if self.news else ())}
        spoken |= {c.place_id for c in self.changes}
        told |= [place in spoken for place in self.map.ids]
        return sorted(np.flatnonzero(told).tolist(), key=lambda i: self.map.names[i].casefold())

    @property
    def published(self) -> date:
        """The day for which it was made."""
        return self.as_of + timedelta(days=self.delay)

    @property
    def open_disputes(self) -> tuple[Dispute, ...]:
        """Contradictions that claims of the last days are part of."""
        return tuple(d for d in self.disputes if (self.as_of - d.last).days <= OPEN_FOR_DAYS)
