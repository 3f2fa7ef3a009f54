"""The ground of a campaign: neighbours, roads, who sees what, sectors, sources of supply and worth, in arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vedette.campaign._kernels import Land, Ways
from vedette.campaign._supply_kernels import THROUGH
from vedette.ground import Neighbours, Places, Routes
from vedette.situation import Network, Watch, cells_of, network_of

__all__ = ["WORTHS", "CampaignGround", "Eyes", "Roads", "campaign_ground"]

WORTHS = ("roads", "people", "capital", "symbol")
"""What makes a place worth an assault, the columns of `CampaignGround.worth`."""

GRAIN_KM2 = 2.0**-20
"""About a square metre: a sum of whole parts of it is exact, in whatever order places change hands."""


def rows(row: NDArray[np.int64], values: NDArray[np.int64], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Values in compressed rows, `count` of them, in the order given."""
    start = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(row, minlength=count), out=start[1:])
    return start, values[np.argsort(row, kind="stable")]


@dataclass(frozen=True, eq=False)
class Roads:
    """Roads that are not cut, in compressed rows: from place i to `target[start[i]:start[i + 1]]`, over `route`.

    A road without a number, -1, was opened by a scenario: nothing on it can be seen.
    """

    start: NDArray[np.int64]
    target: NDArray[np.int64]
    route: NDArray[np.int64]

    def ways(self, routes: int) -> Ways:
        """The arrays of the engine, where there are so many routes."""
        places = len(self.start) - 1
        over = np.flatnonzero(self.route >= 0)
        back_start, back = rows(self.target, np.arange(len(self.target)), places)
        origin = np.repeat(np.arange(places), np.diff(self.start))
        along_start, along = rows(self.route[over], over, routes)
        listed = (
            self.start, self.target, self.route, back_start, origin[back], self.route[back], back, along_start, along,
        )  # fmt: skip
        return Ways(*(a.astype(np.int32) for a in listed))

    def leaving(self, place: int) -> list[tuple[int, int]]:
        """Where the roads out of a place lead, and over which route."""
        row = slice(self.start[place], self.start[place + 1])
        return list(zip(self.target[row].tolist(), self.route[row].tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class Eyes:
    """Who sees what: the holder of place o sees `target[start[o]:start[o + 1]]`, P places and then R routes.

    `bits` are the realisations of the terrain, `realisations` many, that show it; member m has number m modulo those.
    """

    start: NDArray[np.int64]
    target: NDArray[np.int64]
    bits: NDArray[np.uint64]
    realisations: int

    @classmethod
    def of(cls, watch: Watch, places: int) -> Eyes:
        """What each place's ground, its heights included, sees of other places and of the routes."""
        seen = np.repeat(np.arange(places), np.diff(watch.places.start))
        routes = np.repeat(np.arange(len(watch.watch_start) - 1), np.diff(watch.watch_start))
        pair = np.concatenate(
            [
                np.column_stack([watch.owner[watch.places.observer], seen]),
                np.column_stack([watch.watchers, places + routes]),
            ]
        )
        bits = np.concatenate([watch.places.bits, watch.watch_bits])
        away = pair[:, 0] != pair[:, 1]  # whoever holds a place looks at it from inside
        pairs, which = np.unique(pair[away], axis=0, return_inverse=True)
        joined = np.zeros(len(pairs), dtype=np.uint64)
        np.bitwise_or.at(joined, which.reshape(-1), bits[away])
        start = np.zeros(places + 1, dtype=np.int64)
        np.cumsum(np.bincount(pairs[:, 0], minlength=places), out=start[1:])
        return cls(start, pairs[:, 1].astype(np.int64), joined, watch.places.realisations)

    @classmethod
    def none(cls, places: int) -> Eyes:
        """Nobody sees anything."""
        nothing = np.empty(0, dtype=np.int64)
        return cls(np.zeros(places + 1, dtype=np.int64), nothing, nothing.astype(np.uint64), 1)

    def seen_from(self, place: int, member: int) -> list[int]:
        """What is seen from a place's ground in the terrain of a member."""
        row = slice(self.start[place], self.start[place + 1])
        shown = self.bits[row] >> np.uint64(member % self.realisations) & np.uint64(1)
        found: list[int] = self.target[row][shown == 1].tolist()
        return found


@dataclass(frozen=True, eq=False)
class CampaignGround:
    """P places of K `sides`; `sector` (P,) numbers the districts `sectors`; `worth` (P, len(WORTHS)).

    A side without `sources` is always supplied; so is everyone where no routes are known. Worth in roads and people
    is the log of their number, the mean over all places taken off; 0 where nobody counted the people. Capitals and
    symbols are 1, others 0.
    """

    places: Places
    neighbours: Neighbours
    routes: Routes
    sources: Mapping[int, NDArray[np.int64]]
    sides: int
    sectors: tuple[str, ...]
    sector: NDArray[np.int64]
    worth: NDArray[np.float64]
    eyes: Eyes

    @property
    def dear(self) -> NDArray[np.bool_]:
        """Capitals and symbols, for which defenders pay more, (P,)."""
        found: NDArray[np.bool_] = self.worth[:, 2:].sum(axis=1) > 0
        return found

    @cached_property
    def land(self) -> Land:
        """The arrays of the engine; areas in whole parts of `GRAIN_KM2`."""
        nowhere = np.empty(0, dtype=np.int64)
        count = len(self.places)
        listed = [self.sources.get(k, nowhere) if len(self.routes) else nowhere for k in range(self.sides)]
        source_start = np.zeros(self.sides + 1, dtype=np.int64)
        np.cumsum([len(s) for s in listed], out=source_start[1:])
        is_source = np.zeros((self.sides, count), dtype=bool)
        for k, own in enumerate(listed):
            is_source[k, own] = True
        through = self.routes.passes or ((),) * len(self.routes)
        pass_start = np.zeros(len(self.routes) + 1, dtype=np.int64)
        np.cumsum([len(p) for p in through], out=pass_start[1:])
        passes = np.array([p for along in through for p in along], dtype=np.int64)
        eyes = self.eyes
        seer = np.repeat(np.arange(count), np.diff(eyes.start))
        order = np.argsort(eyes.target, kind="stable")
        roads = eyes.target >= count
        on_the_way = np.repeat(np.arange(len(self.routes)), np.diff(pass_start))
        watch_start, watchers = rows(eyes.target, seer, count + len(self.routes))
        hang_start, hanging = rows(
            np.concatenate([seer[roads], passes]), np.concatenate([eyes.target[roads] - count, on_the_way]), count
        )
        return Land(
            start=self.neighbours.start,
            beside=self.neighbours.index,
            sector=self.sector,
            spread=np.bincount(self.sector, minlength=len(self.sectors)).astype(np.float64),
            source_start=source_start,
            sources=np.concatenate(listed).astype(np.int64),
            is_source=is_source,
            pass_start=pass_start,
            passes=passes,
            through=np.where(np.diff(pass_start) > 0, THROUGH, 0).astype(np.int8),
            watch_start=watch_start,
            watchers=watchers,
            watch_bits=eyes.bits[order],
            realisations=eyes.realisations,
            hang_start=hang_start,
            hanging=hanging.astype(np.int32),
            worth=self.worth,
            dear=self.dear,
            area=np.round(cells_of(self.places).area_km2 / GRAIN_KM2) * GRAIN_KM2,
        )

    def roads(self, cut: NDArray[np.bool_], opened: Sequence[tuple[int, int]] = ()) -> Roads:
        """The roads that are left when some routes, (R,), are cut, and others `opened` between two places."""
        net: Network = network_of(self.routes, len(self.places))
        keep = ~cut[net.out_route]
        new = np.array([pair for a, b in opened for pair in ((a, b), (b, a))], dtype=np.int64).reshape(-1, 2)
        origin = np.repeat(np.arange(len(self.places)), np.diff(net.out_start))[keep]
        origin, target = np.concatenate([origin, new[:, 0]]), np.concatenate([net.out_target[keep], new[:, 1]])
        route = np.concatenate([net.out_route[keep], np.full(len(new), -1)])
        order = np.argsort(origin, kind="stable")
        start = np.zeros(len(self.places) + 1, dtype=np.int64)
        np.cumsum(np.bincount(origin, minlength=len(self.places)), out=start[1:])
        return Roads(start, target[order].astype(np.int64), route[order].astype(np.int64))


def campaign_ground(
    places: Places,
    neighbours: Neighbours,
    routes: Routes,
    sources: Mapping[int, NDArray[np.int64]],
    sides: int,
    *,
    watch: Watch | None = None,
    capitals: Sequence[int] = (),
    symbols: Sequence[int] = (),
) -> CampaignGround:
    """Lay out a case's ground. Sectors are its districts; where it names none all is one sector.

    Without a `watch` nobody sees anything.
    """
    sectors, sector = np.unique(np.array(places.districts, dtype=object).astype(str), return_inverse=True)
    return CampaignGround(
        places, neighbours, routes, sources, sides, tuple(sectors.tolist()), sector.reshape(-1).astype(np.int64),
        _worth(places, routes, capitals, symbols),
        Eyes.none(len(places)) if watch is None else Eyes.of(watch, len(places)),
    )  # fmt: skip


def _worth(places: Places, routes: Routes, capitals: Sequence[int], symbols: Sequence[int]) -> NDArray[np.float64]:
    meeting = np.log1p(np.bincount(routes.ends.reshape(-1), minlength=len(places)).astype(np.float64))
    people = np.log1p(places.population)
    counted = np.isfinite(people)
    out = np.zeros((len(places), len(WORTHS)))
    out[:, 0] = meeting - meeting.mean()
    if counted.any():
        out[counted, 1] = people[counted] - people[counted].mean()
    out[list(capitals), 2] = 1.0
    out[list(symbols), 3] = 1.0
    return out
