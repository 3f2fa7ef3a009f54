"""No belligerent is trusted or distrusted by name: none is named, and renaming them changes no number."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import FEW
from vedette.store import list_cases, read_case
from vedette.workflows import Study

HOME = Path(__file__).parents[2] / "src" / "vedette"
TEXTS = sorted(
    p
    for p in HOME.rglob("*")
    if p.is_file() and p.suffix in {".py", ".j2", ".css", ".toml", ".json"} and not {"cases", "world"} & set(p.parts)
)

# Parties to wars that were, and are, reported by the day; beginnings of words, so that adjectives count too.
PARTIES = {"armen", "artsakh", "azer", "georgia", "israel", "palestin", "russia", "serb", "syria", "turk", "ukrain"}


def names_of_sides() -> set[str]:
    names = set(PARTIES)
    for case in list_cases():
        for side in read_case(case).sides:
            names |= {text.casefold() for text in (side.id, side.name, *side.aliases)}
    return names


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: str(p.relative_to(HOME)))
def test_no_module_names_a_belligerent(path: Path) -> None:
    """A case's name may be given, and the war that a prior's numbers come from cited."""
    text = path.read_text(encoding="utf-8").casefold()
    for case in list_cases():
        text = text.replace(case, "")
    text = re.sub(r"\bwar\s+in\s+\w+", "", text)
    found = sorted(name for name in names_of_sides() if re.search(rf"\b{re.escape(name)}", text))
    assert not found


def test_lists_of_who_belongs_to_whom_say_nothing_else() -> None:
    """`reports/world` names parties, as a reader of reports must: names only, no weight, no order of trust."""
    wars = tomllib.loads((HOME / "reports" / "world" / "wars.toml").read_text(encoding="utf-8"))
    assert set(wars) == {"war"}
    for war in wars["war"]:
        assert set(war) == {"name", "theatre", "camp"}
        for camp in war["camp"]:
            assert set(camp) <= {"name", "countries", "names", "words"}
            assert all(isinstance(n, str) for key in ("countries", "names", "words") for n in camp.get(key, []))
    header = (HOME / "reports" / "world" / "countries.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == "country,also,people,capital"


def test_the_rule_can_fail() -> None:
    assert {"azerbaijan", "armenian side", "baku"} <= names_of_sides()
    assert len(TEXTS) > 50


def rename(case: Path, names: dict[str, str]) -> None:
    """Put other words for some words, all at once, in every file of a case."""
    words = re.compile(rf"\b({'|'.join(names)})\b")
    for path in case.rglob("*.*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            path.write_text(words.sub(lambda found: names[found[0]], text), encoding="utf-8")


def swap(one: str, other: str) -> dict[str, str]:
    return {one: other, other: one}


@pytest.mark.parametrize(
    "names",
    [
        {"blue": "zinc", "orange": "amber", "Blue": "Zinc", "Orange": "Amber", "blues": "zincs", "oranges": "ambers"},
        swap("blue", "orange") | swap("Blue", "Orange") | swap("blues", "oranges"),
        {"Blue ministry": "Ministry of truth", "Orange ministry": "Liars", "Observer mission": "Their friends"},
    ],
    ids=["other names", "swapped names", "other claimants"],
)
def test_renaming_changes_no_draw(case_folder: Path, names: dict[str, str]) -> None:
    before = Study.of(case_folder, effort=FEW)
    drawn = before.belief
    rename(case_folder, names)
    after = Study.of(case_folder, effort=FEW)
    assert [s.name for s in after.case.sides] == [f"{names.get(name, name)} side" for name in ("Blue", "Orange")]
    assert after.case.claims.claimants != before.case.claims.claimants
    for name, array in drawn.arrays().items():
        np.testing.assert_array_equal(after.belief.arrays()[name], array, err_msg=name)
