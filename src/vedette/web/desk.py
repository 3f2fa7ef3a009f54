"""What visitors ask for, computed once and kept."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from hashlib import sha256
from queue import SimpleQueue
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from vedette.briefing import Briefing, ClaimLine, PlaceStory, SideLook
from vedette.errors import CaseError, VedetteError
from vedette.workflows import (
    Atlas,
    Changeable,
    Comparison,
    ControlByDay,
    GroundStudy,
    SituationReport,
    Study,
    atlas,
    brief,
    changeable,
    check_scenario,
    compare,
    in_the_end,
    known_now,
    known_then,
    list_claims,
    map_geojson,
    story_of,
)
from vedette.workflows.lines import side_looks
from vedette.workflows.review import Decision, Review, ReviewItem, claim_to_review, decisions_made, to_review

__all__ = ["BusyError", "Desk", "Scenario", "StillWorking", "StoppedError", "Task"]

T = TypeVar("T")

PATIENCE = 0.25
"""Seconds that a request waits for work that may be nearly done, before it is told to come back."""
WAITING = 24
"""Questions that may wait to be computed: beyond, visitors are asked to come back later."""
SCENARIOS = 8
"""Scenarios that may wait to be run: whoever sends more must not keep others from reading."""
KEPT_DAYS = 6
"""As-of days whose draws stay in memory; the others are found again in the cache on disk."""
KEPT_STORIES = 400
KEPT_ROADS = 400
KEPT_ANSWERS = 40
KEPT_SCENARIOS = 10
"""Every day of both runs is kept: of a country of 30,000 places over 120 days some 45 MB."""


@dataclass
class Task:
    """Work under way: what is being done, how much of it is done, and of how much."""

    doing: str
    done: int = 0
    of: int = 0
    stopped: bool = False

    def report(self, what: str, done: int, total: int) -> None:
        """Progress, as workflows tell it; ends work that nobody waits for any more."""
        if self.stopped:
            raise ClosedError
        self.doing, self.done, self.of = what, done, total


class ClosedError(Exception):
    """Nobody waits for the answer any more: it was stopped, or the server is closing."""


class StoppedError(Exception):
    """There is no such work: it was stopped, forgotten, or never begun."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A question of what if: `changes` as a scenario's TOML has them, seen from a day, over days, by members."""

    changes: Mapping[str, Any]
    as_of: date
    days: int
    members: int

    @property
    def id(self) -> str:
        """The same for the same question."""
        asked = {"changes": self.changes, "as_of": self.as_of, "days": self.days, "members": self.members}
        return sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()[:16]


class Clerk:
    """One thread that does what it is given, in order; it does not keep the process from ending."""

    def __init__(self, name: str) -> None:
        self._work: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def give(self, make: Callable[[], Any]) -> Future[Any]:
        """Work to do, and where its result will be."""
        future: Future[Any] = Future()
        self._work.put((future, make))
        return future

    def _run(self) -> None:
        while True:
            future, make = self._work.get()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(make())
            except BaseException as error:  # noqa: BLE001 -- whoever asked is told
                future.set_exception(error)


class StillWorking(Exception):  # noqa: N818 -- an answer to come, not an error
    """The answer is being computed; ask again."""

    def __init__(self, task: Task) -> None:
        super().__init__(task.doing)
        self.task = task


class BusyError(Exception):
    """Too many questions wait already."""


@dataclass(frozen=True, slots=True)
class _Asked:
    future: Future[Any]
    task: Task
    clerk: Clerk

    def stop(self) -> None:
        """Drop the work if it waits; if it is under way it ends at its next sign of life."""
        self.future.cancel()
        self.task.stopped = True


