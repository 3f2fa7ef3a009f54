"""Admiralty letters, A to F: how far a source may be relied on, read off its record.

The scale is that of NATO's AJP-2.1 (formerly STANAG 2511) and of FM 2-22.3 (United States Army 2006, appendix B), which
give a word for each letter and no numbers, so that analysts read the same letter differently (Samet 1975, "Quantitative
interpretation of two qualitative scales used to rate military intelligence", Human Factors 17(2)). The bands here are
stated instead: a letter is computed, never awarded.
"""

from __future__ import annotations

from vedette.briefing.words import LEAST_COUNTED

__all__ = ["admiralty_letter"]

_BANDS = ((0.95, "A"), (0.80, "B"), (0.60, "C"), (0.40, "D"), (0.0, "E"))
"""Least share of right statements: completely, usually, fairly, not usually reliable; unreliable."""


def admiralty_letter(share: tuple[float, float, float] | None, of: int) -> str:
    """The letter of a record: share of right statements as (mean, low, high) of a 90 % interval, `of` so many.

    It is that of the mean, or F, "cannot be judged", where there is no record (None), it is of fewer than
    `LEAST_COUNTED`, or the interval reaches past the bands next to it.

    >>> [admiralty_letter((0.85, 0.78, 0.90), of=n) for n in (9, 4)]
    ['B', 'F']
    >>> admiralty_letter((0.85, 0.30, 0.99), of=9), admiralty_letter(None, of=0)
    ('F', 'F')
    """
    if share is None:
        return "F"
    if not (0.0 <= share[0] <= 1.0 and 0.0 <= share[1] <= share[2] <= 1.0):
        raise ValueError(
            f"{share} is no share with its interval: give (mean, low, high), from 0 to 1, low before high."
        )
    mean, low, high = (next(n for n, (least, _) in enumerate(_BANDS) if value >= least) for value in share)
    return "F" if of < LEAST_COUNTED or low - mean > 1 or mean - high > 1 else _BANDS[mean][1]
