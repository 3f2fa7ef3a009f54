"""The text of pages that are pictures, by character recognition (the `ocr` extra), offline.

RapidOCR (Apache-2.0) brings the weights of PaddleOCR's small recognisers inside its
package; pypdfium2 draws the pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Any

from vedette.errors import ReportError

__all__ = ["recognised_pages"]

_DOTS_PER_INCH = 200
_MOST_PIXELS = 9_000_000
"""A page of A3 at 200 dots an inch; a larger one is drawn smaller, so that no page size can fill the memory."""
_MOST_PAGES = 40
"""A page takes seconds, and no report is longer."""
_SURE = 0.5
"""Confidence below which a line is a smudge, not text."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A recognised run of letters; edges in pixels from the upper left corner of the page."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


def recognised_pages(data: bytes, name: str) -> list[str]:
    """The text of each page of a scanned PDF, read from the picture of it."""
    engine = _engine(name)
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        if len(document) > _MOST_PAGES:
            raise ReportError(
                f"{name}: is a scan of {len(document):,} pages, and at most {_MOST_PAGES} are recognised. "
                "Save the pages of the report alone."
            )
        found = []
        for page in document:
            width, height = page.get_size()
            dots = (width / 72 * _DOTS_PER_INCH) * (height / 72 * _DOTS_PER_INCH)
            scale = _DOTS_PER_INCH / 72 * min(1.0, (_MOST_PIXELS / max(dots, 1.0)) ** 0.5)
            picture = page.render(scale=scale, rev_byteorder=False).to_numpy()
            found.append(_text(_lines(engine(picture[..., :3]))))
        return found
    finally:
        document.close()


@cache
def _recogniser() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _engine(name: str) -> Any:
    try:
        return _recogniser()
    except ImportError as error:
        raise ReportError(
            f"{name}: holds no text, as scans do, and recognising letters in pictures needs an extra that is not "
            "installed. Install it with: pip install 'vedette[ocr]'. Or run the file through ocrmypdf first."
        ) from error


def _lines(result: Any) -> list[_Line]:
    if result.boxes is None:
        return []
    found = []
    for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
        if score >= _SURE and text.strip():
            across, down = box[:, 0], box[:, 1]
            found.append(_Line(float(across.min()), float(down.min()), float(across.max()), float(down.max()), text))
    return found


def _text(lines: list[_Line]) -> str:
    """Lines in reading order: columns from the left, in each from the top, a blank line where the gap is wide."""
    if not lines:
        return ""
    tall = median(line.bottom - line.top for line in lines)
    parts = []
    for column in _columns(lines):
        rows: list[list[_Line]] = []
        for line in sorted(column, key=lambda x: x.top):
            middle = (line.top + line.bottom) / 2
            if rows and middle < rows[-1][0].bottom and middle > rows[-1][0].top:
                rows[-1].append(line)
            else:
                rows.append([line])
        edge = max(x.right for x in column)
        told = ""
        for n, row in enumerate(rows):
            if n:
                above = rows[n - 1]
                apart = row[0].top - max(x.bottom for x in above) > 0.8 * tall
                ended = told[-1:] in {".", "!", "?", "”", '"'} and max(x.right for x in above) < 0.85 * edge
                told += "\n\n" if apart or ended else "\n"
            told += " ".join(x.text.strip() for x in sorted(row, key=lambda x: x.left))
        parts.append(told)
    return "\n\n".join(parts)


def _columns(lines: list[_Line]) -> list[list[_Line]]:
    """Two columns, if a gap runs down the page with at least four lines on either side; else all in one."""
    left, right = min(x.left for x in lines), max(x.right for x in lines)
    for share in (0.5, 0.47, 0.53, 0.44, 0.56):
        cut = left + share * (right - left)
        west, east = [x for x in lines if x.right <= cut], [x for x in lines if x.left >= cut]
        if len(west) >= 4 and len(east) >= 4 and len(west) + len(east) == len(lines):
            return [west, east]
    return [lines]
