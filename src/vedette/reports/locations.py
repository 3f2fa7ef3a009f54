"""Places in a text: names by the company they keep, nouns and pronouns by what they point back to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from vedette.ground import fold_name
from vedette.reports.statement import Mention
from vedette.reports.tree import Tree, Word
from vedette.reports.vocabulary import (
    EQUIPMENT,
    EVENT_NOUNS,
    FORCES,
    GROUND,
    PARTS,
    PLACE_WORDS,
    ROUTES,
    TITLES,
    VERBS,
)
from vedette.reports.world import Camps, is_capital, is_country

__all__ = ["PlaceBook", "Spot"]

_LOCATIVE = {
    "in", "near", "at", "toward", "towards", "around", "outside", "inside", "across", "into", "onto", "throughout",
    "within", "along", "via", "through", "over", "above", "beyond", "behind", "past", "between", "off",
}  # fmt: skip
_LOOSE_LOCATIVE = {"to", "from", "of", "on", "for", "against", "by"}
_DIRECTION = re.compile(
    r"^(?:north|south|east|west|northeast|northwest|southeast|southwest|(?:north|south)-?(?:east|west))(?:ern|ward|wards)?$",
    re.IGNORECASE,
)
_NOT_PLACES = re.compile(
    r"\b(?:Army|Armies|Brigades?|Forces?|Ministry|Council|News|TV|Television|Party|Corps|Battalion|Regiment|Group|Front|"
    r"Union|Alliance|Agency|Service|Command|Committee|Movement|Government|Guards?|Institute|Observatory|Nations|Staff|"
    r"Organi[sz]ation|Times|Post|Journal|Telegram|Twitter|Facebook|Militia|Coalition|Ministers?|President|War|Treaty|"
    r"Agreement|Act|Day|God|Bank|Court|Cross|Crescent|Rights|Resistance|Operation|Defen[cs]e|Intelligence|Security|"
    r"Department|Administration|Parliament|Verify|Unit|Units|Congress|Accord|Commission|Federation|Mission|Muslims?|Islam|"
    r"Christians?|Democratic|Reuters|Sky|Channel|Media|Press|Office|Jr|Mr|Mrs|Ms|Dr|Sunni|Shia|Shiite|"
    r"MoD|General|Colonel|Captain|Major|Lieutenant|Telegraph|Spokes\w+)\b"
)
_CALENDAR = re.compile(
    r"^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|^(?:January|February|March|April|May|June|July|August|September|"
    r"October|November|December|Ramadan|Christmas|Easter|Eid|GMT|UTC|CET)\b"
)
_SETTLED = {"town", "city", "village", "settlement", "capital", "hamlet", "hub", "stronghold", "port", "place"}
_WIDE = {"region", "district", "enclave", "province", "territory", "area", "oblast", "state", "county", "peninsula", "governorate", "raion", "zone", "strip"}  # fmt: skip
_AROUND = {"area", "zone", "territory"}
"""Words that say nothing of what the place beside them is: the Lysychansk *area* is around a city."""
_ROADS = {"road", "highway", "route", "corridor", "bridge"}
_TAIL = {
    "airport", "port", "corridor", "highway", "bridge", "pass", "dam", "base", "reservoir", "headquarters", "crossing",
    "airbase", "airfield", "refinery", "plant", "forest", "heights", "line", "road", "complex", "camp", "valley", "river",
    "range", "island", "plateau", "hospital", "steelworks", "quarry", "farm", "farms", "ridge", "hill", "mountain", "gorge", "barracks", "roundabout",
}  # fmt: skip
_DWELLERS = {
    "resident",
    "civilian",
    "people",
    "inhabitant",
    "population",
    "villager",
    "garrison",
    "defender",
    "citizen",
    "child",
    "neighbour",
}
_ARTICLES = {"el", "al", "ar", "as", "ad", "an", "at", "ash", "az", "deir", "abu", "bani", "beit", "tel", "umm"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place mention in one parsed paragraph: tokens `first..last`, its head, the name meant, its relation."""

    first: int
    last: int
    head: int
    mention: Mention
    named: bool


