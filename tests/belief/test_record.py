"""Records: against plain loops over every draw, and by hand where what is true is known."""

from __future__ import annotations

from dataclasses import astuple, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.belief.wars import Word, joined, war
from vedette.belief import Belief, Effort, Figure, infer, map_records, records_of, track_record
from vedette.belief.evidence import gather
from vedette.belief.posterior import DRAWN
from vedette.claims import Claims, ControlMap, Kind, Says

SPOKEN = [
    Word("Blue ministry", 0, 1, Kind.capture, 0, 5),
    Word("Blue ministry", 0, 2, Kind.capture, 0, 6),
    Word("Orange ministry", 1, 1, Kind.repulse, 1, 5),
    Word("Orange ministry", 1, 1, Kind.capture, 0, 8, denied=True),
    Word("Orange ministry", 1, 2, Kind.withdrawal, 1, 8),
    Word("Mission", None, 1, Kind.control, 0, 7),
    Word("Reporter", None, 1, Kind.strike, 0, 8),
]


def believed_in(claims: Claims, control: NDArray[np.int8]) -> Belief:
    """A belief of which these are the draws."""
    evidence = gather(claims, (), joined(claims), len(claims.days) - 1)
    arrays: dict[str, NDArray[Any]] = {name: np.zeros((len(control), 1)) for name in DRAWN} | {
        "control": control,
        "word": np.zeros((len(control), len(evidence.told)), dtype=np.float32),
    }
    return Belief.from_arrays(evidence, arrays, chains=1)


def known(claims: Claims, control: NDArray[np.int8]) -> dict[str, Any]:
    belief = believed_in(claims, control)
    return {belief.evidence.claimants[r.claimant]: r for r in records_of(belief, claims)}


def test_records_where_it_is_known_what_is_true() -> None:
    claims = war(SPOKEN, start=(0, 1, 1, 1), days=10)
    places, days = len(claims.places), len(claims.days)
    control = np.repeat(claims.places.start[None, :, None], days, axis=2).repeat(2, axis=0).astype(np.int8)
    assert control[0, 1, 0] == control[0, 2, 0] == 1
    control[:, 1, 3:] = 0  # blue took the one two days before it said so
    control[0, 2, 7:] = 0  # and the other, in one of two draws, a day after
    assert places > 2
    found = known(claims, control)
    blue, orange, mission = found["Blue ministry"], found["Orange ministry"], found["Mission"]
    assert blue.assertions == 2
    assert astuple(blue.gains) == pytest.approx((0.75, 0.525, 0.975, 2.0))
    assert blue.lateness.mean == pytest.approx(
        (2 + 2 - 1) / 3
    )  # two captures came true, one of them in half of all draws
    assert blue.lateness.of == 1.5
    assert blue.denials is None  # its side lost nothing it spoke of
    # Of the first place it said that it was held: gone. Of the second that it was left: true in one draw of two.
    assert orange.denials.mean == pytest.approx(2 / 3)
    assert orange.denials.of == 1.5
    assert astuple(orange.against) == pytest.approx((0.5, 0.05, 0.95, 1.0))
    assert orange.lateness is None
    assert mission.denials is None
    assert mission.gains is None
    assert mission.overall == Figure(1.0, 1.0, 1.0, 1.0)


def test_an_announcement_of_what_was_always_held_is_neither_early_nor_late() -> None:
    claims = war([Word("Orange ministry", 1, 1, Kind.capture, 1, 5)], start=(0, 1, 1), days=10)
    control = np.repeat(claims.places.start[None, :, None], len(claims.days), axis=2).astype(np.int8)
    assert known(claims, control)["Orange ministry"].lateness is None


@pytest.fixture(scope="module")
def believed() -> tuple[Claims, Belief]:
    claims = war(SPOKEN, start=(0, 1, 1, 1), days=10)
    effort = Effort(chains=2, daily=2, burn=10, keep=100, thin=1)
    return claims, infer(claims, (), joined(claims), len(claims.days) - 1, seed=1, effort=effort)


def test_a_record_is_the_share_of_assertions_that_are_true(believed: tuple[Claims, Belief]) -> None:
    _, belief = believed
    told, control = belief.evidence.told, belief.control
    for j in range(len(told)):
        place, day, side, says = (int(getattr(told, name)[j]) for name in ("place", "first", "side", "says"))
        expected = []
        for draw in control:
            state = int(draw[place, day])
            if says == Says.took:
                expected.append(float(side in draw[place, day : day + 7]))
            elif says in (Says.holds, Says.repels):
                expected.append({side: 1.0, 2: 0.5}.get(state, 0.0))
            elif says == Says.fights:
                expected.append({2: 1.0, 1 - side: 0.5}.get(state, 0.0))
            else:
                expected.append({1 - side: 1.0, 2: 0.5}.get(state, 0.0))
        np.testing.assert_array_equal(track_record(belief, np.array([j])), expected)
    together = track_record(belief, np.arange(len(told)))
    alone = [track_record(belief, np.array([j])) for j in range(len(told))]
    np.testing.assert_allclose(together, np.mean(alone, axis=0))


def test_lateness_by_plain_loops(believed: tuple[Claims, Belief]) -> None:
    claims, belief = believed
    told = belief.evidence.told
    for record in records_of(belief, claims):
        total = number = 0.0
        for j in np.flatnonzero((told.claimant == record.claimant) & (told.says == Says.took)).tolist():
            published = min(int(claims.reported[n]) for n in range(len(claims)) if told.of_claim[n] == j)
            for draw in belief.control:
                path, side = draw[told.place[j]].tolist(), int(told.side[j])
                taken = [d for d in range(1, len(path)) if path[d] == side != path[d - 1]]
                near = [d for d in taken if -30 <= d - published < 7]
                if near:
                    total += min((published - d for d in near), key=abs)
                    number += 1
        if record.lateness is None:
            assert number == 0
        else:
            assert record.lateness.mean == pytest.approx(total / number)
            assert record.lateness.of == pytest.approx(number / belief.members)


def test_a_map_s_record_where_it_is_known_what_is_true() -> None:
    claims = war(SPOKEN, start=(0, 1, 1, 1), days=10)
    control = np.repeat(claims.places.start[None, :, None], 10, axis=2).repeat(2, axis=0).astype(np.int8)
    control[:, 1, 3:] = 0  # redrawn two days after
    control[0, 2, 7:] = 0  # redrawn a day after, in one of two draws
    control[1, 2, 7:] = 2  # contested in the other
    atlas = ControlMap(
        "atlas",
        np.array([1, 1, 2, 2, 3, 3, 3], dtype=np.int32),
        np.array([1, 0, 1, 0, 1, 0, 1], dtype=np.int8),
        np.array([0, 5, 0, 8, 0, 4, 6], dtype=np.int32),
        np.array([4, 9, 7, 9, 3, 5, 9], dtype=np.int32),
    )
    sleepy = replace(atlas, source="sleepy", **{n: getattr(atlas, n)[:1] for n in ("place", "state", "first", "last")})
    atlas_record, sleepy_record = map_records(believed_in(claims, control), (atlas, sleepy))
    assert atlas_record.redrawn == 4  # of the last place to blue, wrongly, and back
    assert atlas_record.right is not None
    assert atlas_record.right.mean == pytest.approx((1 + 0.75 + 0 + 1) / 4)
    assert atlas_record.lateness is not None
    assert atlas_record.lateness.mean == pytest.approx((2 + 2 + 1) / 3)
    assert (sleepy_record.redrawn, sleepy_record.right, sleepy_record.lateness) == (0, None, None)
