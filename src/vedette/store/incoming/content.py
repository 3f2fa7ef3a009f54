"""What is in a file that somebody made, before it is read: how much, of which kind, in which encoding."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any

from charset_normalizer import from_bytes

from vedette.errors import CaseError

__all__ = ["bytes_of", "json_of", "text_of"]

LARGEST = 500_000_000
"""Bytes of a table that is read: the largest yearly release of event data has half of that."""
LARGEST_TREE = 150_000_000
"""Bytes of a KML or GeoJSON file: both are held whole, at ten times their size."""

GUESSED_FROM = 200_000
"""Bytes from which an encoding is guessed."""

_BY_FIRST_BYTES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF", "Copy its table into a spreadsheet and save that as CSV UTF-8"),
    (b"\x89PNG", "a picture", "Give the data that it was drawn from"),
    (b"\xff\xd8\xff", "a picture", "Give the data that it was drawn from"),
    (b"GIF8", "a picture", "Give the data that it was drawn from"),
    (b"II*\x00", "a picture or raster map", "Give its areas as GeoJSON"),
    (b"\x1f\x8b", "compressed with gzip", "Unpack it"),
    (b"BZh", "compressed with bzip2", "Unpack it"),
    (b"\xfd7zXZ", "compressed with xz", "Unpack it"),
    (b"(\xb5/\xfd", "compressed with zstd", "Unpack it"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it"),
    (b"Rar!", "a RAR archive", "Unpack it"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet", "Save the sheet as CSV UTF-8"),
    (b"SQLite format 3", "a database, a GeoPackage perhaps", "Export its layer as GeoJSON or CSV"),
    (b"\x00\x00\x27\x0a", "a shapefile", "Export it as GeoJSON in degrees"),
    (b"\x89HDF", "an HDF5 or NetCDF file", "Export its table as CSV"),
    (b"CDF\x01", "a NetCDF file", "Export its table as CSV"),
    (b"PAR1", "a Parquet file", "Name it .parquet"),
    (b"PK\x05\x06", "an empty zip archive", "Download or pack it again"),
    (b"PK\x03\x04", "a zip archive or a spreadsheet", "Unpack it, or save the sheet as CSV UTF-8"),
)


def bytes_of(path: Path, wanted: str) -> bytes:
    """All of a file that should be `wanted` (table, XML, JSON, zip, Parquet); a `CaseError` if it is something else."""
    most = LARGEST if wanted in ("table", "Parquet") else LARGEST_TREE
    try:
        status = path.stat()
    except OSError as error:
        raise _unread(path, error) from error
    except ValueError as error:  # a null byte in its name
        raise CaseError(f"{str(path)!r}: is no name of a file ({error}). Check the path.") from error
    if S_ISDIR(status.st_mode):
        raise CaseError(f"{path}: is a folder. Give one file.")
    if not S_ISREG(status.st_mode):
        raise CaseError(f"{path}: is a device or a pipe. Give a file, so that it can be looked at before it is read.")
    if status.st_size > most:
        raise CaseError(
            f"{path.name}: has {status.st_size / 1e9:.1f} GB, and at most {most / 1e9:.2g} GB are read. "
            "Cut it to the war's country and years."
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unread(path, error) from error
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        holds = "nothing but blanks and zero bytes" if data else "nothing"
        raise CaseError(f"{path.name}: is empty: it holds {holds}. Download or save it again.")
    _expect(path, data, wanted)
    return data


def _unread(path: Path, error: OSError) -> CaseError:
    return CaseError(f"{path}: cannot be read ({error.strerror or error}). Check the path.")


def _expect(path: Path, data: bytes, wanted: str) -> None:
    for first, what, remedy in _BY_FIRST_BYTES:
        if data.startswith(first):
            if (wanted, first) in (("Parquet", b"PAR1"), ("XML", b"PK\x03\x04")):
                return
            raise CaseError(
                f"{path.name}: is {what}, whatever its name says. {remedy}{' and give that' * (remedy == 'Unpack it')}."
            )
    begins = _plain(data[:400]).lstrip().casefold()
    if re.match(r"<!doctype html|<html|<head|<script", begins):
        raise CaseError(
            f"{path.name}: is a web page, a log-in or error page perhaps, and no {wanted}. Open its address in a "
            "browser and download the file itself."
        )
    found = "XML" if begins.startswith(("<?xml", "<kml", "<gpx", "<rss", "<!doctype")) else "text"
    if found == "text" and re.match(r"\{\s*[\"}]|\[\s*[\{\]]", begins):
        found = "JSON"
    if wanted == "table" and found != "text":
        ending = ".kml" if found == "XML" else ".json or .geojson"
        raise CaseError(f"{path.name}: is {found} and no table, as its name says. Name it {ending} if it is that.")
    if wanted == "XML" and found != "XML":
        raise CaseError(f"{path.name}: is no KML: it does not begin as XML does. Give it the ending of what it is.")
    if wanted == "JSON" and found == "XML":
        raise CaseError(f"{path.name}: is XML and no JSON, as its name says. Name it .kml if it is that.")
    if wanted == "Parquet":
        raise CaseError(f"{path.name}: is no Parquet file: it does not begin as one. Give it the ending of what it is.")


def _plain(data: bytes) -> str:
    """The beginning of a text, well enough to see what it is."""
    return data.replace(b"\x00", b"").decode("utf-8-sig", errors="replace").lstrip("\ufeff\ufffd")


_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def text_of(data: bytes, name: str, encoding: str = "") -> tuple[str, str]:
    """A file's text and its encoding: as told, as its first bytes mark it, UTF-8, or guessed."""
    if encoding:
        try:
            return data.decode(encoding), encoding
        except (UnicodeError, LookupError) as error:
            raise CaseError(f"{name}: is not in {encoding!r} ({error}). Name another with --encoding.") from error
    for mark, marked in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(marked), marked
            except UnicodeError as error:
                raise CaseError(
                    f"{name}: begins as {marked.removesuffix('-sig')} and is cut off or spoilt in row "
                    f"{_row_of(data, error, marked)}. Download or save it again."
                ) from error
    if b"\x00" in data:
        return _without_mark(data, name)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        _mixed(data, name, error)
    best = from_bytes(data[:GUESSED_FROM]).best()
    if best is None:
        raise CaseError(f"{name}: is no text in any encoding we know. Save it as CSV UTF-8, or name its --encoding.")
    try:
        return data.decode(best.encoding), best.encoding
    except UnicodeError as error:
        raise CaseError(
            f"{name}: is not all {best.encoding}, as it begins: row {_row_of(data, error, 'utf-8')} is not. Save it "
            "as CSV UTF-8, or name its --encoding."
        ) from error


