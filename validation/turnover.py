"""Forecasts of changes of hands by rolling origin on the development data (protocol U3): ours, the peer's, and ours
without each of its parts, all scored alike.

The judge's own map is the known state. Scored on weekly origins, places within 10 km of one that the other side holds,
by the side that last held them undisputed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from validation.ukraine import judged, ukraine
from vedette.dynamics import COVARIATES, History, Sightings, Turnover
from vedette.dynamics.turnover import STEP_DAYS, WARM_UP
from vedette.ground import project_km
from vedette.workflows import Study
from vedette.workflows.outlook import known_history

FIRST, LAST = date(2022, 6, 1), date(2024, 6, 30)
CHOSEN_FROM, FROM = date(2022, 9, 1), date(2023, 7, 1)
"""From the first of these months to the second the model's form was chosen; from the second on it is scored."""
HORIZONS = (7, 28, 91)
NEAR_KM = 10.0
RELEARN = 91
"""Days between the peer's lessons."""

Rows = NDArray[np.float64]
"""(n, 2): P(changed hands) and whether it did."""
Foretold = Callable[[int], tuple[NDArray[np.int64], NDArray[np.float64]]]
"""Places and P(changed hands), (H, n), as of a day."""

PEER = (
    "km to the other side",
    "contested",
    "contested, share of 30 days",
    *(f"contested, of {n} nearest" for n in (4, 12)),
    *(f"{way} within 15 km in {w} days" for w in (14, 56, 150) for way in ("losses", "gains")),
)
"""The covariates of the protocol's gradient boosting, beside `held_by_others`."""

PARTS: Mapping[str, Callable[[str], bool]] = {
    "events (whose forces were seen)": lambda name: "seen within" in name,
    "recent changes of hands": lambda name: (
        (" days" in name and ("losses" in name or "gains" in name))
        or name == "km to a place it took in four weeks"
        or name.startswith("km the other side came nearer")
    ),
    "what is contested": lambda name: "contested" in name,
}
"""Covariates that go together."""

SWITCHES = {
    "tempo": ("TEMPO_BELIEF", (0.0, 0.0)),
    "doubt of storms": ("TEMPO_BELIEF", (1.0, 1.0)),
    "mixing of horizons": ("OWN_SHARE", 1.0),
    "regression (trees alone)": ("LINE_SHARE", 0.0),
    "trees (the regression alone)": ("LINE_SHARE", 1.0),
    "storms as few cases": ("STORM", 1e9),
    "anything learned (the rule with its tempo)": ("LEAST_CHANGES", 10**9),
}
"""Constants of `dynamics.turnover` that switch a part off."""


@dataclass(frozen=True)
class War:
    """The known state and all else that was known day by day, and what the judge showed in the end."""

    known: History
    truth: History
    first: date
    days: int

    def origins(self, begin: date, end: date = LAST) -> list[int]:
        """Weekly from the first day on, those from `begin` up to `end`."""
        first, last = (begin - self.first).days, (end - self.first).days
        return [t for t in range(0, self.days, STEP_DAYS) if first <= t < last]

    def near(self, day: int) -> NDArray[np.bool_]:
        """Places that are scored."""
        near: NDArray[np.bool_] = self.truth.km_to_others(day, NEAR_KM + 0.001) <= NEAR_KM
        return near & (self.truth.holder[:, day] >= 0)

    def score(self, foretold: Foretold, origins: Sequence[int]) -> dict[int, Rows]:
        """Forecast and outcome of every place scored, by horizon; a place that is not foretold stays."""
        out: dict[int, list[Rows]] = {h: [] for h in HORIZONS}
        for day in origins:
            here, p = foretold(day)
            near, held = np.flatnonzero(self.near(day)), self.truth.holder[:, day]
            full = np.zeros((len(HORIZONS), len(held)))
            full[:, here] = p
            for h, horizon in enumerate(HORIZONS):
                if day + horizon < self.days:
                    lost = self.truth.holder[near, day + horizon] != held[near]
                    out[horizon].append(np.column_stack([full[h, near], lost]))
        return {h: np.concatenate(rows) for h, rows in out.items()}


