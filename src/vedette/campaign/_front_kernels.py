"""Where sides touch, kept as places change hands, so that only the front is looked at. Callers check; these trust."""

from __future__ import annotations

import numpy as np

from vedette.compiled import kernel

WORD = 8
"""Places whose flags are looked at together, as one number of 64 bits."""


@kernel(nogil=True)
def line_up(today, start, beside, near, front):
    """Fill `near` and `front` from the states `today` (P,) of places with neighbours in compressed rows.

    near   (P, K + 1)            neighbours in each state
    front  (at least P,) uint8   1 where a place is contested or has a neighbour that another side holds
    """
    near[:] = 0
    front[:] = 0
    for i in range(len(today)):
        for e in range(start[i], start[i + 1]):
            near[i, today[beside[e]]] += 1
        front[i] = touches(i, today, start, near)


@kernel(inline="always")
def touches(i, today, start, near):
    """Whether a place is contested or has a neighbour that another side holds."""
    state, contested = today[i], near.shape[1] - 1
    return state == contested or near[i, state] + near[i, contested] < start[i + 1] - start[i]


@kernel(nogil=True)
def shift(changed, count, was, today, start, beside, near, front):
    """Bring `near` and `front` up to date after `changed[:count]` went from `was` to what they are `today`."""
    for n in range(count):
        i = changed[n]
        for e in range(start[i], start[i + 1]):
            near[beside[e], was[n]] -= 1
            near[beside[e], today[i]] += 1
    for n in range(count):
        i = changed[n]
        front[i] = touches(i, today, start, near)
        for e in range(start[i], start[i + 1]):
            front[beside[e]] = touches(beside[e], today, start, near)


@kernel(nogil=True)
def listed(front, out):
    """List the places at the `front` in `out`, in their order, and return how many; `len(front)` is so many words."""
    words = front.view(np.uint64)
    count = 0
    for w in range(len(words)):
        if words[w]:
            for i in range(w * WORD, (w + 1) * WORD):
                if front[i]:
                    out[count] = i
                    count += 1
    return count
