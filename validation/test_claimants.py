"""Claimants of known character in wars of known truth: are they found out, and what harm do they do?

Each war has one ministry a side and two third parties. Orange's ministry and the mission are as honest as people are;
blue's ministry is what the test says, on its own or with others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from tests.belief.wars import KM, Word, joined, line_of, war

from validation.twin_wars import CONTESTED, DAYS, PRIORS, START, parameters
from vedette.belief import Belief, Effort, Figure, Record, infer, records_of
from vedette.claims import Claims, Kind
from vedette.dynamics import phases_of, tomorrow
from vedette.ground import Places

WARS = 40
EFFORT = Effort(chains=4, daily=8, burn=60, keep=150, thin=3)
BLUE, ORANGE = 0, 1

Truth = NDArray[np.int8]
Speaker = Callable[[np.random.Generator, Truth], list[Word]]


def grid_of(rows: int, columns: int) -> Places:
    """Places in a rectangle, `KM` apart; one side holds its western half, the other its eastern."""
    row, column = np.divmod(np.arange(rows * columns), columns)
    line = line_of([int(c >= columns // 2) for c in column])
    return replace(line, lat=row * KM / 111.32, lon=column * KM / 111.32)


LINE, GRID = (line_of(START), DAYS), (grid_of(7, 6), 45)
"""Where a war is fought, and for how many days."""


def history(rng: np.random.Generator, places: Places, days: int) -> Truth:
    """Who held each place on each day, (P, T), from the dynamics' own prior."""
    step, phase = parameters(rng, days), phases_of(days)
    start = places.start.tolist()
    neighbours = joined(war([], start=start, days=days, places=places))
    state = list(start)
    truth = np.empty((len(start), days), dtype=np.int8)
    for t in range(days):
        truth[:, t] = state
        held = [np.bincount([state[j] for j in neighbours.of(i)], minlength=3) for i in range(len(state))]
        state = [int(rng.choice(3, p=tomorrow(s, held[i], step, int(phase[t])))) for i, s in enumerate(state)]
    return truth


def gains(truth: Truth, side: int) -> list[tuple[int, int]]:
    """Each capture by a side: place and day."""
    taken = (truth[:, 1:] == side) & (truth[:, :-1] != side)
    return [(int(i), int(t) + 1) for i, t in zip(*np.nonzero(taken), strict=True)]


def ministry(
    side: int, *, name: str = "", invents: float = 0.0, late: int = 0, admits: float = 0.1, silent: bool = False
) -> Speaker:
    """Announces nine real captures in ten, `late` days after, and `invents` captures at each place a day it lacks.

    Of what its side has lost it admits a share, and says of the rest that it is held, one day in ten.
    """
    name = name or f"Ministry {side}"

    def speak(rng: np.random.Generator, truth: Truth) -> list[Word]:
        if silent:
            return []
        out = []
        for i, t in gains(truth, side):
            if rng.random() < 0.9 and t + late < truth.shape[1]:
                out.append(Word(name, side, i, Kind.capture, side, t + late))
        for i in range(len(truth)):
            for t in range(truth.shape[1]):
                if truth[i, t] == 1 - side and rng.random() < invents:
                    out.append(Word(name, side, i, Kind.capture, side, t))
                if rng.random() < 0.1:
                    gone = truth[i, t] == 1 - side
                    if gone and truth[i, 0] == side:
                        out.append(Word(name, side, i, Kind.control, side, t, denied=bool(rng.random() < admits)))
                    elif truth[i, t] == side:
                        out.append(Word(name, side, i, Kind.control, side, t))
        return out

    return speak


def witness(name: str, *, right: float = 0.9, often: float = 0.06) -> Speaker:
    """A third party who says now and then who holds a place, mostly rightly, and that a contested one is attacked."""

    def speak(rng: np.random.Generator, truth: Truth) -> list[Word]:
        out = []
        for i in range(len(truth)):
            for t in range(truth.shape[1]):
                if rng.random() < often:
                    if truth[i, t] == CONTESTED:
                        out.append(Word(name, None, i, Kind.assault, 1 - int(truth[i, 0]), t))
                    else:
                        side = int(truth[i, t]) if rng.random() < right else 1 - int(truth[i, t])
                        out.append(Word(name, None, i, Kind.control, side, t))
        return out

    return speak


def chorus(of: Speaker, names: tuple[str, ...]) -> Speaker:
    """Several who repeat one another word for word."""

    def speak(rng: np.random.Generator, truth: Truth) -> list[Word]:
        first = of(rng, truth)
        return [Word(n, w.camp, w.place, w.kind, w.side, w.day, denied=w.denied) for w in first for n in names]

    return speak


