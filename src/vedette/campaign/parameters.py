"""What is not known of a campaign, drawn anew for each member: priors with their reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, gammaincinv, ndtri

from vedette.campaign._kernels import Unknowns
from vedette.campaign._luck_kernels import uniforms
from vedette.campaign.ground import WORTHS
from vedette.campaign.past import Front
from vedette.campaign.strengths import Strengths
from vedette.campaign.support import HELP, Backer
from vedette.dynamics import PHASE_DAYS, TransitionPriors

__all__ = ["CampaignPriors", "Parameters", "Truces", "draw_parameters"]

NEWTON_STEPS = 3
"""The third moves a log strength by less than a thousandth."""


@dataclass(frozen=True, slots=True)
class Truces:
    """What is known of a war's ceasefires: `begun`, `broken`, `held` days in all; `fought`: the days without any."""

    begun: int = 0
    broken: int = 0
    held: int = 0
    fought: int = 0


@dataclass(frozen=True, slots=True)
class CampaignPriors:
    """Priors of what belief does not tell; the same for every side. Pairs are (median, standard deviation of its log).

    `rush`, `settle`: as in the daily step, see `dynamics.TransitionPriors`.
    `persistence`: Beta of how much of the log of this week's tempo, against that of the war so far, goes on: some,
    not all; round, and fitted to no war.
    `front`: shape and rate of the Gamma of how hard a side is pressed in a sector against its tempo everywhere: worth
    one place, as the prior tempo of `dynamics.Turnover` is. Quiet sectors stay quiet for a while, and hot ones hot.
    `strength`: log standard deviation of a side's strength in a sector, around its mean or what sources say of it (see
    `Strengths`, whose width adds to it): order-of-battle estimates of one front differ by half; what is told of
    assaults there moves it, see `_strength_after`. `odds`: by how much the log hazard of an assault grows with the log
    of the ratio of forces, mean and standard error: the slope of the log odds of victory in 614 battles of 64 wars
    (CDB90, see docs/campaign.md). `isolation`: how much sooner a place falls that no supplies reach. `withdrawal`:
    daily hazard that its garrison leaves, with an enemy next door and on ground that sees it: weeks, or days.
    `ceasefire`: shape and rate in days of the Gamma of the daily hazard that the fighting ends, median 0.01, log
    standard deviation 1: wars between states last from days to years, a season as a rule; ceasefires so far are counts
    of it. `breach`: the same of the hazard that it begins again: from hours to years, a month or two as a rule, which
    weighs as much as half a breach in a month, so that three ceasefires that were broken at once tell more.
    `weariness`: by how much the log of the first grows while a side loses all that it had, places and strength.
    `air`: Beta of the share of an attacker's strength that rests on the air; `backing`: Beta of the share that rests on
    one kind of help of one backer, and of what a step of more help adds. `redline`: Beta of the share of its places
    that a side loses before a backer of its does more. No source measures any of these four: wide. `answer`: shape and
    rate in days of the Gamma of a backer's daily hazard of doing more once it has reason to, that loss or the other
    side's new help; each backer's acts so far are counts of it. The prior is that of months to days, median 0.03, log
    standard deviation 1, and weighs as much as one act and a half in five weeks.

    `roads`, `people`, `capital`, `symbol`: by how much the log hazard of an assault grows with the log of the roads
    that meet in a place (Zhukov 2012, Political Geography 31), with that of its people (Raleigh and Hegre 2009,
    Political Geography 28), in a capital (Buhaug 2010, Conflict Management and Peace Science 27) and in a symbol (Toft
    2003, The Geography of Ethnic Violence): mean and standard deviation, never below 0. The sources give the sign; the
    size is ours, and wide. `resolve`: how many times its force a side brings to the defence of a capital or a symbol,
    at least 1; no source measures it. `toll_attacker`, `toll_defender`: share of a sector's force, were it all at one
    place, that a day of fighting there costs: 610 battles (CDB90), with the scatter from war to war. `reserves`: Beta
    of the share of a quiet sector's strength that a side sends each week to the one that is pressed most; no source
    measures it.
    """

    rush: tuple[float, float] = (6.0, 14.0)
    settle: tuple[float, float] = (15.0, 45.0)
    front: float = 1.0
    strength: float = 0.4
    persistence: tuple[float, float] = (2.0, 2.0)
    odds: tuple[float, float] = (0.48, 0.23)
    isolation: tuple[float, float] = (2.0, 0.5)
    withdrawal: tuple[float, float] = (0.05, 1.0)
    ceasefire: tuple[float, float] = (1.4, 110.0)
    breach: tuple[float, float] = (0.5, 30.0)
    weariness: tuple[float, float] = (1.0, 1.0)
    air: tuple[float, float] = (2.0, 6.0)
    backing: tuple[float, float] = (1.0, 9.0)
    redline: tuple[float, float] = (2.0, 3.0)
    answer: tuple[float, float] = (1.4, 37.0)
    roads: tuple[float, float] = (0.25, 0.25)
    people: tuple[float, float] = (0.1, 0.1)
    capital: tuple[float, float] = (0.5, 0.5)
    symbol: tuple[float, float] = (0.5, 0.5)
    resolve: tuple[float, float] = (1.5, 0.4)
    toll_attacker: tuple[float, float] = (0.03, 1.0)
    toll_defender: tuple[float, float] = (0.055, 1.0)
    reserves: tuple[float, float] = (1.0, 9.0)


