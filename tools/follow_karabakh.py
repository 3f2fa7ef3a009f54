"""The roads to Shusha and the garrison of Hadrut, as known day by day: the tables of docs/situation.md.

    python tools/follow_karabakh.py [docs/situation.md]

Every day uses only what was published by it. With a file, the tables between its marks are written anew, nothing
else: the words around them are to be read again afterwards. About five minutes of processor.
"""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from vedette.belief import nowcasts
from vedette.situation import Theatre
from vedette.workflows import GroundStudy, Study
from vedette.workflows.situation import hearsay_of

ROADS = ("lc_lachin_lisagor", "lc_lisagor_shusha")
PLACES = ("hadrut", "shusha", "stepanakert")
ARTSAKH = 1
HADRUT = [date(2020, 10, d) for d in (8, 9, 12, 13, 14, 15)]
SHUSHA = [date(2020, 11, d) for d in (4, 5, 6, 7, 8, 9)]


def follow() -> dict[date, dict[str, Any]]:
    """By day: of each place (kept, contested, cut off, no way free of fire, overlooked); of each road its states."""
    study = Study.of("karabakh-2020")
    case, ground = study.case, GroundStudy(study)
    watch = ground.theatre.watch
    out: dict[date, dict[str, Any]] = {}
    last = case.days.index(max(SHUSHA))
    for t, belief in enumerate(nowcasts(case.claims, case.maps, case.neighbours, last, seed=0, threads=2)):
        day = case.days.date(t)
        if day not in HADRUT and day not in SHUSHA:
            continue
        known = case.claims.until(t)
        theatre = Theatre(
            case.places, case.routes, study.supply_sources, watch, len(case.sides), hearsay_of(belief, known)
        )
        luck = theatre.luck(belief.members, np.random.default_rng(2))
        control = np.ascontiguousarray(belief.control[:, :, t])
        found = theatre.day(control, ARTSAKH, t, luck)
        overlooked = theatre.overlooked(control, ARTSAKH)
        row: dict[str, Any] = {}
        for name in PLACES:
            p = case.places.index(name)
            contested = (control[:, p] == len(case.sides)).mean()
            row[name] = (
                found.p_kept[p], contested, found.p_isolated[p], found.p_unsafe[p], overlooked[:, p].mean(),
            )  # fmt: skip
        for road in ROADS:
            row[road] = found.p_route()[case.routes.index(road)]
        out[day] = row
        print(day, {name: np.round(told, 2).tolist() for name, told in row.items()}, flush=True)
    return out


def tables(found: dict[date, dict[str, Any]]) -> dict[str, list[str]]:
    """The rows of each marked table."""
    hadrut = []
    for day in HADRUT:
        kept, _, cut_off, unsafe, overlooked = found[day]["hadrut"]
        hadrut.append(f"| {day.day} October | {kept:.2f} | {cut_off:.2f} | {unsafe:.2f} | {overlooked:.2f} |")
    shusha = []
    for day in SHUSHA:
        kept, _, cut_off, unsafe, _ = found[day]["shusha"]
        states = " | ".join(", ".join(f"{p:.2f}" for p in found[day][road]) for road in ROADS)
        shusha.append(
            f"| {day.day} November | {states} | {kept:.2f} | {cut_off:.2f} | {unsafe:.2f} "
            f"| {found[day]['stepanakert'][3]:.2f} |"
        )
    return {"Hadrut": hadrut, "Shusha": shusha}


def write_into(page: Path, found: dict[date, dict[str, Any]]) -> None:
    """Put the rows between `<!-- rows: NAME -->` and the next `<!-- -->`, after the head of the table."""
    text = page.read_text(encoding="utf-8")
    for name, rows in tables(found).items():
        marked = re.compile(rf"(<!-- rows: {name} -->\n\n(?:\|.*\n){{2}})(?:\|.*\n)*(\n<!-- -->)")
        text, count = marked.subn(lambda m, rows=rows: m[1] + "\n".join(rows) + "\n" + m[2], text)  # type: ignore[misc]
        if count != 1:
            raise SystemExit(f"{page}: {count} tables are marked <!-- rows: {name} -->, and there must be one.")
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    followed = follow()
    if len(sys.argv) > 1:
        write_into(Path(sys.argv[1]), followed)
