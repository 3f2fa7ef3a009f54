"""The reader that comes with the package: rules over sentence trees, offline, the same answer every time.

Clauses are found by the parser; what each claims is decided by `events`, who claims it by
`sources`, where by `locations`, when by `dates`. Every statement carries the offsets of
its words in the text that was read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from vedette.reports import vocabulary as words
from vedette.reports.dates import When, days_in
from vedette.reports.events import Event, event_of, negated, noun_kind
from vedette.reports.grammar import is_clause, is_infinitive, is_passive, noun_tokens, subject_of
from vedette.reports.locations import PlaceBook, Spot
from vedette.reports.measures import certainty_of, is_partial, quantity_of
from vedette.reports.parser import LONGEST, parse
from vedette.reports.sources import Source, SourceBook, is_speech
from vedette.reports.statement import Mention, Statement
from vedette.reports.tree import Run, Tree, Word
from vedette.reports.world import BOTH, OUTLET, THIRD, UNSPECIFIED, Camps, camps_of

__all__ = ["paragraphs", "read_text", "read_texts"]

_IF = {"if", "unless", "once", "provided", "should"}
_GAP = re.compile(r"\n[ \t\r]*\n+|\n(?=[ \t]*(?:[-*•–·]|\d+[.)])\s)|(?<=[.!?:”\"’])[ \t]*\n")
_WHITE = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u3000]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SKIPPED = re.compile(
    r"^\s*(?:read (?:more|also)|see also|related|also read|watch|video|photo|image|listen)\b[: ]", re.IGNORECASE
)


Test = Callable[["Word"], bool]
"""A question asked of a word."""


@dataclass
class _Found:
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
class _Reading:
    """What has been read of one text so far."""

    camps: Camps
    sources: SourceBook
    places: PlaceBook
    published: date | None
    earlier_spots: list[Spot] = field(default_factory=list)
    earlier_nouns: dict[int, str] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)


def paragraphs(text: str) -> list[tuple[int, str]]:
    """The paragraphs of a text with their offsets; line ends inside one are spaces, so lengths stay."""
    found, at = [], 0
    for gap in [*_GAP.finditer(text), None]:
        end = gap.start() if gap else len(text)
        part = text[at:end]
        left = len(part) - len(part.lstrip())
        stripped = part.strip()
        start, plain = at + left, _UNSEEN.sub(" ", _WHITE.sub(" ", stripped))
        while len(plain) > LONGEST:
            cut = plain.rfind(". ", 0, LONGEST) + 1 or plain.rfind(" ", 0, LONGEST) or LONGEST
            found.append((start, plain[:cut].replace("; ", ". ")))
            start, plain = start + cut, plain[cut:]
        if plain.strip():
            found.append((start, plain.replace("; ", ". ")))
        if gap:
            at = gap.end()
    return found


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
        outlet_side = (camps.of(outlet) or THIRD) if outlet else THIRD
        reading = _Reading(camps, SourceBook(camps, outlet_side), PlaceBook(camps, gazetteer), published)
        reading.places.learn(docs)
        for (offset, _), doc in zip(pieces, docs, strict=True):
            _read_paragraph(reading, doc, offset, text)
        yield tuple(sorted(reading.statements, key=lambda s: (s.start, s.end)))


def _read_paragraph(reading: _Reading, doc: Tree, offset: int, text: str) -> None:
    spots = reading.places.spots(doc, reading.earlier_spots)
    whens = days_in(doc.text, reading.published)
    quoted = _quoted(doc)
    for sentence in doc.sentences:
        found = list(_claims_of(reading, sentence, spots, quoted))
        heads = {f.token.i for f in found}
        for f in found:
            f.first, f.last = _span(f, heads)
            if f.back and not _resolve_denial(reading, f):
                continue
            statement = _statement(reading, f, spots, whens, sentence, offset, text)
            if statement is not None:
                reading.statements.append(statement)
    reading.earlier_spots.extend(s for s in spots if s.named)


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


def _claims_of(reading: _Reading, sentence: Run, spots: list[Spot], quoted: set[int]) -> Iterator[_Found]:
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
            or (t.pos == "PROPN" and camps.of(_phrase(t)) not in (None, THIRD))
        )

    used: set[int] = set()
    silent: set[int] = set()
    made: list[_Found] = []
    for t in tokens:
        if t.i in silent:
            continue
        if is_clause(t):
            lemma = t.lemma
            if lemma in words.APPEAL and lemma not in {"report"} and _is_appeal(t):
                silent.update(c.i for c in t.subtree if c.i != t.i)
                continue
            if _is_silence(t):
                silent.update(c.i for c in t.subtree if c.i > t.i)
                continue
            if _describes_speaker(t):
                continue  # it describes who speaks
            if _conditional(t) or _purpose_of_noun(t, used):
                continue
            found = _verb_claim(reading, t, is_place, is_actor, quoted)
            if found:
                for f in found:
                    made.append(f)
                    used.update(f.event.nouns)
                    if f.event.kind == "forecast" and any(c.dep == "csubj" for c in t.children):
                        silent.update(f.event.nouns)
                    if lemma in words.ACCUSE:
                        silent.update(f.event.nouns)
                    if f.event.kind in {"intent", "forecast"}:
                        silent.update(_below(t))
                        if (
                            f.event.kind == "intent"
                            and (purpose := subject_of(t)) is not None
                            and purpose.pos == "NOUN"
                        ):
                            silent.update(x.i for x in purpose.subtree if x.tag in {"VBG", "VB"})
                    elif _chained(t):
                        silent.update(_chain(t))
    gone = {i for f in made if f.event.kind == "forecast" for i in f.event.nouns if i < f.token.i}
    made = [f for f in made if f.token.i not in gone or f.event.kind == "forecast"]
    heads = {f.token.i for f in made}
    for t in tokens:
        if t.i not in heads and t.i not in silent and _is_toll(t):
            source, word = _voice(reading, t, quoted)
            made.append(_Found(t, Event("casualties", None), source, denied=False, by_word=word))
            used.add(t.i)
        if t.i in used or t.i in silent or t.pos not in {"NOUN", "PROPN"}:
            continue
        kind = noun_kind(t)
        if kind is None:
            continue
        if (nominal := _noun_claim(reading, t, kind, heads, at_spot, quoted)) is not None:
            made.append(nominal)
    made.sort(key=lambda f: f.token.i)
    yield from made
    book.about(tokens)
    for t in tokens:
        if is_clause(t) and is_speech(t) and not any(f.by_word is not None and f.by_word.i == t.i for f in made):
            book.of_verb(t)


_WOULD = {"would", "will", "could", "may", "might"}
_TOLL = {"killed", "wounded", "injured", "dead", "missing", "hurt"}


def _is_toll(t: Word) -> bool:
    """A number before "killed", "wounded": before the word, and no verb that claims it."""
    if t.lower not in _TOLL or t.i == 0:
        return False
    before = t.tree[t.i - 1]
    if before.lower in {"were", "was"} and t.i > 1:
        before = t.tree[t.i - 2]
    return before.like_num or any(c.dep == "nummod" for c in t.children)


def _is_appeal(verb: Word) -> bool:
    if verb.lemma == "call":
        return any(c.dep == "prep" and c.lower in {"on", "for", "upon"} for c in verb.children)
    return True


def _describes_speaker(verb: Word) -> bool:
    """True of "a soldier *fighting* near the city said", "fighters *backed* by tanks pushed"."""
    if (
        verb.dep == "acl"
        and verb.tag == "VBN"
        and verb.lemma in {"back", "support", "aid", "lead", "ally", "arm", "align"}
        and verb.head.dep in {"nsubj", "nsubjpass", "pobj", "conj"}
    ):
        return True
    if verb.dep != "acl" or verb.tag != "VBG" or verb.head.dep != "nsubj":
        return False
    over = verb.head.head
    return is_clause(over) and is_speech(over) and over.lemma not in words.INTENT


def _is_silence(verb: Word) -> bool:
    """True of "has yet to comment", "did not say", "declined to comment"."""
    lemma = verb.lemma
    if lemma in {"decline", "refuse"} and any(
        c.lemma in {"comment", "say", "confirm", "answer", "respond"} for c in verb.children
    ):
        return True
    if lemma == "have" and any(c.lower == "yet" for c in verb.children):
        return any(c.lemma in {"comment", "respond", "confirm", "report", "say", "react"} for c in verb.children)
    return lemma in {"say", "comment", "specify", "elaborate", "respond", "provide", "mention", "name"} and negated(
        verb
    )


def _conditional(verb: Word) -> bool:
    node = verb
    for _ in range(6):
        if node.dep == "advcl" and any(c.dep in {"mark", "advmod"} and c.lower in _IF for c in node.children):
            return True
        if node.dep not in {"conj", "xcomp", "ccomp", "acomp", "pcomp", "prep"} or node.head.i == node.i:
            return False
        node = node.head
    return False


def _below(verb: Word) -> set[int]:
    """What a plan or prediction is about: verbs without a subject of their own and nouns, but no finite clause."""
    found: set[int] = set()
    queue = [c for c in verb.children if c.dep not in {"conj", "nsubj"} or (c.dep == "conj" and not is_clause(c))]
    while queue:
        c = queue.pop()
        modal = any(x.dep == "aux" and x.tag == "MD" for x in c.children)
        finite = is_clause(c) and (
            any(x.dep in {"nsubj", "nsubjpass"} for x in c.children) and (modal or c.tag not in {"VB", "VBG"})
        )
        after_comma = c.left_edge.i > 0 and c.tree[c.left_edge.i - 1].text == ","
        if (is_clause(c) and is_speech(c)) or (c.dep == "advcl" and c.tag == "VBG" and after_comma):
            continue
        if finite or c.dep in {"relcl"} or (c.dep == "advcl" and (modal or c.tag not in {"VB", "VBG"})):
            continue
        found.add(c.i)
        queue += list(c.children)
    return found


def _purpose_of_noun(verb: Word, used: set[int]) -> bool:
    """True of "an offensive *to recover* part of": the noun's claim has it already."""
    return (
        verb.dep in {"acl", "relcl"}
        and is_infinitive(verb)
        and (verb.head.i in used or verb.head.lemma in words.ATTACK_NOUNS | words.INTENT_NOUNS)
        and not _singles_out(verb.head)
    )


