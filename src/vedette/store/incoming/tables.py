"""Tables that others made: CSV however it is divided and encoded, JSON, lines of JSON, Parquet. All becomes text."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vedette.errors import CaseError
from vedette.store.incoming.content import bytes_of, json_of, text_of
from vedette.store.tables import CONTROL_CHARACTER, MAX_ROWS

__all__ = ["Foreign", "is_control_map", "read_foreign"]

LONGEST_CELL = 131_072
"""Characters: a longer one comes of a quotation mark that is missing."""

UNPACKED = 2_000_000_000
"""Bytes that a Parquet file may unpack to."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A table as somebody wrote it: its header and its rows as text, how it was encoded and divided.

    `numbers` says where each row stands: in CSV as a spreadsheet counts, the header being row 1; else from 1.
    """

    header: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    numbers: tuple[int, ...]
    encoding: str
    delimiter: str = ""


def read_foreign(path: Path, encoding: str = "") -> Foreign:
    """A table, by the ending of its name.

    CSV is divided by commas, semicolons, tabs or bars; its encoding is UTF-8 or UTF-16 or guessed, unless `encoding`
    names it: old one-byte encodings look alike.
    """
    ending = path.suffix.casefold()
    if ending == ".parquet":
        return _parquet(path)
    if ending in (".json", ".jsonl", ".ndjson"):
        text, found = text_of(bytes_of(path, "JSON"), path.name, encoding)
        return _records(path.name, text, found, lines=ending != ".json")
    text, found = text_of(bytes_of(path, "table"), path.name, encoding)
    return _csv(path.name, text, found)


# CSV ----------------------------------------------------------------------------------------------------------------


def _csv(name: str, text: str, encoding: str) -> Foreign:
    first, _, rest = text.partition("\n")
    skipped = 0
    if told := re.fullmatch(r"sep=(.)\s*", first):  # some spreadsheets say so in a line of its own
        delimiter, text, skipped = told[1], rest, 1
    else:
        delimiter = max((",", ";", "\t", "|"), key=first.count)
    lines: list[tuple[int, list[str]]] = []
    n = skipped
    csv.field_size_limit(LONGEST_CELL)  # one for the whole process, and other packages raise it
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for n, cells in enumerate(reader, start=1 + skipped):
            if any(c.strip() for c in cells):
                lines.append((n, cells))
            begins = reader.line_num + 1 + skipped
            if len(lines) > MAX_ROWS:
                raise CaseError(f"{name}: has more than {MAX_ROWS:,} rows. Cut it to the war's country and years.")
    except csv.Error as error:
        raise CaseError(
            f"{name}, row {n + 1} (line {begins} of the text): is no table that can be read "
            f"({error}). A quotation mark may be missing there. Mend it, or save it again as CSV."
        ) from error
    if not lines:
        raise CaseError(f"{name}: has no rows. Download or save it again.")
    header, numbers, body = _header(name, lines)
    rows = []
    for n, cells in zip(numbers, body, strict=True):
        if len(cells) > len(header) and not any(c.strip() for c in cells[len(header) :]):
            del cells[len(header) :]
        if len(cells) != len(header):
            raise CaseError(
                f"{name}, row {n}: has {len(cells)} cells, and the header {len(header)}. It may be cut off, or a "
                f"cell holds the divider {delimiter!r} without quotes. Mend the row."
            )
        if [c.strip() for c in cells] == header:
            raise CaseError(
                f"{name}, row {n}: repeats the header: files were put together. Remove that row, and see that no "
                "other is there twice."
            )
        rows.append({k: CONTROL_CHARACTER.sub(" ", v).strip() for k, v in zip(header, cells, strict=True)})
    return Foreign(tuple(header), tuple(rows), numbers, encoding, delimiter)


def _header(name: str, lines: list[tuple[int, list[str]]]) -> tuple[list[str], tuple[int, ...], list[list[str]]]:
    """The names of the columns, and the rows below with their numbers."""
    at, cells = lines[0]
    header = [cell.strip() for cell in cells]
    body = [cells for _, cells in lines[1:]]
    while (
        header and not header[-1] and not any(len(row) >= len(header) and row[len(header) - 1].strip() for row in body)
    ):
        header.pop()  # dividers at the end of every line
        for row in body:
            del row[len(header) :]
    if len(header) < 2 and body and max(map(len, body)) > 1:
        below = next(n for n, row in lines[1:] if len(row) > 1)
        raise CaseError(
            f"{name}, row {at}: is no header: it has one cell, and row {below} has {max(map(len, body))}. Remove what "
            "stands above the header."
        )
    if len(header) < 2:
        raise CaseError(f"{name}, row {at}: has one column, {header[0][:40]!r}. Give a table with a header row.")
    if not body:
        raise CaseError(f"{name}: has no rows below its header. Download or save it again.")
    if "" in header:
        raise CaseError(f"{name}, row {at}: column {header.index('') + 1} has no name. Name it, or remove it.")
    folded = [h.casefold() for h in header]
    if twice := [h for n, h in enumerate(header) if folded[n] in folded[:n]]:
        raise CaseError(
            f"{name}, row {at}: column {twice[0]!r} stands twice, at {folded.index(twice[0].casefold()) + 1} and "
            f"{len(folded) - folded[::-1].index(twice[0].casefold())}. Rename or remove one."
        )
    return header, tuple(n for n, _ in lines[1:]), body


# JSON ---------------------------------------------------------------------------------------------------------------


def is_control_map(path: Path) -> bool:
    """Whether a .json file is a GeoJSON map; else it is a table. .geojson always is, by its name."""
    if path.suffix.casefold() == ".geojson":
        return True
    found = re.match(r"\s*\{", text_of(bytes_of(path, "JSON"), path.name)[0].removeprefix("\ufeff"))
    return found is not None


def _records(name: str, text: str, encoding: str, *, lines: bool) -> Foreign:
    """Objects as rows: what is inside an object gets the names of both with a point between, lists are joined."""
    if lines:
        told = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
        found = [(n, json_of(line, name, f", row {n}")) for n, line in told]
    else:
        listed = json_of(text, name)
        if not isinstance(listed, list):
            raise CaseError(f"{name}: is no list of incidents. Give a list of objects, or GeoJSON.")
        found = list(enumerate(listed, start=1))
    if not found:
        raise CaseError(f"{name}: lists no incident. Download or save it again.")
    if len(found) > MAX_ROWS:
        raise CaseError(f"{name}: has {len(found):,} rows; at most {MAX_ROWS:,} are read. Cut it to the war's years.")
    rows = []
    for n, record in found:
        if not isinstance(record, dict):
            raise CaseError(f"{name}, row {n}: is {type(record).__name__} and no object with names. Mend or remove it.")
        if record.get("type") == "Feature":
            raise CaseError(
                f"{name}, row {n}: is a GeoJSON feature. Put the features into one FeatureCollection and name it "
                ".geojson."
            )
        row: dict[str, str] = {}
        for key, value in _flat(record):
            row[key] = f"{row[key]}; {value}" if row.get(key) else value
        rows.append({key: CONTROL_CHARACTER.sub(" ", value).strip() for key, value in row.items()})
    header = tuple(dict.fromkeys(key for row in rows for key in row))
    whole = tuple({key: row.get(key, "") for key in header} for row in rows)
    return Foreign(header, whole, tuple(n for n, _ in found), encoding)


def _flat(record: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in record.items():
        name = f"{above}{key}"
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and set(each) == {"key", "value"}:
                yield f"{name}.{each['key']}", _text(each["value"])
            elif isinstance(each, dict):
                yield from _flat(each, f"{name}.")
            else:
                yield name, _text(each)


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


# Parquet ------------------------------------------------------------------------------------------------------------


def _parquet(path: Path) -> Foreign:
    bytes_of(path, "Parquet")
    try:
        with pq.ParquetFile(path) as handle:
            meta = handle.metadata
            unpacked = sum(meta.row_group(n).total_byte_size for n in range(meta.num_row_groups))
            if meta.num_rows > MAX_ROWS or unpacked > UNPACKED:
                raise CaseError(
                    f"{path.name}: has {meta.num_rows:,} rows and unpacks to {unpacked / 1e9:.1f} GB; at most "
                    f"{MAX_ROWS:,} rows and {UNPACKED / 1e9:.0f} GB are read. Cut it to the war's country and years."
                )
            raw = handle.read()
    except (pa.ArrowException, OSError) as error:
        brief = " ".join(str(error).split())[:160]
        raise CaseError(
            f"{path.name}: cannot be read as Parquet ({brief}). It may be cut off; download it again."
        ) from error
    if not raw.num_rows:
        raise CaseError(f"{path.name}: has no rows. Download or save it again.")
    if twice := [n for n in raw.column_names if raw.column_names.count(n) > 1]:
        raise CaseError(f"{path.name}: column {twice[0]!r} stands twice. Rename or remove one.")
    columns = {name: _column(path.name, name, raw.column(name)) for name in raw.column_names}
    rows = tuple(
        {name: CONTROL_CHARACTER.sub(" ", text).strip() for name, text in zip(columns, cells, strict=True)}
        for cells in zip(*columns.values(), strict=True)
    )
    return Foreign(tuple(columns), rows, tuple(range(1, raw.num_rows + 1)), "parquet")


def _column(file: str, name: str, column: pa.ChunkedArray) -> list[str]:
    kind = column.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise CaseError(
            f"{file}, column {name}: holds {kind}, and a table that is read here holds one word, number or day a cell. "
            "Write it as text, or leave the column out."
        )
    if pa.types.is_floating(kind):
        column = pc.if_else(pc.is_nan(column), None, column)
    try:
        return ["" if text is None else text for text in column.cast(pa.string()).to_pylist()]
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise CaseError(
            f"{file}, column {name}: {kind} cannot be written as text ({error}). Write it as text."
        ) from error
