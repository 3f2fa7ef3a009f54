"""The command line, asked in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from vedette.belief import Effort
from vedette.cli import main


@dataclass(frozen=True)
class Answer:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str


Ask = Callable[..., Answer]


@pytest.fixture
def vedette(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run `vedette` with some words; an error that `main` does not expect fails the test."""
    monkeypatch.setenv("COLUMNS", "160")

    def ask(*words: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["vedette", *map(str, words)])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 0
        return Answer(status, *capsys.readouterr())

    return ask


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few draws, for tests that look at anything but the numbers."""
    few = Effort(chains=2, daily=1, burn=2, keep=50, thin=1)
    monkeypatch.setattr("vedette.workflows.study.Effort", lambda: few)
