"""Other people's forecasts: read as probabilities by a stated rule, scored when due, never believed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vedette.claims import Certainty

__all__ = [
    "STATED",
    "OutsideForecast",
    "OutsiderLine",
    "OutsidersReport",
    "brier",
    "log_score",
    "mean_scores",
    "stated_probability",
]

STATED = {Certainty.asserted: 0.95, Certainty.likely: 0.675, Certainty.possible: 0.5, Certainty.unlikely: 0.325}
"""What words count for where no number is given: "will" at the lower end of ICD-203's "almost certain"; "likely" and
"unlikely" in the middle of theirs; "may" commits to nothing."""

FLOOR = 0.001
"""Shares of members are no surer than so much in the log score: a thousand of them cannot tell 0 from it."""


@dataclass(frozen=True, slots=True)
class OutsideForecast:
    """A claim that `side` will hold `place` on day number `by`, made on day number `made`, with a probability.

    `condition`: a place and the side that must hold it on that day for the forecast to count; None if it has none.
    """

    claim: int
    place: int
    side: int
    made: int
    by: int
    probability: float
    condition: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class OutsiderLine:
    """One forecast: what it says, with which probability, what came, and what our forecast of that day said.

    `came` None: not scored, `why` says so.
    """

    claim_id: str
    claimant: str
    made: date
    says: str
    by: date | None
    probability: float | None
    ours: float | None
    came: bool | None
    why: str


@dataclass(frozen=True, slots=True)
class OutsidersReport:
    """All forecasts published by the day; mean Brier and log scores of those that are due, theirs and ours."""

    case: str
    as_of: date
    lines: tuple[OutsiderLine, ...]
    scored: int
    theirs: tuple[float, float]
    ours: tuple[float, float]


def stated_probability(certainty: Certainty, *, denied: bool, quantity: str, unit: str) -> float:
    """The probability that a forecast states: its number if it gives one in per cent, else its word by `STATED`."""
    said = STATED[certainty]
    if unit.strip().casefold() in {"%", "percent", "per cent", "probability"}:
        try:
            number = float(quantity)
        except ValueError:
            number = math.nan
        number = number if unit.strip().casefold() == "probability" else number / 100
        if 0 <= number <= 1:
            said = number
    return 1.0 - said if denied else said


def brier(probability: float, came: bool) -> float:  # noqa: FBT001 - the outcome is what it is
    """Squared error."""
    return (probability - came) ** 2


def log_score(probability: float, came: bool) -> float:  # noqa: FBT001
    """Minus the natural log of what was given to what came; `FLOOR` bounds it."""
    return -math.log(max(probability if came else 1.0 - probability, FLOOR))


def mean_scores(pairs: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Mean Brier and log score of probabilities and what came; NaN if there is none."""
    if not pairs:
        return math.nan, math.nan
    return sum(brier(*p) for p in pairs) / len(pairs), sum(log_score(*p) for p in pairs) / len(pairs)
