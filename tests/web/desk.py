"""A desk about the small war, and how to wait for its answers."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from tests.conftest import FEW
from vedette.web import Desk
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
