"""The command that serves the web map."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from vedette.cli import show

__all__ = ["register"]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date. Write it as YYYY-MM-DD.") from None


def serve(
    case_name: Annotated[str | None, typer.Argument(metavar="[CASE]", help="The same as --case.")] = None,
    case: Annotated[
        str, typer.Option("--case", "-c", help="A case that ships with Vedette, or a folder. See `vedette case list`.")
    ] = "karabakh-2020",
    as_of: Annotated[
        date | None,
        typer.Option(
            "--as-of", parser=_day, metavar="DAY", help="Ignore what came out later. The last day, if not given."
        ),
    ] = None,
    host: Annotated[
        str, typer.Option("--host", help="Where to listen; a token is needed anywhere but on this machine.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any that is free.")] = 8350,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="Another name that this machine is reached by; may be repeated.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same bytes.")] = 0,
    threads: Annotated[
        int | None,
        typer.Option("--threads", min=1, help="Threads to use; never changes a result. Up to 4, if not given."),
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print plain data instead of text.")] = False,
) -> None:
    """Serve the map to a browser until interrupted, on this machine alone unless --host says otherwise.

    \b
    $ vedette serve karabakh-2020 --as-of 2020-10-03 --port 0
    """
    from vedette.web import serve as run
    from vedette.workflows import Study

    study = Study.of(case_name or case, as_of, seed=seed, threads=threads)

    def ready(address: str, review: str) -> None:
        if json:
            told = {"address": address, "token": bool(review), "review": review or address}
            show.data({**told, "case": study.case.name, "as_of": study.as_of})
        else:
            show.lines(
                [
                    f"{study.case.title}",
                    f"Open {address}",
                    *(
                        [f"Reviewers open {review}", "Keep the tokens to those who may read, and review."]
                        * bool(review)
                    ),
                    "Ctrl-C stops.",
                ]
            )

    run(study, host=host, port=port, names=name or (), ready=ready)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(serve)
