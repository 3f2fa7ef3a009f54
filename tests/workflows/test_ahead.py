"""Pages of a forecast and a scenario: whole, of our own making, and without a request to anybody."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import FEW
from vedette.errors import CaseError
from vedette.workflows import (
    CampaignStudy,
    Study,
    campaign_dataset,
    campaign_forecast,
    decisive,
    make_forecast,
    what_if,
    write_decisive_page,
    write_forecast_page,
    write_what_if_page,
)


def test_the_pages_are_whole_and_ask_nobody(case_folder: Path, tmp_path: Path) -> None:
    toml = case_folder / "case.toml"
    toml.write_text(toml.read_text().replace('title = "', 'title = "<b>&'))
    campaign = CampaignStudy(Study.of(case_folder, date(2031, 4, 10), effort=FEW), 16, 60)
    scenario = campaign.scenario("port-road")
    write_what_if_page(campaign, scenario, what_if(campaign, scenario), tmp_path / "if.html")
    write_forecast_page(campaign, campaign_forecast(campaign), tmp_path / "ahead.html")
    write_decisive_page(campaign, decisive(campaign), tmp_path / "decisive.html")
    for name, maps in (("if.html", 3), ("ahead.html", 4), ("decisive.html", 1)):
        page = (tmp_path / name).read_text()
        assert page.count("data:image/webp;base64,") == maps
        assert "default-src 'none'" in page
        assert not re.search(r'(?:src|href)="https?:', page)
        assert "<b>&" not in page, "titles are escaped"
    assert "is taken by" in (tmp_path / "if.html").read_text()


def test_a_forecast_leaves_as_a_round_of_a_forecast_hub(case_folder: Path, tmp_path: Path) -> None:
    campaign = CampaignStudy(Study.of(case_folder, date(2031, 4, 10), effort=FEW), 3, 20)
    path = tmp_path / "hub.csv"
    make_forecast(campaign, path, form="hubverse")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["reference_date"] for row in rows} == {"2031-04-10"}
    assert {int(row["horizon"]) for row in rows} == {0, 1, 2, 3}
    found = campaign_dataset(campaign)["probability"]
    for row in rows:
        here = found.sel(place=row["location"], day=row["target_end_date"], state=row["output_type_id"])
        assert float(row["value"]) == pytest.approx(float(here), abs=1e-12)
    with pytest.raises(CaseError, match="no format"):
        make_forecast(campaign, path, form="hub")
