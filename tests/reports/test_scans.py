"""PDFs whose pages are pictures: the letters are read from them, offline."""

from __future__ import annotations

import io
import socket
from datetime import date

import pytest
from PIL import Image, ImageDraw, ImageFont

from vedette.errors import ReportError
from vedette.reports import read_text, reports_in, scans


def scanned(*pages: list[tuple[int, str]]) -> bytes:
    """A PDF of pictures; each line stands at its distance from the left edge, one below the other in its column."""
    pictures = []
    font = ImageFont.load_default(size=30)
    for lines in pages:
        picture = Image.new("L", (1240, 1754), 255)
        pen = ImageDraw.Draw(picture)
        down: dict[int, int] = {}
        for left, text in lines:
            down[left] = down.get(left, 90) + 44
            pen.text((left, down[left]), text, fill=0, font=font)
        pictures.append(picture)
    out = io.BytesIO()
    pictures[0].save(out, "PDF", resolution=150, save_all=True, append_images=pictures[1:])
    return out.getvalue()


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("nothing may be fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.usefixtures("offline")
def test_claims_are_read_from_the_pictures_of_pages_column_by_column() -> None:
    pytest.importorskip("rapidocr", reason="the extra `ocr` is not installed")
    west = [
        "Desk, April 10, 2031",
        "",
        "Government forces captured",
        "the village of Norwick on",
        "Tuesday after three days",
    ]
    west += ["of fighting in the hills."]
    east = ["", "", "The rebels withdrew from", "Eastham and said that", "twelve of their men had", "been killed."]
    page = [(100, line) for line in west] + [(680, line) for line in east]
    (report,) = reports_in(scanned(page, [(100, "Rebels shelled the village of Dunmore.")]), "scan.pdf")
    assert report.published == date(2031, 4, 10)
    assert any("pictures" in w for w in report.warnings)
    told = {(s.kind, *(m.name for m in s.places)) for s in read_text(report.text, report.published)}
    assert {("capture", "Norwick"), ("withdrawal", "Eastham"), ("strike", "Dunmore")} <= told


def test_without_the_extra_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> None:
        raise ImportError("rapidocr")

    monkeypatch.setattr(scans, "_recogniser", absent)
    with pytest.raises(ReportError, match=r"holds no text.*pip install 'vedette\[ocr\]'"):
        reports_in(scanned([(100, "A page.")]), "scan.pdf")


def test_a_scanned_book_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pypdfium2", reason="the extra `ocr` is not installed")
    monkeypatch.setattr(scans, "_recogniser", object)
    monkeypatch.setattr(scans, "_MOST_PAGES", 1)
    with pytest.raises(ReportError, match="scan of 2 pages, and at most 1"):
        reports_in(scanned([(100, "one")], [(100, "two")]), "scan.pdf")
