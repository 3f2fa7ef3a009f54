"""Names in a text and the nouns beside them: what may name ground, and how a phrase lies to it."""

from __future__ import annotations

import re

from vedette.reports.tree import Tree, Word
from vedette.reports.vocabulary import EQUIPMENT, EVENT_NOUNS, FORCES, GROUND, PARTS, PLACE_WORDS, TITLES, VERBS
from vedette.reports.world import is_country

__all__ = [
    "CALENDAR",
    "COMMON",
    "DIRECTION",
    "ROADS",
    "SETTLED",
    "TAIL",
    "WIDE",
    "as_ground",
    "capital_of",
    "is_part",
    "kind_beside",
    "left_of",
    "proper_names",
    "relation_of",
    "root_of",
    "tail_of",
]

DIRECTION = re.compile(
    r"^(?:north|south|east|west|northeast|northwest|southeast|southwest|(?:north|south)-?(?:east|west))(?:ern|ward|wards)?$",
    re.IGNORECASE,
)
CALENDAR = re.compile(
    r"^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|^(?:January|February|March|April|May|June|July|August|September|"
    r"October|November|December|Ramadan|Christmas|Easter|Eid|GMT|UTC|CET)\b"
)
SETTLED = {"town", "city", "village", "settlement", "capital", "hamlet", "hub", "stronghold", "port", "place"}
WIDE = {"region", "district", "enclave", "province", "territory", "area", "oblast", "state", "county", "peninsula", "governorate", "raion", "zone", "strip"}  # fmt: skip
_AROUND = {"area", "zone", "territory"}
"""Words that say nothing of what the place beside them is: the Lysychansk *area* is around a city."""
ROADS = {"road", "highway", "route", "corridor", "bridge"}
TAIL = {
    "airport", "port", "corridor", "highway", "bridge", "pass", "dam", "base", "reservoir", "headquarters", "crossing",
    "airbase", "airfield", "refinery", "plant", "forest", "heights", "line", "road", "complex", "camp", "valley", "river",
    "range", "island", "plateau", "hospital", "steelworks", "quarry", "farm", "farms", "ridge", "hill", "mountain", "gorge", "barracks", "roundabout",
}  # fmt: skip
_ARTICLES = {"el", "al", "ar", "as", "ad", "an", "at", "ash", "az", "deir", "abu", "bani", "beit", "tel", "umm"}
_INSIDE_NAMES = {
    "An",
    "Al",
    "El",
    "As",
    "Ar",
    "At",
    "Ed",
    "Ez",
    "Az",
    "Es",
    "Ash",
    "Esh",
    "Ul",
    "De",
    "de",
    "del",
    "du",
    "la",
    "el",
    "al",
    "La",
}
_JOINED = re.compile(r"^(?:[ae][lrsdntz]|ash|esh|ul)[-‑][A-ZÀ-Þ]")
COMMON = TITLES | EQUIPMENT | FORCES | GROUND | PLACE_WORDS | frozenset(EVENT_NOUNS)
_PLACES_OWN = {
    "outskirt", "outskirts", "suburb", "suburbs", "centre", "center", "surroundings", "environs", "surrounding", "north", "south", "east",
    "west", "fall", "liberation", "seizure", "airport", "port", "periphery", "fringe", "heart", "streets", "downtown", "recapture", "siege", "encirclement", "entrance", "railway", "station", "harbour",
}  # fmt: skip


