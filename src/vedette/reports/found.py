"""Claims in the making, and what has been read of a text so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from vedette.reports.event import Event
from vedette.reports.grammar import noun_tokens
from vedette.reports.locations import PlaceBook, Spot
from vedette.reports.sources import Source, SourceBook
from vedette.reports.statement import Statement
from vedette.reports.tree import Word
from vedette.reports.world import OUTLET, THIRD, Camps

__all__ = ["Found", "Reading", "Test", "path_up", "phrase_of", "text_of", "voice"]


Test = Callable[["Word"], bool]
"""A question asked of a word."""


@dataclass
class Found:
    """A statement in the making: where it hangs in the tree, and what is known of it."""

    token: Word
    event: Event
    source: Source
    denied: bool
    first: int = 0
    last: int = 0
    hedge: str = ""
    by_word: Word | None = None
    condition: str = ""
    whole: bool = False
    nth: int = 0
    back: bool = False
    """True of a denial that takes what it denies from an earlier statement."""
    copied: Statement | None = None


@dataclass
class Reading:
    """What has been read of one text so far."""

    camps: Camps
    sources: SourceBook
    places: PlaceBook
    published: date | None
    earlier_spots: list[Spot] = field(default_factory=list)
    earlier_nouns: dict[int, str] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)


def text_of(tokens: Iterable[Word]) -> str:
    """The words from the first to the last of some, without the marks at their end."""
    run = sorted(tokens, key=lambda t: t.i)
    while run and (run[-1].is_punct or run[-1].is_space):
        run.pop()
    return run[0].tree.run(run[0].i, run[-1].i).text if run else ""


def phrase_of(noun: Word) -> str:
    """A noun phrase as it stands in the text, without clauses that hang on it."""
    return text_of(noun_tokens(noun))


def path_up(token: Word, head: Word) -> list[Word]:
    """The words on the way from `token` up to `head`, `head` left out."""
    path = []
    while token.i != head.i and token.head.i != token.i:
        path.append(token)
        token = token.head
    return path


def voice(reading: Reading, token: Word, quoted: set[int]) -> tuple[Source, Word | None]:
    """Who asserts what stands at a word, and the word that says so; inside quotation marks the last speaker."""
    source, word = reading.sources.over(token)
    if source.name == OUTLET and word is None:
        if token.i in quoted and (last := reading.sources.last()) is not None:
            return last, None
        if reading.sources.outlet_side != THIRD:
            return replace(source, side=reading.sources.outlet_side), None
    return source, word
