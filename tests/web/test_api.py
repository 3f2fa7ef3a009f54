"""The HTTP API says what the workflows say."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.conftest import FEW, small_case
from tests.web.desk import answer, desk_of
from vedette.briefing import holder_sentence
from vedette.web import Desk, make_app
from vedette.web.desk import WAITING, BusyError, StillWorking
from vedette.workflows import Study, known_now, nowcast, who


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk_of(small_case(tmp_path_factory.mktemp("web") / "small"))


@pytest.fixture(scope="module")
def client(desk: Desk) -> Iterator[TestClient]:
    with TestClient(make_app(desk, hosts=["testserver"])) as found:
        yield found


def test_the_case_and_its_places(client: TestClient, desk: Desk) -> None:
    case = desk.study.case
    card = client.get("/api/case").json()
    assert card["title"] == case.title
    assert card["first_day"] == case.days.first.isoformat()
    assert [s["id"] for s in card["sides"]] == ["blue", "orange"]
    assert card["states"] == ["blue", "orange", "contested"]
    assert len({s["color"] for s in card["sides"]}) == 2
    places = client.get("/api/places").json()
    assert places["ids"] == list(case.places.ids)
    assert {len(column) for column in places.values()} == {len(case.places)}


def test_the_map_s_bytes_are_the_workflow_s_numbers(client: TestClient, desk: Desk) -> None:
    found = answer(client, "/api/control.bin")
    days, places, states, borders = map(int, found.headers["x-shape"].split(","))
    assert len(found.content) == days * (places * states + borders)
    told = np.frombuffer(found.content, np.uint8)[: days * places * states].reshape(days, places, states)
    drawn = np.stack([desk.study.belief.probability_on(t) for t in range(days)])
    np.testing.assert_allclose(told / 255, drawn, atol=0.5 / 255 + 1e-9)
    assert borders == client.get("/api/ground").json()["borders"]
    np.testing.assert_array_equal(known_now(desk.study).probability, told)


def test_a_part_of_the_days_is_that_part(client: TestClient) -> None:
    whole = answer(client, "/api/control.bin")
    part = answer(client, "/api/control.bin?first=3&count=2")
    days, places, states, borders = map(int, whole.headers["x-shape"].split(","))
    assert part.headers["x-shape"] == f"2,{places},{states},{borders}"
    assert part.headers["x-days"] == str(days)
    row, cut = places * states, days * places * states
    front = whole.content[cut + 3 * borders : cut + 5 * borders]
    assert part.content == whole.content[3 * row : 5 * row] + front
    counts = answer(client, "/api/balance").json()
    curve = answer(client, "/api/curve/cairn").json()
    assert len(counts) == len(curve) == days
    told = np.frombuffer(whole.content, np.uint8)[:cut].reshape(days, places, states) / 255
    np.testing.assert_allclose(counts, told.sum(axis=1), atol=0.01)
    np.testing.assert_allclose(curve, told[:, 3], atol=1e-4)


def test_a_long_war_is_followed_and_drawn_where_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vedette.workflows.study.LONG_WAR", 1)
    with TestClient(make_app(desk_of(small_case(tmp_path / "small")), hosts=["testserver"])) as client:
        assert client.get("/api/case").json()["followed"]
        for view in ("now", "then"):
            shape = answer(client, f"/api/control.bin?view={view}").headers["x-shape"]
            assert shape.endswith(",8,3,0"), "no front"
        claims = answer(client, "/api/claims?place=cairn").json()["claims"]
        assert claims
        assert {c["weight"] for c in claims} == {None}
        page = answer(client, "/api/places/cairn").json()
        assert any(c["weight"] for c in page["claims"]), "its last weeks are drawn for whoever asks"
        assert "followed one by one" in page["warning"]


def test_known_then_is_the_nowcast(client: TestClient, desk: Desk) -> None:
    found = answer(client, "/api/control.bin?view=then&as_of=2031-04-08")
    days, places, states, _ = map(int, found.headers["x-shape"].split(","))
    told = np.frombuffer(found.content, np.uint8)[: days * places * states].reshape(days, places, states)
    as_of = Desk(desk.study).day(date(2031, 4, 8))
    from dataclasses import replace

    then = nowcast(replace(desk.study, as_of=as_of))["probability"].transpose("day", "place", "state").values
    np.testing.assert_allclose(told / 255, then, atol=0.5 / 255 + 1e-9)


def test_one_day_as_json(client: TestClient) -> None:
    lines = answer(client, "/api/control/2031-04-10").json()
    assert len(lines) == 8
    for line in lines:
        assert sum(line["probability"]) == pytest.approx(1, abs=0.01)
        assert line["likelihood"]
    missing = answer(client, "/api/control/2032-01-01")
    assert missing.status_code == 404
    assert "not among the days" in missing.json()["error"]


def test_a_place_s_page_says_what_who_says(client: TestClient, desk: Desk) -> None:
    page = answer(client, "/api/places/cairn").json()
    story = who(desk.study, "cairn")
    assert page["curve"] == [list(p) for p in story.curve]
    assert page["sentences"][-1] == holder_sentence(story.name, story.outlook, desk.study.as_of)
    assert len(page["sentences"]) == len(page["curve"])
    assert [c["claim_id"] for c in page["claims"]] == [c.claim_id for c in story.claims]
    assert [c["weight"] for c in page["claims"]] == [c.weight for c in story.claims]
    (shown,) = page["maps"]
    assert shown.startswith("The map atlas has shown it held by the Blue side since 8 April 2031")


def test_as_of_hides_what_came_later(client: TestClient) -> None:
    early = answer(client, "/api/claims?as_of=2031-04-06&limit=500").json()
    late = answer(client, "/api/claims?limit=500").json()
    assert 0 < early["total"] < late["total"]
    assert all(c["reported_on"] <= "2031-04-06" for c in early["claims"])
    far = answer(client, "/api/claims?as_of=9999-12-31").json()
    assert far["total"] >= late["total"]


def test_claims_are_found_by_place_claimant_and_words(client: TestClient) -> None:
    every = answer(client, "/api/claims?limit=500").json()["claims"]
    assert [c["reported_on"] for c in every] == sorted((c["reported_on"] for c in every), reverse=True)
    mine = answer(client, "/api/claims?claimant=blue ministry").json()
    assert {c["claimant"] for c in mine["claims"]} == {"Blue ministry"}
    there = answer(client, "/api/claims?place=cairn").json()["claims"]
    assert {c["place_id"] for c in there} == {"cairn"}
    page = answer(client, "/api/claims?first=2&limit=3").json()["claims"]
    assert page == every[2:5]


def test_contradictions_sources_and_overview(client: TestClient, desk: Desk) -> None:
    disputes = answer(client, "/api/contradictions").json()
    assert disputes
    assert all(len(d["for_side"]) == 2 for d in disputes)
    records = answer(client, "/api/sources").json()
    assert {r["claimant"] for r in records} <= {*desk.study.case.claims.claimants, "atlas"}
    head = answer(client, "/api/overview").json()
    assert sum(line["mean"] for line in head["balance"]) == pytest.approx(8)


def test_the_situation_is_plain_data(client: TestClient) -> None:
    found = answer(client, "/api/places/cairn/situation").json()
    assert found["place_id"] == "cairn"
    assert {s["side"] for s in found["supplies"]} == {"Blue side", "Orange side"}


def test_the_geojson_is_the_briefing_s(client: TestClient) -> None:
    found = answer(client, "/api/geojson")
    assert found.headers["content-type"] == "application/geo+json"
    assert len([f for f in json.loads(found.content)["features"] if f["properties"]["layer"] == "place"]) == 8


def test_the_ground_is_nearest_to_its_place(client: TestClient, desk: Desk) -> None:
    plan = client.get("/api/ground").json()
    spots = plan["rows"] * plan["columns"]
    data = client.get("/api/ground.bin").content
    assert len(data) == 5 * spots + 8 * plan["borders"]
    pairs = np.frombuffer(data[4 * spots : -spots], "<i4").reshape(-1, 2)
    np.testing.assert_array_equal(pairs, desk.atlas.borders)
    nearest = np.frombuffer(data[: 4 * spots], "<i4").reshape(plan["rows"], plan["columns"])
    west, east, south, north = plan["extent"]
    places = desk.study.case.places

    def northing(lat: float) -> float:
        return float(np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)))

    for i in range(len(places)):
        x = int((places.lon[i] - west) / (east - west) * plan["columns"])
        share = (northing(north) - northing(places.lat[i])) / (northing(north) - northing(south))
        assert nearest[int(share * plan["rows"]), x] == i


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/api/places/nowhere", 404, "no place of this case answers to 'nowhere'"),
        ("/api/overview?as_of=1999-01-01", 400, "Choose a day from"),
        ("/api/overview?as_of=soon", 422, "valid date"),
        ("/api/control.bin?view=later", 422, "'now' or 'then'"),
        ("/api/claims?limit=100000", 422, "less than or equal to 500"),
        ("/api/search?q=" + "x" * 101, 422, "at most 100"),
        ("/api/basemap/nothing", 404, "no layer 'nothing'"),
        ("/api/nothing", 404, "Not Found"),
    ],
)
def test_what_cannot_be_answered_is_explained(client: TestClient, path: str, status: int, said: str) -> None:
    found = answer(client, path)
    assert found.status_code == status
    assert said in found.text
    assert "Traceback" not in found.text


def test_many_at_once_get_the_same_answer(client: TestClient) -> None:
    found: list[bytes] = []

    def visit() -> None:
        found.append(answer(client, "/api/places/dunmore").content)

    visitors = [threading.Thread(target=visit) for _ in range(16)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert len(found) == 16
    assert len(set(found)) == 1


def test_a_failure_is_told_and_may_be_tried_again(desk: Desk) -> None:
    tries = []

    def fail() -> None:
        tries.append(1)
        raise ValueError("no draws today")

    for _ in range(2):
        with pytest.raises(ValueError, match="no draws today"):
            desk._ask(("test",), fail, desk._clerk)
    assert len(tries) == 2


def test_a_full_desk_says_so_and_a_closing_one_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vedette.web.desk.PATIENCE", 0.01)
    desk = desk_of(small_case(tmp_path / "small"))
    go_on = threading.Event()
    stopped = threading.Event()

    def slow() -> None:
        go_on.wait(20)
        try:
            desk._tell("Slowly", 1, 2)
        finally:
            stopped.set()

    for n in range(WAITING):
        with pytest.raises(StillWorking):
            desk._ask((n,), slow, desk._slow_clerk)
    with pytest.raises(BusyError):
        desk._ask(("one more",), slow, desk._slow_clerk)
    with TestClient(make_app(desk, hosts=["testserver"])) as client:
        busy = client.get("/api/overview")
        assert busy.status_code == 503
        assert "Ask again" in busy.json()["error"]
    go_on.set()
    assert stopped.wait(20)
    asked = desk._answers[0, 0].future
    assert type(asked.exception(20)).__name__ == "ClosedError"
    assert desk._answers[0, WAITING - 1].future.cancelled()


def test_a_delay_holds_whatever_day_is_asked_for(case_folder: Path) -> None:
    desk = Desk(Study.of(case_folder, effort=FEW, delay=6))
    last = desk.study.case.days.last
    try:
        client = TestClient(make_app(desk), base_url="http://127.0.0.1")
        allowed = (last - timedelta(days=6)).isoformat()
        assert client.get("/api/case").json()["latest"] == allowed
        told = answer(client, f"/api/claims?as_of={last}&limit=500").json()
        published = [claim["reported_on"] for claim in told["claims"]]
        assert published
        assert max(published) <= allowed
        assert any(str(desk.study.case.days.date(int(day))) > allowed for day in desk.study.case.claims.reported)
    finally:
        desk.close()
