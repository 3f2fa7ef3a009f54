"""A campaign's forecast: who holds what by when, with intervals, who is cut off, help, losses and peace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import xarray as xr

from vedette.campaign import interval, when_lost
from vedette.campaign.findings import LISTED
from vedette.store import write_probabilities
from vedette.workflows.campaign import CampaignStudy
from vedette.workflows.exchange import check_format, write_as

__all__ = ["CampaignReport", "PlaceAhead", "campaign_dataset", "campaign_forecast"]


@dataclass(frozen=True, slots=True)
class PlaceAhead:
    """One place at the end: `probability` by state; `falls`: that another side takes it; `when` (5 %, median, 95 %).

    `isolated`: on each day from that of the forecast on, P(no supplies reach whoever holds it).
    """

    place_id: str
    name: str
    holder: str
    probability: dict[str, float]
    falls: float
    when: tuple[date, date, date] | None
    isolated: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class BackerAhead:
    """One backer; `more`: P(it does more for its side by then)."""

    actor: str
    side: str
    more: float


@dataclass(frozen=True, slots=True)
class CampaignReport:
    """A forecast: `held` by side (mean, 5 %, 95 %) places in the end; `peace`: P(the fighting has ended by then).

    `area`: km2 that each side holds, the same three on each day; `more_help`: P(its backers do more by then), and
    `backers` by actor and side; `losses`: the share of its strength that each side loses by then, the same three.
    """

    case: str
    title: str
    as_of: date
    until: date
    members: int
    held: dict[str, tuple[float, float, float]]
    held_now: dict[str, float]
    area: dict[str, tuple[tuple[float, float, float], ...]]
    peace: float
    more_help: dict[str, float]
    backers: tuple[BackerAhead, ...]
    losses: dict[str, tuple[float, float, float]]
    places: tuple[PlaceAhead, ...]
    notes: tuple[str, ...]
    warning: str


def campaign_forecast(campaign: CampaignStudy, out: Path | None = None, form: str = "") -> CampaignReport:
    """The unchanged run, told place by place; its probabilities are written if `out` is given.

    As Parquet or CSV, as its name ends, or in a format that control is exported in.
    """
    if form:
        check_format(form)
    study, case = campaign.study, campaign.study.case
    base = campaign.base
    if out is not None and form:
        write_as(study, form, out, campaign_dataset(campaign)["probability"], "forecast", study.belief.warning)
    elif out is not None:
        write_probabilities(out, campaign_dataset(campaign))
    lost = base.lost(campaign.likely_holder).mean(axis=0)
    shown = [i for i in np.argsort(-lost, kind="stable").tolist() if lost[i] >= LISTED]
    shown += [i for i in case.headline if i not in shown]
    sides = [(k, side.id) for k, side in enumerate(case.sides)]
    backers = campaign.backers
    return CampaignReport(
        case=case.name,
        title="forecast",
        as_of=study.as_of,
        until=campaign.until,
        members=campaign.members,
        held={side: interval(base.held[:, k]) for k, side in sides},
        held_now={side: float((campaign.control == k).sum(axis=1).mean()) for k, side in sides},
        area={side: tuple(interval(base.area[:, d, k]) for d in range(campaign.days + 1)) for k, side in sides},
        peace=float((base.ended >= 0).mean()),
        more_help={side: _more_help(campaign, [n for n, b in enumerate(backers) if b.side == k]) for k, side in sides},
        backers=tuple(
            BackerAhead(b.actor, case.sides[b.side].id, _more_help(campaign, [n])) for n, b in enumerate(backers)
        ),
        losses={side: interval(1.0 - base.left[:, k]) for k, side in sides},
        places=tuple(_place(campaign, i, float(lost[i])) for i in shown),
        notes=campaign.notes,
        warning=study.belief.warning,
    )


def _more_help(campaign: CampaignStudy, backers: list[int]) -> float:
    """P(any of these backers does more)."""
    return float((campaign.base.steps[:, backers] > 0).any(axis=1).mean())


def _place(campaign: CampaignStudy, i: int, falls: float) -> PlaceAhead:
    study, case, base = campaign.study, campaign.study.case, campaign.base
    when = when_lost(base, i)
    first, half, last = (study.as_of + timedelta(days=d) for d in when or (0, 0, 0))
    return PlaceAhead(
        place_id=case.places.ids[i],
        name=case.places.names[i],
        holder=case.sides[int(campaign.likely_holder[i])].id,
        probability=dict(zip(case.sides.states, map(float, base.probability[-1, i]), strict=True)),
        falls=falls,
        when=(first, half, last) if when else None,
        isolated=tuple(map(float, base.isolated[:, i])),
    )


def campaign_dataset(campaign: CampaignStudy) -> xr.Dataset:
    """`probability` (place, day, state) of the unchanged run, from the day of the study on."""
    study, case = campaign.study, campaign.study.case
    first = np.datetime64(study.as_of, "ns")
    return xr.Dataset(
        {"probability": (("place", "day", "state"), campaign.base.probability.transpose(1, 0, 2))},
        coords={
            "place": list(case.places.ids),
            "day": first + np.arange(campaign.days + 1).astype("timedelta64[D]"),
            "state": list(case.sides.states),
        },
        attrs={
            "product": "forecast",
            "case": case.name,
            "as_of": study.as_of.isoformat(),
            "members": campaign.members,
            "seed": study.seed,
            "warning": study.belief.warning,
        },
    )