def _singles_out(noun: Word) -> bool:
    """True of "the *latest town* to fall", "the *first* to enter": what follows did happen."""
    return noun.lemma in {"first", "last", "latest", "second", "third"} or any(
        c.tag == "JJS" or c.lower in {"first", "last", "latest", "second", "third", "only", "fourth", "fifth", "next"}
        for c in noun.children
    )


def _is_purpose(verb: Word) -> bool:
    """True of an infinitive that says what something is done for: "sent troops *to retake* the town"."""
    if not is_infinitive(verb) or verb.dep not in {"advcl", "acl", "relcl"}:
        return False
    if verb.dep == "advcl":
        return verb.head.lemma != "be" and not any(c.lower == "only" for c in verb.children)
    return not _singles_out(verb.head)


def _chain(verb: Word) -> set[int]:
    """Verbs that only complete another: "managed to *retake*"."""
    found: set[int] = set()
    queue = [verb]
    while queue:
        v = queue.pop()
        for c in v.children:
            if (c.dep in {"xcomp", "oprd"} or (c.dep == "acomp")) and c.i not in found:
                found.add(c.i)
                queue.append(c)
                joined = [
                    x
                    for x in c.children
                    if x.dep == "conj"
                    and x.pos == "VERB"
                    and x.tag in {"VB", "VBG"}
                    and not any(y.dep in {"nsubj", "nsubjpass"} for y in x.children)
                ]
                queue += joined
                found.update(x.i for x in joined if verb.lemma in words.ATTEMPT | {"manage", "begin", "start"})
            elif c.dep == "prep" and c.lower in {"of", "in", "from", "on", "to", "at", "for"}:
                queue.append(c)
            elif c.dep == "pcomp" and v.dep == "prep":
                found.add(c.i)
                queue.append(c)
            elif c.dep == "ccomp" and v.lemma in {"force", "allow", "enable", "help", "let", "want", "cause"}:
                found.add(c.i)
    return found


