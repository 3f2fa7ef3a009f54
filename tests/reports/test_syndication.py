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


REWRITTEN = [
    (
        (
            "Rebel fighters entered the port of Holmouth before dawn on Saturday and seized the customs house and the "
            "grain terminal, two naval officers said. The garrison withdrew to the lighthouse at the end of the mole, "
            "where about 80 marines were still holding out in the evening. Gunboats shelled the quays from the "
            "roadstead for most of the day. A doctor at the town's only hospital counted 23 dead, most of them dock "
            "workers. The governor, who left by helicopter, promised that reinforcements were on their way from "
            "Eastham."
        ),
        (
            "HOLMOUTH — The port of Holmouth was entered by rebels before dawn Saturday. They seized the grain "
            "terminal and the customs house, according to two naval officers. Some 80 marines were still holding out "
            "in the evening at the lighthouse, to which the garrison had withdrawn. For most of the day gunboats in "
            "the roadstead shelled the quays. The only hospital in town counted 23 dead, a doctor said, mostly dock "
            "workers. Reinforcements are on their way from Eastham, promised the governor, who had left by helicopter."
        ),
    ),
    (
        (
            "Shelling cut the main power line to Garth on Monday night and left 40,000 people without electricity, the "
            "regional operator said. Crews could not reach the damaged pylons near Fallow because of mines laid by one "
            "side or the other. Water pumps have stopped in the northern districts. The army blamed rebel mortars; a "
            "rebel spokesman said that the army had hit its own line. Temperatures are expected to fall below zero on "
            "Wednesday."
        ),
        (
            "Some 40,000 people in Garth have had no electricity since Monday night, when shelling cut the city's main "
            "power line. The regional operator said crews were unable to reach the damaged pylons near Fallow because "
            "of mines, and pumps in the northern districts have stopped. Rebel mortars were blamed by the army, while "
            "a spokesman for the rebels said the army hit its own line. On Wednesday temperatures are expected to fall "
            "below zero."
        ),
    ),
    (
        (
            "A ceasefire brokered by the neighbouring republic came into force along the Dun river at noon on "
            "Thursday, and by nightfall no shot had been reported, the observers' mission said. Both commands ordered "
            "their artillery back to a distance of 15 kilometres. Under the text, which runs to four pages, prisoners "
            "are to be exchanged within a week and the bridge at Dunmore opened to civilians. Earlier truces broke "
            "down within days."
        ),
        (
            "No shot had been reported by nightfall on Thursday along the Dun river, where a ceasefire brokered by the "
            "neighbouring republic took effect at noon, according to the mission of observers. The four-page text says "
            "that prisoners will be exchanged within a week and that the bridge at Dunmore will be opened to "
            "civilians. Artillery was ordered back 15 kilometres by both commands. Truces before it broke down within "
            "days. Diplomats welcomed the news."
        ),
    ),
]
"""Wire copy, and what another desk made of it: every sentence turned, a quarter of the runs of three words kept."""
OTHERS = [
    (
        "By Saturday afternoon the rebels' flag hung from the customs house of Holmouth and columns of smoke stood "
        "over the grain terminal. The marines at the lighthouse had water for three days, one of them said by "
        "radio. In the old town people carried their wounded on doors. Nobody had seen the governor since the "
        "night."
    ),
    (
        "Holmouth fell because nobody had thought that it could, officers now admit. The garrison had lost half of "
        "its men to transfers, and the gunboats came without orders. Twenty-three people died. What the rebels "
        "will do with a port they cannot supply is another matter."
    ),
    (
        "Engineers restored electricity to two thirds of Garth on Wednesday after the mines near Fallow had been "
        "lifted, the regional operator said. Pumps work again in the northern districts. Neither side has admitted "
        "that its shells hit the line."
    ),
    (
        "The ceasefire on the Dun river held for a second day, the observers' mission said on Friday, counting "
        "eleven shots against several hundred on an ordinary day. The bridge at Dunmore stays closed until mines "
        "are cleared. Lists of prisoners have been handed over."
    ),
]
"""Other stories about the same events: the day after, what people saw, what became of it."""


def test_rewrites_are_found_among_other_stories_of_the_same_events() -> None:
    stories = [report(text, f"desk {n % 2}", 8 + n % 2) for n, text in enumerate(t for pair in REWRITTEN for t in pair)]
    others = [report(text, "magazine", 10) for text in OTHERS]
    found = {(c.original, c.copy) for c in copies_among([*stories, *others])}
    assert found == {(2 * n, 2 * n + 1) for n in range(len(REWRITTEN))}
