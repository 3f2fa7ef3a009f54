"""The shape of the code: imports run one way, stages say what they are, starting costs nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest

import vedette

ROOT = Path(__file__).parents[2]
HOME = ROOT / "src" / "vedette"
MODULES = sorted(HOME.rglob("*.py"))
PACKAGES = sorted(p.parent.name for p in HOME.glob("*/__init__.py"))


def test_the_import_contracts_are_kept() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert f"{len(contracts)} kept, 0 broken" in done.stdout


def test_the_contracts_name_every_package() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = [c["layers"] for c in contracts if c["type"] == "layers"]
    named = {module.strip().removeprefix("vedette.") for line in layers for module in line.split("|")}
    assert set(PACKAGES) <= named
    assert {"store", "cli", "briefing", "belief", "claims", "ground"} <= set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_stage_opens_with_what_it_is_and_lists_its_names(package: str) -> None:
    module = import_module(f"vedette.{package}")
    assert module.__doc__
    first = module.__doc__.splitlines()[0]
    assert first.endswith((".", "?"))
    assert module.__all__, package
    assert len(set(module.__all__)) == len(module.__all__)
    assert all(hasattr(module, name) for name in module.__all__)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(HOME)))
def test_a_module_keeps_the_house_rules(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "says what it is"
    assert path.stem not in {"utils", "helpers", "manager", "common", "misc"}
    package = path.relative_to(HOME).parts[0]
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    imported = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    imported |= {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    if package != "workflows":
        assert not {c for c in calls if c.endswith((".today", ".now", "time.time", ".utcnow"))}, "reads the clock"
    assert not imported & {"pickle", "shelve", "marshal", "random"}
    assert not {
        c for c in calls if c in {"eval", "exec"} or (c.startswith("np.random.") and c != "np.random.default_rng")
    }
    if package not in {"store", "cli", "workflows", "compiled.py"}:
        touched = {c for c in calls if c == "open" or c.endswith((".read_text", ".write_text", ".read_bytes", ".open"))}
        assert not touched - {"Image.open"}, "only the edges touch files"
        assert not imported & {"socket", "urllib", "urllib.request", "requests", "httpx", "subprocess"}


def test_importing_the_package_costs_nothing() -> None:
    """Heavy libraries are loaded by the verb that needs them."""
    script = (
        "import sys, vedette, vedette.cli; "
        "print(*sorted({m.split('.')[0] for m in sys.modules} & {'numpy', 'numba', 'scipy', 'xarray', 'matplotlib', "
        "'pyarrow', 'pandas', 'rasterio', 'arviz_stats', 'crowdkit'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_answers_without_pictures_load_nothing_to_draw_with() -> None:
    script = "import sys, vedette.workflows; print(*sorted({'matplotlib', 'adjustText'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_package_offers_the_verbs_of_the_command_line() -> None:
    assert vedette.__version__ == version("vedette")
    assert vedette.__version__ == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert set(vedette.__all__) <= set(dir(vedette))
    for name in vedette.__all__:
        assert callable(getattr(vedette, name))
        assert getattr(vedette, name).__doc__
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = vedette.nothing
