"""The long war: every place filtered by itself, its neighbours replaced by what is believed of them.

Joint draws of tens of thousands of places over years do not fit a small machine. Here the joint distribution of a
day is kept as the product of its marginals (Boyen and Koller 1998, "Tractable inference for complex stochastic
processes"): one pass through the war gives the nowcast of every day. Dynamics, the slips of maps and what testimony
and events are worth are learned as the war goes on, by expectation maximisation (Dempster, Laird and Rubin 1977):
every fortnight the last twelve weeks are filtered again and smoothed, and their expected counts replace those that
these weeks had; so the cost grows with the days, and no day sees a later one.

What is given up, and measured against the draws: places are independent given what was believed of their
neighbours; records are a camp's, not a claimant's; an announced capture is as credible as the prior says; and a
claim about the past counts on its day only where the past is filtered again, and weakened until then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from vedette.belief._factored_kernels import (
    WEEK,
    Plain,
    Rates,
    Sights,
    State,
    Strokes,
    Tally,
    filter_forward,
    smooth_backward,
)
from vedette.belief.evidence import START_DOUBT
from vedette.belief.hearing import Heard, credit_of, listen
from vedette.belief.sightings import REACHES_KM, Sightings, see, sight_of
from vedette.belief.strokes import firsts, places_at_line, strokes_of, strokes_within, unrolled
from vedette.claims import Claims, ControlMap, EventKind, Events
from vedette.dynamics import LEVELS, PRESSED_LEVEL, TransitionPriors
from vedette.ground import Neighbours, Places, project_km

__all__ = ["Checkpoint", "Track", "lesson_before", "track"]

DELAY_DAYS = 30.0
"""What a claim says of a day so long ago is worth a third today."""

LEARN_WEEKS = 2
WINDOW_DAYS = 84
"""Everything is learned anew every fortnight, from the last twelve weeks: what comes in later hardly bears on earlier
days, since maps of one war differ by two weeks."""

QUIET = 0.98
"""A place that is less sure than this to be what it was at the start wakes its neighbours."""

PRESSED_SHARE = (PRESSED_LEVEL - 0.5) / (LEVELS - 1)
"""Middle of the level that reported fighting brings a place to."""

NOTICE = (1.0 / 15.0, 1.0 / 200.0)
BLIND = 0.3
"""Daily probability that a map is put right, where it attends and where it is blind, and how often it is blind: maps of
one war differ by two weeks as a rule, and about some places for a year, by their own definition of the place."""

HUSH = 0.1
"""Challenges are so much rarer where events are being posted, and none near the place: fighting is seen."""

RIGHT = 0.95
"""Probability that a map is right about a place on the first day it shows it."""

SLIP_PRIOR = (10.0, 9_990.0)
"""Beta prior of slips a place and day: a stroke in error is rare, and it is one however many places it takes."""

WHOLE = 0.95
"""Share of a stroke's places that changed hands with the rest if any did: a pen is coarser than a war."""

LOCAL_KM = 10.0
LOCAL_SHAPE = 1.0
RECENT_DAYS = 56
"""Reach of local pressure, about a day's march; the Gamma shape of how it differs from place to place; and the days
that tell of it: offensives last weeks to months."""

TEMPO_DRIFT = 5.0
"""Gamma shape of a week's tempo around the last one's, looser than in the draws: here a week is learned from what came
before it alone, and an offensive must not wait for months of evidence."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Where the filter stood before day `day`, on which it had just learned: plain arrays by name."""

    day: int
    arrays: dict[str, NDArray[np.generic]]


