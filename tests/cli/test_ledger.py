"""`ledger`, `search`, `note`, `tag`, `runs`, `rerun` as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import commands, examples
from tests.conftest import Ask

STORY = (
    "Blue Takes Brook\n\nDesk, April 10, 2031\nRegions: Heights\n\nBlue forces captured the village of Brook, the Blue "
    "ministry said. Orange forces still hold the town of Dunmore.\n"
)


@pytest.fixture
def home(case_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with `report.txt` and a case `my-case`, and nothing of the user's."""
    case_folder.rename(case_folder.parent / "my-case")
    monkeypatch.chdir(case_folder.parent)
    monkeypatch.setenv("XDG_DATA_HOME", str(case_folder.parent / "data"))
    monkeypatch.setenv("VEDETTE_BY", "tester")
    Path("report.txt").write_text(STORY)
    return case_folder.parent


@pytest.mark.parametrize("name", ["ledger", "search", "note", "tag", "runs"])
def test_examples_run(vedette: Ask, home: Path, name: str) -> None:
    for words in examples(commands()[name].help):
        answer = vedette(*words)
        assert answer.status == 0, answer.err
        assert answer.out.strip()


def test_who_added_what_is_told(vedette: Ask, home: Path) -> None:
    assert "no ledger yet" in vedette("ledger", "my-case").out
    assert not Path("my-case/ledger.duckdb").exists()
    vedette("read", "report.txt", "--into", "my-case", "--by", "first reviewer")
    out = vedette("ledger", "my-case").out
    assert "1 reports, 2 claims" in out
    assert "first reviewer  read" in out


def test_notes_and_tags_are_found_again(vedette: Ask, home: Path) -> None:
    vedette("read", "report.txt", "--into", "my-case")
    (claim,) = json.loads(vedette("search", "my-case", "hold", "dunmore", "desk", "--json").out)[:1]
    assert (claim["sort"], claim["who"], claim["counts"]) == ("report", "Desk", True)
    assert vedette("note", "my-case", "a01", "Odd", "wording", "--by", "second reviewer").status == 0
    assert "second reviewer: Odd wording" in vedette("note", "my-case", "a01").out
    assert [f["id"] for f in json.loads(vedette("search", "my-case", "wording", "--json").out)] == ["a01"]
    vedette("tag", "my-case", "a01", "--region", "Heights", "--theme", "shelling")
    assert "a01" in vedette("search", "my-case", "beaten", "--region", "heights").out
    assert "Nothing in my-case" in vedette("search", "my-case", "beaten", "--region", "Plain").out
    tagged = vedette("search", "my-case", "--theme", "Shelling")
    assert [line.split()[2] for line in tagged.out.splitlines()] == ["a01"], "no words: all that bears the tag"
    assert "Nothing in my-case bears 'Plain'" in vedette("search", "my-case", "--region", "Plain").out
    assert vedette("search", "my-case").status == 2
    assert vedette("tag", "my-case", "a01", "--theme", "shelling", "--remove").out.split() == ["region", "Heights"]


def test_a_rejected_claim_is_found_and_marked(vedette: Ask, home: Path) -> None:
    from vedette.workflows.review import Review

    vedette("read", "report.txt", "--into", "my-case")
    review = Review.of("my-case", "reviewer")
    review.reject(review.pending()[0].claim_id)
    assert "(withdrawn)" in vedette("search", "my-case", "captured", "village").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["note", "my-case", "a0l", "x"], "'a0l': is neither a claim nor a report of this case. Did you mean a0"),
        (["note", "my-case", "a01", "\x07"], "The note holds no word"),
        (["search", "my-case", "?!"], "holds no letter and no digit"),
        (["rerun", "3", "--case", "my-case"], "has no such run; it has none"),
        (["ledger", "my-case", "--ledger", "sqlite:///x"], "is no place for a ledger. Give postgresql://HOST/DATABASE"),
        (["note", "my-case", "a01", "x", "--ledger", "off"], "says to do without"),
        (["ledger", "my-case", "--ledger", "postgresql://me:secret@127.0.0.1:1/x"], "127.0.0.1:1/x: cannot be reached"),
    ],
)
def test_what_cannot_be_is_told(vedette: Ask, home: Path, words: list[str], said: str) -> None:
    answer = vedette(*words)
    assert answer.status == 2
    assert said in answer.err
    assert "secret" not in answer.err
    assert "Traceback" not in answer.err


def test_a_shipped_case_takes_notes_among_the_users_data(vedette: Ask, home: Path) -> None:
    claim = json.loads(vedette("search", "karabakh-2020", "shushi", "--json").out)[0]["id"]
    assert vedette("note", "karabakh-2020", claim, "Ask again.").status == 0
    assert (home / "data" / "vedette" / "ledgers" / "karabakh-2020.duckdb").is_file()


def test_a_run_is_made_again(vedette: Ask, home: Path, hasty: None) -> None:
    vedette("ledger", "my-case", "--start")
    assert vedette("hindsight", "--case", "my-case", "--out", "h.parquet").status == 0
    assert "hindsight  as of 2031-04-24" in vedette("runs", "my-case").out
    answer = vedette("rerun", "1", "--case", "my-case", "--out", "again")
    assert answer.status == 0, answer.err
    assert "The same bytes: h.parquet." in answer.out
    table = Path("my-case/claims.csv")
    table.write_text("".join(line for line in table.open() if not line.startswith(("a08", "a09", "a11"))))
    answer = vedette("rerun", "1", "--case", "my-case", "--out", "again")
    assert answer.status == 1
    assert "Other bytes: h.parquet." in answer.out
    assert "Input that differs: claims: " in answer.out
    assert "File that differs: claims.csv: " in answer.out


def test_a_team_shares_a_ledger(vedette: Ask, home: Path, postgres: object) -> None:
    address = postgres.database()  # type: ignore[attr-defined]
    assert vedette("read", "report.txt", "--into", "my-case", "--ledger", address).status == 0
    assert not Path("my-case/ledger.duckdb").exists()
    assert "Blue Takes Brook" in vedette("--ledger", address, "search", "my-case", "brook").out
    assert "Blue Takes Brook" not in vedette("search", "my-case", "brook").out, "the choice lasts one command"
    both = [vedette("claims", "--case", "my-case", *more, "--json") for more in ([], ["--ledger", address])]
    here, team = (len(json.loads(answer.out)) for answer in both)
    assert team > here, "what the team has read is asked too"


def test_every_command_about_a_case_can_be_told_which_ledger() -> None:
    for name, command in commands().items():
        options = {option for parameter in command.params for option in parameter.opts}
        if "--case" in options:
            assert "--ledger" in options, name