def proper_names(doc: Tree) -> list[tuple[int, int]]:
    """Runs of proper nouns, hyphens inside them included, as token positions first..last."""
    runs: list[tuple[int, int]] = []
    i, n = 0, len(doc)
    while i < n:
        t = doc[i]
        joined = bool(_JOINED.match(t.text))
        prefix = t.lower in _ARTICLES and i + 2 < n and doc[i + 1].text in {"-", "‑"} and doc[i + 2].text[:1].isupper()
        if (
            not prefix
            and not joined
            and not _capital(t)
            and not (t.pos == "PROPN" and t.text[:1].isalpha() and (t.text[0].isupper() or t.text[0] in "'’"))
        ):
            i += 1
            continue
        j = i + 2 if prefix else i
        while j + 1 < n:
            nxt = doc[j + 1]
            if (nxt.pos == "PROPN" and nxt.text[:1].isupper() and not nxt.is_space) or _JOINED.match(nxt.text):
                j += 1
            elif (
                (
                    nxt.text in {"-", "–", "‑"}
                    and j + 2 < n
                    and not nxt.before_space
                    and not doc[j].before_space
                    and doc[j + 2].text[:1].isalpha()
                    and (doc[j + 2].pos == "PROPN" or doc[j + 2].text[:1].isupper())
                )
                or (
                    nxt.text in _INSIDE_NAMES
                    and j + 2 < n
                    and doc[j + 2].pos == "PROPN"
                    and doc[j + 2].text[:1].isupper()
                    and (nxt.text[:1].isupper() or nxt.text in {"de", "del", "du", "la", "el", "al"})
                )
                or (
                    nxt.text in {"'s", "’s"}
                    and j + 2 < n
                    and doc[j + 2].text
                    in {"Republic", "Liberation", "Protection", "Defence", "Defense", "Party", "Army"}
                )
            ):
                j += 2
            else:
                break
        k = j
        while k > i and CALENDAR.match(doc[k].text):
            k -= 1
        first = i - 1 if i > 0 and re.fullmatch(r"\d+(?:st|nd|rd|th)", doc[i - 1].text) else i
        runs.append((first, k))
        i = j + 1
    return runs


def _capital(t: Word) -> bool:
    """True of a name that the tagger took for a common noun: a capital inside a sentence."""
    if (
        t.pos not in {"NOUN", "VERB", "ADJ"}
        or not t.text[0].isupper()
        or not t.is_alpha
        or len(t) < 3
        or t.text.isupper()
    ):
        return False
    before = t.nbor(-1) if t.i else None
    if before is None or t.opens_sentence or before.text in {":", "”", '"', "“", ".", "``", "-", "–"}:
        return False
    if (
        t.dep == "amod"
        and t.head.lemma in {"direction", "axis", "sector", "front", "area", "district", "region"}
        and not DIRECTION.match(t.text)
    ):
        return not is_country(t.text)
    return (
        t.lower not in COMMON and t.lemma not in COMMON and t.dep in {"pobj", "dobj", "nsubjpass", "conj", "compound"}
    )


def root_of(doc: Tree, first: int, last: int) -> Word:
    """The word of a run that the others hang on."""
    for t in doc.run(first, last):
        if not first <= t.head.i <= last or t.head.i == t.i:
            return t
    return doc[last]


def left_of(t: Word) -> int:
    """Where the phrase of a noun begins."""
    return min((c.i for c in t.children if c.dep in {"det", "amod", "compound", "poss"}), default=t.i)


def tail_of(root: Word, last: int) -> Word | None:
    """The common noun that completes a name: the Lachin *corridor*, Donetsk *airport*."""
    if last + 1 < len(root.tree):
        nxt = root.tree[last + 1]
        if nxt.lemma in TAIL and nxt.pos in {"NOUN", "PROPN"} and (nxt.i == root.head.i or nxt.head.i == root.head.i):
            return nxt
    return None


def kind_beside(root: Word) -> str | None:
    """What the noun beside a name says that it is, a town or a road say; None if nothing."""
    if root.dep in {"compound", "nmod", "appos"} and root.head.lemma in (SETTLED | WIDE | ROADS) - _AROUND:
        return root.head.lemma
    if root.dep == "pobj" and root.head.lower == "of" and root.head.head.lemma in SETTLED | WIDE:
        return root.head.head.lemma
    if root.lemma in SETTLED | WIDE | ROADS:
        return root.lemma
    for c in root.children:
        if c.dep == "appos" and c.lemma in SETTLED | WIDE:
            return c.lemma
    return None


def capital_of(root: Word) -> bool:
    """True of B in "A, the capital of B"."""
    return root.dep == "pobj" and root.head.lower == "of" and root.head.head.lemma in {"capital", "seat"}


