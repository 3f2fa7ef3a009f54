"""Copies of a story, and stories that only share an event."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from vedette.reports import Report, copies_among

WIRE = (
    "Government forces captured the village of Norwick on Tuesday after three days of fighting, the defence ministry said. "  # noqa: E501
    "At least 12 soldiers were killed and 30 wounded when rebels shelled the eastern road, according to a local official. "  # noqa: E501
    "Residents fled toward Eastham, where the Red Cross opened a shelter in the old market. "
    "The rebels denied that the village had fallen and said that their fighters still held the bridge. "
    "Norwick lies on the only highway between the port and the capital."
)
SHORTENED = (
    "The village of Norwick was captured by government forces on Tuesday after three days of fighting, the ministry of defence said. "  # noqa: E501
    "The rebels denied the village had fallen, saying their fighters still held the bridge. "
    "Residents have fled toward Eastham, where a shelter was opened in the old market by the Red Cross."
)
OTHER = (
    "A convoy of government tanks rolled into Norwick on Tuesday morning, and by noon a flag flew over the town hall. "
    "Rebel commanders spoke of a tactical withdrawal to the hills, and promised that they would come back. "
    "The ministry of defence put its own losses at four soldiers and said nothing of those of the enemy. "
    "In Eastham, people who had left their homes waited for news of relatives."
)


def report(text: str, outlet: str, day: int) -> Report:
    return Report(text=text, outlet=outlet, published=date(2031, 4, day))


def test_a_copy_a_rewrite_and_another_story() -> None:
    reports = [
        report(WIRE, "Wire", 8),
        report(OTHER, "Daily", 8),
        report(WIRE, "Herald", 9),
        report(SHORTENED, "Post", 9),
    ]
    found = copies_among(reports)
    assert [(c.original, c.copy) for c in found] == [(0, 2), (0, 3)]
    assert found[0].share == 1.0


def test_the_origin_is_who_published_first() -> None:
    later_first = [report(WIRE, "Herald", 9), report(WIRE, "Wire", 8)]
    assert [(c.original, c.copy) for c in copies_among(later_first)] == [(1, 0)]


def test_a_changed_number_is_flagged() -> None:
    update = WIRE.replace("At least 12 soldiers", "At least 19 soldiers")
    (copy,) = copies_among([report(WIRE, "Wire", 8), report(update, "Herald", 9)])
    assert copy.changed == (("12", "19"),)


def test_the_same_words_a_season_later_are_a_template() -> None:
    assert copies_among([report(WIRE, "Wire", 8), replace(report(WIRE, "Wire", 8), published=date(2031, 9, 1))]) == []


def test_too_little_text_is_no_copy() -> None:
    assert copies_among([report("Fighting went on.", "A", 8), report("", "B", 8)]) == []