def war_of(folder: Path) -> War:
    """The development data as a case, the judge's map among its maps."""
    case = ukraine(folder, FIRST, LAST, maps=False)
    shutil.copy(folder / "outcome.parquet", folder / "maps" / "judge.parquet")
    study = Study.of(folder)
    known, _ = known_history(study, "judge")
    nobody = Sightings(*(np.empty(0, dtype=np.int64) for _ in range(3)))
    truth = History(project_km(case.places.lat, case.places.lon), judged(case), 2, nobody)
    return War(known, truth, FIRST, len(case.days))


def ours(turnover: Turnover) -> Foretold:
    """What the product forecasts."""

    def foretold(day: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        seen = turnover.outlook(day)
        return np.arange(len(seen.holder)), seen.lost

    return foretold


def peer(war: War) -> Foretold:
    """Gradient boosting with default settings on the protocol's covariates, learned anew every quarter.

    It learns from the places that are scored, and says that nothing changes while a horizon has no examples. Told the
    side as well it does worse.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    columns = [COVARIATES.index(name) for name in PEER]

    @cache
    def told(day: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        here, rows = war.truth.covariates(day)
        scored = war.near(day)[here]
        return here[scored], np.column_stack([rows[scored][:, columns], held_by_others(war.truth, here[scored], day)])

    @cache
    def learned(lesson: int, horizon: int) -> HistGradientBoostingClassifier | None:
        days = range(WARM_UP, lesson - horizon + 1, STEP_DAYS)
        if not days:
            return None
        x = np.concatenate([told(day)[1] for day in days])
        held = war.truth.holder
        y = np.concatenate([held[told(d)[0], d + horizon] != held[told(d)[0], d] for d in days])
        return HistGradientBoostingClassifier(random_state=0).fit(x, y)

    def foretold(day: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        here, rows = told(day)
        models = [learned(day - day % RELEARN, h) for h in HORIZONS]
        return here, np.array([m.predict_proba(rows)[:, 1] if m else np.zeros(len(here)) for m in models])

    return foretold


@dataclass(frozen=True, eq=False)
class Blind(History):
    """A history that does not tell some covariates: they are 0 everywhere. It looks at those of another."""

    whole: History = field(kw_only=True)
    hidden: tuple[int, ...] = field(kw_only=True)

    @classmethod
    def to(cls, whole: History, hide: Callable[[str], bool]) -> Blind:
        hidden = tuple(n for n, name in enumerate(COVARIATES) if hide(name))
        assert hidden, "something must be hidden"
        return cls(*(getattr(whole, f.name) for f in fields(History)), whole=whole, hidden=hidden)

    def covariates(self, day: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        here, rows = self.whole.covariates(day)
        out = rows.copy()
        out[:, list(self.hidden)] = 0.0
        return here, out


def held_by_others(history: History, here: NDArray[np.int64], day: int) -> NDArray[np.float32]:
    """Shares of the 4 and the 12 places nearest to each of n that another side holds undisputed, (n, 2)."""
    state, own = history.state[:, day], history.holder[here, day]
    around = state[history.nearest[here]]
    them = (around != own[:, None]) & (around >= 0) & (around < history.sides)
    return np.column_stack([them[:, :n].mean(axis=1) for n in (4, 12)]).astype(np.float32)


def remembered(history: History) -> History:
    """The same history, whose covariates are worked out once for all who ask."""
    plain = history.covariates
    object.__setattr__(history, "covariates", cache(plain))
    return history


def skill(rows: Rows) -> float:
    """Brier skill over "nothing changes"."""
    p, y = rows.T
    return 1.0 - float(((p - y) ** 2).mean()) / float(y.mean())


def area(rows: Rows) -> float:
    """Under the receiver operating characteristic."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(rows[:, 1], rows[:, 0]))


def expected(rows: Rows) -> float:
    """Losses expected over losses that came."""
    return float(rows[:, 0].sum() / rows[:, 1].sum())


def reliability(rows: Rows, edges: Sequence[float] = (0, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1.0)) -> Rows:
    """Mean forecast, share that came and number of forecasts, bin by bin, (n, 3)."""
    p, y = rows.T
    which = np.clip(np.searchsorted(edges, p, side="right") - 1, 0, len(edges) - 2)
    bins = [which == b for b in range(len(edges) - 1)]
    return np.array([(p[b].mean(), y[b].mean(), b.sum()) for b in bins if b.any()])
