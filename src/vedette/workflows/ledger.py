"""What people do with a case besides deciding on claims: search it, note something, tag, look into its ledger."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vedette.errors import LedgerError
from vedette.store import (
    Act,
    Additions,
    Finding,
    Ledger,
    Note,
    ReadReport,
    Tag,
    all_decisions,
    claim_rows,
    find_case,
    keep,
    kept_reports,
    ledger_of,
    searched,
    withdrawn,
    words_of,
)
from vedette.workflows.people import signed

__all__ = ["Found", "LedgerState", "add_note", "ledger_state", "notes_about", "search", "set_tags", "start_ledger"]

AROUND = 12
"""Words shown before and after the first word that was found in a report."""


@dataclass(frozen=True, slots=True)
class Found:
    """A report, claim or note that holds the words asked for. `counts` is False for a claim that was withdrawn."""

    sort: str
    id: str
    day: str
    who: str
    text: str
    regions: tuple[str, ...]
    themes: tuple[str, ...]
    counts: bool


@dataclass(frozen=True, slots=True)
class LedgerState:
    """Where a case's ledger is or would be, what it holds, every act, and the last one's digest."""

    where: str
    there: bool
    reports: int = 0
    claims: int = 0
    decisions: int = 0
    notes: int = 0
    tags: int = 0
    runs: int = 0
    digest: str = ""
    acts: tuple[Act, ...] = ()


def _there(folder: Path) -> Ledger | None:
    ledger = ledger_of(folder)
    return ledger if ledger is not None and ledger.exists() else None


def search(case: str, words: str, *, region: str = "", theme: str = "") -> list[Found]:
    """Reports, claims and notes with a word that begins as each of `words`, in any script; newest first.

    `region` and `theme` keep what bears that tag, and claims of a report that does; without words, all of it.
    """
    folder = find_case(case)
    wanted = words_of(words)
    if not wanted and (words or not (region or theme)):
        raise LedgerError(
            f"{words!r}: holds no letter and no digit, so there is nothing to search for. Give a word, or a --region "
            "or --theme."
        )
    ledger = _there(folder)
    rows = {row["claim_id"]: row for row in claim_rows(folder)}
    hits = ledger.search(words) if ledger and wanted else []
    if not wanted:
        hits = [Finding("report", r.report.report_id, str(r.report.available_on or "")) for r in kept_reports(folder)]
    seen = {(hit.sort, hit.about) for hit in hits}
    hits += [
        Finding("claim", claim, row["reported_on"])
        for claim, row in rows.items()
        if ("claim", claim) not in seen and _holds(words_of(" ".join(searched(row))), wanted)
    ]
    if not hits:
        return []
    reports = {r.report.report_id: r for r in kept_reports(folder)}
    tags: dict[str, list[Tag]] = {}
    for tag in ledger.tags() if ledger else []:
        tags.setdefault(tag.about, []).append(tag)
    notes: dict[str, list[Note]] = {}
    for note in ledger.notes() if ledger else []:
        notes.setdefault(note.about, []).append(note)
    gone = withdrawn(all_decisions(folder))
    found = []
    for hit in sorted(dict.fromkeys(hits), key=lambda h: h.day, reverse=True):
        row = rows.get(hit.about, {})
        borne = [*tags.get(hit.about, []), *tags.get(row.get("report_id", ""), [])]
        regions = tuple(dict.fromkeys(t.tag for t in borne if t.sort == "region"))
        themes = tuple(dict.fromkeys(t.tag for t in borne if t.sort == "theme"))
        if (region and not _named(region, regions)) or (theme and not _named(theme, themes)):
            continue
        for who, text in _told(hit, row, reports, notes, wanted):
            found.append(Found(hit.sort, hit.about, hit.day, who, text, regions, themes, hit.about not in gone))
    return found


def _named(tag: str, tags: tuple[str, ...]) -> bool:
    return tag.casefold() in {t.casefold() for t in tags}


def _holds(words: list[str], wanted: list[str]) -> bool:
    return all(any(word.startswith(w) for word in words) for w in wanted)


def _told(
    hit: Finding,
    row: Mapping[str, str],
    reports: Mapping[str, ReadReport],
    notes: Mapping[str, list[Note]],
    wanted: list[str],
) -> list[tuple[str, str]]:
    """Who said it, and the words."""
    if hit.sort == "claim":
        return [(row.get("claimant", ""), row.get("paraphrase") or f"{row.get('kind', '')} {row.get('place_id', '')}")]
    if hit.sort == "report" and hit.about in reports:
        report = reports[hit.about].report
        return [(report.outlet, ": ".join(filter(None, (report.title, _around(report.text, wanted)))))]
    return [(n.by, n.words) for n in notes.get(hit.about, []) if _holds(words_of(n.words), wanted)]


def _around(text: str, wanted: list[str]) -> str:
    words = text.split()
    plain = [re.findall(r"[^\W_]+", word) for word in words]
    at = next(
        (n for n, parts in enumerate(plain) if any(f.startswith(w) for f in words_of(" ".join(parts)) for w in wanted)),
        0,
    )
    start, end = max(0, at - AROUND), at + AROUND + 1
    return ("... " if start else "") + " ".join(words[start:end]) + (" ..." if end < len(words) else "")


def _checked(folder: Path, about: str) -> None:
    ids = {row["claim_id"] for row in claim_rows(folder)} | {r.report.report_id for r in kept_reports(folder)}
    if about in ids:
        return
    from rapidfuzz import process

    near = [name for name, _, _ in process.extract(about, sorted(ids), limit=3, score_cutoff=60)]
    raise LedgerError(
        f"{about!r}: is neither a claim nor a report of this case. "
        + (f"Did you mean {', '.join(near)}? " if near else "")
        + "`vedette search` and `vedette claims --json` tell their ids."
    )


def add_note(case: str, about: str, words: str, by: str = "") -> Note:
    """Keep a reviewer's words about a claim or a report."""
    folder = find_case(case)
    _checked(folder, about)
    text = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    if not text:
        raise LedgerError("The note holds no word, so there is nothing to keep. Write what is to be remembered.")
    act = signed(by, "note")
    keep(folder, act, Additions(notes=[Note(about, text)]))
    return Note(about, text, act.who, act.at)


