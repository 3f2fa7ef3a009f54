"""The points and areas of a KML or KMZ file, with their words, folders, days and data."""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from lxml import etree

from vedette.errors import CaseError
from vedette.store.incoming.content import bytes_of
from vedette.store.tables import CONTROL_CHARACTER

__all__ = ["Placemark", "Placemarks", "read_placemarks"]

UNPACKED = 150_000_000
"""Bytes that a KMZ may unpack to."""

LEAST_CORNERS = 3

_KML = "{*}"


@dataclass(frozen=True, slots=True)
class Placemark:
    """A point or an area on somebody's map: its name, the folders it lies in, its words, the day it names, where it is.

    `area` is None for a point; `lat`, `lon` of an area are its first corner's. `line` is where it stands in the KML.
    """

    name: str
    folders: tuple[str, ...]
    description: str
    data: dict[str, str]
    when: str
    lat: float
    lon: float
    line: int
    area: shapely.Geometry | None = None


@dataclass(frozen=True, slots=True)
class Placemarks:
    """The points and areas of a file; `others` are the lines of its placemarks that are neither."""

    marks: tuple[Placemark, ...]
    others: tuple[int, ...] = ()


def read_placemarks(path: Path) -> Placemarks:
    """The points and areas of a KML or KMZ file. Nothing it refers to is fetched."""
    data = bytes_of(path, "XML")
    if data[:4] == b"PK\x03\x04":
        data = _unpacked(data, path.name)
    root = _tree(data, path.name)
    found, others = [], []
    for mark in root.iter(f"{_KML}Placemark"):
        spot = mark.find(f".//{_KML}Point/{_KML}coordinates")
        area = _area(mark, path.name)  # a point beside it is where its name is written
        if area is not None:
            lon, lat = shapely.get_coordinates(area)[0].tolist()
        elif spot is not None and (spot.text or "").strip():
            lon, lat = _spot(spot, path.name)
        else:
            others.append(mark.sourceline or 0)
            continue
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
                data_of, when.strip(), lat, lon, mark.sourceline or 0, area,
            )
        )  # fmt: skip
    if not found:
        linked = next(root.iter(f"{_KML}NetworkLink"), None)
        if linked is not None:
            raise CaseError(
                f"{path.name}, line {linked.sourceline}: is only a link to a map on the web, and nothing is fetched. "
                "Export the map's own placemarks, not a network link."
            )
        raise CaseError(
            f"{path.name}: holds no placemark with a point or an area{f', and {len(others)} others' * bool(others)}. "
            "Export the layer that holds the events, or the areas of control."
        )
    return Placemarks(tuple(found), tuple(others))


def _tree(data: bytes, name: str) -> Any:
    if b"<!ENTITY" in data or b"<!DOCTYPE" in data[:2000]:
        raise _with_doctype(name)
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        at = f", line {error.lineno}" if error.lineno else ""
        raise CaseError(f"{name}{at}: is no KML ({error}). It may be cut off; download it again.") from error
    if root.getroottree().docinfo.doctype:
        raise _with_doctype(name)
    kind = etree.QName(root).localname
    if kind != "kml" and next(root.iter(f"{_KML}Placemark"), None) is None:
        raise CaseError(f"{name}: is XML, and no KML: its root is <{kind}>. Export the map as KML.")
    return root


def _with_doctype(name: str) -> CaseError:
    return CaseError(
        f"{name}: declares entities or a document type, which KML has no use for and which can blow up or leak files. "
        "Remove the DOCTYPE, or export the map again."
    )


def _spot(spot: Any, name: str) -> tuple[float, float]:
    return _corner(" ".join(spot.text.split()), f"{name}, line {spot.sourceline}")


def _corner(told: str, where: str) -> tuple[float, float]:
    try:
        lon, lat = (float(part) for part in told.split(",")[:2])
    except ValueError as error:
        raise CaseError(f"{where}: coordinates {told[:40]!r} are not longitude, latitude. Correct them.") from error
    if not (math.isfinite(lat) and math.isfinite(lon)):
        raise CaseError(f"{where}: coordinates {told[:40]!r} are no numbers. Correct them, or remove the placemark.")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        swapped = " Latitude may stand first: KML has longitude first." if abs(lon) <= 90 and abs(lat) <= 180 else ""
        raise CaseError(f"{where}: {lon:g}, {lat:g} is not on the earth in degrees.{swapped} Correct it.")
    return lon, lat


def _area(mark: Any, name: str) -> shapely.Geometry | None:
    """The areas of a placemark as one; None if it has none."""
    found = []
    for polygon in mark.iter(f"{_KML}Polygon"):
        rings = [
            _ring(ring, name)
            for side in ("outer", "inner")
            for ring in polygon.findall(f"{_KML}{side}BoundaryIs/{_KML}LinearRing/{_KML}coordinates")
        ]
        if polygon.find(f"{_KML}outerBoundaryIs") is not None and rings and rings[0]:
            found.append(shapely.Polygon(rings[0], [ring for ring in rings[1:] if ring]))
    if not found:
        return None
    whole = found[0] if len(found) == 1 else shapely.MultiPolygon(found)
    return whole if whole.is_valid else shapely.make_valid(whole)


def _ring(ring: Any, name: str) -> list[tuple[float, float]]:
    """The corners of a ring; none if it is blank."""
    where = f"{name}, line {ring.sourceline}"
    corners = [_corner(told, where) for told in (ring.text or "").split()]
    if corners and len(corners) < LEAST_CORNERS:
        raise CaseError(f"{where}: is an area of {len(corners)} corners. Give it three or more, or remove it.")
    return corners


def _unpacked(data: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            held = [i.filename for i in archive.infolist() if not i.is_dir()]
            inside = [i for i in held if i.casefold().endswith(".kml")]
            if not inside:
                listed = f"; it holds {', '.join(held[:3])}{', ...' * (len(held) > 3)}" if held else "; it is empty"
                packed = any(i.casefold().endswith((".kmz", ".zip")) for i in held)
                raise CaseError(
                    f"{name}: holds no .kml file{listed}. "
                    + ("Unpack it and give what is inside." if packed else "Export the map as KML or KMZ.")
                )
            with archive.open(min(inside, key=lambda i: (i.count("/"), i != "doc.kml"))) as handle:
                found = handle.read(UNPACKED + 1)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, zlib.error) as error:
        brief = str(error) or type(error).__name__
        raise CaseError(
            f"{name}: is a KMZ that cannot be unpacked ({brief}). It may be cut off, or locked with a password; "
            "download it again, or export it as KML."
        ) from error
    if len(found) > UNPACKED:
        raise CaseError(f"{name}: unpacks to more than {UNPACKED // 1_000_000} MB. Export a part of the map.")
    return found


def _clean(text: str | None) -> str:
    return " ".join(CONTROL_CHARACTER.sub(" ", text or "").split())
