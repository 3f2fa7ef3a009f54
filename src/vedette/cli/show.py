"""What the terminal shows."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    import xarray as xr

    from vedette.briefing import Briefing, ClaimLine, PlaceStory, RecordLine
    from vedette.verification import Row, Scorecard
    from vedette.workflows import CaseSummary
    from vedette.workflows import Progress as Report

__all__ = [
    "brief_data",
    "briefing",
    "cases",
    "claim_in_sentence",
    "claims",
    "data",
    "error",
    "line",
    "lines",
    "many",
    "mind",
    "progress",
    "records",
    "scorecards",
    "story",
    "text",
    "written",
]


SHOWN = 6
"""Places told of one by one after a briefing was written."""

WIDE = 100
"""Columns of a terminal from which on every score has room beside its method."""


def _console(*, to_error: bool = False) -> Console:
    # Names and claims are printed as written: square brackets in them are no markup.
    return Console(stderr=to_error, highlight=False, markup=False, emoji=False, soft_wrap=False)


def error(message: str) -> None:
    """One message on standard error."""
    typer.echo(f"vedette: {message}", err=True)


def _plain(value: Any) -> Any:
    """Plain data from dataclasses, dates and numbers; what is not a number is null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, float):
        return None if math.isnan(value) or math.isinf(value) else value
    return value


def lines(sentences: Iterable[str]) -> None:
    """Sentences, one a line."""
    for sentence in sentences:
        _console().print(sentence)


def many(value: float, noun: str) -> str:
    """How many on average, with its noun: `no place`, `1 place`, `2.5 places`."""
    from vedette.briefing import counted

    rounded = round(value, 1)
    if rounded == 0:
        return f"no {noun}"
    return counted(round(rounded), noun) if rounded == round(rounded) else f"{rounded:,.1f} {noun}s"


def data(value: Any) -> None:
    """JSON on standard output."""
    typer.echo(json.dumps(_plain(value), ensure_ascii=False, indent=2))


def line(value: Any) -> None:
    """One JSON object on one line of standard output."""
    typer.echo(json.dumps(_plain(value), ensure_ascii=False))


_UNPRINTABLE = {
    c: None for c in (*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)) if c != 10
}


def text(value: str) -> None:
    """One line of text; control and direction characters from a report never reach the terminal."""
    typer.echo(value.translate(_UNPRINTABLE))


def claim_in_sentence(item: Any, number: int, count: int) -> None:
    """A claim to decide on: its fields, and its words marked among those around them."""
    row = item.row
    said = [
        row.get(n, "")
        for n in ("claimant", "kind", "side", "place_id", "route_id", "polarity", "degree", "certainty", "about_from")
    ]
    text(f"[{number}/{count}] {item.claim_id}  {item.outlet} {item.published}")
    text("  " + "  ".join(s for s in said if s and s not in {"asserted", "full"}))
    for note in item.notes:
        about = "" if note.about == item.claim_id else f" (about {note.about})"
        text(f"  note of {note.at[:10]} by {note.by}{about}: {note.words}")
    before, words, after = (
        " ".join(part.split()).translate(_UNPRINTABLE) for part in (item.before, item.words, item.after)
    )
    console = _console()
    if not console.is_terminal:
        text(f"  {before} >>{words}<< {after}")
        return
    shown = Text(f"  {before} ", style="dim")
    shown.append(words, style="bold reverse not dim")
    shown.append(f" {after}")
    console.print(shown, soft_wrap=True)


def claim_fields(item: Any) -> None:
    """Every field of a claim that can be corrected, by the name to correct it under."""
    names = ("place_id", "route_id", "kind", "side", "claimant", "claimant_side", "polarity", "degree", "certainty",
             "about_from", "about_to", "relation", "quantity", "unit")  # fmt: skip
    text("  " + "; ".join(f"{n.removesuffix('_id')}={item.row[n]}" for n in names if item.row.get(n)))


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Report | None]:
    """A bar on standard error while something long runs, if anybody is watching."""
    console = _console(to_error=True)
    if quiet or not console.is_terminal:
        yield None if quiet else _milestones()
        return
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as bar:
        tasks: dict[str, Any] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield report


