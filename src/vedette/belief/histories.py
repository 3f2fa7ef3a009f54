"""Joint draws of a long war's last weeks, backward from what its filter believes today.

Each place's history is drawn by the law that the filter gives it (Carter and Kohn 1994), so that every share of draws
is the filter's probability. The filter knows nothing of how places hang together, yet fronts, pockets and roads depend
on it: neighbours change hands together. So the noise that decides the draws is smooth in space. What states are drawn
follows from Gumbel noise, when they were entered from uniform noise, both made from a Gaussian field: a copula, which
leaves each place its law. How smooth was chosen by the log score of pairs of places in doubt in half a year of a long
war, and scored on the year after (docs/scores.md).

The draws do not depend on each other, so they need no convergence figures; what they rest on does: see `factored`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree
from scipy.special import ndtr

from vedette.belief._backward_kernels import live_back, step_back
from vedette.belief._factored_kernels import WEEK, pool
from vedette.belief.evidence import Known, known_by
from vedette.belief.factored import POOLED, Progress, followed
from vedette.belief.left_out import camps_at
from vedette.belief.long_war import PRESSED_SHARE, War
from vedette.belief.posterior import IN_PLAY, Belief, Convergence
from vedette.belief.watch import Checkpoint, Retrospect, Watch
from vedette.claims import Claims, ControlMap, Events, with_events
from vedette.dynamics import TransitionPriors
from vedette.ground import Neighbours, Places, project_km

__all__ = ["RECENT_DAYS", "recent_histories"]

RECENT_DAYS = 42
"""Days that are drawn, or up to a fortnight more: those that tell how hard each sector is pressed."""

SHARED_KM = 5.0
SHARED = 0.95
"""Reach of the Gaussian kernel that makes noise smooth, and the share of its variance that places near each other have
in common."""

SPELLS = 2
"""Latest changes of a place that are drawn together with its neighbours'; it seldom sees more in some weeks."""

CAVEAT = (
    "This war is too large to draw as a whole: places were followed one by one, and neighbours then drawn together as "
    "they have changed hands together elsewhere. Weights and records of claims are of its last weeks."
)


def recent_histories(
    claims: Claims,
    maps: Sequence[ControlMap],
    neighbours: Neighbours,
    as_of: int,
    *,
    seed: int,
    members: int,
    events: Events | None = None,
    priors: TransitionPriors | None = None,
    days: int = RECENT_DAYS,
    resume: Checkpoint | None = None,
    progress: Progress | None = None,
) -> tuple[Belief, Checkpoint]:
    """`members` draws of who held what in the last `days` days up to `as_of` of a war followed by `track`.

    And where following may go on from, as there; `resume` must stand before day `as_of` ends. The shares of the last
    day are the nowcast's; those of days before are hindsight's. `word` is what each statement and event multiplied the
    belief about its place by, when it came up in those days.
    """
    events = Events.none(claims.sides, claims.days) if events is None else events
    war = War.known(claims, maps, neighbours, as_of, events)
    watch = Watch.begun(war, priors or TransitionPriors())
    nowcast, checkpoint = followed(watch, resume, progress)
    today = nowcast[:, -1:]
    pool(POOLED, war.shown[:, :, -1:], today)
    back = watch.look_back(days)
    rng = np.random.default_rng([seed, as_of])
    drawn = _Drawn.of(watch, back, today[:, 0].astype(np.float64), members, rng)
    told = with_events(claims, events).until(as_of)
    known = known_by(told, neighbours, as_of)
    hazard, tempo = watch.dynamics(members, rng)
    week = drawn.since // WEEK
    nothing = np.zeros((members, 0), dtype=np.float32)
    word = _word(back, drawn, claims.until(as_of), told, known)
    spoken, number = camps_at(known.told)
    camp_word = np.zeros((members, len(spoken)), dtype=np.float32)
    np.add.at(camp_word.T, number, np.nan_to_num(word).T)
    belief = Belief(
        evidence=known,
        control=drawn.control,
        word=word,
        camp_word=camp_word,
        map_word=nothing,
        laxity=nothing,
        volume=nothing,
        rows=nothing,
        joins=nothing,
        map_notice=nothing,
        map_slip=nothing,
        hazard=hazard.astype(np.float32),
        tempo=tempo[:, week:].astype(np.float32),
        chains=members,
        convergence=_independent(drawn.control[:, :, -1], known.states),
        since=drawn.since,
        caveat=CAVEAT,
    )
    return belief, checkpoint


