"""The ceasefires of a war, as its claims tell of them: how many began, were broken, and how long they were in force."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vedette.claims.claim import Certainty, Kind
from vedette.claims.table import Claims

__all__ = ["Ceasefires", "ceasefires_in"]

FIGHTS = (Kind.capture, Kind.assault, Kind.repulse, Kind.advance)
"""Kinds that say, of a day after a ceasefire began, that it is over."""


@dataclass(frozen=True, slots=True)
class Ceasefires:
    """Ceasefires that `begun`, those of them `broken`, the `days` on which one was in force; `holds`: one is today."""

    begun: int = 0
    broken: int = 0
    days: int = 0
    holds: bool = False


def ceasefires_in(claims: Claims, today: int) -> Ceasefires:
    """What had been said of ceasefires by the end of day number `today`; nobody is weighed.

    One begins on the first day that a claim asserts one of both sides for. It is broken on the day that somebody denies
    that it holds, or that fighting is said of later; the day of the breach counts as one on which it was in force.
    """
    told = claims.until(today)
    speaks = (told.kind == Kind.ceasefire) & (told.certainty == Certainty.asserted) & (told.about_from <= today)
    starts = np.unique(told.about_from[speaks & ~told.denied & (told.side < 0)]).tolist()
    denied = told.about_from[speaks & told.denied]
    fought = told.about_from[np.isin(told.kind, FIGHTS) & ~told.denied & (told.certainty == Certainty.asserted)]
    begun = broken = days = 0
    until, breaches = -1, [0]
    for start in starts:
        if begun and start <= until:
            continue  # the same one, told of again
        breaches = [*denied[denied >= start].tolist(), *fought[(fought > start) & (fought <= today)].tolist()]
        until = min(breaches, default=today)
        begun, broken, days = begun + 1, broken + bool(breaches), days + until - start + 1
    return Ceasefires(begun, broken, days, holds=not breaches)
