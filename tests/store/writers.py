"""What other processes do to a ledger while a test watches: add, hold it, fill the disk. They tell in a file."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vedette.errors import LedgerError
from vedette.store.ledger import Act, Additions, DuckDB, Ledger, Note, PostgreSQL

FRESH = multiprocessing.get_context("forkserver")
FRESH.set_forkserver_preload(["pytest", "duckdb", "psycopg", __name__])

ACT = Act("first reviewer", "2031-04-10T08:00:00+00:00", "read", "a test")


def ledger_in(address: str) -> Ledger:
    """The ledger of the small war at an address, or in a file."""
    return Ledger(PostgreSQL(address, "small") if "://" in address else DuckDB(Path(address)))


def claim(name: str, **more: str) -> dict[str, str]:
    """A claim of not much."""
    return {"claim_id": name, "paraphrase": f"What {name} says.", "place_id": "cairn", **more}


def started(target: Callable[..., None], told: Path, *words: Any) -> Any:
    """A process at work: it has told that it begins."""
    process = FRESH.Process(target=_with_file, args=(target, words, told))
    process.start()
    while not told.exists() and process.is_alive():
        time.sleep(0.01)
    return process


def _with_file(target: Callable[..., None], words: tuple[Any, ...], told: Path) -> None:
    target(*words, os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND))


def lines_of(told: Path) -> list[str]:
    """What a process has told, whole lines only."""
    text = told.read_text() if told.exists() else ""
    return text[: text.rfind("\n") + 1].split()


def write_claims(address: str, name: str, count: int, size: int, told: int) -> None:
    """Add claims and a run, `size` claims an act; tell each act once it is kept."""
    ledger = ledger_in(address)
    for n in range(count):
        ids = [f"{name}-{n}-{k}" for k in range(size)]
        ledger.add(ACT, Additions(claims=[claim(i) for i in ids], run=("brief", "2031-04-12", name)))
        os.write(told, f"{n}\n".encode())


def hold(address: str, told: int) -> None:
    """Begin to write and do not end."""
    with ledger_in(address).engine.writing():
        os.write(told, b"held\n")
        time.sleep(60)


def fill(address: str, told: int) -> None:
    """Write on a disk that is full beyond 3 MB a file."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))
    ledger = ledger_in(address)
    for n in range(100):
        try:
            ledger.add(ACT, Additions(notes=[Note(str(n), random.Random(n).randbytes(60_000).hex())]))
        except LedgerError as error:
            os.write(told, f"error {str(error).replace(' ', '_')}\n".encode())
            return
        os.write(told, f"{n}\n".encode())
