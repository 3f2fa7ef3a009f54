"""CSV and Parquet tables as columns of text, and the list of everything wrong with them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from vedette.errors import CaseError

__all__ = [
    "CONTROL_CHARACTER",
    "Column",
    "Problem",
    "Problems",
    "Schema",
    "Table",
    "find_table",
    "read_table",
    "table_of",
]

T = TypeVar("T")

MAX_ROWS = 3_000_000
"""Rows of one table: prose is held as Python text, about 1 KB a claim, and the machine we plan for has 3 GB left."""

CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
"""Control characters but for white space: no text needs them, and a terminal obeys them."""

SHOWN = 20
"""Problems listed in one message; more than that and the first ones are the cause."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: where, what, and what to do. `row` counts as a spreadsheet does; None for the whole file."""

    file: str
    row: int | None
    column: str
    message: str

    def __str__(self) -> str:
        where = [self.file]
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column:
            where.append(f"column {self.column}")
        return f"{', '.join(where)}: {self.message}"


@dataclass
class Problems:
    """Collects problems so that one run names them all."""

    found: list[Problem] = field(default_factory=list)

    def add(self, file: str, row: int | None, column: str, message: str) -> None:
        """Note one problem and go on."""
        self.found.append(Problem(file, row, column, message))

    def raise_if_any(self, folder: str) -> None:
        """Raise one `CaseError` that lists them, if there are any."""
        if not self.found:
            return
        lines = [str(p) for p in self.found[:SHOWN]]
        if len(self.found) > SHOWN:
            lines.append(f"... and {len(self.found) - SHOWN:,} more.")
        count = len(self.found)
        head = lines[0] if count == 1 else f"{count:,} problems in {folder}:\n  " + "\n  ".join(lines)
        raise CaseError(head)


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns of a table: `required`, `optional`, other `spellings` of one; `more` says what else may stand.

    `may_be_empty` lets it have no rows.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    spellings: Mapping[str, str] = field(default_factory=dict)
    more: Callable[[str], bool] = lambda _name: False
    may_be_empty: bool = False


@dataclass(frozen=True, eq=False)
class Column:
    """A column of text, each distinct value once: row r holds `values[codes[r]]`; blank is the empty string."""

    values: tuple[str, ...]
    codes: NDArray[np.int64]

    def text(self) -> NDArray[np.object_]:
        """The column as an object array of str."""
        return np.array([*self.values, ""], dtype=object)[self.codes]

    def first_row_of(self, code: int) -> int:
        """Where a value first stands."""
        return int(np.argmax(self.codes == code))