@dataclass(frozen=True, eq=False)
class Track:
    """What was believed on every day, and what is believed of every day in the end.

    `nowcast` and `hindsight`, shape (P, T, S), float32: P(state) of P places on T days from day `since` on; S is the
    sides, then contested; `hindsight` has no days where it was not asked for. `credit` (rows, 3): what claims are
    worth, see `credit_of`; `sight` (kinds, 3) what events are, and `reach_km` how far they tell; `hazard`,
    `tempo`, `slip` the dynamics and maps as learned by the last day; `awake` how many places anything ever touched.
    """

    nowcast: NDArray[np.float32]
    hindsight: NDArray[np.float32]
    since: int
    credit: NDArray[np.float64]
    sight: NDArray[np.float64]
    reach_km: float
    hazard: NDArray[np.float64]
    tempo: NDArray[np.float64]
    slip: NDArray[np.float64]
    awake: int
    checkpoint: Checkpoint


def track(
    claims: Claims,
    maps: Sequence[ControlMap],
    neighbours: Neighbours,
    as_of: int,
    *,
    events: Events | None = None,
    priors: TransitionPriors | None = None,
    hindsight: bool = True,
    resume: Checkpoint | None = None,
    progress: Progress | None = None,
) -> Track:
    """Follow the war day by day up to day number `as_of`.

    Row t of the nowcast depends on what was published by day t alone. No randomness. Time and memory grow with
    places in play and days; P T numbers of each state are kept, twice with `hindsight`. With `resume` it goes on from
    where an earlier run stood, and gives what the whole run gives from that day on, to the byte, if nothing
    published before that day has changed since; there is no hindsight then.
    """
    war = _War.known(claims, maps, neighbours, as_of, events)
    watch = _Watch.begun(war, priors or TransitionPriors())
    if resume is not None:
        watch.resume(resume)
    first, last = watch.day, watch.checkpoint() if resume is None else resume
    nowcast = np.empty((war.places, war.days - first, war.states), dtype=np.float32)
    while watch.day < war.days:
        since = watch.day
        until = min(_next_lesson(since), war.days)
        watch.follow(until, nowcast[:, since - first : until - first])
        if until == _next_lesson(since):
            watch.learn()
            if _next_lesson(until) > war.days:
                last = watch.checkpoint()
        if progress is not None:
            progress(until, war.days)
    later = watch.hindsight(nowcast) if hindsight and first == 0 else nowcast[:, :0]
    learned = watch.learned
    return Track(
        nowcast=nowcast,
        hindsight=later,
        since=first,
        credit=learned.credit,
        sight=learned.sight,
        reach_km=float(learned.reach @ REACHES_KM),
        hazard=learned.hazard,
        tempo=learned.tempo,
        slip=learned.slip,
        awake=int(watch.state.awake.sum()),
        checkpoint=last,
    )


def lesson_before(day: int) -> int:
    """The last day up to `day` before which something is learned, where a checkpoint may stand; 0 if there is none."""
    every = LEARN_WEEKS * WEEK
    return max(day - 1, 0) // every * every + 1 if day > every else 0


