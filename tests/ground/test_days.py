from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.errors import GroundError
from vedette.ground import Days

WAR = Days(date(2031, 4, 1), date(2031, 4, 20))
DATES = st.dates(date(1900, 1, 1), date(2200, 1, 1))


def test_both_ends_belong_to_the_war() -> None:
    assert len(WAR) == len(list(WAR)) == 20
    assert next(iter(WAR)) == WAR.first
    assert list(WAR)[-1] == WAR.last
    assert WAR.last in WAR
    assert WAR.last + timedelta(days=1) not in WAR
    assert "2031-04-01" not in WAR


@given(DATES)
def test_number_and_date_of_a_day_undo_each_other(day: date) -> None:
    assert WAR.date(WAR.index(day)) == day
    assert (0 <= WAR.index(day) < len(WAR)) == (day in WAR)


@given(DATES, DATES)
def test_a_war_seen_early_is_the_same_war_cut_short(day: date, later: date) -> None:
    day, later = min(day, later), max(day, later)
    if day < WAR.first:
        with pytest.raises(GroundError, match="Choose a day from 2031-04-01 to 2031-04-20"):
            WAR.until(day)
        return
    assert WAR.until(day) == Days(WAR.first, min(day, WAR.last))
    assert WAR.until(later).until(day) == WAR.until(day)


def test_a_war_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(GroundError, match=r"cannot end before it begins\. Swap or correct"):
        Days(WAR.last, WAR.first)


def test_stamps_are_midnights_of_the_days() -> None:
    stamps = WAR.stamps()
    assert stamps.dtype == np.dtype("datetime64[ns]")
    assert [str(s)[:10] for s in stamps] == [day.isoformat() for day in WAR]