def notes_about(case: str, about: str = "") -> list[Note]:
    """The notes about a claim or report, or all of a case, oldest first."""
    ledger = _there(find_case(case))
    return ledger.notes(about) if ledger else []


def set_tags(case: str, about: str, tags: list[tuple[str, str]], *, on: bool = True, by: str = "") -> list[Tag]:
    """Put regions and themes on a claim or report, or take them off; returns those that it bears now."""
    folder = find_case(case)
    _checked(folder, about)
    ledger = _there(folder)
    borne = {(t.sort, t.tag) for t in ledger.tags() if t.about == about} if ledger else set()
    change = [Tag(about, sort, tag.strip(), on) for sort, tag in tags if ((sort, tag.strip()) in borne) != on]
    if change:
        keep(folder, signed(by, "tag"), Additions(tags=change))
    ledger = _there(folder)
    return [t for t in ledger.tags() if t.about == about] if ledger else []


def start_ledger(case: str) -> None:
    """Make a case's ledger, or bring an old one up to date. From then on its runs are noted."""
    ledger = ledger_of(find_case(case))
    if ledger is None:
        raise LedgerError("--ledger or VEDETTE_LEDGER says to do without a ledger. Leave that out.")
    ledger.start()


def ledger_state(case: str) -> LedgerState:
    """What a case's ledger holds, after every digest in it was taken again: a `LedgerError` if one differs."""
    folder = find_case(case)
    named = ledger_of(folder)
    ledger = _there(folder)
    if ledger is None:
        return LedgerState(named.where if named else "off", there=False)
    ledger.verify()
    acts, heard = ledger.acts(), ledger.heard()
    return LedgerState(
        where=ledger.where,
        there=True,
        reports=len(ledger.reports()),
        claims=heard.claims.num_rows,
        decisions=len(heard.decisions),
        notes=len(ledger.notes()),
        tags=len(ledger.tags()),
        runs=len(ledger.runs()),
        digest=acts[-1].digest if acts else "",
        acts=tuple(acts),
    )
