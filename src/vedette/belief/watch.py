"""Somebody following a long war: filtering it day by day, and learning from what it has seen."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from vedette.belief._backward_kernels import Tally, smooth_backward
from vedette.belief._factored_kernels import WEEK, Rates, State
from vedette.belief.hearing import Heard, credit_of
from vedette.belief.long_war import BLIND, PRESSED_SHARE, Anchor, Learned, View, War, week_of
from vedette.belief.sightings import REACHES_KM, Sightings, sight_of
from vedette.claims import EventKind
from vedette.dynamics import LEVELS, TransitionPriors

__all__ = ["Checkpoint", "Watch", "lesson_before", "next_lesson"]

LEARN_WEEKS = 2
WINDOW_DAYS = 84
"""Everything is learned anew every fortnight, from the last twelve weeks: what comes in later hardly bears on earlier
days, since maps of one war differ by two weeks."""

SLIP_PRIOR = (10.0, 9_990.0)
"""Beta prior of slips a place and day: a stroke in error is rare, and it is one however many places it takes."""

LOCAL_SHAPE = 1.0
LOCAL_DAYS = 56
"""The Gamma shape of how local pressure differs from place to place, and the days that tell of it: offensives last
weeks to months."""

TEMPO_DRIFT = 5.0
"""Gamma shape of a week's tempo around the last one's, looser than in the draws: here a week is learned from what came
before it alone, and an offensive must not wait for months of evidence."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Where the filter stood before day `day`, on which it had just learned: plain arrays by name."""

    day: int
    arrays: dict[str, NDArray[np.generic]]


def lesson_before(day: int) -> int:
    """The last day up to `day` before which something is learned, where a checkpoint may stand; 0 if there is none."""
    every = LEARN_WEEKS * WEEK
    return max(day - 1, 0) // every * every + 1 if day > every else 0


