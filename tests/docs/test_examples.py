"""Documentation runs: every command and every Python block in the readme and in docs/ is executed."""

from __future__ import annotations

import io
import json
import re
import shlex
import sys
import tomllib
from html import escape
from pathlib import Path

import pytest

from tests.cli.commands import commands
from tests.cli.test_help import READING
from tests.conftest import FEW, Ask, small_case
from vedette.store import Fetched
from vedette.workflows import Study, hindsight, start_ledger
from vedette.workflows.read import add_readings, read_reports

ROOT = Path(__file__).parents[2]
PAGES = [p for p in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))) if p.is_file()]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


def blocks(*languages: str) -> list[tuple[str, str]]:
    return [(p.name, m[2]) for p in PAGES for m in BLOCK.finditer(p.read_text(encoding="utf-8")) if m[1] in languages]


LINES = [(page, line) for page, block in blocks("bash", "sh", "shell", "console") for line in block.splitlines()]
COMMANDS = [(page, shlex.split(line.removeprefix("$ "), comments=True)) for page, line in LINES if line.strip()]


def test_there_is_something_to_run() -> None:
    assert [page for page, _ in COMMANDS].count("README.md") >= 8
    assert blocks("python")


def test_no_block_is_in_a_language_that_nobody_checks() -> None:
    known = {"bash", "sh", "shell", "console", "python", "toml", "text", "math"}
    assert {m[1] for p in PAGES for m in BLOCK.finditer(p.read_text(encoding="utf-8"))} <= known
    for _, block in blocks("toml"):
        assert tomllib.loads(block)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_is_one_that_these_tests_see(page: Path) -> None:
    """A fence without a language, indented or with options would be shown and never run."""
    text = page.read_text(encoding="utf-8")
    assert len(re.findall(r"^\s*(?:```|~~~)", text, flags=re.MULTILINE)) == 2 * len(BLOCK.findall(text))
    assert not re.findall(r"^(?: {4}|\t)\$ ", text, flags=re.MULTILINE)


def _reading_desk(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page on reading reports takes for granted: a report, a folder of them, a case, a feed, an answer."""
    told = "<p>Blue forces captured the village of Brook on Tuesday, the Blue ministry said in a statement.</p>"
    page = (
        f"<html><head><title>Brook</title></head><body><article><h1>Brook taken</h1>{told * 3}</article></body></html>"
    )
    (home / "report.html").write_text(page)
    (home / "reports").mkdir()
    (home / "reports" / "one.html").write_text(page)
    case = small_case(home / "my-case")
    (home / "first.txt").write_text("Desk, April 10, 2031\n\nBlue forces captured the village of Brook.")
    add_readings(str(case), read_reports([str(home / "first.txt")], case=str(case)))
    item = f"<item><title>One</title><description>{escape(told)}</description></item>"
    feed = f"<rss version='2.0'><channel>{item}</channel></rss>"
    monkeypatch.setattr("vedette.store.network.Fetcher.get", lambda _self, url, **_: Fetched(url, 200, feed.encode()))
    monkeypatch.setattr(sys, "stdin", io.StringIO("q\n"))


def _ledger_desk(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page on the ledger takes for granted: a case with one, and a run."""
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setattr("vedette.workflows.study.Effort", lambda: FEW)
    case = small_case(home / "my-case")
    start_ledger(str(case))
    hindsight(Study.of(case, effort=FEW), home / "h.parquet")


def _files_of_others(home: Path) -> None:
    """What the page on exchange takes for granted: a table of events, a dated map, placemarks."""
    (home / "events.csv").write_text("date,place,side,kind\n2031-04-07,Cairn,Blues,capture\n")
    (home / "desk.csv").write_text("Data,Place,Who,What\n07.04.2031,Cairn,Blues,captured\n")
    point = {"type": "Point", "coordinates": [-30.25, 10.20]}
    feature = {"type": "Feature", "properties": {"side": "blue", "day": "2031-04-07"}, "geometry": point}
    (home / "map.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    mark = "<name>2031-04-07 flag raised</name><Point><coordinates>-30.25,10.20</coordinates></Point>"
    (home / "marks.kml").write_text(f"<kml><Folder><name>Blues</name><Placemark>{mark}</Placemark></Folder></kml>")


@pytest.mark.parametrize(("page", "words"), COMMANDS, ids=lambda v: v if isinstance(v, str) else shlex.join(v))
def test_every_command_runs(
    vedette: Ask,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    words: list[str],
) -> None:
    """A question about a whole war, which takes a minute, is asked of the small war instead."""
    program, *arguments = words
    if program == "make":
        assert all(re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE) for target in arguments)
        return
    assert program == "vedette", f"{page}: teach this test to run {program!r}"
    monkeypatch.chdir(tmp_path)
    case = small_case(tmp_path / "path" / "to" / "case")
    if page == "exchange.md":
        small_case(tmp_path / "my-case")
        _files_of_others(tmp_path)
    if page == "ledger.md":
        _ledger_desk(tmp_path, monkeypatch)
    if page == "reading.md":
        _reading_desk(tmp_path, monkeypatch)
    name = next(n for n in commands() if arguments[: len(n.split())] == n.split())
    reading = name in READING
    if not reading and not name.startswith("case") and "--as-of" not in arguments and "--help" not in arguments:
        request.getfixturevalue("hasty")
        arguments += ["--case", str(case)]
    answer = vedette(*arguments)
    assert answer.status == 0, answer.err
    assert answer.out.strip()


@pytest.mark.parametrize(("page", "block"), blocks("python"), ids=lambda v: v.strip().splitlines()[0])
def test_every_python_block_runs(
    page: str, block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(block, page, "exec"), {"__name__": "__main__"})
    assert "print(" not in block or capsys.readouterr().out.strip()


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if not target.startswith(("http://", "https://", "mailto:")):
                assert (page.parent / target).exists(), f"{page.name} links to {target}"
