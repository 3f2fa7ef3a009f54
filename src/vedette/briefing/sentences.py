"""Sentences made from numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from vedette.briefing.content import (
    Arrival,
    Briefing,
    Change,
    ClaimLine,
    Dispute,
    MapLine,
    News,
    Outlook,
    PlaceStory,
    RecordLine,
    Shift,
    SupplyLine,
)
from vedette.briefing.words import certainty_word, counted, percent, the, verb
from vedette.ground import COMPASS

__all__ = [
    "LATE",
    "LIMITS",
    "ODDS",
    "OVER_DRAWS",
    "TEMPLATE_WORDS",
    "arrival_sentence",
    "change_sentence",
    "day",
    "days",
    "delay_sentence",
    "dispute_sentence",
    "drift_sentence",
    "expected_wrong",
    "holder_sentence",
    "map_records_said",
    "map_sentence",
    "map_sentences",
    "news_sentence",
    "odds_words",
    "open_sentence",
    "rest_sentence",
    "shift_sentence",
    "supply_sentence",
    "weight_words",
    "without_sentence",
    "without_sentences",
]

LIMITS = (
    "The list of places is itself a source of error: it holds places that somebody named, and no others.",
    "Positions of ruined villages can be off by one to three kilometres; road lengths are approximate.",
    "A place counts as one point. Heights, outskirts and districts of a town are not told apart.",
    "Supply counts roads, who holds the places along them, fire from ground that overlooks them, and claims.",
    "It does not count weather, aircraft, or the state of the road.",
    "Claims are what was published: places without reporters look calmer than they are.",
    "The finest grain is a named place and a day: no positions of units, no persons. This is not a tool for targeting.",
)
"""What every briefing says of its limits; docs/limits.md says more."""


def day(when: date) -> str:
    """A date as a newspaper prints it."""
    return f"{when.day} {when:%B %Y}"


def days(first: date, last: date) -> str:
    """The days from one to another; one day as itself."""
    return day(first) if first == last else f"{day(first)} – {day(last)}"


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


def without_sentence(story: PlaceStory, camp: str) -> str:
    """What would be believed of a place without the word of a camp that spoke of it."""
    outlook = story.without_camp[camp]
    said = "the draws cannot tell: they would hardly be drawn without it"
    if outlook is not None:
        said = ", ".join(f"{state} {percent(p)}" for state, p in zip(outlook.states, outlook.probability, strict=True))
        said += " (drawn anew)" if camp in story.drawn_anew else ""
    return f"Without what {the(camp)} {verb(camp, 'says', 'say')} about it: {said}."


def without_sentences(story: PlaceStory) -> str:
    """The same of every camp that spoke of it; empty if none did."""
    return " ".join(without_sentence(story, camp) for camp in story.without_camp)


def map_sentence(story: PlaceStory, line: MapLine) -> str:
    """What a control map shows of a place, what that does to its odds, and what would be believed without it."""
    state = story.outlook.states[line.shows]
    held = "contested" if line.shows == len(story.outlook.states) - 1 else f"held by {the(state)}"
    since = f"has shown it {held} since {day(line.since)}"
    if line.until < story.as_of:
        when = f"on {day(line.since)}"
        if line.until != line.since:
            when = f"from {day(line.since)} to {day(line.until)}"
        since = f"showed it {held} {when}, and not since then"
    if line.weight is None or line.without is None:
        return f"The map {line.source} {since}; the draws cannot tell what that adds."
    added = _times(line.weight)
    added = "which adds nothing" if added == "no weight" else f"which makes that {added} in odds"
    without = line.without
    rest = ", ".join(f"{name} {percent(p)}" for name, p in zip(without.states, without.probability, strict=True))
    return f"The map {line.source} {since}, {added}; without it: {rest}{' (drawn anew)' if line.drawn_anew else ''}."


def map_sentences(story: PlaceStory) -> str:
    """The same of every control map that ever showed the place; empty if none did."""
    return " ".join(map_sentence(story, line) for line in story.maps)


def map_records_said(records: Sequence[RecordLine]) -> str:
    """What the record of a control map counts, if there is one."""
    if all(r.unit == "claim" for r in records):
        return ""
    return "What a control map says are the places that it redraws."


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
    reached = (
        f"{_chance(1 - supply.isolated)} supplies"
        if supply.isolated < 0.5
        else f"{_chance(supply.isolated)} no supplies"
    )
    reached += f" of {side} get in by road, if the place is its own or contested."
    if not likely:
        return f"{reached} From no compass point do they come with a chance of one in five."
    free = f"{_chance(1 - supply.unsafe)} a" if supply.unsafe < 0.5 else f"{_chance(supply.unsafe)} no"
    return f"{reached} They can come from the {_listed(likely)}. {free} way in is free of fire."


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def weight_words(dispute: Dispute) -> list[tuple[str, tuple[ClaimLine, ...]]]:
    """The claims that weigh most, by which way: for the verdict, against it, or either where it is contested."""
    told = [(dispute.backs(claim), claim) for claim in dispute.why]
    headed = (("Most weight", None), ("Speaking for it", True), ("Weighing against it", False))
    groups = [(head, tuple(claim for way, claim in told if way is which)) for head, which in headed]
    return [(head, claims) for head, claims in groups if claims]


def open_sentence(names: Sequence[str]) -> str:
    """Which places claims of the last days contradict each other about."""
    return f"Claims about {_listed(list(names))} contradict each other." if names else ""


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


def shift_sentence(shift: Shift, as_of: date, eve: date) -> str:
    """What the nowcast says of a place now, and what that of the eve said."""
    before, now = shift.figures
    clause = _state_clause(shift.after, shift.state, shift.name)
    return f"{_chance(now)} {clause} on {day(as_of)}; the nowcast of {day(eve)} gave {percent(before)}."


def arrival_sentence(arrival: Arrival, now: float) -> str:
    """What a claim that came in does to the figure of a shift."""
    if not arrival.claim.counted:
        return "It repeats what its claimant had said, and adds nothing."
    if arrival.without is None:
        return "What it adds cannot be told from these draws."
    if percent(arrival.without) == percent(now):
        return f"Without it the figure would be the same, {percent(now)}."
    return f"Without it the figure would be {percent(arrival.without)}, not {percent(now)}."


def rest_sentence(shift: Shift) -> str:
    """How much of a shift new claims account for."""
    before, _ = shift.figures
    if shift.without is None:
        return "What the new claims add together cannot be told from these draws."
    said = f"Without any of the new claims it would be {percent(shift.without)}"
    if percent(shift.without) == percent(before):
        return f"{said}, as the day before."
    return f"{said}; the rest of the way from {percent(before)} is the day that passed and what was learned elsewhere."


def news_sentence(news: News, as_of: date, shown: int | None = None) -> str:
    """What came in since the eve, and how many places moved; `shown` of them are told of below, all if None."""
    came = f"{counted(news.arrived, 'claim')} came in on {day(as_of)}"
    if news.arrived:
        came += (
            f"; {news.new or 'none'} of them {'says' if news.new == 1 else 'say'} something new of who holds a place"
        )
    by = f"by {100 * news.moved_by:.0f} points or more, and by more than the draws' own noise, since {day(news.eve)}"
    if not news.moved:
        return f"{came}. No place moved {by}."
    said = f"{came}. {counted(news.moved, 'place')} moved {by}, each day seen as of that day."
    told = len(news.shifts) if shown is None else min(shown, len(news.shifts))
    explained = news.moved - len(news.drifted)
    if told and told < explained:
        return (
            f"{said} {explained} of them had new claims about them or a place next to them; the {told} that moved most:"
        )
    return said


DRIFTED = 6
"""Places named of those that moved without a new claim."""


def drift_sentence(news: News) -> str:
    """Which places moved with no new claim about them, in one sentence; or nothing."""
    if not news.drifted:
        return ""
    more = len(news.drifted) - DRIFTED
    names = [*news.drifted[:DRIFTED], *([f"{more} more"] if more > 0 else [])]
    return (
        f"{_listed(names)} moved with no new claim about {'it' if len(names) == 1 else 'them'} or a place next to "
        f"{'it' if len(names) == 1 else 'them'}: what moved {'it' if len(names) == 1 else 'them'} is the day that "
        "passed, and what was learned elsewhere of places, sources and pace."
    )


ODDS = (
    "Odds ×3: the claim triples the odds of what it says, all else equal; ÷3: it cuts them to a third; with ?, the "
    "draws differ on how much."
)
"""What stands once beside the odds of claims."""

OVER_DRAWS = "90 % of the draws lie in the interval; how far the map itself may err is not in it."
"""What stands once beside counts of places."""

LATE = "Days late: from a capture to its first word of it; below zero, it was announced before it came."

NO_WEIGHT = 1.05
"""A claim that changes the odds by less says nothing worth telling."""


def odds_words(claim: ClaimLine) -> str:
    """What a claim does to the odds of what it says, all else equal: "×3.1", "÷2.0?" if draws differ, or why nothing.

    Empty where no weight was taken.
    """
    if not claim.counted:
        return "repeats"
    if claim.weight is None:
        return ""
    return f"{_times(claim.weight)}{'' if claim.steady or abs(claim.weight) < math.log(NO_WEIGHT) else '?'}"


def _times(weight: float) -> str:
    """A change in log odds, as what the odds are multiplied or divided by."""
    times = math.exp(min(abs(weight), 9.2))
    if times < NO_WEIGHT:
        return "no weight"
    return f"{'×' if weight > 0 else '÷'}{times:.{0 if times >= 10 else 1}f}"


def delay_sentence(briefing: Briefing) -> str:
    """That nothing of the last days is shown, or nothing."""
    if not briefing.delay:
        return ""
    return (
        f"Published with a delay, by choice: this is what was known on {day(briefing.as_of)}, and nothing of the "
        f"{counted(briefing.delay, 'day')} before publication on {day(briefing.published)} is shown."
    )


def expected_wrong(briefing: Briefing) -> str:
    """How many places are to be expected to be other than their likeliest state, if the probabilities are right."""
    probability = briefing.map.probability
    wrong = float((1 - probability.max(axis=1)).sum())
    return (
        f"By its own probabilities, about {wrong:.0f} of {len(probability)} places are in another state than the "
        "likeliest one."
    )


TEMPLATE_WORDS: Mapping[str, Callable[..., object]] = {
    "day": day,
    "days": days,
    "pct": percent,
    "the": the,
    "verb": verb,
    "holder": holder_sentence,
    "supply": supply_sentence,
    "dispute": dispute_sentence,
    "change": change_sentence,
    "news_said": news_sentence,
    "shift": shift_sentence,
    "arrival": arrival_sentence,
    "rest": rest_sentence,
    "delay": delay_sentence,
    "drift": drift_sentence,
    "weights": weight_words,
    "contradicted": open_sentence,
    "without_sentences": without_sentences,
    "map_sentences": map_sentences,
    "map_records_said": map_records_said,
    "odds_explained": lambda: ODDS,
    "over_draws": lambda: OVER_DRAWS,
    "late_explained": lambda: LATE,
}
"""What the templates of page and Markdown call each sentence."""
