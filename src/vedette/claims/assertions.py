"""What claims amount to: one standing assertion for each claimant, place and content, however often it is repeated."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from vedette.claims.claim import Certainty, Kind
from vedette.claims.table import Claims

__all__ = [
    "Assertions",
    "Copies",
    "Relation",
    "Says",
    "Tendency",
    "assertions_of",
    "order_of",
    "relation_of",
    "says_of",
    "tendency_of",
]

COPY_DAYS = 7
"""Days about which the same words in other mouths are copies, from one copy to the next: wire copy and posts go round
for a week."""

CHORUS_DAYS = 7
"""Third parties are one chorus while no more than so many days pass between what they speak of. A party has one line.
It begins anew where a place that it had, before the war or by the word of others, is said by others to be another
side's; but who says a second time that it took a place keeps to its line."""


class Says(IntEnum):
    """What a claim says about control, with respect to its side k."""

    took = 0
    """k has taken the place: it did not hold it before."""
    holds = 1
    """k holds the place."""
    lacks = 2
    """k does not hold the place."""
    fights = 3
    """k is fighting its way in: attacks, holds parts or the approaches."""
    outside = 4
    """k fires at the place, or surrounds it: it is not k's."""
    repels = 5
    """k has beaten back an attack: it holds, under pressure."""


class Relation(IntEnum):
    """How the claimant stands to the side that the claim is about."""

    own = 0
    third = 1
    other = 2


_FULL = {
    (Kind.capture, False): Says.took,
    (Kind.capture, True): Says.lacks,
    (Kind.control, False): Says.holds,
    (Kind.control, True): Says.lacks,
    (Kind.withdrawal, False): Says.lacks,
    (Kind.withdrawal, True): Says.holds,
    (Kind.repulse, False): Says.repels,
    (Kind.assault, False): Says.fights,
    (Kind.advance, False): Says.fights,
    (Kind.advance, True): Says.lacks,
    (Kind.strike, False): Says.outside,
    (Kind.encirclement, False): Says.outside,
}
"""(kind, denied) -> what is said of control. Pairs that are missing say nothing of it: a denied strike, a pledge."""

_PARTIAL = _FULL | {(Kind.capture, False): Says.fights}
"""A partial capture (heights, outskirts, "almost") says that the side is fighting its way in."""

_OPPOSITE = {Says.took: Says.lacks, Says.holds: Says.lacks, Says.lacks: Says.holds, Says.repels: Says.lacks}
"""What "unlikely" turns a statement into; the others fall silent."""

_FIRMNESS = {Certainty.asserted: 1.0, Certainty.likely: 0.75, Certainty.possible: 0.4, Certainty.unlikely: 0.5}
"""Share of a flat statement's evidence. ICD-203 puts "likely" at 55-80 % and leaves "possible" without a number."""

_PARTIAL_SHARE = 0.5
"""Share kept by partial statements, but for captures of parts and approaches: they are often about a front, hung on
one of its places."""


def says_of(kind: Kind, *, denied: bool, partial: bool, certainty: Certainty) -> tuple[Says, float] | None:
    """What a claim says about control and the share of a flat statement's weight it keeps, in (0, 1].

    None if it says nothing about control: forecasts, intents, casualties, support,
    ceasefires, routes. The caller must also see that the claim names one side and a place.
    """
    says = (_PARTIAL if partial else _FULL).get((kind, denied))
    if says is not None and certainty is Certainty.unlikely:
        says = _OPPOSITE.get(says)
    if says is None:
        return None
    halved = partial and not (kind is Kind.capture and says is Says.fights)
    return says, _FIRMNESS[certainty] * (_PARTIAL_SHARE if halved else 1.0)


