"""Mistakes that the parser makes often in reports of this genre, mended in its trees."""

from __future__ import annotations

from vedette.reports.tree import Run, Tree, Word
from vedette.reports.vocabulary import PARTS, VERBS

__all__ = ["mend"]

_VERBS_TAKEN_FOR_NOUNS = {
    "control", "controls", "claim", "claims", "risk", "risks", "attack", "attacks", "advance", "advances", "shell", "shells", "report",
    "reports", "retreat", "retreats", "assault", "assaults", "raid", "raids", "bomb", "bombs", "gain", "gains", "hold", "holds",
    "target", "targets", "storm", "storms", "push", "pushes", "strike", "strikes", "siege", "sieges",
}  # fmt: skip
"""Forms that are as often a verb as a noun; at the root of a sentence without a verb they are the verb."""


def mend(tree: Tree) -> None:
    """Set right roots taken for nouns and subjects taken for names of what stands before them."""
    for sentence in tree.sentences:
        root = next((w for w in sentence if w.head is w), None)
        if root is None:
            continue
        if root.pos == "NOUN" and root.lower in _VERBS_TAKEN_FOR_NOUNS:
            _make_verb(root, sentence)
        elif root.pos == "VERB":
            _free_subject(root)
        for word in sentence:
            if word.dep == "nsubj" and word.head.dep == "auxpass":  # "*all roads* into the city are closed"
                word.dep = "nsubjpass"
                _move(word, word.head.head)
            elif word.dep == "prep" and word.lower in {"about", "around", "over"} and word.head.lemma in VERBS:
                _count_with(word)


def _make_verb(root: Word, sentence: Run) -> None:
    """The verb in "the Houthis *control* most of the north", "the garrison *risks* being surrounded"."""
    if any(w.tag in {"VBD", "VBZ", "VBP", "MD"} for w in sentence):
        return
    who = [c for c in root.children if c.dep == "compound" and c.i == root.i - 1]
    after = [
        c for c in root.children if c.i > root.i and c.dep in {"appos", "dobj", "xcomp", "nmod", "npadvmod", "acl"}
    ]
    plural = root.tag == "NN" and bool(who) and (who[0].tag in {"NNS", "NNPS"} or who[0].lower.endswith("s"))
    single = root.tag == "NNS" and bool(who) and who[0].tag in {"NN", "NNP"} and not who[0].lower.endswith("s")
    if not (plural or single) or not after or root.i + 1 not in {w.i for a in after for w in a.subtree}:
        return
    subject = who[0]
    root.tag, root.pos = ("VBP" if plural else "VBZ"), "VERB"
    root.lemma = root.lower if plural else (root.lower[:-2] if root.lower == "pushes" else root.lower.removesuffix("s"))
    subject.dep = "nsubj"
    for c in [c for c in root.children if c.i < subject.i and c.dep in {"det", "amod", "compound", "nummod", "poss"}]:
        _move(c, subject)
    if after[0].dep != "xcomp":
        after[0].dep = "dobj"


def _free_subject(root: Word) -> None:
    """The subject of "in a video posted on X, *a commander* denied", taken for another name of X."""
    if any(c.dep in {"nsubj", "nsubjpass", "csubj", "expl"} for c in root.children) or root.i < 2:
        return
    for c in root.children:
        if c.dep != "prep" or c.i > root.i:
            continue
        for w in c.subtree:
            if (
                w.dep == "appos"
                and w.i < root.i
                and w.right_edge.i >= root.i - 2
                and w.left_edge.i > 0
                and w.tree[w.left_edge.i - 1].text == ","
            ):
                w.dep = "nsubj"
                _move(w, root)
                return


def _count_with(prep: Word) -> None:
    """The object of "hold *about a fifth* of the country": the preposition only rounds a number."""
    verb = prep.head
    counted = next((g for g in prep.children if g.dep == "pobj"), None)
    if counted is None or prep.i != verb.i + 1 or any(c.dep in {"dobj", "prt"} for c in verb.children):
        return
    if counted.lemma in PARTS or any(c.dep == "nummod" for c in counted.children):
        counted.dep = "dobj"
        prep.dep = "advmod"
        _move(counted, verb)


def _move(word: Word, head: Word) -> None:
    word.head.children.remove(word)
    word.head = head
    head.children.append(word)
    head.children.sort(key=lambda w: w.i)
    for w in word.tree:
        w._subtree = None  # noqa: SLF001
