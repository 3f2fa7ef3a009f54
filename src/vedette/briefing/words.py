"""Words of estimative probability, how numbers are printed, and how names stand in a sentence."""

from __future__ import annotations

import math

__all__ = ["certainty_word", "counted", "percent", "the", "verb"]

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
