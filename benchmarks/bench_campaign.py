"""How long 10,000 campaigns of 30 days over 369 places take: goal 5 s on two cores, and a hundredth of Mesa's time.

The plain reference and a Mesa model of the same rules stand beside it, checked to end in the same state.
"""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path

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
from vedette.dynamics import TransitionPriors
from vedette.situation import supply_sources, watch_over
from vedette.store import read_case, read_ground

sys.path.insert(0, str(Path(__file__).parents[1]))  # so that the Mesa model beside this file is found

GOAL_S, MESA_TIMES, MEMBERS, DAYS, SLOW = 5.0, 100, 10_000, 30, 10
BACKERS = tuple(Backer(f"{name} of {k}", k, frozenset({name})) for k in (0, 1) for name in ("arms", "airspace"))


def main() -> int:
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


if __name__ == "__main__":
    sys.exit(main())
