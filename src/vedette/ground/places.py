"""Named places, and the many names each answers to."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from vedette.errors import GroundError, PlaceNotFoundError

__all__ = ["Places", "fold_name"]

_SUGGESTIONS = 5


def fold_name(name: str) -> str:
    """A name as it is compared: no case, accents, apostrophes, hyphens or doubled spaces; any script.

    Letters that decompose lose their marks (s with cedilla is s); dotless i is i and
    schwa is a, since transcriptions into plain Latin letters write them so.
    """
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = text.translate(_FOLDS)
    return " ".join(text.split())


_FOLDS = str.maketrans({"ı": "i", "ə": "a", "ё": "е", "-": " ", "–": " ", "_": " "} | dict.fromkeys("'’‘ʻʼ`´ʹ՚", ""))


@dataclass(frozen=True, eq=False)
class Places:
    """P places in file order; every array in the system that has a place axis follows this order.

    `lat`, `lon` in degrees (WGS 84), shape (P,); `elevation_m` and `population` are
    NaN where unknown; `start` is the state each place was in before day 0, shape (P,).
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    aliases: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...]
    districts: tuple[str, ...]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    elevation_m: NDArray[np.float64]
    population: NDArray[np.float64]
    start: NDArray[np.int8]
    _index: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {place: i for i, place in enumerate(self.ids)})
        if len(self._index) != len(self.ids):
            raise GroundError("two places share one id: claims could not say which they mean. Make place_id unique.")
        if not self.ids:
            raise GroundError("there is no place: without places nothing can be held. Fill the places table.")

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, place_id: object) -> bool:
        return place_id in self._index

    def index(self, place_id: str) -> int:
        """The array position of a place id; `KeyError` if there is none (tables are checked when read)."""
        return self._index[place_id]

    @cached_property
    def digest(self) -> str:
        """A fingerprint of ids and order, carried by results so that arrays are never read against other places."""
        return sha256("\n".join(self.ids).encode()).hexdigest()[:16]

    @cached_property
    def _by_name(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, set[int]] = {}
        for i, (place, name, others) in enumerate(zip(self.ids, self.names, self.aliases, strict=True)):
            for text in (place, name, *others):
                if folded := fold_name(text):
                    found.setdefault(folded, set()).add(i)
        return {name: tuple(sorted(where)) for name, where in found.items()}

    def find(self, name: str) -> int:
        """The place that answers to `name`: its id, its name, or any alias in any script.

        An id wins over a name, a name over an alias. Raises `PlaceNotFoundError` with the
        nearest names when there is none, and with the choices when there are several.
        """
        if name in self._index:
            return self._index[name]
        folded = fold_name(name)
        hits = self._by_name.get(folded, ())
        if len(hits) > 1:
            by_own_name = tuple(i for i in hits if fold_name(self.names[i]) == folded)
            hits = by_own_name or hits
        if len(hits) == 1:
            return hits[0]
        if hits:
            choices = ", ".join(f"{self.ids[i]} ({self.districts[i] or self.kinds[i]})" for i in hits)
            raise PlaceNotFoundError(
                f"{name!r} is the name of {len(hits)} places: {choices}. Give the id of the one you mean."
            )
        near = self.suggest(name)
        hint = f"Did you mean {', '.join(near)}?" if near else "List the case's places to see what it covers."
        raise PlaceNotFoundError(f"no place of this case answers to {name!r}, in any script. {hint}")

    def suggest(self, name: str, count: int = _SUGGESTIONS) -> list[str]:
        """Names of up to `count` places whose names look most like `name`, best first."""
        matches = process.extract(
            fold_name(name), self._by_name.keys(), scorer=fuzz.WRatio, score_cutoff=60, limit=4 * count
        )
        seen: dict[str, None] = {}
        for text, _, _ in matches:
            for i in self._by_name[text]:
                seen.setdefault(f"{self.names[i]} ({self.ids[i]})")
        return list(seen)[:count]

    def search(self, text: str, count: int) -> list[tuple[int, str]]:
        """Up to `count` places with a name like `text`, in any script, best first, and the name that matched.

        Names that begin with it come first, then names with a word that does, names that hold it, and near misses.
        """
        wanted = fold_name(text)
        if not wanted:
            return []
        ranked: dict[str, tuple[float, int]] = {}
        for name in self._by_name:
            if wanted in name:
                rank = 0.0 if name.startswith(wanted) else 1.0 if f" {wanted}" in name else 2.0
                ranked[name] = (rank, len(name))
        if len(ranked) < count:
            near = process.extract(wanted, self._by_name.keys(), scorer=fuzz.WRatio, score_cutoff=70, limit=4 * count)
            for name, score, _ in near:
                ranked.setdefault(name, (3.0 + (100.0 - score) / 100.0, len(name)))
        found: dict[int, str] = {}
        for name in sorted(ranked, key=lambda n: (*ranked[n], n)):
            for i in self._by_name[name]:
                found.setdefault(i, self._spelt(i, name))
        return list(found.items())[:count]

    def _spelt(self, index: int, folded: str) -> str:
        """A place's name as it is written, given as it is compared."""
        own = (self.names[index], *self.aliases[index], self.ids[index])
        return next(name for name in own if fold_name(name) == folded)

    def known_as(self, index: int, names: Sequence[str]) -> bool:
        """True if any of `names` is one of this place's names."""
        own = {fold_name(t) for t in (self.ids[index], self.names[index], *self.aliases[index])}
        return any(fold_name(n) in own for n in names)
