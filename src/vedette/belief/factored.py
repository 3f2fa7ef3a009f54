"""The long war: every place filtered by itself, its neighbours replaced by what is believed of them.

Joint draws of tens of thousands of places over years do not fit a small machine. Here the joint distribution of a
day is kept as the product of its marginals (Boyen and Koller 1998, "Tractable inference for complex stochastic
processes"): one pass through the war gives the nowcast of every day. Dynamics, the records of maps and what
camps' testimony is worth are learned as the war goes on, by expectation maximisation (Dempster, Laird and
Rubin 1977) over what had come in by then, so that no day sees a later one.

What is given up, and measured against the draws: places are independent given what was believed of their
neighbours; records are a camp's, not a claimant's; an announced capture is as credible as the prior says; and a
claim about the past counts, weakened, on the day it came in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vedette.belief._factored_kernels import Plain, Rates, filter_forward, smooth_backward
from vedette.belief._sweep_kernels import Mapping, map_likelihood
from vedette.belief.announcements import PRIOR_LAXITY, Truth
from vedette.belief.evidence import PRESSURE_DAYS, START_DOUBT
from vedette.belief.mapping import first_mapping
from vedette.belief.testimony import CAMP_STRENGTH, MARK_OF, PRIOR_ROWS
from vedette.claims import (
    Certainty,
    Claims,
    ControlMap,
    Kind,
    Relation,
    Says,
    Tendency,
    relation_of,
    says_of,
    tendency_of,
)
from vedette.dynamics import LEVELS, PRESSED_LEVEL, TransitionPriors, phases_of
from vedette.ground import Neighbours, Places, project_km

__all__ = ["Track", "track"]

MEMORY_DAYS = 10.0
"""Repetitions of one claimant, and voices of one camp, weigh less for so long: after it two thirds of that is over."""

DELAY_DAYS = 30.0
"""What a claim says of a day so long ago is worth a third today."""

LEARN_EVERY = ((182, 14), (20_000, 28))
"""Records are learned anew every fortnight in the first half year, then every four weeks."""

QUIET = 0.995
"""Places that were never less certain than this, nor had an enemy next door, teach nothing and are left out."""

CONTACT = 0.02
"""Expected share of hostile neighbours from which a place counts as in contact."""

PRESSED_SHARE = (PRESSED_LEVEL - 0.5) / (LEVELS - 1)
"""Middle of the level that reported fighting brings a place to."""

NOTICE = 1.0 / 30.0
"""Daily probability that a map is put right: maps of one war differ by two weeks, and often by months.

