"""Who held what from one day to another: published control maps, and what later proved true."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vedette.claims import ControlMap
from vedette.ground import Days, Places, Sides
from vedette.store.ground_tables import place_column, state_words
from vedette.store.tables import Problems, Schema, Table, find_table, read_table

__all__ = ["RUNS", "maps_in", "runs_in"]

RUNS = Schema(
    required=("place_id", "side", "from_date", "to_date"),
    optional=("confidence", "basis", "detail", "source_url", "note"),
    spellings={"controlled_by": "side"},
)


def runs_in(
    path: Path, label: str, sides: Sides, days: Days, places: Places, problems: Problems
) -> tuple[Table, NDArray[np.int32], NDArray[np.int8], NDArray[np.int32], NDArray[np.int32]]:
    """The table, and its rows of (place, state, first, last), sorted by place and day and checked for overlap."""
    table = read_table(path, RUNS, problems, label)
    before = len(problems.found)
    place = place_column(table, "place_id", places)
    state = table.choice("side", state_words(sides))
    first, last = table.day("from_date", days.first), table.day("to_date", days.first)
    if len(problems.found) > before:
        return table, place, state, first, last
    for r in np.flatnonzero(first > last).tolist():
        problems.add(
            label,
            table.row(r),
            "from_date",
            f"{days.date(first[r])} lies after to_date, {days.date(last[r])}. Swap or correct them.",
        )
    order = np.lexsort((first, place))
    clash = (place[order][1:] == place[order][:-1]) & (first[order][1:] <= last[order][:-1])
    for n in np.flatnonzero(clash).tolist():
        here, other = order[n + 1], order[n]
        problems.add(
            label,
            table.row(int(here)),
            "from_date",
            f"{places.ids[place[here]]} has two states on {days.date(first[here])}: the run overlaps the one in row "
            f"{table.row(int(other))}. End one where the other begins.",
        )
    return table, place, state, first, last


def maps_in(
    folder: Path, sides: Sides, days: Days, places: Places, problems: Problems
) -> tuple[tuple[ControlMap, ...], tuple[str, ...]]:
    """The published control maps of a case, clipped to its days, and a warning for each that has none of them."""
    home = folder / "maps"
    if not home.is_dir():
        return (), ()
    out, warnings = [], []
    for name in sorted({p.stem for p in home.iterdir() if p.suffix in (".csv", ".parquet")}):
        path = find_table(home, name)
        assert path is not None  # it was listed a line ago
        before = len(problems.found)
        _, place, state, first, last = runs_in(path, f"maps/{path.name}", sides, days, places, problems)
        if len(problems.found) > before:
            continue
        order = np.lexsort((first, place))
        order = order[(last[order] >= 0) & (first[order] < len(days))]
        if not len(order):
            warnings.append(
                f"maps/{path.name}: shows {days.date(first.min())} to {days.date(last.max())} and no day of the war, "
                f"{days.first} to {days.last}, so it says nothing. Correct its from_date and to_date, or the days in "
                "case.toml."
            )
        out.append(
            ControlMap(
                name,
                place[order],
                state[order],
                np.maximum(first[order], 0).astype(np.int32),
                np.minimum(last[order], len(days) - 1).astype(np.int32),
            )
        )
    return tuple(out), tuple(warnings)