def _independent(today: NDArray[np.int8], states: int) -> Convergence:
    shares = np.stack([(today == s).mean(axis=0) for s in range(states)])
    judged = int(((shares >= IN_PLAY) & (shares <= 1.0 - IN_PLAY)).any(axis=0).sum())
    return Convergence(1.0, float(len(today)), judged, 0, 0.0)


@dataclass(frozen=True, eq=False)
class _Drawn:
    """`control` (M, P, T') from day `since` on; `foretold` (Q, T', S) of the places in play, which `number` numbers."""

    since: int
    control: NDArray[np.int8]
    number: NDArray[np.int64]
    foretold: NDArray[np.float64]

    @classmethod
    def of(
        cls, watch: Watch, back: Retrospect, today: NDArray[np.float64], members: int, rng: np.random.Generator
    ) -> _Drawn:
        """Draw; `today` (P, S) is what is believed of the last day."""
        war, view = watch.war, back.view
        days = view.until - view.plain.origin
        sure = np.minimum(back.filtered.max(axis=2).min(axis=1), today[view.places].max(axis=1))
        # A place that was surer all along than so many draws can show stays what it most likely was.
        places = np.flatnonzero(sure < 1.0 - 0.25 / members)
        shape = (len(places), days, war.states)
        law, foretold = np.zeros((*shape, war.states)), np.zeros(shape)
        step_back(
            view.until, places, view.plain, view.strokes, back.rates, PRESSED_SHARE,
            view.counts, view.trust, back.filtered, law, foretold,
        )  # fmt: skip
        control = np.empty((members, war.places, days), dtype=np.int8)
        control[:] = today.argmax(axis=1).astype(np.int8)[None, :, None]
        control[:, view.places] = back.filtered.argmax(axis=2).astype(np.int8)
        inside = view.places[places]
        noise = _Noise.among(war.ground, inside, rng)
        live_back(
            rng,
            law,
            today[inside],
            noise.gumbel(members, war.states),
            noise.normal(members, 2 * SPELLS),
            inside,
            control,
        )
        number = np.full(war.places, -1, dtype=np.int64)
        number[inside] = np.arange(len(inside))
        return cls(view.plain.origin, control, number, foretold)


@dataclass(frozen=True, eq=False)
class _Noise:
    """Standard normal noise; `blur` (Q, Q) makes the part that places near each other share of noise of their own."""

    blur: csr_array
    rng: np.random.Generator

    @classmethod
    def among(cls, ground: Places, places: NDArray[np.int64], rng: np.random.Generator) -> _Noise:
        xy = project_km(ground.lat, ground.lon)[places]
        if not len(xy):
            return cls(csr_array((0, 0), dtype=np.float32), rng)
        pairs = cKDTree(xy).query_pairs(3.0 * SHARED_KM, output_type="ndarray")
        itself = np.repeat(np.arange(len(xy)), 2).reshape(-1, 2)
        both = np.concatenate([pairs, pairs[:, ::-1], itself])
        squared = ((xy[both[:, 0]] - xy[both[:, 1]]) ** 2).sum(axis=1)
        blur = csr_array((np.exp(-0.5 * squared / SHARED_KM**2), (both[:, 0], both[:, 1])), shape=(len(xy), len(xy)))
        length = np.sqrt(blur.multiply(blur).sum(axis=1))
        return cls(csr_array(blur.multiply(np.sqrt(SHARED) / length[:, None]), dtype=np.float32), rng)

    def normal(self, members: int, fields: int) -> NDArray[np.float32]:
        """Independent fields, shape (Q, members, fields)."""
        shape = (self.blur.shape[0], members * fields)
        out = self.rng.standard_normal(shape, dtype=np.float32)
        out *= np.float32(np.sqrt(1.0 - SHARED))
        out += self.blur @ self.rng.standard_normal(shape, dtype=np.float32)
        return out.reshape(-1, members, fields)

    def gumbel(self, members: int, fields: int) -> NDArray[np.float32]:
        """The same with standard Gumbel noise."""
        above = ndtr(-self.normal(members, fields))
        np.minimum(above, np.float32(1.0) - np.finfo(np.float32).eps, out=above)
        return np.asarray(-np.log(-np.log1p(-above)))


