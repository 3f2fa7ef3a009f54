"""The parties to a war, under every name they go by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vedette.errors import GroundError

__all__ = ["CONTESTED", "MOST_SIDES", "THIRD", "Side", "Sides"]

CONTESTED = "contested"
"""The state of a place that no side holds alone. In arrays it is the last state, number K of K sides."""

THIRD = "third"
"""Who speaks for no side. `third` does not mean reliable."""

MOST_SIDES = 5
"""A byte of a place and day has a bit for each side reported to fight there, and three that name whose rear it is."""

_RESERVED = {CONTESTED, THIRD, "both", "all", "none", ""}


@dataclass(frozen=True, slots=True)
class Side:
    """One party: `id` is used in tables and columns, `name` is printed, `aliases` are also understood."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sides:
    """The K parties, in the order of the case file, which decides nothing but array positions."""

    sides: tuple[Side, ...]

    def __post_init__(self) -> None:
        if not 2 <= len(self.sides) <= MOST_SIDES:
            raise GroundError(
                f"the case names {len(self.sides)} side(s) ({', '.join(self.ids) or 'none'}): control is contested "
                f"between at least 2, and the arrays hold at most {MOST_SIDES}. List each party once under `sides` in "
                "case.toml; allies that hold ground together are one."
            )
        owner: dict[str, str] = {}
        for side in self.sides:
            for name in {side.id.casefold(), *(a.casefold() for a in side.aliases)}:
                if name in _RESERVED:
                    raise GroundError(
                        f"side {side.id!r} uses the name {name!r}, which has a meaning of its own in the tables "
                        f"({', '.join(sorted(_RESERVED - {''}))}). Rename it in case.toml."
                    )
                if name in owner:
                    raise GroundError(
                        f"{name!r} names two sides, {owner[name]!r} and {side.id!r}: a claim could not say which. "
                        "Remove it from one of them in case.toml."
                    )
                owner[name] = side.id

    def __len__(self) -> int:
        return len(self.sides)

    def __iter__(self) -> Iterator[Side]:
        return iter(self.sides)

    def __getitem__(self, index: int) -> Side:
        return self.sides[index]

    @property
    def ids(self) -> tuple[str, ...]:
        """Their ids, in order."""
        return tuple(side.id for side in self.sides)

    @property
    def states(self) -> tuple[str, ...]:
        """The K + 1 states of a place in array order: each side's id, then `contested`."""
        return (*self.ids, CONTESTED)

    @property
    def contested(self) -> int:
        """The number of the state `contested`."""
        return len(self.sides)

    def find(self, name: str) -> int | None:
        """The number of the side that answers to `name`, in any case of letters; None if no side does."""
        folded = name.strip().casefold()
        for k, side in enumerate(self.sides):
            if folded == side.id.casefold() or any(folded == a.casefold() for a in side.aliases):
                return k
        return None

    def state(self, name: str) -> int | None:
        """Like `find`, and `contested` too."""
        return self.contested if name.strip().casefold() == CONTESTED else self.find(name)

    def label(self, state: int) -> str:
        """What to print for a state."""
        return CONTESTED if state == self.contested else self.sides[state].name