def _chained(verb: Word) -> bool:
    return any(
        c.dep in {"xcomp", "acomp", "oprd"} for c in verb.children
    ) or verb.lemma in words.BEGIN | words.PREVENT | words.ATTEMPT | {"force", "allow", "enable"}


def _verb_claim(reading: _Reading, verb: Word, is_place: Test, is_actor: Test, quoted: set[int]) -> list[_Found]:
    book: SourceBook = reading.sources
    lemma = verb.lemma
    source, word = _voice(reading, verb, quoted)
    if _truth_of(verb) is not None and any(c.dep == "ccomp" for c in verb.children):
        return []  # what follows "it is not true that" is denied itself
    denied = (word is not None and _denies(word)) != (verb.dep == "ccomp" and _truth_of(verb.head) is False)
    if lemma in words.DENY and is_speech(verb):
        return _denial(reading, verb)
    if _calls_false(verb):
        return [
            _Found(
                verb,
                Event("other", None, None, denied=True),
                _denier(reading, verb, source),
                denied=False,
                by_word=verb,
                whole=True,
                back=True,
            )
        ]
    if lemma in words.ACCUSE:
        return _accusation(reading, verb, is_place, is_actor)
    if is_speech(verb) and not (lemma in words.INTENT and any(c.dep in {"xcomp"} for c in verb.children)):
        kind = words.VERBS.get(lemma)
        telling = not (lemma == "claim" and kind) or any(c.dep in {"ccomp", "xcomp"} for c in verb.children)
        said_to = is_passive(verb) and (
            any(c.dep in {"xcomp", "oprd"} and is_clause(c) for c in verb.children)
            or (lemma == "report" and (told := subject_of(verb)) is not None and noun_kind(told) is not None)
        )
        if telling and not said_to:
            return []
    event = event_of(verb, is_place, is_actor)
    gerund = next((c for c in verb.children if c.dep == "csubj" and c.tag == "VBG"), None)
    if gerund is not None and any(c.dep == "aux" and c.lower in _WOULD for c in verb.children):
        opening = event_of(gerund, is_place, is_actor)
        if opening is not None:
            event = Event("forecast", None, opening.patient, nouns=tuple(t.i for t in gerund.subtree))
    if event is None:
        event = _weak(verb, is_place, is_actor)
    if event is None:
        return []
    if event.kind not in {"intent", "forecast", "other", "casualties", "support"} and _is_purpose(verb):
        event = replace(event, kind="intent", denied=False)
    if (
        verb.dep == "ccomp"
        and is_infinitive(verb)
        and verb.head.lemma in {"expect", "predict", "foresee", "anticipate"}
    ):
        event = replace(event, kind="forecast", certainty="likely")
    troops = (who := subject_of(verb)) is not None and who.lemma in words.FORCES
    if lemma == "claim" and event.kind in {"capture", "control"} and source.name == OUTLET:
        source, word = book.of_verb(verb), verb
    if is_speech(verb) and lemma in words.INTENT and not (lemma == "threaten" and troops):
        source, word = book.of_verb(verb), verb
    if is_speech(verb) and is_passive(verb) and word is None and lemma not in {"expect", "know", "see"}:
        source, word = book.of_verb(verb), verb
    if (
        event.kind == "forecast"
        and event.actor is not None
        and (source.side not in {THIRD, BOTH} or event.actor.lower == "we")
    ):
        actor = event.actor
        own = actor.lower in {"it", "they", "we", "he"} or reading.camps.of(_phrase(actor)) == source.side
        if own and event.certainty == "asserted" and words.VERBS.get(lemma) != "lose":
            event = replace(event, kind="intent")
    if event.kind == "intent" and lemma == "threaten" and source.name == OUTLET:
        event = replace(event, kind="forecast", certainty="possible")
    condition = (
        _condition_of(verb)
        if event.kind in {"forecast", "intent"}
        or any(c.dep == "aux" and c.lower in {"would", "will", "could"} for c in verb.children)
        else ""
    )
    hedge = "possible" if source.name == UNSPECIFIED and word is not None else ""
    made = [_Found(verb, event, source, denied, hedge=hedge, by_word=word, condition=condition)]
    if (
        verb.dep in {"ccomp", "acl"}
        and any(c.lower in {"contrary", "counter"} for c in [*verb.head.children, verb.head.head, verb.head.head.head])
        and source.name != OUTLET
    ):
        made.append(_Found(verb, event, Source(OUTLET, reading.sources.outlet_side), denied=True))
    return made


