"""The page in a real browser: no request leaves the machine, and a reader finds what there is to find."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.web.crowd import crowd
from tests.web.desk import served
from tests.web.test_guard import HOSTILE, hostile_case
from vedette.web import Desk
from vedette.workflows import Study
from vedette.workflows.read import add_readings, read_reports

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from playwright.sync_api import Browser, Dialog, Page, Request, sync_playwright

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here")

WAIT = 60_000
"""Milliseconds: a machine that does much else draws maps slowly, since here no graphics card helps."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`vedette serve` of the small war, with markup in its names, until the tests are over."""
    home = tmp_path_factory.mktemp("browser")
    case = hostile_case(home / "small")
    (home / "story.txt").write_text("Desk, April 7, 2031\n\nBlue forces captured the village of Brook.")
    add_readings(str(case), read_reports([str(home / "story.txt")], case=str(case)))
    words = ["serve", str(case), "--port", "0", "--json", "--as-of", "2031-04-08"]
    code = "from tests.conftest import FEW; import vedette.workflows.study as s; s.Effort = lambda: FEW; "
    code += "from vedette.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-u", "-c", code, *words],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
        cwd=Path(__file__).parents[2],
    ) as server:
        assert server.stdout is not None
        told = ""
        while not told.rstrip().endswith("}"):
            line = server.stdout.readline()
            assert line, "the server ended before it was ready"
            told += line
        try:
            yield json.loads(told)["address"]
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        arguments = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
        found = play.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield found
        found.close()


class Visit:
    """A page, what went wrong on it, and what it asked other machines for."""

    def __init__(
        self, browser: Browser, home: str, *, width: int = 1280, height: int = 800, bypass_csp: bool = False
    ) -> None:
        self.home = home
        self.page = browser.new_page(viewport={"width": width, "height": height}, bypass_csp=bypass_csp)
        self.page.set_default_timeout(WAIT)
        self.wrong: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        self.page.on("dialog", self._dialog)
        self.page.on("request", self._asked)

    def _dialog(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.home, "blob:", "data:")):
            self.elsewhere.append(request.url)

    def open(self, query: str = "") -> Page:
        """Go there, and wait for the first words of the page."""
        self.page.goto(self.home + query)
        self.page.locator("#page h2").first.wait_for()
        return self.page

    def close(self) -> None:
        """Nothing may have gone wrong, and nothing have left the machine."""
        self.page.close()
        assert not self.wrong
        assert not self.elsewhere


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    found = Visit(browser, address)
    yield found
    found.close()


def test_a_reader_searches_reads_and_shares(visit: Visit, browser: Browser, address: str) -> None:
    page = visit.open()
    assert page.locator("h1").inner_text() == "A small war"
    assert page.locator("#date").inner_text() == "8 April 2031"
    page.locator("#map canvas").first.wait_for()
    page.keyboard.press("/")
    page.keyboard.type("Норв")
    page.locator("#found li").first.wait_for()
    assert "Norwick" in page.locator("#found li").first.inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Norwick", exact=True).wait_for()
    assert re.search(r"\(.*%\) that the Blue side holds Norwick on 8 April 2031", page.locator(".lead").inner_text())
    assert page.locator("svg.curve").get_attribute("aria-label")
    page.locator("#day").focus()
    page.keyboard.press("ArrowLeft")
    page.get_by_text("on 7 April 2031").first.wait_for()
    assert page.locator("#day").get_attribute("aria-valuetext") == "7 April 2031"
    shared = page.url
    assert "day=2031-04-07" in shared
    assert "place=norwick" in shared
    other = Visit(browser, address)
    again = other.open(shared.removeprefix(address))
    again.get_by_role("heading", name="Norwick", exact=True).wait_for()
    again.locator("#date", has_text="April").wait_for()
    assert again.locator("#date").inner_text() == "7 April 2031"
    other.close()
    page.go_back()
    page.get_by_role("heading", name="As known on 8 April 2031").wait_for()


def test_the_overview_is_of_the_day_that_the_map_shows(visit: Visit) -> None:
    page = visit.open("?day=2031-04-02")
    page.get_by_role("heading", name="2 April 2031", exact=True).wait_for()
    page.get_by_text("As known on 8 April 2031").wait_for()
    page.get_by_role("heading", name="What changed since 1 April 2031").wait_for()
    early = page.locator("ul.balance strong").all_inner_texts()
    assert abs(sum(map(int, early)) - 8) <= 1, "eight places, each figure rounded"
    page.locator("#day").focus()
    page.keyboard.press("End")
    page.get_by_role("heading", name="As known on 8 April 2031").wait_for()
    assert page.locator("ul.balance .quiet").count() == len(early), "on the last day with intervals"
    page.keyboard.press("Home")
    page.get_by_role("heading", name="1 April 2031", exact=True).wait_for()
    page.get_by_text("Known then").click()
    page.get_by_text("As known on that day").wait_for()


