"""Who may ask, what a browser may do with the answer, and that hostile words stay words."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok
from starlette.testclient import TestClient

from tests.conftest import small_case
from tests.web.desk import answer, desk_of
from vedette.errors import BriefingError
from vedette.web import Desk, make_app, serve
from vedette.web.guard import CONTENT_SECURITY_POLICY, is_loopback

TOKEN = "a-token-long-enough-for-tests"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk_of(small_case(tmp_path_factory.mktemp("guard") / "small"))


@pytest.fixture(scope="module")
def client(desk: Desk) -> Iterator[TestClient]:
    with TestClient(make_app(desk, hosts=["testserver"])) as found:
        yield found


@pytest.mark.parametrize("path", ["/", "/api/case", "/api/relief.webp", "/nothing", "/api/overview?as_of=x"])
def test_every_answer_carries_the_policy(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(client: TestClient) -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    page = client.get("/").text
    assert "http://" not in page
    assert "https://" not in page
    assert "<style" not in page
    assert "style=" not in page
    assert page.count("<script") == page.count('<script type="module" crossorigin src="./assets/')


def test_the_page_s_files_are_there(client: TestClient) -> None:
    import re

    for name in re.findall(r'(?:src|href)="\./([^"]+)"', client.get("/").text):
        assert client.get(f"/{name}").status_code == 200, name


def test_the_page_is_built_from_the_sources_that_are_there() -> None:
    home = Path(__file__).parents[2]
    names = [p.relative_to(home / "web").as_posix() for p in (home / "web" / "src").iterdir()]
    state = sha256()
    for name in sorted([*names, "index.html", "package-lock.json", "vite.config.ts"]):
        state.update(f"{name}\n".encode() + (home / "web" / name).read_bytes())
    built = home / "src" / "vedette" / "web" / "static" / "sources.txt"
    assert built.read_text().strip() == state.hexdigest(), "run `npm ci && npm run build` in web/"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_nothing_else_can_be_changed(client: TestClient, method: str) -> None:
    assert client.request(method, "/api/case").status_code == 405
    if method not in ("POST", "DELETE"):
        for path in ("/api/review", "/api/what-if"):
            assert client.request(method, path).status_code == 405


def test_a_long_address_is_refused(client: TestClient) -> None:
    assert client.get("/api/search?q=" + "x" * 3000).status_code == 414


@pytest.mark.parametrize(
    ("host", "status"),
    [("testserver", 200), ("testserver:8350", 200), ("evil.example", 421), ("testserver.evil.example", 421), ("", 421)],
)
def test_only_its_own_names_are_answered(client: TestClient, host: str, status: int) -> None:
    assert client.get("/api/case", headers={"host": host}).status_code == status


def test_an_ipv6_name_is_understood(desk: Desk) -> None:
    with TestClient(make_app(desk, hosts=["::1"])) as client:
        assert client.get("/api/case", headers={"host": "[::1]:8350"}).status_code == 200
        assert client.get("/api/case", headers={"host": "[::2]:8350"}).status_code == 421


def test_files_outside_the_page_are_not_served(client: TestClient) -> None:
    for path in ("/../app.py", "/%2e%2e/app.py", "/..%2fguard.py", "/assets/../../desk.py", "//etc/passwd"):
        assert client.get(path).status_code in (404, 405), path


def test_a_token_is_needed_where_one_is_set(desk: Desk) -> None:
    app = make_app(desk, hosts=["testserver"], token=TOKEN)
    with TestClient(app, follow_redirects=False) as client:
        for path in ("/", "/api/case", "/assets/x.js"):
            refused = client.get(path)
            assert refused.status_code == 401
            assert TOKEN not in refused.text
        assert client.get("/api/case?token=wrong").status_code == 401
        assert client.get("/api/case", headers={"authorization": "Bearer wrong"}).status_code == 401
        allowed = client.get("/api/case", headers={"authorization": f"Bearer {TOKEN}"})
        assert allowed.status_code == 200
        assert allowed.headers["cache-control"] == "no-store"
        traded = client.get(f"/?day=2031-04-10&token={TOKEN}")
        assert traded.status_code == 303
        assert traded.headers["location"] == "/?day=2031-04-10"
        cookie = traded.headers["set-cookie"].casefold()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert client.get("/api/case").status_code == 200  # the client keeps the cookie


def test_the_trade_never_leads_elsewhere(desk: Desk) -> None:
    with TestClient(make_app(desk, hosts=["testserver"], token=TOKEN), follow_redirects=False) as client:
        for path in ("//evil.example", "/\\evil.example", "///evil.example"):
            where = client.get(f"http://testserver{path}?token={TOKEN}").headers["location"]
            assert where.startswith("/")
            assert not where.startswith(("//", "/\\"))


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("[::1]", True), ("127.8.8.8", True),
     ("0.0.0.0", False), ("192.168.1.4", False), ("::", False), ("localhost.evil.example", False), ("desk", False)],
)  # fmt: skip
def test_what_is_this_machine_alone(host: str, own: bool) -> None:
    assert is_loopback(host) is own


def test_serving_others_makes_a_token(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, str]] = []
    asked: list[int] = []

    def run(server: object, sockets: object = None) -> None:
        with TestClient(server.config.app, base_url="http://desk.example") as client:  # type: ignore[attr-defined]
            asked.append(client.get("/api/case").status_code)

    monkeypatch.setattr("uvicorn.Server.run", run)
    monkeypatch.setattr(Desk, "begin", lambda _: None)

    def ready(address: str, review: str) -> None:
        seen.append((address, review))

    serve(desk.study, host="127.0.0.1", port=0, ready=ready)
    serve(desk.study, host="0.0.0.0", port=0, ready=ready)
    assert "?token=" not in seen[0][0]
    assert not seen[0][1]
    assert seen[1][0].startswith(f"http://{platform.node()}:"), "0.0.0.0 is no address to open elsewhere"
    tokens = [address.partition("?token=")[2] for address in seen[1]]
    assert min(map(len, tokens)) >= 32
    assert tokens[0] != tokens[1]
    assert asked == [421, 401]
    monkeypatch.setenv("VEDETTE_TOKEN", "short")
    with pytest.raises(BriefingError, match="can be guessed"):
        serve(desk.study, host="0.0.0.0", port=0, ready=ready)
    for name in ("VEDETTE_TOKEN", "VEDETTE_REVIEW_TOKEN"):
        monkeypatch.setenv(name, TOKEN)
    with pytest.raises(BriefingError, match="every reader could decide"):
        serve(desk.study, host="0.0.0.0", port=0, ready=ready)


HOSTILE = {
    "name": '<img src=x onerror="alert(1)">',
    "claimant": "</script><script>alert(2)</script>",
    "paraphrase": '"><svg onload=alert(3)> {{7*7}} ${7*7} %00',
    "source_url": "javascript:alert(4)",
}


def hostile_case(folder: Path) -> Path:
    """The small war with markup in a place's name, a claimant, a claim and a link."""
    import csv

    small_case(folder)
    for table, key, changes in (
        ("places.csv", "cairn", {"name": HOSTILE["name"]}),
        ("claims.csv", "cairn", {k: HOSTILE[k] for k in ("claimant", "paraphrase", "source_url")}),
    ):
        with (folder / table).open(newline="") as handle:
            rows = list(csv.DictReader(handle))
        for row in rows:
            if row["place_id"] == key:
                row.update(changes)
        with (folder / table).open("w", newline="") as handle:
            writer = csv.DictWriter(handle, list(dict.fromkeys(k for r in rows for k in r)))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    with TestClient(make_app(desk_of(hostile_case(tmp_path / "small")), hosts=["testserver"])) as client:
        for path in ("/api/places/cairn", "/api/claims?place=cairn", "/api/search?q=img", "/api/contradictions"):
            found = answer(client, path)
            assert found.status_code == 200
            assert found.headers["content-type"] == "application/json"
        page = answer(client, "/api/places/cairn").json()
        assert page["name"] == HOSTILE["name"]
        assert {c["source_url"] for c in page["claims"]} == {""}
        refused = client.get("/api/places/<script>alert(5)</script>")
        assert refused.headers["content-type"] == "application/json"


def test_the_api_keeps_its_own_description(client: TestClient, desk: Desk) -> None:
    """Schemathesis asks anything the description allows, and much that it does not."""
    for path in ("/api/overview", "/api/control.bin", "/api/control.bin?view=then", "/api/places/cairn"):
        answer(client, path)
    app = make_app(desk, hosts=["*"])
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app)
    checks = [
        schemathesis.checks.not_a_server_error,
        schemathesis.checks.response_schema_conformance,
        schemathesis.checks.content_type_conformance,
        schemathesis.checks.status_code_conformance,
    ]
    asked = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if operation.path.endswith("/situation"):
            continue  # it looks over all roads again for every new day
        asked += 1

        @settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            case.validate_response(case.call(), checks=checks)

        ask()
    assert asked >= 22
