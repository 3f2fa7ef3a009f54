"""The commands about what comes next: forecasts, what if, the decisive place, a member told day by day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vedette.cli import show, show_ahead
from vedette.cli.options import (
    DEFAULT_CASE,
    AsOfOption,
    CaseOption,
    ClusterOption,
    DelayOption,
    EffortOption,
    JsonOption,
    LedgerOption,
    SeedOption,
    ThreadsOption,
    asking,
    study_of,
)

if TYPE_CHECKING:
    from vedette.workflows import CampaignStudy, Study

__all__ = ["register"]


def _days(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a list of days. Write it as in 7,28,91.") from None


HorizonOption = Annotated[int, typer.Option("--horizon", min=1, help="Days ahead.")]
ParametersOption = Annotated[
    Path | None, typer.Option("--parameters", help="Parameters that `vedette calibrate` wrote.")
]
MembersOption = Annotated[int, typer.Option("--members", min=20, help="How many campaigns to run.")]


def forecast(
    _ledger: LedgerOption = "",
    *,
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    delay: DelayOption = 0,
    horizon: HorizonOption = 30,
    members: MembersOption = 2000,
    origins: Annotated[
        str | None,
        typer.Option("--origins", help="Write forecasts from many days: weekly, daily, or days parted by commas."),
    ] = None,
    horizons: Annotated[
        str, typer.Option("--horizons", metavar="DAYS", help="With --origins: days ahead, parted by commas.")
    ] = "7,28,91",
    state: Annotated[
        str | None,
        typer.Option("--state", help="With --origins: the control map to start from; the judge's, if not given."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file to write: .parquet, or .csv without --origins.")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", help="With --out: hubverse, csv or another format of `vedette export`.")
    ] = "",
    page: Annotated[
        Path | None, typer.Option("--page", help="Write a page with maps over time, areas and places.")
    ] = None,
    parameters: ParametersOption = None,
    seed: SeedOption = 0,
    effort: EffortOption = 1,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    json: JsonOption = False,
) -> None:
    """Forecast who will hold what, when places fall and whether the fighting ends.

    With --origins, writes a table: origin, horizon, place_id, p_<side>... (the last side to have held the place).

    \b
    $ vedette forecast --as-of 2020-10-03 --horizon 30
    $ vedette forecast --as-of 2020-09-28 --origins weekly --horizons 7,28 --out forecast.parquet
    """
    from vedette.workflows import forecast_origins, make_forecast, origins_of

    if form and (out is None or origins is not None):
        raise typer.BadParameter("--format says how --out is written, without --origins. Give --out, or leave it out.")

    asked = study_of(case, as_of, seed, effort, threads, delay)
    with asking(asked, cluster, quiet=json, campaign=origins is None) as study:
        if origins is None:
            campaign = _campaign(study, horizon, members, parameters)
            told = make_forecast(campaign, out, page, form=form)
        else:
            path = out or Path("forecast.parquet")
            found = forecast_origins(study, origins_of(study, origins), _days(horizons), path, state=state)
    if origins is None:
        show.data(told) if json else show_ahead.forecast(told, _names(campaign), page)
    else:
        show.data(found) if json else show_ahead.written(path, found)


def what_if(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A TOML file, or one that comes with the case.")],
    _ledger: LedgerOption = "",
    *,
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    delay: DelayOption = 0,
    horizon: Annotated[
        int | None, typer.Option("--horizon", min=1, help="Days ahead; the scenario's own, or 30, if not given.")
    ] = None,
    members: MembersOption = 2000,
    page: Annotated[
        Path | None,
        typer.Option("--page", help="Page to write; out/CASE/what-if/DAY-SCENARIO.html if not given."),
    ] = None,
    parameters: ParametersOption = None,
    seed: SeedOption = 0,
    effort: EffortOption = 1,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    json: JsonOption = False,
) -> None:
    """Run a SCENARIO against the unchanged campaign, with the same luck in both, and write a page with both maps.

    A scenario holds or loses places, cuts or opens routes, moves reserves, stops backers, closes airspace,
    sets a tempo or a ceasefire; docs/campaign.md lists the keys.
    Its own as_of and horizon are used where none is given.

    \b
    $ vedette what-if town-falls --as-of 2020-10-03 --horizon 40
    """
    from vedette.workflows import make_what_if, scenario_days

    day, ahead = scenario_days(case, scenario, as_of, horizon)
    with asking(study_of(case, day, seed, effort, threads, delay), cluster, quiet=json, campaign=True) as study:
        campaign = _campaign(study, ahead, members, parameters)
        name = f"{campaign.study.as_of}-{Path(scenario).stem}.html"
        path = page or Path("out") / campaign.study.case.name / "what-if" / name
        found = make_what_if(campaign, scenario, path)
    show.data(found) if json else show_ahead.what_if(found, _names(campaign), path)


def decisive(
    _ledger: LedgerOption = "",
    *,
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    delay: DelayOption = 0,
    horizon: HorizonOption = 30,
    members: MembersOption = 500,
    side: Annotated[
        str | None, typer.Option("--side", help="Whose places; the side that is losing most, if not given.")
    ] = None,
    page: Annotated[Path | None, typer.Option("--page", help="Write a page with the places and the reasons.")] = None,
    parameters: ParametersOption = None,
    seed: SeedOption = 0,
    effort: EffortOption = 1,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    json: JsonOption = False,
) -> None:
    """Rank places by how much their fall moves what else their holder loses: by intervention, and merely conditional.

    The reasons are those of the day itself: roads that its loss would cut or put under fire, who would be cut off,
    what is seen from its ground.

    \b
    $ vedette decisive --as-of 2020-10-03 --members 100
    """
    from vedette.workflows import make_decisive

    with asking(study_of(case, as_of, seed, effort, threads, delay), cluster, quiet=json, campaign=True) as study:
        campaign = _campaign(study, horizon, members, parameters)
        found = make_decisive(campaign, side, page)
    show.data(found) if json else show_ahead.decisive(found, _names(campaign), page)


def replay(
    _ledger: LedgerOption = "",
    *,
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    member: Annotated[int, typer.Option("--member", min=0, help="Its number.")] = 0,
    horizon: HorizonOption = 30,
    members: MembersOption = 2000,
    seed: SeedOption = 0,
    effort: EffortOption = 1,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    json: JsonOption = False,
) -> None:
    """Tell one member of the forecast day by day.

    \b
    $ vedette replay --member 17 --as-of 2020-10-03
    """
    from vedette.workflows import replay_lines

    with asking(study_of(case, as_of, seed, effort, threads), cluster, quiet=json) as study:
        lines = replay_lines(_campaign(study, horizon, members), member)
    if json:
        show.data({"member": member, "events": [{"day": day, "event": event} for day, event in lines]})
    else:
        show.lines([f"{day}  {event}" for day, event in lines] or [f"member {member}: nothing changes"])


def _campaign(study: Study, horizon: int, members: int, parameters: Path | None = None) -> CampaignStudy:
    from vedette.workflows import CampaignStudy, read_parameters

    return CampaignStudy(study, horizon, members, None if parameters is None else read_parameters(parameters))


def _names(campaign: CampaignStudy) -> dict[str, str]:
    """What sides are called, by their ids."""
    return {side.id: side.name for side in campaign.study.case.sides}


def calibrate(
    _ledger: LedgerOption = "",
    *,
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    out: Annotated[Path, typer.Option("--out", help="TOML file to write.")] = Path("parameters.toml"),
    seed: SeedOption = 0,
    effort: EffortOption = 1,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    json: JsonOption = False,
) -> None:
    """Fit the campaign's parameters to the war up to a day, and write them with that day.

    A forecast or what-if that starts before that day refuses the file.

    \b
    $ vedette calibrate --as-of 2020-10-03 --out parameters.toml
    """
    from vedette.workflows import calibrated

    with asking(study_of(case, as_of, seed, effort, threads), cluster, quiet=json) as study:
        found = calibrated(study, out)
    show.data(found) if json else show_ahead.calibration(found, out)


def outsiders(
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
    """Score other people's forecasts that are due, beside ours of the day on which each was published.

    They are the claims of kind forecast; forecasts.csv says what they say where the claim does not. Words count as
    probabilities: "will" 95%, "likely" 67.5%, "may" 50%, "unlikely" 32.5%. One whose condition was not met, or
    whose day has not come, is listed and not scored.

    \b
    $ vedette outsiders --as-of 2020-10-29
    """
    from vedette.workflows import outsiders as score

    with asking(study_of(case, as_of, seed, effort, threads), cluster, quiet=json, campaign=True) as study:
        found = score(study)
    show.data(found) if json else show_ahead.outsiders(found)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(forecast)
    app.command("what-if")(what_if)
    app.command()(decisive)
    app.command()(replay)
    app.command()(calibrate)
    app.command()(outsiders)
