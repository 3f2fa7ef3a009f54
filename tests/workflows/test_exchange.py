"""Data out to other tools and back, and other people's data in.

All samples are made by hand: made-up events in the layout of each data set.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xarray as xr

from tests.conftest import FEW, Ask
from vedette.errors import CaseError
from vedette.store import claim_rows, read_case, withheld_csv
from vedette.workflows import ColumnMap, Imported, Study, brief, export_control, export_formats, hindsight, import_file

SHARES = ["p_blue", "p_orange", "p_contested"]

ACLED = """event_id_cnty;event_date;event_type;sub_event_type;actor1;actor2;location;latitude;longitude;source;notes;timestamp
OCN1;06 April 2031;Battles;Armed clash;Military Forces of the Blues (2020-);Military Forces of the Oranges;Cairn;{cairn};Gazette; Observer;Words that belong to others.;1933459200
OCN2;07 April 2031;Battles;Government regains territory;Military Forces of the Blues (2020-);Military Forces of the Oranges;Cairn;{cairn};Gazette;More words.;
OCN3;08 April 2031;Explosions/Remote violence;Shelling/artillery/missile attack;Military Forces of the Oranges;;Nowhere;1.0;1.0;Gazette;Far away.;
OCN4;08 April 2031;Protests;Peaceful protest;Protesters;;Cairn;{cairn};Gazette;A march.;
OCN5;09 April 2031;Explosions/Remote violence;Air/drone strike;Unidentified Armed Group;;Cairn;{cairn};Gazette;Who?;
"""  # noqa: E501

GED = """id,date_start,date_end,date_prec,where_prec,where_coordinates,latitude,longitude,side_a,side_b,type_of_violence,best,source_office,source_date,source_headline
501,2031-04-05,2031-04-06,1,1,Cairn town,{lat},{lon},Government of Blue,Government of Orange,1,12,Gazette;Observer,2031-04-06;2031-04-07,Words of others
502,2031-04-05,2031-04-30,4,1,Cairn town,{lat},{lon},Government of Blue,Government of Orange,1,3,Gazette,,x
503,2031-04-05,2031-04-05,1,5,Some district,{lat},{lon},Government of Blue,Government of Orange,1,3,Gazette,,x
504,2031-04-09,2031-04-09,1,1,Cairn town,{lat},{lon},Government of Blue,Civilians,3,2,,,x
"""  # noqa: E501

KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Geolocated</name>
<Folder><name>Blues</name>
<Placemark><name>2031-04-07 | flag raised</name><description><![CDATA[Footage: <a href="https://example.org/v1">here</a>]]></description><Point><coordinates>{lon},{lat},0</coordinates></Point></Placemark>
<Placemark><name>Drone strike</name><TimeStamp><when>2031-04-08T12:00:00Z</when></TimeStamp><Point><coordinates>{lon},{lat}</coordinates></Point></Placemark>
<Placemark><name>No day: captured</name><Point><coordinates>{lon},{lat}</coordinates></Point></Placemark>
</Folder>
<Folder><name>Notes</name><Placemark><name>2031-04-07 a strange light</name><Point><coordinates>{lon},{lat}</coordinates></Point></Placemark></Folder>
</Document></kml>"""  # noqa: E501


def spot(folder: Path, place: str) -> tuple[float, float]:
    places = read_case(folder).places
    i = places.index(place)
    return float(places.lat[i]), float(places.lon[i])


def study_of(folder: Path) -> Study:
    return Study.of(folder, date(2031, 4, 10), effort=FEW)


def claims_of(folder: Path) -> dict[str, dict[str, str]]:
    return {row["claim_id"]: row for row in claim_rows(folder)}


def read_file(path: Path, folder: Path, **options: object) -> Imported:
    found = import_file(path, str(folder), **options)  # type: ignore[arg-type]
    assert found is not None
    return found


# Out.


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    from tests.conftest import small_case

    home = tmp_path_factory.mktemp("export")
    study = study_of(small_case(home / "small"))

    def made(form: str) -> Path:
        path = home / f"{form}{export_formats()[form]}"
        if not path.exists():
            assert export_control(study, form, path, every_day=True) == 80
        return path

    return made


