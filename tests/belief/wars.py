"""Wars of a few places on a line, and what their evidence says: plain Python, from the model's description."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from vedette.belief import Belief, Effort, Evidence, Given, gather
from vedette.belief._sweep_kernels import Mapping
from vedette.belief.announcements import AnnouncementRecords
from vedette.belief.clamour import ClamourRecord
from vedette.belief.mapping import first_mapping
from vedette.belief.testimony import TestimonyRecords
from vedette.claims import Certainty, Claims, ControlMap, Kind, Prose, Relation, Says
from vedette.dynamics import Transition, TransitionPriors
from vedette.ground import Days, Neighbours, Places, Routes, Side, Sides, neighbours_of

FIRST = date(2031, 4, 1)
NAMES = ("blue", "orange", "green", "violet", "white")
KM = 10.0


@dataclass(frozen=True, slots=True)
class Word:
    """One claim. `camp` None for a third party; `published` None for the day it is about."""

    claimant: str
    camp: int | None
    place: int
    kind: Kind
    side: int
    day: int
    published: int | None = None
    denied: bool = False
    partial: bool = False
    certainty: Certainty = Certainty.asserted
    text: str = ""


def line_of(start: Sequence[int], km: float = KM) -> Places:
    """Places from west to east along the equator, `km` apart, held before the war as `start` says."""
    count = len(start)
    blank = np.full(count, np.nan)
    return Places(
        ids=tuple(f"p{i}" for i in range(count)),
        names=tuple(f"Place {i}" for i in range(count)),
        aliases=((),) * count,
        kinds=("village",) * count,
        districts=("",) * count,
        lat=np.zeros(count),
        lon=np.arange(count, dtype=np.float64) * (km / 111.32),
        elevation_m=blank,
        population=blank,
        start=np.array(start, dtype=np.int8),
    )


def sides_of(count: int) -> Sides:
    return Sides(tuple(Side(name, name.title()) for name in NAMES[:count]))


def no_routes() -> Routes:
    return Routes((), (), (), np.empty((0, 2), np.int32), np.empty(0), np.empty(0, np.bool_), by_proximity=True)


def war(
    words: Sequence[Word], *, start: Sequence[int], days: int, sides: int = 2, places: Places | None = None
) -> Claims:
    """The claims of a war, in order of publication."""
    rows = sorted(enumerate(words), key=lambda nw: (nw[1].day if nw[1].published is None else nw[1].published, nw[0]))
    ordered = [word for _, word in rows]
    claimants = tuple(dict.fromkeys(word.claimant for word in ordered))
    texts = {
        name: np.array([""] * len(ordered), dtype=object)
        for name in ("relayed_by", "report_id", "relation", "quantity", "unit", "source_url", "basis")
    }

    def column(values: list[int], kind: type[np.generic]) -> NDArray[np.generic]:
        return np.array(values, dtype=kind)

    return Claims(
        ids=np.array([f"c{n:04d}" for n, _ in rows], dtype=object),
        reported=column([w.day if w.published is None else w.published for w in ordered], np.int32),  # type: ignore[arg-type]
        about_from=column([w.day for w in ordered], np.int32),  # type: ignore[arg-type]
        about_to=column([w.day for w in ordered], np.int32),  # type: ignore[arg-type]
        claimant=column([claimants.index(w.claimant) for w in ordered], np.int32),  # type: ignore[arg-type]
        claimants=claimants,
        camp=column([sides if w.camp is None else w.camp for w in ordered], np.int8),  # type: ignore[arg-type]
        kind=column([int(w.kind) for w in ordered], np.int8),  # type: ignore[arg-type]
        side=column([w.side for w in ordered], np.int8),  # type: ignore[arg-type]
        place=column([w.place for w in ordered], np.int32),  # type: ignore[arg-type]
        route=np.full(len(ordered), -1, dtype=np.int32),
        denied=np.array([w.denied for w in ordered], dtype=bool),
        partial=np.array([w.partial for w in ordered], dtype=bool),
        certainty=column([int(w.certainty) for w in ordered], np.int8),  # type: ignore[arg-type]
        prose=Prose(paraphrase=np.array([w.text for w in ordered], dtype=object), **texts),
        sides=sides_of(sides),
        days=Days(FIRST, FIRST + timedelta(days=days - 1)),
        places=line_of(start) if places is None else places,
        routes=no_routes(),
    )


SPOKEN = [
    Kind.control,
    Kind.capture,
    Kind.withdrawal,
    Kind.assault,
    Kind.repulse,
    Kind.advance,
    Kind.encirclement,
    Kind.strike,
    Kind.casualties,
]


@st.composite
def wars(draw: st.DrawFn, sides: int = 2, days: int = 9, places: int = 3, first: Kind | None = None) -> Claims:
    """Up to 12 claims by up to eight claimants of any camp; if `first` is given, one at least, plainly of that kind."""

    def words(**plainly: object) -> st.SearchStrategy[Word]:
        parts = {
            "place": st.integers(0, places - 1),
            "kind": st.sampled_from(SPOKEN),
            "side": st.integers(0, sides - 1),
            "day": st.integers(0, days - 1),
            "denied": st.booleans(),
            "partial": st.booleans(),
            "certainty": st.sampled_from(Certainty),
        } | {name: st.just(value) for name, value in plainly.items()}
        voices = [(f"{who} of {camp}", camp) for who in ("Ministry", "Chief") for camp in (*range(sides), None)]
        return st.sampled_from(voices).flatmap(lambda voice: st.builds(lambda **rest: Word(*voice, **rest), **parts))

    said = draw(st.lists(words(), max_size=11))
    if first is not None:
        said.insert(0, draw(words(kind=first, denied=False, partial=False, certainty=Certainty.asserted)))
    start = draw(st.lists(st.integers(0, sides), min_size=places, max_size=places))
    return war(said, start=start, days=days, sides=sides)


def joined(claims: Claims) -> Neighbours:
    return neighbours_of(claims.places)


def seen_on(claims: Claims, day: int | None = None, maps: Sequence[ControlMap] = ()) -> Evidence:
    """The evidence as of a day, by default the last."""
    return gather(claims, maps, joined(claims), len(claims.days) - 1 if day is None else day)


@dataclass(frozen=True)
class Records:
    """One setting of everything that the sampler learns about those who speak."""

    announcing: AnnouncementRecords
    testifying: TestimonyRecords
    clamour: ClamourRecord
    mapping: Mapping


def some_records(evidence: Evidence, rng: np.random.Generator) -> Records:
    """Records drawn at random within their bounds, so that no two lines of talk are alike."""
    announcing = AnnouncementRecords.first(evidence.announced, len(evidence.sides), trusting=True)
    announcing.volume[:] = rng.uniform(0.05, 1.0, announcing.volume.shape)
    announcing.laxity[:] = rng.uniform(0.02, 0.9, announcing.laxity.shape)
    announcing.echoes[:] = rng.random(announcing.echoes.shape) < 0.5
    testifying = TestimonyRecords.first(evidence.testimony, len(evidence.sides), trusting=True)
    testifying.rows[:] = rng.dirichlet(np.full(testifying.rows.shape[-1], 1.5), testifying.rows.shape[:-1])
    testifying.echoes[:] = rng.random(testifying.echoes.shape) < 0.5
    clamour = ClamourRecord(rng.uniform(0.05, 0.9, 2))
    count = len(evidence.maps)
    mapping = Mapping(rng.uniform(0.05, 0.6, (count, 2)), rng.uniform(0.01, 0.1, count), np.ones((2, 2)), 0.95)
    return Records(announcing, testifying, clamour, mapping)


def prior_records(evidence: Evidence) -> Records:
    """Everybody's record at its prior mean."""
    sides = len(evidence.sides)
    return Records(
        AnnouncementRecords.first(evidence.announced, sides, trusting=True),
        TestimonyRecords.first(evidence.testimony, sides, trusting=True),
        ClamourRecord.first(),
        first_mapping(len(evidence.maps)),
    )


