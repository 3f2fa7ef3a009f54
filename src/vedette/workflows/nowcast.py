"""Who held what, as known day by day, and as known in the end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vedette.belief import nowcasts, track
from vedette.store import write_probabilities
from vedette.workflows.study import Study

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["hindsight", "in_the_end", "nowcast"]


def nowcast(study: Study, out: Path | None = None) -> xr.Dataset:
    """The probability of control of each place on each day as of that day, up to the study's day.

    By draws, row t is exactly what a study as of day t believes about day t, and `rhat` and `ess` (day) say
    how well each day's draws converged. In a long war (`Study.long`) places are filtered one by one instead, see
    `belief.factored`; the attribute `method` says which it was. Written as Parquet if `out` is given.
    """
    case, last = study.case, study.last
    if study.long:
        followed = track(
            case.claims,
            case.maps,
            case.neighbours,
            last,
            priors=study.priors,
            progress=study.report("Following the war"),
        )
        return _written(_dataset(study, followed.nowcast, "nowcast", "factored"), out)
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
    found = _dataset(study, probability, "nowcast", "draws").assign(rhat=("day", rhat), ess=("day", ess))
    return _written(found, out)


def hindsight(study: Study, out: Path | None = None) -> xr.Dataset:
    """The probability of control of each place on every day, from all that was published by the study's day.

    Written as Parquet if `out` is given. Holds the joint draws too, `control` (member, place, day), but for a long
    war (`Study.long`), which is smoothed place by place.
    """
    case = study.case
    if study.long:
        followed = track(
            case.claims,
            case.maps,
            case.neighbours,
            study.today,
            priors=study.priors,
            progress=study.report("Following the war"),
        )
        return _written(_dataset(study, followed.hindsight, "hindsight", "factored"), out)
    found = study.belief.to_dataset()
    return _written(found.assign_attrs(product="hindsight", seed=study.seed, case=case.name, method="draws"), out)


def in_the_end(study: Study) -> Study:
    """The same study when everything had been published, after the war too."""
    case = study.case
    latest = int(case.claims.reported.max()) if len(case.claims) else 0
    return replace(study, as_of=case.days.date(max(latest, len(case.days) - 1)))


def _written(found: xr.Dataset, out: Path | None) -> xr.Dataset:
    if out is not None:
        write_probabilities(out, found)
    return found


def _dataset(study: Study, probability: NDArray[np.floating], product: str, method: str) -> xr.Dataset:
    import xarray as xr

    case = study.case
    return xr.Dataset(
        {"probability": (("place", "day", "state"), probability)},
        coords={
            "place": list(case.places.ids),
            "day": case.days.stamps()[: probability.shape[1]],
            "state": list(case.sides.states),
        },
        attrs={
            "product": product,
            "method": method,
            "seed": study.seed,
            "case": case.name,
            "as_of": study.as_of.isoformat(),
        },
    )
