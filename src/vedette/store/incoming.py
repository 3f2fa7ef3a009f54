"""Files that others made: tables in any encoding, placemarks, dated control maps. Read whole, or refused."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import shapely
from charset_normalizer import from_bytes
from lxml import etree
from shapely.geometry import shape

from vedette.errors import CaseError
from vedette.store.tables import CONTROL_CHARACTER, MAX_ROWS

__all__ = ["Foreign", "MapArea", "Placemark", "read_foreign", "read_map_areas", "read_placemarks"]

LARGEST = 500_000_000
"""Bytes of a file that is read: the largest yearly release of event data has half of that."""
UNPACKED = 200_000_000
"""Bytes that a KMZ may unpack to."""

_KML = "{*}"


@dataclass(frozen=True, slots=True)
class Foreign:
    """A table as somebody wrote it: its header, its rows as text, and how it was encoded and divided."""

    header: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    encoding: str
    delimiter: str


@dataclass(frozen=True, slots=True)
class Placemark:
    """A point on somebody's map: its name, the folders it lies in, its words, the day it names, where it is."""

    name: str
    folders: tuple[str, ...]
    description: str
    data: dict[str, str]
    when: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class MapArea:
    """A piece of a control map: who held it on a day. `place_id` is set where it says which place it is."""

    day: date
    side: str
    geometry: shapely.Geometry
    place_id: str


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise CaseError(f"{path}: is a folder. Give one file.")
        size = path.stat().st_size
        if size > LARGEST:
            raise CaseError(
                f"{path.name}: has {size / 1e9:.1f} GB, and at most {LARGEST / 1e9:.1f} GB are read. "
                "Cut it to the war's country and years."
            )
        data = path.read_bytes()
    except OSError as error:
        raise CaseError(f"{path}: cannot be read ({error.strerror or error}). Check the path.") from error
    if not data.strip():
        raise CaseError(f"{path.name}: is empty. Download or save it again.")
    return data


def _text(data: bytes, name: str) -> tuple[str, str]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise CaseError(f"{name}: begins as {encoding} and is cut off or spoilt. Save it again.") from error
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        best = from_bytes(data[:200_000]).best()
        if best is None:
            raise CaseError(f"{name}: is no text in any encoding we know. Save it as CSV UTF-8.") from None
        try:
            return data.decode(best.encoding), best.encoding
        except UnicodeDecodeError as error:
            raise CaseError(f"{name}: is not all {best.encoding}, as it begins. Save it as CSV UTF-8.") from error


