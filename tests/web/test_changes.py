"""What can be changed over HTTP: scenarios set to work and stopped, claims decided on; and who may not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.conftest import small_case
from tests.web.desk import answer, desk_of
from vedette.errors import ScenarioError
from vedette.situation import cells_of, front_line
from vedette.store import all_decisions
from vedette.web import Desk, make_app
from vedette.web.guard import LONGEST_BODY
from vedette.web.review import NO_REVIEWER
from vedette.workflows import GroundStudy
from vedette.workflows.campaign import CampaignStudy
from vedette.workflows.read import add_readings, read_reports
from vedette.workflows.scenarios import what_if

READER, REVIEWER = "a-token-of-the-readers", "a-token-of-the-reviewers"
STORY = (
    "Desk, April 10, 2031\n\nBlue forces captured the village of Brook. Orange forces still hold the town of Dunmore."
)
LOST = {"lose": [{"place": "Dunmore", "to": "orange", "by": "2031-04-12"}], "cut": [{"route": "fallow_garth"}]}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    home = tmp_path_factory.mktemp("changes")
    case = small_case(home / "small")
    (home / "story.txt").write_text(STORY)
    add_readings(str(case), read_reports([str(home / "story.txt")], case=str(case)))
    return desk_of(case)


@pytest.fixture(scope="module")
def client(desk: Desk) -> Iterator[TestClient]:
    with TestClient(make_app(desk, hosts=["testserver"])) as found:
        yield found


def question(**changes: Any) -> dict[str, Any]:
    return {"scenario": changes or LOST, "as_of": "2031-04-10", "days": 8, "members": 200}


def test_a_scenario_is_run_and_compared_as_what_if_does(client: TestClient, desk: Desk) -> None:
    begun = client.post("/api/what-if", json=question())
    assert begun.status_code == 201
    task = begun.json()["id"]
    assert begun.json()["told"][0] == "Dunmore is taken by the Orange side by 12 April 2031."
    assert client.post("/api/what-if", json=question()).json()["id"] == task, "the same question is the same task"
    found = answer(client, f"/api/what-if/{task}").json()
    campaign = CampaignStudy(desk._study(date(2031, 4, 10))[0], 8, 200)
    told = what_if(campaign, campaign.scenario_of(LOST, "x"))
    assert {line["side"]: [line[k] for k in ("before", "after", "low", "high")] for line in found["held"]} == {
        side: list(figures) for side, figures in told.held.items()
    }
    assert [p["place_id"] for p in found["places"]] == [p.place_id for p in told.places]
    assert {p["place_id"]: p["forced"] for p in found["places"]}["dunmore"]
    maps = client.get(f"/api/what-if/{task}/control.bin")
    days, places, states, borders = map(int, maps.headers["x-shape"].split(","))
    assert (days, places, states, borders) == (18, 8, 3, client.get("/api/ground").json()["borders"])
    sent = np.frombuffer(maps.content, np.uint8)
    shares = sent[: 18 * 8 * 3].reshape(2, 9, 8, 3) / 255
    fronts = sent[18 * 8 * 3 :].reshape(2, 9, borders) / 255
    changed = campaign.run(campaign.scenario_of(LOST, "x"))
    half = 0.5 / 255 + 1e-9
    for n, expected in enumerate((campaign.base, changed)):
        np.testing.assert_allclose(shares[n], expected.probability, atol=half)
    np.testing.assert_array_equal(shares[0, 0], shares[1, 0], "both begin with what is believed")
    assert shares[1, -1, desk.study.case.places.find("dunmore"), 1] > 0.9, "it was taken, and the changed map says so"
    cells = cells_of(desk.study.case.places)
    first_day = campaign.control.copy()
    for side, where in campaign.study.supply_sources.items():
        first_day[:, where] = side  # what supplies come from is kept, in a draw that has lost it too
    for d, draws in ((0, first_day), (-1, campaign.base.final)):
        np.testing.assert_allclose(fronts[0, d], front_line(cells, draws, 2).probability, atol=half)
    assert np.ptp(fronts[0], axis=0).any(), "the front moves"


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"lose": [{"place": "Atlantis", "to": "blue", "by": "2031-04-12"}]}, 404, "no place of this case"),
        ({"lose": [{"place": "Dunmore", "to": "blue", "by": "2031-04-02"}]}, 400, "the past cannot be changed"),
        ({"lose": [{"place": "Dunmore", "to": "green", "by": "2031-04-12"}]}, 400, "no side of this case"),
        ({"cut": [{"route": "nowhere"}]}, 400, "no route 'nowhere'"),
        ({"backer": [{"actor": "Nobody", "side": "blue", "change": "stop"}]}, 400, "no help that could stop"),
        ({"hold": [{"place": "Dunmore", "side": "blue", "forever": True}]}, 422, "Extra inputs"),
        ({"tempo": [{"side": "blue", "factor": -1}]}, 422, "greater than or equal to 0"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_runs(
    client: TestClient, changes: dict[str, Any], status: int, said: str
) -> None:
    refused = client.post("/api/what-if", json=question(**changes))
    assert refused.status_code == status
    assert said in refused.text


def test_a_failure_in_the_run_is_told_to_whoever_waits(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_study: object, *_: object) -> None:
        raise ScenarioError("there are no reserves to move.")

    monkeypatch.setattr("vedette.web.desk.compare", fails)
    task = client.post("/api/what-if", json=question(tempo=[{"side": "blue", "factor": 3}])).json()["id"]
    found = answer(client, f"/api/what-if/{task}")
    assert found.status_code == 400
    assert "no reserves to move" in found.json()["error"]
    assert client.get(f"/api/what-if/{task}").status_code == 404


def test_a_run_is_stopped_and_a_second_one_begins_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vedette.web.desk.PATIENCE", 0.01)
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def slow(_study: object, *_: object) -> None:
        begun.set()
        go_on.wait(20)
        try:
            desk._tell("Running campaigns", 1, 4)
        finally:
            ended.set()

    monkeypatch.setattr("vedette.web.desk.compare", slow)
    monkeypatch.setattr("vedette.web.desk.SCENARIOS", 2)
    asked = question(tempo=[{"side": "blue", "factor": 3}])
    with TestClient(make_app(desk, hosts=["testserver"])) as client:
        task = client.post("/api/what-if", json=asked).json()["id"]
        assert begun.wait(60)
        behind = client.post("/api/what-if", json=question(tempo=[{"side": "blue", "factor": 4}])).json()["id"]
        full = client.post("/api/what-if", json=question(tempo=[{"side": "blue", "factor": 5}]))
        assert full.status_code == 503, "others must be able to read"
        assert client.post("/api/what-if", json=asked).status_code == 201, "it waits already"
        assert client.delete(f"/api/what-if/{behind}").status_code == 204
        assert client.get(f"/api/what-if/{task}").status_code == 202
        assert client.delete(f"/api/what-if/{task}").status_code == 204
        assert client.delete(f"/api/what-if/{task}").status_code == 404
        gone = client.get(f"/api/what-if/{task}")
        assert gone.status_code == 404
        assert "Send it again" in gone.json()["error"]
        go_on.set()
        assert ended.wait(20), "the work ends at its next sign of life"
        monkeypatch.undo()
        assert client.post("/api/what-if", json=asked).json()["id"] == task
        assert answer(client, f"/api/what-if/{task}").status_code == 200


def test_what_can_be_changed_is_told(client: TestClient) -> None:
    can = client.get("/api/what-if").json()
    assert {r["id"]: r["ends"] for r in can["routes"]}["fallow_garth"] == ["Fallow", "Garth"]
    assert can["scenarios"]["port-road"]["lose"][0]["by"] == "2031-04-25"
    assert can["sectors"] == sorted(can["sectors"])


def test_roads_are_those_of_the_workflow(client: TestClient, desk: Desk) -> None:
    lines = client.get("/api/routes").json()["features"]
    assert len(lines) == len(desk.study.case.routes) == client.get("/api/case").json()["roads"]
    found = answer(client, "/api/routes/state.bin?day=2031-04-10")
    shape = tuple(map(int, found.headers["x-shape"].split(",")))
    assert shape == (2, len(lines), 3)
    told = np.frombuffer(found.content, np.uint8).reshape(shape) / 255
    np.testing.assert_allclose(told, GroundStudy(desk.study).roads_on(9), atol=0.5 / 255 + 1e-9)
    np.testing.assert_allclose(told.sum(axis=2), 1, atol=0.01)
    assert answer(client, "/api/routes/state.bin?day=2032-01-01").status_code == 404


def test_what_stays_as_it_is_is_sent_once(client: TestClient) -> None:
    for path in ("/api/places", "/api/ground.bin", "/api/routes"):
        first = client.get(path)
        again = client.get(path, headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304
        assert not again.content
        assert client.get(path, headers={"accept-encoding": "identity"}).content == first.content


def decide(client: TestClient, claim: str, verdict: str, **more: Any) -> Any:
    return client.post("/api/review", json={"claim_id": claim, "verdict": verdict, "by": "Ana", **more})


def test_claims_are_decided_on_and_the_map_is_drawn_anew(client: TestClient, desk: Desk) -> None:
    docket = client.get("/api/review").json()
    assert docket["closed"] == ""
    assert docket["waiting"] == 2
    brook, dunmore = docket["claims"]
    assert brook["words"] == "Blue forces captured the village of Brook"
    kept = decide(client, brook["claim_id"], "reject", why="another Brook").json()
    assert [(d["by"], d["verdict"], d["note"]) for d in kept["decisions"]] == [("Ana", "reject", "another Brook")]
    assert kept["undrawn"] == 1
    corrected = decide(client, dunmore["claim_id"], "correct", why="of its north", changes={"degree": "partial"})
    new = corrected.json()["decisions"][0]["replaced_by"]
    assert client.get("/api/review").json()["waiting"] == 0
    before = {c["claim_id"] for c in answer(client, "/api/claims?limit=500").json()["claims"]}
    assert brook["claim_id"] in before, "answers are those of the case as it was read"
    assert client.post("/api/review/redraw", json={}).json() == {"edition": 1}
    after = {c["claim_id"]: c for c in answer(client, "/api/claims?limit=500").json()["claims"]}
    assert not {brook["claim_id"], dunmore["claim_id"]} & set(after)
    assert after[new]["partial"]
    assert client.get("/api/review").json()["undrawn"] == 0
    assert decide(client, brook["claim_id"], "undo").status_code == 200
    told = client.get(f"/api/review/claim?claim={brook['claim_id']}").json()
    assert [d["verdict"] for d in told["decisions"]] == ["reject", "undo"]
    assert [d.verdict for d in all_decisions(desk.study.case.folder)] == ["reject", "correct", "undo"]


def test_a_claim_of_the_table_is_decided_on_too(client: TestClient) -> None:
    assert decide(client, "a01", "accept", why="seen on film").status_code == 200
    told = client.get("/api/review/claim?claim=a01").json()
    assert told["words"] == ""
    assert told["row"]["paraphrase"] == "An attack on the heights was beaten back."
    assert told["decisions"][0]["note"] == "seen on film"
    assert decide(client, "a01", "undo").status_code == 200


@pytest.mark.parametrize(
    ("claim", "verdict", "more", "status", "said"),
    [
        ("nothing", "reject", {}, 400, "no claim 'nothing'"),
        ("a02", "undo", {}, 400, "no decision about 'a02' stands"),
        ("a02", "correct", {}, 400, "changes one field or more"),
        ("a02", "correct", {"changes": {"place_id": "atlantis"}}, 404, "no place of this case"),
        ("a02", "correct", {"changes": {"paraphrase": "x"}}, 400, "is no correction"),
        ("a02", "correct", {"changes": {"degree": "full; side=orange"}}, 400, "without ;"),
        ("a02", "accept", {"by": "  "}, 422, "pattern"),
        ("a02", "believe", {}, 422, "'accept', 'reject', 'correct' or 'undo'"),
    ],
)
def test_what_is_no_decision_is_not_kept(
    client: TestClient, desk: Desk, claim: str, verdict: str, more: dict[str, Any], status: int, said: str
) -> None:
    before = all_decisions(desk.study.case.folder)
    refused = decide(client, claim, verdict, **more)
    assert refused.status_code == status
    assert said in refused.text
    assert all_decisions(desk.study.case.folder) == before


def test_a_case_that_ships_is_not_decided_on() -> None:
    from vedette.workflows import Study

    with TestClient(make_app(Desk(Study.of("karabakh-2020", date(2020, 9, 28))), hosts=["testserver"])) as client:
        assert "ships with Vedette" in client.get("/api/review").json()["closed"]
        assert decide(client, "x", "accept").status_code == 400


def test_only_reviewers_decide_where_others_read(desk: Desk) -> None:
    app = make_app(desk, hosts=["testserver"], token=READER, review_token=REVIEWER)
    given = {"claim_id": "a01", "verdict": "accept", "by": "Ana"}
    with TestClient(app, follow_redirects=False) as client:
        assert client.post("/api/review", json=given).status_code == 401
        reader = {"authorization": f"Bearer {READER}"}
        assert client.post("/api/review", json=given, headers=reader).status_code == 403
        assert client.get("/api/review", headers=reader).json()["closed"] == NO_REVIEWER
        assert client.get("/api/review/claim?claim=a01", headers=reader).status_code == 403
        assert client.post("/api/review/redraw", json={}, headers=reader).status_code == 403
        assert client.post("/api/what-if", json=question(), headers=reader).status_code == 201, "readers may ask"
        traded = client.get(f"/?token={REVIEWER}")
        assert REVIEWER in traded.headers["set-cookie"]
        assert client.post("/api/review", json=given).status_code == 200
        assert client.post("/api/review", json={**given, "verdict": "undo"}).status_code == 200
        client.cookies.clear()
        assert client.post(f"/api/review?token={REVIEWER}", json=given).status_code == 401, "an address is no consent"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://testserver"}, 200),
        ({"origin": "http://testserver", "sec-fetch-site": "same-origin"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://testserver.evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"content-type": "multipart/form-data"}, 415),
        ({"host": "evil.example", "origin": "http://evil.example"}, 421),
    ],
)
def test_a_page_of_another_site_changes_nothing(
    client: TestClient, desk: Desk, headers: dict[str, str], status: int
) -> None:
    before = len(all_decisions(desk.study.case.folder))
    told = '{"claim_id": "a01", "verdict": "accept", "by": "Eve"}'
    found = client.post("/api/review", content=told, headers={"content-type": "application/json", **headers})
    assert found.status_code == status
    assert len(all_decisions(desk.study.case.folder)) == before + (status == 200)
    assert client.delete("/api/what-if/0123456789abcdef", headers={"origin": "http://evil.example"}).status_code == 403
    assert client.options("/api/review", headers={"origin": "http://evil.example"}).status_code == 405


def test_too_much_is_not_read(client: TestClient) -> None:
    long = '{"claim_id": "' + "x" * LONGEST_BODY + '"}'
    kind = {"content-type": "application/json"}
    assert client.post("/api/review", content=long, headers=kind).status_code == 413

    def drip() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 4_000

    assert client.post("/api/review", content=drip(), headers=kind).status_code in (400, 413)
