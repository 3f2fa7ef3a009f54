"""Places in a text: names by the company they keep, nouns and pronouns by what they point back to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from vedette.ground import fold_name
from vedette.reports.names import (
    CALENDAR,
    COMMON,
    DIRECTION,
    ROADS,
    SETTLED,
    TAIL,
    WIDE,
    as_ground,
    capital_of,
    is_part,
    kind_beside,
    left_of,
    proper_names,
    relation_of,
    root_of,
    tail_of,
)
from vedette.reports.statement import Mention
from vedette.reports.tree import Tree, Word
from vedette.reports.vocabulary import (
    EVENT_NOUNS,
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
_NOT_PLACES = re.compile(
    r"\b(?:Army|Armies|Brigades?|Forces?|Ministry|Council|News|TV|Television|Party|Corps|Battalion|Regiment|Group|Front|"
    r"Union|Alliance|Agency|Service|Command|Committee|Movement|Government|Guards?|Institute|Observatory|Nations|Staff|"
    r"Organi[sz]ation|Times|Post|Journal|Telegram|Twitter|Facebook|Militia|Coalition|Ministers?|President|War|Treaty|"
    r"Agreement|Act|Day|God|Bank|Court|Cross|Crescent|Rights|Resistance|Operation|Defen[cs]e|Intelligence|Security|"
    r"Department|Administration|Parliament|Verify|Unit|Units|Congress|Accord|Commission|Federation|Mission|Muslims?|Islam|"
    r"Christians?|Democratic|Reuters|Sky|Channel|Media|Press|Office|Jr|Mr|Mrs|Ms|Dr|Sunni|Shia|Shiite|"
    r"MoD|General|Colonel|Captain|Major|Lieutenant|Telegraph|Spokes\w+)\b"
)
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
            self._found[id(doc)] = proper_names(doc)
        return self._found[id(doc)]

    def learn(self, docs: Iterable[Tree]) -> None:
        """Note every name that some sentence treats as a place."""
        for doc in docs:
            for first, last in self._runs(doc):
                name = doc.run(first, last).text
                root = root_of(doc, first, last)
                if self._is_person(root, name):
                    self.people.add(fold_name(name.split()[-1]))
                folded = fold_name(name)
                if folded in self.gazetteer or (self._could_be(root, name) and self._standing(root) == 2):
                    self.known.setdefault(folded, name)
                tail = tail_of(root, last)
                if capital_of(root):
                    self.kinds.setdefault(folded, "province")
                kind = tail.lemma if tail is not None else kind_beside(root)
                if kind and tail is None:
                    self.kinds.setdefault(folded, kind)

    def spots(self, doc: Tree, before: list[Spot]) -> list[Spot]:
        """Mentions in one paragraph, in order; `before` are those of earlier paragraphs, for what points back."""
        found: list[Spot] = []
        taken: set[int] = set()
        names: list[Spot] = []
        for first, last in self._runs(doc):
            name = doc.run(first, last).text
            root = root_of(doc, first, last)
            folded = fold_name(name)
            standing = self._standing(root)
            inside = folded in self.gazetteer
            if not inside and not self._could_be(root, name):
                continue
            camp = self.camps.is_name(name)
            if camp:
                if not as_ground(root) and not (
                    standing == 2
                    and not (is_country(name) and not is_capital(name))
                    and (is_capital(name) or root.dep in {"nsubj", "nsubjpass", "dobj", "pobj", "conj"})
                ):
                    continue
            elif (not inside and folded not in self.known and standing < 1) or standing < 0:
                continue
            tail = tail_of(root, last)
            end = tail.i if tail is not None else last
            full = doc.run(first, end).text
            names.append(Spot(first, end, root.i, Mention(full, relation_of(doc, root, first)), named=True))
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
            if t.lower == "its" and t.dep == "poss" and is_part(t.head) and (meant := self._meant(t, "it", history)):
                found.append(Spot(t.i, t.i, t.i, Mention(meant, relation_of(doc, t, t.i)), named=False))
                continue
            if lemma in PLACE_WORDS and (meant := self._meant(t, lemma, history)):
                found.append(Spot(t.i, t.i, t.i, Mention(meant, relation_of(doc, t, left_of(t))), named=False))
        while upcoming is not None:
            found.append(upcoming)
            upcoming = next(waiting, None)
        return found

    def _meant(self, t: Word, lemma: str, history: list[Spot]) -> str | None:
        if t.lower == "its":
            wanted = SETTLED | WIDE
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
            wanted = SETTLED | WIDE
        elif lemma == "there":
            if t.dep != "advmod":
                return None
            wanted = SETTLED | WIDE
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
                or (c.dep in {"relcl", "acl"} and lemma in WIDE | ROADS)
                or (c.dep == "appos" and c.pos == "PROPN")
                for c in t.children
            ):
                return None
            if t.dep == "compound":
                return None
            wanted = SETTLED if lemma in SETTLED else WIDE if lemma in WIDE else ROADS if lemma in ROADS else set()
        if not wanted:
            return None
        if wanted is not ROADS and lemma not in {"it", "there", "place", "area"}:
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
                wanted is SETTLED and (kind in SETTLED or is_capital(spot.mention.name))
            ):
                continue
            if lemma in {"it", "there"} and kind in WIDE and fallback is None:
                fallback = spot.mention.name
                continue
            if kind == lemma:
                return spot.mention.name
            if (kind is None and wanted is not ROADS) or kind in wanted:
                if kind == lemma or lemma not in {"port", "capital", "hub"}:
                    return fallback or spot.mention.name
                if lemma == "capital" and is_capital(spot.mention.name):
                    return spot.mention.name
        return None if lemma in {"port", "capital", "hub"} else fallback

    def _kind(self, name: str) -> str | None:
        last = name.rsplit(maxsplit=1)[-1].lower()
        if last in WIDE | ROADS | {"port"} and len(name.split()) > 1:
            return last
        return self.kinds.get(fold_name(name))

    def _could_be(self, root: Word, name: str) -> bool:
        if len(name) < 2 or (any(c.isdigit() for c in name.rsplit("-", maxsplit=1)[-1]) and not tail_of(root, root.i)):
            return False
        if _NOT_PLACES.search(name) or CALENDAR.match(name):
            return False
        if name.isupper() and len(name) <= 6:
            return False
        if root.opens_sentence and (root.lemma in COMMON or root.lower.removesuffix("s") in COMMON):
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
            if lemma in PLACE_WORDS | GROUND | TAIL or DIRECTION.match(lemma):
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
                    or DIRECTION.match(lemma)
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
                if DIRECTION.match(lemma) or lemma in ROUTES | {"close", "km", "kilometre", "kilometer", "mile"}:
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
