"""Events told as nouns: the capture of, an attack on, losses."""

from __future__ import annotations

from collections.abc import Mapping

from vedette.reports.denials import denies
from vedette.reports.event import Event, negated
from vedette.reports.found import Found, Reading, voice
from vedette.reports.grammar import is_clause
from vedette.reports.tree import Word
from vedette.reports.world import UNSPECIFIED

__all__ = ["is_toll", "noun_claim"]


_TOLL = {"killed", "wounded", "injured", "dead", "missing", "hurt"}


def is_toll(t: Word) -> bool:
    """A number before "killed", "wounded": before the word, and no verb that claims it."""
    if t.lower not in _TOLL or t.i == 0:
        return False
    before = t.tree[t.i - 1]
    if before.lower in {"were", "was"} and t.i > 1:
        before = t.tree[t.i - 2]
    return before.like_num or any(c.dep == "nummod" for c in t.children)


_TELLING = {
    "capture",
    "withdrawal",
    "assault",
    "strike",
    "casualties",
    "advance",
    "encirclement",
    "ceasefire",
    "control",
    "fire_control",
}


_SAID_BY_NAME = {
    "capture", "seizure", "recapture", "fall", "takeover", "loss", "siege", "withdrawal", "retreat", "encirclement", "liberation",
    "bombardment", "shelling", "assault", "attack", "strike", "airstrike", "offensive", "raid", "bombing", "blockade", "annexation",
    "occupation", "pullout", "incursion", "invasion", "storming", "ambush", "evacuation", "conquest", "retaking",
}  # fmt: skip
"""Nouns that state an event by naming it with its place: "since the fall of the town"."""


def noun_claim(
    reading: Reading, noun: Word, kind: str, heads: Mapping[int, str], at_spot: set[int], quoted: set[int]
) -> Found | None:
    """An event told as a noun, where it stands for a proposition of its own."""
    under = (
        noun.dep == "pobj"
        and noun.head.lower == "under"
        and kind in {"strike", "encirclement", "fire_control", "control"}
        and noun.head.head.i not in heads
    )
    if under:
        source, word = voice(reading, noun, quoted)
        return Found(noun, Event(kind, None, noun.head.head), source, denied=False, by_word=word)
    alone = noun.dep == "ROOT"
    told = noun.dep == "dobj" and (
        (kind == "other" and noun.head.lemma in {"report", "confirm", "describe", "announce"})
        or (kind == "support" and noun.head.lemma in {"announce", "confirm", "pledge", "promise"})
    )
    if kind not in _TELLING and not told and not (alone and kind in {"other", "forecast", "reinforcement"}):
        return None
    if noun.dep in {"compound", "nmod", "conj"} and noun.head.i in heads:
        return None
    lemma = noun.lemma
    complement = [
        g for c in noun.children if c.dep == "prep" and c.lower in {"of", "on", "at", "in", "near", "from", "against", "to", "into", "over", "by", "around"}
        for p in c.children if p.dep == "pobj" for g in [p]
    ]  # fmt: skip
    place_given = any(t.i in at_spot for g in complement for t in g.subtree)
    owned = any(c.dep in {"poss", "amod", "compound"} and reading.camps.is_name(c.text) for c in noun.children)
    counted = any(c.dep == "nummod" for c in noun.children) or any(
        d.dep == "nummod" for g in complement for d in g.children
    )
    source, word = voice(reading, noun, quoted)
    none = any(c.dep == "det" and c.lower == "no" for c in noun.children)
    if word is not None and is_clause(word) and negated(word) and not none:
        return None
    reported = (
        word is not None
        and noun.dep in {"dobj", "pobj", "conj", "nsubjpass"}
        and (word.i == noun.head.i or word.i == noun.head.head.i)
    )
    head = noun.head
    while head.dep in {"prep", "pobj", "conj", "pcomp"} and head.i != head.head.i and not is_clause(head):
        head = head.head
    if (
        kind == "strike"
        and lemma in {"missile", "rocket", "shell", "bomb", "explosion", "blast"}
        and not ((reported or alone) and place_given)
    ):
        return None
    if kind == "control" and not ((reported or alone) and place_given):
        return None
    if kind == "casualties":
        if not reported and (
            lemma not in {"death", "killing", "loss", "casualty", "fatality"}
            or not (counted or (complement and place_given))
        ):
            return None
    elif not reported and not alone and not (place_given and lemma in _SAID_BY_NAME):
        return None
    if not reported and not (owned or place_given or counted):
        return None
    killing = kind == "strike" and place_given and heads.get(head.i) == "casualties"
    if head.i in heads and noun.dep in {"nsubj", "dobj", "nsubjpass"} and not reported and not killing:
        return None
    actor = None
    for c in noun.children:
        if c.dep in {"poss", "amod", "compound"} and reading.camps.is_name(c.text):
            actor = c
        if c.dep == "prep" and c.lower == "by":
            actor = next((g for g in c.children if g.dep == "pobj"), actor)
    denied = (none + _violated(noun) + (word is not None and denies(word))) % 2 == 1
    if word is not None and word.lemma in {
        "warn",
        "threaten",
        "fear",
        "expect",
        "predict",
        "foresee",
        "anticipate",
        "forecast",
    }:
        kind = "forecast"
    hedge = "possible" if source.name == UNSPECIFIED and word is not None else ""
    return Found(
        noun,
        Event(kind, actor, complement[0] if complement else None, partial=kind == "advance"),
        source,
        denied,
        hedge=hedge,
        by_word=word,
    )


def _violated(noun: Word) -> bool:
    """True of a "violation of the truce": a truce that does not hold."""
    return noun.lemma in {"violation", "breach", "infringement"}
