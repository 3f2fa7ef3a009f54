"""Where kernels are compiled and their machine code kept.

Numba notices that a kernel's own file changed, but not that a kernel which it calls, in
another file, did: after an update it would go on running the old one. So the machine code
is kept in a folder named after all kernels together.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import config

__all__ = ["kernel"]

F = TypeVar("F", bound=Callable[..., Any])


@cache
def _folder() -> str:
    state = sha256(numba.__version__.encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        if path.name.endswith("_kernels.py") or path.name == "transition.py":
            state.update(path.read_bytes())
    home = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return str(Path(home) / "vedette-kernels" / state.hexdigest()[:20])


def kernel(*, counted: bool = True, **options: Any) -> Callable[[F], F]:
    """Compile a function without the interpreter (`numba.njit`) and keep the machine code for the next run.

    Options are those of `numba.njit`. Where the folder cannot be written the code is kept
    beside the source, or else compiled anew each run.

    Numba counts references to every array that a loop names, by atomic operations that can take most of its time
    (numba issues 2350 and 4261). A kernel that is not `counted` does without, and may make no array: it fills those
    that it is given.
    """
    if not counted:
        options["_nrt"] = False

    def compile_later(function: F) -> F:
        # Numba fills its settings in at run time, so no type checker sees them.
        before = config.CACHE_DIR  # type: ignore[attr-defined]
        config.CACHE_DIR = _folder()  # type: ignore[attr-defined]
        try:
            return numba.njit(cache=True, **options)(function)  # type: ignore[no-any-return]
        finally:
            config.CACHE_DIR = before  # type: ignore[attr-defined]

    return compile_later
