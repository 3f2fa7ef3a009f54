"""People's decisions about claims that were read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from vedette.errors import ClaimError
from vedette.store import (
    Additions,
    Decision,
    Note,
    ReadReport,
    all_decisions,
    claim_rows,
    keep,
    kept_reports,
    ledger_of,
    read_case,
    standing,
    writable_case,
)
from vedette.workflows.people import person, signed

__all__ = ["Decision", "Review", "ReviewItem", "claim_to_review", "decisions_made", "to_review"]

_FIELDS = {
    "place_id", "route_id", "kind", "side", "claimant", "claimant_side", "polarity", "degree", "certainty",
    "about_from", "about_to", "relation", "quantity", "unit",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A claim to decide on: its row, the words it rests on amid those around them, and what was noted about it.

    `notes` are those about the claim and those about its report, oldest first.
    """

    claim_id: str
    row: dict[str, str]
    before: str
    words: str
    after: str
    title: str
    outlet: str
    published: str
    notes: tuple[Note, ...] = ()


def to_review(case: str | Path, *, every: bool = False) -> list[ReviewItem]:
    """The claims of a case that were read from reports and that nobody has decided on; all of them, if `every`."""
    folder = writable_case(str(case))
    rows = {r["claim_id"]: r for r in claim_rows(folder)}
    decided, notes = standing(all_decisions(folder)), _notes(folder)
    return [
        _item(rows[claim], kept, number, notes)
        for kept in kept_reports(folder)
        for claim, number in kept.claims.items()
        if claim in rows and (every or claim not in decided)
    ]


def claim_to_review(case: str | Path, claim: str) -> tuple[ReviewItem, list[Decision]]:
    """One claim of a case, without words if it was read from no report, and every decision made about it."""
    folder = writable_case(str(case))
    row = _row(folder, claim)
    made = [d for d in all_decisions(folder) if claim in (d.claim_id, d.replaced_by)]
    for kept in kept_reports(folder):
        if claim in kept.claims:
            return _item(row, kept, kept.claims[claim], _notes(folder)), made
    notes = tuple(n for n in _notes(folder) if n.about == claim)
    return ReviewItem(claim, row, "", "", "", "", row.get("relayed_by", ""), row.get("reported_on", ""), notes), made


def decisions_made(case: Path) -> int:
    """How many decisions were ever made in a case."""
    return len(all_decisions(case))


def _row(folder: Path, claim: str) -> dict[str, str]:
    row = next((r for r in claim_rows(folder) if r["claim_id"] == claim), None)
    if row is None:
        raise ClaimError(f"there is no claim {claim!r} in this case. Take its id from `vedette claims --json`.")
    return dict(row)


def _notes(folder: Path) -> list[Note]:
    """Every note that people made about the case's claims and reports."""
    ledger = ledger_of(folder)
    return ledger.notes() if ledger is not None and ledger.exists() else []


def _item(row: dict[str, str], kept: ReadReport, number: int, notes: Sequence[Note]) -> ReviewItem:
    """The claim of a statement amid its paragraph, cut where that is long."""
    report, s = kept.report, kept.statements[number]
    paragraph = report.text.rfind("\n\n", 0, s.start)
    start = max(paragraph + 2 if paragraph >= 0 else 0, s.start - 300)
    end = report.text.find("\n\n", s.end)
    end = min(len(report.text) if end < 0 else end, s.end + 300)
    return ReviewItem(
        row["claim_id"], row, report.text[start : s.start], s.span, report.text[s.end : end],
        report.title, report.outlet, str(report.published or ""),
        tuple(n for n in notes if n.about in (row["claim_id"], report.report_id)),
    )  # fmt: skip


