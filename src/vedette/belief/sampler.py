"""Run the chains: day by day as the claims came in, histories, hazards and records in turn, from opposite ends."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vedette.belief._kernels import Graph, World
from vedette.belief._record_kernels import Uproar, challenges_at, log_pressed
from vedette.belief._sweep_kernels import Field, Pace, PacePrior, log_shown, sweep, weigh
from vedette.belief.announcements import AnnouncementRecords, truth_of_capture
from vedette.belief.clamour import ClamourRecord
from vedette.belief.evidence import ATTENTION_LEVELS, Evidence, gather
from vedette.belief.left_out import LeftOut
from vedette.belief.mapping import carried_to, first_mapping, grid_of, maps_at
from vedette.belief.posterior import Belief
from vedette.belief.testimony import MARK_OF, TestimonyRecords, standing_of
from vedette.claims import Claims, ControlMap, Relation, Says
from vedette.dynamics import TransitionPriors
from vedette.dynamics._kernels import LEVEL_OF, calm_rows, support_of
from vedette.ground import Neighbours

__all__ = ["Effort", "Lives", "Spread", "infer", "live", "nowcasts"]

Progress = Callable[[int, int], None]

WINDOW_DAYS = 7
"""Days whose results one task draws: a chain lives through the days before them again, which costs little beside."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to run.

    Each of `chains` makes `daily` sweeps a day as the claims come in; then, to give a
    result as of a day, `burn` sweeps that are thrown away and `keep` draws that are kept,
    `thin` sweeps apart.
    """

    chains: int = 4
    daily: int = 4
    burn: int = 50
    keep: int = 250
    thin: int = 4

    @property
    def members(self) -> int:
        """How many draws that gives."""
        return self.chains * self.keep

    def times(self, longer: int) -> Effort:
        """As many draws, with so many times as many sweeps on the way to each."""
        return replace(self, daily=longer * self.daily, burn=longer * self.burn, thin=longer * self.thin)


STANDARD = Effort()
"""What results are made with."""

PRIORS = TransitionPriors()
"""What chains start from in the dynamics."""


def infer(
    claims: Claims,
    maps: Sequence[ControlMap],
    neighbours: Neighbours,
    as_of: int,
    *,
    seed: int,
    effort: Effort = STANDARD,
    threads: int = 1,
    priors: TransitionPriors = PRIORS,
    progress: Progress | None = None,
    spread: Spread | None = None,
) -> Belief:
    """Posterior draws of control and records given what had been published by day number `as_of`.

    Each chain lives through the war: it starts on day 0 and takes in one day's claims
    at a time, so that what it comes to believe is what somebody could have come to believe,
    and the result as of a day is a step on the way to the next. Even chains give every
    new claim of a gain the benefit of the doubt, odd ones none, and start from a war in
    which no word counts; when both ends do not lead to one answer `Belief.convergence` says so.

    Chain c draws from its own stream, made from (seed, c), and a result as of day t from
    (seed, c, t): the number of threads changes nothing, nor does it if `spread` has chains done elsewhere.
    `progress(done, total)` is called as days pass.
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
        only=(as_of,),
        spread=spread,
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
    effort: Effort = STANDARD,
    threads: int = 1,
    priors: TransitionPriors = PRIORS,
    progress: Progress | None = None,
    only: Collection[int] | None = None,
    spread: Spread | None = None,
) -> Iterator[Belief]:
    """The belief as of each day in turn, day 0 to `as_of`, each exactly what `infer` gives for that day.

    One pass: the chains go on from each day to the next, and results branch off, on the days in `only` if
    that is given. Beyond the last day of the war there is one more step, with everything published by `as_of`.
    With `spread`, as that of a cluster, each chain and week of results is a task of its own, to the same bytes.
    """
    steps = list(range(min(as_of + 1, len(claims.days))))
    if as_of >= len(claims.days):
        steps.append(as_of)
    if spread is not None:
        wanted = [day for day in steps if only is None or day in only]
        windows = [wanted[w : w + WINDOW_DAYS] for w in range(0, len(wanted), WINDOW_DAYS)]
        lives = (
            Lives(c, seed, effort, priors, claims, tuple(maps), neighbours, tuple(steps), tuple(window))
            for window in windows
            for c in range(effort.chains)
        )
        finished = iter(spread(live, lives))
        for window in windows:
            by_chain = [next(finished) for _ in range(effort.chains)]
            for day, *drawn in zip(window, *by_chain, strict=True):
                yield _belief(gather(claims, maps, neighbours, day), drawn, effort)
            if progress is not None:
                progress(steps.index(window[-1]) + 1, len(steps))
        return
    chains = [_Chain(c, seed, priors) for c in range(effort.chains)]
    with ThreadPoolExecutor(max(1, min(threads, effort.chains))) as pool:
        for done, day in enumerate(steps, start=1):
            evidence = gather(claims, maps, neighbours, day)
            layout = _Layout.of(evidence)
            list(pool.map(lambda chain: chain.live(layout, effort.daily), chains))  # noqa: B023 - done with before the loop goes on
            if only is None or day in only:
                kept = list(pool.map(lambda chain: chain.draws(effort, day), chains))  # noqa: B023 - as above
                yield _belief(evidence, kept, effort)
            if progress is not None:
                progress(done, len(steps))


