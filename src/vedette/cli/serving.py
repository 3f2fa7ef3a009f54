"""The command that serves the web map."""

from __future__ import annotations

from typing import Annotated

import typer

from vedette.cli import show
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
    SeedOption,
    ThreadsOption,
    asking,
    study_of,
)

__all__ = ["register"]


def serve(
    case_name: NamedCase = None,
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    host: Annotated[
        str, typer.Option("--host", help="Where to listen; a token is needed anywhere but on this machine.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any that is free.")] = 8350,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="Another name that this machine is reached by; may be repeated.")
    ] = None,
    seed: SeedOption = 0,
    effort: EffortOption = 1,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    _ledger: LedgerOption = "",
    *,
    delay: DelayOption = 0,
    json: JsonOption = False,
) -> None:
    """Serve the map to a browser until interrupted, on this machine alone unless --host says otherwise.

    With --delay, nothing of the days after is shown, whatever day a reader asks for; reviewers see every claim.

    \b
    $ vedette serve karabakh-2020 --as-of 2020-10-03 --port 0
    """
    from vedette.web import serve as run
    from vedette.workflows import title_on

    study = study_of(case_name or case, as_of, seed, effort, threads, delay)

    def ready(address: str, review: str) -> None:
        if json:
            told = {"address": address, "token": bool(review), "review": review or address}
            show.data({**told, "case": study.case.name, "as_of": study.as_of})
        else:
            show.lines(
                [
                    title_on(study.case, study.as_of),
                    f"Open {address}",
                    *(
                        [f"Reviewers open {review}", "Keep the tokens to those who may read, and review."]
                        * bool(review)
                    ),
                    "Ctrl-C stops.",
                ]
            )

    with asking(study, cluster, quiet=True) as served:
        run(served, host=host, port=port, names=name or (), ready=ready)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(serve)
