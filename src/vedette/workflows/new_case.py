"""A new case from open map data: places, relief, routes along real roads, named heights; then checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import shapely

from vedette.errors import GroundError
from vedette.ground import (
    MOST_SIDES,
    SPEEDS,
    Heights,
    Places,
    Terrain,
    distance_km,
    draw_routes,
    is_height,
    kind_of,
    merge_namesakes,
    network_of_lines,
    place_ids,
)
from vedette.store import (
    Box,
    Building,
    NamedRoute,
    check_box,
    fingerprint,
    list_cases,
    places_table,
    read_areas,
    read_case,
    read_named_routes,
    read_places,
    read_relief_model,
    read_roads,
    read_spots,
    write_bytes,
    write_heights,
    write_paths,
    write_relief,
    write_table,
)
from vedette.workflows.cases import CaseSummary, check_case
from vedette.workflows.study import Progress

__all__ = ["CasePlan", "case_sides", "new_case"]

LOST_DETOUR = 3.0
"""A named route whose quickest way on the map is so many times the straight line is not on the map."""

LOST_LENGTH = 1.5
"""Unless that way is no longer than this many times what the route's row states: some roads do wind so."""

SEA_M = 0.5
"""Ground no higher than this over a whole neighbourhood of cells is the sea, as elevation models draw it."""

PLACE_COLUMNS = (
    "place_id",
    "name",
    "aliases",
    "kind",
    "lat",
    "lon",
    "elevation_m",
    "population",
    "district",
    "side_at_start",
)
ROUTE_COLUMNS = (
    "route_id",
    "name",
    "from_place",
    "to_place",
    "length_km",
    "hours",
    "class",
    "bidirectional",
    "passes",
    "note",
    "source_url",
)


@dataclass(frozen=True, slots=True)
class CasePlan:
    """What to build a case from.

    `places` is a file, or the name of a case whose places within the frame are taken over. `sides` are ids, each
    with a file of the areas it held before the war, or None; the
    first without one gets what no area covers. `routes` is a table in the case format whose routes keep
    their ids and names if the roads have them.
    """

    folder: Path
    box: Box
    places: Path | str
    sides: tuple[tuple[str, Path | None], ...]
    first_day: date
    last_day: date
    roads: tuple[Path, ...] = ()
    dem: Path | None = None
    heights: Path | None = None
    routes: Path | None = None


def new_case(plan: CasePlan, progress: Progress | None = None) -> tuple[CaseSummary, list[str]]:
    """Build the case, and check it; what a reader should know of how it was built, in sentences.

    A build that was stopped goes on at the step where it was; a step is done again only if its inputs changed.
    """
    check_box(plan.box)
    if len(plan.sides) < 2:
        raise GroundError("a war has at least two sides. Give --side twice or more.")
    if len(plan.sides) > MOST_SIDES:
        raise GroundError(
            f"--side names {len(plan.sides)} sides, and a case may have {MOST_SIDES}. Leave some out: allies that hold "
            "ground together are one."
        )
    if plan.last_day < plan.first_day:
        raise GroundError(
            f"the last day, {plan.last_day}, lies before the first, {plan.first_day}: a war cannot end before it "
            "begins. Swap or correct --first-day and --last-day."
        )
    if plan.routes is not None and not plan.roads:
        raise GroundError(
            f"--routes {plan.routes} names routes that the roads are to keep, and there are no roads. Give --roads too."
        )
    build = Building.at(plan.folder)
    places = fingerprint(plan.box, plan.places, plan.sides, *(a for _, a in plan.sides if a), plan.dem or "")
    roads = fingerprint(places, *plan.roads, plan.routes or "")
    notes: list[str] = []

    def step(name: str, inputs: str, outputs: list[str], make: Callable[[], list[str]]) -> None:
        if progress is not None:
            progress(f"{name}", 0, 1)
        notes.extend(build.step(name, inputs, outputs, make))
        if progress is not None:
            progress(f"{name}", 1, 1)

    if plan.dem is not None:
        step("Relief", fingerprint(plan.box, plan.dem), ["basemap/relief.tif"], lambda: _relief(plan))
    step("Places", places, ["places.csv"], lambda: _places(plan))
    if plan.heights is not None:
        step("Heights", fingerprint(plan.box, plan.heights), ["heights.csv"], lambda: _heights(plan))
    if plan.roads:
        step("Routes", roads, ["routes.csv", "paths.parquet"], lambda: _routes(plan, progress))
    step("Case", fingerprint(plan), ["case.toml", "claims.csv"], lambda: _frame(plan))
    return check_case(plan.folder), notes


