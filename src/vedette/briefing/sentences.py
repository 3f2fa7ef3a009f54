"""Sentences made from numbers."""

from __future__ import annotations

from datetime import date

from vedette.briefing.content import Change, Dispute, Outlook, PlaceStory, SupplyLine
from vedette.briefing.words import certainty_word, percent, the, verb
from vedette.ground import COMPASS

__all__ = ["change_sentence", "day", "dispute_sentence", "holder_sentence", "supply_sentence"]


def day(when: date) -> str:
    """A date as a newspaper prints it."""
    return f"{when.day} {when:%B %Y}"


def _chance(probability: float) -> str:
    word = certainty_word(probability)
    if word == "roughly even chance":
        return f"There is a roughly even chance ({percent(probability)}) that"
    if word == "almost no chance":
        return f"There is almost no chance ({percent(probability)}) that"
    return f"It is {word} ({percent(probability)}) that"


def _state_clause(outlook: Outlook, state: int, place: str) -> str:
    name = outlook.states[state]
    if state == len(outlook.states) - 1:
        return f"{place} is contested"
    return f"{the(name)} {verb(name, 'holds', 'hold')} {place}"


def holder_sentence(name: str, outlook: Outlook, when: date) -> str:
    """Who holds a place, in one sentence with its word and number; in a second, what else may be."""
    lead = outlook.leading
    first = f"{_chance(outlook.probability[lead])} {_state_clause(outlook, lead, name)} on {day(when)}."
    rest = [
        f"{_state_clause(outlook, s, 'it')} ({percent(p)})"
        for s, p in sorted(enumerate(outlook.probability), key=lambda sp: -sp[1])
        if s != lead and p >= 0.01
    ]
    return f"{first} Otherwise {' or '.join(rest)}." if rest else first


def supply_sentence(story: PlaceStory, supply: SupplyLine) -> str:
    """From where a side can still supply a place."""
    name = story.sides[supply.side].name
    side = the(name)
    if supply.is_source:
        return f"{story.name} lies in the rear of {side}: supplies come from here."
    if supply.not_lost < 0.005:
        has = verb(name, "has", "have")
        return f"There is nothing to supply: {side} {has} almost no chance of still being in {story.name}."
    opened = sorted(supply.bearings.items(), key=lambda bp: (-bp[1], COMPASS.index(bp[0])))
    likely = [f"{point} ({percent(p)})" for point, p in opened if p >= 0.2]
    isolated = (
        f"{_chance(supply.isolated)} no supplies of {side} come in by road, if the place is its own or contested."
    )
    if not likely:
        return f"{isolated} No compass point offers an open road with a chance of one in five."
    return (
        f"{isolated} Supplies can come from the {_listed(likely)}. {_chance(supply.unsafe)} no way in is free of fire."
    )


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def dispute_sentence(dispute: Dispute) -> str:
    """Which way belief leans in a dispute."""
    outlook = dispute.outlook
    lead = outlook.leading
    return f"{_chance(outlook.probability[lead])} {_state_clause(outlook, lead, 'it')}."


def change_sentence(change: Change) -> str:
    """What changed at a place."""
    lead = change.after.leading
    now, before = change.after.probability[lead], change.before.probability[lead]
    clause = _state_clause(change.after, lead, change.name)
    return f"{clause[:1].upper()}{clause[1:]}: {percent(now)}, from {percent(before)}"
