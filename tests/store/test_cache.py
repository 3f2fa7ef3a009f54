from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from vedette.store import DrawCache
from vedette.store.cache import MAX_FILES, code_digest

ARRAYS: dict[str, NDArray[Any]] = {"control": np.arange(12, dtype=np.int8).reshape(3, 4), "word": np.linspace(0, 1, 5)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VEDETTE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_what_was_saved_is_found_again(folder: Path) -> None:
    cache = DrawCache()
    assert cache.load("key") is None
    cache.save("key", ARRAYS)
    found = cache.load("key")
    assert found is not None
    assert found.keys() == ARRAYS.keys()
    assert all(found[name].dtype == a.dtype and (found[name] == a).all() for name, a in ARRAYS.items())
    assert [p.name for p in folder.iterdir()] == ["key.npz"]


@pytest.mark.parametrize("keep", [0, 10, -30])
def test_a_damaged_file_counts_as_none(folder: Path, keep: int) -> None:
    DrawCache().save("key", ARRAYS)
    path = folder / "key.npz"
    path.write_bytes(path.read_bytes()[:keep])
    assert DrawCache().load("key") is None


def test_a_pickle_is_not_opened(folder: Path) -> None:
    folder.mkdir()
    np.savez(folder / "key.npz", control=np.array([{"code": "would run"}], dtype=object))
    assert DrawCache().load("key") is None


def test_without_a_cache_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEDETTE_CACHE", "OFF")
    cache = DrawCache()
    cache.save("key", ARRAYS)
    assert cache.folder is None
    assert cache.load("key") is None


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("VEDETTE_CACHE", str(tmp_path / "file"))
    DrawCache().save("key", ARRAYS)
    assert DrawCache().load("key") is None
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_the_users_cache_is_used_unless_told_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VEDETTE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert DrawCache().folder == tmp_path / "vedette"


def test_the_oldest_results_go_first(folder: Path) -> None:
    cache = DrawCache()
    for n in range(MAX_FILES + 3):
        cache.save(f"k{n:03}", {"a": np.zeros(1)})
        os.utime(folder / f"k{n:03}.npz", (n, n))
    cache.save("last", {"a": np.zeros(1)})
    names = sorted(p.stem for p in folder.iterdir())
    assert len(names) == MAX_FILES
    assert "last" in names
    assert "k000" not in names


def test_a_key_follows_inputs_versions_and_code(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = DrawCache()
    plain = cache.key({"seed": 0, "case": "small"})
    assert cache.key({"case": "small", "seed": 0}) == plain
    assert cache.key({"case": "small", "seed": 1}) != plain
    monkeypatch.setattr("vedette.store.cache.versions", lambda: {"numpy": "0"})
    other = cache.key({"seed": 0, "case": "small"})
    assert other != plain
    monkeypatch.setattr("vedette.store.cache.code_digest", lambda: "changed")
    assert cache.key({"seed": 0, "case": "small"}) not in (plain, other)
    assert len(code_digest()) == 64