def _relief(plan: CasePlan) -> list[str]:
    assert plan.dem is not None
    found = read_relief_model(plan.dem, plan.box)
    write_relief(plan.folder / "basemap" / "relief.tif", found.metres, found.box, plan.dem.name)
    terrain = _terrain(plan)
    assert terrain is not None
    notes = [
        f"Relief: {terrain.resolution}; its error is taken to be {np.median(terrain.error_m):.0f} m at the middle cell."
    ]
    if found.voids:
        notes.append(f"Relief: {found.voids:.1%} of the cells were holes and were filled from their rims.")
    if found.covered < 0.999:
        notes.append(
            f"Relief: the model covers {found.covered:.0%} of the frame; beyond it nothing is said of what is seen."
        )
    if found.thinned:
        notes.append("Relief: the model was thinned to what fits in memory.")
    return notes


def _terrain(plan: CasePlan) -> Terrain | None:
    if plan.dem is None:
        return None
    found = read_relief_model(plan.dem, plan.box)
    metres = np.where(np.isnan(found.metres), 0, found.metres).astype(np.float32)
    return Terrain(metres, *found.box)


def case_sides(name: str) -> tuple[str, ...]:
    """The sides of a case that ships with the package; none if there is no such case."""
    return read_case(name).sides.ids if name in list_cases() else ()


def _places_of_case(plan: CasePlan, name: str) -> list[str]:
    case = read_case(name)
    places, (west, south, east, north) = case.places, plan.box
    inside = (places.lon >= west) & (places.lon <= east) & (places.lat >= south) & (places.lat <= north)
    if not inside.any():
        raise GroundError(f"none of the {len(places)} places of {name} lies within the frame. Check --bbox.")
    write_table(
        plan.folder / "places.csv",
        PLACE_COLUMNS,
        (
            (
                places.ids[i], places.names[i], ";".join(places.aliases[i]), places.kinds[i], places.lat[i],
                places.lon[i],
                _blank(places.elevation_m[i], 0), _blank(places.population[i], 0), places.districts[i],
                case.sides.states[places.start[i]],
            )
            for i in np.flatnonzero(inside).tolist()
        ),
    )  # fmt: skip
    return [f"Places: {int(inside.sum())} of the {len(places)} of the case {name}."]


def _places(plan: CasePlan) -> list[str]:
    if isinstance(plan.places, str):
        return _places_of_case(plan, plan.places)
    if (ready := places_table(plan.places)) is not None:
        write_bytes(plan.folder / "places.csv", ready)
        return [f"Places: taken over as they stand in {plan.places.name}."]
    spots = read_spots(plan.places, plan.box, "places", lambda kind: bool(kind_of(kind, 0.0)))
    kinds = [kind_of(k, p) for k, p in zip(spots.kinds, spots.population.tolist(), strict=True)]
    settled = np.array([k in ("city", "town", "village") for k in kinds], dtype=bool)
    names = [[n, *o.split(";")] for n, o in zip(spots.names, spots.others, strict=True)]
    lead = merge_namesakes(names, [k or "other" for k in kinds], spots.lat, spots.lon, spots.population)
    keep = settled & (lead == np.arange(len(spots)))
    repeated = int((settled & ~keep).sum())
    said = (
        f"Places: {int(keep.sum()):,} of {len(spots):,} rows; {int((~settled).sum()):,} are no settlements of their "
        f"own, {repeated:,} repeat a namesake within 2.5 km."
    )
    notes = [said]
    elevation = spots.elevation_m.copy()
    terrain = _terrain(plan)
    if terrain is not None:
        here = terrain.at(spots.lat, spots.lon)
        elevation = np.where(np.isnan(elevation), here, elevation)
        sea = keep & (here <= SEA_M) & (terrain.at(spots.lat, spots.lon, terrain.roughness) < 0.1)
        if sea.any():
            keep &= ~sea
            listed = ", ".join(spots.names[i] for i in np.flatnonzero(sea)[:8].tolist())
            notes.append(f"Places: {int(sea.sum())} lie in the sea by the elevation model and were left out: {listed}.")
    rows = np.flatnonzero(keep)
    if not len(rows):
        raise GroundError(
            f"{plan.places.name}: no settlement is left within the frame. Check its column of kinds, and --bbox."
        )
    merged: dict[int, dict[str, None]] = {}
    for i, own in enumerate(names):
        merged.setdefault(int(lead[i]), {}).update({n.strip(): None for n in own if n.strip()})
    start = _starts(plan, spots.lat[rows], spots.lon[rows])
    ids = place_ids([spots.names[i] for i in rows.tolist()], [spots.ids[i] for i in rows.tolist()])
    write_table(
        plan.folder / "places.csv",
        PLACE_COLUMNS,
        (
            (
                place, spots.names[i], ";".join(n for n in merged[i] if n != spots.names[i]), kinds[i],
                f"{spots.lat[i]:.5f}",
                f"{spots.lon[i]:.5f}", _blank(elevation[i], 0), _blank(spots.population[i], 0), spots.districts[i],
                side,
            )
            for place, i, side in zip(ids, rows.tolist(), start, strict=True)
        ),
    )  # fmt: skip
    return notes


