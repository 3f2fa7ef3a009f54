"""Turns of phrase of the genre by the kind they claim, and verbs crossed with the frames they stand in.

`turns.txt` holds a kind and a sentence a line, `!` where the claim is denied; the kinds were
written down before the reader was asked.
"""

# ruff: noqa: E501
from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from vedette.reports import Statement, read_text

TURNS = [
    (kind.strip().rstrip("!"), "!" in kind, text.strip())
    for kind, _, text in (
        line.partition("|") for line in Path(__file__).with_name("turns.txt").read_text(encoding="utf-8").splitlines()
    )
]

VERBS = {
    "capture": ("capture captured captured capturing|seize seized seized seizing|retake retook retaken retaking|overrun overran overrun overrunning|liberate liberated liberated liberating|regain regained regained regaining|occupy occupied occupied occupying", "the town of Norwick"),
    "control": ("hold held held holding|control controlled controlled controlling", "the airport"),
    "withdrawal": ("abandon abandoned abandoned abandoning|vacate vacated vacated vacating", "the town of Norwick"),
    "assault": ("attack attacked attacked attacking|storm stormed stormed storming|raid raided raided raiding", "the town of Norwick"),
    "repulse": ("repel repelled repelled repelling|thwart thwarted thwarted thwarting|foil foiled foiled foiling|halt halted halted halting", "an attack on Norwick"),
    "strike": ("bomb bombed bombed bombing|shell shelled shelled shelling|pound pounded pounded pounding|hit hit hit hitting", "the town of Norwick"),
    "encirclement": ("encircle encircled encircled encircling|besiege besieged besieged besieging|surround surrounded surrounded surrounding", "the garrison"),
    "route_cut": ("cut cut cut cutting|block blocked blocked blocking|sever severed severed severing", "the road to Norwick"),
    "route_open": ("reopen reopened reopened reopening|unblock unblocked unblocked unblocking", "the road to Norwick"),
    "casualties": ("kill killed killed killing|wound wounded wounded wounding", "ten soldiers"),
    "reinforcement": ("send sent sent sending|deploy deployed deployed deploying", "two brigades"),
}  # fmt: skip
FRAMES = {
    "": ("The army {past} {it} on Monday.", "The army has {pp} {it}.", "The army is {ing} {it}.", "The army managed to {base} {it}.",
         "The army advanced from the south, {ing} {it}.", "After {ing} {it}, the army stopped.", "The army said it had {pp} {it}.",
         "The army claims to have {pp} {it}.", "According to residents, the army {past} {it}.", "The army was reported to have {pp} {it}.",
         "“The army has {pp} {it},” the commander said.", "The army, which {past} {it}, lost ten men."),
    "denied": ("The army failed to {base} {it}.", "The army was unable to {base} {it}.", "The army has not {pp} {it}.",
               "The army denied having {pp} {it}.", "The army denied that it had {pp} {it}."),
    "forecast": ("The army could {base} {it} within days.",),
    "intent": ("The army plans to {base} {it}.",),
}  # fmt: skip


def read(text: str) -> tuple[Statement, ...]:
    return read_text(text, date(2031, 4, 10))


@pytest.mark.parametrize("kind", sorted({kind for kind, _, _ in TURNS}))
def test_each_turn_tells_its_kind(kind: str) -> None:
    missed = [
        text
        for k, denied, text in TURNS
        if k == kind and not any(s.kind == kind and (s.polarity == "denied") >= denied for s in read(text))
    ]
    assert missed == []


@pytest.mark.parametrize("meaning", FRAMES)
def test_verbs_in_every_frame(meaning: str) -> None:
    missed, asked = [], 0
    for kind, (verbs, thing) in VERBS.items():
        for verb in verbs.split("|"):
            base, past, pp, ing = verb.split()
            for frame in FRAMES[meaning]:
                text = frame.format(base=base, past=past, pp=pp, ing=ing, it=thing)
                wanted = kind if meaning in {"", "denied"} else meaning
                found = [s for s in read(text) if s.kind == wanted]
                asked += 1
                if not any((s.polarity == "denied") == (meaning == "denied") for s in found):
                    missed.append(text)
    assert len(missed) <= 0.04 * asked, missed
