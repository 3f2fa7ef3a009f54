"""Who held what, for other tools: GeoJSON, GeoParquet, KML, CSV, Parquet, NetCDF, forecast hubs, a data package."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from lxml import etree

from vedette.briefing import certainty_word
from vedette.claims import Claims, may_leave
from vedette.ground import Places
from vedette.store.exports import claims_csv, json_bytes
from vedette.store.write import write_bytes, write_with

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["FORMATS", "ControlTable", "withheld_csv", "write_control"]


@dataclass(frozen=True, eq=False)
class ControlTable:
    """Who held what: `probability` (P, T, S), its `days` (T,) as datetime64, its `states` (S,), what it rests on.

    `about` is plain data: case, as-of day, product, seed, attribution.
    """

    places: Places
    probability: np.ndarray[Any, np.dtype[np.float64]]
    days: np.ndarray[Any, np.dtype[np.datetime64]]
    states: tuple[str, ...]
    about: dict[str, str]
    claims: Claims

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row a place and day, places in order, then days."""
        for i, place in enumerate(self.places.ids):
            for t, day in enumerate(self.days):
                p = self.probability[i, t]
                lead = int(np.argmax(p))
                yield {
                    "place_id": place,
                    "name": self.places.names[i],
                    "lat": round(float(self.places.lat[i]), 5),
                    "lon": round(float(self.places.lon[i]), 5),
                    "day": str(day.astype("datetime64[D]")),
                    "likeliest": self.states[lead],
                    "likelihood": certainty_word(float(p[lead])),
                    **{f"p_{state}": round(float(q), 4) for state, q in zip(self.states, p, strict=True)},
                }


def write_control(table: ControlTable, form: str, path: Path) -> None:
    """Write the table in one of `FORMATS`, whole or not at all."""
    _WRITERS[form](table, path)


def _geojson(table: ControlTable, path: Path) -> None:
    features = [
        {
            "type": "Feature",
            "id": row["place_id"],
            "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
            "properties": {k: v for k, v in row.items() if k not in ("lat", "lon")},
        }
        for row in table.rows()
    ]
    write_bytes(path, json_bytes({"type": "FeatureCollection", "about": table.about, "features": features}))


def _csv(table: ControlTable, path: Path) -> None:
    write_bytes(path, _control_csv(table))


def _control_csv(table: ControlTable) -> bytes:
    return _table_csv(list(table.rows()))


def _table_csv(rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _arrow(table: ControlTable) -> pa.Table:
    found = pa.Table.from_pylist(list(table.rows()))
    found = found.set_column(found.column_names.index("day"), "day", found["day"].cast(pa.date32()))
    return found.replace_schema_metadata(table.about)


def _parquet(table: ControlTable, path: Path) -> None:
    found = _arrow(table)
    write_with(path, lambda temporary: pq.write_table(found, temporary, compression="zstd"))


def _geoparquet(table: ControlTable, path: Path) -> None:
    """GeoParquet 1.1: points as WKB, and the metadata that says so (geoparquet.org)."""
    found = _arrow(table)
    lon, lat = found["lon"].to_numpy(), found["lat"].to_numpy()
    points = shapely.to_wkb(shapely.points(lon, lat))
    found = found.append_column("geometry", pa.array(points.tolist(), pa.binary()))
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {
                "encoding": "WKB",
                "geometry_types": ["Point"],
                "bbox": [float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())],
            }
        },
    }
    found = found.replace_schema_metadata({**table.about, "geo": json.dumps(geo)})
    write_with(path, lambda temporary: pq.write_table(found, temporary, compression="zstd"))


