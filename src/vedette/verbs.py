"""The verbs of the command line as functions: a case and a day in, an `xarray.Dataset` with named dimensions out.

Every function takes

    case     a case that ships with the package, or a folder
    as_of    a date or YYYY-MM-DD: ignore what came out later; the war's last day if None
    seed     the same seed gives the same bytes
    effort   how many times as long to run, for chains that agree better
    threads  how many to use; never changes a result; all if None

and raises `vedette.errors.VedetteError` where the case or the question cannot be read.
Draws are kept in the user's cache, so a second question about the same day is quick. Where a result rests on draws,
its attribute `warning` says what to know of them, that chains do not agree first of all, or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path

import numpy as np
import xarray as xr

from vedette.errors import CaseError
from vedette.verification import Scorecard
from vedette.workflows import CampaignStudy, CaseSummary, Study, make_decisive, make_forecast, make_what_if
from vedette.workflows import brief as _brief
from vedette.workflows import campaign_dataset as _campaign_dataset
from vedette.workflows import cases as _cases
from vedette.workflows import check_case as _check_case
from vedette.workflows import hindsight as _hindsight
from vedette.workflows import in_the_end as _in_the_end
from vedette.workflows import list_claims as _list_claims
from vedette.workflows import nowcast as _nowcast
from vedette.workflows import scorecard as _scorecard
from vedette.workflows import sources as _sources
from vedette.workflows import verify as _verify
from vedette.workflows import who as _who

__all__ = [
    "brief",
    "check_case",
    "decisive",
    "forecast",
    "hindsight",
    "list_cases",
    "list_claims",
    "nowcast",
    "scorecard",
    "sources",
    "verify",
    "what_if",
    "who",
]

DEFAULT_CASE = "karabakh-2020"


def brief(
    case: str | Path = DEFAULT_CASE,
    as_of: date | str | None = None,
    *,
    out: Path | None = None,
    forms: Sequence[str] = ("html",),
    delay: int = 0,
    seed: int = 0,
    effort: int = 1,
    threads: int | None = None,
) -> xr.Dataset:
    """The briefing's map in numbers; its files are written under `out` if that is given.

    `forms` are html, pdf, png, md, mp4. With a `delay` nothing of so many days before `as_of` is shown.

    `probability` (place, state), `front` (pair): the probability that the line runs between
    the two places `between` (pair, end); `isolated` (headline, side) with `headline` the
    places that the briefing tells the story of, NaN where a side has no supply source.
    """
    study = Study.of(case, _day(as_of), seed=seed, effort=effort, threads=threads, delay=delay)
    content = _brief(study, out, forms=forms)
    shown = content.map
    isolated = np.full((len(content.stories), len(content.sides)), np.nan)
    for n, story in enumerate(content.stories):
        for line in story.supply:
            isolated[n, line.side] = line.isolated
    ids = np.array(shown.ids, dtype=object)
    return xr.Dataset(
        {
            "probability": (("place", "state"), shown.probability),
            "front": (("pair",), shown.front),
            "between": (("pair", "end"), ids[shown.pairs].reshape(-1, 2)),
            "isolated": (("headline", "side"), isolated),
        },
        coords={
            "place": list(shown.ids),
            "name": ("place", list(shown.names)),
            "state": list(study.case.sides.states),
            "side": [side.id for side in content.sides],
            "headline": [story.place_id for story in content.stories],
        },
        attrs=_attributes(study, warning=content.warning),
    )


def who(
    place: str,
    case: str | Path = DEFAULT_CASE,
    as_of: date | str | None = None,
    *,
    seed: int = 0,
    effort: int = 1,
    threads: int | None = None,
) -> xr.Dataset:
    """Who holds the place that answers to `place`, in any script, and what each claim about it adds.

    `probability` (day, state), as believed on the last day; `weight` (claim): what the claim adds to
    the log odds of the side it `favours`, NaN where it says nothing of control or only repeats;
    `supplies` (road): the probability that supplies of the `road_side` come by the road, which comes from
    `bearing` (road); `under_fire` and `cut` (road) that it is; `isolated` and `unsafe` (side): that none come in,
    and none by roads free of fire. All are given that no enemy of the side holds the place.
    """
    study = _study(case, as_of, seed, effort, threads)
    story = _who(study, place)
    lines = story.claims
    sides = [side.id for side in story.sides]
    roads = [(sides[line.side], road) for line in story.supply for road in line.roads]
    isolated, unsafe = np.full((2, len(sides)), np.nan)
    for line in story.supply:
        isolated[line.side], unsafe[line.side] = line.isolated, line.unsafe
    favours = [sides[line.favours] if line.favours is not None else "" for line in lines]
    return xr.Dataset(
        {
            "probability": (("day", "state"), np.array(story.curve)),
            "weight": (("claim",), np.array([np.nan if x.weight is None else x.weight for x in lines])),
            "favours": (("claim",), _texts(favours)),
            "claimant": (("claim",), _texts([x.claimant for x in lines])),
            "reported_on": (("claim",), np.array([x.reported_on for x in lines], dtype="datetime64[ns]")),
            "counted": (("claim",), np.array([x.counted for x in lines], dtype=bool)),
            "supplies": (("road",), np.array([road.probability for _, road in roads])),
            "under_fire": (("road",), np.array([road.under_fire for _, road in roads])),
            "cut": (("road",), np.array([road.cut for _, road in roads])),
            "bearing": (("road",), _texts([road.bearing for _, road in roads])),
            "road_side": (("road",), _texts([side for side, _ in roads])),
            "isolated": (("side",), isolated),
            "unsafe": (("side",), unsafe),
        },
        coords={
            "day": study.case.days.stamps()[: len(story.curve)],
            "state": list(study.case.sides.states),
            "side": sides,
            "claim": [x.claim_id for x in lines],
            "road": [road.name for _, road in roads],
        },
        attrs=_attributes(study, place_id=story.place_id, name=story.name, warning=story.warning),
    )


def sources(
    case: str | Path = DEFAULT_CASE,
    as_of: date | str | None = None,
    *,
    seed: int = 0,
    effort: int = 1,
    threads: int | None = None,
) -> xr.Dataset:
    """How far each claimant has been right: `share` (claimant, statement, figure), NaN where it made no such statement.

    Statements: overall, gains (of its own side), against (its own side's interest), other; `denials` is the share of
    what it said about places its side had lost that denied the loss. Figures: mean, low and high of a 90 % interval.
    `count` (claimant, statement) says how many. `late_days` (claimant, figure): days from real captures to its word.
    """
    study = _study(case, as_of, seed, effort, threads)
    lines = _sources(study)
    unknown = (np.nan, np.nan, np.nan)
    share = [[y or unknown for y in (x.overall, x.gains, x.against, x.other, x.denials)] for x in lines]
    count = [[x.assertions, x.announced, x.admitted, x.others, x.lost] for x in lines]
    late = [x.late_days or unknown for x in lines]
    return xr.Dataset(
        {
            "share": (("claimant", "statement", "figure"), np.array(share, dtype=float).reshape(-1, 5, 3)),
            "count": (("claimant", "statement"), np.array(count, dtype=np.int64).reshape(-1, 5)),
            "late_days": (("claimant", "figure"), np.array(late, dtype=float).reshape(-1, 3)),
            "camp": (("claimant",), _texts([x.camp for x in lines])),
        },
        coords={
            "claimant": [x.claimant for x in lines],
            "statement": ["overall", "gains", "against", "other", "denials"],
            "figure": ["mean", "low", "high"],
        },
        attrs=_attributes(study, warning=lines.warning),
    )


def list_claims(
    case: str | Path = DEFAULT_CASE,
    as_of: date | str | None = None,
    *,
    place: str | None = None,
    claimant: str | None = None,
    first: date | str | None = None,
    last: date | str | None = None,
    contradicted: bool = False,
) -> xr.Dataset:
    """Claims published by then, one a row along `claim`, with the columns that people read.

    `first` and `last` bound the day of publication; `contradicted` keeps those that cannot all be true.
    """
    study = _study(case, as_of, 0, 1, None)
    lines = _list_claims(
        study, place=place, claimant=claimant, first=_day(first), last=_day(last), contradicted=contradicted
    )
    names = ("claimant", "claimant_side", "relayed_by", "kind", "side", "place", "paraphrase", "source_url")
    columns = {name: (("claim",), _texts([getattr(x, name) for x in lines])) for name in names}
    days = {
        name: (("claim",), np.array([getattr(x, name) for x in lines], dtype="datetime64[ns]"))
        for name in ("reported_on", "about_from", "about_to")
    }
    flags = {
        name: (("claim",), np.array([getattr(x, name) for x in lines], dtype=bool)) for name in ("denied", "partial")
    }
    return xr.Dataset({**days, **columns, **flags}, coords={"claim": [x.claim_id for x in lines]})


def nowcast(
    case: str | Path = DEFAULT_CASE,
    as_of: date | str | None = None,
    *,
    since: date | str | None = None,
    out: Path | None = None,
    seed: int = 0,
    effort: int = 1,
    threads: int | None = None,
) -> xr.Dataset:
    """`probability` (place, day, state), each day as of that day; written if `out` is given, .parquet or .csv.

    Days before `since` are left out; a long war followed before goes on from where it stood. `rhat` and `ess` (day)
    say how well each day's draws converged.
    """
    first = date.fromisoformat(since) if isinstance(since, str) else since
    return _nowcast(_study(case, as_of, seed, effort, threads), out, since=first)


def hindsight(
    case: str | Path = DEFAULT_CASE,
    as_of: date | str | None = None,
    *,
    out: Path | None = None,
    seed: int = 0,
    effort: int = 1,
    threads: int | None = None,
) -> xr.Dataset:
    """`probability` (place, day, state) and the joint draws `control` (member, place, day).

    From all that was published by `as_of`, or ever if that is None. Written if `out` is given, .parquet or .csv.
    """
    study = _study(case, as_of, seed, effort, threads)
    return _hindsight(study if as_of is not None else _in_the_end(study), out)


def verify(
    case: str | Path = DEFAULT_CASE,
    as_of: date | str | None = None,
    *,
    seed: int = 0,
    effort: int = 1,
    threads: int | None = None,
) -> xr.Dataset:
    """Scores against the case's outcome, each beside every baseline; NaN where a method has nothing to score.

    One variable a score (product, selection, method): `brier` with `brier_low` and `brier_high` (90 %, by
    place and week), `skill`, `log`, `three_way`, `ranked`, `slope`, `sharpness`, `days_to_half`, `never`;
    `place_days` (product, selection). Products are nowcast and hindsight; selections not derived from
    claims come first. The whole war if `as_of` is None, else what was known by then.
    """
    return _scores(_verify(_study(case, as_of, seed, effort, threads), whole=as_of is None))


def scorecard(
    case: str | Path = DEFAULT_CASE,
    as_of: date | str | None = None,
    *,
    out: Path | None = None,
    seed: int = 0,
    effort: int = 1,
    threads: int | None = None,
) -> xr.Dataset:
    """The public scorecard: the scores of `verify`, sources and other people's forecasts; written under `out` if given.

    Beside the variables of `verify`: `right` (source, bound), the share of its claims that was right, with its mean,
    5 % and 95 %; for each forecast of others `stated`, `ours` and `came` (forecast), NaN where there is none or it
    cannot be scored, with `claimant` and `made`.
    """
    card = _scorecard(_study(case, as_of, seed, effort, threads), out, whole=as_of is None)
    lines = card.outsiders.lines if card.outsiders else ()
    right = [[np.nan] * 3 if r.overall is None else list(r.overall) for r in card.records]

    def of(name: str) -> tuple[str, np.ndarray]:
        told = [getattr(line, name) for line in lines]
        return "forecast", np.array([np.nan if value is None else float(value) for value in told])

    return (
        _scores(card.cards)
        .assign(
            right=xr.DataArray(
                np.array(right, dtype=np.float64).reshape(-1, 3),
                coords={"source": [r.claimant for r in card.records], "bound": ["mean", "low", "high"]},
            ),
            stated=of("probability"),
            ours=of("ours"),
            came=of("came"),
        )
        .assign_coords(
            forecast=[line.claim_id for line in lines],
            claimant=("forecast", np.array([line.claimant for line in lines], dtype=object)),
            made=("forecast", np.array([line.made for line in lines], dtype="datetime64[ns]")),
        )
    )


def _scores(cards: Mapping[str, Sequence[Scorecard]]) -> xr.Dataset:
    selections = list(dict.fromkeys(card.selection for group in cards.values() for card in group))
    methods = list(dict.fromkeys(row.method for group in cards.values() for card in group for row in card.rows))
    shape = (len(cards), len(selections))
    place_days = np.zeros(shape, dtype=np.int64)
    scores: dict[str, np.ndarray] = {}
    for p, group in enumerate(cards.values()):
        for card in group:
            s = selections.index(card.selection)
            place_days[p, s] = card.place_days
            for row in card.rows:
                m = methods.index(row.method)
                for field in fields(row):
                    if field.name != "method":
                        grid = scores.setdefault(field.name, np.full((*shape, len(methods)), np.nan))
                        grid[p, s, m] = getattr(row, field.name)
    return xr.Dataset(
        {
            **{name: (("product", "selection", "method"), grid) for name, grid in scores.items()},
            "place_days": (("product", "selection"), place_days),
        },
        coords={"product": list(cards), "selection": selections, "method": methods},
    )


def forecast(
    case: str | Path = DEFAULT_CASE,
    as_of: date | str | None = None,
    *,
    horizon: int = 30,
    members: int = 2000,
    out: Path | None = None,
    seed: int = 0,
    effort: int = 1,
    threads: int | None = None,
) -> xr.Dataset:
    """`probability` (place, day, state) of campaigns run forward from the day.

    Written if `out` is given, .parquet or .csv.
    """
    campaign = CampaignStudy(_study(case, as_of, seed, effort, threads), horizon, members)
    make_forecast(campaign, out)
    return _campaign_dataset(campaign)


def what_if(
    scenario: str | Path,
    case: str | Path = DEFAULT_CASE,
    as_of: date | str | None = None,
    *,
    horizon: int = 30,
    members: int = 2000,
    seed: int = 0,
    effort: int = 1,
    threads: int | None = None,
) -> xr.Dataset:
    """P(lost by today's holder) by place: `before`, `after` the change, and the 90 % interval `low`, `high` between."""
    campaign = CampaignStudy(_study(case, as_of, seed, effort, threads), horizon, members)
    found = make_what_if(campaign, str(scenario))
    figures = {
        name: (("place",), [getattr(x, name) for x in found.places]) for name in ("before", "after", "low", "high")
    }
    return xr.Dataset(
        figures,
        coords={"place": [x.place_id for x in found.places]},
        attrs=_attributes(campaign.study, warning=found.warning),
    )


def decisive(
    case: str | Path = DEFAULT_CASE,
    as_of: date | str | None = None,
    *,
    side: str | None = None,
    horizon: int = 30,
    members: int = 500,
    seed: int = 0,
    effort: int = 1,
    threads: int | None = None,
) -> xr.Dataset:
    """Share of its holder's other places that the fall of each place costs, largest first.

    `intervened` with `low`, `high` (90 %); `conditional`, NaN where too rare to tell; `falls`: how probable it is.
    """
    campaign = CampaignStudy(_study(case, as_of, seed, effort, threads), horizon, members)
    found = make_decisive(campaign, side)
    names = ("intervened", "low", "high", "conditional", "falls")
    figures = {name: (("place",), [getattr(x, name) for x in found.places]) for name in names}
    places = [x.place_id for x in found.places]
    return xr.Dataset(
        figures, coords={"place": places}, attrs=_attributes(campaign.study, side=found.side, warning=found.warning)
    )


def list_cases() -> xr.Dataset:
    """The cases that ship with the package, one a row along `case`."""
    return _summaries(_cases())


def check_case(folder: str | Path) -> xr.Dataset:
    """Read everything in a case; a `CaseError` lists all that is wrong, with file, row, column and remedy."""
    return _summaries([_check_case(folder)])


def _study(case: str | Path, as_of: date | str | None, seed: int, effort: int, threads: int | None) -> Study:
    return Study.of(case, _day(as_of), seed=seed, effort=effort, threads=threads)


def _day(day: date | str | None) -> date | None:
    if not isinstance(day, str):
        return day
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise CaseError(f"{day!r} is not a date. Write it as YYYY-MM-DD, or pass a datetime.date.") from None


def _texts(texts: Sequence[str]) -> np.ndarray:
    return np.array(texts, dtype=object)


def _attributes(study: Study, **more: str) -> dict[str, object]:
    return {"case": study.case.name, "as_of": study.as_of.isoformat(), "seed": study.seed, **more}


def _summaries(found: Sequence[CaseSummary]) -> xr.Dataset:
    rows = [asdict(summary) for summary in found]
    names = [field.name for field in fields(CaseSummary) if field.name != "name"]
    columns = {}
    for name in names:
        cells = [", ".join(row[name]) if isinstance(row[name], tuple) else row[name] for row in rows]
        columns[name] = (("case",), np.array(cells, dtype=np.int64 if isinstance(cells[0], int) else object))
    return xr.Dataset(columns, coords={"case": [row["name"] for row in rows]})