@dataclass(frozen=True, eq=False)
class Table:
    """A table read from `path`, called `file` in messages, its columns under their standard names."""

    path: Path
    file: str
    columns: dict[str, Column]
    rows: int
    problems: Problems

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def row(self, r: int) -> int:
        """Row r as a spreadsheet numbers it: in CSV the header is row 1, and blank lines count."""
        return self._row_numbers[r]

    @cached_property
    def _row_numbers(self) -> Sequence[int]:
        if self.path.suffix == ".parquet":
            return range(1, self.rows + 1)
        with self.path.open(encoding="utf-8-sig", newline="") as handle:
            return [n for n, cells in enumerate(csv.reader(handle), start=1) if cells][1:]

    def text(self, name: str) -> NDArray[np.object_]:
        """A column as text; empty strings if the table lacks it."""
        if name not in self.columns:
            return np.full(self.rows, "", dtype=object)
        return self.columns[name].text()

    def parse(
        self, name: str, read: Callable[[str], T | str], kind: type[np.generic], missing: T
    ) -> NDArray[np.generic]:
        """A column, each distinct value read once by `read`, which returns the value, or a str that says what is wrong.

        Rows whose value is wrong are noted as problems, once a value, and get `missing`.
        """
        if name not in self.columns:
            return np.full(self.rows, missing, dtype=kind)
        column = self.columns[name]
        parsed: list[T] = []
        for code, value in enumerate(column.values):
            result = read(value)
            if isinstance(result, str):
                self.problems.add(self.file, self.row(column.first_row_of(code)), name, result)
                parsed.append(missing)
            else:
                parsed.append(result)
        return np.array([*parsed, missing], dtype=kind)[column.codes]

    def number(self, name: str, low: float, high: float, *, required: bool = False) -> NDArray[np.float64]:
        """Numbers in [low, high]; NaN where blank."""

        def read(value: str) -> float | str:
            if not value:
                return "is blank. Give a number." if required else float("nan")
            try:
                number = float(value)
            except ValueError:
                return f"{value!r} is not a number. Write digits with a decimal point."
            if not low <= number <= high:
                return f"{value} lies outside {low:g} to {high:g}. Correct it."
            return number

        return self.parse(name, read, np.float64, float("nan")).astype(np.float64)

    def choice(self, name: str, choices: Mapping[str, int], *, blank: int | None = None) -> NDArray[np.int8]:
        """One of a few words, as its number; `blank` stands for an empty cell if given."""

        def read(value: str) -> int | str:
            if not value and blank is not None:
                return blank
            if value.casefold() in choices:
                return choices[value.casefold()]
            return f"{value!r} is not one of {', '.join(choices)}. Use one of them."

        return self.parse(name, read, np.int8, -1 if blank is None else blank).astype(np.int8)

    def day(self, name: str, first: date) -> NDArray[np.int32]:
        """ISO dates as day numbers counted from `first`."""

        def read(value: str) -> int | str:
            try:
                day = value[:10] if value[10:11] in ("T", " ") else value  # a time of day may follow
                return (date.fromisoformat(day) - first).days
            except ValueError:
                return f"{value!r} is not a date. Write it as YYYY-MM-DD."

        return self.parse(name, read, np.int32, 0).astype(np.int32)

    def unique(self, name: str) -> NDArray[np.object_]:
        """Ids: no blank, none twice."""
        ids = self.text(name)
        seen: dict[str, int] = {}
        for r, value in enumerate(ids.tolist()):
            if not value:
                self.problems.add(self.file, self.row(r), name, "is blank. Every row needs an id of its own.")
            elif value in seen:
                self.problems.add(
                    self.file, self.row(r), name, f"{value!r} stands in row {seen[value]} already. Make ids unique."
                )
            else:
                seen[value] = self.row(r)
        return ids


def find_table(folder: Path, name: str) -> Path | None:
    """`name`.csv or `name`.parquet in a folder; None if neither is there, an error if both are."""
    there = [p for suffix in (".csv", ".parquet") if (p := folder / f"{name}{suffix}").is_file()]
    if len(there) == 2:
        raise CaseError(f"{folder} holds both {there[0].name} and {there[1].name}: which one counts? Remove one.")
    return there[0] if there else None


def read_table(path: Path, schema: Schema, problems: Problems, label: str = "") -> Table:
    """Read a CSV or Parquet file; wrong columns are a `CaseError`, wrong cells go to `problems` as they are parsed."""
    file = label or path.name
    raw = _read_parquet(path, file) if path.suffix == ".parquet" else _read_csv(path, file)
    found = [name.strip() for name in raw.column_names]
    names = [schema.spellings.get(name, name) for name in found]
    known = {*schema.required, *schema.optional}
    unknown = [n for n, s in zip(found, names, strict=True) if s not in known and not schema.more(s)]
    if unknown:
        raise CaseError(
            f"{file}: unknown column{'s' * (len(unknown) > 1)} {', '.join(map(repr, unknown))}: nothing would read it, "
            "and a misspelt column would be lost in silence. "
            f"Known are {', '.join(sorted(known))}. Rename or remove it."
        )
    if missing := [name for name in schema.required if name not in names]:
        raise CaseError(
            f"{file}: no column {', '.join(map(repr, missing))}. It holds {', '.join(found)}. "
            "Add what is missing; `vedette case check` says what each column means."
        )
    if twice := [n for n in names if names.count(n) > 1]:
        raise CaseError(f"{file}: column {twice[0]!r} stands twice (under two spellings, perhaps). Keep one.")
    if raw.num_rows == 0 and not schema.may_be_empty:
        raise CaseError(f"{file}: has a header and no rows. Fill it, or remove the file if the case has no such table.")
    return _checked(
        Table(
            path, file, {name: _encode(raw.column(n), file, found[n]) for n, name in enumerate(names)}, raw.num_rows,
            problems,
        )
    )  # fmt: skip


