"""Where a ledger's tables are: a DuckDB file, or a schema of a PostgreSQL database. SQL in, rows out.

Both are used in short sessions, opened for one question or one act and closed at once: DuckDB admits one
process that writes and nobody beside it, and a connection to PostgreSQL that was kept may be dead by tomorrow.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import pyarrow as pa

from vedette.errors import LedgerError
from vedette.store.ledger.schema import APPEND_ONLY, MIGRATIONS, VERSION

__all__ = ["DuckDB", "Engine", "PostgreSQL", "Session"]

PATIENCE = 10.0
"""Seconds to wait for another writer to end; an act takes a fraction of one, a large import some."""

BULK = 200
"""Rows from which on they go to DuckDB as one table: by the row it takes a millisecond each."""


class Session(Protocol):
    """A connection within one transaction."""

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What a question finds; its values stand as `?`."""

    def table(self, sql: str, values: Sequence[object] = ()) -> pa.Table:
        """The same, column by column, all of text."""

    def add(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """New rows."""

    def having_words(self, words: Sequence[str]) -> tuple[str, list[object]]:
        """A condition on `found.words`: it holds, for each word, one that begins so."""


class Engine(Protocol):
    """A ledger's tables, wherever they are."""

    where: str
    """What a message calls the ledger; holds no password."""

    def exists(self) -> bool:
        """Whether there is a ledger; asking makes none."""

    def reading(self) -> Any:
        """A context in which to ask: everything is seen as it stands at its beginning."""

    def writing(self) -> Any:
        """A context in which to add: all of it is kept when the context ends, or nothing. One at a time."""


def _migrated(found: int, where: str) -> range:
    if found > VERSION:
        raise LedgerError(
            f"{where}: is a ledger of version {found}, and this Vedette knows versions up to {VERSION}. Nothing was "
            "changed. Use the newer Vedette that made it."
        )
    return range(found, VERSION)


# DuckDB -------------------------------------------------------------------------------------------------------------

_IN_PROCESS: dict[str, threading.RLock] = {}
"""DuckDB opens a file for reading or for writing, once a process: threads take turns."""


class _DuckSession:
    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return list(self.connection.execute(sql, list(values)).fetchall())

    def table(self, sql: str, values: Sequence[object] = ()) -> pa.Table:
        return self.connection.sql(sql, params=list(values)).to_arrow_table()

    def add(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        if not rows:
            return
        if len(rows) < BULK:
            marks = ", ".join("?" * len(columns))
            self.connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608 our own names
            return
        incoming = pa.table({name: list(column) for name, column in zip(columns, zip(*rows, strict=True), strict=True)})
        self.connection.register("incoming", incoming)
        try:
            self.connection.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns)} FROM incoming"  # noqa: S608
            )
        finally:
            self.connection.unregister("incoming")

    def having_words(self, words: Sequence[str]) -> tuple[str, list[object]]:
        return " AND ".join(["contains(words, ?)"] * len(words)), [f" {word}" for word in words]


