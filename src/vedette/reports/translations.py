"""The same wire copy in another language: found by what a translator leaves as it is.

Figures and names come through a translation in the order of the original. Each text is
reduced to the run of its anchors: numbers, and the consonants of proper names in Latin
letters, so that Shusha, Şuşa and Шушу are one. Two runs that follow each other closely
are one story; another story about the same event has the same names in another order,
and other figures. Scripts without capitals (Arabic, Hebrew, Chinese) give numbers only
and need more of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from anyascii import anyascii

__all__ = ["Anchors", "anchors_of", "translations_among"]

_FEWEST = 7
"""Anchors that a story must have: fewer are shared by chance."""
_FEWEST_NUMBERS = 2
"""Figures in common; names alone tell the event, not the story."""
_FOLLOWS = 0.6
"""Of the shorter run's anchors, at about the same place of the other. On the tests' made-up stories translations have
0.75 and more, other stories of the same event 0.42 and less."""
_STRAYS = 0.15
"""Of the longer run: how far an anchor may stand from its place, since verbs and objects change places in a sentence."""
_FIGURES = 0.7
"""Of the figures of the text with fewer, in the other; a different count of the same event has its own."""
_SHARED = 4
"""Anchors in common before two texts are compared at all."""
_CODE = 3
"""Consonants kept of a name: endings of cases come after them."""

_TOKEN = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3}(?!\d))*(?:[.,]\d+)?|[^\W\d_]+(?:[-‑][^\W\d_]+)*")
_ENDS = re.compile(r"[.!?…:;\"“”«»„\n(]\s*$")
_DIGRAPHS = (
    (re.compile(r"tsch|tch|dzh|sch|sh|ch|zh|dj|ts|tz|dz|c(?=[ei])|[szjxc](?=h)|[szjx]"), "S"),
    (re.compile(r"kh|gh|ck|[kqghc]"), "K"),
    (re.compile(r"th|[td]"), "T"),
    (re.compile(r"ph|[pbfvw]"), "P"),
    (re.compile(r"l"), "L"), (re.compile(r"r"), "R"), (re.compile(r"m"), "M"), (re.compile(r"n"), "N"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Anchors:
    """The run of a text's anchors: `#12` for a figure, consonants for a name; `cased` if its script has capitals."""

    run: tuple[str, ...]
    cased: bool

    @property
    def figures(self) -> tuple[str, ...]:
        """Figures only, in order."""
        return tuple(a for a in self.run if a[0] == "#")


def anchors_of(text: str) -> Anchors:
    """The anchors of a text, in order; a name repeated at once counts once."""
    run: list[str] = []
    letters = sum(c.isalpha() for c in text)
    cased = sum(c.isupper() or c.islower() for c in text) > letters / 2
    for hit in _TOKEN.finditer(text):
        word = hit.group()
        if word[0].isdigit():
            run.append("#" + _figure(word))
            continue
        if (
            not cased
            or not word[0].isupper()
            or _ENDS.search(text[max(hit.start() - 3, 0) : hit.start()])
            or hit.start() == 0
        ):
            continue
        code = _consonants(word)
        if len(code) >= 2 and (not run or run[-1] != code):
            run.append(code)
    return Anchors(tuple(run), cased)


def _figure(word: str) -> str:
    whole = re.sub(r"[.,\u00a0\u202f ](?=\d{3}(?!\d))", "", word).replace(",", ".")
    return str(int(whole)) if whole.isdigit() else whole


def _consonants(word: str) -> str:
    text = anyascii(word).lower()
    for pattern, sound in _DIGRAPHS:
        text = pattern.sub(sound, text)
    sounds = re.sub(r"[^SKTPLRMN]", "", text)
    return re.sub(r"(.)\1+", r"\1", sounds)[:_CODE]


def translations_among(
    anchors: Sequence[Anchors], eligible: Sequence[bool]
) -> list[tuple[int, int, float, tuple[tuple[str, str], ...]]]:
    """Pairs that tell one story: (first, second, share of anchors that follow each other, figures that differ).

    Only pairs with at least one text that is `eligible` are compared.
    """
    holders: dict[str, list[int]] = defaultdict(list)
    for n, a in enumerate(anchors):
        if len(a.run) >= _FEWEST:
            for anchor in set(a.run):
                holders[anchor].append(n)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for found in holders.values():
        for i, m in enumerate(found):
            for n in found[i + 1 :]:
                if eligible[m] or eligible[n]:
                    shared[m, n] += 1
    pairs = []
    for (m, n), count in sorted(shared.items()):
        if count >= _SHARED and (verdict := _one_story(anchors[m], anchors[n])) is not None:
            pairs.append((m, n, *verdict))
    return pairs


def _one_story(a: Anchors, b: Anchors) -> tuple[float, tuple[tuple[str, str], ...]] | None:
    if not (a.cased and b.cased):
        a, b = Anchors(a.figures, cased=False), Anchors(b.figures, cased=False)
        if min(len(a.run), len(b.run)) < _FEWEST - 1:
            return None
    short, long = sorted((len(a.run), len(b.run)))
    if short < _FEWEST - 1 or long > 3 * short:
        return None
    follows = _following(a.run, b.run)
    ours, theirs = set(a.figures), set(b.figures)
    common = ours & theirs
    if len(common) < _FEWEST_NUMBERS or follows < _FOLLOWS:
        return None
    if len(common) < _FIGURES * min(len(ours), len(theirs)):
        return None
    match = SequenceMatcher(None, a.run, b.run, autojunk=False)
    changed = tuple(
        (a.run[i][1:], b.run[j][1:])
        for tag, i, i2, j, j2 in match.get_opcodes()
        if tag == "replace" and i2 - i == j2 - j == 1 and a.run[i][0] == b.run[j][0] == "#"
    )
    return round(follows, 3), changed


def _following(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    """The share of the shorter run whose anchors stand at about the same place of the longer one, each used once."""
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    scale, reach = len(long) / len(short), max(3, round(_STRAYS * len(long)))
    where: dict[str, list[int]] = defaultdict(list)
    for j, anchor in enumerate(long):
        where[anchor].append(j)
    met = 0
    for i, anchor in enumerate(short):
        near = [j for j in where[anchor] if abs(j - i * scale) <= reach]
        if near:
            where[anchor].remove(min(near, key=lambda j: abs(j - i * scale)))
            met += 1
    return met / len(short)