class Desk:
    """Answers about one case, each computed once.

    Three clerks work in the order asked: one on the draws of a day, one on the nowcast of a whole war and one on what
    if, which are slow and must hold nobody up. What takes milliseconds is computed where it is asked. Decisions about
    claims are kept at once; answers are those of the case as it was read, until it is read anew.
    """

    def __init__(self, study: Study) -> None:
        self._lock = threading.Lock()
        self._deciding = threading.Lock()
        self._dividing = threading.Lock()
        self._atlas: Atlas | None = None
        self._at_work = threading.local()
        self._clerk = Clerk("draws")
        self._slow_clerk = Clerk("nowcast")
        self._planner = Clerk("what if")
        self.edition = 0
        self._open(study)

    def _open(self, study: Study) -> None:
        self.study = replace(study, progress=self._tell)
        self.end = study.as_of if study.delay else in_the_end(study).as_of
        self.decisions_read = decisions_made(study.case.folder)
        self._answers: OrderedDict[tuple[Any, ...], _Asked] = OrderedDict()
        self._stories: OrderedDict[tuple[Any, ...], PlaceStory] = OrderedDict()
        self._roads: OrderedDict[tuple[Any, ...], NDArray[np.float64]] = OrderedDict()
        self._studies: OrderedDict[date, tuple[Study, threading.RLock]] = OrderedDict()

    def _tell(self, what: str, done: int, total: int) -> None:
        """Progress, told to whatever this thread works on: studies outlive the questions that they were made for."""
        task: Task | None = getattr(self._at_work, "task", None)
        if task is not None:
            task.report(what, done, total)

    @contextmanager
    def _working(self, task: Task) -> Iterator[None]:
        self._at_work.task = task
        try:
            yield
        finally:
            self._at_work.task = None

    def redraw(self) -> None:
        """Read the case anew, with what was decided since; what was computed from it before is dropped."""
        study = self.study.anew()
        with self._lock:
            dropped = list(self._answers.values())
            self.edition += 1
            self._open(study)
        for asked in dropped:
            asked.stop()
        self.begin()

    def begin(self) -> None:
        """Start on what the first visitor will ask for."""
        threading.Thread(target=lambda: self.atlas, name="ground", daemon=True).start()
        questions = (self.control_now,) if self.study.long else (self.briefing, self.control_now)
        for ask in questions:
            with suppress(StillWorking, VedetteError):  # whoever asks is told
                ask(None)

    def close(self) -> None:
        """Drop what waits, and end what is being computed at its next sign of life."""
        with self._lock:
            for asked in self._answers.values():
                asked.stop()

    @cached_property
    def sides(self) -> tuple[SideLook, ...]:
        """How sides are drawn."""
        return side_looks(self.study.case.sides)

    @property
    def atlas(self) -> Atlas:
        """The ground, divided once: of many places that takes seconds."""
        with self._dividing:
            if self._atlas is None:
                self._atlas = atlas(self.study)
            return self._atlas

    def day(self, as_of: date | None) -> date:
        """The as-of day meant: the study's if none is named, never later than publications and delay allow."""
        if as_of is None:
            return self.study.as_of
        first = self.study.case.days.first
        if as_of < first:
            raise CaseError(
                f"{as_of} lies before the first day of {self.study.case.name}, {first}: nothing is known that early. "
                f"Choose a day from {first} on."
            )
        return min(as_of, self.end)

    def briefing(self, as_of: date | None) -> Briefing:
        """Everything but the map's days: balance, changes, contradictions, records, claims."""
        day = self.day(as_of)
        return self._ask(("briefing", day), lambda: brief(self._on(day)), self._clerk)

    def claims(self, as_of: date | None) -> list[ClaimLine]:
        """The claims published by a day; of a war too long for draws, without what they weigh."""
        if self.study.long:
            day = self.day(as_of)
            return self._ask(("claims", day), lambda: list_claims(replace(self.study, as_of=day)), self._clerk)
        return list(self.briefing(as_of).claims)

    def geojson(self, as_of: date | None) -> bytes:
        """The map of a day as GeoJSON."""
        return map_geojson(self.briefing(as_of))

    def control_now(self, as_of: date | None) -> ControlByDay:
        """Who held what on each day, as known on the as-of day."""
        day = self.day(as_of)
        return self._ask(("now", day), lambda: known_now(self._on(day)), self._clerk)

    def control_then(self, as_of: date | None) -> ControlByDay:
        """Who held what on each day, as known on that day."""
        day = self.day(as_of)
        return self._ask(("then", day), lambda: known_then(replace(self.study, as_of=day)), self._slow_clerk)

    def situation(self, as_of: date | None, place: str) -> SituationReport:
        """Supply and lines of sight of a place; looking over the roads of a case takes a while, once a day."""
        day = self.day(as_of)
        ground = self._ground(day)
        return self._ask(("situation", day, place), lambda: ground.of_place(place), self._clerk)

    def roads(self, as_of: date | None, day: int) -> NDArray[np.float64]:
        """P(open, under fire, cut) of each route for each side on a day, (K, R, 3), as known on the as-of day."""
        known = self.day(as_of)
        key = (self.edition, known, day)
        with self._lock:
            kept = self._roads.get(key)
        if kept is not None:
            return kept
        ground = self._ground(known)
        found = self._ask(("roads", known, day), lambda: ground.roads_on(day), self._clerk)
        with self._lock:
            self._answers.pop((self.edition, "roads", known, day), None)  # they would crowd out what took longer
            self._roads[key] = found
            while len(self._roads) > KEPT_ROADS:
                self._roads.popitem(last=False)
        return found

    def _ground(self, day: date) -> GroundStudy:
        return self._ask(("ground", day), lambda: self._looked_over(day), self._clerk)

    def story(self, as_of: date | None, place: str) -> PlaceStory:
        """All about one place."""
        day = self.day(as_of)
        key = (self.edition, day, place)
        with self._lock:
            kept = self._stories.get(key)
        if kept is not None:
            return kept
        self._ask(("draws", day), lambda: self._on(day).belief.members, self._clerk)
        study, lock = self._study(day)
        with lock:
            story = story_of(GroundStudy(study), study.case.places.find(place))
        with self._lock:
            self._stories[key] = story
            while len(self._stories) > KEPT_STORIES:
                self._stories.popitem(last=False)
        return story

    @cached_property
    def changeable(self) -> Changeable:
        """What a scenario can change, as of the last day."""
        return changeable(replace(self.study, as_of=self.end))

    def begin_scenario(self, scenario: Scenario) -> list[str]:
        """Begin to run a scenario, or find it run already; what it changes, a sentence each."""
        told = check_scenario(self._study(scenario.as_of)[0], scenario.changes, scenario.days, scenario.members)
        with self._lock:
            waiting = sum(a.clerk is self._planner and not a.future.done() for a in self._answers.values())
            known = (self.edition, "what if", scenario.id) in self._answers
        if waiting >= SCENARIOS and not known:
            raise BusyError
        self._asked(("what if", scenario.id), partial(self._compare, scenario), self._planner)
        return told

    def _compare(self, scenario: Scenario) -> Comparison:
        study = self._on(scenario.as_of, drawn=True)
        return compare(study, scenario.changes, scenario.days, scenario.members)

    def comparison(self, scenario: str) -> Comparison:
        """What came of a scenario by its id; `StoppedError` if it is not at work and was not done."""
        with self._lock:
            asked = self._answers.get((self.edition, "what if", scenario))
        if asked is None or asked.task.stopped:
            raise StoppedError
        return self._wait(("what if", scenario), asked)  # type: ignore[no-any-return]

    def stop_scenario(self, scenario: str) -> None:
        """End a scenario's run; what came of it is forgotten."""
        with self._lock:
            asked = self._answers.pop((self.edition, "what if", scenario), None)
        if asked is None:
            raise StoppedError
        asked.stop()

    def to_review(self) -> list[ReviewItem]:
        """The claims that nobody has decided on; a `CaseError` for a case that ships with the package."""
        return to_review(self.study.case.folder)

    def claim_to_review(self, claim: str) -> tuple[ReviewItem, list[Decision]]:
        """One claim, its words, every decision about it."""
        return claim_to_review(self.study.case.folder, claim)

    def undrawn(self) -> int:
        """Decisions made since the case was read, here or elsewhere."""
        return decisions_made(self.study.case.folder) - self.decisions_read

    @contextmanager
    def deciding(self, by: str) -> Iterator[Review]:
        """A person's place to decide on claims; one decides at a time."""
        with self._deciding:
            yield Review.at(self.study.case.folder, by)

    def _looked_over(self, day: date) -> GroundStudy:
        study, lock = self._study(day)
        with lock:
            ground = GroundStudy(study)
            _ = ground.theatre, ground.terrain_words
        return ground

    def _on(self, day: date, *, drawn: bool = False) -> Study:
        """The study of a day with its draws, made if nobody asked for them before; of a long war only if `drawn`."""
        study, lock = self._study(day)
        if drawn or not study.long:
            with lock:
                _ = study.belief
        return study

    def _study(self, day: date) -> tuple[Study, threading.RLock]:
        with self._lock:
            if day not in self._studies:
                self._studies[day] = (replace(self.study, as_of=day), threading.RLock())
            self._studies.move_to_end(day)
            while len(self._studies) > KEPT_DAYS:
                self._studies.popitem(last=False)
            return self._studies[day]

    def _ask(self, question: tuple[Any, ...], make: Callable[[], T], clerk: Clerk) -> T:
        asked = self._asked(question, make, clerk)
        try:
            return self._wait(question, asked)  # type: ignore[no-any-return]
        except StoppedError:  # the case is being read anew
            raise StillWorking(asked.task) from None

    def _asked(self, question: tuple[Any, ...], make: Callable[[], Any], clerk: Clerk) -> _Asked:
        """A question put to a clerk, if it is not with one already."""
        with self._lock:
            key = (self.edition, *question)
            if key not in self._answers:
                if sum(not asked.future.done() for asked in self._answers.values()) >= WAITING:
                    raise BusyError
                task = Task("Waiting for its turn")
                self._answers[key] = _Asked(clerk.give(partial(self._make, task, make)), task, clerk)
                self._drop_oldest()
            self._answers.move_to_end(key)
            return self._answers[key]

    def _make(self, task: Task, make: Callable[[], T]) -> T:
        with self._working(task):
            return make()

    def _wait(self, question: tuple[Any, ...], asked: _Asked) -> Any:
        try:
            return asked.future.result(timeout=PATIENCE)
        except TimeoutError:
            if asked.future.done():
                raise
            raise StillWorking(self._under_way(asked)) from None
        except (ClosedError, CancelledError):
            raise StoppedError from None
        except Exception:
            with self._lock:
                self._answers.pop((self.edition, *question), None)  # so that the next one may try again
            raise

    def _under_way(self, asked: _Asked) -> Task:
        """What the clerk does now: the question itself, or one that was there before it."""
        with self._lock:
            same = [a for a in self._answers.values() if a.clerk is asked.clerk and a.future.running()]
        return same[0].task if same else asked.task

    def _drop_oldest(self) -> None:
        done = [key for key, asked in self._answers.items() if asked.future.done()]
        scenarios = [key for key in done if key[1] == "what if"]
        for key in {*done[: max(0, len(self._answers) - KEPT_ANSWERS)], *scenarios[:-KEPT_SCENARIOS]}:
            del self._answers[key]
