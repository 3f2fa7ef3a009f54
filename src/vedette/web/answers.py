"""What the HTTP API says, field by field; its OpenAPI description is made from these."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from unicodedata import bidirectional

from pydantic import BaseModel, Field

from vedette.briefing import (
    Briefing,
    Change,
    ClaimLine,
    Dispute,
    Outlook,
    PlaceStory,
    RecordLine,
    SupplyLine,
    admiralty_letter,
    certainty_word,
    change_sentence,
    dispute_sentence,
    holder_sentence,
    map_sentence,
    supply_sentence,
    without_sentence,
)

__all__ = [
    "CaseCard",
    "ClaimCard",
    "ClaimList",
    "DisputeCard",
    "Found",
    "GroundPlan",
    "Overview",
    "PlaceDay",
    "PlaceList",
    "PlacePage",
    "Probability",
    "Progress",
    "Record",
    "Trouble",
    "View",
    "claim_card",
    "dispute_card",
    "overview",
    "place_day",
    "place_page",
    "plain",
    "record",
]

View = Literal["now", "then"]
"""Each day as known on the as-of day, or as known on that day."""

Probability = Annotated[float, Field(ge=0, le=1)]
Share = Annotated[list[float], Field(min_length=3, max_length=3)]
Box = Annotated[list[float], Field(min_length=4, max_length=4)]


class SideCard(BaseModel):
    """A party to the war and the colour it is drawn in."""

    id: str
    name: str
    in_a_sentence: str
    color: str


class CaseCard(BaseModel):
    """A case, and the day it is looked at from."""

    name: str
    title: str
    first_day: date
    last_day: date
    as_of: date = Field(description="Nothing published later is used, unless a question names another day.")
    latest: date = Field(description="The last day on which anything was published.")
    sides: list[SideCard]
    states: list[str] = Field(description="Ids of the sides in order, then `contested`.")
    places: int
    claims: int
    members: int
    seed: int
    followed: bool = Field(description="Whether the war is so long that places are followed one by one, without draws.")
    roads: int = Field(description="How many routes the case has; 0 where neighbours stand in for them.")
    headline: list[str]
    attribution: str
    notice: str


class PlaceList(BaseModel):
    """Places as columns, all in the order that `/api/control` uses."""

    ids: list[str]
    names: list[str]
    kinds: list[str]
    districts: list[str]
    lat: list[float]
    lon: list[float]
    rank: list[int] = Field(description="What is labelled first: 0 named by the case, 2 cities, 3 towns, 9 the rest.")


class GroundPlan(BaseModel):
    """How `/api/ground.bin` is laid out, and where the hillshade lies; extents are west, east, south, north."""

    rows: int
    columns: int
    extent: Box
    borders: int = Field(description="How many pairs of places there are whose grounds touch.")
    relief: Box | None
    layers: list[str]


class Progress(BaseModel):
    """The answer is being computed: ask again in a second."""

    doing: str
    done: int
    of: int


class Trouble(BaseModel):
    """Why there is no answer, and what to do."""

    error: str


class Found(BaseModel):
    """A place that answers to the words searched for."""

    place_id: str
    name: str
    matched: str
    kind: str
    district: str


class PlaceDay(BaseModel):
    """One place on one day."""

    place_id: str
    probability: list[Probability]
    likeliest: str
    likelihood: str


class ClaimCard(BaseModel):
    """One claim. `weight` is what it adds to the log odds of the side it favours, null if it says nothing of that."""

    claim_id: str
    reported_on: date
    about_from: date
    about_to: date
    claimant: str
    claimant_side: str
    relayed_by: str
    what: str
    place: str
    place_id: str
    denied: bool
    partial: bool
    against_interest: bool
    paraphrase: str
    source_url: str = Field(description="An http or https address, or empty.")
    favours: int | None
    weight: float | None
    counted: bool = Field(description="False for a repetition or a copy.")
    steady: bool = Field(description="False where the weight is uncertain.")


class ClaimList(BaseModel):
    """A page of claims out of `total`."""

    total: int
    claims: list[ClaimCard]


class RoadCard(BaseModel):
    """A road into a place."""

    name: str
    leads_to: str
    bearing: str
    probability: Probability
    under_fire: Probability
    cut: Probability
    claims: list[ClaimCard]


class SupplyCard(BaseModel):
    """How one side can supply a place."""

    side: int
    sentence: str
    not_lost: Probability
    isolated: float | None
    is_source: bool
    bearings: dict[str, Probability]
    roads: list[RoadCard]


class WithoutCard(BaseModel):
    """What the outlook would be without what one camp says about the place; null where the draws cannot tell."""

    camp: str
    sentence: str
    probability: list[Probability] | None


class PlacePage(BaseModel):
    """All about one place: a sentence and the probabilities of each day, claims, supply; and without a camp's word."""

    place_id: str
    name: str
    aliases: list[str]
    district: str
    kind: str
    as_of: date
    first_day: date
    states: list[str]
    sentences: list[str]
    curve: list[list[Probability]]
    claims: list[ClaimCard]
    supply: list[SupplyCard]
    without: list[WithoutCard]
    maps: list[str]
    warning: str


