"""What is fetched, and what never is: over real local servers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from vedette.errors import ReportError
from vedette.store import Fetcher
from vedette.store.network import public_addresses

Reply = Callable[[BaseHTTPRequestHandler], tuple[int, dict[str, str], bytes]]


@contextmanager
def site(reply: Reply) -> Iterator[int]:
    """A local site; returns its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = reply(self)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield http.server_port
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def here(host: str, port: int) -> list[str]:
    """Names under .example are at this machine; everything else is judged as in earnest."""
    return ["127.0.0.1"] if host.endswith(".example") else public_addresses(host, port)


def fetcher() -> Fetcher:
    return Fetcher(resolve=here, pause=0.0)


def test_a_page_with_what_the_next_request_needs() -> None:
    def reply(request: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        if request.headers.get("If-None-Match") == '"1"':
            return 304, {}, b""
        assert request.headers["Host"].startswith("feed.example")
        assert "vedette" in request.headers["User-Agent"]
        return 200, {"ETag": '"1"', "Last-Modified": "Wed"}, b"<rss/>"

    with site(reply) as port:
        url = f"http://feed.example:{port}/f.xml"
        first = fetcher().get(url)
        assert (first.status, first.data, first.etag, first.modified) == (200, b"<rss/>", '"1"', "Wed")
        assert fetcher().get(url, etag='"1"').status == 304


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://feed.example/x",
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://[::ffff:127.0.0.1]/",
        "http://user:word@feed.example/",
        "http:///nowhere",
        "javascript:alert(1)",
    ],
)
def test_local_files_and_private_addresses_are_refused_also_after_a_redirect(url: str) -> None:
    with pytest.raises(ReportError):
        fetcher().get(url)
    with site(lambda _: (302, {"Location": url}, b"")) as port, pytest.raises(ReportError):
        fetcher().get(f"http://feed.example:{port}/")


def test_a_circle_of_redirects_ends() -> None:
    with (
        site(lambda _: (302, {"Location": "/again"}, b"")) as port,
        pytest.raises(ReportError, match="redirects more than"),
    ):
        fetcher().get(f"http://feed.example:{port}/")


def test_what_grows_beyond_measure_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vedette.store.network.LARGEST_FILE", 1000)
    with site(lambda _: (200, {}, bytes(5000))) as port, pytest.raises(ReportError, match="larger than"):
        fetcher().get(f"http://feed.example:{port}/")


def test_errors_say_when_to_come_back() -> None:
    with (
        site(lambda _: (429, {"Retry-After": "120"}, b"")) as port,
        pytest.raises(ReportError, match="retry after 120"),
    ):
        fetcher().get(f"http://feed.example:{port}/")
