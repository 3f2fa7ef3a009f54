"""Open map data, good and bad: what is read, and what is said of what cannot be."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_bounds

from vedette.errors import CaseError, GroundError
from vedette.store import check_box, read_case, read_ground, read_relief_model, read_roads, read_spots
from vedette.workflows import CasePlan, new_case

BOX = (20.0, 0.0, 20.6, 0.4)
DAY = date(2031, 4, 1)


def dem(
    path: Path,
    metres: np.ndarray,
    box: tuple[float, float, float, float] = BOX,
    crs: str | None = "EPSG:4326",
    nodata: float | None = -9999.0,
) -> Path:
    rows, cols = metres.shape
    with rasterio.open(
        path, "w", driver="GTiff", dtype="float32", count=1, width=cols, height=rows, crs=crs, nodata=nodata,
        transform=from_bounds(*box, cols, rows),
    ) as out:  # fmt: skip
        out.write(metres.astype(np.float32), 1)
    return path


def hills(rows: int = 40, cols: int = 60) -> Any:
    y, x = np.mgrid[:rows, :cols]
    return 300 + 100 * np.sin(x / 5) * np.cos(y / 4)


def features(path: Path, shapes: list[tuple[dict[str, Any], dict[str, Any]]], crs: str | None = None) -> Path:
    made: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "geometry": g, "properties": p} for g, p in shapes],
    }
    if crs:
        made["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(made))
    return path


def point(x: float, y: float, **tags: object) -> tuple[dict[str, Any], dict[str, Any]]:
    return {"type": "Point", "coordinates": [x, y]}, tags


def road(*xy: tuple[float, float], **tags: object) -> tuple[dict[str, Any], dict[str, Any]]:
    return {"type": "LineString", "coordinates": [list(p) for p in xy]}, {"highway": "secondary", **tags}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    towns = [
        point(20.1, 0.1, name="Norwick", place="town", population=12000),
        point(20.3, 0.1, name="Kirk", place="village"),
        point(20.31, 0.105, name="Kirk", place="hamlet", alt_name="Kirkby"),
        point(20.5, 0.3, name="Salterton", place="village"),
        point(20.11, 0.1, name="Norwick West", place="suburb"),
        point(25.0, 9.0, name="Elsewhere", place="village"),
    ]
    roads = [
        road((20.1, 0.1), (20.2, 0.12), (20.3, 0.1)),
        road((20.3, 0.1), (20.5, 0.3)),
        road((20.1, 0.1), (20.5, 0.3), highway="construction"),
        road((20.1, 0.1), (20.1, 0.3), (20.5, 0.3), highway="trunk_construction"),
    ]
    peaks = [
        point(20.4, 0.2, name="High Seat", natural="peak", ele="512"),
        point(20.2, 0.3, name="A farm", place="farm"),
    ]
    return {
        "places": features(tmp_path / "places.geojson", towns),
        "roads": features(tmp_path / "roads.geojson", roads),
        "heights": features(tmp_path / "peaks.geojson", peaks),
        "dem": dem(tmp_path / "dem.tif", hills()),
    }


def plan(tmp_path: Path, files: dict[str, Path], **more: object) -> CasePlan:
    given: dict[str, Any] = {
        "folder": tmp_path / "war", "box": BOX, "places": files["places"], "sides": (("blue", None), ("orange", None)),
        "first_day": DAY, "last_day": DAY,
        "roads": (files["roads"],), "dem": files["dem"], "heights": files["heights"],
    }  # fmt: skip
    return CasePlan(**(given | more))


def test_a_new_case_is_in_order_and_knows_its_ground(tmp_path: Path, files: dict[str, Path]) -> None:
    summary, notes = new_case(plan(tmp_path, files))
    case = read_case(tmp_path / "war")
    assert summary.places == 3
    assert case.places.names == ("Norwick", "Kirk", "Salterton")
    assert "Kirkby" in case.places.aliases[1]
    assert {tuple(sorted(case.places.ids[p] for p in e)) for e in case.routes.ends} == {
        ("kirk", "norwick"),
        ("kirk", "salterton"),
    }
    np.testing.assert_allclose(case.routes.travel_hours, case.routes.length_km / 50, atol=0.01)
    ground = read_ground(case)
    assert ground.drawn
    assert ground.heights.names == ("High Seat",)
    assert ground.heights.elevation_m.tolist() == [512]
    assert ground.terrain is not None
    np.testing.assert_allclose(ground.paths.of(0)[0], [20.1, 0.1], atol=0.003)
    assert any("1 of class construction" in n for n in notes)
    assert any("1 repeat a namesake" in n for n in notes)


def test_a_second_run_does_nothing_again(tmp_path: Path, files: dict[str, Path]) -> None:
    first = new_case(plan(tmp_path, files))
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "war").rglob("*.*")}
    assert new_case(plan(tmp_path, files)) == first
    assert before == {p: p.stat().st_mtime_ns for p in (tmp_path / "war").rglob("*.*")}


def test_a_stopped_build_goes_on_where_it_was(
    tmp_path: Path, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from vedette.workflows import new_case as module

    def stop(*_: object) -> list[str]:
        raise KeyboardInterrupt

    import sys

    code = sys.modules["vedette.workflows.new_case"]
    assert module is not None
    with monkeypatch.context() as patch:
        patch.setattr(code, "_routes", stop)
        with pytest.raises(KeyboardInterrupt):
            new_case(plan(tmp_path, files))
    with pytest.raises(CaseError, match="not built to the end"):
        read_case(tmp_path / "war")
    written = (tmp_path / "war" / "places.csv").stat().st_mtime_ns
    new_case(plan(tmp_path, files))
    assert (tmp_path / "war" / "places.csv").stat().st_mtime_ns == written
    assert (tmp_path / "war" / "routes.csv").is_file()


def test_a_case_made_by_other_means_is_not_overwritten(tmp_path: Path, files: dict[str, Path]) -> None:
    (tmp_path / "war").mkdir()
    (tmp_path / "war" / "case.toml").write_text("name = 'mine'")
    with pytest.raises(CaseError, match="holds a case already"):
        new_case(plan(tmp_path, files))


def test_named_routes_keep_their_ids(tmp_path: Path, files: dict[str, Path]) -> None:
    table = tmp_path / "named.csv"
    table.write_text(
        "route_id,name,from_place,to_place,length_km,class\nold_road,The old road,salterton,kirk,40,primary\n"
        "cx_1,,norwick,salterton,9,secondary\nferry,The ford,norwick,salterton,20,track\n"
    )
    new_case(plan(tmp_path, files, routes=table))
    case = read_case(tmp_path / "war")
    old = case.routes.index("old_road")
    assert case.routes.names[old] == "The old road"
    assert [case.places.ids[p] for p in case.routes.ends[old]] == ["salterton", "kirk"]
    assert case.routes.length_km[old] == pytest.approx(31.4, abs=0.5)
    np.testing.assert_allclose(read_ground(case).paths.of(old)[0], [20.5, 0.3], atol=0.003)
    ford = case.routes.index("ferry")
    assert [case.places.ids[p] for p in case.routes.passes[ford]] == ["kirk"]
    assert "cx_1" not in case.routes


def test_places_of_geonames(tmp_path: Path) -> None:
    row = [
        "1",
        "Norwick",
        "Norwick",
        "Norvik,Норвик",
        "0.1",
        "20.1",
        "P",
        "PPL",
        "XX",
        "",
        "1",
        "",
        "",
        "",
        "500",
        "",
        "300",
        "UTC",
        "2020-01-01",
    ]
    lake = [
        "2",
        "Lake",
        "Lake",
        "",
        "0.2",
        "20.2",
        "H",
        "LK",
        "XX",
        "",
        "1",
        "",
        "",
        "",
        "0",
        "",
        "300",
        "UTC",
        "2020-01-01",
    ]
    path = tmp_path / "XX.txt"
    path.write_text("\t".join(row) + "\n" + "\t".join(lake) + "\n", encoding="utf-8")
    spots = read_spots(path, BOX, "places")
    assert spots.names == ["Norwick"]
    assert "Норвик" in spots.others[0].split(";")


def test_an_openstreetmap_extract(tmp_path: Path) -> None:
    osmium = pytest.importorskip("osmium")
    path = tmp_path / "land.osm.pbf"
    with osmium.SimpleWriter(str(path)) as out:
        from osmium.osm.mutable import Node, Way

        out.add_node(Node(id=1, location=(20.1, 0.1), tags={"place": "village", "name": "Norwick"}))
        out.add_node(Node(id=2, location=(20.3, 0.1), tags={"place": "suburb", "name": "Kirk"}))
        out.add_way(Way(id=1, nodes=[1, 2], tags={"highway": "residential"}))
        out.add_way(Way(id=2, nodes=[1, 2], tags={"highway": "footway"}))
        out.add_way(Way(id=3, nodes=[1, 2], tags={"barrier": "wall"}))
    from vedette.ground import kind_of

    assert read_spots(path, BOX, "places", lambda kind: bool(kind_of(kind, 0))).names == ["Norwick"]
    lines, left = read_roads([path], BOX)
    assert len(lines) == 1
    assert left == ["1 of class footway"]


@pytest.mark.parametrize("suffix", ["fgb", "gpkg"])
def test_layers_in_another_reference_system_are_turned(tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("pyogrio")
    import pyogrio.raw
    import shapely
    from pyproj import Transformer

    x, y = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform([20.1, 20.3], [0.1, 0.1])
    path = tmp_path / f"roads.{suffix}"
    lines = shapely.to_wkb(np.array([shapely.LineString(list(zip(x, y, strict=True)))]))
    pyogrio.raw.write(path, lines, [np.array(["primary"])], ["highway"], geometry_type="LineString", crs="EPSG:3857")
    found, _ = read_roads([path], BOX)
    np.testing.assert_allclose(found.lon, [20.1, 20.3], atol=1e-6)


@pytest.mark.parametrize(
    ("box", "message"),
    [
        ((179.0, 0.0, -179.0, 1.0), "date line"),
        ((20.0, 1.0, 21.0, 0.0), "south, 1, is not below the north"),
        ((20.0, 0.0, 200.0, 1.0), "longitudes lie between"),
    ],
)
def test_a_frame_that_is_none(box: tuple[float, float, float, float], message: str) -> None:
    with pytest.raises(GroundError, match=message):
        check_box(box)


def test_an_elevation_model_of_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(GroundError, match=r"covers 0% of the frame \(it runs from 40.00 10.00 to 41.00 11.00\)"):
        read_relief_model(dem(tmp_path / "d.tif", hills(), (40, 10, 41, 11)), BOX)


def test_an_elevation_model_of_a_part_says_so(tmp_path: Path, files: dict[str, Path]) -> None:
    part = dem(tmp_path / "part.tif", hills(), (20.0, 0.0, 20.6, 0.3))
    _, notes = new_case(plan(tmp_path, files, dem=part))
    assert any("covers 75% of the frame" in n for n in notes)


def test_holes_are_filled_from_their_rims_up_to_a_share(tmp_path: Path) -> None:
    metres = np.full((40, 60), 250.0)
    metres[10:14, 10:14] = -9999
    found = read_relief_model(dem(tmp_path / "few.tif", metres), BOX)
    assert found.voids == pytest.approx(16 / 2400)
    np.testing.assert_allclose(found.metres, 250)
    metres[:, :30] = -9999
    with pytest.raises(GroundError, match="50% of it is holes"):
        read_relief_model(dem(tmp_path / "many.tif", metres), BOX)


def test_an_elevation_model_without_a_reference_system(tmp_path: Path) -> None:
    with pytest.raises(GroundError, match="says nothing about its reference system"):
        read_relief_model(dem(tmp_path / "d.tif", hills(), crs=None), BOX)


def test_an_elevation_model_in_metres_is_warped(tmp_path: Path) -> None:
    from rasterio.warp import transform_bounds

    west, south, east, north = transform_bounds("EPSG:4326", "EPSG:32634", 19.9, 0.001, 20.7, 0.5)
    found = read_relief_model(
        dem(tmp_path / "d.tif", np.full((80, 120), 77.0), (west, south, east, north), "EPSG:32634"), BOX
    )
    assert np.nanmedian(found.metres) == pytest.approx(77)
    assert found.box == pytest.approx(BOX, abs=0.01)


def test_points_that_are_not_in_degrees(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("name,lat,lon\nNorwick,5500000,400000\n")
    with pytest.raises(GroundError, match="are not degrees"):
        read_spots(path, BOX, "places")


def test_places_of_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("name,lat,lon\nNorwick,50,40\n")
    with pytest.raises(GroundError, match="none of its 1 points has a name and lies within"):
        read_spots(path, BOX, "places")


def test_an_unreadable_layer(tmp_path: Path) -> None:
    pytest.importorskip("pyogrio")
    path = tmp_path / "roads.fgb"
    path.write_bytes(b"not a layer at all")
    with pytest.raises(GroundError, match=r"roads.fgb: cannot be read"):
        read_roads([path], BOX)


def test_an_unreadable_extract(tmp_path: Path) -> None:
    pytest.importorskip("osmium")
    path = tmp_path / "land.osm.pbf"
    path.write_bytes(b"not an extract at all")
    with pytest.raises(GroundError, match=r"land.osm.pbf: cannot be read"):
        read_roads([path], BOX)


def test_an_unreadable_elevation_model(tmp_path: Path) -> None:
    path = tmp_path / "d.tif"
    path.write_bytes(b"not an image")
    with pytest.raises(GroundError, match=r"d.tif: cannot be read"):
        read_relief_model(path, BOX)


def test_roads_without_a_class(tmp_path: Path) -> None:
    path = features(
        tmp_path / "roads.geojson",
        [({"type": "LineString", "coordinates": [[20.1, 0.1], [20.2, 0.1]]}, {"colour": "grey"})],
    )
    with pytest.raises(GroundError, match="no column of road classes"):
        read_roads([path], BOX)


def test_lines_that_are_no_roads(tmp_path: Path) -> None:
    path = features(tmp_path / "rivers.geojson", [road((20.1, 0.1), (20.2, 0.1), highway="river")])
    with pytest.raises(GroundError, match=r"none of the lines within the frame is a road.*: 1 of class river"):
        read_roads([path], BOX)


def test_roads_in_metres_that_say_they_are_in_degrees(tmp_path: Path, files: dict[str, Path]) -> None:
    far = features(tmp_path / "metres.geojson", [road((512_000, 4_100_000), (530_000, 4_100_000))])
    with pytest.raises(GroundError, match=r"no road within the frame\. Check --bbox .* reference system"):
        new_case(plan(tmp_path, files, roads=(far,)))


def test_routes_to_keep_without_roads(tmp_path: Path, files: dict[str, Path]) -> None:
    with pytest.raises(GroundError, match=r"there are no roads\. Give --roads too"):
        new_case(plan(tmp_path, files, roads=(), routes=files["roads"]))


def test_a_war_that_ends_before_it_begins_leaves_nothing_behind(tmp_path: Path, files: dict[str, Path]) -> None:
    with pytest.raises(GroundError, match="cannot end before it begins"):
        new_case(plan(tmp_path, files, last_day=date(2031, 1, 1), first_day=date(2031, 1, 2)))
    assert not (tmp_path / "war").exists()


def test_a_case_file_that_is_there_is_kept_and_that_is_said(tmp_path: Path, files: dict[str, Path]) -> None:
    new_case(plan(tmp_path, files))
    before = (tmp_path / "war" / "case.toml").read_text()
    _, notes = new_case(plan(tmp_path, files, last_day=DAY + timedelta(days=3)))
    assert any("case.toml was there" in n for n in notes)
    assert (tmp_path / "war" / "case.toml").read_text() == before


def test_roads_that_touch_no_place(tmp_path: Path, files: dict[str, Path]) -> None:
    far = features(tmp_path / "far.geojson", [road((20.55, 0.02), (20.59, 0.02))])
    with pytest.raises(GroundError, match="none comes within 3 km of any of the 3 places"):
        new_case(plan(tmp_path, files, roads=(far,)))


def test_places_in_the_sea_are_left_out_and_named(tmp_path: Path, files: dict[str, Path]) -> None:
    metres = hills()
    metres[:20, 40:] = 0
    _, notes = new_case(plan(tmp_path, files, dem=dem(tmp_path / "coast.tif", metres)))
    assert any("1 lie in the sea" in n and "Salterton" in n for n in notes)
    assert read_case(tmp_path / "war").places.names == ("Norwick", "Kirk")


def test_one_way_roads_carry_traffic_both_ways_and_that_is_said(tmp_path: Path, files: dict[str, Path]) -> None:
    one_way = features(
        tmp_path / "oneway.geojson",
        [road((20.1, 0.1), (20.3, 0.1), oneway="yes"), road((20.3, 0.1), (20.5, 0.3), oneway="yes")],
    )
    _, notes = new_case(plan(tmp_path, files, roads=(one_way,)))
    assert any("both ways on every carriageway" in n for n in notes)
    assert read_case(tmp_path / "war").routes.two_way.all()


def test_paths_of_other_routes_are_refused(tmp_path: Path, files: dict[str, Path]) -> None:
    new_case(plan(tmp_path, files))
    home = tmp_path / "war"
    (home / "routes.csv").write_text("route_id,from_place,to_place\nother,norwick,kirk\n")
    with pytest.raises(CaseError, match="has no path for 1 of 1 routes, 'other' first"):
        read_ground(read_case(home))


def test_who_held_what_before_comes_from_areas(tmp_path: Path, files: dict[str, Path]) -> None:
    east = {"type": "Polygon", "coordinates": [[[20.2, 0], [20.6, 0], [20.6, 0.4], [20.2, 0.4], [20.2, 0]]]}
    area = features(tmp_path / "east.geojson", [(east, {})])
    new_case(plan(tmp_path, files, sides=(("blue", None), ("orange", area))))
    assert read_case(tmp_path / "war").places.start.tolist() == [0, 1, 1]
