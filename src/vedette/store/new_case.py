"""A case folder in the making: step by step, each step whole or not at all.

So that a stopped build goes on where it was.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from vedette.errors import CaseError
from vedette.store.write import write_bytes

__all__ = ["Building", "fingerprint", "write_table"]

RECORD = ".building.json"


def fingerprint(*parts: object) -> str:
    """What a step depends on, as a digest: files by path, size and time of change, anything else by its text."""
    state = sha256()
    for part in parts:
        if isinstance(part, Path):
            stat = part.stat() if part.exists() else None
            state.update(f"{part.resolve()}:{stat and (stat.st_size, stat.st_mtime_ns)}".encode())
        else:
            state.update(repr(part).encode())
        state.update(b"\x1f")
    return state.hexdigest()


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV table, whole or not at all."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    write_bytes(path, out.getvalue().encode())


@dataclass
class Building:
    """A folder and the record of which of its steps were done from which inputs."""

    folder: Path
    done: dict[str, str] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def at(cls, folder: Path) -> Building:
        """Begin, or go on with, a case. A folder that holds a case which was not built here is a `CaseError`."""
        record = folder / RECORD
        if not record.is_file():
            if (folder / "case.toml").exists():
                raise CaseError(
                    f"{folder} holds a case already, made by other means: it would be overwritten. Choose "
                    f"another name, or remove it."
                )
            return cls(folder)
        try:
            said = json.loads(record.read_text(encoding="utf-8"))
            return cls(folder, dict(said["done"]), {k: list(v) for k, v in said["notes"].items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CaseError(
                f"{record}: cannot be read ({error}). Remove it to build the case from the beginning."
            ) from error

    def step(self, name: str, inputs: str, outputs: Sequence[str], make: Callable[[], list[str]]) -> list[str]:
        """Do a step unless it was done from the same inputs and its files are there; its notes either way."""
        if self.done.get(name) == inputs and all((self.folder / file).is_file() for file in outputs):
            return self.notes.get(name, [])
        self.done.pop(name, None)
        notes = make()
        self.done[name], self.notes[name] = inputs, notes
        write_bytes(self.folder / RECORD, json.dumps({"done": self.done, "notes": self.notes}, indent=1).encode())
        return notes
