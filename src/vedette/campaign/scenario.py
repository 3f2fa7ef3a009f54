"""What if: the changes that a scenario makes, checked for sense before anything is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vedette.errors import ScenarioError
from vedette.ground import Places, Routes, Sides

__all__ = ["BackerChange", "Hold", "Loss", "RoadChange", "Scenario", "Shift", "read_scenario"]


@dataclass(frozen=True, slots=True)
class Hold:
    """A side holds a place, from the start up to `until` (to the end if None)."""

    place: int
    side: int
    until: date | None


@dataclass(frozen=True, slots=True)
class Loss:
    """A side takes a place by the day `by` and keeps it."""

    place: int
    side: int
    by: date


@dataclass(frozen=True, slots=True)
class RoadChange:
    """A route that supplies can no longer use."""

    route: int


@dataclass(frozen=True, slots=True)
class Shift:
    """A side moves a share of its strength from one sector (district) to another, if a road is open between them."""

    side: int
    origin: str
    target: str
    share: float


@dataclass(frozen=True, slots=True)
class BackerChange:
    """A backer's help for a side stops, or starts."""

    actor: str
    side: int
    starts: bool


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that is changed; the empty scenario changes nothing.

    `peacekeepers` who see to it that who stops fighting does not begin again: there, not there, or (None) unsaid.
    `opened`: pairs of places between which a road is opened. `tempo` are factors on each side's assaults.
    """

    title: str = "nothing changed"
    as_of: date | None = None
    horizon: int | None = None
    holds: tuple[Hold, ...] = ()
    losses: tuple[Loss, ...] = ()
    cuts: tuple[RoadChange, ...] = ()
    opened: tuple[tuple[int, int], ...] = ()
    shifts: tuple[Shift, ...] = ()
    backers: tuple[BackerChange, ...] = ()
    grounded: tuple[int, ...] = ()
    ceasefire: date | None = None
    peacekeepers: bool | None = None
    tempo: tuple[tuple[int, float], ...] = ()
    watch: tuple[int, ...] = ()


KEYS = {
    "title": None,
    "as_of": None,
    "horizon": None,
    "watch": None,
    "ceasefire": None,
    "peacekeepers": None,
    "close_airspace": None,
    "hold": {"place", "side", "until"},
    "lose": {"place", "to", "by"},
    "cut": {"route"},
    "open": {"from", "to"},
    "reserves": {"side", "from", "to", "share"},
    "backer": {"actor", "side", "change"},
    "tempo": {"side", "factor"},
}


def read_scenario(
    toml: Mapping[str, Any], places: Places, routes: Routes, sides: Sides, sectors: Sequence[str], label: str
) -> Scenario:
    """A scenario from a TOML table; a `ScenarioError` says what in it cannot be. See docs/campaign.md for the keys."""
    unknown = sorted(set(toml) - set(KEYS))
    if unknown:
        raise ScenarioError(f"{label}: {unknown[0]!r} is nothing that can be changed. Known: {', '.join(KEYS)}.")
    reader = _Reader(label, places, routes, sides)
    found = Scenario(
        title=str(toml.get("title", label)),
        as_of=reader.day(toml.get("as_of"), "as_of"),
        horizon=reader.whole(toml.get("horizon"), "horizon"),
        holds=tuple(
            Hold(reader.place(row), reader.side(row, "side"), reader.day(row.get("until"), "until"))
            for row in reader.rows(toml, "hold")
        ),
        losses=tuple(
            Loss(reader.place(row), reader.side(row, "to"), reader.needed_day(row, "by"))
            for row in reader.rows(toml, "lose")
        ),
        cuts=tuple(RoadChange(reader.route(row)) for row in reader.rows(toml, "cut")),
        opened=tuple(reader.road(row) for row in reader.rows(toml, "open")),
        shifts=tuple(reader.shift(row, sectors) for row in reader.rows(toml, "reserves")),
        backers=tuple(
            BackerChange(str(row.get("actor", "")), reader.side(row, "side"), reader.change(row))
            for row in reader.rows(toml, "backer")
        ),
        grounded=tuple(reader.side({"side": s}, "side") for s in reader.listed(toml, "close_airspace")),
        ceasefire=reader.day(toml.get("ceasefire"), "ceasefire"),
        peacekeepers=reader.yes_or_no(toml.get("peacekeepers"), "peacekeepers"),
        tempo=tuple((reader.side(row, "side"), reader.factor(row)) for row in reader.rows(toml, "tempo")),
        watch=tuple(places.find(str(name)) for name in reader.listed(toml, "watch")),
    )
    _check_sense(found, places, routes, sides, label)
    return found


def _check_sense(scenario: Scenario, places: Places, routes: Routes, sides: Sides, label: str) -> None:
    held: dict[int, Hold] = {}
    for hold in scenario.holds:
        before = held.setdefault(hold.place, hold)
        if before.side != hold.side:
            raise ScenarioError(
                f"{label}: {places.names[hold.place]} is held by {sides[hold.side].id} and by {sides[before.side].id}"
                " at once. A place has one holder: keep one of the two."
            )
    lost: dict[int, Loss] = {}
    for loss in scenario.losses:
        if loss.place in lost:
            raise ScenarioError(f"{label}: {places.names[loss.place]} is lost twice. Keep one of the two.")
        lost[loss.place] = loss
        hold_there = held.get(loss.place)
        if hold_there is not None and (hold_there.until is None or hold_there.until > loss.by):
            raise ScenarioError(
                f"{label}: {places.names[loss.place]} is held beyond {loss.by} and lost by then. Both cannot be: "
                "end the hold with `until`, or drop one."
            )
    for change in scenario.cuts:
        a, b = routes.ends[change.route].tolist()
        if (a, b) in scenario.opened or (b, a) in scenario.opened:
            raise ScenarioError(
                f"{label}: the road from {places.names[a]} to {places.names[b]} is cut and opened at once. Keep one."
            )
    for who, named in (
        ("the tempo of {}", [sides[side].id for side, _ in scenario.tempo]),
        ("the help of {}", [f"{c.actor} for {sides[c.side].id}" for c in scenario.backers]),
    ):
        twice = [name for n, name in enumerate(named) if name in named[:n]]
        if twice:
            raise ScenarioError(f"{label}: {who.format(twice[0])} is changed twice. Keep one of the two.")


@dataclass(frozen=True)
class _Reader:
    label: str
    places: Places
    routes: Routes
    sides: Sides

    def rows(self, toml: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        rows = toml.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ScenarioError(f"{self.label}: `{key}` is not a list of tables. Write [[{key}]] before each.")
        known = KEYS[key] or set()
        for row in rows:
            if set(row) - known:
                raise ScenarioError(
                    f"{self.label}: [[{key}]] has no {sorted(set(row) - known)[0]!r}. "
                    f"It takes {', '.join(sorted(known))}."
                )
        return rows

    def listed(self, toml: Mapping[str, Any], key: str) -> list[Any]:
        value = toml.get(key, [])
        return value if isinstance(value, list) else [value]

    def place(self, row: Mapping[str, Any]) -> int:
        return self.places.find(str(row.get("place", "")))

    def route(self, row: Mapping[str, Any]) -> int:
        name = str(row.get("route", ""))
        if self.routes.by_proximity:
            raise ScenarioError(
                f"{self.label}: this case has no routes, and what stands in for them has no names to cut it by. "
                "Add routes.csv, or drop [[cut]]."
            )
        if name not in self.routes:
            raise ScenarioError(
                f"{self.label}: there is no route {name!r} in this case. `vedette who PLACE` lists those of a place."
            )
        return self.routes.index(name)

    def road(self, row: Mapping[str, Any]) -> tuple[int, int]:
        a, b = (self.places.find(str(row.get(key, ""))) for key in ("from", "to"))
        if a == b:
            raise ScenarioError(f"{self.label}: a road is opened from {self.places.names[a]} to itself. Name two.")
        return a, b

    def side(self, row: Mapping[str, Any], key: str) -> int:
        name = str(row.get(key, ""))
        if name not in self.sides.ids:
            raise ScenarioError(
                f"{self.label}: {name!r} is no side of this case. Its sides: {', '.join(self.sides.ids)}."
            )
        return self.sides.ids.index(name)

    def day(self, value: object, key: str) -> date | None:
        if value is None:
            return None
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                value = repr(value)
        if isinstance(value, datetime):
            return value.date()
        if not isinstance(value, date):
            raise ScenarioError(f"{self.label}: {key} = {value} is not a date. Write it as YYYY-MM-DD.")
        return value

    def needed_day(self, row: Mapping[str, Any], key: str) -> date:
        found = self.day(row.get(key), key)
        if found is None:
            raise ScenarioError(f"{self.label}: a change has no `{key}`. Say when, as YYYY-MM-DD.")
        return found

    def whole(self, value: object, key: str) -> int | None:
        if value is None:
            return None
        if not isinstance(value, int) or not 1 <= value <= 3650:
            raise ScenarioError(f"{self.label}: {key} = {value!r} is not a number of days from 1 to 3650. Correct it.")
        return value

    def yes_or_no(self, value: object, key: str) -> bool | None:
        if value is not None and not isinstance(value, bool):
            raise ScenarioError(f"{self.label}: {key} = {value!r} is neither true nor false. Write one of them.")
        return value

    def factor(self, row: Mapping[str, Any]) -> float:
        value = row.get("factor")
        if not isinstance(value, (int, float)) or not 0 <= value <= 100:
            raise ScenarioError(f"{self.label}: the tempo factor {value!r} is not a number from 0 to 100. Correct it.")
        return float(value)

    def change(self, row: Mapping[str, Any]) -> bool:
        value = row.get("change", "stop")
        if value not in ("stop", "start"):
            raise ScenarioError(f"{self.label}: a backer's change is 'stop' or 'start', not {value!r}.")
        return bool(value == "start")

    def shift(self, row: Mapping[str, Any], sectors: Sequence[str]) -> Shift:
        share = row.get("share")
        if not isinstance(share, (int, float)) or not 0 < share < 1:
            raise ScenarioError(f"{self.label}: reserves move a share between 0 and 1 of a sector, not {share!r}.")
        for key in ("from", "to"):
            if row.get(key) not in sectors:
                known = ", ".join(s for s in sectors if s) or "none: its places name no district"
                raise ScenarioError(
                    f"{self.label}: there are no reserves in {row.get(key)!r}: it is no sector of this case. "
                    f"Sectors: {known}."
                )
        if row["from"] == row["to"]:
            raise ScenarioError(f"{self.label}: reserves move from {row['from']} to itself. Name two sectors.")
        return Shift(self.side(row, "side"), str(row["from"]), str(row["to"]), float(share))
