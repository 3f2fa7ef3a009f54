"""Battle odds from CDB90 (github.com/jrnold/CDB90, ODC-By; United States Army Concepts Analysis Agency).

What the campaign takes from it is one number, the slope of the attacker's log odds on the log of the force
ratio, with its standard error; and the table says how little a force ratio tells. Wars are held out whole.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from vedette.campaign import CampaignPriors

POSTURES = ("HD", "PD", "FD", "DL", "WD")
TERRAINS = "RFGOU"


def battles() -> list[dict[str, str]]:
    home = Path(os.environ.get("VEDETTE_SHARED", Path(__file__).parents[2] / "shared")) / "data" / "cdb90"
    if not home.is_dir():
        pytest.skip(f"needs the battles of CDB90, which are not at {home}")
    with (home / "CDB90-patched.csv").open(encoding="utf-8", errors="replace") as file:
        rows = list(csv.DictReader(file))
    return [r for r in rows if r["WINA"] in ("1", "-1") and number(r["STRA"]) > 0 and number(r["STRD"]) > 0]


def number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return np.nan
    return value if value >= 0 and value not in (9999.0, 99999.0, 999999.0) else np.nan


def columns(rows: list[dict[str, str]], *, more: bool) -> NDArray[np.float64]:
    """The log force ratio; with `more`, weapons, posture, terrain and air: all known before the battle."""
    out = [[np.log(number(r["STRA"]) / number(r["STRD"])) for r in rows]]
    if more:
        for a, d in (("TANKA", "TANKD"), ("ARTYA", "ARTYD"), ("FLYA", "FLYD"), ("CAVA", "CAVD")):
            pair = [(np.nan_to_num(number(r[a])), np.nan_to_num(number(r[d]))) for r in rows]
            out.append([np.log1p(x) - np.log1p(y) for x, y in pair])
        out += [[float(r["POST1"] == post) for r in rows] for post in POSTURES]
        out += [[float(r["TERRA1"][:1] == t) for r in rows] for t in TERRAINS]
        out += [[float(r["TERRA1"][1:2] == t) for r in rows] for t in "BMD"]
        out += [[float(np.nan_to_num(number(r["WOFD1"]), nan=1.0)) for r in rows]]
    return np.array(out).T


def held_out(x: NDArray[np.float64], won: NDArray[np.bool_], war: NDArray[np.str_]) -> float:
    """Brier score of a ridge logistic regression, every war predicted from the others."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.05))
    p = cross_val_predict(model, x, won, groups=war, cv=LeaveOneGroupOut(), method="predict_proba")[:, 1]
    return float(((p - won) ** 2).mean())


@pytest.mark.shared
def test_the_slope_of_victory_on_the_force_ratio_is_the_prior_of_the_campaign() -> None:
    rows = battles()
    won = np.array([r["WINA"] == "1" for r in rows])
    war = np.array([r["WAR"] for r in rows])
    ratio = columns(rows, more=False)
    rng = np.random.default_rng(0)
    wars = np.unique(war)
    slopes = []
    for _ in range(200):  # wars are drawn, not battles: battles of one war are alike
        rows_of = np.concatenate([np.flatnonzero(war == w) for w in rng.choice(wars, len(wars))])
        slopes.append(LogisticRegression(C=np.inf).fit(ratio[rows_of], won[rows_of]).coef_[0, 0])
    base, by_ratio = float(won.var()), held_out(ratio, won, war)
    by_more = held_out(columns(rows, more=True), won, war)
    print(f"{len(rows)} battles of {len(wars)} wars; slope {np.mean(slopes):.3f}, standard error {np.std(slopes):.3f}")
    print(
        f"Brier, war held out: base rate {base:.4f}, force ratio {by_ratio:.4f}, with what else was known {by_more:.4f}"
    )
    median, error = CampaignPriors().odds
    assert abs(median - np.mean(slopes)) < np.std(slopes)
    assert abs(error - np.std(slopes)) < 0.1
    assert by_ratio < base
