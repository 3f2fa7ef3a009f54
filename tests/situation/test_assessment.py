"""Supply in every draw: against enumeration of all ways on small maps, and laws that hold on any map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vedette.ground import Heights, Places, RoutePaths, Routes
from vedette.situation import DaySituation, Theatre, gatekeepers_of, watch_over, ways_needed

BLUE, ORANGE, CONTESTED = 0, 1, 2
NOWHERE = Heights((), (), np.empty(0), np.empty(0), np.empty(0))


@dataclass(frozen=True)
class Map:
    """A small map: where places lie (km east, km north), roads, holders in each draw, sources of blue."""

    xy: NDArray[np.float64]
    ends: NDArray[np.int32]
    two_way: NDArray[np.bool_]
    control: NDArray[np.int8]
    sources: NDArray[np.int64]
    lon: float = 20.0

    def theatre(self) -> Theatre:
        n = len(self.xy)
        names = tuple(f"p{i}" for i in range(n))
        places = Places(
            ids=names, names=names, aliases=((),) * n, kinds=("village",) * n, districts=("",) * n, lat=self.xy[:,
            1] / 111.195,
            lon=(self.lon + self.xy[:, 0] / 111.195 + 180) % 360 - 180,
            elevation_m=np.full(n, np.nan), population=np.arange(n, dtype=float),
            start=np.zeros(n, dtype=np.int8),
        )  # fmt: skip
        routes = Routes(
            ids=tuple(f"r{k}" for k in range(len(self.ends))), names=("",) * len(self.ends),
            classes=("",) * len(self.ends),
            ends=self.ends, length_km=np.full(len(self.ends), 10.0), two_way=self.two_way,
        )  # fmt: skip
        watch = watch_over(
            places, RoutePaths.straight(routes, places.lat, places.lon), NOWHERE, None, np.random.default_rng(0)
        )
        return Theatre(places, routes, {BLUE: self.sources, ORANGE: np.array([n - 1])}, watch, 2, None)

    def day(self, side: int = BLUE, luck: float | NDArray[np.float32] = 0.0) -> DaySituation:
        theatre = self.theatre()
        chance = np.broadcast_to(np.float32(luck), (len(self.control), len(self.ends))).copy()
        return theatre.day(self.control, side, 0, chance, timed=True)


@st.composite
def maps(draw: st.DrawFn) -> Map:
    n = draw(st.integers(3, 7))
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n)]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=12, unique=True))
    turn = draw(st.permutations(range(n)))
    angle = 2 * np.pi * np.array(turn) / n
    xy: NDArray[np.float64] = 40.0 * np.column_stack([np.sin(angle), np.cos(angle)]) + np.arange(n)[:, None]
    control = draw(
        st.lists(
            st.lists(st.sampled_from([BLUE, BLUE, ORANGE, CONTESTED]), min_size=n, max_size=n), min_size=1, max_size=3
        )
    )
    return Map(
        xy=np.asarray(xy, dtype=np.float64),
        ends=np.array(chosen, dtype=np.int32),
        two_way=np.array(draw(st.lists(st.booleans(), min_size=len(chosen), max_size=len(chosen))), dtype=bool),
        control=np.array(control, dtype=np.int8),
        sources=np.array(sorted(draw(st.sets(st.integers(0, n - 1), min_size=1, max_size=2))), dtype=np.int64),
    )


def simple_ways(found: Map, holder: NDArray[np.int8], goal: int, without: int = -1) -> Iterator[list[int]]:
    """Every way without a loop from a held source of blue to `goal`, over held places; all of them, one by one."""
    beside: dict[int, list[int]] = {}
    for (a, b), both in zip(found.ends.tolist(), found.two_way.tolist(), strict=True):
        beside.setdefault(a, []).append(b)
        if both:
            beside.setdefault(b, []).append(a)

    def onward(way: list[int]) -> Iterator[list[int]]:
        if way[-1] == goal:
            yield way
            return
        for there in beside.get(way[-1], []):
            enemy = holder[there] == ORANGE
            if there not in way and there != without and not enemy and (there == goal or holder[there] == BLUE):
                yield from onward([*way, there])

    for source in found.sources.tolist():
        if holder[source] == BLUE and source != without:
            yield from onward([source])


@settings(max_examples=80)
@given(maps())
def test_supply_is_what_enumeration_of_all_ways_finds(found: Map) -> None:
    day = found.day()
    theatre = found.theatre()
    for m, holder in enumerate(found.control):
        for goal in range(len(found.xy)):
            if holder[goal] == ORANGE:
                continue
            ways = list(simple_ways(found, holder, goal))
            assert day.reached[m, goal] == bool(ways)
            if ways:
                assert np.isclose(day.hours[m, goal], 0.25 * min(len(w) - 1 for w in ways))  # 10 km at 40 km/h
                gate = set.intersection(*({p for p in w if p != goal} for w in ways))
                one = replace(found, control=found.control[m : m + 1]).day()
                assert set(gatekeepers_of(one, goal)) == gate
            enters = {w[-2] for w in simple_ways(found, holder, goal) if len(w) > 1}
            sectors = 0
            for p in enters:
                e, n = found.xy[p] - found.xy[goal]
                sectors |= 1 << int(((np.degrees(np.arctan2(e, n)) % 360) + 22.5) // 45) % 8
            assert day.ways[m, goal] == sectors or _near_the_seam(found, goal)
            least = _smallest_cut(found, holder, goal)
            assert min(ways_needed(theatre, day, goal)[m], 3) == min(least, 3)


def _near_the_seam(found: Map, goal: int) -> bool:
    """A bearing within a degree of the seam of two compass points may fall to either: the earth is round."""
    east, north = (np.delete(found.xy, goal, axis=0) - found.xy[goal]).T
    off = (np.degrees(np.arctan2(east, north)) + 22.5) % 45
    return bool(np.any((off < 1) | (off > 44)))


@settings(max_examples=40)
@given(maps(), st.integers(0, 99))
def test_one_place_alone_is_supplied_as_among_all(found: Map, seed: int) -> None:
    theatre = found.theatre()
    luck = np.random.default_rng(seed).choice(
        np.array([0.0, 0.9, 0.985, 0.995], dtype=np.float32), (len(found.control), len(found.ends))
    )
    for side in (BLUE, ORANGE):
        day = theatre.day(found.control, side, 0, luck)
        for place in range(len(found.xy)):
            alone = theatre.at(found.control, side, 0, luck, place)
            for name in ("kept", "held", "reached", "safe", "ways", "isolated"):
                np.testing.assert_array_equal(getattr(alone, name)[:, 0], getattr(day, name)[:, place], err_msg=name)
            for name in ("p_kept", "p_isolated", "p_unsafe", "is_source"):
                assert np.array_equal(getattr(alone, name)[0], getattr(day, name)[place], equal_nan=True)


@pytest.mark.parametrize("seed", range(30))
def test_gatekeepers_are_the_places_without_which_nothing_comes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(8, 30))
    pairs = np.array([(a, b) for a in range(n) for b in range(n) if a != b])
    ends = pairs[rng.choice(len(pairs), int(n * rng.uniform(1.2, 2.5)), replace=False)].astype(np.int32)
    angle = 2 * np.pi * np.arange(n) / n
    found = Map(
        xy=40.0 * np.column_stack([np.sin(angle), np.cos(angle)]),
        ends=ends,
        two_way=rng.random(len(ends)) < 0.3,
        control=np.full((1, n), BLUE, dtype=np.int8),
        sources=np.array([0]),
    )
    day = found.day()
    everywhere = _reached(found)
    missing = [_reached(found, without=p) for p in range(n)]
    for goal in range(1, n):
        assert day.reached[0, goal] == (goal in everywhere)
        if goal in everywhere:
            assert set(gatekeepers_of(day, goal)) == {p for p in range(n) if p != goal and goal not in missing[p]}


def _reached(found: Map, without: int = -1) -> set[int]:
    """Places that the one source reaches when a place is taken out, all held."""
    arcs = [tuple(pair) for pair in found.ends.tolist()]
    arcs += [(b, a) for (a, b), both in zip(arcs, found.two_way.tolist(), strict=True) if both]
    out = {int(found.sources[0])} - {without}
    waiting = list(out)
    while waiting:
        here = waiting.pop()
        onward = {b for a, b in arcs if a == here and b != without} - out
        out |= onward
        waiting += onward
    return out


def _smallest_cut(found: Map, holder: NDArray[np.int8], goal: int) -> int:
    from itertools import combinations

    if goal in found.sources and holder[goal] == BLUE:
        return 99
    ways = [set(w) - {goal} for w in simple_ways(found, holder, goal)]
    for size in range(len(holder)):
        if any(all(set(cut) & w for w in ways) for cut in combinations(range(len(holder)), size)):
            return size
    return 99


@settings(max_examples=60)
@given(maps(), st.data())
def test_one_more_route_never_isolates(found: Map, data: st.DataObject) -> None:
    n = len(found.xy)
    more = data.draw(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda p: p[0] != p[1]))
    before = found.day().reached
    wider = replace(
        found, ends=np.vstack([found.ends, [more]]).astype(np.int32), two_way=np.append(found.two_way, True)
    )
    assert not (before & ~wider.day().reached).any()


@settings(max_examples=60)
@given(maps(), st.data())
def test_taking_a_place_never_helps_the_other_side(found: Map, data: st.DataObject) -> None:
    """Neither its roads nor its supply: the luck of each road stays as it fell."""
    place = data.draw(st.integers(0, len(found.xy) - 1))
    luck = data.draw(st.floats(0, 0.999))
    before = found.day(BLUE, luck)
    lost = found.control.copy()
    lost[:, place] = ORANGE
    after = replace(found, control=lost).day(BLUE, luck)
    assert (after.routes >= before.routes).all()
    kept = np.arange(len(found.xy)) != place
    assert not (after.reached & ~before.reached)[:, kept].any()
    assert not (after.safe & ~before.safe)[:, kept].any()


@settings(max_examples=40)
@given(maps(), st.integers(1, 7))
def test_bearings_turn_with_the_map(found: Map, eighths: int) -> None:
    """Turned by eighths of a circle, every open way comes from as many points further on."""
    angle = eighths * np.pi / 4
    turned = np.column_stack(
        [
            found.xy[:, 0] * np.cos(angle) + found.xy[:, 1] * np.sin(angle),
            found.xy[:, 1] * np.cos(angle) - found.xy[:, 0] * np.sin(angle),
        ]
    )
    before, after = found.day().ways.astype(int), replace(found, xy=turned).day().ways.astype(int)
    rotated = ((before << eighths) | (before >> (8 - eighths))) & 255
    clear = np.array([not _near_the_seam(found, g) for g in range(len(found.xy))])
    assert (rotated == after)[:, clear].all()


@settings(max_examples=20)
@given(maps())
def test_a_war_over_the_date_line_is_a_war_like_any_other(found: Map) -> None:
    here, there = found.day(), replace(found, lon=180.0).day()
    for name in ("routes", "reached", "safe", "gates"):
        np.testing.assert_array_equal(getattr(here, name), getattr(there, name))
    np.testing.assert_array_equal(found.theatre().watch.watchers, replace(found, lon=180.0).theatre().watch.watchers)
    clear = np.array([not _near_the_seam(found, g) for g in range(len(found.xy))])
    np.testing.assert_array_equal(here.ways[:, clear], there.ways[:, clear])


def test_what_a_place_gates_is_lost_with_it() -> None:
    """A chain of four, supplied from one end: the second gates two, with 2 + 3 people."""
    chain = Map(
        xy=np.array([[0, 0], [20, 0], [40, 0], [60, 0], [90, 30]], dtype=float),
        ends=np.array([[0, 1], [1, 2], [2, 3]], dtype=np.int32),
        two_way=np.ones(3, dtype=bool),
        control=np.array([[BLUE, BLUE, BLUE, BLUE, ORANGE]], dtype=np.int8),
        sources=np.array([0]),
    )
    day = chain.day()
    assert day.lost[0, 1].tolist() == [2, 5]
    assert gatekeepers_of(day, 3) == {0: 1.0, 1: 1.0, 2: 1.0}
    assert day.ways[0, 3] == 1 << 6  # from the west


def test_a_road_that_the_enemy_sees_is_under_fire_most_of_the_time() -> None:
    """Enemy-held ground 1 km from the road, no elevation model: 85 % under fire, 10 % cut, by quantile of luck."""
    road = Map(
        xy=np.array([[0, 0], [20, 0], [10, 1]], dtype=float),
        ends=np.array([[0, 1]], dtype=np.int32),
        two_way=np.ones(1, dtype=bool),
        control=np.array([[BLUE, BLUE, ORANGE]] * 3, dtype=np.int8),
        sources=np.array([0]),
    )
    luck = np.array([[0.04], [0.5], [0.95]], dtype=np.float32)
    day = road.day(BLUE, luck)
    assert day.routes[:, 0].tolist() == [0, 1, 2]
    assert day.reached[:, 1].tolist() == [True, True, False]
    assert day.safe[:, 1].tolist() == [True, False, False]
    calm = replace(road, control=np.array([[BLUE, BLUE, BLUE]] * 3, dtype=np.int8)).day(BLUE, luck)
    assert calm.routes[:, 0].tolist() == [0, 0, 0]


@pytest.mark.parametrize("realisations", [1, 24, 64])
def test_each_draw_goes_with_its_own_terrain_and_its_own_luck(realisations: int) -> None:
    """130 draws of a ring of seven against a plain walk over routes, watchers and places on the way."""
    rng = np.random.default_rng(realisations)
    n, members = 7, 130
    angle = 2 * np.pi * np.arange(n) / n
    ring = Map(
        xy=40.0 * np.column_stack([np.sin(angle), np.cos(angle)]),
        ends=np.array([(a, (a + step) % n) for a in range(n) for step in (1, 2)], dtype=np.int32),
        two_way=rng.random(2 * n) < 0.7,
        control=rng.choice([BLUE, BLUE, BLUE, ORANGE, CONTESTED], (members, n)).astype(np.int8),
        sources=np.array([0, 3]),
    )
    plain = ring.theatre()
    routes = replace(plain.routes, passes=tuple(((a + 1) % n,) if a % 3 == 0 else () for a, _ in ring.ends.tolist()))
    number = rng.integers(0, 4, len(ring.ends))
    watch = replace(
        plain.watch,
        watch_start=np.concatenate([[0], np.cumsum(number)]),
        watchers=rng.integers(0, n, number.sum()),
        watch_bits=rng.integers(0, 2**realisations - 1, number.sum(), dtype=np.uint64, endpoint=True),
        sight=replace(plain.watch.sight, realisations=realisations),
    )
    theatre = Theatre(plain.places, routes, plain.sources, watch, 2, None)
    luck = theatre.luck(members, rng)
    found = theatre.day(ring.control, BLUE, 0, luck)
    for m, holder in enumerate(ring.control):
        expected = []
        for r, (a, b) in enumerate(ring.ends.tolist()):
            seen = any(
                holder[watch.watchers[w]] != BLUE and int(watch.watch_bits[w]) >> (m % realisations) & 1
                for w in range(watch.watch_start[r], watch.watch_start[r + 1])
            )
            shut = ORANGE in (holder[a], holder[b]) or any(holder[p] != BLUE for p in routes.passes[r])
            p_open, p_fire = (0.05, 0.90) if seen else (0.98, 0.99)
            expected.append(2 if shut or luck[m, r] >= p_fire else int(luck[m, r] >= p_open))
        assert found.routes[m].tolist() == expected
        for goal in range(n):
            safe = replace(ring, ends=ring.ends[(state := np.array(expected)) == 0], two_way=ring.two_way[state == 0])
            open_to = replace(ring, ends=ring.ends[state < 2], two_way=ring.two_way[state < 2])
            assert found.safe[m, goal] == any(simple_ways(safe, holder, goal)) or holder[goal] == ORANGE
            assert found.reached[m, goal] == any(simple_ways(open_to, holder, goal)) or holder[goal] == ORANGE


@settings(max_examples=20)
@given(maps())
def test_the_number_of_threads_changes_nothing(found: Map) -> None:
    import numba

    before = found.day(BLUE, 0.9)
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        after = found.day(BLUE, 0.9)
    finally:
        numba.set_num_threads(threads)
    for name in ("routes", "reached", "ways", "gates", "lost"):
        np.testing.assert_array_equal(getattr(before, name), getattr(after, name))
