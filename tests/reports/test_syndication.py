"""Copies of a story, and stories that only share an event."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

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


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "Rebels shot down a helicopter near Eastham on Friday, the air force said. Both pilots survived.",
            "Rebels shot down a drone near Eastham on Friday, the air force said. The wreck was shown to reporters.",
        ),
        (
            "Three people died in a rocket attack on the market of Dunmore, a doctor said. The rebels denied firing.",
            "Three people died in a rocket attack on the port of Norwick, a doctor said. The army denied firing.",
        ),
        (
            "The army said it had entered Dunmore from the south. Rebels spoke of street fighting.",
            "The army said it had left Dunmore by the south. Rebels spoke of a rout.",
        ),
        (
            "A ceasefire between the two sides came into force in Holmouth at noon on Monday, the mission said.",
            "A ceasefire between the two sides broke down in Holmouth within hours on Monday, the mission said.",
        ),
        (
            "Twelve soldiers were killed and two tanks lost at Garth, the regional command admitted on Sunday.",
            "Twelve soldiers were killed and two tanks lost at Fallow, the regional command admitted on Sunday.",
        ),
    ],
)
def test_short_stories_of_one_mould_are_not_copies(first: str, second: str) -> None:
    assert copies_among([report(first, "Wire", 8), report(second, "Daily", 9)]) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "Rebels shot down a helicopter near Eastham on Friday, the air force said. Both pilots survived the crash and were flown out.",  # noqa: E501
            "A helicopter was shot down by rebels near Eastham on Friday. Both pilots survived the crash and were flown out, the air force said.",  # noqa: E501
        ),
        (
            "Three people died in a rocket attack on the market of Dunmore, a doctor at the hospital said.",
            "Three people died in a rocket attack on the market of Dunmore, according to a doctor at the hospital.",
        ),
        (
            "The army said it had entered Dunmore from the south after shelling the barracks for two days.",
            "After shelling the barracks for two days, the army entered Dunmore from the south, it said.",
        ),
    ],
)
def test_short_rewrites_are_copies(first: str, second: str) -> None:
    found = copies_among([report(first, "Wire", 8), report(second, "Daily", 9)])
    assert [(c.original, c.copy) for c in found] == [(0, 1)]


def test_a_rewrite_that_keeps_a_third_of_the_runs_of_three_words_is_a_copy() -> None:
    rewrite = (
        "After three days of fighting, government forces took the village of Norwick on Tuesday, said the ministry of defence. "  # noqa: E501
        "A local official said at least 12 soldiers were killed and another 30 wounded as rebels shelled the road to the east. "  # noqa: E501
        "Residents left for Eastham, where the Red Cross has opened a shelter in the town's old market. "
        "The rebels, whose fighters they said still held the bridge, denied that the village had fallen. "
        "The only highway from the port to the capital runs through Norwick."
    )

    def grams(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.casefold())
        return set(zip(words, words[1:], words[2:], strict=False))

    shared = len(grams(WIRE) & grams(rewrite)) / len(grams(rewrite))
    assert 0.25 < shared < 0.45
    assert len(copies_among([report(WIRE, "Wire", 8), report(rewrite, "Post", 9)])) == 1


def test_the_bulletin_of_the_next_day_is_no_copy() -> None:
    mould = (
        "The general staff reported on the situation at six in the evening. In the {a} direction the enemy attacked near {b}, {c} "  # noqa: E501
        "and {d}, and was driven back. In the {e} direction defenders repelled {n} assaults near {f} and {g}. "
        "Over the past day the enemy fired on {h} and {i} with artillery and lost {m} men. The defence forces continue to hold "  # noqa: E501
        "their positions near {j} and to exhaust the enemy along the whole front."
    )
    names = ["Norwick", "Eastham", "Dunmore", "Holmouth", "Garth", "Fallow", "Northby", "Esker", "Wold", "Haven"]
    one = mould.format(**dict(zip("abcdefghij", names, strict=True)), n=7, m=120)
    two = mould.format(**dict(zip("abcdefghij", names[5:] + names[:5], strict=True)), n=9, m=200)
    assert copies_among([report(one, "Staff", 8), report(two, "Staff", 9)]) == []
