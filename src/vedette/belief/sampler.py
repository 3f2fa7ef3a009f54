"""Run the chains: day by day as the claims came in, histories, hazards and records in turn, from opposite ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vedette.belief._kernels import Graph, Moves, Said, World, sample_paths
from vedette.belief.announcements import AnnouncementRecords
from vedette.belief.evidence import ATTENTION_LEVELS, Evidence, gather
from vedette.belief.mapping import MapGrid, first_map_record, grid_of, map_likelihood, redraw_map
from vedette.belief.posterior import Belief, convergence_of
from vedette.belief.testimony import TestimonyRecords
from vedette.claims import Claims, ControlMap, Relation, Says
from vedette.dynamics import Transition, TransitionPriors
from vedette.dynamics._kernels import LEVEL_OF, calm_table, challenge_chances, count_steps, support_of
from vedette.ground import Neighbours

__all__ = ["Effort", "infer", "nowcasts"]

ANNOUNCED_AGEING = 0.9
"""Probability that a capture is old news the day after it was announced: now and then others announce it too."""
PASSED_OVER_AGEING = 0.3
"""The same after a list of its side's gains that does not name it."""
IDLE_AGEING = 0.02
"""The same on a day without such a list: news keeps, for about seven weeks."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to run: `chains`, each making `daily` sweeps a day as the claims come in, then, to give a result as of
    a day, `burn` sweeps that are thrown away and `keep` that are kept."""

    chains: int = 4
    daily: int = 30
    burn: int = 50
    keep: int = 250

    @property
    def members(self) -> int:
        """How many draws that gives."""
        return self.chains * self.keep


def infer(
    claims: Claims,
    maps: Sequence[ControlMap],
    neighbours: Neighbours,
    as_of: int,
    *,
    seed: int,
    effort: Effort = Effort(),
    threads: int = 1,
    priors: TransitionPriors = TransitionPriors(),
    progress: Progress | None = None,
) -> Belief:
    """Posterior draws of control and records given what had been published by day number `as_of`.

    Each chain lives through the war: it starts on day 0 and takes in one day's claims
    at a time, so that what it comes to believe is what somebody could have come to believe,
    and the result as of a day is a step on the way to the next. Even chains give every
    new claim of a gain the benefit of the doubt, odd ones none, and start from a war in
    which no word counts; when both ends do not lead to one answer `Belief.convergence` says so.

    Chain c draws from its own stream, made from (seed, c), and a result as of day t from
    (seed, c, t): the number of threads changes nothing. `progress(done, total)` is called
    as days pass.
    """
    last = None
    for belief in nowcasts(
        claims,
        maps,
        neighbours,
        as_of,
        seed=seed,
        effort=effort,
        threads=threads,
        priors=priors,
        progress=progress,
        only_last=True,
    ):
        last = belief
    assert last is not None
    return last


def nowcasts(
    claims: Claims,
    maps: Sequence[ControlMap],
    neighbours: Neighbours,
    as_of: int,
    *,
    seed: int,
    effort: Effort = Effort(),
    threads: int = 1,
    priors: TransitionPriors = TransitionPriors(),
    progress: Progress | None = None,
    only_last: bool = False,
) -> Iterator[Belief]:
    """The belief as of each day in turn, day 0 to `as_of`, each exactly what `infer` gives for that day.

    One pass: the chains go on from each day to the next, and results branch off. Beyond
    the last day of the war there is one more step, with everything published by `as_of`.
    """
    steps = list(range(min(as_of + 1, len(claims.days))))
    if as_of >= len(claims.days):
        steps.append(as_of)
    chains = [_Chain(c, seed, priors) for c in range(effort.chains)]
    with ThreadPoolExecutor(max(1, min(threads, effort.chains))) as pool:
        for done, day in enumerate(steps, start=1):
            evidence = gather(claims, maps, neighbours, day)
            layout = _Layout.of(evidence)
            list(pool.map(lambda chain: chain.live(layout, effort.daily), chains))  # noqa: B023 - done with before the loop goes on
            if day == as_of or not only_last:
                kept = list(pool.map(lambda chain: chain.draws(effort, day), chains))  # noqa: B023 - as above
                yield _belief(evidence, kept, effort)
            if progress is not None:
                progress(done, len(steps))


def _belief(evidence: Evidence, kept: list[dict[str, list[NDArray[np.generic]]]], effort: Effort) -> Belief:
    stacked: dict[str, NDArray[Any]] = {
        name: np.stack([value for chain in kept for value in chain[name]]) for name in kept[0]
    }
    convergence = convergence_of(stacked["control"], effort.chains, evidence.states)
    return Belief(evidence=evidence, chains=effort.chains, convergence=convergence, **stacked)


