"""Commands about a case's ledger: `ledger`, `search`, `note`, `tag`, `runs`, `rerun`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vedette.cli import show
from vedette.cli.options import (
    ByOption,
    JsonOption,
    LedgerOption,
    ThreadsOption,
)

__all__ = ["choose", "register"]

SHOWN = 20
"""Acts, findings or runs that are printed; --json gives them all."""


CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="A case folder, or a case that ships with Vedette.")]
AboutArgument = Annotated[str, typer.Argument(metavar="ABOUT", help="The id of a claim or a report.")]


def choose(context: typer.Context, _ledger: LedgerOption = "") -> None:
    """Contradictory war reports in; a sourced, scored, probabilistic map of who holds which place on which day out."""
    context.call_on_close(_forget)


def _forget() -> None:
    import sys

    if "vedette.workflows" in sys.modules:
        from vedette.workflows import use_ledger

        use_ledger("")


def ledger(
    case: CaseArgument,
    *,
    start: Annotated[bool, typer.Option("--start", help="Make the ledger; runs are noted from then on.")] = False,
    update: Annotated[bool, typer.Option("--update", help="Bring a ledger of an older Vedette up to date.")] = False,
    _ledger: LedgerOption = "",
    json: JsonOption = False,
) -> None:
    """Show where a case's ledger is, what it holds and who added it; check that nothing in it was changed.

    \b
    $ vedette ledger my-case
    """
    from vedette.workflows import ledger_state, start_ledger

    if start or update:
        start_ledger(case)
    found = ledger_state(case)
    if json:
        show.data(found)
        return
    if not found.there:
        show.lines([f"{found.where}: no ledger yet. It begins with the first report, decision or note, or --start."])
        return
    counts = ", ".join(
        f"{getattr(found, name):,} {name}" for name in ("reports", "claims", "decisions", "notes", "tags", "runs")
    )
    lines = [f"{found.where}: {counts}, in {len(found.acts):,} acts, every one as it was kept."]
    lines += [f"{a.number:>6}  {a.at}  {a.who}  {a.verb}  {a.why}".rstrip() for a in found.acts[-SHOWN:]]
    if found.digest:
        lines.append(f"Digest of all: {found.digest}")
    show.lines(lines)


def search(
    case: CaseArgument,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORDS...]", help="Beginnings of words, in any script; none with a region or theme."),
    ] = None,
    region: Annotated[str, typer.Option("--region", help="Only what bears this region.")] = "",
    theme: Annotated[str, typer.Option("--theme", help="Only what bears this theme.")] = "",
    _ledger: LedgerOption = "",
    *,
    json: JsonOption = False,
) -> None:
    """Find reports, claims and notes that hold all of some words, newest first.

    \b
    $ vedette search my-case dunmore
    """
    from vedette.workflows import search as run

    found = run(case, " ".join(words or []), region=region, theme=theme)
    if json:
        show.data(found)
        return
    lines = [
        f"{f.day or '          '}  {f.sort:<6}  {f.id}  {f.who}: {f.text}" + ("" if f.counts else "  (withdrawn)")
        for f in found[:SHOWN]
    ]
    if len(found) > SHOWN:
        lines.append(f"... and {len(found) - SHOWN:,} more; --json gives them all.")
    asked = " ".join(words or [region, theme]).strip()
    show.lines(lines or [f"Nothing in {case} {'holds' if words else 'bears'} {asked!r}."])


def note(
    case: CaseArgument,
    about: AboutArgument,
    words: Annotated[list[str] | None, typer.Argument(metavar="[WORDS...]", help="The note; without it, show.")] = None,
    by: ByOption = "",
    _ledger: LedgerOption = "",
    *,
    json: JsonOption = False,
) -> None:
    """Keep a note about a claim or a report, or show those there are.

    \b
    $ vedette note my-case a01 Same wording as the ministry. --by reviewer
    """
    from vedette.workflows import add_note, notes_about

    if words:
        add_note(case, about, " ".join(words), by)
    found = notes_about(case, about)
    if json:
        show.data(found)
    else:
        show.lines([f"{n.at}  {n.by}: {n.words}" for n in found] or [f"No note about {about}."])


def tag(
    case: CaseArgument,
    about: AboutArgument,
    *,
    region: Annotated[list[str] | None, typer.Option("--region", help="A region; may be repeated.")] = None,
    theme: Annotated[list[str] | None, typer.Option("--theme", help="A theme; may be repeated.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take these off; that they were on stays known.")] = False,
    by: ByOption = "",
    _ledger: LedgerOption = "",
    json: JsonOption = False,
) -> None:
    """Put regions and themes on a claim or a report, take them off, or show them.

    \b
    $ vedette tag my-case a01 --region Heights --theme shelling
    """
    from vedette.workflows import set_tags

    named = [("region", r) for r in region or []] + [("theme", t) for t in theme or []]
    found = set_tags(case, about, named, on=not remove, by=by)
    if json:
        show.data(found)
    else:
        show.lines([f"{t.sort}  {t.tag}" for t in found] or [f"{about} bears no tag."])


def runs(case: CaseArgument, _ledger: LedgerOption = "", *, json: JsonOption = False) -> None:
    """List the results that were made of a case since it has a ledger, and what each was made of.

    \b
    $ vedette runs my-case
    """
    from vedette.workflows import runs as run

    found = run(case)
    if json:
        show.data(found)
        return
    lines = [
        f"{r.number:>6}  {r.made_at}  {r.by}  {r.command}  as of {r.as_of}, seed {r.record.get('seed')}, "
        f"{len(r.record.get('outputs', {}))} files"
        for r in found[-SHOWN:]
    ]
    show.lines(lines or [f"No run of {case} was noted. `vedette ledger {case} --start` notes them from now on."])


def rerun(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Its number in `vedette runs`, or a briefing's run.json.")],
    case: Annotated[str, typer.Option("--case", "-c", help="The case it was made of.")] = "karabakh-2020",
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write; out/CASE/rerun-RUN if not given.")] = None,
    threads: ThreadsOption = None,
    _ledger: LedgerOption = "",
    *,
    json: JsonOption = False,
) -> None:
    """Make a result again and say whether it has the same bytes; if not, which input, file or version differs.

    Ends with status 1 where a byte differs.

    \b
    $ vedette rerun out/karabakh-2020/2020-11-06/run.json
    """
    from vedette.workflows import rerun as again

    with show.progress(quiet=json) as report:
        found = again(run, case, out, threads=threads, progress=report)
    if json:
        show.data(found)
    else:
        lines = [f"{found.command} made again in {found.folder}."]
        if found.same:
            lines.append(f"The same bytes: {', '.join(found.same)}.")
        if found.different:
            lines.append(f"Other bytes: {', '.join(found.different)}.")
        for what, listed in (("Input", found.inputs), ("File", found.files), ("Version", found.versions)):
            lines += [f"  {what} that differs: {line}" for line in listed]
        if found.different and not (found.inputs or found.files or found.versions):
            lines.append("  No input, file or version differs: what does is outside them, the machine perhaps.")
        show.lines(lines)
    if found.different:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add these commands to the `vedette` command."""
    for command in (ledger, search, note, tag, runs, rerun):
        app.command()(command)