def is_part(noun: Word) -> bool:
    """True of what a place has and a force has not: "its outskirts", "its northern half", "its fall"."""
    if noun.lemma in _PLACES_OWN:
        return True
    part = noun.lemma in {
        "part",
        "half",
        "side",
        "district",
        "edge",
        "quarter",
        "neighborhood",
        "neighbourhood",
        "area",
        "third",
        "sector",
        "section",
        "approach",
        "bank",
    }
    return part and any(
        c.dep in {"amod", "compound"} and (DIRECTION.match(c.lower) or c.lower in {"central", "old", "outer", "inner"})
        for c in noun.children
    )


def as_ground(root: Word) -> bool:
    """True where a country or capital is the ground something happens on, not who acts."""
    h = root
    for _ in range(12):
        if h.dep not in {"conj", "appos"}:
            break
        h = h.head
    if h.dep == "pobj":
        prep, over = h.head.lower, h.head.head
        lemma = over.lemma
        if prep in {
            "in",
            "into",
            "across",
            "inside",
            "within",
            "throughout",
            "near",
            "toward",
            "towards",
            "outside",
            "over",
            "through",
        }:
            return (
                lemma
                not in {"confidence", "trust", "interest", "involvement", "ministry", "government", "regime"} | TITLES
            )
        if prep == "from":
            return over.pos == "VERB" or lemma in FORCES or lemma in {"mercenary", "fighter"}
        if prep == "to":
            return VERBS.get(over.lemma) in {"withdraw", "reinforce"} or over.lemma in {
                "send",
                "return",
                "go",
                "flee",
                "advance",
            }
        if prep == "on":
            return lemma in EVENT_NOUNS or VERBS.get(lemma) == "strike"
        if prep == "of":
            return (
                lemma in PARTS
                or lemma in GROUND
                or lemma in WIDE | SETTLED | {"border", "coast", "control", "invasion"}
                or bool(DIRECTION.match(lemma))
            )
        if prep == "with":
            return lemma in {"border", "frontier"} or any(c.lemma in {"border", "frontier"} for c in over.children)
        return False
    if h.dep == "poss":
        return h.head.lemma in WIDE | SETTLED | {
            "coast",
            "border",
            "port",
            "target",
            "soil",
            "north",
            "south",
            "east",
            "west",
        } or (h.head.pos == "PROPN" and h.head.lemma in TAIL)
    if h.dep == "nsubjpass" or (
        h.dep == "dobj" and h.head.lemma in {"encircle", "surround", "besiege", "capture", "shell"}
    ):
        return VERBS.get(h.head.lemma) in {"encircle", "cut", "take", "strike"}
    if h.dep == "dobj":
        return VERBS.get(h.head.lemma) in {"strike", "assault"} and h.head.lemma not in {"fire", "launch"}
    return False


def relation_of(doc: Tree, root: Word, first: int) -> str:
    """The words that put something in relation to a place: "in", "heights southeast of", "5 km from"."""
    top, node = None, root
    lead = first
    for _ in range(12):
        if node.dep == "conj" and node.head.pos in {"PROPN", "NOUN"}:
            node = node.head
            lead = min(
                lead,
                min(
                    (
                        c.i
                        for c in node.subtree
                        if (c.i <= node.i and c.dep in {"compound", "punct", "nmod"}) or c.i == node.i
                    ),
                    default=node.i,
                ),
            )
            continue
        head = node.head
        if head.i == node.i:
            break
        lemma = head.lemma
        if (
            head.dep in {"prep", "agent"}
            or head.pos == "ADP"
            or (
                (
                    lemma in GROUND | PARTS | {"vicinity", "direction", "side", "shore", "bank", "coast"}
                    or DIRECTION.match(lemma)
                )
                and head.pos in {"NOUN", "ADV", "ADJ", "PROPN"}
            )
        ):
            top = head
        else:
            break
        node = head
    if top is None:
        return ""
    start = min(top.left_edge.i, top.i)
    if start >= lead:
        return ""
    first = lead
    words = doc.run(start, first - 1).text.strip(" ,")
    words = re.sub(r"^(?:the|a|an)\s+", "", words, flags=re.IGNORECASE)
    return words if len(words.split()) <= 8 else doc.run(top.i, first - 1).text.strip(" ,")