class BalanceLine(BaseModel):
    """How many places are in a state: mean and 90 % interval."""

    state: str
    mean: float
    low: float
    high: float


class ChangeLine(BaseModel):
    """A place whose outlook moved."""

    place_id: str
    sentence: str


class Overview(BaseModel):
    """What stands at the head of a briefing."""

    as_of: date
    since: date
    balance: list[BalanceLine]
    changes: list[ChangeLine]
    warning: str


class DisputeCard(BaseModel):
    """Claims about one place that cannot all be true; `for_side[k]` put side k there, `denied[k]` deny that."""

    place_id: str
    name: str
    first: date
    last: date
    sentence: str
    probability: list[Probability]
    for_side: list[list[ClaimCard]]
    denied: list[list[ClaimCard]]
    why: list[ClaimCard]


class Record(BaseModel):
    """How far a source has been right: shares as mean, low and high of a 90 % interval, null without such claims.

    `letter`: the Admiralty letter of the overall share. `denials`: of what it said about places its side had lost, the
    share that denied the loss. `late_days`: by how many days it announced captures late. `unit`: what is
    counted, claims or, of a control map, places redrawn.
    """

    claimant: str
    camp: str
    claims: int
    assertions: int
    letter: str
    overall: Share | None
    announced: int
    gains: Share | None
    admitted: int
    against: Share | None
    lost: int
    denials: Share | None
    timed: int
    late_days: Share | None
    unit: str


def claim_card(line: ClaimLine) -> ClaimCard:
    """A claim as the API tells it: only web addresses are passed on as links."""
    return ClaimCard(
        claim_id=line.claim_id,
        reported_on=line.reported_on,
        about_from=line.about_from,
        about_to=line.about_to,
        claimant=line.claimant,
        claimant_side=line.claimant_side,
        relayed_by=line.relayed_by,
        what=line.what,
        place=line.place,
        place_id=line.place_id,
        denied=line.denied,
        partial=line.partial,
        against_interest=line.against_interest,
        paraphrase=line.paraphrase,
        source_url=_link(line.source_url),
        favours=line.favours,
        weight=line.weight,
        counted=line.counted,
        steady=line.steady,
    )


def _apart(sentence: str, name: str) -> str:
    """A sentence with a right-to-left name set apart in it, or the figures after the name would run backwards."""
    if not any(bidirectional(letter) in ("R", "AL") for letter in name):
        return sentence
    return sentence.replace(name, f"\u2068{name}\u2069")


def _link(url: str) -> str:
    """Addresses come from reports: anything but http and https is dropped."""
    return url if url.startswith(("https://", "http://")) else ""


