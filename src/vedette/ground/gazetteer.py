"""From the rows of a gazetteer to the settlements of a case: what counts as a place, and which rows are one place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vedette.ground.geodesy import project_km
from vedette.ground.places import fold_name

__all__ = ["is_height", "kind_of", "merge_namesakes", "place_ids"]

_KINDS = {
    "city": "city", "town": "town", "village": "village", "hamlet": "village", "locality": "village",
    "PPLC": "city", "PPLA": "city", "PPLA2": "town", "PPLA3": "village", "PPLA4": "village", "PPLA5": "village",
    "PPL": "village", "PPLF": "village", "PPLL": "village", "PPLQ": "village", "PPLS": "village", "PPLW": "village",
    "PPLG": "town",
    "STLMT": "village", "height": "height", "peak": "height", "hill": "height", "mountain": "height",
    "volcano": "height",
    "PK": "height", "MT": "height", "HLL": "height", "pass": "pass", "saddle": "pass", "PASS": "pass",
    "bridge": "bridge", "BDG": "bridge",
}  # fmt: skip
"""OpenStreetMap's `place` and `natural` values and GeoNames' feature codes, as kinds of place.

Ruined villages stay, since
wars are fought over them; parts of towns, farms and historical places go."""

CITY_PEOPLE, TOWN_PEOPLE = 100_000, 10_000
"""A settlement of so many is a city, a town, whatever its code says."""

SAME_KM = 2.5
"""Rows that share a name within this distance are one place: gazetteers put ruined villages up to so far apart."""

_ORDER = {"city": 0, "town": 1, "village": 2}


def kind_of(kind: str, population: float) -> str:
    """The kind of place, or an empty string for what is no place of its own. An unnamed kind is a village."""
    found = _KINDS.get(kind, "" if kind else "village")
    if found == "village" and population >= TOWN_PEOPLE:
        found = "town"
    return "city" if found == "town" and population >= CITY_PEOPLE else found


def is_height(kind: str) -> bool:
    """True for summits and hills."""
    return _KINDS.get(kind, "") == "height"


def merge_namesakes(
    names: Sequence[Sequence[str]], kinds: Sequence[str], lat: NDArray[np.float64], lon: NDArray[np.float64],
    population: NDArray[np.float64],
) -> NDArray[np.int64]:  # fmt: skip
    """The row that stands for each row, shape (N,): itself, or the foremost of its namesakes within `SAME_KM`.

    Foremost is the higher kind, then the larger population, then the earlier row. O(N log N)
    for towns that lie as towns do.
    """
    folded = [frozenset(f for n in own if (f := fold_name(n))) for own in names]
    lead = np.arange(len(lat))

    def root(i: int) -> int:
        while lead[i] != i:
            lead[i] = lead[lead[i]]
            i = int(lead[i])
        return i

    def rank(i: int) -> tuple[float, float, int]:
        people = population[i]
        return (_ORDER.get(kinds[i], 3), -(0.0 if np.isnan(people) else people), i)

    pairs = (
        cKDTree(project_km(lat, lon)).query_pairs(SAME_KM, output_type="ndarray")
        if len(lat) > 1
        else np.empty((0, 2), int)
    )
    for a, b in pairs.tolist():
        if folded[a] & folded[b]:
            first, second = sorted((root(a), root(b)), key=rank)
            lead[second] = first
    return np.array([root(i) for i in range(len(lat))], dtype=np.int64)


def place_ids(names: Sequence[str], source_ids: Sequence[str]) -> list[str]:
    """A short id of each name in Latin letters; the source's id where a name has none.

    Numbered where several share one.
    """
    out, used = [], set()
    for n, (name, source) in enumerate(zip(names, source_ids, strict=True)):
        plain = unicodedata.normalize("NFKD", fold_name(name)).encode("ascii", "ignore").decode()
        slug = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
        slug = slug or (f"p{source}" if source else f"p{n + 1}")
        place, k = slug, 1
        while place in used:
            k += 1
            place = f"{slug}_{k}"
        used.add(place)
        out.append(place)
    return out
