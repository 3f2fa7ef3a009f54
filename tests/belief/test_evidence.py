"""How the evidence as of a day is laid out: attention, lists, fighting, statements, against plain recomputations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.belief.wars import Word, seen_on, war, wars
from vedette.claims import Claims, Kind, Relation, Says, says_of
from vedette.ground import project_km


@settings(max_examples=30)
@given(wars(), st.integers(0, 8))
def test_attention_fades_with_distance_and_time_and_waits_for_the_post(claims: Claims, day: int) -> None:
    """15 km and 5 days; saturating; times the share of reports that have come in by now; in steps of 1/64."""
    evidence = seen_on(claims, day)
    told, known = evidence.told, claims.until(day)
    xy = project_km(claims.places.lat, claims.places.lon)
    spots = set(zip(told.place.tolist(), told.first.tolist(), strict=True))
    delays = [min(max(int(d), 0), day + 1) for d in known.reported - known.about_to]
    for i in range(len(claims.places)):
        for t in range(day + 1):
            heat = sum(
                np.exp(-0.5 * ((xy[i] - xy[place]) ** 2).sum() / 15**2) * np.exp(-abs(t - first) / 5)
                for place, first in spots
                if np.linalg.norm(xy[i] - xy[place]) <= 45
            )
            arrived = (sum(d <= day - t for d in delays) + 1) / (len(delays) + 2)
            expected = (0.02 + 0.98 * heat / (1 + heat)) * arrived
            assert abs(evidence.attention[i, t] - max(expected, 1 / 64)) <= 0.5 / 64 + 1e-9
            assert (evidence.attention[i, t] * 64) % 1 == 0


@settings(max_examples=30)
@given(wars())
def test_fighting_lasts_three_days_and_lists_are_of_own_gains(claims: Claims) -> None:
    evidence = seen_on(claims)
    told = evidence.told
    for t in range(9):
        for k in range(2):
            own = [
                j
                for j in range(len(told))
                if told.says[j] == Says.took and told.relation[j] == Relation.own and told.side[j] == k
            ]
            assert evidence.lists[t, k] == any(told.first[j] == t for j in own)
            for i in range(3):
                reported = [
                    claims.about_to[n]
                    for n in range(len(claims))
                    if (j := told.of_claim[n]) >= 0 and (told.place[j], told.side[j]) == (i, k) and fights(claims, n)
                ]
                assert bool(evidence.fighting[i, t] >> k & 1) == any(day <= t < day + 3 for day in reported)


def fights(claims: Claims, n: int) -> bool:
    claim = claims.row(n)
    found = says_of(claim.kind, denied=claim.denied, partial=claim.partial, certainty=claim.certainty)
    return found is not None and found[0] is Says.fights


@pytest.mark.parametrize(("start", "expected"), [(0, [0.99, 0, 0.005, 0, 0.005]), (1, [0, 0.99, 0.005, 0.005, 0])])
def test_on_day_0_a_place_is_as_on_the_eve_or_contested_or_just_taken(start: int, expected: list[float]) -> None:
    np.testing.assert_allclose(seen_on(war([], start=[start], days=2)).start_prior[0], expected)


def test_a_place_contested_on_the_eve_may_have_been_taken_by_either() -> None:
    prior = seen_on(war([], start=[2], days=2)).start_prior[0]
    assert prior.sum() == pytest.approx(1.0)
    assert prior[2] == pytest.approx(0.99, abs=0.01)
    assert prior[3] == prior[4] > 0


def test_a_repetition_is_the_first_statement_again_on_its_latest_day_the_more_the_later() -> None:
    words = [Word("Blue ministry", 0, 1, Kind.capture, 0, day, text=f"Ours, day {day}.") for day in (2, 3, 6)]
    evidence = seen_on(war(words, start=[0, 1], days=8))
    assert evidence.told.repeats.tolist() == [3]
    assert evidence.announced.day.tolist() == [2]
    assert evidence.announced.share.tolist() == [1.0]
    assert evidence.testimony.day.tolist() == [6]
    assert evidence.testimony.share.tolist() == pytest.approx([1 - np.exp(-4 / 20)])
    assert evidence.testimony.says.tolist() == [int(Says.holds)]  # to have taken is to hold


def test_a_chorus_is_one_camp_on_one_tendency_and_its_first_voice_leads() -> None:
    words = [
        Word("Blue ministry", 0, 1, Kind.control, 0, 3),
        Word("Blue chief", 0, 1, Kind.control, 0, 2, published=4),
        Word("Mission", None, 1, Kind.control, 0, 3),
        Word("Blue ministry", 0, 0, Kind.control, 0, 3),
    ]
    told = seen_on(war(words, start=[0, 1], days=8)).testimony
    assert told.choruses == 3
    for x in range(told.choruses):
        mine = told.chorus == x
        assert len({(int(c), int(p)) for c, p in zip(told.camp[mine], told.place[mine], strict=True)}) == 1
        assert told.leads[mine].sum() == 1
        assert told.day[mine][told.leads[mine]][0] == told.day[mine].min()


def test_a_side_that_speaks_has_a_voice_that_has_announced_nothing_yet() -> None:
    """Its silence counts too; a side that never spoke keeps no silence."""
    tracks = seen_on(war([Word("Orange ministry", 1, 1, Kind.control, 1, 2)], start=[0, 1], days=4)).announced.tracks
    assert tracks.keys == [(1, int(Relation.own), -1)]
    assert len(seen_on(war([], start=[0, 1], days=4)).announced.tracks) == 0
