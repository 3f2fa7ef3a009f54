"""The ground of a campaign: neighbours, roads, sectors and sources of supply, in arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vedette.ground import Neighbours, Places, Routes
from vedette.situation import Network, cells_of, network_of

__all__ = ["CampaignGround", "Field", "Roads", "campaign_ground"]


@dataclass(frozen=True, eq=False)
class Roads:
    """Open roads in compressed rows: from place i to `target[start[i]:start[i + 1]]`."""

    start: NDArray[np.int64]
    target: NDArray[np.int64]

    def leaving(self, place: int) -> list[int]:
        """Where the roads out of a place lead."""
        found: list[int] = self.target[self.start[place] : self.start[place + 1]].tolist()
        return found


@dataclass(frozen=True, eq=False)
class Field:
    """The ground as the engine sees it: neighbours, sectors, sources by side, and the area of each place, km2."""

    start: NDArray[np.int32]
    index: NDArray[np.int32]
    sector: NDArray[np.int64]
    source_start: NDArray[np.int64]
    sources: NDArray[np.int64]
    area_km2: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CampaignGround:
    """P places of K `sides`; `sector` (P,) numbers the districts `sectors`.

    A side without `sources` is always supplied; so is everyone where no routes are known.
    """

    places: Places
    neighbours: Neighbours
    routes: Routes
    sources: Mapping[int, NDArray[np.int64]]
    sides: int
    sectors: tuple[str, ...]
    sector: NDArray[np.int64]

    @cached_property
    def field(self) -> Field:
        """The arrays of the engine."""
        nowhere = np.empty(0, dtype=np.int64)
        listed = [self.sources.get(k, nowhere) if len(self.routes) else nowhere for k in range(self.sides)]
        source_start = np.zeros(self.sides + 1, dtype=np.int64)
        np.cumsum([len(s) for s in listed], out=source_start[1:])
        return Field(
            self.neighbours.start,
            self.neighbours.index,
            self.sector,
            source_start,
            np.concatenate(listed).astype(np.int64),
            cells_of(self.places).area_km2,
        )

    def roads(self, cut: NDArray[np.bool_], opened: Sequence[tuple[int, int]] = ()) -> Roads:
        """The roads that are left when some routes, (R,), are cut, and others `opened` between two places."""
        net: Network = network_of(self.routes, len(self.places))
        keep = ~cut[net.out_route]
        new = np.array([pair for a, b in opened for pair in ((a, b), (b, a))], dtype=np.int64).reshape(-1, 2)
        origin = np.repeat(np.arange(len(self.places)), np.diff(net.out_start))[keep]
        origin, target = np.concatenate([origin, new[:, 0]]), np.concatenate([net.out_target[keep], new[:, 1]])
        order = np.argsort(origin, kind="stable")
        start = np.zeros(len(self.places) + 1, dtype=np.int64)
        np.cumsum(np.bincount(origin, minlength=len(self.places)), out=start[1:])
        return Roads(start, target[order].astype(np.int64))


def campaign_ground(
    places: Places, neighbours: Neighbours, routes: Routes, sources: Mapping[int, NDArray[np.int64]], sides: int
) -> CampaignGround:
    """Lay out a case's ground. Sectors are its districts; where it names none all is one sector."""
    sectors, sector = np.unique(np.array(places.districts, dtype=object).astype(str), return_inverse=True)
    return CampaignGround(
        places, neighbours, routes, sources, sides, tuple(sectors.tolist()), sector.reshape(-1).astype(np.int64)
    )
