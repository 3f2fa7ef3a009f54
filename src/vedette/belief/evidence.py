"""What is known as of a day, laid out for inference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from vedette.belief._record_kernels import Talk
from vedette.claims import (
    Assertions,
    Certainty,
    Claims,
    ControlMap,
    Kind,
    Relation,
    Says,
    assertions_of,
    relation_of,
    says_of,
)
from vedette.dynamics import phases_of
from vedette.dynamics._kernels import REAR
from vedette.ground import Days, Neighbours, Places, Sides, project_km

__all__ = ["Clamour", "Evidence", "Known", "Statements", "Tracks", "gather", "hidden_states", "known_by"]

START_DOUBT = 0.01
"""Probability that a place was not on day 0 in the state the places table gives: the war began that day."""

ATTENTION_KM = 15.0
ATTENTION_DAYS = 5.0
"""Reach of attention: a claim says that somebody watched its surroundings, to about a day's march, for some days."""

ATTENTION_FLOOR = 0.02
"""Attention where nobody has spoken at all: silence there says next to nothing."""

ATTENTION_LEVELS = 64
"""Attention is rounded to as many steps, so that the likelihood of silence is a table."""

PRESSURE_DAYS = 3
"""Days for which an enemy reported at a place is taken to stay near it."""

RENEWAL_DAYS = 20.0
"""An assertion's latest repetition has 1 - exp(-days since its first statement / `RENEWAL_DAYS`) of its weight, so a
thousand repetitions count once more at the most: to go on maintaining a line is cheap, but whoever still says so weeks
later has seen what came since."""


ECHO_PRIOR = ((8.0, 2.0), (2.0, 8.0))
"""Beta prior that all but the first voice of a chorus only echo it: a party's, third parties'."""


def echo_prior(sides: int) -> NDArray[np.float64]:
    """`ECHO_PRIOR` of each of the K + 1 camps, (K + 1, 2)."""
    return np.array([ECHO_PRIOR[camp == sides] for camp in range(sides + 1)])


def hidden_states(sides: int) -> int:
    """H: k holds (0 .. K - 1), contested (K), and k has just taken the place (K + 1 + k): 2 K + 1."""
    return 2 * sides + 1


