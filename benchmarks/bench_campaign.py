"""How long 10,000 campaigns of 30 days over 369 places take: goal 5 s on two cores; the plain reference beside it."""

from __future__ import annotations

import sys
import time
from datetime import date

import numpy as np

from vedette.campaign import (
    CampaignPriors,
    Front,
    Scenario,
    campaign_ground,
    draw_parameters,
    orders_of,
    run,
    run_member,
)
from vedette.dynamics import TransitionPriors
from vedette.situation import supply_sources
from vedette.store import read_case

GOAL_S, MEMBERS, DAYS, SLOW = 5.0, 10_000, 30, 20


def main() -> int:
    case = read_case("karabakh-2020")
    sources = supply_sources(case.places, case.sides, case.supply)
    ground = campaign_ground(case.places, case.neighbours, case.routes, sources, 2)
    start = np.where(case.places.start < 2, case.places.start, 0).astype(np.int8)
    control = np.repeat(start[None], MEMBERS, axis=0)
    numbers = np.arange(MEMBERS)
    dynamics = TransitionPriors()
    hazard = np.repeat([dynamics.hazard], MEMBERS, axis=0)
    orders = orders_of(Scenario(), ground, date(2020, 9, 27), DAYS)

    def once(count: int) -> float:
        begun = time.perf_counter()
        parameters = draw_parameters(
            numbers[:count], hazard[:count], np.ones((count, 2, 2)),
            front=Front.unknown(count, 2, len(ground.sectors)), backing=1, days=DAYS,
            seed=0, priors=CampaignPriors(), dynamics=dynamics,
        )  # fmt: skip
        run(ground, parameters, orders, control[:count], control[:count], numbers[:count], 0)
        if count == SLOW:
            begun = time.perf_counter()
            for m in range(SLOW):
                run_member(ground, parameters, orders, m, m, 0, start.tolist(), start.tolist())
        return time.perf_counter() - begun

    slow = once(SLOW) / SLOW
    seconds = min(once(MEMBERS) for _ in range(3))
    print(f"{MEMBERS:,} members x {len(case.places)} places x {DAYS} days: {seconds:.2f} s (goal {GOAL_S:.0f} s)")
    print(f"in plain Python: {slow * 1000:.0f} ms a member, {slow * MEMBERS / seconds:.0f} times as long")
    return int(seconds > GOAL_S)


if __name__ == "__main__":
    sys.exit(main())
