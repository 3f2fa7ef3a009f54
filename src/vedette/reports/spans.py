"""The words that a claim rests on."""

from __future__ import annotations

from vedette.reports.found import Found, path_up
from vedette.reports.grammar import is_clause, noun_tokens
from vedette.reports.speech import is_speech
from vedette.reports.tree import Word

__all__ = ["span_of"]


def span_of(f: Found, heads: set[int]) -> tuple[int, int]:
    """The first and last token of a statement: its subtree, less what other statements and adverbials claim."""
    t = f.token
    if not is_clause(t):
        tokens = {
            c.i
            for c in t.subtree
            if not any(
                a.dep in {"relcl", "advcl"} or (a.i in heads and a.dep in {"conj", "appos"}) for a in path_up(c, t)
            )
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
