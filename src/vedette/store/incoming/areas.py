"""Control maps that others drew: the areas and places of GeoJSON and KML that say who holds them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from vedette.errors import CaseError
from vedette.store.incoming.content import bytes_of, json_of, text_of
from vedette.store.incoming.placemarks import Placemark

__all__ = ["MapArea", "MapAreas", "areas_of_placemarks", "read_map_areas"]

_SIDE_KEYS = ("side", "likeliest", "controlled_by", "control", "holder", "owner", "faction")
_DAY_KEYS = ("day", "date", "as_of", "asof", "timestamp", "updated")
_STATE_KEYS = ("likeliest", "controlled_by", "control", "holder")
"""What a placemark's data must name for it to be part of a control map; one that names a side may be an event."""


@dataclass(frozen=True, slots=True)
class MapArea:
    """A piece of a control map: who held it on a day. `place_id` is set where it says which place it is.

    `number` says where it stands: which feature it is, or the line of its placemark.
    """

    day: date
    side: str
    geometry: shapely.Geometry
    place_id: str
    number: int


@dataclass(frozen=True, slots=True)
class MapAreas:
    """A control map as somebody drew it, and what of the file is no part of one: where it stands, and why."""

    areas: tuple[MapArea, ...]
    left_out: tuple[tuple[int, str], ...] = ()


def read_map_areas(path: Path, day: date | None = None) -> MapAreas:
    """The areas and places of a GeoJSON control map. `day` is the map's where its features have none."""
    collection = json_of(text_of(bytes_of(path, "JSON"), path.name)[0], path.name)
    kind = collection.get("type") if isinstance(collection, dict) else type(collection).__name__
    if kind not in ("FeatureCollection", "Feature"):
        raise CaseError(
            f"{path.name}: is no GeoJSON: its type is {kind!r}. Export the map as a FeatureCollection in degrees; a "
            "list of incidents ends in .json."
        )
    features = collection.get("features") if kind == "FeatureCollection" else [collection]
    if not isinstance(features, list):
        raise CaseError(f"{path.name}: is no GeoJSON: it has no list of features. It may be cut off; save it again.")
    found: list[MapArea] = []
    left_out: list[tuple[int, str]] = []
    for n, feature in enumerate(features, start=1):
        area = _area(feature, n, path.name, day)
        if isinstance(area, str):
            left_out.append((n, area))
        else:
            found.append(area)
    if not found:
        why = f": feature 1 {left_out[0][1]}" if left_out else ""
        raise CaseError(
            f"{path.name}: none of its {len(features)} features says who holds it{why}. Give each a property `side` "
            f"(or one of {', '.join(_SIDE_KEYS[1:])}) and a point or an area."
        )
    return MapAreas(tuple(found), tuple(left_out))


def _area(feature: Any, n: int, file: str, day: date | None) -> MapArea | str:
    """One feature of a control map; a str says why it is none."""
    where = f"{file}, feature {n}"
    try:
        properties: dict[str, Any] = feature.get("properties") or {}
        told, side = _first(properties, _DAY_KEYS), _first(properties, _SIDE_KEYS)
        with np.errstate(invalid="ignore"):  # what is no number is told below
            geometry = shape(feature["geometry"]) if feature.get("geometry") else None
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, shapely.errors.ShapelyError) as error:
        brief = " ".join(str(error).split())[:120] or type(error).__name__
        raise CaseError(f"{where}: its geometry cannot be read ({brief}). Mend or remove it.") from error
    if geometry is None or geometry.is_empty:
        return "has no geometry"
    if not side:
        return "does not say who holds it"
    if geometry.geom_type not in ("Point", "Polygon", "MultiPolygon"):
        return f"is a {geometry.geom_type}; places are points, and areas polygons"
    corners = geometry.bounds
    west, south, east, north = corners
    if not all(map(math.isfinite, corners)) or not _numbers(geometry):
        raise CaseError(f"{where}: one of its coordinates is no number. Mend or remove it.")
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        swapped = -90 <= west <= east <= 90 and -180 <= south <= north <= 180
        raise CaseError(
            f"{where}: reaches to {west:.0f}, {south:.0f}, which is not in degrees. "
            + ("Latitude may stand first: swap them." if swapped else "Warp the file to EPSG:4326.")
        )
    when = _day(told) or (None if told else day)
    if when is None:
        raise CaseError(
            f"{where}: {f'{told!r} is no date' if told else 'has no date'}. Give each feature a property `day` as "
            f"YYYY-MM-DD{'' if told else ', or the whole file one with --date'}."
        )
    if not geometry.is_valid:
        geometry = shapely.make_valid(geometry)
    return MapArea(when, side, geometry, str(properties.get("place_id") or feature.get("id") or ""), n)


def _numbers(geometry: shapely.Geometry) -> bool:
    """Whether no coordinate is missing: bounds pass over those."""
    return all(map(math.isfinite, shapely.get_coordinates(geometry).ravel().tolist()))


def _first(properties: dict[str, Any], keys: Sequence[str]) -> str:
    return next((str(properties[k]) for k in keys if properties.get(k) not in (None, "")), "")


def areas_of_placemarks(
    marks: Sequence[Placemark], file: str, day: date | None, is_side: Callable[[str], bool]
) -> MapAreas | None:
    """The control map that placemarks draw; None if they are something else.

    They draw one if all are areas, or each says in its data who holds it. The side of an area is what its data says,
    else its name or the innermost folder it lies in that `is_side` knows for a side; its day that of its time stamp,
    data, name or folders, as YYYY-MM-DD, else `day`.
    """
    if not all(mark.area is not None or _first(mark.data, _STATE_KEYS) for mark in marks):
        return None
    found = []
    for mark in marks:
        above = (mark.name, *reversed(mark.folders))
        told = mark.when or _first(mark.data, _DAY_KEYS)
        if not told and mark.area is not None:
            told = next((dated[0] for text in above if (dated := _ISO.search(text))), "")
        when = _day(told) or (None if told else day)
        if when is None:
            raise CaseError(
                f"{file}, line {mark.line}: {f'{told!r} is no date' if told else 'has no date'}. Give each placemark "
                f"a TimeStamp{'' if told else ', or the whole file one with --date'}."
            )
        if mark.area is None:
            side = _first(mark.data, _STATE_KEYS)
        else:
            called = next((text for text in above if text and is_side(text)), mark.name or "an area without a name")
            side = _first(mark.data, _SIDE_KEYS) or called
        geometry = shapely.Point(mark.lon, mark.lat) if mark.area is None else mark.area
        found.append(MapArea(when, side, geometry, mark.data.get("place_id", ""), mark.line))
    return MapAreas(tuple(found))


_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def _day(text: str) -> date | None:
    text = text.strip()
    try:
        if text.isdecimal() and len(text) in (10, 13):
            return datetime.fromtimestamp(int(text[:10]), UTC).date()
        return date.fromisoformat(text[:10])
    except (ValueError, OverflowError, OSError):
        return None