class DuckDB:
    """A ledger in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.where = str(path)

    def exists(self) -> bool:
        """Whether the file is there."""
        return self.path.is_file()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session in which nothing can be written."""
        with self._open(read_only=True) as connection:
            self._check(connection)
            yield _DuckSession(connection)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose additions are on disk when it ends."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LedgerError(
                f"{self.path}: cannot be made ({error.strerror}). Choose a case in a folder you may write to."
            ) from error
        with self._open(read_only=False) as connection:
            connection.execute("BEGIN")
            for step in _migrated(self._version(connection), self.where):
                if step == 0:
                    connection.execute(
                        "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, made_by VARCHAR NOT NULL)"
                    )
                for statement in MIGRATIONS[step]:
                    connection.execute(statement)
                connection.execute("INSERT INTO schema_version VALUES (?, 'vedette')", [step + 1])
            yield _DuckSession(connection)
            connection.execute("COMMIT")

    def _version(self, connection: Any) -> int:
        there = connection.execute(
            "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'schema_version'"
        ).fetchall()
        if not there[0][0]:
            strange = connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall()[0][0]
            if strange:
                raise LedgerError(
                    f"{self.path}: is a DuckDB file and no ledger. Nothing was changed. Move it elsewhere."
                )
            return 0
        return int(connection.execute("SELECT max(version) FROM schema_version").fetchall()[0][0])

    def _check(self, connection: Any) -> None:
        if self._version(connection) != VERSION:
            _migrated(self._version(connection), self.where)
            raise LedgerError(
                f"{self.path}: is a ledger of an older version. `vedette ledger CASE --update` brings it up to date; "
                "nothing in it is lost."
            )

    @contextmanager
    def _open(self, *, read_only: bool) -> Iterator[Any]:
        import duckdb

        config = {
            "threads": "1",
            "enable_external_access": "false",  # no statement of ours names a file or an address
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        with _IN_PROCESS.setdefault(os.path.realpath(self.path), threading.RLock()):
            connection = None
            try:
                connection = self._connected(duckdb, config, read_only=read_only)
                yield connection
            except duckdb.Error as error:
                raise self._failure(error) from error
            finally:
                if connection is not None:
                    try:
                        connection.close()
                    except duckdb.Error as error:  # what was committed stands in the log beside the file
                        raise self._failure(error) from error

    def _connected(self, duckdb: Any, config: Mapping[str, str], *, read_only: bool) -> Any:
        waited, pause = 0.0, 0.02
        while True:
            try:
                return duckdb.connect(str(self.path), read_only=read_only, config=dict(config))
            except duckdb.IOException as error:
                if "lock" not in str(error) or waited >= PATIENCE:
                    raise
            time.sleep(pause)
            waited += pause
            pause = min(0.5, pause * 1.5)

    def _failure(self, error: Exception) -> LedgerError:
        told = " ".join(str(error).split())
        if "lock" in told and "Could not set" in told:
            held = re.search(r"PID (\d+)", told)
            who = f"process {held[1]}" if held else "another process"
            return LedgerError(
                f"{self.path}: {who} has been writing to it for {PATIENCE:.0f} s, and one process can at a time. "
                "Nothing was kept. Wait for it to end and run this again. A team keeps its ledger in PostgreSQL: "
                "--ledger postgresql://HOST/DATABASE."
            )
        if any(
            word in told for word in ("No space", "File too large", "Could not write", "fatal error", "Out of Memory")
        ):
            return LedgerError(
                f"{self.path}: cannot be written ({told[:160]}). Nothing of this was kept, and what stood there before "
                "is unchanged. Free some space and run this again; what had been kept is not added twice."
            )
        if "not a valid DuckDB" in told or "Corrupt" in told or "checksum" in told.casefold():
            return LedgerError(
                f"{self.path}: is no ledger, or is damaged ({told[:160]}). Put back a copy of it, or move it away; "
                "reports can be read again, decisions and notes cannot."
            )
        return LedgerError(f"{self.path}: {told[:300]}. Nothing of this was kept. Run it again.")


# PostgreSQL ---------------------------------------------------------------------------------------------------------


class _PostgresSession:
    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return list(self.connection.execute(sql.replace("?", "%s"), tuple(values)).fetchall())

    def table(self, sql: str, values: Sequence[object] = ()) -> pa.Table:
        cursor = self.connection.execute(sql.replace("?", "%s"), tuple(values))
        names = [column.name for column in cursor.description]
        rows = cursor.fetchall()
        columns = list(zip(*rows, strict=True)) if rows else [() for _ in names]
        return pa.table(
            {name: pa.array(list(column), pa.string()) for name, column in zip(names, columns, strict=True)}
        )

    def add(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        if not rows:
            return
        with (
            self.connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def having_words(self, words: Sequence[str]) -> tuple[str, list[object]]:
        wanted = " & ".join(f"'{word}':*" for word in words)  # words are letters and digits alone
        return "array_to_tsvector(string_to_array(trim(words), ' ')) @@ ?::tsquery", [wanted]


class PostgreSQL:
    """A ledger in a schema of a team's database, one a case."""

    def __init__(self, address: str, case: str) -> None:
        self.address = address
        parts = urlsplit(address)
        self.where = f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"
        self.schema = f"vedette {case}"
        if len(self.schema.encode()) > 63:  # the longest name that PostgreSQL keeps whole
            self.schema = f"{self.schema[:30]} {sha256(case.encode()).hexdigest()[:16]}"

    def exists(self) -> bool:
        """Whether the database has the schema."""
        with self._connected() as connection:
            return self._version(connection) > 0

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state and cannot write."""
        with self._connected() as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            found = self._version(connection)
            if found != VERSION:
                _migrated(found, self.where)
                raise LedgerError(
                    f"{self.where}: {self.schema!r} is a ledger of an older version. `vedette ledger CASE --update` "
                    "brings it up to date; nothing in it is lost."
                )
            yield _PostgresSession(connection)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that has the ledger to itself until it ends."""
        with self._connected() as connection:
            connection.execute(f"SET LOCAL lock_timeout = '{PATIENCE:.0f}s'")
            connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (self.schema,))
            self._update(connection)
            yield _PostgresSession(connection)

    def _version(self, connection: Any) -> int:
        found = connection.execute("SELECT to_regclass('schema_version') IS NOT NULL").fetchone()
        if not found[0]:
            return 0
        return int(connection.execute("SELECT max(version) FROM schema_version").fetchone()[0])

    def _update(self, connection: Any) -> None:
        from psycopg import sql

        steps = _migrated(self._version(connection), self.where)
        if not steps:
            return
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(self.schema)))
        for step in steps:
            if step == 0:
                connection.execute(
                    "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, made_by VARCHAR NOT NULL)"
                )
            for statement in MIGRATIONS[step]:
                connection.execute(statement)
            if step == 0:
                for statement in APPEND_ONLY:
                    connection.execute(statement)
                connection.execute(
                    "CREATE INDEX ON found USING gin (array_to_tsvector(string_to_array(trim(words), ' ')))"
                )
            connection.execute("INSERT INTO schema_version VALUES (%s, 'vedette')", (step + 1,))

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        try:
            import psycopg
            from psycopg import sql
        except ImportError as error:
            raise LedgerError(
                f"{self.where}: a ledger in PostgreSQL needs the package psycopg, which is not installed. "
                "pip install 'vedette[postgres]'."
            ) from error
        try:
            with psycopg.connect(self.address, connect_timeout=10, application_name="vedette") as connection:
                connection.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(self.schema)))
                yield connection
        except psycopg.errors.LockNotAvailable as error:
            raise LedgerError(
                f"{self.where}: somebody else has been writing to this ledger for {PATIENCE:.0f} s. Nothing was kept. "
                "Run this again when they have done."
            ) from error
        except psycopg.errors.InsufficientPrivilege as error:
            raise LedgerError(
                f"{self.where}: this user may not do that ({_told(error)}). Nothing was kept. Ask the owner of the "
                "database to GRANT CREATE ON DATABASE once, and afterwards INSERT and SELECT."
            ) from error
        except psycopg.errors.DiskFull as error:
            raise LedgerError(
                f"{self.where}: the server's disk is full ({_told(error)}). Nothing of this was kept. Free some space "
                "there and run this again."
            ) from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise LedgerError(
                f"{self.where}: cannot be reached, or went away ({_told(error)}). An act that was not yet told as done "
                "is kept whole or not at all. Check address and server and run this again; nothing is added twice."
            ) from error
        except psycopg.Error as error:
            raise LedgerError(f"{self.where}: {_told(error)}. Nothing of this was kept.") from error


def _told(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