def _milestones() -> Report:
    """Where there is no terminal to redraw, a line when a step begins."""
    seen: set[str] = set()

    def report(what: str, done: int, total: int) -> None:
        del done, total
        if what not in seen:
            seen.add(what)
            typer.echo(f"{what} …", err=True)

    return report


def mind(warning: str, *, to_error: bool = False) -> None:
    """What to know of the draws, if anything; on standard error beside JSON that has no room for it."""
    _warn(_console(to_error=to_error), warning)


def _warn(console: Console, warning: str) -> None:
    if warning:
        console.print(Text(f"Mind: {warning}", style="yellow"))


def brief_data(content: Briefing) -> dict[str, Any]:
    """The briefing's main results as plain data."""
    return {
        "balance": [
            {"state": name, "places": mean, "low": low, "high": high} for name, mean, low, high in content.balance
        ],
        "stories": {
            s.place_id: dict(zip(s.outlook.states, s.outlook.probability, strict=True)) for s in content.stories
        },
        "disputes": [d.place_id for d in content.disputes],
        "changes": [c.place_id for c in content.changes],
        "news": content.news,
        "delay": content.delay,
    }


def briefing(content: Briefing, folder: Path, files: Sequence[str]) -> None:
    """The summary after a briefing was written."""
    from vedette.briefing import (
        OVER_DRAWS,
        change_sentence,
        counted,
        day,
        delay_sentence,
        dispute_sentence,
        drift_sentence,
        holder_sentence,
        news_sentence,
        percent,
        shift_sentence,
        supply_sentence,
        the,
    )

    console = _console()
    console.print(Text(content.title, style="bold"))
    console.print(f"as known on {content.as_of}, from {counted(len(content.claims), 'claim')}")
    if content.delay:
        console.print(delay_sentence(content))
    _warn(console, content.warning)
    for name, mean, low, high in content.balance:
        console.print(f"  {name}: {counted(round(mean), 'place')} ({low:.0f} to {high:.0f})")
    console.print(f"  {OVER_DRAWS}", style="dim")
    for s in content.stories[:2]:
        console.print()
        console.print(holder_sentence(s.name, s.outlook, s.as_of))
        for line in s.supply:
            if line.not_lost >= 0.05 and not line.is_source:
                console.print(f"  Supply by {the(s.sides[line.side].name)}: {supply_sentence(s, line)}")
                for road in [r for r in line.roads if r.probability >= 0.05][:5]:
                    fire = f" (under fire {percent(road.under_fire)})" if road.under_fire >= 0.05 else ""
                    console.print(f"    {percent(road.probability):>4}  from the {road.bearing}: {road.name}{fire}")
    if content.news is not None:
        console.print()
        console.print(Text("Since yesterday's nowcast", style="bold"))
        console.print(news_sentence(content.news, content.as_of, SHOWN))
        for shift in content.news.shifts[:SHOWN]:
            console.print(f"  {shift_sentence(shift, content.as_of, content.news.eve)}")
        if content.news.drifted:
            console.print(drift_sentence(content.news))
    if content.changes:
        console.print()
        many = f"{counted(len(content.changes), 'place')}{_most(len(content.changes))}"
        console.print(Text.assemble((f"Changed since {day(content.since)}, in hindsight", "bold"), f": {many}"))
        for change in content.changes[:SHOWN]:
            console.print(f"  {change_sentence(change)}")
    if content.disputes:
        console.print()
        many = f"{counted(len(content.disputes), 'place')}{_most(len(content.disputes), 'latest')}"
        console.print(Text.assemble(("Claims that cannot all be true", "bold"), f": {many}"))
        for dispute in content.disputes[:SHOWN]:
            count = sum(map(len, [*dispute.sides.values(), *dispute.denials.values()]))
            console.print(f"  {dispute.name} ({counted(count, 'claim')}): {dispute_sentence(dispute)}")
    console.print()
    for name in files:
        console.print(f"wrote {folder / name}", soft_wrap=True)


def _most(count: int, which: str = "most") -> str:
    """Which are listed, if not all."""
    said = f"the {SHOWN} latest" if which == "latest" else f"the {SHOWN} that changed most"
    return f"; {said}" if count > SHOWN else ""


