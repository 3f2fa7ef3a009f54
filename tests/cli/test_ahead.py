"""What the terminal tells of forecasts: names and not ids, and no figure that says nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Ask

TWELFTH = ("--as-of", "2031-04-12", "--members", "50", "--horizon", "20")


@pytest.mark.parametrize("words", [("forecast",), ("what-if", "port-road"), ("decisive",)])
def test_sides_go_by_their_names_and_nothing_is_certain(
    vedette: Ask, hasty: None, case_folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(case_folder.parent)
    answer = vedette(*words, "--case", case_folder, *TWELFTH)
    assert answer.status == 0, answer.err
    said = " ".join(answer.out.split()).partition("The chains do not agree")[0]
    assert re.search(r"\b(Blue|Orange) side\b", said)
    assert not re.search(r"\b(blue|orange)\b", said), "ids"
    assert not re.search(r"(?<![\d.+-])0%|(?<!\d)100%|\b[01]\.0 places|(?<![\d.])1 (places|forecasts)\b", said)
    assert "+0.0 to +0.0" not in said
