"""The probability that a place falls within a week, day by day as known then, with the claims: the picture of
docs/campaign.md.

    python tools/draw_fall.py PLACE PICTURE [--case CASE] [--table TABLE]

Each day uses what was published by that day. Draws are few (2 chains of 60), enough for a curve. With a table that is
there already only the picture is drawn: days are the slow part.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.dates import SU, DateFormatter, WeekdayLocator, date2num
from matplotlib.figure import Figure

from vedette.belief import Effort, nowcasts
from vedette.claims import Kind
from vedette.store import read_outcome, write_table
from vedette.workflows import CampaignStudy, GroundStudy, Study

EFFORT = Effort(chains=2, daily=6, burn=20, keep=60, thin=1)
AHEAD, MEMBERS = 7, 1200
ABOVE = {Kind.capture, Kind.assault, Kind.advance, Kind.encirclement, Kind.control}
"""Kinds that say how a side comes nearer or holds; other kinds of claims are not drawn."""


def follow(case: str, place: int) -> list[tuple[date, float, float]]:
    """Day, P(it falls within a week), P(its defender held it before), as of each day."""
    whole = Study.of(case)
    found = whole.case
    ground = GroundStudy(whole)
    rows = []
    for t, belief in enumerate(
        nowcasts(whole.told, found.maps, found.neighbours, whole.last, seed=0, effort=EFFORT, threads=2)
    ):
        study = replace(whole, as_of=found.days.date(t))
        vars(study)["_beliefs"] = [belief]  # what the study would draw itself, already drawn
        campaign = CampaignStudy(study, AHEAD, MEMBERS)
        vars(campaign)["terrain"] = ground  # who sees what is the same on every day
        defender = int(found.places.start[place])
        there = campaign.holder[:, place] == defender
        fell = there & (campaign.base.final[:, place] != defender) & (campaign.base.final[:, place] < len(found.sides))
        rows.append((found.days.date(t), float(fell.mean()), float(there.mean())))
        print(*rows[-1], flush=True)
    return rows


def read(table: Path) -> list[tuple[date, float, float]]:
    """The days of an earlier run."""
    with table.open(newline="") as file:
        return [(date.fromisoformat(r["day"]), float(r["falls"]), float(r["held"])) for r in csv.DictReader(file)]


def day_number(day: date) -> float:
    return float(date2num(day))


def draw(case: str, place: int, rows: list[tuple[date, float, float]], path: Path) -> None:
    study = Study.of(case)
    found, claims = study.case, study.case.claims
    defender = int(found.places.start[place])
    with mpl.rc_context({"font.size": 8, "svg.hashsalt": "vedette"}):
        figure = Figure(figsize=(8, 4), layout="constrained")
        axes = figure.subplots()
        days = [day_number(row[0]) for row in rows]
        axes.fill_between(days, 0, [1 - row[2] for row in rows], color="#ddd7ca", lw=0, label="already lost")
        axes.plot(days, [row[1] for row in rows], color="#2f6db3", lw=1.8, label=f"falls within {AHEAD} days")
        seen: dict[tuple[date, bool], int] = {}
        for n in np.flatnonzero(claims.place == place).tolist():
            claim = claims.row(n)
            if claim.kind not in ABOVE or not days[0] <= day_number(claim.reported_on) <= days[-1]:
                continue
            against = (claim.side != found.sides[defender].id) != claim.denied
            level = seen[claim.reported_on, against] = seen.get((claim.reported_on, against), -1) + 1
            y = 1.04 + 0.035 * level if against else -0.06 - 0.035 * level
            axes.plot(
                [day_number(claim.reported_on)],
                [y],
                marker="|",
                ms=6,
                color="#2f6db3" if against else "#d9822b",
                clip_on=False,
            )
        held = read_outcome(found).grid()[place]
        lost = np.flatnonzero((held != defender) & (held >= 0) & (held < len(found.sides)))
        if len(lost):
            when = day_number(found.days.date(int(lost[0])))
            axes.axvline(when - AHEAD, color="#26242b", lw=0.7, ls=":")
            axes.axvline(when, color="#26242b", lw=0.9)
            axes.annotate("lost", (when, 0.5), textcoords="offset points", xytext=(-3, 0), ha="right")
            axes.annotate("a week before", (when - AHEAD, 0.5), ha="right", rotation=90, va="center")
        axes.xaxis_date()
        axes.xaxis.set_major_locator(WeekdayLocator(SU))
        axes.xaxis.set_major_formatter(DateFormatter("%d %b %Y"))
        axes.set_ylim(0, 1)
        axes.set_xlim(days[0], days[-1])
        axes.set_title(
            f"{found.places.names[place]}, as known on each day; ticks: claims against its holder above, for it below",
            loc="left",
            pad=30,
        )
        axes.tick_params(axis="x", pad=26)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(loc="upper left", frameon=False)
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("place")
    parser.add_argument("picture", type=Path)
    parser.add_argument("--case", default="karabakh-2020")
    parser.add_argument("--table", type=Path, help="CSV of every day")
    args = parser.parse_args()
    place = Study.of(args.case).case.places.find(args.place)
    rows = read(args.table) if args.table and args.table.exists() else follow(args.case, place)
    if args.table and not args.table.exists():
        write_table(args.table, ("day", "falls", "held"), rows)
    draw(args.case, place, rows, args.picture)


if __name__ == "__main__":
    main()
