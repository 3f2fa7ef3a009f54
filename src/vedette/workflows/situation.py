"""What control means on the ground: supply and isolation of places, the front, who overlooks what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vedette.belief import Belief, judged, track_record
from vedette.briefing import ClaimLine, Road, SupplyLine
from vedette.claims import Claims
from vedette.ground import COMPASS, bearing_degrees, compass_point
from vedette.situation import (
    CUT,
    MEANING,
    RANGE_KM,
    UNDER_FIRE,
    Cells,
    DaySituation,
    Hearsay,
    PatternWatch,
    Spell,
    Theatre,
    Watch,
    cells_of,
    front_line,
    gatekeepers_of,
    hear,
    watch_over,
    ways_needed,
)
from vedette.store import Ground, json_bytes, read_ground, write_bytes
from vedette.workflows.lines import claim_lines
from vedette.workflows.study import Study

__all__ = [
    "Fighting",
    "FrontReport",
    "GroundStudy",
    "HeightView",
    "PlaceSupply",
    "RoadState",
    "SituationReport",
    "Trouble",
    "front_geojson",
    "write_geojson",
]

WATCHED_DAYS = 14
WATCHED_DRAW = 4
"""In a long war supply is followed for so many days, in every so many-th draw: a day takes seconds there."""

LISTED = 0.05
"""Gatekeepers and roads less likely than this are left out of lists."""


History = dict[int, list[tuple[NDArray[np.float64], ...]]]
"""For each side, day by day, how likely each place is kept, isolated and unsafe; see `PlaceSupply`."""


@dataclass(frozen=True, slots=True)
class RoadState:
    """A road into a place: P(open), P(under fire), P(cut) for the side."""

    route_id: str
    name: str
    leads_to: str
    bearing: str
    length_km: float
    connector: bool
    open: float
    under_fire: float
    cut: float
    claims: tuple[ClaimLine, ...]


@dataclass(frozen=True, slots=True)
class PlaceSupply:
    """One side's supply of a place. All but `kept` are given that the enemy does not hold it, NaN if it always does.

    `unsafe`: no road in is free of fire. `hours` and `detour` are (median, 5 %, 95 %) over the draws that supply it,
    the second against
    the quickest way before the war, None if there was none. `ways_needed` maps how many places the enemy must take
    to isolate it, to the
    probability; `gatekeepers` the single places that would do.
    """

    side: str
    kept: float
    isolated: float
    unsafe: float
    bearings: Mapping[str, float]
    roads: tuple[RoadState, ...]
    hours: tuple[float, float, float] | None
    detour: tuple[float, float, float] | None
    ways_needed: Mapping[int, float]
    gatekeepers: tuple[tuple[str, float], ...]
    overlooked: float
    is_source: bool
    history: tuple[tuple[date, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class SituationReport:
    """The situation of one place as of a day; `history` in it is (day, kept, isolated, unsafe).

    `terrain` says what the sight of roads rests on.
    """

    place_id: str
    name: str
    as_of: date
    supplies: tuple[PlaceSupply, ...]
    spells: tuple[Fighting, ...]
    terrain: str
    warning: str


@dataclass(frozen=True, slots=True)
class Fighting:
    """A named situation at a place, with its dates.

    `left`: P(the side has gone within a week after), None if that day has not come.
    """

    pattern: str
    meaning: str
    place_id: str
    place: str
    side: str
    first: date
    last: date
    peak: float
    peak_day: date
    left: float | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A place that may be cut off: probabilities as in `PlaceSupply`.

    `lost_places`, `lost_people` what its fall would isolate besides, on average.
    """

    place_id: str
    name: str
    side: str
    kept: float
    isolated: float
    unsafe: float
    overlooked: float
    lost_places: float
    lost_people: float


@dataclass(frozen=True, slots=True)
class FrontReport:
    """The front as of a day: (mean, 5 %, 95 %) of its length and of the area in each state.

    And the borders along which it may run; `warning` is that of the draws.
    """

    as_of: date
    length_km: tuple[float, float, float]
    areas: Mapping[str, tuple[float, float, float]]
    borders: tuple[tuple[str, str, float, tuple[tuple[float, float], tuple[float, float]]], ...]
    warning: str = ""


