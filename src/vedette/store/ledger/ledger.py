"""What people and machines add to a case: acts, each kept whole or not at all, each with what it added."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import pyarrow as pa

from vedette.errors import LedgerError
from vedette.store.ledger.engines import Engine, Session
from vedette.store.ledger.schema import CLAIM_COLUMNS, CONTENT
from vedette.store.ledger.words import words_of
from vedette.store.reviews import Decision

__all__ = [
    "Act",
    "Additions",
    "Finding",
    "Heard",
    "Kept",
    "KeptReport",
    "KeptRun",
    "Ledger",
    "Note",
    "Tag",
    "Taken",
    "searched",
]

SORTS = ("region", "theme")
"""What a tag may be."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who did something, when, by which command, and why. `number` and `digest` are set once it is kept."""

    who: str
    at: str
    verb: str
    why: str = ""
    number: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A report as a ledger keeps it; `content` is JSON: the report, its statements, the claims made of them."""

    report_id: str
    published: str
    outlet: str
    title: str
    content: str


@dataclass(frozen=True, slots=True)
class Note:
    """A reviewer's words about a claim or a report."""

    about: str
    words: str
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """A region or theme of a claim or report; `on` is False where it was taken off."""

    about: str
    sort: str
    tag: str
    on: bool = True

    def __post_init__(self) -> None:
        if self.sort not in SORTS:
            raise LedgerError(f"{self.sort!r} is no sort of tag. Use one of {', '.join(SORTS)}.")


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A result that was made: the act's number is its name; `record` is JSON."""

    number: int
    at: str
    by: str
    command: str
    as_of: str
    record: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A file of before the ledger: its digest, and how many of its lines have been taken over."""

    file: str
    digest: str
    lines: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A report, claim or note that holds the words asked for; `day` is the day it was published."""

    sort: str
    about: str
    day: str


@dataclass(frozen=True)
class Additions:
    """What one act adds."""

    reports: Sequence[KeptReport] = ()
    claims: Sequence[Mapping[str, str]] = ()
    decisions: Sequence[Decision] = ()
    notes: Sequence[Note] = ()
    tags: Sequence[Tag] = ()
    run: tuple[str, str, str] | None = None
    """Command, as-of day and record."""
    taken: Sequence[Taken] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    """The text of each report by its id, for search."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was new of it. `act` is 0 where nothing was, and then nothing was written."""

    act: int
    reports: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Heard:
    """Claims, as text in the order they came, standing or not; decisions in theirs; files of before taken over.

    `act` is the last one with claims or decisions, 0 if there is none.
    """

    claims: pa.Table
    decisions: tuple[Decision, ...]
    taken: Mapping[str, Taken]
    act: int


