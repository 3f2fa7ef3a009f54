"""Files of reports to be read."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from vedette.errors import ReportError
from vedette.reports import LARGEST_FILE

__all__ = ["report_bytes", "report_files"]

_MOST_FILES = 100_000


def report_files(paths: Sequence[str]) -> list[str]:
    """The files meant by some paths: folders stand for the files in them, by name; `-` for standard input."""
    found: list[str] = []
    for path in paths:
        if path != "-" and Path(path).is_dir():
            inside = sorted(str(p) for p in Path(path).rglob("*") if p.is_file() and not p.name.startswith("."))
            found += inside
        else:
            found.append(path)
    if len(found) > _MOST_FILES:
        raise ReportError(
            f"{len(found):,} files were given; at most {_MOST_FILES:,} are read at once. Give a part of them."
        )
    return found


def report_bytes(path: str) -> bytes:
    """What is in a file, or on standard input; a `ReportError` if it is too large or cannot be read."""
    if path == "-":
        data = sys.stdin.buffer.read(LARGEST_FILE + 1)
    else:
        try:
            if Path(path).exists() and not Path(path).is_file():
                raise ReportError(f"{path}: is neither a file nor a folder. Give a page, PDF, feed or text file.")
            with Path(path).open("rb") as handle:
                size = os.fstat(handle.fileno()).st_size  # asking for all at once would set 50 MB aside for each file
                data = handle.read(min(size, LARGEST_FILE) + 1)
                if len(data) > size:
                    data += handle.read(LARGEST_FILE + 1 - len(data))
        except OSError as error:
            raise ReportError(f"{path}: cannot be read ({error.strerror or error}). Check the path.") from error
    if len(data) > LARGEST_FILE:
        raise ReportError(f"{path}: is larger than {LARGEST_FILE >> 20} MB, and no report is. Save the story alone.")
    return data
