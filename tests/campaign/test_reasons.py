"""Why a place matters, where it can be counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.campaign.test_engine import line
from vedette.campaign import Reasons, reasons
from vedette.ground import Heights, RoutePaths
from vedette.situation import Theatre, watch_over


def why(place: int, supplied_from: int = 9) -> Reasons:
    """Ten places on a line, 11 km apart, the last five side 1's, supplied from one end; 100 people each."""
    ground = line(10)
    places = replace(ground.places, population=np.full(10, 100.0))
    ends = ground.routes.ends
    lon, lat = places.lon[ends].reshape(-1), places.lat[ends].reshape(-1)
    paths = RoutePaths(np.arange(0, 2 * len(ends) + 1, 2), lon, lat)
    nothing = np.empty(0)
    watch = watch_over(places, paths, Heights((), (), nothing, nothing, nothing), None, np.random.default_rng(0))
    theatre = Theatre(places, ground.routes, {0: np.array([0]), 1: np.array([supplied_from])}, watch, 2, None)
    control = np.repeat(places.start[None].astype(np.int8), 8, axis=0)
    luck = np.zeros((8, len(ends)), dtype=np.float32)  # every road is open unless somebody shuts it
    return reasons(theatre, control, luck, 0, place, 1, 0)


def test_what_lies_beyond_it_is_cut_off() -> None:
    found = why(7)
    assert found.isolated.places == (2.0, 2.0, 2.0)
    assert found.isolated.people == (200.0, 200.0, 200.0)
    assert [c.place for c in found.cut_off] == [5, 6]
    assert {r.route for r in found.cut} == {6, 7}, "the roads on either side"
    assert all(r.cut == (0.0, 1.0) for r in found.cut)


def test_the_last_before_the_front_cuts_off_nobody() -> None:
    found = why(5)
    assert found.isolated.places == (0.0, 0.0, 0.0)
    assert found.cut_off == ()
    assert {r.route for r in found.cut} == {5}, "the other was cut already"


def test_a_place_that_is_lost_already_gives_no_reasons() -> None:
    found = why(2)
    assert [len(found.cut), len(found.exposed), len(found.cut_off), len(found.views)] == [0, 0, 0, 0]