@dataclass(frozen=True, slots=True)
class HeightView:
    """One that sees a place, or the roads into it: its ground, the probability of seeing the place.

    Kilometres of each road in view, who holds it.
    """

    name: str
    kind: str
    bearing: str
    km: float
    elevation_m: float
    sees_place: float
    roads: tuple[tuple[str, float], ...]
    held_by: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class GroundStudy:
    """A study with the ground it is about. `range_km` is how far aimed fire reaches."""

    study: Study
    range_km: float = RANGE_KM

    @cached_property
    def ground(self) -> Ground:
        """Paths, terrain, heights."""
        return read_ground(self.study.case)

    @cached_property
    def watch(self) -> Watch:
        """Lines of sight."""
        study, case = self.study, self.study.case
        tell = study.report("Looking over the roads")
        if tell is not None:
            tell(0, 1)
        watch = watch_over(
            case.places,
            self.ground.paths,
            self.ground.heights,
            self.ground.terrain,
            np.random.default_rng((study.seed, 1)),
            self.range_km,
        )
        if tell is not None:
            tell(1, 1)
        return watch

    @cached_property
    def theatre(self) -> Theatre:
        """Roads and lines of sight, with what is claimed of the roads."""
        study, case = self.study, self.study.case
        said = hearsay_of(study.belief, study.known)
        return Theatre(case.places, case.routes, study.supply_sources, self.watch, len(case.sides), said)

    @cached_property
    def luck(self) -> NDArray[np.float32]:
        """What is uncertain about roads, drawn once."""
        return self.theatre.luck(self.study.belief.members, np.random.default_rng((self.study.seed, 2)))

    @cached_property
    def terrain_words(self) -> str:
        """What lines of sight rest on."""
        found = self.theatre.watch
        if not found.resolution:
            return (
                f"No elevation model: every road within {found.range_km:g} km of ground that the enemy holds or "
                "contests counts as seen."
            )
        return (
            f"Lines of sight within {found.range_km:g} km over an elevation model with {found.resolution}, its "
            f"error carried in "
            f"{found.sight.realisations} realisations."
        )

    def _day(self, side: int, day: int, *, timed: bool = False) -> DaySituation:
        return self.theatre.day(self.study.belief.on(day), side, day, self.luck, timed=timed)

    @cached_property
    def today(self) -> tuple[DaySituation, ...]:
        """Each side on the study's day."""
        return tuple(self._day(side, self.study.last) for side in range(len(self.study.case.sides)))

    def supply_line(self, place: int, side: int) -> SupplyLine:
        """How one side can supply a place on the study's day, road by road."""
        case, known, found = self.study.case, self.study.known, self.today[side]
        kept, ways = found.kept[:, place], found.ways[:, place]
        lat, lon = case.places.lat, case.places.lon
        roads = []
        for r in case.routes.at_place.get(place, ()):
            if not case.routes.two_way[r] and int(case.routes.ends[r, 1]) != place:
                continue
            other = case.routes.other_end(r, place)
            bearing = compass_point(float(bearing_degrees(lat[place], lon[place], lat[other], lon[other])))
            comes = (found.routes[:, r] != CUT) & found.reached[:, other] & (ways >> COMPASS.index(bearing) & 1 == 1)
            shares = [comes, found.routes[:, r] == UNDER_FIRE, found.routes[:, r] == CUT]
            probability, under_fire, cut = (float(s[kept].mean()) if kept.any() else float("nan") for s in shares)
            said = tuple(claim_lines(known, np.flatnonzero(known.route == r).tolist()))
            roads.append(
                Road(case.routes.names[r], case.places.names[other], bearing, probability, under_fire, cut, said)
            )
        return SupplyLine(
            side=side,
            not_lost=float(found.p_kept[place]),
            isolated=float(found.p_isolated[place]),
            unsafe=float(found.p_unsafe[place]),
            roads=tuple(sorted(roads, key=lambda road: (-road.probability, road.under_fire, road.name))),
            bearings={COMPASS[s]: float(found.p_way(s)[place]) for s in self.theatre.sectors_of(place).tolist()},
            is_source=bool(found.is_source[place]),
        )

    @property
    def _first_watched(self) -> int:
        """The first day whose supply is looked at."""
        return max(0, self.study.last + 1 - WATCHED_DAYS) if self.study.long else 0

    @cached_property
    def _watched(self) -> tuple[list[Spell], History]:
        """Spells, and how every place was supplied, on the days watched."""
        return self._follow()

    def _watched_at(self, place: int) -> tuple[list[Spell], History]:
        """Those of one place, which in a long war is followed alone."""
        if self.study.long:
            return self._follow(place)
        spells, history = self._watched
        mine = {k: [tuple(a[place : place + 1] for a in day) for day in days] for k, days in history.items()}
        return [s for s in spells if s.place == place], mine

    def _follow(self, place: int | None = None) -> tuple[list[Spell], History]:
        belief, first = self.study.belief, self._first_watched
        drawn = slice(None, None, WATCHED_DRAW if self.study.long else 1)
        days = range(first, self.study.last + 1)
        history: History = {}
        spells: list[Spell] = []
        luck = np.ascontiguousarray(self.luck[drawn])
        tell = self.study.report("Supply, day by day")
        for side in range(len(self.study.case.sides)):
            watch = PatternWatch(self.theatre, side, len(luck), len(days), place)
            history[side] = []
            for t in days:
                control = np.ascontiguousarray(belief.on(t)[drawn])
                if place is None:
                    found = self.theatre.day(control, side, t, luck)
                else:
                    found = self.theatre.at(control, side, t, luck, place)
                watch.add(found, control)
                history[side].append((found.p_kept, found.p_isolated, found.p_unsafe))
                if tell is not None:
                    tell(side * len(days) + t - first + 1, len(self.study.case.sides) * len(days))
            spells += (
                replace(s, first=first + s.first, last=first + s.last, peak_day=first + s.peak_day)
                for s in watch.spells()
            )
        return spells, history

    def fighting(self) -> tuple[Fighting, ...]:
        """Named situations of all places with their dates."""
        return self._told(self._watched[0])

    def _told(self, spells: Sequence[Spell]) -> tuple[Fighting, ...]:
        case = self.study.case
        return tuple(
            Fighting(
                s.pattern, MEANING[s.pattern], case.places.ids[s.place], case.places.names[s.place],
                case.sides[s.side].name,
                case.days.date(s.first), case.days.date(s.last), s.peak, case.days.date(s.peak_day), s.left,
            )
            for s in spells
        )  # fmt: skip

    def of_place(self, name: str) -> SituationReport:
        """The situation of the place that answers to `name`."""
        case = self.study.case
        place = case.places.find(name)
        spells, history = self._watched_at(place)
        supplies = [self._supply(place, side, history[side]) for side in range(len(case.sides))]
        return SituationReport(
            place_id=case.places.ids[place],
            name=case.places.names[place],
            as_of=self.study.as_of,
            supplies=tuple(sorted(supplies, key=lambda s: -s.kept)),
            spells=self._told(spells),
            terrain=self.terrain_words,
            warning=self.study.belief.warning,
        )

    def _supply(self, place: int, side: int, history: Sequence[tuple[NDArray[np.float64], ...]]) -> PlaceSupply:
        case, day, theatre = self.study.case, self.study.last, self.theatre
        found = self._day(side, day, timed=True)
        control = self.study.belief.on(day)
        supplied = found.reached[:, place] & found.kept[:, place]
        hours = found.hours[supplied, place]
        before = float(theatre.before_the_war(side)[place])
        needed = ways_needed(theatre, found, place)[found.kept[:, place]]
        sectors = {int(s) for s in theatre.sectors_of(place)}
        chance = found.p_route()
        return PlaceSupply(
            side=case.sides[side].name,
            kept=float(found.p_kept[place]),
            isolated=float(found.p_isolated[place]),
            unsafe=float(found.p_unsafe[place]),
            bearings={COMPASS[s]: float(found.p_way(s)[place]) for s in sorted(sectors)},
            roads=tuple(
                sorted(
                    (self._road(place, r, chance[r]) for r in case.routes.at_place.get(place, ())), key=lambda r: r.cut
                )
            ),
            hours=_spread(hours) if len(hours) else None,
            detour=_spread(hours / before) if len(hours) and 0 < before < np.inf else None,
            ways_needed={int(n): float((needed == n).mean()) for n in np.unique(needed)} if len(needed) else {},
            gatekeepers=tuple(
                (case.places.names[g], p) for g, p in gatekeepers_of(found, place).items() if p >= LISTED
            ),
            overlooked=float(theatre.overlooked(control, side)[:, place].mean()),
            is_source=bool(found.is_source[place]),
            history=tuple(
                (case.days.date(t), float(kept[0]), float(isolated[0]), float(unsafe[0]))
                for t, (kept, isolated, unsafe) in enumerate(history, start=self._first_watched)
            ),
        )

    def _road(self, place: int, route: int, chance: NDArray[np.float64]) -> RoadState:
        case, known = self.study.case, self.study.known
        other = case.routes.other_end(route, place)
        lat, lon = case.places.lat, case.places.lon
        return RoadState(
            route_id=case.routes.ids[route],
            name=case.routes.names[route],
            leads_to=case.places.names[other],
            bearing=compass_point(float(bearing_degrees(lat[place], lon[place], lat[other], lon[other]))),
            length_km=float(case.routes.length_km[route]),
            connector=case.routes.classes[route] == "connector",
            open=float(chance[0]),
            under_fire=float(chance[1]),
            cut=float(chance[2]),
            claims=tuple(claim_lines(known, np.flatnonzero(known.route == route).tolist())),
        )

    def everywhere(self) -> tuple[tuple[Trouble, ...], tuple[Fighting, ...]]:
        """Places that may be cut off or whose fall would cut others off, worst first.

        And the named situations of the whole war so far.
        """
        case, day = self.study.case, self.study.last
        out = []
        for side in range(len(case.sides)):
            found = self._day(side, day)
            seen = self.theatre.overlooked(self.study.belief.on(day), side).mean(axis=0)
            lost = np.where(found.held[:, :, None], found.lost, 0).mean(axis=0)
            for i in np.flatnonzero(found.p_kept >= LISTED).tolist():
                isolated, unsafe = float(found.p_isolated[i]), float(found.p_unsafe[i])
                if found.is_source[i] or (isolated < LISTED and unsafe < LISTED and lost[i, 0] < 1):
                    continue
                out.append(
                    Trouble(
                        case.places.ids[i], case.places.names[i], case.sides[side].name, float(found.p_kept[i]),
                        isolated, unsafe,
                        float(seen[i]), float(lost[i, 0]), float(lost[i, 1]),
                    )
                )  # fmt: skip
        return tuple(
            sorted(out, key=lambda t: (-t.kept * t.isolated, -t.kept * t.unsafe, -t.lost_places))
        ), self.fighting()

    def front(self) -> FrontReport:
        """The front on the study's day."""
        case, belief = self.study.case, self.study.belief
        cells: Cells = cells_of(case.places)
        found = front_line(cells, np.ascontiguousarray(belief.on(self.study.last)), len(case.sides))
        labels = [*(s.id for s in case.sides), "contested"]
        some = np.flatnonzero(found.probability >= LISTED)
        return FrontReport(
            as_of=self.study.as_of,
            length_km=_spread(found.length_km, mean=True),
            areas={labels[s]: _spread(found.area_km2[:, s], mean=True) for s in range(len(labels))},
            borders=tuple(
                (
                    case.places.ids[cells.pairs[e, 0]], case.places.ids[cells.pairs[e, 1]], float(found.probability[e]),
                    ((float(cells.ends[e, 0, 0]), float(cells.ends[e, 0, 1])), (float(cells.ends[e, 1, 0]),
                    float(cells.ends[e, 1, 1]))),
                )
                for e in some.tolist()
            ),
            warning=belief.warning,
        )  # fmt: skip

    def heights(self, name: str) -> tuple[HeightView, ...]:
        """The heights and places that see the place that answers to `name`, or roads into it.

        Those that see most first.
        """
        case = self.study.case
        place = case.places.find(name)
        watch = self.theatre.watch
        names = [*case.places.names, *self.ground.heights.names]
        kinds = [*case.places.kinds, *(["height"] * len(self.ground.heights))]
        lat, lon = np.r_[case.places.lat, self.ground.heights.lat], np.r_[case.places.lon, self.ground.heights.lon]
        high = np.r_[case.places.elevation_m, self.ground.heights.elevation_m]
        here = slice(watch.places.start[place], watch.places.start[place + 1])
        seen = zip(watch.places.observer[here].tolist(), watch.places.probability()[here].tolist(), strict=True)
        sees: dict[int, float] = dict(seen)
        roads: dict[int, dict[int, float]] = {}
        chance = watch.sight.probability()
        for r in case.routes.at_place.get(place, ()):
            for v in range(watch.start[r], watch.start[r + 1]):
                for n in range(watch.sight.start[v], watch.sight.start[v + 1]):
                    of = roads.setdefault(int(watch.sight.observer[n]), {})
                    of[r] = of.get(r, 0.0) + float(chance[n] * watch.km[v])
        labels = [*(s.name for s in case.sides), "contested"]
        share = self.study.belief.probability_on(self.study.last)
        out = []
        for o in sorted(set(sees) | set(roads)):
            if o == place:
                continue
            of = {r: km for r, km in roads.get(o, {}).items() if km >= LISTED}
            away = float(
                np.hypot((lat[o] - lat[place]) * 111.2, (lon[o] - lon[place]) * 111.3 * np.cos(np.radians(lat[place])))
            )
            out.append(
                HeightView(
                    name=names[o], kind=kinds[o],
                    bearing=compass_point(float(bearing_degrees(lat[place], lon[place], lat[o], lon[o]))), km=away,
                    elevation_m=float(high[o]),
                    sees_place=sees.get(o, 0.0),
                    roads=tuple((case.routes.names[r], km) for r, km in sorted(of.items(), key=lambda i: -i[1])),
                    held_by=dict(zip(labels, share[watch.owner[o]].tolist(), strict=True)),
                )
            )  # fmt: skip
        return tuple(sorted(out, key=lambda h: (-(h.sees_place + sum(km for _, km in h.roads)), h.name)))

    def roads_on(self, day: int) -> NDArray[np.float64]:
        """P(open, under fire, cut) of each route for each side on a day, (K, R, 3)."""
        return np.stack([self._day(side, day).p_route() for side in range(len(self.study.case.sides))])

    def roads_geojson(self) -> dict[str, Any]:
        """Every route with its state for each side, as GeoJSON along its real course; days and terrain stated."""
        case, paths = self.study.case, self.ground.paths
        chance = self.roads_on(self.study.last)
        features = []
        for r, route in enumerate(case.routes.ids):
            told = {
                f"{side.id}_{word}": round(float(chance[k, r, s]), 3)
                for k, side in enumerate(case.sides)
                for s, word in enumerate(("open", "under_fire", "cut"))
            }
            features.append(
                {
                    "type": "Feature",
                    "id": route,
                    "geometry": {"type": "LineString", "coordinates": np.round(paths.of(r), 5).tolist()},
                    "properties": {
                        "layer": "route", "name": case.routes.names[r], "class": case.routes.classes[r],
                        "length_km": round(float(case.routes.length_km[r]), 1), "as_of": self.study.as_of.isoformat(),
                        **told,
                    },
                }
            )  # fmt: skip
        return {"type": "FeatureCollection", "features": features, "description": self.terrain_words}


def hearsay_of(belief: Belief, known: Claims) -> Hearsay:
    """What is known to be claimed of routes, each claimant with the share of its statements that belief finds right."""
    told = belief.evidence.told
    record = {}
    number = {name: n for n, name in enumerate(known.claimants)}
    for c, name in enumerate(belief.evidence.claimants):
        mine = np.flatnonzero((told.claimant == c) & judged(belief))
        if len(mine) and name in number:
            record[number[name]] = (float(track_record(belief, mine).mean()), len(mine))
    return hear(known, record)


def front_geojson(report: FrontReport) -> dict[str, Any]:
    """The borders along which the front may run, each with its probability."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": [[round(x, 5), round(y, 5)] for x, y in ends]},
                "properties": {
                    "layer": "front",
                    "between": [a, b],
                    "probability": round(p, 3),
                    "as_of": report.as_of.isoformat(),
                },
            }
            for a, b, p, ends in report.borders
        ],
    }


def write_geojson(path: Path, collection: dict[str, Any]) -> None:
    """Write a feature collection, whole or not at all."""
    write_bytes(path, json_bytes(collection))


def _spread(values: NDArray[Any], *, mean: bool = False) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return float(values.mean() if mean else middle), float(low), float(high)
