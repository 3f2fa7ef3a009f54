"""Cases cut from the development data on Ukraine, for the protocols U1 (evidence only) and U2 (fusing maps).

The data lie beside the repository and may not be passed on: nothing of them is written into it.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vedette.ground import project_km
from vedette.store import Case, read_case, read_outcome

SIDE = {"UA": "ua", "RU": "ru", "CONTESTED": "contested"}


def development_data() -> Path:
    """Where the data lie; skips, saying so, where they do not."""
    home = Path(os.environ.get("VEDETTE_SHARED", Path(__file__).parents[2] / "shared")) / "data" / "ukraine-dev"
    if not home.is_dir():
        pytest.skip(f"needs the development data on Ukraine, which are not at {home}")
    return home


def ukraine(folder: Path, first: date, last: date, *, maps: bool) -> Case:
    """Control on the first day by the judge, then events, the list of city control, and, with `maps`, two maps."""
    home = development_data()
    start, end = pd.Timestamp(first), pd.Timestamp(last)
    (folder / "maps").mkdir(parents=True)
    judge = pq.read_table(home / "map_deepstate_runs.parquet").to_pandas()
    places = pq.read_table(home / "places.parquet").to_pandas()
    held = judge[(judge.from_date <= start) & (judge.to_date >= start)].set_index("place_id").side.map(SIDE)
    places["side_at_start"] = places.place_id.map(held)
    places = places[places.side_at_start.notna()].reset_index(drop=True)
    columns = places[["place_id", "lat", "lon", "side_at_start"]].assign(name=places.name.fillna("").astype(str))
    pq.write_table(pa.Table.from_pandas(columns, preserve_index=False), folder / "places.parquet")

    def runs(table: pd.DataFrame, path: Path) -> None:
        inside = table[(table.to_date >= start) & (table.from_date <= end) & table.place_id.isin(places.place_id)]
        if len(inside):
            out = {
                "place_id": inside.place_id.tolist(),
                "side": inside.side.map(SIDE).tolist(),
                "from_date": [d.date() for d in inside.from_date.clip(lower=start)],
                "to_date": [d.date() for d in inside.to_date.clip(upper=end)],
            }
            pq.write_table(pa.table(out), path)

    runs(judge, folder / "outcome.parquet")
    for source in ("liveuamap", "owl") if maps else ():
        runs(pq.read_table(home / f"map_{source}_runs.parquet").to_pandas(), folder / "maps" / f"{source}.parquet")
    runs(_list(home, end), folder / "maps" / "list.parquet")
    _events(home, start, end, folder / "events.parquet")
    (folder / "case.toml").write_text(
        f'name = "ukraine"\nfirst_day = {first}\nlast_day = {last}\njudge = "DeepStateMap, a pro-Ukrainian project"\n'
        'sides = ["ua", "ru"]\n',
        encoding="utf-8",
    )
    return read_case(folder)


def whole_war(folder: Path) -> Case:
    """From the first day on, with three maps, the list and the events; the judge's map is evidence here."""
    home, first, last = development_data(), date(2022, 2, 24), date(2024, 6, 30)
    start, end = pd.Timestamp(first), pd.Timestamp(last)
    (folder / "maps").mkdir(parents=True)
    places = pq.read_table(home / "places.parquet").to_pandas()
    places["side_at_start"] = np.where(places.pre2022_occupied.astype(bool), "ru", "ua")
    columns = places[["place_id", "lat", "lon", "side_at_start"]].assign(name=places.name.fillna("").astype(str))
    pq.write_table(pa.Table.from_pandas(columns, preserve_index=False), folder / "places.parquet")
    for source in ("deepstate", "liveuamap", "owl", "list"):
        runs = _list(home, end) if source == "list" else pq.read_table(home / f"map_{source}_runs.parquet").to_pandas()
        known = runs[(runs.to_date >= start) & (runs.from_date <= end) & runs.place_id.isin(places.place_id)]
        table = {
            "place_id": known.place_id.tolist(),
            "side": known.side.map(SIDE).tolist(),
            "from_date": [d.date() for d in known.from_date.clip(lower=start)],
            "to_date": [d.date() for d in known.to_date.clip(upper=end)],
        }
        pq.write_table(pa.table(table), folder / "maps" / f"{source}.parquet")
    _events(home, start, end, folder / "events.parquet")
    (folder / "case.toml").write_text(
        f'name = "ukraine"\nfirst_day = {first}\nlast_day = {last}\nsides = ["ua", "ru"]\n', encoding="utf-8"
    )
    return read_case(folder)


def _list(home: Path, end: pd.Timestamp) -> pd.DataFrame:
    """The list of city control as a map: each version stands until the next edit."""
    table = pq.read_table(home / "wiki_list_runs.parquet").to_pandas()
    names = pq.read_table(home / "wiki_name_to_place.parquet").to_pandas()
    place_of = names[names.dup_index == 0].set_index("name").place_id
    table = table[(table.dup_index == 0) & table.side.isin(list(SIDE))]
    table = table.assign(place_id=table.name.map(place_of), from_date=table.first_edit_utc.dt.floor("D"))
    table = table[table.place_id.notna()].sort_values(["place_id", "first_edit_utc"])
    table = table.drop_duplicates(["place_id", "from_date"], keep="last")
    following = table.groupby("place_id").from_date.shift(-1) - pd.Timedelta(days=1)
    return table.assign(to_date=following.fillna(end))


def _events(home: Path, start: pd.Timestamp, end: pd.Timestamp, path: Path) -> None:
    """Geolocated events, posted on the day that they became known; the few posted before their day on that day."""
    events = pq.read_table(home / "events.parquet").to_pandas()
    events = events[events.in_ukraine & (events.date >= start) & (events.date <= end)]
    posted = events.posted_at_utc.dt.floor("D")
    posted = posted.where(posted > events.date, events.date)
    table = {
        "event_id": events.event_id.tolist(),
        "date": [d.date() for d in events.date],
        "posted_at": [d.date() for d in posted],
        "side": events.side.tolist(),
        "lat": events.lat.tolist(),
        "lon": events.lon.tolist(),
        "source": events.source.fillna("").astype(str).tolist(),
    }
    if len(events):
        pq.write_table(pa.table(table), path)


def judged(case: Case) -> NDArray[np.int8]:
    """The judge's state of every place and day, -1 where it gives none."""
    outcome = read_outcome(case)
    grid = np.full((len(case.places), len(case.days)), -1, dtype=np.int8)
    for place, state, first, last in zip(outcome.place, outcome.state, outcome.first, outcome.last, strict=True):
        grid[place, max(first, 0) : last + 1] = state
    return grid


def shown(case: Case, source: str) -> NDArray[np.float64]:
    """P(side 1) by one map alone: one half where it shows a contest or nothing."""
    grid = np.full((len(case.places), len(case.days)), 0.5)
    for found in case.maps:
        if found.source == source:
            for place, state, first, last in zip(found.place, found.state, found.first, found.last, strict=True):
                grid[place, first : last + 1] = state if state < 2 else 0.5
    return grid


def near_the_line(case: Case, truth: NDArray[np.int8], day: int, km: float = 15.0) -> NDArray[np.bool_]:
    """Places within some distance of a place that the judge gives to the other side on a day."""
    xy = project_km(case.places.lat, case.places.lon)
    out = np.zeros(len(xy), dtype=bool)
    for side in range(2):
        own, other = np.flatnonzero(truth[:, day] == side), np.flatnonzero(truth[:, day] == 1 - side)
        distance, _ = cKDTree(xy[other]).query(xy[own], distance_upper_bound=km)
        out[own[distance <= km]] = True
    return out