@dataclass(frozen=True, eq=False)
class Judged:
    """Wars with blue's ministry of one character, and what was made of them."""

    truths: list[Truth]
    claims: list[Claims]
    beliefs: list[Belief]

    def records(self, claimant: str) -> list[tuple[Record, Truth, Claims]]:
        out = []
        for truth, claims, belief in zip(self.truths, self.claims, self.beliefs, strict=True):
            out += [
                (r, truth, claims)
                for r in records_of(belief, claims)
                if belief.evidence.claimants[r.claimant] == claimant
            ]
        return out

    def mean(self, figure: str, claimant: str = "Ministry 0") -> float:
        """A figure of a claimant's records, over the assertions of all wars."""
        found: list[Figure] = [f for r, *_ in self.records(claimant) if (f := getattr(r, figure)) is not None]
        return sum(f.mean * f.of for f in found) / sum(f.of for f in found)

    def error(self) -> float:
        """Root mean square of how far P(blue), contested counting half, is from what was so, at the end of each day."""
        square = [
            ((b.probability()[..., BLUE] + 0.5 * b.probability()[..., 2]) - np.array([1.0, 0.0, 0.5])[t]) ** 2
            for b, t in zip(self.beliefs, self.truths, strict=True)
        ]
        return float(np.sqrt(np.mean(square)))


CHARACTERS: dict[str, tuple[Speaker, ...]] = {
    "honest": (ministry(BLUE, admits=0.9),),
    "boastful": (ministry(BLUE, invents=0.06),),
    "silent": (ministry(BLUE, silent=True),),
    "late": (ministry(BLUE, late=4),),
    "colluding": (chorus(ministry(BLUE, invents=0.06), ("Ministry 0", "Agency 0", "Governor 0", "Spokesman 0")),),
    "flooding": (ministry(BLUE, invents=0.5),),
}


@cache
def judged(character: str, *, large: bool = False) -> Judged:
    places, days = GRID if large else LINE
    truths, told, beliefs = [], [], []
    for seed in range(10 if large else WARS):
        rng = np.random.default_rng([seed, 7])
        truth = history(rng, places, days)
        speakers = (*CHARACTERS[character], ministry(ORANGE), witness("Mission"), witness("Reporter", right=0.8))
        words = [word for n, speak in enumerate(speakers) for word in speak(np.random.default_rng([seed, 8, n]), truth)]
        claims = war(words, start=places.start.tolist(), days=days, places=places)
        truths.append(truth)
        told.append(claims)
        beliefs.append(infer(claims, (), joined(claims), days - 1, seed=seed, effort=EFFORT, threads=2, priors=PRIORS))
    return Judged(truths, told, beliefs)


def test_characters_are_told_apart() -> None:
    found = {name: judged(name) for name in ("honest", "boastful", "late")}
    for name, here in found.items():
        print(name, *(f"{f} {here.mean(f):.2f}" for f in ("overall", "gains", "denials", "lateness")))
    assert found["honest"].mean("gains") > found["boastful"].mean("gains") + 0.2
    assert found["honest"].mean("denials") < found["boastful"].mean("denials") - 0.1
    assert found["late"].mean("lateness") > found["honest"].mean("lateness") + 2.0
    assert abs(found["honest"].mean("lateness")) < 3.0  # news that lasts a week may have been news before


def test_four_who_say_the_same_count_for_little_more_than_one() -> None:
    alone, together = judged("boastful"), judged("colluding")
    print(f"error with one {alone.error():.3f}, with four in chorus {together.error():.3f}")
    assert together.error() < alone.error() + 0.03


def test_a_flood_of_inventions_does_not_flip_what_both_witnesses_saw() -> None:
    """Each announced as taken by the flood, and said to be orange's, rightly, by both third parties within five days.

    The map as a whole does suffer: everything that nobody else spoke of is believed at first.
    """
    flood, silent = judged("flooding"), judged("silent")
    print(f"error: flooding {flood.error():.3f}, silent {silent.error():.3f}, honest {judged('honest').error():.3f}")
    believed = []
    for truth, claims, belief in zip(flood.truths, flood.claims, flood.beliefs, strict=True):
        chance = belief.probability()
        said = {
            who: {(claims.place[n], claims.reported[n]) for n in range(len(claims)) if _saw_orange(claims, n, who)}
            for who in ("Mission", "Reporter")
        }
        for place, day in zip(*np.nonzero(truth == ORANGE), strict=True):
            if all(any((place, day - d) in days for d in range(5)) for days in said.values()):
                believed.append(chance[place, day, ORANGE] + 0.5 * chance[place, day, 2])
    print(f"P(orange) where both saw it, {len(believed)} place-days: mean {np.mean(believed):.2f}")
    assert len(believed) > 50
    assert np.mean(np.array(believed) > 0.5) > 0.8


