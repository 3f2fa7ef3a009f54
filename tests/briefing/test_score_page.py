"""The public scorecard: one page that loads nothing, tells what did better, and shows each number where it stands."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from tests.briefing.test_page import HOSTILE, Page, spoil
from tests.conftest import FEW, small_case
from vedette.briefing import SideLook
from vedette.briefing.score_page import (
    PublicScorecard,
    brier_svg,
    kind_of,
    outsiders_sentence,
    reliability_svg,
    score_sentence,
    scorecard_page,
)
from vedette.verification import Decomposition, OutsiderLine, OutsidersReport, Row, Scorecard
from vedette.workflows import Study, nowcast, rerun, scorecard, start_ledger

TWO = [SideLook("blue", "Blue side", "#2f6db3"), SideLook("orange", "Orange side", "#d9822b")]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[PublicScorecard, Page, Path]:
    folder = tmp_path_factory.mktemp("scorecard")
    case = small_case(folder / "small")
    spoil(case / "claims.csv", {"Blue ministry"})
    found = scorecard(Study.of(case, effort=FEW), folder / "out")
    return found, Page((folder / "out" / "scorecard.html").read_text(encoding="utf-8")), folder / "out"


def row(method: str, brier: float) -> Row:
    return Row(method, brier, brier - 0.01, brier + 0.01, 0.5, 0.1, 0.1, 0.1, 1.0, 0.9, 1.0, 0)


def card(*rows: Row) -> Scorecard:
    flat = Decomposition(0.0, 0.1, 0.2, (0.1, 0.9), (0.2, 1.0), (1, 9))
    return Scorecard("all places", "a judge", 3, 60, 0, rows, flat)


def test_the_page_loads_nothing_and_runs_nothing(shown: tuple[PublicScorecard, Page, Path]) -> None:
    _, page, _ = shown
    assert not list(page.all("script", "link", "iframe", "img", "object", "form"))
    assert "<script" not in page.source
    assert HOSTILE in page.shown, "a source's name, as text"
    assert not re.findall(r"url\((?!#)", page.source)
    policy = [e for e in page.all("meta") if e.attributes.get("http-equiv") == "Content-Security-Policy"]
    assert policy[0].attributes["content"] == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert all(e.attributes["aria-label"] for e in page.all("svg"))
    assert all(e.attributes.get("scope") for e in page.all("th"))


def test_all_that_was_scored_is_on_the_page(shown: tuple[PublicScorecard, Page, Path]) -> None:
    found, page, out = shown
    for product, cards in found.cards.items():
        for each in cards:
            assert score_sentence(product, each) in page.shown
            assert all(r.method in page.shown for r in each.rows)
    methods = {r.method for cards in found.cards.values() for each in cards for r in each.rows}
    assert {kind_of(m) for m in methods} == {"ours", "rule", "side", "map"}, "no source made five votes here"
    assert "map alone: atlas" in methods
    assert {r.claimant for r in found.records} >= {"Orange ministry", "Observer mission"}
    scores = json.loads((out / "scorecard.json").read_text())
    ours = found.cards["nowcast"][0].rows[0]
    assert scores["nowcast"][0]["rows"][0]["brier"] == pytest.approx(ours.brier)
    assert {p.name for p in out.iterdir()} == {"scorecard.html", "scorecard.json", "run.json"}


def test_other_people_s_forecasts_stand_beside_ours(shown: tuple[PublicScorecard, Page, Path]) -> None:
    """The small war's own is vague and not scored; here are two more, of which one came true."""
    found, page, out = shown
    assert found.outsiders is not None
    assert [line.came for line in found.outsiders.lines] == [None]
    assert "none can be scored yet" in page.shown
    assert found.outsiders.lines[0].why in page.shown
    assert json.loads((out / "scorecard.json").read_text())["outsiders"]["scored"] == 0
    day = date(2031, 4, 9)
    lines = tuple(
        OutsiderLine(f"f{n}", HOSTILE, date(2031, 4, 2), "The heights will fall.", day, 0.95, 0.6, came, "")
        for n, came in enumerate((True, False))
    )
    others = OutsidersReport("small", day, lines, 2, (0.45, 1.5), (0.26, 0.7))
    shown_again = Page(scorecard_page(replace(found, outsiders=others)).decode())
    assert outsiders_sentence(others) in shown_again.shown
    assert "0.450" in outsiders_sentence(others)
    assert "did better" in outsiders_sentence(others)
    assert HOSTILE in shown_again.shown
    assert "did not come true" in shown_again.shown


