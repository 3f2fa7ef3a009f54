"""`read`, `review` and `watch` as a user meets them."""

from __future__ import annotations

import io
import json
import shlex
import sys
from pathlib import Path

import pytest

from tests.cli.commands import commands, examples
from tests.conftest import Ask
from vedette.store import Fetched

STORY = (
    "Blue Takes Brook\n\nDesk, April 10, 2031\n\nBlue forces captured the village of Brook, the Blue ministry said. "
    "Orange forces still hold the town of Dunmore.\n"
)
FEED = (
    b"<?xml version='1.0'?><rss version='2.0'><channel><title>Desk</title><item><title>One</title>"
    b"<description>Orange forces still hold the town of Dunmore, officials said.</description></item></channel></rss>"
)
READING = ("read", "review", "watch")


@pytest.fixture
def desk(case_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with `report.txt` and a case `my-case`; the network answers with one feed."""
    home = case_folder.parent
    case_folder.rename(home / "my-case")
    (home / "report.txt").write_text(STORY)
    monkeypatch.chdir(home)
    monkeypatch.setattr("vedette.store.network.Fetcher.get", lambda _self, url, **_: Fetched(url, 200, FEED))
    return home


@pytest.mark.parametrize("name", READING)
def test_examples_run(vedette: Ask, desk: Path, name: str) -> None:
    vedette("read", "report.txt", "--into", "my-case")
    (words,) = examples(commands()[name].help)
    sys.stdin = io.StringIO("q\n")
    try:
        answer = vedette(*words)
    finally:
        sys.stdin = sys.__stdin__
    assert answer.status == 0, answer.err
    assert answer.out.strip()


def test_read_prints_a_line_a_claim(vedette: Ask, desk: Path) -> None:
    answer = vedette("read", "report.txt", "--case", "my-case", "--json")
    assert answer.status == 0
    first, second = (json.loads(line) for line in answer.out.splitlines())
    assert first["kind"] == "capture"
    assert first["claimant"] == "the Blue ministry"
    assert first["claimant_side"] == "blue"
    assert first["place_ids"] == ["brook"]
    assert (first["outlet"], first["published"]) == ("Desk", "2031-04-10")
    assert second["places"] == [{"name": "Dunmore", "relation": "town of"}]
    body = STORY.split("\n\n", 2)[2].strip()
    assert body[first["start"] : first["end"]] == first["span"]


def test_read_from_standard_input(vedette: Ask, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Input:
        buffer = io.BytesIO(STORY.encode())

    monkeypatch.setattr(sys, "stdin", Input())
    assert "Blue Takes Brook" in vedette("read", "-").out


def test_what_fails_is_told_on_standard_error(vedette: Ask, desk: Path) -> None:
    (desk / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    answer = vedette("read", "broken.pdf", "report.txt")
    assert answer.status == 1
    assert "broken.pdf: is a broken PDF" in answer.err
    assert "Brook" in answer.out
    assert vedette("read", "broken.pdf").status == 2


def test_read_into_then_who(vedette: Ask, desk: Path, hasty: None) -> None:
    answer = vedette("read", "report.txt", "--into", "my-case")
    assert "2 claims of 1 reports added" in answer.out
    told = vedette("who", "Dunmore", "--as-of", "2031-04-12", "--case", "my-case", "--json")
    claims = json.loads(told.out)["claims"]
    mine = [c for c in claims if c["claimant"] == "Desk"]
    assert [(c["reported_on"], c["kind"], c["side"]) for c in mine] == [("2031-04-10", "control", "Orange side")]


def test_a_terminal_never_sees_control_characters(vedette: Ask, desk: Path) -> None:
    (desk / "x.txt").write_text(
        "Blue forces captured\x1b[2J the town of Dun\x9bmore on Tuesday \x07\u202eagain.\n\nMore fighting raged."
    )
    out = vedette("read", "x.txt").out
    assert not set(out) & {"\x1b", "\x07", "\x9b", "\u202e"}


def test_review_keeps_each_decision(vedette: Ask, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vedette("read", "report.txt", "--into", "my-case")
    monkeypatch.setattr(sys, "stdin", io.StringIO("a\nr\nanother place\n"))
    answer = vedette("review", "my-case", "--by", "reviewer")
    assert answer.status == 0, answer.err
    assert "captured the village of Brook" in answer.out
    assert "1 accepted, 0 corrected, 1 rejected" in answer.out
    answer = vedette("review", "my-case", "--json")
    value = json.loads(answer.out)
    assert value["pending"] == []
    assert [d["verdict"] for d in value["decisions"]] == ["accept", "reject"]


def test_watch_reads_an_item_once(vedette: Ask, desk: Path) -> None:
    words = shlex.split("watch https://feed.example/rss --once --json --into my-case")
    first = vedette(*words)
    assert first.status == 0, first.err
    assert json.loads(first.out)["item"] == "One"
    assert vedette(*words).out == ""
