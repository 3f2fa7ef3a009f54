"""The table of how strong each side is said to be, as it was known by a day."""

from __future__ import annotations

from datetime import date, timedelta

from vedette.campaign import Force
from vedette.store.case_folder import Case
from vedette.store.tables import Problems, Schema, find_table, read_table

__all__ = ["read_forces"]

FORCES = Schema(
    required=("side", "sector", "low", "high", "published"),
    optional=("source_url", "basis", "note"),
    may_be_empty=True,
)
MOST = 1e9
"""Beyond any army, in any unit."""


def read_forces(case: Case, as_of: date, sectors: tuple[str, ...]) -> tuple[Force, ...]:
    """What `forces.csv` says by a day of each side and each of the `sectors`; nothing if the case has no such table.

    Of rows that speak of the same the latest stands.
    """
    path = find_table(case.folder, "forces")
    if path is None:
        return ()
    problems = Problems()
    table = read_table(path, FORCES, problems)
    sides = {name.casefold(): k for k, side in enumerate(case.sides) for name in (side.id, *side.aliases)}
    side = table.choice("side", sides)
    low, high = (table.number(name, 0, MOST, required=True) for name in ("low", "high"))
    published = table.day("published", case.days.first)
    named = table.text("sector").tolist()
    found: dict[tuple[int, int | None], tuple[date, Force]] = {}
    told: dict[tuple[int, str, int], int] = {}
    for r, sector in enumerate(named):
        same = (int(side[r]), sector, int(published[r]))
        if sector and sector not in sectors:
            known = ", ".join(filter(None, sectors)) or "none: its places name no district"
            problems.add(table.file, table.row(r), "sector", f"{sector!r} is no sector of this case. Sectors: {known}.")
        elif not 0 < low[r] <= high[r]:  # not a number is a problem already
            if low[r] == low[r] and high[r] == high[r]:
                message = (
                    f"the range from {low[r]:g} to {high[r]:g} is none. Give two numbers above 0, the lower first."
                )
                problems.add(table.file, table.row(r), "low", message)
        elif told.setdefault(same, table.row(r)) != table.row(r):
            message = f"speaks of the same, published on the same day, as row {told[same]}. Keep one, or join them."
            problems.add(table.file, table.row(r), "published", message)
        else:
            force = Force(int(side[r]), sectors.index(sector) if sector else None, float(low[r]), float(high[r]))
            when = case.days.first + timedelta(days=int(published[r]))
            before = found.get((force.side, force.sector))
            if when <= as_of and (before is None or before[0] < when):
                found[force.side, force.sector] = when, force
    problems.raise_if_any(str(case.folder))
    return tuple(force for _, force in found.values())
