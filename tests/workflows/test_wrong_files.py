"""A hundred files, each wrong in one way: one message says what, where and what to do; nothing is half imported.

Each line of the tables below is a file's name, what is in it, and words of its message: all of them must be there.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import Ask, small_case
from vedette.errors import VedetteError
from vedette.workflows import import_file

HEAD = "date,place,side,kind\n"
ROW = "2031-04-07,Cairn,Blues,capture\n"
SPOTS = "date,lat,lon,side,kind\n"

ACLED_HEAD = (
    "event_id_cnty,event_date,event_type,sub_event_type,actor1,actor2,location,latitude,longitude,source,notes,"
    "timestamp\n"
)
ACLED_ROW = (
    "OCN1,2031-04-07,Battles,Government regains territory,Blues,Oranges,Cairn,10.2,-30.25,Gazette,Words,1933459200\n"
)
GED_HEAD = (
    "id,date_start,date_end,date_prec,where_prec,where_coordinates,latitude,longitude,side_a,side_b,type_of_violence,"
    "best,source_office,source_date\n"
)
GED_ROW = "501,2031-04-05,2031-04-06,1,1,Cairn town,10.2,-30.25,Blue,Orange,1,12,Gazette,2031-04-06\n"


def acled(old: str = "", new: str = "") -> str:
    return (ACLED_HEAD + ACLED_ROW).replace(old, new, 1) if old else ACLED_HEAD + ACLED_ROW


def ged(old: str, new: str) -> str:
    return (GED_HEAD + GED_ROW).replace(old, new, 1)


def mark(where: str = "-30.25,10.2", name: str = "2031-04-07 captured", more: str = "") -> str:
    return f"<Placemark><name>{name}</name>{more}<Point><coordinates>{where}</coordinates></Point></Placemark>"


def area(corners: str, name: str = "West") -> str:
    ring = f"<outerBoundaryIs><LinearRing><coordinates>{corners}</coordinates></LinearRing></outerBoundaryIs>"
    return f"<Placemark><name>{name}</name><Polygon>{ring}</Polygon></Placemark>"


def kml(*marks: str, folder: str = "Blues") -> str:
    inside = "\n".join(marks)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n'
        f"<Folder><name>{folder}</name>\n{inside}\n</Folder></Document></kml>"
    )


def feature(where: Any = (-30.25, 10.2), kind: str = "Point", **properties: Any) -> dict[str, Any]:
    told = {"side": "blue", "day": "2031-04-07"} | properties
    return {"type": "Feature", "properties": told, "geometry": {"type": kind, "coordinates": where}}


def collection(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def square(west: float, south: float, side: float = 1.0) -> list[list[list[float]]]:
    east, north = west + side, south + side
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def zipped(**files: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


def spoilt(data: bytes) -> bytes:
    """A zip whose compressed bytes were damaged on the way."""
    middle = data.index(b"doc.kml") + 12
    return data[:middle] + b"\xff\xff\xff\xff" + data[middle + 4 :]


def parquet(columns: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def row(**more: Any) -> dict[str, Any]:
    return {"date": "2031-04-07", "place": "Cairn", "side": "Blues", "kind": "capture"} | more


GOOD = {name: [value] for name, value in row().items()}

TABLES: list[tuple[str, str | bytes, tuple[str, ...]]] = [
    # What is no table at all.
    ("empty.csv", b"", ("is empty: it holds nothing", "Download")),
    ("blank.csv", b"  \n \n", ("is empty", "blanks", "Download")),
    ("zeros.csv", bytes(5000), ("is empty", "zero bytes")),
    ("mark.csv", b"\xef\xbb\xbf", ("is empty",)),
    ("header.csv", HEAD, ("has no rows below its header",)),
    ("prose.csv", "just a line\nand another\n", ("row 1", "has one column, 'just a line'", "header row")),
    ("binary.csv", bytes(range(256)) * 20, ("is no text: row 1 holds a zero byte", "export its table")),
    ("late.csv", (HEAD + ROW).encode() + b"2031-04-08,Ca\x00\x01irn,Blues,capture\n", ("row 3 holds a zero byte",)),
    ("paper.csv", b"%PDF-1.7\n%\xe2\xe3", ("is a PDF", "CSV UTF-8")),
    ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(40), ("is a picture", "Give the data")),
    ("sheet.csv", zipped(xl__workbook="<x/>"), ("is a zip archive or a spreadsheet", "save the sheet")),
    ("old.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), ("is an old spreadsheet", "Save the sheet")),
    ("table.csv", gzip.compress((HEAD + ROW).encode()), ("compressed with gzip", "Unpack it")),
    ("layer.csv", b"SQLite format 3\x00" + bytes(100), ("is a database", "Export its layer")),
    ("columns.csv", parquet(GOOD), ("is a Parquet file", "Name it .parquet")),
    ("login.csv", "<!DOCTYPE html>\n<html><body>Please log in</body></html>", ("is a web page", "download the file")),
    ("marks.csv", kml(mark()), ("is XML and no table", "Name it .kml")),
    ("map.csv", collection(feature()), ("is JSON and no table", "Name it .json or .geojson")),
    # Encodings.
    ("half.csv", b"\xff\xfe" + (HEAD + ROW).encode("utf-16-le")[:-1], ("begins as utf-16", "cut off", "row 2")),
    ("cut8.csv", (HEAD + ROW + "2031-04-08,Cairn,Blues,capture Ş").encode()[:-1], ("middle of a character", "row 3")),
    (
        "mixed.csv",
        (HEAD + "2031-04-07,Dún Mór,Blues,capture\n").encode() + "2031-04-08,Ручей,Blues,capture\n".encode("cp1251"),
        ("row 3 is not UTF-8, and 1 others are", "two encodings are mixed"),
    ),
    (
        "marked.csv",
        b"\xef\xbb\xbf" + HEAD.encode() + "2031-04-08,Dún Mór,Blues,capture\n".encode("latin-1"),
        ("begins as utf-8 and is cut off or spoilt in row 2",),
    ),
    # How it is divided.
    ("short.csv", HEAD + "2031-04-07,Cairn\n", ("row 2", "has 2 cells, and the header 4", "Mend the row")),
    ("long.csv", HEAD + ROW + "2031-04-08,Cairn, west,Blues,capture\n", ("row 3", "has 5 cells", "without quotes")),
    ("open.csv", HEAD + '2031-04-07,"Cairn,Blues,capture\n', ("row 2", "no table that can be read", "quotation mark")),
    ("stray.csv", HEAD + ROW + '2031-04-07,"Ca"irn,Blues,capture\n', ("row 3", "quotation mark may be missing")),
    (
        "newlines.csv",
        "date,place,side,kind,notes\n" + '2031-04-07,Cairn,Blues,capture,"one\ntwo\nthree"\n\n2031-04-07,Cairn\n',
        ("row 4", "has 2 cells, and the header 5"),
    ),
    ("title.csv", "Events of the week\n" + HEAD + ROW, ("row 1", "is no header", "Remove what stands above")),
    ("twice.csv", "date,date,side,kind\n1,2,3,4\n", ("row 1", "column 'date' stands twice, at 1 and 2", "Rename")),
    ("capitals.csv", "Date,place,side,kind,date\n1,2,3,4,5\n", ("column 'date' stands twice, at 1 and 5",)),
    ("nameless.csv", "date,,side,kind\n2031-04-07,Cairn,Blues,capture\n", ("row 1", "column 2 has no name")),
    ("joined.csv", HEAD + ROW + HEAD + ROW, ("row 3", "repeats the header", "Remove that row")),
    # What its columns mean.
    ("strange.csv", "a,b\n1,2\n", ("nothing says about_from or kind or side or place", "--column about_from=COLUMN")),
    ("undated.csv", "place,side,kind\nCairn,Blues,capture\n", ("nothing says about_from", "--set about_from=VALUE")),
    ("nowhere.csv", "date,lat,side,kind\n2031-04-07,10.2,Blues,capture\n", ("nothing says place", "--column place")),
    # Days.
    ("days.csv", HEAD + "03/04/2031,Cairn,Blues,capture\n", ("row 2, column date", "--dates dmy or --dates mdy")),
    ("words.csv", HEAD + ROW + "soon,Cairn,Blues,capture\n", ("row 3, column date", "'soon' is not written as the 1")),
    (
        "orders.csv",
        HEAD + "13.04.2031,Cairn,Blues,capture\n14.04.2031,Cairn,Blues,capture\n04.15.2031,Cairn,Blues,capture\n",
        ("row 4, column date", "'04.15.2031' is not written as the 2 other dates"),
    ),
    ("serial.csv", HEAD + "47945,Cairn,Blues,capture\n", ("row 2, column date", "spreadsheet's number of a day")),
    ("never.csv", HEAD + "2031-02-30,Cairn,Blues,capture\n", ("row 2, column date", "'2031-02-30' is not a date")),
    ("year.csv", HEAD + "20310-04-07,Cairn,Blues,capture\n", ("row 2, column date", "YYYY-MM-DD")),
    (
        "ages.csv",
        HEAD + "1931-04-07,Cairn,Blues,capture\n",
        ("row 2: outside the case's days, 2031-04-01", "of this war"),
    ),
    (
        "later.csv",
        "date,end_date,place,side,kind\n2031-04-09,2031-04-07,Cairn,Blues,capture\n",
        ("row 2, column date", "ends before it begins", "Swap or correct"),
    ),
    (
        "early.csv",
        "published,date,place,side,kind\n2031-04-02,2031-04-09,Cairn,Blues,capture\n",
        ("row 2, column published", "lies before about_from", "Correct the date"),
    ),
    # Places and sides.
    ("atlantis.csv", HEAD + "2031-04-07,Atlantis,Blues,capture\n", ("row 2: Atlantis: no place", "add aliases")),
    (
        "placeless.csv",
        HEAD + "2031-04-07,,Blues,capture\n",
        ("row 2: a row without place or coordinates", "bear names"),
    ),
    ("green.csv", HEAD + "2031-04-07,Cairn,Greens,capture\n", ("row 2: 'Greens' is no side", "aliases in case.toml")),
    ("nobody.csv", HEAD + "2031-04-07,Cairn,,capture\n", ("row 2", "names no side")),
    ("calm.csv", HEAD + "2031-04-07,Cairn,Blues,concert\n", ("row 2: kind 'concert': says nothing of control",)),
    ("nan.csv", SPOTS + "2031-04-07,NaN,-30.25,Blues,capture\n", ("row 2, column lat", "'NaN' is no number", "blank")),
    ("inf.csv", SPOTS + "2031-04-07,10.2,inf,Blues,capture\n", ("row 2, column lon", "outside -180 to 180")),
    ("dms.csv", SPOTS + '2031-04-07,"10°12\'N",-30.25,Blues,capture\n', ("row 2, column lat", "is not a number")),
    ("metres.csv", SPOTS + "2031-04-07,1127833,-3367,Blues,capture\n", ("column lat", "EPSG:4326", "not metres")),
    ("thousand.csv", SPOTS + '2031-04-07,"1,010.2",-30.25,Blues,capture\n', ("row 2, column lat", "decimal point")),
    (
        "swapped.csv",
        SPOTS + "2031-04-07,-30.25,10.2,Blues,capture\n2031-04-07,-30.15,10.35,Blues,capture\n",
        ("row 2: latitude -30.25, longitude 10.2", "when they change places", "1 others", "Swap them"),
    ),
    ("far.csv", SPOTS + "2031-04-07,50,50,Blues,capture\n", ("row 2: 50, 50: no place of the case within 5 km",)),
    (
        "ids.csv",
        "id,date,place,side,kind\n1,2031-04-07,Cairn,Blues,capture\n1,2031-04-08,Cairn,Blues,capture\n",
        ("row 3: the id 'ids-1' stands twice, first in row 2", "Give each row"),
    ),
    (
        "many.csv",
        SPOTS + "2031-04-07,x,-30.25,Blues,capture\n" * 30,
        ("30 problems in many.csv", "row 2, column lat", "... and 10 more"),
    ),
    (
        "camp.csv",
        "date,place,side,kind,claimant_side\n2031-04-07,Cairn,Blues,capture,green\n",
        ("row 2, column claimant_side", "'green' is not one of"),
    ),
    ("polarity.csv", "date,place,side,kind,polarity\n2031-04-07,Cairn,Blues,capture,no\n", ("row 2, column polarity",)),
    ("field.csv", HEAD + f'2031-04-07,"{"x" * 140_000}",Blues,capture\n', ("row 2", "field larger than field limit")),
]

DATA_SETS: list[tuple[str, str | bytes, tuple[str, ...]]] = [
    (
        "acled.csv",
        acled("sub_event_type", "subtype"),
        ("row 1: looks like ACLED", "no column 'sub_event_type'", "renamed"),
    ),
    (
        "acled1.csv",
        acled("latitude,longitude", "lat,lon"),
        ("no column 'latitude', 'longitude'", "--column FIELD=COLUMN"),
    ),
    ("acled2.csv", acled("event_id_cnty", "event_id"), ("looks like ACLED", "'event_id_cnty'")),
    ("acled3.csv", acled("2031-04-07", "07/04/2031"), ("row 2, column event_date", "'07/04/2031' is no date")),
    ("acled4.csv", acled("1933459200", "last week"), ("row 2, column timestamp", "seconds since 1970")),
    ("acled5.csv", acled("1933459200", "9" * 30), ("row 2, column timestamp", "Leave it blank")),
    ("acled6.csv", acled("10.2,-30.25", "-30.25,10.2"), ("row 2: latitude -30.25", "Swap them")),
    ("acled7.csv", acled("10.2,", "ten,"), ("row 2, column latitude", "is not a number")),
    ("acled8.csv", acled("2031-04-07", ""), ("row 2, column event_date", "is blank")),
    ("acled9.csv", acled("Blues", "Police"), ("row 2: 'Police' is no side of the case", "aliases")),
    ("acled10.csv", acled() + ACLED_ROW, ("row 3: the id 'acled-OCN1' stands twice, first in row 2",)),
    ("acled11.csv", acled()[:-40], ("row 2", "cells, and the header 12", "cut off")),
    ("ged.csv", ged("where_prec", "place_precision"), ("looks like UCDP GED", "no column 'where_prec'")),
    ("ged1.csv", ged("2031-04-06", "April"), ("row 2, column date_end", "'April' is no date")),
    ("ged2.csv", ged(",1,1,Cairn", ",one,1,Cairn"), ("row 2, column date_prec", "no code of UCDP GED")),
    ("ged3.csv", ged("2031-04-05,2031-04-06", "2031-04-06,2031-04-05"), ("column date_end", "ends before it begins")),
    ("ged4.csv", ged("10.2,", "200,"), ("row 2, column latitude", "outside -90 to 90")),
]

RECORDS: list[tuple[str, str | bytes, tuple[str, ...]]] = [
    ("cut.json", json.dumps([row()])[:-5], ("is no JSON", "cut off")),
    ("number.json", "[1, 2]", ("row 1", "is int and no object")),
    ("none.json", "[]", ("lists no incident",)),
    ("word.json", '"hello"', ("is no list of incidents",)),
    ("twice.json", '[{"date": "2031-04-07", "date": "2031-04-08"}]', ("the key 'date' stands twice",)),
    ("deep.json", "[" * 100_000 + "]" * 100_000, ("nests deeper", "flatter")),
    ("infinite.json", '[{"date": "2031-04-07", "lat": Infinity}]', ("Infinity is no number",)),
    ("nan.json", json.dumps([row(lat=float("nan"), lon=1, place="Atlantis")]), ("row 1: Atlantis: no place",)),
    ("text.json", HEAD + ROW, ("is no JSON",)),
    (
        "rows.jsonl",
        "\n".join([json.dumps(row()), json.dumps(row())[:-9], json.dumps(row())]),
        ("row 2: is no JSON", "save it again"),
    ),
    ("features.jsonl", json.dumps(feature()), ("row 1: is a GeoJSON feature", "one FeatureCollection")),
    ("lines.jsonl", "[]\n[]\n", ("row 1", "is list and no object")),
    ("nested.parquet", parquet({**GOOD, "sources": [[{"url": "x"}]]}), ("column sources", "list<", "Write it as text")),
    ("bytes.parquet", parquet({**GOOD, "geometry": [b"\x00\x01"]}), ("column geometry", "binary")),
    ("cut.parquet", parquet(GOOD)[:-20], ("cannot be read as Parquet", "download it again")),
    ("none.parquet", parquet({name: pa.array([], pa.string()) for name in GOOD}), ("has no rows",)),
    ("csv.parquet", HEAD + ROW, ("is no Parquet file", "Give it the ending")),
]

MARKS: list[tuple[str, str | bytes, tuple[str, ...]]] = [
    ("cut.kml", kml(mark())[:-30], ("line 4: is no KML", "cut off")),
    ("none.kml", kml(), ("holds no placemark with a point or an area", "Export the layer")),
    (
        "lines.kml",
        kml("<Placemark><LineString><coordinates>1,1 2,2</coordinates></LineString></Placemark>"),
        ("holds no placemark with a point or an area, and 1 others", "the areas of control"),
    ),
    (
        "area.kml",
        kml(area("-31,10 -30,10 -30,11")),
        ("line 4: has no date", "TimeStamp, or the whole file one with --date"),
    ),
    (
        "nobody.kml",
        kml(area("-31,10 -30,10 -30,11", "2031-04-07"), folder="Notes"),
        ("line 4: '2031-04-07' are no sides of the case", "aliases"),
    ),
    ("thin.kml", kml(area("-31,10 -30,10")), ("line 4: is an area of 2 corners", "three or more")),
    ("far.kml", kml(area("500000,4400000 2,2 3,3")), ("line 4: 500000, 4.4e+06 is not on the earth",)),
    (
        "turned.kml",
        kml(area("10,-31 10,-30 11,-30 11,-31", "2031-04-07")),
        ("covers no place of small", "longitude first. Swap them"),
    ),
    (
        "both.kml",
        kml(area("-31,10 -30,10 -30,11"), mark(name="a strange light")),
        ("line 4: is an area among events", "line 5: no day in"),
    ),
    (
        "linked.kml",
        kml("<NetworkLink><Link><href>http://example.org/x.kml</href></Link></NetworkLink>"),
        ("line 4: is only a link", "Export the map's own placemarks"),
    ),
    ("metres.kml", kml(mark("500000,4400000")), ("line 4: 500000, 4.4e+06 is not on the earth", "Correct it")),
    ("first.kml", kml(mark("40.2,-130.25")), ("line 4", "Latitude may stand first")),
    ("words.kml", kml(mark("here")), ("line 4: coordinates 'here' are not longitude, latitude",)),
    ("nan.kml", kml(mark(), mark("nan,10")), ("line 5: coordinates 'nan,10' are no numbers",)),
    ("swapped.kml", kml(mark("10.2,-30.25")), ("line 4: latitude -30.25, longitude 10.2", "change places")),
    ("undated.kml", kml(mark(name="captured")), ("line 4: no day in 'captured'", "of use to small")),
    ("order.kml", kml(mark(name="03.04.2031 captured")), ("line 4: '03.04.2031': day or month first?",)),
    ("never.kml", kml(mark(name="2031-13-40 captured")), ("line 4: '2031-13-40': is no date",)),
    ("sideless.kml", kml(mark(), folder="Notes"), ("line 4: no one side of the case is named by 'Notes'", "aliases")),
    ("calm.kml", kml(mark(name="2031-04-07 a strange light")), ("line 4: its words say nothing of control",)),
    (
        "held.kml",
        kml(mark(more='<ExtendedData><Data name="likeliest"><value>blue</value></Data></ExtendedData>')),
        ("line 4: has no date", "TimeStamp", "--date"),
    ),
    ("other.kml", '<?xml version="1.0"?><gpx><wpt/></gpx>', ("is XML, and no KML: its root is <gpx>",)),
    ("text.kml", HEAD + ROW, ("is no KML: it does not begin as XML does",)),
    ("page.kml", "<html><body>Not found</body></html>", ("is a web page", "no XML")),
    (
        "bomb.kml",
        '<!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + kml(mark("&b;"))[38:],
        ("declares entities or a document type", "Remove the DOCTYPE"),
    ),
    (
        "leak.kml",
        '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + kml(mark(name="&x;"))[38:],
        ("declares entities", "leak files"),
    ),
    (
        "hidden.kml",
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE kml [<!ENTITY a "b">]>' + kml(mark())[38:]).encode("utf-16"),
        ("declares entities",),
    ),
    ("cut.kmz", zipped(doc__kml=kml(mark()))[:-40], ("is a KMZ that cannot be unpacked", "cut off")),
    ("spoilt.kmz", spoilt(zipped(doc__kml=kml(mark()))), ("cannot be unpacked", "download it again")),
    (
        "nested.kmz",
        zipped(inside__kmz=zipped(doc__kml=kml(mark()))),
        ("holds no .kml file; it holds inside.kmz", "Unpack"),
    ),
    ("photos.kmz", zipped(a__png=b"x", b__png=b"y"), ("holds no .kml file; it holds a.png, b.png", "Export")),
    ("bare.kmz", zipped(), ("is an empty zip archive",)),
    ("bomb.kmz", zipped(doc__kml=b"<kml>" + b" " * 160_000_000), ("unpacks to more than 150 MB", "Export a part")),
]

MAPS: list[tuple[str, str | bytes, tuple[str, ...]]] = [
    ("cut.geojson", '{"type": "FeatureCollection", "features": [', ("is no JSON", "line 1", "cut off")),
    ("list.geojson", "[1, 2]", ("is no GeoJSON: its type is 'list'", "a list of incidents ends in .json")),
    ("topo.geojson", '{"type": "Topology", "objects": {}}', ("its type is 'Topology'", "FeatureCollection")),
    ("null.geojson", '{"type": "FeatureCollection", "features": null}', ("has no list of features",)),
    ("bare.geojson", collection(), ("none of its 0 features says who holds it",)),
    ("xml.geojson", kml(mark()), ("is XML and no JSON", "Name it .kml")),
    ("utf16.geojson", collection(feature()).encode("utf-16")[:-1], ("begins as utf-16", "cut off")),
    (
        "metres.geojson",
        collection(feature((500000, 4400000))),
        ("feature 1", "not in degrees. Warp the file to EPSG:4326"),
    ),
    ("order.geojson", collection(feature((10.2, -130.25))), ("feature 1", "Latitude may stand first")),
    (
        "swapped.geojson",
        collection(feature((10.2, -30.25))),
        ("feature 1", "when they change places", "longitude first"),
    ),
    ("undated.geojson", collection(feature(day="")), ("feature 1: has no date", "--date")),
    ("dayfirst.geojson", collection(feature(day="07/04/2031")), ("feature 1: '07/04/2031' is no date", "YYYY-MM-DD")),
    (
        "ages.geojson",
        collection(feature(day="1931-04-07")),
        ("feature 1: the map is of 1931-04-07", "outside the case"),
    ),
    ("green.geojson", collection(feature(side="green")), ("feature 1: 'green' are no sides of the case", "aliases")),
    ("silent.geojson", collection(feature(side="")), ("feature 1 does not say who holds it", "property `side`")),
    ("lines.geojson", collection(feature([[0, 0], [1, 1]], "LineString")), ("is a LineString", "areas polygons")),
    (
        "ring.geojson",
        collection(feature(square(-31, 9), "Polygon"), feature([[[0, 0], [1, 1]]], "Polygon")),
        ("feature 2: its geometry",),
    ),
    ("kind.geojson", collection(feature((0, 0), "Blob")), ("feature 1: its geometry cannot be read", "Mend")),
    (
        "nan.geojson",
        '{"type":"Feature","properties":{"side":"blue","day":"2031-04-07"},"geometry":{"type":"Polygon","coordinates":[[[-31,9],[-29,9],[NaN,11],[-31,9]]]}}',
        ("feature 1: one of its coordinates is no number",),
    ),
    (
        "far.geojson",
        collection(feature(square(100, 50), "Polygon")),
        ("feature 1: covers no place of small", "longitude 100"),
    ),
    ("feature.geojson", collection("x", feature()), ("feature 1: its geometry cannot be read",)),
    ("strange.shp", b"\x00\x00'\n" + bytes(96), ("ends in .shp", ".csv, .tsv", "Save it as one")),
    ("nothing", HEAD + ROW, ("its name has no ending", "Save it as one")),
]

WRONG = [*TABLES, *DATA_SETS, *RECORDS, *MARKS, *MAPS]

WHERE = re.compile(
    r"\b(row|line|feature|column) \S|nothing says"
    r"|: (is|has|its name|cannot|holds|begins|ends|unpacks|declares|lists|nests|none|no) "
)
"""Where: the row, line, feature or column; or it is the file as a whole that is said to be something."""

REMEDY = re.compile(
    r"\b(Add|Check|Copy|Correct|Cut|Download|Export|Format|Give|If|Leave|Mend|Name|Open|Put|Remove|Rename|Save|Say|Swap|Unpack|Use"
    r"|Warp|Write|download|give|save|swap)\b"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case that no wrong file may change."""
    return small_case(tmp_path_factory.mktemp("wrong") / "small")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def untouched(folder: Path) -> Iterator[None]:
    before = contents(folder)
    yield
    assert contents(folder) == before