It is not learned here: a few places that a map keeps drawing otherwise for a year, by its own definition of
the place, would count for all."""

SLIPS_A_DAY = 3.0
"""Of a day on which a map slips at many places at once (a lost layer, a mistaken edit soon undone) so many count."""

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
class Track:
    """What was believed on every day, and what is believed of every day in the end.

    `nowcast` and `hindsight`, shape (P, T, S), float32: P(state) of P places on T days; S is the sides, then
    contested. `rows` (G, relations, 3, marks): what testimony of each camp is worth, see `testimony`;
    `rates` the dynamics and maps as learned by the last day.
    """

    nowcast: NDArray[np.float32]
    hindsight: NDArray[np.float32]
    rows: NDArray[np.float64]
    hazard: NDArray[np.float64]
    tempo: NDArray[np.float64]
    mapping: Mapping


@dataclass(frozen=True, eq=False)
class _Heard:
    """N statements in order of publication; see `_listen`."""

    place: NDArray[np.int64]
    side: NDArray[np.int64]
    camp: NDArray[np.int64]
    relation: NDArray[np.int64]
    mark: NDArray[np.int64]
    gain: NDArray[np.bool_]
    weight: NDArray[np.float64]
    about: NDArray[np.int64]
    arrived: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.place)


@dataclass(eq=False)
class _Learned:
    """Everything that is learned as the war goes on."""

    hazard: NDArray[np.float64]
    tempo: NDArray[np.float64]
    rush: float
    settle: float
    mapping: Mapping
    rows: NDArray[np.float64]
    maps_begun: int = 0

    def rates(self, states: int) -> Rates:
        """The same for kernels."""
        table = np.ones((len(self.mapping.slip), (states + 1) ** 2, states))
        for m in range(len(table)):
            map_likelihood(self.mapping, m, states, table[m])
        # Maps of one war are drawn from the same reports: M of them are taken for as much as the square root of M.
        table **= max(self.maps_begun, 1) ** -0.5
        return Rates(self.hazard, self.tempo, self.rush, self.settle, table)


def track(
    claims: Claims,
    maps: Sequence[ControlMap],
    neighbours: Neighbours,
    as_of: int,
    *,
    priors: TransitionPriors | None = None,
    progress: Progress | None = None,
) -> Track:
    """Follow the war day by day up to day number `as_of`.

    Row t of the nowcast depends on what was published by day t alone. No randomness. O(P T) time, and
    P T S numbers of memory twice over.
    """
    priors = priors or TransitionPriors()
    days = min(as_of + 1, len(claims.days))
    places, sides = claims.places, len(claims.sides)
    states = sides + 1
    known = claims.until(as_of)
    heard = _listen(known, days)
    shown = _unrolled([m.until(days - 1) for m in maps], len(places), days)
    phase = phases_of(days)
    plain = _plain(places, neighbours, heard, shown, _pressed(heard, len(places), days), phase, sides)
    mean = priors.mean(sides, int(phase[-1]) + 1)
    camps = sides + 1
    learned = _Learned(
        mean.hazard.copy(),
        mean.tempo.copy(),
        mean.rush,
        mean.settle,
        _steady(first_mapping(len(maps))),
        _records(np.zeros((camps, *PRIOR_ROWS.shape)), sides),
    )
    nowcast = np.empty((len(places), days, states), dtype=np.float32)
    alpha = plain.first.copy()
    cursor = plain.begin[:-1].copy()
    stirred = np.zeros(len(places), dtype=bool)
    since = 0
    none = np.empty((0, 0, 0), dtype=np.float32)
    spoken = _spoken(plain, heard, learned.rows, heard.arrived, days)
    begins = np.array([m.first.min() for m in maps if len(m.first)])
    for until in _stops(days):
        learned.maps_begun = int((begins <= since).sum())
        filter_forward(since, until, alpha, cursor, spoken, learned.rates(states), PRESSED_SHARE, nowcast, none)
        stirred |= nowcast[:, since:until].max(axis=2).min(axis=1) < QUIET
        stirred |= _in_contact(alpha, neighbours)
        if until < days:
            subset = _Subset.of(plain, stirred, until)
            _, alpha[subset.places], recent = _learn(subset, heard, learned, priors, until, states)
            plain.local[int(phase[until]) :] = _local(places, subset.places, recent)
            spoken = _spoken(plain, heard, learned.rows, heard.arrived, days)
        since = until
        if progress is not None:
            progress(until, days)
    hindsight = nowcast.copy()
    subset = _Subset.of(plain, stirred, days)
    hindsight[subset.places], _, _ = _learn(subset, heard, learned, priors, days, states)
    return Track(nowcast, hindsight, learned.rows, learned.hazard, learned.tempo, learned.mapping)


def _steady(mapping: Mapping) -> Mapping:
    mapping.notice[:] = NOTICE
    return mapping


def _stops(days: int) -> list[int]:
    """The days before which something is learned, and the end."""
    out, day = [], 0
    for limit, every in LEARN_EVERY:
        while day + every < min(days, limit + every):
            day += every
            out.append(day)
    return [*out, days]


def _listen(claims: Claims, days: int) -> _Heard:
    """What claims say of control, with the weight that is left after repetition.

    A claimant who says again what it said lately adds what it has let fade; the n-th voice of a camp that
    says one thing adds about an n-th. Copies, word for word, add nothing.
    """
    sides = len(claims.sides)
    rows: list[tuple[int, int, int, int, int, bool, float, int, int]] = []
    said: dict[tuple[int, int, Tendency], int] = {}
    chorus: dict[tuple[int, int, Tendency], tuple[float, int]] = {}
    originals: set[tuple[int, Tendency, int, str]] = set()
    for n in range(len(claims)):
        place, side, camp = int(claims.place[n]), int(claims.side[n]), int(claims.camp[n])
        found = says_of(
            Kind(int(claims.kind[n])),
            denied=bool(claims.denied[n]),
            partial=bool(claims.partial[n]),
            certainty=Certainty(int(claims.certainty[n])),
        )
        if found is None or place < 0 or side < 0:
            continue
        says, weight = found
        about = min(max(int(claims.about_to[n]), 0), days - 1)
        arrived = min(max(int(claims.reported[n]), about), days - 1)
        tendency = tendency_of(says, side, sides)
        text = " ".join(str(claims.prose.paraphrase[n]).casefold().split())
        if text:
            if (place, tendency, about, text) in originals:
                continue
            originals.add((place, tendency, about, text))
        speaker = (int(claims.claimant[n]), place, tendency)
        if speaker in said:
            weight *= -np.expm1(-max(arrived - said[speaker], 0) / MEMORY_DAYS)
        said[speaker] = arrived
        voices, day = chorus.get((camp, place, tendency), (0.0, arrived))
        voices *= np.exp(-max(arrived - day, 0) / MEMORY_DAYS)
        chorus[camp, place, tendency] = (voices + weight, arrived)
        weight = float((np.log1p(voices + weight) - np.log1p(voices)) / np.log(2.0))
        if weight > 0.0:
            relation = int(relation_of(camp, side, sides))
            took = says is Says.took
            mark = int(MARK_OF[Says.holds if took else says])
            rows.append((place, side, camp, relation, mark, took, weight, about, arrived))
    columns = list(zip(*rows, strict=True)) if rows else [()] * 9
    kinds = [np.int64] * 5 + [np.bool_, np.float64, np.int64, np.int64]
    return _Heard(*(np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)))


def _pressed(heard: _Heard, places: int, days: int) -> NDArray[np.uint8]:
    """Which sides are reported to fight for each place, from the day the report came in, a bit each."""
    out = np.zeros((places, days), dtype=np.uint8)
    for n in np.flatnonzero(~heard.gain & (heard.mark == MARK_OF[Says.fights])).tolist():
        out[heard.place[n], heard.arrived[n] : heard.arrived[n] + PRESSURE_DAYS] |= np.uint8(1 << int(heard.side[n]))
    return out


def _unrolled(maps: Sequence[ControlMap], places: int, days: int) -> NDArray[np.int8]:
    shown = np.full((len(maps), places, days), -1, dtype=np.int8)
    for m, source in enumerate(maps):
        for place, state, first, last in zip(source.place, source.state, source.first, source.last, strict=True):
            shown[m, place, first : last + 1] = state
    return shown


def _plain(
    places: Places,
    neighbours: Neighbours,
    heard: _Heard,
    shown: NDArray[np.int8],
    pressed: NDArray[np.uint8],
    phase: NDArray[np.int32],
    sides: int,
) -> Plain:
    """The evidence without what is said: see `_spoken`."""
    first = np.full((len(places), sides + 1), START_DOUBT / sides)
    first[np.arange(len(places)), places.start] = 1.0 - START_DOUBT
    return Plain(
        first=first,
        start=neighbours.start,
        target=neighbours.index,
        beyond=np.zeros_like(first),
        shown=shown,
        pressed=pressed,
        begin=np.concatenate([[0], np.cumsum(np.bincount(heard.place, minlength=len(places)))]).astype(np.int64),
        day=np.zeros(0, dtype=np.int64),
        word=np.zeros((0, sides + 1)),
        gain=np.zeros(0, dtype=np.int64),
        real=np.zeros(0),
        phase=phase,
        local=np.ones((int(phase[-1]) + 1, len(places), sides), dtype=np.float32),
    )


def _spoken(
    plain: Plain, heard: _Heard, rows: NDArray[np.float64], when: NDArray[np.int64], days: int, until: int | None = None
) -> Plain:
    """The evidence with each statement on day `when`, as its camp's record weighs it; those after `until` left out."""
    states = plain.first.shape[1]
    in_time = np.flatnonzero(heard.arrived < (days if until is None else until))
    order = in_time[np.lexsort((in_time, when[in_time], heard.place[in_time]))]
    side, mark, weight = heard.side[order], heard.mark[order], heard.weight[order]
    fading = np.exp(-(when[order] - heard.about[order]) / DELAY_DAYS)
    record = rows[heard.camp[order], heard.relation[order], :, mark]  # (n, 3) by standing
    standing = np.full((len(order), states), 2)
    standing[:, states - 1] = 1
    standing[np.arange(len(order)), side] = 0
    log = np.log(np.take_along_axis(record, standing, axis=1)) * (weight * fading)[:, None]
    false = PRIOR_LAXITY[heard.relation[order], Truth.false - 1]
    return plain._replace(
        begin=np.concatenate([[0], np.cumsum(np.bincount(heard.place[order], minlength=len(plain.first)))]).astype(
            np.int64
        ),
        day=when[order],
        word=np.exp(log - log.max(axis=1, keepdims=True)) if len(order) else np.zeros((0, states)),
        gain=np.where(heard.gain[order], side, -1),
        real=np.minimum(weight, 1.0) * fading / (1.0 + false),
    )


