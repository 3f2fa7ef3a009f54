"""Who held what, as known day by day, and as known in the end."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vedette.belief import ESS_LIMIT, RHAT_LIMIT, Track, nowcasts, track
from vedette.errors import CaseError
from vedette.store import DrawCache, check_table, write_probabilities
from vedette.workflows.runs import keep_run
from vedette.workflows.study import Study

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["hindsight", "in_the_end", "nowcast"]


def nowcast(study: Study, out: Path | None = None, *, since: date | None = None) -> xr.Dataset:
    """The probability of control of each place on each day as of that day, up to the study's day.

    By draws, row t is exactly what a study as of day t believes about day t, and `rhat` and `ess` (day) say
    how well each day's draws converged; it is kept for the next time. In a long war (`Study.long`) places are
    filtered one by one instead, see `belief.factored`; the attribute `method` says which it was. Days before `since`
    are left out; a long war is then followed from where an earlier run stood, with the same result. Written if `out` is
    given, as Parquet or CSV, as its name ends.
    """
    check_table(out)
    case, last = study.case, study.last
    first = 0 if since is None else max(case.days.index(since), 0)
    if first > last:
        raise CaseError(
            f"--since {since} lies after {case.days.date(last)}, the last day that the nowcast covers: no day is left. "
            "Choose an earlier day, or a later --as-of."
        )
    if study.long:
        followed = _followed(study, first)
        found = _dataset(study, followed.nowcast, "nowcast", "factored", followed.since)
        return _written(study, found.isel(day=slice(first - followed.since, None)), out, since)
    cache = DrawCache()
    key = cache.key(
        {
            **study.inputs,
            "product": "nowcast",
            "seed": study.seed,
            "effort": asdict(study.effort),
            "priors": asdict(study.priors),
        }
    )
    kept = cache.load(key)
    if kept is None or not {"probability", "rhat", "ess"} <= set(kept):
        kept = _day_by_day(study)
        cache.save(key, kept)
    found = _dataset(study, kept["probability"], "nowcast", "draws", 0)
    found = found.assign(rhat=("day", kept["rhat"]), ess=("day", kept["ess"]))
    found.attrs["warning"] = _poor_days(kept["rhat"][first:], kept["ess"][first:])
    return _written(study, found.isel(day=slice(first, None)), out, since)


def _poor_days(rhat: NDArray[np.float64], ess: NDArray[np.float64]) -> str:
    """What to tell the reader of a nowcast's draws, made anew each day, or an empty string."""
    poor = int(((rhat > RHAT_LIMIT) | (ess < ESS_LIMIT)).sum())
    if not poor:
        return ""
    return (
        f"On {poor} of {len(rhat)} days the chains do not agree well enough (worst R-hat {rhat.max():.3f}, smallest "
        f"effective sample size {ess.min():.0f}). Treat close probabilities as equal, or run longer, with a larger "
        "--effort."
    )


def _day_by_day(study: Study) -> dict[str, NDArray[np.float64]]:
    """The nowcast by draws: `probability` (P, T, S), and `rhat` and `ess` (T,)."""
    case, last = study.case, study.last
    probability = np.empty((len(case.places), last + 1, len(case.sides) + 1))
    rhat, ess = np.empty(last + 1), np.empty(last + 1)
    each = nowcasts(
        study.told,
        case.maps,
        case.neighbours,
        last,
        seed=study.seed,
        effort=study.effort,
        threads=study.threads,
        priors=study.priors,
        progress=study.report("Nowcast, day by day"),
        spread=study.spread,
    )
    for t, belief in enumerate(each):
        probability[:, t] = belief.probability_on(t)
        rhat[t], ess[t] = belief.convergence.rhat, belief.convergence.ess
    return {"probability": probability, "rhat": rhat, "ess": ess}


def _followed(study: Study, first: int) -> Track:
    """The filter's track with day number `first`, resumed where a checkpoint was kept; it keeps one too."""
    case, resume = study.case, study.stood_before(first)
    found = track(
        case.claims,
        case.maps,
        case.neighbours,
        study.last,
        events=case.events,
        priors=study.priors,
        hindsight=False,
        resume=resume,
        progress=study.report("Following the war"),
    )
    study.keep_stand(found.checkpoint, resume)
    return found


def hindsight(study: Study, out: Path | None = None) -> xr.Dataset:
    """The probability of control of each place on every day, from all that was published by the study's day.

    Written if `out` is given, as by `nowcast`. Holds the joint draws too, `control` (member, place, day), but for a
    long war (`Study.long`), which is smoothed place by place.
    """
    check_table(out)
    case = study.case
    if study.long:
        followed = track(
            case.claims,
            case.maps,
            case.neighbours,
            study.today,
            events=case.events,
            priors=study.priors,
            progress=study.report("Following the war"),
        )
        return _written(study, _dataset(study, followed.hindsight, "hindsight", "factored", 0), out)
    found = study.belief.to_dataset().assign_attrs(product="hindsight", seed=study.seed, case=case.name, method="draws")
    return _written(study, found, out)


def in_the_end(study: Study) -> Study:
    """The same study when everything had been published, after the war too."""
    case = study.case
    latest = int(study.told.reported.max()) if len(study.told) else 0
    return replace(study, as_of=case.days.date(max(latest, len(case.days) - 1)))


def _written(study: Study, found: xr.Dataset, out: Path | None, since: date | None = None) -> xr.Dataset:
    if out is not None:
        write_probabilities(out, found)
        keep_run(study, str(found.attrs["product"]), {"since": since.isoformat()} if since else {}, [out])
    return found


def _dataset(study: Study, probability: NDArray[np.floating], product: str, method: str, since: int) -> xr.Dataset:
    import xarray as xr

    case = study.case
    return xr.Dataset(
        {"probability": (("place", "day", "state"), probability)},
        coords={
            "place": list(case.places.ids),
            "day": case.days.stamps()[since : since + probability.shape[1]],
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
