"""Help from outside: who backs whom, what each gives, how often it acted so far, and what it waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from vedette.campaign._combat_kernels import HELP_STEPS
from vedette.campaign._kernels import Backers
from vedette.campaign.scenario import Scenario
from vedette.errors import ScenarioError

__all__ = ["HELP", "Backer", "backers_in", "backers_of", "known_and_new"]

HELP = ("arms", "drones", "fighters", "intelligence", "airspace")
"""Kinds of help that tell in the field. The last closes the air to the other sides, the others add to strength."""


@dataclass(frozen=True, slots=True)
class Backer:
    """An outside actor that helps a side in some `kinds` of `HELP`; `pledged` help is of a kind that nobody named.

    It did something on `acts` of the `days` of the war on which it was free to. It does more only while another side
    than its own holds or contests one of the places `only_if`; it is free if there are none.
    """

    actor: str
    side: int
    kinds: frozenset[str]
    pledged: bool = False
    acts: int = 0
    days: int = 0
    only_if: tuple[int, ...] = ()

    @property
    def strengthens(self) -> bool:
        """Whether it adds to its side's strength."""
        return self.pledged or bool(self.kinds - {"airspace"})

    @property
    def closes(self) -> bool:
        """Whether it may close the air to the other sides."""
        return "airspace" in self.kinds

    @property
    def most(self) -> int:
        """The steps that it can take: who gives nothing but the closed air gives it once."""
        return HELP_STEPS if self.strengthens else int(self.closes)

    def is_named(self, actor: str, side: int) -> bool:
        """Whether a scenario that names an actor and a side means this one."""
        return self.side == side and self.actor.casefold() == actor.casefold()


def backers_of(backers: Sequence[Backer]) -> Backers:
    """Backers as the engine takes them."""
    start = np.zeros(len(backers) + 1, dtype=np.int64)
    np.cumsum([len(b.only_if) for b in backers], out=start[1:])
    return Backers(
        np.array([b.side for b in backers], dtype=np.int64),
        np.array([b.most for b in backers], dtype=np.int64),
        np.array([b.closes for b in backers], dtype=np.bool_),
        start,
        np.array([place for b in backers for place in b.only_if], dtype=np.int64),
    )


def known_and_new(scenario: Scenario, backers: Sequence[Backer]) -> tuple[Backer, ...]:
    """The `backers`, and after them those that a scenario starts and nobody had heard of.

    A `ScenarioError` where it stops one that nobody had heard of.
    """
    new = []
    for change in scenario.backers:
        if any(b.is_named(change.actor, change.side) for b in backers):
            continue
        if not change.starts:
            known = ", ".join(sorted({b.actor for b in backers})) or "none is known"
            raise ScenarioError(
                f"{change.actor!r} gives that side no help that could stop, by what was known then. Backers: {known}."
            )
        new.append(Backer(change.actor, change.side, frozenset(), pledged=True))
    return (*backers, *new)


def backers_in(scenario: Scenario, backers: Sequence[Backer]) -> tuple[Backer, ...]:
    """The backers in a scenario, each in its place: one that stops gives nothing, one that starts waits for nothing."""
    out = []
    for backer in known_and_new(scenario, backers):
        found = backer
        for change in scenario.backers:
            if backer.is_named(change.actor, change.side):
                found = (
                    replace(found, only_if=()) if change.starts else replace(found, kinds=frozenset(), pledged=False)
                )
        out.append(found)
    return tuple(out)