def _saw_orange(claims: Claims, n: int, who: str) -> bool:
    claim = claims.row(n)
    return claim.claimant == who and claim.kind is Kind.control and int(claims.side[n]) == ORANGE


def test_how_many_independent_false_witnesses_it_takes_to_flip_a_place() -> None:
    """A place that two third parties, its holder and its enemy have said is blue's; then new voices say "orange's".

    Each in words of its own; copies word for word count once, whoever signs them.
    """
    known = [
        Word("Mission", None, 1, Kind.control, BLUE, 4, text="Blue patrols in the town."),
        Word("Reporter", None, 1, Kind.control, BLUE, 6, text="The flag over the town is blue."),
        Word("Ministry 0", BLUE, 1, Kind.control, BLUE, 5, text="We hold the town."),
        Word("Ministry 1", ORANGE, 1, Kind.control, BLUE, 6, text="The town is in the enemy's hands."),
    ]
    start = [0, 0, 1, 1]

    def flipped(count: int, *, copied: bool) -> float:
        false = [
            Word(f"Blog {n}", None, 1, Kind.control, ORANGE, 8 + n % 2, text=f"Orange has it{'' if copied else n}.")
            for n in range(count)
        ]
        claims = war(known + false, start=start, days=12)
        found = [
            infer(claims, (), joined(claims), 11, seed=seed, effort=EFFORT.times(2), threads=2).probability_on(11)[1]
            for seed in range(4)
        ]
        return float(np.mean([p[ORANGE] + 0.5 * p[2] for p in found]))

    by_count = {n: flipped(n, copied=False) for n in (0, 1, 2, 3, 4, 6, 8, 10)}
    copies = flipped(10, copied=True)
    print("P(orange) by false witnesses:", {n: round(p, 2) for n, p in by_count.items()}, f"ten copies {copies:.2f}")
    assert by_count[0] < 0.05
    assert by_count[3] < 0.5 < by_count[10]
    assert copies < 0.5


def test_in_a_larger_war_who_invents_is_found_out() -> None:
    """Forty-two places, 45 days, ten wars of each: were third parties' records of what they say only, and not of whom
    they speak, they would be called liars and blue believed.
    """
    error: dict[str, float] = {}
    for character in ("silent", "honest", "boastful", "colluding", "flooding"):
        found = judged(character, large=True)
        error[character] = found.error()
        gains = "" if character == "silent" else f", gains believed {found.mean('gains'):.2f}"
        print(f"{character}: error {error[character]:.3f}{gains}")
    still = [np.repeat(truth[:, :1], truth.shape[1], axis=1) for truth in found.truths]
    share = np.array([1.0, 0.0, 0.5])
    unmoved = np.sqrt(np.mean([(share[a] - share[b]) ** 2 for a, b in zip(still, found.truths, strict=True)]))
    print(f"nothing changes: {unmoved:.3f}")
    assert error["honest"] < error["silent"] + 0.02
    assert error["boastful"] < error["silent"] + 0.1
    assert max(error.values()) < unmoved


def test_ranks_of_the_truth_among_the_draws_are_uniform() -> None:
    """Of how many place-days each side held (Talts et al. 2018, "Validating Bayesian inference algorithms").

    The worlds of honest claimants; Kolmogorov and Smirnov's distance from uniform, and 50, 80 and 95 % intervals.
    """
    found, rng = judged("honest"), np.random.default_rng(0)
    rank = []
    for truth, belief in zip(found.truths, found.beliefs, strict=True):
        drawn, real = (belief.control == BLUE).sum(axis=(1, 2)), int((truth == BLUE).sum())
        rank.append(((drawn < real).sum() + rng.random() * (drawn == real).sum()) / len(drawn))
    u = np.sort(rank)
    distance = max((np.arange(1, len(u) + 1) / len(u) - u).max(), (u - np.arange(len(u)) / len(u)).max())
    inside = {p: float((np.abs(u - 0.5) <= p / 2).mean()) for p in (0.5, 0.8, 0.95)}
    print(f"distance from uniform {distance:.3f}; intervals hold {inside}")
    assert distance < 1.63 / np.sqrt(len(u))  # one in a hundred by chance
    for p, share in inside.items():
        assert abs(share - p) < 3 * np.sqrt(p * (1 - p) / len(u)) + 0.02
