"""Words of estimative probability, how numbers are printed, and how names stand in a sentence."""

from __future__ import annotations

import math

__all__ = ["LEAST_COUNTED", "certainty_word", "counted", "ends", "percent", "share_ends", "share_words", "the", "verb"]

LEAST_COUNTED = 5
"""Of fewer assertions an interval over the draws says more of the prior than of the source: none is printed."""

_ICD_203 = (
    (0.05, "almost no chance"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "roughly even chance"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (1.01, "almost certain"),
)
"""Upper ends and words of ICD-203 (Office of the Director of National Intelligence 2015, section D.6.e.2). The
directive leaves 0-1 % and 99-100 % without a word; the outermost words are used for them."""


def certainty_word(probability: float) -> str:
    """The ICD-203 word for a probability."""
    if not 0.0 <= probability <= 1.0:
        raise ValueError(f"{probability} is not a probability: it lies outside 0 to 1.")
    return next(word for end, word in _ICD_203 if probability < end or end > 1)


def percent(probability: float) -> str:
    """A probability as people read it: whole percent, `<1%` and `>99%` at the ends, a dash for none."""
    if math.isnan(probability):
        return "–"
    if probability < 0.01:
        return "<1%"
    if probability > 0.99:
        return ">99%"
    return f"{100 * probability:.0f}%"


def ends(value: tuple[float, float, float], of: int | None = None) -> tuple[int, int] | None:
    """The whole numbers at the ends of an interval (mean, low, high): rounded outwards, the mean between them.

    None where it is of fewer than `LEAST_COUNTED`.

    >>> ends((0.2, 0.0, 0.0)), ends((-1.2, -1.0, 0.4), of=7), ends((3.0, 2.0, 4.0), of=4)
    ((0, 1), (-2, 1), None)
    """
    if of is not None and of < LEAST_COUNTED:
        return None
    mean, low, high = (round(v, 9) for v in value)  # or 29.000000000000004 would round up
    return math.floor(min(low, mean)), math.ceil(max(high, mean))


def share_ends(value: tuple[float, float, float], of: int | None = None) -> tuple[int, int] | None:
    """`ends` of a share, in percent; never 0 to 0 or 100 to 100, which no draws can warrant.

    >>> share_ends((0.993, 1.0, 1.0)), share_ends((0.0, 0.0, 0.0)), share_ends((0.01, 0.0, 0.0), of=1)
    ((99, 100), (0, 1), None)
    """
    mean, low, high = value
    found = ends((100 * mean, 100 * low, 100 * high), of)
    return (min(found[0], 99), max(found[1], 1)) if found else None


def share_words(value: tuple[float, float, float] | None, of: int | None = None) -> str:
    """A share with its interval, if it is of enough; empty for none.

    >>> share_words((0.85, 0.781, 0.902), of=40), share_words((0.01, 0.0, 0.0), of=1)
    ('85% (78–91)', '1%')
    """
    if value is None:
        return ""
    found = share_ends(value, of)
    return percent(value[0]) + (f" ({found[0]}–{found[1]})" if found else "")


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 place`, `2 places`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


_PLURALS = ("forces", "authorities", "troops", "rebels", "parties")
_WITH_ARTICLE = (*_PLURALS, "side", "government", "army", "coalition", "alliance", "republic")
"""Last words of names that are common nouns: such names take an article, and with a plural noun a plural verb."""


def the(name: str) -> str:
    """A name as it stands in a sentence: `the Blue side`, `Norland`."""
    named_already = name.casefold().startswith(("the ", "third "))
    return f"the {name}" if _last_word(name) in _WITH_ARTICLE and not named_already else name


def verb(name: str, singular: str, plural: str) -> str:
    """The form of a verb that agrees with a name."""
    return plural if _last_word(name) in _PLURALS else singular


def _last_word(name: str) -> str:
    return name.casefold().rpartition(" ")[2]
