from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vedette.errors import OutputError
from vedette.store import OutputFolder, write_bytes
from vedette.store.write import write_with

Injure = Callable[[str, int], None]


@pytest.fixture
def injure(monkeypatch: pytest.MonkeyPatch) -> Injure:
    """Make a call on the file system fail, for whoever runs the tests, root included."""

    def make_fail(call: str, number: int) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise OSError(number, os.strerror(number))

        where, name = call.split(".")
        monkeypatch.setattr({"Path": Path, "os": os, "tempfile": tempfile}[where], name, fail)

    return make_fail


def left(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def write_folder(path: Path) -> None:
    with OutputFolder(path) as folder:
        folder.add("a.txt", b"new")
        folder.add("b.txt", b"new")


@pytest.mark.parametrize(
    ("call", "number", "reason"),
    [
        ("tempfile.mkstemp", errno.EROFS, "Read-only file system"),
        ("Path.write_bytes", errno.ENOSPC, "No space left on device"),
        ("os.fsync", errno.ENOSPC, "No space left on device"),
        ("Path.chmod", errno.EPERM, "Operation not permitted"),
        ("Path.replace", errno.EACCES, "Permission denied"),
    ],
)
@pytest.mark.parametrize("there", [True, False])
def test_a_file_is_whole_or_as_before(
    tmp_path: Path, injure: Injure, call: str, number: int, reason: str, there: bool
) -> None:
    target = tmp_path / "result.txt"
    if there:
        target.write_text("old")
    injure(call, number)
    with pytest.raises(OutputError, match=rf"result\.txt: cannot be written \({reason}\)\. Nothing was left half wri"):
        write_bytes(target, b"new")
    assert left(tmp_path) == ["result.txt"] * there
    assert not there or target.read_text() == "old"


@pytest.mark.parametrize(
    ("call", "number", "reason"),
    [
        ("tempfile.mkdtemp", errno.EROFS, "Read-only file system"),
        ("Path.write_bytes", errno.ENOSPC, "No space left on device"),
        ("Path.chmod", errno.EPERM, "Operation not permitted"),
        ("Path.rename", errno.EACCES, "Permission denied"),
    ],
)
@pytest.mark.parametrize("there", [True, False])
def test_a_folder_is_whole_or_as_before(
    tmp_path: Path, injure: Injure, call: str, number: int, reason: str, there: bool
) -> None:
    target = tmp_path / "out"
    if there:
        target.mkdir()
        (target / "a.txt").write_text("old")
    injure(call, number)
    with pytest.raises(OutputError, match=rf"cannot be written \({reason}\)\. Nothing was left half written"):
        write_folder(target)
    assert left(tmp_path) == ["out"] * there
    assert not there or (left(target) == ["a.txt"] and (target / "a.txt").read_text() == "old")


def test_the_old_folder_comes_back_when_the_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "a.txt").write_text("old")
    rename, calls = Path.rename, []

    def second_fails(self: Path, to: Path) -> Path:
        calls.append(to)
        if len(calls) == 2:
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", second_fails)
    with pytest.raises(OutputError, match="Input/output error"):
        write_folder(target)
    assert left(tmp_path) == ["out"]
    assert (target / "a.txt").read_text() == "old"


def test_a_folder_appears_in_one_step(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "out"
    with OutputFolder(target) as folder:
        folder.add("a.txt", b"x")
        assert not target.exists()
    assert left(target) == ["a.txt"]
    write_folder(target)  # an earlier result gives way
    assert left(target) == ["a.txt", "b.txt"]
    assert left(target.parent) == ["out"]
    assert target.stat().st_mode & 0o700 == 0o700


def test_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> None:
        with OutputFolder(tmp_path / "out") as folder:
            folder.add("a.txt", b"x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert left(tmp_path) == []


def test_a_folder_that_holds_other_things_is_not_replaced(tmp_path: Path) -> None:
    """`--out ~` must not cost a home."""
    (tmp_path / "a.txt").write_text("old")
    (tmp_path / "novel.odt").write_text("ten years of work")
    with pytest.raises(OutputError, match=r"holds novel\.odt, which the result would replace.*Choose a new folder"):
        write_folder(tmp_path)
    assert left(tmp_path) == ["a.txt", "novel.odt"]
    assert (tmp_path / "a.txt").read_text() == "old"
    assert not [p for p in tmp_path.parent.iterdir() if p.name.startswith(f".{tmp_path.name}")]


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    write_folder(tmp_path / "out")
    assert (tmp_path / "out").is_symlink()
    assert left(tmp_path / "real") == ["a.txt", "b.txt"]
    assert left(tmp_path) == ["out", "real"]


@pytest.mark.parametrize("target", ["file", "file/out", "folder"])
def test_what_is_in_the_way_stays(tmp_path: Path, target: str) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        write_bytes(tmp_path / target, b"new") if target == "folder" else write_folder(tmp_path / target)
    assert left(tmp_path) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == "old"


def test_a_device_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OutputError, match=r"no regular file"):
        write_bytes(pipe, b"new")
    assert pipe.is_fifo()
    with pytest.raises(OutputError, match=r"/dev/full: cannot be written"):
        write_bytes(Path("/dev/full"), b"new")
    assert Path("/dev/full").is_char_device()


def test_files_carry_the_rights_that_the_user_chose(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_bytes(tmp_path / "a.txt", b"x")
        write_with(tmp_path / "b.txt", lambda path: path.touch())
        write_folder(tmp_path / "out")
    finally:
        os.umask(before)
    assert [(tmp_path / n).stat().st_mode & 0o777 for n in ("a.txt", "b.txt", "out")] == [0o640, 0o640, 0o750]
