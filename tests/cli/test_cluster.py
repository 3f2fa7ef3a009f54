"""Commands that draw take `--cluster`: the same bytes as without, or a word on why a cluster has nothing to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import commands
from tests.conftest import Ask, small_case

DAY = ("--as-of", "2031-04-14")
TOLD = "followed place by place on this machine"


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a cluster of two processes."""
    distributed: Any = pytest.importorskip("distributed")
    options = {"threads_per_worker": 1, "processes": True, "dashboard_address": None, "silence_logs": 40}
    with distributed.LocalCluster(n_workers=2, **options) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """All draws are made anew."""
    monkeypatch.setenv("VEDETTE_CACHE", "off")


def test_all_that_draw_take_it() -> None:
    drawing = {name for name, command in commands().items() if {"--threads", "--effort"} <= _options(command)}
    assert {"who", "brief", "sources", "export", "front", "serve"} <= drawing
    assert {name for name, command in commands().items() if "--cluster" in _options(command)} == drawing


def _options(command: Any) -> set[str]:
    return {option for p in command.params for option in p.opts}


@pytest.mark.usefixtures("hasty", "nothing_kept")
@pytest.mark.parametrize(
    "words",
    [
        ("who", "Cairn", "--json"),
        ("sources", "--json"),
        ("front", "--json"),
        ("heights", "Cairn", "--json"),
        ("situation", "Cairn", "--json"),
        ("forecast", "--horizon", "3", "--members", "40", "--json"),
    ],
    ids=lambda words: words[0],
)
def test_answers_are_the_same_bytes(
    tmp_path: Path, scheduler: str, vedette: Ask, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    asked = (*words, "--case", small_case(tmp_path / "small"), *DAY)
    here = vedette(*asked)
    monkeypatch.setattr("vedette.belief.sampler.ThreadPoolExecutor", None)  # no chain can be run here any more
    there = vedette(*asked, "--cluster", scheduler)
    assert here.status == there.status == 0, there.err
    assert there.out == here.out


@pytest.mark.usefixtures("hasty", "nothing_kept")
@pytest.mark.parametrize(
    ("words", "files"),
    [
        (("brief", "--out", "{}", "--format", "html,md"), ("briefing.html", "briefing.md", "control.geojson")),
        (("export", "--format", "geojson", "--out", "{}/control.geojson"), ("control.geojson",)),
        (("nowcast", "--out", "{}/now.parquet"), ("now.parquet",)),
    ],
    ids=lambda words: words[0],
)
def test_files_are_the_same_bytes(
    tmp_path: Path,
    scheduler: str,
    vedette: Ask,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    files: tuple[str, ...],
) -> None:
    case = small_case(tmp_path / "small")

    def made(folder: Path, *more: str) -> dict[str, bytes]:
        folder.mkdir()
        answer = vedette(*(word.format(folder) for word in words), "--case", case, *DAY, *more)
        assert answer.status == 0, answer.err
        return {name: (folder / name).read_bytes() for name in files}

    here = made(tmp_path / "here")
    monkeypatch.setattr("vedette.belief.sampler.ThreadPoolExecutor", None)  # no chain can be run here any more
    assert made(tmp_path / "there", "--cluster", scheduler) == here


@pytest.mark.parametrize("words", [("who", "Cairn"), ("sources",), ("nowcast", "--out", "now.parquet"), ("front",)])
def test_a_long_war_says_that_a_cluster_has_nothing_to_do(
    tmp_path: Path, vedette: Ask, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("vedette.workflows.study.LONG_WAR", 1)
    asked = (*words, "--case", small_case(tmp_path / "small"), *DAY)
    nobody = ("--cluster", "tcp://127.0.0.1:9")  # and nobody is asked for anything
    told = vedette(*asked, *nobody)
    assert told.status == 0, told.err
    assert " ".join((told.out + told.err).split()).count(TOLD) == 1
    data = vedette(*asked, *nobody, "--json")
    assert json.loads(data.out) == json.loads(vedette(*asked, "--json").out)
    assert " ".join(data.err.split()).count(TOLD) == 1


@pytest.mark.usefixtures("nothing_kept")
def test_members_of_a_long_wars_campaign_are_run_there(
    tmp_path: Path, scheduler: str, vedette: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vedette.workflows.study.LONG_WAR", 1)
    asked = ("forecast", "--horizon", "3", "--members", "40", "--json", "--case", small_case(tmp_path / "small"), *DAY)
    here = vedette(*asked)
    monkeypatch.setattr("vedette.workflows.campaign.map", None, raising=False)  # no member can be run here any more
    there = vedette(*asked, "--cluster", scheduler)
    assert here.status == there.status == 0, there.err
    assert there.out == here.out
    assert "members of campaigns run on --cluster" in " ".join(there.err.split())