@dataclass(frozen=True, eq=False)
class _Layout:
    """Evidence as the kernel wants it, shared by all chains. N place-days with statements; see `Said` for shapes."""

    evidence: Evidence
    graph: Graph
    grids: tuple[MapGrid, ...]
    drawn: NDArray[np.uint8]
    level: NDArray[np.uint8]
    slot: NDArray[np.int32]
    slot_of_announced: NDArray[np.int64]
    slot_of_testimony: NDArray[np.int64]
    slots: int
    another_took: NDArray[np.bool_]
    announced: NDArray[np.bool_]
    ageing: NDArray[np.float64]
    lists: NDArray[np.uint8]
    codes: NDArray[np.float64]

    @classmethod
    def of(cls, evidence: Evidence) -> _Layout:
        places, days, sides = len(evidence.places), len(evidence.days), len(evidence.sides)
        heard, said = evidence.announced, evidence.testimony
        spots = np.concatenate([heard.place * days + heard.day, said.place * days + said.day])
        spot, slot_of = np.unique(spots, return_inverse=True)
        slot = np.full(places * days, -1, dtype=np.int32)
        slot[spot] = np.arange(len(spot))
        about = heard.side[:, None] == np.arange(sides)
        announced = np.zeros((len(spot), sides), dtype=bool)
        np.logical_or.at(announced, slot_of[: len(heard)], about)
        grids = tuple(grid_of(m, places, days, evidence.states) for m in evidence.maps)
        bits = 1 << np.arange(sides)
        return cls(
            evidence=evidence,
            graph=Graph(evidence.neighbours.start, evidence.neighbours.index),
            grids=grids,
            drawn=np.array([grid.code for grid in grids], dtype=np.uint8).reshape(len(grids), places, days),
            level=np.rint(evidence.attention * ATTENTION_LEVELS).astype(np.uint8),
            slot=slot.reshape(places, days),
            slot_of_announced=slot_of[: len(heard)],
            slot_of_testimony=slot_of[len(heard) :],
            slots=len(spot),
            another_took=~about,
            announced=announced,
            ageing=np.where(evidence.lists, PASSED_OVER_AGEING, IDLE_AGEING),
            lists=(evidence.lists @ bits).astype(np.uint8),
            codes=(np.arange(1 << sides)[:, None] & bits > 0).astype(float),
        )


