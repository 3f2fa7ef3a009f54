"""Whatever is wrong with a case ends in one message (what, where, why, what to do), status 2, and nothing written."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Answer, Ask

VEDETTE = str(Path(sys.executable).with_name("vedette"))

Spoil = Callable[[Path], object]


def change(file: str, old: str, new: str) -> Spoil:
    def spoil(case: Path) -> None:
        text = (case / file).read_text(encoding="utf-8")
        assert old in text
        (case / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


def put(file: str, content: bytes) -> Spoil:
    return lambda case: (case / file).write_bytes(content)


def a_folder_for_a_table(case: Path) -> None:
    (case / "places.csv").unlink()
    (case / "places.csv").mkdir()


def neither_claims_nor_maps(case: Path) -> None:
    (case / "claims.csv").unlink()
    shutil.rmtree(case / "maps")


def several(case: Path) -> None:
    change("claims.csv", ",cairn,,asserted", ",kairn,,asserted")(case)
    change("claims.csv", "a06,2031-04-09", "a05,soon")(case)


def many_rows(case: Path) -> None:
    header = b"claim_id,reported_on,about_from,about_to,claimant,claimant_side,kind,side,place_id\n"
    with (case / "claims.csv").open("wb") as handle:
        handle.write(header)
        for _ in range(100):
            handle.write((b"a" + b"," * header.count(b",") + b"\n") * 100_000)


FIRST = "a01,2031-04-02,2031-04-02,2031-04-02"

BAD = {
    "missing column": (
        put("places.csv", b"place_id,name,lat,side_at_start\na,A,1,blue\n"),
        ["places.csv: no column 'lon'", "It holds place_id, name, lat, side_at_start", "Add what is missing"],
    ),
    "unknown column": (
        change("claims.csv", ",degree,", ",degre,"),
        ["claims.csv: unknown column 'degre'", "Known are", "degree", "Rename or remove it"],
    ),
    "doubled column": (
        change("claims.csv", ",relayed_by,", ",claimant,"),
        ["claims.csv: column 'claimant' stands twice", "Keep one"],
    ),
    "unknown place": (
        change("claims.csv", ",dunmore,", ",dunmoor,"),
        ["claims.csv, row 8, column place_id", "'dunmoor' is neither a place nor a route", "Did you mean Dunmore"],
    ),
    "unknown place of a route": (
        change("routes.csv", "norwick,brook", "norwick,bruk"),
        ["routes.csv, row 3, column to_place", "'bruk' is no place", "Did you mean Brook"],
    ),
    "unknown place on a map": (
        change("maps/atlas.csv", "garth,", "garthh,"),
        ["maps/atlas.csv, row 7, column place_id", "Did you mean Garth"],
    ),
    "unknown side": (
        change("claims.csv", ",capture,blue,", ",capture,green,"),
        ["claims.csv, row 4, column side", "'green' is not one of blue, blues, orange, oranges, both", "Use one of"],
    ),
    "unknown side of a claimant": (
        change("claims.csv", "Orange ministry,orange,", "Orange ministry,purple,"),
        ["claims.csv, row 2, column claimant_side", "'purple'", "third"],
    ),
    "unknown side at the start": (
        change("places.csv", "Middle,orange", "Middle,nobody"),
        ["places.csv, row 5, column side_at_start", "'nobody'", "contested"],
    ),
    "unknown kind": (
        change("claims.csv", ",repulse,", ",repulsed,"),
        ["claims.csv, row 2, column kind", "'repulsed' is not one of control, capture", "Use one of them"],
    ),
    "no date": (
        change("claims.csv", FIRST, "a01,2 April 2031,2031-04-02,2031-04-02"),
        ["claims.csv, row 2, column reported_on", "'2 April 2031' is not a date", "Write it as YYYY-MM-DD"],
    ),
    "a day that does not exist": (
        change("claims.csv", FIRST, "a01,2031-04-02,2031-04-02,2031-04-31"),
        ["claims.csv, row 2, column about_to", "'2031-04-31' is not a date"],
    ),
    "published before the war": (
        change("claims.csv", FIRST, "a01,2021-04-02,2021-04-02,2021-04-02"),
        ["claims.csv, row 2, column reported_on", "2021-04-02 lies before the case's first day", "begin the case"],
    ),
    "about days after the war": (
        change("claims.csv", FIRST, "a01,2041-04-02,2041-04-02,2041-04-02"),
        ["claims.csv, row 2, column about_from", "lies after the case's last day (2031-04-01 to 2031-04-20)"],
    ),
    "ends before it begins": (
        change("claims.csv", "a05,2031-04-08,2031-04-07,2031-04-08", "a05,2031-04-08,2031-04-08,2031-04-07"),
        ["claims.csv, row 6, column about_from", "2031-04-08 lies after about_to, 2031-04-07", "Swap or correct"],
    ),
    "published before the day it reports": (
        change("claims.csv", FIRST, "a01,2031-04-02,2031-04-03,2031-04-03"),
        ["claims.csv, row 2, column reported_on", "a day that had not come", "make its kind 'forecast'"],
    ),
    "duplicate claim": (
        change("claims.csv", "a02,", "a01,"),
        ["claims.csv, row 3, column claim_id", "'a01' stands in row 2 already", "Make ids unique"],
    ),
    "duplicate place": (
        change("places.csv", "brook,Brook", "alder,Brook"),
        ["places.csv, row 4, column place_id", "'alder' stands in row 3 already"],
    ),
    "duplicate route": (
        change("routes.csv", "norwick_brook,", "norwick_alder,"),
        ["routes.csv, row 3, column route_id", "stands in row 2 already"],
    ),
    "two states on one day": (
        change("maps/atlas.csv", "cairn,blue,2031-04-08", "cairn,blue,2031-04-07"),
        ["maps/atlas.csv, row 4, column from_date", "overlaps the one in row 3", "End one where the other begins"],
    ),
    "off the earth": (
        change("places.csv", "10.10,-30.45", "100.10,-30.45"),
        ["places.csv, row 3, column lat", "100.10 lies outside -90 to 90", "Correct it"],
    ),
    "empty file": (put("claims.csv", b""), ["claims.csv: is empty", "Give it a header row"]),
    "empty places": (put("places.csv", b""), ["places.csv: is empty"]),
    "no rows": (put("routes.csv", b"route_id,from_place,to_place\n"), ["routes.csv: has a header and no rows"]),
    "no CSV": (put("claims.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), ["claims.csv: is not UTF-8 text", "CSV UTF-8"]),
    "a page": (
        put("claims.csv", b"<p>Not found, sorry</p>\n"),
        ["claims.csv: unknown columns '<p>Not found', 'sorry</p>'"],
    ),
    "semicolons": (
        put("claims.csv", b"claim_id;reported_on\na;b\n"),
        ["claims.csv: is not comma separated", "Save it with commas"],
    ),
    "ragged": (change("claims.csv", "a02,", "a02,,"), ["claims.csv: is not a CSV table", "Expected 18 columns"]),
    "no Parquet": (
        lambda case: (case / "claims.csv").rename(case / "claims.parquet"),
        ["claims.parquet: cannot be read as Parquet", "Write it again, or give it as CSV"],
    ),
    "no table": (lambda case: (case / "places.csv").unlink(), ["holds neither places.csv nor places.parquet"]),
    "no source": (
        neither_claims_nor_maps,
        [
            "holds neither claims.csv nor claims.parquet, nor maps, nor events",
            "Add claims.csv, events.csv or a folder maps",
        ],
    ),
    "a folder for a table": (
        a_folder_for_a_table,
        ["holds neither places.csv nor places.parquet", "Add it"],
    ),
    "ten million rows": (many_rows, ["claims.csv: has 10,000,000 rows", "may hold 3,000,000", "Split the case"]),
    "no case.toml": (lambda case: (case / "case.toml").unlink(), ["holds no case.toml", "docs/case-format.md"]),
    "broken case.toml": (put("case.toml", b"name = \n"), ["case.toml: is not TOML", "Mend the line"]),
    "no TOML": (put("case.toml", b"\xff\xfe\0"), ["case.toml: is not TOML"]),
    "one side": (
        change("case.toml", '[[sides]]\nid = "orange"\nname = "Orange side"\naliases = ["oranges"]\n', ""),
        ["case.toml: the case names 1 side(s)", "List each party once"],
    ),
    "six sides": (
        change("case.toml", "[[sides]]", "".join(f'[[sides]]\nid = "side{n}"\n\n' for n in range(4)) + "[[sides]]"),
        ["case.toml: the case names 6 side(s) (side0, side1", "at most 5", "allies that hold ground together"],
    ),
    "no days": (change("case.toml", "first_day = 2031-04-01\n", ""), ["no first_day", "YYYY-MM-DD"]),
    "days swapped": (
        change("case.toml", "last_day = 2031-04-20", "last_day = 2031-03-20"),
        ["the last day, 2031-03-20, lies before the first", "Swap or correct"],
    ),
    "a mistyped year": (
        change("case.toml", "last_day = 2031", "last_day = 9031"),
        ["2,556,717 days, and a case may hold 20,000", "Correct the year"],
    ),
    "an unknown headline": (
        change("case.toml", '["dunmore"]', '["dunmoor"]'),
        ["case.toml, column headline", "'dunmoor'", "Did you mean Dunmore (dunmore)"],
    ),
    "supply of nobody": (
        change("case.toml", 'blue = ["norwick"]', 'green = ["norwick"]'),
        ["case.toml, column supply", "'green' is no side of this case", "Use one of"],
    ),
    "several at once": (
        several,
        ["3 problems in", "row 2, column place_id", "row 7, column claim_id", "row 7, column reported_on"],
    ),
}


def one_message(answer: Answer, case: Path, parts: list[str]) -> None:
    assert answer.status == 2
    assert answer.out == ""
    assert answer.err.startswith("vedette: ")
    assert answer.err.count("vedette: ") == 1
    assert "Traceback" not in answer.err
    assert "╭" not in answer.err
    for part in parts:
        assert part in answer.err, part
    assert len(answer.err) < 2000 + len(str(case))


def contents(folder: Path) -> dict[str, int]:
    return {str(p.relative_to(folder)): p.stat().st_size for p in folder.rglob("*")}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_case_ends_in_one_message(vedette: Ask, case_folder: Path, tmp_path: Path, name: str) -> None:
    spoil, parts = BAD[name]
    spoil(case_folder)
    before = contents(tmp_path)
    one_message(vedette("case", "check", case_folder), case_folder, parts)
    one_message(vedette("brief", "--case", case_folder, "--out", tmp_path / "out" / "deep"), case_folder, parts)
    assert contents(tmp_path) == before, "nothing is written, half or whole"


@pytest.mark.parametrize(
    "words",
    [
        ["brief", "--out", "o"],
        ["who", "Dunmore"],
        ["sources"],
        ["claims"],
        ["nowcast", "--out", "o.parquet"],
        ["hindsight", "--out", "o.parquet"],
        ["verify"],
        ["situation", "Dunmore"],
        ["front"],
        ["heights", "Dunmore"],
    ],
)
@pytest.mark.parametrize("plain", [False, True])
def test_every_command_says_it_alike(
    vedette: Ask, case_folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], plain: bool
) -> None:
    change("claims.csv", ",dunmore,", ",dunmoor,")(case_folder)
    monkeypatch.chdir(case_folder.parent)
    answer = vedette(*words, "--case", case_folder, *["--json"] * plain)
    one_message(answer, case_folder, ["'dunmoor' is neither a place nor a route"])
    assert [p.name for p in case_folder.parent.iterdir()] == ["small"]


def test_a_bad_outcome_or_base_map_is_found_by_check(vedette: Ask, case_folder: Path) -> None:
    change("outcome.csv", "garth,orange", "garth,green")(case_folder)
    one_message(vedette("case", "check", case_folder), case_folder, ["outcome.csv, row 12, column side", "'green'"])
    one_message(vedette("verify", "--case", case_folder), case_folder, ["outcome.csv, row 12, column side"])
    change("outcome.csv", "garth,green", "garth,orange")(case_folder)
    (case_folder / "basemap").mkdir()
    (case_folder / "basemap" / "rivers.geojson").write_text("{")
    one_message(vedette("case", "check", case_folder), case_folder, ["basemap/rivers.geojson: cannot be read"])


@pytest.mark.parametrize("kind", ["forecast", "intent", "ceasefire"])
def test_what_looks_forward_may_be_published_first(vedette: Ask, case_folder: Path, kind: str) -> None:
    change("claims.csv", FIRST, "a01,2031-04-02,2031-04-12,2031-04-13")(case_folder)
    change("claims.csv", ",repulse,", f",{kind},")(case_folder)
    answer = vedette("case", "check", case_folder)
    assert answer.status == 0
    assert "In order." in answer.out


def test_memory_that_runs_out_ends_in_one_message(
    vedette: Ask, case_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("vedette.store.case_folder.claims_in", exhausted)
    one_message(vedette("case", "check", case_folder), case_folder, ["more memory than there is", "Split the case"])


def test_stopping_ends_quietly(vedette: Ask, case_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vedette.store.case_folder.claims_in", stopped)
    answer = vedette("case", "check", case_folder)
    assert answer.status == 130
    assert "Traceback" not in answer.err


def test_the_installed_command_ends_the_same(case_folder: Path, tmp_path: Path) -> None:
    change("claims.csv", ",dunmore,", ",dunmoor,")(case_folder)
    words = ["brief", "--case", str(case_folder), "--out", str(tmp_path / "out")]
    done = subprocess.run([VEDETTE, *words], capture_output=True, text=True, check=False)
    one_message(Answer(done.returncode, done.stdout, done.stderr), case_folder, ["Did you mean Dunmore"])
    assert done.stderr.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["small"]


RUNS = "place_id,side,from_date,to_date\n"


def test_a_map_of_another_year_is_named(vedette: Ask, case_folder: Path) -> None:
    """It could not count; a map that begins before the war and goes on into it does."""
    told = "maps/old.csv: shows 2021-04-01 to 2021-04-20 and no day of the war, 2031-04-01 to 2031-04-20"
    old = case_folder / "maps" / "old.csv"
    old.write_text(f"{RUNS}cairn,blue,2021-04-08,2021-04-20\ngarth,orange,2021-04-01,2021-04-20\n")
    answer = vedette("case", "check", case_folder)
    assert answer.status == 0
    said = " ".join(answer.out.split())
    assert told in said
    assert "Correct its from_date and to_date, or the days in case.toml." in said
    assert "In order." not in said
    assert json.loads(vedette("case", "check", case_folder, "--json").out)["warnings"][0].startswith(told)
    assert vedette("verify", "--case", case_folder).status == 0
    old.write_text(f"{RUNS}cairn,blue,2021-04-08,2021-04-20\ngarth,orange,2021-04-01,2031-04-20\n")
    assert "In order." in vedette("case", "check", case_folder).out


def test_claims_and_an_outcome_of_other_days_are_named(vedette: Ask, case_folder: Path) -> None:
    header = (case_folder / "claims.csv").read_text().split("\n", 1)[0]
    said_later = {"claimant": "Mission", "kind": "support", "side": "blue", "place_id": "cairn"}
    lines = [header]
    for day in ("2032-05-01", "2032-05-02"):
        cells = said_later | dict.fromkeys(("reported_on", "about_from", "about_to"), day) | {"claim_id": day}
        lines.append(",".join(cells.get(column, "") for column in header.split(",")))
    (case_folder / "claims.csv").write_text("\n".join(lines) + "\n")
    (case_folder / "outcome.csv").write_text(f"{RUNS}cairn,blue,2021-04-08,2021-04-20\n")
    answer = vedette("case", "check", case_folder)
    assert answer.status == 0
    said = " ".join(answer.out.split())
    assert "all 2 claims are about 2032-05-01 to 2032-05-02 and none about a day of the war" in said
    assert "the outcome table has no row about a day of the war, 2031-04-01 to 2031-04-20" in said
    assert "In order." not in said
