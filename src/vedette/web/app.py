"""The HTTP API and the page; described by itself at /api/openapi.json."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import numpy as np
from fastapi import FastAPI, Query, Request, Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse

from vedette.briefing import the
from vedette.errors import PlaceNotFoundError, VedetteError
from vedette.web.answers import (
    CaseCard,
    ClaimList,
    DisputeCard,
    Found,
    GroundPlan,
    Overview,
    PlaceDay,
    PlaceList,
    PlacePage,
    Progress,
    Record,
    SideCard,
    View,
    claim_card,
    dispute_card,
    overview,
    place_day,
    place_page,
    plain,
    record,
)
from vedette.web.desk import BusyError, Desk, StillWorking, StoppedError
from vedette.web.guard import Guard
from vedette.web.replies import ABSENT, BYTES, GEOJSON, LATER, AbsentError, AsOf, ForbiddenError, Still, binary
from vedette.web.review import about_review
from vedette.web.roads import about_roads
from vedette.web.what_if import about_what_if
from vedette.workflows import ControlByDay, search_places, title_on

__all__ = ["make_app"]

STATIC = Path(str(files("vedette"))) / "web" / "static"

PAGE = 500
"""Claims in one answer, at most."""

_RANK = {"city": 2, "town": 3}
_NO_RANK = 9


def make_app(
    desk: Desk,
    *,
    hosts: Sequence[str] = ("localhost", "127.0.0.1", "::1"),
    token: str = "",
    review_token: str = "",
) -> FastAPI:
    """The application for one case. It answers to `hosts` alone, and with `token` to those who hold it.

    Claims may be decided on by those who hold `review_token`, or by everybody where no token is set.
    """

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        yield
        desk.close()

    app = FastAPI(
        title="Vedette",
        version=version("vedette"),
        description=(
            "Who holds which place on which day, with what probability, by which claims. An answer that takes long "
            "to compute is 202 with its progress until it is there. Scenarios are run, and claims decided on, with "
            "POST; all else is read."
        ),
        docs_url=None,  # its pages would load scripts from elsewhere
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=running,
    )
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    app.add_middleware(Guard, hosts=hosts, token=token, review_token=review_token)
    _explain_errors(app)
    _about_the_case(app, desk)
    _about_days(app, desk)
    _about_places(app, desk)
    _about_claims(app, desk)
    about_roads(app, desk)
    about_what_if(app, desk)
    about_review(app, desk)
    _the_page(app)
    return app


_KINDS = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
}


def _the_page(app: FastAPI) -> None:
    """The page's own files, and nothing else that lies on this machine; those named by a fingerprint may be kept."""
    held = {
        path.relative_to(STATIC).as_posix(): Still(
            path.read_bytes,
            _KINDS[path.suffix],
            "private, max-age=31536000, immutable" if path.parent.name == "assets" else "private, no-cache",
        )
        for path in STATIC.rglob("*")
        if path.is_file()
    }

    @app.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    def page(path: str, request: Request) -> Response:
        found = held.get(path or "index.html")
        return JSONResponse({"detail": "Not Found"}, 404) if found is None else found.reply(request)


def _explain_errors(app: FastAPI) -> None:
    @app.exception_handler(StillWorking)
    async def later(_: Request, working: StillWorking) -> JSONResponse:
        task = working.task
        told = Progress(doing=task.doing, done=task.done, of=task.of)
        return JSONResponse(told.model_dump(), 202, {"Retry-After": "1", "Cache-Control": "no-store"})

    @app.exception_handler(BusyError)
    async def busy(_: Request, _error: BusyError) -> JSONResponse:
        return JSONResponse(
            {"error": "Too many questions wait already. Ask again in a minute."}, 503, {"Retry-After": "60"}
        )

    @app.exception_handler(StoppedError)
    async def stopped(_: Request, _error: StoppedError) -> JSONResponse:
        told = "There is no such scenario at work: it was stopped, or the server began anew. Send it again."
        return JSONResponse({"error": told}, 404)

    @app.exception_handler(ForbiddenError)
    async def forbidden(_: Request, error: ForbiddenError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 403)

    @app.exception_handler(AbsentError)
    async def absent(_: Request, error: AbsentError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 404)

    @app.exception_handler(VedetteError)
    async def wrong(_: Request, error: VedetteError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 404 if isinstance(error, PlaceNotFoundError) else 400)


