"""Records: how often each claimant was right, owned up, denied a real loss, and how late it spoke, by the draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vedette.belief.posterior import Belief
from vedette.claims import Claims, ControlMap, Relation, Says

__all__ = [
    "Figure",
    "MapRecord",
    "Record",
    "Repulses",
    "judged",
    "map_records",
    "records_of",
    "repulses_of",
    "track_record",
]

REAL_WITHIN = 7
"""An announced capture is real if the side holds the place at any time within so many days from the day it is about."""

TIMED_WITHIN = 30
"""The capture that an announcement is about is looked for so many days around the day that it was published."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a record: mean and 90 % interval over the draws, and of how many assertions, a mean over draws."""

    mean: float
    low: float
    high: float
    of: float


@dataclass(frozen=True, slots=True)
class Record:
    """How far one claimant can be relied on, as of a day. None: it said nothing of the kind.

    Shares of its assertions that were right, contested counting half: of all (`overall`), of the gains of its own
    side that it announced (`gains`), of what it said against its own side's interest (`against`), of the rest
    (`other`). `denials`: of what it said about who holds places that its own side had in truth lost, the share that
    denied the loss. `lateness`: days from real captures to its first word of them; less than 0 is early.
    """

    claimant: int
    assertions: int
    overall: Figure | None
    gains: Figure | None
    against: Figure | None
    other: Figure | None
    denials: Figure | None
    lateness: Figure | None


@dataclass(frozen=True, slots=True)
class MapRecord:
    """How far one control map can be relied on where it was redrawn, as of a day. None: it never was.

    `redrawn` places; `right`: the share of them that were as redrawn that day, contested counting half; `lateness`:
    days from changes of hands to their being drawn.
    """

    source: str
    redrawn: int
    right: Figure | None
    lateness: Figure | None


def map_records(belief: Belief, maps: Sequence[ControlMap]) -> list[MapRecord]:
    """Every map's record; `maps` are as the belief was drawn from, of a long war on the days drawn."""
    out, contested = [], belief.evidence.states - 1
    for source in maps:
        row = np.flatnonzero(source.redrawn & (source.first >= belief.since))
        place, state, day = (part[row].astype(np.int64) for part in (source.place, source.state, source.first))
        now = belief.control[:, place, day - belief.since]
        right = (now == state) + 0.5 * ((now != state) & ((now == contested) | (state == contested)))
        out.append(
            MapRecord(
                source=source.source,
                redrawn=len(row),
                right=_figure(right.sum(axis=1), np.full(belief.members, float(len(row)))),
                lateness=_figure(*_days_late(belief, place, state, day)),
            )
        )
    return out


def records_of(belief: Belief, known: Claims) -> list[Record]:
    """Every claimant's record, by its number; `known` are the claims that the belief was drawn from.

    In a long war, of what was said about the days that were drawn.
    """
    told, weighed = belief.evidence.told, judged(belief)
    published = np.full(len(told), np.iinfo(np.int32).max)
    spoke = told.of_claim >= 0
    np.minimum.at(published, told.of_claim[spoke], known.reported[spoke])
    gain = (told.says == Says.took) & (told.relation == Relation.own)
    owned_up = (told.says == Says.lacks) & (told.relation == Relation.own)
    gave = (told.relation == Relation.other) & np.isin(told.says, (Says.took, Says.holds))
    out = []
    for claimant in range(len(belief.evidence.claimants)):
        mine = (told.claimant == claimant) & weighed
        took = mine & (told.says == Says.took)
        out.append(
            Record(
                claimant=claimant,
                assertions=int(mine.sum()),
                overall=_share(belief, mine),
                gains=_share(belief, mine & gain),
                against=_share(belief, mine & (owned_up | gave)),
                other=_share(belief, mine & ~(gain | owned_up | gave)),
                denials=_figure(*_denials(belief, np.flatnonzero(mine))),
                lateness=_figure(*_days_late(belief, *(x[took] for x in (told.place, told.side, published)))),
            )
        )
    return out


def judged(belief: Belief) -> NDArray[np.bool_]:
    """Which assertions are about days that were drawn."""
    return belief.evidence.told.first >= belief.since


