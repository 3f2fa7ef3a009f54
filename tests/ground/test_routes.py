from __future__ import annotations

from dataclasses import replace

import pytest

from vedette.errors import GroundError
from vedette.store import Case


def test_routes_are_found_at_both_their_ends(small: Case) -> None:
    routes, cairn = small.routes, small.places.index("cairn")
    there = {routes.ids[r]: small.places.ids[routes.other_end(r, cairn)] for r in routes.at_place[cairn]}
    assert there == {
        "alder_cairn": "alder",
        "brook_cairn": "brook",
        "cairn_dunmore": "dunmore",
        "cairn_ely": "ely",
    }
    assert sum(len(found) for found in routes.at_place.values()) == 2 * len(routes)


def test_a_route_is_found_by_its_id(small: Case) -> None:
    assert "cairn_ely" in small.routes
    assert "ely_cairn" not in small.routes
    assert not small.routes.two_way[small.routes.index("cairn_ely")]


def test_ids_are_unique(small: Case) -> None:
    with pytest.raises(GroundError, match="Make route_id unique"):
        replace(small.routes, ids=("r",) * len(small.routes))