def _voice(reading: _Reading, token: Word, quoted: set[int]) -> tuple[Source, Word | None]:
    source, word = reading.sources.over(token)
    if source.name == OUTLET and word is None:
        if token.i in quoted and (last := reading.sources.last()) is not None:
            return last, None
        if reading.sources.outlet_side != THIRD:
            return replace(source, side=reading.sources.outlet_side), None
    return source, word


def _denies(word: Word) -> bool:
    if any(c.dep == "nsubj" and c.tag == "NNS" and c.lemma in words.DENY for c in word.children):
        return True
    return word.lemma in words.DENY or (word.pos == "NOUN" and word.head.lemma in words.DENY)


def _condition_of(verb: Word) -> str:
    for c in verb.children:
        if c.dep == "advcl" and any(m.dep in {"mark", "advmod"} and m.lower in _IF for m in c.children):
            return _text(c.subtree)
    if verb.head.i != verb.i and verb.dep in {"conj", "ccomp", "xcomp"} and is_clause(verb.head):
        return _condition_of(verb.head)
    subject = subject_of(verb)
    if (
        subject is not None
        and subject.dep == "csubj"
        and any(c.dep == "aux" and c.lower in _WOULD for c in verb.children)
    ):
        return _text(subject.subtree)
    if (
        subject is not None
        and noun_kind(subject)
        and any(c.dep == "aux" and c.lower in {"would", "will", "could"} for c in verb.children)
    ):
        return _phrase(subject)
    return ""


def _text(tokens: Iterable[Word]) -> str:
    run = sorted(tokens, key=lambda t: t.i)
    while run and (run[-1].is_punct or run[-1].is_space):
        run.pop()
    return run[0].tree.run(run[0].i, run[-1].i).text if run else ""


def _phrase(noun: Word) -> str:
    return _text(noun_tokens(noun))


def _weak(verb: Word, is_place: Test, is_actor: Test) -> Event | None:
    """A clause about the war whose verb nothing knows: `other`, or a forecast if it speaks of what will be."""
    subject = subject_of(verb)
    if subject is None or verb.dep in {"xcomp", "acl", "amod", "csubj", "pcomp"}:
        return None
    aux = {c.lower for c in verb.children if c.dep == "aux"}
    about = [t for t in verb.subtree if t.pos in {"NOUN", "PROPN"}]
    military = any(t.lemma in words.MILITARY for t in about) or is_actor(subject) or is_place(subject)
    if not military:
        return None
    if aux & {"will", "would", "wo", "'ll", "’ll"} or (aux & {"could", "may", "might"} and "have" not in aux):
        return Event(
            "forecast",
            subject,
            certainty="possible" if aux & {"could", "may", "might"} else "asserted",
            denied=negated(verb),
        )
    if verb.lemma in words.BEGIN | {"want", "need", "know", "see", "name", "operate"}:
        return None
    core = {subject.lemma} | {c.lemma for c in verb.children if c.dep in {"dobj", "attr", "nsubj", "nsubjpass"}}
    if verb.dep in {"ROOT", "conj", "ccomp"} and core & (
        words.ATTACK_NOUNS
        | words.EQUIPMENT
        | {
            "troop",
            "fighter",
            "soldier",
            "civilian",
            "situation",
            "front",
            "frontline",
            "war",
            "law",
            "battlefield",
            "defence",
            "defense",
            "infrastructure",
            "offensive",
            "morale",
        }
    ):
        return Event("other", subject, denied=negated(verb))
    return None


_FALSE = {"lie", "fabrication", "fantasy", "disinformation", "misinformation", "propaganda", "nonsense", "falsehood", "hoax", "fiction", "false", "fake", "untrue", "baseless", "fabricated", "groundless", "unfounded"}  # fmt: skip


def _truth_of(verb: Word) -> bool | None:
    """True of "it is true that", False of "it is not true that", "it is untrue that"; None of anything else."""
    if verb.lemma != "be":
        return None
    what = {c.lower for c in verb.children if c.dep in {"acomp", "attr"}}
    if what & _FALSE:
        return negated(verb)
    return not negated(verb) if what & {"true", "correct", "case"} else None


