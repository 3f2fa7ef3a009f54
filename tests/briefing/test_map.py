from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from vedette.briefing import SIDE_COLORS, BaseLayers, MapContent, SideLook
from vedette.briefing.legend import symbols_of
from vedette.briefing.map import Maps, draw_maps, draw_page_map
from vedette.briefing.territory import HATCH_FROM, highest_bells
from vedette.ground import MOST_SIDES

LADDER = [(10.30, -30.60), (10.10, -30.45), (10.35, -30.40), (10.20, -30.25), (10.35, -30.15), (10.10, -30.10)]


def content(
    points: Sequence[tuple[float, float]],
    *,
    names: Sequence[str] = (),
    shares: Sequence[tuple[float, ...]] = (),
    sides: int = 2,
    base: BaseLayers | None = None,
    title: str = "A small war",
) -> MapContent:
    count = len(points)
    even = (1 / (sides + 1),) * (sides + 1)
    probability = np.array(shares or [even] * count)
    return MapContent(
        title=title,
        as_of=date(2031, 4, 12),
        sides=tuple(SideLook(f"s{k}", f"Side {k}", SIDE_COLORS[k]) for k in range(sides)),
        ids=tuple(f"p{n}" for n in range(count)),
        names=tuple(names or [f"Place {n}" for n in range(count)]),
        kinds=("city", "town", "village", "height", "pass", "bridge", "")[:count] + ("village",) * (count - 7),
        lat=np.array([lat for lat, _ in points]),
        lon=np.array([lon for _, lon in points]),
        probability=probability,
        rank=np.arange(count, dtype=float),
        pairs=np.array([[n, n + 1] for n in range(count - 1)], dtype=np.int32).reshape(-1, 2),
        front=np.linspace(0, 1, max(count - 1, 0)),
        base=base or BaseLayers(),
    )


SHARES = [(1.0, 0.0, 0.0), (0.8, 0.1, 0.1), (0.5, 0.5, 0.0), (0.1, 0.1, 0.8), (0.1, 0.8, 0.1), (0.0, 1.0, 0.0)]


@pytest.fixture(scope="module")
def drawn() -> Maps:
    return draw_maps(content(LADDER, shares=SHARES))


def test_the_same_content_gives_the_same_bytes(drawn: Maps) -> None:
    assert draw_maps(content(LADDER, shares=SHARES)) == drawn


def test_every_place_is_on_the_picture(drawn: Maps) -> None:
    page = drawn.page
    picture = Image.open(io.BytesIO(page.picture))
    assert (page.width, page.height) == tuple(map(float, picture.size))
    assert [m.place_id for m in page.marks] == [f"p{n}" for n in range(6)]
    assert all(0 < m.x < page.width and 0 < m.y < page.height for m in page.marks)
    by_lon = [m.place_id for m in sorted(page.marks, key=lambda m: m.x)]
    assert by_lon == [f"p{n}" for n in range(6)], "west is left"
    assert page.marks[1].y > page.marks[0].y, "north is up"


def test_colour_says_who_and_paleness_how_unsure(drawn: Maps) -> None:
    fill = [np.array(to_rgb(m.fill)) for m in drawn.page.marks]
    blue, orange = (np.array(to_rgb(color)) for color in SIDE_COLORS[:2])
    np.testing.assert_allclose(fill[0], blue, atol=0.01)
    np.testing.assert_allclose(fill[5], orange, atol=0.01)
    assert fill[0].mean() < fill[1].mean() < fill[2].mean()
    assert [m.contested for m in drawn.page.marks] == [share[-1] > HATCH_FROM for share in SHARES]
    assert drawn.page.marks[4].text == "Place 4: Side 0 10%, Side 1 80%, contested 10%"


def test_labels_do_not_collide(drawn: Maps) -> None:
    for labels in (drawn.page.labels, drawn.page.narrow_labels):
        boxes = [(t.x, t.y - t.size, t.x + 0.45 * t.size * len(t.name), t.y) for t in labels]
        assert boxes
        for n, (left, top, right, bottom) in enumerate(boxes):
            assert 0 <= left < right <= drawn.page.width + 1
            for other in boxes[:n]:
                apart = right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
                assert apart, (labels[n], other)
    assert len(drawn.page.narrow_labels) <= len(drawn.page.labels)


