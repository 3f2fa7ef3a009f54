from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import fields
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import small_case
from vedette.claims import Kind
from vedette.errors import CaseError
from vedette.store import Case, list_cases, read_case, read_outcome
from vedette.store.case_toml import TOML_KEYS
from vedette.store.claim_tables import CLAIMS, EVENTS
from vedette.store.control_tables import RUNS
from vedette.store.ground_tables import PLACES, ROUTES

FORMAT = Path(__file__).parents[2] / "docs" / "case-format.md"
TABLES = ("places", "routes", "claims", "maps/atlas", "outcome")


def edit(path: Path, old: str, new: str, count: int = -1) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def content(case: Case) -> dict[str, object]:
    """All that is in a case but where it lies, comparable with ==."""
    places = [list(getattr(case.places, f.name)) for f in fields(case.places) if f.init]
    return {
        "places": repr(places),  # for NaN is not NaN
        "routes": [case.routes.ids, case.routes.names, case.routes.ends.tolist(), case.routes.length_km.tolist()],
        "roads": [case.routes.classes, case.routes.two_way.tolist()],
        "claims": list(case.claims.rows()),
        "maps": [m.digest for m in case.maps],
        "outcome": [np.asarray(getattr(read_outcome(case), n)).tolist() for n in ("place", "state", "first", "last")],
        "basis": [read_outcome(case).basis.tolist(), read_outcome(case).confidence.tolist()],
        "rest": (case.sides, case.days, case.supply, case.headline, case.title, case.judge),
        "digests": case.digests(len(case.days)),
    }


def to_parquet(folder: Path, table: str) -> None:
    path = folder / f"{table}.csv"
    pq.write_table(pacsv.read_csv(path), path.with_suffix(".parquet"))
    path.unlink()


def test_the_small_war_reads_as_it_is_written(small: Case) -> None:
    assert small.sides.ids == ("blue", "orange")
    assert (small.days.first, small.days.last) == (date(2031, 4, 1), date(2031, 4, 20))
    assert len(small.places) == 8
    assert (len(small.routes), len(small.claims), len(small.claims.claimants)) == (10, 14, 4)
    quoted = next(c for c in small.claims.rows() if c.claim_id == "a03")
    assert quoted.paraphrase == 'The heights are ours, "all of them".'
    assert (quoted.kind, quoted.place_id, quoted.reported_on) == (Kind.capture, "cairn", date(2031, 4, 6))
    road = next(c for c in small.claims.rows() if c.claim_id == "a06")
    assert (road.route_id, road.place_id, road.partial) == ("dunmore_fallow", None, True)
    assert [small.places.ids[i] for i in small.headline] == ["dunmore"]
    assert small.supply == {0: (0,), 1: (7,)}
    assert dict(enumerate(small.neighbours.rear.tolist())) == {
        **dict.fromkeys(range(len(small.places)), -1),
        0: 0,
        7: 1,
    }
    assert not small.warnings


@settings(max_examples=25)
@given(st.sets(st.sampled_from(TABLES)))
def test_a_case_in_parquet_is_the_same_case(
    small: Case, tmp_path_factory: pytest.TempPathFactory, chosen: set[str]
) -> None:
    folder = small_case(tmp_path_factory.mktemp("cases") / "small")
    for table in chosen:
        to_parquet(folder, table)
    assert content(read_case(folder)) == content(small)


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_the_order_of_claims_in_the_file_does_not_matter(
    small: Case, tmp_path_factory: pytest.TempPathFactory, chance: object
) -> None:
    folder = small_case(tmp_path_factory.mktemp("cases") / "small")
    header, *rows = (folder / "claims.csv").read_text().splitlines()
    chance.shuffle(rows)  # type: ignore[attr-defined]
    (folder / "claims.csv").write_text("\n".join([header, *rows]) + "\n")
    assert content(read_case(folder)) == content(small)


def test_other_spellings_of_columns(small: Case, case_folder: Path) -> None:
    edit(case_folder / "routes.csv", "route_id,", "road_id,")
    edit(case_folder / "claims.csv", ",route_id,", ",road_id,")
    for runs in ("maps/atlas.csv", "outcome.csv"):
        edit(case_folder / runs, "place_id,side,", "place_id,controlled_by,")
    assert content(read_case(case_folder)) == content(small)


