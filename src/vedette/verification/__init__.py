"""How right the probabilities were, beside simpler ways to get them.

In: probabilities of control from anyone, claims for the baselines, and an outcome. Out:
scorecards. Sees neither belief nor dynamics nor campaign.
"""

from vedette.verification.baselines import baselines
from vedette.verification.outcome import Outcome
from vedette.verification.outsiders import (
    STATED,
    OutsideForecast,
    OutsiderLine,
    OutsidersReport,
    mean_scores,
    stated_probability,
)
from vedette.verification.scorecard import Row, Scorecard, Selection, score, selections
from vedette.verification.scores import (
    Decomposition,
    days_to_half,
    log_score,
    murphy,
    one_against_rest,
    pigeonhole_interval,
    ranked_score,
    reliability_slope,
    three_way_brier,
    two_sided,
    two_sided_brier,
)

__all__ = [
    "STATED",
    "Decomposition",
    "Outcome",
    "OutsideForecast",
    "OutsiderLine",
    "OutsidersReport",
    "Row",
    "Scorecard",
    "Selection",
    "baselines",
    "days_to_half",
    "log_score",
    "mean_scores",
    "murphy",
    "one_against_rest",
    "pigeonhole_interval",
    "ranked_score",
    "reliability_slope",
    "score",
    "selections",
    "stated_probability",
    "three_way_brier",
    "two_sided",
    "two_sided_brier",
]