@dataclass(frozen=True, eq=False)
class Lives:
    """A task: chain `number` lives through `steps` up to the last of the days `wanted`, and draws results on those."""

    number: int
    seed: int
    effort: Effort
    priors: TransitionPriors
    claims: Claims
    maps: tuple[ControlMap, ...]
    neighbours: Neighbours
    steps: tuple[int, ...]
    wanted: tuple[int, ...]


Drawn = dict[str, NDArray[np.generic]]
"""What one chain drew as of one day, by the names of `Belief`; draws are the first axis."""

Spread = Callable[[Callable[[Lives], list[Drawn]], Iterable[Lives]], Iterable[list[Drawn]]]
"""How tasks are done: like `map`, in their order, wherever they run."""


def live(task: Lives) -> list[Drawn]:
    """Do a task: what the chain drew as of each wanted day."""
    chain = _Chain(task.number, task.seed, task.priors)
    out = []
    for day in task.steps:
        layout = _Layout.of(gather(task.claims, task.maps, task.neighbours, day))
        chain.live(layout, task.effort.daily)
        if day in task.wanted:
            out.append(chain.draws(task.effort, day))
        if day == task.wanted[-1]:
            break
    return out


def _belief(evidence: Evidence, kept: list[Drawn], effort: Effort) -> Belief:
    stacked: dict[str, NDArray[Any]] = {name: np.concatenate([chain[name] for chain in kept]) for name in kept[0]}
    return Belief.from_arrays(evidence, stacked, effort.chains)


@dataclass(frozen=True, eq=False)
class _Layout:
    """Evidence as the kernels want it, shared by all chains."""

    evidence: Evidence
    graph: Graph
    field: Field

    @classmethod
    def of(cls, evidence: Evidence) -> _Layout:
        places, days, sides = len(evidence.places), len(evidence.days), len(evidence.sides)
        heard, told, clamour = evidence.announced, evidence.testimony, evidence.clamour
        spots = np.concatenate([part.place * days + part.day for part in (heard, told, clamour)])
        spot, slot_of = np.unique(spots, return_inverse=True)
        slot = np.full(places * days, -1, dtype=np.int32)
        slot[spot] = np.arange(len(spot))
        announced = np.zeros((len(spot), sides), dtype=bool)
        announced[slot_of[: len(heard)], heard.side] = True
        grids = [grid_of(m, places, days, evidence.states) for m in evidence.maps]
        field = Field(
            before=evidence.places.start,
            first=evidence.start_prior,
            phase=evidence.phase,
            level=np.rint(evidence.attention * ATTENTION_LEVELS).astype(np.uint8),
            levels=ATTENTION_LEVELS,
            lists=evidence.lists,
            fighting=evidence.fighting,
            slot=slot.reshape(places, days),
            announced=announced,
            heard=heard.talk(np.zeros(len(Says), dtype=np.int64)),
            heard_slot=slot_of[: len(heard)].astype(np.int64),
            told=told.talk(MARK_OF),
            told_slot=slot_of[len(heard) : len(heard) + len(told)].astype(np.int64),
            clamour=Uproar(clamour.place, clamour.day, clamour.camps),
            clamour_slot=slot_of[len(heard) + len(told) :].astype(np.int64),
            exposures=AnnouncementRecords.first(heard, sides, trusting=True).exposures,
            drawn=np.array([g.code for g in grids], dtype=np.uint8).reshape(len(grids), places, days),
            level_of=LEVEL_OF,
        )
        return cls(evidence, Graph(evidence.neighbours.start, evidence.neighbours.index), field)

    @cached_property
    def left_out(self) -> LeftOut:
        """What results are reweighted by."""
        return LeftOut.of(self.evidence, MARK_OF)

    @cached_property
    def maps_at(self) -> NDArray[np.int64]:
        """Likewise, of maps."""
        return maps_at(self.evidence.maps)


