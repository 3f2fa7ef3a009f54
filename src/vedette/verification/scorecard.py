"""The scorecard: one method, many baselines, the same place-days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.verification.outcome import Outcome
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
    two_sided_brier,
)

__all__ = ["Row", "Scorecard", "Selection", "score", "selections"]


@dataclass(frozen=True, eq=False)
class Selection:
    """Place-days to score: `grid` (P, T) holds the outcome's state, -1 where it is left out."""

    name: str
    grid: NDArray[np.int8]

    @property
    def places(self) -> int:
        """Places with anything to score."""
        return int((self.grid >= 0).any(axis=1).sum())

    def two_sided_days(self, sides: int) -> int:
        """Place-days that a side holds."""
        return int(((self.grid >= 0) & (self.grid < sides)).sum())


@dataclass(frozen=True, slots=True)
class Row:
    """One method's scores on one selection.

    Intervals are 90 %, by place and week. `slope` and `sharpness`, mean |2 q - 1|, are those of `one_against_rest`. NaN
    where there is nothing to score.
    """

    method: str
    brier: float
    brier_low: float
    brier_high: float
    skill: float
    log: float
    three_way: float
    ranked: float
    slope: float
    sharpness: float
    days_to_half: float
    never: int


@dataclass(frozen=True, eq=False)
class Scorecard:
    """All methods on one selection, ours first; `missing` names baselines that could not run.

    `reliability` is ours, of the forecasts `one_against_rest`.
    """

    selection: str
    judge: str
    places: int
    place_days: int
    contested_days: int
    rows: tuple[Row, ...]
    reliability: Decomposition
    missing: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Plain data, for JSON."""
        return asdict(self)


def selections(outcome: Outcome, days: int | None = None) -> list[Selection]:
    """What is scored, up to `days` days, first things first.

    Rows of the outcome that are not derived from the claims themselves, at places that
    change hands; all such rows; then the whole outcome, likewise.
    """
    sides = len(outcome.sides)
    out = []
    for name, rows in (("not derived from claims", outcome.independent), ("whole outcome", None)):
        grid = outcome.grid(rows)[:, :days]
        changes = np.array([len(set(g[(g >= 0) & (g < sides)].tolist())) > 1 for g in grid], dtype=bool)
        out.append(Selection(f"{name}, places that change hands", np.where(changes[:, None], grid, -1).astype(np.int8)))
        out.append(Selection(f"{name}, all places", grid))
    return [s for s in out if (s.grid >= 0).any()]


def score(
    selection: Selection,
    outcome: Outcome,
    methods: Mapping[str, NDArray[np.float64]],
    seed: int,
    missing: tuple[str, ...] = (),
) -> Scorecard:
    """Score probabilities (P, T, S) by each method; skill is against the method "nothing changes", if it is there."""
    sides = len(outcome.sides)
    place, day = np.nonzero(selection.grid >= 0)
    state = selection.grid[place, day]
    held = state < sides
    reference = None
    if "nothing changes" in methods:
        p = methods["nothing changes"][place[held], day[held]]
        reference = float(two_sided_brier(p, state[held]).mean()) if held.any() else None
    rows = []
    for name, probability in methods.items():
        p = probability[place, day]
        brier = two_sided_brier(p[held], state[held])
        rng = np.random.default_rng([seed, 7])  # the same resamples for every method
        low, high = pigeonhole_interval(brier, place[held], day[held] // 7, rng) if held.any() else (np.nan, np.nan)
        mean = float(brier.mean()) if held.any() else float("nan")
        q, hit = one_against_rest(p[held], state[held])
        late, never = days_to_half(probability, selection.grid, sides)
        rows.append(
            Row(
                method=name,
                brier=mean,
                brier_low=low,
                brier_high=high,
                skill=1 - mean / reference if reference else float("nan"),
                log=float(log_score(p, state).mean()),
                three_way=float(three_way_brier(p, state).mean()),
                ranked=float(ranked_score(p, state).mean()) if sides == 2 else float("nan"),
                slope=reliability_slope(q, hit) if held.any() else float("nan"),
                sharpness=float((np.abs(q - 0.5) * 2).mean()) if held.any() else float("nan"),
                days_to_half=float(np.median(late)) if len(late) else float("nan"),
                never=never,
            )
        )
    ours = next(iter(methods.values()))[place, day]
    return Scorecard(
        selection=selection.name,
        judge=outcome.judge,
        places=selection.places,
        place_days=int(held.sum()),
        contested_days=int((~held).sum()),
        rows=tuple(rows),
        reliability=murphy(*one_against_rest(ours[held], state[held])),
        missing=missing,
    )
