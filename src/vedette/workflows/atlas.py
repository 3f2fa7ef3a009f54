"""What a screen map needs: the ground under it, and who held what on every day of the war."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vedette.belief import Belief, nowcasts
from vedette.briefing import BaseLayers, Briefing, SideLook
from vedette.briefing.ground_picture import GroundGrid, ground_grid, relief_picture
from vedette.situation import Cells, cells_of, front_line
from vedette.store import DrawCache, control_geojson, read_basemap, read_ground
from vedette.workflows.lines import side_looks
from vedette.workflows.nowcast import hindsight, nowcast
from vedette.workflows.study import Study

__all__ = [
    "Atlas",
    "ControlByDay",
    "as_bytes",
    "atlas",
    "known_now",
    "known_then",
    "map_geojson",
    "route_lines",
    "search_places",
]

FULL = 255
"""Probabilities are sent as bytes: this one is certainty."""


@dataclass(frozen=True, eq=False)
class Atlas:
    """What no day changes: how sides are drawn, base map, whose ground is whose.

    Hillshade is WebP, None if the case has no relief. `borders` (E, 2): the pairs of places whose grounds touch.
    """

    sides: tuple[SideLook, ...]
    base: BaseLayers
    relief: bytes | None
    relief_on_dark: bytes | None
    grid: GroundGrid
    borders: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class ControlByDay:
    """Who held what: `probability` (T, P, S) and `front` (T, E), both as bytes with 255 for certain.

    `front` is the probability that the front runs between the grounds of two places, from joint draws; it has
    no columns for a long war (`Study.long`), which is followed place by place.
    """

    probability: NDArray[np.uint8]
    front: NDArray[np.uint8]


def atlas(study: Study) -> Atlas:
    """The ground of a case."""
    places = study.case.places
    base = read_basemap(study.case.basemap)
    return Atlas(
        side_looks(study.case.sides),
        base,
        relief_picture(base),
        relief_picture(base, dark=True),
        ground_grid(places.lat, places.lon),
        cells_of(places).pairs,
    )


def known_now(study: Study) -> ControlByDay:
    """Each day by all that was published by the study's day."""
    if study.long:
        return _without_front(hindsight(study)["probability"].transpose("day", "place", "state").values)
    belief = study.belief
    return _stacked((belief, t) for t in range(study.last + 1)) if study.last >= 0 else _stacked(iter(()))


def known_then(study: Study) -> ControlByDay:
    """Each day by what had been published on that day. Slow: one inference a day; kept for the next time."""
    if study.long:
        return _without_front(nowcast(study)["probability"].transpose("day", "place", "state").values)
    cache = DrawCache()
    key = cache.key(
        {
            **study.inputs,
            "product": "known then, events among the claims",
            "seed": study.seed,
            "effort": asdict(study.effort),
            "priors": asdict(study.priors),
        }
    )
    kept = cache.load(key)
    if kept is not None and {"probability", "front"} <= set(kept):
        return ControlByDay(kept["probability"], kept["front"])
    case = study.case
    each = nowcasts(
        study.told,
        case.maps,
        case.neighbours,
        study.last,
        seed=study.seed,
        effort=study.effort,
        threads=study.threads,
        priors=study.priors,
        progress=study.report("Going back to what was known, day by day"),
        spread=study.spread,
    )
    found = _stacked((belief, t) for t, belief in enumerate(each))
    cache.save(key, {"probability": found.probability, "front": found.front})
    return found


def route_lines(study: Study) -> dict[str, Any]:
    """The course of each route as GeoJSON, with what it joins; empty where neighbours stand in for roads."""
    case = study.case
    routes = case.routes
    paths = read_ground(case).paths
    features = [] if routes.by_proximity else [
        {
            "type": "Feature",
            "id": r,
            "geometry": {"type": "LineString", "coordinates": np.round(paths.of(r), 4).tolist()},
            "properties": {"r": r, "name": routes.names[r], "ends": routes.ends[r].tolist()},
        }
        for r in range(len(routes))
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def map_geojson(content: Briefing) -> bytes:
    """A briefing's map as GeoJSON."""
    return control_geojson(content.map, content.warning)


def search_places(study: Study, text: str, count: int = 12) -> list[tuple[int, str]]:
    """Places with a name like `text`, in any script, best first, each with the name that matched."""
    return study.case.places.search(text, count)


def _stacked(days: Iterator[tuple[Belief, int]]) -> ControlByDay:
    cells: Cells | None = None
    probability, front = [], []
    for belief, t in days:
        cells = cells or cells_of(belief.evidence.places)
        probability.append(belief.probability_on(t))
        control = np.ascontiguousarray(belief.on(t))
        front.append(front_line(cells, control, belief.evidence.states - 1).probability)
    return ControlByDay(as_bytes(np.array(probability)), as_bytes(np.array(front)))


def _without_front(probability: NDArray[np.floating]) -> ControlByDay:
    return ControlByDay(as_bytes(probability), np.zeros((len(probability), 0), dtype=np.uint8))


def as_bytes(probability: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Probabilities as they are sent."""
    return np.round(probability * FULL).astype(np.uint8)
