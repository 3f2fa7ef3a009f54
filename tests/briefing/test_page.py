"""The page stands alone, lets nothing from a report run, and can be read by everybody."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import FEW, small_case
from vedette.workflows import Study, brief

VOID = {"meta", "br", "img", "link", "hr", "input"}


@dataclass
class Element:
    """A tag with its attributes, the tags around it, and the text inside it."""

    tag: str
    attributes: dict[str, str | None]
    around: tuple[str, ...]
    text: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """The elements of a page in order; a tag that is not closed in its turn is an error."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source, self.elements, self._open = source, list[Element](), list[Element]()
        self.feed(source)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute stands twice: {attrs}"
        element = Element(tag, dict(attrs), tuple(e.tag for e in self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs), tuple(e.tag for e in self._open)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text.append(data)

    def all(self, *tags: str) -> Iterator[Element]:
        return (e for e in self.elements if e.tag in tags)

    @property
    def shown(self) -> str:
        return "".join(text for e in self.all("body") for text in e.text)


def written(case: Path, out: Path) -> Page:
    brief(Study.of(case, effort=FEW), out)
    return Page((out / "briefing.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    folder = tmp_path_factory.mktemp("page")
    return written(small_case(folder / "small"), folder / "out")


HOSTILE = """<script>alert(1)</script>"'><img src=x onerror=alert(2)>&lt;{{7*7}}</title></svg>"""


QUOTED = 'https://example.org/"onclick=alert(4) x="'


def spoil(path: Path, cells: set[str], by: str = HOSTILE) -> None:
    """Replace cells of a table."""
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    assert cells <= {cell for row in rows for cell in row}
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([[by if cell in cells else cell for cell in row] for row in rows])


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The page of a case with markup in every text that somebody else may have written."""
    folder = tmp_path_factory.mktemp("hostile")
    case = small_case(folder / "small")
    spoil(
        case / "claims.csv",
        {"The town holds.", "Blue ministry", "Gazette", "killed", "a10", "The town has been taken."},
    )
    spoil(case / "places.csv", {"Dunmore", "Middle", "Dún Mór;დანმორი"})
    spoil(case / "routes.csv", {"Hill track", "Dunmore road"})
    for number, url in enumerate(("javascript:alert(3)", "data:text/html;base64,PHNjcmlwdD4=", QUOTED), start=1):
        spoil(case / "claims.csv", {f"https://example.org/a0{number}"}, url)
    toml = (case / "case.toml").read_text(encoding="utf-8")
    for word in ("A small war", "Orange side"):
        toml = toml.replace(f'"{word}"', "'''" + HOSTILE + "'''")
    toml = toml.replace("[supply]", "").split("blue = [")[0]
    toml = f"attribution = '''{HOSTILE}'''\n" + toml
    (case / "case.toml").write_text(toml, encoding="utf-8")
    (case / "NOTICE").write_text(HOSTILE, encoding="utf-8")
    return written(case, folder / "out")


def test_the_page_loads_nothing(page: Page) -> None:
    assert len(page.source) < 4_000_000
    for element in page.elements:
        assert element.tag not in {"script", "iframe", "object", "embed", "link", "base", "form", "audio", "video"}
        for name in ("src", "srcset", "href", "xlink:href", "data", "poster", "background", "action"):
            target = element.attributes.get(name)
            if target is None:
                continue
            if element.tag == "a":
                assert re.match(r"#|https?://", target)
                assert target.startswith("#") or element.attributes["rel"] == "noreferrer"
            else:
                assert target.startswith("data:image/"), (element.tag, target[:40])
    style = "".join(text for e in page.all("style") for text in e.text)
    style += " ".join(e.attributes.get("style") or "" for e in page.elements)
    assert "@import" not in style
    assert not re.findall(r"url\((?!#)", page.source)
    (policy,) = [e for e in page.all("meta") if e.attributes.get("http-equiv") == "Content-Security-Policy"]
    assert policy.attributes["content"] == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def test_the_page_says_what_it_is(page: Page) -> None:
    assert page.source.startswith("<!doctype html>")
    (html,) = page.all("html")
    assert html.attributes["lang"] == "en"
    (title,) = [e for e in page.all("title") if e.around == ("html", "head")]
    assert "".join(title.text) == "A small war – 20 April 2031"
    assert next(page.all("meta")).attributes == {"charset": "utf-8"}
    assert any(e.attributes.get("name") == "viewport" for e in page.all("meta"))
    assert len(list(page.all("h1"))) == len(list(page.all("main"))) == 1


def test_pictures_have_words(page: Page) -> None:
    for element in page.all("svg"):
        assert element.attributes["role"] in ("img", "group")
        assert element.attributes["aria-label"]
    for element in page.all("image"):
        assert element.attributes["aria-hidden"] == "true", "the group around it has the words"
    assert all(e.attributes.get("alt") for e in page.all("img"))
    marks = [e for e in page.all("a") if (e.attributes.get("href") or "").startswith("#place-") and "svg" in e.around]
    assert len(marks) == 8
    assert all(re.search(r"Blue side .*%, Orange side .*%, contested .*%", "".join(e.text)) for e in marks)


def test_tables_have_headers_with_a_scope(page: Page) -> None:
    assert len(list(page.all("table"))) >= 3
    heads = list(page.all("th"))
    assert heads
    assert all(e.attributes.get("scope") in ("col", "row") for e in heads)
    assert all("".join(e.text).strip() for e in heads)


def test_one_can_skip_to_the_briefing_and_to_each_section(page: Page) -> None:
    first = next(page.all("a"))
    assert first.attributes["class"] == "skip"
    assert first.attributes["href"] == "#main"
    ids = [e.attributes["id"] for e in page.elements if "id" in e.attributes]
    assert len(ids) == len(set(ids)), "no id twice"
    for element in page.all("a"):
        target = element.attributes["href"] or ""
        assert not target.startswith("#") or target[1:] in ids, target
    for element in page.all("section"):
        assert element.attributes["aria-labelledby"] in ids
    levels = [int(e.tag[1]) for e in page.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(levels)), "no level of headings is left out"


def test_every_claim_can_be_traced(page: Page) -> None:
    """All known claims stand in the table, each once, with its source; none published later."""
    rows = {
        e.attributes["id"]: "".join(e.text) for e in page.all("tr") if (e.attributes.get("id") or "")[:6] == "claim-"
    }
    assert list(rows) == [f"claim-a{n:02}" for n in range(1, 14)]
    assert 'The heights are ours, "all of them".' in rows["claim-a03"]
    links = [e.attributes["href"] for e in page.all("a") if "".join(e.text) == "source"]
    assert links == [f"https://example.org/a{n:02}" for n in range(1, 14)]
    assert "Ely never changed hands" not in page.shown


def test_a_place_lists_its_own_claims(page: Page) -> None:
    listed = {
        e.attributes["id"]: re.findall(r"a\d\d", "".join(e.text))
        for e in page.all("tr")
        if (e.attributes.get("id") or "").startswith("place-")
    }
    assert len(listed) == 8
    assert listed["place-cairn"] == ["a01", "a02", "a03", "a04", "a05"]
    assert listed["place-brook"] == []


def test_nothing_from_a_report_runs(page: Page, hostile: Page) -> None:
    assert "<script" not in hostile.source.casefold()
    assert {e.tag for e in hostile.elements} == {e.tag for e in page.elements}
    for element in hostile.elements:
        assert not [name for name in element.attributes if name.startswith("on")]
        for name, value in element.attributes.items():
            assert name not in ("href", "src") or not re.match(r"\s*(javascript|data:text)", value or "", re.IGNORECASE)
    assert not [e for e in hostile.all("a") if not e.attributes["href"]]


def test_hostile_text_arrives_as_text(hostile: Page) -> None:
    """Word for word, nothing lost: in the title, the claims, the names of places, roads and sides, the notice."""
    (title,) = [e for e in hostile.all("title") if e.around == ("html", "head")]
    assert "".join(title.text) == f"{HOSTILE} – 20 April 2031"
    assert hostile.shown.count(HOSTILE) > 20
    for place in ("h1", "td", "th", "h3", "li", "p"):
        assert any(HOSTILE in "".join(e.text) for e in hostile.all(place)), place
    labels = [e.attributes.get("aria-label") or "" for e in hostile.all("svg")]
    assert any(HOSTILE in label for label in labels)


def test_links_that_lead_nowhere_safe_are_left_out(hostile: Page) -> None:
    links = [e.attributes["href"] for e in hostile.all("a") if "".join(e.text) == "source"]
    assert links[0] == QUOTED
    assert len(links) == 11
    assert all(str(link).startswith("https://example.org/") for link in links)
