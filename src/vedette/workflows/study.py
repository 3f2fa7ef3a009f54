"""A case, a day, a seed: what every question starts from."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vedette.belief import RECENT_DAYS, Belief, Checkpoint, Effort, gather, lesson_before, nowcasts, recent_histories
from vedette.claims import Claims, ControlMap, spoken_of, with_events
from vedette.dynamics import TransitionPriors
from vedette.errors import CaseError
from vedette.situation import supply_sources
from vedette.store import Case, DrawCache, read_case, versions
from vedette.workflows.cluster import Spread

__all__ = ["Progress", "Study"]

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and of how much."""


LONG_WAR = 60_000
"""Place-days from which a war is followed place by place: by joint draws of the whole, nowcasts cost the square of the
days, and here reach ten minutes or so."""

LONG_WAR_DRAWS = 400
"""Draws of a long war's last weeks: they do not depend on each other, so that this is their effective sample size."""

LONG_WAR_PLACES = 80_000
"""Places of a long war whose draws take half of a small machine's memory."""


@dataclass(frozen=True, eq=False)
class Study:
    """One case seen on one day.

    `as_of` None means the war's last day. The same case, day, seed and effort give the
    same draws, byte for byte, on any number of `threads`, or wherever `spread` has chains done. `delay` is
    how many days before the day of publication `as_of` lies by choice; with `eve`, what was believed a day earlier
    is drawn along. A study of what is `supposed`, that somebody said nothing, keeps no checkpoint: they are large.
    """

    case: Case
    as_of: date
    seed: int = 0
    effort: Effort = field(default_factory=Effort)
    threads: int = 2
    priors: TransitionPriors = field(default_factory=TransitionPriors)
    progress: Progress | None = None
    delay: int = 0
    eve: bool = False
    spread: Spread | None = None
    supposed: bool = False

    @classmethod
    def of(
        cls,
        case: str | Path = "karabakh-2020",
        as_of: date | None = None,
        *,
        seed: int = 0,
        effort: Effort | int = 1,
        threads: int | None = None,
        progress: Progress | None = None,
        delay: int = 0,
        until: int | None = None,
        spread: Spread | None = None,
    ) -> Study:
        """Read the case and fix the day. A day before the war is a `CaseError`; one after it is hindsight.

        `effort` is how long to run, or how many times as long as is standard; less than once is a `CaseError`. With a
        `delay`, what is to be published on `as_of` is seen as of so many days before. `until` reads the case's ledger
        as it stood after that act.
        """
        if isinstance(effort, int) and effort < 1:
            raise CaseError(f"an effort of {effort} would draw nothing. Give 1 for the standard, more to run longer.")
        if delay < 0:
            raise CaseError(f"a delay of {delay} days would show what is not yet known. Give 0 or more.")
        found = read_case(case, until=until)
        day = (as_of or found.days.last) - timedelta(days=delay)
        if day < found.days.first and delay:
            raise CaseError(
                f"{day}, {delay} days before publication, lies before the first day of {found.name}, "
                f"{found.days.first}: nothing may be shown yet. Publish later, or choose a shorter --delay."
            )
        if day < found.days.first:
            raise CaseError(
                f"{day} lies before the first day of {found.name}, {found.days.first}: nothing is known that early. "
                f"Choose a day from {found.days.first} on."
            )
        return cls(
            case=found,
            as_of=day,
            seed=seed,
            effort=Effort().times(effort) if isinstance(effort, int) else effort,
            threads=threads or min(4, os.cpu_count() or 1),
            progress=progress,
            delay=delay,
            spread=spread,
        )

    def anew(self) -> Study:
        """The same study of the case as its files and its ledger are now."""
        return replace(self, case=read_case(self.case.folder))

    def without(self, camp: int, place: int) -> Study:
        """The same study, had a camp, third parties being number K, said nothing about a place."""
        case = self.case
        claims, events = case.claims, case.events
        if camp == len(case.sides):
            events = events.take(spoken_of(events, case.places)[0] != place)
        claims = claims.take((claims.camp != camp) | (claims.place != place))
        return replace(self, case=replace(case, claims=claims, events=events), eve=False, supposed=True)

    def without_map(self, source: str, place: int) -> Study:
        """The same study, had a control map never shown a place."""
        maps = tuple(m.without(place) if m.source == source else m for m in self.case.maps)
        return replace(self, case=replace(self.case, maps=maps), eve=False, supposed=True)

    @property
    def maps(self) -> tuple[ControlMap, ...]:
        """What each control map had shown by then."""
        return tuple(m.until(self.last) for m in self.case.maps)

    @property
    def today(self) -> int:
        """The day number of `as_of`; may lie after the war."""
        return self.case.days.index(self.as_of)

    @property
    def last(self) -> int:
        """The last day that the results cover."""
        return min(self.today, len(self.case.days) - 1)

    @cached_property
    def known(self) -> Claims:
        """The claims published by then, events among them as third parties' claims."""
        return self.told.until(self.today)

    @cached_property
    def told(self) -> Claims:
        """Every claim, and every event as a third party's claim about the nearest place: what draws are made from."""
        return with_events(self.case.claims, self.case.events)

    @property
    def long(self) -> bool:
        """Whether the war is too long or too wide to draw as a whole; its last weeks are drawn then."""
        return len(self.case.places) * len(self.case.days) > LONG_WAR

    @property
    def drawable(self) -> bool:
        """Whether draws fit in memory."""
        return not self.long or len(self.case.places) <= LONG_WAR_PLACES

    @property
    def belief(self) -> Belief:
        """The draws as of the day: from the cache if they are there, else drawn and kept.

        A `CaseError` where they would not fit in memory.
        """
        return self._beliefs[-1]

    @property
    def belief_on_eve(self) -> Belief | None:
        """The draws as of the day before, exactly what a study of that day gives.

        None if the study did not ask for them (`eve`), on the first day, and when the war was over the day before.
        """
        return self._beliefs[0] if len(self._beliefs) == 2 else None

    @cached_property
    def _beliefs(self) -> list[Belief]:
        """The belief as of the day, after that of its eve if that is wanted, with one pass of the chains for both."""
        wanted = [self.today - 1] if self.eve and 0 < self.today <= len(self.case.days) else []
        wanted.append(self.today)
        if not self.drawable:
            raise CaseError(
                f"{self.case.name} has {len(self.case.places):,} places: draws of more than {LONG_WAR_PLACES:,} do not "
                "fit in a small machine's memory. `vedette nowcast`, `hindsight` and `brief --format mp4` work place "
                "by place and take such cases; for the rest, cut the case to a region."
            )
        if self.long:
            return [self._recent(day, whole=day == self.today) for day in wanted]
        cache = DrawCache()
        keys = {day: cache.key(self._draws_of(day)) for day in wanted}
        kept = {day: cache.load(key) for day, key in keys.items()}
        found = {}
        for day, arrays in kept.items():
            if arrays is not None:
                evidence = gather(self.told, self.case.maps, self.case.neighbours, day)
                found[day] = Belief.from_arrays(evidence, arrays, self.effort.chains)
        missing = [day for day in wanted if day not in found]
        if missing:
            each = nowcasts(
                self.told,
                self.case.maps,
                self.case.neighbours,
                missing[-1],
                seed=self.seed,
                effort=self.effort,
                threads=self.threads,
                priors=self.priors,
                progress=self.report("Weighing claims, day by day"),
                only=missing,
                spread=self.spread,
            )
            for day, belief in zip(missing, each, strict=True):
                cache.save(keys[day], belief.arrays())
                found[day] = belief
        return [found[day] for day in wanted]

    def _recent(self, day: int, *, whole: bool) -> Belief:
        """Draws of a long war's last weeks as of a day, or of its last day alone."""
        case, resume = self.case, self.stood_before(min(day, self.last))
        belief, stand = recent_histories(
            case.claims,
            case.maps,
            case.neighbours,
            day,
            seed=self.seed,
            members=LONG_WAR_DRAWS,
            events=case.events,
            priors=self.priors,
            days=RECENT_DAYS if whole else 1,
            resume=resume,
            progress=self.report("Following the war"),
        )
        self.keep_stand(stand, resume)
        return belief

    def stood_before(self, day: int) -> Checkpoint | None:
        """Where the filter of a long war last stood before a day, if that was kept."""
        cache, latest = DrawCache(), lesson_before(day)
        for begun in (latest, lesson_before(latest - 1)):
            arrays = cache.load(self._stand_key(cache, begun)) if begun > 0 else None
            if arrays is not None:
                return Checkpoint(begun, arrays)
        return None

    def keep_stand(self, found: Checkpoint, resumed: Checkpoint | None) -> None:
        """Keep where the filter last stood, if it has gone on since it was `resumed`."""
        if not self.supposed and found.day and (resumed is None or resumed.day != found.day):
            cache = DrawCache()
            cache.save(self._stand_key(cache, found.day), found.arrays, compress=False)

    def _stand_key(self, cache: DrawCache, day: int) -> str:
        inputs = self.case.digests(day - 1)
        return cache.key({"checkpoint": day, "case": self.case.name, **inputs, "priors": asdict(self.priors)})

    def _draws_of(self, day: int) -> dict[str, Any]:
        """All that the draws as of a day depend on."""
        as_of = self.case.days.date(day).isoformat()
        inputs = {"case": self.case.name, "as_of": as_of, **self.case.digests(day)}
        return {**inputs, "seed": self.seed, "effort": asdict(self.effort), "priors": asdict(self.priors)}

    @cached_property
    def supply_sources(self) -> Mapping[int, NDArray[np.int64]]:
        """Where each side's supplies come from."""
        return supply_sources(self.case.places, self.case.sides, self.case.supply)

    @property
    def inputs(self) -> dict[str, str]:
        """Fingerprints of all that the draws depend on."""
        return {"case": self.case.name, "as_of": self.as_of.isoformat(), **self.case.digests(self.today)}

    def run_record(self) -> dict[str, object]:
        """How to get this result again, as plain data."""
        return {
            "case": self.case.name,
            "as_of": self.as_of.isoformat(),
            "seed": self.seed,
            **({"delay_days": self.delay} if self.delay else {}),
            "members": LONG_WAR_DRAWS if self.long else self.effort.members,
            "parameters": {"effort": asdict(self.effort), "dynamics": asdict(self.priors)},
            "inputs": self.case.digests(self.today),
            **({"ledger": self.case.ledger} if self.case.ledger else {}),
            "versions": versions(),
            **({"convergence": asdict(self.belief.convergence)} if self.drawable else {}),
        }

    def report(self, what: str) -> Callable[[int, int], None] | None:
        """A stage's progress, named."""
        progress = self.progress
        if progress is None:
            return None
        return lambda done, total: progress(what, done, total)
