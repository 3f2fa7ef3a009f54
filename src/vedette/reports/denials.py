"""Denials, and accusations: what they deny or charge, and who does."""

from __future__ import annotations

from dataclasses import replace

from vedette.reports import vocabulary as words
from vedette.reports.event import Event, negated, noun_kind, of_which
from vedette.reports.events import event_of
from vedette.reports.found import Found, Reading, Test, phrase_of, text_of
from vedette.reports.grammar import is_clause, is_passive, subject_of
from vedette.reports.sources import Source
from vedette.reports.tree import Word
from vedette.reports.world import BOTH, OUTLET, THIRD

__all__ = ["accusation", "calls_false", "denial", "denier", "denies", "resolve_denial", "truth_of"]


def denies(word: Word) -> bool:
    """True of a word that denies what it governs: to deny, to reject the claim that."""
    if any(c.dep == "nsubj" and c.tag == "NNS" and c.lemma in words.DENY for c in word.children):
        return True
    return word.lemma in words.DENY or (word.pos == "NOUN" and word.head.lemma in words.DENY)


_FALSE = {"lie", "fabrication", "fantasy", "disinformation", "misinformation", "propaganda", "nonsense", "falsehood", "hoax", "fiction", "false", "fake", "untrue", "baseless", "fabricated", "groundless", "unfounded"}  # fmt: skip


_HAPPENS = {"happen", "occur", "correspond", "match", "reflect", "hold"}


def truth_of(verb: Word) -> bool | None:
    """True of "it is true that", False of "it is not true that", "it is untrue that"; None of anything else."""
    if verb.lemma != "be":
        return None
    what = {c.lower for c in verb.children if c.dep in {"acomp", "attr"}}
    if what & _FALSE:
        return negated(verb)
    return not negated(verb) if what & {"true", "correct", "case"} else None


def calls_false(verb: Word) -> bool:
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
    if (
        lemma == "have"
        and any(c.lower == "nothing" for c in verb.children)
        and any(t.lemma in {"reality", "truth"} for t in verb.subtree)
    ):
        return True
    if lemma in _HAPPENS:
        subject = subject_of(verb)
        if subject is None:
            return False
        nothing = subject.lower == "nothing" and any(g.lemma in {"kind", "sort"} for g in of_which(subject))
        return nothing or (
            negated(verb)
            and (subject.lower in {"this", "that", "it"} or subject.lemma in words.CLAIM_NOUNS)
            and not any(c.dep in {"ccomp", "xcomp"} for c in verb.children)
        )
    if lemma in {"be", "remain"}:
        subject = subject_of(verb)
        if subject is None or not (subject.lower in {"this", "that", "it"} or subject.lemma in words.CLAIM_NOUNS):
            return False
        what = {c.lemma for c in verb.children if c.dep in {"acomp", "attr"}} | {
            c.lower for c in verb.children if c.dep in {"acomp", "attr"}
        }
        return (bool(what & _FALSE) and not negated(verb)) or ("true" in what and negated(verb))
    return False


def denier(reading: Reading, verb: Word, source: Source) -> Source:
    """Who denies: the speaker of "called this a lie", whoever says "this is false"."""
    if verb.lemma in {"be", "remain", "have"} | _HAPPENS:
        return source
    return reading.sources.of_verb(verb)


def accusation(reading: Reading, verb: Word, is_place: Test, is_actor: Test) -> list[Found]:
    """What somebody is accused of, as the accuser's claim."""
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
            source = Source(phrase_of(subject), reading.sources.side_of(phrase_of(subject)))
    chain = (inner.i,) if inner is not None else ()
    event = replace(event, nouns=event.nouns + chain)
    found = Found(verb, event, source, denied=False, by_word=verb, whole=True)
    return [found]


def denial(reading: Reading, verb: Word) -> list[Found]:
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
    denial = Found(
        verb, Event("other", None, None, denied=True), source, denied=False, by_word=verb, whole=True, back=True
    )
    return [denial, replace(denial, nth=1)] if many else [denial]


def resolve_denial(reading: Reading, f: Found) -> bool:
    """Find what a denial denies: the latest statement of somebody else, or, in the plural, its claimant's last two."""
    pending = [s for s in reading.statements[-14:] if s.polarity == "asserted"]
    targets = [s for s in reversed(pending) if s.claimant != f.source.name]
    told_by = next(
        (
            camp
            for t in f.token.children
            if t.dep in {"dobj", "ccomp"} and (camp := reading.camps.of(text_of(t.subtree))) not in (None, THIRD)
        ),
        None,
    )
    if (
        told_by is not None
        and told_by != f.source.side
        and (theirs := [s for s in targets if s.claimant_side == told_by])
    ):
        targets = theirs
    if f.nth and (len(targets) <= f.nth or targets[0].claimant != targets[f.nth].claimant):
        return False
    if targets:
        f.copied = targets[f.nth]
        f.event = replace(f.event, kind=f.copied.kind)
    return True
