"""`vedette review` driven through a terminal, as somebody who sits down to it for the first time."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ask
from vedette.store import claim_rows

pexpect: Any = pytest.importorskip("pexpect", reason="no terminal to drive")
STORY = (
    "Desk, April 10, 2031\n\nBlue forces captured the village of Brook, the Blue ministry said. "
    "Orange forces still hold the town of Dunmore.\n"
)
ASK = "q quit"


@pytest.fixture
def case(case_folder: Path, vedette: Ask, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(case_folder.parent)
    Path("story.txt").write_text(STORY)
    assert vedette("read", "story.txt", "--into", str(case_folder)).status == 0
    return case_folder


def sit_down(case: Path) -> Any:
    words = ["-c", "from vedette.cli import main; main()", "review", str(case), "--by", "a newcomer"]
    return pexpect.spawn(
        sys.executable, words, encoding="utf-8", timeout=60, env={**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    )


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal")
def test_place_polarity_and_claimant_are_corrected_and_kept(case: Path, vedette: Ask) -> None:
    table = (case / "claims.csv").read_bytes()
    desk = sit_down(case)
    desk.expect(ASK)
    assert "\x1b[" in desk.before, "the words are marked"
    desk.sendline("c")
    desk.expect("place=brook; kind=capture")
    desk.expect("what is right")
    desk.sendline("place=Atlantis")  # a slip costs nothing: it is said, and asked again
    desk.expect("Atlantis")
    desk.expect(ASK)
    desk.sendline("c")
    desk.expect("what is right")
    desk.sendline("place=Alder")
    desk.expect("replaced by")
    desk.expect("2/2")
    desk.expect(ASK)
    desk.sendline("x")
    desk.expect("a, c, r, u, s or q")
    desk.expect(ASK)
    desk.sendline("c")
    desk.expect("what is right")
    desk.sendline("denied; claimant=the Orange command")
    desk.expect("2 corrected")
    desk.expect(pexpect.EOF)

    again = sit_down(case)
    again.expect("Nothing to decide")
    again.expect("2 corrected")
    again.expect(pexpect.EOF)
    rows = {r["claim_id"]: r for r in claim_rows(case)}
    made = json.loads(vedette("review", str(case), "--json").out)["decisions"]
    assert [(d["verdict"], d["by"]) for d in made] == [("correct", "a newcomer")] * 2
    first, second = (rows[d["replaced_by"]] for d in made)
    assert first["place_id"] == "alder"
    assert (second["polarity"], second["claimant"]) == ("denied", "the Orange command")
    assert rows[made[0]["claim_id"]]["place_id"] == "brook", "the old row stays"
    assert (case / "claims.csv").read_bytes() == table


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal")
def test_undo_goes_back_to_the_claim_and_the_end_of_input_keeps_what_was_decided(case: Path, vedette: Ask) -> None:
    desk = sit_down(case)
    desk.expect(ASK)
    desk.sendline("a")
    desk.expect("2/2")
    desk.expect(ASK)
    desk.sendline("u")
    desk.expect("taken back")
    desk.expect("1/2")
    desk.expect(ASK)
    desk.sendline("r")
    desk.expect("why")
    desk.sendline("another Brook")
    desk.expect("2/2")
    desk.expect(ASK)
    desk.sendeof()
    desk.expect("0 accepted, 0 corrected, 1 rejected")
    desk.expect(pexpect.EOF)
    made = json.loads(vedette("review", str(case), "--json").out)["decisions"]
    assert [d["verdict"] for d in made] == ["accept", "undo", "reject"]