def prior_given(claims: Claims) -> Given:
    """Evidence as of the last day, dynamics and records at their prior means."""
    evidence = seen_on(claims)
    step = TransitionPriors().mean(len(evidence.sides), int(evidence.phase[-1]) + 1)
    return plain_given(evidence, prior_records(evidence), step)


def plain_given(evidence: Evidence, records: Records, step: Transition) -> Given:
    """What the evidence says, statement by statement, place by place and day by day."""
    places, days, sides = len(evidence.places), len(evidence.days), len(evidence.sides)
    hidden = 2 * sides + 1
    loglik = np.zeros((places, days, hidden))
    invented = np.zeros((places, days, sides))
    ageing = np.empty((places, days, sides))
    for i in range(places):
        for t in range(days):
            for h in range(hidden):
                loglik[i, t, h] = -_quiet_rate(evidence, records.announcing, i, t, h)
            ageing[i, t] = [0.3 if evidence.lists[t, k] else 0.02 for k in range(sides)]
    heard, told = evidence.announced, evidence.testimony
    for n in range(len(heard)):
        i, t, k = int(heard.place[n]), int(heard.day[n]), int(heard.side[n])
        ageing[i, t, k] = 0.9
        if records.announcing.echoes[heard.chorus[n]] and not heard.leads[n]:
            continue
        for h in range(hidden):
            truth = truth_of(h, k, sides)
            if truth != "true":
                laxity = records.announcing.laxity[heard.track[n], ("half", "false", "stale").index(truth)]
                loglik[i, t, h] += heard.share[n] * np.log(laxity)
        for other in range(sides):
            if other != k:
                invented[i, t, other] += heard.share[n]
    marks = [Says.holds, Says.lacks, Says.fights, Says.outside, Says.repels]
    for n in range(len(told)):
        if records.testifying.echoes[told.chorus[n]] and not told.leads[n]:
            continue
        row = records.testifying.rows[told.track[n], :, marks.index(Says(int(told.says[n])))]
        for h in range(hidden):
            standing = {"true": 0, "stale": 0, "half": 1, "false": 2}[truth_of(h, int(told.side[n]), sides)]
            informed = told.share[n] * row[standing]
            noise = (1 - told.share[n]) * row.mean()
            loglik[told.place[n], told.day[n], h] += np.log(informed + noise)
    for i, t, camps in zip(evidence.clamour.place, evidence.clamour.day, evidence.clamour.camps, strict=True):
        for h in range(hidden):
            join = records.clamour.joins[1 if h == sides else 0]
            loglik[i, t, h] += np.log(join ** (camps - 1) * (1 - join) ** (sides + 1 - camps))
    for m, source in enumerate(evidence.maps):
        for i in range(places):
            for t in range(days):
                for h in range(hidden):
                    loglik[i, t, h] += map_says(source, records.mapping, m, i, t, holder_of(h, sides), sides)
    boasts = np.zeros(sides)
    for k in range(sides):
        for r in range(len(heard.tracks)):
            for other in range(sides):
                if other != k and _speaks_of(heard.tracks.camp[r], heard.tracks.relation[r], other, sides):
                    boasts[k] += records.announcing.volume[r] * records.announcing.laxity[r, 1]
    return Given(
        neighbours=evidence.neighbours,
        step=step,
        phase=evidence.phase,
        first=evidence.start_prior,
        evidence=loglik,
        invented=invented,
        boasts=boasts,
        ageing=ageing,
        fighting=evidence.fighting,
    )


