"""How long 10,000 campaigns of 30 days over 369 places take: goal 5 s on two cores, and a hundredth of Mesa's time.

The plain reference and a Mesa model of the same rules stand beside it, checked to end in the same state. Then 500
campaigns over 30,000 places, a line through their middle: goal 10 s, against laying everything out anew every day.
"""

from __future__ import annotations

import resource
import sys
import time
from datetime import date
from pathlib import Path

import numba
import numpy as np
from numpy.typing import NDArray

from vedette.campaign import (
    Backer,
    CampaignPriors,
    Front,
    Parameters,
    Scenario,
    campaign_ground,
    draw_parameters,
    orders_of,
    run,
    run_member,
)
from vedette.campaign._stand_kernels import stand_of
from vedette.dynamics import TransitionPriors
from vedette.ground import Heights, Places, RoutePaths, Routes, neighbours_of
from vedette.situation import supply_sources, watch_over
from vedette.store import read_case, read_ground

sys.path.insert(0, str(Path(__file__).parents[1]))  # so that the Mesa model beside this file is found

GOAL_S, MESA_TIMES, MEMBERS, DAYS, SLOW = 5.0, 100, 10_000, 30, 10
LARGE_GOAL_S, LARGE_MEMBERS, LARGE = 10.0, 500, (200, 150)
BACKERS = tuple(Backer(f"{name} of {k}", k, frozenset({name})) for k in (0, 1) for name in ("arms", "airspace"))


def main() -> int:
    return small() | large()


def small() -> int:
    case = read_case("karabakh-2020")
    sources = supply_sources(case.places, case.sides, case.supply)
    land = read_ground(case)
    watch = watch_over(case.places, land.paths, land.heights, land.terrain, np.random.default_rng(0))
    ground = campaign_ground(
        case.places, case.neighbours, case.routes, sources, 2,
        watch=watch, capitals=case.capitals, symbols=case.symbols,
    )  # fmt: skip
    start = np.where(case.places.start < 2, case.places.start, 0).astype(np.int8)
    control = np.repeat(start[None], MEMBERS, axis=0)
    numbers = np.arange(MEMBERS)
    dynamics = TransitionPriors()
    hazard = np.repeat([dynamics.hazard], MEMBERS, axis=0)
    orders = orders_of(Scenario(), ground, date(2020, 9, 27), DAYS, BACKERS)

    slow: list[float | None] = []

    def agents(parameters: Parameters, final: NDArray[np.int8]) -> float | None:
        try:
            from benchmarks.mesa_campaign import CampaignModel
        except ImportError:
            print("Mesa is not installed: no comparison with it (pip install mesa)")
            return None
        begun = time.perf_counter()
        models = [CampaignModel(ground, parameters, orders, m, 0, start.tolist()) for m in range(SLOW)]
        for model in models:
            for _ in range(DAYS):
                model.step()
        seconds = (time.perf_counter() - begun) / SLOW
        for m, model in enumerate(models):
            assert [a.state for a in model.places] == final[m].tolist(), "the same rules end in the same state"
        return seconds

    def once(count: int) -> float:
        begun = time.perf_counter()
        parameters = draw_parameters(
            numbers[:count], hazard[:count], np.ones((count, 2, 2)),
            front=Front.unknown(count, 2, len(ground.sectors)), backers=BACKERS, days=DAYS,
            seed=0, priors=CampaignPriors(), dynamics=dynamics,
        )  # fmt: skip
        final = run(ground, parameters, orders, control[:count], control[:count], numbers[:count], 0).final
        if count == SLOW:
            begun = time.perf_counter()
            for m in range(SLOW):
                run_member(ground, parameters, orders, m, m, 0, start.tolist(), start.tolist())
            slow.append((time.perf_counter() - begun) / SLOW)
            slow.append(agents(parameters, final))
        return time.perf_counter() - begun

    once(SLOW)
    seconds = min(once(MEMBERS) for _ in range(3))
    print(f"{MEMBERS:,} members x {len(case.places)} places x {DAYS} days: {seconds:.2f} s (goal {GOAL_S:.0f} s)")
    plain, mesa = slow
    times = [("in plain Python", plain), ("in Mesa", mesa)]
    for name, each in times:
        if each is not None:
            print(f"{name}: {each * 1000:.0f} ms a member, {each * MEMBERS / seconds:.0f} times as long")
    return int(seconds > GOAL_S or (mesa is not None and mesa * MEMBERS < MESA_TIMES * seconds))


def large() -> int:
    """Places every five kilometres, not quite in rows, roads between neighbours, the outer quarters the sources."""
    rng = np.random.default_rng(0)
    east, north = (a.reshape(-1) for a in np.meshgrid(*(np.arange(n) + rng.uniform(-0.2, 0.2, n) for n in LARGE)))
    east, north = east + rng.uniform(-0.2, 0.2, len(east)), north + rng.uniform(-0.2, 0.2, len(east))
    count = len(east)
    ids = tuple(f"p{i}" for i in range(count))
    nothing, start = np.full(count, np.nan), (east > LARGE[0] / 2).astype(np.int8)
    places = Places(
        ids, ids, ((),) * count, ("village",) * count, ("",) * count, 48.0 + 0.045 * north, 30.0 + 0.067 * east,
        nothing, nothing, start,
    )  # fmt: skip
    near = neighbours_of(places)
    ends, names = near.pairs, tuple(f"r{r}" for r in range(len(near.pairs)))
    routes = Routes(names, names, ("road",) * len(ends), ends, np.full(len(ends), 5.0), np.ones(len(ends), dtype=bool))
    nobody = Heights((), (), np.empty(0), np.empty(0), np.empty(0))
    watch = watch_over(places, RoutePaths.straight(routes, places.lat, places.lon), nobody, None, rng)
    sources = {0: np.flatnonzero(east < LARGE[0] / 4), 1: np.flatnonzero(east > 3 * LARGE[0] / 4)}
    ground = campaign_ground(places, near, routes, sources, 2, watch=watch)
    land, orders = ground.land, orders_of(Scenario(), ground, date(2031, 4, 1), DAYS)
    ways, dynamics = orders.roads.ways(len(routes)), TransitionPriors()

    def once(members: int) -> float:
        control = np.repeat(start[None], members, axis=0)
        parameters = draw_parameters(
            np.arange(members), np.repeat([dynamics.hazard], members, axis=0), np.ones((members, 2, 2)),
            front=Front.unknown(members, 2, 1), backers=(), days=DAYS, seed=0, priors=CampaignPriors(),
            dynamics=dynamics,
        )  # fmt: skip
        begun = time.perf_counter()
        run(ground, parameters, orders, control, control, np.arange(members), 0)
        return time.perf_counter() - begun

    def anew() -> float:
        begun = time.perf_counter()
        stand_of(start, land, ways)
        return time.perf_counter() - begun

    once(SLOW)
    seconds, daily = min(once(LARGE_MEMBERS) for _ in range(3)), min(anew() for _ in range(SLOW))
    print(f"{LARGE_MEMBERS} members x {count:,} places x {DAYS} days: {seconds:.2f} s (goal {LARGE_GOAL_S:.0f} s)")
    times = (DAYS + 1) * daily * LARGE_MEMBERS / min(2, numba.get_num_threads()) / seconds
    print(f"neighbours and supplies laid out anew every day: {daily * 1000:.1f} ms each, {times:.0f} times as long")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
    return int(seconds > LARGE_GOAL_S)


if __name__ == "__main__":
    sys.exit(main())
