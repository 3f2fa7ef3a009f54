"""What the long war's filter hears: claims as statements about a place, with the weight that is left to each."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vedette.belief.announcements import PRIOR_LAXITY, Truth
from vedette.belief.evidence import PRESSURE_DAYS
from vedette.belief.testimony import CAMP_STRENGTH, MARK_OF, PRIOR_ROWS
from vedette.claims import (
    Certainty,
    Claims,
    Copies,
    Kind,
    Relation,
    Says,
    Tendency,
    order_of,
    relation_of,
    says_of,
    tendency_of,
)

__all__ = ["MEMORY_DAYS", "Heard", "credit_of", "listen"]

MEMORY_DAYS = 10.0
"""Repetitions of one claimant, and voices of one camp, weigh less for so long: after it two thirds of that is over."""


@dataclass(frozen=True, eq=False)
class Heard:
    """N statements in order of publication.

    All of shape (N,): `place`; `side` it is about; `record` the row of `credit_of` by which it is weighed; `weight`;
    `about` the day it is about, `arrived` the day it came in; `gain` true for an announced capture, which is real
    with probability `real`; `claim` the claim's number, -1 for none.
    """

    place: NDArray[np.int64]
    side: NDArray[np.int64]
    record: NDArray[np.int64]
    weight: NDArray[np.float64]
    about: NDArray[np.int64]
    arrived: NDArray[np.int64]
    gain: NDArray[np.bool_]
    real: NDArray[np.float64]
    fights: NDArray[np.bool_]
    claim: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.place)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Heard:
        """Some of the statements."""
        return Heard(**{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})

    def at(self, places: NDArray[np.int64], count: int) -> Heard:
        """Those about some of `count` places, which are numbered anew."""
        number = np.full(count, -1, dtype=np.int64)
        number[places] = np.arange(len(places))
        found = self.take(number[self.place] >= 0)
        return replace(found, place=number[found.place])

    def waking(self, place: NDArray[np.int64], day: NDArray[np.int64]) -> Heard:
        """With an empty statement, which says nothing but "look", about each `place` on `day`."""
        n = len(place)
        columns: dict[str, NDArray[np.generic]] = dict.fromkeys(self.__dataclass_fields__, np.zeros(n, dtype=np.int64))
        columns |= {"place": place, "about": day, "arrived": day, "weight": np.zeros(n), "real": np.zeros(n)}
        columns |= dict.fromkeys(("gain", "fights"), np.zeros(n, dtype=bool)) | {"claim": np.full(n, -1)}
        more = Heard(**columns)  # type: ignore[arg-type]
        names = self.__dataclass_fields__
        every = Heard(**{name: np.concatenate([getattr(self, name), getattr(more, name)]) for name in names})
        return every.take(np.argsort(every.arrived, kind="stable"))

    @property
    def boasts(self) -> NDArray[np.bool_]:
        """Which (N,) are gains announced by the side that made them."""
        relations, _, marks = PRIOR_ROWS.shape
        return np.asarray(self.gain & (self.record // (relations * marks) == self.side))

    def pressed(self, places: int, days: int) -> NDArray[np.uint16]:
        """Which sides are reported to fight for each place, from the day the report came in, a bit each; (P, T)."""
        out = np.zeros((places, days), dtype=np.uint16)
        for n in np.flatnonzero(self.fights).tolist():
            until = self.arrived[n] + PRESSURE_DAYS
            out[self.place[n], self.arrived[n] : until] |= np.uint16(1 << int(self.side[n]))
        return out


def record_of(camp: int, relation: int, mark: int) -> int:
    """The row of `credit_of` by which a claim is weighed."""
    relations, _, marks = PRIOR_ROWS.shape
    return int((camp * relations + relation) * marks + mark)


def credit_of(seen: NDArray[np.float64] | None, sides: int) -> NDArray[np.float64]:
    """P(what is said of a side | it holds the place, contested, another does), (rows, 3), from expected counts.

    A party's rows are P(what it says of a side | how that side stands): it chooses of whom to speak. Third
    parties have no such choice to hide behind: *whom* they say holds a place is what informs, even where they
    say nothing but "holds"; so their rows are P(whom they speak of, and what they say | who holds the place).
    """
    relations, _, marks = PRIOR_ROWS.shape
    told = np.zeros((sides + 1, relations, 3, marks))
    if seen is not None:
        told += seen.reshape(sides + 1, relations, marks, 3).swapaxes(2, 3)
    rows = CAMP_STRENGTH[None, :, None, None] * PRIOR_ROWS[None] + told
    out = rows / rows.sum(axis=3, keepdims=True)
    third = int(Relation.third)
    subjects = np.array([1.0, sides, sides - 1.0])  # of whom one may speak so: the holder, any side, any other
    spoken = CAMP_STRENGTH[third] * PRIOR_ROWS[third] * (subjects / sides)[:, None] + told[-1, third]
    held = spoken[0].sum() + spoken[2].sum()
    out[-1, third, 0] = spoken[0] / held
    out[-1, third, 2] = spoken[2] / held / subjects[2]
    out[-1, third, 1] = spoken[1] / spoken[1].sum() / subjects[1]
    return np.asarray(out.swapaxes(2, 3).reshape(-1, 3))


def listen(claims: Claims, days: int) -> Heard:
    """What claims say of control; all days within the war.

    A claimant who says again what it said lately adds what it has let fade; the n-th voice of a camp that
    says one thing adds about an n-th. Copies, word for word, add nothing.
    """
    sides = len(claims.sides)
    rows: list[tuple[float, ...]] = []
    said: dict[tuple[int, Tendency], dict[int, int]] = {}  # when each claimant last said so
    chorus: dict[tuple[int, Tendency], dict[int, tuple[float, int]]] = {}  # how many voices of each camp, and when
    copies = Copies(claims)
    told_of: dict[int, dict[int, int]] = {}  # of each place, when somebody else came to say that a side holds it
    captured: dict[tuple[int, int], int] = {}  # when the latest capture of a place by a side was told of
    for turn, n in enumerate(order_of(claims).tolist()):
        place, side, camp = int(claims.place[n]), int(claims.side[n]), int(claims.camp[n])
        found = says_of(
            Kind(int(claims.kind[n])),
            denied=bool(claims.denied[n]),
            partial=bool(claims.partial[n]),
            certainty=Certainty(int(claims.certainty[n])),
        )
        if found is None or place < 0 or side < 0:
            continue
        says, weight = found
        # A span may end after the report: what is said of its last days is heard as said of the day it came in.
        about = min(max(min(int(claims.about_to[n]), int(claims.reported[n])), 0), days - 1)
        arrived = min(max(int(claims.reported[n]), about), days - 1)
        tendency = tendency_of(says, side, sides)
        if copies.first(n, tendency, about)[0] != claims.claimant[n]:
            continue
        about_it = place, tendency
        if says is Says.took:
            lost = max((when for other, when in told_of.get(place, {}).items() if other != side), default=-1)
            had = claims.places.start[place] == side or side in told_of.get(place, {})
            if had and lost > captured.get((place, side), -1):  # what was said before is of the time before
                said.pop(about_it, None)
                chorus.pop(about_it, None)
            captured[place, side] = turn
        own, voiced = said.setdefault(about_it, {}), chorus.setdefault(about_it, {})
        claimant = int(claims.claimant[n])
        if tendency[0] is Says.holds and camp != tendency[1] and claimant not in own:
            told_of.setdefault(place, {})[tendency[1]] = turn
        if claimant in own:
            weight *= -np.expm1(-max(arrived - own[claimant], 0) / MEMORY_DAYS)
        own[claimant] = arrived
        voices, day = voiced.get(camp, (0.0, arrived))
        voices *= np.exp(-max(arrived - day, 0) / MEMORY_DAYS)
        voiced[camp] = voices + weight, arrived
        weight = float((np.log1p(voices + weight) - np.log1p(voices)) / np.log(2.0))
        if weight > 0.0:
            relation = relation_of(camp, side, sides)
            took, stood = says is Says.took, int(claims.places.start[place])
            # What one admits for the first time is news of a change.
            if relation is Relation.other and says is Says.holds and stood != side:
                took = True
            if relation is Relation.own and says is Says.lacks and stood == side and sides == 2:
                took, side, relation = True, 1 - side, Relation.other
            mark = int(MARK_OF[Says.holds if took else says])
            record = record_of(camp, int(relation), mark)
            real = min(weight, 1.0) / (1.0 + PRIOR_LAXITY[relation, Truth.false - 1])
            fights = says is Says.fights
            rows.append((place, side, record, weight, about, arrived, took, real if took else 0.0, fights, n))
    every = _heard(rows)
    return every.take(np.argsort(every.arrived, kind="stable"))


_KINDS = {"gain": np.bool_, "fights": np.bool_, "weight": np.float64, "real": np.float64}


def _heard(rows: list[tuple[float, ...]]) -> Heard:
    names = tuple(Heard.__dataclass_fields__)
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return Heard(**{n: np.array(c, dtype=_KINDS.get(n, np.int64)) for n, c in zip(names, columns, strict=True)})
