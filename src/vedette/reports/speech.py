"""How somebody is said to say something: the verb, whose word it is, and what hangs on it."""

from __future__ import annotations

from vedette.reports.grammar import is_clause, is_passive, subject_of
from vedette.reports.tree import Word
from vedette.reports.vocabulary import DENY, EVENT_NOUNS, LOOSE, SPEECH

__all__ = ["cited", "governs", "is_speech", "own_adverbials", "said_that", "set_off", "speaker_of", "who_is_meant"]

_PLAIN_SPEECH = {"say", "tell", "report", "add", "announce", "state", "write", "insist", "explain", "warn", "claim", "note", "inform", "text", "tweet", "post", "recall", "recount", "retort", "concede", "admit", "confirm", "acknowledge", "complain", "argue", "reply", "boast"}  # fmt: skip
_COUNTED = {"loss", "toll", "casualty", "number", "figure", "area", "death", "dead", "count", "strength"}
_CLOSING = {"”", "''", "’’", "»", '"'}


def is_speech(verb: Word) -> bool:
    """True of a verb that reports what somebody says, where it does."""
    lemma = verb.lemma
    if lemma == "make" and any(c.lower in {"clear", "plain"} for c in verb.children):
        return any(c.dep == "ccomp" for c in verb.children)
    if lemma == "put":
        counted = {c.lemma for c in verb.children if c.dep == "dobj"}
        return bool(counted & _COUNTED) and any(c.dep == "prep" and c.lower == "at" for c in verb.children)
    if _speaks_around_quotes(verb):
        return True
    if lemma not in SPEECH:
        return False
    if lemma == "threaten":
        return any(c.dep in {"ccomp", "xcomp"} for c in verb.children)
    if lemma in LOOSE:
        return any(
            c.dep == "ccomp"
            or (
                lemma in {"show", "record", "note", "document"}
                and c.dep == "dobj"
                and c.lemma in EVENT_NOUNS
                and c.tag == "NNS"
            )
            for c in verb.children
        )
    return True


def _speaks_around_quotes(verb: Word) -> bool:
    """True of any verb that a quoted clause hangs on from before: “We held them,” an officer *texted*."""
    for c in verb.children:
        if c.dep != "ccomp" or c.i > verb.i or not is_clause(c):
            continue
        own = next((x for x in verb.children if x.dep == "nsubj" and c.i < x.i), None)
        if own is not None and any(
            t.text in _CLOSING for t in verb.tree.run(c.i + 1, min(own.left_edge.i, verb.i) - 1)
        ):
            return True
    return False


def speaker_of(verb: Word) -> Word | None:
    """The subject of a reporting verb, also where it follows: "..., insisted an aide"."""
    own = [c for c in verb.children if c.dep == "nsubj"]
    if len(own) > 1:
        return own[-1]  # what is reported was taken for a second subject
    if own and own[0].tag == "NNS" and own[0].lemma in DENY:
        name = next((c for c in own[0].children if c.dep in {"compound", "nmod", "poss"} and c.pos == "PROPN"), None)
        return name or own[0]  # "X rejects claims that", where the verb was taken for a noun
    if (
        not own
        and verb.i > 0
        and verb.nbor(-1).text in {",", "”", '"', "''", "’"}
        and verb.tag in {"VBD", "VBZ", "VBP"}
    ):
        after = next((c for c in verb.children if c.dep in {"dobj", "nsubj"} and c.left_edge.i == verb.i + 1), None)
        if after is not None and not any(c.dep in {"ccomp", "xcomp"} and c.i > verb.i for c in verb.children):
            return after
    if (
        not own
        and verb.dep == "conj"
        and verb.head.dep == "ccomp"
        and is_clause(verb.head)
        and is_speech(verb.head.head)
    ):
        return speaker_of(verb.head.head)  # "said that A had withdrawn but denied": the speaker goes on
    return subject_of(verb)


