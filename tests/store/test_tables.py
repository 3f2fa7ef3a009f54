from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.errors import CaseError
from vedette.store.tables import MAX_ROWS, SHOWN, Problems, Schema, find_table, read_table

SCHEMA = Schema(
    required=("id",),
    optional=("day", "size", "word"),
    spellings={"key": "id", "extent": "size"},
    more=lambda name: name.startswith("name_"),
)
FIRST = date(2031, 4, 1)


@pytest.fixture
def things(tmp_path: Path) -> Path:
    return tmp_path / "things.csv"


def fails(path: Path, match: str) -> None:
    with pytest.raises(CaseError, match=match):
        read_table(path, SCHEMA, Problems())


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from('\n,;"|'), max_size=8)


@given(rows=st.lists(st.tuples(st.text("abc,\"'", min_size=1, max_size=5), TEXT), min_size=1, max_size=12))
def test_csv_and_parquet_read_alike(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> None:
    folder = tmp_path_factory.mktemp("tables")
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("id", "word"), *rows])
    (folder / "a.csv").write_text(text.getvalue(), encoding="utf-8", newline="")
    pq.write_table(pa.table({"id": [a for a, _ in rows], "word": [b for _, b in rows]}), folder / "a.parquet")
    by_csv, by_parquet = (read_table(folder / f"a.{s}", SCHEMA, Problems()) for s in ("csv", "parquet"))
    for name, column in (("id", 0), ("word", 1)):
        assert by_csv.text(name).tolist() == by_parquet.text(name).tolist()
        assert [_folded(t) for t in by_csv.text(name)] == [_folded(row[column]) for row in rows]


def _folded(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("header", ["id,size", "key,extent", " id , size", '"id","extent"', "\ufeffid,size"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_other_spellings_of_columns_and_lines(things: Path, header: str, end: str) -> None:
    things.write_bytes(end.join([header, "a,1", "b, 2.5 ", "c,"]).encode())
    table = read_table(things, SCHEMA, Problems())
    assert table.text("id").tolist() == ["a", "b", "c"]
    assert table.number("size", 0, 9).tolist()[:2] == [1.0, 2.5]


def test_parquet_may_have_types(tmp_path: Path) -> None:
    path = tmp_path / "things.parquet"
    columns = {
        "id": pa.array(["a", "b"]).dictionary_encode(),
        "day": pa.array([date(2031, 4, 3), None]),
        "size": pa.array([2, 3]),
        "name_x": pa.array([True, False]),
    }
    pq.write_table(pa.table(columns), path)
    problems = Problems()
    table = read_table(path, SCHEMA, problems)
    assert table.text("id").tolist() == ["a", "b"]
    assert table.number("size", 0, 9).tolist() == [2.0, 3.0]
    assert table.text("name_x").tolist() == ["true", "false"]
    assert table.day("day", FIRST).tolist() == [2, 0]
    assert [str(p) for p in problems.found] == [
        "things.parquet, row 2, column day: '' is not a date. Write it as YYYY-MM-DD."
    ]


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "things.csv: is empty. Give it a header row"),
        (b"\n\n\n", "is not a CSV table"),
        (b"\xef\xbb\xbf", "is not a CSV table"),
        (b"id,word", "is not a CSV table|has a header and no rows"),
        (b"id,word\n", "has a header and no rows. Fill it, or remove the file"),
        (b"id,wrod\na,b\n", "unknown column 'wrod': nothing would read it.*Rename or remove it"),
        (b"word,size\na,1\n", "no column 'id'. It holds word, size"),
        (b"id,word,word\na,b,c\n", "column 'word' stands twice"),
        (b"id,key\na,b\n", "column 'id' stands twice .under two spellings"),
        (b"id,,word\na,b,c\n", "unknown column ''"),
        (b"id;word\na;b\n", "is not comma separated .its header is one cell, 'id;word'.. Save it with commas"),
        (b"id\tword\na\tb\n", "is not comma separated"),
        (b"id,word\na,b,c\n", "is not a CSV table .*Expected 2 columns, got 3"),
        (b"id,word\na\n", "is not a CSV table .*Expected 2 columns, got 1"),
        (b'id,word\n"a,b\n', "is not a CSV table"),
        ("id,word\na,é\n".encode("latin-1"), "is not UTF-8 text|invalid UTF8"),
        ("id,word\na,b\n".encode("utf-16"), "is not UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is not UTF-8 text"),
        (b"PK\x03\x04" + b"\0" * 200, "is not a CSV table|unknown column"),
        (b"\0" * 500, "is not a CSV table"),
        (b"<!doctype html>\n<title>Not found, sorry</title>\n", "is not a CSV table"),
        (b"PAR1 but not really\n", "unknown column|has a header"),
    ],
)
def test_what_is_no_table_is_said_to_be_none(things: Path, content: bytes, match: str) -> None:
    things.write_bytes(content)
    fails(things, match)


@pytest.mark.parametrize(
    ("column", "match"),
    [
        (pa.array([["a"]]), "column 'word' holds list<.*>, which is not text.*Write it as text"),
        (pa.array([{"a": 1}]), "column 'word' holds struct<.*>, which is not text"),
        (pa.array([b"\xff\xfe"]), "column 'word' holds binary, which is not text"),
    ],
)
def test_parquet_columns_that_are_no_text(tmp_path: Path, column: pa.Array, match: str) -> None:
    path = tmp_path / "things.parquet"
    pq.write_table(pa.table({"id": ["a"], "word": column}), path)
    fails(path, match)