def _in_contact(alpha: NDArray[np.float64], neighbours: Neighbours) -> NDArray[np.bool_]:
    """Places whose expected share of neighbours held otherwise than themselves is not negligible."""
    states = alpha.shape[1]
    degree = np.diff(neighbours.start)
    origin = np.repeat(np.arange(len(degree)), degree)
    own = np.argmax(alpha, axis=1)
    foreign = 1.0 - alpha[neighbours.index, own[origin]]
    share = np.bincount(origin, weights=foreign, minlength=len(degree)) / np.maximum(degree, 1)
    return np.asarray((share > CONTACT) | (own == states - 1))


@dataclass(frozen=True, eq=False)
class _Subset:
    """The places that teach something, numbered anew; the others stay as they were at the start."""

    places: NDArray[np.int64]
    plain: Plain

    @classmethod
    def of(cls, plain: Plain, chosen: NDArray[np.bool_], until: int) -> _Subset:
        places = np.flatnonzero(chosen)
        number = np.full(len(chosen), -1, dtype=np.int32)
        number[places] = np.arange(len(places))
        degree = np.diff(plain.start)
        origin = np.repeat(np.arange(len(degree)), degree)
        from_inside = chosen[origin]
        inside = from_inside & chosen[plain.target]
        outside = from_inside & ~chosen[plain.target]
        beyond = np.zeros((len(places), plain.first.shape[1]))
        np.add.at(beyond, number[origin[outside]], plain.first[plain.target[outside]])
        return cls(
            places,
            plain._replace(
                first=plain.first[places],
                start=np.concatenate(
                    [[0], np.cumsum(np.bincount(number[origin[inside]], minlength=len(places)))]
                ).astype(np.int32),
                target=number[plain.target[inside]],
                beyond=beyond,
                shown=np.ascontiguousarray(plain.shown[:, places, :until]),
                pressed=np.ascontiguousarray(plain.pressed[places, :until]),
                phase=plain.phase[:until],
                local=np.ascontiguousarray(plain.local[: int(plain.phase[until - 1]) + 1, places]),
            ),
        )

    def heard(self, heard: _Heard) -> _Heard:
        """The statements about these places."""
        number = np.full(int(heard.place.max(initial=0)) + 1 + len(self.places), -1, dtype=np.int64)
        inside = self.places[self.places < len(number)]
        number[inside] = np.arange(len(inside))
        kept = np.flatnonzero(number[heard.place] >= 0)
        columns = {name: getattr(heard, name)[kept] for name in heard.__dataclass_fields__}
        return replace(heard, **columns | {"place": number[heard.place[kept]]})