def place_page(story: PlaceStory) -> PlacePage:
    """A place's story."""
    states = story.outlook.states
    days = [story.first_day + timedelta(days=t) for t in range(len(story.curve))]
    sentences = [
        _apart(holder_sentence(story.name, Outlook(p, states), day), story.name)
        for p, day in zip(story.curve, days, strict=True)
    ]
    return PlacePage(
        place_id=story.place_id,
        name=story.name,
        aliases=list(story.aliases),
        district=story.district,
        kind=story.kind,
        as_of=story.as_of,
        first_day=story.first_day,
        states=list(states),
        sentences=sentences,
        curve=[list(p) for p in story.curve],
        claims=[claim_card(c) for c in story.claims],
        supply=[_supply(story, line) for line in story.supply if line.not_lost >= LEAST or len(story.supply) == 1],
        without=[
            WithoutCard(
                camp=camp,
                sentence=without_sentence(story, camp),
                probability=list(o.probability) if o is not None else None,
            )
            for camp, o in story.without_camp.items()
        ],
        maps=[_apart(sentence, story.name) for sentence in (map_sentence(story, line) for line in story.maps)],
        warning=story.warning,
    )


LEAST = 0.05
"""Sides less likely than this to be in a place have no supply worth telling, as in the briefing."""


def _supply(story: PlaceStory, line: SupplyLine) -> SupplyCard:
    return SupplyCard(
        side=line.side,
        sentence=_apart(supply_sentence(story, line), story.name),
        not_lost=line.not_lost,
        isolated=None if math.isnan(line.isolated) else line.isolated,
        is_source=line.is_source,
        bearings=dict(line.bearings),
        roads=[
            RoadCard(
                name=r.name,
                leads_to=r.leads_to,
                bearing=r.bearing,
                probability=r.probability,
                under_fire=r.under_fire,
                cut=r.cut,
                claims=[claim_card(c) for c in r.claims],
            )
            for r in line.roads
        ],
    )


def overview(content: Briefing) -> Overview:
    """The head of a briefing."""
    return Overview(
        as_of=content.as_of,
        since=content.since,
        balance=[BalanceLine(state=s, mean=m, low=low, high=high) for s, m, low, high in content.balance],
        changes=[_change(c) for c in content.changes],
        warning=content.warning,
    )


def _change(change: Change) -> ChangeLine:
    return ChangeLine(place_id=change.place_id, sentence=_apart(change_sentence(change), change.name))


def dispute_card(dispute: Dispute, sides: int) -> DisputeCard:
    """A contradiction."""
    return DisputeCard(
        place_id=dispute.place_id,
        name=dispute.name,
        first=dispute.first,
        last=dispute.last,
        sentence=_apart(dispute_sentence(dispute), dispute.name),
        probability=list(dispute.outlook.probability),
        for_side=[[claim_card(c) for c in dispute.sides.get(k, ())] for k in range(sides)],
        denied=[[claim_card(c) for c in dispute.denials.get(k, ())] for k in range(sides)],
        why=[claim_card(c) for c in dispute.why],
    )


def record(line: RecordLine) -> Record:
    """A claimant's record."""
    return Record(
        claimant=line.claimant,
        camp=line.camp,
        claims=line.claims,
        assertions=line.assertions,
        letter=admiralty_letter(line.overall, line.assertions),
        overall=_share(line.overall),
        announced=line.announced,
        gains=_share(line.gains),
        admitted=line.admitted,
        against=_share(line.against),
        lost=line.lost,
        denials=_share(line.denials),
        timed=line.timed,
        late_days=_share(line.late_days),
        unit=line.unit,
    )


def _share(value: tuple[float, float, float] | None) -> list[float] | None:
    return None if value is None else list(value)


def place_day(place_id: str, probability: list[float], states: list[str]) -> PlaceDay:
    """One place on one day."""
    lead = max(range(len(probability)), key=lambda s: (probability[s], -s))
    return PlaceDay(
        place_id=place_id,
        probability=probability,
        likeliest=states[lead],
        likelihood=certainty_word(probability[lead]),
    )


def plain(value: Any) -> Any:
    """Dataclasses, dates and numbers as JSON has them; what is not a number is null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
