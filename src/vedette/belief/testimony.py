"""Testimony: who is said to hold a place, to lack it, to fight for it, to fire at it, to repel attacks on it.

When claimant c speaks of side k at a place, what it says is drawn from a row of its
record: P(says | k holds the place), P(says | contested), P(says | another side holds it),
one table for its own side, one for an adversary, one for third parties. This is the
confusion matrix of Dawid and Skene (1979), with rows pooled: a claimant's are drawn
around its camp's, a camp's around what the literature says of anyone (Teh et al. 2006,
section 5, for the draws). That one speaks at all is left out: nobody reports daily on the
towns that nobody threatens. A party chooses of whom to speak, too; who only ever says
"ours" has equal rows, and adds nothing. A third party has no such choice to hide behind:
*whom* it says holds a place is what informs, so its record is P(of whom it speaks, and
what it says | who holds the place). Were it not so, a party that invents its victories
would be believed for nothing but to call the witnesses people who always say "they hold it".

A statement of share w < 1 (hedged, partial, repeated) is from the row with probability
w, and else from the mean of the rows, which tells nothing. Likewise all but the first
voice of a chorus, when the chorus turns out to be an echo.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma

from vedette.belief._record_kernels import TINY, Testifying
from vedette.belief.evidence import Statements, echo_prior, hidden_states
from vedette.belief.left_out import Joint
from vedette.claims import Relation, Says

__all__ = ["MARK_OF", "PRIOR_ROWS", "TestimonyRecords", "standing_of"]

MARKS = (Says.holds, Says.lacks, Says.fights, Says.outside, Says.repels)
_MARK = {says: m for m, says in enumerate(MARKS)}

PRIOR_ROWS = np.empty((len(Relation), 3, len(MARKS)))
"""Prior mean of a record: P(holds, lacks, fights, outside, repels | the side holds the place; contested; another does).

