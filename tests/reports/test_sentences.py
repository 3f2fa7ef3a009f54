"""Sentences of the genre, each in another turn of phrase, and what is read of them: kind, speaker, place, polarity.

Written for this test, with what the reader should make of them checked by eye; a change
that is meant writes them anew with `python -m tests.reports.test_sentences`.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from vedette.reports import KINDS, Statement, read_text

KEPT = Path(__file__).with_name("sentences.jsonl")


def kept() -> list[dict[str, Any]]:
    return [json.loads(line) for line in KEPT.read_text(encoding="utf-8").splitlines()]


def as_kept(s: Statement) -> dict[str, Any]:
    return {
        "kind": s.kind, "span": s.span, "claimant": s.claimant, "places": [[m.name, m.relation] for m in s.places],
        "polarity": s.polarity, "degree": s.degree, "certainty": s.certainty, "about": f"{s.about_from}/{s.about_to}",
    }  # fmt: skip


def read(text: str) -> list[dict[str, Any]]:
    return [as_kept(s) for s in read_text(text, date(2031, 4, 10))]


def test_each_sentence_is_read_as_it_was() -> None:
    changed = {line["text"]: found for line in kept() if (found := read(line["text"])) != line["statements"]}
    assert changed == {}


def test_every_kind_is_told_in_several_ways() -> None:
    told = Counter(s["kind"] for line in kept() for s in line["statements"])
    assert set(told) == set(KINDS)
    assert min(told.values()) >= 2


def test_a_sentence_reads_the_same_among_a_thousand_as_alone() -> None:
    """What is worked out once for a word form must not depend on where the word was met first."""
    lines = kept()
    assert [read(line["text"]) for line in reversed(lines[-20:])] == [line["statements"] for line in lines[:-21:-1]]


if __name__ == "__main__":
    KEPT.write_text(
        "".join(json.dumps({**line, "statements": read(line["text"])}, ensure_ascii=False) + "\n" for line in kept()),
        encoding="utf-8",
    )