@dataclass(frozen=True, eq=False)
class Parameters:
    """One row a member, M of them, for K sides, J sectors, B backers and W weeks ahead.

    `hazard` (M, LEVELS), `tempo` (M, W, K), `rush`, `settle` (M,): the daily step of `dynamics`. `front`, `strength`
    (M, K, J).
    `odds`, `isolation`, `withdrawal`, `ceasefire`, `breach`, `weariness`, `air` (M,); `redline`, `answer`, `more`,
    `backing` (M, B): for each backer when and how soon it does more, what a step of that adds, and what its help makes
    up now, as shares of its side's strength. `worth` (M, len(WORTHS)); `resolve`, `reserves` (M,); `toll` (M, 2),
    attacker's and defender's.
    """

    hazard: NDArray[np.float64]
    tempo: NDArray[np.float64]
    front: NDArray[np.float64]
    rush: NDArray[np.float64]
    settle: NDArray[np.float64]
    strength: NDArray[np.float64]
    odds: NDArray[np.float64]
    isolation: NDArray[np.float64]
    withdrawal: NDArray[np.float64]
    ceasefire: NDArray[np.float64]
    breach: NDArray[np.float64]
    weariness: NDArray[np.float64]
    redline: NDArray[np.float64]
    answer: NDArray[np.float64]
    more: NDArray[np.float64]
    air: NDArray[np.float64]
    backing: NDArray[np.float64]
    worth: NDArray[np.float64]
    resolve: NDArray[np.float64]
    toll: NDArray[np.float64]
    reserves: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.rush)

    def part(self, rows: slice) -> Parameters:
        """Those of some members."""
        return Parameters(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    @property
    def unknowns(self) -> Unknowns:
        """The arrays of the engine."""
        return Unknowns(*(np.ascontiguousarray(getattr(self, name)) for name in Unknowns._fields))


def draw_parameters(
    members: NDArray[np.int64],
    hazard: NDArray[np.floating],
    tempo: NDArray[np.floating],
    *,
    front: Front,
    backers: Sequence[Backer] = (),
    strengths: Strengths | None = None,
    truces: Truces | None = None,
    days: int,
    seed: int,
    priors: CampaignPriors,
    dynamics: TransitionPriors,
) -> Parameters:
    """Draw what the `members` by number do not know; each number depends on seed, member and its use alone.

    `hazard` (m, LEVELS) and `tempo` (m, W, K), W weeks up to now: what belief learned of the daily step, one row a
    member; `front`: how it fared sector by sector. The tempo falls back towards that of the war so far and
    drifts from week to week. What is drawn of one of the `backers` depends on its place among them, not on the others.
    `strengths`: what open sources say; None: nothing. `truces`: how ceasefires fared so far; None: there was none.
    """
    count, _, sides = tempo.shape
    assert count == len(members), "one row of the daily step a member"
    usual, latest = np.log(tempo).mean(axis=1), np.log(tempo[:, -1])
    weeks = days // PHASE_DAYS + 1
    uses = iter(range(100))

    def luck(number: int) -> NDArray[np.float64]:
        drawn: NDArray[np.float64] = uniforms(seed, members, next(uses), number)
        return drawn + 2.0**-54  # never 0, where a normal is infinite

    def beta(shape: tuple[float, float], number: int = 1) -> NDArray[np.float64]:
        found: NDArray[np.float64] = betaincinv(*shape, luck(number))
        return found

    def skewed(prior: tuple[float, float]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = prior[0] * np.exp(prior[1] * ndtri(luck(1)[:, 0]))
        return found

    def positive(prior: tuple[float, float]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = np.maximum(0.0, prior[0] + prior[1] * ndtri(luck(1)[:, 0]))
        return found

    def gamma(prior: tuple[float, float], count: int, days: int) -> NDArray[np.float64]:
        found: NDArray[np.float64] = gammaincinv(prior[0] + count, luck(1)[:, 0]) / (prior[1] + days)
        return found

    sectors = front.challenged.shape[2]
    shape = dynamics.tempo_drift
    steps = (gammaincinv(shape, luck(weeks * sides)) / shape).reshape(count, weeks, sides)
    steps[:, 0] = 1.0
    ahead = np.exp(usual + beta(priors.persistence) * (latest - usual))
    pressed = gammaincinv(priors.front + front.challenged, luck(sides * sectors).reshape(count, sides, sectors))
    rush, settle = beta(priors.rush)[:, 0], beta(priors.settle)[:, 0]
    normal = ndtri(luck(sides * sectors)).reshape(count, sides, sectors)
    odds = positive(priors.odds)
    known = truces or Truces()
    said = strengths or Strengths.unknown(sides, sectors)
    acts, spent = (np.array([getattr(b, name) for b in backers], dtype=np.float64) for name in ("acts", "days"))
    given = np.array([[b.pledged, *(kind in b.kinds for kind in HELP)] for b in backers], dtype=bool)
    given = given.reshape(len(backers), len(HELP) + 1)
    return Parameters(
        hazard=np.asarray(hazard, dtype=np.float64),
        tempo=ahead[:, None] * np.cumprod(steps, axis=1),
        front=pressed / (priors.front + front.due),
        rush=rush,
        settle=settle,
        strength=_strength_after(front, normal, odds, said.log, np.hypot(priors.strength, said.spread)),
        odds=odds,
        isolation=np.maximum(1.0, skewed(priors.isolation)),
        withdrawal=skewed(priors.withdrawal),
        ceasefire=gamma(priors.ceasefire, known.begun, known.fought),
        weariness=skewed(priors.weariness),
        redline=beta(priors.redline, len(backers)),
        answer=gammaincinv(priors.answer[0] + acts, luck(len(backers))) / (priors.answer[1] + spent),
        more=beta(priors.backing, len(backers)),
        air=beta(priors.air)[:, 0],
        backing=_backing(priors.backing, given, luck(given.size).reshape(count, *given.shape)),
        worth=np.stack([positive(getattr(priors, name)) for name in WORTHS], axis=1),
        resolve=np.maximum(1.0, skewed(priors.resolve)),
        toll=np.stack([skewed(priors.toll_attacker), skewed(priors.toll_defender)], axis=1),
        reserves=beta(priors.reserves)[:, 0],
        breach=gamma(priors.breach, known.broken, known.held),
    )


def _backing(shape: tuple[float, float], given: NDArray[np.bool_], luck: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each backer's help makes up, (M, B): a Beta for each kind `given` (B, H), from `luck` (M, B, H)."""
    left = np.ones_like(luck)
    left[:, given] = 1.0 - betaincinv(*shape, luck[:, given])
    share: NDArray[np.float64] = 1.0 - left.prod(axis=2)
    return share


def _strength_after(
    front: Front,
    normal: NDArray[np.float64],
    odds: NDArray[np.float64],
    mean: NDArray[np.float64],
    spread: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Strengths (M, K, J) from standard `normal` numbers: log-normal, moved by how assaults in the sector went.

    `mean`, `spread` (K, J) are of their log, before. That an assault gets somewhere has the log odds that it has
    against the side everywhere, less `odds` (M,) times the log of the strength. The posterior of that log is taken to
    be normal (Laplace 1774), three Newton steps from the mean: it has one peak, near there.
    """
    carried, repulsed, slope = front.challenged, front.repulsed, odds[:, None, None]
    everywhere = np.log((carried.sum(axis=2) + 1.0) / (repulsed.sum(axis=2) + 1.0))[:, :, None]
    log = np.broadcast_to(mean, normal.shape).copy()
    for _ in range(NEWTON_STEPS):
        chance = 1.0 / (1.0 + np.exp(slope * log - everywhere))
        curve = spread**-2 + slope**2 * (carried + repulsed) * chance * (1.0 - chance)
        log += (slope * (repulsed * chance - carried * (1.0 - chance)) - (log - mean) * spread**-2) / curve
    strength: NDArray[np.float64] = np.exp(log + normal / np.sqrt(curve))
    return strength