class _Chain:
    """One chain's state: hidden histories, the parameters of the dynamics, the records of claimants and maps."""

    def __init__(self, number: int, seed: int, priors: TransitionPriors) -> None:
        self.number, self.seed, self.priors = number, seed, priors
        self.trusting = number % 2 == 0
        self.rng = np.random.default_rng([seed, number])
        self.layout: _Layout | None = None
        self.world: World

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
            sides = len(evidence.sides)
            mean = self.priors.mean(sides, int(evidence.phase[-1]) + 1)
            self.pace = Pace(mean.hazard, mean.tempo, np.array([mean.rush, mean.settle]))
            self.order = np.arange(len(evidence.places))
            self.announcements = AnnouncementRecords.first(evidence.announced, sides, trusting=self.trusting)
            self.testimony = TestimonyRecords.first(evidence.testimony, sides, trusting=self.trusting)
            self.clamour = ClamourRecord.first()
            self.mapping = first_mapping(len(evidence.maps))
            paths = np.repeat(np.asarray(evidence.places.start, dtype=np.int8)[:, None], len(evidence.days), axis=1)
            known = days_before = 0
        else:
            known, days_before = len(self.evidence.told), self.world.paths.shape[1]
            self.mapping = carried_to(self.mapping, self.evidence.maps, evidence.maps)
            self.layout = layout
            self.pace = self._lengthened(int(evidence.phase[-1]) + 1)
            self.announcements = self.announcements.carried_to(evidence.announced)
            self.testimony = self.testimony.carried_to(evidence.testimony)
            paths = self._later(self.world.paths, len(evidence.days))
        if self.trusting:
            _believe(paths, evidence, layout.field.drawn, known, days_before)
        self.world = _world(evidence, layout.graph, paths)
        self.sweep(sweeps)

    def draws(self, effort: Effort, day: int) -> Drawn:
        """What a result as of `day` is made of, without disturbing the chain's own course."""
        branch = deepcopy(self, {id(shared): shared for shared in (self._layout, self.evidence)})
        branch.rng = np.random.default_rng([self.seed, self.number, day])
        branch.sweep(effort.burn)
        kept: dict[str, list[NDArray[np.generic]]] = {}
        for _ in range(effort.keep):
            branch.sweep(effort.thin)
            for name, value in branch.snapshot().items():
                kept.setdefault(name, []).append(value)
        return {name: np.stack(values) for name, values in kept.items()}

    def _lengthened(self, phases: int) -> Pace:
        """A new week starts at the tempo of the last."""
        tempo = self.pace.tempo
        more = np.repeat(tempo[-1:], phases - len(tempo), axis=0)
        return Pace(self.pace.hazard, np.concatenate([tempo, more]), self.pace.odds)

    def _later(self, paths: NDArray[np.int8], days: int) -> NDArray[np.int8]:
        """A new day starts as the last one ended, and yesterday's news is old."""
        sides = len(self.evidence.sides)
        ended = np.where(paths[:, -1:] > sides, paths[:, -1:] - sides - 1, paths[:, -1:])
        return np.concatenate([paths, np.repeat(ended, days - paths.shape[1], axis=1)], axis=1).astype(np.int8)

    def sweep(self, sweeps: int) -> None:
        """Gibbs sweeps over everything unknown."""
        sides = len(self.evidence.sides)
        priors = self.priors
        sweep(
            self.rng,
            (0,) * sides,
            sweeps,
            self.order,
            self._layout.graph,
            self._layout.field,
            self.world,
            self.pace,
            PacePrior(
                np.array(priors.hazard),
                np.array(priors.hazard_shape),
                np.array(priors.tempo_start),
                priors.tempo_drift,
                np.array(priors.rush),
                np.array(priors.settle),
            ),
            self.announcements.kernel_view(),
            self.testimony.kernel_view(),
            self.clamour.kernel_view(),
            self.mapping,
            truth_of_capture(sides),
            standing_of(sides),
        )

    def snapshot(self) -> dict[str, NDArray[np.generic]]:
        """Copies of what a draw keeps, by the names of `Belief`."""
        world, layout = self.world, self._layout
        heard, said = self.evidence.announced, self.evidence.testimony
        left_out, graph, field, sides = layout.left_out, layout.graph, layout.field, len(self.evidence.sides)
        calm = calm_rows(self.pace.hazard, self.pace.tempo, LEVEL_OF)
        announcing, testifying = self.announcements.kernel_view(), self.testimony.kernel_view()
        weighed, boasted = weigh(
            field,
            announcing,
            testifying,
            self.clamour.kernel_view(),
            self.mapping,
            truth_of_capture(sides),
            standing_of(sides),
        )
        challenges = challenges_at(heard.place, heard.day, graph, field, world.support, calm)
        rate = self.announcements.log_rate(world.paths, challenges)
        word = np.zeros(len(left_out))
        for label, joint in zip(left_out.both(said.assertion), (left_out.alone, left_out.together), strict=True):
            np.add.at(word, label, self.testimony.log_foretold(world.paths, joint))
        for label in left_out.both(heard.assertion):
            np.add.at(word, label, rate)
        joined = self.clamour.log_joined(self.evidence.clamour, left_out.row, sides, world.control)
        np.add.at(word, left_out.unheard, joined)
        pressed = log_pressed(
            left_out.place, left_out.day, left_out.fighting, graph, field, world, calm, boasted, weighed.invented
        )
        np.add.at(word, left_out.unpressed, pressed)
        alone, together = np.split(word.astype(np.float32), [len(self.evidence.told)])
        return {
            "control": self.world.control.copy(),
            "word": alone,
            "camp_word": together,
            "map_word": log_shown(layout.maps_at, field.drawn, weighed.shown, world.control).astype(np.float32),
            "laxity": self.announcements.laxity.astype(np.float32),
            "volume": self.announcements.volume.astype(np.float32),
            "rows": self.testimony.rows.astype(np.float32),
            "joins": self.clamour.joins.astype(np.float32),
            "hazard": self.pace.hazard.astype(np.float32),
            "tempo": self.pace.tempo.astype(np.float32),
            "map_notice": self.mapping.notice.astype(np.float32),
            "map_slip": self.mapping.slip.astype(np.float32),
        }


