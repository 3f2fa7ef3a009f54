"""Many claims as columns, in an order that does not depend on the file they came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from vedette.claims.claim import Certainty, Claim, Kind
from vedette.ground import THIRD, Days, Places, Routes, Sides

__all__ = ["Claims", "Prose"]


@dataclass(frozen=True, eq=False)
class Prose:
    """The columns that people read and no formula uses; each an object array of str, shape (N,)."""

    relayed_by: NDArray[np.object_]
    report_id: NDArray[np.object_]
    relation: NDArray[np.object_]
    quantity: NDArray[np.object_]
    unit: NDArray[np.object_]
    paraphrase: NDArray[np.object_]
    source_url: NDArray[np.object_]
    basis: NDArray[np.object_]

    def take(self, rows: NDArray[np.int64]) -> Prose:
        """The same columns for some rows."""
        return Prose(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True, eq=False)
class Claims:
    """N claims, ordered by day published and then by id.

    For N claims, all of shape (N,): `ids`; `reported`, `about_from`, `about_to` day
    numbers (`Days.index`; they may lie outside the war); `claimant` an index into
    `claimants`; `camp` the side the claimant speaks for, or K for a third party;
    `kind` a `Kind`; `side` a side number, or -1 for both; `place` and `route` an
    index, or -1; `denied`, `partial`; `certainty` a `Certainty`.

    `claimants` are numbered by first appearance, so what is published later never
    renumbers what was there before.
    """

    ids: NDArray[np.object_]
    reported: NDArray[np.int32]
    about_from: NDArray[np.int32]
    about_to: NDArray[np.int32]
    claimant: NDArray[np.int32]
    claimants: tuple[str, ...]
    camp: NDArray[np.int8]
    kind: NDArray[np.int8]
    side: NDArray[np.int8]
    place: NDArray[np.int32]
    route: NDArray[np.int32]
    denied: NDArray[np.bool_]
    partial: NDArray[np.bool_]
    certainty: NDArray[np.int8]
    prose: Prose
    sides: Sides
    days: Days
    places: Places
    routes: Routes

    @classmethod
    def ordered(
        cls,
        *,
        claimant_names: NDArray[np.object_],
        ids: NDArray[np.object_],
        reported: NDArray[np.int32],
        prose: Prose,
        sides: Sides,
        days: Days,
        places: Places,
        routes: Routes,
        **columns: NDArray[np.generic],
    ) -> Claims:
        """Claims in canonical order from columns in any order."""
        order = np.array(sorted(range(len(ids)), key=lambda n: (int(reported[n]), str(ids[n]))), dtype=np.int64)
        number: dict[str, int] = {}
        claimant = np.array([number.setdefault(str(claimant_names[n]), len(number)) for n in order], dtype=np.int32)
        return cls(
            ids=ids[order],
            reported=reported[order],
            claimant=claimant,
            claimants=tuple(number),
            prose=prose.take(order),
            sides=sides,
            days=days,
            places=places,
            routes=routes,
            **{name: column[order] for name, column in columns.items()},  # type: ignore[arg-type]
        )

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Claims:
        """Some of the claims, in the same order, with the same numbers for claimants."""
        picked = np.flatnonzero(rows) if rows.dtype == np.bool_ else np.asarray(rows, dtype=np.int64)
        columns = {
            f.name: getattr(self, f.name)[picked]
            for f in fields(self)
            if f.name not in {"claimants", "prose", "sides", "days", "places", "routes"}
        }
        return replace(self, prose=self.prose.take(picked), **columns)

    def until(self, day: int) -> Claims:
        """What had been published by the end of day number `day`, and whom one had heard of by then."""
        known = self.take(self.reported <= day)
        heard = int(known.claimant.max()) + 1 if len(known) else 0
        return replace(known, claimants=self.claimants[:heard])

    def row(self, n: int) -> Claim:
        """One claim with its prose, for people."""
        camp, side = int(self.camp[n]), int(self.side[n])
        return Claim(
            claim_id=str(self.ids[n]),
            reported_on=self.days.date(self.reported[n]),
            about_from=self.days.date(self.about_from[n]),
            about_to=self.days.date(self.about_to[n]),
            claimant=self.claimants[self.claimant[n]],
            claimant_side=THIRD if camp == len(self.sides) else self.sides[camp].id,
            kind=Kind(int(self.kind[n])),
            side="both" if side < 0 else self.sides[side].id,
            place_id=self.places.ids[self.place[n]] if self.place[n] >= 0 else None,
            route_id=self.routes.ids[self.route[n]] if self.route[n] >= 0 else None,
            denied=bool(self.denied[n]),
            partial=bool(self.partial[n]),
            certainty=Certainty(int(self.certainty[n])),
            **{f.name: str(getattr(self.prose, f.name)[n]) for f in fields(self.prose)},
        )

    def rows(self) -> Iterator[Claim]:
        """All claims with their prose, in order."""
        return (self.row(n) for n in range(len(self)))

    @cached_property
    def digest(self) -> str:
        """A fingerprint of every claim in the table, and of nothing that is not in it."""
        state = sha256()
        for claim in self.rows():
            state.update(repr(claim).encode())
            state.update(b"\n")
        return state.hexdigest()