def test_known_then_and_known_now(visit: Visit) -> None:
    page = visit.open("?day=2031-04-06&place=dunmore")
    page.get_by_text("Known then").click()
    page.get_by_text("Each day by what had been published on that day.").wait_for()
    page.get_by_text("by what was known on it").wait_for()
    assert "view=then" in page.url
    page.get_by_text("Roads, fire on them, and what would cut the place off").click()
    page.get_by_text("Cut off:").first.wait_for()
    page.get_by_text("Known now").click()
    page.get_by_text("Each day by all that was published by 8 April 2031.").wait_for()


def test_hostile_words_are_shown_as_words(visit: Visit) -> None:
    page = visit.open("?place=cairn")
    page.locator("article.place h2").wait_for()
    assert page.locator("article.place h2").inner_text() == HOSTILE["name"]
    assert HOSTILE["claimant"] in page.locator(".claims").first.inner_text()
    assert page.locator("#page img, #page script, a[href^=javascript]").count() == 0
    page.get_by_role("tab", name="Contradictions").click()
    page.get_by_role("heading", name="Claims that cannot all be true").wait_for()
    page.get_by_role("tab", name="Sources").click()
    page.get_by_role("button", name=HOSTILE["claimant"]).first.click()
    page.get_by_role("heading", name=HOSTILE["claimant"]).wait_for()


def test_the_days_play_and_stop_and_the_table_stands_in_for_the_map(visit: Visit) -> None:
    page = visit.open("?day=2031-04-01&tab=places")
    page.get_by_role("heading", name="Every place on 1 April 2031").wait_for()
    assert page.locator("#page tbody tr").count() == 8
    page.get_by_role("button", name="Play the days").click()
    page.get_by_role("heading", name="Every place on 8 April 2031").wait_for()
    page.get_by_role("button", name="Play the days").wait_for()


LOST = {"lose": [{"place": "dunmore", "to": "orange", "by": "2031-04-10"}]}


def shared(scenario: Mapping[str, object]) -> str:
    """The address of a scenario that is to be run."""
    told = json.dumps({"scenario": scenario, "days": 6, "members": 100})
    return f"?tab=what-if&run=yes#what-if={quote(told)}"


def test_a_scenario_is_put_together_run_compared_and_shared(visit: Visit, browser: Browser, address: str) -> None:
    page = visit.open("?place=dunmore")
    page.get_by_role("button", name="the Orange side takes it?").or_(
        page.get_by_role("button", name="the Orange side holds on to it?")
    ).click()
    page.get_by_role("heading", name="What if").wait_for()
    page.get_by_role("button", name="Take back").click()
    page.get_by_text("None yet.").wait_for()
    assert page.get_by_role("button", name="Run").is_disabled()
    page.get_by_label("Add a change").select_option(label="A place is held")
    page.get_by_label("Place", exact=True).fill("Норв")
    page.get_by_label("By", exact=True).select_option(label="Blue side")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("Norwick is held by the Blue side.").wait_for()
    page.get_by_label("Add a change").select_option(label="A place is lost")
    page.get_by_label("Place", exact=True).fill("nowhere at all")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("No place answers to “nowhere at all”.").wait_for()
    page.get_by_label("Place", exact=True).fill("Dunmore")
    page.get_by_label("To", exact=True).select_option(label="Orange side")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("Dunmore is taken by the Orange side by 11 April 2031.").wait_for()
    page.get_by_label("Campaigns").select_option("500")
    page.get_by_role("button", name="Run").click()
    page.locator("#stage[data-compared='2031-05-08']").wait_for()
    page.get_by_role("row", name=re.compile("Dunmore.*by the scenario")).wait_for()
    assert page.locator("#map2 canvas").count() == 1
    page.locator("#day").focus()
    page.keyboard.press("Home")
    page.locator("#stage[data-compared='2031-04-08']").wait_for()
    page.get_by_role("button", name="Play the days").click()
    page.locator("#stage[data-compared='2031-05-08']").wait_for()
    page.locator("#day").fill("3")
    page.locator("#stage[data-compared='2031-04-11']").wait_for()
    assert page.locator("#date").inner_text() == "11 April 2031"
    other = Visit(browser, address)
    again = other.open(page.url.removeprefix(address))
    again.locator("#stage[data-compared='2031-04-11']").wait_for()
    table = "table:has(caption:text('Places held in the end'))"
    assert again.locator(table).inner_text() == page.locator(table).inner_text()
    other.close()
    page.get_by_role("tab", name="Overview").click()
    page.get_by_role("heading", name="As known on").wait_for()
    assert page.locator("#map2 canvas").count() == 0
    assert page.locator("#time").is_visible()


def test_a_scenario_that_cannot_be_says_why(visit: Visit) -> None:
    page = visit.open(shared({"lose": [{"place": "dunmore", "to": "green", "by": "2031-04-10"}]}))
    page.get_by_text("'green' is no side of this case").wait_for()
    assert page.locator("#map2 canvas").count() == 0
    visit.wrong = [said for said in visit.wrong if "400" not in said]  # the browser notes the refusal


