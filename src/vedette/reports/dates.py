"""Days told in words: "on Tuesday", "17 October", "overnight", counted from the day of the report."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["When", "days_in", "full_date", "full_dates"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sept sep", "october oct", "november nov", "december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAYS = {
    name: n for n, name in enumerate(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
}
_NUMBERS = {
    name: n
    for n, name in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
} | {"a": 1, "an": 1, "several": 3, "few": 3, "couple": 2, "couple of": 2}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?!\d)"
_YEAR = r"(?:19|20)\d\d"
_COUNT = r"(?:\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_WEEKDAY = "(?:" + "|".join(_WEEKDAYS) + ")"
_DASH = r"\s*(?:-|–|—|to|and|through|until)\s*"

_FULL = re.compile(
    rf"\b(?:(?P<y1>{_YEAR})-(?P<m1>\d\d)-(?P<d1>\d\d)"
    rf"|(?P<d2>{_DAY})\s+(?:of\s+)?(?P<m2>{_MONTH}),?\s+(?P<y2>{_YEAR})"
    rf"|(?P<m3>{_MONTH})\s+(?P<d3>{_DAY}),?\s+(?P<y3>{_YEAR})"
    r"|(?P<d4>\d\d?)[./](?P<m4>\d\d?)[./](?P<y4>(?:19|20)\d\d))\b",
    re.IGNORECASE,
)

_PATTERNS = [
    (kind, re.compile(rf"\b(?:{text})(?![\w])", re.IGNORECASE))
    for kind, text in (
        ("full", _FULL.pattern.replace(r"\b(?:", "(?:", 1)),
        ("span", rf"(?:between|from)?\s*(?P<sd>{_DAY}){_DASH}(?P<ed>{_DAY})\s+(?P<sm>{_MONTH})"),
        ("span", rf"(?:between|from)?\s*(?P<sm>{_MONTH})\s+(?P<sd>{_DAY}){_DASH}(?P<ed>{_DAY})"),
        ("day", rf"(?P<d>{_DAY})\s+(?P<m>{_MONTH})"),
        ("day", rf"(?P<m>{_MONTH})\s+(?P<d>{_DAY})"),
        ("ago", rf"(?P<n>{_COUNT})\s+(?P<u>day|week|month|year)s?\s+(?:ago|earlier)"),
        ("past", rf"(?:for|in|over|during)?\s*(?:the\s+)?(?:last|past|previous)\s+(?P<n>{_COUNT})\s+(?P<u>hour|day|week|month|year)s?"),
        ("week", r"(?P<which>last|this|the\s+past|earlier\s+this)\s+(?P<u>week|month|year)"),
        ("past", r"(?:for|in|over|during)?\s*(?:the\s+)?(?:last|past|previous)\s+(?P<u>hour|day|week|month|year)"),
        ("next", r"(?:the\s+)?(?:next|following)\s+day"),
        ("yesterday", r"(?:early\s+|late\s+)?(?:yesterday|the\s+day\s+before|the\s+previous\s+day)"),
        ("night", r"overnight|last\s+night|during\s+the\s+night"),
        ("today", r"(?:earlier\s+|as\s+of\s+)?(?:today|tonight|this\s+(?:morning|afternoon|evening|time))|earlier\s+in\s+the\s+day"),
        ("weekday", rf"(?:on\s+|since\s+|by\s+|late\s+|early\s+|last\s+|this\s+|as\s+of\s+)*(?P<w>{_WEEKDAY})(?:\s+(?:night|morning|evening|afternoon))?"),
        ("month", rf"(?:in\s+)?(?:(?:early|mid|late)[- ])?(?P<m>{_MONTH})\s+(?P<y>{_YEAR})"),
        ("month", rf"(?:in|since|during|by)\s+(?:(?:early|mid|late)[- ])?(?P<m>{_MONTH})"),
        ("year", rf"(?:in|since)\s+(?P<y>{_YEAR})"),
        ("vague", r"recently|in\s+recent\s+(?:days|weeks|months)|previously|later|earlier|so\s+far|for\s+some\s+time|currently|in\s+the\s+(?:coming|next)\s+(?:days|weeks|months)"),
    )
]  # fmt: skip


_TRIGGERS = {
    "full": tuple("0123456789"),
    "span": tuple(_MONTHS),
    "day": tuple(_MONTHS),
    "month": tuple(_MONTHS),
    "ago": ("ago", "earlier"),
    "past": ("last", "past", "previous"),
    "week": ("week", "month", "year"),
    "next": ("next", "following"),
    "yesterday": ("yesterday", "day"),
    "night": ("night",),
    "today": ("today", "this", "tonight", "earlier"),
    "weekday": ("day",),
    "year": ("in", "since"),
    "vague": ("recent", "previous", "later", "earlier", "so", "for", "current", "in"),
}
"""Letters without which a pattern of a kind cannot match: most are not looked for in most paragraphs."""


@dataclass(frozen=True, slots=True)
class When:
    """A time as written at `start:end` of a text; `first` and `last` are None if the words settle no day."""

    start: int
    end: int
    text: str
    first: date | None
    last: date | None


def full_date(text: str) -> date | None:
    """The first date with a year in a text."""
    found = full_dates(text)
    return found[0][2] if found else None


def full_dates(text: str) -> list[tuple[int, int, date]]:
    """Every date with a year, and where it stands. Days before months where figures leave it open."""
    found = []
    for hit in _FULL.finditer(text):
        day = _from_full(hit)
        if day is not None:
            found.append((hit.start(), hit.end(), day))
    return found


def _from_full(hit: re.Match[str]) -> date | None:
    parts = hit.groupdict()
    for n in "1234":
        if parts.get(f"y{n}"):
            year, month, day = parts[f"y{n}"], parts[f"m{n}"], parts[f"d{n}"]
            number = _month(month) if not month.isdigit() else int(month)
            return _date(int(year), number, _ordinal(day))
    return None


def _month(text: str) -> int:
    return _MONTHS[text.lower().rstrip(".")]


def _ordinal(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _count(text: str | None) -> int:
    if text is None:
        return 1
    return int(text) if text.isdigit() else _NUMBERS[text.lower()]


def _back(day: date, count: int, unit: str) -> date:
    if unit == "hour":
        return day - timedelta(days=max(1, round(count / 24)) - 1) if count < 24 else day - timedelta(days=count // 24)
    if unit == "month":
        total = day.year * 12 + day.month - 1 - count
        year, month = divmod(total, 12)
        return date(max(year, 1), month + 1, min(day.day, monthrange(max(year, 1), month + 1)[1]))
    if unit == "year":
        return date(max(day.year - count, 1), day.month, min(day.day, 28))
    try:
        return day - timedelta(days=count * (7 if unit == "week" else 1))
    except OverflowError:
        return date.min


def _nearest(month: int, day: int, report: date) -> date | None:
    """A day without a year is the latest such day that is not after the report (a week's slack for announced days)."""
    for year in (report.year, report.year - 1):
        found = _date(year, month, day) if year >= 1 else None
        if found is not None and found <= report + timedelta(days=7):
            return found
    return None


def days_in(text: str, report: date | None) -> list[When]:
    """Every time a text names, counted from the day of the report (its original day, if republished)."""
    taken: list[tuple[int, int]] = []
    found: list[When] = []
    last_day: date | None = None
    hits = []
    lower = text.lower()
    present = {kind for kind, letters in _TRIGGERS.items() if any(w in lower for w in letters)}
    for kind, pattern in _PATTERNS:
        if kind not in present:
            continue
        for hit in pattern.finditer(text):
            start, end = hit.span()
            while start < end and text[start].isspace():
                start += 1
            if any(start < e and s < end for s, e in taken):
                continue
            taken.append((start, end))
            hits.append((start, end, kind, hit))
    for start, end, kind, hit in sorted(hits, key=lambda h: h[0]):
        first, last = _interval(kind, hit, report, last_day)
        if first is not None and kind in {"full", "day", "weekday", "span"}:
            last_day = last
        found.append(When(start, end, text[start:end], first, last))
    return found


def _interval(
    kind: str, hit: re.Match[str], report: date | None, before: date | None
) -> tuple[date | None, date | None]:
    parts = hit.groupdict()
    if kind == "full":
        day = _from_full(hit)
        return day, day
    if kind == "year":
        return date(int(parts["y"]), 1, 1), date(int(parts["y"]), 12, 31)
    if kind == "month" and parts.get("y"):
        year, month = int(parts["y"]), _month(parts["m"])
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    if report is None or kind == "vague":
        return None, None
    if kind == "day":
        day = _nearest(_month(parts["m"]), _ordinal(parts["d"]), report)
        return day, day
    if kind == "span":
        month = _month(parts["sm"])
        first, last = (_nearest(month, _ordinal(parts[k]), report) for k in ("sd", "ed"))
        return (first, last) if first and last and first <= last else (None, None)
    if kind == "month":
        year = report.year if _month(parts["m"]) <= report.month else report.year - 1
        if year < 1:
            return None, None
        month = _month(parts["m"])
        return date(year, month, 1), min(date(year, month, monthrange(year, month)[1]), report)
    if kind == "ago":
        day = _back(report, _count(parts["n"]), parts["u"].lower())
        return day, day
    if kind == "past":
        count, unit = _count(parts.get("n")), parts["u"].lower()
        first = _back(report, count, unit)
        return (first + timedelta(days=1) if unit == "day" and count > 1 else first), report
    if kind == "week":
        unit = parts["u"].lower()
        if parts["which"].lower() == "last":
            last = _back(report, 1, unit)
            if unit == "year":
                return date(last.year, 1, 1), date(last.year, 12, 31)
            return last, report
        return _back(report, 1, unit), report
    if kind == "next":
        day = before + timedelta(days=1) if before else None
        return day, day
    one = timedelta(days=1)
    if report - date.min < timedelta(days=8):
        return None, None
    if kind == "yesterday":
        return report - one, report - one
    if kind == "night":
        return report - one, report
    if kind == "today":
        return report, report
    day = report - timedelta(days=(report.weekday() - _WEEKDAYS[parts["w"].lower()]) % 7)
    return day, day
