"""Contradictory war reports in; a sourced, scored, probabilistic map of who holds which place on which day out.

The verbs of the command line, as functions that return `xarray.Dataset`s:

    import vedette

    shusha = vedette.who("Shusha", as_of="2020-11-06")
    shusha["probability"].sel(day="2020-11-06")

They are imported when first used, so `import vedette` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vedette.verbs import (
        brief,
        check_case,
        decisive,
        forecast,
        hindsight,
        list_cases,
        list_claims,
        nowcast,
        scorecard,
        sources,
        verify,
        what_if,
        who,
    )

__all__ = [
    "brief",
    "check_case",
    "decisive",
    "forecast",
    "hindsight",
    "list_cases",
    "list_claims",
    "nowcast",
    "scorecard",
    "sources",
    "verify",
    "what_if",
    "who",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return version("vedette")
    if name in __all__:
        return getattr(import_module("vedette.verbs"), name)
    raise AttributeError(f"module 'vedette' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