@dataclass
class PlaceBook:
    """The places of one text: first every name with evidence that it is a place, then each mention in turn."""

    camps: Camps
    gazetteer: frozenset[str] = frozenset()
    known: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    _found: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Runs of proper nouns of each paragraph; the reader keeps the paragraphs while this lives."""

    def _runs(self, doc: Tree) -> list[tuple[int, int]]:
        if id(doc) not in self._found:
            self._found[id(doc)] = _names(doc)
        return self._found[id(doc)]

    def learn(self, docs: Iterable[Tree]) -> None:
        """Note every name that some sentence treats as a place."""
        for doc in docs:
            for first, last in self._runs(doc):
                name = doc.run(first, last).text
                root = _root(doc, first, last)
                if self._is_person(root, name):
                    self.people.add(fold_name(name.split()[-1]))
                folded = fold_name(name)
                if folded in self.gazetteer or (self._could_be(root, name) and self._standing(root) == 2):
                    self.known.setdefault(folded, name)
                tail = _tail(root, last)
                if _capital_of(root):
                    self.kinds.setdefault(folded, "province")
                kind = tail.lemma if tail is not None else _kind_beside(root)
                if kind and tail is None:
                    self.kinds.setdefault(folded, kind)

    def spots(self, doc: Tree, before: list[Spot]) -> list[Spot]:
        """Mentions in one paragraph, in order; `before` are those of earlier paragraphs, for what points back."""
        found: list[Spot] = []
        taken: set[int] = set()
        names: list[Spot] = []
        for first, last in self._runs(doc):
            name = doc.run(first, last).text
            root = _root(doc, first, last)
            folded = fold_name(name)
            standing = self._standing(root)
            inside = folded in self.gazetteer
            if not inside and not self._could_be(root, name):
                continue
            camp = self.camps.is_name(name)
            if camp:
                if not _as_ground(root) and not (
                    standing == 2
                    and not (is_country(name) and not is_capital(name))
                    and (is_capital(name) or root.dep in {"nsubj", "nsubjpass", "dobj", "pobj", "conj"})
                ):
                    continue
            elif (not inside and folded not in self.known and standing < 1) or standing < 0:
                continue
            tail = _tail(root, last)
            end = tail.i if tail is not None else last
            full = doc.run(first, end).text
            names.append(Spot(first, end, root.i, Mention(full, _relation(doc, root, first)), named=True))
            taken.update(range(first, end + 1))
        history = list(before)
        waiting = iter(names)
        upcoming = next(waiting, None)
        for t in doc:
            while upcoming is not None and upcoming.first <= t.i:
                found.append(upcoming)
                history.append(upcoming)
                upcoming = next(waiting, None)
            if t.i in taken:
                continue
            lemma = t.lemma
            if t.lower == "its" and t.dep == "poss" and _is_part(t.head) and (meant := self._meant(t, "it", history)):
                found.append(Spot(t.i, t.i, t.i, Mention(meant, _relation(doc, t, t.i)), named=False))
                continue
            if lemma in PLACE_WORDS and (meant := self._meant(t, lemma, history)):
                found.append(Spot(t.i, t.i, t.i, Mention(meant, _relation(doc, t, _left(t))), named=False))
        while upcoming is not None:
            found.append(upcoming)
            upcoming = next(waiting, None)
        return found

    def _meant(self, t: Word, lemma: str, history: list[Spot]) -> str | None:
        if t.lower == "its":
            wanted = _SETTLED | _WIDE
        elif lemma == "it":
            verb = t.head
            if not (
                (
                    t.dep == "dobj"
                    and VERBS.get(verb.lemma) in {"take", "hold", "assault", "encircle", "lose", "repulse"}
                )
                or (t.dep == "pobj" and t.head.lower in {"around", "in", "into", "near", "from", "to", "over", "on"})
            ):
                return None
            wanted = _SETTLED | _WIDE
        elif lemma == "there":
            if t.dep != "advmod":
                return None
            wanted = _SETTLED | _WIDE
        else:
            if not any(c.dep == "det" and c.lower in {"the", "this", "that", "both"} for c in t.children):
                return None
            if any(
                (c.dep == "prep" and c.lower == "of")
                or c.pos == "PROPN"
                or (
                    c.dep == "amod"
                    and c.lower in {"last", "next", "first", "other", "second", "only", "third", "largest"}
                )
                or (c.dep in {"relcl", "acl"} and lemma in _WIDE | _ROADS)
                or (c.dep == "appos" and c.pos == "PROPN")
                for c in t.children
            ):
                return None
            if t.dep == "compound":
                return None
            wanted = (
                _SETTLED if lemma in _SETTLED else _WIDE if lemma in _WIDE else _ROADS if lemma in _ROADS else set()
            )
        if not wanted:
            return None
        if wanted is not _ROADS and lemma not in {"it", "there", "place", "area"}:
            for spot in reversed(history[-12:]):
                if (
                    spot.named
                    and self.kinds.get(fold_name(spot.mention.name)) == lemma
                    and not self.camps.is_name(spot.mention.name)
                ):
                    return spot.mention.name
        fallback: str | None = None
        for spot in reversed(history):
            if not spot.named:
                continue
            kind = self._kind(spot.mention.name)
            if self.camps.is_name(spot.mention.name) and not (
                wanted is _SETTLED and (kind in _SETTLED or is_capital(spot.mention.name))
            ):
                continue
            if lemma in {"it", "there"} and kind in _WIDE and fallback is None:
                fallback = spot.mention.name
                continue
            if kind == lemma:
                return spot.mention.name
            if (kind is None and wanted is not _ROADS) or kind in wanted:
                if kind == lemma or lemma not in {"port", "capital", "hub"}:
                    return fallback or spot.mention.name
                if lemma == "capital" and is_capital(spot.mention.name):
                    return spot.mention.name
        return None if lemma in {"port", "capital", "hub"} else fallback

    def _kind(self, name: str) -> str | None:
        last = name.rsplit(maxsplit=1)[-1].lower()
        if last in _WIDE | _ROADS | {"port"} and len(name.split()) > 1:
            return last
        return self.kinds.get(fold_name(name))

    def _could_be(self, root: Word, name: str) -> bool:
        if len(name) < 2 or (any(c.isdigit() for c in name.rsplit("-", maxsplit=1)[-1]) and not _tail(root, root.i)):
            return False
        if _NOT_PLACES.search(name) or _CALENDAR.match(name):
            return False
        if name.isupper() and len(name) <= 6:
            return False
        if root.opens_sentence and (root.lemma in _COMMON or root.lower.removesuffix("s") in _COMMON):
            return False
        if fold_name(name.rsplit(maxsplit=1)[-1]) in self.people:
            return False
        return not self._is_person(root, name)

    @staticmethod
    def _is_person(root: Word, name: str) -> bool:
        words = {w.lower().rstrip(".") for w in name.split()}
        if words & TITLES:
            return True
        if any(c.dep == "compound" and c.lemma in TITLES for c in root.children):
            return True
        if root.dep == "appos" and (root.head.lemma in TITLES and root.head.pos != "VERB"):
            return True
        return any(c.dep == "appos" and c.lemma in TITLES for c in root.children)

    def _standing(self, root: Word) -> int:
        """How surely the grammar makes a name a place: 2 surely, 1 perhaps, 0 says nothing, -1 surely not."""
        h = root
        for _ in range(12):
            if h.dep != "conj" or h.head.pos not in {"PROPN", "NOUN"}:
                break
            h = h.head
        if h.dep in {"compound", "nmod", "amod", "poss"} and h.head.pos in {"NOUN", "PROPN"}:
            lemma = h.head.lemma
            named_after = h.dep in {"amod", "compound"} and any(
                c.dep == "prep" and c.lower == "of" and any(g.pos == "PROPN" for g in c.children)
                for c in h.head.children
            )
            if named_after:
                return -1
            if lemma in PLACE_WORDS | GROUND | _TAIL or _DIRECTION.match(lemma):
                return 2
            return 1 if h.dep != "poss" and lemma in {"axis", "direction", "front", "resident", "sector"} else 0
        if h.dep == "appos":
            return 2 if h.head.lemma in PLACE_WORDS else 0
        if h.dep == "pobj":
            prep, over = h.head.lower, h.head.head
            if prep in {"between"}:
                return 1
            if prep in _LOCATIVE:
                return 2
            lemma = over.lemma
            if prep == "of":
                if (
                    lemma in PLACE_WORDS | GROUND | PARTS | ROUTES
                    or _DIRECTION.match(lemma)
                    or lemma in {"vicinity", "direction", "kilometre", "kilometer", "out", "outside", "inside"}
                ):
                    return 2
                if lemma in _DWELLERS:
                    return 1
                if lemma in EVENT_NOUNS or lemma in {"battle", "defence", "defense"}:
                    return 2 if lemma not in {"death", "loss", "war"} else 1
                return 0
            if prep in {"from", "to"}:
                if over.pos in {"VERB", "AUX", "ADV"} and VERBS.get(over.lemma) in {
                    "withdraw",
                    "advance",
                    "reinforce",
                    "take",
                }:
                    return 2
                if _DIRECTION.match(lemma) or lemma in ROUTES | {"close", "km", "kilometre", "kilometer", "mile"}:
                    return 2
                return 1 if over.pos != "ADJ" else 0
            if prep == "on":
                return 2 if lemma in EVENT_NOUNS or VERBS.get(lemma) in {"strike", "advance", "assault"} else 1
            if prep == "for":
                return 2 if lemma in {"battle", "fight", "fighting"} else 0
            return 0
        if h.dep == "dobj" and h.head.pos == "VERB":
            group = VERBS.get(h.head.lemma)
            if group in {"take", "hold", "encircle", "lose"} or h.head.lemma in {
                "enter",
                "reach",
                "leave",
                "abandon",
                "approach",
                "storm",
            }:
                return 2
            return 1 if group in {"assault", "strike", "withdraw", "advance", "repulse"} else 0
        if h.dep in {"nsubjpass", "nsubj"}:
            group = VERBS.get(h.head.lemma)
            if h.dep == "nsubjpass" and group in {"take", "encircle", "lose", "strike", "assault", "hold"}:
                return 2 if group != "strike" else 1
            if h.head.lemma == "fall" or (h.dep == "nsubjpass" and group in {"withdraw", "cut"}):
                return 2
            if h.head.lemma in {"come", "be", "remain", "stay", "keep"} and any(
                c.lower == "under" for c in h.head.children
            ):
                return 2
            if any(
                g.lemma in {"control", "hand", "siege", "fire", "bombardment", "attack"}
                for c in h.head.children
                if c.dep == "prep"
                for g in c.children
            ):
                return 2
            if h.head.lemma in {"be", "remain"} and any(
                c.dep in {"acomp", "advmod"}
                and c.lower in {"next", "contested", "quiet", "calm", "encircled", "surrounded", "besieged", "disputed"}
                for c in h.head.children
            ):
                return 2
            if h.head.lemma == "contest" and h.dep == "nsubjpass":
                return 2
            if h.head.lemma == "change" and any(c.dep == "dobj" and c.lemma == "hand" for c in h.head.children):
                return 2
            if h.head.lemma == "be" and any(c.dep == "attr" and c.lemma in PLACE_WORDS for c in h.head.children):
                return 2
        return 0


def _names(doc: Tree) -> list[tuple[int, int]]:
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
        while k > i and _CALENDAR.match(doc[k].text):
            k -= 1
        first = i - 1 if i > 0 and re.fullmatch(r"\d+(?:st|nd|rd|th)", doc[i - 1].text) else i
        runs.append((first, k))
        i = j + 1
    return runs


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
        and not _DIRECTION.match(t.text)
    ):
        return not is_country(t.text)
    return (
        t.lower not in _COMMON and t.lemma not in _COMMON and t.dep in {"pobj", "dobj", "nsubjpass", "conj", "compound"}
    )


_COMMON = TITLES | EQUIPMENT | FORCES | GROUND | PLACE_WORDS | frozenset(EVENT_NOUNS)


def _root(doc: Tree, first: int, last: int) -> Word:
    for t in doc.run(first, last):
        if not first <= t.head.i <= last or t.head.i == t.i:
            return t
    return doc[last]


def _left(t: Word) -> int:
    return min((c.i for c in t.children if c.dep in {"det", "amod", "compound", "poss"}), default=t.i)


def _tail(root: Word, last: int) -> Word | None:
    """The common noun that completes a name: the Lachin *corridor*, Donetsk *airport*."""
    if last + 1 < len(root.tree):
        nxt = root.tree[last + 1]
        if nxt.lemma in _TAIL and nxt.pos in {"NOUN", "PROPN"} and (nxt.i == root.head.i or nxt.head.i == root.head.i):
            return nxt
    return None


def _kind_beside(root: Word) -> str | None:
    if root.dep in {"compound", "nmod", "appos"} and root.head.lemma in (_SETTLED | _WIDE | _ROADS) - _AROUND:
        return root.head.lemma
    if root.dep == "pobj" and root.head.lower == "of" and root.head.head.lemma in _SETTLED | _WIDE:
        return root.head.head.lemma
    if root.lemma in _SETTLED | _WIDE | _ROADS:
        return root.lemma
    for c in root.children:
        if c.dep == "appos" and c.lemma in _SETTLED | _WIDE:
            return c.lemma
    return None


def _capital_of(root: Word) -> bool:
    """True of B in "A, the capital of B"."""
    return root.dep == "pobj" and root.head.lower == "of" and root.head.head.lemma in {"capital", "seat"}


def _is_part(noun: Word) -> bool:
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
        c.dep in {"amod", "compound"} and (_DIRECTION.match(c.lower) or c.lower in {"central", "old", "outer", "inner"})
        for c in noun.children
    )


_PLACES_OWN = {
    "outskirt", "outskirts", "suburb", "suburbs", "centre", "center", "surroundings", "environs", "surrounding", "north", "south", "east",
    "west", "fall", "liberation", "seizure", "airport", "port", "periphery", "fringe", "heart", "streets", "downtown", "recapture", "siege", "encirclement", "entrance", "railway", "station", "harbour",
}  # fmt: skip


def _as_ground(root: Word) -> bool:
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
                or lemma in _WIDE | _SETTLED | {"border", "coast", "control", "invasion"}
                or bool(_DIRECTION.match(lemma))
            )
        if prep == "with":
            return lemma in {"border", "frontier"} or any(c.lemma in {"border", "frontier"} for c in over.children)
        return False
    if h.dep == "poss":
        return h.head.lemma in _WIDE | _SETTLED | {
            "coast",
            "border",
            "port",
            "target",
            "soil",
            "north",
            "south",
            "east",
            "west",
        } or (h.head.pos == "PROPN" and h.head.lemma in _TAIL)
    if h.dep == "nsubjpass" or (
        h.dep == "dobj" and h.head.lemma in {"encircle", "surround", "besiege", "capture", "shell"}
    ):
        return VERBS.get(h.head.lemma) in {"encircle", "cut", "take", "strike"}
    if h.dep == "dobj":
        return VERBS.get(h.head.lemma) in {"strike", "assault"} and h.head.lemma not in {"fire", "launch"}
    return False


def _relation(doc: Tree, root: Word, first: int) -> str:
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
                    or _DIRECTION.match(lemma)
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
