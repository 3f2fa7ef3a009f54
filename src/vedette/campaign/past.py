"""What each drawn history says of the war so far: places challenged, against what the daily step made one expect."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vedette.campaign._past_kernels import exposure
from vedette.campaign._stand_kernels import stand_of
from vedette.campaign.ground import CampaignGround
from vedette.dynamics._kernels import LEVEL_OF

__all__ = ["MEMORY_DAYS", "Front", "Past", "past_of", "repulsed_by_sector"]

MEMORY_DAYS = 45.0
"""A day so long ago counts for half in how hard a sector is pressed: as in the tempo of `dynamics.Turnover`."""


@dataclass(frozen=True, eq=False)
class Front:
    """Challenges of each side's places by sector, recent days foremost, and how many were due: (M, K, J) each.

    `repulsed`: assaults that the side is said to have beaten off there, as far as those who say so are believed.
    """

    challenged: NDArray[np.float64]
    due: NDArray[np.float64]
    repulsed: NDArray[np.float64]

    @classmethod
    def unknown(cls, members: int, sides: int, sectors: int) -> Front:
        """Nothing has been seen."""
        return cls(*(np.zeros((members, sides, sectors)) for _ in range(3)))

    def of(self, rows: NDArray[np.int64]) -> Front:
        """Those of some draws."""
        return Front(self.challenged[rows], self.due[rows], self.repulsed[rows])


@dataclass(frozen=True, eq=False)
class Past:
    """`front`; and, unweighted by age, means over the histories.

    `challenged`, `due` (2,): of places that supplies reach, and that none reach; `rushed` challenges carried at once,
    `contests` days of contest, `settled` contests.
    """

    front: Front
    challenged: NDArray[np.float64]
    due: NDArray[np.float64]
    rushed: float
    contests: float
    settled: float


def past_of(
    ground: CampaignGround,
    control: NDArray[np.int8],
    hazard: NDArray[np.floating],
    tempo: NDArray[np.floating],
    repulsed: NDArray[np.float64] | None = None,
) -> Past:
    """Count in the histories `control` (M, P, T), given the daily step of each: (M, LEVELS) and (M, W, K).

    `repulsed` (M, K, J) as in `Front`; None: nobody speaks of any.
    """
    members, sides, sectors = len(control), ground.sides, len(ground.sectors)
    forced = np.zeros(len(ground.places), dtype=bool)
    for sources in ground.sources.values():
        forced[sources] = True
    roads = ground.roads(np.zeros(len(ground.routes), dtype=bool))
    unwatched = replace(roads, route=np.full_like(roads.route, -1))
    challenged, due = (np.empty((2, members, 2, sides, sectors)) for _ in range(2))
    stages = np.empty((members, 3))
    land, ways = ground.land, unwatched.ways(len(ground.routes))
    exposure(
        stand_of(control[0, :, 0].copy(), land, ways), np.ascontiguousarray(control), LEVEL_OF, land, ways,
        hazard.astype(np.float64), tempo.astype(np.float64), np.array([MEMORY_DAYS, np.inf]), forced,
        challenged, due, stages,
    )  # fmt: skip
    none = np.zeros((members, sides, sectors))
    front = Front(challenged[0].sum(axis=1), due[0].sum(axis=1), none if repulsed is None else repulsed)
    rushed, contests, settled = stages.mean(axis=0).tolist()
    return Past(
        front, challenged[1].sum(axis=(2, 3)).mean(axis=0), due[1].sum(axis=(2, 3)).mean(axis=0),
        rushed, contests, settled,
    )  # fmt: skip


def repulsed_by_sector(
    ground: CampaignGround,
    place: NDArray[np.int64],
    side: NDArray[np.int64],
    day: NDArray[np.int64],
    trust: NDArray[np.float64],
    today: int,
) -> NDArray[np.float64]:
    """`Front.repulsed`, (M, K, J), from N statements (N,) and how far each is believed, `trust` (M, N)."""
    out = np.zeros((len(trust), ground.sides, len(ground.sectors)))
    weight = trust * 0.5 ** ((today - day) / MEMORY_DAYS)
    for n, (i, k) in enumerate(zip(place.tolist(), side.tolist(), strict=True)):
        out[:, k, ground.sector[i]] += weight[:, n]
    return out
