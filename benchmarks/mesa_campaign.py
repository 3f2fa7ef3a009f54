"""The campaign's rules as a Mesa model, one agent a place: what the engine is compared with in `bench_campaign`.

The same numbers decide the same things as in `vedette.campaign.reference`, so a member ends in the same state.
"""

from __future__ import annotations

import math
from typing import Any

from mesa import Agent, Model

from vedette.campaign import CampaignGround, Orders, Parameters
from vedette.campaign.reference import _force, _supplied, uniform
from vedette.dynamics import FOOTHOLD, PHASE_DAYS, contact_level


class PlaceAgent(Agent):
    """A place looks at its neighbours, decides on its state tomorrow, then takes it."""

    def __init__(self, model: CampaignModel, number: int, state: int) -> None:
        super().__init__(model)
        self.number, self.state, self.last, self.then = number, state, state, state
        self.around: list[PlaceAgent] = []

    def decide(self) -> None:
        w, i, d = self.model, self.number, self.model.day
        p, row, orders = w.parameters, w.row, w.orders
        self.then = self.state
        if d + 1 < orders.held_until[i]:
            self.then = int(orders.keeper[i])
            return
        if w.ended >= 0:
            return
        near = [sum(a.state == k for a in self.around) for k in range(w.sides + 1)]
        sector = int(w.ground.sector[i])
        force = [_force(p, row, w.helped, k, sector) for k in range(w.sides)]
        odds = float(p.odds[row])
        if self.state < w.sides:
            enemies = [k for k in range(w.sides) if k != self.state and near[k]]
            if not enemies:
                return
            attacker = max(enemies, key=lambda k: (near[k], -k))
            level = contact_level(len(self.around) - near[self.state] - near[-1] / 2, len(self.around))
            rate = p.tempo[row, d // PHASE_DAYS, self.state] * p.hazard[row, level] * p.front[row, self.state, sector]
            rate *= orders.pace[d, attacker] * (force[attacker] / force[self.state]) ** odds
            cut = i not in w.supplied[self.state]
            rate *= p.isolation[row] if cut else 1.0
            if self.luck(0) < 1.0 - math.exp(-rate):
                self.then = attacker if self.luck(1) < p.rush[row] else w.sides
            elif cut and self.luck(3) < 1.0 - math.exp(-p.withdrawal[row]):
                self.then = attacker
        elif self.luck(0) < p.settle[row]:
            pull = [(FOOTHOLD + near[k]) * force[k] ** odds for k in range(w.sides)]
            luck, upto = self.luck(1) * sum(pull), 0.0
            for k in [(self.last + n) % w.sides for n in range(w.sides)]:
                upto += pull[k]
                if luck < upto:
                    self.then = k
                    return

    def become(self) -> None:
        self.state = self.then
        if self.state < self.model.sides:
            self.last = self.state

    def luck(self, use: int) -> float:
        return uniform(self.model.seed_, self.model.row, self.model.day, self.number, use)


class CampaignModel(Model):
    """One member without a scenario and without backers."""

    def __init__(
        self, ground: CampaignGround, parameters: Parameters, orders: Orders, row: int, seed: int, start: list[int]
    ) -> None:
        super().__init__()
        self.ground, self.parameters, self.orders, self.row, self.seed_ = ground, parameters, orders, row, seed
        self.sides, self.day, self.ended, self.helped = ground.sides, 0, -1, [0] * ground.sides
        self.places = [PlaceAgent(self, i, state) for i, state in enumerate(start)]
        for place in self.places:
            place.around = [self.places[n] for n in ground.neighbours.of(place.number).tolist()]
            if orders.held_until[place.number] > 0:
                place.state = place.last = int(orders.keeper[place.number])
        self.began = [sum(a.last == k for a in self.places) for k in range(self.sides)]
        self.supplied: list[Any] = []

    def step(self) -> None:
        p, row = self.parameters, self.row
        lost = [1.0 - sum(a.last == k for a in self.places) / max(self.began[k], 1) for k in range(self.sides)]
        peace = 1.0 - math.exp(-p.ceasefire[row] * math.exp(p.weariness[row] * max(0.0, *lost)))
        if self.ended < 0 and uniform(self.seed_, row, self.day, len(self.places), 2) < peace:
            self.ended = self.day
        states = [a.state for a in self.places]
        self.supplied = [_supplied(self.ground, self.orders, k, states) for k in range(self.sides)]
        self.agents.do("decide")
        self.agents.do("become")
        self.day += 1
