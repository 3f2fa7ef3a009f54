"""The options that commands share, and what they start from: each means the same wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vedette.cli import show

if TYPE_CHECKING:
    from vedette.workflows import Study

__all__ = [
    "DEFAULT_CASE",
    "AsOfOption",
    "ByOption",
    "CaseOption",
    "ClusterOption",
    "DelayOption",
    "EffortOption",
    "JsonOption",
    "LedgerOption",
    "NamedCase",
    "OutFile",
    "SeedOption",
    "SinceOption",
    "ThreadsOption",
    "asking",
    "day_of",
    "study_of",
    "use_ledger",
]

DEFAULT_CASE = "karabakh-2020"


def day_of(text: str) -> date:
    """A day as it is written on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date. Write it as YYYY-MM-DD.") from None


def use_ledger(address: str) -> str:
    """Use the ledger at an address, if one is given."""
    if address:
        from vedette.workflows import use_ledger

        use_ledger(address)
    return address


CaseOption = Annotated[
    str, typer.Option("--case", "-c", help="A case that ships with Vedette, or a folder. See `vedette case list`.")
]
NamedCase = Annotated[str | None, typer.Argument(metavar="[CASE]", help="The same as --case.")]
AsOfOption = Annotated[
    date | None,
    typer.Option(
        "--as-of", parser=day_of, metavar="DAY", help="Ignore what came out later. The last day, if not given."
    ),
]
SinceOption = Annotated[
    date | None, typer.Option("--since", parser=day_of, metavar="DAY", help="Leave out days before. All, if not given.")
]
DelayOption = Annotated[
    int,
    typer.Option("--delay", min=0, metavar="DAYS", help="Show nothing of so many days before --as-of."),
]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same bytes.")]
EffortOption = Annotated[
    int,
    typer.Option("--effort", min=1, metavar="TIMES", help="Run so many times as long, for chains that agree better."),
]
ThreadsOption = Annotated[
    int | None, typer.Option("--threads", min=1, help="Threads to use; never changes a result. Up to 4, if not given.")
]
ClusterOption = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="Draw on a Dask scheduler, or on `local` processes: same bytes."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print plain data instead of text.")]
OutFile = Annotated[Path, typer.Option("--out", help="The file to write, .parquet or .csv.")]
LedgerOption = Annotated[
    str,
    typer.Option(
        "--ledger",
        metavar="ADDRESS",
        help="postgresql://HOST/DATABASE, or off; VEDETTE_LEDGER, or a file by the case, if not given.",
        callback=use_ledger,
    ),
]
ByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who does it; VEDETTE_BY or git's user.name, if not given.")
]


NOT_SPREAD = (
    "this war is too large to draw as a whole. It is followed place by place on this machine, which takes seconds to a "
    "minute; of such a war only the members of campaigns run on --cluster."
)


def study_of(
    case: str, as_of: date | None, seed: int, effort: int = 1, threads: int | None = None, delay: int = 0
) -> Study:
    """A case, a day, a seed: what every question starts from."""
    from vedette.workflows import Study

    return Study.of(case, as_of, seed=seed, effort=effort, threads=threads, delay=delay)


@contextmanager
def asking(study: Study, cluster: str | None, *, quiet: bool, campaign: bool = False) -> Iterator[Study]:
    """The study with its progress shown, unless `quiet`, and its chains run where `cluster` says, for the block.

    Of a long war the cluster gets nothing but the members of a `campaign`, and a word to the reader says so.
    """
    from vedette.workflows import spread_over

    if cluster and study.long:
        show.mind(NOT_SPREAD, to_error=quiet)
    address = cluster if campaign or not study.long else None
    with show.progress(quiet=quiet) as report, spread_over(address) as spread:
        yield replace(study, progress=report, spread=spread)
