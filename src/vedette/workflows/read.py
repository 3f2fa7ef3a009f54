"""Read reports, and add what they claim to a case."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from vedette.claims import CONTROL_KINDS, FORWARD_KINDS, ROUTE_KINDS, Kind
from vedette.errors import ReportError
from vedette.reports import (
    Copy,
    Gazetteer,
    Mention,
    ModelReader,
    Report,
    Statement,
    copies_among,
    read_text,
    ready_to_read,
    reports_in,
)
from vedette.store import (
    Additions,
    Case,
    keep,
    kept_reports,
    read_case,
    report_bytes,
    report_files,
    report_to_keep,
    tags_of,
    writable_case,
)
from vedette.workflows.people import signed

__all__ = ["Added", "Reading", "add_readings", "read_reports"]

_NEAR_WORDS = (
    "near",
    "outskirts",
    "height",
    "km",
    "kilomet",
    "mile",
    "vicinity",
    "direction",
    "toward",
    "around",
    "outside",
    "suburb",
    "hill",
    "approach",
    "edge",
    "north",
    "south",
    "east",
    "west",
)
_MANY = 24
"""Files from which on it pays to start a second process."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One report and what was read from it; or, where `error` is set, one file that could not be read."""

    source: str
    report: Report | None
    statements: tuple[Statement, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """What adding to a case did: new claims, names that matched no place, what was left out and why, copies."""

    claim_ids: tuple[str, ...]
    reports: int
    known: int
    unmatched: tuple[str, ...]
    left_out: tuple[str, ...]
    copies: tuple[str, ...]


def read_reports(
    paths: Sequence[str],
    *,
    case: str | None = None,
    published: date | None = None,
    outlet: str = "",
    model: ModelReader | None = None,
    jobs: int | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Reading]:
    """Read files, folders or standard input, in order. A file that cannot be read is reported; the rest is read.

    `case` names the places to match; `published` and `outlet` overrule what a page says of
    itself. `model` reads in place of the rules.
    """
    files = report_files(paths)
    war = read_case(case) if case else None
    gazetteer = Gazetteer(war.places) if war else None
    sides = {s.id: (s.id, s.name, *s.aliases) for s in war.sides} if war else {}
    names = gazetteer.names if gazetteer else frozenset()
    workers = min(jobs or os.cpu_count() or 1, 8)
    found: list[Reading] = []
    if model is None and workers > 1 and len(files) >= _MANY:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        with ProcessPoolExecutor(workers, mp_context=get_context("forkserver"), initializer=ready_to_read) as pool:
            work = pool.map(
                _read_file, *zip(*((f, published, outlet, names, sides) for f in files), strict=True), chunksize=8
            )
            for n, part in enumerate(work):
                found += part
                if progress:
                    progress("reading", n + 1, len(files))
    else:
        for n, path in enumerate(files):
            found += _read_file(path, published, outlet, names, sides, model)
            if progress:
                progress("reading", n + 1, len(files))
    if war is not None and gazetteer is not None:
        found = [replace(r, statements=tuple(_as_sides(war, s) for s in gazetteer.place(r.statements))) for r in found]
    return found


def _read_file(
    path: str,
    published: date | None,
    outlet: str,
    names: frozenset[str],
    sides: dict[str, tuple[str, ...]],
    model: ModelReader | None = None,
) -> list[Reading]:
    try:
        reports = reports_in(report_bytes(path), path)
    except ReportError as error:
        return [Reading(path, None, error=str(error))]
    found = []
    for page in reports:
        report = replace(page, published=published or page.published, outlet=outlet or page.outlet)
        if report.language not in {"en", ""} and model is None:
            report = replace(
                report,
                warnings=(
                    *report.warnings,
                    (
                        f"not English ({report.language}): kept but not read, since the rules read English only. "
                        "A language model reads it: --endpoint URL --model NAME"
                    ),
                ),
            )
            found.append(Reading(path, report))
            continue
        try:
            told = (
                model.read(report)
                if model
                else read_text(report.text, report.published, outlet=report.outlet, gazetteer=names, sides=sides)
            )
        except ReportError as error:
            found.append(Reading(path, report, error=str(error)))
            continue
        found.append(Reading(path, report, told))
    return found


def _as_sides(case: Case, statement: Statement) -> Statement:
    """The same statement with camps under the ids of the case's sides, where they are one."""
    return replace(
        statement,
        claimant_side=_side(case, statement.claimant_side) or statement.claimant_side,
        actor_side=_side(case, statement.actor_side) or statement.actor_side,
    )


def add_readings(folder: str, readings: Iterable[Reading], by: str = "", verb: str = "read") -> Added:
    """Add some reports and their claims to a case's ledger, with its places matched: all or nothing, as one act.

    A report read before adds nothing. A copy of a story keeps the claimant and day of its
    origin, and says by whom it was relayed, so that it counts once.
    """
    home = writable_case(folder)
    case = read_case(home)
    gazetteer = Gazetteer(case.places)
    kept = kept_reports(home)
    known = {k.report.report_id for k in kept}
    new = [
        (r.report, r.statements)
        for r in readings
        if r.report is not None and not r.error and r.report.report_id not in known
    ]
    new = list({r.report_id: (r, s) for r, s in new}.values())
    every = [k.report for k in kept] + [r for r, _ in new]
    origin = {c.copy: c for c in copies_among(every)}
    rows: list[dict[str, str]] = []
    unmatched: dict[str, None] = {}
    left_out: list[str] = []
    notes: list[str] = []
    made: list[dict[str, int]] = []
    for n, (report, statements) in enumerate(new, len(kept)):
        copied = origin.get(n)
        first = every[copied.original] if copied else None
        if copied is not None and first is not None:
            notes.append(_copy_note(report, first, copied))
        meant = gazetteer.resolve([m.name for s in statements for m in s.places])
        unmatched.update(dict.fromkeys(name for name, where in meant.items() if where is None))
        ids: dict[str, int] = {}
        for number, statement in enumerate(statements):
            found, trouble = _rows_of(case, gazetteer, report, first, number, statement, meant)
            left_out += trouble
            ids.update({row["claim_id"]: number for row in found})
            rows += found
        made.append(ids)
    added = keep(
        home,
        signed(by, verb),
        Additions(
            reports=[report_to_keep(r, gazetteer.place(s), ids) for (r, s), ids in zip(new, made, strict=True)],
            claims=rows,
            tags=[tag for r, _ in new for tag in tags_of(r)],
            texts={r.report_id: r.text for r, _ in new},
        ),
    )
    return Added(
        added.claims,
        len(added.reports),
        len(known & {r.report.report_id for r in readings if r.report}),
        tuple(unmatched),
        tuple(left_out),
        tuple(notes),
    )


def _copy_note(report: Report, first: Report, copied: Copy) -> str:
    who, whose = report.outlet or report.source, first.outlet or first.source
    note = f"{who}: the story of {whose} ({first.published}), {copied.share:.0%} of its words"
    if copied.changed:
        note += "; changed numbers: " + ", ".join(f"{a} became {b}" for a, b in copied.changed)
    return note


def _rows_of(
    case: Case,
    gazetteer: Gazetteer,
    report: Report,
    first: Report | None,
    number: int,
    statement: Statement,
    meant: dict[str, int | None],
) -> tuple[list[dict[str, str]], list[str]]:
    """The table rows of one statement, one a place or route; or why there is none."""
    label = f"{report.report_id}: {statement.span[:60]!r}"
    if statement.kind == "other":
        return [], []
    where = gazetteer.of(statement, meant)
    if not where:
        return [], [f"{label}: {statement.kind} without a place of this case"] if statement.places else []
    reported = report.available_on
    if reported is None:
        return [], [f"{label}: the report has no date; give one with --date"]
    kind = Kind[statement.kind]
    about_from = date.fromisoformat(statement.about_from) if statement.about_from else reported
    about_to = (
        date.fromisoformat(statement.about_to)
        if statement.about_to
        else max(about_from, reported if not statement.about_from else about_from)
    )
    if kind not in FORWARD_KINDS:
        about_from, about_to = min(about_from, reported), min(about_to, reported)
    about_to = max(about_from, about_to)
    days = case.days
    if reported < days.first or about_to < days.first or (kind in CONTROL_KINDS and about_from > days.last):
        return [], [
            (
                f"{label}: speaks of {about_from} to {about_to}, published {reported}, "
                f"outside the case ({days.first} to {days.last})"
            )
        ]
    outlet = (first or report).outlet or "unnamed outlet"
    claimant = outlet if statement.claimant == "outlet" else statement.claimant
    relayed = report.outlet if statement.claimant != "outlet" else ""
    if first is not None:
        relayed = report.outlet
    relayed = report.republished_by or relayed
    base = {
        "reported_on": reported.isoformat(),
        "about_from": about_from.isoformat(),
        "about_to": about_to.isoformat(),
        "claimant": _cell(claimant),
        "claimant_side": _side(case, statement.claimant_side) or "third",
        "relayed_by": _cell(relayed) if relayed != claimant else "",
        "report_id": report.report_id,
        "side": _side(case, statement.actor_side) or _side(case, statement.actor) or "both",
        "polarity": statement.polarity,
        "degree": statement.degree,
        "certainty": statement.certainty,
        "quantity": "" if statement.quantity is None else f"{statement.quantity:g}",
        "unit": _cell(statement.unit),
        "paraphrase": _cell(statement.span),
        "basis": "read",
        "source_url": report.source if report.source.startswith(("http://", "https://")) else "",
    }
    if kind in ROUTE_KINDS and (road := _route(case, [i for i, _ in where])):
        return [
            {
                "claim_id": f"{report.report_id}-{number}-{road}",
                **base,
                "kind": kind.name,
                "place_id": "",
                "route_id": road,
                "relation": "",
            }
        ], []
    return [
        {
            "claim_id": f"{report.report_id}-{number}-{case.places.ids[i]}",
            **base,
            **_beside(kind, mention, base["degree"]),
            "place_id": case.places.ids[i],
            "route_id": "",
            "relation": _cell(mention.relation),
        }
        for i, mention in where
    ], []


def _beside(kind: Kind, mention: Mention, degree: str) -> dict[str, str]:
    """Ground taken or held *near* a place is no claim to the place: it is an advance towards it, in part."""
    relation = mention.relation.casefold()
    if kind in {Kind.capture, Kind.control} and any(word in relation for word in _NEAR_WORDS):
        return {"kind": Kind.advance.name, "degree": "partial"}
    return {"kind": kind.name, "degree": degree}


def _route(case: Case, places: Sequence[int]) -> str:
    if case.routes.by_proximity:
        return ""
    wanted = set(places)
    for r, (a, b) in enumerate(case.routes.ends.tolist()):
        if {a, b} <= wanted:
            return case.routes.ids[r]
    return ""


def _cell(text: str) -> str:
    """Text for one cell of a table: on one line, without characters that do not show."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _side(case: Case, camp: str) -> str:
    """The case's side that a camp is; empty if none."""
    if not camp:
        return ""
    found = case.sides.find(camp)
    if found is None:
        folded = camp.casefold()
        hits = {
            k for k, side in enumerate(case.sides)
            if any(n.casefold() in {folded, *folded.split()} for n in (side.id, side.name, *side.aliases))
        }  # fmt: skip
        found = next(iter(hits)) if len(hits) == 1 else None
    return "" if found is None else case.sides[found].id
