"""The `vedette` command."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from vedette.cli import ahead, exchange, ground, ledger, reading, serving, show
from vedette.cli.options import (
    DEFAULT_CASE,
    AsOfOption,
    CaseOption,
    ClusterOption,
    DelayOption,
    EffortOption,
    JsonOption,
    LedgerOption,
    NamedCase,
    OutFile,
    SeedOption,
    SinceOption,
    ThreadsOption,
    asking,
    day_of,
    study_of,
)
from vedette.errors import VedetteError

__all__ = ["app", "main"]

app = typer.Typer(
    name="vedette",
    help=(
        "Contradictory war reports in; a sourced, scored, probabilistic map of who holds which place on which day out."
    ),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
case_app = typer.Typer(
    help="List the cases that ship with Vedette, check a folder, or make a new one.", no_args_is_help=True
)
app.add_typer(case_app, name="case", rich_help_panel=None)
app.callback()(ledger.choose)
reading.register(app)


View = Literal["now", "then"]


@app.command()
def brief(
    case_name: NamedCase = None,
    _ledger: LedgerOption = "",
    *,
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    seed: SeedOption = 0,
    effort: EffortOption = 1,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write; out/CASE/DAY if not given.")] = None,
    forms: Annotated[
        str, typer.Option("--format", help="html, pdf, png, md, mp4, or several with commas between them.")
    ] = "html",
    view: Annotated[
        View,
        typer.Option("--view", help="The film shows each day as known now, or as known then, which takes minutes."),
    ] = "now",
    delay: DelayOption = 0,
    json: JsonOption = False,
) -> None:
    """Write the briefing as of a day: page, map, claims, how to get it again; or document, picture, text, film.

    \b
    $ vedette brief karabakh-2020 --as-of 2020-11-06
    $ vedette brief --as-of 2020-09-29 --format pdf,png,md --delay 1
    """
    from vedette.workflows import FILES, film_alone
    from vedette.workflows import brief as run

    asked = study_of(case_name or case, as_of, seed, effort, threads, delay)
    with asking(asked, cluster, quiet=json) as study:
        folder = out or Path("out") / study.case.name / study.as_of.isoformat()
        wanted = [form.strip() for form in forms.split(",")]
        alone = film_alone(study, folder, view) if wanted == ["mp4"] and not study.drawable else 0
        content = None if alone else run(study, folder, forms=wanted, view=view)
    if content is None:
        if json:
            show.data({"folder": str(folder), "days": alone, "as_of": study.as_of})
        else:
            show.lines([f"wrote {folder / 'map.mp4'}: {alone} days of the war, places followed one by one"])
        return
    if json:
        show.data(
            {"folder": str(folder), "run": dict(content.run), "warning": content.warning, **show.brief_data(content)}
        )
    else:
        files = [name for form, names in FILES.items() if form in wanted for name in names]
        show.briefing(content, folder, [*files, "run.json"])


@app.command()
def who(
    place: Annotated[str, typer.Argument(help="Any name of the place, in any script.")],
    _ledger: LedgerOption = "",
    *,
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    delay: DelayOption = 0,
    seed: SeedOption = 0,
    effort: EffortOption = 1,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    json: JsonOption = False,
) -> None:
    """Say who holds PLACE, how sure that is, and what each claim adds.

    \b
    $ vedette who Shushi --as-of 2020-11-06
    """
    from vedette.workflows import who as run

    with asking(study_of(case, as_of, seed, effort, threads, delay), cluster, quiet=json) as study:
        story = run(study, place)
    show.data(story) if json else show.story(story)


@app.command()
def sources(
    _ledger: LedgerOption = "",
    *,
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    delay: DelayOption = 0,
    seed: SeedOption = 0,
    effort: EffortOption = 1,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    json: JsonOption = False,
) -> None:
    """Show how far each claimant and each control map has been right, with 90 % intervals.

    \b
    $ vedette sources --as-of 2020-11-06
    """
    from vedette.workflows import sources as run

    with asking(study_of(case, as_of, seed, effort, threads, delay), cluster, quiet=json) as study:
        lines = run(study)
    show.data(lines) if json else show.records(lines)
    show.mind(lines.warning, to_error=json)


@app.command()
def claims(
    _ledger: LedgerOption = "",
    *,
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    delay: DelayOption = 0,
    place: Annotated[str | None, typer.Option("--place", help="Only claims about this place.")] = None,
    claimant: Annotated[str | None, typer.Option("--claimant", help="Only whose name holds these words.")] = None,
    first: Annotated[
        date | None, typer.Option("--from", parser=day_of, metavar="DAY", help="Published on or after.")
    ] = None,
    last: Annotated[
        date | None, typer.Option("--to", parser=day_of, metavar="DAY", help="Published on or before.")
    ] = None,
    contradicted: Annotated[bool, typer.Option("--contradicted", help="Only claims that cannot all be true.")] = False,
    seed: SeedOption = 0,
    json: JsonOption = False,
) -> None:
    """List claims: who said what about which place and day.

    \b
    $ vedette claims --place Hadrut --contradicted --as-of 2020-10-12
    """
    from vedette.workflows import list_claims as run

    lines = run(
        study_of(case, as_of, seed, delay=delay),
        place=place,
        claimant=claimant,
        first=first,
        last=last,
        contradicted=contradicted,
    )
    show.data(lines) if json else show.claims(lines)


@app.command()
def nowcast(
    out: OutFile,
    _ledger: LedgerOption = "",
    *,
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    delay: DelayOption = 0,
    seed: SeedOption = 0,
    effort: EffortOption = 1,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    json: JsonOption = False,
    since: SinceOption = None,
) -> None:
    """Write who held what on each day, as known on that day.

    Columns: place_id, day, p_<side> for each side, p_contested. With --since, from that day on alone; a long war
    is then followed from where an earlier run stood.

    \b
    $ vedette nowcast --as-of 2020-10-03 --out nowcast.parquet
    """
    from vedette.workflows import nowcast as run

    with asking(study_of(case, as_of, seed, effort, threads, delay), cluster, quiet=json) as study:
        found = run(study, out, since=since)
    show.written(out, found, as_json=json)


@app.command()
def hindsight(
    out: OutFile,
    _ledger: LedgerOption = "",
    *,
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    delay: DelayOption = 0,
    seed: SeedOption = 0,
    effort: EffortOption = 1,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    json: JsonOption = False,
) -> None:
    """Write who held what on each day, by all that was published (by --as-of; in the end, if not given).

    Columns as for `nowcast`.

    \b
    $ vedette hindsight --as-of 2020-10-03 --out hindsight.parquet
    """
    from vedette.workflows import hindsight as run
    from vedette.workflows import in_the_end

    with asking(study_of(case, as_of, seed, effort, threads, delay), cluster, quiet=json) as study:
        found = run(study if as_of or delay else in_the_end(study), out)
    show.written(out, found, as_json=json)


@app.command()
def verify(
    _ledger: LedgerOption = "",
    *,
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    seed: SeedOption = 0,
    effort: EffortOption = 1,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    json: JsonOption = False,
) -> None:
    """Score nowcast and hindsight against the outcome, beside every baseline.

    With --as-of, only days up to it, with what was published by it.

    \b
    $ vedette verify --as-of 2020-10-03
    """
    from vedette.workflows import verify as run

    with asking(study_of(case, as_of, seed, effort, threads), cluster, quiet=json) as study:
        cards = run(study, whole=as_of is None)
    show.data(cards) if json else show.scorecards(cards)


@app.command()
def scorecard(
    case_name: NamedCase = None,
    _ledger: LedgerOption = "",
    *,
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    seed: SeedOption = 0,
    effort: EffortOption = 1,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write; out/CASE/scorecard if not given.")] = None,
    json: JsonOption = False,
) -> None:
    """Write the public scorecard: how right our probabilities, each source, each map and simple rules have been.

    Scores are those of `verify`. With --as-of, of the days up to it, with what was published by it.

    \b
    $ vedette scorecard karabakh-2020 --as-of 2020-10-03
    """
    from vedette.workflows import scorecard as run

    with asking(study_of(case_name or case, as_of, seed, effort, threads), cluster, quiet=json) as study:
        folder = out or Path("out") / study.case.name / "scorecard"
        found = run(study, folder, whole=as_of is None)
    if json:
        show.data({"folder": str(folder), "as_of": found.as_of, "scores": found.cards, "records": found.records})
    else:
        show.lines([f"wrote {folder / name}" for name in ("scorecard.html", "scorecard.json", "run.json")])


@case_app.command("list")
def case_list(*, json: JsonOption = False) -> None:
    """List the cases that ship with Vedette.

    \b
    $ vedette case list
    """
    from vedette.workflows import cases

    found = cases()
    show.data(found) if json else show.cases(found)


@case_app.command("check")
def case_check(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A case folder, or the name of a case.")],
    *,
    json: JsonOption = False,
) -> None:
    """Check everything in a case; say file, row, column and remedy of all that is wrong.

    \b
    $ vedette case check karabakh-2020
    """
    from vedette.workflows import check_case

    found = check_case(folder)
    show.data(found) if json else show.cases([found], checked=True)


ahead.register(app)
ground.register(app, case_app)
serving.register(app)
exchange.register(app)
ledger.register(app)


def main() -> None:
    """Run the command line. What a user can mend ends in one message and status 2, without a traceback."""
    try:
        try:
            app()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except VedetteError as error:
        show.error(str(error))
        sys.exit(2)
    except OSError as error:
        # What could not be printed must not be tried again, and complained of, when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # the reader had enough
            sys.exit(1)
        show.error(
            f"{error.filename or 'standard output'}: {error.strerror or error}. Nothing was left half written. "
            "Free some space, or write elsewhere."
        )
        sys.exit(2)
    except MemoryError:
        show.error(
            "this needs more memory than there is. Split the case by theatre or period, or use a machine with more."
        )
        sys.exit(2)
    except KeyboardInterrupt:
        show.error("stopped; nothing was left half written.")
        sys.exit(130)
