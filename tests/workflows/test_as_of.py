"""What comes out as of a day does not change when later claims are deleted: every file, to the byte."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.belief.wars import LITTLE
from tests.conftest import small_case
from vedette.errors import CaseError
from vedette.workflows import Study, brief, hindsight, in_the_end, list_claims, nowcast, sources, verify, who

DAY = date(2031, 4, 13)


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers come from draws, not from a cache that another test filled."""
    monkeypatch.setenv("VEDETTE_CACHE", "off")


def cut(folder: Path, day: date) -> Path:
    """Delete from the case's tables whatever was published after a day: claims, and the map's later runs."""
    claims = folder / "claims.csv"
    with claims.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    kept = [row for row in rows if row["reported_on"] <= day.isoformat()]
    assert 0 < len(kept) < len(rows)
    _write(claims, kept)
    atlas = folder / "maps" / "atlas.csv"
    with atlas.open(encoding="utf-8", newline="") as table:
        runs = [row for row in csv.DictReader(table) if row["from_date"] <= day.isoformat()]
    _write(atlas, [row | {"to_date": min(row["to_date"], day.isoformat())} for row in runs])
    return folder


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Study]:
    """The small war as of 13 April: with all that was published, and with what came later deleted."""
    home = tmp_path_factory.mktemp("as-of")
    whole = small_case(home / "whole")
    earlier = cut(small_case(home / "earlier"), DAY)
    return Study.of(whole, DAY, seed=2, effort=LITTLE), Study.of(earlier, DAY, seed=2, effort=LITTLE)


def test_the_briefing_is_the_same_in_every_file(studies: tuple[Study, Study], tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for study, folder in zip(studies, folders, strict=True):
        brief(study, folder)
    files = [{path.name: path.read_bytes() for path in sorted(folder.iterdir())} for folder in folders]
    assert files[0].keys() == files[1].keys()
    assert {"briefing.html", "map.png", "control.geojson", "claims.csv", "run.json"} <= files[0].keys()
    for name, content in files[0].items():
        assert content == files[1][name], name
    assert json.loads(files[0]["run.json"])["as_of"] == "2031-04-13"


def test_so_are_answers_about_places_sources_and_claims(studies: tuple[Study, Study]) -> None:
    whole, earlier = studies
    for place in ("cairn", "dunmore", "garth"):
        assert repr(who(whole, place)) == repr(who(earlier, place))  # as text: nothing to supply is NaN
    assert sources(whole) == sources(earlier)
    assert list_claims(whole) == list_claims(earlier)
    assert whole.run_record() == earlier.run_record()


def test_so_is_every_row_of_the_nowcast(studies: tuple[Study, Study]) -> None:
    found = [nowcast(study) for study in studies]
    assert found[0].equals(found[1])
    assert found[0].sizes["day"] == 13


@pytest.mark.parametrize("place_by_place", [False, True])
def test_a_row_of_the_nowcast_is_what_a_study_of_that_day_believes_about_it(
    studies: tuple[Study, Study], monkeypatch: pytest.MonkeyPatch, *, place_by_place: bool
) -> None:
    """In a long war, filtered place by place, too."""
    if place_by_place:
        monkeypatch.setattr("vedette.workflows.study.LONG_WAR", 0)
    whole, _ = studies
    rows = nowcast(whole)
    assert rows.attrs["method"] == ("factored" if place_by_place else "draws")
    for day in (date(2031, 4, 1), date(2031, 4, 8), DAY):
        study = Study.of(whole.case.folder, day, seed=2, effort=LITTLE)
        then = nowcast(study) if place_by_place else hindsight(study)
        np.testing.assert_array_equal(
            rows["probability"].sel(day=np.datetime64(day)).values,
            then["probability"].sel(day=np.datetime64(day)).values,
        )


def test_a_nowcast_since_a_day_after_its_last_is_refused_before_anything_is_drawn(studies: tuple[Study, Study]) -> None:
    with pytest.raises(CaseError, match=r"--since 2031-05-01 lies after 2031-04-13"):
        nowcast(studies[0], since=date(2031, 5, 1))


def test_place_by_place_later_claims_change_nothing_either(
    studies: tuple[Study, Study], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vedette.workflows.study.LONG_WAR", 0)
    for product in (nowcast, hindsight):
        found = [product(study)["probability"].values for study in studies]
        np.testing.assert_array_equal(found[0], found[1])


def test_in_the_end_hears_what_came_out_after_the_war(studies: tuple[Study, Study]) -> None:
    """The observer mission's report of 24 April, four days after the last one of the war."""
    whole, earlier = studies
    assert in_the_end(whole).as_of == date(2031, 4, 24)
    assert len(in_the_end(whole).known) == len(whole.case.claims)
    assert in_the_end(earlier).as_of == date(2031, 4, 20)


def test_a_cached_answer_is_the_drawn_one(
    studies: tuple[Study, Study], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VEDETTE_CACHE", str(tmp_path / "draws"))
    folder = studies[0].case.folder
    drawn, found = (Study.of(folder, DAY, seed=9, effort=LITTLE).belief for _ in range(2))
    assert any((tmp_path / "draws").iterdir())
    for name, values in drawn.arrays().items():
        assert values.tobytes() == found.arrays()[name].tobytes(), name
    other_seed = Study.of(folder, DAY, seed=10, effort=LITTLE).belief
    assert (other_seed.control != drawn.control).any()


def test_verify_scores_both_products_beside_every_baseline(studies: tuple[Study, Study]) -> None:
    study, _ = studies
    found = verify(study)
    assert found.keys() == {"nowcast", "hindsight"}
    for product, cards in found.items():
        assert [card.rows[0].method for card in cards] == ["Vedette"] * len(cards)
        names = {row.method for row in cards[0].rows} | set(cards[0].missing)
        assert {
            "nothing changes",
            "last claim wins",
            "majority of claims",
            "independent hidden Markov chains",
            "Dawid-Skene (crowd-kit)",
            "Wikipedia's rule",
            "side alone: Blue side",
            "side alone: Orange side",
            "map alone: atlas",
        } <= names, product
        assert cards[0].place_days == 19
    so_far = verify(study, whole=False)
    assert so_far["nowcast"][0].place_days == 12  # Cairn, thirteen days less the contested one