def next_lesson(day: int) -> int:
    """The first day after `day` before which something is learned; a week of the dynamics ends the day before."""
    every = LEARN_WEEKS * WEEK
    return (max(day - 1, 0) // every + 1) * every + 1


def no_tally(weeks: int, sides: int) -> Tally:
    """Nothing counted yet."""
    return Tally(np.zeros((weeks, sides, LEVELS)), np.zeros((weeks, sides, LEVELS)), np.zeros((weeks, 4)))


@dataclass(eq=False)
class Counts:
    """Expected counts of what happened, by week of the war, so that weeks looked at again replace what they were."""

    tally: Tally
    told: NDArray[np.float64]
    sighted: NDArray[np.float64]
    reach: NDArray[np.float64]
    slips: NDArray[np.float64]
    at_line: NDArray[np.float64]

    @classmethod
    def none(cls, weeks: int, sides: int, maps: int) -> Counts:
        return cls(
            no_tally(weeks, sides),
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
class Retrospect:
    """Some places and days from `since` on filtered again: `filtered` (P', T', S) and the `state` in the end.

    The statements `heard` count on the days `when`, the sightings `seen` on the days `then`, as `view` has them.
    """

    since: int
    view: View
    state: State
    rates: Rates
    heard: Heard
    when: NDArray[np.int64]
    seen: Sightings
    then: NDArray[np.int64]
    filtered: NDArray[np.float32]


@dataclass(eq=False)
class Watch:
    """Somebody following the war: what is believed on the eve of `day`, and everything learned by then."""

    war: War
    priors: TransitionPriors
    day: int
    state: State
    learned: Learned
    counts: Counts
    anchors: dict[int, Anchor]

    @classmethod
    def begun(cls, war: War, priors: TransitionPriors) -> Watch:
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
        learned = Learned(
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
        anchor = Anchor(state.alpha.copy(), state.blind.copy())
        return cls(war, priors, 0, state, learned, Counts.none(war.weeks, sides, maps), {0: anchor})

    def follow(self, until: int, out: NDArray[np.float32]) -> None:
        """Filter the days up to `until`, into out (P, until - day, S)."""
        war, since = self.war, self.day
        everywhere = np.arange(war.places)
        heard = war.heard.take((war.heard.arrived >= since) & (war.heard.arrived < until))
        seen = war.seen.take(np.flatnonzero((war.seen.arrived >= since) & (war.seen.arrived < until)))
        origin = max(since - 1, 0)
        view = View.of(
            war, everywhere, heard, heard.arrived, seen, seen.arrived, origin, until, self.learned, war.first
        )
        filled = view.filter(since, self.state, self._rates(), keep=False)
        out[:] = filled[:, since - view.plain.origin :]
        self.day = until

    def checkpoint(self) -> Checkpoint:
        """Where things stand."""
        week = int(week_of(np.array(self.day))) + 1
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
            int(day): Anchor(alpha, blind)
            for day, alpha, blind in zip(
                arrays["anchor_days"], arrays["anchor_alpha"], arrays["anchor_blind"], strict=True
            )
        }

    def look_back(self, days: int) -> Retrospect:
        """The last `days` days, or somewhat more, filtered again with everything that is known now, each on its day."""
        war, until = self.war, self.day
        since = max(day for day in self.anchors if day <= max(until - days, 0))
        anchor, awake = self.anchors[since], np.flatnonzero(self.state.awake)
        heard = war.heard.take((war.heard.arrived >= since) & (war.heard.arrived < until))
        heard = heard.at(awake, war.places)
        when = np.maximum(heard.about, since)
        seen = war.seen.take(np.flatnonzero((war.seen.arrived >= since) & (war.seen.arrived < until)))
        then = np.maximum(seen.about, since)
        origin = max(since - 1, 0)
        view = View.of(war, awake, heard, when, seen, then, origin, until, self.learned, anchor.alpha)
        state, rates = view.state(anchor), self._rates()
        filtered = view.filter(since, state, rates, keep=True)
        return Retrospect(since, view, state, rates, heard, when, seen, then, filtered)

    def learn(self) -> None:
        """One step of expectation maximisation over the last weeks; what is believed now is filtered again with it."""
        until, back = self.day, self.look_back(WINDOW_DAYS)
        view, state, awake = back.view, back.state, back.view.places
        self.counts.forget(int(week_of(np.array(back.since))))
        smoothed, recent = self._smoothed(back, self.counts.tally)
        self.state.alpha[awake] = state.alpha
        self.state.blind[:, awake] = state.blind
        self._count(view, back.heard, back.when, smoothed, back.since)
        self._count_sightings(view, back.seen, back.then, back.filtered)
        self._improve(recent, awake)
        self.anchors = {day: a for day, a in self.anchors.items() if day > until - WINDOW_DAYS - LEARN_WEEKS * WEEK}
        self.anchors[until] = Anchor(self.state.alpha.copy(), self.state.blind.copy())

    def hindsight(self, nowcast: NDArray[np.float32]) -> NDArray[np.float32]:
        """P(state) of every day given everything, (P, T, S): `nowcast` where nothing ever touched a place.

        Nothing is learned from it, nor forgotten.
        """
        war, awake = self.war, np.flatnonzero(self.state.awake)
        heard = war.heard.at(awake, war.places)
        seen = war.seen
        view = View.of(war, awake, heard, heard.about, seen, seen.about, 0, war.days, self.learned, war.first)
        state, rates = view.state(Anchor(war.first, np.full_like(self.state.blind, BLIND))), self._rates()
        filtered = view.filter(0, state, rates, keep=True)
        out = nowcast.copy()
        out[awake], _ = self._smoothed(
            Retrospect(0, view, state, rates, heard, heard.about, seen, seen.about, filtered),
            no_tally(war.weeks, war.states - 1),
        )
        return out

    def dynamics(self, members: int, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Draws of the hazard (members, LEVELS) and tempo (members, weeks, K), given how much was counted of each."""
        week, learned, priors = int(week_of(np.array(self.day))), self.learned, self.priors
        challenged = self.counts.tally.challenged[:week]
        shape = np.array(priors.hazard_shape) + challenged.sum(axis=(0, 1))
        hazard = rng.gamma(shape, learned.hazard / shape, (members, len(shape)))
        sides = challenged.shape[1]
        known = np.full((self.war.weeks, sides), TEMPO_DRIFT)
        known[:week] += challenged.sum(axis=2)
        tempo = rng.gamma(known, learned.tempo[: self.war.weeks] / known, (members, self.war.weeks, sides))
        return hazard, tempo

    def _rates(self) -> Rates:
        return self.learned.rates(int((self.war.begins < max(self.day, 1)).sum()))

    def _smoothed(self, back: Retrospect, tally: Tally) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """P(state) (P', T', S) given all that was known in the end; and where challenges fell of late (P', K, 2).

        What happened is added to `tally`.
        """
        view, out = back.view, back.filtered.copy()
        recent = np.zeros((len(view.places), view.plain.first.shape[1] - 1, 2))
        smooth_backward(
            view.until,
            max(view.until - LOCAL_DAYS, 1),
            view.plain,
            view.strokes,
            back.rates,
            PRESSED_SHARE,
            view.counts,
            view.trust,
            out,
            tally,
            recent,
        )
        return out, recent

    def _count(
        self, view: View, heard: Heard, when: NDArray[np.int64], smoothed: NDArray[np.float32], since: int
    ) -> None:
        """What was said of places as they now seem to have stood, and how many strokes seem to have been slips."""
        told = np.flatnonzero(~heard.gain & (heard.weight > 0.0))
        belief = smoothed[heard.place[told], when[told] - view.plain.origin].astype(np.float64)
        sides = belief.shape[1] - 1
        here = belief[np.arange(len(told)), heard.side[told]]
        standing = np.stack([here, belief[:, sides], 1.0 - here - belief[:, sides]], axis=1)
        at = (week_of(when[told]), heard.record[told])
        np.add.at(self.counts.told, at, heard.weight[told][:, None] * standing)
        strokes = view.strokes
        drawn = smoothed[strokes.place, strokes.day - view.plain.origin, strokes.now].astype(np.float64)
        if len(drawn):
            true = np.add.reduceat(drawn, strokes.begin[:-1]) / np.diff(strokes.begin)
            np.add.at(self.counts.slips, (week_of(strokes.day[strokes.begin[:-1]]), strokes.source), 1.0 - true)
        days = np.arange(since, view.until)
        np.add.at(self.counts.at_line, week_of(days), self.war.at_line[:, days].T)

    def _count_sightings(
        self, view: View, seen: Sightings, when: NDArray[np.int64], filtered: NDArray[np.float32]
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
        week = week_of(when)
        np.add.at(self.counts.reach, week, seen.weight[:, None] * np.log(foretold).T)
        lean = np.repeat(seen.weight / (learned.reach @ foretold), size) * (learned.reach @ share)
        whose = np.add.reduceat(lean[:, None] * parts[:, [0, 2]], seen.begin[:-1], axis=0)
        np.add.at(self.counts.sighted, (week, seen.kind), whose)

    def _improve(self, recent: NDArray[np.float64], awake: NDArray[np.int64]) -> None:
        learned, counts, priors, week = self.learned, self.counts, self.priors, int(week_of(np.array(self.day)))
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