@pytest.fixture(scope="module")
def truth(exported: Callable[[str], Path]) -> np.ndarray:
    """What every format must hold: (place, day, state)."""
    study = study_of(exported("csv").parent / "small")
    return np.asarray(hindsight(study)["probability"].transpose("place", "day", "state").values)


def test_csv_and_parquet_hold_the_same_rows(exported: Callable[[str], Path], truth: np.ndarray) -> None:
    with exported("csv").open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    table = pq.read_table(exported("parquet")).to_pylist()
    assert [r["place_id"] for r in rows] == [r["place_id"] for r in table]
    assert [r["day"] for r in rows] == [r["day"].isoformat() for r in table]
    for found in (rows, table):
        shares = np.array([[float(r[c]) for c in SHARES] for r in found]).reshape(truth.shape)
        np.testing.assert_allclose(shares, truth, atol=6e-5)


def test_geoparquet_is_read_by_geopandas(exported: Callable[[str], Path], truth: np.ndarray) -> None:
    geopandas = pytest.importorskip("geopandas")
    found = geopandas.read_parquet(exported("geoparquet"))
    assert found.crs.to_epsg() in (4326, None) or found.crs.to_string() == "OGC:CRS84"
    np.testing.assert_allclose(found.geometry.x, found["lon"])
    np.testing.assert_allclose(found.geometry.y, found["lat"])
    np.testing.assert_allclose(found[SHARES].to_numpy().reshape(truth.shape), truth, atol=6e-5)


@pytest.mark.parametrize("form", ["geojson", "kml"])
def test_gdal_reads_geojson_and_kml(exported: Callable[[str], Path], truth: np.ndarray, form: str) -> None:
    """Every point, its place, day and shares, as GDAL understands them."""
    pyogrio = pytest.importorskip("pyogrio")
    pytest.importorskip("geopandas")
    layers = [name for name, _ in pyogrio.list_layers(exported(form))]
    case = read_case(exported("csv").parent / "small")
    found = np.full(truth.shape, np.nan)
    for layer in layers:
        rows = pyogrio.read_dataframe(exported(form), layer=layer)
        assert rows.crs.to_epsg() == 4326
        for row in rows.itertuples():
            i, t = case.places.index(row.place_id), case.days.index(date.fromisoformat(str(row.day)[:10]))
            assert np.isnan(found[i, t]).all(), "once"
            found[i, t] = [float(getattr(row, share)) for share in SHARES]
            assert (row.geometry.x, row.geometry.y) == pytest.approx((case.places.lon[i], case.places.lat[i]), abs=1e-5)
    np.testing.assert_allclose(found, truth, atol=6e-5)


@pytest.mark.parametrize("form", ["netcdf", "zarr"])
def test_netcdf_and_zarr_are_read_by_xarray(exported: Callable[[str], Path], truth: np.ndarray, form: str) -> None:
    if form == "zarr":
        storage = pytest.importorskip("zarr").storage
        found = xr.open_zarr(storage.ZipStore(exported(form), mode="r"))
    else:
        found = xr.open_dataset(exported(form), engine="scipy")
    with found:
        np.testing.assert_allclose(found["probability"].values, truth, atol=1e-6)
        assert found["probability"].dims == ("place", "day", "state")
        assert str(found["day"].values[0])[:10] == "2031-04-01"
        assert found.attrs["as_of"] == "2031-04-10"
        assert [str(s) for s in found["state"].values] == ["blue", "orange", "contested"]
        assert str(found["name"].sel(place="cairn").values) == "Cairn"


