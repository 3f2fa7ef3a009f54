"""Every form of the briefing: the same bytes again, the same words, nothing from a report that runs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from importlib import import_module
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from tests.briefing.test_page import HOSTILE, spoil
from tests.conftest import FEW, Ask, small_case
from vedette.briefing import Briefing, holder_sentence
from vedette.briefing.film import FADE, HOLD, LAST, Film, film_frames, film_length
from vedette.briefing.pdf import briefing_pdf
from vedette.errors import BriefingError, CaseError
from vedette.workflows import FILES, Study, brief, hindsight, rerun, start_ledger
from vedette.workflows.atlas import ControlByDay, known_now, known_then
from vedette.workflows.film import View
from vedette.workflows.film import film as make_film

DAY = date(2031, 4, 14)
FORMS = ("pdf", "png", "md")


def study(case: Path, day: date = DAY) -> Study:
    return Study.of(case, day, effort=FEW)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Briefing, Path]:
    folder = tmp_path_factory.mktemp("forms")
    return brief(study(small_case(folder / "small")), folder / "out", forms=FORMS), folder / "out"


def test_each_form_writes_its_files(told: tuple[Briefing, Path]) -> None:
    _, out = told
    assert {p.name for p in out.iterdir()} == {"run.json", *(name for form in FORMS for name in FILES[form])}


def test_the_same_bytes_again(told: tuple[Briefing, Path], tmp_path: Path) -> None:
    _, out = told
    brief(study(small_case(tmp_path / "small")), tmp_path / "again", forms=FORMS)
    for path in out.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def plain(text: str) -> str:
    return " ".join(text.split())


def test_the_document_says_what_the_page_says(told: tuple[Briefing, Path]) -> None:
    content, out = told
    document = PdfReader(out / "briefing.pdf")
    said = plain(" ".join(page.extract_text() for page in document.pages))
    story = content.stories[0]
    assert plain(holder_sentence(story.name, story.outlook, DAY)) in said
    assert all(claim.claim_id in said for claim in content.claims)
    assert all(name in said for name in content.map.names)
    assert document.metadata is not None
    assert document.metadata.title == "A small war"
    assert "/CreationDate" not in document.metadata, "no date but the one it is about"
    assert "/MarkInfo" in document.root_object, "tagged, for screen readers"


def test_the_picture_stands_alone(told: tuple[Briefing, Path]) -> None:
    _, out = told
    picture = np.asarray(Image.open(out / "picture.png").convert("L")).astype(int)
    assert picture.shape[1] == 1620
    small = picture[-120:]
    assert (small < 200).any(), "its small print is printed"
    assert (small[:, -40:] > 230).all(), "and does not run off the paper"


def test_text_for_editors_links_each_claim_to_its_row(told: tuple[Briefing, Path]) -> None:
    content, out = told
    text = (out / "briefing.md").read_text(encoding="utf-8")
    rows = re.findall(r'<a id="claim-([^"]+)"></a>', text)
    assert rows == [claim.claim_id for claim in content.claims]
    assert set(re.findall(r"\]\(#claim-([^)]+)\)", text)) <= set(rows)
    assert "Shells fall on the road" in text
    tables = re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE)
    assert len(tables) >= 5
    for table in tables:
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1, table[:200]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    case = small_case(folder / "small")
    spoil(case / "claims.csv", {"The town holds.", "Blue ministry", "Gazette", "a10"}, HOSTILE + ' #link("x")[*y*]')
    spoil(case / "claims.csv", {"https://example.org/a01"}, "javascript:alert(3)")
    spoil(case / "places.csv", {"Dunmore"})
    brief(study(case), folder / "out", forms=FORMS)
    return folder / "out"


def test_nothing_from_a_report_is_markup(hostile: Path) -> None:
    text = (hostile / "briefing.md").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<img" not in text
    assert "javascript:" not in text
    document = PdfReader(hostile / "briefing.pdf")
    said = plain(" ".join(page.extract_text() for page in document.pages))
    assert "<script>alert(1)</script>" in said, "set as text, word for word"
    assert '#link("x")[*y*]' in said
    links = [
        str(note.get_object()["/A"]["/URI"])
        for page in document.pages
        for note in page.get("/Annots", [])
        if "/URI" in note.get_object().get("/A", {})
    ]
    assert links
    assert all(link.startswith("https://example.org/") for link in links)


def test_a_film_has_every_day(told: tuple[Briefing, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each day is another picture, each says how it is known, and the encoder's frames are those that were drawn."""
    films: list[Film] = []
    frames: list[np.ndarray] = []

    def watched(film: Film) -> Iterator[np.ndarray]:
        films.append(film)
        for frame in film_frames(film):
            frames.append(frame)
            yield frame

    monkeypatch.setattr("vedette.briefing.film.film_frames", watched)
    case, day = small_case(tmp_path / "small"), date(2031, 4, 3)
    brief(study(case, day), tmp_path / "out", forms=["mp4"])
    assert len(frames) == 3 * HOLD + 2 * FADE + LAST == film_length(films[0])
    pictures = [frames[n * (HOLD + FADE)] for n in range(3)]
    assert all((a != b).any() for a, b in pairwise(pictures))
    height, width, _ = pictures[0].shape
    assert width % 2 == height % 2 == 0
    shown = first_frame(tmp_path / "out" / "map.mp4", width, height)
    assert np.abs(shown.astype(int) - pictures[0]).mean() < 6, "compressed, but the same picture"
    first = (tmp_path / "out" / "map.mp4").read_bytes()
    monkeypatch.undo()
    brief(study(case, day), tmp_path / "again", forms=["mp4"])
    assert (tmp_path / "again" / "map.mp4").read_bytes() == first


