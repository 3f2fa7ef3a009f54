"""The campaign against what followed: the war of 2020, week by week.

Scored a week ahead, from each Sunday, by the Brier score of P(the first side holds it), contested counting for half, on
the outcome's sided rows: those not derived from claims, and all. Most places that move have derived rows. No
prior of the campaign was fitted to this war.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from vedette.store import read_outcome
from vedette.workflows import CampaignStudy, Study

ORIGINS = [date(2020, 10, 4) + timedelta(days=7 * n) for n in range(5)]
AHEAD = 7


def test_a_week_ahead_the_campaign_beats_nothing_changes_on_what_moves() -> None:
    total = {"all": np.zeros(3), "not derived": np.zeros(3)}
    for origin in ORIGINS:
        study = Study.of("karabakh-2020", origin)
        p = (base := CampaignStudy(study, AHEAD, 2000).base).probability
        outcome = read_outcome(study.case)
        for rows, selected in (("all", None), ("not derived", outcome.independent)):
            truth = outcome.grid(selected)[:, study.today + AHEAD]
            place = np.flatnonzero((truth == 0) | (truth == 1))
            held = truth[place] == 0
            ahead, now = (p[d, place, 0] + 0.5 * p[d, place, 2] for d in (-1, 0))
            score = np.array([((ahead - held) ** 2).sum(), ((now - held) ** 2).sum(), len(place)])
            total[rows] += score
            moves = int((np.abs(now - held) > 0.5).sum())
            print(
                f"{origin}, {rows}: {len(place)} places, {moves} not as believed; Brier {score[0] / score[2]:.4f}, "
                f"nothing changes {score[1] / score[2]:.4f}"
            )
        fall = base.fell[:, study.case.places.index("shusha")]
        print(f"    P(Shusha falls within a week) {float((fall >= 0).mean()):.3f}")
    for rows, (ours, still, count) in total.items():
        print(f"{rows}: {ours / count:.4f}, nothing changes {still / count:.4f}")
    assert total["all"][0] < total["all"][1]
