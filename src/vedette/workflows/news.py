"""What changed since yesterday, and which claims changed it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vedette.belief import PARETO_LIMIT, Belief, without
from vedette.briefing import Arrival, News, Shift
from vedette.workflows.lines import claim_lines, outlook_at
from vedette.workflows.study import Study

__all__ = ["news_of"]

MOVED_BY = 0.10
"""A probability that moved by less since the day before is no news."""

NOISE = 2.0
"""Nor is one that moved by less than so many standard errors of the two sets of draws."""

ADDED = 0.05
"""A claim about a neighbour is named if it moved the place by so much."""

SHOWN = 12
"""Places that are told of one by one."""


def news_of(study: Study) -> News | None:
    """The places whose nowcast differs from that of the day before, with what each new claim adds.

    What a claim adds is the probability with it against that without it, by reweighting today's draws (see
    `belief.explain`). None on the war's first day, and once the war was over the day before.
    """
    now, before = study.belief, study.belief_on_eve
    if before is None:
        return None
    day, eve = study.last, study.today - 1
    today, yesterday = now.probability_on(day), before.probability_on(eve)
    noise = np.sqrt(now.noise_on(day) ** 2 + before.noise_on(eve) ** 2)
    moved = today - yesterday
    clear = np.abs(moved) >= np.maximum(MOVED_BY, NOISE * noise)
    by = np.where(clear, np.abs(moved), 0.0).max(axis=1)
    rows = np.flatnonzero(study.known.reported == study.today)
    fresh = _fresh(now, rows)
    places = [i for i in np.argsort(-by, kind="stable").tolist() if by[i] > 0]
    shifts: list[Shift] = []
    drifted: list[str] = []
    for i in places:
        # Of two states that moved as far the one that rose.
        state = max(range(today.shape[1]), key=lambda s: (clear[i, s], round(abs(moved[i, s]), 9), moved[i, s]))
        arrivals, share = _arrivals(study, rows, fresh, i, state)
        shift = Shift(
            place_id=study.case.places.ids[i],
            name=study.case.places.names[i],
            state=state,
            before=outlook_at(before, i, eve),
            after=outlook_at(now, i, day),
            arrivals=tuple(arrivals),
            without=share,
        )
        if not shift.explained:
            drifted.append(shift.name)
        elif len(shifts) < SHOWN:
            shifts.append(shift)
    return News(study.case.days.date(eve), MOVED_BY, len(places), tuple(shifts), len(rows), len(fresh), tuple(drifted))


def _fresh(belief: Belief, rows: NDArray[np.int64]) -> dict[int, int]:
    """The claims, among some, that are the first of an assertion: assertion by claim."""
    of_claim = belief.evidence.told.of_claim
    found = {}
    for n in rows.tolist():
        j = int(of_claim[n])
        if j >= 0 and not (of_claim[:n] == j).any():
            found[n] = j
    return found


def _arrivals(
    study: Study, rows: NDArray[np.int64], fresh: dict[int, int], place: int, state: int
) -> tuple[list[Arrival], float | None]:
    """The new claims about a place and those that moved it from next door; the probability without any of them."""
    belief, known, day = study.belief, study.known, study.last
    told, neighbours = belief.evidence.told, belief.evidence.neighbours
    near = set(neighbours.index[neighbours.start[place] : neighbours.start[place + 1]].tolist())
    now = float((belief.on(day)[:, place] == state).mean())

    def left_out(assertions: list[int]) -> float | None:
        share, k = without(belief, np.array(assertions), place, day)
        return float(share[state]) if k <= PARETO_LIMIT else None

    of_claim = told.of_claim
    about = [n for n in rows.tolist() if known.place[n] == place and of_claim[n] >= 0]
    found: list[tuple[int, float | None]] = [(n, left_out([fresh[n]]) if n in fresh else None) for n in about]
    for n, j in fresh.items():
        if int(told.place[j]) in near:
            figure = left_out([j])
            if figure is not None and abs(now - figure) >= ADDED:
                found.append((n, figure))
    found.sort(key=lambda nf: (known.place[nf[0]] != place, -abs(now - nf[1]) if nf[1] is not None else 0.0, nf[0]))
    lines = claim_lines(known, [n for n, _ in found], belief)
    heard = [fresh[n] for n, _ in found if n in fresh]
    return [Arrival(line, figure) for line, (_, figure) in zip(lines, found, strict=True)], (
        left_out(heard) if heard else None
    )
