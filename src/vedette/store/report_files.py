"""Reports on disk: files to be read, and what a case keeps of those it has read."""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vedette.errors import CaseError, OutputError, ReportError
from vedette.reports import LARGEST_FILE, Mention, Report, Statement
from vedette.store.case_folder import CLAIMS
from vedette.store.tables import find_table
from vedette.store.write import write_bytes, write_with

__all__ = [
    "append_claims",
    "claim_rows",
    "keep_report",
    "kept_reports",
    "report_bytes",
    "report_files",
    "writable_case",
]

_REPORTS = "reports"
_MOST_FILES = 100_000


def report_files(paths: Sequence[str]) -> list[str]:
    """The files meant by some paths: folders stand for the files in them, by name; `-` for standard input."""
    found: list[str] = []
    for path in paths:
        if path != "-" and Path(path).is_dir():
            inside = sorted(str(p) for p in Path(path).rglob("*") if p.is_file() and not p.name.startswith("."))
            found += inside
        else:
            found.append(path)
    if len(found) > _MOST_FILES:
        raise ReportError(
            f"{len(found):,} files were given; at most {_MOST_FILES:,} are read at once. Give a part of them."
        )
    return found


def report_bytes(path: str) -> bytes:
    """What is in a file, or on standard input; a `ReportError` if it is too large or cannot be read."""
    if path == "-":
        data = sys.stdin.buffer.read(LARGEST_FILE + 1)
    else:
        try:
            if Path(path).exists() and not Path(path).is_file():
                raise ReportError(f"{path}: is neither a file nor a folder. Give a page, PDF, feed or text file.")
            with Path(path).open("rb") as handle:
                data = handle.read(LARGEST_FILE + 1)
        except OSError as error:
            raise ReportError(f"{path}: cannot be read ({error.strerror or error}). Check the path.") from error
    if len(data) > LARGEST_FILE:
        raise ReportError(f"{path}: is larger than {LARGEST_FILE >> 20} MB, and no report is. Save the story alone.")
    return data


def writable_case(case: str) -> Path:
    """The folder of a case that may be added to; those that ship with the package may not."""
    folder = Path(case)
    if not (folder / "case.toml").is_file():
        shipped = Path(str(files("vedette"))) / "cases" / case
        if (shipped / "case.toml").is_file():
            raise CaseError(
                f"{case!r} ships with Vedette and is not added to. Copy its folder first, for example:\n"
                f"  cp -r {shipped} my-case\nand give the copy."
            )
        raise CaseError(f"{case}: holds no case.toml, so it is no case. Give the folder of a case.")
    if folder.resolve().is_relative_to(Path(str(files("vedette"))).resolve()):
        raise CaseError(f"{folder} ships with Vedette and is not added to. Copy the folder and give the copy.")
    return folder


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One writer of a case at a time."""
    try:
        handle = (folder / ".lock").open("w")
    except OSError as error:
        raise OutputError(
            f"{folder}: cannot be written ({error.strerror}). Choose a folder you may write to."
        ) from error
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def claim_rows(folder: Path) -> list[dict[str, str]]:
    """The claims table of a case as it stands, row by row, as text."""
    path = find_table(folder, "claims")
    if path is None:
        return []
    if path.suffix == ".parquet":
        return [{k: "" if v is None else str(v) for k, v in row.items()} for row in pq.read_table(path).to_pylist()]
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return [{k: v or "" for k, v in row.items() if k} for row in csv.DictReader(handle)]


def append_claims(folder: Path, rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Add rows to a case's claims table; return the ids added. Rows whose id is there already are left as they are.

    The rows that were there keep every cell; columns that the new rows need are added.
    The table is replaced in one step, so a reader sees all of the new rows or none.
    """
    with _locked(folder):
        path = find_table(folder, "claims") or folder / "claims.csv"
        old = claim_rows(folder)
        header = list(old[0]) if old else []
        spelt = {standard: name for name, standard in CLAIMS.spellings.items() if name in header}
        known = {r.get("claim_id", "") for r in old}
        new = []
        for row in rows:
            if row["claim_id"] not in known:
                known.add(row["claim_id"])
                new.append({spelt.get(name, name): value for name, value in row.items()})
        if not new:
            return []
        header += [
            name
            for row in new
            for name in row
            if name not in header and not (name == "route_id" and "road_id" in header)
        ]
        header = list(dict.fromkeys(header))
        both = [{name: str(row.get(name, "")) for name in header} for row in [*old, *new]]
        if path.suffix == ".parquet":
            columns = {name: pa.array([r[name] for r in both], pa.string()) for name in header}
            write_with(path, lambda temporary: pq.write_table(pa.table(columns), temporary))
        else:
            out = io.StringIO()
            writer = csv.DictWriter(out, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(both)
            write_bytes(path, out.getvalue().encode())
        return [row["claim_id"] for row in new]


def keep_report(folder: Path, report: Report, statements: Sequence[Statement], claim_ids: Mapping[str, int]) -> bool:
    """Store a report's text and what was read from it with a case; False if that text is there already.

    `claim_ids` maps each claim made to the number of its statement.
    """
    path = folder / _REPORTS / f"{report.report_id}.json"
    if path.exists():
        return False
    content = {"report": asdict(report), "statements": [asdict(s) for s in statements], "claims": dict(claim_ids)}
    write_bytes(path, (json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n").encode())
    return True


def kept_reports(folder: Path) -> list[tuple[Report, tuple[Statement, ...], dict[str, int]]]:
    """Every report that a case has read, oldest first, with its statements and the claims made of them."""
    found = []
    home = folder / _REPORTS
    for path in sorted(home.glob("r*.json")) if home.is_dir() else []:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            report = _report(content["report"])
            statements = tuple(_statement(s) for s in content["statements"])
            found.append((report, statements, {str(k): int(v) for k, v in content["claims"].items()}))
        except (ValueError, KeyError, TypeError) as error:
            raise CaseError(
                f"{path}: is not a report as Vedette keeps it ({error}). Remove it and read the report again."
            ) from error
    return sorted(found, key=lambda f: (f[0].available_on or date.min, f[0].report_id))


def _report(data: dict[str, Any]) -> Report:
    named = {f.name: data[f.name] for f in fields(Report)}
    for name in ("published", "republished_on"):
        named[name] = date.fromisoformat(named[name]) if named[name] else None
    for name in ("regions", "themes", "media", "warnings"):
        named[name] = tuple(named[name])
    return Report(**named)


def _statement(data: dict[str, Any]) -> Statement:
    named = {f.name: data[f.name] for f in fields(Statement)}
    named["places"] = tuple(Mention(**m) for m in named["places"])
    named["place_ids"], named["unmatched"] = tuple(named["place_ids"]), tuple(named["unmatched"])
    return Statement(**named)


def _sync(handle: Any) -> None:
    handle.flush()
    os.fsync(handle.fileno())
