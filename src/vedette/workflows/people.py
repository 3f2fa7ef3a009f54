"""Who does something, and when: what an act in a ledger is signed with."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
from datetime import UTC, datetime

from vedette.store import Act

__all__ = ["person", "signed"]


def person(by: str = "") -> str:
    """The name of whoever is at work: as given, else `VEDETTE_BY`, git's `user.name`, the user's name."""
    if named := by.strip() or os.environ.get("VEDETTE_BY", "").strip():
        return named
    git = shutil.which("git")
    if git is not None:
        told = subprocess.run([git, "config", "user.name"], capture_output=True, text=True, check=False)  # noqa: S603
        if name := told.stdout.strip():
            return name
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in a container
        return "unnamed"


def signed(by: str, verb: str, why: str = "") -> Act:
    """An act of this moment."""
    return Act(who=person(by), at=datetime.now(UTC).isoformat(timespec="seconds"), verb=verb, why=why)