@dataclass(frozen=True, eq=False)
class Assertions:
    """J standing assertions, ordered by the day their first statement was published.

    All of shape (J,): `claimant`, `camp`, `place`, `side` as in `Claims`; `says` a
    `Says`; `relation` a `Relation`; `first` and `last` the day numbers that the first
    and the latest statement are about, clipped to the war; `share` the weight in
    (0, 1] of the firmest statement; `repeats` how many statements it stands for.
    `of_claim`, shape (N,), maps each claim to its assertion, or -1.

    `chorus`, shape (J,), numbers the groups of assertions with one camp, place and
    tendency (see `CHORUS_DAYS`): they may share one error, since a camp's spokesmen read each
    other.
    """

    claimant: NDArray[np.int32]
    camp: NDArray[np.int8]
    place: NDArray[np.int32]
    side: NDArray[np.int8]
    says: NDArray[np.int8]
    relation: NDArray[np.int8]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    share: NDArray[np.float64]
    repeats: NDArray[np.int32]
    chorus: NDArray[np.int32]
    of_claim: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.claimant)

    @property
    def choruses(self) -> int:
        """How many groups there are."""
        return int(self.chorus.max()) + 1 if len(self) else 0


def order_of(claims: Claims) -> NDArray[np.int64]:
    """The order in which claims are heard, (N,): by day of publication, parties before third parties, then by id."""
    return np.lexsort((np.arange(len(claims)), claims.camp == len(claims.sides), claims.reported))


class Copies:
    """Who said it first, claims being heard in their order.

    Claims that share place, tendency and a paraphrase word for word, and are about days within a week of one another,
    are copies of the earliest. A party's word is a copy of its own camp's alone: to say what others said is to
    affirm it.
    """

    def __init__(self, claims: Claims) -> None:
        self._claims = claims
        self._heard: dict[tuple[int, Tendency, str], list[_Original]] = {}

    def first(self, n: int, tendency: Tendency, day: int) -> tuple[int, int]:
        """The claimant whose words claim n repeats, and its camp; its own, if it repeats nobody's."""
        claimant, camp = int(self._claims.claimant[n]), int(self._claims.camp[n])
        text = " ".join(str(self._claims.prose.paraphrase[n]).casefold().split())
        if not text:
            return claimant, camp
        known = self._heard.setdefault((int(self._claims.place[n]), tendency, text), [])
        for original in known:
            anybody = camp == len(self._claims.sides) or camp == original.camp
            if anybody and original.first - COPY_DAYS <= day <= original.last + COPY_DAYS:
                original.first, original.last = min(original.first, day), max(original.last, day)
                return original.claimant, original.camp
        known.append(_Original(claimant, camp, day, day))
        return claimant, camp


@dataclass(slots=True)
class _Chorus:
    """The latest chorus of a camp on one tendency: the last day spoken of, when it last spoke, whether of a capture."""

    number: int
    last: int
    turn: int
    took: bool


def _lost(told_of: dict[int, int], tendency: Tendency) -> int:
    """When somebody last came to say, not of his own side, that another side holds a place."""
    return max((when for side, when in told_of.items() if (Says.holds, side) != tendency), default=-1)


@dataclass(slots=True)
class _Original:
    claimant: int
    camp: int
    first: int
    last: int


