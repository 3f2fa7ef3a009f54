"""Find claims: by place, claimant, day, or because they contradict each other."""

from __future__ import annotations

from datetime import date

import numpy as np

from vedette.briefing import ClaimLine
from vedette.claims import contradictions
from vedette.errors import ClaimError
from vedette.workflows.lines import claim_lines
from vedette.workflows.study import Study

__all__ = ["list_claims"]


def list_claims(
    study: Study,
    *,
    place: str | None = None,
    claimant: str | None = None,
    first: date | None = None,
    last: date | None = None,
    contradicted: bool = False,
) -> list[ClaimLine]:
    """Claims published by the study's day, in order of publication.

    `first` and `last` bound the day of publication; `contradicted` keeps those that
    cannot all be true. An unknown claimant is a `ClaimError` that lists those there are.
    """
    known = study.known
    keep = np.ones(len(known), dtype=bool)
    if place is not None:
        keep &= known.place == study.case.places.find(place)
    if claimant is not None:
        wanted = [c for c, name in enumerate(known.claimants) if claimant.casefold() in name.casefold()]
        if not wanted:
            raise ClaimError(
                f"nobody called {claimant!r} had claimed anything by {study.as_of}. Claimants by then: "
                f"{', '.join(sorted(known.claimants)) or 'none'}."
            )
        keep &= np.isin(known.claimant, wanted)
    if first is not None:
        keep &= known.reported >= study.case.days.index(first)
    if last is not None:
        keep &= known.reported <= study.case.days.index(last)
    if contradicted:
        disputed = [n for c in contradictions(known) for rows in c.camps.values() for n in rows]
        keep &= np.isin(np.arange(len(known)), disputed)
    return claim_lines(known, np.flatnonzero(keep).tolist())
