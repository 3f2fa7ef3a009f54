"""Who held what, for other tools: GeoJSON, GeoParquet, KML, CSV, Parquet, NetCDF, Zarr, hubs, a data package."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
import zipfile
from collections import Counter
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
from vedette.claims import LICENCES, Claims, may_leave
from vedette.errors import OutputError
from vedette.ground import Places
from vedette.store.exports import claims_csv, json_bytes
from vedette.store.write import write_bytes, write_with

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["FORMATS", "ControlTable", "terms_of", "withheld_csv", "write_control"]


@dataclass(frozen=True, eq=False)
class ControlTable:
    """Who held what: `probability` (P, T, S), its `days` (T,) as datetime64, its `states` (S,), what it rests on.

    `about` is plain data: case, as-of day, product, seed, attribution, terms, what to know of the draws (`warning`).
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
    etree.SubElement(document, "description").text = " ".join(
        filter(None, (table.about[key] for key in ("attribution", "terms", "warning")))
    )
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


def _dataset(table: ControlTable) -> xr.Dataset:
    import xarray as xr

    return xr.Dataset(
        {"probability": (("place", "day", "state"), table.probability.astype(np.float32), {"units": "1"})},
        coords={
            "place": list(table.places.ids),
            "day": table.days.astype("datetime64[ns]"),
            "state": list(table.states),
            "name": ("place", list(table.places.names)),
            "lat": ("place", table.places.lat, {"units": "degrees_north"}),
            "lon": ("place", table.places.lon, {"units": "degrees_east"}),
        },
        attrs={**table.about, "Conventions": "CF-1.8"},
    )


def _netcdf(table: ControlTable, path: Path) -> None:
    """NetCDF 3, which every tool reads; names in UTF-8."""

    def save(temporary: Path) -> None:
        _dataset(table).to_netcdf(temporary, engine="scipy")

    write_with(path, save)


def _zarr(table: ControlTable, path: Path) -> None:
    """A Zarr 2 store in a zip file, its times left out so that the same rows are the same bytes."""
    try:
        import zarr  # noqa: F401 xarray asks for it, in words of its own
    except ImportError as error:
        raise OutputError(
            f"{path}: Zarr needs the package zarr, which is not installed. pip install 'vedette[zarr]', or choose "
            "netcdf, which holds the same."
        ) from error
    with tempfile.TemporaryDirectory(prefix="vedette-") as scratch:
        store = Path(scratch) / "control.zarr"
        _dataset(table).to_zarr(store, zarr_format=2, consolidated=True)
        files = {str(f.relative_to(store)): f.read_bytes() for f in store.rglob("*") if f.is_file()}
    write_bytes(path, _zipped(files, zipfile.ZIP_STORED))  # its parts are compressed


def _zipped(files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive whose bytes depend on the files alone."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, how)
    return out.getvalue()


def _hub(table: ControlTable, path: Path) -> None:
    """A hub's model output (hubverse.io): one row a place, day and state, output type `pmf`.

    The probabilities of a place and day are whole, not rounded one by one: a hub refuses those that do not add up to 1.
    """
    reference = np.datetime64(table.about["as_of"], "D")
    rows = [
        {
            "reference_date": str(reference),
            "target": "control",
            "horizon": int((day.astype("datetime64[D]") - reference).astype(int)),
            "target_end_date": str(day.astype("datetime64[D]")),
            "location": place,
            "output_type": "pmf",
            "output_type_id": state,
            "value": repr(float(table.probability[i, t, s] / table.probability[i, t].sum())),
        }
        for i, place in enumerate(table.places.ids)
        for t, day in enumerate(table.days)
        for s, state in enumerate(table.states)
    ]
    write_bytes(path, _table_csv(rows))


def terms_of(claims: Claims) -> str:
    """Under which terms the claims came that data sets brought, and whether their rows may be passed on; or nothing."""
    count = Counter(claim.relayed_by for claim in claims.rows() if claim.relayed_by in LICENCES)
    return " ".join(
        f"Rests on {many:,} claims of {name} ({LICENCES[name].name}), which "
        f"{'may be passed on so' if LICENCES[name].may_leave else 'leave as ids and fingerprints alone'}."
        for name, many in sorted(count.items())
    )


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


_DAYS = {"day", "reported_on", "about_from", "about_to"}
_KEYS = {"control": ["place_id", "day"], "claims": ["claim_id"], "claims_withheld": ["claim_id"]}


def _package(table: ControlTable, path: Path) -> None:
    """A frictionless data package, zipped: control, the claims it rests on, and datapackage.json."""
    files = {
        "control.csv": _control_csv(table),
        "claims.csv": claims_csv(table.claims),
        "claims_withheld.csv": withheld_csv(table.claims),
    }
    known = sorted({claim.relayed_by for claim in table.claims.rows()} & set(LICENCES))
    resources = [_resource(name.removesuffix(".csv"), content, table.states) for name, content in files.items()]
    resources[1]["licenses"] = [_licence(name) for name in known if may_leave(name)]
    resources[2]["licenses"] = [_licence(name) for name in known if not may_leave(name)]
    what = f"Who held what, {table.about['product']}, as of {table.about['as_of']}."
    described = {
        "profile": "tabular-data-package",
        "name": re.sub(r"[^a-z0-9._-]+", "-", table.about["case"].casefold()),
        "title": table.about["title"],
        "description": " ".join(filter(None, (what, table.about["terms"], table.about["warning"]))),
        "sources": [{"title": table.about["attribution"] or "the claims in claims.csv"}],
        "vedette": table.about,
        "resources": [{key: value for key, value in resource.items() if value} for resource in resources],
    }
    write_bytes(path, _zipped({**files, "datapackage.json": json_bytes(described)}))


def _resource(name: str, content: bytes, states: tuple[str, ...]) -> dict[str, Any]:
    header = content.split(b"\n", 1)[0].decode().split(",")
    numbers = {"lat", "lon", *(f"p_{state}" for state in states)}
    kinds = {column: "number" if column in numbers else "date" if column in _DAYS else "string" for column in header}
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{sha256(content).hexdigest()}",
        "schema": {
            "fields": [{"name": column, "type": kind} for column, kind in kinds.items()],
            "primaryKey": _KEYS[name],
        },
    }


def _licence(dataset: str) -> dict[str, str]:
    return {"title": f"{dataset}: {LICENCES[dataset].name}", "path": LICENCES[dataset].url}


_WRITERS: dict[str, Callable[[ControlTable, Path], None]] = {
    "geojson": _geojson,
    "geoparquet": _geoparquet,
    "kml": _kml,
    "csv": _csv,
    "parquet": _parquet,
    "netcdf": _netcdf,
    "zarr": _zarr,
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
    "zarr": ".zarr.zip",
    "hubverse": ".csv",
    "datapackage": ".zip",
}
"""Formats, and how the names of their files end."""
