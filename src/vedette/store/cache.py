"""Posterior draws kept between runs, found again by everything they depend on."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vedette.errors import OutputError
from vedette.store.write import write_with

__all__ = ["DrawCache", "code_digest", "versions"]

MAX_FILES = 64
"""Oldest results are dropped beyond so many; one is a few megabytes."""


def versions() -> dict[str, str]:
    """The versions of what computes."""
    return {name: version(name) for name in ("vedette", "numpy", "numba", "scipy", "xarray")}


def code_digest(packages: Sequence[str] = ("ground", "claims", "dynamics", "belief")) -> str:
    """A fingerprint of the code of some packages; of those that draw, if none are named."""
    state = sha256()
    home = Path(str(files("vedette")))
    for package in packages:
        for path in sorted((home / package).glob("*.py")):
            state.update(path.read_bytes())
    return state.hexdigest()


class DrawCache:
    """A folder of draws by key. `VEDETTE_CACHE` names it; `VEDETTE_CACHE=off` does without."""

    def __init__(self) -> None:
        named = os.environ.get("VEDETTE_CACHE", "")
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        self.folder = None if named.casefold() == "off" else Path(named) if named else home / "vedette"

    def key(self, parts: dict[str, Any]) -> str:
        """The name of a result: a digest of its inputs, parameters, seed, versions and code."""
        text = repr(sorted({**parts, **versions(), "code": code_digest()}.items()))
        return sha256(text.encode()).hexdigest()[:40]

    def load(self, key: str) -> dict[str, NDArray[Any]] | None:
        """The arrays stored under a key, or None; a damaged file counts as none."""
        if self.folder is None:
            return None
        path = self.folder / f"{key}.npz"
        try:
            with np.load(path, allow_pickle=False) as found:
                return {name: found[name] for name in found.files}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def save(self, key: str, arrays: dict[str, NDArray[Any]], *, compress: bool = True) -> None:
        """Store arrays under a key, large ones best not compressed.

        That there is no room or no right to write is no reason to fail.
        """
        if self.folder is None:
            return
        try:
            write_with(self.folder / f"{key}.npz", lambda path: _save(path, arrays, compress=compress))
            kept = sorted(self.folder.glob("*.npz"), key=lambda p: p.stat().st_mtime, reverse=True)
            for path in kept[MAX_FILES:]:
                path.unlink(missing_ok=True)
        except (OutputError, OSError):
            return


def _save(path: Path, arrays: dict[str, NDArray[Any]], *, compress: bool) -> None:
    with path.open("wb") as handle:
        # No array is called `allow_pickle`, which is all that the type checker fears.
        (np.savez_compressed if compress else np.savez)(handle, **arrays)  # type: ignore[arg-type]
