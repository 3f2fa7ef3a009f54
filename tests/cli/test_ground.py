"""Situation, front and heights on the small war; and what is said when they cannot be told."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ask

pytestmark = pytest.mark.usefixtures("hasty")

TWELFTH = ["--as-of", "2031-04-12"]


def told(vedette: Ask, *words: object) -> Any:
    answer = vedette(*words, "--json")
    assert answer.status == 0, answer.err
    return json.loads(answer.out)


def test_a_place_is_told_with_its_roads(vedette: Ask, case_folder: Path) -> None:
    found = told(vedette, "situation", "Dunmore", "--case", case_folder, *TWELFTH)
    for supply in found["supplies"]:
        assert {r["route_id"] for r in supply["roads"]} == {"brook_dunmore", "cairn_dunmore", "dunmore_fallow"}
        for road in supply["roads"]:
            assert math.isclose(road["open"] + road["under_fire"] + road["cut"], 1, abs_tol=1e-9)
        if supply["isolated"] is not None:
            assert 0 <= supply["isolated"] <= supply["unsafe"] <= 1
        assert len(supply["history"]) == 12
    assert "No elevation model" in found["terrain"]
    answer = vedette("situation", "Dunmore", "--case", case_folder, *TWELFTH)
    assert "Dunmore road" in answer.out
    assert "P(under fire)" in answer.out
    assert "reachable from the: " in answer.out
    assert "Open: neither cut nor under fire." in " ".join(answer.out.split())


def test_all_places_and_a_layer_of_roads(vedette: Ask, case_folder: Path, tmp_path: Path) -> None:
    layer = tmp_path / "roads.geojson"
    found = told(vedette, "situation", "--all", "--case", case_folder, *TWELFTH, "--geojson", layer)
    assert {p["side"] for p in found["places"]} <= {"Blue side", "Orange side"}
    roads = json.loads(layer.read_text())
    assert len(roads["features"]) == 10
    for road in roads["features"]:
        said = road["properties"]
        assert math.isclose(sum(said[f"blue_{s}"] for s in ("open", "under_fire", "cut")), 1, abs_tol=0.002)
        assert road["geometry"]["type"] == "LineString"


def test_the_front_and_the_ground_behind_it(vedette: Ask, case_folder: Path, tmp_path: Path) -> None:
    layer = tmp_path / "front.geojson"
    found = told(vedette, "front", "--case", case_folder, *TWELFTH, "--geojson", layer)
    mean, low, high = found["length_km"]
    assert low <= mean <= high
    total = sum(area[0] for area in found["areas"].values())
    assert total == pytest.approx(8 * math.pi * 100, rel=0.2)  # eight places, apart: discs of ten kilometres
    assert all(f["properties"]["layer"] == "front" for f in json.loads(layer.read_text())["features"])
    said = vedette("front", "--case", case_folder, *TWELFTH).out
    assert "Blue side: " in said
    assert "blue: " not in said


def test_what_is_published_later_changes_nothing(vedette: Ask, case_folder: Path) -> None:
    before = told(vedette, "situation", "Dunmore", "--case", case_folder, *TWELFTH)
    claims = case_folder / "claims.csv"
    late = (
        "z99,2031-04-15,2031-04-10,2031-04-10,Gazette,third,,route_cut,blue,,dunmore_fallow,asserted,full,asserted,,,"
        "The road was cut on the tenth.,https://example.org/z99\n"
    )
    claims.write_text(claims.read_text(encoding="utf-8") + late, encoding="utf-8")
    assert told(vedette, "situation", "Dunmore", "--case", case_folder, *TWELFTH) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["situation"], "which place?"),
        (["situation", "Dunmore", "--all"], "which place?"),
        (["situation", "Dunmoor"], "Did you mean Dunmore"),
        (["heights", "Dunmore", "--range-km", "0"], "0.5"),
        (["front", "--as-of", "2030-01-01"], "nothing is known that early"),
    ],
)
def test_a_question_that_has_no_answer(vedette: Ask, case_folder: Path, words: list[str], said: str) -> None:
    answer = vedette(*words, "--case", case_folder)
    assert answer.status == 2
    assert said in answer.err


def test_a_new_case_of_files_that_are_not_there(vedette: Ask, tmp_path: Path) -> None:
    answer = vedette("case", "new", tmp_path / "w", "--bbox", 20, 0, 21, 1, "--places", tmp_path / "none.csv")
    assert answer.status == 2
    assert "there is no such file" in answer.err
    assert not (tmp_path / "w").exists()


def test_a_new_case_of_six_sides(vedette: Ask, case_folder: Path, tmp_path: Path) -> None:
    sides = [word for n in range(6) for word in ("--side", f"side{n}")]
    answer = vedette(
        *("case", "new", tmp_path / "w", "--bbox", 20, 0, 21, 1, "--places", case_folder / "places.csv", *sides)
    )
    assert answer.status == 2
    assert "--side names 6 sides, and a case may have 5" in answer.err
    assert not (tmp_path / "w").exists()
