"""A parsed paragraph in plain objects: its words, what each hangs on, its sentences.

The parser's own objects look every string up anew; the rules ask some thousand questions
a sentence, and plain attributes answer them five times faster.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import overload

__all__ = ["Run", "Tree", "Word"]


class Word:
    """One word of a tree.

    `dep` is its relation to `head` in the CLEAR style (Choi and Palmer 2012), `tag` its Penn
    tag, `pos` its universal part of speech, `lemma` its base form in lower case, `i` its
    position in the tree, `idx` that of its first character in the text.
    """

    __slots__ = (
        "_subtree", "before_space", "children", "dep", "head", "i", "idx", "is_alpha", "is_punct", "is_space", "lemma",
        "like_num", "lower", "pos", "sent", "tag", "text", "tree",
    )  # fmt: skip

    text: str
    lower: str
    lemma: str
    pos: str
    tag: str
    dep: str
    i: int
    idx: int
    before_space: bool
    is_punct: bool
    is_space: bool
    is_alpha: bool
    like_num: bool
    head: Word
    """The word itself at the root of a sentence."""
    children: list[Word]
    """In the order of the text."""
    tree: Tree
    sent: Run
    _subtree: tuple[Word, ...] | None

    @property
    def subtree(self) -> tuple[Word, ...]:
        """The word and all that hangs on it, left to right along the branches."""
        if self._subtree is None:
            if not self.children:
                self._subtree = (self,)
            else:
                found: list[Word] = []
                own = False
                for c in self.children:
                    if not own and c.i > self.i:
                        found.append(self)
                        own = True
                    found += c.subtree
                if not own:
                    found.append(self)
                self._subtree = tuple(found)
        return self._subtree

    @property
    def left_edge(self) -> Word:
        """The first word of the subtree."""
        return min(self.subtree, key=_position) if self.children else self

    @property
    def right_edge(self) -> Word:
        """The last word of the subtree."""
        return max(self.subtree, key=_position) if self.children else self

    @property
    def opens_sentence(self) -> bool:
        """True of the first word of a sentence."""
        return self.i == self.sent.start

    def nbor(self, step: int = 1) -> Word:
        """The word `step` positions on; negative steps go back."""
        if not 0 <= self.i + step < len(self.tree):
            raise IndexError(f"no word stands {step} from {self.text!r}")
        return self.tree[self.i + step]

    def __len__(self) -> int:
        return len(self.text)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Word({self.text!r}, {self.dep})"


def _position(word: Word) -> int:
    return word.i


class Run:
    """Neighbouring words `start` to `end` (not included) of a tree: a sentence, a phrase."""

    __slots__ = ("end", "start", "tree")

    def __init__(self, tree: Tree, start: int, end: int) -> None:
        self.tree, self.start, self.end = tree, start, end

    @property
    def start_char(self) -> int:
        """Where its first word begins in the text."""
        return self.tree[self.start].idx

    @property
    def end_char(self) -> int:
        """Where its last word ends in the text."""
        last = self.tree[self.end - 1]
        return last.idx + len(last.text)

    @property
    def text(self) -> str:
        """Its words as they stand in the text."""
        return self.tree.text[self.start_char : self.end_char] if self.start < self.end else ""

    @overload
    def __getitem__(self, at: int) -> Word: ...
    @overload
    def __getitem__(self, at: slice) -> Run: ...
    def __getitem__(self, at: int | slice) -> Word | Run:
        if isinstance(at, slice):
            start, end, _ = at.indices(len(self))
            return Run(self.tree, self.start + start, self.start + max(start, end))
        if not -len(self) <= at < len(self):
            raise IndexError(f"a run of {len(self)} words has none at {at}")
        return self.tree[self.start + at if at >= 0 else self.end + at]

    def __iter__(self) -> Iterator[Word]:
        return iter(self.tree[self.start : self.end])

    def __len__(self) -> int:
        return self.end - self.start


class Tree(list[Word]):
    """A parsed text: its words in order, and its sentences."""

    __slots__ = ("sentences", "text")

    def __init__(self, text: str, words: list[Word]) -> None:
        super().__init__(words)
        self.text = text
        self.sentences: list[Run] = []

    def run(self, first: int, last: int) -> Run:
        """The words `first` to `last`, both included."""
        return Run(self, max(first, 0), min(max(first, last + 1), len(self)))
