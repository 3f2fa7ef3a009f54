"""Help tells the truth: every example in it runs."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.cli.commands import commands, examples
from tests.conftest import Ask

COMMANDS = commands()
READING = {"import", "ledger", "note", "read", "rerun", "review", "runs", "search", "tag", "watch"}
"""They ask about no day; their examples need files of their own and run in
test_reading.py, test_ledger.py and test_examples.py."""
EXAMPLES = [
    shlex.join(words) for name, command in COMMANDS.items() if name not in READING for words in examples(command.help)
]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(vedette: Ask, name: str) -> None:
    answer = vedette(*name.split(), "--help")
    assert answer.status == 0
    assert answer.err == ""
    shown = examples(answer.out)
    assert shown, "an example"
    assert all(words[: len(name.split())] == name.split() for words in shown)
    command = COMMANDS[name]
    options = {option for p in command.params for option in p.opts}
    assert "--json" in options
    if not name.startswith("case") and name not in READING:
        assert {"--case", "--as-of", "--seed"} <= options
    for p in command.params:
        if p.name != "help":
            assert getattr(p, "help", None), f"{name} {p.name} has no word of help"
            assert p.help in " ".join(answer.out.split()) or p.help[:20] in answer.out
    assert command.help.splitlines()[0].endswith("."), "its first line is a sentence"


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_runs(vedette: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.chdir(tmp_path)
    answer = vedette(*shlex.split(line))
    assert answer.status == 0, answer.err
    assert answer.out.strip()
    assert "Traceback" not in answer.out + answer.err


def test_the_first_page_lists_the_commands(vedette: Ask) -> None:
    answer = vedette("--help")
    assert answer.status == 0
    for name in COMMANDS:
        assert name.split()[0] in answer.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["whom"], "No such command 'whom'"),
        (["who"], "Missing argument"),
        (["who", "Shushi", "--as-of", "2020-11-31"], "'2020-11-31' is not a date. Write it as YYYY-MM-DD"),
        (["who", "Shushi", "--as-of", "yesterday"], "'yesterday' is not a date"),
        (["sources", "--seed", "-1"], "greater than or equal to 0"),
        (["sources", "--threads", "0"], "greater than or equal to 1"),
        (["nowcast"], "--out"),
        (["claims", "--from", "x"], "'x' is not a date"),
    ],
)
def test_a_slip_in_the_words_is_told(vedette: Ask, words: list[str], said: str) -> None:
    answer = vedette(*words)
    assert answer.status == 2
    assert said in answer.err
    assert "Traceback" not in answer.err