def _next_lesson(day: int) -> int:
    """The first day after `day` before which something is learned; a week of the dynamics ends the day before."""
    every = LEARN_WEEKS * WEEK
    return (max(day - 1, 0) // every + 1) * every + 1


def _week_of(day: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(np.maximum(day - 1, 0) // WEEK)


@dataclass(frozen=True, eq=False)
class _War:
    """Everything that was published by some day, laid out once."""

    first: NDArray[np.float64]
    neighbours: Neighbours
    heard: Heard
    seen: Sightings
    shown: NDArray[np.int8]
    pressed: NDArray[np.uint16]
    strokes: Strokes
    at_line: NDArray[np.int64]
    begins: NDArray[np.int64]
    ground: Places

    @classmethod
    def known(
        cls, claims: Claims, maps: Sequence[ControlMap], neighbours: Neighbours, as_of: int, events: Events | None
    ) -> _War:
        days = min(as_of + 1, len(claims.days))
        places, sides = claims.places, len(claims.sides)
        known = claims.until(as_of)
        seen = see((Events.none(claims.sides, claims.days) if events is None else events).until(as_of), places, days)
        shown_maps = [m.until(days - 1) for m in maps]
        shown = unrolled(shown_maps, len(places), days)
        heard = listen(known, days)
        pressed = heard.pressed(len(places), days)
        seen.press(pressed, sides)
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
            at_line=places_at_line(shown, neighbours),
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

    @property
    def places(self) -> int:
        return int(self.shown.shape[1])

    @property
    def days(self) -> int:
        return int(self.shown.shape[2])

    @property
    def states(self) -> int:
        return int(self.first.shape[1])

    @property
    def weeks(self) -> int:
        return (self.days - 1) // WEEK + 1


@dataclass(eq=False)
class _Learned:
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
        notice = 1.0 - (1.0 - np.array(NOTICE)) ** weight
        return Rates(
            self.hazard, self.tempo, self.rush, self.settle, HUSH, notice, BLIND, RIGHT, self.slip, weight, WHOLE
        )


@dataclass(eq=False)
class _Counts:
    """Expected counts of what happened, by week of the war, so that weeks looked at again replace what they were."""

    tally: Tally
    told: NDArray[np.float64]
    sighted: NDArray[np.float64]
    reach: NDArray[np.float64]
    slips: NDArray[np.float64]
    at_line: NDArray[np.float64]

    @classmethod
    def none(cls, weeks: int, sides: int, maps: int) -> _Counts:
        return cls(
            Tally(np.zeros((weeks, sides, LEVELS)), np.zeros((weeks, sides, LEVELS)), np.zeros((weeks, 4))),
            np.zeros((weeks, len(credit_of(None, sides)), 3)),
            np.zeros((weeks, len(EventKind), 2)),
            np.zeros((weeks, len(REACHES_KM))),
            np.zeros((weeks, maps)),
            np.zeros((weeks, maps)),
        )

    def by_name(self) -> dict[str, NDArray[np.float64]]:
        """Every array, its first axis the weeks."""
        own = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "tally"}
        return {**self.tally._asdict(), **own}

    def forget(self, since: int) -> None:
        """Weeks from `since` on are to be counted anew."""
        for array in self.by_name().values():
            array[since:] = 0.0


@dataclass(frozen=True, eq=False)
class _Anchor:
    """The belief on the eve of a day, from which the days after it are filtered again."""

    alpha: NDArray[np.float64]
    blind: NDArray[np.float64]


@dataclass(eq=False)
class _Watch:
    """Somebody following the war: what is believed on the eve of `day`, and everything learned by then."""

    war: _War
    priors: TransitionPriors
    day: int
    state: State
    learned: _Learned
    counts: _Counts
    anchors: dict[int, _Anchor]

    @classmethod
    def begun(cls, war: _War, priors: TransitionPriors) -> _Watch:
        """On the eve of the war."""
        sides, maps = war.states - 1, len(war.shown)
        mean = priors.mean(sides, war.weeks)
        joined = war.neighbours
        origin = np.repeat(np.arange(war.places), np.diff(joined.start))
        holder = war.first.argmax(axis=1)
        at_line = holder[origin] != holder[joined.index]
        awake = (np.bincount(origin, weights=at_line, minlength=war.places) > 0) | (holder == sides)
        state = State(
            war.first.copy(),
            np.full((maps, war.places, war.states), BLIND),
            awake,
            np.zeros(war.places, dtype=bool),
        )
        learned = _Learned(
            mean.hazard.copy(),
            mean.tempo.copy(),
            mean.rush,
            mean.settle,
            np.full(maps, SLIP_PRIOR[0] / sum(SLIP_PRIOR)),
            credit_of(None, sides),
            sight_of(None, sides),
            np.full(len(REACHES_KM), 1.0 / len(REACHES_KM)),
            np.ones((war.weeks, war.places, sides), dtype=np.float32),
        )
        anchor = _Anchor(state.alpha.copy(), state.blind.copy())
        return cls(war, priors, 0, state, learned, _Counts.none(war.weeks, sides, maps), {0: anchor})

    def follow(self, until: int, out: NDArray[np.float32]) -> None:
        """Filter the days up to `until`, into out (P, until - day, S)."""
        war, since = self.war, self.day
        everywhere = np.arange(war.places)
        heard = war.heard.take((war.heard.arrived >= since) & (war.heard.arrived < until))
        seen = war.seen.take(np.flatnonzero((war.seen.arrived >= since) & (war.seen.arrived < until)))
        origin = max(since - 1, 0)
        view = _View.of(
            war, everywhere, heard, heard.arrived, seen, seen.arrived, origin, until, self.learned, war.first
        )
        filled = view.filter(since, self.state, self._rates(), keep=False)
        out[:] = filled[:, since - view.plain.origin :]
        self.day = until

    def checkpoint(self) -> Checkpoint:
        """Where things stand."""
        week = int(_week_of(np.array(self.day))) + 1
        weekly = {"tempo", "local"}
        arrays: dict[str, NDArray[np.generic]] = {
            f"learned_{name}": np.array(value[:week] if name in weekly else value)
            for name, value in vars(self.learned).items()
        }
        arrays |= {f"state_{name}": array.copy() for name, array in self.state._asdict().items()}
        arrays |= {f"counts_{name}": array[:week].copy() for name, array in self.counts.by_name().items()}
        days = sorted(self.anchors)
        arrays["anchor_days"] = np.array(days, dtype=np.int64)
        arrays["anchor_alpha"] = np.stack([self.anchors[day].alpha for day in days])
        arrays["anchor_blind"] = np.stack([self.anchors[day].blind for day in days])
        return Checkpoint(self.day, arrays)

    def resume(self, found: Checkpoint) -> None:
        """Go on from a checkpoint."""
        arrays, self.day = found.arrays, found.day
        for f in fields(self.learned):
            value = arrays[f"learned_{f.name}"]
            if f.name in ("tempo", "local"):
                mine = getattr(self.learned, f.name)
                kept = min(len(value), len(mine))
                mine[:kept], mine[kept:] = value[:kept], value[-1]
            else:
                setattr(self.learned, f.name, float(value) if value.ndim == 0 else value.copy())
        for name, array in self.state._asdict().items():
            array[:] = arrays[f"state_{name}"]
        for name, array in self.counts.by_name().items():
            kept = min(len(array), len(arrays[f"counts_{name}"]))
            array[:kept] = arrays[f"counts_{name}"][:kept]
        self.anchors = {
            int(day): _Anchor(alpha, blind)
            for day, alpha, blind in zip(
                arrays["anchor_days"], arrays["anchor_alpha"], arrays["anchor_blind"], strict=True
            )
        }

    def learn(self) -> None:
        """One step of expectation maximisation over the last weeks; what is believed now is filtered again with it."""
        war, until = self.war, self.day
        since = max(day for day in self.anchors if day <= max(until - WINDOW_DAYS, 0))
        anchor, awake = self.anchors[since], np.flatnonzero(self.state.awake)
        heard = war.heard.take((war.heard.arrived >= since) & (war.heard.arrived < until))
        heard = heard.at(awake, war.places)
        when = np.maximum(heard.about, since)
        seen = war.seen.take(np.flatnonzero((war.seen.arrived >= since) & (war.seen.arrived < until)))
        then = np.maximum(seen.about, since)
        origin = max(since - 1, 0)
        view = _View.of(war, awake, heard, when, seen, then, origin, until, self.learned, anchor.alpha)
        state = view.state(anchor)
        smoothed, filtered, recent = self._smoothed(view, since, state)
        self.state.alpha[awake] = state.alpha
        self.state.blind[:, awake] = state.blind
        self._count(view, heard, when, smoothed, since)
        self._count_sightings(view, seen, then, filtered)
        self._improve(recent, awake)
        self.anchors = {day: a for day, a in self.anchors.items() if day > until - WINDOW_DAYS - LEARN_WEEKS * WEEK}
        self.anchors[until] = _Anchor(self.state.alpha.copy(), self.state.blind.copy())

    def hindsight(self, nowcast: NDArray[np.float32]) -> NDArray[np.float32]:
        """P(state) of every day given everything, (P, T, S): `nowcast` where nothing ever touched a place."""
        war, awake = self.war, np.flatnonzero(self.state.awake)
        heard = war.heard.at(awake, war.places)
        seen = war.seen
        view = _View.of(war, awake, heard, heard.about, seen, seen.about, 0, war.days, self.learned, war.first)
        out = nowcast.copy()
        eve = _Anchor(war.first, np.full_like(self.state.blind, BLIND))
        out[awake], _, _ = self._smoothed(view, 0, view.state(eve))
        return out

    def _rates(self) -> Rates:
        return self.learned.rates(int((self.war.begins < max(self.day, 1)).sum()))

    def _smoothed(
        self, view: _View, since: int, state: State
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float64]]:
        """P(state) (P', T', S) given all in a view, and as filtered; and where challenges fell of late (P', K, 2)."""
        rates = self._rates()
        out = view.filter(since, state, rates, keep=True)
        filtered = out.copy()
        recent = np.zeros((len(view.places), view.plain.first.shape[1] - 1, 2))
        self.counts.forget(int(_week_of(np.array(since))))
        smooth_backward(
            view.until,
            max(view.until - RECENT_DAYS, 1),
            view.plain,
            view.strokes,
            rates,
            PRESSED_SHARE,
            view.counts,
            view.trust,
            out,
            self.counts.tally,
            recent,
        )
        return out, filtered, recent

    def _count(
        self, view: _View, heard: Heard, when: NDArray[np.int64], smoothed: NDArray[np.float32], since: int
    ) -> None:
        """What was said of places as they now seem to have stood, and how many strokes seem to have been slips."""
        told = np.flatnonzero(~heard.gain & (heard.weight > 0.0))
        belief = smoothed[heard.place[told], when[told] - view.plain.origin].astype(np.float64)
        sides = belief.shape[1] - 1
        here = belief[np.arange(len(told)), heard.side[told]]
        standing = np.stack([here, belief[:, sides], 1.0 - here - belief[:, sides]], axis=1)
        at = (_week_of(when[told]), heard.record[told])
        np.add.at(self.counts.told, at, heard.weight[told][:, None] * standing)
        strokes = view.strokes
        drawn = smoothed[strokes.place, strokes.day - view.plain.origin, strokes.now].astype(np.float64)
        if len(drawn):
            true = np.add.reduceat(drawn, strokes.begin[:-1]) / np.diff(strokes.begin)
            np.add.at(self.counts.slips, (_week_of(strokes.day[strokes.begin[:-1]]), strokes.source), 1.0 - true)
        days = np.arange(since, view.until)
        np.add.at(self.counts.at_line, _week_of(days), self.war.at_line[:, days].T)

    def _count_sightings(
        self, view: _View, seen: Sightings, when: NDArray[np.int64], filtered: NDArray[np.float32]
    ) -> None:
        """How often those seen hold the place they were seen at, and how likely each reach makes what was seen.

        By what was believed the day before: a belief that has heard an event agrees with it.
        """
        known = np.flatnonzero(seen.side >= 0)
        seen, when = seen.take(known), when[known]
        if not len(seen):
            return
        learned, sides = self.learned, self.war.states - 1
        size = np.diff(seen.begin)
        number = np.full(self.war.places, -1, dtype=np.int64)
        number[view.places] = np.arange(len(view.places))
        side = np.repeat(seen.side, size)
        eve = np.maximum(np.repeat(when, size) - 1 - view.plain.origin, 0)
        belief = filtered[number[seen.place], eve].astype(np.float64)
        right = np.repeat(learned.sight[seen.kind], size, axis=0)
        holds, contested = belief[np.arange(len(side)), side], belief[:, sides]
        parts = right * np.stack([holds, contested, 1.0 - holds - contested], axis=1)
        share, aside = seen.shares(REACHES_KM)
        foretold = np.add.reduceat(share * parts.sum(axis=1), seen.begin[:-1], axis=1) + aside / sides
        week = _week_of(when)
        np.add.at(self.counts.reach, week, seen.weight[:, None] * np.log(foretold).T)
        lean = np.repeat(seen.weight / (learned.reach @ foretold), size) * (learned.reach @ share)
        whose = np.add.reduceat(lean[:, None] * parts[:, [0, 2]], seen.begin[:-1], axis=0)
        np.add.at(self.counts.sighted, (week, seen.kind), whose)

    def _improve(self, recent: NDArray[np.float64], awake: NDArray[np.int64]) -> None:
        learned, counts, priors, week = self.learned, self.counts, self.priors, int(_week_of(np.array(self.day)))
        sides = self.war.states - 1
        learned.credit = credit_of(counts.told[:week].sum(axis=0), sides)
        learned.sight = sight_of(counts.sighted[:week].sum(axis=0), sides)
        likely = counts.reach[:week].sum(axis=0)
        learned.reach = np.exp(likely - likely.max()) / np.exp(likely - likely.max()).sum()
        slips, shown = counts.slips[:week].sum(axis=0), counts.at_line[:week].sum(axis=0)
        learned.slip = (SLIP_PRIOR[0] + slips) / (sum(SLIP_PRIOR) + shown)
        shape, prior = np.array(priors.hazard_shape), np.array(priors.hazard)
        challenged, exposed, contests = (array[:week] for array in counts.tally)
        risk = (learned.tempo[:week, :, None] * exposed).sum(axis=(0, 1))
        learned.hazard = (shape + challenged.sum(axis=(0, 1))) / (shape / prior + risk)
        events, risk_at = challenged.sum(axis=2), (exposed * learned.hazard).sum(axis=2)
        drift, mean = priors.tempo_start[0], np.full(sides, priors.tempo_start[1])
        for phase in range(week):
            learned.tempo[phase] = (drift + events[phase]) / (drift / mean + risk_at[phase])
            drift, mean = TEMPO_DRIFT, learned.tempo[phase]
        learned.tempo[week:] = mean
        days, settled, lost, rushed = contests.sum(axis=0)
        learned.settle = float((priors.settle[0] + settled) / (sum(priors.settle) + days))
        learned.rush = float((priors.rush[0] + rushed) / (sum(priors.rush) + lost))
        # An offensive has an address: the posterior mean of a Gamma factor, given the challenges nearby and how many
        # the common tempo foresaw.
        everywhere = np.zeros((self.war.places, *recent.shape[1:]))
        everywhere[awake] = recent
        around = (self.war.near @ everywhere.reshape(len(everywhere), -1)).reshape(everywhere.shape)
        learned.local[week:] = (LOCAL_SHAPE + around[..., 0]) / (LOCAL_SHAPE + around[..., 1])


@dataclass(frozen=True, eq=False)
class _View:
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
        war: _War,
        places: NDArray[np.int64],
        heard: Heard,
        when: NDArray[np.int64],
        seen: Sightings,
        then: NDArray[np.int64],
        origin: int,
        until: int,
        learned: _Learned,
        eve: NDArray[np.float64],
    ) -> _View:
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
        word, real = _weighed(heard, when, learned.credit, war.states)
        phases = int(_week_of(np.array(until - 1))) + 1
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
        sights = seen.on(then, weight, number, learned.reach, learned.sight, origin, until)
        counts = np.zeros((0, 0, 0), dtype=np.float32)
        return cls(places, until, plain, strokes, sights, counts, np.zeros(len(strokes.place)))

    def state(self, eve: _Anchor) -> State:
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


def _weighed(
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
