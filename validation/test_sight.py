"""Is a probability of seeing that comes from a coarse elevation model right that often, on ground whose fine shape
is known?

Made-up mountains (power-law spectrum, as real relief has) with posts every 60 m, thinned to 900 m the way the coarse
models in use were: every fifteenth post kept. Truth is the line of sight over the fine ground.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from vedette.ground import Terrain, sight_lines

FINE, COARSE, SIZE = 60.0, 900.0, 1024
DEGREE_M = 111_195.0


def mountains(seed: int, relief_m: float) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    k = np.hypot(np.fft.fftfreq(SIZE)[:, None], np.fft.rfftfreq(SIZE)[None, :])
    k[0, 0] = np.inf
    phase = np.exp(2j * np.pi * rng.random(k.shape))
    shape = np.fft.irfft2(phase * k ** (-2.1), s=(SIZE, SIZE))
    made: NDArray[np.float32] = (1500 + relief_m * (shape - shape.mean()) / shape.std()).astype(np.float32)
    return made


def terrain(metres: NDArray[np.float32], post: float) -> Terrain:
    side = post / DEGREE_M
    rows, cols = metres.shape
    # The first post of both grids is the same spot, half a cell from the corner of each.
    return Terrain(metres, -side / 2, side / 2 - rows * side, cols * side - side / 2, side / 2)


def pairs(seed: int, count: int) -> tuple[tuple[NDArray[np.float64], ...], tuple[NDArray[np.float64], ...]]:
    rng = np.random.default_rng(seed)
    reach = (SIZE - 60) * FINE / DEGREE_M
    lon, lat = rng.uniform(0.01, reach, (2, count))
    turn, far = rng.uniform(0, 2 * np.pi, count), rng.uniform(1.8, 5.0, count) * 1000 / DEGREE_M
    eye, mark = np.full(count, 10.0), np.full(count, 3.0)
    return (-lat, lon, eye, np.full(count, np.nan)), (-lat + far * np.sin(turn), lon + far * np.cos(turn), mark)


def chances(ground: Terrain, seed: int, count: int, rng: np.random.Generator | None) -> NDArray[np.float64]:
    """P(seen) of pair n, n by n: observer n looks at target n only."""
    observers, targets = pairs(seed, count)
    out = np.zeros(count)
    step = 50
    for begin in range(0, count, step):
        part = slice(begin, begin + step)
        eyes, marks = tuple(o[part] for o in observers), tuple(t[part] for t in targets)
        found = sight_lines(ground, eyes, marks, 6.0, rng)  # type: ignore[arg-type]
        target = np.repeat(np.arange(len(found.start) - 1), np.diff(found.start))
        own = found.observer == target
        out[begin + target[own]] = found.probability()[own]
    return out


@pytest.mark.parametrize("relief_m", [150.0, 400.0])
def test_the_probability_of_seeing_is_right_that_often(relief_m: float) -> None:
    count = 1500
    truth, hard, soft = [], [], []
    for seed in (1, 2):
        fine = mountains(seed, relief_m)
        coarse = terrain(fine[::15, ::15].copy(), COARSE)
        truth.append(chances(terrain(fine, FINE), seed, count, None))
        hard.append(chances(coarse, seed, count, None))
        soft.append(chances(coarse, seed, count, np.random.default_rng(seed)))
    seen, yes, chance = (np.concatenate(a) for a in (truth, hard, soft))
    brier_hard, brier_soft = ((yes - seen) ** 2).mean(), ((chance - seen) ** 2).mean()
    base = seen.mean() * (1 - seen.mean())
    edges = np.quantile(chance, [0, 0.25, 0.5, 0.75, 1])
    table = [
        (int(inside.sum()), float(chance[inside].mean()), float(seen[inside].mean()))
        for low, high in itertools.pairwise(edges)
        if (inside := (chance >= low) & (chance <= high)).any()
    ]
    print(f"\nrelief {relief_m}: {seen.mean():.2f} seen, said {chance.mean():.2f}; always the mean {base:.3f}")
    print(f"Brier: yes or no {brier_hard:.3f}, probability {brier_soft:.3f}; {table}")
    assert brier_soft < brier_hard, "carrying the error must beat a yes or no from the same grid"
    assert brier_soft < base, "and must beat saying the mean everywhere"
    assert abs(chance.mean() - seen.mean()) < 0.1
    assert all(abs(said - was) < 0.2 for _, said, was in table)
