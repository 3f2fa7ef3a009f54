"""Hostile reports, in earnest numbers: nothing crashes, nothing runs, every span stands in its text."""

from __future__ import annotations

import html
import time
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vedette.errors import ReportError
from vedette.reports import read_text, reports_in

MANY = settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
SOME = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))

TAGS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<html>",
        "<body>",
        "<article>",
        "<script>",
        "</script>",
        "<style>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<table>",
        "<td>",
        "<br>",
        "<a",
        "href='javascript:alert(1)'>",
        "<img",
        "src=x",
        "onerror=alert(1)>",
        "<title>",
        "</title>",
        "<svg/onload=alert(1)>",
        "<meta",
        "charset=utf-7>",
        "&lt;script&gt;",
        "&#x3c;script&#x3e;",
        "\x00",
        "\u202e",
        "\u200b",
        "<?xml?>",
        "<rss>",
        "<item>",
        "<link>file:///etc/passwd</link>",
        "</item>",
        "</rss>",
    ]
)
WORDS = st.sampled_from(
    [
        "Blue",
        "forces",
        "captured",
        "Norwick",
        "on",
        "Tuesday",
        ".",
        "The",
        "ministry",
        "denied",
        "it",
        ",",
        "saying",
        "12",
        "soldiers",
        "were",
        "killed",
        "near",
        "Eastham",
        "if",
        "they",
        "will",
        "fall",
        "“",
        "”",
        "according",
        "to",
        "Şuşa",
        "Шуша",
        "شوشا",
        "Ѕhushа",
        "By",
        "Region:",
        "Copyright",
        "©",
        "*",
        "Share",
    ]
)


def _read_all(data: bytes) -> None:
    try:
        found = reports_in(data, "x")
    except ReportError:
        return
    for report in found:
        assert "\x00" not in report.text
        for s in read_text(report.text, report.published):
            assert report.text[s.start : s.end] == s.span


@MANY
@given(st.binary(max_size=2000))
def test_bytes(data: bytes) -> None:
    _read_all(data)


@SOME
@given(
    st.lists(st.one_of(TAGS, WORDS), max_size=120), st.sampled_from(["utf-8", "utf-16", "cp1251", "koi8-r", "latin-1"])
)
def test_tags_and_words_in_any_encoding(parts: list[str], encoding: str) -> None:
    _read_all(" ".join(parts).encode(encoding, errors="replace"))


@SOME
@given(
    st.sampled_from([b"%PDF-1.7\n", b"<?xml version='1.0'?><rss><channel><item>", b"<html><body>"]),
    st.binary(max_size=1500),
)
def test_broken_insides_behind_a_true_beginning(head: bytes, rest: bytes) -> None:
    _read_all(head + rest)


@MANY
@given(st.text(max_size=400))
def test_any_text_keeps_true_spans(text: str) -> None:
    for s in read_text(text, None):
        assert text[s.start : s.end] == s.span


@SOME
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_no_markup_survives_in_a_title(title: str) -> None:
    page = (
        f"<html><head><title>{html.escape(title)}<script>alert(1)</script></title></head><body><article>"
        + "<p>Blue forces captured the village of Norwick on Tuesday, the ministry said in a statement.</p>" * 3
        + "</article></body></html>"
    )
    for report in reports_in(page.encode(), "x"):
        assert "<script" not in report.title.lower()


def test_ten_megabytes_on_one_line() -> None:
    start = time.monotonic()
    with pytest.raises(ReportError, match="at most 1,000,000"):
        reports_in(b"fighting went on and on " * 420_000, "long.txt")
    assert time.monotonic() - start < 60


def test_tags_ten_thousand_deep() -> None:
    for tag in ("div", "b", "table", "ul><li"):
        _read_all(
            (f"<html><body>{f'<{tag}>' * 10_000}Blue forces captured Norwick on Tuesday, officials said.").encode()
        )


def test_a_stream_that_unpacks_to_much_more_in_a_pdf() -> None:
    bomb = zlib.compress(b"BT (x) Tj ET " * 40_000_000, 9)
    pdf = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n4 0 obj<</Filter/FlateDecode/Length "  # noqa: E501
        + str(len(bomb)).encode() + b">>stream\n" + bomb + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )  # fmt: skip
    start = time.monotonic()
    with pytest.raises(ReportError):
        reports_in(pdf, "bomb.pdf")
    assert time.monotonic() - start < 120
