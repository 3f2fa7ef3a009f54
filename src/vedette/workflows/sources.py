"""Every source's record."""

from __future__ import annotations

from vedette.briefing import RecordLine
from vedette.workflows.lines import record_lines
from vedette.workflows.study import Study

__all__ = ["sources"]


def sources(study: Study) -> list[RecordLine]:
    """How far each claimant and each map has been right, by the draws as of the study's day.

    Who claimed most comes first, maps last.
    """
    return record_lines(study.belief, study.known, study.maps)
