"""From stage results to the plain lines that briefings show."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Sequence
from datetime import date

import numpy as np

from vedette.belief import Belief, Figure, MapRecord, map_records, records_of, weights_at
from vedette.briefing import SIDE_COLORS, ClaimLine, Outlook, RecordLine, SideLook
from vedette.briefing import day as day_words
from vedette.claims import Claims, ControlMap, Kind, Says, says_of
from vedette.ground import Sides
from vedette.store import Case

__all__ = ["LABEL_RANK", "claim_lines", "favoured_side", "outlook_at", "record_lines", "side_looks", "title_on"]


LABEL_RANK = {"city": 2.0, "town": 3.0}
"""Which kinds of places get their names on a map first; the case's headline places come before them."""


_MONTH = f"(?:{'|'.join(month_name[1:])})"
_BEGAN = rf"(?P<first>\d{{1,2}}(?: {_MONTH}(?: \d{{4}})?)?|{_MONTH}(?: \d{{4}})?|\d{{4}})"
_SPAN = re.compile(
    rf"(?P<name>.+?)(?:[,:]| from)(?: from)? {_BEGAN} ?(?:to|until|[–-]) ?(?:\d{{1,2}} )?(?:{_MONTH} )?\d{{4}}"
)
"""A title that ends with when the war began and ended: a day, a month or a year each."""


def title_on(case: Case, as_of: date) -> str:
    """The title of a case as it could have stood on a day: without the war's end while nobody knew it."""
    found = _SPAN.fullmatch(case.title)
    if found is None or as_of >= case.days.last:
        return case.title
    to_the_day = re.match(r"\d{1,2}\b", found["first"])
    return f"{found['name']}, from {day_words(case.days.first) if to_the_day else found['first']}"


def side_looks(sides: Sides) -> tuple[SideLook, ...]:
    """Names and colours, by the order of the case file."""
    return tuple(SideLook(side.id, side.name, SIDE_COLORS[k]) for k, side in enumerate(sides))


def outlook_at(belief: Belief, place: int, day: int) -> Outlook:
    """The probability of each state."""
    control = belief.on(day)[:, place]
    share = np.bincount(control, minlength=belief.evidence.states) / len(control)
    return Outlook(tuple(share.tolist()), tuple(belief.evidence.sides.label(s) for s in range(len(share))))


def favoured_side(claims: Claims, n: int) -> int | None:
    """The side that a claim says holds its place or fights its way in; None if it says neither of any one side."""
    claim, sides = claims.row(n), len(claims.sides)
    side = int(claims.side[n])
    found = says_of(claim.kind, denied=claim.denied, partial=claim.partial, certainty=claim.certainty)
    if found is None or side < 0 or claims.place[n] < 0:
        return None
    if found[0] in (Says.took, Says.holds, Says.repels, Says.fights):
        return side
    return 1 - side if found[0] is Says.lacks and sides == 2 else None


def claim_lines(
    known: Claims, rows: list[int], belief: Belief | None = None, place: int | None = None, day: int = 0
) -> list[ClaimLine]:
    """Claims as people read them; with a belief and a place, what each adds there on that day."""
    weight: dict[int, tuple[float, ...]] = {}
    steady: dict[int, bool] = {}
    first_of: dict[int, int] = {}
    if belief is not None:
        of_claim = belief.evidence.told.of_claim
        if place is not None:
            fights = belief.evidence.told.says == Says.fights
            for w in weights_at(belief, place, day):
                weight[w.assertion] = w.push if fights[w.assertion] else w.change
                steady[w.assertion] = w.reliable
        for n, j in enumerate(of_claim.tolist()):
            first_of.setdefault(j, n)
    names = {side.id: side.name for side in known.sides}
    out = []
    for n in rows:
        claim, j = known.row(n), int(belief.evidence.told.of_claim[n]) if belief is not None else -1
        favours, camp = favoured_side(known, n), int(known.camp[n])
        on_a_place = claim.place_id is not None
        where = known.places.names[known.place[n]] if on_a_place else known.routes.names[known.route[n]]
        against = favours is not None and camp < len(known.sides) and favours != camp and claim.kind not in _FIGHTING
        out.append(
            ClaimLine(
                claim_id=claim.claim_id,
                reported_on=claim.reported_on,
                about_from=claim.about_from,
                about_to=claim.about_to,
                claimant=claim.claimant,
                claimant_side=names.get(claim.claimant_side, "third party"),
                relayed_by=claim.relayed_by,
                kind=claim.kind.name,
                side=names.get(claim.side, claim.side),
                place=where,
                place_id=claim.place_id or "",
                denied=claim.denied,
                partial=claim.partial,
                against_interest=against,
                paraphrase=claim.paraphrase,
                source_url=claim.source_url,
                favours=favours,
                weight=weight[j][favours] if favours is not None and j in weight else None,
                counted=j < 0 or first_of.get(j) == n,
                steady=steady.get(j, True),
            )
        )
    return out


_FIGHTING = (Kind.assault, Kind.advance)
"""To report the enemy's attack is not to speak against one's interest."""


def record_lines(belief: Belief, known: Claims, maps: Sequence[ControlMap]) -> list[RecordLine]:
    """Every claimant's record, those who claimed most first, then every map's.

    `known` and `maps` are what the belief was drawn from.
    """
    sides = belief.evidence.sides
    out = []
    for record in records_of(belief, known):
        spoke = known.claimant == record.claimant
        camp = int(known.camp[np.argmax(spoke)])
        gains, against, other, denials, lateness = (
            getattr(record, name) for name in ("gains", "against", "other", "denials", "lateness")
        )
        out.append(
            RecordLine(
                claimant=belief.evidence.claimants[record.claimant],
                camp=sides[camp].name if camp < len(sides) else "third party",
                claims=int(spoke.sum()),
                assertions=record.assertions,
                overall=_interval(record.overall),
                announced=_count(gains),
                gains=_interval(gains),
                admitted=_count(against),
                against=_interval(against),
                others=_count(other),
                other=_interval(other),
                lost=_count(denials),
                denials=_interval(denials),
                timed=_count(lateness),
                late_days=_interval(lateness),
            )
        )
    out.sort(key=lambda r: (-r.assertions, -r.claims, r.claimant))
    return out + [_map_line(record) for record in map_records(belief, maps)]


def _map_line(record: MapRecord) -> RecordLine:
    """A map speaks for nobody, of nobody's interest."""
    return RecordLine(
        claimant=record.source,
        camp="control map",
        claims=record.redrawn,
        assertions=record.redrawn,
        overall=_interval(record.right),
        announced=0,
        gains=None,
        admitted=0,
        against=None,
        others=0,
        other=None,
        lost=0,
        denials=None,
        timed=_count(record.lateness),
        late_days=_interval(record.lateness),
        unit="redrawn place",
    )


def _interval(figure: Figure | None) -> tuple[float, float, float] | None:
    return None if figure is None else (figure.mean, figure.low, figure.high)


def _count(figure: Figure | None) -> int:
    return 0 if figure is None else round(figure.of)
