"""Commands that exchange data with other tools: `export`, `import`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vedette.cli import show
from vedette.cli.options import (
    DEFAULT_CASE,
    AsOfOption,
    ByOption,
    CaseOption,
    ClusterOption,
    DelayOption,
    EffortOption,
    JsonOption,
    LedgerOption,
    SeedOption,
    ThreadsOption,
    asking,
    day_of,
    study_of,
)
from vedette.errors import CaseError

if TYPE_CHECKING:
    from vedette.workflows import ColumnMap, Imported

__all__ = ["register"]

SHOWN = 12
"""Reasons why rows were left out that are printed; --json gives them all."""


def export(
    out: Annotated[Path, typer.Option("--out", help="The file to write.")],
    form: Annotated[
        str,
        typer.Option("--format", help="geojson, geoparquet, kml, csv, parquet, netcdf, zarr, hubverse or datapackage."),
    ],
    every_day: Annotated[
        bool,
        typer.Option(
            "--every-day", help="Every day up to the as-of day, by all published by then; not that day alone."
        ),
    ] = False,
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    delay: DelayOption = 0,
    seed: SeedOption = 0,
    effort: EffortOption = 1,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    _ledger: LedgerOption = "",
    *,
    json: JsonOption = False,
) -> None:
    """Write who holds which place as of a day, in a format that other tools read.

    \b
    $ vedette export --format geojson --as-of 2020-10-03 --out control.geojson
    """
    from vedette.workflows import export_control, export_terms, export_warning

    with asking(study_of(case, as_of, seed, effort, threads, delay), cluster, quiet=json) as study:
        rows = export_control(study, form, out, every_day=every_day)
    if json:
        show.data(
            {
                "file": str(out),
                "format": form,
                "rows": rows,
                "as_of": study.as_of,
                "terms": export_terms(study),
                "warning": export_warning(study),
            }
        )
    else:
        show.lines(filter(None, [f"{out}: {rows:,} rows, {form}, as of {study.as_of}.", export_terms(study)]))
        show.mind(export_warning(study))


def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="ACLED or UCDP GED, any table, KML, GeoJSON control map.")
    ],
    into: Annotated[str, typer.Option("--into", metavar="CASE", help="The case folder to add to.")],
    source: Annotated[
        str, typer.Option("--source", help="What the source is called; the file's name, if not given.")
    ] = "",
    day: Annotated[
        date | None, typer.Option("--date", parser=day_of, metavar="DAY", help="The day of a map that has none.")
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option("--column", metavar="FIELD=COLUMN", help="What a column means; may be repeated.")
    ] = None,
    value: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="What holds for every row; may be repeated."),
    ] = None,
    dates: Annotated[
        str, typer.Option("--dates", help="How dates are written: iso, dmy or mdy; seen, if not given.")
    ] = "",
    encoding: Annotated[
        str, typer.Option("--encoding", help="A table's encoding, as cp1251; seen, if not given.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take the columns as guessed, without asking.")] = False,
    by: ByOption = "",
    _ledger: LedgerOption = "",
    *,
    json: JsonOption = False,
) -> None:
    """Add events of a data set, placemarks or a dated control map to a case; nothing in it is changed.

    \b
    $ vedette import events.csv --into my-case --yes
    """
    from vedette.workflows import import_file

    def confirm(plan: ColumnMap) -> bool:
        if not json:
            _show_plan(plan)
        if yes:
            return True
        if not sys.stdin.isatty():
            raise CaseError(
                f"{file.name}: nobody is there to confirm what its columns mean. If the list above is right, run again "
                "with --yes; else name them with --column FIELD=COLUMN."
            )
        return typer.confirm("Is that what they mean?", err=True)

    found = import_file(
        file,
        into,
        source=source,
        day=day,
        columns=_pairs(column or [], "--column"),
        values=_pairs(value or [], "--set"),
        dates=dates,
        encoding=encoding,
        confirm=confirm,
        by=by,
    )
    if found is None:
        show.lines(["Nothing was added."])
    elif json:
        show.data(found)
    else:
        _show(found)


def _pairs(words: list[str], option: str) -> dict[str, str]:
    found = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name or not value:
            raise typer.BadParameter(f"{word!r}: write it as FIELD=SOMETHING.", param_hint=option)
        found[name.strip()] = value.strip()
    return found


def _show_plan(plan: ColumnMap) -> None:
    told = [f"{_many(plan.rows, 'row')}, read as {plan.encoding}. What its columns are taken to mean:"]
    for name, column in plan.columns.items():
        example = plan.examples.get(column, "")
        told.append(
            f"  {name:<14} column {column!r}" + (f", as in {example[:40]!r}" if example else ", which is blank")
        )
    told += [f"  {name:<14} always {value!r}" for name, value in plan.values.items()]
    told.append(f"  {'dates':<14} {plan.dates}")
    if plan.unused:
        told.append(f"  {'not used':<14} {', '.join(map(repr, plan.unused))}")
    for line in told:
        typer.echo(line, err=True)


def _show(found: Imported) -> None:
    if found.map_source:
        told = f"the map {found.map_source!r}, {_many(found.map_days, 'day')}, {_many(found.map_places, 'place')}"
    else:
        told = _many(len(found.added), "new claim") + (f", {found.known:,} known before" if found.known else "")
    lines = [f"{found.file}: read as {found.read_as}, {_many(found.rows, 'row')}; {told}."]
    if found.licence:
        lines.append(f"Terms: {found.licence}.")
    if found.left_out:
        lines.append(f"Left out, {sum(each.count for each in found.left_out):,}:")
        lines += [f"  {each.count:,}  {each.why} ({each.first})" for each in found.left_out[:SHOWN]]
        if len(found.left_out) > SHOWN:
            lines.append(f"  ... and {len(found.left_out) - SHOWN} more reasons; --json gives them all.")
    show.lines(lines)


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("export")(export)
    app.command("import")(import_)
