"""The wheel holds all that the command needs, with its licences, and nothing else."""

from __future__ import annotations

import email
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CASE = "vedette/cases/karabakh-2020/"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


def test_the_default_case_is_in_it_with_its_notice(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        tables = {"case.toml", "places.csv", "routes.csv", "claims.csv", "outcome.csv", "NOTICE", "basemap/relief.tif"}
        assert {CASE + name for name in tables} <= names
        notice = archive.read(CASE + "NOTICE").decode()
        assert "GeoNames" in notice
        assert "OpenStreetMap" in notice
        for file in (ROOT / "src" / CASE).rglob("*"):
            if file.is_file():
                assert archive.read(file.relative_to(ROOT / "src").as_posix()) == file.read_bytes()


def test_it_holds_the_package_its_types_and_licences_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        meta = email.message_from_bytes(archive.read(next(n for n in names if n.endswith("METADATA"))))
        entry = archive.read(next(n for n in names if n.endswith("entry_points.txt"))).decode()
    assert {
        "vedette/py.typed",
        "vedette/web/static/index.html",
        "vedette/web/static/licences.txt",
        "vedette/briefing/templates/briefing.html.j2",
        "vedette/cli/app.py",
    } <= set(names)
    assert {n.rpartition("/")[2] for n in names if "/licenses/" in n} == {"LICENSE", "NOTICE"}
    assert all(n.startswith("vedette/") or ".dist-info/" in n for n in names)
    assert not [n for n in names if n.endswith((".pyc", ".bin")) or "/tests/" in n or "/shared/" in n]
    assert meta["License-Expression"] == "Apache-2.0"
    assert meta["Requires-Python"] == ">=3.11"
    assert "vedette = vedette.cli:main" in entry
    assert wheel.stat().st_size < 3_000_000


def test_the_case_can_be_read_from_it(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    script = (
        "import vedette; from vedette.store import list_cases, read_basemap, read_case; "
        "case = read_case('karabakh-2020'); read_basemap(case.basemap); "
        "print(vedette.__file__, list_cases(), len(case.claims), bool(case.notice))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path, env={"PYTHONPATH": str(tmp_path), "PATH": ""}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == [str(tmp_path / "vedette" / "__init__.py"), "['karabakh-2020']", "617", "True"]
