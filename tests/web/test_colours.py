"""Sides stay apart for every sort of colour-blind reader: two in grey too, up to five from nobody as well."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vedette.briefing import SIDE_COLORS

BLIND_TO = {
    "red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""What dichromats see of linear RGB: Machado, Oliveira and Fernandes (2009), table 1, severity 1."""
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
CLEAR = 40.0
"""Distances in CIELAB; 2.3 is just noticed side by side."""
APART = 22.0
"""For more than two sides, which no palette keeps as far apart."""


def linear(color: str) -> NDArray[np.float64]:
    share = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(light: NDArray[np.float64]) -> NDArray[np.float64]:
    whole = XYZ @ np.clip(light, 0, 1) / (XYZ @ np.ones(3))
    f = np.where(whole > 0.008856, np.cbrt(whole), 7.787 * whole + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


PAPER = "#f6f3ec"


def face(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear light of a place's face on light paper, as the web map mixes it: paler the less sure."""
    sides = len(shares)
    whole = np.array([[int(color[i : i + 2], 16) for i in (1, 3, 5)] for color in SIDE_COLORS[:sides]])
    sure = (shares.max() - 1 / sides) / (1 - 1 / sides)
    mixed = shares @ whole * (0.25 + 0.75 * sure) + 255 * 0.75 * (1 - sure)
    return linear("#" + "".join(f"{round(part):02x}" for part in mixed))


@pytest.mark.parametrize("kind", [*BLIND_TO, "nothing"])
@pytest.mark.parametrize("sides", [3, 4, 5])
def test_up_to_five_sides_stay_apart_from_each_other_and_from_the_unknown(kind: str, sides: int) -> None:
    """A contested place has the face of an unknown one, and hatching on it besides."""
    seen_as = np.array(BLIND_TO.get(kind, np.eye(3)))
    certain = [lab(seen_as @ face(np.eye(sides)[k])) for k in range(sides)]
    unknown = lab(seen_as @ face(np.full(sides, 1 / sides)))
    paper = lab(seen_as @ linear(PAPER))
    for n, one in enumerate(certain):
        for other in (*certain[:n], unknown, paper):
            assert np.linalg.norm(one - other) > APART


@pytest.mark.parametrize("kind", BLIND_TO)
def test_two_sides_stay_apart(kind: str) -> None:
    one, two = (lab(np.array(BLIND_TO[kind]) @ linear(color)) for color in SIDE_COLORS[:2])
    assert np.linalg.norm(one - two) > CLEAR


def test_two_sides_stay_apart_in_grey() -> None:
    one, two = (lab(linear(color))[0] for color in SIDE_COLORS[:2])
    assert abs(one - two) > 15, "of 100, as the palette's own words have it"
