"""Names in a text matched against the places of a case: any script, inflected, misspelt with care."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from rapidfuzz import fuzz, process

from vedette.ground import Places, distance_km, fold_name
from vedette.reports.statement import Mention, Statement
from vedette.reports.story import script_of

__all__ = ["Gazetteer", "plain_name"]

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe00-\ufe0f]")
_TAIL = re.compile(
    r"(?i)\s+(?:district|oblast|province|region|city|town|village|governorate|raion|county|heights?|settlement|area|"
    r"direction|airport|front|sector)s?$|^(?:the|city of|town of|village of)\s+"
)
_POSSESSIVE = re.compile(r"['’]s?$")
_ENDINGS = {
    "Cyrl": ("ского", "ской", "ском", "ская", "ский", "ами", "ями", "ого", "ему", "ой", "ей", "ом", "ем", "ою", "ах", "ях", "у", "ю", "е", "и", "ы", "і", "ї", "а", "я"),
    "Latn": ("nın", "nin", "nun", "nün", "dan", "dən", "da", "də", "ya", "yə", "ın", "in", "un", "ün", "a", "ə", "i", "ı"),
    "Armn": ("ում", "ից", "ով", "ին", "ի", "ը", "ն"),
}  # fmt: skip
"""Case endings of the scripts' languages; tried only when the name as written matches nothing."""
_SHORTEST_FUZZY = 5
_LIKENESS = 90.0
"""Of 100; below it two names of a valley are as likely as two spellings of one."""
_MARGIN = 4.0