class Ledger:
    """The ledger of one case, in whichever engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def where(self) -> str:
        """What a message calls it."""
        return self.engine.where

    def exists(self) -> bool:
        """Whether anything was ever added."""
        return self.engine.exists()

    def start(self) -> None:
        """Make the ledger, or bring it up to date; one that is as it should be stays as it is."""
        with self.engine.writing():
            pass

    def add(self, act: Act, new: Additions) -> Kept:
        """Keep an act: all that is new in it, or nothing. When this returns it is on disk.

        Reports and claims that are known by their ids are left out, and so are claims of a report that is
        known: doing the same twice adds nothing.
        """
        with self.engine.writing() as session:
            old_reports = _known(session, "report", "report_id", [r.report_id for r in new.reports])
            old_claims = _known(session, "claim", "claim_id", [str(c["claim_id"]) for c in new.claims])
            reports = list({r.report_id: r for r in new.reports if r.report_id not in old_reports}.values())
            claims = list(
                {
                    c["claim_id"]: c
                    for c in reversed(new.claims)
                    if c["claim_id"] not in old_claims and c.get("report_id", "") not in old_reports
                }.values()
            )[::-1]
            content: dict[str, list[tuple[str, ...]]] = {
                "report": [(r.report_id, r.published, r.outlet, r.title, r.content) for r in reports],
                "claim": [tuple(str(c.get(name, "")) for name in CLAIM_COLUMNS) for c in claims],
                "review": [(d.claim_id, d.verdict, d.by, d.at, d.replaced_by, d.note) for d in new.decisions],
                "note": [(n.about, n.words) for n in new.notes],
                "tag": [(t.about, t.sort, t.tag, "on" if t.on else "off") for t in new.tags],
                "run": [new.run] if new.run else [],
                "taken": [(t.file, t.digest, str(t.lines)) for t in new.taken],
            }
            content = {name: [tuple(map(_clean, row)) for row in rows] for name, rows in content.items() if rows}
            if not content:
                return Kept(0)
            last = session.rows("SELECT number, digest FROM act ORDER BY number DESC LIMIT 1")
            number, previous = (last[0][0] + 1, last[0][1]) if last else (1, "")
            told = tuple(map(_clean, (act.at, act.who, act.verb, act.why)))
            digest = _digest(previous, number, told, content)
            session.add("act", ("number", "made_at", "who", "verb", "why", "digest"), [(number, *told, digest)])
            for name, rows in content.items():
                session.add(name, ("act", "line", *CONTENT[name]), [(number, n, *row) for n, row in enumerate(rows)])
            words = [
                *(
                    ("report", r.report_id, r.published, (r.title, r.outlet, new.texts.get(r.report_id, "")))
                    for r in reports
                ),
                *(("claim", str(c["claim_id"]), str(c.get("reported_on", "")), searched(c)) for c in claims),
                *(("note", n.about, act.at[:10], (n.words,)) for n in new.notes),
            ]
            session.add(
                "found",
                ("act", "sort", "about", "day", "words"),
                [(number, *about, "".join(f" {w}" for w in words_of(" ".join(texts)))) for *about, texts in words],
            )
        return Kept(number, tuple(r.report_id for r in reports), tuple(str(c["claim_id"]) for c in claims))

    def heard(self, until: int | None = None) -> Heard:
        """What may change what the case says, as it stood after act `until`; as it stands, if None."""
        last = [2_000_000_000 if until is None else until]
        with self.engine.reading() as session:
            claims = session.table(
                f"SELECT {', '.join(CLAIM_COLUMNS)} FROM claim WHERE act <= ? ORDER BY act, line",  # noqa: S608 ours
                last,
            )
            decisions = session.rows(
                "SELECT claim_id, verdict, who, made_at, replaced_by, note FROM review WHERE act <= ? "
                "ORDER BY act, line",
                last,
            )
            taken = session.rows("SELECT file, digest, lines FROM taken WHERE act <= ? ORDER BY act, line", last)
            act = session.rows(
                "SELECT coalesce(max(act), 0) FROM (SELECT act FROM claim UNION ALL SELECT act FROM review) AS spoke "
                "WHERE act <= ?",
                last,
            )
        return Heard(
            claims,
            tuple(Decision(*row) for row in decisions),
            {file: Taken(file, digest, int(lines)) for file, digest, lines in taken},
            int(act[0][0]),
        )

    def reports(self) -> list[str]:
        """The content of every report, as JSON."""
        with self.engine.reading() as session:
            return [row[0] for row in session.rows("SELECT content FROM report ORDER BY act, line")]

    def notes(self, about: str = "") -> list[Note]:
        """Every note, or those about one claim or report, oldest first."""
        with self.engine.reading() as session:
            rows = session.rows(
                "SELECT about, words, act.who, act.made_at FROM note JOIN act ON act.number = note.act "
                "WHERE about = ? OR ? = '' ORDER BY act, line",
                [about, about],
            )
        return [Note(*row) for row in rows]

    def tags(self) -> list[Tag]:
        """The tags that are on."""
        with self.engine.reading() as session:
            rows = session.rows("SELECT about, sort, tag, state FROM tag ORDER BY act, line")
        state = {(about, sort, tag): state for about, sort, tag, state in rows}
        return [Tag(*key) for key, value in state.items() if value == "on"]

    def runs(self) -> list[KeptRun]:
        """Every run, oldest first."""
        with self.engine.reading() as session:
            rows = session.rows(
                "SELECT number, made_at, who, command, as_of, record FROM run JOIN act ON act.number = run.act "
                "ORDER BY number"
            )
        return [KeptRun(*row) for row in rows]

    def acts(self) -> list[Act]:
        """Everything that was done, oldest first."""
        with self.engine.reading() as session:
            rows = session.rows("SELECT who, made_at, verb, why, number, digest FROM act ORDER BY number")
        return [Act(*row) for row in rows]

    def search(self, words: str) -> list[Finding]:
        """Reports, claims and notes that hold, for each of some words, one that begins so; newest first."""
        wanted = words_of(words)
        if not wanted:
            return []
        with self.engine.reading() as session:
            condition, values = session.having_words(wanted)
            rows = session.rows(
                f"SELECT sort, about, day FROM found WHERE {condition} ORDER BY day DESC, act DESC, about",  # noqa: S608
                values,
            )
        return [Finding(*row) for row in rows]

    def verify(self) -> int:
        """The number of acts, after their digests have been taken again: a `LedgerError` names the first that differs.

        Each digest covers the act, all it added and the digest before it, so that a row that was changed, removed
        or slipped in shows; the last digest, noted elsewhere, vouches for all before.
        """
        with self.engine.reading() as session:
            acts = session.rows("SELECT number, made_at, who, verb, why, digest FROM act ORDER BY number")
            content: dict[int, dict[str, list[tuple[str, ...]]]] = {}
            for name, columns in CONTENT.items():
                for act, _, *row in session.rows(
                    f"SELECT act, line, {', '.join(columns)} FROM {name} ORDER BY act, line"  # noqa: S608
                ):
                    content.setdefault(act, {}).setdefault(name, []).append(tuple(row))
        previous = ""
        for n, (number, *told, digest) in enumerate(acts, start=1):
            if number != n or _digest(previous, number, tuple(told), content.pop(number, {})) != digest:
                raise LedgerError(
                    f"{self.where}: act {n} ({told[2]}, {told[0]}, by {told[1]}) is not as it was kept: something was "
                    "changed behind Vedette's back. Put back a copy of the ledger from before, or ask who did."
                )
            previous = digest
        if content:
            raise LedgerError(
                f"{self.where}: holds rows of act {min(content)}, which there is not. Something was changed behind "
                "Vedette's back. Put back a copy of the ledger from before."
            )
        return len(acts)


def _known(session: Session, table: str, column: str, ids: Iterable[str]) -> set[str]:
    wanted = set(ids)
    if not wanted:
        return set()
    if len(wanted) > 500:
        return wanted & {row[0] for row in session.rows(f"SELECT {column} FROM {table}")}  # noqa: S608
    marks = ", ".join("?" * len(wanted))
    return {row[0] for row in session.rows(f"SELECT {column} FROM {table} WHERE {column} IN ({marks})", sorted(wanted))}  # noqa: S608


def _clean(text: str) -> str:
    """The text without what no engine keeps: nulls, and halves of characters."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _digest(previous: str, number: int, told: tuple[str, ...], content: Mapping[str, Sequence[tuple[str, ...]]]) -> str:
    whole = [previous, number, told, [[name, content[name]] for name in CONTENT if content.get(name)]]
    return sha256(json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def searched(claim: Mapping[str, str]) -> tuple[str, ...]:
    """What of a claim is searched."""
    return tuple(
        str(claim.get(n, "")) for n in ("paraphrase", "claimant", "relayed_by", "place_id", "route_id", "note")
    )
