"""The commands and what their help says."""

from __future__ import annotations

import re
import shlex
from typing import Any

import typer

from vedette.cli.app import app


def commands() -> dict[str, Any]:
    """Every command by its words: `who`, `case list`."""
    found: dict[str, Any] = {}

    def walk(group: Any, words: list[str]) -> None:
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                walk(command, [*words, name])
            else:
                found[" ".join([*words, name])] = command

    walk(typer.main.get_command(app), [])
    return found


def examples(text: str) -> list[list[str]]:
    """The words after `$ vedette` in a help text."""
    return [shlex.split(line, comments=True) for line in re.findall(r"^\s*\$ vedette (.+)$", text, flags=re.MULTILINE)]
