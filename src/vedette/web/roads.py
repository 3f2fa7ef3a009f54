"""Roads over HTTP: where they run, and how likely each is open, under fire or cut on a day."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

import numpy as np
from fastapi import FastAPI, Query, Request, Response

from vedette.web.desk import Desk
from vedette.web.replies import ABSENT, BYTES, GEOJSON, LATER, AbsentError, AsOf, Still, binary
from vedette.workflows import route_lines

__all__ = ["about_roads"]


def about_roads(app: FastAPI, desk: Desk) -> None:
    """The routes of roads."""
    case = desk.study.case

    lines = Still(lambda: json.dumps(route_lines(desk.study)).encode(), "application/geo+json")

    @app.get("/api/routes", tags=["roads"], response_class=Response, responses=GEOJSON)
    def routes(request: Request) -> Response:
        """Every route as a GeoJSON line, in the order of `/api/routes/state.bin`; none if neighbours stand in."""
        return lines.reply(request)

    @app.get("/api/routes/state.bin", tags=["roads"], response_class=Response, responses={**LATER, **ABSENT, **BYTES})
    def states(
        day: Annotated[date | None, Query(description="A day of the war; the last one covered if not given.")] = None,
        as_of: AsOf = None,
    ) -> Response:
        """Side by side, route by route, the probabilities that it is open, under fire and cut: bytes, 255 for certain.

        Open: the side's supplies pass unseen. Under fire: enemies may see the road within range. Cut: they cannot
        pass. The first question about an as-of day looks over all roads and takes a while.
        """
        last = min(case.days.index(desk.day(as_of)), len(case.days) - 1)
        t = last if day is None else case.days.index(day)
        if not 0 <= t <= last:
            raise AbsentError(f"{day} is not among the days told of, {case.days.first} to {case.days.date(last)}.")
        if case.routes.by_proximity:
            raise AbsentError("This case has no routes: neighbouring places stand in for roads.")
        found = desk.roads(as_of, t)
        return binary(np.round(found * 255).astype(np.uint8).tobytes(), **{"X-Shape": ",".join(map(str, found.shape))})