def _blank(value: float, digits: int) -> str:
    return "" if np.isnan(value) else f"{value:.{digits}f}"


def _starts(plan: CasePlan, lat: np.ndarray, lon: np.ndarray) -> list[str]:
    """The side in whose area each place lies; the first side without an area has the rest, or nobody."""
    rest = next((side for side, area in plan.sides if area is None), "contested")
    out = np.full(len(lat), rest, dtype=object)
    for side, area in plan.sides:
        if area is not None:
            out[shapely.contains_xy(read_areas(area), lon, lat)] = side
    return [str(s) for s in out]


def _heights(plan: CasePlan) -> list[str]:
    assert plan.heights is not None
    spots = read_spots(plan.heights, plan.box, "heights", is_height)
    rows = [i for i, k in enumerate(spots.kinds) if is_height(k)]
    if not rows:
        raise GroundError(
            f"{plan.heights.name}: none of its {len(spots):,} named points is a summit or hill. Check its "
            f"column of kinds."
        )
    ids = place_ids([spots.names[i] for i in rows], [spots.ids[i] for i in rows])
    found = Heights(
        tuple(f"height_{i}" for i in ids),
        tuple(spots.names[i] for i in rows),
        spots.lat[rows],
        spots.lon[rows],
        spots.elevation_m[rows],
    )
    write_heights(plan.folder / "heights.csv", found)
    return [f"Heights: {len(rows):,}, {int(np.isfinite(found.elevation_m).sum()):,} of them surveyed."]


