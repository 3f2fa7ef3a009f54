"""A small war of two made-up sides, for every test that needs a case."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.postgres import postgres, small_disk
from vedette.belief import Effort
from vedette.cli import main
from vedette.store import Case, read_case

os.environ.setdefault("NUMBA_NUM_THREADS", "2")

# A kernel compiles during its first example, which says nothing about the others.
settings.register_profile("vedette", deadline=None)
settings.load_profile("vedette")

__all__ = ["postgres", "small_disk"]

FEW = Effort(chains=2, daily=1, burn=2, keep=50, thin=1)
"""Draws enough to look at anything but the numbers."""

SMALL = Path(__file__).parent / "small"


def small_case(folder: Path) -> Path:
    """Copy the small war (`tests/small`) to `folder`, which must not exist yet, and return it.

    Two sides, blue and orange, across open sea; 8 places, 10 routes, 20 days, 14 claims of 4
    claimants (one claim published after the war), the map `atlas`, an outcome that leaves
    Fallow out. Blue takes Cairn about 6 April and Dunmore about 12 April.
    """
    shutil.copytree(SMALL, folder)
    return folder


@pytest.fixture(scope="session", autouse=True)
def _draws_of_these_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Draws are kept apart from the user's; commands that ask about the same day share them."""
    os.environ.setdefault("VEDETTE_CACHE", str(tmp_path_factory.mktemp("draws")))


@pytest.fixture
def case_folder(tmp_path: Path) -> Path:
    """The small war in a folder of its own, free to be spoilt."""
    return small_case(tmp_path / "small")


@pytest.fixture(params=["duckdb", "postgresql"])
def each_ledger(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Ledgers are files by their cases, or all in a PostgreSQL database of this test's own."""
    monkeypatch.setenv("VEDETTE_BY", "tester")
    if request.param == "postgresql":
        monkeypatch.setenv("VEDETTE_LEDGER", request.getfixturevalue("postgres").database())
    return str(request.param)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The small war, read once."""
    return read_case(small_case(tmp_path_factory.mktemp("cases") / "small"))


@dataclass(frozen=True)
class Answer:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str


Ask = Callable[..., Answer]


def _one_visitor(server: Any, sockets: object = None) -> None:
    """What `vedette serve` does until it is interrupted, here for one visitor."""
    from starlette.testclient import TestClient

    with TestClient(server.config.app, base_url="http://127.0.0.1") as visitor:
        assert visitor.get("/api/case").status_code == 200
        assert visitor.get("/").status_code == 200


@pytest.fixture
def vedette(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run `vedette` with some words; an error that `main` does not expect fails the test."""
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr("uvicorn.Server.run", _one_visitor)

    def ask(*words: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["vedette", *map(str, words)])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        return Answer(status, *capsys.readouterr())

    return ask


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few draws, for tests that look at anything but the numbers."""
    monkeypatch.setattr("vedette.workflows.study.Effort", lambda: FEW)