def table_of(raw: pa.Table, file: str, problems: Problems) -> Table:
    """Columns of text that come from no file, under a name for messages; rows count from 1."""
    columns = {name: _encode(raw.column(name), file, name) for name in raw.column_names}
    return _checked(Table(Path(f"{file}.parquet"), file, columns, raw.num_rows, problems))


def _checked(table: Table) -> Table:
    """The same table; control characters in it are noted."""
    columns, file, problems = table.columns, table.file, table.problems
    for name, column in columns.items():
        for code, value in enumerate(column.values):
            if CONTROL_CHARACTER.search(value):
                row = table.row(column.first_row_of(code))
                problems.add(file, row, name, f"{value[:40]!r} holds a control character. Remove it.")
    return table


def _encode(column: pa.ChunkedArray, file: str, name: str) -> Column:
    try:
        text = column.cast(pa.string()) if not pa.types.is_string(column.type) else column
        encoded = pc.dictionary_encode(pc.fill_null(pc.utf8_trim_whitespace(text), "")).combine_chunks()
    except pa.ArrowException as error:
        raise CaseError(
            f"{file}: column {name!r} holds {column.type}, which is not text ({_brief(error)}). Write it as text."
        ) from error
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0)
    return Column(tuple(encoded.dictionary.to_pylist()), encoded.indices.to_numpy().astype(np.int64))


def _too_many(file: str, rows: int) -> CaseError:
    return CaseError(
        f"{file}: has {rows:,} rows; one table may hold {MAX_ROWS:,}. Split the case by theatre or period."
    )


def _read_parquet(path: Path, file: str) -> pa.Table:
    try:
        with pq.ParquetFile(path) as handle:
            if handle.metadata.num_rows > MAX_ROWS:
                raise _too_many(file, handle.metadata.num_rows)
            return handle.read()
    except (pa.ArrowException, OSError) as error:
        raise CaseError(
            f"{file}: cannot be read as Parquet ({_brief(error)}). Write it again, or give it as CSV."
        ) from error


def _read_csv(path: Path, file: str) -> pa.Table:
    try:
        size = path.stat().st_size
        if size == 0:
            raise CaseError(f"{file}: is empty. Give it a header row and at least one row.")
        if _newlines(path) > MAX_ROWS and (rows := _stream_rows(path)) > MAX_ROWS:
            raise _too_many(file, rows)
        with path.open(encoding="utf-8-sig", newline="") as handle:
            header = next(csv.reader(handle))
        if len(header) == 1 and any(mark in header[0] for mark in (";", "\t", "|")):
            raise CaseError(
                f"{file}: is not comma separated (its header is one cell, {header[0][:40]!r}). Save it with commas."
            )
        raw = pacsv.read_csv(
            path,
            parse_options=pacsv.ParseOptions(newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                column_types={name.strip(): pa.string() for name in header}, strings_can_be_null=False
            ),
        )
    except UnicodeDecodeError as error:
        raise CaseError(f"{file}: is not UTF-8 text. If it is a CSV table, save it as CSV UTF-8.") from error
    except (pa.ArrowException, csv.Error, StopIteration) as error:
        raise CaseError(
            f"{file}: is not a CSV table ({_brief(error)}). Write it as UTF-8, comma separated, with a header row."
        ) from error
    except OSError as error:
        raise CaseError(f"{file}: cannot be read ({_brief(error)}). Check that it is there and readable.") from error
    return raw


def _newlines(path: Path) -> int:
    count = 0
    with path.open("rb") as handle:
        while block := handle.read(1 << 20):
            count += block.count(b"\n")
    return count


def _stream_rows(path: Path) -> int:
    """Rows of a large CSV without holding them: a newline may stand inside a quoted cell."""
    with pacsv.open_csv(path, parse_options=pacsv.ParseOptions(newlines_in_values=True)) as batches:
        return sum(batch.num_rows for batch in batches)


def _brief(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