def _about_the_case(app: FastAPI, desk: Desk) -> None:
    case = desk.study.case  # its places, days and sides: claims may be read anew

    @app.get("/api/case", tags=["case"])
    def the_case() -> CaseCard:
        """The case, its sides and days."""
        study = desk.study
        return CaseCard(
            name=case.name,
            title=title_on(case, study.as_of),
            first_day=case.days.first,
            last_day=case.days.last,
            as_of=study.as_of,
            latest=desk.end,
            sides=[SideCard(id=s.id, name=s.name, in_a_sentence=the(s.name), color=s.color) for s in desk.sides],
            states=list(case.sides.states),
            places=len(case.places),
            claims=len(study.case.claims),
            members=study.effort.members,
            seed=study.seed,
            followed=study.long,
            roads=0 if case.routes.by_proximity else len(case.routes),
            headline=[case.places.ids[i] for i in case.headline],
            attribution=case.attribution,
            notice=case.notice,
        )

    def columns() -> bytes:
        found = case.places
        rank = [_RANK.get(kind, _NO_RANK) for kind in found.kinds]
        for i in case.headline:
            rank[i] = 0
        told = PlaceList(
            ids=list(found.ids),
            names=list(found.names),
            kinds=list(found.kinds),
            districts=list(found.districts),
            lat=np.round(found.lat, 5).tolist(),
            lon=np.round(found.lon, 5).tolist(),
            rank=rank,
        )
        return told.model_dump_json().encode()

    every = Still(columns, "application/json")

    @app.get("/api/places", tags=["case"], response_model=PlaceList)
    def places(request: Request) -> Response:
        """Every place, as columns."""
        return every.reply(request)

    @app.get("/api/search", tags=["case"])
    def search(
        q: Annotated[str, Query(max_length=100, description="Any name or part of one, in any script.")],
        limit: Annotated[int, Query(ge=1, le=50)] = 12,
    ) -> list[Found]:
        """Places by name."""
        found = case.places
        return [
            Found(
                place_id=found.ids[i],
                name=found.names[i],
                matched=name,
                kind=found.kinds[i],
                district=found.districts[i],
            )
            for i, name in search_places(desk.study, q, limit)
        ]

    @app.get("/api/ground", tags=["case"])
    def ground() -> GroundPlan:
        """How the ground is divided among the places, and what base map there is."""
        grid = desk.atlas.grid
        return GroundPlan(
            rows=grid.nearest.shape[0],
            columns=grid.nearest.shape[1],
            extent=list(grid.extent),
            borders=len(desk.atlas.borders),
            relief=list(desk.atlas.base.extent or ()) if desk.atlas.relief is not None else None,
            layers=sorted(desk.atlas.base.layers),
        )

    def underfoot() -> bytes:
        grid = desk.atlas.grid
        km = np.clip(np.round(grid.km * 4), 0, 255).astype(np.uint8)
        return grid.nearest.astype("<i4").tobytes() + desk.atlas.borders.astype("<i4").tobytes() + km.tobytes()

    spots = Still(underfoot, "application/octet-stream")

    @app.get("/api/ground.bin", tags=["case"], response_class=Response, responses=BYTES)
    def ground_bytes(request: Request) -> Response:
        """The place nearest to each spot, rows from the north; the pairs of places whose grounds touch; distances.

        Places are 32-bit little-endian integers. Distances to the nearest are bytes: quarters of a kilometre, 255 for
        63 km and more.
        """
        return spots.reply(request)

    @app.get(
        "/api/relief.webp",
        tags=["case"],
        response_class=Response,
        responses={**ABSENT, 200: {"content": {"image/webp": {}}}},
    )
    def relief(
        dark: Annotated[bool, Query(description="Light to lay over dark paper, not shadow over light.")] = False,  # noqa: FBT002
    ) -> Response:
        """Hillshade, rows evenly spaced in Web Mercator."""
        picture = desk.atlas.relief_on_dark if dark else desk.atlas.relief
        if picture is None:
            raise AbsentError("This case has no relief.")
        return Response(picture, media_type="image/webp")

    @app.get("/api/basemap/{layer}", tags=["case"], response_class=JSONResponse, responses=ABSENT)
    def basemap(layer: str) -> JSONResponse:
        """A layer of the base map, as GeoJSON lines or, for lakes, areas."""
        parts = desk.atlas.base.layers.get(layer)
        if parts is None:
            raise AbsentError(f"This case has no layer {layer!r}.")
        kind = "Polygon" if layer == "lakes" else "LineString"
        features = []
        for line, rank in parts:
            spots = np.round(line, 4).tolist()
            shape = {"type": kind, "coordinates": [spots] if kind == "Polygon" else spots}
            features.append({"type": "Feature", "geometry": shape, "properties": {"rank": rank}})
        return JSONResponse({"type": "FeatureCollection", "features": features})