def who_is_meant(noun: Word) -> Word:
    """The person that "who" points to: not the place behind "in"."""
    if noun.dep == "pobj" and noun.head.lower in {"in", "at", "from"}:
        over = noun.head.head
        if over.pos in {"NOUN", "PROPN"}:
            return over
        if is_clause(over):
            return next((c for c in over.children if c.dep in {"dobj", "nsubj"}), noun)
    return noun


def governs(verb: Word, child: Word) -> bool:
    """True if what stands below `child` is what the speech verb reports."""
    if child.dep == "nsubj" and sum(c.dep == "nsubj" for c in verb.children) > 1:
        return child.i == min(c.i for c in verb.children if c.dep == "nsubj")
    if child.dep in {"ccomp", "xcomp", "dobj", "oprd", "parataxis", "nsubjpass", "attr"}:
        return True
    if child.dep == "prep" and child.lower in {"of", "for", "about", "in"}:
        return (
            verb.lemma in {"accuse", "blame", "speak", "boast", "complain", "warn", "inform", "tell"}
            and child.lower != "in"
        )
    if child.dep == "prep" and child.lower == "to":
        return verb.lemma in {"admit", "confess", "testify", "own", "point"}
    if child.dep == "advcl" and child.i > verb.i:
        return child.tag == "VBG" and (
            is_speech(child) or any(c.dep == "ccomp" and c.i < verb.i for c in verb.children)
        )
    return child.dep in {"nsubj", "csubj"} and is_passive(verb)


def cited(verb: Word, subject: Word) -> Word | None:
    """Whom a speaker relays: "state television, *citing a military source*, said"."""
    for c in (*verb.children, *subject.children):
        if c.dep in {"advcl", "acl"} and c.tag == "VBG" and c.lemma in {"cite", "quote"}:
            return next((g for g in c.children if g.dep == "dobj"), None)
    return None


def said_that(clause: Word) -> bool:
    """True of a clause that "that" opens."""
    return any(m.lower == "that" and m.dep == "mark" for m in clause.children)


def set_off(clause: Word) -> Word | None:
    """A reporting verb beside a clause that it reports, with no clause of its own: "..., residents said, and ..."."""
    for v in clause.children:
        if v.i < clause.i:
            if _between_commas(v):
                return v
            continue
        if v.dep not in {"parataxis", "conj", "ccomp", "dep", "advcl"} or not is_clause(v):
            continue
        if v.lemma not in _PLAIN_SPEECH or is_passive(v):
            continue
        if any(c.dep in {"ccomp", "xcomp", "cc", "mark"} for c in v.children) or v.tag not in {"VBD", "VBZ", "VBP"}:
            continue
        speaker = speaker_of(v)
        if speaker is None or speaker.head.i != v.i or abs(speaker.i - v.i) > 12:
            continue
        tells = v.lemma in {"tell", "inform"}
        if not tells and any(c.dep == "dobj" and c.i != speaker.i for c in v.children):
            continue
        if any(c.dep == "cc" and clause.i < c.i < v.i for c in clause.children) and v.dep == "conj":
            continue
        return v
    return None


def _between_commas(v: Word) -> bool:
    """True of "The flanks, *she wrote*, had been pushed back"."""
    if v.dep != "parataxis" or not is_clause(v) or v.lemma not in SPEECH or v.tag not in {"VBD", "VBZ", "VBP"}:
        return False
    own = [c.i for c in v.subtree if not c.is_punct]
    left, right = min(own), max(own)
    tree = v.tree
    return (
        left > 0
        and tree[left - 1].text in {",", "—", "–"}
        and right + 1 < len(tree)
        and tree[right + 1].text in {",", "—", "–"}
    )


def own_adverbials(token: Word) -> list[Word]:
    """What hangs on a word that may name a source: "according to ...", "per ..."."""
    return [c for c in token.children if c.dep in {"prep", "advcl", "pcomp"} and c.lower in {"according", "per"}]
