"""The tables of a ledger, one schema for every engine, and how older ledgers become newer ones.

    act      one deed of one person or machine, whole or not at all: who, when, which command, why
    report   a text that was read, with what was read from it
    claim    a row of the case format's claims table, made of a report or imported
    review   a decision about a claim
    note     words of a reviewer about a claim or report
    tag      a region or theme of a claim or report, put on or taken off
    run      a result: inputs, parameters, seed, versions, and the digests of its files
    taken    a file of before the ledger, and how much of it has been taken over
    found    the words of reports, claims and notes, for search; made of the others, no content of its own

Rows are added and never changed. A correction of a claim is a claim with an id of its own, and the decision that
puts it in place of the other says so; a tag is taken off by a row that says so. Every column but the numbers of
act and line is text, so that both engines hold the same bytes and an act has one digest.
"""

from __future__ import annotations

__all__ = ["APPEND_ONLY", "CLAIM_COLUMNS", "CONTENT", "MIGRATIONS", "VERSION"]

CLAIM_COLUMNS = (
    "claim_id", "reported_on", "about_from", "about_to", "claimant", "claimant_side", "relayed_by", "report_id",
    "kind", "side", "place_id", "route_id", "relation", "polarity", "degree", "certainty", "quantity", "unit",
    "paraphrase", "basis", "source_url", "note",
)  # fmt: skip

CONTENT = {
    "report": ("report_id", "published", "outlet", "title", "content"),
    "claim": CLAIM_COLUMNS,
    "review": ("claim_id", "verdict", "who", "made_at", "replaced_by", "note"),
    "note": ("about", "words"),
    "tag": ("about", "sort", "tag", "state"),
    "run": ("command", "as_of", "record"),
    "taken": ("file", "digest", "lines"),
}
"""The columns of each table of content, after `act` and `line`, in the order in which digests are taken."""


def _table(name: str, unique: str = "") -> str:
    columns = ", ".join(f"{c} VARCHAR NOT NULL" for c in CONTENT[name])
    key = f", UNIQUE ({unique})" if unique else ""
    return f"CREATE TABLE {name} (act INTEGER NOT NULL, line INTEGER NOT NULL, {columns}, PRIMARY KEY (act, line){key})"


MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE act (number INTEGER PRIMARY KEY, made_at VARCHAR NOT NULL, who VARCHAR NOT NULL,
        verb VARCHAR NOT NULL, why VARCHAR NOT NULL, digest VARCHAR NOT NULL)""",
        _table("report", "report_id"),
        _table("claim", "claim_id"),
        *(_table(name) for name in ("review", "note", "tag", "run", "taken")),
        """CREATE TABLE found (act INTEGER NOT NULL, sort VARCHAR NOT NULL, about VARCHAR NOT NULL,
        day VARCHAR NOT NULL, words VARCHAR NOT NULL)""",
    ),
)
"""The statements that lead from each version to the next; from nothing to the first. Only ever added to."""

VERSION = len(MIGRATIONS)
"""The version of the schema that this Vedette writes. Files of before the ledger count as version 0."""

APPEND_ONLY = (
    """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'a ledger is added to, never changed: % on %', TG_OP, TG_TABLE_NAME; END $$""",
    *(
        f"CREATE TRIGGER added_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse()"
        for name in ("act", "schema_version", *CONTENT)
    ),
)
"""What makes PostgreSQL refuse a change, whoever asks; DuckDB knows no such thing, and there digests tell."""