def _about_days(app: FastAPI, desk: Desk) -> None:
    case = desk.study.case

    def control_of(view: View, as_of: date | None) -> ControlByDay:
        return desk.control_then(as_of) if view == "then" else desk.control_now(as_of)

    @app.get("/api/control.bin", tags=["days"], response_class=Response, responses={**LATER, **BYTES})
    def control_bytes(
        view: View = "now",
        as_of: AsOf = None,
        first: Annotated[int, Query(ge=0, le=100_000, description="The first day wanted, counted from 0.")] = 0,
        count: Annotated[int, Query(ge=1, le=100_000, description="Days wanted: a long war comes in parts.")] = 100_000,
    ) -> Response:
        """Who held what on some days: bytes, 255 for certain, day by day, place by place, state by state.

        After them, day by day, the probability that the front runs between each of the `borders` of `/api/ground`.
        `X-Shape` holds the numbers of days, places, states and borders; `X-Days` how many days there are in all.
        """
        found = control_of(view, as_of)
        some = slice(first, first + count)
        probability, front = found.probability[some], found.front[some]
        shape = (*probability.shape, front.shape[1])
        told = {"X-Shape": ",".join(map(str, shape)), "X-Days": str(len(found.probability))}
        return binary(probability.tobytes() + front.tobytes(), **told)

    @app.get("/api/balance", tags=["days"], responses=LATER)
    def balance(view: View = "now", as_of: AsOf = None) -> list[list[float]]:
        """The expected number of places in each state, day by day."""
        total: list[list[float]] = np.round(control_of(view, as_of).probability.sum(axis=1) / 255.0, 2).tolist()
        return total

    @app.get("/api/curve/{place}", tags=["days"], responses={**LATER, **ABSENT})
    def curve(place: str, view: View = "now", as_of: AsOf = None) -> list[list[float]]:
        """The probability of each state of one place, day by day, to 1 in 255."""
        found = control_of(view, as_of).probability[:, case.places.find(place)]
        share: list[list[float]] = np.round(found / 255.0, 4).tolist()
        return share

    @app.get("/api/control/{day}", tags=["days"], responses={**LATER, **ABSENT})
    def control(day: date, view: View = "now", as_of: AsOf = None) -> list[PlaceDay]:
        """Who held what on one day; probabilities to 1 in 255."""
        found = control_of(view, as_of).probability
        t = case.days.index(day)
        if not 0 <= t < len(found):
            last = case.days.date(len(found) - 1)
            raise AbsentError(f"{day} is not among the days told of, {case.days.first} to {last}.")
        share = np.round(found[t] / 255.0, 4).tolist()
        states = list(case.sides.states)
        return [place_day(place, p, states) for place, p in zip(case.places.ids, share, strict=True)]

    @app.get(
        "/api/geojson",
        tags=["days"],
        response_class=Response,
        responses={**LATER, **GEOJSON},
    )
    def geojson(as_of: AsOf = None) -> Response:
        """Places and front as GeoJSON, as of a day: what `vedette brief` writes as control.geojson."""
        return Response(desk.geojson(as_of), media_type="application/geo+json")

    @app.get("/api/overview", tags=["days"], responses=LATER)
    def head(as_of: AsOf = None) -> Overview:
        """How many places each side holds, and what changed in the last days."""
        return overview(desk.briefing(as_of))


def _about_places(app: FastAPI, desk: Desk) -> None:
    @app.get("/api/places/{place}", tags=["places"], responses={**LATER, **ABSENT})
    def place(place: str, as_of: AsOf = None) -> PlacePage:
        """Who holds a place, day by day, and what each claim about it adds. Any of its names will do."""
        return place_page(desk.story(as_of, place))

    @app.get(
        "/api/places/{place}/situation", tags=["places"], response_class=JSONResponse, responses={**LATER, **ABSENT}
    )
    def situation(place: str, as_of: AsOf = None) -> JSONResponse:
        """Supply, isolation and fire on the roads of a place, as `vedette situation --json` tells it.

        The first question of a day takes a while.
        """
        return JSONResponse(plain(desk.situation(as_of, place)))


def _about_claims(app: FastAPI, desk: Desk) -> None:
    @app.get("/api/claims", tags=["claims"], responses={**LATER, **ABSENT})
    def claims(
        as_of: AsOf = None,
        place: Annotated[str | None, Query(max_length=100)] = None,
        claimant: Annotated[str | None, Query(max_length=200, description="Words of the claimant's name.")] = None,
        text: Annotated[str | None, Query(max_length=100, description="Words of the paraphrase.")] = None,
        first: Annotated[int, Query(ge=0, le=10_000_000, description="Claims to skip.")] = 0,
        limit: Annotated[int, Query(ge=1, le=PAGE)] = 100,
    ) -> ClaimList:
        """Claims published by the as-of day, the latest first."""
        lines = desk.claims(as_of)
        if place is not None:
            wanted = desk.study.case.places.ids[desk.study.case.places.find(place)]
            lines = [c for c in lines if c.place_id == wanted]
        if claimant is not None:
            lines = [c for c in lines if claimant.casefold() in c.claimant.casefold()]
        if text is not None:
            lines = [c for c in lines if text.casefold() in c.paraphrase.casefold()]
        lines.sort(key=lambda c: (c.reported_on, c.claim_id), reverse=True)
        return ClaimList(total=len(lines), claims=[claim_card(c) for c in lines[first : first + limit]])

    @app.get("/api/contradictions", tags=["claims"], responses=LATER)
    def contradictions(as_of: AsOf = None) -> list[DisputeCard]:
        """Claims that cannot all be true, place by place, the latest first."""
        return [dispute_card(d, len(desk.study.case.sides)) for d in desk.briefing(as_of).disputes]

    @app.get("/api/sources", tags=["claims"], responses=LATER)
    def sources(as_of: AsOf = None) -> list[Record]:
        """How far each claimant has been right."""
        return [record(line) for line in desk.briefing(as_of).records]
