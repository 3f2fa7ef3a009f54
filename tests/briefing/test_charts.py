from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.briefing.lines import SIDES, claim_line, story, supply
from vedette.briefing import SideLook
from vedette.briefing.charts import compass_svg, curve_svg, interval_svg
from vedette.ground import COMPASS

HOSTILE = "</svg><script>alert(1)</script>\"'&"


def numbers(text: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (point.split(",") for point in text.split())]


def test_the_curve_goes_through_the_probabilities() -> None:
    drawn = ET.fromstring(curve_svg(story()))
    blue, orange, contested = (numbers(line.attrib["points"]) for line in drawn.findall("polyline"))
    for line, shares in ((blue, (0, 0.3, 0.7)), (orange, (1, 0.6, 0.2)), (contested, (0, 0.1, 0.1))):
        foot, top = 300 - 66, 40
        assert [round((foot - y) / (foot - top), 2) for _, y in line] == list(shares)
        assert [x for x, _ in line] == sorted(x for x, _ in line)


def test_each_claim_is_a_tick_on_its_day_and_side() -> None:
    """For the first side above the plot, for another below it; heavier ones taller; what favours nobody has none."""
    claims = (
        claim_line("a1", 1, weight=0.5),
        claim_line("a2", 3, weight=3.0),
        claim_line("a3", 3, favours=1, weight=0.5),
        claim_line("a4", 2, favours=None, weight=None),
        claim_line("a5", 2, weight=None, counted=False),
    )
    drawn = ET.fromstring(curve_svg(story(claims=claims)))
    ticks = {a.attrib["href"]: a.find("line") for a in drawn.findall("a")}
    assert set(ticks) == {"#claim-a1", "#claim-a2", "#claim-a3", "#claim-a5"}

    def at(claim_id: str, name: str) -> float:
        line = ticks[f"#claim-{claim_id}"]
        assert line is not None
        return float(line.attrib[name])

    assert at("a1", "x1") < at("a5", "x1") < at("a2", "x1")
    assert at("a1", "y1") < 40 < 300 - 66 < at("a3", "y1")
    assert abs(at("a2", "y1") - at("a2", "y2")) > abs(at("a1", "y1") - at("a1", "y2"))
    assert all(-1 <= at(claim_id, "y2") <= 300 for claim_id in ("a1", "a2", "a3", "a5"))


def test_no_tick_stands_beyond_the_plot_and_both_sides_have_their_colour() -> None:
    claims = tuple(claim_line(f"a{n}", 3, favours=n % 2) for n in range(60))
    drawn = ET.fromstring(curve_svg(story(claims=claims)))
    at = [float(tick.attrib["x1"]) for tick in drawn.iter("line") if tick.attrib["class"] == "claim"]
    assert len(at) == 60
    assert max(at) <= 720 - 12
    labels = [text for text in drawn.findall("text") if text.attrib["class"] == "side"]
    assert [label.find("tspan").attrib["fill"] for label in labels] == [side.color for side in SIDES]  # type: ignore[union-attr]
    assert all("fill" not in label.attrib for label in labels), "a style sheet would override it"


def test_a_war_of_one_day_has_a_curve() -> None:
    drawn = ET.fromstring(curve_svg(story(curve=((0.2, 0.7, 0.1),), claims=(claim_line("a1", 1),))))
    assert len(drawn.findall("polyline")) == 3


def test_every_chart_has_words_and_escapes_them() -> None:
    sides = (SideLook("blue", HOSTILE, "#2f6db3"), SIDES[1])
    hostile = claim_line(HOSTILE, 2, claimant=HOSTILE, side=HOSTILE)
    for text in (
        curve_svg(story(name=HOSTILE, sides=sides, claims=(hostile,))),
        compass_svg(supply(), "#2f6db3"),
        interval_svg((0.5, 0.2, 0.9)),
    ):
        drawn = ET.fromstring(text)  # well formed, so nothing broke out
        assert drawn.attrib["role"] == "img"
        assert drawn.attrib["aria-label"]
        assert not [e for e in drawn.iter() if e.tag == "script"]


@given(st.dictionaries(st.sampled_from(COMPASS), st.floats(0, 1)))
def test_a_petal_is_as_long_as_its_probability(bearings: dict[str, float]) -> None:
    drawn = ET.fromstring(compass_svg(supply(bearings=bearings), "#2f6db3"))
    petals = {p.findtext("title", "").split(":")[0]: numbers(p.attrib["points"]) for p in drawn.findall("polygon")}
    assert set(petals) == set(bearings)
    for point, share in bearings.items():
        x, y = petals[point][2]
        assert (x**2 + y**2) ** 0.5 == pytest.approx(40 * share, abs=0.15)
        if share > 0.1:
            east, north = (x > 1) - (x < -1), (y < -1) - (y > 1)
            assert point == {1: "north", 0: "", -1: "south"}[north] + {1: "east", 0: "", -1: "west"}[east]


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_an_interval_stays_on_its_axis(values: list[float]) -> None:
    low, mean, high = sorted(values)
    drawn = ET.fromstring(interval_svg((mean, low, high)))
    axis, reach = drawn.findall("line")
    dot = drawn.find("circle")
    assert dot is not None
    ends = [float(reach.attrib["x1"]), float(dot.attrib["cx"]), float(reach.attrib["x2"])]
    assert ends == sorted(ends)
    assert float(axis.attrib["x1"]) <= ends[0]
    assert ends[2] <= float(axis.attrib["x2"])
    assert interval_svg(None) == ""
