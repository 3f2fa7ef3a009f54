"""Days told in words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.reports.dates import days_in

DAY = date(2020, 11, 6)  # a Friday


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("on 17 October 2020", "2020-10-17", "2020-10-17"),
        ("on October 17", "2020-10-17", "2020-10-17"),
        ("on December 20", "2019-12-20", "2019-12-20"),
        ("on Tuesday", "2020-11-03", "2020-11-03"),
        ("on Friday", "2020-11-06", "2020-11-06"),
        ("yesterday", "2020-11-05", "2020-11-05"),
        ("overnight", "2020-11-05", "2020-11-06"),
        ("during the past 24 hours", "2020-11-05", "2020-11-06"),
        ("for the past four days", "2020-11-03", "2020-11-06"),
        ("two weeks ago", "2020-10-23", "2020-10-23"),
        ("in April", "2020-04-01", "2020-04-30"),
        ("last year", "2019-01-01", "2019-12-31"),
        ("between 3 and 5 November", "2020-11-03", "2020-11-05"),
    ],
)
def test_words_and_days(text: str, first: str, last: str) -> None:
    (when,) = days_in(f"They came {text}.", DAY)
    assert (str(when.first), str(when.last)) == (first, last)


def test_the_next_day_follows_the_day_before_it() -> None:
    whens = days_in("On 12 October they took it. The next day they lost it.", DAY)
    assert [str(w.first) for w in whens] == ["2020-10-12", "2020-10-13"]


def test_without_a_day_of_the_report_only_full_dates_settle_one() -> None:
    assert days_in("on Tuesday", None)[0].first is None
    assert days_in("on 3 May 2020", None)[0].first == date(2020, 5, 3)


@given(st.text(alphabet="0123456789 ofthMayJunelastweekdayago-–,.on", max_size=60), st.dates())
def test_no_text_breaks_it(text: str, report: date) -> None:
    for when in days_in(text, report):
        assert text[when.start : when.end] == when.text
        assert when.first is None or when.last is None or when.first <= when.last
