"""Decisions about claims, never changed: who accepted, corrected, rejected or took back, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vedette.errors import CaseError

__all__ = ["Decision", "standing", "withdrawn"]

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


def standing(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """The decision that stands for each claim, undone ones left out."""
    stacks: dict[str, list[Decision]] = {}
    for d in decisions:
        stack = stacks.setdefault(d.claim_id, [])
        if d.verdict == "undo":
            if stack:
                stack.pop()
        else:
            stack.append(d)
    return {claim: stack[-1] for claim, stack in stacks.items() if stack}


def withdrawn(decisions: Iterable[Decision]) -> frozenset[str]:
    """Claims that no longer count: rejected, replaced by a correction, or a correction that was taken back."""
    made = list(decisions)
    stands = standing(made)
    out = {c for c, d in stands.items() if d.verdict in {"reject", "correct"}}
    current = {d.replaced_by for d in stands.values() if d.verdict == "correct"}
    out |= {d.replaced_by for d in made if d.verdict == "correct"} - current
    return frozenset(out)
