"""Decisions about claims, one line each, never changed: who accepted, corrected, rejected or took back, and when."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from vedette.errors import CaseError, OutputError

__all__ = ["Decision", "decide", "decisions", "standing", "withdrawn"]

_FILE = "reviews.jsonl"
VERDICTS = ("accept", "reject", "correct", "undo")


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `replaced_by` is the claim that a correction wrote; `undo` takes back the last one standing."""

    claim_id: str
    verdict: str
    by: str
    at: str
    replaced_by: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise CaseError(f"{self.verdict!r} is no decision. Use one of {', '.join(VERDICTS)}.")


def decide(folder: Path, decision: Decision) -> None:
    """Add one decision to a case and see it safely on disk."""
    line = (json.dumps(asdict(decision), ensure_ascii=False) + "\n").encode()
    try:
        with (folder / _FILE).open("a+b") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            handle.seek(0, os.SEEK_END)
            if handle.tell():
                handle.seek(-1, os.SEEK_END)
                if handle.read(1) != b"\n":
                    line = b"\n" + line
            handle.write(line)
            handle.flush()
            os.fsync(handle.fileno())
    except OSError as error:
        raise OutputError(
            f"{folder / _FILE}: cannot be written ({error.strerror}). The decision was not kept."
        ) from error


def decisions(folder: Path) -> list[Decision]:
    """All decisions in the order they were made; a line cut off by a crash is passed over."""
    path = folder / _FILE
    if not path.is_file():
        return []
    found = []
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            found.append(Decision(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return found


def standing(folder: Path) -> dict[str, Decision]:
    """The decision that stands for each claim, undone ones left out."""
    stacks: dict[str, list[Decision]] = {}
    for d in decisions(folder):
        stack = stacks.setdefault(d.claim_id, [])
        if d.verdict == "undo":
            if stack:
                stack.pop()
        else:
            stack.append(d)
    return {claim: stack[-1] for claim, stack in stacks.items() if stack}


def withdrawn(folder: Path) -> frozenset[str]:
    """Claims that no longer count: rejected, replaced by a correction, or a correction that was taken back."""
    stands = standing(folder)
    out = {c for c, d in stands.items() if d.verdict in {"reject", "correct"}}
    current = {d.replaced_by for d in stands.values() if d.verdict == "correct"}
    out |= {d.replaced_by for d in decisions(folder) if d.verdict == "correct"} - current
    return frozenset(out)
