"""The commands about the ground and what control of it means: new cases, situation, front, heights."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from vedette.cli import show, show_ground
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
    day_of,
    study_of,
)
from vedette.errors import GroundError

__all__ = ["register"]


def case_new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The folder to make.")],
    bbox: Annotated[
        tuple[float, float, float, float], typer.Option("--bbox", metavar="W S E N", help="The frame, in degrees.")
    ],
    places: Annotated[
        str, typer.Option("--places", help="GeoNames dump, OpenStreetMap extract, vector layer, table, or a case.")
    ],
    roads: Annotated[
        list[Path] | None, typer.Option("--roads", help="OpenStreetMap extract or line layer; may be repeated.")
    ] = None,
    dem: Annotated[Path | None, typer.Option("--dem", help="Elevation model, GeoTIFF or whatever GDAL reads.")] = None,
    heights: Annotated[Path | None, typer.Option("--heights", help="Named summits: layer, extract or table.")] = None,
    routes: Annotated[Path | None, typer.Option("--routes", help="Routes table whose ids and names are kept.")] = None,
    side: Annotated[
        list[str] | None,
        typer.Option("--side", help="ID, or ID=AREAS with a polygon file of what it held before; twice or more."),
    ] = None,
    first_day: Annotated[
        date | None, typer.Option("--first-day", parser=day_of, metavar="DAY", help="First day of the case.")
    ] = None,
    last_day: Annotated[
        date | None, typer.Option("--last-day", parser=day_of, metavar="DAY", help="Last day of the case.")
    ] = None,
    *,
    json: JsonOption = False,
) -> None:
    """Make a case from open map data: places, relief, routes along real roads; then check it.

    A build that was stopped goes on where it was. Fill in claims.csv and case.toml afterwards.

    \b
    $ vedette case new lachin --bbox 46.3 39.4 46.9 39.9 --places karabakh-2020
    """
    from vedette.workflows import CasePlan, case_sides, new_case

    known = case_sides(places)
    sides = []
    for text in side or known or ["side_a", "side_b"]:
        identity, _, area = text.partition("=")
        sides.append((identity.strip(), Path(area) if area else None))
    first = first_day or last_day or date(2000, 1, 1)
    plan = CasePlan(
        folder=Path(name),
        box=bbox,
        places=places if known else Path(places),
        sides=tuple(sides),
        first_day=first,
        last_day=last_day or first,
        roads=tuple(roads or ()),
        dem=dem,
        heights=heights,
        routes=routes,
    )
    for path in (None if known else Path(places), *(roads or ()), dem, heights, routes, *(a for _, a in sides)):
        if path is not None and not path.is_file():
            raise GroundError(f"{path}: there is no such file. Correct the path.")
    with show.progress(quiet=json) as report:
        summary, notes = new_case(plan, report)
    if json:
        show.data({"case": summary, "notes": notes})
    else:
        show.cases([summary], checked=True)
        show.lines(notes)


RangeOption = Annotated[
    float, typer.Option("--range-km", min=0.5, max=40, help="How far fire that is aimed by eye reaches.")
]
GeoJsonOption = Annotated[Path | None, typer.Option("--geojson", help="GeoJSON file to write besides.")]

DEFAULT_RANGE = 5.0


def situation(
    place: Annotated[str | None, typer.Argument(help="Any name of the place, in any script.")] = None,
    _ledger: LedgerOption = "",
    *,
    every: Annotated[
        bool, typer.Option("--all", help="All places that may be cut off, and all named situations so far.")
    ] = False,
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    delay: DelayOption = 0,
    seed: SeedOption = 0,
    effort: EffortOption = 1,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    range_km: RangeOption = DEFAULT_RANGE,
    geojson: GeoJsonOption = None,
    json: JsonOption = False,
) -> None:
    """Say how PLACE can still be supplied: by which roads, from where, at what risk; --all lists places in trouble.

    \b
    $ vedette situation Hadrut --as-of 2020-10-09
    """
    from vedette.workflows import GroundStudy, check_file, write_geojson

    if (place is None) == (not every):
        raise GroundError("which place? Give the name of one, or --all for every place that may be cut off, not both.")
    check_file(geojson)
    with asking(study_of(case, as_of, seed, effort, threads, delay), cluster, quiet=json) as study:
        ground = GroundStudy(study, range_km)
        if place is not None:
            found = ground.of_place(place)
        else:
            troubles, spells = ground.everywhere()
        if geojson is not None:
            write_geojson(geojson, ground.roads_geojson())
    if place is not None:
        show.data(found) if json else show_ground.situation(found)
    elif json:
        show.data(
            {"as_of": ground.study.as_of, "terrain": ground.terrain_words, "places": troubles, "situations": spells}
        )
    else:
        show_ground.troubles(ground.study.as_of, troubles, spells, ground.terrain_words)


def front(
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    delay: DelayOption = 0,
    seed: SeedOption = 0,
    effort: EffortOption = 1,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    geojson: GeoJsonOption = None,
    _ledger: LedgerOption = "",
    *,
    json: JsonOption = False,
) -> None:
    """Measure the front and the ground behind it, with intervals over the draws.

    \b
    $ vedette front --as-of 2020-10-09
    """
    from vedette.workflows import GroundStudy, check_file, front_geojson, write_geojson

    check_file(geojson)
    with asking(study_of(case, as_of, seed, effort, threads, delay), cluster, quiet=json) as study:
        ground = GroundStudy(study, DEFAULT_RANGE)
        found = ground.front()
        if geojson is not None:
            write_geojson(geojson, front_geojson(found))
    show.data(found) if json else show_ground.front(found, {side.id: side.name for side in ground.study.case.sides})


def heights(
    place: Annotated[str, typer.Argument(help="Any name of the place, in any script.")],
    case: CaseOption = DEFAULT_CASE,
    as_of: AsOfOption = None,
    delay: DelayOption = 0,
    seed: SeedOption = 0,
    effort: EffortOption = 1,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    range_km: RangeOption = DEFAULT_RANGE,
    _ledger: LedgerOption = "",
    *,
    json: JsonOption = False,
) -> None:
    """List the heights and places that overlook PLACE or the roads into it, and who holds them.

    \b
    $ vedette heights Hadrut --as-of 2020-10-09
    """
    from vedette.workflows import GroundStudy

    with asking(study_of(case, as_of, seed, effort, threads, delay), cluster, quiet=json) as study:
        ground = GroundStudy(study, range_km)
        found = ground.heights(place)
    show.data({"terrain": ground.terrain_words, "heights": found}) if json else show_ground.heights(
        found, ground.terrain_words
    )


def register(app: typer.Typer, case_app: typer.Typer) -> None:
    """Add these commands to the command line."""
    case_app.command("new")(case_new)
    app.command()(situation)
    app.command()(front)
    app.command()(heights)
