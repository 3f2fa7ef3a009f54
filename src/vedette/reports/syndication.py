"""The same story at two publishers: found among many by MinHash, then settled word by word.

First stage: shingles of two words, MinHash and bands low enough that texts sharing 30 %
of their 3-grams meet (Broder 1997; datasketch). Second stage: each sentence of the
shorter text finds its best match in the longer; a copy repeats most of them, in order,
while another story about the same event shares names and numbers but not sentences.
Reports fall into the same mould day after day ("repelled three attacks near ..."), so
sentences that put other names in the place of each other's are not the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from rapidfuzz import fuzz, process

from vedette.reports.report import Report
from vedette.reports.translations import anchors_of, translations_among

__all__ = ["Copy", "copies_among"]

_PERMUTATIONS = 128
_BANDS = (64, 2)
"""64 bands of 2 rows: a pair with Jaccard 0.15 meets with probability 0.77, one with 0.25 with 0.98."""
_ALIKE = 62.0
"""Of 100 (token-sort ratio): two sentences that say the same in about the same words."""
_SHARE = 0.5
"""Of the shorter story's words, in sentences that the longer one has too."""
_BRIEF = 80
"""Words; in a story shorter than this a sentence or two decide, and those of another story fall into the same mould."""
_ONE_SENTENCE = 25
"""Words; a story shorter than this is one sentence, and one word put for another can make it another event."""
_SEVERAL = 3
"""Sentences; in so many, other events of one mould differ somewhere."""
_RETOLD = 0.7
"""Of the words with content that either of two whole stories has, those that both have."""
_SAME_WORDS = 0.65
"""Of the words with content that either of two sentences of brief stories has, those that both have."""
_DAYS = 21
"""A copy appears within so many days; the same words a season later are a template."""
_TRANSLATED_DAYS = 7
"""A translation of wire copy follows within so many."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"\w+", re.UNICODE)
_NUMBER_WORDS = {
    w: str(n)
    for n, w in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
}


@dataclass(frozen=True, slots=True)
class Copy:
    """`copy` tells the story of `original` (positions in the list given); `share` of its words are in sentences of it.

    `changed` are the numbers that differ in sentences that are otherwise the same:
    (in the original, in the copy).
    """

    original: int
    copy: int
    share: float
    changed: tuple[tuple[str, str], ...] = ()


def copies_among(reports: Sequence[Report]) -> list[Copy]:
    """Which reports are copies, rewrites or re-runs of an earlier one; each copy names one origin.

    The origin of a group is the report published first; without dates, the first given.
    Texts of different languages are compared by their figures and names (`translations`).
    """
    from datasketch import MinHash, MinHashLSH

    sketches = []
    index = MinHashLSH(num_perm=_PERMUTATIONS, params=_BANDS)
    for n, report in enumerate(reports):
        sketch = MinHash(num_perm=_PERMUTATIONS, seed=1)
        found = _WORD.findall(report.text.casefold())
        grams = {f"{a} {b}".encode() for a, b in pairwise(found)}
        if grams:
            sketch.update_batch(list(grams))
        sketches.append(sketch)
        if grams:
            index.insert(n, sketch, check_duplication=False)
    order = sorted(range(len(reports)), key=lambda n: (reports[n].available_on or date.max, n))
    rank = {n: r for r, n in enumerate(order)}
    sentences = [_sentences(r.text) for r in reports]
    origin: dict[int, int] = {}
    found_copies: dict[int, Copy] = {}
    for n in order:
        if not sentences[n]:
            continue
        for other in sorted((m for m in index.query(sketches[n]) if rank[m] < rank[n]), key=lambda m: rank[m]):
            if not _close(reports[other], reports[n]):
                continue
            verdict = _same_story(sentences[other], sentences[n])
            if verdict is not None:
                origin[n] = origin.get(other, other)
                share, changed = verdict
                if origin[n] != other and (direct := _same_story(sentences[origin[n]], sentences[n])):
                    share, changed = direct
                found_copies[n] = Copy(origin[n], n, round(share, 3), changed)
                break
    _add_translations(reports, rank, found_copies)
    return [found_copies[n] for n in sorted(found_copies)]


def _add_translations(reports: Sequence[Report], rank: dict[int, int], found: dict[int, Copy]) -> None:
    """Link each translation, and whatever was a copy of it, to the text published first."""
    foreign = [r.language not in {"en", ""} for r in reports]
    if not any(foreign):
        return
    pairs = translations_among([anchors_of(r.text) for r in reports], foreign)
    for a, b, share, differing in sorted(
        pairs, key=lambda p: (max(rank[p[0]], rank[p[1]]), min(rank[p[0]], rank[p[1]]))
    ):
        changed = differing
        first, second = (a, b) if rank[a] < rank[b] else (b, a)
        if not _close(reports[first], reports[second], _TRANSLATED_DAYS):
            continue
        first = found[first].original if first in found else first
        if second in found:
            second, changed = found[second].original, ()
        if first == second:
            continue
        if rank[second] < rank[first]:
            first, second, changed = second, first, ()
        found[second] = Copy(first, second, share, changed if first == a else tuple((y, x) for x, y in changed))
        for n, copy in list(found.items()):
            if copy.original == second:
                found[n] = replace(copy, original=first)


def _close(a: Report, b: Report, days: int = _DAYS) -> bool:
    if a.available_on is None or b.available_on is None:
        return True
    return abs((a.available_on - b.available_on).days) <= days


def _sentences(text: str) -> list[str]:
    parts = re.split(r"(?<=[.!?])[\"”’)]*\s+|\n+", text)
    return [" ".join(p.split()) for p in parts if len(p.split()) >= 5]


def _masked(sentence: str) -> str:
    words = (_NUMBER_WORDS.get(w, w) for w in _WORD.findall(sentence.casefold()))
    return " ".join("#" if _NUMBER.fullmatch(w) else w for w in words)


def _numbers(sentence: str) -> list[str]:
    words = " ".join(_NUMBER_WORDS.get(w.casefold(), w) for w in sentence.split())
    return [n.replace(",", "").rstrip(".") for n in _NUMBER.findall(words)]


def _same_story(first: list[str], second: list[str]) -> tuple[float, tuple[tuple[str, str], ...]] | None:
    """Share of words in common sentences and changed numbers, if two texts tell one story; else None."""
    if not first or not second:
        return None
    lengths = [sum(len(s.split()) for s in side) for side in (first, second)]
    short, long = (first, second) if lengths[0] <= lengths[1] else (second, first)
    apart = 0 if min(lengths) < _ONE_SENTENCE else 3
    brief = min(lengths) < _BRIEF and not _retold(first, second)
    masked = [_masked(s) for s in long]
    words = matched = 0
    changed: list[tuple[str, str]] = []
    places: list[int] = []
    for sentence in short:
        size = len(sentence.split())
        words += size
        hit = process.extractOne(_masked(sentence), masked, scorer=_likeness, score_cutoff=_ALIKE)
        if hit is None or not _says_the_same(sentence, long[hit[2]], brief=brief, apart=apart):
            continue
        matched += size
        places.append(hit[2])
        ours, theirs = _numbers(sentence), _numbers(long[hit[2]])
        if hit[1] >= 75 and len(ours) == len(theirs):
            pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b]
            changed += [(b, a) for a, b in pairs] if short is second else pairs
    share = matched / max(words, 1)
    if share < _SHARE or (matched < 15 and share < 0.9):
        return None
    return share, tuple(changed)


def _retold(first: list[str], second: list[str]) -> bool:
    """True of two brief stories of several sentences that have nearly all words of content in common, in whatever order."""
    if min(len(first), len(second)) < _SEVERAL:
        return False
    ours, theirs = _content(" ".join(first)), _content(" ".join(second))
    return len(ours & theirs) >= _RETOLD * len(ours | theirs)


def _likeness(a: str, b: str, **_: object) -> float:
    """How alike two sentences are, of 100: in the same words in order, or with clauses turned round or dropped."""
    tokens = fuzz.token_sort_ratio(a, b)
    left, right = set(a.split()), set(b.split())
    shared = len(left & right) / max(min(len(left), len(right)), 1)
    return float(max(tokens, 100 * shared - 22 if min(len(left), len(right)) >= 6 else 0))


def _says_the_same(a: str, b: str, *, brief: bool, apart: int) -> bool:
    """False of two sentences of one mould that speak of other places or days, or, in brief stories, do other things.

    `apart` is how many words of content each may have in the place of the other's.
    """
    ours, theirs = _named(a), _named(b)
    if _swapped(ours, theirs) > (0 if brief else len(ours & theirs)):
        return False
    if not brief:
        return True
    left, right = _content(a), _content(b)
    return _swapped(left, right) <= apart and len(left & right) >= _SAME_WORDS * len(left | right)


def _swapped(a: set[str], b: set[str]) -> int:
    return min(len(a - b), len(b - a))


def _named(sentence: str) -> set[str]:
    """Words with a capital, the first left out."""
    return {w.casefold() for w in _WORD.findall(sentence)[1:] if w[0].isupper()}


def _content(sentence: str) -> set[str]:
    """Words that carry what is said, cut to five letters so that inflections meet."""
    return {w[:5] for w in _masked(sentence).split() if w not in _EMPTY}


_EMPTY = frozenset(
    re.findall(
        r"\w+",
        "a an the and or but of in on at by for from to with as after when while that which who it its their they he she "
        "his her was were is are be been being had has have said say says according told added reported some at least "
        "more than not no also",
    )
)