def track_record(belief: Belief, assertions: NDArray[np.int64]) -> NDArray[np.float64]:
    """In each draw, the share of some assertions that are true in it, shape (M,): contested counts half.

    An announced capture is true if the side holds the place at any time within a week from
    the day it was announced for: this is about what was said, not about how promptly.
    """
    told, contested = belief.evidence.told, belief.evidence.states - 1
    right, since = np.zeros(belief.members), belief.since
    for j in assertions.tolist():
        place, day, side, says = int(told.place[j]), int(told.first[j]), int(told.side[j]), int(told.says[j])
        now = belief.on(day)[:, place]
        if says == Says.took:
            right += (belief.control[:, place, day - since : day - since + REAL_WITHIN] == side).any(axis=1)
        elif says in (Says.holds, Says.repels):
            right += (now == side) + 0.5 * (now == contested)
        elif says == Says.fights:
            right += (now == contested) + 0.5 * ((now != side) & (now != contested))
        else:
            right += ((now != side) & (now != contested)) + 0.5 * (now == contested)
    return right / max(len(assertions), 1)


def _share(belief: Belief, chosen: NDArray[np.bool_]) -> Figure | None:
    assertions = np.flatnonzero(chosen)
    return _figure(len(assertions) * track_record(belief, assertions), np.full(belief.members, float(len(assertions))))


def _figure(total: NDArray[np.float64], of: NDArray[np.float64]) -> Figure | None:
    """The mean of totals over numbers, both (M,), and an interval over the draws in which there is any."""
    if not of.any():
        return None
    low, high = np.quantile(total[of > 0] / of[of > 0], [0.05, 0.95])
    return Figure(float(total.sum() / of.sum()), float(low), float(high), float(of.mean()))


@dataclass(frozen=True, eq=False)
class Repulses:
    """N assaults that are said to have been beaten off, by `day`, at a `place` of a `side`, (N,).

    `trust` (M, N): in each draw, the statement's own weight times the share of its claimant's assertions that are
    right.
    """

    place: NDArray[np.int64]
    side: NDArray[np.int64]
    day: NDArray[np.int64]
    trust: NDArray[np.float64]


def repulses_of(belief: Belief) -> Repulses:
    """What is told of assaults that failed on the days drawn, each standing assertion once however often repeated."""
    told, weighed = belief.evidence.told, judged(belief)
    which = np.flatnonzero((told.says == Says.repels) & weighed)
    trust = np.empty((belief.members, len(which)))
    for claimant in np.unique(told.claimant[which]).tolist():
        right = track_record(belief, np.flatnonzero((told.claimant == claimant) & weighed))
        his = told.claimant[which] == claimant
        trust[:, his] = right[:, None] * told.share[which[his]]
    place, side, day = (getattr(told, name)[which].astype(np.int64) for name in ("place", "side", "first"))
    return Repulses(place, side, day, trust)


def _denials(belief: Belief, assertions: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """In each draw (M,), how many assertions deny a real loss of the claimant's own side, and how many speak of one."""
    told, states = belief.evidence.told, belief.evidence.states
    denied, lost = np.zeros(belief.members), np.zeros(belief.members)
    for j in assertions.tolist():
        camp, side, says = int(told.camp[j]), int(told.side[j]), int(told.says[j])
        own = side == camp
        if camp >= states - 1 or not (says in (Says.holds, Says.repels, Says.lacks) or (says == Says.took and not own)):
            continue
        now = belief.on(int(told.first[j]))[:, told.place[j]]
        gone = (now != camp) & (now != states - 1)
        lost += gone
        # To say that the other side lacks the place is to deny the loss to that side.
        if own and says != Says.lacks:
            denied += gone
        elif not own and says == Says.lacks:
            denied += gone & (now == side)
    return denied, lost


def _days_late(
    belief: Belief, place: NDArray[np.integer[Any]], state: NDArray[np.integer[Any]], told: NDArray[np.integer[Any]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """In each draw (M,), days by which changes of hands were told of late, added up, and of how many there were.

    Of N `place`s coming into a `state`, as was `told` on a day.
    """
    days = len(belief.evidence.days)
    late, real = np.zeros(belief.members), np.zeros(belief.members)
    for i, s, day in zip(place.tolist(), state.tolist(), told.tolist(), strict=True):
        since, until = max(day - TIMED_WITHIN, belief.since + 1), min(day + REAL_WITHIN, days)
        held = belief.control[:, i, since - 1 - belief.since : until - belief.since] == s
        taken = held[:, 1:] & ~held[:, :-1]
        if not taken.any():
            continue
        by = day - np.arange(since, until)
        nearest = np.where(taken, np.abs(by), np.iinfo(np.int64).max).argmin(axis=1)
        came = taken.any(axis=1)
        late += np.where(came, by[nearest], 0)
        real += came
    return late, real
