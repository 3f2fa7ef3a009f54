"""The rules of a campaign in plain Python, one member at a time: slow, to be read, and equal to the compiled engine."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vedette.campaign._combat_kernels import MOST_A_DAY
from vedette.campaign._luck_kernels import FATES, UNKNOWNS
from vedette.campaign._supply_kernels import CUT_SEEN, CUT_UNSEEN, RESERVES_EVERY
from vedette.campaign.ground import CampaignGround
from vedette.campaign.orders import Orders
from vedette.campaign.parameters import Parameters
from vedette.dynamics import FOOTHOLD, PHASE_DAYS, contact_level

__all__ = ["Member", "Told", "run_member", "uniform"]

MASK = (1 << 64) - 1


def _mixed(x: int) -> int:
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def uniform(seed: int, member: int, day: int, place: int, use: int) -> float:
    """A number in [0, 1) that depends on these five alone."""
    golden = 0x9E3779B97F4A7C15
    x = _mixed((seed * golden + member) & MASK)
    x = _mixed((x * golden + day) & MASK)
    x = _mixed((x * golden + place * 4 + use) & MASK)
    return (x >> 11) * 2.0**-53


@dataclass(frozen=True, slots=True)
class Event:
    """More help for a side from `backer`, or reserves that it sends from one sector to another.

    `closes`: that help closes the air to the other sides. `share` of the first sector's strength.
    """

    side: int
    backer: int = -1
    closes: bool = False
    origin: str = ""
    target: str = ""
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Told:
    """One member's story: `states` of all places on day 0 and every day after.

    `ended`: the day on which the fighting last ended, or -1 where it goes on; `truces`: days on which it ended (True)
    or began again; `left`: the share of its strength that each side has left; `steps` of more help that each backer
    took. `events`: day number, and help or reserves sent then; `causes`: why the state of a place changed, in words, by
    day number and place.
    """

    states: list[list[int]]
    ended: int
    truces: list[tuple[int, bool]]
    left: list[float]
    steps: list[int]
    events: list[tuple[int, Event]]
    causes: dict[tuple[int, int], str]


class Member:
    """One campaign, `row` of the parameters, run day by day. What is known on a day is said by methods."""

    def __init__(
        self,
        ground: CampaignGround,
        parameters: Parameters,
        orders: Orders,
        row: int,
        number: int,
        seed: int,
        control: Sequence[int],
        holder: Sequence[int],
    ) -> None:
        self.ground, self.p, self.orders, self.row, self.number, self.seed = (
            ground, parameters, orders, row, number, seed,
        )  # fmt: skip
        self.sides = self.contested = ground.sides
        self.places, self.sectors = range(len(control)), range(len(ground.sectors))
        self.sector: list[int] = ground.sector.tolist()
        self.around: list[list[int]] = [ground.neighbours.of(i).tolist() for i in self.places]
        self.backers = orders.backers
        self.day, self.ended, self.steps = 0, 0 if orders.quiet else -1, [0] * len(self.backers.side)
        self.today, self.last = list(control), list(holder)
        for i in self.places:
            if orders.held_until[i] > 0:
                self.today[i] = self.last[i] = int(orders.keeper[i])
            if orders.lost_on[i] == 0:
                self.today[i] = self.last[i] = int(orders.taker[i])
        self.began = [self.last.count(k) for k in range(self.sides)]
        self.force: list[list[float]] = parameters.strength[row].tolist()
        self.whole = [sum(force) for force in self.force]
        self.fights = [[0.0] * len(self.sectors) for _ in range(self.sides)]
        self.spent = [[0.0] * len(self.sectors) for _ in range(self.sides)]
        self.drive = [
            math.exp(sum(a * b for a, b in zip(ground.worth[i], parameters.worth[row], strict=True)))
            for i in self.places
        ]
        fates = [uniform(seed, number, UNKNOWNS + FATES, r, 0) for r in range(len(ground.routes))]
        self.cut = {r for r, luck in enumerate(fates) if luck < CUT_UNSEEN}
        self.cut_if_seen = {r for r, luck in enumerate(fates) if luck < CUT_SEEN}
        self.seers: dict[int, list[int]] = {}
        for i in self.places:
            for seen in ground.eyes.seen_from(i, number):
                self.seers.setdefault(seen, []).append(i)
        self.supplied: list[set[int]] = []
        self.events: list[tuple[int, Event]] = []
        self.truces: list[tuple[int, bool]] = []
        self.causes: dict[tuple[int, int], str] = {}

    def luck(self, place: int, use: int) -> float:
        """Today's number for a place and a use."""
        return uniform(self.seed, self.number, self.day, place, use)

    def happens(self, place: int, use: int, rate: float) -> bool:
        """Whether what comes with a daily hazard comes today."""
        return self.luck(place, use) < 1.0 - math.exp(-rate)

    def lost(self, side: int) -> float:
        """Share of the places that a side was the last to hold at first."""
        return 1.0 - self.last.count(side) / self.began[side] if self.began[side] else 0.0

    @property
    def left(self) -> list[float]:
        """Share of its strength that each side has left."""
        return [sum(force) / whole for force, whole in zip(self.force, self.whole, strict=True)]

    def seen_by_enemy(self, what: int, side: int) -> bool:
        """Whether ground that a side does not hold sees a place, or a route (numbered after the places)."""
        return any(self.today[i] != side for i in self.seers.get(what, ()))

    def reached(self, side: int, origins: Iterable[int]) -> set[int]:
        """The side's places that can be reached from its own among `origins` over roads open to it."""
        seen = {s for s in origins if self.today[s] == side}
        queue = sorted(seen)
        while queue:
            for other, route in self.orders.roads.leaving(queue.pop()):
                if other not in seen and self.today[other] == side and self.open_road(route, side):
                    seen.add(other)
                    queue.append(other)
        return seen

    def open_road(self, route: int, side: int) -> bool:
        """Roads that a scenario opened have no number, and stay open."""
        if route < 0:
            return True
        if route in self.cut or (route in self.cut_if_seen and self.seen_by_enemy(len(self.places) + route, side)):
            return False
        passes = self.ground.routes.passes
        return all(self.today[p] == side for p in passes[route]) if passes else True

    def supply(self, side: int) -> set[int]:
        """The places that the side's supplies reach; all if it has no source or no routes are known."""
        sources = self.ground.sources.get(side) if len(self.ground.routes) else None
        if sources is None or not len(sources):
            return set(self.places)
        return self.reached(side, sources.tolist())

    def strength(self, side: int, sector: int) -> float:
        """In a sector, with the help it got, and without the aircraft that others' help keeps away."""
        force = self.force[side][sector]
        for b, helped in enumerate(self.backers.side):
            if helped == side:
                force /= (1.0 - float(self.p.more[self.row, b])) ** (self.steps[b] - self.shut(b))
        shut = {int(helped) for b, helped in enumerate(self.backers.side) if helped != side and self.shut(b)}
        return force * (1.0 - float(self.p.air[self.row])) ** len(shut)

    def shut(self, backer: int) -> bool:
        """Whether a backer has closed the air to the other sides: the last step of one that can."""
        return bool(self.backers.closes[backer]) and 0 < self.steps[backer] == self.backers.most[backer]

    def rises(self, backer: int) -> bool:
        """Whether a backer does more today: it has reason to, is free to, and the day is come."""
        side, step = int(self.backers.side[backer]), self.steps[backer]
        taken = [0] * self.sides
        for b, helped in enumerate(self.backers.side):
            taken[helped] += self.steps[b]
        reason = self.lost(side) > self.p.redline[self.row, backer] * (step + 1) or max(taken) > taken[side]
        waits = self.backers.bound[self.backers.bound_start[backer] : self.backers.bound_start[backer + 1]].tolist()
        free = not waits or any(self.today[i] != side for i in waits)
        if not (reason and free and step < self.backers.most[backer]):
            return False
        return self.happens(len(self.places) + 1 + backer, 2, self.p.answer[self.row, backer])

    def stand(self, place: int) -> float:
        """How many times its force a side brings to the defence of a place."""
        return float(self.p.resolve[self.row]) if self.ground.dear[place] else 1.0

    def morning(self) -> None:
        """Does the fighting end or begin again, who gets help, where do reserves go, whom do supplies reach."""
        p, row, places = self.p, self.row, len(self.places)
        if self.ended >= 0:
            held_to = self.day == self.orders.truce or 0 <= self.orders.kept <= self.day
            if not held_to and self.happens(places, 3, p.breach[row]):
                self.ended = -1
                self.truces.append((self.day, False))
        else:
            worst = max(0.0, *(1 - (1 - self.lost(k)) * self.left[k] for k in range(self.sides) if self.began[k]))
            weary = p.ceasefire[row] * math.exp(p.weariness[row] * worst)
            if self.day == self.orders.truce or self.happens(places, 2, weary):
                self.ended = self.day
                self.truces.append((self.day, True))
        if self.ended < 0:
            for b in [b for b in range(len(self.steps)) if self.rises(b)]:
                self.steps[b] += 1
                self.events.append((self.day, Event(int(self.backers.side[b]), b, self.shut(b))))
            if self.day > 0 and self.day % RESERVES_EVERY == 0:
                for k in range(self.sides):
                    self.relieve(k)
                self.fights = [[0.0] * len(self.sectors) for _ in range(self.sides)]
        self.supplied = [self.supply(k) for k in range(self.sides)]

    def relieve(self, side: int) -> None:
        """Send reserves from the strongest sector in which a side did not fight to that where it fought most.

        It must hold a place in the one, and have an open road to the other.
        """
        fought, force = self.fights[side], self.force[side]
        to = max(self.sectors, key=lambda j: (fought[j], -j))
        there = {self.sector[i] for i in self.places if self.today[i] == side}
        idle = [j for j in self.sectors if fought[j] == 0 and j in there]
        if not fought[to] or not idle:
            return
        origin = max(idle, key=lambda j: (force[j], -j))
        reached = self.reached(side, [i for i in self.places if self.sector[i] == origin])
        if any(self.sector[i] == to for i in reached):
            share, sectors = float(self.p.reserves[self.row]), self.ground.sectors
            sent = share * force[origin]
            force[origin] -= sent
            force[to] += sent
            self.events.append((self.day, Event(side, origin=sectors[origin], target=sectors[to], share=share)))

    def tomorrow(self, i: int) -> int:
        """The state of a place tomorrow; what a fight there costs is put down."""
        orders, p, row, d, state = self.orders, self.p, self.row, self.day, self.today[i]
        if 0 <= orders.lost_on[i] <= d + 1:
            return int(orders.taker[i])
        if d + 1 < orders.held_until[i]:
            return int(orders.keeper[i])
        if self.ended >= 0:
            return state
        around = [self.today[n] for n in self.around[i]]
        near = [around.count(k) for k in range(self.sides)]
        defender, sector, odds = self.last[i], self.sector[i], float(p.odds[row])
        enemies = [k for k in range(self.sides) if k != defender and near[k]]
        attacker = max(enemies, key=lambda k: (near[k], -k)) if enemies else -1
        if state != self.contested:
            if attacker < 0:
                return state
            level = contact_level(len(around) - near[state] - around.count(self.contested) / 2, len(around))
            force = self.strength(attacker, sector) / (self.strength(state, sector) * self.stand(i))
            rate = (
                p.tempo[row, d // PHASE_DAYS, state]
                * p.hazard[row, level]
                * self.drive[i]
                * p.front[row, state, sector]
                * orders.pace[d, attacker]
                * force**odds
            )
            cut = i not in self.supplied[state]
            if self.happens(i, 0, rate * p.isolation[row] if cut else rate):
                self.pay(i, attacker, defender)
                self.causes[d, i] = "assaulted while cut off" if cut else "assaulted"
                return attacker if self.luck(i, 1) < p.rush[row] else self.contested
            if cut and self.seen_by_enemy(i, state) and self.happens(i, 3, p.withdrawal[row]):
                self.causes[d, i] = "left, cut off and overlooked"
                return attacker
            return state
        if attacker >= 0:
            self.pay(i, attacker, defender)
        if self.luck(i, 0) < p.settle[row]:
            order = [(defender + n) % self.sides for n in range(self.sides)]
            stand = {k: self.stand(i) if k == defender else 1.0 for k in order}
            pull = [(FOOTHOLD + near[k]) * (self.strength(k, sector) * stand[k]) ** odds for k in order]
            luck, upto = self.luck(i, 1) * sum(pull), 0.0
            for k, share in zip(order, pull, strict=True):
                upto += share
                if luck < upto:
                    return k
            return defender
        return state

    def pay(self, place: int, attacker: int, defender: int) -> None:
        """A day of fighting at a place, in shares of the sector's force, were it all there."""
        sector = self.sector[place]
        self.fights[defender][sector] += 1.0
        self.spent[attacker][sector] += float(self.p.toll[self.row, 0])
        self.spent[defender][sector] += float(self.p.toll[self.row, 1]) * self.stand(place)

    def evening(self, tomorrow: list[int]) -> None:
        """What was decided comes about."""
        for k in range(self.sides):
            for j in self.sectors:
                size = self.sector.count(j)
                self.force[k][j] *= 1.0 - min(self.spent[k][j] / size, MOST_A_DAY)
                self.spent[k][j] = 0.0
        for i in self.places:
            if tomorrow[i] != self.today[i] and tomorrow[i] != self.contested:
                self.last[i] = tomorrow[i]
        self.today = tomorrow
        self.day += 1


def run_member(
    ground: CampaignGround,
    parameters: Parameters,
    orders: Orders,
    row: int,
    number: int,
    seed: int,
    control: Sequence[int],
    holder: Sequence[int],
) -> Told:
    """Run one member, `row` of the parameters, to the end of the orders."""
    member = Member(ground, parameters, orders, row, number, seed, control, holder)
    story = [member.today]
    for _ in range(len(orders.pace)):
        member.morning()
        member.evening([member.tomorrow(i) for i in member.places])
        story.append(member.today)
    return Told(story, member.ended, member.truces, member.left, member.steps, member.events, member.causes)
