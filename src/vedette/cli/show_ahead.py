"""What the terminal shows of forecasts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vedette.cli import show

if TYPE_CHECKING:
    from vedette.workflows import ForecastSummary

__all__ = ["written"]


def written(path: Path, found: ForecastSummary) -> None:
    """Where a table of forecasts lies and what it holds."""
    days = ", ".join(map(str, found.horizons))
    show.lines(
        [
            f"{path}: {found.origins} origins from {found.first} to {found.last}, {days} days ahead, "
            f"{found.places:,} places; from {found.state}"
        ]
    )
