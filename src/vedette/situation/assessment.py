"""Supply, isolation and chokepoints of every place, for every side, on every day, from joint draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from vedette.errors import GroundError
from vedette.ground import Places, Routes, bearing_degrees
from vedette.situation._state_kernels import CUT, overlooked_places, place_supplies, situations
from vedette.situation.network import Network, network_of
from vedette.situation.route_claims import Hearsay
from vedette.situation.watch import Watch

__all__ = ["DaySituation", "Theatre", "gatekeepers_of", "ways_needed"]

PRIOR_STATE = np.array([[0.98, 0.01, 0.01], [0.05, 0.85, 0.10]])
"""P(open, under fire, cut) of a route whose places the side holds: when no ground that the enemy holds or contests sees
it, and when some does.

Roads under observed fire mostly stay in use, at night and at a price (the Lachin road in November 2020, the roads into
Bakhmut in spring 2023): that the enemy sees a road makes it dangerous, and seldom shut. Raids, mines and broken bridges
leave one road in a hundred unusable anywhere."""


@dataclass(frozen=True, eq=False)
class DaySituation:
    """One side on one day, in M draws. Conditions of supply are told of places that the enemy does not hold.

    `kept` (M, P) the side holds the place or contests it; `held` (M, P) it holds it; `reached` its supplies get there,
    `safe` by roads that are not under fire either; `hours` (M, P) from the nearest source, infinite if not
    reached, empty unless `timed`; `ways` (M, P) bits of compass points from which they come; `lost` (M, P, 2) places
    and people
    that would be isolated if the enemy took the place too; `gates` (M, P) the last place that all its supplies come
    through, -1 if there is none, -2 if it is not reached; `routes` (M, R) 0 open, 1 under fire, 2 cut.
    """

    side: int
    day: int
    kept: NDArray[np.bool_]
    held: NDArray[np.bool_]
    reached: NDArray[np.bool_]
    safe: NDArray[np.bool_]
    hours: NDArray[np.float32]
    ways: NDArray[np.uint8]
    lost: NDArray[np.float32]
    gates: NDArray[np.int32]
    routes: NDArray[np.uint8]
    is_source: NDArray[np.bool_]

    @cached_property
    def isolated(self) -> NDArray[np.bool_]:
        """(M, P): the side keeps the place and no supplies reach it."""
        return self.kept & ~self.reached

    def _given_kept(self, what: NDArray[np.bool_]) -> NDArray[np.float64]:
        number = self.kept.sum(axis=0)
        share: NDArray[np.float64] = (what & self.kept).sum(axis=0) / np.maximum(number, 1)
        return np.where(number > 0, share, np.nan)

    @cached_property
    def p_kept(self) -> NDArray[np.float64]:
        """P(the enemy does not hold the place), (P,)."""
        share: NDArray[np.float64] = self.kept.mean(axis=0)
        return share

    @cached_property
    def p_isolated(self) -> NDArray[np.float64]:
        """P(isolated | kept), (P,); NaN where the enemy always holds it."""
        return self._given_kept(~self.reached)

    @cached_property
    def p_unsafe(self) -> NDArray[np.float64]:
        """P(no way free of fire | kept), (P,)."""
        return self._given_kept(~self.safe)

    def p_way(self, sector: int) -> NDArray[np.float64]:
        """P(supplies come in from a compass point | kept), (P,)."""
        return self._given_kept((self.ways >> sector) & 1 == 1)

    def p_route(self) -> NDArray[np.float64]:
        """P(open, under fire, cut) of each route, (R, 3)."""
        return np.stack([(self.routes == s).mean(axis=0) for s in range(3)], axis=1)


class Theatre:
    """The ground of a case as supplies see it, made once for all days and draws.

    `luck` is drawn once for each of M draws and each route: what is uncertain about a road stays as it fell from
    day to day, and a change of control changes nothing else.
    """

    def __init__(
        self,
        places: Places,
        routes: Routes,
        sources: Mapping[int, NDArray[np.int64]],
        watch: Watch,
        sides: int,
        hearsay: Hearsay | None,
    ) -> None:
        if len(watch.start) - 1 != len(routes):
            raise GroundError(
                f"the paths are of {len(watch.start) - 1} routes and the case has {len(routes)}: they do not "
                f"belong together. Draw them again."
            )
        self.places, self.routes, self.sources, self.watch, self.sides = places, routes, sources, watch, sides
        self.hearsay = hearsay
        self.network: Network = network_of(routes, len(places))
        self.hours = routes.travel_hours
        passes = routes.passes or ((),) * len(routes)
        self._pass_start = np.concatenate([[0], np.cumsum([len(p) for p in passes])]).astype(np.int64)
        self._passes = np.array([p for listed in passes for p in listed], dtype=np.int64)
        ends = np.repeat(np.arange(len(places)), np.diff(self.network.in_start))
        other = self.network.in_target
        bearing = bearing_degrees(places.lat[ends], places.lon[ends], places.lat[other], places.lon[other])
        self._in_sector = (((bearing + 22.5) // 45).astype(np.int64)) % 8
        # Draw m goes with terrain m modulo their number; draws are taken in lots that each begin with the first.
        realisations = watch.sight.realisations
        self._span = 64 // realisations * realisations
        turns = np.arange(0, self._span, realisations, dtype=np.uint64)
        self._watch_bits = np.bitwise_or.reduce(watch.watch_bits[:, None] << turns, axis=1)
        people = np.where(np.isnan(places.population), 0.0, places.population)
        self._weight = np.column_stack([np.ones(len(places)), people])

    def sectors_of(self, place: int) -> NDArray[np.int64]:
        """The compass points, 0 to 7, from which routes come into a place."""
        here = slice(self.network.in_start[place], self.network.in_start[place + 1])
        return np.unique(self._in_sector[here])

    def luck(self, members: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """(M, R) quantiles for `day`."""
        return rng.random((members, len(self.routes)), dtype=np.float32)

    def day(
        self, control: NDArray[np.int8], side: int, day: int, luck: NDArray[np.float32], *, timed: bool = False
    ) -> DaySituation:
        """One side on one day; `control` (M, P) states on it.

        O(M (R + P)), and a logarithm more where hours are asked for.
        """
        members, places = control.shape
        control = np.ascontiguousarray(control)
        limits = self._limits(side, day)
        is_source = np.zeros(places, dtype=bool)
        is_source[self.sources[side]] = True
        states = np.empty((members, len(self.routes)), dtype=np.uint8)
        reached, safe = np.empty((members, places), dtype=bool), np.empty((members, places), dtype=bool)
        hours, ways = (
            np.empty((members if timed else 0, places), dtype=np.float32),
            np.empty((members, places), dtype=np.uint8),
        )
        lost, gates = np.empty((members, places, 2), dtype=np.float32), np.empty((members, places), dtype=np.int32)
        net, watch = self.network, self.watch
        situations(
            control, side, self.sides, self.routes.ends, self._pass_start, self._passes, watch.watch_start,
            watch.watchers, self._watch_bits, self._span, limits, luck,
            net.out_start, net.out_target, net.out_route, net.in_start, net.in_target, net.in_route, self._in_sector,
            self.hours, self.sources[side], is_source, self._weight,
            states, reached, safe, hours, ways, lost, gates,
        )  # fmt: skip
        held = control == side
        return DaySituation(
            side, day, held | (control == self.sides), held, reached, safe, hours, ways, lost, gates, states, is_source
        )

    def at(self, control: NDArray[np.int8], side: int, day: int, luck: NDArray[np.float32], place: int) -> DaySituation:
        """The same for one place alone, and many times sooner: arrays have one column.

        Of its gates, of what goes with it, of hours and routes nothing is said. O(M (R + P) / 64) and a little.
        """
        members = len(control)
        control = np.ascontiguousarray(control)
        reached, safe = np.empty(members, dtype=bool), np.empty(members, dtype=bool)
        ways = np.empty(members, dtype=np.uint8)
        net, watch = self.network, self.watch
        place_supplies(
            control, side, self.sides, place, self.routes.ends, self._pass_start, self._passes, watch.watch_start,
            watch.watchers, self._watch_bits, self._span, self._limits(side, day), luck,
            net.out_start, net.out_target, net.out_route, net.in_start, net.in_target, net.in_route, self._in_sector,
            self.sources[side], reached, safe, ways,
        )  # fmt: skip
        here = control[:, place, None]
        held = here == side
        return DaySituation(
            side, day, held | (here == self.sides), held, reached[:, None], safe[:, None],
            np.empty((0, 1), np.float32), ways[:, None], np.empty((0, 1, 2), np.float32), np.empty((0, 1), np.int32),
            np.empty((0, 0), np.uint8), np.array([place in self.sources[side]]),
        )  # fmt: skip

    def _limits(self, side: int, day: int) -> NDArray[np.float64]:
        """What `situations` draws the states of routes by, (R, 4)."""
        routes = len(self.routes)
        told = np.ones((routes, 3)) if self.hearsay is None else self.hearsay.likelihood(routes, side, day)
        chance = PRIOR_STATE[None, :, :] * told[:, None, :]
        limits: NDArray[np.float64] = chance.cumsum(axis=2)[:, :, :2] / chance.sum(axis=2, keepdims=True)
        return limits.reshape(-1, 4)

    def over(
        self,
        control: NDArray[np.int8],
        sides: Sequence[int],
        luck: NDArray[np.float32],
        see: Callable[[DaySituation], None],
    ) -> None:
        """Every day of control histories (M, P, T), side by side.

        Handed to `see` one at a time: all at once would not fit.
        """
        for t in range(control.shape[2]):
            today = np.ascontiguousarray(control[:, :, t])
            for k in sides:
                see(self.day(today, k, t, luck))

    def before_the_war(self, side: int) -> NDArray[np.float64]:
        """Hours to each place that the side held before the war, every road open; infinite elsewhere."""
        start = self.places.start.astype(np.int8)[None, :]
        calm = np.zeros((1, len(self.routes)), dtype=np.float32)
        blind = Theatre(self.places, self.routes, self.sources, _nobody_watching(self.watch), self.sides, None)
        hours: NDArray[np.float64] = blind.day(start, side, 0, calm, timed=True).hours[0].astype(np.float64)
        return hours

    def overlooked(self, control: NDArray[np.int8], side: int) -> NDArray[np.bool_]:
        """In which draws ground that the enemy holds or contests sees each place, (M, P)."""
        sight = self.watch.places
        out = np.empty(control.shape, dtype=bool)
        overlooked_places(
            np.ascontiguousarray(control), side, sight.start, sight.observer, sight.bits, self.watch.owner,
            sight.realisations, out,
        )  # fmt: skip
        return out


def _nobody_watching(watch: Watch) -> Watch:
    return replace(
        watch,
        watch_start=np.zeros_like(watch.watch_start),
        watchers=watch.watchers[:0],
        watch_bits=watch.watch_bits[:0],
    )


def ways_needed(theatre: Theatre, found: DaySituation, place: int, most: int = 4) -> NDArray[np.int64]:
    """How many places the enemy must take to isolate `place`, in each draw, (M,): 0 if it is isolated, at most `most`.

    0 where he holds it. The smallest vertex cut between the held sources and the place (Menger 1927); `most` for a
    source. Sources can be taken too.
    """
    net, places = theatre.network, len(theatre.places)
    origin = np.repeat(np.arange(places), np.diff(net.out_start))
    root, out = 2 * places, np.zeros(len(found.held), dtype=np.int64)
    sources = theatre.sources[found.side]
    cases: dict[bytes, int] = {}
    for m in np.flatnonzero(found.kept[:, place]).tolist():
        held = found.held[m]
        open_now = found.routes[m] != CUT
        key = held.tobytes() + open_now.tobytes()
        if key not in cases:
            if found.is_source[place] and held[place]:
                cases[key] = most
            else:
                run = open_now[net.out_route] & held[origin] & (held[net.out_target] | (net.out_target == place))
                a, b = origin[run], net.out_target[run]
                inner = np.flatnonzero(held)
                own = sources[held[sources]]
                rows = np.concatenate([2 * inner, 2 * a + 1, np.full(len(own), root)])
                cols = np.concatenate([2 * inner + 1, 2 * b, 2 * own])
                size = np.concatenate([np.ones(len(inner), np.int32), np.full(len(a) + len(own), most, np.int32)])
                graph = csr_array((size.astype(np.int32), (rows, cols)), shape=(root + 1, root + 1))
                graph.sum_duplicates()
                cases[key] = min(most, int(maximum_flow(graph, root, 2 * place).flow_value))
        out[m] = cases[key]
    return out


def gatekeepers_of(found: DaySituation, place: int) -> dict[int, float]:
    """Places through which all supplies of `place` come.

    With the share of the draws that supply it in which they do, likeliest first.
    """
    number: dict[int, int] = {}
    supplied = np.flatnonzero(found.reached[:, place] & found.kept[:, place])
    for m in supplied.tolist():
        here = int(found.gates[m, place])
        while here >= 0:
            number[here] = number.get(here, 0) + 1
            here = int(found.gates[m, here])
    return {g: n / len(supplied) for g, n in sorted(number.items(), key=lambda i: (-i[1], i[0]))}