def _world(evidence: Evidence, graph: Graph, paths: NDArray[np.int8]) -> World:
    """A history with what is kept in step with it."""
    sides = len(evidence.sides)
    control = np.where(paths > sides, paths - sides - 1, paths).astype(np.int8)
    support = np.zeros((*paths.shape, sides), dtype=np.int8)
    support_of(graph.start, graph.target, control, support)
    return World(paths, control, support)


def _believe(
    paths: NDArray[np.int8], evidence: Evidence, drawn: NDArray[np.uint8], known: int, days_before: int
) -> None:
    """Write into the history every gain that a side has claimed for itself, from assertion number `known` on.

    And every place that a map has redrawn since day `days_before`, together with the rest of its stroke: a district
    that changed hands at once is out of reach of moves that take its places one by one.
    """
    sides = len(evidence.sides)
    told = evidence.told
    boast = (told.says == Says.took) & (told.relation == Relation.own) & (np.arange(len(told)) >= known)
    for j in np.flatnonzero(boast).tolist():
        day, place, side = int(told.first[j]), int(told.place[j]), int(told.side[j])
        paths[place, day] = sides + 1 + side
        paths[place, day + 1 :] = side
    first = max(days_before, 1)
    was, now = (part.astype(np.int64) - 1 for part in np.divmod(drawn[:, :, first:], sides + 2))
    redrawn = (was >= 0) & (now >= 0) & (was != now)
    for m, place, column in zip(*(axis.tolist() for axis in np.nonzero(redrawn)), strict=True):
        day, state = first + column, int(now[m, place, column])
        if paths[place, day] % (sides + 1) != state:
            paths[place, day] = state if state == sides else sides + 1 + state
            paths[place, day + 1 :] = state