class _Chain:
    """One chain's state: hidden histories, the parameters of the dynamics, the records of claimants and maps."""

    def __init__(self, number: int, seed: int, priors: TransitionPriors) -> None:
        self.number, self.seed, self.priors = number, seed, priors
        self.trusting = number % 2 == 0
        self.rng = np.random.default_rng([seed, number])
        self.layout: _Layout | None = None

    @property
    def _layout(self) -> _Layout:
        assert self.layout is not None, "no day has passed yet"
        return self.layout

    @property
    def evidence(self) -> Evidence:
        """What the chain has taken in."""
        return self._layout.evidence

    def live(self, layout: _Layout, sweeps: int) -> None:
        """Take in what has come in since the last day, and think it over."""
        evidence = layout.evidence
        if self.layout is None:
            self.layout = layout
            self.step = self.priors.mean(len(evidence.sides), int(evidence.phase[-1]) + 1)
            sides = len(evidence.sides)
            self.announcements = AnnouncementRecords.first(evidence.announced, sides, trusting=self.trusting)
            self.testimony = TestimonyRecords.first(evidence.testimony, sides, trusting=self.trusting)
            self.maps = [first_map_record() for _ in layout.grids]
            paths = np.repeat(np.asarray(evidence.places.start, dtype=np.int8)[:, None], len(evidence.days), axis=1)
            known = 0
        else:
            known = len(self.evidence.told)
            self.layout = layout
            self.step = self._lengthened(self.step, int(evidence.phase[-1]) + 1)
            self.announcements = self.announcements.carried_to(evidence.announced)
            self.testimony = self.testimony.carried_to(evidence.testimony)
            paths = self._later(self.world.paths, len(evidence.days))
        if self.trusting:
            _believe(paths, evidence, known)
        self.world = _world(evidence, layout.graph, paths)
        for _ in range(sweeps):
            self.sweep()

    def draws(self, effort: Effort, day: int) -> dict[str, list[NDArray[np.generic]]]:
        """What a result as of `day` is made of, without disturbing the chain's own course."""
        branch = deepcopy(self, {id(shared): shared for shared in (self._layout, self.evidence)})
        branch.rng = np.random.default_rng([self.seed, self.number, day])
        for _ in range(effort.burn):
            branch.sweep()
        kept: dict[str, list[NDArray[np.generic]]] = {}
        for _ in range(effort.keep):
            branch.sweep()
            for name, value in branch.snapshot().items():
                kept.setdefault(name, []).append(value)
        return kept

    def _lengthened(self, step: Transition, phases: int) -> Transition:
        """A new week starts at the tempo of the last."""
        more = np.repeat(step.tempo[-1:], phases - len(step.tempo), axis=0)
        return Transition(step.hazard, np.concatenate([step.tempo, more]), step.rush, step.settle)

    def _later(self, paths: NDArray[np.int8], days: int) -> NDArray[np.int8]:
        """A new day starts as the last one ended, and yesterday's news is old."""
        sides = len(self.evidence.sides)
        ended = np.where(paths[:, -1:] > sides, paths[:, -1:] - sides - 1, paths[:, -1:])
        return np.concatenate([paths, np.repeat(ended, days - paths.shape[1], axis=1)], axis=1).astype(np.int8)

    def sweep(self) -> None:
        """One Gibbs sweep over everything unknown."""
        evidence, rng, world, graph = self.evidence, self.rng, self.world, self._layout.graph
        sides = len(evidence.sides)
        calm = calm_table(self.step.hazard, self.step.tempo)
        said, boasts = self.said()
        moves = Moves(
            calm,
            np.exp(boasts[:, None] * (1 - calm)),
            self.step.rush,
            self.step.settle,
            evidence.phase,
            evidence.start_prior,
        )
        order = rng.permutation(len(evidence.places))
        sample_paths(rng, (0,) * sides, order, graph, said, moves, world)
        self.step = self._redraw_step()
        calm = calm_table(self.step.hazard, self.step.tempo)
        challenge = np.zeros(sides)
        challenge_chances(graph.start, world.control, world.support, evidence.phase, calm, challenge)
        self.announcements.redraw(evidence, world.paths, challenge, rng)
        self.testimony.redraw(world.paths, rng)
        self.maps = [redraw_map(grid, world.control, evidence.states, rng) for grid in self._layout.grids]

    def said(self) -> tuple[Said, NDArray[np.float64]]:
        """What all evidence says, given the records; and how likely unmade boasts make a challenge, (K,), see `Moves`."""
        evidence, layout = self.evidence, self._layout
        silence = self.announcements.silence()
        attention = np.arange(ATTENTION_LEVELS + 1) / ATTENTION_LEVELS
        quiet = attention[None, None, :, None] * silence.watched[None, :, None, :] + silence.flat[None, :, None, :]
        quiet = quiet + np.einsum("ck,ksh->csh", layout.codes, silence.listed)[:, :, None, :]
        counted = self.announcements.counted()[:, None]
        word = np.zeros((layout.slots, evidence.hidden))
        np.add.at(word, layout.slot_of_announced, counted * self.announcements.log_laxity())
        np.add.at(word, layout.slot_of_testimony, self.testimony.loglik())
        invented = np.zeros((layout.slots, len(evidence.sides)))
        np.add.at(invented, layout.slot_of_announced, counted * layout.another_took)
        shown = [map_likelihood(record, evidence.states) for record in self.maps]
        said = Said(
            np.exp(quiet - quiet.max(axis=3, keepdims=True)),
            layout.lists,
            evidence.places.start,
            layout.level,
            layout.slot,
            np.exp(word - word.max(axis=1, keepdims=True)),
            invented,
            layout.drawn,
            np.array(shown).reshape(len(shown), (evidence.states + 1) ** 2, evidence.states),
            layout.announced,
            layout.ageing,
            ANNOUNCED_AGEING,
        )
        return said, silence.bold

    def snapshot(self) -> dict[str, NDArray[np.generic]]:
        """Copies of what a draw keeps, by the names of `Belief`."""
        told, paths = self.evidence.told, self.world.paths
        word = np.zeros(len(told))
        heard, said = self.evidence.announced, self.evidence.testimony
        announced = self.announcements.log_laxity()[np.arange(len(heard)), paths[heard.place, heard.day]]
        announced += np.log(self.announcements.volume)[heard.track]
        np.add.at(word, heard.assertion, self.announcements.counted() * announced)
        np.add.at(word, said.assertion, self.testimony.loglik()[np.arange(len(said)), paths[said.place, said.day]])
        return {
            "control": self.world.control.copy(),
            "word": word.astype(np.float32),
            "laxity": self.announcements.laxity.astype(np.float32),
            "volume": self.announcements.volume.astype(np.float32),
            "rows": self.testimony.rows.astype(np.float32),
            "hazard": self.step.hazard.astype(np.float32),
            "tempo": self.step.tempo.astype(np.float32),
            "map_notice": np.array([m.notice for m in self.maps], dtype=np.float32).reshape(-1, 2),
            "map_slip": np.array([m.slip for m in self.maps], dtype=np.float32),
        }

    def _redraw_step(self) -> Transition:
        """Draw the dynamics' parameters given the histories: Gamma and Beta posteriors.

        A day on which a place is challenged is one on which a Poisson number of
        challenges, hazard times tempo, is not zero; with that number drawn too, hazards
        and tempos have Gamma posteriors.
        """
        step, priors, rng = self.step, self.priors, self.rng
        challenged = np.zeros((*step.tempo.shape, len(step.hazard)), dtype=np.int64)
        exposure = np.zeros_like(challenged)
        other = np.zeros(4, dtype=np.int64)
        world, phase = self.world, self.evidence.phase
        count_steps(self._layout.graph.start, world.control, world.support, phase, LEVEL_OF, challenged, exposure, other)
        number = _challenges(challenged, step.tempo[:, :, None] * step.hazard, rng)
        shape, mean = np.array(priors.hazard_shape), np.array(priors.hazard)
        hazard = rng.gamma(shape + number.sum(axis=(0, 1))) / (
            shape / mean + (step.tempo[:, :, None] * exposure).sum(axis=(0, 1))
        )
        hazard = np.maximum(hazard, 1e-12)
        tempo = _redraw_tempo(step.tempo, number.sum(axis=2), (hazard * exposure).sum(axis=2), priors, rng)
        rush = rng.beta(priors.rush[0] + other[1], priors.rush[1] + other[0])
        settle = rng.beta(priors.settle[0] + other[3], priors.settle[1] + other[2])
        return Transition(hazard, tempo, float(rush), float(settle))


