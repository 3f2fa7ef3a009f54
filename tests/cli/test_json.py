"""`--json` prints one JSON value with the keys that docs/json.md lists."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import commands
from tests.conftest import Ask

PAGE = Path(__file__).parents[2] / "docs" / "json.md"

SECTIONS = dict(re.findall(r"^## (.+)\n\n((?:.+\n)+)", PAGE.read_text(), flags=re.MULTILINE))

ARGUMENTS: dict[str, list[str]] = {
    "brief": ["--out", "out"],
    "who": ["Дунмор"],
    "case new": ["cut", "--bbox", "46.3", "39.4", "46.9", "39.9", "--places", "karabakh-2020"],
    "situation": ["Dunmore"],
    "heights": ["Dunmore"],
    "nowcast": ["--out", "nowcast.parquet"],
    "hindsight": ["--out", "hindsight.parquet"],
    "scorecard": ["--out", "scorecard"],
    "what-if": ["port-road"],
    "export": ["--format", "csv", "--out", "control.csv"],
    "import": ["events.csv", "--yes"],
    "note": ["a01", "odd"],
    "rerun": ["1"],
    "search": ["dunmore"],
    "tag": ["a01", "--theme", "shelling"],
}


def documented(name: str) -> set[str]:
    listed = SECTIONS[name].split(": ", 1)[1]
    return set(re.findall(r"`([a-z_]+)`", re.split(r"[.;]\s", listed)[0]))


def keys(value: Any) -> set[str]:
    if isinstance(value, list):
        assert value
        assert all(item.keys() == value[0].keys() for item in value)
        value = value[0]
    return set(value)


def parse(text: str) -> Any:
    def no_number(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    return json.loads(text, parse_constant=no_number)


def test_the_page_covers_every_command() -> None:
    assert set(SECTIONS) == set(commands())


@pytest.mark.parametrize("name", [name for name in commands() if name not in {"read", "review", "watch"}])
def test_every_command_answers_in_json(
    vedette: Ask, hasty: None, case_folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(case_folder.parent)
    case: list[object] = ["--case", case_folder]
    if name.startswith("case "):
        case = [case_folder] if name == "case check" else []
    if name in {"ledger", "note", "runs", "search", "tag"}:
        case, arguments = [], [str(case_folder), *ARGUMENTS.get(name, [])]
    else:
        arguments = ARGUMENTS.get(name, [])
    if name in {"rerun", "runs"}:
        assert vedette("ledger", case_folder, "--start").status == 0
        assert vedette("hindsight", "--case", case_folder, "--out", "h.parquet").status == 0
    if name == "import":
        case = ["--into", case_folder]
        Path("events.csv").write_text("date,place,side,kind\n2031-04-07,Cairn,Blues,capture\n")
    answer = vedette(*name.split(), *arguments, *case, "--json")
    assert answer.status == 0, answer.err
    # A list of sources has no room for what to know of the draws.
    assert answer.err == "" or (name == "sources" and answer.err.startswith("Mind: The chains"))
    value = parse(answer.out)
    assert isinstance(value, list) == SECTIONS[name].startswith("A list")
    assert keys(value) == documented(name)
    if name == "who":
        assert keys(value["claims"]) == documented("claims")
        assert value["place_id"] == "dunmore"
        assert sum(value["outlook"]["probability"]) == pytest.approx(1)
        assert len(value["curve"]) == 20
    if name == "claims":
        assert [c["claim_id"] for c in value] == [f"a{n:02}" for n in range(1, 14)]
    if name == "verify":
        assert {card["selection"] for card in value["nowcast"]} == {card["selection"] for card in value["hindsight"]}
        assert any(row["method"] == "Vedette" for row in value["nowcast"][0]["rows"])
    if name == "brief":
        assert Path(value["folder"], "briefing.html").is_file()
        assert list(value["stories"]) == ["dunmore"]
