"""Results on disk, whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from vedette.errors import OutputError

__all__ = ["OutputFolder", "check_file", "check_folder", "write_bytes", "write_with"]


def _failed(path: Path, error: OSError) -> OutputError:
    reason = error.strerror or str(error)
    return OutputError(
        f"{path}: cannot be written ({reason}). Nothing was left half written and what stood there before is "
        "unchanged. Free some space, or choose a folder you may write to with --out."
    )


def check_file(path: Path | None) -> None:
    """Raise, before anything was computed, the `OutputError` that writing there would end in. Leaves nothing behind.

    None is no file, and all right. A disk that is full when the result comes is told then.
    """
    if path is None:
        return
    try:
        if path.exists() and not path.is_file():
            raise FileExistsError(errno.EEXIST, "what is there is no regular file")
        _try_beside(path)
    except OSError as error:
        raise _failed(path, error) from error


def check_folder(path: Path | None, names: Iterable[str]) -> None:
    """The same for a folder that is to hold files of these names, or some of them, and nothing else."""
    if path is None:
        return
    folder = path.resolve() if path.is_symlink() else path
    try:
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "a file of that name is in the way")
        _try_beside(folder)
        _check_replaceable(folder, set(names))
    except OutputError:
        raise
    except OSError as error:
        raise _failed(path, error) from error


def _try_beside(path: Path) -> None:
    """Make and remove a file in the nearest folder above that is there: only trying tells what may be written."""
    above = next(p for p in path.absolute().parents if p.exists())
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=above)
    os.close(handle)
    Path(name).unlink()


def _check_replaceable(folder: Path, written: set[str]) -> None:
    if not folder.exists():
        return
    others = sorted({p.name for p in folder.iterdir()} - written)
    if others:
        raise OutputError(
            f"{folder}: holds {', '.join(others[:5])}{', ...' * (len(others) > 5)}, which the result would "
            "replace. Nothing was written. Choose a new folder, or an empty one, with --out."
        )


def write_with(path: Path, write: Callable[[Path], None]) -> None:
    """Call `write` with a temporary path beside `path`, then put the result in place in one step.

    Raises `OutputError`, with nothing half written, if the disk is full, the folder is
    read-only, or `write` fails with an `OSError`.
    """
    temporary: Path | None = None
    try:
        if path.exists() and not path.is_file():
            raise FileExistsError(errno.EEXIST, "what is there is no regular file")
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=path.suffix, dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        write(temporary)
        with temporary.open("rb") as done:
            os.fsync(done.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        raise _failed(path, error) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write one file, whole or not at all."""
    write_with(path, lambda temporary: _write_all(temporary, content))


def _write_all(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


class OutputFolder:
    """A folder of results that appears in one step: everything is written beside it, then swapped in.

    A folder that is there already is replaced if it holds an earlier result, that is, only
    files that are written now; if it holds anything else that is an `OutputError`.

    >>> import tempfile
    >>> home = Path(tempfile.mkdtemp())
    >>> with OutputFolder(home / "out") as folder:
    ...     folder.add("a.txt", b"done")
    >>> (home / "out" / "a.txt").read_text()
    'done'
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve() if path.is_symlink() else path
        self._staging: Path | None = None

    def __enter__(self) -> Self:
        try:
            if self.path.exists() and not self.path.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, "a file of that name is in the way")
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._staging = Path(tempfile.mkdtemp(prefix=f".{self.path.name}.", dir=self.path.parent))
        except OSError as error:
            raise _failed(self.path, error) from error
        return self

    def add(self, name: str, content: bytes) -> None:
        """Write one file of the folder."""
        assert self._staging is not None, "used outside its `with` block"
        try:
            (self._staging / name).write_bytes(content)
        except OSError as error:
            raise _failed(self.path / name, error) from error

    def take_over(self, names: Iterable[str], *, beside: str) -> None:
        """Keep files that stand there already and are not written now, if the file `beside` them stays the same."""
        assert self._staging is not None, "used outside its `with` block"
        try:
            if (self.path / beside).read_bytes() != (self._staging / beside).read_bytes():
                return
            for name in names:
                if (self.path / name).is_file() and not (self._staging / name).exists():
                    shutil.copy2(self.path / name, self._staging / name)
        except FileNotFoundError:
            return
        except OSError as error:
            raise _failed(self.path, error) from error

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._staging is not None
        staging, self._staging = self._staging, None
        try:
            if kind is None:
                _check_replaceable(self.path, {p.name for p in staging.iterdir()})
                staging.chmod(0o777 & ~_umask())
                retired = staging.with_name(staging.name + ".old")
                if self.path.exists():
                    self.path.rename(retired)
                try:
                    staging.rename(self.path)
                except OSError:
                    if retired.exists():
                        retired.rename(self.path)
                    raise
                shutil.rmtree(retired, ignore_errors=True)
        except OutputError:
            raise
        except OSError as error:
            raise _failed(self.path, error) from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)