def _row_of(data: bytes, error: UnicodeError, encoding: str) -> int:
    """The line in which a text stops being one."""
    end = error.start if isinstance(error, UnicodeDecodeError) else len(data)
    return data[:end].decode(encoding, errors="replace").count("\n") + 1


def _without_mark(data: bytes, name: str) -> tuple[str, str]:
    """UTF-16 that does not say so has a zero in every other byte; anything else with zeros is no text."""
    for encoding, odd in (("utf-16-le", 1), ("utf-16-be", 0)):
        if len(data) % 2 == 0 and data[odd::2].count(0) > 0.4 * len(data) / 2 and not data[1 - odd :: 2].count(0):
            try:
                return data.decode(encoding), encoding
            except UnicodeError:
                break
    at = data.index(b"\x00")
    raise CaseError(
        f"{name}: is no text: row {data[:at].count(10) + 1} holds a zero byte. If it is a spreadsheet or a database, "
        "export its table as CSV UTF-8; if not, download it again."
    )


def _mixed(data: bytes, name: str, error: UnicodeDecodeError) -> None:
    """Refuse what is UTF-8 but for some rows: two files put together, or one that was cut in a character."""
    if error.end >= len(data) - 3 and error.reason == "unexpected end of data":
        raise CaseError(
            f"{name}: ends in the middle of a character, in row {data.count(10) + 1}: it was cut off. Download "
            "it again."
        ) from error
    wide = 0
    for line in data.splitlines():
        try:
            wide += not line.isascii() and bool(line.decode("utf-8"))
        except UnicodeDecodeError:
            continue
    if wide:
        raise CaseError(
            f"{name}: row {data[: error.start].count(10) + 1} is not UTF-8, and {wide} others are: two encodings are "
            "mixed. Save what was put together each as CSV UTF-8, and put it together again."
        ) from error


def json_of(text: str, name: str, where: str = "") -> Any:
    """What a JSON text says. A key that stands twice is refused, for the first would be lost."""
    try:
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError as error:
        raise CaseError(f"{name}{where}: nests deeper than any data does. Export it again, flatter.") from error
    except ValueError as error:
        raise CaseError(
            f"{name}{where}: is no JSON ({error}). It may be cut off; download or save it again."
        ) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for n, (key, _) in enumerate(pairs) if any(key == other for other, _ in pairs[:n]))
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found


def _no_number(word: str) -> float:
    """JSON knows no NaN; what some programs write for a blank is taken for one."""
    if word == "NaN":
        return math.nan
    raise ValueError(f"{word} is no number")