def assertions_of(claims: Claims) -> Assertions:
    """Merge repeated and copied claims into standing assertions.

    Statements of one claimant that pull one way about one place are one assertion,
    refreshed by each repetition, until that claimant says something that excludes
    it; after that the same words are a new one. So is word of the capture of a place that it
    had said to be the side's, once somebody else has come to say that it is another side's.
    Copies (`Copies`) are the original's, whoever is named as claimant. O(N).
    """
    sides = len(claims.sides)
    standing: dict[tuple[int, int], dict[Tendency, int]] = {}
    copies = Copies(claims)
    choruses: dict[tuple[int, int, Tendency], _Chorus] = {}
    count = 0
    told_of: dict[int, dict[int, int]] = {}  # of each place, when somebody else first said that a side holds it
    rows: list[dict[str, float]] = []
    heard: list[int] = []  # of each assertion: how many claims had been heard at its latest statement
    of_claim = np.full(len(claims), -1, dtype=np.int32)
    last_day = len(claims.days) - 1
    for turn, n in enumerate(order_of(claims).tolist()):
        place, side = int(claims.place[n]), int(claims.side[n])
        found = says_of(
            Kind(int(claims.kind[n])),
            denied=bool(claims.denied[n]),
            partial=bool(claims.partial[n]),
            certainty=Certainty(int(claims.certainty[n])),
        )
        if found is None or place < 0 or side < 0:
            continue
        says, share = found
        tendency = tendency_of(says, side, sides)
        day = min(max(int(claims.about_to[n]), 0), last_day)
        claimant, camp = copies.first(n, tendency, day)
        held = standing.setdefault((claimant, place), {})
        had = claims.places.start[place] == side or side in told_of.get(place, {})
        lost = _lost(told_of.get(place, {}), tendency) if had else -1
        again = tendency in held and says is Says.took and rows[held[tendency]]["says"] != Says.took
        if again and lost > heard[held[tendency]]:
            del held[tendency]
        voices = choruses.get((camp, place, tendency))
        if voices is None or (
            day > voices.last + CHORUS_DAYS if camp == sides else lost > voices.turn and not voices.took
        ):
            voices = choruses[camp, place, tendency] = _Chorus(count, day, turn, took=False)
            count += 1
        voices.last, voices.turn, voices.took = max(voices.last, day), turn, voices.took or says is Says.took
        if tendency not in held:
            for withdrawn in [other for other in held if _exclude(other, tendency)]:
                del held[withdrawn]
            if tendency[0] is Says.holds and camp != tendency[1]:
                told_of.setdefault(place, {})[tendency[1]] = turn
            held[tendency] = len(rows)
            heard.append(turn)
            rows.append(
                {
                    "claimant": claimant,
                    "camp": camp,
                    "place": place,
                    "side": side,
                    "says": says,
                    "relation": relation_of(camp, side, sides),
                    "first": day,
                    "last": day,
                    "share": share,
                    "repeats": 0,
                    "chorus": voices.number,
                }
            )
        row = rows[held[tendency]]
        row["first"], row["last"] = min(row["first"], day), max(row["last"], day)
        row["share"] = max(row["share"], share)
        row["repeats"] += 1
        heard[held[tendency]] = turn
        of_claim[n] = held[tendency]
    arrays = {name: np.array([row[name] for row in rows], dtype=kind) for name, kind in _COLUMNS.items()}
    return Assertions(**arrays, of_claim=of_claim)


_COLUMNS: dict[str, type[np.generic]] = {
    "claimant": np.int32,
    "camp": np.int8,
    "place": np.int32,
    "side": np.int8,
    "says": np.int8,
    "relation": np.int8,
    "first": np.int32,
    "last": np.int32,
    "share": np.float64,
    "repeats": np.int32,
    "chorus": np.int32,
}

Tendency = tuple[Says, int]
"""Which way a statement pulls: the content that repetition refreshes and denial excludes."""


def relation_of(camp: int, side: int, sides: int) -> Relation:
    """How a voice of `camp` (K: a third party) stands to `side`."""
    if camp == sides:
        return Relation.third
    return Relation.own if camp == side else Relation.other


def tendency_of(says: Says, side: int, sides: int) -> Tendency:
    """To have taken or to repel is to hold; between two sides, one's lacking a place is the other's holding it."""
    if says in (Says.took, Says.repels):
        return Says.holds, side
    if says is Says.lacks and sides == 2:
        return Says.holds, 1 - side
    return says, side


def _exclude(a: Tendency, b: Tendency) -> bool:
    """True if one claimant cannot mean both at once."""
    if {a[0], b[0]} == {Says.holds}:
        return a[1] != b[1]
    return {a[0], b[0]} == {Says.holds, Says.lacks} and a[1] == b[1]
