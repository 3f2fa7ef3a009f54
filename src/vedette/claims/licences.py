"""Who may be given which claims: terms travel with the data set that a claim came from."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LICENCES", "Licence", "may_leave"]


@dataclass(frozen=True, slots=True)
class Licence:
    """What a data set's publisher allows. Rows that may not be passed on leave as ids and fingerprints."""

    name: str
    url: str
    may_leave: bool


LICENCES = {
    "ACLED": Licence(
        name="ACLED terms of use: no redistribution of the rows",
        url="https://acleddata.com/terms-and-conditions",
        may_leave=False,
    ),
    "UCDP GED": Licence(
        name="CC BY 4.0, Uppsala Conflict Data Program",
        url="https://ucdp.uu.se/downloads/",
        may_leave=True,
    ),
}
"""By the name in `relayed_by`; a data set that is not here leaves under the terms of the case."""


def may_leave(relayed_by: str) -> bool:
    """Whether a claim that came by way of this data set may be passed on."""
    licence = LICENCES.get(relayed_by)
    return licence is None or licence.may_leave
