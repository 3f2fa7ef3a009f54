"""What any reader would expect of words about one place: more witnesses, admissions, copies, places taken back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from tests.belief.wars import Word, joined, war
from vedette.belief import Effort, infer, track
from vedette.claims import Claims, ControlMap, Kind

FORD, DAYS = 2, 12
START = [0, 0, 1, 1]  # the ford is orange's
EFFORT = Effort(chains=4, daily=4, burn=50, keep=500, thin=4)
NOISE = 0.04
"""Twice the standard error of a share of such draws, or more."""


def drawn(words: Sequence[Word], days: int = DAYS, maps: Sequence[ControlMap] = ()) -> list[float]:
    """P(blue, orange, contested) at the ford on the last day."""
    claims = war(words, start=START, days=days)
    belief = infer(claims, maps, joined(claims), days - 1, seed=1, effort=EFFORT, threads=2)
    return [float(p) for p in belief.probability_on(days - 1)[FORD]]


def followed(words: Sequence[Word], days: int = DAYS) -> list[float]:
    """The same by the filter of long wars."""
    claims: Claims = war(words, start=START, days=days)
    return [float(p) for p in track(claims, (), joined(claims), days - 1, hindsight=False).nowcast[FORD, -1]]


def witness(n: int, day: int, side: int = 0, kind: Kind = Kind.capture, text: str = "") -> Word:
    return Word(f"Witness {n}", None, FORD, kind, side, day, text=text)


BOAST = Word("Blue ministry", 0, FORD, Kind.capture, 0, 5)


@pytest.mark.parametrize("believed", [drawn, followed])
@pytest.mark.parametrize("spread", [1, 3])
def test_one_more_witness_never_lowers_belief(believed: object, spread: int) -> None:
    """Who each announce the capture in words of their own, on one day or over three."""
    said = [believed([witness(n, 5 + n % spread) for n in range(many)])[0] for many in (0, 1, 2, 4, 8)]  # type: ignore[operator]
    assert said[1] > 0.6
    assert all(after > before - (NOISE if spread > 1 else 2 * NOISE) for before, after in pairwise(said))
    assert said[2] > said[1]


@pytest.mark.parametrize("believed", [drawn, followed])
@pytest.mark.parametrize(
    ("kind", "side"), [(Kind.capture, 0), (Kind.control, 0), (Kind.withdrawal, 1)], ids=["took", "holds", "withdrew"]
)
def test_an_admission_of_any_kind_is_worth_more_than_a_boast(believed: object, kind: Kind, side: int) -> None:
    admitted = believed([Word("Orange ministry", 1, FORD, kind, side, 5)])[0]  # type: ignore[operator]
    boasted = believed([BOAST])[0]  # type: ignore[operator]
    assert admitted > boasted > 0.4


@pytest.mark.parametrize("believed", [drawn, followed])
def test_a_confirmation_the_day_after_is_believed(believed: object) -> None:
    alone = believed([BOAST])[0]  # type: ignore[operator]
    assert believed([BOAST, witness(1, 6)])[0] > alone + NOISE  # type: ignore[operator]
    assert believed([BOAST, Word("Orange ministry", 1, FORD, Kind.withdrawal, 1, 6)])[0] > alone + NOISE  # type: ignore[operator]


HELD = [
    witness(1, 4, 1, Kind.control),
    witness(2, 5, 1, Kind.control),
    Word("Orange ministry", 1, FORD, Kind.control, 1, 6),
    Word("Blue ministry", 0, FORD, Kind.control, 1, 6),
]


@pytest.mark.parametrize("believed", [drawn, followed])
def test_ten_who_copy_each_other_day_after_day_do_not_flip_a_place(believed: object) -> None:
    copies = [witness(10 + n, 8 + n, 0, Kind.control, "It is blue's.") for n in range(10)]
    one = believed([*HELD, copies[0]], 20)[0]  # type: ignore[operator]
    ten = believed([*HELD, *copies], 20)[0]  # type: ignore[operator]
    assert ten < 0.3
    assert ten == pytest.approx(one, abs=0.1)


def test_voices_of_one_ministry_add_little_to_its_announcement() -> None:
    one = drawn([*HELD, Word("Blue voice 0", 0, FORD, Kind.capture, 0, 8)], 20)[0]
    ten = drawn([*HELD, *(Word(f"Blue voice {n}", 0, FORD, Kind.capture, 0, 8 + n) for n in range(10))], 20)[0]
    assert ten < one + 0.15


@pytest.mark.parametrize("believed", [drawn, followed])
def test_a_place_taken_back_is_believed_to_be(believed: object) -> None:
    """Whether or not its holder had said before the loss, truly, that it held it."""
    lost = [BOAST, witness(1, 6)]
    back = Word("Orange ministry", 1, FORD, Kind.capture, 1, 9)
    before = Word("Orange ministry", 1, FORD, Kind.control, 1, 1)
    kept = believed(lost)[0]  # type: ignore[operator]
    taken = believed([*lost, back])[0]  # type: ignore[operator]
    assert taken < kept - 0.3
    assert believed([before, *lost, back])[0] == pytest.approx(taken, abs=0.15)  # type: ignore[operator]


def test_an_earlier_false_report_takes_nothing_from_a_later_one() -> None:
    taken = [Word("Orange ministry", 1, FORD, Kind.control, 1, 5), witness(1, 6, 1, Kind.control)]
    news = witness(2, 11)
    assert drawn([witness(3, 2), *taken, news], 15)[0] > drawn([*taken, news], 15)[0] - 0.2


def test_a_map_that_shows_a_contest_for_weeks_is_believed_a_good_part_of_the_time() -> None:
    """That contests last a few days as a rule is only a rule."""
    atlas = [
        ControlMap("atlas", np.array([FORD], np.int32), np.array([2], np.int8), np.array([10]), np.array([29]))
        for _ in range(3)
    ]
    assert drawn([], 30, atlas)[2] > 0.5
    assert drawn([], 30, atlas[:1])[2] > 0.15
