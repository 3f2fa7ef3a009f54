from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import xarray as xr
from hypothesis import given, settings

from tests.claims.tables import claim_rows, table
from tests.conftest import small_case
from vedette.briefing import BaseLayers, MapContent, SideLook, certainty_word
from vedette.claims import Claim
from vedette.store import Case, claims_csv, control_geojson, json_bytes, read_case, write_probabilities


@settings(max_examples=30)
@given(claim_rows())
def test_exported_claims_are_read_back(
    small: Case, tmp_path_factory: pytest.TempPathFactory, rows: list[Claim]
) -> None:
    days = small.days
    rows = [c for c in rows if days.first <= c.about_from <= days.last] or list(small.claims.rows())
    claims = table(small, rows)
    folder = small_case(tmp_path_factory.mktemp("cases") / "small")
    (folder / "claims.csv").write_bytes(claims_csv(claims))
    assert list(read_case(folder).claims.rows()) == list(claims.rows())


@pytest.fixture
def content(small: Case) -> MapContent:
    """A map of the small war with made-up probabilities."""
    shares = np.linspace(0, 1, 8)
    return MapContent(
        title="A small war",
        as_of=date(2031, 4, 12),
        sides=(SideLook("blue", "Blue side", "#4477aa"), SideLook("orange", "Orange side", "#ee7733")),
        ids=small.places.ids,
        names=small.places.names,
        kinds=small.places.kinds,
        lat=small.places.lat,
        lon=small.places.lon,
        probability=np.column_stack([shares * 0.9, (1 - shares) * 0.9, np.full(8, 0.1)]),
        rank=np.zeros(8),
        pairs=np.array([[0, 1], [3, 4]], dtype=np.int32),
        front=np.array([0.01, 0.8]),
        base=BaseLayers(),
    )


def test_geojson_holds_every_place_and_the_front(content: MapContent) -> None:
    data = json.loads(control_geojson(content, "The chains differ."))
    assert data["type"] == "FeatureCollection"
    assert data["about"] == {"as_of": content.as_of.isoformat(), "warning": "The chains differ."}
    places = [f for f in data["features"] if f["properties"]["layer"] == "place"]
    assert [f["id"] for f in places] == list(content.ids)
    for n, feature in enumerate(places):
        lon, lat = feature["geometry"]["coordinates"]
        assert (lon, lat) == pytest.approx((content.lon[n], content.lat[n]), abs=1e-5)
        shares = [feature["properties"][f"p_{state}"] for state in ("blue", "orange", "contested")]
        assert shares == pytest.approx(content.probability[n], abs=1e-4)
        assert feature["properties"]["likeliest"] == ("blue", "orange", "contested")[int(np.argmax(shares))]
        assert feature["properties"]["likelihood"] == certainty_word(content.probability[n].max())
        assert feature["properties"]["as_of"] == "2031-04-12"
    (front,) = [f for f in data["features"] if f["properties"]["layer"] == "front_between"]
    assert front["properties"]["places"] == ["cairn", "dunmore"]
    assert front["geometry"]["type"] == "LineString"
    assert len(data["features"]) == 9


def test_json_is_the_same_bytes_for_the_same_data() -> None:
    assert json_bytes({"b": 1, "a": [date(2031, 4, 1)]}) == json_bytes({"a": [date(2031, 4, 1)], "b": 1})
    assert json.loads(json_bytes({"ä": "Шуша"})) == {"ä": "Шуша"}
    assert "Шуша".encode() in json_bytes("Шуша")


def test_probabilities_are_one_row_a_place_and_day(tmp_path: Path) -> None:
    shares = np.random.default_rng(0).dirichlet(np.ones(3), size=(2, 4))
    dataset = xr.Dataset(
        {"probability": (("place", "day", "state"), shares)},
        coords={
            "place": ["b", "a"],
            "day": np.datetime64("2031-04-01") + np.arange(4),
            "state": ["blue", "orange", "contested"],
        },
        attrs={"product": "nowcast", "seed": 3},
    ).transpose("state", "day", "place")
    write_probabilities(tmp_path / "p.parquet", dataset)
    table = pq.read_table(tmp_path / "p.parquet")
    assert table.column_names == ["place_id", "day", "p_blue", "p_orange", "p_contested"]
    assert table.column("place_id").to_pylist() == ["b"] * 4 + ["a"] * 4
    assert table.column("day").to_pylist() == [date(2031, 4, d) for d in (1, 2, 3, 4)] * 2
    found = np.column_stack([table.column(f"p_{s}").to_numpy() for s in ("blue", "orange", "contested")])
    np.testing.assert_allclose(found, shares.reshape(8, 3), rtol=1e-6)
    assert table.schema.metadata[b"seed"] == b"3"