def test_a_claim_is_decided_on_with_the_keyboard(visit: Visit) -> None:
    page = visit.open("?place=brook")
    page.get_by_role("button", name="Review the claim of Desk").first.click()
    card = page.locator("section.review")
    card.wait_for()
    assert card.locator("mark").inner_text() == "Blue forces captured the village of Brook"
    card.get_by_role("button", name="Reject").click()
    card.get_by_text("Give your name").wait_for()
    page.keyboard.type("Ana")  # the field for it has the focus
    page.keyboard.press("Tab")
    page.keyboard.type(HOSTILE["name"])
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past Accept, on Reject
    card.get_by_text(re.compile(r"Ana rejected it on .*: " + re.escape(HOSTILE["name"]))).wait_for()
    page.get_by_role("button", name="Draw it anew").click()
    page.locator("#undrawn").wait_for(state="hidden")
    page.get_by_role("button", name="Take the decision back").click()
    card.get_by_text("Ana took a decision back on").wait_for()
    page.get_by_role("button", name="Correct…").click()
    card.get_by_label("degree").fill("partial")
    card.get_by_role("button", name="Keep the correction").click()
    card.get_by_role("button", name="Replaced by").wait_for()
    page.get_by_role("button", name="Take the decision back").click()
    page.get_by_role("button", name="Accept").wait_for()


def test_roads_by_state_have_a_legend_and_an_address(visit: Visit) -> None:
    page = visit.open("?day=2031-04-06")
    page.locator("#stage[data-day='2031-04-06']").wait_for()
    page.get_by_label("Whose roads").select_option(label="roads of the Orange side")
    page.locator("#legend[data-roads='orange 2031-04-06']").wait_for()
    assert "roads=orange" in page.url
    assert re.search(r"open\s+under fire\s+cut", page.locator("#legend").inner_text())
    page.locator("#day").focus()
    page.keyboard.press("ArrowRight")
    page.locator("#legend[data-roads='orange 2031-04-07']").wait_for()


def test_a_source_has_its_letter(visit: Visit) -> None:
    page = visit.open("?tab=sources")
    page.get_by_role("columnheader", name="Letter").wait_for()
    letters = page.locator("table.records abbr").all_inner_texts()
    assert letters
    assert set(letters) <= set("ABCDEF")
    page.locator("table.records button").first.click()
    page.get_by_text(re.compile("[A-F] on the Admiralty scale: ")).wait_for()


def test_nothing_stands_in_the_way_of_a_screen_reader(browser: Browser, address: str) -> None:
    """By axe, whose script the page's policy would refuse."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    found = Visit(browser, address, bypass_csp=True)

    def judge(where: str) -> None:
        told = axe.Axe().run(page).response["violations"]
        assert not [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in told], where

    page = found.open("?place=dunmore&roads=orange")
    page.locator("#legend[data-roads]").wait_for()
    judge("a place and roads")
    for tab, ready in (
        ("Overview", "ul.balance"),
        ("Places", "#page tbody tr"),
        ("Contradictions", "#page h2:text('cannot all be true')"),
        ("Sources", "table.records"),
        ("Review", "section.review"),
        ("About", "#page h2:text('Method')"),
    ):
        page.get_by_role("tab", name=tab).click()
        page.locator(ready).first.wait_for()
        judge(tab)
    page = found.open(shared(LOST))
    page.locator("#stage[data-compared]").wait_for()
    judge("what if")
    page.locator("#theme").click()
    page.locator("html[data-theme=dark]").wait_for(state="attached")
    judge("dark")
    found.close()


def test_a_crowd_of_places_is_seen_and_found(browser: Browser, tmp_path: Path) -> None:
    """So many that villages show from near by only, and days so many that the one shown comes before the others."""
    case = crowd(tmp_path / "crowd", 1_600, 100, 60)
    desk = Desk(Study.of(case))
    names, lat, lon = desk.study.case.places.names, desk.study.case.places.lat, desk.study.case.places.lon
    village = 1_000
    with served(desk) as home:
        found = Visit(browser, home)
        page = found.open(f"?day=2031-04-01#map=11/{lat[village]:.4f}/{lon[village]:.4f}")
        page.locator("#stage[data-day='2031-04-01'][data-all=now]").wait_for()
        stage = page.locator("#map").bounding_box()
        assert stage is not None
        middle = (stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2)
        page.mouse.move(*middle)
        page.locator("#hover", has_text=names[village]).wait_for()
        page.mouse.click(*middle)
        page.get_by_role("heading", name=names[village], exact=True).wait_for()
        page.locator("#day").focus()
        page.keyboard.press("ArrowRight")
        page.locator("#stage[data-day='2031-04-02']").wait_for()
        found.close()


def test_a_phone_does_not_scroll_sideways(browser: Browser, address: str) -> None:
    width = 390
    found = Visit(browser, address, width=width, height=844)
    page = found.open("?place=dunmore")
    page.locator("article.place").wait_for()
    page.locator("#map canvas").first.wait_for()
    # Scripts from outside the page are refused by its policy, so that its width is read by the browser.
    wide = page.locator("body").bounding_box()
    assert wide is not None
    assert wide["width"] <= width
    for name in ("#stage", "#time", "#page"):
        box = page.locator(name).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width + 1
    found.close()
