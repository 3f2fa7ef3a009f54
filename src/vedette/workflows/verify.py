"""Check the probabilities against what later proved true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vedette.store import read_outcome
from vedette.verification import Scorecard, baselines, score, selections
from vedette.workflows.nowcast import hindsight, in_the_end, nowcast
from vedette.workflows.study import Study

__all__ = ["verify"]


def verify(study: Study, *, whole: bool = True) -> dict[str, list[Scorecard]]:
    """Scorecards of the nowcast and of hindsight, each beside every baseline.

    Rows of the outcome that are not derived from claims come first. The whole war, with all
    that was published in the end; or, not `whole`, the days up to the study's, with what was
    published by then. Baselines that need crowd-kit are left out, and named in
    `Scorecard.missing`, where it is not installed.
    """
    case = study.case
    outcome = read_outcome(case)
    until = study if not whole else replace(study, as_of=case.days.last)
    late = in_the_end(study) if whole else study
    days = until.last + 1
    ours = {
        "nowcast": nowcast(until)["probability"].values,
        "hindsight": hindsight(late)["probability"].values,
    }
    out: dict[str, list[Scorecard]] = {}
    for product, probability in ours.items():
        methods: dict[str, NDArray[np.float64]] = {"Vedette": np.asarray(probability, dtype=np.float64)}
        missing = []
        every = baselines(late.known, tuple(m.until(until.last) for m in case.maps), hindsight=product == "hindsight")
        for n, (name, compute) in enumerate(every.items()):
            try:
                methods[name] = compute()[:, :days]
            except ImportError:
                missing.append(name)
            if study.progress is not None:
                study.progress(f"Baselines, {product}", n + 1, len(every))
        out[product] = [
            score(selection, outcome, methods, study.seed, tuple(missing)) for selection in selections(outcome, days)
        ]
    return out