def _calls_false(verb: Word) -> bool:
    """True of "called this a lie", "the report is false", "that is not true": a denial that points back."""
    lemma = verb.lemma
    if lemma in {"call", "describe", "label", "brand"}:
        meant = [c for c in verb.children if c.dep in {"dobj", "nsubj", "nsubjpass"} and c.i != verb.i]
        pointing = any(
            c.lower in {"this", "that", "it", "them", "these"} or c.lemma in words.CLAIM_NOUNS for c in meant
        ) or any(
            c.dep == "ccomp"
            and any(x.lower in {"this", "that", "it"} or x.lemma in words.CLAIM_NOUNS for x in c.children)
            for c in verb.children
        )
        return pointing and any(t.lemma in _FALSE or t.lower in _FALSE for t in verb.subtree if t.i > verb.i)
    if lemma in {"be", "remain"}:
        subject = subject_of(verb)
        if subject is None or not (subject.lower in {"this", "that", "it"} or subject.lemma in words.CLAIM_NOUNS):
            return False
        what = {c.lemma for c in verb.children if c.dep in {"acomp", "attr"}} | {
            c.lower for c in verb.children if c.dep in {"acomp", "attr"}
        }
        return (bool(what & _FALSE) and not negated(verb)) or ("true" in what and negated(verb))
    return False


def _denier(reading: _Reading, verb: Word, source: Source) -> Source:
    if verb.lemma in {"be", "remain"}:
        return source
    return reading.sources.of_verb(verb)


def _accusation(reading: _Reading, verb: Word, is_place: Test, is_actor: Test) -> list[_Found]:
    source = reading.sources.of_verb(verb)
    target = next((c for c in verb.children if c.dep == ("nsubjpass" if is_passive(verb) else "dobj")), None)
    inner = next(
        (
            g
            for c in (*verb.children, *(target.children if target is not None else ()))
            if c.dep == "prep" and c.lower in {"of", "for"}
            for g in c.children
            if g.dep in {"pcomp", "pobj"}
        ),
        None,
    )
    event = None
    if inner is not None and is_clause(inner):
        event = event_of(inner, is_place, is_actor)
        if event is not None and event.actor is None:
            event = replace(event, actor=target)
    elif inner is not None and verb.lemma != "blame" and (kind := noun_kind(inner)):
        event = Event(kind, target, inner, nouns=(inner.i,), denied=kind == "ceasefire")
    if event is None:
        military = target is not None and is_actor(target)
        if not military and source.side != BOTH:
            return []
        event = Event("other", target)
    if source.name == OUTLET:
        subject = subject_of(verb)
        if subject is not None and subject.pos != "PRON":
            source = Source(_phrase(subject), reading.sources.side_of(_phrase(subject)))
    chain = (inner.i,) if inner is not None else ()
    event = replace(event, nouns=event.nouns + chain)
    found = _Found(verb, event, source, denied=False, by_word=verb, whole=True)
    return [found]


def _denial(reading: _Reading, verb: Word) -> list[_Found]:
    """A denial that points back ("denied this", "dismissed those reports") takes kind and places from what it denies."""
    thing: Word | None = None
    for c in verb.children:
        if c.dep == "ccomp" and is_clause(c) and c.i > verb.i:
            true = c.lemma == "be" and any(x.lemma in {"case", "true", "so"} for x in c.children)
            if not true:
                return []
            thing = c
    source = reading.sources.of_verb(verb)
    thing = thing or next((c for c in verb.children if c.dep in {"dobj"}), None)
    if thing is None and is_passive(verb):
        thing = subject_of(verb)
    if thing is None:
        if any(c.dep == "xcomp" for c in verb.children):
            return []
    else:
        below = list(thing.subtree)
        if any(noun_kind(t) and noun_kind(t) != "other" for t in below):
            return []
        if any(is_clause(t) and t.dep in {"acl", "ccomp"} for t in below) and thing.lemma in words.CLAIM_NOUNS:
            return []
        if not (
            thing.pos == "PRON"
            or thing.tag in {"WDT", "DT"}
            or thing.lemma in words.CLAIM_NOUNS | words.ACCUSE
            or is_clause(thing)
        ):
            return []
    many = thing is not None and thing.tag == "NNS" and thing.lemma in words.CLAIM_NOUNS
    denial = _Found(
        verb, Event("other", None, None, denied=True), source, denied=False, by_word=verb, whole=True, back=True
    )
    return [denial, replace(denial, nth=1)] if many else [denial]


def _resolve_denial(reading: _Reading, f: _Found) -> bool:
    """Find what a denial denies: the latest statement of somebody else, or, in the plural, its claimant's last two."""
    pending = [s for s in reading.statements[-14:] if s.polarity == "asserted"]
    targets = [s for s in reversed(pending) if s.claimant != f.source.name]
    if f.nth and (len(targets) <= f.nth or targets[0].claimant != targets[f.nth].claimant):
        return False
    if targets:
        f.copied = targets[f.nth]
        f.event = replace(f.event, kind=f.copied.kind)
    return True


_TELLING = {
    "capture",
    "withdrawal",
    "assault",
    "strike",
    "casualties",
    "advance",
    "encirclement",
    "ceasefire",
    "control",
    "fire_control",
}


