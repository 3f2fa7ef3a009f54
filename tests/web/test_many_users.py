"""Fifty people at once on a real server: nobody gets an error, and all get the same answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.conftest import small_case
from tests.web.desk import LONGEST, desk_of, served

USERS = 50
CONNECTIONS = 6
"""A browser opens so many to one server."""
ASKED = (
    "/", "/api/case", "/api/places", "/api/ground", "/api/ground.bin", "/api/control.bin", "/api/balance",
    "/api/overview", "/api/control.bin?view=then", "/api/places/dunmore", "/api/places/cairn?as_of=2031-04-09",
    "/api/sources", "/api/contradictions", "/api/routes", "/api/routes/state.bin", "/api/claims?limit=500",
    "/api/search?q=dun",
)  # fmt: skip
LOST = {"lose": [{"place": "dunmore", "to": "orange", "by": "2031-04-25"}]}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[str]:
    """The small war, served over a socket."""
    with served(desk_of(small_case(tmp_path / "small"))) as address:
        yield address


def answer(client: httpx.Client, path: str) -> httpx.Response:
    end = time.monotonic() + LONGEST
    while (found := client.get(path)).status_code == 202:
        assert time.monotonic() < end
        time.sleep(0.3)
    return found


def test_fifty_people_at_once(home: str) -> None:
    together = threading.Barrier(USERS)

    def visit(n: int) -> list[tuple[str, int, bytes]]:
        limits = httpx.Limits(max_connections=CONNECTIONS)
        with httpx.Client(base_url=home, timeout=LONGEST, limits=limits) as client:
            together.wait(60)
            paths = [*ASKED[n % len(ASKED) :], *ASKED[: n % len(ASKED)]]  # not all the same thing first
            with ThreadPoolExecutor(CONNECTIONS) as connections:
                found = list(connections.map(lambda path: answer(client, path), paths))
            begun = client.post("/api/what-if", json={"scenario": LOST, "days": 8, "members": 100})
            found.append(answer(client, f"/api/what-if/{begun.json()['id']}"))
            told = [(path, f.status_code, f.content) for path, f in zip([*paths, "what if"], found, strict=True)]
            return [*told, ("begun", begun.status_code, b"")]

    with ThreadPoolExecutor(USERS) as people:
        found = [line for lines in people.map(visit, range(USERS)) for line in lines]
    assert len(found) == USERS * (len(ASKED) + 2)
    assert {status for path, status, _ in found if path != "begun"} == {200}
    assert {status for path, status, _ in found if path == "begun"} == {201}
    for path in (*ASKED, "what if"):
        assert len({content for asked, _, content in found if asked == path}) == 1, path
