"""What if, over HTTP: a scenario is sent, runs as a task that can be watched and stopped, and is compared."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from vedette.web.answers import Probability
from vedette.web.desk import Desk, Scenario
from vedette.web.replies import ABSENT, BYTES, FORBIDDEN, LATER, binary
from vedette.workflows import Comparison, WhatIf

__all__ = ["about_what_if"]

MOST = 40
"""Changes of one sort in a scenario: more are a war of their own."""

Name = Annotated[str, Field(min_length=1, max_length=100)]
Task = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="The id that the scenario was given.")]


class Change(BaseModel):
    """A change: no word in it that means nothing."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Held(Change):
    """A side holds a place, to the end if no day is given."""

    place: Name
    side: Name
    until: date | None = None


class Lost(Change):
    """A side takes a place by a day and keeps it."""

    place: Name
    to: Name
    by: date


class Cut(Change):
    """A route that supplies can no longer use."""

    route: Name


class Opened(Change):
    """A road is opened between two places."""

    origin: Name = Field(alias="from")
    to: Name


class Reserves(Change):
    """A side moves a share of its strength from one sector to another."""

    side: Name
    origin: Name = Field(alias="from")
    to: Name
    share: Annotated[float, Field(gt=0, lt=1)]


class Backer(Change):
    """A backer's help for a side stops, or starts."""

    actor: Name
    side: Name
    change: Literal["stop", "start"] = "stop"


class Tempo(Change):
    """A side's assaults come more or less often."""

    side: Name
    factor: Annotated[float, Field(ge=0, le=100)]


class Changes(Change):
    """A scenario, by the keys of a scenario file."""

    title: Annotated[str, Field(max_length=120)] = ""
    hold: Annotated[list[Held], Field(max_length=MOST)] = []
    lose: Annotated[list[Lost], Field(max_length=MOST)] = []
    cut: Annotated[list[Cut], Field(max_length=MOST)] = []
    open: Annotated[list[Opened], Field(max_length=MOST)] = []
    reserves: Annotated[list[Reserves], Field(max_length=MOST)] = []
    backer: Annotated[list[Backer], Field(max_length=MOST)] = []
    close_airspace: Annotated[list[Name], Field(max_length=MOST)] = []
    tempo: Annotated[list[Tempo], Field(max_length=MOST)] = []
    ceasefire: date | None = None
    peacekeepers: bool | None = None
    watch: Annotated[list[Name], Field(max_length=MOST)] = []


class Question(Change):
    """A scenario, the day that it starts from (the server's if not given), how far ahead, how many campaigns."""

    scenario: Changes
    as_of: date | None = None
    days: Annotated[int, Field(ge=1, le=120)] = 30
    members: Annotated[int, Field(ge=100, le=5_000)] = 1_000


class Begun(BaseModel):
    """The task of a scenario. The same question has the same id."""

    id: str
    as_of: date
    told: list[str] = Field(description="What is changed, a sentence each.")


class RouteName(BaseModel):
    """A route and what it joins."""

    id: str
    name: str
    ends: list[str]


class BackerName(BaseModel):
    """Who is known to help whom."""

    actor: str
    side: str


class Changeables(BaseModel):
    """What a scenario can change, besides places; `scenarios` come with the case."""

    routes: list[RouteName]
    sectors: list[str]
    backers: list[BackerName]
    scenarios: dict[str, dict[str, Any]]


class Difference(BaseModel):
    """A mean unchanged and changed, with the 90 % interval of the difference."""

    side: str
    before: float
    after: float
    low: float
    high: float


class PlaceDifference(BaseModel):
    """P(another side than today's likely holder has the place in the end), unchanged and changed."""

    place_id: str
    name: str
    side: str = Field(description="Who likely holds it now.")
    before: Probability
    after: Probability
    low: float
    high: float
    forced: bool = Field(description="Whether the scenario itself decides it.")


class Compared(BaseModel):
    """What a scenario changes, against the unchanged campaign with the same luck."""

    title: str
    told: list[str]
    as_of: date
    until: date
    members: int
    held: list[Difference] = Field(description="Places held in the end.")
    area: list[Difference] = Field(description="Square kilometres held in the end.")
    places: list[PlaceDifference]
    notes: list[str]
    warning: str


def about_what_if(app: FastAPI, desk: Desk) -> None:
    """The routes of scenarios."""

    @app.get("/api/what-if", tags=["what if"])
    def what_can_be_changed() -> Changeables:
        """Routes, sectors, backers, and the scenarios that come with the case."""
        found = desk.changeable
        return Changeables(
            routes=[RouteName(id=r, name=name, ends=[a, b]) for r, name, a, b in found.routes],
            sectors=list(found.sectors),
            backers=[BackerName(actor=actor, side=side) for actor, side in found.backers],
            scenarios={name: dict(toml) for name, toml in found.scenarios.items()},
        )

    @app.post("/api/what-if", tags=["what if"], status_code=201, responses={**FORBIDDEN, **ABSENT, 503: LATER[503]})
    def begin(question: Question) -> Begun:
        """Run a scenario. It goes on until it is done or stopped, also if nobody asks for it."""
        changes = question.scenario.model_dump(by_alias=True, exclude_defaults=True)
        scenario = Scenario(changes, desk.day(question.as_of), question.days, question.members)
        return Begun(id=scenario.id, as_of=scenario.as_of, told=desk.begin_scenario(scenario))

    @app.get("/api/what-if/{task}", tags=["what if"], responses={**LATER, **ABSENT})
    def compared(task: Task) -> Compared:
        """What came of a scenario; its progress until it is done."""
        return _compared(desk.comparison(task))

    @app.get(
        "/api/what-if/{task}/control.bin", tags=["what if"], response_class=Response,
        responses={**LATER, **ABSENT, **BYTES},
    )  # fmt: skip
    def maps(task: Task) -> Response:
        """Who holds what on each day ahead, laid out as `/api/control.bin`.

        First all days unchanged, from the day of the question on, then the same days changed.
        """
        found = desk.comparison(task)
        both = (found.unchanged, found.changed)
        days, places, states = found.changed.probability.shape
        data = b"".join(m.probability.tobytes() for m in both) + b"".join(m.front.tobytes() for m in both)
        shape = (2 * days, places, states, found.changed.front.shape[1])
        return binary(data, **{"X-Shape": ",".join(map(str, shape)), "X-Days": str(2 * days)})

    @app.delete("/api/what-if/{task}", tags=["what if"], status_code=204, responses={**ABSENT, 403: FORBIDDEN[403]})
    def stop(task: Task) -> None:
        """Stop a scenario's run, for everybody who waits for it."""
        desk.stop_scenario(task)


def _compared(found: Comparison) -> Compared:
    told: WhatIf = found.found
    return Compared(
        title=told.title,
        told=list(found.told),
        as_of=told.as_of,
        until=told.until,
        members=told.members,
        held=[Difference(side=s, before=v[0], after=v[1], low=v[2], high=v[3]) for s, v in told.held.items()],
        area=[Difference(side=s, before=v[0], after=v[1], low=v[2], high=v[3]) for s, v in told.area.items()],
        places=[
            PlaceDifference(
                place_id=p.place_id, name=p.name, side=p.side, before=p.before, after=p.after, low=p.low, high=p.high,
                forced=p.place_id in found.forced,
            )
            for p in told.places
        ],
        notes=list(told.notes),
        warning=told.warning,
    )  # fmt: skip
