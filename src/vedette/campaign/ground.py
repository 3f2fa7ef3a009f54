"""The ground of a campaign: neighbours, roads, sectors and sources of supply, in arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.ground import Neighbours, Places, Routes
from vedette.situation import Network, network_of

__all__ = ["CampaignGround", "Roads", "campaign_ground"]


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
class CampaignGround:
    """P places of K `sides`; `sector` (P,) numbers the districts `sectors`.

    A side without `sources` is always supplied.
    """

    places: Places
    neighbours: Neighbours
    routes: Routes
    sources: Mapping[int, NDArray[np.int64]]
    sides: int
    sectors: tuple[str, ...]
    sector: NDArray[np.int64]

    def roads(self, cut: NDArray[np.bool_]) -> Roads:
        """The roads that are left when some routes, (R,), are cut."""
        net: Network = network_of(self.routes, len(self.places))
        keep = ~cut[net.out_route]
        origin = np.repeat(np.arange(len(self.places)), np.diff(net.out_start))[keep]
        start = np.zeros(len(self.places) + 1, dtype=np.int64)
        np.cumsum(np.bincount(origin, minlength=len(self.places)), out=start[1:])
        return Roads(start, net.out_target[keep])


def campaign_ground(
    places: Places, neighbours: Neighbours, routes: Routes, sources: Mapping[int, NDArray[np.int64]], sides: int
) -> CampaignGround:
    """Lay out a case's ground. Sectors are its districts; where it names none all is one sector."""
    sectors, sector = np.unique(np.array(places.districts, dtype=object).astype(str), return_inverse=True)
    return CampaignGround(
        places, neighbours, routes, sources, sides, tuple(sectors.tolist()), sector.reshape(-1).astype(np.int64)
    )
