"""Who held what, as known day by day, and as known in the end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from vedette.belief import nowcasts
from vedette.store import write_probabilities
from vedette.workflows.study import Study

__all__ = ["hindsight", "in_the_end", "nowcast"]


def nowcast(study: Study, out: Path | None = None) -> xr.Dataset:
    """The probability of control of each place on each day as of that day, up to the study's day.

    Row t is exactly what a study as of day t believes about day t. Written as Parquet if
    `out` is given. `rhat` and `ess` (day) say how well each day's draws converged.
    """
    case, last = study.case, study.last
    probability = np.empty((len(case.places), last + 1, len(case.sides) + 1))
    rhat, ess = np.empty(last + 1), np.empty(last + 1)
    each = nowcasts(
        case.claims,
        case.maps,
        case.neighbours,
        last,
        seed=study.seed,
        effort=study.effort,
        threads=study.threads,
        priors=study.priors,
        progress=study.report("Nowcast, day by day"),
    )
    for t, belief in enumerate(each):
        probability[:, t] = belief.probability_on(t)
        rhat[t], ess[t] = belief.convergence.rhat, belief.convergence.ess
    found = _dataset(study, probability, "nowcast").assign(rhat=("day", rhat), ess=("day", ess))
    if out is not None:
        write_probabilities(out, found)
    return found


def hindsight(study: Study, out: Path | None = None) -> xr.Dataset:
    """The probability of control of each place on every day, from all that was published by the study's day.

    Written as Parquet if `out` is given. Holds the joint draws too: `control` (member, place, day).
    """
    found = study.belief.to_dataset().assign_attrs(product="hindsight", seed=study.seed, case=study.case.name)
    if out is not None:
        write_probabilities(out, found)
    return found


def in_the_end(study: Study) -> Study:
    """The same study when everything had been published, after the war too."""
    case = study.case
    latest = int(case.claims.reported.max()) if len(case.claims) else 0
    return replace(study, as_of=case.days.date(max(latest, len(case.days) - 1)))


def _dataset(study: Study, probability: NDArray[np.float64], product: str) -> xr.Dataset:
    case = study.case
    return xr.Dataset(
        {"probability": (("place", "day", "state"), probability)},
        coords={
            "place": list(case.places.ids),
            "day": case.days.stamps()[: probability.shape[1]],
            "state": list(case.sides.states),
        },
        attrs={"product": product, "seed": study.seed, "case": case.name, "as_of": study.as_of.isoformat()},
    )
