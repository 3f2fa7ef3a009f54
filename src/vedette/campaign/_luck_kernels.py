"""Luck: numbers that depend on who asks for what, and on nothing that happened before."""

from __future__ import annotations

import numpy as np

from vedette.compiled import kernel

MIX_A = np.uint64(0xBF58476D1CE4E5B9)
MIX_B = np.uint64(0x94D049BB133111EB)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)

UNKNOWNS = 1_000_000
"""Beyond the last day of any run: numbers drawn there are a member's parameters."""
FATES = 1000
"""Beyond `UNKNOWNS` and every parameter: what becomes of each road."""


@kernel(inline="always")
def mixed(x):
    """Scramble 64 bits (splitmix64; Steele, Lea and Flood 2014)."""
    x = (x ^ (x >> np.uint64(30))) * MIX_A
    x = (x ^ (x >> np.uint64(27))) * MIX_B
    return x ^ (x >> np.uint64(31))


@kernel(inline="always")
def uniform(seed, member, day, place, use):
    """A number in [0, 1) that depends on these five alone: other members, days and scenarios never move it."""
    x = mixed(np.uint64(seed) * GOLDEN + np.uint64(member))
    x = mixed(x * GOLDEN + np.uint64(day))
    x = mixed(x * GOLDEN + np.uint64(place) * np.uint64(4) + np.uint64(use))
    return np.float64(x >> np.uint64(11)) * 2.0**-53


@kernel(nogil=True)
def uniforms(seed, members, use, count):
    """(M, count) numbers in [0, 1) for what the members do not know; `use` names it, and no day of a run uses them."""
    out = np.empty((len(members), count))
    for m in range(len(members)):
        for n in range(count):
            out[m, n] = uniform(seed, members[m], UNKNOWNS + use, n, 0)
    return out
