"""From the lines of a page to the story: header lines read, boilerplate left out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from vedette.reports.dates import full_date, full_dates
from vedette.reports.report import Report

__all__ = ["Header", "language_of", "script_of", "story_of"]

_LINK = re.compile(r"!?\[([^\]\n]*)\]\((?:[^()\s]|\([^()\s]*\))*\)")
_ANGLED = re.compile(r"<(https?://[^>\s]+)>")
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_MEDIA = re.compile(r"https?://\S+?\.(?:mp4|webm|mov|m3u8|jpe?g|png|gif|mp3)\b\S*|https?://(?:www\.)?(?:youtube\.com|youtu\.be|vimeo\.com|t\.me)/\S+", re.IGNORECASE)  # fmt: skip
_SENTENCE_END = re.compile(r"[.!?…][\"”’')\]]*$")

_END = re.compile(
    r"^(?:note to readers\b|support\s+[A-Z]|the original source of this (?:article|story)|disclaimer\b|copyright\b|©|\(c\)\s|"
    r"all rights reserved|articles? by:|for media inquiries|about the author|more from|related (?:articles|stories|posts|topics|content)|"
    r"read (?:more|next)\s*:?$|see also\s*:?$|you may also like|recommended for you|most (?:read|popular)|leave a (?:reply|comment)|"
    r"comments?\s*(?:\(\d+\))?$|share this|filed under|tags?:|join our|sign up (?:for|to)|subscribe\b|donate\b|"
    r"this (?:article|story|post) (?:was )?(?:first|originally) (?:published|appeared)|originally published|"
    r"\(?(?:additional |with )?reporting by\b|\(?(?:writing|editing|compiled) by\b|our standards:|get the latest\b|topics?\s*:?$|top stories\b|trending\b|"
    r"you might also like|more on this(?: story)?\s*:?$|more stories\b|latest (?:news|stories)\s*:?$|related\s*:?$|have your say\b|what to read next|"
    r"(?:this|our) (?:web)?site uses cookies|we use cookies|enjoyed this\b|about the authors?\b|the views expressed|opinions expressed|\*{3,}$|\* \* \*$|[-_=]{5,}$)",
    re.IGNORECASE,
)
"""A line that begins the end of a page: what follows is no story unless it reads like one again."""

_NOISE = re.compile(
    r"^(?:\*+|[-_=~•·|]+)$|^(?:share|tweet|print|email|e-mail|save|facebook|twitter|whatsapp|telegram|linkedin|pinterest|reddit|"
    r"advertisement|advert|sponsored|loading|menu|home|search|skip to (?:main )?content|back to top|previous|next|listen|"
    r"follow us|sign in|log in|register|subscribe|newsletter|cookies?|accept(?: all)?|image (?:source|credit|caption)|"
    r"photo(?:graph)?:|getty images|file photo|video:|watch:|play video|copy link|article continues|continue reading|"
    r"click (?:here|to)|tap here|swipe|published by|last updated|updated)\b.{0,60}$"
    r"|\b(?:share buttons?|email lists?|crosspost|cross-post|paypal|patreon|bitcoin|donat(?:e|ion|ions|ing)|subscrib(?:e|er|ing)|newsletter|"
    r"all rights reserved|copyrighted material|fair use|permission (?:to|from) the copyright|become a member|comment on .{0,80} (?:page|articles)|"
    r"follow us on|like us on|join us on|our (?:telegram|whatsapp|facebook|twitter|youtube) (?:channel|page|group)|"
    r"cookie policy|privacy policy|terms of (?:use|service)|responsible for any inaccurate|sole responsibility of the author|"
    r"uses? cookies|trust principles|delivered (?:straight )?to your inbox|min(?:ute)?s? read$|listen to this (?:article|story)|your email address|"
    r"click the share|forward this article|original source of this article|media inquiries|send us your|download our app|"
    r"support (?:our|independent) (?:work|journalism)|sign up (?:for|to)|ad-?blocker)\b",
    re.IGNORECASE,
)
_TEASER = re.compile(
    r"^(?:read (?:more|also|next)|see also|related|also read|watch|listen|more on this(?: story)?|editor.?s (?:pick|note))\b\s*:?",
    re.IGNORECASE,
)
_BIO = re.compile(
    r"^(?:[A-ZÀ-Þ][\w’'.-]+ ){1,3}[A-ZÀ-Þ][\w’'.-]+,? (?:is|was|has been|works as) (?:an? |the )?(?:[\w’'-]+ ){0,5}?"
    r"(?:correspondent|reporter|journalist|writer|editor|author|fellow|researcher|contributor|columnist|professor|lecturer|photographer|scholar|"
    r"freelancer|blogger|bureau chief|staff writer|analyst)\b(?!.*\b(?:said|told|added|warned|wrote)\b)"
)
"""The last paragraph where it says who wrote: "N. N. is a correspondent who ..."."""
_BYLINE = re.compile(r"^(?:by|written by|author|reporting by|from)\s*:?\s+(?P<who>[^.!?]{2,80})$", re.IGNORECASE)
_FIELD = re.compile(
    r"^(?P<name>regions?|countr(?:y|ies)|themes?|topics?|categor(?:y|ies)|tags?|keywords|in-depth report|section)\s*:\s*(?P<what>.{1,300})$",
    re.IGNORECASE,
)
_LICENCE = re.compile(
    r"\b(?:creative commons|cc[ -]by(?:[ -]\w\w)*(?: \d(?:\.\d)?)?|licen[sc]ed under|public domain|grants? permission to (?:cross-?post|republish))\b",
    re.IGNORECASE,
)
_FIRST_PUBLISHED = re.compile(
    r"(?:(?:first|originally)\s+(?:published|appeared|posted)(?:\s+(?:by|in|on|at))?|original source of this (?:article|story) is|"
    r"republished from|reposted from|source:|courtesy of)\s*:?\s*(?P<who>[^.,;()\n]{2,80})",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:published|posted|updated|last updated|date|first published|issued)\s*(?:on|at)?\s*:?\s*", re.IGNORECASE
)
_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "in",
        "a",
        "is",
        "that",
        "was",
        "for",
        "on",
        "with",
        "as",
        "by",
        "at",
        "from",
        "has",
        "have",
        "been",
        "were",
        "said",
        "its",
        "it",
        "are",
        "their",
        "not",
    ]
)


@dataclass
class Header:
    """What a page says of itself, before and beside the story."""

    title: str = ""
    author: str = ""
    outlet: str = ""
    page_date: date | None = None
    stamps: list[tuple[str, date]] = field(default_factory=list)
    """Header lines with a date: (what stands beside it, as a rule an outlet; the date)."""
    first_outlet: str = ""
    regions: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    licence: str = ""
    media: list[str] = field(default_factory=list)


def _plain(line: str) -> str:
    line = _LINK.sub(lambda m: m.group(1), line)
    line = _ANGLED.sub(lambda m: m.group(1), line)
    line = re.sub(r"^#{1,6}\s+|^>\s?", "", line.strip())
    line = re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", line)
    return re.sub(r"[ \t\u00a0]+", " ", line).strip()


def _list(text: str) -> tuple[str, ...]:
    return tuple(p for p in (q.strip() for q in re.split(r"[,;|/]", text)) if p)


def _is_prose(line: str) -> bool:
    """True of a line that reads like sentences: eight words or more that end as one does."""
    return len(line.split()) >= 8 and bool(_SENTENCE_END.search(line)) and not _NOISE.search(line)


def story_of(text: str, header: Header | None = None, *, source: str = "") -> Report:
    """The report in a page's text, one paragraph a line or separated by blank lines.

    Header lines (byline, outlet and date, region, theme) are read into fields; share
    buttons, donation lines, disclaimers and what follows them are left out; a
    paragraph broken in the middle of a sentence is joined.
    """
    header = header or Header()
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).replace("\x00", "")
    lines = _blocks(text)
    for line in lines:
        header.media += [u.rstrip(").,;") for u in _MEDIA.findall(line)]
        if not header.licence and _LICENCE.search(line):
            header.licence = _plain(line)[:300]
        if not header.first_outlet and (hit := _FIRST_PUBLISHED.search(_plain(line))) and not _is_long(line):
            header.first_outlet = re.sub(r"\s+on\s+.*$|^(?:the|a)\s+(?=\S+$)", "", hit.group("who")).strip()
    plain = [p for p in (_plain(line) for line in lines) if p]
    start = _read_header(plain, header)
    body = _body(plain[start:])
    return _report(body, header, source)


def _is_long(line: str) -> bool:
    return len(line.split()) > 40


def _blocks(text: str) -> list[str]:
    """Lines, with hard-wrapped paragraphs made one line; a blank line always separates."""
    found: list[str] = []
    for chunk in re.split(r"\n\s*\n", text):
        lines = [line for line in (x.strip() for x in chunk.split("\n")) if line]
        if _is_wrapped(lines):
            found.append(" ".join(lines))
        else:
            found += lines
    return found


def _is_wrapped(lines: list[str]) -> bool:
    """True of one paragraph over several lines of about a width; in a narrow column some must go on in lower case."""
    if len(lines) <= 2:
        return False
    before = lines[:-1]
    if sum(bool(_SENTENCE_END.search(x)) for x in before) >= 0.5 * len(before):
        return False
    if sum(45 <= len(x) <= 110 for x in before) >= 0.8 * len(before):
        return True
    width = sorted(map(len, before))[len(before) // 2]
    full = sum(len(x) >= 0.65 * width or bool(_SENTENCE_END.search(x)) for x in before) >= 0.8 * len(before)
    return 16 <= width < 60 and full and sum(x[0].islower() for x in lines[1:]) >= len(before) / 3


def _read_header(lines: list[str], header: Header) -> int:
    """Read the lines before the story; return where it begins."""
    start = 0
    for n, line in enumerate(lines[:16]):
        if n + 1 < len(lines) and lines[n + 1][:1].islower():
            break  # a sentence that goes on below is no header
        if _is_prose(line) and not _BYLINE.match(line) and not (full_date(line) and len(line.split()) < 10):
            break
        if hit := _FIELD.match(line):
            what = _list(hit.group("what"))
            if hit.group("name").lower().startswith(("region", "countr")):
                header.regions = header.regions or what
            else:
                header.themes = header.themes or what
        elif (hit := _BYLINE.match(line)) and len(line.split()) <= 12:
            who = hit.group("who")
            dates = full_dates(who)
            if dates:
                header.stamps.append((who[: dates[0][0]].strip(" ,|-–—"), dates[0][2]))
                who = who[: dates[0][0]]
            header.author = header.author or who.strip(" ,|-–—")
        elif len(line.split()) <= 14 and (dates := full_dates(line)):
            beside = _LABEL.sub("", (line[: dates[0][0]] + " " + line[dates[0][1] :]).strip()).strip(" ,|-–—:.()")
            beside = re.sub(r"[·•|]?\s*\bupdated\b.*$", "", beside, flags=re.IGNORECASE).strip(" ,|-–—:.()·•")
            beside = re.sub(r"\b\d\d?:\d\d(?:\s*[ap]m)?(?:\s*[A-Z]{2,4})?\b", "", beside, flags=re.IGNORECASE).strip(
                " ,|-–—:.()"
            )
            header.stamps.append((beside, dates[0][2]))
        elif (
            (not header.title or (len(header.title.split()) == 1 and len(line.split()) >= 3))
            and len(line.split()) <= 30
            and n <= (2 if not header.title else 6)
            and not _URL.match(line)
            and not _NOISE.match(line)
            and len(lines) > 1
            and not line.endswith(".")
        ):
            header.title = line
        elif (
            line == header.title
            or _NOISE.search(line)
            or _URL.fullmatch(line)
            or (len(line.split()) < 8 and not _SENTENCE_END.search(line))
        ):
            pass
        else:
            break
        start = n + 1
    return start


def _body(lines: list[str]) -> str:
    kept: list[str] = []
    ended = False
    for n, line in enumerate(lines):
        bare = line.strip()
        if _END.match(bare) or bare == "*":
            rest = [x for x in lines[n + 1 : n + 4] if _is_prose(x)]
            if (
                bare in {"*", "***", "* * *"}
                and rest
                and not any(_NOISE.search(x) or _END.match(x) for x in lines[n + 1 : n + 3])
            ):
                continue
            ended = True
        if ended:
            continue
        if _NOISE.search(bare) and (len(bare.split()) < 60 or len(_NOISE.findall(bare)) > 1):
            continue
        if _TEASER.match(bare) and len(bare.split()) < 30:
            continue
        if _URL.fullmatch(bare) or (_FIELD.match(bare) and len(bare.split()) < 20):
            continue
        if _BYLINE.match(bare) and len(bare.split()) <= 8 and not _SENTENCE_END.search(bare):
            continue
        kept.append(bare)
    while len(kept) > 1 and (
        (len(kept[-1].split()) < 6 and not _SENTENCE_END.search(kept[-1])) or _BIO.match(kept[-1]) or _is_date(kept[-1])
    ):
        kept.pop()
    joined: list[str] = []
    for line in kept:
        if joined and line[:1].islower() and not _SENTENCE_END.search(joined[-1]) and not joined[-1].endswith(":"):
            joined[-1] += " " + line
        else:
            joined.append(line)
    return "\n\n".join(joined)


def _is_date(line: str) -> bool:
    found = full_dates(line)
    return bool(found) and found[0][1] - found[0][0] >= len(line) - 12


def _report(body: str, header: Header, source: str) -> Report:
    stamps = [(who, day) for who, day in header.stamps]
    outlet, published = header.outlet, header.page_date
    by, on = "", None
    if stamps:
        first = min(stamps, key=lambda s: s[1])
        last = max(stamps, key=lambda s: s[1])
        if first[1] != last[1] or (first[0] and last[0] and first[0] != last[0]):
            outlet, published = first[0] or header.first_outlet or outlet, first[1]
            by, on = last[0] or header.outlet, last[1]
        else:
            outlet, published = first[0] or outlet, first[1]
            if header.page_date is not None and header.page_date > published:
                by, on = header.outlet or "", header.page_date
    if header.first_outlet and header.first_outlet.casefold() != (outlet or "").casefold():
        if outlet and not by:
            by, on = outlet, published
        outlet = header.first_outlet
    if by.casefold() == outlet.casefold():
        by = ""
        on = on if on != published else None
    return Report(
        text=body,
        title=header.title,
        author=header.author,
        outlet=outlet or (header.author if not by else ""),
        published=published,
        republished_by=by,
        republished_on=on,
        regions=header.regions,
        themes=header.themes,
        media=tuple(dict.fromkeys(header.media)),
        licence=header.licence,
        language=language_of(body),
        source=source,
    )


_SCRIPTS = (
    (0x0370, 0x03FF, "Grek"),
    (0x0400, 0x052F, "Cyrl"),
    (0x0530, 0x058F, "Armn"),
    (0x0590, 0x05FF, "Hebr"),
    (0x0600, 0x077F, "Arab"),
    (0x0900, 0x097F, "Deva"),
    (0x1000, 0x109F, "Mymr"),
    (0x10A0, 0x10FF, "Geor"),
    (0x1200, 0x139F, "Ethi"),
    (0x3040, 0x30FF, "Jpan"),
    (0x4E00, 0x9FFF, "Hani"),
    (0xAC00, 0xD7AF, "Hang"),
)


def script_of(letter: str) -> str:
    """The script of a letter (ISO 15924), `Zyyy` for one this table lacks."""
    code = ord(letter)
    if code < 0x0250 or 0x1E00 <= code < 0x1F00 or code in {0x0259, 0x02BB, 0x02BC}:
        return "Latn"
    return next((name for first, last, name in _SCRIPTS if first <= code <= last), "Zyyy")


def language_of(text: str) -> str:
    """`en`, or the script of a text in another language (ISO 15924: `Cyrl`, `Arab`, `Latn`); empty without letters."""
    sample = text[:2_000]
    counts: dict[str, int] = {}
    for c in sample:
        if c.isalpha():
            script = script_of(c)
            counts[script] = counts.get(script, 0) + 1
    if not counts:
        return ""
    script = max(counts, key=lambda k: counts[k])
    if script != "Latn":
        return script
    found = re.findall(r"[a-z']+", sample.lower())
    share = sum(w in _ENGLISH for w in found) / max(len(found), 1)
    return "en" if share > 0.12 or (len(found) < 12 and (share > 0 or sample.isascii())) else "Latn"
