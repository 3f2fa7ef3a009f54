"""The long war: every place filtered by itself, its neighbours replaced by what is believed of them.

Joint draws of tens of thousands of places over years do not fit a small machine. Here the joint distribution of a
day is kept as the product of its marginals (Boyen and Koller 1998, "Tractable inference for complex stochastic
processes"): one pass through the war gives the nowcast of every day. Dynamics, the slips of maps and what testimony
and events are worth are learned as the war goes on, by expectation maximisation (Dempster, Laird and Rubin 1977):
every fortnight the last twelve weeks are filtered again and smoothed, and their expected counts replace those that
these weeks had; so the cost grows with the days, and no day sees a later one.

What is given up, and measured against the draws: places are independent given what was believed of their
neighbours; records are a camp's, not a claimant's; an announced capture is as credible as the prior says; and a
claim about the past counts on its day only where the past is filtered again, and weakened until then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.belief._factored_kernels import pool
from vedette.belief.long_war import War
from vedette.belief.sightings import REACHES_KM
from vedette.belief.watch import Checkpoint, Watch, next_lesson
from vedette.claims import Claims, ControlMap, Events
from vedette.dynamics import TransitionPriors
from vedette.ground import Neighbours

__all__ = ["POOLED", "Progress", "Track", "followed", "track"]

Progress = Callable[[int, int], None]

POOLED = 0.15
"""So much of what is said of a place that several maps show is what they show, and the rest what the filter believes (a
linear opinion pool, Stone 1961): it may be wrong about how maps are made. The filter itself goes on from its own."""


@dataclass(frozen=True, eq=False)
class Track:
    """What was believed on every day, and what is believed of every day in the end.

    `nowcast` and `hindsight`, shape (P, T, S), float32: P(state) of P places on T days from day `since` on; S is the
    sides, then contested; `hindsight` has no days where it was not asked for. `credit` (rows, 3): what claims are
    worth, see `credit_of`; `sight` (kinds, 3) what events are, and `reach_km` how far they tell; `hazard`,
    `tempo`, `slip` the dynamics and maps as learned by the last day; `awake` how many places anything ever touched.
    """

    nowcast: NDArray[np.float32]
    hindsight: NDArray[np.float32]
    since: int
    credit: NDArray[np.float64]
    sight: NDArray[np.float64]
    reach_km: float
    hazard: NDArray[np.float64]
    tempo: NDArray[np.float64]
    slip: NDArray[np.float64]
    awake: int
    checkpoint: Checkpoint


def track(
    claims: Claims,
    maps: Sequence[ControlMap],
    neighbours: Neighbours,
    as_of: int,
    *,
    events: Events | None = None,
    priors: TransitionPriors | None = None,
    hindsight: bool = True,
    resume: Checkpoint | None = None,
    progress: Progress | None = None,
) -> Track:
    """Follow the war day by day up to day number `as_of`.

    Row t of the nowcast depends on what was published by day t alone. No randomness. Time and memory grow with
    places in play and days; P T numbers of each state are kept, twice with `hindsight`. With `resume` it goes on from
    where an earlier run stood, and gives what the whole run gives from that day on, to the byte, if nothing
    published before that day has changed since; there is no hindsight then.
    """
    war = War.known(claims, maps, neighbours, as_of, events)
    watch = Watch.begun(war, priors or TransitionPriors())
    nowcast, last = followed(watch, resume, progress)
    first = war.days - nowcast.shape[1]
    later = nowcast[:, :0]
    if hindsight and first == 0:
        later = watch.hindsight(nowcast)
        pool(POOLED, war.shown, later)
    pool(POOLED, war.shown[:, :, first:], nowcast)
    learned = watch.learned
    return Track(
        nowcast=nowcast,
        hindsight=later,
        since=first,
        credit=learned.credit,
        sight=learned.sight,
        reach_km=float(learned.reach @ REACHES_KM),
        hazard=learned.hazard,
        tempo=learned.tempo,
        slip=learned.slip,
        awake=int(watch.state.awake.sum()),
        checkpoint=last,
    )


def followed(
    watch: Watch, resume: Checkpoint | None, progress: Progress | None
) -> tuple[NDArray[np.float32], Checkpoint]:
    """Follow the war to its end: the nowcast (P, T', S) of its last T' days, and the last checkpoint.

    All days, or those from where `resume` stood.
    """
    war = watch.war
    if resume is not None:
        watch.resume(resume)
    first, last = watch.day, watch.checkpoint() if resume is None else resume
    nowcast = np.empty((war.places, war.days - first, war.states), dtype=np.float32)
    while watch.day < war.days:
        since = watch.day
        until = min(next_lesson(since), war.days)
        watch.follow(until, nowcast[:, since - first : until - first])
        if until == next_lesson(since):
            watch.learn()
            if next_lesson(until) > war.days:
                last = watch.checkpoint()
        if progress is not None:
            progress(until, war.days)
    return nowcast, last