def test_a_forecast_hub_takes_the_table(exported: Callable[[str], Path], truth: np.ndarray) -> None:
    """The rules of hubverse model output that can be judged without a hub's own tasks (docs.hubverse.io, model output).

    A column for each task, `output_type`, `output_type_id`, `value`; no row twice; the probabilities of a pmf lie in
    [0, 1], name the same categories for every task, and add up to 1; dates in ISO 8601, and one round.
    """
    with exported("hubverse").open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    tasks = ["reference_date", "target", "horizon", "target_end_date", "location"]
    assert list(rows[0]) == [*tasks, "output_type", "output_type_id", "value"]
    assert {r["reference_date"] for r in rows} == {"2031-04-10"}, "one round a file"
    assert {r["output_type"] for r in rows} == {"pmf"}
    pmf: dict[tuple[str, ...], dict[str, float]] = {}
    for r in rows:
        assert (
            date.fromisoformat(r["reference_date"]).toordinal() + int(r["horizon"])
            == date.fromisoformat(r["target_end_date"]).toordinal()
        )
        task = pmf.setdefault(tuple(r[c] for c in tasks), {})
        assert r["output_type_id"] not in task, "no row twice"
        task[r["output_type_id"]] = float(r["value"])
    assert len(pmf) == 80
    for task in pmf.values():
        assert list(task) == ["blue", "orange", "contested"]
        assert all(0 <= p <= 1 for p in task.values())
        assert sum(task.values()) == pytest.approx(1, abs=1e-12)
    shares = np.array([list(task.values()) for task in pmf.values()]).reshape(truth.shape)
    np.testing.assert_allclose(shares, truth, atol=1e-9)