def _learn(
    subset: _Subset, heard: _Heard, learned: _Learned, priors: TransitionPriors, until: int, states: int
) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.float64]]:
    """One step of expectation maximisation over what had come in before day `until`; `learned` is updated.

    Returns the smoothed probabilities (P', until, S), the filtered belief on the last day (P', S), both
    by what had been learned before, and where challenges fell of late (P', K, 2), see `smooth_backward`.
    """
    sides = states - 1
    plain, mine = subset.plain, subset.heard(heard)
    spoken = _spoken(plain, mine, learned.rows, mine.about, until, until)
    rates = learned.rates(states)
    out = np.empty((len(subset.places), until, states), dtype=np.float32)
    counts = np.zeros_like(out)
    alpha = plain.first.copy()
    filter_forward(0, until, alpha, spoken.begin[:-1].copy(), spoken, rates, PRESSED_SHARE, out, counts)
    challenged = np.zeros((len(learned.tempo), sides, LEVELS))
    exposed = np.zeros_like(challenged)
    contests, right = np.zeros(4), np.zeros(len(learned.mapping.slip))
    slipped = np.zeros((len(right), until))
    recent = np.zeros((len(subset.places), sides, 2))
    smooth_backward(
        until,
        max(until - RECENT_DAYS, 1),
        spoken,
        rates,
        PRESSED_SHARE,
        counts,
        out,
        challenged,
        exposed,
        contests,
        right,
        slipped,
        recent,
    )
    _redraw_pace(learned, priors, challenged, exposed, contests, int(plain.phase[-1]))
    slip_yes, slip_no = learned.mapping.prior[1]
    slips = np.minimum(slipped, SLIPS_A_DAY).sum(axis=1)
    learned.mapping.slip[:] = (slip_yes + slips) / (slip_yes + slip_no + right)
    in_time = np.flatnonzero((mine.arrived < until) & ~mine.gain)
    belief = out[mine.place[in_time], mine.about[in_time]].astype(np.float64)
    side, weight = mine.side[in_time], mine.weight[in_time]
    here = belief[np.arange(len(in_time)), side]
    contested_too = belief[:, sides]
    seen = np.zeros_like(learned.rows)
    for standing, share in enumerate((here, contested_too, 1.0 - here - contested_too)):
        np.add.at(
            seen[:, :, standing], (mine.camp[in_time], mine.relation[in_time], mine.mark[in_time]), weight * share
        )
    learned.rows = _records(seen, sides)
    return out, alpha, recent


