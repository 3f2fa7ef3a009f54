"""Results in the formats that other tools read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from vedette.briefing import MapContent, certainty_word
from vedette.claims import Claim, Claims, may_leave
from vedette.errors import OutputError
from vedette.store.write import check_file, write_with

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "ForecastRows",
    "check_table",
    "claims_csv",
    "control_geojson",
    "json_bytes",
    "write_forecasts",
    "write_probabilities",
]

FRONT_FROM = 0.05
"""Pairs of neighbours are written as part of the front from this probability on."""


def json_bytes(data: Any) -> bytes:
    """Readable JSON, keys in order, a line feed at the end."""
    return (json.dumps(data, indent=2, ensure_ascii=False, sort_keys=True, default=str) + "\n").encode()


def claims_csv(claims: Claims) -> bytes:
    """Claims as a CSV table in the case format: `vedette case check` reads it back.

    Claims of a data set whose terms forbid that are not among them; `withheld_csv` lists those.
    """
    out = io.StringIO()
    names = [f.name for f in fields(Claim) if f.name not in ("denied", "partial", "kind", "certainty")]
    header = [*names, "kind", "polarity", "degree", "certainty"]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for claim in claims.rows():
        if not may_leave(claim.relayed_by):
            continue
        row = ["" if (value := getattr(claim, name)) is None else str(value) for name in names]
        writer.writerow(
            [
                *row,
                claim.kind.name,
                "denied" if claim.denied else "asserted",
                "partial" if claim.partial else "full",
                claim.certainty.name,
            ]
        )
    return out.getvalue().encode()


def control_geojson(content: MapContent, warning: str) -> bytes:
    """Places with their probabilities, and the pairs of neighbours between which the front may run (RFC 7946).

    What to know of the draws, if anything, stands under `about`.
    """
    states = [*(side.id for side in content.sides), "contested"]
    features: list[dict[str, Any]] = []
    for i, place in enumerate(content.ids):
        p = content.probability[i]
        lead = int(np.argmax(p))
        features.append(
            {
                "type": "Feature",
                "id": place,
                "geometry": {
                    "type": "Point",
                    "coordinates": [round(float(content.lon[i]), 5), round(float(content.lat[i]), 5)],
                },
                "properties": {
                    "layer": "place",
                    "name": content.names[i],
                    "as_of": content.as_of.isoformat(),
                    "likeliest": states[lead],
                    "likelihood": certainty_word(float(p[lead])),
                    **{f"p_{state}": round(float(q), 4) for state, q in zip(states, p, strict=True)},
                },
            }
        )
    for (a, b), p in zip(content.pairs.tolist(), content.front.tolist(), strict=True):
        if p >= FRONT_FROM:
            ends = [[round(float(content.lon[i]), 5), round(float(content.lat[i]), 5)] for i in (a, b)]
            features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "LineString", "coordinates": ends},
                    "properties": {
                        "layer": "front_between",
                        "places": [content.ids[a], content.ids[b]],
                        "probability": round(p, 4),
                    },
                }
            )
    about = {"as_of": content.as_of.isoformat(), "warning": warning}
    return json_bytes({"type": "FeatureCollection", "about": about, "features": features})


@dataclass(frozen=True, eq=False)
class ForecastRows:
    """P(side is the last to hold each place) as seen from `origin`, `horizon` days on, shape (P, K)."""

    origin: date
    horizon: int
    probability: NDArray[np.float64]


def write_forecasts(
    path: Path, rows: Iterable[ForecastRows], places: Sequence[str], sides: Sequence[str], about: Mapping[str, str]
) -> None:
    """Write forecasts as Parquet: origin, horizon, place_id, p_<side>...; one row a place, a row group a horizon.

    Made one group at a time: a war of years and tens of thousands of places need not fit in memory.
    """
    ids = pa.array([str(place) for place in places])
    number = pa.array(np.arange(len(places), dtype=np.int32))
    schema = pa.schema(
        [
            ("origin", pa.date32()),
            ("horizon", pa.int32()),
            ("place_id", pa.dictionary(pa.int32(), pa.string())),
            *((f"p_{side}", pa.float32()) for side in sides),
        ],
        metadata=dict(about),
    )

    def write(temporary: Path) -> None:
        with pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
            for part in rows:
                columns: list[Any] = [
                    pa.array([part.origin] * len(places), type=pa.date32()),
                    pa.array(np.full(len(places), part.horizon, dtype=np.int32)),
                    pa.DictionaryArray.from_arrays(number, ids),
                    *(pa.array(part.probability[:, k].astype(np.float32)) for k in range(len(sides))),
                ]
                writer.write_table(pa.table(columns, schema=schema))

    write_with(path, write)


def check_table(path: Path | None, endings: Sequence[str] = (".parquet", ".csv")) -> None:
    """`check_file`, and an `OutputError` unless the name ends in one of the `endings`: it says what is written."""
    check_file(path)
    if path is not None and path.suffix.casefold() not in endings:
        raise OutputError(
            f"{path}: its name does not end in {' or '.join(endings)}, and the ending says how the table is written. "
            "Choose one with --out; `vedette export` writes other formats."
        )


def write_probabilities(path: Path, dataset: xr.Dataset) -> None:
    """Write `probability` (place, day, state): place_id, day, p_<side>..., p_contested; one row a place-day.

    As CSV if the name ends so, else as Parquet, which keeps the data set's attributes too. Days are dates,
    probabilities 32-bit floats; rows are ordered by place, then day.
    """
    probability = dataset["probability"].transpose("place", "day", "state")
    places, days = probability.sizes["place"], probability.sizes["day"]
    ids = pa.DictionaryArray.from_arrays(
        pa.array(np.repeat(np.arange(places, dtype=np.int32), days)),
        pa.array([str(p) for p in dataset["place"].values]),
    )
    stamps = np.tile(dataset["day"].values.astype("datetime64[D]"), places)
    columns: dict[str, Any] = {"place_id": ids, "day": pa.array(stamps, type=pa.date32())}
    for s, state in enumerate(dataset["state"].values):
        columns[f"p_{state}"] = pa.array(probability.values[:, :, s].reshape(-1).astype(np.float32))
    table = pa.table(columns).replace_schema_metadata({k: str(v) for k, v in dataset.attrs.items()})
    if path.suffix.casefold() == ".csv":
        write_with(path, lambda temporary: pc.write_csv(table, temporary))
    else:
        write_with(path, lambda temporary: pq.write_table(table, temporary, compression="zstd"))
