"""The campaign against what followed: the war of 2020, week by week, with and without each mechanism.

Scored a week ahead, from each Sunday, by the Brier score of P(the first side holds it), contested counting for half, on
the outcome's sided rows: those not derived from claims, and all. Most places that move have derived rows. No
prior of the campaign was fitted to this war; the row "fitted" uses what was known of it on each origin.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from vedette.campaign import Backer, Calibration, CampaignGround, CampaignPriors, Eyes, Past, Run, Strengths, Truces
from vedette.store import read_outcome
from vedette.workflows import CampaignStudy, Study

ORIGINS = [date(2020, 10, 4) + timedelta(days=7 * n) for n in range(5)]
AHEAD, MEMBERS = 7, 2000
NEVER, ONE, NONE = (1e-9, 1e-9), (1.0, 1e-9), (0.0, 1e-12)
WITHOUT: dict[str, dict[str, Any]] = {
    "as it is": {},
    "sectors alike": {"front": 1e6},
    "the cut off fall no sooner": {"isolation": ONE},
    "no withdrawal": {"withdrawal": NEVER},
    "equal strengths": {"strength": 1e-9, "odds": (0.0, 0.0)},
    "no end of the fighting": {"ceasefire": (1e-9, 1e9)},
    "every ceasefire holds": {"breach": (1e-9, 1e9)},
    "no worth": {"roads": NONE, "people": NONE, "capital": NONE, "symbol": NONE},
    "nothing dearer than the rest": {"resolve": ONE},
    "no losses": {"toll_attacker": NEVER, "toll_defender": NEVER},
    "no reserves": {"reserves": (1.0, 1e9)},
    "tempo goes on as it is": {"persistence": (1e4, 1.0)},
    "tempo of the war so far": {"persistence": (1.0, 1e4)},
}

"""What the priors of a row are instead; a width of 0 is not allowed, so it is tiny."""


def blind(ground: CampaignGround) -> CampaignGround:
    return replace(ground, eyes=Eyes.none(len(ground.places)))


def next_door(ground: CampaignGround) -> CampaignGround:
    """Whoever is next door sees a place, and nobody sees a road: the cut off leave, overlooked or not."""
    near = ground.neighbours
    bits = np.ones(len(near.index), dtype=np.uint64)
    return replace(ground, eyes=Eyes(near.start.astype(np.int64), near.index.astype(np.int64), bits, 1))


def deaf(past: Past) -> Past:
    """Nobody speaks of assaults that were beaten off."""
    return replace(past, front=replace(past.front, repulsed=np.zeros_like(past.front.repulsed)))


def unbound(backers: tuple[Backer, ...]) -> tuple[Backer, ...]:
    """Whoever said on what its help depends is taken not to have meant it."""
    return tuple(replace(b, only_if=()) for b in backers)


CHANGED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "nobody sees anything": ("ground", blind),
    "the cut off leave, overlooked or not": ("ground", next_door),
    "deaf to repulses": ("past", deaf),
    "deaf to ceasefires": ("truces", lambda _: Truces()),
    "no answers of backers": ("backers", lambda _: ()),
    "backers bound by nothing they said": ("backers", unbound),
    "no number of troops": ("strengths", lambda said: Strengths.unknown(*said.log.shape)),
}
"""What of a campaign a row changes, and how."""


@pytest.fixture(scope="module")
def studies() -> list[Study]:
    return [Study.of("karabakh-2020", origin) for origin in ORIGINS]


def scores(study: Study, base: Run) -> np.ndarray:
    """Summed squared errors, ours and nothing changes', and rows: of all, then of those not derived."""
    p, out = base.probability, []
    outcome = read_outcome(study.case)
    for selected in (None, outcome.independent):
        truth = outcome.grid(selected)[:, study.today + AHEAD]
        place = np.flatnonzero((truth == 0) | (truth == 1))
        held = truth[place] == 0
        ahead, now = (p[d, place, 0] + 0.5 * p[d, place, 2] for d in (-1, 0))
        out.append([((ahead - held) ** 2).sum(), ((now - held) ** 2).sum(), len(place)])
    return np.array(out)


def test_a_week_ahead_with_and_without_each_mechanism(studies: list[Study]) -> None:
    found = {}
    for name in (*WITHOUT, *CHANGED):
        changed: dict[str, Any] = WITHOUT.get(name, {})
        priors = replace(CampaignPriors(), **changed)
        weeks, falls = [], []
        for study in studies:
            campaign = CampaignStudy(study, AHEAD, MEMBERS, Calibration("none", study.as_of, 1, priors))
            if name in CHANGED:
                part, change = CHANGED[name]
                vars(campaign)[part] = change(getattr(campaign, part))
            weeks.append(scores(study, campaign.base))
            falls.append(float((campaign.base.fell[:, study.case.places.index("shusha")] >= 0).mean()))
        total = np.sum(weeks, axis=0)
        found[name] = total[:, 0] / total[:, 2]
        still = total[:, 1] / total[:, 2]
        print(f"{name}: all {found[name][0]:.4f}, not derived {found[name][1]:.4f}; Shusha {np.round(falls, 3)}")
        if name == "as it is":
            for origin, week in zip(ORIGINS, weeks, strict=True):
                ours, nothing = week[:, 0] / week[:, 2], week[:, 1] / week[:, 2]
                print(
                    f"  {origin}: all {ours[0]:.4f} against {nothing[0]:.4f}, not derived {ours[1]:.4f} against "
                    f"{nothing[1]:.4f}, {int(week[1, 2])} rows"
                )
    print(f"nothing changes: all {still[0]:.4f}, not derived {still[1]:.4f}")
    assert found["as it is"][0] < still[0]
    assert found["as it is"][1] < found["sectors alike"][1], "quiet sectors must stay quieter"
    assert found["as it is"][1] < still[1] + 0.008


def test_a_week_ahead_with_parameters_fitted_to_the_war_so_far(studies: list[Study]) -> None:
    total, plain = np.zeros((2, 3)), np.zeros((2, 3))
    for study in studies:
        campaign = CampaignStudy(study, AHEAD, MEMBERS)
        plain += scores(study, campaign.base)
        total += scores(study, CampaignStudy(study, AHEAD, MEMBERS, campaign.calibrate()).base)
    fitted, usual = total[:, 0] / total[:, 2], plain[:, 0] / plain[:, 2]
    print(f"fitted: all {fitted[0]:.4f}, not derived {fitted[1]:.4f}; priors: {usual[0]:.4f}, {usual[1]:.4f}")
    assert fitted[0] < usual[0]
