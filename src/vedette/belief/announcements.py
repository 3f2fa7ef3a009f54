"""Announced captures: how often each claimant announces one, and how often there was none.

Announcements are a marked point process. Claimant c announces captures by a side at the rate

    volume[c] x laxity[c, truth] x exposure[truth]

where truth is what the announcement would be there and then: true while the capture is
news (laxity 1 by definition), half true while the place is contested, stale once the
capture is old, or false. While a capture is news or the place contested the exposure is 1
on the days on which the side publishes gains at all: real captures are announced, and
lists come when they come. A stale one is missed as far as the place is watched; that it is
told shows that somebody does. For invented captures the exposure is the probability that the
place is challenged that day: a boast is made where it could be true. So the hazard cancels, and
an announcement by a claimant of whose announcements one in four is invented is right with
odds of three to one, near the front or far behind it. Silence counts through the
exposure. A claimant who only ever announces its own gains is judged by when and where it
speaks, which is all there is to judge it by (a confusion matrix, Dawid and Skene 1979,
would learn nothing); and the war in which everybody lies and nothing moved has to explain
boasts made ever deeper behind a front that stands still.

Laxities are pooled: a claimant's are drawn around those of its camp, a camp's around
everyone's, in Gamma and inverse Gamma in turn, so that every step of the Gibbs sampler is
a known distribution (Gelman et al. 2013, Bayesian Data Analysis, chapter 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from vedette.belief._record_kernels import Announcing
from vedette.belief.evidence import Statements, echo_prior, hidden_states
from vedette.claims import Relation

__all__ = ["AnnouncementRecords", "Truth", "truth_of_capture"]


class Truth(IntEnum):
    """What an announced capture is, by the hidden state of its place on its day."""

    true = 0
    half = 1
    """The place is contested: the announcement is early, if not wrong."""
    false = 2
    stale = 3
    """The side holds the place, and has for days: the announcement is late."""


_HALF, _FALSE, _STALE = Truth.half - 1, Truth.false - 1, Truth.stale - 1

PRIOR_LAXITY = np.empty((len(Relation), 3))
"""Prior mean of laxity, [relation, half true | false | stale], for everyone alike.