def read_foreign(path: Path, encoding: str = "") -> Foreign:
    """A CSV table, whether commas, semicolons, tabs or bars divide it.

    Its encoding is UTF-8 or UTF-16 or guessed, unless `encoding` names it: old one-byte encodings look alike.
    """
    data = _bytes(path)
    if data[:4] == b"PK\x03\x04":
        raise CaseError(f"{path.name}: is a zip archive or a spreadsheet. Unpack it, or save the sheet as CSV UTF-8.")
    if encoding:
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError) as error:
            raise CaseError(f"{path.name}: is not in {encoding!r} ({error}). Name another with --encoding.") from error
    else:
        text, encoding = _text(data, path.name)
    first = text.split("\n", 1)[0]
    delimiter = max((",", ";", "\t", "|"), key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise CaseError(f"{path.name}: is no table that can be read ({error}). Save it again as CSV.") from error
    lines = [cells for cells in lines if any(c.strip() for c in cells)]
    header = [name.strip() for name in lines[0]]
    if len(lines) < 2 or len(header) < 2:
        raise CaseError(
            f"{path.name}: has {'no rows' if len(header) > 1 else 'one column'}. Give a table with a header row."
        )
    if len(lines) > MAX_ROWS:
        raise CaseError(
            f"{path.name}: has {len(lines):,} rows; at most {MAX_ROWS:,} are read. Cut it to the war's years."
        )
    if twice := [n for n in header if header.count(n) > 1]:
        raise CaseError(f"{path.name}: column {twice[0]!r} stands twice. Rename one.")
    rows = []
    for n, cells in enumerate(lines[1:], start=2):
        if len(cells) != len(header):
            raise CaseError(
                f"{path.name}, row {n}: has {len(cells)} cells, and the header {len(header)}. It may be cut off, or a "
                "cell holds the divider without quotes. Mend the row."
            )
        rows.append({k: CONTROL_CHARACTER.sub(" ", v).strip() for k, v in zip(header, cells, strict=True)})
    return Foreign(tuple(header), tuple(rows), encoding, delimiter)


def read_placemarks(path: Path) -> list[Placemark]:
    """The points of a KML or KMZ file; lines and areas are left out. Nothing it refers to is fetched."""
    data = _bytes(path)
    if data[:4] == b"PK\x03\x04":
        data = _unpacked(data, path.name)
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise CaseError(f"{path.name}: is no KML ({error}). It may be cut off; download it again.") from error
    found = []
    for mark in root.iter(f"{_KML}Placemark"):
        spot = mark.find(f".//{_KML}Point/{_KML}coordinates")
        if spot is None or not (spot.text or "").strip():
            continue
        try:
            lon, lat = (float(part) for part in (spot.text or "").strip().split(",")[:2])
        except ValueError as error:
            told = (spot.text or "").strip()[:40]
            raise CaseError(
                f"{path.name}, line {spot.sourceline}: coordinates {told!r} are not longitude, latitude. Correct them."
            ) from error
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise CaseError(
                f"{path.name}, line {spot.sourceline}: {lon}, {lat} is not on the earth in degrees. Correct it."
            )
        data_of = {
            item.get("name", ""): (item.findtext(f"{_KML}value") or "").strip() for item in mark.iter(f"{_KML}Data")
        } | {item.get("name", ""): (item.text or "").strip() for item in mark.iter(f"{_KML}SimpleData")}
        folders = tuple(
            name
            for above in reversed(list(mark.iterancestors(f"{_KML}Folder", f"{_KML}Document")))
            if (name := _clean(above.findtext(f"{_KML}name")))
        )
        when = mark.findtext(f".//{_KML}TimeStamp/{_KML}when") or mark.findtext(f".//{_KML}TimeSpan/{_KML}begin") or ""
        found.append(
            Placemark(
                _clean(mark.findtext(f"{_KML}name")), folders, _clean(mark.findtext(f"{_KML}description")),
                data_of, when.strip(), lat, lon,
            )
        )  # fmt: skip
    if not found:
        raise CaseError(f"{path.name}: holds no placemark with a point. Export the layer that holds the events.")
    return found


def _unpacked(data: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = [i for i in archive.infolist() if i.filename.casefold().endswith(".kml")]
            if not inside:
                raise CaseError(f"{name}: holds no .kml file. Export the map as KML or KMZ.")
            with archive.open(inside[0]) as handle:
                found = handle.read(UNPACKED + 1)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError) as error:
        raise CaseError(
            f"{name}: is a KMZ that cannot be unpacked ({error}). It may be cut off; download it again."
        ) from error
    if len(found) > UNPACKED:
        raise CaseError(f"{name}: unpacks to more than {UNPACKED >> 20} MB. Export a part of the map.")
    return found


def _clean(text: str | None) -> str:
    return " ".join(CONTROL_CHARACTER.sub(" ", text or "").split())


_SIDE_KEYS = ("side", "likeliest", "controlled_by", "control", "holder", "owner", "faction")
_DAY_KEYS = ("day", "date", "as_of", "asof", "timestamp", "updated")


def read_map_areas(path: Path, day: date | None = None) -> list[MapArea]:
    """The areas and places of a GeoJSON control map. `day` is the map's where its features have none."""
    text, _ = _text(_bytes(path), path.name)
    try:
        collection = json.loads(text)
        features = collection["features"] if collection["type"] == "FeatureCollection" else [collection]
    except (ValueError, KeyError, TypeError) as error:
        raise CaseError(f"{path.name}: is no GeoJSON ({error}). It may be cut off; save it again.") from error
    found, skipped = [], 0
    for n, feature in enumerate(features, start=1):
        where = f"{path.name}, feature {n}"
        try:
            properties: dict[str, Any] = feature.get("properties") or {}
            geometry = shape(feature["geometry"]) if feature.get("geometry") else None
        except (AttributeError, KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as error:
            raise CaseError(f"{where}: its geometry cannot be read ({error}). Mend or remove it.") from error
        side = next((str(properties[k]) for k in _SIDE_KEYS if properties.get(k) not in (None, "")), "")
        if geometry is None or geometry.is_empty or not side or geometry.geom_type.endswith("LineString"):
            skipped += 1
            continue
        west, south, east, north = geometry.bounds
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise CaseError(
                f"{where}: reaches to {west:.0f}, {south:.0f}, which is not in degrees. Warp the file to EPSG:4326."
            )
        told = next((str(properties[k]) for k in _DAY_KEYS if properties.get(k) not in (None, "")), "")
        when = _day(told) or day
        if when is None:
            raise CaseError(
                f"{where}: {f'{told!r} is no date' if told else 'has no date'}. Give each feature a property `day` as "
                "YYYY-MM-DD, or the whole file one with --date."
            )
        if not geometry.is_valid:
            geometry = shapely.make_valid(geometry)
        found.append(MapArea(when, side, geometry, str(properties.get("place_id") or feature.get("id") or "")))
    if not found:
        raise CaseError(
            f"{path.name}: none of its {len(features)} features says who holds it. Give each a property `side` "
            f"(or one of {', '.join(_SIDE_KEYS[1:])})."
        )
    return found


def _day(text: str) -> date | None:
    text = text.strip()
    try:
        if text.isdigit() and len(text) in (10, 13):
            return datetime.fromtimestamp(int(text[:10]), UTC).date()
        return date.fromisoformat(text[:10])
    except (ValueError, OverflowError, OSError):
        return None
