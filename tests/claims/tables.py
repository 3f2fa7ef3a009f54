"""Claims made in a test: from rows to the table, without a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from hypothesis import strategies as st

from vedette.claims import FORWARD_KINDS, Certainty, Claim, Claims, Kind, Prose
from vedette.ground import THIRD
from vedette.store import Case

FIRST = date(2031, 4, 1)


def claim(claim_id: str, day: int, **given: Any) -> Claim:
    """The Blue ministry claims on day number `day` that Blue took Dunmore that day, unless `given` says otherwise."""
    when = FIRST + timedelta(days=day)
    about = FIRST + timedelta(days=given.pop("about", day))
    known: dict[str, Any] = {
        "claimant": "Blue ministry",
        "claimant_side": "blue",
        "kind": Kind.capture,
        "side": "blue",
        "place_id": None if "route_id" in given else "dunmore",
        "about_from": about,
        "about_to": about,
    }
    return Claim(claim_id=claim_id, reported_on=when, **{**known, **given})


def table(case: Case, rows: Sequence[Claim]) -> Claims:
    """The rows as columns, with the sides, days, places and routes of `case`."""
    sides, days, places, routes = case.sides, case.days, case.places, case.routes

    def side(name: str, otherwise: int) -> int:
        found = sides.find(name)
        return otherwise if found is None else found

    def column(values: Sequence[Any], kind: type) -> Any:
        return np.array(values, dtype=kind)

    prose = Prose(**{name: column([getattr(c, name) for c in rows], object) for name in Prose.__dataclass_fields__})
    return Claims.ordered(
        ids=column([c.claim_id for c in rows], object),
        reported=column([days.index(c.reported_on) for c in rows], np.int32),
        about_from=column([days.index(c.about_from) for c in rows], np.int32),
        about_to=column([days.index(c.about_to) for c in rows], np.int32),
        claimant_names=column([c.claimant for c in rows], object),
        camp=column([len(sides) if c.claimant_side == THIRD else side(c.claimant_side, -9) for c in rows], np.int8),
        kind=column([int(c.kind) for c in rows], np.int8),
        side=column([side(c.side, -1) for c in rows], np.int8),
        place=column([-1 if c.place_id is None else places.index(c.place_id) for c in rows], np.int32),
        route=column([-1 if c.route_id is None else routes.index(c.route_id) for c in rows], np.int32),
        denied=column([c.denied for c in rows], np.bool_),
        partial=column([c.partial for c in rows], np.bool_),
        certainty=column([int(c.certainty) for c in rows], np.int8),
        prose=prose,
        sides=sides,
        days=days,
        places=places,
        routes=routes,
    )


@st.composite
def claim_rows(draw: st.DrawFn, *, most: int = 25) -> list[Claim]:
    """Claims of few claimants about few places and days, so that they repeat, copy and contradict each other."""
    speakers = [("Blue ministry", "blue"), ("Blue radio", "blue"), ("Orange ministry", "orange"), ("Mission", THIRD)]
    rows = []
    for n in range(draw(st.integers(0, most))):
        kind = draw(st.sampled_from(Kind))
        day = draw(st.integers(0, 25))
        begins = day + draw(st.integers(-4, 6 if kind in FORWARD_KINDS else 0))
        who, camp = draw(st.sampled_from(speakers))
        where = draw(st.sampled_from([("place_id", "dunmore"), ("place_id", "cairn"), ("route_id", "cairn_ely")]))
        rows.append(
            Claim(
                claim_id=draw(st.sampled_from("abc")) + str(n),
                reported_on=FIRST + timedelta(days=day),
                about_from=FIRST + timedelta(days=begins),
                about_to=FIRST + timedelta(days=begins + draw(st.integers(0, 3))),
                claimant=who,
                claimant_side=camp,
                kind=kind,
                side=draw(st.sampled_from(["blue", "orange", "both"])),
                denied=draw(st.booleans()),
                partial=draw(st.booleans()),
                certainty=draw(st.sampled_from(Certainty)),
                paraphrase=draw(st.sampled_from(["", "It fell.", "it  FELL.", "It held."])),
                **{where[0]: where[1]},
            )
        )
    return rows