def _noun_claim(
    reading: _Reading, noun: Word, kind: str, heads: set[int], at_spot: set[int], quoted: set[int]
) -> _Found | None:
    """An event told as a noun, where it stands for a proposition of its own."""
    under = (
        noun.dep == "pobj"
        and noun.head.lower == "under"
        and kind in {"strike", "encirclement", "fire_control", "control"}
        and noun.head.head.i not in heads
    )
    if under:
        source, word = _voice(reading, noun, quoted)
        return _Found(noun, Event(kind, None, noun.head.head), source, denied=False, by_word=word)
    if kind not in _TELLING or (noun.dep in {"compound", "nmod", "conj"} and noun.head.i in heads):
        return None
    lemma = noun.lemma
    complement = [
        g for c in noun.children if c.dep == "prep" and c.lower in {"of", "on", "at", "in", "near", "from", "against", "to", "into", "over", "by", "around"}
        for p in c.children if p.dep == "pobj" for g in [p]
    ]  # fmt: skip
    place_given = any(t.i in at_spot for g in complement for t in g.subtree)
    owned = any(c.dep in {"poss", "amod", "compound"} and reading.camps.is_name(c.text) for c in noun.children)
    counted = any(c.dep == "nummod" for c in noun.children) or any(
        d.dep == "nummod" for g in complement for d in g.children
    )
    source, word = _voice(reading, noun, quoted)
    none = any(c.dep == "det" and c.lower == "no" for c in noun.children)
    if word is not None and is_clause(word) and negated(word) and not none:
        return None
    reported = (
        word is not None
        and noun.dep in {"dobj", "pobj", "conj", "nsubjpass"}
        and (word.i == noun.head.i or word.i == noun.head.head.i)
    )
    head = noun.head
    while head.dep in {"prep", "pobj", "conj", "pcomp"} and head.i != head.head.i and not is_clause(head):
        head = head.head
    if (
        kind == "strike"
        and lemma in {"missile", "rocket", "shell", "bomb", "explosion", "blast"}
        and not (reported and place_given)
    ):
        return None
    if kind == "control" and not (reported and place_given):
        return None
    if kind == "casualties":
        if not reported and (
            lemma not in {"death", "killing", "loss", "casualty", "fatality"}
            or not (counted or (complement and place_given))
        ):
            return None
    elif not reported and not (
        place_given
        and (
            lemma
            in {
                "capture",
                "seizure",
                "recapture",
                "fall",
                "takeover",
                "loss",
                "siege",
                "withdrawal",
                "retreat",
                "encirclement",
                "liberation",
                "bombardment",
                "shelling",
                "assault",
                "attack",
                "strike",
                "airstrike",
                "offensive",
                "raid",
            }
        )
    ):
        return None
    if not reported and not (owned or place_given or counted):
        return None
    if head.i in heads and noun.dep in {"nsubj", "dobj", "nsubjpass"} and not reported:
        return None
    actor = None
    for c in noun.children:
        if c.dep in {"poss", "amod", "compound"} and reading.camps.is_name(c.text):
            actor = c
        if c.dep == "prep" and c.lower == "by":
            actor = next((g for g in c.children if g.dep == "pobj"), actor)
    denied = none or _violated(noun) or (word is not None and _denies(word))
    if word is not None and word.lemma in {"warn", "threaten", "fear"}:
        kind = "forecast"
    hedge = "possible" if source.name == UNSPECIFIED and word is not None else ""
    return _Found(
        noun,
        Event(kind, actor, complement[0] if complement else None, partial=kind == "advance"),
        source,
        denied,
        hedge=hedge,
        by_word=word,
    )


def _violated(noun: Word) -> bool:
    """True of a "violation of the truce": a truce that does not hold."""
    return noun.lemma in {"violation", "breach", "infringement"}


