"""Forecasts of a whole war by rolling origin: do they beat "nothing changes" and the peer, and are they reliable?

What is learned at an origin comes from earlier days. The form of the model was chosen on the origins before `FROM`,
from `CHOSEN_FROM` on.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from validation.turnover import (
    CHOSEN_FROM,
    FROM,
    HORIZONS,
    PARTS,
    SWITCHES,
    Blind,
    Rows,
    War,
    area,
    expected,
    ours,
    peer,
    reliability,
    remembered,
    skill,
    war_of,
)
from vedette.dynamics import History, Turnover

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def war(tmp_path_factory: pytest.TempPathFactory) -> War:
    found = war_of(tmp_path_factory.mktemp("ukraine"))
    remembered(found.known)
    return found


def told(name: str, rows: dict[int, Rows]) -> None:
    figures = "; ".join(f"{h} days {skill(r):+.3f}, {area(r):.3f}, {expected(r):.2f}" for h, r in rows.items())
    print(f"{name}: {figures}", flush=True)


def test_forecasts_beat_nothing_changes_and_the_peer_and_are_reliable(war: War) -> None:
    origins = war.origins(FROM)
    turnover = Turnover(war.known, HORIZONS)
    print("skill over nothing changes, area under the curve, losses expected over losses that came")
    before = war.score(ours(turnover), war.origins(CHOSEN_FROM, FROM))
    told("ours, the months it was chosen on", before)
    told("peer, the same", war.score(peer(war), war.origins(CHOSEN_FROM, FROM)))
    found = war.score(ours(turnover), origins)
    other = war.score(peer(war), origins)
    told("ours", found)
    told("peer", other)
    for horizon, rows in found.items():
        for p, came, number in reliability(rows):
            print(f"  {horizon} days: forecast {p:.3f}, came {came:.3f} of {number:.0f}")
    for horizon in HORIZONS:
        assert skill(found[horizon]) > max(0.03, skill(other[horizon]))
        assert 0.6 < expected(found[horizon]) < 1.7
    assert area(found[7]) > area(other[7])


def test_with_and_without_its_parts(war: War, monkeypatch: pytest.MonkeyPatch) -> None:
    """One ensemble instead of three: the differences are what is asked for, and they take a third of the time."""
    monkeypatch.setattr("vedette.dynamics.turnover.BAGS", 1)
    chosen, origins = war.origins(CHOSEN_FROM, FROM), war.origins(FROM)

    def without(history: History, learned: dict[int, Any]) -> dict[int, Rows]:
        turnover = Turnover(history, HORIZONS, _learned=learned)
        told("  the months it was chosen on", war.score(ours(turnover), chosen))
        return war.score(ours(turnover), origins)

    learned: dict[int, Any] = {}
    whole = without(war.known, learned)
    told("as it is", whole)
    for name, (constant, value) in SWITCHES.items():
        ruled = constant == "LEAST_CHANGES"
        anew = ruled or constant == "STORM"
        with monkeypatch.context() as patch:
            patch.setattr(f"vedette.dynamics.turnover.{constant}", value)
            rows = without(war.known, {} if anew else learned)
        told(f"without {name}", rows)
        if ruled:
            gain = np.mean([skill(whole[h]) - skill(rows[h]) for h in HORIZONS])
            assert gain > 0.02, "what is learned must earn its place"
    for name, hide in PARTS.items():
        told(f"without {name}", without(Blind.to(war.known, hide), {}))
