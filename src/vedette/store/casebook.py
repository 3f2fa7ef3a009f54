"""A case and its ledger as one: what was said in it, decided about it, and how to add to that."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from vedette.errors import CaseError, LedgerError
from vedette.reports import Mention, Report, Statement
from vedette.store.before_ledger import left_over
from vedette.store.case_folder import case_name
from vedette.store.claim_tables import CLAIMS
from vedette.store.ledger import (
    Act,
    Additions,
    Kept,
    KeptReport,
    Ledger,
    Tag,
    ledger_at,
    ships,
)
from vedette.store.ledger.schema import CLAIM_COLUMNS
from vedette.store.reviews import Decision
from vedette.store.tables import find_table

__all__ = [
    "ReadReport",
    "all_decisions",
    "claim_rows",
    "keep",
    "kept_reports",
    "ledger_of",
    "report_to_keep",
    "tags_of",
    "writable_case",
]


@dataclass(frozen=True, slots=True)
class ReadReport:
    """A report that a case has read, its statements, and which claim was made of which of them."""

    report: Report
    statements: tuple[Statement, ...]
    claims: Mapping[str, int]


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
    if ships(folder):
        raise CaseError(
            f"{folder.name!r} ships with Vedette: nothing in it is decided on or added. Copy its folder, {folder}, and "
            "give the copy."
        )
    return folder


def ledger_of(folder: Path) -> Ledger | None:
    """The ledger of a case, there or not yet; None if the user does without."""
    return ledger_at(folder, case_name(folder))


def keep(folder: Path, act: Act, new: Additions) -> Kept:
    """Add to a case's ledger: all that is new, or nothing. What files of before the ledger hold goes in first."""
    ledger = ledger_of(folder)
    if ledger is None:
        raise LedgerError(
            f"{folder}: this would be kept in the case's ledger, and --ledger or VEDETTE_LEDGER says to do without. "
            "Nothing was kept. Leave that out."
        )
    _take_over(folder, ledger, act)
    in_table = {row["claim_id"] for row in _table_rows(folder)} if new.claims else set()
    return ledger.add(act, replace(new, claims=[c for c in new.claims if c["claim_id"] not in in_table]))


def _take_over(folder: Path, ledger: Ledger, act: Act) -> None:
    there = left_over(folder, {})
    if not there.taken:
        return
    rest = left_over(folder, ledger.heard().taken) if ledger.exists() else there
    if not rest.taken:
        return
    read = [_from_file(path) for path in rest.reports]
    reports, texts, tags = [], {}, []
    for each in read:
        reports.append(report_to_keep(each.report, each.statements, each.claims))
        texts[each.report.report_id] = each.report.text
        tags += tags_of(each.report)
    ledger.add(
        replace(act, verb="take over", why="files of before the ledger"),
        Additions(reports=reports, texts=texts, tags=tags, decisions=rest.decisions, taken=rest.taken),
    )


def report_to_keep(report: Report, statements: Sequence[Statement], claim_ids: Mapping[str, int]) -> KeptReport:
    """A report as the ledger holds it; `claim_ids` maps each claim made to the number of its statement."""
    content = {"report": asdict(report), "statements": [asdict(s) for s in statements], "claims": dict(claim_ids)}
    return KeptReport(
        report.report_id,
        str(report.available_on or ""),
        report.outlet,
        report.title,
        json.dumps(content, ensure_ascii=False, default=str),
    )


def tags_of(report: Report) -> list[Tag]:
    """The regions and themes that a report's own page names."""
    named = [("region", name) for name in report.regions] + [("theme", name) for name in report.themes]
    return [Tag(report.report_id, sort, name) for sort, name in dict.fromkeys(named)]


def all_decisions(folder: Path) -> list[Decision]:
    """Every decision ever made in a case, in the order they were made."""
    ledger = ledger_of(folder)
    heard = ledger.heard() if ledger is not None and ledger.exists() else None
    rest = left_over(folder, heard.taken if heard else {})
    return sorted([*rest.decisions, *(heard.decisions if heard else ())], key=lambda d: d.at)


def claim_rows(folder: Path) -> list[dict[str, str]]:
    """Every claim of a case as text: the rows of its table, then those of its ledger, standing or not."""
    ledger = ledger_of(folder)
    added = ledger.heard().claims.to_pylist() if ledger is not None and ledger.exists() else []
    return [*_table_rows(folder), *added]


def _table_rows(folder: Path) -> list[dict[str, str]]:
    path = find_table(folder, "claims")
    if path is None:
        return []
    found: Iterable[Mapping[str, object]]
    if path.suffix == ".parquet":
        found = pq.read_table(path).to_pylist()
    else:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            found = list(csv.DictReader(handle))
    return [
        dict.fromkeys(CLAIM_COLUMNS, "")
        | {CLAIMS.spellings.get(k.strip(), k.strip()): "" if v is None else str(v).strip() for k, v in row.items() if k}
        for row in found
    ]


def kept_reports(folder: Path) -> list[ReadReport]:
    """Every report that a case has read, oldest first."""
    ledger = ledger_of(folder)
    there = ledger is not None and ledger.exists()
    found = [_read(json.loads(content), ledger.where) for content in ledger.reports()] if ledger and there else []
    known = {each.report.report_id for each in found}
    found += [_from_file(path) for path in left_over(folder, {}).reports if path.stem not in known]
    return sorted(found, key=lambda f: (f.report.available_on or date.min, f.report.report_id))


def _from_file(path: Path) -> ReadReport:
    try:
        return _read(json.loads(path.read_text(encoding="utf-8")), str(path))
    except (ValueError, OSError) as error:
        raise CaseError(
            f"{path}: is not a report as Vedette keeps it ({error}). Remove it and read the report again."
        ) from error


def _read(content: Any, where: str) -> ReadReport:
    try:
        claims = {str(claim): int(number) for claim, number in content["claims"].items()}
        return ReadReport(_report(content["report"]), tuple(map(_statement, content["statements"])), claims)
    except (ValueError, KeyError, TypeError) as error:
        raise CaseError(
            f"{where}: holds what is not a report as Vedette keeps it ({error}). Remove it and read the report again."
        ) from error


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