def test_a_war_too_long_for_a_briefing_has_a_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vedette: Ask
) -> None:
    """Places one by one, every so many-th day up to the last; where there are too many to draw, the rest says so."""
    films: list[Film] = []

    def watched(film: Film) -> Iterator[np.ndarray]:
        films.append(film)
        return film_frames(film)

    monkeypatch.setattr("vedette.workflows.study.LONG_WAR", 1)
    monkeypatch.setattr("vedette.workflows.study.LONG_WAR_PLACES", 1)
    monkeypatch.setattr(import_module("vedette.workflows.film"), "MOST_PICTURES", 4)
    monkeypatch.setattr("vedette.briefing.film.film_frames", watched)
    case = small_case(tmp_path / "small")
    start_ledger(str(case))
    words = ["brief", case, "--as-of", "2031-04-14", "--delay", "1"]
    refused = vedette(*words, "--out", tmp_path / "all", "--format", "md,mp4")
    assert refused.status == 2
    assert "`brief --format mp4` work place by place" in refused.err
    made = vedette(*words, "--out", tmp_path / "film", "--format", "mp4")
    assert made.status == 0, made.err
    assert sorted(p.name for p in (tmp_path / "film").iterdir()) == ["map.mp4", "run.json"]
    (film,) = films
    assert [shown.day.day for shown in film.days] == [1, 5, 9, 13], "the last day is among them"
    assert "every" in film.note.casefold()
    assert "4 days" in film.note
    assert "the front takes neighbours for independent" in film.note
    assert "Published 1 day later, by choice." in film.note
    asked = Study.of(case, date(2031, 4, 14), delay=1)
    truth = hindsight(asked)["probability"].transpose("day", "place", "state").values
    np.testing.assert_array_equal(np.stack([shown.probability for shown in film.days]), truth[[0, 4, 8, 12]])
    assert rerun("1", str(case), tmp_path / "again").different == ()