@dataclass(frozen=True, eq=False)
class Tracks:
    """R lines of talk that were heard: one claimant speaking in one relation to the side it speaks of.

    `claimant` (R,) is -1 for any other voice of a camp; `camp`, `relation` (R,). `pool`
    (R,) numbers the Q distinct (camp, relation), whose values are `pool_camp` and
    `pool_relation` (Q,). A line of talk exists once it has been heard.
    """

    claimant: NDArray[np.int64]
    camp: NDArray[np.int64]
    relation: NDArray[np.int64]
    pool: NDArray[np.int64]
    pool_camp: NDArray[np.int64]
    pool_relation: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.claimant)

    @property
    def keys(self) -> list[tuple[int, int, int]]:
        """(camp, relation, claimant) of each: what names a line of talk from one day to the next."""
        return list(zip(self.camp.tolist(), self.relation.tolist(), self.claimant.tolist(), strict=True))

    @property
    def pool_keys(self) -> list[tuple[int, int]]:
        """(camp, relation) of each pool."""
        return list(zip(self.pool_camp.tolist(), self.pool_relation.tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class Statements:
    """N statements about a place on a day, sorted by chorus, with the lines of talk they belong to.

    All of shape (N,): `assertion` the row in `Assertions`; `place`, `day`, `side`;
    `says` a `Says`; `track`; `camp`; `share` the weight in (0, 1]; `chorus` the group of
    one camp, place and tendency, 0 .. `choruses` - 1; `leads` True for the voices that cannot be
    its echoes, if there are any.
    """

    assertion: NDArray[np.int64]
    place: NDArray[np.int64]
    day: NDArray[np.int64]
    side: NDArray[np.int64]
    says: NDArray[np.int64]
    track: NDArray[np.int64]
    camp: NDArray[np.int64]
    share: NDArray[np.float64]
    chorus: NDArray[np.int64]
    leads: NDArray[np.bool_]
    tracks: Tracks

    def __len__(self) -> int:
        return len(self.place)

    def talk(self, mark_of: NDArray[np.int64]) -> Talk:
        """The same for kernels; `mark_of` (says,) numbers what can be said."""
        tracks = self.tracks
        return Talk(
            self.place,
            self.day,
            self.side,
            mark_of[self.says],
            self.track,
            self.share,
            self.chorus,
            self.leads,
            self.camp[self._opens],
            tracks.pool,
            tracks.pool_relation,
        )

    @property
    def choruses(self) -> int:
        """How many choruses there are."""
        return int(self.chorus[-1]) + 1 if len(self) else 0

    @property
    def chorus_keys(self) -> list[tuple[int, ...]]:
        """What names each chorus from one day to the next: its first assertion, which later claims do not renumber."""
        return [(int(j),) for j in self.assertion[self._opens]]

    @property
    def _opens(self) -> NDArray[np.int64]:
        """The first of each chorus here."""
        return np.flatnonzero(np.diff(self.chorus, prepend=-1))


@dataclass(frozen=True, eq=False)
class Fights:
    """F reports of fighting, repetitions too: of which `assertion` (F,), about which `day` (F,) within the war.

    `presses` (F,) True where a side is said to fight its way in, and not only to be beaten off.
    """

    assertion: NDArray[np.int64]
    day: NDArray[np.int64]
    presses: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Clamour:
    """N place-days of which fighting is reported, in order of place and day, and how many camps report it.

    `place`, `day`, `camps` (N,): from one to all K + 1, third parties together being one.
    """

    place: NDArray[np.int64]
    day: NDArray[np.int64]
    camps: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True, eq=False)
class Known:
    """Where and when, and everything that was said, as of the last of T days: `told` the assertions."""

    sides: Sides
    days: Days
    places: Places
    neighbours: Neighbours
    told: Assertions
    claimants: tuple[str, ...]

    @property
    def states(self) -> int:
        """S: the sides, and contested."""
        return len(self.sides) + 1


@dataclass(frozen=True, eq=False)
class Evidence(Known):
    """All that joint draws are made from.

    For P places, T days, K sides, H hidden states: `start_prior` (P, H) rows sum to 1;
    `told` comes apart into `announced` captures and `testimony` about
    who holds, lacks, fights for or fires at a place; `attention` (P, T) in (0, 1]: how
    closely a place is watched; `lists` (T, K) the days on which each side announced any
    gain; `fights` the reports of fighting; `fighting` (P, T) the sides reported to fight for
    each place, and whose rear it is, as `dynamics._kernels.REAR` says; `clamour` the days on
    which anybody reported fighting; `maps` the control maps; `phase` (T,).
    """

    start_prior: NDArray[np.float64]
    announced: Statements
    testimony: Statements
    attention: NDArray[np.float64]
    lists: NDArray[np.bool_]
    fights: Fights
    fighting: NDArray[np.uint8]
    clamour: Clamour
    maps: tuple[ControlMap, ...]
    phase: NDArray[np.int32]

    @property
    def hidden(self) -> int:
        """H: see `hidden_states`."""
        return hidden_states(len(self.sides))


def gather(claims: Claims, maps: Sequence[ControlMap], neighbours: Neighbours, as_of: int) -> Evidence:
    """The evidence that had been published by the end of day number `as_of` of the war, and nothing later.

    `as_of` may lie beyond the war's last day: claims made in hindsight then count too.
    """
    claims = claims.until(as_of)
    known = known_by(claims, neighbours, as_of)
    days, told, sides, places = known.days, known.told, known.sides, known.places
    announced, testimony = _statements(told, places, len(sides))
    fights = _fights(told, claims, len(days))
    return Evidence(
        **vars(known),
        start_prior=_start_prior(places, len(sides)),
        announced=announced,
        testimony=testimony,
        attention=_attention(told, claims, places, len(days)),
        lists=_lists(told, len(days), len(sides)),
        fights=fights,
        fighting=_fighting(told, fights, len(places), len(days))
        | ((neighbours.rear + 1) << REAR).astype(np.uint8)[:, None],
        clamour=_clamour(told, fights),
        maps=tuple(m for m in (m.until(min(as_of, len(days) - 1)) for m in maps) if len(m.place)),
        phase=phases_of(len(days)),
    )


def known_by(claims: Claims, neighbours: Neighbours, as_of: int) -> Known:
    """What had been said by the end of day number `as_of`."""
    known, days = claims.until(as_of), claims.days.until(claims.days.date(as_of))
    told, today = assertions_of(known), len(days) - 1
    told = replace(told, first=np.minimum(told.first, today), last=np.minimum(told.last, today))
    return Known(claims.sides, days, claims.places, neighbours, told, known.claimants)


def _start_prior(places: Places, sides: int) -> NDArray[np.float64]:
    """On day 0 a place is as it was on the eve, or contested, or just taken by somebody else."""
    prior = np.zeros((len(places), hidden_states(sides)))
    row = np.arange(len(places))
    prior[:, sides:] = START_DOUBT / sides
    prior[row, np.where(places.start < sides, sides + 1 + places.start, sides)] = 0.0
    prior[row, places.start] = 1 - START_DOUBT
    prior /= prior.sum(axis=1, keepdims=True)
    return prior


def _statements(told: Assertions, places: Places, sides: int) -> tuple[Statements, Statements]:
    """Assertions as statements about days: the first, and the latest repetition as `RENEWAL_DAYS` says.

    To say again that a side took a place is to say that it still holds it.
    """
    news = _as_news(told, places, sides)
    late = (told.says == Says.took) & (news.says != Says.took)
    told = news
    again = np.flatnonzero(told.last > told.first)
    row = np.concatenate([np.arange(len(told)), again])
    day = np.concatenate([told.first, told.last[again]]).astype(np.int64)
    renewed = -np.expm1((told.first - told.last)[again] / RENEWAL_DAYS)
    share = np.concatenate([told.share, renewed * told.share[again]])
    says = told.says[row].astype(np.int64)
    repeated = np.arange(len(row)) >= len(told)
    says[repeated & (says == Says.took)] = Says.holds
    took = says == Says.took
    # One voice leads each chorus, and one more what it says of who holds the place: no repetition, nor late news.
    leads = np.zeros(len(row), dtype=bool)
    for part in (np.ones_like(took), ~took & ~repeated & ~late[row]):
        mine = np.flatnonzero(part)
        mine = mine[np.lexsort((row[mine], day[mine], told.chorus[row[mine]]))]
        leads[mine[np.flatnonzero(np.diff(told.chorus[row[mine]], prepend=-1))]] = True
    # A side that speaks at all would announce its gains, though it may not have done so yet.
    unnamed = [(g, int(Relation.own), -1) for g in range(sides) if np.any(told.camp == g)]
    return (
        _block(told, row[took], day[took], says[took], share[took], leads[took], unnamed),
        _block(told, row[~took], day[~took], says[~took], share[~took], leads[~took], []),
    )


def _as_news(told: Assertions, places: Places, sides: int) -> Assertions:
    """The same, those that tell first of a change of hands as captures, and no others.

    The news of a capture is what is said of it on its first day. Whoever says later that the side took the place says
    that it holds it, until somebody tells of another side's capture; a fellow of those who announced it repeats them.
    An admission, that one's own side is gone from where it stood before the war or that the enemy holds what he did
    not, is such news too, the first time.
    """
    out = replace(
        told, says=told.says.copy(), side=told.side.copy(), relation=told.relation.copy(), share=told.share.copy()
    )
    running: dict[int, tuple[int, int]] = {}  # place -> whose capture was told of last, and its first day
    boasted: dict[int, int] = {}  # place -> the day on which that side itself first told of it
    for j in np.lexsort((np.arange(len(told)), told.first)).tolist():
        place, side, day, says = int(told.place[j]), int(told.side[j]), int(told.first[j]), int(told.says[j])
        stood, gained = int(places.start[place]), side if says == Says.took else -1
        if told.relation[j] == Relation.other and says == Says.holds and stood != side:
            gained = side
        if told.relation[j] == Relation.own and says == Says.lacks and stood == side and sides == 2:
            gained = 1 - side
        if gained < 0:
            continue
        if place not in running or running[place][0] != gained:
            running[place] = gained, day
            boasted.pop(place, None)
        if running[place][1] == day:
            out.says[j], out.side[j] = Says.took, gained
            out.relation[j] = relation_of(int(told.camp[j]), gained, sides)
        elif says == Says.took:
            out.says[j] = Says.holds
            if told.relation[j] == Relation.own and place in boasted:
                out.share[j] *= -np.expm1((boasted[place] - day) / RENEWAL_DAYS)
        if told.relation[j] == Relation.own and says == Says.took:
            boasted.setdefault(place, day)
    return out


def _block(
    told: Assertions,
    row: NDArray[np.int64],
    day: NDArray[np.int64],
    says: NDArray[np.int64],
    share: NDArray[np.float64],
    leads: NDArray[np.bool_],
    unnamed: list[tuple[int, int, int]],
) -> Statements:
    order = np.lexsort((row, day, told.chorus[row]))
    row, day, says, share, leads = row[order], day[order], says[order], share[order], leads[order]
    camp, relation = told.camp[row].astype(np.int64), told.relation[row].astype(np.int64)
    lines = np.column_stack([camp, relation, told.claimant[row]])
    lines = np.vstack([lines, np.array(unnamed, dtype=np.int64).reshape(-1, 3)])
    line, track = np.unique(lines, axis=0, return_inverse=True)
    pools, pool = np.unique(line[:, :2], axis=0, return_inverse=True)
    _, chorus = np.unique(told.chorus[row], return_inverse=True)
    return Statements(
        assertion=row,
        place=told.place[row].astype(np.int64),
        day=day,
        side=told.side[row].astype(np.int64),
        says=says,
        track=track.reshape(-1)[: len(row)],
        camp=camp,
        share=share,
        chorus=chorus.reshape(-1),
        leads=leads,
        tracks=Tracks(
            claimant=line[:, 2],
            camp=line[:, 0],
            relation=line[:, 1],
            pool=pool.reshape(-1),
            pool_camp=pools[:, 0],
            pool_relation=pools[:, 1],
        ),
    )


def _lists(told: Assertions, days: int, sides: int) -> NDArray[np.bool_]:
    """Whether each side published gains about each day, shape (T, K)."""
    out = np.zeros((days, sides), dtype=bool)
    own = (told.says == Says.took) & (told.relation == Relation.own)
    out[told.first[own], told.side[own]] = True
    return out


def _fights(told: Assertions, claims: Claims, days: int) -> Fights:
    """Every claim of fighting at a place."""
    found = []
    for n in np.flatnonzero(told.of_claim >= 0).tolist():
        said = says_of(
            Kind(int(claims.kind[n])),
            denied=bool(claims.denied[n]),
            partial=bool(claims.partial[n]),
            certainty=Certainty(int(claims.certainty[n])),
        )
        if said is not None and said[0] in (Says.fights, Says.repels):
            day = min(max(int(claims.about_to[n]), 0), days - 1)
            found.append((int(told.of_claim[n]), day, said[0] is Says.fights))
    rows = np.array(found, dtype=np.int64).reshape(-1, 3)
    return Fights(rows[:, 0], rows[:, 1], rows[:, 2].astype(bool))


def _fighting(told: Assertions, fights: Fights, places: int, days: int) -> NDArray[np.uint8]:
    """Which sides are reported to fight their way into each place, from each day so reported on for `PRESSURE_DAYS`."""
    out = np.zeros((places, days), dtype=np.uint8)
    for j, day in zip(fights.assertion[fights.presses].tolist(), fights.day[fights.presses].tolist(), strict=True):
        out[told.place[j], day : day + PRESSURE_DAYS] |= np.uint8(1 << int(told.side[j]))
    return out


def _clamour(told: Assertions, fights: Fights) -> Clamour:
    """Every day on which fighting is reported counts, repetitions too: an attack a day is as many attacks."""
    j = fights.assertion
    heard = np.unique(np.column_stack([told.place[j], fights.day, told.camp[j]]).astype(np.int64), axis=0)
    where, camps = np.unique(heard[:, :2], axis=0, return_counts=True)
    return Clamour(where[:, 0], where[:, 1], camps.astype(np.int64))


class _Reach:
    """How far attention to each place reaches, found once a place: rows of a (P, P) matrix."""

    def __init__(self, places: Places) -> None:
        self.xy = project_km(places.lat, places.lon)
        self.tree = cKDTree(self.xy)
        self.found: dict[int, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}

    def rows(self, wanted: NDArray[np.int64]) -> sparse.csr_array:
        """The rows of some places, shape (wanted, P)."""
        for place in wanted.tolist():
            if place not in self.found:
                near = np.array(self.tree.query_ball_point(self.xy[place], 3 * ATTENTION_KM), dtype=np.int64)
                squared = ((self.xy[near] - self.xy[place]) ** 2).sum(axis=1)
                self.found[place] = near, np.exp(-0.5 * squared / ATTENTION_KM**2)
        parts = [self.found[place] for place in wanted.tolist()]
        start = np.concatenate([[0], np.cumsum([len(near) for near, _ in parts])])
        return sparse.csr_array(
            (np.concatenate([reach for _, reach in parts]), np.concatenate([near for near, _ in parts]), start),
            shape=(len(parts), len(self.xy)),
        )


@lru_cache(maxsize=4)
def _reach(places: Places) -> _Reach:
    """By identity: `Places` is hashed as an object, not by what it holds."""
    return _Reach(places)


def _attention(told: Assertions, claims: Claims, places: Places, days: int) -> NDArray[np.float64]:
    """How closely each place is watched each day, shape (P, T): multiples of 1 / `ATTENTION_LEVELS` in (0, 1].

    A saturating sum over assertions of a kernel in space and time, times the share of
    reports about that day that have come in by now, from the delays seen so far.
    """
    heat = np.zeros((len(places), days))
    if len(told):
        spots = np.unique(np.column_stack([told.place, told.first]).astype(np.int64), axis=0)
        where, row = np.unique(spots[:, 0], return_inverse=True)
        when = np.zeros((len(where), days))
        np.add.at(when, row.reshape(-1), np.exp(-np.abs(np.arange(days) - spots[:, 1:]) / ATTENTION_DAYS))
        heat = _reach(places).rows(where).T @ when
    attention = ATTENTION_FLOOR + (1 - ATTENTION_FLOOR) * heat / (1 + heat)
    delay = np.clip(claims.reported - claims.about_to, 0, days)
    arrived = (np.cumsum(np.bincount(delay, minlength=days + 1)[:days]) + 1.0) / (len(delay) + 2.0)
    attention *= arrived[days - 1 - np.arange(days)]
    return np.clip(np.rint(attention * ATTENTION_LEVELS), 1, ATTENTION_LEVELS) / ATTENTION_LEVELS
