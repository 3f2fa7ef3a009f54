"""The reader that comes with the package: rules over sentence trees, offline, the same answer every time.

`parser` makes trees of paragraphs, `repairs` mends what it often mistakes. What a clause claims is decided by `events` (its rules
stand in `holding`, `fighting`, `supply`, `states`, and the table of `idioms`), what a noun
claims by `nominal`, what claims nothing by `unclaimed`; who claims it by `sources`, what is
denied by `denials`, where by `locations`, when by `dates`. `spans` finds the words a claim
rests on, `assembly` makes the statement, with the offsets of its words in the text read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from vedette.reports import vocabulary as words
from vedette.reports.assembly import statement_of
from vedette.reports.clauses import verb_claim
from vedette.reports.dates import days_in
from vedette.reports.denials import resolve_denial
from vedette.reports.event import Event, noun_kind
from vedette.reports.found import Found, Reading, phrase_of, voice
from vedette.reports.grammar import is_clause, subject_of
from vedette.reports.locations import PlaceBook, Spot
from vedette.reports.nominal import is_toll, noun_claim
from vedette.reports.paragraphs import paragraphs
from vedette.reports.parser import parse
from vedette.reports.sources import SourceBook
from vedette.reports.spans import span_of
from vedette.reports.speech import is_speech
from vedette.reports.statement import Statement
from vedette.reports.tree import Run, Tree, Word
from vedette.reports.unclaimed import (
    completed_by,
    describes_speaker,
    is_appeal,
    is_chained,
    is_condition,
    is_purpose_of_noun,
    is_silence,
    planned_below,
)
from vedette.reports.world import THIRD, camps_of

__all__ = ["read_text", "read_texts"]


_SKIPPED = re.compile(
    r"^\s*(?:read (?:more|also)|see also|related|also read|watch|video|photo|image|listen)\b[: ]", re.IGNORECASE
)


def read_text(
    text: str,
    published: date | None,
    *,
    outlet: str = "",
    gazetteer: frozenset[str] = frozenset(),
    sides: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[Statement, ...]:
    """The statements of one text, in order of their words.

    `published` is the original day of the text; days told in words count from it.
    `outlet` tells the camp of an outlet that is an organ of one. `gazetteer` holds names
    (folded) that are known to be places, `sides` camps known beforehand with their names.
    """
    return next(read_texts([(text, published, outlet)], gazetteer=gazetteer, sides=sides))


def read_texts(
    texts: Iterable[tuple[str, date | None, str]],
    *,
    gazetteer: frozenset[str] = frozenset(),
    sides: Mapping[str, tuple[str, ...]] | None = None,
) -> Iterator[tuple[Statement, ...]]:
    """`read_text` for many texts: (text, published, outlet) each."""
    for text, published, outlet in texts:
        pieces = [p for p in paragraphs(text) if not _SKIPPED.match(p[1])]
        docs = list(parse(p for _, p in pieces))
        camps = camps_of(text, sides)
        outlet_side = camps.voice_of(outlet)
        reading = Reading(camps, SourceBook(camps, outlet_side), PlaceBook(camps, gazetteer), published)
        reading.places.learn(docs)
        for (offset, _), doc in zip(pieces, docs, strict=True):
            _read_paragraph(reading, doc, offset, text)
        yield tuple(sorted(reading.statements, key=lambda s: (s.start, s.end)))


def _read_paragraph(reading: Reading, doc: Tree, offset: int, text: str) -> None:
    spots = reading.places.spots(doc, reading.earlier_spots)
    whens = days_in(doc.text, reading.published)
    quoted = _quoted(doc)
    for sentence in doc.sentences:
        found = list(_claims_of(reading, sentence, spots, quoted))
        heads = {f.token.i for f in found}
        for f in found:
            f.first, f.last = span_of(f, heads)
        found = [f for f in found if not _told_again(f, found)]
        for f in found:
            if f.back and not resolve_denial(reading, f):
                continue
            statement = statement_of(reading, f, spots, whens, sentence, offset, text)
            if statement is not None:
                reading.statements.append(statement)
    reading.earlier_spots.extend(s for s in spots if s.named)


def _told_again(f: Found, found: list[Found]) -> bool:
    """True of a noun, or a participle without a place, inside a clause that claims the same."""
    if f.back or f.whole or f.copied is not None:
        return False
    return any(
        g is not f
        and g.event.kind == f.event.kind
        and g.denied == f.denied
        and g.event.denied == f.event.denied
        and is_clause(g.token)
        and g.first <= f.first
        and f.last <= g.last
        and (g.first, g.last) != (f.first, f.last)
        and (not is_clause(f.token) or (f.token.tag == "VBG" and f.event.kind in {"strike", "other", "assault"}))
        for g in found
    )


def _quoted(doc: Tree) -> set[int]:
    """Tokens inside quotation marks that hold more than three words."""
    inside: set[int] = set()
    start: int | None = None
    for t in doc:
        if t.text in {"“", "``"} or (t.text == '"' and start is None):
            start = t.i
        elif start is not None and (t.text in {"”", "''"} or t.text == '"'):
            if t.i - start > 4:
                inside.update(range(start, t.i + 1))
            start = None
    if start is not None and len(doc) - start > 4:
        inside.update(range(start, len(doc)))
    return inside


def _claims_of(reading: Reading, sentence: Run, spots: list[Spot], quoted: set[int]) -> Iterator[Found]:
    camps, book = reading.camps, reading.sources
    at_spot = {i for s in spots for i in range(s.first, s.last + 1)}
    tokens = list(sentence)

    def is_place(t: Word) -> bool:
        return t.i in at_spot

    def is_actor(t: Word) -> bool:
        if t.pos == "PRON":
            return t.lower in {"it", "they", "he", "she", "we", "them", "its", "who", "which"}
        return (
            t.lemma in words.FORCES
            or camps.is_name(t.text)
            or (t.pos == "PROPN" and t.text.isupper() and 2 < len(t.text) <= 5 and t.i not in at_spot)
            or (t.pos == "PROPN" and camps.of(phrase_of(t)) not in (None, THIRD))
            or (
                t.tag == "NNS"
                and t.lemma
                in {"power", "military", "element", "militant", "leader", "personnel", "people", "side", "man"}
                and any(c.dep in {"compound", "amod"} and camps.is_name(c.text) for c in t.children)
            )
        )

    used: set[int] = set()
    silent: set[int] = set()
    made: list[Found] = []
    for t in tokens:
        if t.i in silent:
            continue
        if is_clause(t):
            lemma = t.lemma
            if lemma in words.APPEAL and lemma not in {"report"} and is_appeal(t):
                silent.update(c.i for c in t.subtree if c.i != t.i)
                continue
            if is_silence(t):
                silent.update(c.i for c in t.subtree if c.i > t.i)
                continue
            if describes_speaker(t):
                continue  # it describes who speaks
            if is_condition(t) or is_purpose_of_noun(t, used):
                continue
            found = verb_claim(reading, t, is_place, is_actor, quoted)
            if found:
                for f in found:
                    made.append(f)
                    used.update(f.event.nouns)
                    if f.event.kind == "forecast" and any(c.dep == "csubj" for c in t.children):
                        silent.update(f.event.nouns)
                    if lemma in words.ACCUSE:
                        silent.update(f.event.nouns)
                    if f.event.kind in {"intent", "forecast"}:
                        silent.update(planned_below(t))
                        if (
                            f.event.kind == "intent"
                            and (purpose := subject_of(t)) is not None
                            and purpose.pos == "NOUN"
                        ):
                            silent.update(x.i for x in purpose.subtree if x.tag in {"VBG", "VB"})
                    elif is_chained(t):
                        silent.update(completed_by(t))
    gone = {i for f in made if f.event.kind == "forecast" for i in f.event.nouns if i < f.token.i}
    made = [f for f in made if f.token.i not in gone or f.event.kind == "forecast"]
    heads = {f.token.i: f.event.kind for f in made}
    for t in tokens:
        if t.i not in heads and t.i not in silent and is_toll(t):
            source, word = voice(reading, t, quoted)
            made.append(Found(t, Event("casualties", None), source, denied=False, by_word=word))
            used.add(t.i)
        if t.i in used or t.i in silent or t.pos not in {"NOUN", "PROPN"}:
            continue
        kind = noun_kind(t)
        if kind is None:
            continue
        if (nominal := noun_claim(reading, t, kind, heads, at_spot, quoted)) is not None:
            made.append(nominal)
    made.sort(key=lambda f: f.token.i)
    yield from made
    book.about(tokens)
    for t in tokens:
        if is_clause(t) and is_speech(t) and not any(f.by_word is not None and f.by_word.i == t.i for f in made):
            book.of_verb(t)
