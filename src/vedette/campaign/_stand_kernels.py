"""Where everybody stands when a history begins: laid out once for all members, which differ in little. Compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vedette.campaign._front_kernels import WORD, line_up, shift
from vedette.campaign._supply_kernels import ORIGIN, flood, resupply
from vedette.compiled import kernel


class Stand(NamedTuple):
    """States `today` (P,), and what `_front_kernels` and `_supply_kernels` keep of them; `road_in` (K, P) by side."""

    today: NDArray[np.int8]
    near: NDArray[np.int32]
    front: NDArray[np.uint8]
    road_in: NDArray[np.int32]


@kernel(nogil=True)
def stand_of(today, land, ways):
    """Lay everything out from the states `today` (P,), every route open that no place on the way closes.

    A side without sources is supplied.
    """
    sides, places = land.is_source.shape
    stand = Stand(
        today.copy(),
        np.empty((places, sides + 1), dtype=np.int32),
        np.zeros((places + WORD - 1) // WORD * WORD, dtype=np.uint8),
        np.full((sides, places), ORIGIN, dtype=np.int32),
    )
    line_up(today, land.start, land.beside, stand.near, stand.front)
    queue = np.empty(places, dtype=np.int32)
    for k in range(sides):
        mine = land.sources[land.source_start[k] : land.source_start[k + 1]]
        if len(mine):
            flood(mine, k, today, land, ways, land.through, np.uint64(0), stand.road_in[k], queue)
    return stand


@kernel(nogil=True)
def set_out(common, own, land, ways, fate, fated, turn, changed, was, loose, queue):
    """Fill `own`, whose states are there, from what is `common`: only what differs is laid out anew.

    `fated` lists the routes that have a fate; the last four, (P,) each, are scratch.
    """
    own.near[:], own.front[:], own.road_in[:] = common.near, common.front, common.road_in
    count = 0
    for i in range(len(own.today)):
        if own.today[i] != common.today[i]:
            changed[count], was[count] = i, common.today[i]
            count += 1
    shift(changed, count, was, own.today, land.start, land.beside, own.near, own.front)
    for k in range(len(own.road_in)):
        if land.source_start[k + 1] > land.source_start[k]:
            resupply(k, changed, count, was, own.today, land, ways, fate, fated, turn, own.road_in[k], loose, queue)