def _kml(table: ControlTable, path: Path) -> None:
    """KML 2.2: a folder for each likeliest state, a placemark with its day for each place."""
    root = etree.Element("kml", nsmap={None: "http://www.opengis.net/kml/2.2"})
    document = etree.SubElement(root, "Document")
    etree.SubElement(document, "name").text = f"{table.about['case']}, as of {table.about['as_of']}"
    etree.SubElement(document, "description").text = table.about["attribution"]
    folders: dict[str, Any] = {}
    for row in table.rows():
        state = row["likeliest"]
        if state not in folders:
            folders[state] = etree.SubElement(document, "Folder")
            etree.SubElement(folders[state], "name").text = state
        mark = etree.SubElement(folders[state], "Placemark")
        etree.SubElement(mark, "name").text = row["name"]
        shares = [f"{s} {row[f'p_{s}']:.0%}" for s in table.states]
        etree.SubElement(mark, "description").text = f"{row['likelihood']}: {', '.join(shares)}"
        etree.SubElement(etree.SubElement(mark, "TimeStamp"), "when").text = row["day"]
        extended = etree.SubElement(mark, "ExtendedData")
        for key, value in row.items():
            if key not in ("name", "lat", "lon"):
                data = etree.SubElement(extended, "Data", name=key)
                etree.SubElement(data, "value").text = str(value)
        spot = etree.SubElement(etree.SubElement(mark, "Point"), "coordinates")
        spot.text = f"{row['lon']},{row['lat']}"
    write_bytes(path, etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _netcdf(table: ControlTable, path: Path) -> None:
    """NetCDF 3, which every tool reads; names in UTF-8."""
    import xarray as xr

    text = {"name": list(table.places.names), "place": list(table.places.ids), "state": list(table.states)}
    dataset = xr.Dataset(
        {"probability": (("place", "day", "state"), table.probability.astype(np.float32), {"units": "1"})},
        coords={
            "place": text["place"],
            "day": table.days.astype("datetime64[ns]"),
            "state": text["state"],
            "name": ("place", text["name"]),
            "lat": ("place", table.places.lat, {"units": "degrees_north"}),
            "lon": ("place", table.places.lon, {"units": "degrees_east"}),
        },
        attrs={**table.about, "Conventions": "CF-1.8"},
    )
    write_with(path, lambda temporary: _save(dataset, temporary))


def _save(dataset: xr.Dataset, path: Path) -> None:
    dataset.to_netcdf(path, engine="scipy")


def _hub(table: ControlTable, path: Path) -> None:
    """A forecast hub's model output (hubverse): one row a place, day and state, output type `pmf`."""
    reference = table.about["as_of"]
    rows = [
        {
            "reference_date": reference,
            "target": "control",
            "target_end_date": row["day"],
            "location": row["place_id"],
            "output_type": "pmf",
            "output_type_id": state,
            "value": row[f"p_{state}"],
        }
        for row in table.rows()
        for state in table.states
    ]
    write_bytes(path, _table_csv(rows))


def withheld_csv(claims: Claims) -> bytes:
    """Claims that may not be passed on, by the terms of the data set they came from: id and fingerprint of each."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["claim_id", "relayed_by", "report_id", "fingerprint"])
    for claim in claims.rows():
        if not may_leave(claim.relayed_by):
            fingerprint = claim.basis or f"sha256:{sha256(claim.paraphrase.encode()).hexdigest()}"
            writer.writerow([claim.claim_id, claim.relayed_by, claim.report_id, fingerprint])
    return out.getvalue().encode()


def _package(table: ControlTable, path: Path) -> None:
    """A frictionless data package, zipped: control, the claims it rests on, and datapackage.json."""
    files = {
        "control.csv": _control_csv(table),
        "claims.csv": claims_csv(table.claims),
        "claims_withheld.csv": withheld_csv(table.claims),
    }
    numbers = {"lat", "lon", *(f"p_{s}" for s in table.states)}
    resources = []
    for name, content in files.items():
        header = content.split(b"\n", 1)[0].decode().split(",")
        kinds = [{"name": c, "type": "number" if c in numbers else "date" if c == "day" else "string"} for c in header]
        resources.append(
            {
                "name": name.removesuffix(".csv"),
                "path": name,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(content),
                "hash": f"sha256:{sha256(content).hexdigest()}",
                "schema": {"fields": kinds},
            }
        )
    described = {
        "profile": "tabular-data-package",
        "name": table.about["case"],
        "title": table.about["title"],
        "description": f"Who held what, {table.about['product']}, as of {table.about['as_of']}.",
        "sources": [{"title": table.about["attribution"] or "the claims in claims.csv"}],
        "vedette": table.about,
        "resources": resources,
    }
    files["datapackage.json"] = json_bytes(described)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    write_bytes(path, out.getvalue())


_WRITERS: dict[str, Callable[[ControlTable, Path], None]] = {
    "geojson": _geojson,
    "geoparquet": _geoparquet,
    "kml": _kml,
    "csv": _csv,
    "parquet": _parquet,
    "netcdf": _netcdf,
    "hubverse": _hub,
    "datapackage": _package,
}

FORMATS = {
    "geojson": ".geojson",
    "geoparquet": ".parquet",
    "kml": ".kml",
    "csv": ".csv",
    "parquet": ".parquet",
    "netcdf": ".nc",
    "hubverse": ".csv",
    "datapackage": ".zip",
}
"""Formats, and how the names of their files end."""
