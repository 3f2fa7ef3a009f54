"""Clauses that claim nothing of their own: appeals, silence, conditions, purposes, parts of another verb."""

from __future__ import annotations

from vedette.reports import vocabulary as words
from vedette.reports.event import negated
from vedette.reports.grammar import is_clause, is_infinitive
from vedette.reports.speech import is_speech
from vedette.reports.tree import Word

__all__ = [
    "CONDITIONAL",
    "completed_by",
    "describes_speaker",
    "is_appeal",
    "is_chained",
    "is_condition",
    "is_purpose",
    "is_purpose_of_noun",
    "is_silence",
    "planned_below",
]


CONDITIONAL = {"if", "unless", "once", "provided", "should"}


def is_appeal(verb: Word) -> bool:
    """True of "called on both sides to": not of "called it"."""
    if verb.lemma == "call":
        return any(c.dep == "prep" and c.lower in {"on", "for", "upon"} for c in verb.children)
    return True


def describes_speaker(verb: Word) -> bool:
    """True of "a soldier *fighting* near the city said", "fighters *backed* by tanks pushed"."""
    if (
        verb.dep == "acl"
        and verb.tag == "VBN"
        and verb.lemma
        in {
            "back",
            "support",
            "aid",
            "lead",
            "ally",
            "arm",
            "align",
            "bolster",
            "assist",
            "accompany",
            "affiliate",
            "equip",
        }
        and verb.head.dep in {"nsubj", "nsubjpass", "pobj", "conj"}
    ):
        return True
    if verb.dep != "acl" or verb.tag != "VBG" or verb.head.dep != "nsubj":
        return False
    over = verb.head.head
    return is_clause(over) and is_speech(over) and over.lemma not in words.INTENT


def is_silence(verb: Word) -> bool:
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


def is_condition(verb: Word) -> bool:
    """True of a clause behind "if", "unless", "once"."""
    node = verb
    for _ in range(6):
        if node.dep == "advcl" and any(c.dep in {"mark", "advmod"} and c.lower in CONDITIONAL for c in node.children):
            return True
        if node.dep not in {"conj", "xcomp", "ccomp", "acomp", "pcomp", "prep"} or node.head.i == node.i:
            return False
        node = node.head
    return False


def planned_below(verb: Word) -> set[int]:
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


def is_purpose_of_noun(verb: Word, used: set[int]) -> bool:
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


def is_purpose(verb: Word) -> bool:
    """True of an infinitive that says what something is done for: "sent troops *to retake* the town"."""
    if not is_infinitive(verb) or verb.dep not in {"advcl", "acl", "relcl"}:
        return False
    if verb.dep == "advcl":
        return verb.head.lemma != "be" and not any(c.lower == "only" for c in verb.children)
    return not _singles_out(verb.head)


def completed_by(verb: Word) -> set[int]:
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


def is_chained(verb: Word) -> bool:
    """True of a verb that others only complete."""
    return any(
        c.dep in {"xcomp", "acomp", "oprd"} for c in verb.children
    ) or verb.lemma in words.BEGIN | words.PREVENT | words.ATTEMPT | {"force", "allow", "enable"}
