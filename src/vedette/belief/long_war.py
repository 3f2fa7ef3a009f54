"""What was published of a long war, laid out once, and the evidence about some of its places and days, for kernels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from vedette.belief._factored_kernels import REAR, WEEK, Plain, Rates, Sights, State, Strokes, filter_forward
from vedette.belief.evidence import START_DOUBT
from vedette.belief.hearing import Heard, listen
from vedette.belief.sightings import Sightings, hush, see
from vedette.belief.strokes import firsts, last_shown_before, places_at_line, strokes_of, strokes_within, unrolled
from vedette.claims import Claims, ControlMap, Events
from vedette.dynamics import LEVELS, PRESSED_LEVEL
from vedette.ground import Neighbours, Places, project_km

__all__ = ["BLIND", "PRESSED_SHARE", "Anchor", "Learned", "View", "War", "week_of"]

DELAY_DAYS = 30.0
"""What a claim says of a day so long ago is worth a third today."""

QUIET = 0.98
"""A place that is less sure than this to be what it was at the start wakes its neighbours."""

PRESSED_SHARE = (PRESSED_LEVEL - 0.5) / (LEVELS - 1)
"""Middle of the level that reported fighting brings a place to."""

NOTICE = (1.0 / 15.0, 1.0 / 200.0)
BLIND = 0.3
"""Daily probability that a map is put right, where it attends and where it is blind, and how often it is blind: maps of
one war differ by two weeks as a rule, and about some places for a year, by their own definition of the place."""

HUSH = 0.1
"""Challenges are so much rarer where fighting would be told of, and nobody tells of any: see `hush`."""

RIGHT = 0.95
"""Probability that a map is right about a place on the first day it shows it."""

WHOLE = 0.95
"""Share of a stroke's places that changed hands with the rest if any did: a pen is coarser than a war."""

LOCAL_KM = 10.0
"""Reach of local pressure, about a day's march."""


