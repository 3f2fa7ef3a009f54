"""How many camps report fighting: what is counted, what it says of a contest, and what leaving a report out changes."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings

from tests.belief.wars import LITTLE, Word, joined, prior_given, seen_on, war, wars
from vedette.belief import Belief, exact_posterior, infer
from vedette.belief.clamour import PRIOR_JOINS, ClamourRecord
from vedette.claims import Certainty, Claims, Kind, Says, says_of

BLUE = Word("Blue ministry", 0, 1, Kind.assault, 0, 4)
ORANGE = Word("Orange ministry", 1, 1, Kind.repulse, 1, 4)
MISSION = Word("Mission", None, 1, Kind.advance, 0, 4)
WEEK = 8


@settings(max_examples=40)
@given(wars())
def test_camps_are_counted_on_every_day_of_which_they_report_fighting(claims: Claims) -> None:
    evidence = seen_on(claims)
    told, clamour = evidence.told, evidence.clamour
    speaking: dict[tuple[int, int], dict[int, set[int]]] = {}
    for n, j in enumerate(told.of_claim.tolist()):
        if j < 0:
            continue
        says, _ = says_of(
            Kind(int(claims.kind[n])),
            denied=bool(claims.denied[n]),
            partial=bool(claims.partial[n]),
            certainty=Certainty(int(claims.certainty[n])),
        ) or (None, 0.0)
        if says in (Says.fights, Says.repels):
            spot = int(claims.place[n]), int(claims.about_to[n])
            speaking.setdefault(spot, {}).setdefault(int(told.camp[j]), set()).add(j)
    assert list(zip(clamour.place.tolist(), clamour.day.tolist(), strict=True)) == sorted(speaking)
    assert clamour.camps.tolist() == [len(speaking[spot]) for spot in sorted(speaking)]


def contested(words: list[Word]) -> float:
    """Exact probability that the place is contested on the day of the attack."""
    return float(exact_posterior(prior_given(war(words, start=[0, 1, 1], days=WEEK))).marginals()[1, 4, 2])


def test_the_more_camps_report_an_attack_the_likelier_a_contest() -> None:
    one, two, three = contested([ORANGE]), contested([ORANGE, MISSION]), contested([ORANGE, MISSION, BLUE])
    assert 2 * one < two
    assert 2 * two < three


def test_what_one_camp_repeats_is_no_clamour() -> None:
    chorus = [Word(f"Orange voice {n}", 1, 1, Kind.repulse, 1, 4) for n in range(20)]
    assert seen_on(war(chorus, start=[0, 1, 1], days=WEEK)).clamour.camps.tolist() == [1]


def test_an_attack_a_day_is_as_many_attacks() -> None:
    said = [Word("Orange ministry", 1, 1, Kind.repulse, 1, day) for day in (2, 3, 4, 5)]
    clamour = seen_on(war(said, start=[0, 1, 1], days=WEEK)).clamour
    assert clamour.day.tolist() == [2, 3, 4, 5]


def test_without_a_camp_there_is_one_voice_less_in_the_clamour() -> None:
    evidence = seen_on(war([BLUE, ORANGE, MISSION], start=[0, 1, 1], days=WEEK))
    record = ClamourRecord(np.array([0.1, 0.4]))
    control = np.ones((3, WEEK), dtype=np.int8)
    for state, join in ((1, 0.1), (2, 0.4)):
        control[1, 4] = state
        found = record.log_joined(evidence.clamour, np.zeros(3, dtype=np.int64), 2, control)
        np.testing.assert_allclose(found, [np.log(join**2) - np.log(join * (1 - join))] * 3)
    alone = seen_on(war([BLUE], start=[0, 1, 1], days=WEEK))
    np.testing.assert_allclose(record.log_joined(alone.clamour, np.array([0]), 2, control), [np.log(0.6**2)])


def test_how_readily_camps_join_in_starts_at_the_prior_and_is_drawn() -> None:
    np.testing.assert_allclose(ClamourRecord.first().joins, PRIOR_JOINS[:, 0] / PRIOR_JOINS.sum(axis=1))
    claims = war([BLUE, ORANGE], start=[0, 1, 1], days=WEEK)
    belief: Belief = infer(claims, (), joined(claims), WEEK - 1, seed=1, effort=LITTLE)
    assert belief.joins.shape == (belief.members, 2)
    assert (belief.joins.std(axis=0) > 0).all()