def test_the_picture_stands_alone(drawn: Maps) -> None:
    picture = Image.open(io.BytesIO(drawn.png))
    assert picture.format == "PNG"
    assert picture.size[1] > drawn.page.height, "title and legend"
    pixels = np.asarray(picture.convert("L"), dtype=float)
    assert pixels.std() > 5, "something is drawn"
    assert "Software" in picture.info


def lightness(color: str) -> float:
    """L* of CIE 1976, from sRGB."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    luminance = float(np.dot(linear, (0.2126, 0.7152, 0.0722)))
    return float(116 * luminance ** (1 / 3) - 16)


def test_two_sides_can_be_told_apart_in_grey_and_no_side_is_red() -> None:
    first, second = SIDE_COLORS[:2]
    assert abs(lightness(first) - lightness(second)) >= 15
    assert len(set(SIDE_COLORS)) == MOST_SIDES
    for color in SIDE_COLORS:
        red, green, blue = to_rgb(color)
        assert not (red > 0.6 and green < 0.45 and blue < 0.45), color


@pytest.mark.parametrize(
    "points",
    [
        [(10.0, 20.0)],
        [(10.0, 20.0), (10.0, 20.0)],
        [(10.0, 20.0 + n / 3) for n in range(5)],
        [(10.0 + n / 3, 20.0) for n in range(5)],
        [(10.0, 179.9), (10.2, -179.9)],
        [(89.9, 0.0), (89.9, 120.0), (89.9, -120.0)],
    ],
    ids=["one", "one point", "a parallel", "a meridian", "the date line", "the pole"],
)
def test_theatres_of_odd_shapes_can_be_drawn(points: list[tuple[float, float]]) -> None:
    page = draw_maps(content(points)).page
    assert len(page.marks) == len(points)
    assert 0.45 < page.width / page.height < 2.1


def test_names_are_no_formulas() -> None:
    """Dollar signs, brackets, other scripts, line ends."""
    names = ["$\\frac{", "$x$ and $y", "<b>bold</b>", "Շուշի", "a\nb", "شوشا"]
    maps = draw_maps(content(LADDER, names=names, title="It cost $5 and $\\bad{"))
    assert {"$\\frac{", "$x$ and $y"} <= {label.name for label in maps.page.labels}


def test_a_base_map_elsewhere_does_not_hide_the_places() -> None:
    base = BaseLayers(np.zeros((4, 4)), (50.0, 51.0, 50.0, 51.0), {"roads": [(np.array([[50.0, 50], [51, 51]]), 1)]})
    assert len(draw_maps(content(LADDER, base=base)).page.marks) == 6


def test_five_sides_can_be_drawn() -> None:
    assert len(draw_maps(content(LADDER, sides=5)).page.marks) == 6


def test_doubtful_edges_side_by_side_are_no_darker_than_one_and_paler_than_a_certain_front() -> None:
    doubtful, certain = np.zeros((60, 60)), np.zeros((60, 60))
    doubtful[20:40, 20:40] = 0.3
    certain[:, 30] = 1.0
    wide, narrow = highest_bells(doubtful, 2.0), highest_bells(certain, 2.0)
    assert wide.max() == pytest.approx(0.3)
    assert narrow[:, 30].min() == pytest.approx(1.0)
    np.testing.assert_allclose(narrow[10, 30:36], np.exp(-((np.arange(6) / 2.0) ** 2) / 2))
    np.testing.assert_allclose(wide[42, 42], 0.3 * np.exp(-(1.5**2)))


def test_cities_are_named_where_few_names_fit() -> None:
    """Two great places close to each other are both named on a phone; a disputed village near them is not."""
    one = content([(40.0, 46.0), (39.93, 46.02), (39.95, 46.05), (39.2, 46.9), (40.6, 45.3)])
    shown = replace(
        one, kinds=("city", "town", "village", "village", "village"), rank=np.array([2.0, 0.0, 1.0, 1.0, 1.0])
    )
    named = [label.name for label in draw_page_map(shown).narrow_labels]
    assert {"Place 0", "Place 1"} <= set(named)
    assert "Place 2" not in named


def test_the_legend_explains_the_signs_on_the_map_and_no_others() -> None:
    assert symbols_of(["height", "peak", "town"]) == [("▲", "height")]
    assert symbols_of(["town", ""]) == []
