"""Reading with a language model, and where it disagrees with the rules."""

from __future__ import annotations

from collections.abc import Sequence

from vedette.errors import ReportError
from vedette.reports import ModelReader, Statement, compare_readings
from vedette.store import model_endpoint
from vedette.workflows.read import Reading

__all__ = ["differences", "model_reader"]


def model_reader(endpoint: str, model: str, *, key: str = "") -> ModelReader:
    """A reader that asks `model` at `endpoint`; reports are sent there and nowhere else."""
    if not model:
        raise ReportError(f"no model was named for {endpoint}. Give its name with --model.")
    return ModelReader(model_endpoint(endpoint, key), model)


def differences(
    first: Sequence[Reading], second: Sequence[Reading]
) -> list[tuple[str, Statement | None, Statement | None, str]]:
    """Where two readings of the same files disagree: (source, first's statement, second's, what differs)."""
    found = []
    for a, b in zip(first, second, strict=True):
        found += [(a.source, x, y, why) for x, y, why in compare_readings(a.statements, b.statements)]
    return found