def test_there_are_a_hundred() -> None:
    assert len(WRONG) >= 100
    assert len({name for name, _, _ in WRONG}) == len(WRONG)


@pytest.mark.parametrize(("name", "content", "said"), WRONG, ids=[name for name, _, _ in WRONG])
def test_a_wrong_file_gets_one_message_and_changes_nothing(
    folder: Path, tmp_path: Path, name: str, content: str | bytes, said: tuple[str, ...]
) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    before = contents(folder)
    with pytest.raises(VedetteError) as told:
        import_file(path, str(folder))
    message = str(told.value)
    assert [part for part in said if part not in message] == [], message
    assert name in message.splitlines()[0], message
    assert WHERE.search(message), message
    assert REMEDY.search(message), message
    assert len(message) < 4000
    assert message.rstrip().endswith((".", "more.")), message
    assert contents(folder) == before, "nothing is half imported"


def test_a_file_of_5_gb_is_not_even_opened(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "years.csv"
    with path.open("wb") as handle:
        handle.write((HEAD + ROW).encode())
        handle.truncate(5_000_000_000)
    with pytest.raises(VedetteError, match=r"^years.csv: has 5.0 GB, and at most 0.5 GB are read. Cut it"):
        import_file(path, str(folder))


def test_what_is_no_file_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(VedetteError, match=r"^[^']*: is a folder\. Give one file"):
        import_file(Path(str(tmp_path)).with_suffix(".csv") if tmp_path.suffix else _folder(tmp_path), str(folder))
    with pytest.raises(VedetteError, match=r"absent\.csv: cannot be read \(No such file"):
        import_file(tmp_path / "absent.csv", str(folder))
    (tmp_path / "endless.csv").symlink_to("/dev/zero")
    with pytest.raises(VedetteError, match=r"^[^']*: is a device or a pipe"):
        import_file(tmp_path / "endless.csv", str(folder))


def _folder(home: Path) -> Path:
    made = home / "folder.csv"
    made.mkdir()
    return made


@pytest.mark.parametrize("source", ["../../x", "a/b", "", "."])
def test_a_map_is_written_nowhere_else(folder: Path, tmp_path: Path, source: str) -> None:
    path = tmp_path / "....geojson"
    path.write_text(collection(feature()))
    before = contents(folder)
    if source:
        with pytest.raises(VedetteError, match="cannot be the name of a control map"):
            import_file(path, str(folder), source=source)
    assert contents(folder) == before


def test_another_file_s_claims_are_not_taken_for_known_ones(tmp_path: Path) -> None:
    """Rows without ids are called by file and number; another file of the same name says something else."""
    folder = small_case(tmp_path / "small")
    for n, text in enumerate((ROW, ROW.replace("Cairn", "Ely"))):
        (tmp_path / str(n)).mkdir()
        (tmp_path / str(n) / "desk.csv").write_text(HEAD + text)
    found = import_file(tmp_path / "0" / "desk.csv", str(folder))
    assert found is not None
    assert found.added == ("desk-2",)
    with pytest.raises(VedetteError, match=r"desk.csv, row 2: would be the claim 'desk-2', .*--source"):
        import_file(tmp_path / "1" / "desk.csv", str(folder))
    again = import_file(tmp_path / "1" / "desk.csv", str(folder), source="desk two")
    assert again is not None
    assert again.added == ("desk-two-2",)


def test_what_a_data_set_changed_since_is_told_and_what_stands_stays(tmp_path: Path) -> None:
    folder = small_case(tmp_path / "small")
    path = tmp_path / "acled.csv"
    path.write_text(acled())
    first = import_file(path, str(folder))
    path.write_text(acled("2031-04-07", "2031-04-08"))
    second = import_file(path, str(folder))
    assert first is not None
    assert second is not None
    assert (len(first.added), second.added, second.known) == (1, (), 0)
    assert [(each.first, each.count) for each in second.left_out] == [("row 2", 1)]
    assert "says something else there" in second.left_out[0].why


def test_the_command_line_says_it_once(vedette: Ask, folder: Path, tmp_path: Path) -> None:
    for name, content, _ in (TABLES[0], TABLES[24], RECORDS[9], MARKS[0], MAPS[7]):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        answer = vedette("import", path, "--into", folder, "--yes")
        assert (answer.status, answer.out) == (2, "")
        assert len(answer.err.splitlines()) == 1
        assert answer.err.startswith(f"vedette: {name}")