def holder_of(hidden: int, sides: int) -> int:
    """k holds: 0 .. K - 1; contested: K; k has just taken the place: K + 1 + k."""
    return hidden if hidden <= sides else hidden - sides - 1


def truth_of(hidden: int, side: int, sides: int) -> str:
    """What the announcement "side has taken the place" is in a hidden state."""
    if hidden == sides:
        return "half"
    if holder_of(hidden, sides) != side:
        return "false"
    return "true" if hidden > sides else "stale"


def _speaks_of(camp: int, relation: int, side: int, sides: int) -> bool:
    """Whether a line of talk of a camp, about its own side, as a third party or about another, is about `side`."""
    if camp == sides:
        return relation == Relation.third
    return relation == (Relation.own if camp == side else Relation.other)


def _quiet_rate(evidence: Evidence, announcing: AnnouncementRecords, i: int, t: int, hidden: int) -> float:
    """Expected announcements of a capture of place i on day t, but for invented ones."""
    tracks, sides = evidence.announced.tracks, len(evidence.sides)
    rate = 0.0
    for r in range(len(tracks)):
        for k in range(sides):
            if not _speaks_of(tracks.camp[r], tracks.relation[r], k, sides) or evidence.places.start[i] == k:
                continue
            truth = truth_of(hidden, k, sides)
            volume, (half, _, stale) = announcing.volume[r], announcing.laxity[r]
            listed = evidence.lists[t, k] if tracks.relation[r] == Relation.own else True
            if truth == "true":
                rate += volume * listed
            elif truth == "half":
                rate += volume * half * listed
            elif truth == "stale":
                rate += volume * stale * evidence.attention[i, t]
    return rate


def map_says(source: ControlMap, mapping: Mapping, m: int, i: int, t: int, truth: int, sides: int) -> float:
    """Log P(the map's state today | the last it showed before, the truth today)."""

    def shown(day: int) -> int | None:
        for place, state, first, last in zip(source.place, source.state, source.first, source.last, strict=True):
            if place == i and first <= day <= last:
                return int(state)
        return None

    now, was = shown(t), next((s for s in map(shown, range(t - 1, -1, -1)) if s is not None), None)
    if now is None:
        return 0.0
    if was is None:
        return float(np.log(0.95 if now == truth else 0.05 / sides))
    slip, notice = mapping.slip[m], mapping.notice[m, int(truth == sides)]
    if was == truth:
        p = 1 - slip if now == truth else slip / sides
    elif now == truth:
        p = notice * (1 - slip)
    elif now == was:
        p = (1 - notice) * (1 - slip)
    else:
        p = slip / max(sides - 1, 1)
    return float(np.log(p))


LITTLE = Effort(chains=2, daily=2, burn=4, keep=10, thin=1)
"""Enough to run every line; too little to believe."""


def same_bytes(a: Belief, b: Belief) -> bool:
    """Whether two beliefs are equal in everything that was drawn, and rest on the same claimants."""
    ours, theirs = a.arrays(), b.arrays()
    return a.evidence.claimants == b.evidence.claimants and all(
        ours[name].dtype == theirs[name].dtype
        and ours[name].shape == theirs[name].shape
        and ours[name].tobytes() == theirs[name].tobytes()
        for name in ours
    )