def story(s: PlaceStory) -> None:
    """Who holds a place, and what each claim adds."""
    from vedette.briefing import (
        ODDS,
        holder_sentence,
        map_sentence,
        percent,
        supply_sentence,
        the,
        without_sentences,
    )

    console = _console()
    console.print(Text(s.name, style="bold"), Text(f"  {s.kind}, {s.district}" if s.district else f"  {s.kind}"))
    if s.aliases:
        console.print(Text(f"also {', '.join(s.aliases[:8])}", style="dim"))
    console.print(holder_sentence(s.name, s.outlook, s.as_of))
    for name, p in zip(s.outlook.states, s.outlook.probability, strict=True):
        console.print(f"  {name:<24} {percent(p):>4}  {'█' * round(30 * p)}")
    _warn(console, s.warning)
    for k, side in enumerate(s.sides):
        lines = s.favouring(k)
        console.print()
        console.print(Text(f"Claims for {the(side.name)}: {len(lines) or 'none'}", style="bold"))
        if lines:
            console.print(_claim_table(lines, weights=True))
    if any(s.favouring(k) for k in range(len(s.sides))):
        console.print()
        console.print(ODDS, style="dim")
    for shown in s.maps:
        console.print(map_sentence(s, shown))
    if without := without_sentences(s):
        console.print(without)
    for line in s.supply:
        if line.not_lost >= 0.05:
            console.print(f"Supply by {the(s.sides[line.side].name)}: {supply_sentence(s, line)}")


def _claim_table(lines: Sequence[ClaimLine], *, weights: bool = False) -> Table:
    from vedette.briefing import odds_words

    table = Table(box=None, pad_edge=False, padding=(0, 1))
    if weights:
        table.add_column("odds", justify="right", no_wrap=True)
    table.add_column("claim", no_wrap=True)
    table.add_column("published", no_wrap=True)
    table.add_column("who", overflow="fold")
    if not weights:
        table.add_column("where", overflow="fold")
    table.add_column("what", overflow="fold")
    for c in lines:
        who = Text(c.claimant)
        if c.against_interest:
            who.append(" (against interest)", style="dim")
        what = Text(f"{c.what}. {c.paraphrase}")
        cells: list[Any] = [c.claim_id, c.reported_on.isoformat(), who]
        if not weights:
            cells.append(c.place)
        table.add_row(*([odds_words(c)] if weights else []), *cells, what)
    return table


def claims(lines: Sequence[ClaimLine]) -> None:
    """A list of claims."""
    from vedette.briefing import counted

    console = _console()
    if not lines:
        console.print("No claim fits.")
        return
    console.print(_claim_table(lines))
    console.print(counted(len(lines), "claim"))


def records(lines: Sequence[RecordLine]) -> None:
    """Every claimant's record, and every control map's."""
    from vedette.briefing import LATE, admiralty_letter, counted, map_records_said

    console = _console()
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    table.add_column("source", overflow="fold", ratio=1)
    table.add_column("letter")
    for name in ("right\noverall", "own gains\nreal", "against\ninterest", "losses\ndenied", "days\nlate"):
        table.add_column(name, justify="right", no_wrap=True)
    for r in lines:
        table.add_row(
            Text.assemble(r.claimant, (f"\n{r.camp} · {counted(r.claims, r.unit)}", "dim")),
            admiralty_letter(r.overall, r.assertions),
            _share(r.overall, r.assertions, told=False),
            _share(r.gains, r.announced),
            _share(r.against, r.admitted),
            _share(r.denials, r.lost),
            _days(r.late_days, r.timed),
        )
    console.print(table)
    console.print(
        "Shares with 90 % intervals over the draws, none where it is of fewer than five, and of how many; contested "
        "counts half. Losses denied: of what it said about who holds places that its own side had lost. "
        f"{LATE} "
        f"{map_records_said(lines)} "
        "Admiralty letters: A from 95 % right, B 80, C 60, D 40, E less, F where that cannot be judged, "
        "as from fewer than five statements.",
        style="dim",
    )


def _share(value: tuple[float, float, float] | None, of: int, *, told: bool = True) -> Text:
    from vedette.briefing import percent, share_ends

    if value is None or of == 0:
        return Text()
    found = share_ends(value, of)
    said = f"{percent(value[0])}{f' of {of}' if told else ''}"
    return Text.assemble(said, *([(f"\n{found[0]}–{found[1]}", "dim")] if found else []))


