"""Whole passages with every claim in them, annotated by somebody who had not read the reader's code.

The passages are written for this project in the manner of agencies, ministries, monitors,
blogs and machine-translated channels of three wars; place names are real. Before anything
was mended for them the reader found their claims with F1 0.74; they have been worked on
since, so that the floors below keep what was won and promise nothing of other texts.

A second dozen by the same author is kept: nobody has read them who worked on the reader, and nobody should.
Their floors are the goals for unseen text.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from vedette.reports import Statement, read_text


def passages(name: str) -> list[dict[str, Any]]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


PASSAGES = passages("passages.jsonl")
_TAIL = re.compile(r"\b(?:district|oblast|province|region|city|town|village|governorate|area|direction)s?\b")


def words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"['’]s\b", "", text.casefold()))


def overlap(a: str, b: str) -> float:
    left, right = Counter(words(a)), Counter(words(b))
    shared = sum((left & right).values())
    return 2 * shared / (sum(left.values()) + sum(right.values())) if shared else 0.0


def place(name: str) -> str:
    return re.sub(r"^(?:the|al|el) ", "", " ".join(words(_TAIL.sub(" ", " ".join(words(name))))))


def same_claimant(found: str, gold: dict[str, Any]) -> bool:
    """Containment, or half the words, of the name or an accepted other one."""
    ours = set(words(found)) - {"the", "a", "an"}
    for name in [gold["claimant"], *gold.get("claimant_alt", ())]:
        theirs = set(words(name)) - {"the", "a", "an"}
        if ours == theirs:
            return True
        if "outlet" not in ours | theirs and (
            ours <= theirs or theirs <= ours or 2 * len(ours & theirs) >= 0.5 * (len(ours) + len(theirs))
        ):
            return True
    return False


def aligned(found: tuple[Statement, ...], gold: list[dict[str, Any]]) -> list[tuple[Statement, dict[str, Any]]]:
    """One statement to one claim of the same kind (or an accepted one) and three words in ten in common."""
    weight = np.zeros((len(found), len(gold)))
    for i, s in enumerate(found):
        for j, g in enumerate(gold):
            if s.kind == g["kind"] or s.kind in g.get("kind_alt", ()):
                alike = overlap(s.span, g["span"])
                weight[i, j] = alike - 0.05 * (s.kind != g["kind"]) if alike >= 0.3 else 0
    pairs = zip(*linear_sum_assignment(weight, maximize=True), strict=True)
    return [(found[i], gold[j]) for i, j in pairs if weight[i, j] > 0]


@pytest.fixture(scope="module")
def scores() -> dict[str, float]:
    return scored(PASSAGES)


@pytest.fixture(scope="module")
def kept() -> dict[str, float]:
    return scored(passages("passages_kept.jsonl"))


def scored(texts: list[dict[str, Any]]) -> dict[str, float]:
    found = gold = 0
    pairs: list[tuple[Statement, dict[str, Any]]] = []
    for p in texts:
        statements = read_text(p["text"], date.fromisoformat(p["published"]))
        assert all(p["text"][s.start : s.end] == s.span for s in statements)
        found, gold = found + len(statements), gold + len(p["claims"])
        pairs += aligned(statements, p["claims"])

    def share(of: list[tuple[Statement, dict[str, Any]]], field: str) -> float:
        return float(np.mean([getattr(s, field) == g[field] for s, g in of]))

    def places(s: Statement, g: dict[str, Any]) -> float:
        ours, theirs = {place(m.name) for m in s.places}, {place(n) for n in g["places"]}
        return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours | theirs else 1.0

    return {
        "f1": 2 * len(pairs) / (found + gold),
        "claimant": float(np.mean([same_claimant(s.claimant, g) for s, g in pairs])),
        "side": float(
            np.mean([s.claimant_side in [g["claimant_side"], *g.get("claimant_side_alt", ())] for s, g in pairs])
        ),
        "places": float(np.mean([places(s, g) for s, g in pairs])),
        "polarity": share(pairs, "polarity"),
        "denied": share([(s, g) for s, g in pairs if g["polarity"] == "denied"], "polarity"),
        "partial": share([(s, g) for s, g in pairs if g["degree"] == "partial"], "degree"),
    }


@pytest.mark.parametrize(
    ("measure", "floor"),
    [
        ("f1", 0.83),
        ("claimant", 0.92),
        ("side", 0.85),
        ("places", 0.82),
        ("polarity", 0.94),
        ("denied", 0.80),
        ("partial", 0.65),
    ],
)
def test_claims_of_whole_passages(scores: dict[str, float], measure: str, floor: float) -> None:
    assert scores[measure] >= floor, scores


@pytest.mark.parametrize(
    ("measure", "goal"),
    [("f1", 0.60), ("claimant", 0.75), ("side", 0.85), ("places", 0.75), ("denied", 0.60), ("partial", 0.60)],
)
def test_passages_that_nobody_mended_for_meet_the_goals(kept: dict[str, float], measure: str, goal: float) -> None:
    assert kept[measure] >= goal, kept


def test_no_passage_is_read_badly() -> None:
    """A style that the reader is blind to would hide in the mean."""
    for p in PASSAGES:
        statements = read_text(p["text"], date.fromisoformat(p["published"]))
        assert 2 * len(aligned(statements, p["claims"])) >= 0.6 * (len(statements) + len(p["claims"])), p["id"]