@pytest.mark.parametrize(
    ("view", "known", "said"),
    [
        ("now", known_now, "Every day as known on 14 April 2031: hindsight, not what could be known then"),
        ("then", known_then, "Every day as it was known on that day"),
    ],
)
def test_a_film_says_how_each_day_is_known(
    told: tuple[Briefing, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    view: View,
    known: Callable[[Study], ControlByDay],
    said: str,
) -> None:
    seen: list[Film] = []

    def no_frames(film: Film) -> Iterator[np.ndarray]:
        seen.append(film)
        return iter(())

    monkeypatch.setattr("vedette.briefing.film.film_frames", no_frames)
    monkeypatch.setattr(import_module("vedette.workflows.film"), "film_bytes", lambda frames, *_: bytes(list(frames)))
    asked = study(small_case(tmp_path / "small"))
    make_film(asked, told[0], view)
    (film,) = seen
    assert film.known == said
    assert "14 published claims" not in film.note
    assert "11 published claims, not positions of forces" in film.note
    by_day = known(asked)
    assert len(film.days) == 14
    for t, shown in enumerate(film.days):
        assert np.array_equal(shown.probability, by_day.probability[t] / 255)
        assert np.array_equal(shown.front, by_day.front[t] / 255)
    moved = [n for n, shown in enumerate(film.days) if "from" in shown.captions[0]]
    assert moved, "captions tell of what changed"


def first_frame(path: Path, width: int, height: int) -> np.ndarray:
    from imageio_ffmpeg import get_ffmpeg_exe

    words = [
        get_ffmpeg_exe(),
        "-v",
        "error",
        "-i",
        str(path),
        "-frames:v",
        "1",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-",
    ]
    raw = subprocess.run(words, capture_output=True, check=True).stdout
    return np.frombuffer(raw, dtype=np.uint8).reshape(height, width, 3)


def test_forms_of_one_run_stand_together(tmp_path: Path) -> None:
    case, out = small_case(tmp_path / "small"), tmp_path / "out"
    brief(study(case), out, forms=["md"])
    brief(study(case), out, forms=["html"])
    assert {"briefing.md", "briefing.html", "run.json"} <= {p.name for p in out.iterdir()}
    with pytest.raises(Exception, match=r"holds briefing\.html, briefing\.md"):
        brief(Study.of(case, DAY, effort=FEW, seed=1), out, forms=["png"])


def test_what_is_not_installed_is_named_at_once(
    vedette: Ask, case_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workflow = import_module("vedette.workflows.brief")
    for module in (workflow, import_module("vedette.workflows.film")):
        monkeypatch.setattr(module, "find_spec", lambda name: None)
    monkeypatch.setattr(workflow, "_assemble", lambda study: pytest.fail("told before the chains run"))
    for form, extra in (("pdf", "pdf"), ("html,mp4", "video")):
        answer = vedette("brief", "--case", case_folder, "--format", form)
        assert answer.status == 2
        assert f"pip install 'vedette[{extra}]'" in answer.err


def test_a_form_that_nobody_knows(vedette: Ask, case_folder: Path) -> None:
    answer = vedette("brief", "--case", case_folder, "--format", "html,doc")
    assert answer.status == 2
    assert "'doc' is no form of the briefing. Choose from html, pdf, png, md, mp4" in answer.err


def test_with_a_delay_nothing_of_the_last_days_is_shown(tmp_path: Path) -> None:
    """A briefing for 14 April with a delay of 3 days is that of 11 April, and says so in every form."""
    case = small_case(tmp_path / "small")
    late = Study.of(case, DAY, effort=FEW, delay=3)
    content = brief(late, tmp_path / "late", forms=["html", "pdf", "md"])
    there = brief(Study.of(case, date(2031, 4, 11), effort=FEW), tmp_path / "there", forms=["html", "md"])
    assert content.claims == there.claims
    assert np.array_equal(content.map.probability, there.map.probability)
    assert "a11" in [c.claim_id for c in brief(study(case)).claims]
    stated = "nothing of the 3 days before publication on 14 April 2031 is shown"
    document = plain(" ".join(page.extract_text() for page in PdfReader(tmp_path / "late" / "briefing.pdf").pages))
    for said in (
        (tmp_path / "late" / "briefing.html").read_text(),
        (tmp_path / "late" / "briefing.md").read_text(),
        document,
    ):
        assert stated in said
        assert "a08" not in said, "published on 12 April"
    assert stated not in (tmp_path / "there" / "briefing.md").read_text()
    assert json.loads((tmp_path / "late" / "run.json").read_text())["delay_days"] == 3
    with pytest.raises(CaseError, match="nothing may be shown yet"):
        Study.of(case, date(2031, 4, 2), delay=5)


def test_a_place_on_no_page_breaks_no_document(told: tuple[Briefing, Path]) -> None:
    """No stories, no news, no disputes, three sides: the document is set all the same."""
    content, _ = told
    png = BytesIO()
    Image.new("RGB", (400, 200)).save(png, format="png")
    bare = replace(content, stories=(), news=None, disputes=(), changes=(), warning="")
    assert briefing_pdf(bare, png.getvalue(), "").startswith(b"%PDF")


def test_only_a_typesetter_that_is_there(told: tuple[Briefing, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(BriefingError, match=r"vedette\[pdf\]"):
        briefing_pdf(told[0], b"", "")