def _records(seen: NDArray[np.float64], sides: int) -> NDArray[np.float64]:
    """What testimony is worth, (G, relations, 3, marks), from expected counts of the same shape.

    A party's rows are P(what it says of a side | how that side stands): it chooses of whom to speak. Third
    parties have no such choice to hide behind: *whom* they say holds a place is what informs, even where they say
    nothing but "holds"; so their rows are P(whom they speak of, and what they say | who holds the place).
    """
    rows = CAMP_STRENGTH[None, :, None, None] * PRIOR_ROWS[None] + seen
    out = rows / rows.sum(axis=3, keepdims=True)
    third = int(Relation.third)
    subjects = np.array([1.0, sides, sides - 1.0])  # of whom one may speak so: the holder, any side, any other
    spoken = CAMP_STRENGTH[third] * PRIOR_ROWS[third] * (subjects / sides)[:, None] + seen[-1, third]
    held = spoken[0].sum() + spoken[2].sum()
    out[-1, third, 0] = spoken[0] / held
    out[-1, third, 2] = spoken[2] / held / subjects[2]
    out[-1, third, 1] = spoken[1] / spoken[1].sum() / subjects[1]
    return np.asarray(out)


def _local(places: Places, subset: NDArray[np.int64], recent: NDArray[np.float64]) -> NDArray[np.float32]:
    """How much harder than elsewhere each side is pressed around each place, (P, K): an offensive has an address.

    The posterior mean of a Gamma factor given the challenges nearby and how many the common tempo foresaw.
    """
    out = np.ones((len(places), recent.shape[1]), dtype=np.float32)
    if len(subset):
        xy = project_km(places.lat[subset], places.lon[subset])
        near = cKDTree(xy).sparse_distance_matrix(cKDTree(xy), 3 * LOCAL_KM, output_type="coo_matrix").tocsr()
        near.data = np.exp(-0.5 * (near.data / LOCAL_KM) ** 2)
        near.setdiag(1.0)
        around = np.stack([near @ recent[:, :, which] for which in range(2)], axis=2)
        out[subset] = (LOCAL_SHAPE + around[:, :, 0]) / (LOCAL_SHAPE + around[:, :, 1])
    return out


def _redraw_pace(
    learned: _Learned,
    priors: TransitionPriors,
    challenged: NDArray[np.float64],
    exposed: NDArray[np.float64],
    contests: NDArray[np.float64],
    last_phase: int,
) -> None:
    """Posterior means of the dynamics given expected counts, one after the other."""
    shape, prior = np.array(priors.hazard_shape), np.array(priors.hazard)
    risk = (learned.tempo[:, :, None] * exposed).sum(axis=(0, 1))
    learned.hazard = (shape + challenged.sum(axis=(0, 1))) / (shape / prior + risk)
    tempo = learned.tempo
    events, risk_at = challenged.sum(axis=2), (exposed * learned.hazard).sum(axis=2)
    for phase in range(len(tempo)):
        if phase > last_phase:
            tempo[phase] = tempo[last_phase]
            continue
        drift, mean = (priors.tempo_start[0], priors.tempo_start[1]) if phase == 0 else (TEMPO_DRIFT, tempo[phase - 1])
        tempo[phase] = (drift + events[phase]) / (drift / mean + risk_at[phase])
    days, settled, lost, rushed = contests
    learned.settle = float((priors.settle[0] + settled) / (sum(priors.settle) + days))
    learned.rush = float((priors.rush[0] + rushed) / (sum(priors.rush) + lost))