def test_the_scorecard_is_noted_and_made_again_to_the_byte(case_folder: Path, tmp_path: Path) -> None:
    start_ledger(str(case_folder))
    scorecard(Study.of(case_folder, date(2031, 4, 3), effort=FEW), tmp_path / "out", whole=False)
    again = rerun("1", str(case_folder), tmp_path / "again")
    assert again.different == ()
    assert set(again.same) == {"scorecard.html", "scorecard.json", "run.json"}


def test_what_did_better_is_told() -> None:
    said = score_sentence(
        "nowcast", card(row("Vedette", 0.05), row("last claim wins", 0.04), row("side alone: Blue", 0.02))
    )
    assert said == (
        "Nowcast has a Brier score of 0.050 (90 % interval 0.040 to 0.060) over 60 place-days at 3 places. "
        "Of the 2 it is compared with 2 did better, side alone: Blue (0.020) best of all."
    )
    assert score_sentence("hindsight", card(row("Vedette", 0.05), row("last claim wins", 0.06))).endswith(
        "None of the 1 it is compared with did better."
    )


def test_each_dot_stands_where_its_number_says() -> None:
    drawn = reliability_svg(Decomposition(0.0, 0.1, 0.2, (0.25, 1.0), (0.5, 1.0), (1, 4)), TWO)
    assert "how often the Blue side held" in drawn
    assert "in 4 place-days" in drawn
    dots = [tuple(map(float, d)) for d in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', drawn)]
    grid = {float(p.rstrip("%")): float(y) for y, p in re.findall(r'y="([\d.]+)" text-anchor="end">(\d+%)<', drawn)}
    assert dots[0][1] == pytest.approx(grid[50] - 4)
    assert dots[1][1] == pytest.approx(grid[100] - 4)
    areas = [(r - 2.5) ** 2 for _, _, r in dots]
    assert areas[1] / areas[0] == pytest.approx(4, rel=0.05)
    bars = brier_svg([row("Vedette", 0.05), row("map alone: atlas", 0.2)])
    at = {name: float(x) for name, x in re.findall(r'>(Vedette|atlas)</text><line.*?<circle cx="([\d.]+)"', bars)}
    ticks = {
        float(t): float(x) for x, t in re.findall(r'<text x="([\d.]+)" y="12" text-anchor="middle">([\d.]+)<', bars)
    }
    assert at["Vedette"] == pytest.approx(ticks[0.05], abs=0.2)
    assert at["atlas"] == pytest.approx(ticks[0.2], abs=0.2)


def test_of_three_sides_reliability_is_of_none_alone() -> None:
    found = Decomposition(0.0, 0.1, 0.2, (0.25, 1.0), (0.5, 1.0), (1, 4))
    drawn = reliability_svg(found, [*TWO, SideLook("green", "Green side", "#515e1d")])
    assert "how often a side held a place" in drawn
    assert "in 4 forecasts" in drawn


def test_a_nowcast_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`verify` and `scorecard` share it; a study of another seed does not find it."""
    monkeypatch.setenv("VEDETTE_CACHE", str(tmp_path / "kept"))
    study = Study.of(small_case(tmp_path / "small"), effort=FEW)
    first = nowcast(study)
    drawn = pytest.fail.Exception
    monkeypatch.setattr(import_module("vedette.workflows.nowcast"), "nowcasts", lambda *_, **__: pytest.fail("drawn"))
    again = nowcast(study)
    assert np.array_equal(again["probability"].values, first["probability"].values)
    assert np.array_equal(again["ess"].values, first["ess"].values)
    with pytest.raises(drawn):
        nowcast(replace(study, seed=5))