def test_other_words_in_cells(small: Case, case_folder: Path) -> None:
    """Aliases of sides, any case of letters, blanks for what is usual, a route's id as the place."""
    edit(case_folder / "claims.csv", ",asserted,full,asserted,", ",,FULL,,")
    edit(case_folder / "claims.csv", ",third,", ",Third,")
    edit(case_folder / "claims.csv", ",,dunmore_fallow,", ",dunmore_fallow,,")
    edit(case_folder / "claims.csv", ",repulse,orange,", ",Repulse,Oranges,")
    edit(case_folder / "places.csv", ",blue\n", ",BLUES\n")
    edit(case_folder / "routes.csv", ",yes\n", ",true\n")
    assert content(read_case(case_folder)) == content(small)


@pytest.mark.parametrize(
    "sides",
    [
        'sides = ["blue", "orange"]',
        '[sides.blue]\nname = "blue"\n[sides.orange]\nname = "orange"',
        '[[sides]]\nid = "blue"\n[[sides]]\nid = "orange"',
    ],
)
def test_three_ways_to_list_the_sides(small: Case, case_folder: Path, sides: str) -> None:
    text = re.sub(r"\[\[sides\]\].*?(?=\[supply\])", "", (case_folder / "case.toml").read_text(), flags=re.DOTALL)
    first = sides + "\n" + text if sides.startswith("sides") else text + sides + "\n"
    (case_folder / "case.toml").write_text(first)
    case = read_case(case_folder)
    assert [(s.id, s.name) for s in case.sides] == [("blue", "blue"), ("orange", "orange")]
    assert case.digests(30) == small.digests(30)


def test_without_routes_neighbours_stand_in(case_folder: Path) -> None:
    (case_folder / "routes.csv").unlink()
    edit(case_folder / "claims.csv", ",,dunmore_fallow,", ",dunmore,,")
    case = read_case(case_folder)
    assert case.routes.by_proximity
    assert len(case.routes) == len(case.neighbours.pairs)
    assert np.all(case.routes.length_km > 5)


def test_a_case_without_an_outcome_can_be_read_but_not_scored(case_folder: Path) -> None:
    (case_folder / "outcome.csv").unlink()
    case = read_case(case_folder)
    with pytest.raises(CaseError, match=r"case 'small' has no outcome table.*Add outcome\.csv"):
        read_outcome(case)


def test_what_nothing_reads_is_said(case_folder: Path) -> None:
    edit(case_folder / "case.toml", "headline =", "headlines =")
    assert read_case(case_folder).warnings == ("case.toml: 'headlines' is not a key that anything reads.",)


def test_a_map_is_clipped_to_the_war(case_folder: Path) -> None:
    edit(case_folder / "maps/atlas.csv", "norwick,blue,2031-04-01,2031-04-20", "norwick,blue,2030-01-01,2032-01-01")
    (drawn,) = read_case(case_folder).maps
    norwick = drawn.place == 0
    assert (drawn.first[norwick].tolist(), drawn.last[norwick].tolist()) == ([0], [19])


def test_fingerprints_follow_what_a_result_may_depend_on(small: Case, case_folder: Path) -> None:
    """Prose and headline do not move the draws of an earlier day; places, supply, claims and maps until then do."""
    before = small.digests(5)
    edit(case_folder / "claims.csv", "The town holds.", "The town has fallen.")  # published on day 12
    edit(case_folder / "maps/atlas.csv", "cairn,blue,2031-04-08", "cairn,orange,2031-04-08")
    edit(case_folder / "case.toml", 'headline = ["dunmore"]', 'headline = ["cairn"]')
    later = read_case(case_folder)
    assert later.digests(5) == before
    assert later.digests(12) != small.digests(12)
    edit(case_folder / "places.csv", "10.30,-30.60", "10.31,-30.60")
    assert read_case(case_folder).digests(5)["ground"] != before["ground"]


