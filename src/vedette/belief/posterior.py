"""The result: draws of control histories and records, with what says whether to trust them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vedette.belief.evidence import Evidence, Known

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Belief", "Convergence", "convergence_of"]

RHAT_LIMIT = 1.01
ESS_LIMIT = 400.0
"""Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), section 4: rank-normalised R-hat below 1.01, bulk effective
sample size above 400."""

IN_PLAY = 0.02
"""Convergence is judged on places whose state is uncertain by at least so much; of a place that never moves
in any draw there is nothing to estimate."""


@dataclass(frozen=True, slots=True)
class Convergence:
    """How far the chains agree, over the places in play on the last day.

    `rhat` the worst and `ess` the smallest of their figures; `judged` how many places
    that was; `worst_place` where. Infinite R-hat means that chains from opposite ends
    settled on different histories.
    """

    rhat: float
    ess: float
    judged: int
    worst_place: int
    share_poor: float

    @property
    def warning(self) -> str:
        """What to tell the reader, or an empty string."""
        if self.rhat <= RHAT_LIMIT and self.ess >= ESS_LIMIT:
            return ""
        return (
            f"The chains do not agree well enough (worst R-hat {self.rhat:.3f}, smallest effective sample size "
            f"{self.ess:.0f}; {self.share_poor:.0%} of the {self.judged} places in play are outside {RHAT_LIMIT} / "
            f"{ESS_LIMIT:.0f}). Treat close probabilities as equal, or run longer, with a larger --effort."
        )


PRIOR_ALONE = (
    "Nobody had said anything by then: this is what control on the first day, and how places change hands as a rule, "
    "make likely."
)
"""What a reader must know of draws made from nothing."""


@dataclass(frozen=True, eq=False)
class Belief:
    """M joint draws of who held what, as of the last of T days.

    `control` (M, P, T - since) int8 states from day `since` on, which is the first day but in a long war, whose
    earlier days are past changing; members are ordered by chain, so member m is draw m % (M // chains) of chain
    m // (M // chains); draws that do not depend on each other are chains of one. `caveat` is what the reader must
    know of how they were made. `word` (M, J) is the log-likelihood,
    within each draw, of what each assertion says, given the other assertions; `camp_word` (M, G) that of all that one
    camp says about one place, in the order of `camps_at`, given everything else; `map_word` (M, Z) that of all that one
    map shows of one place, in the order of `maps_at`, empty in a long war. Records by line of talk: `laxity`
    (M, R, 3) and `volume` (M, R) of those of `evidence.announced`, `rows` (M, R', 3, 5) of
    those of `evidence.testimony`; `joins` (M, 2) how readily camps join in reporting
    fighting. `map_notice` (M, maps, 2) and `map_slip` (M, maps) are those of the maps;
    `hazard` (M, levels) and `tempo` (M, phases, K) the dynamics.
    """

    evidence: Known
    control: NDArray[np.int8]
    word: NDArray[np.float32]
    camp_word: NDArray[np.float32]
    map_word: NDArray[np.float32]
    laxity: NDArray[np.float32]
    volume: NDArray[np.float32]
    rows: NDArray[np.float32]
    joins: NDArray[np.float32]
    map_notice: NDArray[np.float32]
    map_slip: NDArray[np.float32]
    hazard: NDArray[np.float32]
    tempo: NDArray[np.float32]
    chains: int
    convergence: Convergence
    since: int = 0
    caveat: str = ""

    @property
    def warning(self) -> str:
        """What to tell the reader of the draws, or an empty string."""
        unheard = isinstance(self.evidence, Evidence) and not len(self.evidence.told) and not self.evidence.maps
        return " ".join(filter(None, (PRIOR_ALONE if unheard else "", self.convergence.warning, self.caveat)))

    def on(self, day: int) -> NDArray[np.int8]:
        """Every draw's state of every place on one day, (M, P); an `IndexError` for a day before `since`."""
        if day < self.since:
            raise IndexError(f"day {day} lies before day {self.since}, the first that was drawn")
        return self.control[:, :, day - self.since]

    @property
    def members(self) -> int:
        """M: how many draws there are."""
        return len(self.control)

    def probability(self) -> NDArray[np.float64]:
        """P(state) of every place on every day drawn, shape (P, T - since, S): the share of draws."""
        states = self.evidence.states
        out = np.empty((*self.control.shape[1:], states))
        for s in range(states):
            out[..., s] = (self.control == s).mean(axis=0)
        return out

    def probability_on(self, day: int) -> NDArray[np.float64]:
        """P(state) of every place on one day, shape (P, S)."""
        today = self.on(day)
        return np.stack([(today == s).mean(axis=0) for s in range(self.evidence.states)], axis=1)

    def noise_on(self, day: int) -> NDArray[np.float64]:
        """Standard error of `probability_on`, shape (P, S): by how far the chains lie apart; 0 for one chain."""
        if self.chains < 2:
            return np.zeros((self.control.shape[1], self.evidence.states))
        today = self.on(day).reshape(self.chains, -1, self.control.shape[1])
        means = np.stack([(today == s).mean(axis=1) for s in range(self.evidence.states)], axis=2)
        error: NDArray[np.float64] = means.std(axis=0, ddof=1) / np.sqrt(self.chains)
        return error

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Everything that was drawn, as plain arrays, to be stored and found again."""
        return {name: getattr(self, name) for name in DRAWN}

    @classmethod
    def from_arrays(cls, evidence: Known, arrays: Mapping[str, NDArray[Any]], chains: int) -> Belief:
        """The belief that was stored as `arrays`; `evidence` must be what it was drawn from."""
        convergence = convergence_of(arrays["control"], chains, evidence.states)
        drawn: dict[str, Any] = {name: arrays[name] for name in DRAWN}
        return cls(evidence=evidence, chains=chains, convergence=convergence, **drawn)

    def to_dataset(self) -> xr.Dataset:
        """The draws and their shares, with named dimensions member, place, day, state."""
        import xarray as xr

        evidence = self.evidence
        return xr.Dataset(
            {
                "control": (("member", "place", "day"), self.control),
                "probability": (("place", "day", "state"), self.probability()),
            },
            coords={
                "member": np.arange(self.members),
                "place": list(evidence.places.ids),
                "day": evidence.days.stamps()[self.since :],
                "state": list(evidence.sides.states),
                "name": ("place", list(evidence.places.names)),
                "lat": ("place", evidence.places.lat),
                "lon": ("place", evidence.places.lon),
            },
            attrs={
                "as_of": evidence.days.last.isoformat(),
                "places_digest": evidence.places.digest,
                "rhat": self.convergence.rhat,
                "ess": self.convergence.ess,
                "warning": self.warning,
            },
        )


DRAWN = (
    "control",
    "word",
    "camp_word",
    "map_word",
    "laxity",
    "volume",
    "rows",
    "joins",
    "hazard",
    "tempo",
    "map_notice",
    "map_slip",
)
"""The drawn arrays of a `Belief`."""


def convergence_of(control: NDArray[np.int8], chains: int, states: int) -> Convergence:
    """Judge M draws of control histories (M, P, T) on their last day, each place by the worst of its states."""
    last = control[:, :, -1].reshape(chains, -1, control.shape[1])
    shares = np.stack([(last == s).mean(axis=(0, 1)) for s in range(states)])
    in_play = (shares >= IN_PLAY) & (shares <= 1 - IN_PLAY)
    judged = np.flatnonzero(in_play.any(axis=0)).tolist()
    if not judged:
        return Convergence(1.0, float(len(control)), 0, 0, 0.0)
    rhat, ess = np.ones(len(judged)), np.full(len(judged), np.inf)
    for n, place in enumerate(judged):
        for state in np.flatnonzero(in_play[:, place]).tolist():
            apart, worth = _agreement(last[:, :, place] == state)
            rhat[n], ess[n] = max(rhat[n], apart), min(ess[n], worth)
    worst = int(rhat.argmax())
    poor = float(((rhat > RHAT_LIMIT) | (ess < ESS_LIMIT)).mean())
    return Convergence(float(rhat[worst]), float(ess.min()), len(judged), judged[worst], poor)


def _agreement(hit: NDArray[np.bool_]) -> tuple[float, float]:
    """R-hat and effective sample size of a yes or no in draws (chains, n), where not all say the same."""
    from arviz_stats.base.array import array_stats

    draws = hit.astype(float)
    half = draws.shape[1] // 2
    if not (draws[:, :half].var(axis=1).any() or draws[:, -half:].var(axis=1).any()):
        return np.inf, 0.0  # each half of a chain is sure, and of different things
    # For a yes or no, ranks are the values stretched: the figures of halved chains are the rank-normalised ones.
    rhat = float(array_stats.rhat(draws, method="split"))
    ess = float(array_stats.ess(draws, method="mean"))
    return (np.inf if np.isnan(rhat) else rhat), (0.0 if np.isnan(ess) else ess)