def _span(f: _Found, heads: set[int]) -> tuple[int, int]:
    """The first and last token of a statement: its subtree, less what other statements and adverbials claim."""
    t = f.token
    if not is_clause(t):
        tokens = {
            c.i
            for c in t.subtree
            if not any(a.dep in {"relcl", "advcl"} or (a.i in heads and a.dep in {"conj", "appos"}) for a in _up(c, t))
        }
        if t.dep == "pobj" and t.head.lower == "under" and t.head.head.pos in {"NOUN", "PROPN", "ADP"}:
            tokens |= {c.i for c in t.head.subtree} | {
                c.i
                for n in [t.head.head, *t.head.head.children]
                if n.pos in {"NOUN", "PROPN"}
                for c in n.subtree
                if c.i < t.i
            }
        return _run(t, tokens)
    drop: set[int] = set()
    subject = next((c for c in t.children if c.dep in {"nsubj", "nsubjpass", "expl", "csubj"}), None)
    for c in t.children:
        whole = {x.i for x in c.subtree}
        before_subject = c.i < (subject.i if subject is not None else t.i)
        comma = c.left_edge.i > 0 and t.tree[c.left_edge.i - 1].text in {",", "–", "—", ";", "("}
        if f.whole and c.dep in {"prep", "ccomp", "dobj", "pcomp", "xcomp", "nsubj"}:
            continue
        if (
            (c.dep in {"conj"} and is_clause(c))
            or c.dep in {"parataxis", "mark", "intj"}
            or (c.dep == "cc")
            or (c.dep == "advcl" and (c.i in heads or comma or c.i < t.i or any(x in heads for x in whole)))
            or (c.dep == "advmod" and c.lower in {"when", "where", "while", "then", "meanwhile"} and before_subject)
            or (c.dep == "prep" and c.i > t.i and any(x.dep == "pcomp" and is_speech(x) for x in c.children))
            or (
                c.dep in {"prep", "advmod", "npadvmod"}
                and before_subject
                and (
                    t.tree[min(c.right_edge.i + 1, len(t.tree) - 1)].text == "," or c.lower in {"however", "meanwhile"}
                )
            )
        ):
            drop |= whole
        elif (
            c.dep == "prep"
            and c.i > t.i
            and (
                c.lower in {"with", "amid", "according", "despite", "after", "following", "as", "including"}
                and (comma or any(x in heads for x in whole))
            )
        ):
            if c.lower != "including":
                drop |= whole
        elif (c.dep == "ccomp" and is_speech(t) is False and c.i < t.i and any(x in heads for x in whole)) or (
            c.dep == "dep" and comma
        ):
            drop |= whole
    for x in t.subtree:
        if (
            x.dep == "appos"
            and x.head.dep in {"dobj", "pobj", "conj"}
            and x.head.i > t.i
            and _comma_before(x)
            and len(list(x.subtree)) > 4
        ):
            drop |= {y.i for y in x.subtree}
        if (x.i != t.i and x.dep == "relcl" and (x.i in heads or _comma_before(x))) or (
            x.i != t.i and x.i in heads and x.dep in {"advcl", "conj", "ccomp"} and not f.whole and is_clause(x)
        ):
            drop |= {y.i for y in x.subtree}
    tokens = {x.i for x in t.subtree} - drop
    if t.dep == "relcl" and not f.back:
        tokens |= {x.i for x in noun_tokens(t.head)} | set(range(t.head.i, t.i))
    elif t.dep == "acl":
        tokens |= {x.i for x in noun_tokens(t.head)}
    elif t.dep == "ccomp" and t.head.lemma in {"seem", "appear"} and any(c.lower == "it" for c in t.head.children):
        tokens |= set(range(t.head.left_edge.i, t.left_edge.i + 1))
    if t.dep == "pcomp" and t.head.dep == "prep" and t.head.head.pos in {"NOUN"}:
        tokens |= {x.i for x in noun_tokens(t.head.head)} | {t.head.i}
    return _run(t, tokens)


def _comma_before(x: Word) -> bool:
    edge = x.left_edge.i
    return edge > 0 and x.tree[edge - 1].text in {",", "–", "—", ";"}


def _up(token: Word, head: Word) -> list[Word]:
    path = []
    while token.i != head.i and token.head.i != token.i:
        path.append(token)
        token = token.head
    return path


def _run(t: Word, tokens: set[int]) -> tuple[int, int]:
    """The unbroken run around `t`; gaps of punctuation and up to three dropped words inside are bridged."""
    doc = t.tree
    first = last = t.i
    while True:
        gap = next((g for g in range(1, 5) if first - g in tokens), None)
        if gap is None:
            break
        if gap > 1 and not all(
            doc[first - k].is_punct or doc[first - k].pos in {"ADV", "AUX", "CCONJ", "PART"} for k in range(1, gap)
        ):
            break
        first -= gap
    while True:
        gap = next((g for g in range(1, 5) if last + g in tokens), None)
        if gap is None:
            break
        if gap > 1 and not all(
            doc[last + k].is_punct or doc[last + k].pos in {"ADV", "AUX", "PART"} for k in range(1, gap)
        ):
            break
        last += gap
    opening = {"(", "“", '"', "[", "‘"}
    while first < last and (
        (doc[first].is_punct and doc[first].text not in opening)
        or doc[first].is_space
        or (doc[first].dep in {"mark", "cc"} and doc[first].head.i == t.i)
    ):
        first += 1
    while last > first and doc[last].dep == "cc":
        last -= 1
    while last > first and ((doc[last].is_punct and doc[last].text not in {")", "”", "%", '"'}) or doc[last].is_space):
        last -= 1
    return first, last