def test_a_case_is_found_by_name_or_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "karabakh-2020" in list_cases()
    assert read_case("karabakh-2020").name == "karabakh-2020"
    small_case(tmp_path / "karabakh-2020")
    monkeypatch.chdir(tmp_path)
    assert read_case("karabakh-2020").name == "small", "a folder of that name comes first"
    with pytest.raises(CaseError, match=r"there is no case 'nowhere'.*ship with Vedette \(karabakh-2020\)"):
        read_case("nowhere")


@pytest.mark.parametrize("name", ["../escape", "/etc", "a/b", "..", ".hidden", "", "x\\y", "a\nb"])
def test_a_case_cannot_choose_where_results_go(case_folder: Path, name: str) -> None:
    (case_folder / "case.toml").write_text(
        (case_folder / "case.toml").read_text().replace('name = "small"', f"name = {name!r}".replace("\\n", "\\u000a"))
    )
    if not name:
        assert read_case(case_folder).name == "small", "the folder's own name"
    else:
        with pytest.raises(CaseError, match=r"cannot be that of a folder|is not TOML"):
            read_case(case_folder)


def test_a_folder_without_case_toml_is_no_case(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"holds no case\.toml, so it is not a case\. docs/case-format\.md says"):
        read_case(tmp_path)


def documented_columns(heading: str) -> set[str]:
    text = FORMAT.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`([a-z_]+)`", cell)}


def test_the_format_page_lists_every_column() -> None:
    spelt = {"road_id"}
    assert documented_columns("places") == {*PLACES.required, *PLACES.optional}
    assert documented_columns("routes") - spelt == {*ROUTES.required, *ROUTES.optional}
    assert documented_columns("claims") == {*CLAIMS.required, *CLAIMS.optional}
    assert documented_columns("events") | {"source_url"} == {*EVENTS.required, *EVENTS.optional, *EVENTS.spellings}
    page = FORMAT.read_text(encoding="utf-8")
    for name in (*RUNS.required, "confidence", "basis", *RUNS.spellings, *(kind.name for kind in Kind)):
        assert f"`{name}`" in page, name


def test_the_format_page_shows_every_key_of_case_toml() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", FORMAT.read_text(encoding="utf-8"), flags=re.DOTALL)
    shown = tomllib.loads(block)
    assert set(shown) <= TOML_KEYS
    assert TOML_KEYS - set(shown) <= {"summary", "settings"}


def test_the_format_pages_case_is_one(tmp_path: Path) -> None:
    """Its case.toml, with tables of the least columns, reads."""
    (block,) = re.findall(r"```toml\n(.*?)```", FORMAT.read_text(encoding="utf-8"), flags=re.DOTALL)
    (tmp_path / "case.toml").write_text(block, encoding="utf-8")
    (tmp_path / "places.csv").write_text(
        "place_id,name,lat,lon,side_at_start\nnorwick,Norwick,10,20,blueland\nbluehaven,B,10,20.1,blue\n"
        "orangeton,O,10,20.2,orange\n"
    )
    (tmp_path / "claims.csv").write_text(
        "claim_id,reported_on,about_from,about_to,claimant,claimant_side,kind,side,place_id\n"
        "c1,2031-03-02,2031-03-02,2031-03-02,Somebody,,capture,orange,norwick\n"
    )
    case = read_case(tmp_path)
    assert case.name == "my-war"
    assert len(case.claims) == 1


def test_the_shipped_case_is_in_order_and_says_whose_data_it_is() -> None:
    case = read_case("karabakh-2020")
    assert not case.warnings
    assert "ODbL" in case.attribution + case.notice
    assert len(read_outcome(case).place) > len(case.places)


def test_reading_leaves_a_case_as_it_was(case_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(case_folder, tmp_path / "before")
    read_outcome(read_case(case_folder))
    files = {p.relative_to(case_folder): p.read_bytes() for p in case_folder.rglob("*") if p.is_file()}
    before = tmp_path / "before"
    assert files == {p.relative_to(before): p.read_bytes() for p in before.rglob("*") if p.is_file()}