def _routes(plan: CasePlan, progress: Progress | None) -> list[str]:
    places = read_places(plan.folder)
    kept = [] if plan.routes is None else read_named_routes(plan.routes, places)
    lines, left = read_roads(list(plan.roads), plan.box)
    network = network_of_lines(lines, places.lat, places.lon)
    pairs = np.array([(k.origin, k.goal) for k in kept], dtype=np.int32).reshape(-1, 2)
    tell = None if progress is None else (lambda done, total: progress("Routes between places", done, total))
    drawn, asked = draw_routes(network, places.lat, places.lon, places.kinds, pairs, tell)
    straight = distance_km(
        places.lat[drawn.ends[:, 0]],
        places.lon[drawn.ends[:, 0]],
        places.lat[drawn.ends[:, 1]],
        places.lon[drawn.ends[:, 1]],
    )
    classes = [*SPEEDS, "connector"]
    stated = np.array([k.length_km for k in kept])
    far = (drawn.km > LOST_DETOUR * straight)[asked] & ~(drawn.km[asked] <= LOST_LENGTH * stated)
    lost = far | drawn.is_connector[asked]
    keeps: dict[int, list[int]] = {}
    for n in np.flatnonzero(~lost).tolist():
        keeps.setdefault(int(asked[n]), []).append(n)
    # Ways drawn only for the sake of a named route that turned out not to be there.
    idle = {int(r) for r in asked[lost] if int(r) not in keeps and (drawn.passes[r] or drawn.is_connector[r])}
    rows: list[tuple[object, ...]] = []
    paths: list[np.ndarray] = []
    for r in range(len(drawn.km)):
        if r in idle:
            continue
        named: list[NamedRoute | None] = [kept[n] for n in keeps.get(r, [])]
        for keep in named or [None]:
            path = np.arange(drawn.start[r], drawn.start[r + 1])
            a, b = drawn.ends[r].tolist()
            if keep is not None and keep.origin == b:
                a, b, path = b, a, path[::-1]
            note = "no road on the map; a straight line" if drawn.is_connector[r] else ""
            via = ";".join(places.ids[p] for p in drawn.passes[r])
            rows.append(_row(places, keep, a, b, drawn.km[r], drawn.hours[r], classes[drawn.rank[r]], via, note))
            paths.append(np.column_stack([drawn.lon[path], drawn.lat[path]]))
    for n in np.flatnonzero(lost).tolist():
        a, b = kept[n].origin, kept[n].goal
        km = kept[n].length_km if kept[n].length_km > 0 else float(straight[asked[n]])
        note = "; ".join(t for t in (kept[n].note, "not on the map of roads; its length as stated") if t)
        rows.append(_row(places, kept[n], a, b, km, km / SPEEDS["track"], "connector", "", note))
        paths.append(np.array([(places.lon[p], places.lat[p]) for p in (a, b)]))
    start = np.concatenate([[0], np.cumsum([len(p) for p in paths])]).astype(np.int64)
    every = np.concatenate(paths)
    write_paths(plan.folder / "paths.parquet", [str(row[0]) for row in rows], start, every[:, 0], every[:, 1])
    write_table(plan.folder / "routes.csv", ROUTE_COLUMNS, rows)
    away = int((network.terminal < 0).sum())
    connectors = sum(row[6] == "connector" for row in rows)
    said = (
        f"Routes: {len(rows):,} from {len(lines):,} roads; {connectors} connectors where there is no road; {away} "
        "places have no road within 3 km. Traffic is taken to run both ways on every carriageway."
    )
    notes = [said]
    if left:
        notes.append(f"Roads left out: {', '.join(left[:8])}.")
    if lost.any():
        notes.append(
            f"Named routes that the roads do not have, kept as connectors: "
            f"{', '.join(kept[n].id for n in np.flatnonzero(lost))}."
        )
    return notes


def _row(
    places: Places, keep: NamedRoute | None, a: int, b: int, km: float, hours: float, kind: str, passes: str, note: str
) -> tuple[object, ...]:  # fmt: skip
    """One row of the routes table."""
    return (
        keep.id if keep else f"{places.ids[a]}--{places.ids[b]}",
        keep.name if keep else f"{places.names[a]}-{places.names[b]}",
        places.ids[a], places.ids[b], f"{km:.1f}", f"{hours:.2f}", kind, "yes", passes,
        note or (keep.note if keep else ""), keep.source_url if keep else "",
    )  # fmt: skip


def _frame(plan: CasePlan) -> list[str]:
    sides = "\n".join(f'[[sides]]\nid = "{side}"\nname = "{side}"\naliases = []\n' for side, _ in plan.sides)
    text = (
        f'name = "{plan.folder.name}"\ntitle = "{plan.folder.name}"\nfirst_day = {plan.first_day}\nlast_day = '
        f"{plan.last_day}\n"
        'attribution = ""\njudge = ""\n\n# Ids are those of the tables; names are what is printed.\n' + sides
    )
    notes = []
    if not (plan.folder / "case.toml").exists():
        write_bytes(plan.folder / "case.toml", text.encode())
    elif (plan.folder / "case.toml").read_text(encoding="utf-8") != text:
        notes.append("case.toml was there and is kept as it is: change its days and sides there.")
    if not (plan.folder / "claims.csv").exists():
        header = (
            "claim_id",
            "reported_on",
            "about_from",
            "about_to",
            "claimant",
            "claimant_side",
            "kind",
            "side",
            "place_id",
        )
        write_table(plan.folder / "claims.csv", header, ())
    return notes
