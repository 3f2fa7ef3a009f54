"""Do forecasts of changes of hands come true as often as they say? The picture of docs/campaign.md, from the war in the
development data (`validation/turnover.py`), and the table that it is drawn from.

    python tools/draw_reliability.py PICTURE [--table TABLE]

A table that is there already is drawn as it is: the forecasts of a year take minutes.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from vedette.dynamics import Turnover
from vedette.store import write_table

sys.path.insert(0, str(Path(__file__).parents[1]))  # so that the study is found

COLORS = {7: "#2f6db3", 28: "#d9822b", 91: "#5b5b66"}
LEAST = 10
"""Fewer forecasts than this in a bin say nothing."""

Bin = tuple[int, float, float, int]
"""Days ahead, mean forecast, share that came, number of forecasts."""


def measured() -> list[Bin]:
    """A year of weekly forecasts, in bins."""
    from validation.turnover import FROM, HORIZONS, ours, reliability, war_of

    with tempfile.TemporaryDirectory() as folder:
        war = war_of(Path(folder))
        found = war.score(ours(Turnover(war.known, HORIZONS)), war.origins(FROM))
    return [(h, float(p), float(came), int(n)) for h, rows in found.items() for p, came, n in reliability(rows)]


def read(table: Path) -> list[Bin]:
    """The bins of an earlier run."""
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [(int(r["horizon"]), float(r["forecast"]), float(r["came"]), int(r["number"])) for r in rows]


def draw(bins: list[Bin], path: Path) -> None:
    """Forecast against share that came, on scales of log odds; the wider the bar, the fewer forecasts."""
    with mpl.rc_context({"font.size": 9}):
        figure = Figure(figsize=(5.2, 5), layout="constrained")
        axes = figure.subplots()
        axes.plot([1e-3, 0.999], [1e-3, 0.999], color="#26242b", lw=0.8)
        for horizon, color in COLORS.items():
            rows = np.array([b[1:] for b in bins if b[0] == horizon and b[3] >= LEAST])
            p, came, number = rows.T
            # Agresti and Coull (1998): an interval that does not close where nothing or everything came.
            middle = (came * number + 2) / (number + 4)
            error = 1.645 * np.sqrt(middle * (1 - middle) / (number + 4))
            axes.vlines(p, np.maximum(middle - error, 1e-3), middle + error, color=color, lw=1, alpha=0.6)
            axes.plot(p, np.clip(came, 1e-3, 0.999), "o-", ms=4, lw=1.2, color=color, label=f"{horizon} days ahead")
        axes.set(xscale="logit", yscale="logit")
        ticks = [0.001, 0.01, 0.1, 0.5, 0.9]
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_ticks(ticks, [f"{100 * t:g} %" for t in ticks])
            axis.set_minor_locator(NullLocator())
        axes.set(xlim=(8e-4, 0.95), ylim=(8e-4, 0.95), xlabel="forecast", ylabel="came")
        axes.set_title("Changes of hands: forecast and what came, with 90 % intervals", loc="left", fontsize=9)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(loc="upper left", frameon=False)
        figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--table", type=Path, help="CSV of every bin")
    args = parser.parse_args()
    bins = read(args.table) if args.table and args.table.exists() else measured()
    if args.table and not args.table.exists():
        write_table(args.table, ("horizon", "forecast", "came", "number"), bins)
    draw(bins, args.picture)


if __name__ == "__main__":
    main()
