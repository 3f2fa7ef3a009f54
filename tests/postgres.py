"""A PostgreSQL of the tests' own: real, on a port of its own, gone when they end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


def _binaries() -> Path | None:
    """Where initdb and pg_ctl are: on the path, or where Debian puts them."""
    found = shutil.which("initdb")
    homes = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((home for home in reversed(homes) if (home / "pg_ctl").exists()), None)


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: another account's number, if that is who we are."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    return {}


@dataclass
class Server:
    """A server to start, stop and start again; `database()` gives the address of its database, emptied of ledgers."""

    binaries: Path
    home: Path
    port: int

    def _run(self, *words: object) -> None:
        done = subprocess.run(
            [str(w) for w in words],
            cwd=self.home, capture_output=True, text=True, check=False, timeout=60, **_account(),
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def prepare(self) -> None:
        self._run(
            self.binaries / "initdb",
            "-D",
            self.home / "data",
            "-U",
            "vedette",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        )

    def start(self) -> None:
        told = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.home} -c fsync=off"
        self._run(
            self.binaries / "pg_ctl", "-D", self.home / "data", "-w", "-l", self.home / "log", "-o", told, "start"
        )

    def stop(self) -> None:
        self._run(self.binaries / "pg_ctl", "-D", self.home / "data", "-w", "-m", "immediate", "stop")

    def database(self) -> str:
        import psycopg

        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            for (name,) in connection.execute(
                "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'vedette %'"
            ).fetchall():
                connection.execute(psycopg.sql.SQL("DROP SCHEMA {} CASCADE").format(psycopg.sql.Identifier(name)))
        return self.address("postgres")

    def address(self, database: str) -> str:
        return f"postgresql://vedette@127.0.0.1:{self.port}/{database}"


@dataclass
class SmallDisk:
    """A database whose tables lie on a small disk of their own, which can grow."""

    address: str
    home: Path

    def grow(self) -> None:
        subprocess.run(["mount", "-o", "remount,size=64m", self.home], check=True, timeout=60)


@pytest.fixture
def small_disk(postgres: Server) -> Iterator[SmallDisk]:
    """Skipped where no file system can be mounted: who is not root, or in a container without the right to."""
    import psycopg

    disk = postgres.home / "disk"
    disk.mkdir()
    account = _account()
    options = "size=16m,mode=0700" + (f",uid={account['user']},gid={account['group']}" if account else "")
    if shutil.which("mount") is None or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", disk], capture_output=True, text=True, check=False, timeout=60
    )
    if made.returncode != 0:
        pytest.skip(f"no small disk can be mounted here ({made.stderr.strip()})")
    try:
        with psycopg.connect(postgres.address("postgres"), autocommit=True) as connection:
            where = psycopg.sql.Literal(str(disk))
            connection.execute(psycopg.sql.SQL("CREATE TABLESPACE small LOCATION {}").format(where))
            connection.execute("CREATE DATABASE small TABLESPACE small")
        try:
            yield SmallDisk(postgres.address("small"), disk)
        finally:
            with psycopg.connect(postgres.address("postgres"), autocommit=True) as connection:
                connection.execute("DROP DATABASE small WITH (FORCE)")
                connection.execute("DROP TABLESPACE small")
    finally:
        subprocess.run(["umount", disk], check=True, timeout=60)


@pytest.fixture(scope="session")
def postgres() -> Any:
    """A running server; skipped where there is none to run."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'vedette[postgres]'")
    binaries = _binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server here (initdb, pg_ctl). On Debian: apt install postgresql")
    account = _account()
    if os.geteuid() == 0 and not account:
        pytest.skip("PostgreSQL does not run as root, and there is no account postgres or nobody")
    home = Path(tempfile.mkdtemp(prefix="vedette-postgres-"))
    if account:
        os.chown(home, account["user"], account["group"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(binaries, home, port)
    try:
        server.prepare()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)
