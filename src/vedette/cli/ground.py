"""The commands about the ground and what control of it means: new cases, situation, front, heights."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from vedette.cli import show
from vedette.errors import GroundError

__all__ = ["register"]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date. Write it as YYYY-MM-DD.") from None


def case_new(
    name: Annotated[str, typer.Argument(help="The folder to make.")],
    bbox: Annotated[tuple[float, float, float, float], typer.Option("--bbox", metavar="W S E N", help="The frame, in degrees.")],
    places: Annotated[Path, typer.Option("--places", help="GeoNames dump, OpenStreetMap extract, vector layer or table.")],
    roads: Annotated[list[Path] | None, typer.Option("--roads", help="OpenStreetMap extract or line layer; may be repeated.")] = None,
    dem: Annotated[Path | None, typer.Option("--dem", help="Elevation model, GeoTIFF or whatever GDAL reads.")] = None,
    heights: Annotated[Path | None, typer.Option("--heights", help="Named summits: layer, extract or table.")] = None,
    routes: Annotated[Path | None, typer.Option("--routes", help="Routes table whose ids and names are kept.")] = None,
    side: Annotated[
        list[str] | None,
        typer.Option("--side", help="ID, or ID=AREAS with a polygon file of what it held before; twice or more."),
    ] = None,
    first_day: Annotated[date | None, typer.Option("--first-day", parser=_day, metavar="DAY", help="First day of the case.")] = None,
    last_day: Annotated[date | None, typer.Option("--last-day", parser=_day, metavar="DAY", help="Last day of the case.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print plain data instead of text.")] = False,
) -> None:
    """Make a case from open map data: places, relief, routes along real roads; then check it.

    A build that was stopped goes on where it was. Fill in claims.csv and case.toml afterwards.

    \b
    $ vedette case new donbas --bbox 36 47 39 50 --places UA.zip --roads ukraine.osm.pbf --dem srtm.tif --side a --side b
    """
    from vedette.workflows import CasePlan, new_case

    sides = []
    for text in side or ["side_a", "side_b"]:
        identity, _, area = text.partition("=")
        sides.append((identity.strip(), Path(area) if area else None))
    first = first_day or last_day or date(2000, 1, 1)
    plan = CasePlan(
        folder=Path(name),
        box=bbox,
        places=places,
        sides=tuple(sides),
        first_day=first,
        last_day=last_day or first,
        roads=tuple(roads or ()),
        dem=dem,
        heights=heights,
        routes=routes,
    )
    for path in (places, *(roads or ()), dem, heights, routes, *(a for _, a in sides)):
        if path is not None and not path.is_file():
            raise GroundError(f"{path}: there is no such file. Correct the path.")
    with show.progress(quiet=json) as report:
        summary, notes = new_case(plan, report)
    if json:
        show.data({"case": summary, "notes": notes})
    else:
        show.cases([summary], checked=True)
        show.lines(notes)


def register(app: typer.Typer, case_app: typer.Typer) -> None:
    """Add these commands to the command line."""
    case_app.command("new")(case_new)
    del app
