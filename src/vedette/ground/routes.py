"""Roads, railways and tracks that join two places."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vedette.errors import GroundError

__all__ = ["Routes"]


@dataclass(frozen=True, eq=False)
class Routes:
    """R routes in file order.

    `ends` holds the two places of each, shape (R, 2); `length_km` shape (R,);
    `two_way` is False where traffic runs from the first end to the second only.
    `by_proximity` says that there was no routes table and that neighbours stand in.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    classes: tuple[str, ...]
    ends: NDArray[np.int32]
    length_km: NDArray[np.float64]
    two_way: NDArray[np.bool_]
    by_proximity: bool = False
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
