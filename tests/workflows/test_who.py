"""Who holds a place, and what would be believed without a source's word: drawn anew where draws cannot tell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import small_case
from vedette.workflows import Study, who


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The small war two days after the map has redrawn Cairn."""
    folder: Path = small_case(tmp_path_factory.mktemp("cases") / "small")
    return Study.of(folder, date(2031, 4, 10))


def test_a_map_is_weighed_like_any_source(seen: Study) -> None:
    story = who(seen, "Cairn")
    (line,) = story.maps
    assert (line.source, line.shows) == ("atlas", 0)
    assert (line.since, line.until) == (date(2031, 4, 8), date(2031, 4, 10))
    assert line.without is not None
    assert line.weight is not None
    assert line.weight > 0.5
    assert line.without.probability[0] < story.outlook.probability[0]
    assert sum(line.without.probability) == pytest.approx(1.0)


def test_what_the_draws_cannot_tell_without_a_map_is_drawn_anew(seen: Study) -> None:
    (line,) = who(seen, "Cairn").maps
    anew = seen.without_map("atlas", seen.case.places.find("Cairn"))
    cairn = anew.case.places.find("Cairn")
    assert all(m.shown_at(cairn) is None for m in anew.maps)
    assert line.drawn_anew
    assert line.without is not None
    np.testing.assert_array_equal(line.without.probability, anew.belief.probability_on(anew.last)[cairn])


def test_a_place_that_no_map_shows_has_no_line(seen: Study) -> None:
    assert who(seen, "Fallow").maps == ()