def valid_package(path: Path) -> Any:
    """What frictionless reads of a package, after it has found every row of it as the package says."""
    frictionless = pytest.importorskip("frictionless")
    folder = path.with_suffix("")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    package = frictionless.Package(str(folder / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["type", "message"])
    assert [task.stats.get("rows", 0) for task in report.tasks] == [len(r.read_rows()) for r in package.resources]
    return package


def test_frictionless_finds_the_data_package_valid(exported: Callable[[str], Path], truth: np.ndarray) -> None:
    package = valid_package(exported("datapackage"))
    assert [r.path for r in package.resources] == ["control.csv", "claims.csv", "claims_withheld.csv"]
    rows = package.get_resource("control").read_rows()
    assert rows[0]["day"] == date(2031, 4, 1)
    shares = np.array([[float(r[c]) for c in SHARES] for r in rows]).reshape(truth.shape)
    np.testing.assert_allclose(shares, truth, atol=6e-5)
    assert len(package.get_resource("claims").read_rows()) == len(study_of(exported("csv").parent / "small").known)


def test_frictionless_sees_a_cell_that_was_changed(exported: Callable[[str], Path], tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    with zipfile.ZipFile(exported("datapackage")) as archive:
        archive.extractall(tmp_path)
    control = tmp_path / "control.csv"
    control.write_text(control.read_text().replace("2031-04-03", "2031-04-31", 1))
    told = frictionless.Package(str(tmp_path / "datapackage.json")).validate().flatten(["type"])
    assert ["type-error"] in told
    assert ["hash-count"] in told


def test_the_same_export_has_the_same_bytes(exported: Callable[[str], Path], tmp_path: Path) -> None:
    study = study_of(exported("csv").parent / "small")
    for form, ending in export_formats().items():
        again = tmp_path / f"again{ending}"
        export_control(study, form, again, every_day=True)
        assert again.read_bytes() == exported(form).read_bytes(), form


def test_one_day_is_the_last_one(exported: Callable[[str], Path], tmp_path: Path, truth: np.ndarray) -> None:
    out = tmp_path / "day.csv"
    assert export_control(study_of(exported("csv").parent / "small"), "csv", out) == 8
    with out.open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert {r["day"] for r in rows} == {"2031-04-10"}
    np.testing.assert_allclose([[float(r[c]) for c in SHARES] for r in rows], truth[:, -1], atol=6e-5)


def test_an_unknown_format_is_told(exported: Callable[[str], Path], tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"'xls' is no format .* geojson, geoparquet"):
        export_control(study_of(exported("csv").parent / "small"), "xls", tmp_path / "x.xls")


# There and back.


@pytest.mark.parametrize("form", ["geojson", "kml"])
def test_a_map_that_was_exported_comes_back(
    exported: Callable[[str], Path], case_folder: Path, truth: np.ndarray, form: str
) -> None:
    found = read_file(exported(form), case_folder, source="ours")
    assert (found.map_days, found.map_places, found.left_out) == (10, 8, ())
    case = read_case(case_folder)
    ours = next(m for m in case.maps if m.source == "ours")
    drawn = np.full((8, 10), -1)
    for p, s, a, b in zip(ours.place, ours.state, ours.first, ours.last, strict=True):
        drawn[p, a : b + 1] = s
    np.testing.assert_array_equal(drawn, truth.argmax(axis=-1))


def test_a_table_that_was_exported_comes_back_as_claims(case_folder: Path, tmp_path: Path) -> None:
    """The claims table of a briefing, read as any table is, says the same."""
    out = tmp_path / "brief"
    brief(study_of(case_folder), out)
    before = claims_of(case_folder)
    other = tmp_path / "other"
    import shutil

    shutil.copytree(case_folder, other)
    (other / "claims.csv").write_text((case_folder / "claims.csv").read_text().splitlines()[0] + "\n")
    found = read_file(out / "claims.csv", other, source="small")
    assert found.columns is not None
    after = claims_of(other)
    known = [c for c in before.values() if c["reported_on"] <= "2031-04-10" and c["place_id"]]
    assert len(found.added) + sum(each.count for each in found.left_out) == len(
        list(csv.DictReader((out / "claims.csv").open()))
    )
    for claim in known:
        came = after.get(f"small-{claim['claim_id']}")
        if came is not None:
            for name in (
                "reported_on", "about_from", "about_to", "claimant", "kind", "side", "place_id", "polarity", "degree",
                "certainty", "paraphrase", "source_url",
            ):  # fmt: skip
                assert came[name] == claim[name], name
    assert {c["polarity"] for c in after.values()} == {"asserted", "denied"}
    assert len(found.added) >= len(known) - 1


# In.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_acled(case_folder: Path, tmp_path: Path, encoding: str) -> None:
    lat, lon = spot(case_folder, "cairn")
    # ACLED's sources are divided by semicolons too: in a file divided by them they stand in quotes.
    text = ACLED.replace("Gazette; Observer", '"Gazette; Observer"').format(cairn=f"{lat};{lon}")
    path = tmp_path / "acled.csv"
    path.write_text(text, encoding=encoding)
    found = read_file(path, case_folder)
    assert found.read_as == "ACLED"
    assert found.rows == 5
    assert found.added == ("acled-OCN1", "acled-OCN2")
    assert "no redistribution" in found.licence
    reasons = " | ".join(each.why for each in found.left_out)
    assert "Nowhere: no place of the case within 5 km" in reasons
    assert "Peaceful protest: says nothing of control" in reasons
    assert "'Unidentified Armed Group' is no side of the case" in reasons
    rows = claims_of(case_folder)
    clash, taken = rows["acled-OCN1"], rows["acled-OCN2"]
    assert (clash["kind"], clash["side"], clash["place_id"], clash["claimant"]) == (
        "assault",
        "both",
        "cairn",
        "Gazette",
    )
    assert (taken["kind"], taken["side"]) == ("capture", "blue")
    assert clash["reported_on"] == "2031-04-09", "the day of its time stamp"
    assert taken["reported_on"] == "2031-04-14", "a week later, without one"
    assert "Words that belong to others" not in (case_folder / "claims.csv").read_text()
    again = read_file(path, case_folder)
    assert (again.added, again.known) == ((), 2)


def test_acled_rows_leave_as_ids_and_fingerprints(case_folder: Path, tmp_path: Path) -> None:
    lat, lon = spot(case_folder, "cairn")
    path = tmp_path / "acled.csv"
    path.write_text(ACLED.replace("Gazette; Observer", '"Gazette; Observer"').format(cairn=f"{lat};{lon}"))
    read_file(path, case_folder)
    study = replace(study_of(case_folder), as_of=date(2031, 4, 20))
    withheld = list(csv.DictReader(io.StringIO(withheld_csv(study.known).decode())))
    assert [r["claim_id"] for r in withheld] == ["acled-OCN1", "acled-OCN2"]
    assert all(r["fingerprint"].startswith("sha256:") and len(r["fingerprint"]) == 71 for r in withheld)
    for form, ending in export_formats().items():
        out = tmp_path / f"out-{form}{ending}"
        export_control(study, form, out)
        content = out.read_bytes()
        if form in ("datapackage", "zarr"):
            with zipfile.ZipFile(out) as archive:
                content = b"".join(archive.read(name) for name in archive.namelist() if "withheld" not in name)
        assert b"Military Forces" not in content, form
        assert b"OCN1" not in content, form
        if form not in ("csv", "hubverse"):  # tables that have no place for it
            assert b"2 claims of ACLED" in content, form
    package = valid_package(tmp_path / "out-datapackage.zip")
    assert [row["claim_id"] for row in package.get_resource("claims_withheld").read_rows()] == [
        "acled-OCN1",
        "acled-OCN2",
    ]
    assert "no redistribution" in package.get_resource("claims_withheld").licenses[0]["title"]
    asked = {row["fingerprint"] for row in package.get_resource("claims_withheld").read_rows()}
    mine = csv.DictReader(path.open(newline=""), delimiter=";")
    ours = {
        "sha256:" + sha256("\x1f".join(f"{k}={v}" for k, v in sorted(r.items())).encode()).hexdigest() for r in mine
    }
    assert asked <= ours, "who has the export can find the rows"
    brief(study, tmp_path / "brief")
    assert "acled-" not in (tmp_path / "brief" / "claims.csv").read_text()


def test_ucdp_ged(case_folder: Path, tmp_path: Path) -> None:
    lat, lon = spot(case_folder, "cairn")
    path = tmp_path / "GEDEvent.csv"
    path.write_text(GED.format(lat=lat, lon=lon))
    found = read_file(path, case_folder)
    assert found.read_as == "UCDP GED"
    assert found.added == ("ucdp-ged-501", "ucdp-ged-504")
    assert {each.why for each in found.left_out} == {
        "its day is known to a week or less",
        "its place is known to a district or less",
    }
    one = claims_of(case_folder)["ucdp-ged-501"]
    assert (one["about_from"], one["about_to"], one["reported_on"]) == ("2031-04-05", "2031-04-06", "2031-04-07")
    assert (one["kind"], one["quantity"], one["unit"]) == ("assault", "12", "deaths")
    assert claims_of(case_folder)["ucdp-ged-504"]["reported_on"] == "2031-05-09"


@pytest.mark.parametrize("zipped", [False, True], ids=["kml", "kmz"])
def test_placemarks(case_folder: Path, tmp_path: Path, zipped: bool) -> None:
    lat, lon = spot(case_folder, "dunmore")
    text = KML.format(lat=lat, lon=lon)
    path = tmp_path / ("geo.kmz" if zipped else "geo.kml")
    if zipped:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("doc.kml", text)
    else:
        path.write_text(text)
    found = read_file(path, case_folder, source="Geo desk")
    assert len(found.added) == 2
    rows = [claims_of(case_folder)[i] for i in found.added]
    assert [(r["kind"], r["side"], r["place_id"], r["about_from"]) for r in rows] == [
        ("capture", "blue", "dunmore", "2031-04-07"),
        ("strike", "blue", "dunmore", "2031-04-08"),
    ]
    assert rows[0]["source_url"] == "https://example.org/v1"
    assert "<" not in rows[0]["paraphrase"]
    assert [(each.why, each.first) for each in found.left_out] == [
        ("no day in 'No day: captured'", "line 6"),
        ("no one side of the case is named by 'Notes'", "line 8"),
    ]


AREAS = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Lines 2031-04-02</name>
<Folder><name>Blues</name>
<Placemark><name>West</name><Polygon><outerBoundaryIs><LinearRing><coordinates>
{west},{south},0 {cut},{south},0 {cut},{north},0 {west},{north},0 {west},{south},0</coordinates></LinearRing></outerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>{hole}</coordinates></LinearRing></innerBoundaryIs></Polygon></Placemark>
</Folder>
<Folder><name>Areas</name>
<Placemark><name>Held by the oranges</name><MultiGeometry><Point><coordinates>{east},{north}</coordinates></Point>
<Polygon><outerBoundaryIs><LinearRing><coordinates>{cut},{south} {east},{south} {east},{north} {cut},{north} {cut},{south}</coordinates></LinearRing></outerBoundaryIs></Polygon>
</MultiGeometry></Placemark>
<Placemark><name>later</name><TimeSpan><begin>2031-04-05</begin></TimeSpan><ExtendedData><Data name="side"><value>orange</value></Data></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>{west},{south} {east},{south} {east},{north} {west},{north} {west},{south}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
<Placemark><name>Somebody's</name>
<Polygon><outerBoundaryIs><LinearRing><coordinates>{west},{south} {east},{south} {east},{north} {west},{south}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
<Placemark><name>The line</name><LineString><coordinates>{cut},{south} {cut},{north}</coordinates></LineString></Placemark>
</Folder></Document></kml>"""  # noqa: E501


def test_areas_of_kml_are_a_control_map(case_folder: Path, tmp_path: Path) -> None:
    """Sides by their data, name or folder; days by their stamp, or the day that a folder above is called by."""
    places = read_case(case_folder).places
    west, east = places.lon.min() - 1, places.lon.max() + 1
    south, north = places.lat.min() - 1, places.lat.max() + 1
    cut = float(np.median(places.lon))
    lat, lon = spot(case_folder, "alder")
    hole = " ".join(f"{lon + x},{lat + y}" for x, y in ((-0.01, -0.01), (0.01, -0.01), (0, 0.02), (-0.01, -0.01)))
    path = tmp_path / "lines.kml"
    path.write_text(AREAS.format(west=west, east=east, south=south, north=north, cut=cut, hole=hole))
    found = read_file(path, case_folder, source="desk")
    assert (found.read_as, found.map_source, found.map_days, found.rows) == ("a control map", "desk", 2, 5)
    assert [(each.why, each.first) for each in found.left_out] == [
        ("is a line or a picture; points are events, and areas a control map", "line 16"),
        ('"Somebody\'s" is no side of the case', "line 14"),
    ]
    drawn = next(m for m in read_case(case_folder).maps if m.source == "desk")
    runs = {
        (places.ids[p], int(a)): (int(s), int(b))
        for p, s, a, b in zip(drawn.place, drawn.state, drawn.first, drawn.last, strict=True)
    }
    assert runs["brook", 1] == (0, 3)
    assert runs["brook", 4] == (1, 4)
    assert ("alder", 1) not in runs, "it lies in a hole"
    assert runs["alder", 4] == (1, 4)
    assert runs["garth", 1] == (1, 4), "a map stands until the next one"


INCIDENTS: list[dict[str, Any]] = [
    {
        "id": "CIV0001", "date": "04/07/2031", "latitude": "10.2", "longitude": "-30.25",
        "location": "Cairn, Middle district", "description": "Houses on the heights hit.",
        "sources": [
            {"id": "src_1", "path": "HIDDEN", "description": "Source hidden"},
            {"id": "src_2", "path": "https://example.org/v1", "description": "Video of the houses"},
            {"id": "src_3", "path": "https://example.org/v2", "description": "Seen from the road"},
        ],
        "filters": [
            {"key": "Type of area affected", "value": "Residential"},
            {"key": "Weapon System", "value": "Cluster munitions"},
        ],
    },
    {
        "id": "CIV0002", "date": "04/09/2031", "latitude": "10.35", "longitude": "-30.15", "location": "Unknown",
        "description": "Market hit.", "sources": [{"id": "srcHidden", "path": "HIDDEN", "description": "Hidden"}],
        "filters": [{"key": "Weapon System", "value": "Air strike"}],
    },
    {
        "id": "CIV0003", "date": "04/08/2031", "latitude": "10.35", "longitude": "-30.15", "location": "Dunmore",
        "description": "A car has entered the school yard.", "sources": [],
        "filters": [{"key": "Weapon System", "value": "Unknown"}],
    },
]  # fmt: skip
"""Incidents as Bellingcat's maps of civilian harm export them: months first, numbers as text, sources and filters in
lists of their own, and no word of who did it."""


@pytest.mark.parametrize("ending", [".json", ".csv"])
def test_an_export_of_incidents_as_the_map_writes_it(case_folder: Path, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"civharm{ending}"
    if ending == ".json":
        path.write_text(json.dumps(INCIDENTS))
    else:  # its CSV has addresses and filters in one cell each
        flat = [
            {
                **{key: i[key] for key in ("id", "date", "latitude", "longitude", "location", "description")},
                "sources": ",".join(s["path"] for s in i["sources"]),
                "associations": ",".join(f"{f['key']}={f['value']}" for f in i["filters"]),
            }
            for i in INCIDENTS
        ]
        with path.open("w", newline="") as handle:
            writer = csv.DictWriter(handle, list(flat[0]), quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(flat)
    with pytest.raises(CaseError, match=r"nothing says side\. .* --set side=VALUE"):
        read_file(path, case_folder)
    shown: list[ColumnMap] = []

    def confirm(plan: ColumnMap) -> bool:
        shown.append(plan)
        return True

    found = read_file(path, case_folder, values={"side": "orange"}, confirm=confirm)
    assert shown[0].dates == "mdy", "the days alone would not tell"
    assert found.added == ("civharm-CIV0001", "civharm-CIV0002")
    assert [each.count for each in found.left_out] == [1]
    assert found.left_out[0].why.endswith("says nothing of control"), "a weapon is asked for, not the description"
    one, two = (claims_of(case_folder)[claim] for claim in found.added)
    assert (one["about_from"], one["place_id"], one["kind"], one["side"]) == ("2031-04-07", "cairn", "strike", "orange")
    assert (one["source_url"], one["paraphrase"]) == ("https://example.org/v1", "Houses on the heights hit.")
    assert (two["place_id"], two["kind"], two["source_url"]) == ("dunmore", "strike", "")


LISTED: list[dict[str, Any]] = [
    {
        "id": "C1", "date": "04/07/2031", "latitude": "10.2", "longitude": "-30.25", "location": "Cairn",
        "description": "Shelling of the heights", "graphic": False,
        "sources": [{"id": "S1", "path": "https://example.org/v1", "description": "Video"}, {"path": "https://example.org/v2"}],
        "filters": [{"key": "Weapon", "value": "artillery"}, {"key": "Area", "value": "rural"}],
    },
    {"id": "C2", "date": "04/13/2031", "latitude": None, "longitude": None, "location": "Dunmore", "sources": []},
]  # fmt: skip
"""Another list of incidents, whose places may have no coordinates."""


@pytest.mark.parametrize("ending", [".json", ".jsonl", ".parquet"])
def test_incidents_as_json_lines_of_json_and_parquet(case_folder: Path, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"harm{ending}"
    if ending == ".parquet":
        flat = [{k: v for k, v in i.items() if not isinstance(v, list)} for i in LISTED]
        pq.write_table(pa.Table.from_pylist(flat), path)
    elif ending == ".json":
        path.write_text(json.dumps(LISTED))
    else:
        path.write_text("".join(json.dumps(i) + "\n" for i in LISTED))
    shown: list[ColumnMap] = []

    def confirm(plan: ColumnMap) -> bool:
        shown.append(plan)
        return True

    found = read_file(path, case_folder, values={"kind": "strike", "side": "orange"}, confirm=confirm)
    assert found.added == ("harm-C1", "harm-C2")
    (plan,) = shown
    assert plan.dates == "mdy", "there is no 13th month"
    assert plan.columns["lat"] == "latitude"
    assert plan.examples["location"] == "Cairn"
    one = claims_of(case_folder)["harm-C1"]
    assert (one["about_from"], one["place_id"], one["kind"], one["side"]) == ("2031-04-07", "cairn", "strike", "orange")
    if ending != ".parquet":
        assert one["source_url"] == "https://example.org/v1"
        assert {"filters.Weapon", "filters.Area", "graphic"} <= set(plan.unused)


def test_a_control_map_of_areas(case_folder: Path, tmp_path: Path) -> None:
    case = read_case(case_folder)
    west, east = case.places.lon.min() - 1, case.places.lon.max() + 1
    south, north = case.places.lat.min() - 1, case.places.lat.max() + 1
    cut = float(np.median(case.places.lon))

    def box(a: float, b: float) -> list[list[list[float]]]:
        return [[[a, south], [b, south], [b, north], [a, north], [a, south]]]

    features = [
        {
            "type": "Feature",
            "properties": {"side": side, "date": day},
            "geometry": {"type": "Polygon", "coordinates": box(a, b)},
        }
        for day, middle in (("2031-04-02", cut), ("2031-04-05", east))
        for side, a, b in (("Blues", west, middle), ("orange", middle, east))
        if a < b
    ]
    path = tmp_path / "lines.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    found = read_file(path, case_folder)
    assert (found.map_source, found.map_days, found.map_places) == ("lines", 2, 8)
    drawn = next(m for m in read_case(case_folder).maps if m.source == "lines")
    for i in range(8):
        runs = [
            (int(s), int(a), int(b))
            for p, s, a, b in zip(drawn.place, drawn.state, drawn.first, drawn.last, strict=True)
            if p == i
        ]
        if case.places.lon[i] < cut:
            assert runs == [(0, 1, 4)]
        elif case.places.lon[i] > cut:
            assert runs == [(1, 1, 3), (0, 4, 4)], "a map stands until the next one"
    with pytest.raises(CaseError, match="has a map of that name already"):
        read_file(path, case_folder)


TABLE = "Data;Miejscowość;Kto;Co;Opis;Link\n07.04.2031;Cairn;Blues;captured;Taken at dawn;https://example.org/1\n13.04.2031;Dunmore;Oranges;shelling;;\n"


def test_any_table_by_naming_its_columns(case_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "desk.csv"
    path.write_text(TABLE, encoding="cp1250")
    with pytest.raises(CaseError, match="nothing says about_from or kind or side or place"):
        read_file(path, case_folder)
    columns = {"about_from": "Data", "place": "Miejscowość", "side": "Kto", "kind": "Co", "paraphrase": "Opis"}
    shown: list[ColumnMap] = []

    def confirm(plan: ColumnMap) -> bool:
        shown.append(plan)
        return len(shown) > 1

    before = (case_folder / "claims.csv").read_bytes()
    assert import_file(path, str(case_folder), columns=columns, dates="dmy", encoding="cp1250", confirm=confirm) is None
    assert (case_folder / "claims.csv").read_bytes() == before
    found = read_file(
        path, case_folder, columns=columns, values={"claimant": "Our desk"}, encoding="cp1250", confirm=confirm
    )
    assert shown[1].columns["source_url"] == "Link", "guessed"
    assert shown[1].dates == "dmy", "the 13th cannot be a month"
    assert found.added == ("desk-2", "desk-3")
    one = claims_of(case_folder)["desk-2"]
    assert (one["about_from"], one["claimant"], one["kind"], one["side"]) == (
        "2031-04-07",
        "Our desk",
        "capture",
        "blue",
    )


def test_a_case_that_ships_is_not_added_to(tmp_path: Path) -> None:
    path = tmp_path / "desk.csv"
    path.write_text("date,place,side,kind\n2020-10-07,Hadrut,azerbaijan,capture\n")
    with pytest.raises(CaseError, match="ships with Vedette"):
        import_file(path, "karabakh-2020")


def test_the_commands(vedette: Ask, case_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "desk.csv"
    path.write_text("date,place,side,kind\n2031-04-07,Cairn,Blues,capture\n2031-04-08,Atlantis,Blues,capture\n")
    refused = vedette("import", path, "--into", case_folder)
    assert refused.status == 2
    assert "place          column 'place', as in 'Cairn'" in refused.err
    assert "run again with --yes" in refused.err
    taken = vedette("import", path, "--into", case_folder, "--yes")
    assert taken.status == 0
    assert "read as a table, 2 rows; 1 new claim" in taken.out
    assert "Atlantis" in taken.out
    told = json.loads(vedette("import", path, "--into", case_folder, "--yes", "--json").out)
    assert told["known"] == 1
    assert vedette("import", path, "--into", case_folder, "--column", "x").status == 2
    monkeypatch.setattr("vedette.workflows.study.Effort", lambda: FEW)
    out = tmp_path / "control.kml"
    written = vedette("export", "--case", case_folder, "--as-of", "2031-04-10", "--format", "kml", "--out", out)
    assert written.status == 0
    assert "8 rows, kml" in written.out
    assert out.read_bytes().startswith(b"<?xml")
