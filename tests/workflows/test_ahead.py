"""Pages of a forecast and a scenario: whole, of our own making, and without a request to anybody."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from tests.conftest import FEW
from vedette.workflows import (
    CampaignStudy,
    Study,
    campaign_forecast,
    decisive,
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
