"""The campaign's rules as a Mesa model, one agent a place: what the engine is compared with in `bench_campaign`.

What a place does is decided by `vedette.campaign.reference`, so a member ends in the same state; Mesa's part is agents
and their schedule.
"""

from __future__ import annotations

from mesa import Agent, Model

from vedette.campaign import CampaignGround, Member, Orders, Parameters


class PlaceAgent(Agent):  # type: ignore[misc]  # Mesa ships no types
    """A place looks at its neighbours, decides on its state tomorrow, then takes it."""

    def __init__(self, model: CampaignModel, number: int) -> None:
        super().__init__(model)
        self.number, self.state, self.then = number, model.member.today[number], -1

    def decide(self) -> None:
        self.then = self.model.member.tomorrow(self.number)

    def become(self) -> None:
        self.state = self.then


class CampaignModel(Model):  # type: ignore[misc]
    """One member."""

    def __init__(
        self, ground: CampaignGround, parameters: Parameters, orders: Orders, row: int, seed: int, start: list[int]
    ) -> None:
        super().__init__()
        self.member = Member(ground, parameters, orders, row, row, seed, start, start)
        self.places = [PlaceAgent(self, i) for i in range(len(start))]

    def step(self) -> None:
        self.member.morning()
        self.agents.do("decide")
        self.agents.do("become")
        self.member.evening([place.state for place in self.places])