def _world(evidence: Evidence, graph: Graph, paths: NDArray[np.int8]) -> World:
    """A history with what is kept in step with it."""
    sides = len(evidence.sides)
    control = np.where(paths > sides, paths - sides - 1, paths).astype(np.int8)
    support = np.zeros((*paths.shape, sides), dtype=np.int8)
    support_of(graph.start, graph.index, control, support)
    return World(paths, control, support)


def _believe(paths: NDArray[np.int8], evidence: Evidence, known: int) -> None:
    """Write every gain that a side has claimed for itself since assertion number `known` into the history, as claimed."""
    told = evidence.told
    boast = (told.says == Says.took) & (told.relation == Relation.own) & (np.arange(len(told)) >= known)
    for j in np.flatnonzero(boast).tolist():
        day, place, side = int(told.first[j]), int(told.place[j]), int(told.side[j])
        paths[place, day] = len(evidence.sides) + 1 + side
        paths[place, day + 1 :] = side


def _redraw_tempo(
    tempo: NDArray[np.float64],
    number: NDArray[np.float64],
    exposure: NDArray[np.float64],
    priors: TransitionPriors,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Draw a Gamma-Markov chain of tempos given challenges `number` in `exposure`, all of shape (phases, K).

    Between two weeks stands z ~ Gamma(a, a x tempo), and the next tempo ~ Gamma(a, a x z): so
    each given its neighbours is Gamma again (Cemgil and Dikmen 2007, section 2).
    """
    phases, a = len(tempo), priors.tempo_drift
    first, mean = priors.tempo_start
    tempo = tempo.copy()
    link = rng.gamma(2 * a, size=(phases - 1, tempo.shape[1])) / (a * (tempo[:-1] + tempo[1:]))
    shape, rate = number.copy(), exposure.copy()
    shape[0] += first
    rate[0] += first / mean
    shape[:-1] += a
    rate[:-1] += a * link
    shape[1:] += a
    rate[1:] += a * link
    return np.maximum(rng.gamma(shape) / rate, 1e-12)


def _challenges(
    days: NDArray[np.int64], rate: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """How many challenges the challenged days saw: sums of zero-truncated Poisson draws, one a day, shape of `days`.

    The first challenge comes at a truncated exponential time; after it the count is Poisson.
    """
    each = np.repeat(rate.reshape(-1), days.reshape(-1))
    cell = np.repeat(np.arange(days.size), days.reshape(-1))
    first = -np.log1p(rng.random(len(each)) * np.expm1(-each)) / each
    number = 1 + rng.poisson(each * np.clip(1 - first, 0.0, 1.0))
    return np.bincount(cell, weights=number, minlength=days.size).reshape(days.shape).astype(np.float64)
