"""Parameters fitted to the war so far, their file, and the cluster: what is refused, and what never changes."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.campaign.test_engine import line
from tests.conftest import FEW, SMALL
from vedette.campaign import CampaignPriors, Past, calibrate, draw_parameters, past_of, repulsed_by_sector
from vedette.campaign.past import Front
from vedette.dynamics import TransitionPriors
from vedette.errors import CaseError, ClusterError, ScenarioError
from vedette.store import read_parameters, write_parameters
from vedette.workflows import CampaignStudy, Study, calibrated, spread_over

UNTIL = date(2031, 4, 10)


def past(alone: float, due: float) -> Past:
    nothing = Front.unknown(1, 2, 2)
    return Past(nothing, np.array([20.0, alone]), np.array([20.0, due]), 6.0, 40.0, 10.0)


def test_more_losses_of_the_cut_off_mean_more_isolation() -> None:
    quiet, hit = (calibrate("war", UNTIL, 30, past(n, 10.0), CampaignPriors()).priors for n in (5.0, 60.0))
    assert quiet.isolation[0] < hit.isolation[0]
    assert hit.isolation[1] < CampaignPriors().isolation[1], "what was seen makes surer"
    assert quiet.rush == (12.0, 14.0 + 25.0 - 6.0)
    assert quiet.settle == (25.0, 75.0)


def test_what_happened_is_counted_where_it_happened() -> None:
    """Side 1 loses the place next to side 0 on the second day: one challenge, and the expectation of both days."""
    ground = line(6)
    start = ground.places.start
    history = np.repeat(start[None, :, None], 4, axis=2).astype(np.int8)
    history[0, 3, 2:] = 0
    hazard, tempo = np.full((1, 5), 0.1), np.ones((1, 1, 2))
    found = past_of(ground, history, hazard, tempo)
    lost = found.front.challenged[0]
    east = ground.sectors.index("east")
    assert lost.sum() == lost[1, east] > 0
    assert found.rushed == 1.0
    np.testing.assert_allclose(found.challenged.sum(), 1.0)
    np.testing.assert_allclose(found.due.sum(), 6 * 0.1)


def test_a_file_comes_back_as_it_was_and_knows_its_day(tmp_path: Path, case_folder: Path) -> None:
    study = Study.of(case_folder, UNTIL, effort=FEW)
    found = calibrated(study, tmp_path / "p.toml")
    assert read_parameters(tmp_path / "p.toml") == found
    assert CampaignStudy(study, 5, 20, found).base.members == 20
    early = Study.of(case_folder, date(2031, 4, 9), effort=FEW)
    with pytest.raises(CaseError, match="would know what had not happened yet"):
        CampaignStudy(early, 5, 20, found)


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("until = 2031-04-10", "", "has no day `until`"),
        ("front =", "fronts =", "'fronts' is no parameter"),
        ("strength = 0.4", "strength = -1", "is not a number from 0 on"),
        ("[priors]", "[priors", "is not TOML"),
        ('case = "war"', "", "lacks case"),
    ],
)
def test_a_spoilt_file_is_refused(tmp_path: Path, was: str, now: str, said: str) -> None:
    path = tmp_path / "p.toml"
    write_parameters(path, calibrate("war", UNTIL, 30, past(1.0, 1.0), CampaignPriors()))
    text = path.read_text()
    assert was in text
    path.write_text(text.replace(was, now))
    with pytest.raises(ScenarioError, match=said):
        read_parameters(path)
    with pytest.raises(ScenarioError, match="cannot be read"):
        read_parameters(tmp_path / "none.toml")


def test_members_on_a_cluster_of_processes_are_the_same_bytes(case_folder: Path) -> None:
    pytest.importorskip("distributed")
    study = Study.of(case_folder, UNTIL, effort=FEW)
    here = CampaignStudy(study, 5, 1100).base
    with spread_over("local") as spread:
        there = CampaignStudy(study, 5, 1100, spread=spread).base
    for name in ("probability", "isolated", "area", "final", "fell", "ended", "steps"):
        assert getattr(here, name).tobytes() == getattr(there, name).tobytes()


def test_a_cluster_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("vedette.workflows.cluster.WAIT_S", 1)
    with pytest.raises(ClusterError, match="no Dask scheduler answers"), spread_over("tcp://127.0.0.1:9"):
        pass


def read_case_routes() -> list[str]:
    with (SMALL / "routes.csv").open(newline="") as file:
        return [row["route_id"] for row in csv.DictReader(file)]


def test_a_case_without_routes_says_what_is_done_without_them(case_folder: Path) -> None:
    (case_folder / "routes.csv").unlink()
    claims = (case_folder / "claims.csv").read_text().splitlines(keepends=True)
    routes = read_case_routes()
    (case_folder / "claims.csv").write_text("".join(c for c in claims if not any(r in c for r in routes)))
    campaign = CampaignStudy(Study.of(case_folder, UNTIL, effort=FEW), 5, 20)
    assert "no routes: neighbouring places stand in" in campaign.notes[0]
    assert campaign.base.members == 20
    with pytest.raises(ScenarioError, match="has no routes"):
        campaign.scenario("port-road")


def test_repulses_are_counted_where_they_are_told_of_and_as_far_as_they_are_believed() -> None:
    ground = line(6)
    place, side, day = np.array([1, 4, 4]), np.array([0, 1, 1]), np.array([10, 10, 55])
    trust = np.array([[1.0, 0.5, 0.25]])
    found = repulsed_by_sector(ground, place, side, day, trust, today=55)[0]
    west, east = ground.sectors.index("west"), ground.sectors.index("east")
    assert found[0, west] == 0.5, "45 days ago"
    assert found[1, east] == 0.5 * 0.5 + 0.25
    assert found.sum() == 1.0


def strengths(repulsed: float, carried: float) -> np.ndarray:
    """Mean log strengths of side 1 by sector, of 500 members that hear of assaults on its first."""
    front = Front.unknown(500, 2, 2)
    front.challenged[:, 1], front.repulsed[:, 1, 0] = 8.0, repulsed
    front.challenged[:, 1, 0] = carried
    drawn = draw_parameters(
        np.arange(500), np.full((500, 5), 0.02), np.full((500, 2, 2), 0.2), front=front, days=7, seed=3,
        priors=CampaignPriors(), dynamics=TransitionPriors(),
    )  # fmt: skip
    means: np.ndarray = np.log(drawn.strength[:, 1]).mean(axis=0)
    return means


def test_a_side_that_beats_assaults_off_is_stronger_there_and_one_that_does_not_is_weaker() -> None:
    stands, usual, falls = strengths(8.0, 2.0), strengths(0.0, 8.0), strengths(0.0, 30.0)
    assert stands[0] > usual[0] + 0.1
    assert stands[0] > stands[1], "stronger than where all assaults got somewhere"
    assert falls[0] < usual[0] + 0.01
    assert abs(usual[0] - usual[1]) < 0.05, "sectors alike are alike"
