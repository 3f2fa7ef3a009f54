"""Roads, railways and tracks that join two places."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vedette.errors import GroundError

__all__ = ["RoutePaths", "Routes"]

USUAL_SPEED = 40.0
"""Kilometres an hour where a route says nothing of its travel time."""


@dataclass(frozen=True, eq=False)
class Routes:
    """R routes in file order.

    `ends` holds the two places of each, shape (R, 2); `length_km` shape (R,);
    `two_way` is False where traffic runs from the first end to the second only.
    `by_proximity` says that there was no routes table and that neighbours stand in.
    `hours` (R,) is the time a lorry takes, NaN where unknown; `passes` lists for each route
    the places between its ends that it goes through, and is empty where nobody said.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    classes: tuple[str, ...]
    ends: NDArray[np.int32]
    length_km: NDArray[np.float64]
    two_way: NDArray[np.bool_]
    by_proximity: bool = False
    hours: NDArray[np.float64] | None = None
    passes: tuple[tuple[int, ...], ...] = ()
    _index: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {route: i for i, route in enumerate(self.ids)})
        if len(self._index) != len(self.ids):
            raise GroundError("two routes share one id: claims could not say which they mean. Make route_id unique.")

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, route_id: object) -> bool:
        return route_id in self._index

    def index(self, route_id: str) -> int:
        """The array position of a route id; `KeyError` if there is none."""
        return self._index[route_id]

    @cached_property
    def travel_hours(self) -> NDArray[np.float64]:
        """Hours along each route, shape (R,); at `USUAL_SPEED` where unknown."""
        usual = self.length_km / USUAL_SPEED
        return usual if self.hours is None else np.where(np.isnan(self.hours), usual, self.hours)

    @cached_property
    def at_place(self) -> dict[int, tuple[int, ...]]:
        """The routes that touch each place that has any."""
        touching: dict[int, list[int]] = {}
        for r, (a, b) in enumerate(self.ends.tolist()):
            touching.setdefault(a, []).append(r)
            if b != a:
                touching.setdefault(b, []).append(r)
        return {place: tuple(found) for place, found in touching.items()}

    def other_end(self, route: int, place: int) -> int:
        """The end of `route` that is not `place`."""
        a, b = self.ends[route].tolist()
        return int(b if a == place else a)


@dataclass(frozen=True, eq=False)
class RoutePaths:
    """Where R routes run: route r along `lon[start[r]:start[r + 1]]`, `lat[...]`, degrees.

    From its first end to its second.
    """

    start: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    def __post_init__(self) -> None:
        if len(self.start) < 1 or self.start[-1] != len(self.lon) or np.any(np.diff(self.start) < 2):
            raise GroundError("a route's path has fewer than two points: it leads nowhere. Draw the routes again.")

    def __len__(self) -> int:
        return len(self.start) - 1

    def of(self, route: int) -> NDArray[np.float64]:
        """The path of one route, shape (n, 2): longitude, latitude."""
        here = slice(self.start[route], self.start[route + 1])
        return np.column_stack([self.lon[here], self.lat[here]])

    @classmethod
    def straight(cls, routes: Routes, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> RoutePaths:
        """Straight lines between the ends, for cases that do not say where their routes run."""
        start = 2 * np.arange(len(routes) + 1, dtype=np.int64)
        return cls(start, lon[routes.ends].reshape(-1), lat[routes.ends].reshape(-1))