An announced capture is invented with odds of 1:3 (a boast), 1:9 (a third party's report), 1:50
(an admission): parties overstate gains, and what they admit against their interest is nearly
always so (the rule of Wikipedia's editors for maps of current wars; Weidmann 2015, "On the accuracy of
media-based conflict event data", Journal of Conflict Resolution 59(6)). While a place is contested
its capture is announced a third as readily as once it is a fact; late, a twentieth.
"""
PRIOR_LAXITY[Relation.own] = 0.3, 1 / 3, 0.05
PRIOR_LAXITY[Relation.third] = 0.3, 1 / 9, 0.10
PRIOR_LAXITY[Relation.other] = 0.3, 1 / 50, 0.10

EVERYONE_SHAPE = np.array([4.0, 16.0, 16.0])
CAMP_SHAPE = np.array([4.0, 16.0, 16.0])
"""Gamma shape of everyone's laxity around the prior mean, and inverse-Gamma shape of a camp's around everyone's, by
relation: boasts within a factor of two or so, third parties and admissions within a third."""
CLAIMANT_SHAPE = np.array([4.0, 4.0, 4.0])
"""Gamma shape of a claimant's laxity around its camp's."""
VOLUME_SHAPE = 0.5
"""Gamma shape of a line of talk's volume: most say little, some say most."""
VOLUME_MEAN = 0.1
"""Prior mean of the volume of a line of talk, in announcements of a capture."""
ANNOUNCED_A_LIST = (0.7, 3.0)
"""Bounds on how often a side's list names a gain that is news: a list names more than half of them, since silence
about a real gain is rare. Without a floor, a war in which towns change hands daily unnoticed fits any claims."""


@cache
def truth_of_capture(sides: int) -> NDArray[np.int64]:
    """`Truth` of a capture by each side in each hidden state, shape (K, H)."""
    out = np.full((sides, hidden_states(sides)), int(Truth.false))
    out[:, sides] = Truth.half
    for k in range(sides):
        out[k, k] = Truth.stale
        out[k, sides + 1 + k] = Truth.true
    return out


@dataclass(eq=False)
class AnnouncementRecords:
    """The state of one chain.

    For R tracks in Q pools, G = K + 1 camps (the last: third parties), X choruses:
    `volume` (R,) announcements per unit of exposure, were they true; `laxity` (R, 3) their
    relative rates if half true, false, stale; `camp_laxity` (Q, 3); `everyone` (relation, 3);
    `echo_rate` (G,); `echoes` (X,) True where all voices but the first count for nothing.
    """

    stated: Statements
    sides: int
    volume: NDArray[np.float64]
    laxity: NDArray[np.float64]
    camp_laxity: NDArray[np.float64]
    everyone: NDArray[np.float64]
    echo_rate: NDArray[np.float64]
    echoes: NDArray[np.bool_]

    @classmethod
    def first(cls, stated: Statements, sides: int, *, trusting: bool) -> AnnouncementRecords:
        """Where a chain starts: at the prior means, or with announcements worth nothing."""
        tracks = stated.tracks
        everyone = PRIOR_LAXITY.copy() if trusting else np.ones_like(PRIOR_LAXITY)
        prior = echo_prior(sides)
        volume = np.full(len(tracks), VOLUME_MEAN)
        for camp in range(sides):
            mine = (tracks.camp == camp) & (tracks.relation == Relation.own)
            volume[mine] = np.sqrt(ANNOUNCED_A_LIST[0] * ANNOUNCED_A_LIST[1]) / max(mine.sum(), 1)
        return cls(
            stated=stated,
            sides=sides,
            volume=volume,
            laxity=everyone[tracks.relation],
            camp_laxity=everyone[tracks.pool_relation],
            everyone=everyone.copy(),
            echo_rate=prior[:, 0] / prior.sum(axis=1),
            echoes=np.zeros(stated.choruses, dtype=bool),
        )

    def carried_to(self, stated: Statements) -> AnnouncementRecords:
        """The same when there is more evidence; newcomers start where their camp stands."""
        out = AnnouncementRecords.first(stated, self.sides, trusting=True)
        out.everyone, out.echo_rate = self.everyone.copy(), self.echo_rate.copy()
        before = dict(zip(self.stated.tracks.pool_keys, self.camp_laxity, strict=True))
        out.camp_laxity = np.minimum(self.everyone[stated.tracks.pool_relation], 1.0)
        for q, pool in enumerate(stated.tracks.pool_keys):
            out.camp_laxity[q] = before.get(pool, out.camp_laxity[q])
        out.laxity = np.minimum(out.camp_laxity[stated.tracks.pool], 1.0)
        own = {key: (self.volume[r], self.laxity[r]) for r, key in enumerate(self.stated.tracks.keys)}
        for r, track in enumerate(stated.tracks.keys):
            if track in own:
                out.volume[r], out.laxity[r] = own[track]
            else:
                out.volume[r] = VOLUME_MEAN
        was = dict(zip(self.stated.chorus_keys, self.echoes.tolist(), strict=True))
        out.echoes = np.array([was.get(key, False) for key in stated.chorus_keys], dtype=bool)
        return out

    def log_rate(self, paths: NDArray[np.int8], challenges: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log-rate of each statement (N,) in a history (P, T), against a challenge, times its share; 0 for an echo.

        By it draws are reweighted when the statement is left out. `challenges` (N, K) is the
        probability of a challenge were each side the holder. Rates are divided by its mean
        over the sides that would lose the place: hazards do not learn from announcements,
        so without that a draw in which they happen to be small would outweigh all others.
        """
        stated, rows = self.stated, np.arange(len(self.stated))
        hidden = paths[stated.place, stated.day]
        truth = truth_of_capture(self.sides)[stated.side, hidden]
        rate = (
            self.volume[stated.track] * np.column_stack([np.ones(len(self.volume)), self.laxity])[stated.track, truth]
        )
        holder = np.where(truth == Truth.false, hidden % (self.sides + 1), stated.side)
        rate *= np.where(truth == Truth.false, challenges[rows, holder], 1.0)
        rate /= (challenges.sum(axis=1) - challenges[rows, stated.side]) / (self.sides - 1)
        counted = stated.share * (stated.leads | ~self.echoes[stated.chorus])
        return np.asarray(counted * np.log(rate))

    def kernel_view(self) -> Announcing:
        """The same for kernels, which update it in place."""
        tracks = self.stated.tracks
        return Announcing(
            self.volume,
            self.laxity,
            self.camp_laxity,
            self.everyone,
            self.echo_rate,
            self.echoes,
            np.where((tracks.relation == Relation.own) & (tracks.camp < self.sides), tracks.camp, -1),
            np.array(ANNOUNCED_A_LIST),
            np.array([VOLUME_SHAPE, VOLUME_MEAN]),
            np.array([CLAIMANT_SHAPE, CAMP_SHAPE, EVERYONE_SHAPE]),
            PRIOR_LAXITY,
            echo_prior(self.sides),
        )

    @cached_property
    def exposures(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """What an announcement of each pool and truth is exposed to, summed over the sides it may be about.

        Four parts, for `silence_of`: (Q * truths, S * H), the same, (Q * truths, K * S * H) and
        (Q * truths, K). The state before the war matters since that a side took what it held
        from the start is not a thing to keep silent about.
        """
        tracks, sides, hidden = self.stated.tracks, self.sides, hidden_states(self.sides)
        table, pools = truth_of_capture(sides), len(tracks.pool_camp)
        watched = np.zeros((pools, len(Truth), sides + 1, hidden))
        flat = np.zeros_like(watched)
        listed = np.zeros((pools, len(Truth), sides, sides + 1, hidden))
        bold = np.zeros((pools, len(Truth), sides))
        for q, (camp, relation) in enumerate(tracks.pool_keys):
            for k in range(sides):
                if relation != (Relation.third if camp == sides else Relation.own if camp == k else Relation.other):
                    continue
                starts = [s for s in range(sides + 1) if s != k]
                for state in range(hidden):
                    truth = int(table[k, state])
                    if truth == Truth.stale:
                        watched[q, truth, starts, state] += 1
                    elif truth == Truth.false:
                        if state < sides:  # counted once by holder, whether it has just come or not
                            bold[q, truth, state] += 1
                    elif relation == Relation.own:
                        listed[q, truth, k, starts, state] += 1
                    else:
                        flat[q, truth, starts, state] += 1
        rows = pools * len(Truth)
        return (
            watched.reshape(rows, (sides + 1) * hidden),
            flat.reshape(rows, (sides + 1) * hidden),
            listed.reshape(rows, sides * (sides + 1) * hidden),
            bold.reshape(rows, sides),
        )
