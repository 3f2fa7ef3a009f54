"""Every question that a small war answers, asked of one that is too large to draw as a whole."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.conftest import Ask, small_case
from vedette.workflows import Study

DAY = ("--as-of", "2031-04-14")


@pytest.fixture
def long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small war, taken for a long one."""
    monkeypatch.setattr("vedette.workflows.study.LONG_WAR", 1)
    return small_case(tmp_path / "small")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("who", "Cairn"), "followed one by one"),
        (("who", "cairn"), "The map atlas"),
        (("sources",), "Blue ministry"),
        (("situation", "Cairn"), "cut off"),
        (("situation", "--all"), "P(cut off)"),
        (("front",), "length"),
        (("forecast", "--horizon", "5", "--members", "40"), "40 members"),
        (("decisive", "--horizon", "5", "--members", "40"), "Cairn"),
        (("replay", "--member", "3", "--horizon", "5"), "strength"),
    ],
    ids=lambda words: " ".join(words[:2]) if isinstance(words, tuple) else "",
)
def test_it_is_answered(long: Path, vedette: Ask, words: tuple[str, ...], said: str) -> None:
    found = vedette(*words, "--case", long, *DAY)
    assert found.status == 0, found.err
    assert said in found.out


def test_the_briefing_agrees_with_the_nowcast_and_says_how_it_was_drawn(
    long: Path, tmp_path: Path, vedette: Ask
) -> None:
    made = vedette("brief", long, *DAY, "--out", tmp_path / "out", "--format", "html,md")
    assert made.status == 0, made.err
    assert "followed one by one" in (tmp_path / "out" / "briefing.md").read_text()
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert run["members"] == 400
    assert run["convergence"]["ess"] == 400
    assert vedette("nowcast", "--case", long, *DAY, "--out", tmp_path / "now.parquet").status == 0
    table = pq.read_table(tmp_path / "now.parquet").to_pandas()
    last = table[table.day == table.day.max()].set_index("place_id")
    shown = json.loads((tmp_path / "out" / "control.geojson").read_text())["features"]
    places = [f["properties"] | {"id": f["id"]} for f in shown if f["properties"]["layer"] == "place"]
    assert len(places) == len(last) == 8
    for place in places:
        assert place["p_blue"] == pytest.approx(last.p_blue[place["id"]], abs=4 * 0.5 / 400**0.5)


def test_the_scorecard_has_records_of_the_last_weeks(long: Path, tmp_path: Path, vedette: Ask) -> None:
    made = vedette("scorecard", long, "--out", tmp_path / "card")
    assert made.status == 0, made.err
    assert "Blue ministry" in (tmp_path / "card" / "scorecard.html").read_text()


def test_what_is_only_supposed_fills_no_cache(long: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint of a large war is tens of megabytes; of the same war without a map none is kept."""
    monkeypatch.setenv("VEDETTE_CACHE", str(tmp_path / "cache"))
    study = Study.of(long, date(2031, 4, 18))
    assert study.belief.members == 400
    kept = sorted((tmp_path / "cache").iterdir())
    assert kept
    assert study.without_map("atlas", study.case.places.find("Cairn")).belief.members == 400
    assert sorted((tmp_path / "cache").iterdir()) == kept
