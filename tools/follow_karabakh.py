"""The roads to Shusha and the garrison of Hadrut, as known day by day: the tables of docs/situation.md.

    python tools/follow_karabakh.py

Every day uses only what was published by it.
"""

from __future__ import annotations

import numpy as np

from vedette.belief import nowcasts
from vedette.ground import COMPASS
from vedette.situation import Theatre
from vedette.workflows import GroundStudy, Study
from vedette.workflows.situation import hearsay_of

ROADS = ("lc_tegh_zabukh", "lc_lachin_lisagor", "lc_lisagor_shusha", "lc_shusha_stepanakert")
ARTSAKH = 1


def main() -> None:
    study = Study.of("karabakh-2020")
    case, ground = study.case, GroundStudy(study)
    watch = ground.theatre.watch
    each = nowcasts(case.claims, case.maps, case.neighbours, len(case.days) - 1, seed=0, threads=2)
    for t, belief in enumerate(each):
        if not (5 <= t <= 18 or t >= 36):
            continue
        known = case.claims.until(t)
        theatre = Theatre(
            case.places, case.routes, study.supply_sources, watch, len(case.sides), hearsay_of(belief, known)
        )
        luck = theatre.luck(belief.members, np.random.default_rng(2))
        control = np.ascontiguousarray(belief.control[:, :, t])
        found = theatre.day(control, ARTSAKH, t, luck)
        for name in ("hadrut", "shusha", "stepanakert"):
            p = case.places.index(name)
            ways = ", ".join(f"{COMPASS[s]} {found.p_way(s)[p]:.2f}" for s in theatre.sectors_of(p))
            over = theatre.overlooked(control, ARTSAKH)[:, p].mean()
            print(
                f"{case.days.date(t)} {name}: kept {found.p_kept[p]:.2f} isolated {found.p_isolated[p]:.2f} "
                f"unsafe {found.p_unsafe[p]:.2f} overlooked {over:.2f}; {ways}"
            )
        for road in ROADS:
            chance = found.p_route()[case.routes.index(road)]
            print(f"    {road}: open {chance[0]:.2f} under fire {chance[1]:.2f} cut {chance[2]:.2f}", flush=True)


if __name__ == "__main__":
    main()
