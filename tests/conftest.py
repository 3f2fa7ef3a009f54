"""A small war of two made-up sides, for every test that needs a case."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from vedette.store import Case, read_case

os.environ.setdefault("NUMBA_NUM_THREADS", "2")

# A kernel compiles during its first example, which says nothing about the others.
settings.register_profile("vedette", deadline=None)
settings.load_profile("vedette")

SMALL = Path(__file__).parent / "small"


def small_case(folder: Path) -> Path:
    """Copy the small war (`tests/small`) to `folder`, which must not exist yet, and return it.

    Two sides, blue and orange, across open sea; 8 places, 10 routes, 20 days, 14 claims of 4
    claimants (one claim published after the war), the map `atlas`, an outcome that leaves
    Fallow out. Blue takes Cairn about 6 April and Dunmore about 12 April.
    """
    shutil.copytree(SMALL, folder)
    return folder


@pytest.fixture(scope="session", autouse=True)
def _draws_of_these_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Draws are kept apart from the user's; commands that ask about the same day share them."""
    os.environ.setdefault("VEDETTE_CACHE", str(tmp_path_factory.mktemp("draws")))


@pytest.fixture
def case_folder(tmp_path: Path) -> Path:
    """The small war in a folder of its own, free to be spoilt."""
    return small_case(tmp_path / "small")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The small war, read once."""
    return read_case(small_case(tmp_path_factory.mktemp("cases") / "small"))
