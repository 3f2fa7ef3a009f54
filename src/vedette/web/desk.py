"""What visitors ask for, computed once and kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from queue import SimpleQueue
from typing import Any, TypeVar

from vedette.briefing import Briefing, ClaimLine, PlaceStory
from vedette.errors import CaseError, VedetteError
from vedette.workflows import (
    Atlas,
    ControlByDay,
    GroundStudy,
    SituationReport,
    Study,
    atlas,
    brief,
    in_the_end,
    known_now,
    known_then,
    list_claims,
    map_geojson,
    who,
)

__all__ = ["BusyError", "Desk", "StillWorking", "Task"]

T = TypeVar("T")

PATIENCE = 0.25
"""Seconds that a request waits for work that may be nearly done, before it is told to come back."""
WAITING = 24
"""Questions that may wait to be computed: beyond, visitors are asked to come back later."""
KEPT_DAYS = 6
"""As-of days whose draws stay in memory; the others are found again in the cache on disk."""
KEPT_STORIES = 400
KEPT_ANSWERS = 40


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
    """The server is closing."""


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


class Desk:
    """Answers about one case, each computed once.

    Two clerks work in the order asked: one on the draws of a day, one on the nowcast of a whole war, which is slow
    and must hold nobody up. What takes milliseconds is computed where it is asked.
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple[Any, ...], _Asked] = OrderedDict()
        self._stories: OrderedDict[tuple[date, str], PlaceStory] = OrderedDict()
        self._studies: OrderedDict[date, tuple[Study, threading.RLock]] = OrderedDict()
        self._clerk = Clerk("draws")
        self._slow_clerk = Clerk("nowcast")

    def begin(self) -> None:
        """Start on what the first visitor will ask for."""
        questions = (self.control_now,) if self.study.long else (self.briefing, self.control_now)
        for ask in questions:
            with suppress(StillWorking, VedetteError):  # whoever asks is told
                ask(None)

    def close(self) -> None:
        """Drop what waits, and end what is being computed at its next sign of life."""
        with self._lock:
            for asked in self._answers.values():
                asked.future.cancel()
                asked.task.stopped = True

    @cached_property
    def atlas(self) -> Atlas:
        """The ground."""
        return atlas(self.study)

    @cached_property
    def end(self) -> date:
        """The day after which nothing more was published."""
        return in_the_end(self.study).as_of

    def day(self, as_of: date | None) -> date:
        """The as-of day meant: the study's if none is named, never later than the last publication."""
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
        return self._ask(("briefing", day), lambda task: brief(self._on(day, task)), self._clerk)

    def claims(self, as_of: date | None) -> list[ClaimLine]:
        """The claims published by a day; of a war too long for draws, without what they weigh."""
        if self.study.long:
            day = self.day(as_of)
            return self._ask(("claims", day), lambda _: list_claims(replace(self.study, as_of=day)), self._clerk)
        return list(self.briefing(as_of).claims)

    def geojson(self, as_of: date | None) -> bytes:
        """The map of a day as GeoJSON."""
        return map_geojson(self.briefing(as_of))

    def control_now(self, as_of: date | None) -> ControlByDay:
        """Who held what on each day, as known on the as-of day."""
        day = self.day(as_of)
        return self._ask(("now", day), lambda task: known_now(self._on(day, task)), self._clerk)

    def control_then(self, as_of: date | None) -> ControlByDay:
        """Who held what on each day, as known on that day."""
        day = self.day(as_of)
        return self._ask(
            ("then", day),
            lambda task: known_then(replace(self.study, as_of=day, progress=task.report)),
            self._slow_clerk,
        )

    def situation(self, as_of: date | None, place: str) -> SituationReport:
        """Supply and lines of sight of a place; looking over the roads of a case takes a while, once a day."""
        day = self.day(as_of)
        ground = self._ask(("ground", day), lambda task: self._looked_over(day, task), self._clerk)
        return self._ask(("situation", day, place), lambda _: ground.of_place(place), self._clerk)

    def story(self, as_of: date | None, place: str) -> PlaceStory:
        """All about one place."""
        day = self.day(as_of)
        with self._lock:
            kept = self._stories.get((day, place))
        if kept is not None:
            return kept
        self._ask(("draws", day), lambda task: self._on(day, task).belief.members, self._clerk)
        study, lock = self._study(day)
        with lock:
            story = who(study, place)
        with self._lock:
            self._stories[day, place] = story
            while len(self._stories) > KEPT_STORIES:
                self._stories.popitem(last=False)
        return story

    def _looked_over(self, day: date, task: Task) -> GroundStudy:
        study, lock = self._study(day, task)
        with lock:
            ground = GroundStudy(study)
            _ = ground.theatre, ground.terrain_words
        return ground

    def _on(self, day: date, task: Task) -> Study:
        """The study of a day with its draws, which are computed, with progress, if nobody asked for them before."""
        study, lock = self._study(day, task)
        if not study.long:
            with lock:
                _ = study.belief
        return study

    def _study(self, day: date, task: Task | None = None) -> tuple[Study, threading.RLock]:
        with self._lock:
            if day not in self._studies:
                told = replace(self.study, as_of=day, progress=task.report if task else None)
                self._studies[day] = (told, threading.RLock())
            self._studies.move_to_end(day)
            while len(self._studies) > KEPT_DAYS:
                self._studies.popitem(last=False)
            return self._studies[day]

    def _ask(self, key: tuple[Any, ...], make: Callable[[Task], T], clerk: Clerk) -> T:
        with self._lock:
            if key not in self._answers:
                if sum(not asked.future.done() for asked in self._answers.values()) >= WAITING:
                    raise BusyError
                task = Task("Waiting for its turn")
                self._answers[key] = _Asked(clerk.give(partial(make, task)), task, clerk)
                self._drop_oldest()
            self._answers.move_to_end(key)
            asked = self._answers[key]
        try:
            return asked.future.result(timeout=PATIENCE)  # type: ignore[no-any-return]
        except TimeoutError:
            if asked.future.done():
                raise
            raise StillWorking(self._under_way(asked)) from None
        except Exception:
            with self._lock:
                self._answers.pop(key, None)  # so that the next one may try again
            raise

    def _under_way(self, asked: _Asked) -> Task:
        """What the clerk does now: the question itself, or one that was there before it."""
        with self._lock:
            same = [a for a in self._answers.values() if a.clerk is asked.clerk and a.future.running()]
        return same[0].task if same else asked.task

    def _drop_oldest(self) -> None:
        done = [key for key, asked in self._answers.items() if asked.future.done()]
        for key in done[: max(0, len(self._answers) - KEPT_ANSWERS)]:
            del self._answers[key]
