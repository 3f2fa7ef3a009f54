"""The ledger of a case: what people and machines add to it, act by act, never changed.

A case folder's tables are what its author wrote, fit for version control; they are only read. Reports, the claims
read from them or imported, decisions, notes, tags and runs go to the ledger: `CASE/ledger.duckdb`; for a case that
ships with Vedette a file in the user's data directory; for a team PostgreSQL, named by `--ledger` or
`VEDETTE_LEDGER`. A case without a ledger costs one look whether the file is there. See docs/ledger.md.
"""

from vedette.store.ledger.engines import DuckDB, PostgreSQL
from vedette.store.ledger.ledger import (
    Act,
    Additions,
    Finding,
    Heard,
    Kept,
    KeptReport,
    KeptRun,
    Ledger,
    Note,
    Tag,
    Taken,
    searched,
)
from vedette.store.ledger.location import ledger_at, ships, use_ledger
from vedette.store.ledger.words import words_of

__all__ = [
    "Act",
    "Additions",
    "DuckDB",
    "Finding",
    "Heard",
    "Kept",
    "KeptReport",
    "KeptRun",
    "Ledger",
    "Note",
    "PostgreSQL",
    "Tag",
    "Taken",
    "ledger_at",
    "searched",
    "ships",
    "use_ledger",
    "words_of",
]
