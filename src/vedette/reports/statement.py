"""What a reader finds in a report: one statement, with the words it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field

from vedette.errors import ReportError

__all__ = ["KINDS", "Mention", "Statement"]

KINDS = [
    "control",
    "capture",
    "withdrawal",
    "assault",
    "repulse",
    "advance",
    "encirclement",
    "fire_control",
    "route_open",
    "route_cut",
    "strike",
    "casualties",
    "reinforcement",
    "support",
    "ceasefire",
    "intent",
    "forecast",
    "other",
]
"""What a statement may say. `other` is about the war but bears on no table column; it is never made a claim."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place as written (or as the noun or pronoun was resolved), with its relation: "in", "heights southeast of"."""

    name: str
    relation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A proposition about the war that somebody stands behind.

    `text[start:end]` of the stored report is `span`, always. `claimant` is `outlet`
    where the report speaks for itself. `about_from` and `about_to` are ISO dates, empty
    if the text does not settle the day. `place_ids` are filled by matching against a
    case's places; `unmatched` are names that matched none.
    """

    span: str
    start: int
    end: int
    claimant: str
    claimant_side: str
    kind: str
    actor: str = ""
    actor_side: str = ""
    places: tuple[Mention, ...] = ()
    polarity: str = "asserted"
    degree: str = "full"
    certainty: str = "asserted"
    time: str = ""
    about_from: str = ""
    about_to: str = ""
    quantity: float | None = None
    quantity_mod: str = ""
    unit: str = ""
    condition: str = ""
    relayed_by: str = ""
    place_ids: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or len(self.span) != self.end - self.start:
            raise ReportError(
                f"a statement's span {self.span[:40]!r} does not fit its offsets {self.start}:{self.end}: without the "
                "words it rests on nothing can be claimed. Read the report again."
            )
        if self.kind not in KINDS:
            raise ReportError(f"{self.kind!r} is no kind of statement. Use one of {', '.join(KINDS)}.")
