"""How results become plain lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from vedette.store import Case
from vedette.workflows import title_on


@pytest.mark.parametrize(
    ("title", "then"),
    [
        ("A small war, 1 April to 20 April 2031", "A small war, from 1 April 2031"),
        ("A small war: 1 to 20 April 2031", "A small war, from 1 April 2031"),
        ("A small war, April to May 2031", "A small war, from April"),
        ("The war of 2022–2024", "The war of 2022–2024"),
        ("A small war, 2022-2024", "A small war, from 2022"),
        ("A small war", "A small war"),
        ("From hill to hill 2031", "From hill to hill 2031"),
    ],
)
def test_a_title_tells_no_end_that_nobody_knew(small: Case, title: str, then: str) -> None:
    case = replace(small, title=title)
    assert title_on(case, date(2031, 4, 12)) == then
    assert title_on(case, case.days.last) == title
