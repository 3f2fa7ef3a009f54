"""Ceasefires: how those so far fared, how soon the next comes and is broken, and who sees that it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.campaign.test_engine import DAYS, START, go, line, members
from vedette.campaign import CampaignPriors, Front, Parameters, Run, Scenario, Truces, draw_parameters, orders_of, run
from vedette.claims import Ceasefires, ceasefires_in
from vedette.dynamics import TransitionPriors
from vedette.store import read_case, read_peacekeepers

STOP = Scenario(ceasefire=date(2031, 4, 4))


@pytest.fixture(scope="module")
def restless() -> Parameters:
    """Fighting never ends of itself; what ended begins again within a day or two."""
    drawn = members(line(10), 200, tempo=20.0)
    return replace(drawn, ceasefire=np.full(200, 1e-9), breach=np.full(200, 0.7))


def test_a_ceasefire_of_a_scenario_holds_unless_it_says_that_nobody_keeps_it(restless: Parameters) -> None:
    kept = go(line(10), restless, STOP)
    assert (kept.ended == 3).all()
    np.testing.assert_array_equal(kept.probability[3], kept.probability[-1])
    broken = go(line(10), restless, replace(STOP, peacekeepers=False))
    assert (broken.ended < 0).all()
    assert (broken.final != kept.final).any()
    still = go(line(10), replace(restless, breach=np.zeros(200)), replace(STOP, peacekeepers=False))
    np.testing.assert_array_equal(still.final, kept.final)


def test_who_ended_before_peacekeepers_came_may_begin_again_and_not_after(restless: Parameters) -> None:
    """Everybody stops on the first day; on the fourth peacekeepers are there."""
    soon = replace(restless, ceasefire=np.full(200, 1e9))
    ended = go(line(10), soon, replace(STOP, peacekeepers=True)).ended
    assert set(ended.tolist()) <= {0, 1, 2, 3}
    assert len(set(ended.tolist())) > 2
    assert (go(line(10), soon, Scenario(peacekeepers=True)).ended == 0).all()


def test_peacekeepers_that_are_known_keep_any_end_and_a_scenario_may_send_them_home(restless: Parameters) -> None:
    soon, ground = replace(restless, ceasefire=np.full(200, 1e9)), line(10)
    control = np.repeat(ground.places.start[None], 200, axis=0)
    for scenario, kept in ((Scenario(), True), (Scenario(peacekeepers=False), False)):
        orders = orders_of(scenario, ground, START, DAYS, peacekeepers=True)
        found = run(ground, soon, orders, control, control, np.arange(200), 7)
        assert (found.ended == 0).all() == kept


def test_a_ceasefire_in_force_stops_a_run_until_it_is_broken(restless: Parameters) -> None:
    ground, count = line(10), 200
    control = np.repeat(ground.places.start[None], count, axis=0)

    def found(*, ceasefire: bool = True, peacekeepers: bool = False) -> Run:
        orders = orders_of(Scenario(), ground, START, DAYS, ceasefire=ceasefire, peacekeepers=peacekeepers)
        return run(ground, restless, orders, control, control, np.arange(count), 7)

    kept, broken = found(peacekeepers=True), found()
    assert (kept.ended == 0).all()
    np.testing.assert_array_equal(kept.final, control)
    assert (broken.probability[1] != kept.probability[1]).any(axis=1).sum() > 0, "some begin at once"
    assert (broken.ended < 0).all(), "and all in time"
    assert (found(ceasefire=False).probability[1] != broken.probability[1]).any(), (
        "others later than if there were none"
    )


def test_hazards_are_the_posteriors_of_the_ceasefires_so_far() -> None:
    def drawn(truces: Truces | None) -> Parameters:
        count = 20_000
        return draw_parameters(
            np.arange(count), np.repeat([TransitionPriors().hazard], count, axis=0), np.ones((count, 2, 2)),
            front=Front.unknown(count, 2, 2), truces=truces, days=DAYS, seed=0, priors=CampaignPriors(),
            dynamics=TransitionPriors(),
        )  # fmt: skip

    unknown, known = drawn(None), drawn(Truces(begun=3, broken=2, held=10, fought=40))
    np.testing.assert_allclose(np.median(unknown.ceasefire), 0.01, rtol=0.05)
    np.testing.assert_allclose(np.log(unknown.ceasefire).std(), 1.0, rtol=0.05)
    np.testing.assert_allclose(known.ceasefire.mean(), (1.4 + 3) / (110 + 40), rtol=0.02)
    np.testing.assert_allclose(known.breach.mean(), (0.5 + 2) / (30 + 10), rtol=0.02)
    assert (known.breach > unknown.breach).mean() > 0.95


def told(folder: Path, rows: str, until: str) -> Ceasefires:
    path = folder / "claims.csv"
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    lines = [",".join(header)]
    for n, row in enumerate(rows.split()):
        given = dict(zip(("reported_on", "about_from", "kind", "side", "polarity"), row.split(","), strict=True))
        given |= {"claim_id": f"t{n}", "about_to": given["about_from"], "claimant": "W", "place_id": "ely"}
        lines.append(",".join(given.get(name, "") for name in header))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    case = read_case(folder)
    return ceasefires_in(case.claims, case.days.index(date.fromisoformat(until)))


def test_ceasefires_are_counted_as_they_were_told_of(case_folder: Path) -> None:
    rows = """2031-04-02,2031-04-03,ceasefire,both,asserted
        2031-04-03,2031-04-03,assault,blue,asserted
        2031-04-04,2031-04-04,ceasefire,both,asserted
        2031-04-05,2031-04-05,ceasefire,orange,denied
        2031-04-08,2031-04-08,ceasefire,both,asserted
        2031-04-12,2031-04-10,capture,blue,asserted"""
    assert told(case_folder, rows, "2031-04-02") == Ceasefires(), "it has not begun"
    assert told(case_folder, rows, "2031-04-04") == Ceasefires(1, 0, 2, holds=True), (
        "fighting on its first day breaks nothing"
    )
    assert told(case_folder, rows, "2031-04-05") == Ceasefires(1, 1, 3), "told of again, it is the same one"
    assert told(case_folder, rows, "2031-04-11") == Ceasefires(2, 1, 7, holds=True), (
        "nobody has spoken of fighting since"
    )
    assert told(case_folder, rows, "2031-04-12") == Ceasefires(2, 2, 6), "it was over on the tenth"


def test_what_ships_knows_three_broken_ceasefires_and_then_peacekeepers() -> None:
    shipped = read_case("karabakh-2020")
    day = shipped.days.index(date(2020, 11, 6))
    assert ceasefires_in(shipped.claims, day) == Ceasefires(3, 3, 3)
    assert ceasefires_in(shipped.claims, shipped.days.index(date(2020, 11, 10))).holds
    assert not read_peacekeepers(shipped, date(2020, 11, 9))
    assert read_peacekeepers(shipped, date(2020, 11, 10))