def _statement(
    reading: _Reading, f: _Found, spots: list[Spot], whens: list[When], sentence: Run, offset: int, text: str
) -> Statement | None:
    doc = f.token.tree
    start, end = doc[f.first].idx, doc[f.last].idx + len(doc[f.last])
    span = text[offset + start : offset + end]
    if not span.strip():
        return None
    words_of_span = doc.run(f.first, f.last).text
    event = f.event
    mentions: list[Mention] = []
    if f.copied is not None:
        mentions = list(f.copied.places)
    else:
        inside = set(range(f.first, f.last + 1))
        if (
            event.patient is not None
            and event.patient.i not in inside
            and sentence.start <= event.patient.i < sentence.end
        ):
            inside |= {t.i for t in noun_tokens(event.patient)}
        if is_clause(f.token):
            for c in f.token.children:
                if c.dep == "prep" and c.i < f.first:
                    inside |= {t.i for t in c.subtree if not any(a.dep in {"relcl", "acl", "pcomp"} for a in _up(t, c))}
            inside |= _leading(f.token, f.first)
        for s in spots:
            if s.head in inside and not any(
                m.name == s.mention.name and m.relation == s.mention.relation for m in mentions
            ):
                mentions.append(s.mention)
    when = _when(whens, start, end, sentence)
    number, modifier, unit = quantity_of(words_of_span)
    hedge = certainty_of(words_of_span)
    if f.token.dep == "ccomp" and f.token.head.lemma in {"seem", "appear"}:
        hedge = "likely"
    certainty = event.certainty if event.certainty != "asserted" else (f.hedge or hedge)
    if f.copied is not None:
        certainty = "asserted"
    polarity = "denied" if event.denied != f.denied else "asserted"
    partial = event.kind == "advance" or event.partial or (f.copied.degree == "partial" if f.copied else False)
    if not partial and event.kind in {"capture", "control", "withdrawal", "repulse", "assault"}:
        partial = is_partial(_measured(f)) and event.kind != "assault"
    elif not partial and event.kind in {"encirclement", "ceasefire", "route_cut", "route_open"}:
        partial = bool(
            re.search(
                r"(?i)\b(?:almost|nearly|largely|mostly|partially|partly|all but|virtually|barely|practically|"
                r"(?:to|for) civilians)\b",
                words_of_span,
            )
        )
    elif not partial and event.kind in {"forecast", "intent", "strike"}:
        partial = bool(
            re.search(
                r"(?i)\b(?:parts? of|part of|outskirts|almost|marginal|partial|limited|at least part)\b", words_of_span
            )
        )
    actor, actor_side = _actor(reading, f)
    source = f.source
    return Statement(
        span=span,
        start=offset + start,
        end=offset + end,
        claimant=source.name,
        claimant_side=source.side,
        kind=event.kind,
        actor=actor,
        actor_side=actor_side,
        places=tuple(mentions),
        polarity=polarity,
        degree="partial" if partial else "full",
        certainty=certainty,
        time=when.text if when else "",
        about_from=when.first.isoformat() if when and when.first else "",
        about_to=when.last.isoformat() if when and when.last else "",
        quantity=number,
        quantity_mod=modifier,
        unit=unit,
        condition=f.condition,
        relayed_by=source.middleman,
    )


def _leading(token: Word, first: int) -> set[int]:
    """The words of "In X, ..." at the head of the sentence, where the parser hung it on the verb of saying."""
    found: set[int] = set()
    node = token
    for _ in range(4):
        if node.head.i == node.i:
            break
        node = node.head
        for c in node.children:
            if (
                c.dep == "prep"
                and c.left_edge.opens_sentence
                and c.lower in {"in", "at", "near", "around"}
                and c.i < first
            ):
                found |= {t.i for t in c.subtree if not any(a.dep in {"relcl", "acl", "pcomp"} for a in _up(t, c))}
    return found


def _measured(f: _Found) -> str:
    """The words that say how much: adverbs of the verb, and the noun it is done to with its modifiers and "of"."""
    kept = {t.i for t in f.token.children if t.dep in {"advmod", "amod", "det", "nummod"}}
    kept.add(f.token.i)
    if f.token.i > 1 and f.token.tree.run(f.token.i - 2, f.token.i - 1).text.lower() == "all but":
        kept |= {f.token.i - 2, f.token.i - 1}
    nouns = [f.event.patient] if f.event.patient is not None else []
    nouns += [c for c in f.token.children if c.dep in {"nsubjpass", "dobj", "attr"}]
    if f.event.kind == "control":
        nouns += [c for c in f.token.children if c.dep == "nsubj"]
    for noun in nouns:
        for t in noun_tokens(noun):
            if all(a.dep != "prep" or a.lower == "of" for a in _up(t, noun)):
                kept.add(t.i)
    if not is_clause(f.token):
        kept |= {t.i for t in noun_tokens(f.token)}
    return " ".join(f.token.tree[i].text for i in sorted(kept))


def _when(whens: list[When], start: int, end: int, sentence: Run) -> When | None:
    inside = [w for w in whens if start <= w.start < end]
    if inside:
        return next((w for w in inside if w.first), inside[0])
    near = [w for w in whens if sentence.start_char <= w.start < sentence.end_char and w.first]
    return min(near, key=lambda w: abs(w.start - start)) if near else None


def _actor(reading: _Reading, f: _Found) -> tuple[str, str]:
    event, source, camps = f.event, f.source, reading.camps
    if f.copied is not None:
        return f.copied.actor, f.copied.actor_side
    actor = event.actor
    if actor is None:
        return "", ""
    phrase = _phrase(actor)
    side = camps.of(phrase) or ""
    if actor.pos == "PRON" and source.name not in {OUTLET, UNSPECIFIED} and actor.lower in {"it", "we", "they", "he"}:
        phrase, side = source.name, source.side
    if actor.pos == "NOUN" and not side and any(c.lower in {"its", "our", "their"} for c in actor.children):
        side = source.side
    if side == THIRD and not camps.names:
        side = ""
    if event.lost_by:
        others = [c for c in camps.names if c != side]
        return (others[0], others[0]) if side and len(camps.names) == 2 else ("", "")
    return phrase, side
