"""Other people's forecasts: collected from the claims, matched with the outcome when due, scored beside ours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vedette.claims import Kind
from vedette.store import read_forecast_readings, read_outcome
from vedette.verification import (
    OutsideForecast,
    OutsiderLine,
    OutsidersReport,
    mean_scores,
    stated_probability,
)
from vedette.workflows.campaign import MAX_AHEAD, CampaignStudy
from vedette.workflows.study import Study

__all__ = ["outsiders"]

MEMBERS = 1000


def outsiders(study: Study) -> OutsidersReport:
    """Score the forecasts that are due by the study's day, in the order in which they were published.

    Ours is the share of the campaign's members, run from the day on which theirs was published; under the same
    condition, where it has one.
    """
    case, known = study.case, study.case.claims.until(study.today)
    outcome = read_outcome(case).grid()
    readings = read_forecast_readings(case)
    lines: list[OutsiderLine] = []
    theirs: list[tuple[float, bool]] = []
    ours: list[tuple[float, bool]] = []
    rows = np.flatnonzero(known.kind == Kind.forecast).tolist()
    for done, n in enumerate(rows):
        claim = known.row(n)
        made = case.days.index(claim.reported_on)
        told, why = None, ""
        reading = readings.get(claim.claim_id)
        if reading is not None:
            told = _told(n, reading.place, reading.side, made, case.days.index(reading.by), reading.condition, study)
        elif claim.claim_id in readings or claim.place_id is None or claim.side not in case.sides.ids:
            why = "says nothing about who will hold a place"
        elif claim.partial:
            why = "too vague: of a part, or of the front as a whole"
        elif claim.paraphrase.casefold().startswith("if "):
            why = "its condition is not written down in forecasts.csv"
        else:
            place, side = case.places.index(claim.place_id), case.sides.ids.index(claim.side)
            told = _told(n, place, side, made, case.days.index(claim.about_to), None, study)
        came: bool | None = None
        if told is not None:
            came, why = _due(told, outcome, study)
        our = _ours(study, told) if told is not None and came is not None else None
        if told is not None and came is not None and our is not None:
            theirs.append((told.probability, came))
            ours.append((our, came))
        lines.append(
            OutsiderLine(
                claim.claim_id, claim.claimant, claim.reported_on, claim.paraphrase,
                case.days.date(told.by) if told else None, told.probability if told else None, our, came, why,
            )
        )  # fmt: skip
        if study.progress is not None:
            study.progress("Outside forecasts", done + 1, len(rows))
    return OutsidersReport(case.name, study.as_of, tuple(lines), len(theirs), mean_scores(theirs), mean_scores(ours))


def _told(
    n: int, place: int, side: int, made: int, by: int, condition: tuple[int, int] | None, study: Study
) -> OutsideForecast:
    claim = study.case.claims.until(study.today).row(n)
    said = stated_probability(claim.certainty, denied=claim.denied, quantity=claim.quantity, unit=claim.unit)
    return OutsideForecast(n, place, side, made, by, said, condition)


def _due(told: OutsideForecast, outcome: np.ndarray, study: Study) -> tuple[bool | None, str]:
    """What came, or None and why it is not scored."""
    if told.by <= told.made:
        return None, "speaks of no day after its own"
    if told.by > study.today or told.by >= outcome.shape[1]:
        return None, "not due: the outcome does not reach that day"
    if told.made < 0 or told.by - told.made > MAX_AHEAD:
        return None, "made before the war, or too far ahead"
    if told.condition is not None:
        place, side = told.condition
        if outcome[place, told.by] != side:
            return None, "its condition was not met"
    state = int(outcome[told.place, told.by])
    if state < 0:
        return None, "the outcome leaves the place unsettled that day"
    return state == told.side, ""


def _ours(study: Study, told: OutsideForecast) -> float | None:
    then = replace(study, as_of=study.case.days.date(told.made))
    final = CampaignStudy(then, told.by - told.made, MEMBERS).base.final
    if told.condition is not None:
        final = final[final[:, told.condition[0]] == told.condition[1]]
    return float((final[:, told.place] == told.side).mean()) if len(final) else None
