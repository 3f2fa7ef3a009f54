"""What a clause claims in its place: whose word it is, denied or not, under which condition."""

from __future__ import annotations

from dataclasses import replace

from vedette.reports import vocabulary as words
from vedette.reports.denials import accusation, calls_false, denial, denier, denies, truth_of
from vedette.reports.event import Event, negated, noun_kind
from vedette.reports.events import event_of
from vedette.reports.found import Found, Reading, Test, phrase_of, text_of, voice
from vedette.reports.grammar import is_clause, is_infinitive, is_passive, subject_of
from vedette.reports.sources import Source, SourceBook
from vedette.reports.speech import is_speech
from vedette.reports.tree import Word
from vedette.reports.unclaimed import CONDITIONAL, is_purpose
from vedette.reports.world import BOTH, OUTLET, THIRD, UNSPECIFIED

__all__ = ["verb_claim"]


_STATES = {"dead", "missing", "wounded", "killed", "injured"}
_WOULD = {"would", "will", "could", "may", "might"}


def verb_claim(reading: Reading, verb: Word, is_place: Test, is_actor: Test, quoted: set[int]) -> list[Found]:
    """The claims of one clause: none, one, or one by its speaker and its denial by the outlet."""
    book: SourceBook = reading.sources
    lemma = verb.lemma
    source, word = voice(reading, verb, quoted)
    if truth_of(verb) is not None and any(c.dep == "ccomp" for c in verb.children):
        return []  # what follows "it is not true that" is denied itself
    if (
        verb.dep == "pcomp"
        and verb.head.dep == "agent"
        and verb.tag == "VBG"
        and not any(c.dep == "dobj" for c in verb.children)
    ):
        return []  # "damaged by shelling"
    denied = (word is not None and denies(word)) != (verb.dep == "ccomp" and truth_of(verb.head) is False)
    if lemma in words.DENY and is_speech(verb):
        return denial(reading, verb)
    if calls_false(verb):
        false = Found(
            verb, Event("other", None, None, denied=True), denier(reading, verb, source),
            denied=False, by_word=verb, whole=True, back=True,
        )  # fmt: skip
        many = any(
            t.tag == "NNS" and t.lemma in words.CLAIM_NOUNS
            for t in verb.subtree
            if t.head.i in {verb.i, verb.head.i} or t.head.head.i == verb.i
        )
        return [false, replace(false, nth=1)] if many else [false]
    if lemma in words.ACCUSE:
        return accusation(reading, verb, is_place, is_actor)
    if is_speech(verb) and not (lemma in words.INTENT and any(c.dep in {"xcomp"} for c in verb.children)):
        kind = words.VERBS.get(lemma)
        inverted = verb.i + 1 < len(verb.tree) and any(
            c.dep in {"dobj", "nsubj"} and c.i > verb.i and is_actor(c) for c in verb.children
        )
        telling = not (lemma == "claim" and kind) or inverted or any(c.dep in {"ccomp", "xcomp"} for c in verb.children)
        said_to = is_passive(verb) and (
            any(c.dep in {"xcomp", "oprd"} and (is_clause(c) or c.lower in _STATES) for c in verb.children)
            or (lemma == "report" and (told := subject_of(verb)) is not None and noun_kind(told) is not None)
        )
        if telling and not said_to and lemma != "put":
            return []
        if lemma == "put":
            source, word = book.of_verb(verb), verb
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
    if event.kind not in {"intent", "forecast", "other", "casualties", "support"} and is_purpose(verb):
        event = replace(event, kind="intent", denied=False)
    if (
        verb.dep == "pcomp"
        and verb.head.lower in {"of", "at"}
        and verb.head.head.lemma in words.INTENT_NOUNS | {"hope", "purpose", "ambition"}
    ):
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
        own = (
            actor.lower in {"it", "they", "we", "he"}
            or any(c.dep == "poss" and c.lower in {"its", "his", "their", "our", "her"} for c in actor.children)
            or reading.camps.of(phrase_of(actor)) == source.side
        )
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
    made = [Found(verb, event, source, denied, hedge=hedge, by_word=word, condition=condition)]
    if (
        verb.dep in {"ccomp", "acl"}
        and any(c.lower in {"contrary", "counter"} for c in [*verb.head.children, verb.head.head, verb.head.head.head])
        and source.name != OUTLET
    ):
        made.append(Found(verb, event, Source(OUTLET, reading.sources.outlet_side), denied=True))
    return made


def _condition_of(verb: Word) -> str:
    for c in verb.children:
        if c.dep == "advcl" and any(m.dep in {"mark", "advmod"} and m.lower in CONDITIONAL for m in c.children):
            return text_of(c.subtree)
    if verb.head.i != verb.i and verb.dep in {"conj", "ccomp", "xcomp"} and is_clause(verb.head):
        return _condition_of(verb.head)
    subject = subject_of(verb)
    if (
        subject is not None
        and subject.dep == "csubj"
        and any(c.dep == "aux" and c.lower in _WOULD for c in verb.children)
    ):
        return text_of(subject.subtree)
    if (
        subject is not None
        and noun_kind(subject)
        and any(c.dep == "aux" and c.lower in {"would", "will", "could"} for c in verb.children)
    ):
        return phrase_of(subject)
    return ""


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