@dataclass
class Review:
    """One person's pass through a case's claims. Decisions are written one by one, at once."""

    folder: Path
    by: str
    items: list[ReviewItem]

    @classmethod
    def of(cls, case: str, by: str, *, every: bool = False) -> Review:
        """The claims of a case to be decided on, see `to_review`."""
        return cls(writable_case(case), person(by), to_review(case, every=every))

    @classmethod
    def at(cls, case: Path, by: str) -> Review:
        """A place to decide on any claim of a case, with no list of what is to be decided."""
        return cls(writable_case(str(case)), person(by), [])

    def pending(self) -> list[ReviewItem]:
        """What is to be decided, in the order of the reports."""
        return list(self.items)

    def history(self) -> list[dict[str, Any]]:
        """Every decision ever made in this case."""
        return [asdict(d) for d in all_decisions(self.folder)]

    def _write(
        self, claim: str, verdict: str, replaced_by: str = "", note: str = "", row: dict[str, str] | None = None
    ) -> None:
        act = signed(self.by, "review")
        decision = Decision(claim, verdict, self.by, act.at, replaced_by, note)
        keep(self.folder, act, Additions(claims=[row] if row else [], decisions=[decision]))

    def accept(self, claim: str, why: str = "") -> None:
        """The claim was read rightly."""
        _row(self.folder, claim)
        self._write(claim, "accept", note=why)

    def reject(self, claim: str, why: str = "") -> None:
        """The report says no such thing; the claim no longer counts. Its row stays."""
        _row(self.folder, claim)
        self._write(claim, "reject", note=why)

    def correct(self, claim: str, changes: str, why: str = "") -> str:
        """Write a new claim that differs as told ("place=Norwick; denied"); the old one no longer counts.

        Places and sides answer to all their names; a polarity, degree, kind or certainty needs no field before it.
        """
        row = _row(self.folder, claim)
        before = dict(row)
        for change in filter(None, map(str.strip, changes.split(";"))):
            name, value = _field_of(change)
            row[name] = self._named(name, value)
        if row == before:
            raise ClaimError(f"{changes.strip()!r} changes nothing. To leave the claim as it is, accept or skip it.")
        taken = {r["claim_id"] for r in claim_rows(self.folder)}
        number = next(n for n in range(2, 10_000) if f"{claim}-v{n}" not in taken)
        row["claim_id"] = f"{claim}-v{number}"
        self._check(row)
        self._write(claim, "correct", replaced_by=row["claim_id"], note=why, row=row)
        return row["claim_id"]

    def _named(self, name: str, value: str) -> str:
        """The id of a place or side that was given by any of its names; other values as they are."""
        case = read_case(self.folder)
        if name == "place_id" and value:
            return case.places.ids[case.places.find(value)]
        if name in {"side", "claimant_side"} and (found := case.sides.find(value)) is not None:
            return case.sides[found].id
        return value

    def _check(self, row: dict[str, str]) -> None:
        case = read_case(self.folder)
        for name, allowed in (("polarity", ("asserted", "denied")), ("degree", ("full", "partial"))):
            if row.get(name) and row[name] not in allowed:
                raise ClaimError(f"{name} {row[name]!r} is not one of {', '.join(allowed)}.")
        for name in ("side", "claimant_side"):
            if row.get(name) and case.sides.find(row[name]) is None and row[name] not in {"both", "third"}:
                raise ClaimError(f"{name} {row[name]!r} is no side of this case ({', '.join(case.sides.ids)}).")
        from vedette.claims import Certainty, Kind

        if row["kind"] not in Kind.__members__:
            raise ClaimError(f"{row['kind']!r} is no kind of claim. Use one of {', '.join(Kind.__members__)}.")
        if row.get("certainty") and row["certainty"] not in Certainty.__members__:
            raise ClaimError(f"{row['certainty']!r} is no certainty. Use one of {', '.join(Certainty.__members__)}.")
        try:
            first, last = (datetime.fromisoformat(row[n]).date() for n in ("about_from", "about_to"))
        except ValueError as error:
            raise ClaimError(f"about_from or about_to is no date ({error}). Write it as YYYY-MM-DD.") from error
        if first > last:
            raise ClaimError(f"about_from {first} lies after about_to {last}. Swap or correct them.")

    def take_back(self, claim: str, why: str = "") -> None:
        """Undo the decision that stands about a claim, whoever made it; a `ClaimError` if none does."""
        if claim not in standing(all_decisions(self.folder)):
            raise ClaimError(f"no decision about {claim!r} stands that could be taken back. Look at its history.")
        self._write(claim, "undo", note=why)

    def undo(self) -> str:
        """Take back this person's last decision that stands; return the claim it was about, or an empty string."""
        made = all_decisions(self.folder)
        stands = standing(made)
        for d in reversed(made):
            if d.by == self.by and stands.get(d.claim_id) == d:
                self._write(d.claim_id, "undo")
                return d.claim_id
        return ""

    def summary(self) -> str:
        """How many claims stand accepted, corrected and rejected."""
        counts = {"accept": 0, "correct": 0, "reject": 0}
        for d in standing(all_decisions(self.folder)).values():
            counts[d.verdict] += 1
        return f"{counts['accept']} accepted, {counts['correct']} corrected, {counts['reject']} rejected"


def _field_of(change: str) -> tuple[str, str]:
    """What a correction is of: "place=Norwick", or a word that only one field can hold, such as "denied"."""
    from vedette.claims import Certainty, Kind

    name, equals, value = (part.strip() for part in change.partition("="))
    name = {"place": "place_id", "route": "route_id"}.get(name, name)
    if equals and name in _FIELDS:
        return name, value
    if not equals:
        for field, allowed in (
            ("polarity", ("asserted", "denied")),
            ("degree", ("full", "partial")),
            ("kind", tuple(Kind.__members__)),
            ("certainty", tuple(Certainty.__members__)),
        ):
            if change in allowed:
                return field, change
    raise ClaimError(
        f"{change!r} is no correction. Write field=value, several separated by ;, or a word alone, such as denied or "
        f"partial. Fields: {', '.join(sorted(_FIELDS))}."
    )
