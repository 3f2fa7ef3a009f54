"""Which ledger is a case's."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

from vedette.errors import LedgerError
from vedette.store.ledger.engines import DuckDB, PostgreSQL
from vedette.store.ledger.ledger import Ledger

__all__ = ["ledger_at", "ships", "use_ledger"]

FILE = "ledger.duckdb"
_chosen = [""]


def use_ledger(address: str) -> None:
    """Name the ledger for the rest of the process, before `VEDETTE_LEDGER`; an empty text takes that back."""
    _chosen[0] = address


def ships(folder: Path) -> bool:
    """Whether a case came with the package, and so belongs to everybody."""
    return folder.resolve().is_relative_to(Path(str(files("vedette"))).resolve())


def ledger_at(folder: Path, name: str) -> Ledger | None:
    """The ledger of the case `name` in `folder`, whether it is there yet or not; None if `off` is what was named.

    A database that is named holds a schema for each case, by the case's name.
    """
    named = _chosen[0] or os.environ.get("VEDETTE_LEDGER", "")
    if named.casefold() == "off":
        return None
    if named.startswith(("postgresql://", "postgres://")):
        return Ledger(PostgreSQL(named, name))
    if named:
        raise LedgerError(
            f"{named.split('@')[-1]!r}: is no place for a ledger. Give postgresql://HOST/DATABASE, or off to do "
            "without one, with --ledger or VEDETTE_LEDGER; without either it is a file beside the case."
        )
    if ships(folder):
        home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
        return Ledger(DuckDB(home / "vedette" / "ledgers" / f"{name}.duckdb"))
    return Ledger(DuckDB(folder / FILE))
