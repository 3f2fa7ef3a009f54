"""The commands about what comes next: forecasts, what if, the decisive place, a member told day by day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vedette.cli import show, show_ahead

if TYPE_CHECKING:
    from vedette.workflows import Progress, Study

__all__ = ["register"]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date. Write it as YYYY-MM-DD.") from None


def _days(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a list of days. Write it as in 7,28,91.") from None


CaseOption = Annotated[
    str, typer.Option("--case", "-c", help="A case that ships with Vedette, or a folder. See `vedette case list`.")
]
AsOfOption = Annotated[
    date | None,
    typer.Option("--as-of", parser=_day, metavar="DAY", help="Ignore what came out later. The last day, if not given."),
]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same bytes.")]
ThreadsOption = Annotated[
    int | None, typer.Option("--threads", min=1, help="Threads to use; never changes a result. Up to 4, if not given.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print plain data instead of text.")]
DEFAULT_CASE = "karabakh-2020"


def _study(case: str, as_of: date | None, seed: int, threads: int | None, progress: Progress | None) -> Study:
    from vedette.workflows import Study

    return Study.of(case, as_of, seed=seed, threads=threads, progress=progress)


def forecast(
    *,
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    origins: Annotated[
        str | None,
        typer.Option("--origins", help="Write forecasts from many days: weekly, daily, or days parted by commas."),
    ] = None,
    horizons: Annotated[
        str, typer.Option("--horizons", metavar="DAYS", help="With --origins: days ahead, parted by commas.")
    ] = "7,28,91",
    out: Annotated[Path | None, typer.Option("--out", help="Parquet file to write.")] = None,
    state: Annotated[
        str | None, typer.Option("--state", help="Control map to start from; the judge's own or the nowcast, if not given.")
    ] = None,
    seed: SeedOption = 0,
    threads: ThreadsOption = None,
    json: JsonOption = False,
) -> None:
    """Forecast who will hold what.

    With --origins, writes a table: origin, horizon, place_id, p_<side>... (the last side to have held the place).

    \b
    $ vedette forecast --as-of 2020-10-05 --origins weekly --horizons 7,28 --out forecast.parquet
    """
    from vedette.workflows import forecast_origins, origins_of

    with show.progress(quiet=json) as report:
        study = _study(case, as_of, seed, threads, report)
        found = forecast_origins(
            study, origins_of(study, origins or "weekly"), _days(horizons), out or Path("forecast.parquet"), state=state
        )
    show.data(found) if json else show_ahead.written(out or Path("forecast.parquet"), found)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(forecast)
