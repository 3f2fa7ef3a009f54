"""From the bytes of a file to reports: HTML, PDF, RSS and Atom, text. What a file is called decides nothing."""

from __future__ import annotations

import html
import io
import logging
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from vedette.errors import ReportError
from vedette.reports.report import LONGEST_STORY, Report
from vedette.reports.story import Header, story_of

if TYPE_CHECKING:
    import pypdf

__all__ = ["LARGEST_FILE", "reports_in"]

LARGEST_FILE = 50 * 2**20
"""Bytes of one file."""

_MOST_PAGES = 2_000
_MOST_ITEMS = 5_000
_DEEPEST = 1_000
"""Nested tags an HTML parser is trusted with; deeper pages are stripped of their tags instead."""

_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)[^<>]*?(/?)>")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "li",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "article",
        "section",
        "header",
        "footer",
        "tr",
        "td",
        "th",
        "table",
        "blockquote",
        "figure",
        "figcaption",
        "main",
        "aside",
        "nav",
        "time",
    ]
)


def reports_in(data: bytes, name: str) -> list[Report]:
    """Every report in one file: one, or one an item of a feed.

    Raises `ReportError` for what cannot be read: too large, encrypted, an archive, a
    picture, empty. Nothing in a file is executed or fetched.
    """
    if len(data) > LARGEST_FILE:
        raise ReportError(
            f"{name}: has {len(data) / 2**20:.0f} MB; a report has at most {LARGEST_FILE >> 20}. Save the story alone."
        )
    if not data.strip():
        raise ReportError(f"{name}: is empty. Save the page again.")
    head = data[:2048]
    if b"%PDF-" in head[:1024]:
        return [_pdf(data, name)]
    if head.startswith((b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")):
        raise ReportError(
            f"{name}: is an archive, whatever it is called, and archives are not unpacked (they can hold more than the "
            "machine does). Unpack it yourself and give the files in it."
        )
    text = _decode(data)
    if _binary(text):
        raise ReportError(f"{name}: is not text, HTML, PDF or a feed. Save the page as HTML or text.")
    start = text[:4096].lstrip("\ufeff \t\r\n").lower()
    if re.match(r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:rdf)\b", start, re.DOTALL):
        return _feed(data, name)
    found = _html(text, name) if _looks_like_html(text) else story_of(text, source=name)
    if len(found.text) > LONGEST_STORY:
        raise ReportError(
            f"{name}: the story has {len(found.text):,} characters; at most {LONGEST_STORY:,} are read. Split it."
        )
    if not found.text.strip():
        raise ReportError(
            f"{name}: holds no story: nothing was left without menus and boilerplate. Save the page again."
        )
    return [found]


def _decode(data: bytes) -> str:
    """Text in whatever encoding it is: a byte order mark or UTF-8, else what its letters look like."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = re.search(rb"charset=[\"']?([\w-]{2,40})", data[:4096], re.IGNORECASE)
    if declared:
        try:
            return data.decode(declared.group(1).decode("ascii"), errors="replace")
        except LookupError:
            pass
    broken = data.decode("utf-8", errors="replace")
    if broken.count("\ufffd") < max(1, len(broken) // 500):
        return broken
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    guessed = data.decode(best.encoding if best else "cp1252", errors="replace")
    western = data.decode("cp1252", errors="replace")
    # A handful of accents among plain letters is Western European: too little for a guess by frequency.
    return western if sum(c > 127 for c in data) < 0.05 * len(data) and "\ufffd" not in western else guessed


def _binary(text: str) -> bool:
    sample = text[:4000]
    odd = sum(c == "\x00" or c == "\ufffd" or (ord(c) < 32 and c not in "\t\n\r\f\x0b\x1b") for c in sample)
    return odd > 0.1 * len(sample)


def _looks_like_html(text: str) -> bool:
    head = text[:200_000]
    return (
        bool(re.search(r"<!doctype html|<html\b|<body\b|<article\b|<head\b", head, re.IGNORECASE))
        or len(re.findall(r"</(?:p|div|a|span|li)>", head)) > 2
    )


def _depth(text: str) -> int:
    depth = deepest = 0
    for hit in _TAG.finditer(text):
        if hit.group(3) or hit.group(2).lower() in _VOID:
            continue
        depth += -1 if hit.group(1) else 1
        depth = max(depth, 0)
        deepest = max(deepest, depth)
    return deepest


def _strip(text: str) -> str:
    """The text of HTML without a parser: scripts out, blocks on lines of their own."""
    text = re.sub(r"(?is)<(script|style|noscript|template|svg|iframe)\b.*?(?:</\1\s*>|\Z)", " ", text)
    text = re.sub(r"(?s)<!--.*?(?:-->|\Z)", " ", text)
    text = _TAG.sub(lambda m: "\n\n" if m.group(2).lower() in _BLOCKS else "", text)
    return html.unescape(re.sub(r"<[^<>]*>", " ", text))


def _html(text: str, name: str) -> Report:
    header = Header()
    stripped = _strip(text)
    body = ""
    if _depth(text) <= _DEEPEST:
        body = _extract(text, header)
    if len(body.split()) < 20 and len(stripped.split()) > len(body.split()):
        body = stripped
    else:
        _beside(stripped, body, header)
    return story_of(body, header, source=name)


def _extract(text: str, header: Header) -> str:
    """The main text by trafilatura, and what the page's metadata says."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = trafilatura.bare_extraction(
            text, with_metadata=True, include_comments=False, include_tables=False, favor_recall=True
        )
    except Exception:  # noqa: BLE001  a page that breaks the extractor is read without it
        return ""
    if found is None:
        return ""
    fields = found.as_dict() if hasattr(found, "as_dict") else dict(found)
    header.title = _clean(fields.get("title"))
    header.author = _clean(fields.get("author"))
    header.outlet = _clean(fields.get("sitename") or fields.get("hostname"))
    header.themes = tuple(_clean(t) for t in (*(fields.get("categories") or ()), *(fields.get("tags") or ())) if t)
    header.licence = _clean(fields.get("license"))
    header.page_date = _declared_day(text) or _iso_day(str(fields.get("date")))
    return str(fields.get("text") or "")


_DECLARED = (
    re.compile(
        r"<meta\b[^>]*?(?:article:published_time|datePublished|dc\.date\w*|pubdate)[^>]*?content=[\"']?(\d{4}-\d\d-\d\d)",
        re.IGNORECASE,
    ),
    re.compile(
        r"<meta\b[^>]*?content=[\"']?(\d{4}-\d\d-\d\d)[^>]*?(?:article:published_time|datePublished)", re.IGNORECASE
    ),
    re.compile(r"[\"']datePublished[\"']\s*:\s*[\"'](\d{4}-\d\d-\d\d)"),
    re.compile(r"<time\b[^>]*?datetime=[\"']?(\d{4}-\d\d-\d\d)", re.IGNORECASE),
)


def _declared_day(text: str) -> date | None:
    """The day a page declares in its markup, surest place first."""
    for pattern in _DECLARED:
        if hit := pattern.search(text[:500_000]):
            return _iso_day(hit.group(1))
    return None


def _iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _clean(value: object) -> str:
    """A metadata field as one line without tags: a title may carry a script."""
    return " ".join(_strip(html.unescape(str(value or ""))).split())[:500]


def _beside(stripped: str, body: str, header: Header) -> None:
    """Header and licence lines that the extractor took for boilerplate."""
    first = " ".join(body.split())[:60]
    lines = [" ".join(x.split()) for x in stripped.split("\n")]
    lines = [x for x in lines if x]
    at = next((n for n, x in enumerate(lines) if first and x.startswith(first[:40])), min(len(lines), 40))
    from vedette.reports.story import _FIRST_PUBLISHED, _LICENCE, _read_header

    beside = Header(title=header.title)
    for n in range(max(0, at - 12), at):
        if len(lines[n].split()) <= 14:
            _read_header([lines[n]], beside)
    header.stamps += beside.stamps
    header.author = header.author or beside.author
    header.regions, header.themes = header.regions or beside.regions, header.themes or beside.themes
    for x in lines[at:]:
        if len(x.split()) <= 40:
            if not header.first_outlet and (hit := _FIRST_PUBLISHED.search(x)):
                header.first_outlet = re.sub(r"\s+on\s+.*$", "", hit.group("who")).strip()
            if not header.licence and _LICENCE.search(x):
                header.licence = x[:300]


def _pdf(data: bytes, name: str) -> Report:
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        pages = _pages(reader, name)
        meta = reader.metadata
        header = Header(author=_clean(meta.author if meta else ""))
        stamp = meta.creation_date if meta else None
    except ReportError:
        raise
    except Exception as error:  # a PDF can be broken in more ways than its reader names
        raise ReportError(
            f"{name}: is a broken PDF ({type(error).__name__}: {str(error)[:120]}). Save it again."
        ) from error
    text = "\n".join(_without_furniture(pages))
    text = re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", text)
    found = story_of(text, header, source=name)
    if not found.text.strip():
        found = _scan(data, header, name)
    if found.published is None and stamp is not None:
        from dataclasses import replace

        found = replace(found, published=stamp.date(), warnings=(*found.warnings, "the date is that of the PDF file"))
    return found


def _scan(data: bytes, header: Header, name: str) -> Report:
    """The story on pages that are pictures."""
    from dataclasses import replace

    from vedette.reports.scans import recognised_pages

    try:
        pages = recognised_pages(data, name)
    except ReportError:
        raise
    except Exception as error:  # the renderer and the recogniser name their failures in many ways
        raise ReportError(
            f"{name}: is a scan whose pages cannot be drawn ({type(error).__name__}). Save it again."
        ) from error
    text = re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", "\n".join(_without_furniture(pages)))
    found = story_of(text, header, source=name)
    if not found.text.strip():
        raise ReportError(f"{name}: holds no text, and no letters were recognised in its pictures. Scan it sharper.")
    return replace(found, warnings=(*found.warnings, "read from pictures of pages: letters can be wrong, check names"))


def _pages(reader: pypdf.PdfReader, name: str) -> list[str]:
    if reader.is_encrypted and not reader.decrypt(""):
        raise ReportError(f"{name}: is encrypted, and no password was given. Save it without one.")
    pages, size = [], 0
    for n, page in enumerate(reader.pages):
        if n >= _MOST_PAGES or size > LONGEST_STORY:
            raise ReportError(
                f"{name}: is longer than {_MOST_PAGES:,} pages or {LONGEST_STORY:,} characters. Split it."
            )
        pages.append(_page_text(page))
        size += len(pages[-1])
    return pages


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of text on a page, in points from the lower left corner."""

    x: float
    y: float
    text: str


def _page_text(page: pypdf.PageObject) -> str:
    """The text of a page; of two columns set side by side, the left one first."""
    pieces: list[_Piece] = []

    def note(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        if text.strip():
            x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            pieces.append(_Piece(x, y, " ".join(text.split())))

    plain = page.extract_text(visitor_text=note) or ""
    width = float(page.mediabox.width)
    return _columns(pieces, width, frozenset(plain.split())) or plain


def _columns(pieces: list[_Piece], width: float, known: frozenset[str]) -> str:
    """The same words column by column, if the page is set in two; empty if it is not, or nothing can tell.

    A right column is told by its left edge: many lines have a piece of text that begins
    at the same place near the middle of the page, to the right of another piece. `known`
    are the page's words, which tell where a piece ends inside one.
    """
    if len(pieces) < 12 or sum(len(p.text) for p in pieces) < 4 * len(pieces):
        return ""
    lines: dict[int, list[_Piece]] = {}
    for p in pieces:
        lines.setdefault(round(p.y / 3), []).append(p)
    edges = Counter(
        round(p.x / 4) for line in lines.values() if len(line) > 1 for p in line if p.x > min(q.x for q in line) + 40
    )
    if not edges:
        return ""
    edge, times = edges.most_common(1)[0]
    middle = edge * 4 - 4
    both = [
        y
        for y, line in lines.items()
        if any(p.x < middle for p in line) and any(abs(p.x / 4 - edge) <= 1 for p in line)
    ]
    if times < 4 or len(both) < 0.4 * len(lines) or not 0.3 * width < middle < 0.75 * width:
        return ""
    top, bottom = max(both), min(both)
    above: list[str] = []
    left: list[str] = []
    right: list[str] = []
    below: list[str] = []
    for y in sorted(lines, reverse=True):
        line = sorted(lines[y], key=lambda p: p.x)
        if not bottom <= y <= top:
            (above if y > top else below).append(_joined(line, known))
            continue
        for side, part in ((left, [p for p in line if p.x < middle]), (right, [p for p in line if p.x >= middle])):
            if part:
                side.append(_joined(part, known))
    return "\n".join([*above, *left, *right, *below])


def _joined(line: list[_Piece], known: frozenset[str]) -> str:
    text = line[0].text
    for p in line[1:]:
        split = text.rsplit(maxsplit=1)[-1] + p.text.split(maxsplit=1)[0] in known
        text += p.text if split else f" {p.text}"
    return text


def _without_furniture(pages: list[str]) -> list[str]:
    """Pages without the first and last lines that most of them share."""
    if len(pages) < 3:
        return pages
    counts: dict[str, int] = {}
    for page in pages:
        lines = [re.sub(r"\d+", "#", x.strip()) for x in page.split("\n") if x.strip()]
        for x in {*lines[:2], *lines[-2:]}:
            counts[x] = counts.get(x, 0) + 1
    common = {x for x, n in counts.items() if n > len(pages) / 2}
    return ["\n".join(x for x in p.split("\n") if re.sub(r"\d+", "#", x.strip()) not in common) for p in pages]


def _feed(data: bytes, name: str) -> list[Report]:
    import feedparser

    parsed = feedparser.parse(io.BytesIO(data), sanitize_html=True, resolve_relative_uris=False)
    outlet = _clean(parsed.feed.get("title"))
    found = []
    for item in parsed.entries[:_MOST_ITEMS]:
        content = max((c.get("value", "") for c in item.get("content", [])), key=len, default="") or item.get(
            "summary", ""
        )
        stamp = item.get("published_parsed") or item.get("updated_parsed")
        header = Header(
            title=_clean(item.get("title")),
            author=_clean(item.get("author")),
            outlet=outlet,
            page_date=date(stamp.tm_year, stamp.tm_mon, stamp.tm_mday) if stamp else None,
            themes=tuple(_clean(t.get("term")) for t in item.get("tags", []) if t.get("term")),
        )
        report = story_of(_strip(content), header, source=str(item.get("link") or item.get("id") or name)[:2000])
        if report.text.strip() and len(report.text) <= LONGEST_STORY:
            found.append(report)
    if not found:
        raise ReportError(f"{name}: is a feed without an item that holds text. Give the pages it links to.")
    return found
