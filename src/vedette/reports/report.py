"""One published text: the story alone, and who wrote, published and republished it, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

__all__ = ["LONGEST_STORY", "Report"]

LONGEST_STORY = 1_000_000
"""Characters of one story; a longer text is a book, and reading it would take minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A story without what a page puts around it.

    `text` is what offsets of statements count in. `outlet` and `published` are the
    original ones; `republished_by` and `republished_on` those of the copy that was read,
    empty and None where the copy is the original. None for a date means that the page
    names none. `source` is the file or address it was read from.
    """

    text: str
    title: str = ""
    author: str = ""
    outlet: str = ""
    published: date | None = None
    republished_by: str = ""
    republished_on: date | None = None
    regions: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    licence: str = ""
    language: str = ""
    source: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def report_id(self) -> str:
        """A fingerprint of the story and its outlet: the same story read twice is one report."""
        return "r" + sha256(f"{self.outlet}\x1f{self.text}".encode()).hexdigest()[:12]

    @property
    def available_on(self) -> date | None:
        """The first day on which this text is known to have been public."""
        return self.published or self.republished_on