def _days(value: tuple[float, float, float] | None, of: int) -> Text:
    from vedette.briefing import ends

    if value is None:
        return Text()
    found = ends(value, of)
    return Text.assemble(f"{round(value[0])}", *([(f"\n{found[0]} to {found[1]}", "dim")] if found else []))


def written(path: Path, found: xr.Dataset, *, as_json: bool) -> None:
    """What was written."""
    shape = dict(found["probability"].sizes)
    if as_json:
        data({"file": str(path), **{k: int(v) for k, v in shape.items()}, "attributes": dict(found.attrs)})
        return
    from vedette.briefing import counted

    size = f"{counted(shape['place'], 'place')} x {counted(shape['day'], 'day')}"
    _console().print(f"wrote {path}: {size}", soft_wrap=True)
    mind(str(found.attrs.get("warning", "")))


def scorecards(cards: Mapping[str, Sequence[Scorecard]]) -> None:
    """The scorecards of each product."""
    from vedette.briefing import counted

    console = _console()
    for product, selections in cards.items():
        for card in selections:
            console.print()
            console.print(Text(f"{product}: {card.selection}", style="bold"))
            console.print(
                f"{counted(card.places, 'place')}, {counted(card.place_days, 'place-day')} held by a side, "
                f"{card.contested_days} contested; "
                f"judge: {card.judge}",
                style="dim",
            )
            console.print(_score_table(card.rows, narrow=console.width < WIDE))
            if card.missing:
                console.print(
                    f"Not run, for want of crowd-kit (pip install 'vedette[baselines]'): {', '.join(card.missing)}",
                    style="dim",
                )
    console.print()
    console.print(
        "Brier: half the squared error over the sides, contested split evenly; 0 is perfect. "
        "Log and 3-way count contested as an answer of its own."
        + (f" Log, ranked and slope need {WIDE} columns, or --json." if console.width < WIDE else ""),
        style="dim",
    )


def _score_table(rows: Sequence[Row], *, narrow: bool) -> Table:
    """A line a method, its numbers never broken; where it is `narrow`, without the scores that few ask for."""
    columns: dict[str, Callable[[Row], str]] = {
        "Brier": lambda r: _figure(r.brier, ".3f"),
        "90 %": lambda r: f"{r.brier_low:.3f}–{r.brier_high:.3f}" if r.brier_low <= r.brier_high else "",
        "skill": lambda r: _figure(r.skill, "+.2f"),
        "log": lambda r: _figure(r.log, ".2f"),
        "3-way": lambda r: _figure(r.three_way, ".2f"),
        "ranked": lambda r: _figure(r.ranked, ".2f"),
        "slope": lambda r: _figure(r.slope, ".2f"),
        "days to ½": lambda r: _figure(r.days_to_half, "+.1f"),
        "never": lambda r: str(r.never) if r.never else "",
    }
    shown = [name for name in columns if not (narrow and name in ("log", "ranked", "slope"))]
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    table.add_column("method", overflow="fold")
    for name in shown:
        table.add_column(name, justify="right", no_wrap=True)
    for r in rows:
        method = Text(r.method, style="bold" if r.method == "Vedette" else "")
        table.add_row(method, *(columns[name](r) for name in shown))
    return table


def _figure(value: float, form: str) -> str:
    """A number as `form` has it; blank where there is none."""
    return "" if math.isnan(value) else format(value, form)


def cases(found: Sequence[CaseSummary], *, checked: bool = False) -> None:
    """Cases, in numbers."""
    from vedette.briefing import counted

    console = _console()
    for c in found:
        console.print(Text(c.name, style="bold"), Text(f"  {c.title}"))
        routes = counted(c.routes, "route") if c.routes else "no routes"
        maps = f", maps {', '.join(c.maps)}" if c.maps else ""
        console.print(
            f"  {c.first_day} to {c.last_day}; sides {', '.join(c.sides)}; {counted(c.places, 'place')}, {routes}, "
            f"{counted(c.claims, 'claim')} of {counted(c.claimants, 'claimant')}{maps}, "
            f"{counted(c.outcome_runs, 'outcome run')}"
        )
        for warning in c.warnings:
            console.print(Text(f"  mind: {warning}", style="yellow"))
    if checked:
        console.print("In order." if not any(c.warnings for c in found) else "It can be used; mind what is said above.")