Parties deny losses and hardly ever admit them: an admission ("lacks" of one's own side, "holds" of
the adversary) is worth a factor of ten to thirty, a boast two to four, a third party's word about
ten. The rule of Wikipedia's editors for maps of current wars says the same in words; Weidmann (2015,
"On the accuracy of media-based conflict event data", Journal of Conflict Resolution 59(6)) finds reports of
both kinds. No side fires at what it holds, and attacks are repelled where there is fighting.
"""
PRIOR_ROWS[Relation.own] = (
    (0.60, 0.01, 0.10, 0.09, 0.20),
    (0.20, 0.05, 0.35, 0.10, 0.30),
    (0.17, 0.20, 0.23, 0.33, 0.07),
)
PRIOR_ROWS[Relation.third] = (
    (0.62, 0.04, 0.12, 0.06, 0.16),
    (0.10, 0.10, 0.45, 0.15, 0.20),
    (0.05, 0.37, 0.15, 0.40, 0.03),
)
PRIOR_ROWS[Relation.other] = (
    (0.24, 0.35, 0.25, 0.08, 0.08),
    (0.04, 0.26, 0.42, 0.23, 0.05),
    (0.01, 0.39, 0.14, 0.45, 0.01),
)

CAMP_STRENGTH = np.array([20.0, 40.0, 40.0])
"""Concentration of a camp's rows around the prior, by relation, in statements: how parties boast differs from war to
war more than how they admit or how third parties report."""

CLAIMANT_STRENGTH = np.array([10.0, 10.0, 10.0])
"""Concentration of a claimant's rows around its camp's, in statements."""


def scope_of(sides: int) -> NDArray[np.float64]:
    """Of how many of the K sides one may speak, given how the side stands, over K; (relation, 3). 1 if that is chosen.

    A third party's first and last row, of the holder and of the others, are one distribution: their sums over marks,
    weighted so, add up to 1.
    """
    out = np.ones((len(Relation), 3))
    out[Relation.third] = 1.0 / sides, 1.0, (sides - 1.0) / sides
    return out


DRAWN_WITH = np.array([(0, 1, 2)] * len(Relation))
"""The rows of a record, (relation, 3), by the first row of the distribution each is part of."""
DRAWN_WITH[Relation.third] = 0, 1, 0


@cache
def standing_of(sides: int) -> NDArray[np.int64]:
    """How each side stands in each hidden state: 0 holds the place, 1 contested, 2 another holds it; shape (K, H)."""
    out = np.full((sides, hidden_states(sides)), 2)
    out[:, sides] = 1
    for k in range(sides):
        out[k, [k, sides + 1 + k]] = 0
    return out


@dataclass(eq=False)
class TestimonyRecords:
    """The state of one chain.

    For R tracks, Q pools, G camps, X choruses, three standings and five marks: `rows`
    (R, 3, 5) and `camp_rows` (Q, 3, 5) sum to 1 over marks, third parties' as `scope_of` says; `echo_rate` (G,);
    `echoes` (X,) True where all voices but the first count for nothing.
    """

    __test__ = False  # not a test, whatever a test runner makes of the name

    stated: Statements
    sides: int
    rows: NDArray[np.float64]
    camp_rows: NDArray[np.float64]
    echo_rate: NDArray[np.float64]
    echoes: NDArray[np.bool_]

    @classmethod
    def first(cls, stated: Statements, sides: int, *, trusting: bool) -> TestimonyRecords:
        """Where a chain starts: at the prior mean, or with everybody's word worth nothing."""
        camp_rows = PRIOR_ROWS[stated.tracks.pool_relation]
        if not trusting:
            camp_rows = np.broadcast_to(camp_rows.mean(axis=1, keepdims=True), camp_rows.shape).copy()
        prior = echo_prior(sides)
        return cls(
            stated=stated,
            sides=sides,
            rows=camp_rows[stated.tracks.pool].copy(),
            camp_rows=camp_rows.copy(),
            echo_rate=prior[:, 0] / prior.sum(axis=1),
            echoes=np.zeros(stated.choruses, dtype=bool),
        )

    def carried_to(self, stated: Statements) -> TestimonyRecords:
        """The same when there is more evidence; newcomers start where their camp stands, a new camp at the prior."""
        out = TestimonyRecords.first(stated, self.sides, trusting=True)
        out.echo_rate = self.echo_rate.copy()
        before = dict(zip(self.stated.tracks.pool_keys, self.camp_rows, strict=True))
        for q, pool in enumerate(stated.tracks.pool_keys):
            out.camp_rows[q] = before.get(pool, out.camp_rows[q])
        out.rows = out.camp_rows[stated.tracks.pool]
        own = dict(zip(self.stated.tracks.keys, self.rows, strict=True))
        for r, track in enumerate(stated.tracks.keys):
            out.rows[r] = own.get(track, out.rows[r])
        was = dict(zip(self.stated.chorus_keys, self.echoes.tolist(), strict=True))
        out.echoes = np.array([was.get(key, False) for key in stated.chorus_keys], dtype=bool)
        return out

    def log_foretold(self, paths: NDArray[np.int8], left_out: Joint) -> NDArray[np.float64]:
        """Log P(each statement (N,) | a history (P, T), all statements not left out with it); 0 for an echo.

        By it draws are reweighted when the statements are left out. The drawn rows will not
        do: they have seen them, and the reciprocal of an entry whose prior mean is a
        hundredth has no variance. So rows are integrated out, a claimant's and its camp's:
        the predictive of a Chinese restaurant franchise (Teh et al. 2006, section 5.1), with
        expected numbers of statements and of tables.
        """
        stated, relations = self.stated, self.stated.tracks.pool_relation
        pool, mark, number = stated.tracks.pool, MARK_OF[stated.says], np.arange(len(stated))
        share = stated.share * (stated.leads | ~self.echoes[stated.chorus])
        standing = standing_of(self.sides)[stated.side, paths[stated.place, stated.day]]
        scope = scope_of(self.sides)[relations]
        near = CLAIMANT_STRENGTH[relations][pool]
        base = near[:, None, None] * scope[pool][:, :, None] * self.camp_rows[pool]
        heard = self.rows[stated.track, :, mark]
        noise = (1 - share) * heard.mean(axis=1)
        # From which row each statement is: that of its standing, or, if said at random, any.
        meant = share * heard[number, standing]
        meant /= meant + noise
        own = (1 - meant)[:, None] * heard / heard.sum(axis=1, keepdims=True)
        own[number, standing] += meant
        own[share == 0] = 0.0
        count = np.zeros_like(self.rows)
        np.add.at(count, (stated.track[:, None], np.arange(3), mark[:, None]), own)
        tables = np.zeros_like(self.camp_rows)
        np.add.at(tables, pool, _tables(base, count))
        # What goes when statements are left out: of the claimant's, and of its camp's tables.
        cells = left_out.track[:, None], np.arange(3), left_out.mark[:, None]
        gone = _summed(own, left_out.cell, len(left_out.track))
        tables_gone = _tables(base[cells], count[cells])
        tables_gone -= _tables(base[cells], np.maximum(count[cells] - gone, 0.0))
        pooled_gone = _summed(tables_gone, left_out.pooled_of, len(left_out.camp_of))
        line_gone = _summed(gone, left_out.line_of, left_out.line.max(initial=-1) + 1)[left_out.line]
        camp_gone = _summed(pooled_gone, left_out.camp_of, left_out.camp.max(initial=-1) + 1)[left_out.camp]
        around = pool[stated.track]
        relation = relations[around]
        strength, spoken = CAMP_STRENGTH[relation], scope[around, standing]
        same = DRAWN_WITH[relation] == DRAWN_WITH[relation, standing][:, None]
        camp = strength * spoken * PRIOR_ROWS[relation, standing, mark]
        camp += tables[around, standing, mark] - pooled_gone[left_out.pooled, standing]
        camp /= strength + _together(tables, relations)[around, standing] - (same * camp_gone).sum(axis=1)
        row = near[stated.track] * camp + np.maximum(
            count[stated.track, standing, mark] - gone[left_out.cell, standing], 0.0
        )
        row /= (
            near[stated.track]
            + _together(count, relations[pool])[stated.track, standing]
            - (same * line_gone).sum(axis=1)
        )
        return np.where(share > 0, np.log(share * row / spoken + noise), 0.0)

    def kernel_view(self) -> Testifying:
        """The same for kernels, which update it in place."""
        return Testifying(
            self.rows,
            self.camp_rows,
            self.echo_rate,
            self.echoes,
            np.array([CLAIMANT_STRENGTH, CAMP_STRENGTH]),
            PRIOR_ROWS,
            scope_of(self.sides),
            DRAWN_WITH,
            echo_prior(self.sides),
        )


def _together(count: NDArray[np.float64], relation: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sums over marks of counts (N, 3, 5), and over rows of one distribution, for each row (N, 3)."""
    each = count.sum(axis=2)
    same = DRAWN_WITH[relation][:, :, None] == DRAWN_WITH[relation][:, None, :]
    return np.asarray((same * each[:, None, :]).sum(axis=2))


def _summed(part: NDArray[np.float64], whole: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """Rows (N, 3) added up by number, (size, 3)."""
    out = np.zeros((size, part.shape[1]))
    np.add.at(out, whole, part)
    return out


def _tables(base: NDArray[np.float64], count: NDArray[np.float64]) -> NDArray[np.float64]:
    """Expected tables taken by `count` customers in a Chinese restaurant process of concentration `base`."""
    base = np.maximum(base, TINY)
    return np.asarray(base * (digamma(base + count) - digamma(base)))


MARK_OF = np.array([_MARK.get(says, -1) for says in Says])
"""The column of a row for each `Says`; -1 for announced captures, which have records of their own."""
