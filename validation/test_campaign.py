"""The campaign against what followed: the war of 2020, week by week, and places that changed hands.

Scored a week ahead, from each Sunday, on rows of the outcome that are not derived from claims, by the Brier score
of P(the attacker holds it), contested counting for half. The campaign's priors were set before looking.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from vedette.store import read_outcome
from vedette.workflows import CampaignStudy, Study

ORIGINS = [date(2020, 10, 4) + timedelta(days=7 * n) for n in range(5)]
AHEAD = 7


def test_a_week_ahead_the_campaign_beats_nothing_changes() -> None:
    ours, still, count, rows = 0.0, 0.0, 0, []
    for origin in ORIGINS:
        study = Study.of("karabakh-2020", origin)
        campaign = CampaignStudy(study, AHEAD, 2000)
        p = campaign.base.probability
        outcome = read_outcome(study.case)
        then = study.today + AHEAD
        judged = [
            (place, state)
            for place, state, first, last, basis in zip(
                outcome.place, outcome.state, outcome.first, outcome.last, outcome.basis, strict=True
            )
            if first <= then <= last and basis != "derived" and state < 2
        ]
        place = np.array([x for x, _ in judged])
        truth = np.array([float(x == 0) for _, x in judged])
        ahead = p[-1, place, 0] + 0.5 * p[-1, place, 2]
        now = p[0, place, 0] + 0.5 * p[0, place, 2]
        moves = np.abs(now - truth) > 0.5
        a, b = float(((ahead - truth) ** 2).sum()), float(((now - truth) ** 2).sum())
        rows.append(f"{origin}: {len(place)} places, {int(moves.sum())} move; Brier {a / len(place):.4f}, nothing changes {b / len(place):.4f}")
        fall = campaign.base.fell[:, study.case.places.index("shusha")]
        rows.append(f"    P(Shusha falls within a week) {float((fall >= 0).mean()):.3f}")
        ours, still, count = ours + a, still + b, count + len(place)
    print("\n".join(rows))
    print(f"all: {ours / count:.4f}, nothing changes {still / count:.4f}")
    assert ours < still
