"""Four sieges in Ukraine, as known day by day from published control maps alone: the picture and table of
docs/situation.md.

    python tools/draw_sieges.py UKRAINE GEODATA PICTURE TABLE

UKRAINE holds `places.parquet` and `map_*_runs.parquet` of three control maps; GEODATA the elevation model
`ukraine_dem_dted0_30s.tif`. There is no road layer: neighbouring places stand in for roads.
Each day uses what the maps showed by that day; nothing later. Draws are few (2 chains of 60), enough for a curve.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from vedette.belief import Effort, nowcasts
from vedette.situation import Theatre, cells_of, front_line, watch_over
from vedette.store import Case, read_case, read_ground, write_table
from vedette.workflows import CasePlan, Study, new_case

EFFORT = Effort(chains=2, daily=6, burn=20, keep=60, thin=1)
SEEN = {"UA": "ukraine", "RU": "russia", "CONTESTED": "contested"}


@dataclass(frozen=True)
class Siege:
    """A place, whose garrison, the box, the window, and what is known to have happened on which days."""

    place: str
    title: str
    side: int
    box: tuple[float, float, float, float]
    first: date
    last: date
    known: tuple[tuple[date, str], ...]


SIEGES = (
    Siege("n29980666", "Mariupol (Ukrainian garrison)", 0, (36.3, 46.9, 38.8, 47.9), date(2022, 2, 24), date(2022, 4,
    20),
          ((date(2022, 3, 2), "encircled"),)),
    Siege("n256613913", "Lyman (Russian garrison)", 1, (37.0, 48.6, 38.6, 49.6), date(2022, 8, 25), date(2022, 10, 5),
          ((date(2022, 9, 30), "roads closed, withdrawal"),)),
    Siege("n256613679", "Bakhmut (Ukrainian garrison)", 0, (37.2, 48.3, 38.6, 49.0), date(2023, 1, 20), date(2023, 5,
    25),
          ((date(2023, 3, 3), "one road left"), (date(2023, 5, 20), "lost"))),
    Siege("n1602171866", "Avdiivka (Ukrainian garrison)", 0, (37.2, 47.8, 38.3, 48.5), date(2023, 12, 20), date(2024,
    2, 25),
          ((date(2024, 2, 8), "main road cut"), (date(2024, 2, 17), "withdrawal"))),
)  # fmt: skip


def inside(places: pd.DataFrame, box: tuple[float, float, float, float]) -> pd.DataFrame:
    west, south, east, north = box
    return places[places.lon.between(west, east) & places.lat.between(south, north)]


def build(siege: Siege, ukraine: Path, geodata: Path, home: Path) -> Path:
    """A case of the box and the window: the maps are its only sources."""
    places = inside(pd.read_parquet(ukraine / "places.parquet"), siege.box)
    runs = {m: pd.read_parquet(ukraine / f"map_{m}_runs.parquet") for m in ("deepstate", "liveuamap", "owl")}
    first, last = pd.Timestamp(siege.first), pd.Timestamp(siege.last)
    start = pd.Series("ukraine", index=places.place_id)
    for name in ("owl", "deepstate", "liveuamap"):  # the last one that shows a place on the first day counts
        there = runs[name]
        there = there[(there.from_date <= first) & (there.to_date >= first) & there.place_id.isin(places.place_id)]
        start.update(there.set_index("place_id").side.map(SEEN))
    folder = home / siege.place
    folder.mkdir()
    kinds = places.place.where(places.place.isin(["city", "town"]), "village")
    table = home / f"{siege.place}.csv"
    write_table(
        table,
        ("place_id", "name", "kind", "lat", "lon", "side_at_start"),
        zip(places.place_id, places.name, kinds, places.lat, places.lon, start.loc[places.place_id], strict=True),
    )
    new_case(
        CasePlan(
            folder, siege.box, table, (("ukraine", None), ("russia", None)), siege.first, siege.last,
            dem=geodata / "ukraine_dem_dted0_30s.tif",
        )
    )  # fmt: skip
    (folder / "maps").mkdir()
    for name, there in runs.items():
        shown = there[there.place_id.isin(places.place_id) & (there.from_date <= last) & (there.to_date >= first)]
        if len(shown):
            write_table(
                folder / "maps" / f"{name}.csv",
                ("place_id", "side", "from_date", "to_date"),
                zip(shown.place_id, shown.side.map(SEEN), shown.from_date.dt.date, shown.to_date.dt.date, strict=True),
            )
    return folder


def at_their_word(case: Case) -> np.ndarray:
    """Draws (M, P, T) that need no belief: each is one of the maps as it stood, turn by turn.

    What it does not show stays as it began.
    """
    grids = []
    for shown in case.maps:
        grid = np.full((len(case.places), len(case.days)), -1, dtype=np.int8)
        for place, state, first, last in zip(shown.place, shown.state, shown.first, shown.last, strict=True):
            grid[place, first : last + 1] = state
        grids.append(np.where(grid < 0, case.places.start[:, None], grid).astype(np.int8))
    drawn = [np.flatnonzero([(m.first <= t).any() for m in case.maps]) for t in range(len(case.days))]
    out = np.empty((EFFORT.members, len(case.places), len(case.days)), dtype=np.int8)
    for t, there in enumerate(drawn):
        for m in range(len(out)):  # turn by turn, so that luck and terrain vary within each map
            out[m, :, t] = grids[there[m % len(there)]][:, t]
    return out


def follow(siege: Siege, folder: Path) -> pd.DataFrame:
    """Day by day, as of that day: kept, isolated, no way free of fire; and the area each side holds in the box."""
    case = read_case(folder)
    study = Study.of(folder)
    ground = read_ground(case)
    watch = watch_over(case.places, ground.paths, ground.heights, ground.terrain, np.random.default_rng(1))
    theatre = Theatre(case.places, case.routes, study.supply_sources, watch, 2, None)
    luck = theatre.luck(EFFORT.members, np.random.default_rng(2))
    cells, place = cells_of(case.places), case.places.index(siege.place)
    word = at_their_word(case)
    rows = []
    for t, belief in enumerate(
        nowcasts(case.claims, case.maps, case.neighbours, len(case.days) - 1, seed=0, effort=EFFORT, threads=2)
    ):
        control = np.ascontiguousarray(belief.control[:, :, t])
        found = theatre.day(control, siege.side, t, luck)
        line = front_line(cells, control, 2)
        plain = theatre.day(np.ascontiguousarray(word[:, :, t]), siege.side, t, luck)
        overlooked = theatre.overlooked(control, siege.side)[:, place].mean()
        rows.append(
            (case.days.date(t), found.p_kept[place], found.p_isolated[place], found.p_unsafe[place], overlooked,
             np.bitwise_count(found.ways[:, place]).mean(), line.length_km.mean(), line.area_km2[:, 1].mean(),
             *np.quantile(line.area_km2[:, 1], [0.05, 0.95]), plain.p_kept[place], plain.p_isolated[place],
             plain.p_unsafe[place])
        )  # fmt: skip
    names = (
        "day",
        "kept",
        "isolated",
        "unsafe",
        "overlooked",
        "bearings",
        "front_km",
        "russia_km2",
        "low",
        "high",
        "kept_by_maps",
        "isolated_by_maps",
        "unsafe_by_maps",
    )
    out = pd.DataFrame(rows, columns=names)
    for shown in case.maps:
        area = np.zeros(len(case.days))
        for p, s, a, b in zip(shown.place, shown.state, shown.first, shown.last, strict=True):
            if s == 1:
                area[a : b + 1] += cells.area_km2[p]
        out[shown.source] = area
    return out


def draw(found: dict[Siege, pd.DataFrame], path: Path) -> None:
    with mpl.rc_context({"font.size": 8, "svg.hashsalt": "vedette"}):
        figure = Figure(figsize=(8, 9), layout="constrained")
        for axes, (siege, days) in zip(figure.subplots(len(found), 1, squeeze=False)[:, 0], found.items(), strict=True):
            axes.fill_between(days.day, 0, days.kept, color="#ddd7ca", lw=0, label="garrison there")
            axes.plot(days.day, days.unsafe, color="#d9822b", lw=1.3, label="no way in free of fire, if it is")
            axes.plot(days.day, days.isolated, color="#2f6db3", lw=1.8, label="cut off, if it is")
            axes.plot(
                days.day, days.unsafe_by_maps, color="#d9822b", lw=1, ls="--", label="the same, maps at their word"
            )
            axes.plot(
                days.day, days.isolated_by_maps, color="#2f6db3", lw=1, ls="--", label="the same, maps at their word"
            )
            for day, what in siege.known:
                axes.axvline(day, color="#26242b", lw=0.7, ls=":")
                axes.annotate(what, (day, 1.02), ha="center", va="bottom", fontsize=7, annotation_clip=False)
            axes.set_ylim(0, 1)
            axes.set_xlim(siege.first, siege.last)
            axes.set_title(siege.title, loc="left", fontsize=9, weight="bold", pad=14)
            axes.spines[["top", "right"]].set_visible(False)
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ukraine", type=Path)
    parser.add_argument("geodata", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("table", type=Path, help="CSV of every day, to look things up in")
    parser.add_argument("--only", default="", help="one of the sieges")
    parser.add_argument("--redraw", action="store_true", help="draw the picture from TABLE again, nothing else")
    args = parser.parse_args()
    if args.redraw:
        table = pd.read_csv(args.table, index_col=[0, 1], parse_dates=["day"])
        draw({s: table.loc[s.title] for s in SIEGES if s.title in table.index}, args.picture)
        return
    found = {}
    with tempfile.TemporaryDirectory() as home:
        for siege in SIEGES:
            if args.only and args.only not in siege.title:
                continue
            days = follow(siege, build(siege, args.ukraine, args.geodata, Path(home)))
            found[siege] = days
            print(siege.title)
            step = timedelta(days=max(1, len(days) // 14))
            shown = days[
                [
                    (d - siege.first) % step == timedelta(0) or any(abs((d - k).days) <= 1 for k, _ in siege.known)
                    for d in days.day
                ]
            ]
            print(shown.round(2).to_string(index=False))
    draw(found, args.picture)
    pd.concat({s.title: d for s, d in found.items()}).round(3).to_csv(args.table)


if __name__ == "__main__":
    main()
