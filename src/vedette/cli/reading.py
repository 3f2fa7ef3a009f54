"""Commands that read reports: `read`, `review`, `watch`."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vedette.cli import show
from vedette.cli.options import (
    ByOption,
    JsonOption,
    LedgerOption,
    day_of,
)
from vedette.errors import VedetteError

if TYPE_CHECKING:
    from vedette.workflows.read import Reading

__all__ = ["register"]


def read(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Pages, PDFs, feeds, texts, folders of them; - for standard input."),
    ],
    case: Annotated[str, typer.Option("--case", "-c", help="Match places against this case.")] = "",
    into: Annotated[
        str,
        typer.Option("--into", metavar="CASE", help="Add the claims to this case's ledger; nothing in it is changed."),
    ] = "",
    published: Annotated[
        date | None,
        typer.Option(
            "--date", parser=day_of, metavar="DAY", help="The day it was first published, if the page does not say."
        ),
    ] = None,
    outlet: Annotated[str, typer.Option("--outlet", help="Who published it first, if the page does not say.")] = "",
    endpoint: Annotated[
        str,
        typer.Option(
            "--endpoint",
            metavar="URL",
            help="Read with a language model behind this OpenAI-compatible address; the report is sent there.",
        ),
    ] = "",
    model: Annotated[str, typer.Option("--model", help="The model to ask for at the endpoint.")] = "",
    compare: Annotated[
        bool, typer.Option("--compare", help="With --endpoint: list where the model and the rules disagree.")
    ] = False,
    by: ByOption = "",
    _ledger: LedgerOption = "",
    json: JsonOption = False,
) -> None:
    """Read reports: who says what about which place and day, with the words it rests on.

    \b
    $ vedette read report.txt --case karabakh-2020 --json
    """
    from vedette.workflows.read import add_readings, read_reports

    reader = None
    if endpoint:
        from vedette.workflows.model import model_reader

        reader = model_reader(endpoint, model, key=os.environ.get("VEDETTE_ENDPOINT_KEY", ""))
    with show.progress(quiet=json) as report:
        found = read_reports(
            files, case=into or case or None, published=published, outlet=outlet, model=reader, progress=report
        )
        other = (
            read_reports(files, case=into or case or None, published=published, outlet=outlet, progress=report)
            if compare and reader
            else []
        )
    if reader is not None:
        cost = reader.cost
        typer.echo(
            f"{endpoint}: {cost.requests} requests, {cost.tokens_in:,} tokens in, {cost.tokens_out:,} out, "
            f"{cost.refused} claims refused",
            err=True,
        )
    if compare and reader:
        _print_differences(found, other, as_json=json)
    elif into:
        added = add_readings(into, found, by)
        if json:
            show.data(added)
        else:
            _print_added(added)
    elif json:
        for line in statement_lines(found):
            show.line(line)
    else:
        _print_readings(found)
    if into or json:
        for r in found:
            for warning in r.report.warnings if r.report else ():
                show.error(f"{r.source}: {warning}")
    failed = [r for r in found if r.error]
    for r in failed:
        show.error(r.error)
    if failed:
        raise typer.Exit(1 if len(failed) < len(found) else 2)


def statement_lines(readings: list[Reading]) -> list[dict[str, Any]]:
    """One mapping a statement: the annotation fields, offsets, place ids, and the report it is from."""
    lines = []
    for r in readings:
        if r.report is None:
            continue
        for n, s in enumerate(r.statements):
            same = s.about_from if s.about_from == s.about_to else f"{s.about_from}/{s.about_to}"
            lines.append(
                {
                    "id": f"{r.report.report_id}-{n}", "passage_id": Path(r.source).stem,
                    "report_id": r.report.report_id,
                    "source": r.report.source, "title": r.report.title, "outlet": r.report.outlet,
                    "published": r.report.published.isoformat() if r.report.published else None,
                    "republished_by": r.report.republished_by,
                    "span": s.span, "start": s.start, "end": s.end, "claimant": s.claimant,
                    "claimant_side": s.claimant_side,
                    "kind": s.kind, "actor": s.actor,
                    "places": [{"name": m.name, "relation": m.relation} for m in s.places],
                    "place_ids": list(s.place_ids), "unmatched": list(s.unmatched),
                    "polarity": s.polarity, "degree": s.degree,
                    "certainty": s.certainty, "time": s.time, "time_iso": same or None, "quantity": s.quantity,
                    "quantity_mod": s.quantity_mod, "unit": s.unit, "condition": s.condition,
                }
            )  # fmt: skip
    return lines


def _print_readings(readings: list[Reading]) -> None:
    for r in readings:
        if r.report is None:
            continue
        page = r.report
        dates = str(page.published or "no date")
        if page.republished_by or page.republished_on:
            dates += f", republished by {page.republished_by or 'another outlet'} {page.republished_on or ''}".rstrip()
        show.text(f"{page.title or r.source}  ({page.outlet or 'outlet not named'}, {dates})")
        for warning in page.warnings:
            show.text(f"  warning: {warning}")
        for s in r.statements:
            where = ", ".join(f"{m.relation + ' ' if m.relation else ''}{m.name}" for m in s.places)
            marks = [
                m
                for m in (
                    s.polarity if s.polarity == "denied" else "",
                    s.degree if s.degree == "partial" else "",
                    s.certainty if s.certainty != "asserted" else "",
                )
                if m
            ]
            show.text(
                f"  {s.kind:<13}{s.claimant} [{s.claimant_side}]"
                + (f": {where}" if where else "")
                + (f"  ({', '.join(marks)})" if marks else "")
            )
            show.text(f'               "{" ".join(s.span.split())}"')
        names = list(dict.fromkeys(n for s in r.statements for n in s.unmatched))
        if names:
            show.text(f"  not among the case's places: {', '.join(names)}")


def _print_added(added: Any) -> None:
    show.text(
        f"{len(added.claim_ids)} claims of {added.reports} reports added"
        + (f"; {added.known} reports had been read before" if added.known else "")
    )
    for note in added.copies:
        show.text(f"  copy: {note}")
    if added.unmatched:
        show.text(f"  not among the case's places: {', '.join(added.unmatched)}")
    for line in added.left_out:
        show.text(f"  left out: {line}")


def _print_differences(first: list[Reading], second: list[Reading], *, as_json: bool) -> None:
    from vedette.workflows.model import differences

    for source, a, b, why in differences(first, second):
        if as_json:
            show.line({"source": source, "model": a, "rules": b, "differs": why})
        else:
            show.text(f"{source}: {why}")
            for who, s in (("model", a), ("rules", b)):
                if s is not None:
                    show.text(f'  {who}: {s.kind} {s.claimant} "{" ".join(s.span.split())}"')


def review(
    case: Annotated[str, typer.Argument(metavar="CASE", help="A case folder that reports were read into.")],
    by: ByOption = "",
    every: Annotated[bool, typer.Option("--all", help="Also claims that were decided before.")] = False,
    _ledger: LedgerOption = "",
    json: JsonOption = False,
) -> None:
    """Step through claims that were read: accept, correct, reject, undo. Each decision is kept; nothing is overwritten.

    \b
    $ vedette review my-case --by reviewer
    """
    from vedette.workflows.review import Review

    session = Review.of(case, by, every=every)
    if json:
        show.data({"pending": session.pending(), "decisions": session.history()})
        return
    _step_through(session)


def _step_through(session: Any) -> None:
    queue = session.pending()
    if not queue:
        show.text("Nothing to decide: every claim that was read has a decision. --all shows them again.")
    n = 0
    try:
        while n < len(queue):
            n = _decide(session, queue, n)
    except (typer.Abort, EOFError):  # the end of the input; what was decided is kept
        show.text("")
    show.text(session.summary())


def _decide(session: Any, queue: list[Any], n: int) -> int:
    """Ask about one claim; return the number of the next, beyond the last to stop."""
    item = queue[n]
    show.claim_in_sentence(item, n + 1, len(queue))
    answer = typer.prompt("a accept, c correct, r reject, u undo, s skip, q quit", default="s", show_default=False)
    match answer.strip().lower():
        case "q":
            return len(queue)
        case "s":
            pass
        case "a":
            session.accept(item.claim_id)
        case "r":
            session.reject(item.claim_id, typer.prompt("why (may be empty)", default="", show_default=False))
        case "c":
            if not _correct(session, item):
                return n
        case "u":
            undone = session.undo()
            show.text(f"  taken back: {undone}" if undone else "  nothing to take back")
            return next((k for k, known in enumerate(queue) if known.claim_id == undone), n)
        case _:
            show.text("  a, c, r, u, s or q")
            return n
    return n + 1


def _correct(session: Any, item: Any) -> bool:
    """Ask for a correction and make it; False if none was made."""
    show.claim_fields(item)
    changes = typer.prompt(
        "what is right, such as: place=Norwick; denied (nothing to go back)", default="", show_default=False
    ).strip()
    if not changes:
        return False
    try:
        replaced = session.correct(item.claim_id, changes)
    except VedetteError as error:
        show.text(f"  {error}")
        return False
    show.text(f"  replaced by {replaced}")
    return True


def watch(
    feeds: Annotated[
        list[str], typer.Argument(metavar="FEED...", help="Addresses of RSS or Atom feeds (http or https).")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the items and for what has been read.")] = Path(
        "watch"
    ),
    into: Annotated[str, typer.Option("--into", metavar="CASE", help="Add the claims to this case's ledger.")] = "",
    every: Annotated[
        int, typer.Option("--every", min=5, metavar="MINUTES", help="Minutes between two polls of a feed.")
    ] = 30,
    once: Annotated[bool, typer.Option("--once", help="Poll once and stop.")] = False,
    _ledger: LedgerOption = "",
    json: JsonOption = False,
) -> None:
    """Poll feeds politely and read each new item once, also after a crash.

    \b
    $ vedette watch https://example.org/feed.xml --once
    """
    from vedette.workflows.watch import watch_feeds

    def tell(line: dict[str, Any]) -> None:
        if json:
            show.line(line)
        else:
            show.text("  ".join(str(v) for v in line.values() if v))

    failed = watch_feeds(feeds, out, into=into, every_minutes=every, once=once, tell=tell)
    if failed and once:
        raise typer.Exit(1 if failed < len(feeds) else 2)


def register(app: typer.Typer) -> None:
    """Add these commands to the `vedette` command."""
    app.command()(read)
    app.command()(review)
    app.command()(watch)
