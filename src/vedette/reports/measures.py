"""How much, how sure, how many: degree, certainty and numbers of a span."""

from __future__ import annotations

import re

__all__ = ["certainty_of", "is_partial", "quantity_of"]

_PARTIAL = re.compile(
    r"\b(?:parts? of|part of|some (?:of|villages|areas|territory|ground|positions|districts|settlements|heights)|several|"
    r"a number of|dozens of|scores of|(?:a )?few|outskirts?|almost|nearly (?:all|the whole|encircl\w+|surround\w+)|barely|"
    r"marginal\w*|virtually|partial\w*|slight\w*|limited|most of|much of|half(?: of)?|a third of|"
    r"two[- ]thirds of|(?:northern|southern|eastern|western|central|northeastern|northwestern|southeastern|southwestern) "
    r"(?:parts?|districts?|outskirts|suburbs|neighbou?rhoods|edges?|areas? of|half|quarter|section)|"
    r"\d+(?:\.\d+)?\s?(?:%|percent|per cent)|suburbs?|edge of|sections? of|swath(?:e|es|s)? of|pockets? of|"
    r"at least part|some (?=[a-z])|all but|only (?:in )?part|in places|close to (?:captur|encircl|surround|tak)\w+|on the verge|largely|mostly|"
    r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve|\d[\d,.]*)(?: [a-z]+){0,2} (?:villages|settlements|heights|positions|towns|localities|"
    r"hamlets|hills|outposts|bases|districts|neighbou?rhoods|camps|trenches|strongholds)|various|numerous|many|certain)\b",
    re.IGNORECASE,
)
_LIKELY = re.compile(
    r"\b(?:likely|probabl[ye]|most likely|seem(?:s|ed|ingly)?|appear(?:s|ed)?(?: to| that)?|apparently|suggest(?:s|ed|ing)?|"
    r"believed|thought to|presumably|evidently|expected to)\b",
    re.IGNORECASE,
)
_POSSIBLE = re.compile(
    r"\b(?:(?-i:may)|might|could|possibl[ye]|perhaps|reportedly|allegedly|alleged|purportedly|rumou?red|potential(?:ly)?|"
    r"at risk|risk(?:s|ed|ing)?|enabl(?:e|es|ed|ing)|unconfirmed|supposedly|said to (?:be|have)|accusations?|effectively)\b",
    re.IGNORECASE,
)
_UNLIKELY = re.compile(r"\b(?:unlikely|hardly (?:possible|likely)|improbable|not likely|doubtful)\b", re.IGNORECASE)
_WORDS = {
    w: n
    for n, w in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"]
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100}  # fmt: skip
_NUMBER = re.compile(
    r"(?<![\w.,-])(?:(?P<mod>at least|up to|more than|over|about|around|some|nearly|almost|approximately|roughly|an? estimated|"
    r"fewer than|less than|as many as|no fewer than|close to|under)\s+)?"
    r"(?P<n>\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")"
    r"(?P<mult>\s+(?:hundred|thousand|million|billion))?(?![\w-]*\d)(?:\s*(?P<unit>%|per ?cent|[A-Za-z][\w-]*(?:\s[a-z][\w-]*)?))?",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?P<n>several|dozens|scores|hundreds|thousands|numerous|many|a number|a few|heavy|significant)\b(?:\s+of)?\s+(?P<unit>[a-z][\w-]*)",
    re.IGNORECASE,
)
_TIMES = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_MONTHS = re.compile(
    r"(?i)^(?:st|nd|rd|th|january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|"
    r"apr|jun|jul|aug|sept?|oct|nov|dec|hours?|days?|weeks?|months?|years?|am|pm|gmt|of)\b"
)


def is_partial(text: str) -> bool:
    """True of partitives and approximations: "parts of", "the outskirts", "almost", "several villages"."""
    return bool(_PARTIAL.search(text))


def certainty_of(text: str) -> str:
    """How firmly a span puts it, by its hedges; `asserted` if there is none."""
    for word, pattern in (("unlikely", _UNLIKELY), ("possible", _POSSIBLE), ("likely", _LIKELY)):
        if pattern.search(text):
            return word
    return "asserted"


def quantity_of(text: str) -> tuple[float | None, str, str]:
    """The first number that counts something, its modifier ("at least", "dozens") and its unit."""
    for hit in _NUMBER.finditer(text):
        unit = (hit.group("unit") or "").strip()
        if _MONTHS.match(unit) or text[max(hit.start() - 1, 0) : hit.start()] in {"-", "/"}:
            continue
        raw = hit.group("n").lower().replace(",", "").replace(" ", "")
        if raw in {"one"} and not hit.group("mod"):
            continue
        number = float(_WORDS[raw]) if raw in _WORDS else float(raw)
        if not hit.group("mod") and 1900 <= number <= 2100 and not unit:
            continue
        number *= _TIMES.get((hit.group("mult") or "").strip().lower(), 1.0)
        return number, (hit.group("mod") or "").lower(), unit
    if vague := _VAGUE.search(text):
        return None, vague.group("n").lower(), vague.group("unit")
    return None, "", ""