# Letters of one alphabet that pass for those of another.
_LOOKALIKES = str.maketrans("ЅЈІАВЕКМНОРСТУХаеорсухіјѕԁӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "SJIABEKMHOPCTYXaeopcyxijsdlABEZHIKMNOPTYXo")


def plain_name(name: str) -> str:
    """A name without characters that do not show, and in one alphabet where it mixes look-alikes of two."""
    name = unicodedata.normalize("NFKC", _UNSEEN.sub("", name))
    scripts = {script_of(c) for c in name if c.isalpha()}
    if "Latn" in scripts and scripts & {"Cyrl", "Grek"}:
        name = name.translate(_LOOKALIKES)
    return _POSSESSIVE.sub("", " ".join(name.split()))


@lru_cache(maxsize=100_000)
def _latin(folded: str) -> str:
    from anyascii import anyascii

    return fold_name(str(anyascii(folded)))


@dataclass(frozen=True)
class Gazetteer:
    """The places of a case, by every name and alias they answer to."""

    places: Places

    @cached_property
    def _names(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, set[int]] = {}
        for i, (name, others) in enumerate(zip(self.places.names, self.places.aliases, strict=True)):
            for text in (name, re.sub(r"\s*\([^)]*\)$", "", name), *others):
                if folded := fold_name(text):
                    found.setdefault(folded, set()).add(i)
        return {k: tuple(sorted(v)) for k, v in found.items()}

    @cached_property
    def _latin_names(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, set[int]] = {}
        for name, where in self._names.items():
            found.setdefault(_latin(name), set()).update(where)
        return {k: tuple(sorted(v)) for k, v in found.items()}

    @cached_property
    def names(self) -> frozenset[str]:
        """Every folded name, for a reader that is told which words are places."""
        return frozenset(n for n in self._names if len(n) > 2)

    def candidates(self, name: str) -> tuple[int, ...]:
        """The places that `name` may mean; empty if none does."""
        return self._candidates(plain_name(name))

    @lru_cache(maxsize=50_000)  # noqa: B019  as many names as a war has; the object lives as long as the case
    def _candidates(self, name: str) -> tuple[int, ...]:
        tries = [name]
        shorter = _TAIL.sub("", name)
        if shorter != name:
            tries.append(shorter)
        for text in tries:
            folded = fold_name(text)
            for form in (folded, re.sub(r"^(?:al|el|ash|as|ar|az) ", "", folded)):
                if hit := self._names.get(form):
                    return hit
        for text in tries:
            if hit := self._latin_names.get(_latin(fold_name(text))):
                return hit
        for text in tries:
            for stem in _stems(text):
                if hit := self._by_stem(stem):
                    return hit
        return self._near(_latin(fold_name(tries[-1])))

    def _by_stem(self, stem: str) -> tuple[int, ...]:
        if hit := self._names.get(stem):
            return hit
        if len(stem) < 3:
            return ()
        longest = len(stem) + (2 if len(stem) > 3 else 1)
        found = {
            i
            for n, where in self._names.items()
            if n.startswith(stem) and len(n) <= longest and " " not in n[len(stem) :]
            for i in where
        }
        return tuple(sorted(found)) if len(found) == 1 else ()

    def _near(self, folded: str) -> tuple[int, ...]:
        """The one place whose name is nearly this; none if two are, or if it is short."""
        if len(folded) < _SHORTEST_FUZZY:
            return ()
        found = process.extract(folded, self._latin_names.keys(), scorer=fuzz.ratio, score_cutoff=_LIKENESS, limit=4)
        found = [f for f in found if f[0][:1] == folded[:1]]
        if not found:
            return ()
        best = {i for text, score, _ in found if score >= found[0][1] - _MARGIN for i in self._latin_names[text]}
        return tuple(best) if len(best) == 1 else ()

    def resolve(self, names: Sequence[str]) -> dict[str, int | None]:
        """The place each name of one story means; None for those that match none, or several that nothing decides.

        Ambiguous names go to the candidate nearest, in the median, to the story's places
        that are not ambiguous; without any, to the only one that is a town or city.
        """
        found = {name: self.candidates(name) for name in dict.fromkeys(names)}
        sure = sorted({c[0] for c in found.values() if len(c) == 1})
        districts = {fold_name(self.places.districts[i]) for i in sure} | {fold_name(_TAIL.sub("", n)) for n in found}
        return {name: self._choose(c, sure, districts) for name, c in found.items()}

    def _choose(self, candidates: tuple[int, ...], sure: list[int], districts: set[str]) -> int | None:
        if len(candidates) < 2:
            return candidates[0] if candidates else None
        here = [i for i in candidates if fold_name(self.places.districts[i]) in districts]
        if len(here) == 1:
            return here[0]
        pool = here or list(candidates)
        if sure:
            lat, lon = self.places.lat, self.places.lon
            reach = {
                i: float(
                    np.median(distance_km(np.full(len(sure), lat[i]), np.full(len(sure), lon[i]), lat[sure], lon[sure]))
                )
                for i in pool
            }
            order = sorted(pool, key=lambda i: (reach[i], i))
            if reach[order[0]] < 0.7 * reach[order[1]]:
                return order[0]
        towns = [i for i in pool if self.places.kinds[i] in {"city", "town", "capital"}]
        return towns[0] if len(towns) == 1 else None

    def place(self, statements: Iterable[Statement]) -> tuple[Statement, ...]:
        """The same statements with `place_ids` and `unmatched` filled."""
        told = tuple(statements)
        meant = self.resolve([m.name for s in told for m in s.places])
        return tuple(
            replace(
                s,
                place_ids=tuple(
                    dict.fromkeys(self.places.ids[i] for m in s.places if (i := meant[m.name]) is not None)
                ),
                unmatched=tuple(dict.fromkeys(m.name for m in s.places if meant[m.name] is None)),
            )
            for s in told
        )

    def of(self, statement: Statement, meant: dict[str, int | None]) -> list[tuple[int, Mention]]:
        """The places of one statement with the mention each came from."""
        seen: dict[int, Mention] = {}
        for m in statement.places:
            i = meant.get(m.name)
            if i is not None:
                seen.setdefault(i, m)
        return list(seen.items())


def _stems(name: str) -> list[str]:
    """A name without each case ending it may carry."""
    if not name:
        return []
    script = script_of(name[0])
    folded = fold_name(name)
    return [
        folded[: -len(e)]
        for ending in _ENDINGS.get(script, ())
        if folded.endswith(e := fold_name(ending)) and len(folded) - len(e) >= 3
    ]
