"""The one family of errors: what was found, why it cannot be, what to do next."""

from __future__ import annotations

__all__ = [
    "BriefingError",
    "CaseError",
    "ClaimError",
    "GroundError",
    "LedgerError",
    "OutputError",
    "PlaceNotFoundError",
    "ReportError",
    "ScenarioError",
    "VedetteError",
]


class VedetteError(Exception):
    """Base of all errors that a user can do something about.

    The message has three parts, in this order: what was found and where, why it
    cannot be, and what to do next. The command line prints it without a traceback
    and exits with status 2.
    """


class CaseError(VedetteError, ValueError):
    """A case folder, or a table in it, is not what the case format describes."""


class ClaimError(VedetteError, ValueError):
    """A claim contradicts itself or the calendar."""


class GroundError(VedetteError, ValueError):
    """Places, routes, sides or days do not fit together."""


class PlaceNotFoundError(VedetteError, LookupError):
    """No place, or more than one, answers to a name."""


class BriefingError(VedetteError, ValueError):
    """A result cannot be shown as asked."""


class ReportError(VedetteError, ValueError):
    """A report cannot be read, or what was read from it cannot be kept."""


class ScenarioError(VedetteError, ValueError):
    """A scenario contradicts itself, the calendar or the case."""


class OutputError(VedetteError, OSError):
    """A result could not be written; nothing half written was left behind."""


class LedgerError(VedetteError, OSError):
    """A ledger could not be read or written; an act is kept whole or not at all."""


class ClusterError(VedetteError, OSError):
    """The cluster that work should run on is not there."""
