"""Questions asked of a clause: who acts, on what, in which voice."""

from __future__ import annotations

from vedette.reports.tree import Word

__all__ = ["agent_and_patient", "conjuncts", "is_clause", "is_infinitive", "is_passive", "noun_tokens", "subject_of"]


def is_clause(token: Word) -> bool:
    """True of the head of a clause: a verb, or a copula."""
    return (token.pos == "VERB" and not (token.dep == "amod" and token.tag == "VBG")) or (
        token.pos == "AUX" and token.dep not in {"aux", "auxpass"} and any(True for _ in token.children)
    )


def is_infinitive(verb: Word) -> bool:
    """True of "to" and a verb."""
    return verb.tag == "VB" and any(c.dep == "aux" and c.lower == "to" for c in verb.children)


def is_passive(verb: Word) -> bool:
    """True if what the verb is done to is its subject, or the noun it hangs on."""
    if any(c.dep in {"nsubjpass", "auxpass"} for c in verb.children):
        return True
    if verb.tag == "VBN":
        if verb.dep == "acl":
            return not any(c.dep == "dobj" for c in verb.children)
        if verb.dep == "conj" and not any(c.dep in {"aux", "nsubj", "dobj"} for c in verb.children):
            return is_passive(verb.head) if verb.head.pos in {"VERB", "AUX"} else False
    return False


def conjuncts(token: Word) -> list[Word]:
    """A noun and those joined to it: "A, B and C"."""
    found, queue = [], [token]
    while queue:
        t = queue.pop(0)
        found.append(t)
        queue += [c for c in t.children if c.dep == "conj" and c.pos not in {"VERB", "AUX"}]
    return found


def subject_of(verb: Word, depth: int = 0) -> Word | None:
    """Who does it, or to whom it is done: the verb's own subject or the one it shares."""
    for c in verb.children:
        if c.dep in {"nsubj", "nsubjpass", "csubj"}:
            if c.tag in {"WDT", "WP"} and verb.dep == "relcl":
                return verb.head
            if c.lower == "who" and verb.dep == "relcl":
                return verb.head
            return c
    if depth > 8:
        return None
    head = verb.head
    if verb.dep == "relcl":
        return head if is_infinitive(verb) else None  # "the first town to fall"
    if verb.dep == "acl":
        return head if head.pos not in {"VERB", "AUX"} else subject_of(head, depth + 1)
    if verb.dep == "xcomp":
        for c in head.children:
            if c.dep == "dobj" and head.lemma in _RAISES_OBJECT and c.i < verb.i:
                return c
        return subject_of(head, depth + 1)
    if verb.dep in {"conj", "advcl", "ccomp", "dep", "parataxis"} and is_clause(head):
        return subject_of(head, depth + 1)
    if verb.dep == "pcomp" and head.dep == "prep":
        over = head.head
        if is_clause(over):
            for c in over.children:
                if c.dep == "dobj" and over.lemma in {
                    "accuse",
                    "blame",
                    "prevent",
                    "stop",
                    "keep",
                    "suspect",
                    "quote",
                    "cite",
                }:
                    return c
            return subject_of(over, depth + 1)
    return None


_RAISES_OBJECT = {"force", "order", "allow", "enable", "urge", "cause", "compel", "let", "help", "ask", "want", "tell"}


def agent_and_patient(verb: Word) -> tuple[Word | None, Word | None]:
    """Who acts and what is acted on, whatever the voice."""
    subject = subject_of(verb)
    if is_passive(verb):
        agent = None
        for c in verb.children:
            if c.dep == "agent" or (c.dep == "prep" and c.lower == "by"):
                agent = next((g for g in c.children if g.dep == "pobj"), None)
        return agent, subject
    patient = next((c for c in verb.children if c.dep in {"dobj", "oprd"}), None)
    if patient is None:  # "made gains west of the town", where the gains were taken for the subject of "west"
        small = (c for c in verb.children if c.dep == "ccomp" and c.pos in {"ADV", "ADP", "NOUN"})
        patient = next((n for c in small for n in c.children if n.dep == "nsubj" and n.i > verb.i), None)
    if patient is None:  # "launched what residents called an offensive"
        named = (
            c
            for c in verb.children
            if c.dep == "ccomp"
            and c.lemma in {"call", "describe", "term", "label", "say", "claim"}
            and c.left_edge.lower == "what"
        )
        patient = next(
            (
                n
                for c in named
                for n in c.subtree
                if n.i > c.i and n.dep in {"oprd", "dobj", "attr", "pobj"} and n.pos == "NOUN"
            ),
            None,
        )
    if patient is None and verb.dep == "relcl" and subject is not None and subject.i != verb.head.i:
        patient = verb.head
    if patient is not None and patient.tag in {"WDT", "WP"}:
        if verb.dep == "relcl":
            patient = verb.head
        elif verb.dep == "ccomp" and verb.head.dep == "relcl":
            patient = verb.head.head  # "Hadrut, which he says he has taken"
    return subject, patient


def noun_tokens(head: Word) -> list[Word]:
    """The words of a noun phrase without clauses that hang on it, in order."""
    found, queue = [], [head]
    while queue:
        t = queue.pop()
        found.append(t)
        queue += [
            c for c in t.children
            if c.dep not in {"relcl", "acl", "conj", "cc", "appos", "punct", "advcl", "dep", "preconj"}
            or (c.dep == "punct" and c.text in {"-", "–"})
        ]  # fmt: skip
    return sorted(found, key=lambda t: t.i)
