"""The days of a war, counted from its first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vedette.errors import GroundError

__all__ = ["Days"]


@dataclass(frozen=True, slots=True)
class Days:
    """A closed interval of days; day 0 is `first`.

    Arrays hold days as integers counted from `first`: negative before it, larger
    than `len(days) - 1` after the last.
    """

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise GroundError(
                f"the last day, {self.last}, lies before the first, {self.first}: a war cannot end before it "
                "begins. Swap or correct `first_day` and `last_day`."
            )

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[dt.date]:
        return (self.first + dt.timedelta(days=t) for t in range(len(self)))

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and self.first <= day <= self.last

    def index(self, day: dt.date) -> int:
        """Days from `first` to `day`; may lie outside `range(len(self))`."""
        return (day - self.first).days

    def date(self, index: int) -> dt.date:
        """The date of a day number; may lie outside the war."""
        return self.first + dt.timedelta(days=int(index))

    def until(self, day: dt.date) -> Days:
        """The same war seen on `day`: what follows is cut off. `day` after the last changes nothing."""
        if day < self.first:
            raise GroundError(
                f"{day} lies before the first day of the case, {self.first}: nothing is known that early. "
                f"Choose a day from {self.first} to {self.last}."
            )
        return Days(self.first, min(day, self.last))

    def stamps(self) -> NDArray[np.datetime64]:
        """The dates as a `datetime64[ns]` array, the coordinate of xarray results."""
        start = np.datetime64(self.first, "D")
        return (start + np.arange(len(self))).astype("datetime64[ns]")