def week_of(day: NDArray[np.int64]) -> NDArray[np.int64]:
    """The phase of the dynamics to which the step into each day belongs."""
    return np.asarray(np.maximum(day - 1, 0) // WEEK)


@dataclass(frozen=True, eq=False)
class War:
    """Everything that was published by some day, laid out once."""

    first: NDArray[np.float64]
    neighbours: Neighbours
    heard: Heard
    seen: Sightings
    shown: NDArray[np.int8]
    pressed: NDArray[np.uint16]
    strokes: Strokes
    begins: NDArray[np.int64]
    ground: Places

    @classmethod
    def known(
        cls, claims: Claims, maps: Sequence[ControlMap], neighbours: Neighbours, as_of: int, events: Events | None
    ) -> War:
        """Lay out what had been published by day number `as_of`."""
        days = min(as_of + 1, len(claims.days))
        places, sides = claims.places, len(claims.sides)
        known = claims.until(as_of)
        seen = see((Events.none(claims.sides, claims.days) if events is None else events).until(as_of), places, days)
        shown_maps = [m.until(days - 1) for m in maps]
        shown = unrolled(shown_maps, len(places), days)
        heard = listen(known, days)
        pressed = heard.pressed(len(places), days)
        seen.press(pressed, sides)
        hush(pressed, seen, heard)
        pressed |= ((neighbours.rear + 1).astype(np.uint16) << REAR)[:, None]
        first = np.full((len(places), sides + 1), START_DOUBT / sides)
        first[np.arange(len(places)), places.start] = 1.0 - START_DOUBT
        return cls(
            first=first,
            neighbours=neighbours,
            heard=heard.waking(*firsts(shown_maps, places.start)),
            seen=seen,
            shown=shown,
            pressed=pressed,
            strokes=strokes_of(shown, neighbours),
            begins=np.array([m.first.min() if len(m.first) else days for m in shown_maps], dtype=np.int64),
            ground=places,
        )

    @cached_property
    def near(self) -> csr_array:
        """How much what happens at one place tells of the pressure at another, (P, P)."""
        xy = project_km(self.ground.lat, self.ground.lon)
        pairs = cKDTree(xy).query_pairs(3 * LOCAL_KM, output_type="ndarray")
        itself = np.repeat(np.arange(len(xy)), 2).reshape(-1, 2)
        both = np.concatenate([pairs, pairs[:, ::-1], itself]).astype(np.int32)
        squared = ((xy[both[:, 0]] - xy[both[:, 1]]) ** 2).sum(axis=1)
        weight = np.exp(-0.5 * squared / LOCAL_KM**2).astype(np.float32)
        return csr_array((weight, (both[:, 0], both[:, 1])), shape=(len(xy), len(xy)))

    @cached_property
    def at_line(self) -> NDArray[np.int64]:
        """How many places each map shows at its line, (maps, T); needed only where something is learned."""
        return places_at_line(self.shown, self.neighbours)

    def stood(self, places: NDArray[np.int64], day: int) -> NDArray[np.int8]:
        """What each map last showed of some places before `day`, -1 for nothing; (maps, P')."""
        maps = len(self.shown)
        source, place = np.repeat(np.arange(maps), len(places)), np.tile(places, maps)
        return last_shown_before(self.shown, source, place, np.full(len(source), day)).reshape(maps, len(places))

    @property
    def places(self) -> int:
        """P."""
        return int(self.shown.shape[1])

    @property
    def days(self) -> int:
        """T: days up to that of `as_of`."""
        return int(self.shown.shape[2])

    @property
    def states(self) -> int:
        """S: the sides, then contested."""
        return int(self.first.shape[1])

    @property
    def weeks(self) -> int:
        """How many weeks of the dynamics the days take up."""
        return (self.days - 1) // WEEK + 1


@dataclass(eq=False)
class Learned:
    """Everything that is learned as the war goes on."""

    hazard: NDArray[np.float64]
    tempo: NDArray[np.float64]
    rush: float
    settle: float
    slip: NDArray[np.float64]
    credit: NDArray[np.float64]
    sight: NDArray[np.float64]
    reach: NDArray[np.float64]
    local: NDArray[np.float32]

    def rates(self, begun: int) -> Rates:
        """The same for kernels, when `begun` maps have begun.

        Maps of one war are drawn from the same reports: M of them are taken for as much as the square root of M.
        """
        weight = max(begun, 1) ** -0.5
        notice = np.array(NOTICE)
        return Rates(
            hazard=self.hazard,
            tempo=self.tempo,
            rush=self.rush,
            settle=self.settle,
            hush=HUSH,
            notice=notice,
            stands=(1.0 - notice) ** weight,
            blind=BLIND,
            right=RIGHT,
            slip=self.slip,
            weight=weight,
            whole=WHOLE,
        )


@dataclass(frozen=True, eq=False)
class Anchor:
    """The belief on the eve of a day, from which the days after it are filtered again."""

    alpha: NDArray[np.float64]
    blind: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class View:
    """The evidence about some places on some days, as kernels want it; places outside stay as they were."""

    places: NDArray[np.int64]
    until: int
    plain: Plain
    strokes: Strokes
    sights: Sights
    counts: NDArray[np.float32]
    trust: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        war: War,
        places: NDArray[np.int64],
        heard: Heard,
        when: NDArray[np.int64],
        seen: Sightings,
        then: NDArray[np.int64],
        origin: int,
        until: int,
        learned: Learned,
        eve: NDArray[np.float64],
    ) -> View:
        """Each statement counts on day `when`, each event on day `then`; `eve` (P, S) is where all stood.

        `heard` numbers places as in `places`, `seen` as the war does.
        """
        joined = war.neighbours
        chosen = np.zeros(war.places, dtype=bool)
        chosen[places] = True
        number = np.cumsum(chosen) - 1
        origin_of = np.repeat(np.arange(war.places), np.diff(joined.start))
        inside = chosen[origin_of] & chosen[joined.index]
        outside = chosen[origin_of] & ~chosen[joined.index]
        beyond = np.zeros((len(places), war.states))
        np.add.at(beyond, number[origin_of[outside]], eve[joined.index[outside]])
        order = np.lexsort((np.arange(len(heard)), when, heard.place))
        heard, when = heard.take(order), when[order]
        word, real = weighed(heard, when, learned.credit, war.states)
        phases = int(week_of(np.array(until - 1))) + 1
        every = len(places) == war.places
        plain = Plain(
            first=war.first[places],
            start=np.append(0, np.cumsum(np.bincount(number[origin_of[inside]], minlength=len(places)))).astype(
                np.int32
            ),
            target=number[joined.index[inside]].astype(np.int32),
            beyond=beyond,
            origin=origin,
            shown=war.shown if every and origin == 0 else np.ascontiguousarray(war.shown[:, places, origin:until]),
            stood=war.stood(places, origin),
            pressed=np.ascontiguousarray(war.pressed[places, origin:until]),
            begin=np.append(0, np.cumsum(np.bincount(heard.place, minlength=len(places)))).astype(np.int64),
            day=when,
            word=word,
            gain=np.where(heard.gain, heard.side, -1),
            real=real,
            local=learned.local[:phases] if every else np.ascontiguousarray(learned.local[:phases, places]),
        )
        strokes = strokes_within(war.strokes, places, war.places, origin, until)
        order = np.argsort(then, kind="stable")
        seen, then = seen.take(order), then[order]
        weight = seen.weight * np.exp(-(then - seen.about) / DELAY_DAYS)
        number = np.where(chosen, number, -1)
        sights = seen.on(then, weight, number, learned.reach, learned.sight, origin, until, war.states)
        counts = np.zeros((0, 0, 0), dtype=np.float32)
        return cls(places, until, plain, strokes, sights, counts, np.zeros(len(strokes.place)))

    def state(self, eve: Anchor) -> State:
        """The belief to begin with; every place of the view is looked at."""
        seen = np.ones(len(self.places), dtype=bool)
        return State(eve.alpha[self.places], np.ascontiguousarray(eve.blind[:, self.places]), seen, seen.copy())

    def filter(self, since: int, state: State, rates: Rates, *, keep: bool) -> NDArray[np.float32]:
        """P(state) by the evidence of each day and those before, (P', until - origin, S); `state` is brought forward.

        Day `origin` is the eve where it is not `since` itself.
        """
        plain = self.plain
        out = np.empty((len(self.places), self.until - plain.origin, plain.first.shape[1]), dtype=np.float32)
        out[:, 0] = state.alpha
        if keep:
            object.__setattr__(self, "counts", np.zeros_like(out))
        filter_forward(
            since,
            self.until,
            QUIET,
            state,
            plain,
            self.strokes,
            self.sights,
            rates,
            PRESSED_SHARE,
            out,
            self.counts,
            self.trust,
        )
        return out


def weighed(
    heard: Heard, when: NDArray[np.int64], credit: NDArray[np.float64], states: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The likelihood of each statement (N, S), largest 1, and the credence of announced captures (N,), on a day."""
    fading = np.exp(-(when - heard.about) / DELAY_DAYS)
    standing = np.full((len(heard), states), 2)
    standing[:, states - 1] = 1
    standing[np.arange(len(heard)), heard.side] = 0
    log = np.log(np.take_along_axis(credit[heard.record], standing, axis=1)) * (heard.weight * fading)[:, None]
    word = np.exp(log - log.max(axis=1, keepdims=True)) if len(heard) else np.zeros((0, states))
    return word, heard.real * fading
