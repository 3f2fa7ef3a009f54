"""Campaigns as results: made, written where asked, noted in the case's ledger, made again from what is noted there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vedette.store import (
    check_file,
    check_table,
    json_bytes,
    parameters_in,
    parameters_text,
    scenario_text,
    write_bytes,
)
from vedette.workflows.ahead import write_decisive_page, write_forecast_page, write_what_if_page
from vedette.workflows.campaign import CampaignStudy
from vedette.workflows.decisive import DecisiveReport, decisive
from vedette.workflows.forecast import CampaignReport, campaign_forecast
from vedette.workflows.runs import keep_run
from vedette.workflows.scenarios import WhatIf, what_if
from vedette.workflows.study import Study

__all__ = ["make_decisive", "make_forecast", "make_what_if", "remake"]


def make_forecast(
    campaign: CampaignStudy,
    table: Path | None = None,
    page: Path | None = None,
    report: Path | None = None,
    form: str = "",
) -> CampaignReport:
    """The forecast, written to `table`, drawn on `page`, told as JSON in `report`, where those are given.

    The table is Parquet or CSV, as its name ends, or in the format `form` that control is exported in.
    """
    check_file(table) if form else check_table(table)
    check_file(page)
    found = campaign_forecast(campaign, table, form)
    if page is not None:
        write_forecast_page(campaign, found, page)
    _keep(campaign, "forecast", {"form": form}, {"table": table, "page": page}, asdict(found), report)
    return found


def make_what_if(
    campaign: CampaignStudy, named: str, page: Path | None = None, report: Path | None = None, text: str = ""
) -> WhatIf:
    """A scenario against the unchanged campaign. `text` is its TOML where the file `named` may be gone."""
    check_file(page)
    told = text or scenario_text(campaign.study.case, named)
    scenario = campaign.scenario(named, told)
    found = what_if(campaign, scenario)
    if page is not None:
        write_what_if_page(campaign, scenario, found, page)
    _keep(campaign, "what-if", {"scenario": named, "toml": told}, {"page": page}, asdict(found), report)
    return found


def make_decisive(
    campaign: CampaignStudy, side: str | None = None, page: Path | None = None, report: Path | None = None
) -> DecisiveReport:
    """Places by how much their fall moves what else their holder loses; drawn on `page` if it is given."""
    check_file(page)
    found = decisive(campaign, side)
    if page is not None:
        write_decisive_page(campaign, found, page)
    _keep(campaign, "decisive", {"side": side}, {"page": page}, asdict(found), report)
    return found


def _keep(
    campaign: CampaignStudy,
    command: str,
    arguments: Mapping[str, Any],
    files: Mapping[str, Path | None],
    found: Mapping[str, Any],
    report: Path | None,
) -> None:
    told = json_bytes(found)
    if report is not None:
        write_bytes(report, told)
    written = {name: path for name, path in files.items() if path is not None}
    known = campaign.calibration
    keep_run(
        campaign.study,
        command,
        {
            **arguments,
            "horizon": campaign.days,
            "members": campaign.members,
            "calibration": parameters_text(known) if known else "",
            "written": {name: path.name for name, path in written.items()},
        },
        list(written.values()),
        {f"{command}.json": told},
    )


def remake(study: Study, command: str, folder: Path, arguments: Mapping[str, Any]) -> None:
    """Make a campaign again as it was noted, into a folder: its files, and what it told as `COMMAND.json`."""
    calibration = parameters_in(arguments["calibration"], "the run") if arguments["calibration"] else None
    campaign = CampaignStudy(study, int(arguments["horizon"]), int(arguments["members"]), calibration)
    files = {name: folder / file for name, file in arguments["written"].items()}
    report = folder / f"{command}.json"
    if command == "forecast":
        make_forecast(campaign, files.get("table"), files.get("page"), report, arguments.get("form", ""))
    elif command == "what-if":
        make_what_if(campaign, arguments["scenario"], files.get("page"), report, arguments["toml"])
    else:
        make_decisive(campaign, arguments["side"], files.get("page"), report)
