"""Sides are treated alike: swap their names, or their places in the case, and every sentence is mirrored."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.briefing.lines import SIDES, STATES, claim_line, story, supply
from tests.conftest import FEW, small_case
from vedette.briefing import (
    Arrival,
    Change,
    Outlook,
    Shift,
    change_sentence,
    holder_sentence,
    rest_sentence,
    shift_sentence,
    supply_sentence,
)
from vedette.workflows import Study, brief

DAY = date(2031, 4, 14)
LIKELIHOOD = re.compile(r"\b(almost no chance|unlikely|likely|almost certain|roughly even chance)\b")
CONFIDENCE = re.compile(r"\b(confiden\w*|reliab\w*|trust\w*|credib\w*)\b", re.IGNORECASE)


def mirrored(text: str) -> str:
    return re.sub("Blue side|Orange side", lambda m: "Orange side" if m[0] == "Blue side" else "Blue side", text)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The briefing, and that of the same war in which each side bears the other's name."""
    folder = tmp_path_factory.mktemp("mirror")
    out = []
    for name in ("as-it-is", "mirrored"):
        case = small_case(folder / name)
        if name == "mirrored":
            toml = (case / "case.toml").read_text(encoding="utf-8")
            (case / "case.toml").write_text(mirrored(toml), encoding="utf-8")
        brief(Study.of(case, DAY, effort=FEW), folder / f"out-{name}", forms=["html", "md"])
        out.append(folder / f"out-{name}")
    return out[0], out[1]


def test_every_sentence_is_mirrored(both: tuple[Path, Path]) -> None:
    there, here = ((folder / "briefing.md").read_text(encoding="utf-8") for folder in both)
    assert "Blue side" in there
    assert here != there
    assert mirrored(here) == there


def test_so_is_the_page(both: tuple[Path, Path]) -> None:
    there, here = ((folder / "briefing.html").read_text(encoding="utf-8") for folder in both)
    assert mirrored(here) == there


def test_likelihood_and_confidence_share_no_sentence(both: tuple[Path, Path]) -> None:
    """ICD-203, D.6.e.2.b: to avoid confusion they stand in sentences of their own, or not at all."""
    text = (both[0] / "briefing.md").read_text(encoding="utf-8").split("## Limits")[0]
    sentences = [s for line in text.splitlines() if "|" not in line for s in re.split(r"(?<=[.!?])\s", line)]
    assert sum(bool(LIKELIHOOD.search(s)) for s in sentences) >= 4
    assert not [s for s in sentences if LIKELIHOOD.search(s) and CONFIDENCE.search(s)]


shares = st.tuples(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100)).filter(any)


def turned(outlook: Outlook) -> Outlook:
    """The same with the sides listed the other way round."""
    a, b, c = outlook.probability
    return Outlook((b, a, c), outlook.states)


@given(shares, shares, st.floats(0, 1))
def test_the_order_of_sides_favours_nobody(
    before: tuple[int, int, int], after: tuple[int, int, int], left: float
) -> None:
    """Ties apart, in which the side that the case lists first is named first."""
    assume(len(set(after)) == 3)
    then, now = (Outlook(tuple(n / sum(w) for n in w), STATES) for w in (before, after))
    assert holder_sentence("Dunmore", now, DAY) == mirrored(holder_sentence("Dunmore", turned(now), DAY))
    changes = [Change("d", "Dunmore", then, now), Change("d", "Dunmore", turned(then), turned(now))]
    assert change_sentence(changes[0]) == mirrored(change_sentence(changes[1]))
    came = (Arrival(claim_line("a1", 3), left),)
    for state, other in ((0, 1), (1, 0), (2, 2)):
        one = Shift("d", "Dunmore", state, then, now, came, left)
        two = Shift("d", "Dunmore", other, turned(then), turned(now), came, left)
        assert shift_sentence(one, DAY, DAY) == mirrored(shift_sentence(two, DAY, DAY))
        assert rest_sentence(one) == mirrored(rest_sentence(two))


@given(st.floats(0, 1), st.floats(0, 1))
def test_supply_is_told_alike_of_both(isolated: float, kept: float) -> None:
    said = [
        supply_sentence(story(sides=sides), supply(side=side, isolated=isolated, not_lost=kept))
        for side, sides in ((0, SIDES), (1, SIDES))
    ]
    assert said[0] == mirrored(said[1])
