"""The options that commands share, and what they start from: each means the same wherever it stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from vedette.workflows import Progress, Spread, Study

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
    typer.Option("--cluster", metavar="ADDRESS", help="Run on a Dask scheduler, or on `local` processes: same bytes."),
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


def study_of(
    case: str,
    as_of: date | None,
    seed: int,
    effort: int,
    threads: int | None,
    progress: Progress | None,
    delay: int = 0,
    *,
    spread: Spread | None = None,
) -> Study:
    """A case, a day, a seed: what every question starts from. Chains run in threads, or where `spread` has them."""
    from vedette.workflows import Study

    return Study.of(
        case, as_of, seed=seed, effort=effort, threads=threads, progress=progress, delay=delay, spread=spread
    )
