"""Who speaks for whom: countries, capitals and armed groups, and which war a text is about."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pkgutil import get_data

from vedette.ground import fold_name

__all__ = ["BOTH", "OUTLET", "THIRD", "UNSPECIFIED", "Camps", "camps_of", "is_capital", "is_country"]

THIRD = "third"
BOTH = "both"
OUTLET = "outlet"
"""The claimant of what a report says in its own voice."""
UNSPECIFIED = "unspecified"
"""The claimant of what is "reported" or "believed" by nobody who is named."""

_OUTSIDERS = re.compile(
    r"\b(?:BBC|Reuters|AFP|Agence France|AP|Associated Press|CNN|Al Jazeera|New York Times|Washington Post|Guardian|"
    r"Financial Times|Economist|Bellingcat|ISW|Institute for the Study of War|UN|U\.N\.|United Nations|UNHCR|UNICEF|"
    r"OCHA|ICRC|Red Cross|Red Crescent|Amnesty|Human Rights Watch|Human Rights|SOHR|Observatory|OSCE|IAEA|ACLED|MSF|"
    r"Crisis Group|Yale|analysts?|experts?|monitors?|diplomats?|relief workers|rescuers?|residents?|witnesses|eyewitnesses|locals|villagers|think[- ]tank|researchers?|NGOs?|aid (?:workers?|groups?|agenc(?:y|ies)))\b",
    re.IGNORECASE,
)
"""Press, monitors and agencies that are named in reports of every war; a camp named beside them is not theirs."""

_ALIGNED = re.compile(
    r"\b(?:pro[- ]([\w’'.]+)|([\w’'.]+(?: [\w’'.]+)??)[-‑](?:backed|run|led|installed|allied|aligned|controlled|"
    r"affiliated|linked|appointed|occupied|held|sponsored|supported|based))\b",
    re.IGNORECASE,
)
_ORGAN = re.compile(
    r"(?i)\b(?:ministry|mod|army|armed forces|general staff|military|state (?:news|media|tv|television|agency)|presidency|"
    r"government|command|defen[cs]e|embassy|press service)\b"
)
"""Words of an outlet that speaks for a state or a force; a country's name alone says only where it appears."""
_AGAINST = re.compile(r"\banti[- ]?[\w-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Country:
    name: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Listed:
    """Names of one list. A pattern of all of them is made where it is needed: most wars are not the text's."""

    names: tuple[str, ...]

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds any of the names."""
        return _some(self.names)

    def count(self, text: str, present: set[str]) -> int:
        """How often any of the names stands in a text, whose words are `present`."""
        there = tuple(n for n in self.names if _first_word(n) in present)
        return len(_some(there).findall(text)) if there else 0


@dataclass(frozen=True, slots=True)
class _War:
    name: str
    theatre: _Listed
    names: Mapping[str, _Listed]
    countries: Mapping[str, _Listed]
    leaders: Mapping[str, _Listed]
    words: Mapping[str, _Listed]
    starts: frozenset[str]
    """First words of all proper names; a text with fewer than two of them is not about this war."""


@cache
def _first_word(name: str) -> str:
    return next(iter(re.findall(r"\w+", name.casefold())), "")


@lru_cache(maxsize=4096)
def _some(names: tuple[str, ...]) -> re.Pattern[str]:
    return _pattern(names)


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Any of some names as a whole word; short names in capitals (US, SAC) only in capitals."""
    listed = set(names)
    exact = sorted({n for n in listed if n.isupper() and len(n) <= 6}, key=lambda n: (-len(n), n))
    loose = sorted({n for n in listed if not (n.isupper() and len(n) <= 6)}, key=lambda n: (-len(n), n))
    parts = [re.escape(n) for n in exact]
    parts += [f"(?i:{re.escape(n)})" for n in loose]
    return re.compile(r"(?<![\w])(?:" + "|".join(parts or ["(?!)"]) + r")(?![\w])")


def _shipped(name: str) -> str:
    data = get_data("vedette.reports", f"world/{name}")
    assert data is not None, "it ships with the package"
    return data.decode()


@cache
def _countries() -> dict[str, _Country]:
    found = {}
    for row in csv.DictReader(_shipped("countries.csv").splitlines()):
        names = [row["country"]]
        for column in ("also", "people", "capital"):
            names += [n for n in (row[column] or "").split(";") if n]
        found[row["country"]] = _Country(row["country"], tuple(names))
    return found


@cache
def _country_names() -> dict[str, str]:
    return {fold_name(n): c.name for c in _countries().values() for n in c.names}


@cache
def _country_pattern() -> re.Pattern[str]:
    return _pattern(n for c in _countries().values() for n in c.names)


@cache
def _wars() -> tuple[_War, ...]:
    wars = tomllib.loads(_shipped("wars.toml"))["war"]
    read = []
    for war in wars:
        names, countries, leaders, words = {}, {}, {}, {}
        proper = list(war["theatre"])
        for camp in war["camp"]:
            listed = camp.get("countries", [])
            names[camp["name"]] = _Listed(tuple(camp.get("names", [])))
            countries[camp["name"]] = _Listed(tuple(n for c in listed for n in _countries()[c].names))
            leaders[camp["name"]] = _Listed(tuple(n for c in listed[:1] for n in _countries()[c].names))
            words[camp["name"]] = _Listed(tuple(camp.get("words", [])))
            proper += camp.get("names", []) + [n for c in listed for n in _countries()[c].names]
        starts = frozenset(filter(None, map(_first_word, proper)))
        read.append(_War(war["name"], _Listed(tuple(war["theatre"])), names, countries, leaders, words, starts))
    return tuple(read)


@cache
def _capitals() -> frozenset[str]:
    rows = csv.DictReader(_shipped("countries.csv").splitlines())
    return frozenset(fold_name(n) for row in rows for n in (row["capital"] or "").split(";") if n)


def is_capital(name: str) -> bool:
    """True of the capital of a country."""
    return fold_name(name) in _capitals()


def is_country(name: str) -> bool:
    """True of a country, its people or its capital, in any spelling known."""
    return fold_name(name) in _country_names()


@dataclass(frozen=True)
class Camps:
    """The camps of one war, and the names by which a text calls them.

    `names` are proper names of each camp, `countries` those that speak for it, `words`
    common nouns that mean it ("the rebels"). Where no war is known all are empty and a
    country is its own camp. `own` are the sides that the reader was told of, under the
    names they were given; they come first.
    """

    war: str
    names: Mapping[str, re.Pattern[str]]
    countries: Mapping[str, re.Pattern[str]]
    words: Mapping[str, re.Pattern[str]]
    own: Mapping[str, re.Pattern[str]]
    _known: dict[str, str | None] = field(default_factory=dict, repr=False, compare=False)
    _names: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    def of(self, phrase: str) -> str | None:
        """The camp that a source or an armed force belongs to; `third` if an outsider; None if nothing tells."""
        if phrase not in self._known:
            self._known[phrase] = self._of(phrase)
        return self._known[phrase]

    def _of(self, phrase: str) -> str | None:
        phrase = phrase.replace("’", "'")
        if _OUTSIDERS.search(phrase) and not re.search(r"\bstate (?:media|tv|television)\b", phrase, re.IGNORECASE):
            return THIRD
        phrase = _AGAINST.sub(" ", phrase)
        for aligned in _ALIGNED.finditer(phrase):
            if camp := self._first(aligned.group(1) or aligned.group(2) or ""):
                return camp
        return self._first(phrase)

    def _first(self, phrase: str) -> str | None:
        if camp := _leftmost(self.own, phrase) or _leftmost(self.names, phrase):
            return camp
        word = _leftmost(self.words, phrase)
        if country := _leftmost(self.countries, phrase):
            return word or country
        if hit := _country_pattern().search(phrase):
            return THIRD if self.names or self.own else _country_names()[fold_name(hit.group())]
        return word

    def voice_of(self, outlet: str) -> str:
        """The camp that an outlet is an organ of: a ministry, a state agency, a party's own channel; else `third`."""
        if camp := _leftmost(self.own, outlet) or _leftmost(self.names, outlet):
            return camp
        return (self.of(outlet) or THIRD) if _ORGAN.search(outlet) else THIRD

    def organ(self, name: str) -> str | None:
        """The camp whose agency or office has this very name; None for countries and people."""
        if _country_pattern().fullmatch(name):
            return None
        return next((c for t in (self.own, self.names) for c, p in t.items() if p.fullmatch(name)), None)

    def is_name(self, text: str) -> bool:
        """True of a proper name of a camp, or of a country."""
        if text not in self._names:
            self._names[text] = self._is_name(text)
        return self._names[text]

    def _is_name(self, text: str) -> bool:
        text = text.replace("’", "'")
        return any(p.fullmatch(text) for p in (*self.own.values(), *self.names.values())) or bool(
            _country_pattern().fullmatch(text)
        )


def _leftmost(table: Mapping[str, re.Pattern[str]], phrase: str) -> str | None:
    best: tuple[int, int, str] | None = None
    for camp, pattern in table.items():
        if hit := pattern.search(phrase):
            place = (hit.start(), -len(hit.group()), camp)
            best = min(best, place) if best else place
    return best[2] if best else None


def camps_of(text: str, sides: Mapping[str, tuple[str, ...]] | None = None) -> Camps:
    """The war that a text is about, by whom and where it names; no war if it names too little.

    `sides` are camps that are known beforehand, each under all its names.
    """
    own = {camp: _pattern(names) for camp, names in (sides or {}).items()}
    text = text.replace("’", "'")[:40_000]
    best: tuple[float, _War] | None = None
    present = set(re.findall(r"\w+", text.casefold()))
    for war in _wars():
        if len(war.starts & present) < 2:
            continue
        # A country that leads a camp tells the war; one that helps in several wars (countries after the first) hardly.
        counts = [
            min(war.names[c].count(text, present) + war.leaders[c].count(text, present), 6)
            + 0.25 * min(war.countries[c].count(text, present), 4)
            for c in war.names
        ]
        common = [listed.count(text, present) for listed in war.words.values()]
        theatre = war.theatre.count(text, present)
        named = sum(c >= 1 for c in counts)
        if named + (theatre > 0) < 2:
            continue
        score = sum(counts) + 0.25 * sum(min(c, 4) for c in common) + 2 * min(theatre, 3) + 3 * named
        if best is None or score > best[0]:
            best = (score, war)
    if best is None:
        return Camps("", {}, {}, {}, own)
    war = best[1]
    names, countries, words = ({c: x.pattern for c, x in t.items()} for t in (war.names, war.countries, war.words))
    return Camps(war.name, names, countries, words, own)
