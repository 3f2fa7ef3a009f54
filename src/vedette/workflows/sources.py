"""Every source's record."""

from __future__ import annotations

from collections.abc import Iterable

from vedette.briefing import RecordLine
from vedette.workflows.lines import record_lines
from vedette.workflows.study import Study

__all__ = ["Records", "sources"]


class Records(list[RecordLine]):
    """Records, and in `warning` what the reader must know of the draws that they rest on, or nothing."""

    def __init__(self, lines: Iterable[RecordLine] = (), warning: str = "") -> None:
        super().__init__(lines)
        self.warning = warning


def sources(study: Study) -> Records:
    """How far each claimant and each map has been right, by the draws as of the study's day.

    Who claimed most comes first, maps last.
    """
    return Records(record_lines(study.belief, study.known, study.maps), study.belief.warning)
