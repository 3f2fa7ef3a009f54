"""A story out of what a page puts around it."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from vedette.reports import reports_in
from vedette.reports.story import story_of

BODY = (
    "Blue forces captured the village of Cairn on Tuesday, the ministry said. It added that the road to Dunmore was open.",  # noqa: E501
    "Orange officials denied this. They said that two attacks on the town of Dunmore had been repelled overnight.",
    "If Dunmore falls, the whole valley will be cut off, analysts believe.",
)
AROUND = """Video: Blue Closes In On Dunmore

By [North Desk](#)

Harbour Review, April 12, 2031

[North Desk](#) 10 April 2031

Region: [Isles](#), [Straits](#)

Theme: [War](#)

{0}

{1}

https://media.example.org/clips/dunmore.mp4

{2}

*

Note to readers: please click the share buttons above. Forward this article to your email lists.

SUPPORT NORTH DESK:

PayPal: desk@example.org, or via: <https://www.patreon.com/desk>

The original source of this article is [North Desk](#)
Copyright © [North Desk](#), 2031

Disclaimer: The contents of this article are of sole responsibility of the author(s).

www.harbour.example contains copyrighted material under the provisions of "fair use".
"""


def test_a_republished_story_keeps_its_first_outlet_and_both_dates() -> None:
    report = reports_in(AROUND.format(*BODY).encode(), "page.txt")[0]
    assert report.text == "\n\n".join(BODY), "all of the story, and no word of the rest"
    assert report.title == "Video: Blue Closes In On Dunmore"
    assert (report.outlet, report.published) == ("North Desk", date(2031, 4, 10))
    assert (report.republished_by, report.republished_on) == ("Harbour Review", date(2031, 4, 12))
    assert report.regions == ("Isles", "Straits")
    assert report.themes == ("War",)
    assert report.media == ("https://media.example.org/clips/dunmore.mp4",)
    assert report.language == "en"


def test_a_paragraph_broken_in_the_middle_of_a_sentence_is_joined() -> None:
    text = "Blue forces said that the scale\n\nof the attack on Cairn had grown.\n\nThey held the bridge of Dunmore."
    assert reports_in(text.encode(), "t")[0].text.startswith("Blue forces said that the scale of the attack")


def test_plain_paragraphs_lose_nothing() -> None:
    text = "\n\n".join(BODY)
    assert reports_in(text.encode(), "t")[0].text == text


def test_html_gives_the_story_and_the_metadata() -> None:
    page = (
        "<html><head><title>x</title><meta property='og:site_name' content='Harbour Review'>"
        "<meta property='article:published_time' content='2031-04-12'><meta property='og:title' content='Blue<script>alert(1)</script> closes in'>"  # noqa: E501
        "</head><body><nav>Home Search Subscribe</nav><article><h1>Blue closes in</h1>"
        + "".join(f"<p onclick='steal()'>{p}</p>" for p in BODY)
        + "</article><footer>Share this. Copyright Harbour Review</footer><script>evil()</script></body></html>"
    )
    report = reports_in(page.encode(), "page.html")[0]
    for paragraph in BODY:
        assert paragraph in report.text
    for word in ("Subscribe", "Copyright", "evil", "steal", "<", "Share this"):
        assert word not in report.text
    assert "<" not in report.title
    assert report.published == date(2031, 4, 12)
    assert report.outlet == "Harbour Review"


def test_a_feed_gives_one_report_an_item() -> None:
    items = "".join(
        f"<item><title>Item {n}</title><link>https://example.org/{n}</link><pubDate>Wed, 10 Apr 2031 08:00:00 GMT</pubDate>"  # noqa: E501
        f"<description>&lt;p&gt;{p}&lt;/p&gt;&lt;script&gt;evil()&lt;/script&gt;</description></item>"
        for n, p in enumerate(BODY)
    )
    feed = f"<?xml version='1.0'?><rss version='2.0'><channel><title>Desk</title>{items}</channel></rss>"
    reports = reports_in(feed.encode(), "feed.xml")
    assert [r.text for r in reports] == list(BODY)
    assert {r.outlet for r in reports} == {"Desk"}
    assert {r.published for r in reports} == {date(2031, 4, 10)}


@pytest.mark.shared
def test_the_first_report_users_will_try() -> None:
    """No word of boilerplate is kept and nothing of the story is lost."""
    home = Path(os.environ.get("VEDETTE_SHARED", Path(__file__).parents[3] / "shared")) / "data" / "reader-dev"
    if not home.is_dir():
        pytest.skip(f"no development data at {home}")
    data = (home / "battle-of-shusha.txt").read_bytes()
    report = reports_in(data, "battle-of-shusha.txt")[0]
    assert (report.outlet, report.published) == ("South Front", date(2020, 11, 6))
    assert (report.republished_by, report.republished_on) == ("Global Research", date(2020, 11, 8))
    raw = data.decode()
    story = raw[raw.index("Azerbaijani troops") : raw.index("\n*\n")]
    words = [w for w in story.split() if not w.startswith("https://")]
    assert report.text.split() == words


def test_a_narrow_column_is_one_paragraph_and_a_list_is_not() -> None:
    column = "The rebels withdrew from\nEastham and said that\ntwelve of their men had\nbeen killed near the town."
    assert story_of(column).text == column.replace("\n", " ")
    listed = "Norwick\nEastham and Dunmore\nGarth and Fallow\nHolmouth"
    assert "Dunmore Garth" not in story_of(listed).text