@pytest.mark.parametrize("keep", [0, 3, 200, -1])
def test_parquet_that_is_no_parquet(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "things.parquet"
    pq.write_table(pa.table({"id": ["a"]}), path)
    path.write_bytes(path.read_bytes()[:keep])
    fails(path, r"things.parquet: cannot be read as Parquet \(.*\)\. Write it again, or give it as CSV")


def test_one_table_in_two_formats_is_one_too_many(tmp_path: Path) -> None:
    assert find_table(tmp_path, "things") is None
    for suffix in ("csv", "parquet"):
        (tmp_path / f"things.{suffix}").touch()
    with pytest.raises(CaseError, match=r"both things\.csv and things\.parquet: which one counts"):
        find_table(tmp_path, "things")


def test_rows_are_numbered_as_in_a_spreadsheet(things: Path) -> None:
    """The header is row 1; a cell may hold several lines; blank lines count."""
    things.write_text('id,day\na,2031-04-01\n"b\nb",2031-04-02\n\n\nc,soon\nd,2031-04-03x\n')
    problems = Problems()
    read_table(things, SCHEMA, problems).day("day", FIRST)
    assert [(p.row, p.column) for p in problems.found] == [(6, "day"), (7, "day")]


@pytest.mark.parametrize(
    ("text", "day"),
    [("2031-04-03", 2), ("2031-04-03T23:59:59Z", 2), ("2031-04-03 10:00", 2), (" 2031-03-31 ", -1)],
)
def test_dates(things: Path, text: str, day: int) -> None:
    things.write_text(f"id,day\na,{text}\n")
    problems = Problems()
    assert read_table(things, SCHEMA, problems).day("day", FIRST).tolist() == [day]
    assert not problems.found


@pytest.mark.parametrize("text", ["", "soon", "2031-02-30", "03.04.2031", "2031-4-3", "2031-04-03x", "99999-01-01"])
def test_what_is_no_date(things: Path, text: str) -> None:
    things.write_text(f"id,day\na,{text}\n")
    problems = Problems()
    read_table(things, SCHEMA, problems).day("day", FIRST)
    assert [p.message for p in problems.found] == [f"{text!r} is not a date. Write it as YYYY-MM-DD."]


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "10", "-1", "1,5", "a", "0x1", "١e999"])
def test_what_is_no_number_within_bounds(things: Path, text: str) -> None:
    things.write_text(f'id,size\na,"{text}"\n')
    problems = Problems()
    read_table(things, SCHEMA, problems).number("size", 0, 9)
    assert len(problems.found) == 1
    assert "Correct it" in problems.found[0].message or "is not a number" in problems.found[0].message


@pytest.mark.parametrize("mark", ["\0", "\x1b[31m", "\x1b]0;title\x07", "\x7f", "\x9b31m"])
def test_control_characters_reach_no_terminal(things: Path, mark: str) -> None:
    things.write_text(f"id,word\na,b\nc,fine{mark}\n")
    problems = Problems()
    read_table(things, SCHEMA, problems)
    assert [(p.row, p.column) for p in problems.found] == [(3, "word")]
    assert mark not in str(problems.found[0])


def test_ids_are_unique_and_not_blank(things: Path) -> None:
    things.write_text("id,word\na,1\n,2\na,3\n")
    problems = Problems()
    read_table(things, SCHEMA, problems).unique("id")
    assert [str(p) for p in problems.found] == [
        "things.csv, row 3, column id: is blank. Every row needs an id of its own.",
        "things.csv, row 4, column id: 'a' stands in row 2 already. Make ids unique.",
    ]


def test_a_long_list_of_problems_is_cut_short() -> None:
    problems = Problems()
    problems.raise_if_any("folder")
    for n in range(1000):
        problems.add("things.csv", n, "id", "is wrong.")
    with pytest.raises(CaseError, match=r"^1,000 problems in folder") as caught:
        problems.raise_if_any("folder")
    lines = str(caught.value).splitlines()
    assert len(lines) == SHOWN + 2
    assert lines[-1].strip() == "... and 980 more."


def test_ten_million_rows_of_csv_meet_the_limit(things: Path) -> None:
    with things.open("wb") as handle:
        handle.write(b"id,word\n")
        for _ in range(100):
            handle.write(b"a,b\n" * 100_000)
    fails(things, rf"has 10,000,000 rows; one table may hold {MAX_ROWS:,}\. Split the case")


def test_ten_million_rows_of_parquet_meet_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "things.parquet"
    ids = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int8()), pa.array(["a"]))
    with pq.ParquetWriter(path, pa.schema({"id": ids.type})) as writer:
        for _ in range(10):
            writer.write_table(pa.table({"id": ids}))
    fails(path, rf"has 10,000,000 rows; one table may hold {MAX_ROWS:,}\. Split the case")


def test_lines_inside_cells_do_not_count_as_rows(things: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vedette.store.tables.MAX_ROWS", 4)
    pacsv.write_csv(pa.table({"id": ["a", "b", "c"], "word": ["x\n" * 5] * 3}), things)
    assert read_table(things, SCHEMA, Problems()).rows == 3
    pacsv.write_csv(pa.table({"id": list("abcde"), "word": ["x"] * 5}), things)
    fails(things, "has 5 rows; one table may hold 4")