def _word(back: Retrospect, drawn: _Drawn, heard: Claims, told: Claims, known: Known) -> NDArray[np.float32]:
    """What each assertion multiplied the belief by, as log-likelihoods in each draw (M, J); NaN if nothing that counts.

    `heard` are the claims that were listened to, `told` those and the events.
    """
    members = len(drawn.control)
    word = np.full((members, len(known.told)), np.nan, dtype=np.float32)
    row = {claim: n for n, claim in enumerate(told.ids.tolist())}

    def add(n: int, place: int, day: int, likelihood: NDArray[np.float64]) -> None:
        j = int(known.told.of_claim[n])
        if j < 0:
            return
        said = np.log(likelihood)[drawn.control[:, place, day - drawn.since]]
        word[:, j] = np.where(np.isnan(word[:, j]), 0.0, word[:, j]) + said

    plain, places = back.view.plain, back.view.places
    order = np.lexsort((np.arange(len(back.heard)), back.when, back.heard.place))
    for q, n in enumerate(order.tolist()):
        claim, i, day = int(back.heard.claim[n]), int(back.heard.place[n]), int(back.when[n])
        if claim < 0 or day < drawn.since:
            continue
        likelihood = plain.word[q]
        if plain.gain[q] >= 0:
            likelihood = np.full(plain.word.shape[1], 1.0 - plain.real[q])
            before = _eve(back, drawn, int(places[i]), i, day)
            likelihood[plain.gain[q]] += plain.real[q] / max(float(before[plain.gain[q]]), 1e-6)
        add(row[heard.ids[claim]], int(places[i]), day, np.maximum(likelihood, 1e-9))
    claimed = set(heard.ids.tolist())
    spoken: dict[tuple[int, int, int], list[int]] = {}
    for n, claim in enumerate(told.ids.tolist()):
        if claim not in claimed:
            spoken.setdefault((int(told.place[n]), int(told.about_to[n]), int(told.side[n])), []).append(n)
    sights = back.view.sights
    seen = back.seen.take(np.argsort(back.then, kind="stable"))
    then = np.sort(back.then, kind="stable")
    for e in range(len(seen)):
        for m in range(int(seen.begin[e]), int(seen.begin[e + 1])):
            i = int(sights.place[m])
            about = (int(places[i]), int(seen.about[e]), int(seen.side[e])) if i >= 0 else None
            if about in spoken and then[e] >= drawn.since:
                add(spoken[about][0], int(places[i]), int(then[e]), sights.word[m])
    return word


def _eve(back: Retrospect, drawn: _Drawn, place: int, i: int, day: int) -> NDArray[np.float64]:
    """What was believed of a place and day before anything was said of it."""
    column = day - drawn.since
    if drawn.number[place] >= 0 and column > 0:
        return np.asarray(drawn.foretold[drawn.number[place], column])
    return np.asarray(back.filtered[i, max(column - 1, 0)], dtype=np.float64)
