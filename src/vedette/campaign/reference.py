"""The rules of a campaign in plain Python, one member at a time: slow, to be read, and equal to the compiled engine."""

from __future__ import annotations

import math
from collections.abc import Sequence

from vedette.campaign._kernels import HELP_STEPS
from vedette.campaign.ground import CampaignGround
from vedette.campaign.orders import Orders
from vedette.campaign.parameters import Parameters
from vedette.dynamics import FOOTHOLD, PHASE_DAYS, contact_level

__all__ = ["run_member", "uniform"]

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


def run_member(
    ground: CampaignGround,
    parameters: Parameters,
    orders: Orders,
    row: int,
    number: int,
    seed: int,
    control: Sequence[int],
    holder: Sequence[int],
) -> tuple[list[list[int]], int]:
    """The states of all places on day 0 and every day after, and the day on which the fighting ended, or -1."""
    sides, contested = ground.sides, ground.sides
    places = range(len(control))
    today, last = list(control), list(holder)
    steps = [0] * sides
    for i in places:
        if orders.held_until[i] > 0:
            today[i] = last[i] = int(orders.keeper[i])
        if orders.lost_on[i] == 0:
            today[i] = last[i] = int(orders.taker[i])
    story, ended = [today], -1
    began = [last.count(k) for k in range(sides)]
    for d in range(len(orders.pace)):
        lost = [1.0 - last.count(k) / max(began[k], 1) if began[k] else 0.0 for k in range(sides)]
        weary = parameters.ceasefire[row] * math.exp(parameters.weariness[row] * max(0.0, *lost))
        peace = 1.0 - math.exp(-weary)
        if ended < 0 and (0 <= orders.truce <= d or uniform(seed, number, d, len(control), 2) < peace):
            ended = d
        if ended < 0:
            rises = [
                bool(orders.backed[k])
                and (lost[k] > parameters.redline[row, k] * (steps[k] + 1) or any(other > steps[k] for other in steps))
                and steps[k] < HELP_STEPS
                and uniform(seed, number, d, len(control) + 1 + k, 2) < 1.0 - math.exp(-parameters.answer[row])
                for k in range(sides)
            ]
            steps = [step + rise for step, rise in zip(steps, rises, strict=True)]
        supplied = [_supplied(ground, orders, k, today) for k in range(sides)]
        tomorrow = list(today)
        for i in places:
            state = today[i]
            if 0 <= orders.lost_on[i] <= d + 1:
                tomorrow[i] = int(orders.taker[i])
            elif d + 1 < orders.held_until[i]:
                tomorrow[i] = int(orders.keeper[i])
            elif ended < 0:
                around = [today[n] for n in ground.neighbours.of(i).tolist()]
                near = [around.count(k) for k in range(sides)]
                force = [_force(parameters, row, steps, k, int(ground.sector[i])) for k in range(sides)]
                odds = float(parameters.odds[row])
                if state != contested:
                    enemies = [k for k in range(sides) if k != state and near[k]]
                    if not enemies:
                        continue
                    attacker = max(enemies, key=lambda k: (near[k], -k))
                    level = contact_level(len(around) - near[state] - around.count(contested) / 2, len(around))
                    rate = (
                        parameters.tempo[row, d // PHASE_DAYS, state]
                        * parameters.hazard[row, level]
                        * parameters.front[row, state, ground.sector[i]]
                        * orders.pace[d, attacker]
                        * (force[attacker] / force[state]) ** odds
                    )
                    cut = i not in supplied[state]
                    if cut:
                        rate *= parameters.isolation[row]
                    if uniform(seed, number, d, i, 0) < 1.0 - math.exp(-rate):
                        tomorrow[i] = attacker if uniform(seed, number, d, i, 1) < parameters.rush[row] else contested
                    elif cut and uniform(seed, number, d, i, 3) < 1.0 - math.exp(-parameters.withdrawal[row]):
                        tomorrow[i] = attacker
                elif uniform(seed, number, d, i, 0) < parameters.settle[row]:
                    pull = [(FOOTHOLD + near[k]) * force[k] ** odds for k in range(sides)]
                    luck, upto, total = uniform(seed, number, d, i, 1), 0.0, sum(pull)
                    for k in [(last[i] + n) % sides for n in range(sides)]:
                        upto += pull[k]
                        if luck * total < upto:
                            tomorrow[i] = k
                            break
        for i in places:
            if tomorrow[i] != today[i] and tomorrow[i] != contested:
                last[i] = tomorrow[i]
        story.append(tomorrow)
        today = tomorrow
    return story, ended


def _force(parameters: Parameters, row: int, steps: Sequence[int], side: int, sector: int) -> float:
    """A side's strength in a sector, with the help it got, and without the aircraft that others' help keeps away."""
    force = float(parameters.strength[row, side, sector])
    if steps[side] >= 1:
        force /= 1.0 - float(parameters.more[row, side])
    for other, step in enumerate(steps):
        if other != side and step >= 2:
            force *= 1.0 - float(parameters.air[row])
    return force


def _supplied(ground: CampaignGround, orders: Orders, side: int, control: Sequence[int]) -> set[int]:
    """The places that the side's supplies reach over places that it holds; all if it has no source or no routes."""
    sources = ground.sources.get(side) if len(ground.routes) else None
    if sources is None or not len(sources):
        return set(range(len(control)))
    seen = {s for s in sources.tolist() if control[s] == side}
    queue = sorted(seen)
    while queue:
        place = queue.pop()
        for other in orders.roads.leaving(place):
            if other not in seen and control[other] == side:
                seen.add(other)
                queue.append(other)
    return seen
