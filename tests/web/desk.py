"""A desk about the small war, and how to wait for its answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.testclient import TestClient

from tests.conftest import FEW
from vedette.web import Desk, make_app
from vedette.web.serving import AT_ONCE
from vedette.workflows import Study

LONGEST = 240.0
"""Seconds after which an answer that does not come is a failure."""


def desk_of(folder: Path) -> Desk:
    """The small war in a folder, with few draws."""
    return Desk(Study.of(folder, effort=FEW))


def answer(client: TestClient, path: str, **options: Any) -> Any:
    """Ask until the answer is there."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        found = client.get(path, **options)
        if found.status_code != 202:
            return found
        assert set(found.json()) == {"doing", "done", "of"}
        assert found.headers["retry-after"] == "1"
        time.sleep(0.05)
    raise AssertionError(f"no answer to {path} in {LONGEST:.0f} s")


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """The address of a desk that is served over a socket of this machine."""
    config = uvicorn.Config(make_app(desk), port=0, log_level="error", limit_concurrency=AT_ONCE, backlog=AT_ONCE)
    socket = config.bind_socket()
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
    thread.start()
    try:
        end = time.monotonic() + LONGEST
        while not server.started:  # until then the socket is bound, and refuses whoever knocks
            assert thread.is_alive(), "the server ended before it was ready"
            assert time.monotonic() < end, f"the server was not ready in {LONGEST:.0f} s"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{socket.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(30)
        socket.close()
