from __future__ import annotations

import pytest

from vedette.belief import _factored_kernels as belief
from vedette.dynamics._kernels import FIGHTERS, REAR
from vedette.errors import GroundError
from vedette.ground import CONTESTED, MOST_SIDES, Side, Sides

TWO = Sides((Side("blue", "Blue side", ("Blues",)), Side("orange", "Orange side")))


@pytest.mark.parametrize(("name", "side"), [("blue", 0), ("BLUES ", 0), (" Orange", 1), ("green", None), ("", None)])
def test_a_side_answers_to_its_id_and_aliases(name: str, side: int | None) -> None:
    assert TWO.find(name) == TWO.state(name) == side


def test_contested_is_the_last_state_and_no_side() -> None:
    assert TWO.states == ("blue", "orange", CONTESTED)
    assert TWO.contested == TWO.state(" Contested") == 2
    assert TWO.find(CONTESTED) is None
    assert [TWO.label(s) for s in range(3)] == ["Blue side", "Orange side", "contested"]


@pytest.mark.parametrize("count", [0, 1, 6, 9])
def test_between_two_and_five(count: int) -> None:
    with pytest.raises(GroundError, match=rf"names {count} side.*at least 2.*at most 5. List each party once"):
        Sides(tuple(Side(f"s{n}", f"S{n}") for n in range(count)))


def test_the_bits_that_kernels_keep_sides_in_hold_as_many() -> None:
    assert FIGHTERS == 2**MOST_SIDES - 1
    assert MOST_SIDES < 2 ** (8 - REAR)  # 0 is nobody's rear
    assert MOST_SIDES <= belief.REAR


@pytest.mark.parametrize("word", ["contested", "Third", "both", "ALL", "none", ""])
def test_words_of_the_tables_are_no_names(word: str) -> None:
    with pytest.raises(GroundError, match="has a meaning of its own in the tables"):
        Sides((Side("blue", "Blue"), Side("orange", "Orange", (word,))))


def test_two_sides_cannot_share_a_name() -> None:
    with pytest.raises(GroundError, match="'blue' names two sides, 'blue' and 'orange'"):
        Sides((Side("blue", "Blue"), Side("orange", "Orange", ("BLUE",))))
