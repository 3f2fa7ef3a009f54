"""The documentation site is built whole, with every link checked, and asks no other machine for anything."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[2]
LOADED = re.compile(r"<(?:script|link|img|iframe|source|use)\b[^>]*?(?:src|href)=[\"']?(?!#|data:)([^\"'\s>]+)")
FETCHED = re.compile(r"@import|url\(\s*[\"']?(?:https?:)?//")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site") / "site"
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(out)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


def test_every_page_is_on_the_site(site: Path) -> None:
    pages = {p.stem for p in (ROOT / "docs").glob("*.md")} | {"http-api"}
    assert pages <= {p.stem for p in site.glob("*.html")}
    front = (site / "index.html").read_text(encoding="utf-8")
    for page in pages - {"index"}:
        assert f'href="{page}.html"' in front, f"{page} is in the list of pages"


def test_no_page_asks_another_machine(site: Path) -> None:
    loaded = 0
    for page in site.rglob("*.html"):
        if page.name == "404.html":
            continue  # its addresses begin at the root, wherever it stands
        for target in LOADED.findall(page.read_text(encoding="utf-8")):
            assert not target.startswith(("http:", "https:", "//")), f"{page.name} loads {target}"
            assert (page.parent / target.split("?")[0].split("#")[0]).exists(), f"{page.name} loads {target}"
            loaded += 1
    assert loaded > 40
    for style in site.rglob("*.css"):
        assert not FETCHED.search(style.read_text(encoding="utf-8")), style.name


def test_it_can_be_searched_from_a_folder(site: Path) -> None:
    assert (site / "search" / "search_index.js").is_file()
    assert "iframe-worker-shim.js" in (site / "index.html").read_text(encoding="utf-8")


def test_formulas_are_set_without_a_script(site: Path) -> None:
    text = (site / "method.html").read_text(encoding="utf-8")
    formulas = re.findall(r"<math.*?</math>", text, flags=re.DOTALL)
    assert len(formulas) == (ROOT / "docs" / "method.md").read_text(encoding="utf-8").count("```math")
    for formula in formulas:
        ET.fromstring(formula)
        assert "\\" not in formula, "nothing was left as it was typed"


def test_the_api_is_all_there(site: Path) -> None:
    described = json.loads((site / "openapi.json").read_text(encoding="utf-8"))
    page = (site / "http-api.html").read_text(encoding="utf-8")
    assert all(path in page for path in described["paths"])
    verbs = (site / "api.html").read_text(encoding="utf-8")
    import vedette

    assert all(f'id="vedette.verbs.{name}"' in verbs for name in vedette.__all__ if callable(getattr(vedette, name)))
