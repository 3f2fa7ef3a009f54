"""Reports and decisions as files in a case folder: what Vedette kept before it had a ledger. Only read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from vedette.store.ledger import Taken
from vedette.store.reviews import Decision

__all__ = ["Leftovers", "left_over"]

REPORTS, DECISIONS = "reports", "reviews.jsonl"


@dataclass(frozen=True)
class Leftovers:
    """What of such files no ledger has taken over yet: decisions, files of reports; and what to note once it has."""

    decisions: tuple[Decision, ...] = ()
    reports: tuple[Path, ...] = ()
    taken: tuple[Taken, ...] = ()


def left_over(folder: Path, taken: Mapping[str, Taken]) -> Leftovers:
    """What the files hold beyond what was `taken`; nothing, at the cost of a look or two, where there are none."""
    decisions: tuple[Decision, ...] = ()
    reports: tuple[Path, ...] = ()
    now: list[Taken] = []
    path = folder / DECISIONS
    if path.is_file():
        data = path.read_bytes()
        digest, before = sha256(data).hexdigest(), taken.get(DECISIONS)
        if before is None or before.digest != digest:
            made = _decisions(data)
            decisions = made[before.lines if before else 0 :]
            now.append(Taken(DECISIONS, digest, len(made)))
    home = folder / REPORTS
    if home.is_dir():
        found = tuple(sorted(home.glob("r*.json")))
        digest, before = sha256("\n".join(p.name for p in found).encode()).hexdigest(), taken.get(REPORTS)
        if found and (before is None or before.digest != digest):
            reports = found
            now.append(Taken(REPORTS, digest, len(found)))
    return Leftovers(decisions, reports, tuple(now))


def _decisions(data: bytes) -> tuple[Decision, ...]:
    """Decisions in the order they were made; a line cut off by a crash is passed over."""
    found = []
    for line in data.decode("utf-8", errors="replace").split("\n"):
        try:
            found.append(Decision(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return tuple(found)
