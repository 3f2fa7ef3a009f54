"""Files as they come: broken, hostile, in any encoding."""

from __future__ import annotations

import io
import zipfile

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.errors import ReportError
from vedette.reports import LARGEST_FILE, read_text, reports_in

STORY = "Blue forces captured the village of Cairn on Tuesday, the ministry said. Orange forces still hold Dunmore."


def _pdf(*, password: str = "") -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"  \n ", "is empty"),
        (b"\x00\x01\x02" * 500, "is not text"),
        (_pdf(), "holds no text"),
        (_pdf(password="secret"), "encrypted"),
        (b"%PDF-1.7 this is no PDF", "broken PDF"),
        (b"x" * (LARGEST_FILE + 1), "has at most 50"),
    ],
)
def test_what_cannot_be_read_says_so(data: bytes, said: str) -> None:
    with pytest.raises(ReportError, match=said):
        reports_in(data, "file.pdf")


def test_an_archive_is_not_unpacked_whatever_it_is_called() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("zeros", bytes(10_000_000))
    with pytest.raises(ReportError, match="archive"):
        reports_in(out.getvalue(), "report.pdf")


def test_deep_html_is_read_without_its_tags() -> None:
    deep = "<html><body>" + "<div>" * 10_000 + f"<p>{STORY}</p>" + "</div>" * 10_000
    assert STORY in reports_in(deep.encode(), "deep.html")[0].text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    text = (
        STORY + " The café of Şuşa was damaged." if encoding != "cp1252" else STORY + " The café at Müller was damaged."
    )
    assert text in reports_in(text.encode(encoding), "t")[0].text


def test_broken_html_is_read() -> None:
    page = f"<html><body><p>{STORY}<p><b>Orange <i>forces</b> shelled Cairn</i> again overnight.<table><td></div><!-- never closed"  # noqa: E501
    assert "Orange forces shelled Cairn again overnight." in " ".join(
        reports_in(page.encode(), "b.html")[0].text.split()
    )


def test_a_long_line_is_read_to_its_end() -> None:
    text = " ".join([STORY] * 300)
    found = read_text(text, None)
    assert len(found) >= 500
    assert found[-1].end > len(text) - 200
    assert all(text[s.start : s.end] == s.span for s in found)


def test_right_to_left_and_unseen_characters_keep_offsets() -> None:
    text = (
        f"{STORY}\n\nقوات في المدينة\n\nBlue\u200b forces cap\u200btured \u202edrawkcab\u202c Dunmore\u00a0on 5 April."
    )
    for s in read_text(text, None):
        assert text[s.start : s.end] == s.span


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_crash_the_door(data: bytes) -> None:
    try:
        for report in reports_in(data, "x"):
            assert report.text.strip()
    except ReportError:
        pass


def _pdf_of(rows: list[tuple[str, str]]) -> bytes:
    """A page whose rows are written left, right, left, right, as some programs do."""
    import io

    import matplotlib.pyplot as plt

    figure = plt.figure(figsize=(8, 6))
    for n, (left, right) in enumerate(rows):
        figure.text(0.08, 0.85 - 0.04 * n, left)
        if right:
            figure.text(0.55, 0.85 - 0.04 * n, right)
    page = io.BytesIO()
    figure.savefig(page, format="pdf")
    plt.close(figure)
    return page.getvalue()


def test_two_columns_are_read_one_after_the_other() -> None:
    left = ["Government forces captured", "the village of Norwick on", "Tuesday after three days", "of fighting, it was said.", "Rebels denied the claim.", "They hold the old bridge."]  # fmt: skip  # noqa: E501
    right = ["Residents fled to Eastham", "where the Red Cross had", "opened a shelter. The road", "to the port was cut by", "rebel artillery on Monday.", "It is closed to lorries."]  # fmt: skip  # noqa: E501
    (found,) = reports_in(_pdf_of([("SITUATION REPORT 10 April 2031", ""), *zip(left, right, strict=True)]), "two.pdf")
    text = " ".join(found.text.split())
    assert " ".join(left) in text
    assert " ".join(right) in text
    assert text.index(left[-1]) < text.index(right[0])


def test_one_column_is_left_as_it_is() -> None:
    rows = [f"Line {n} of a report about the village of Norwick and what was said of it." for n in range(14)]
    (found,) = reports_in(_pdf_of([(row, "") for row in rows]), "one.pdf")
    assert " ".join(rows) in " ".join(found.text.split())
