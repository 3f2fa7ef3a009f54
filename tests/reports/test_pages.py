"""Pages as outlets of different kinds make them: all of the story is kept, and no word of what stands around it.

The story and the pages are written for this test. Each page plants words that stand in no
story, in every kind of boilerplate: share buttons, donation lines, cookie notices, bios,
tags, related links, disclaimers, where the article first appeared.
"""

# ruff: noqa: E501
from __future__ import annotations

import re

import pytest

from vedette.reports import reports_in

STORY = (
    "Blue forces captured the village of Cairn on Tuesday after three days of fighting, the defence ministry said in a statement shared with reporters.",
    "It added that at least 12 soldiers had been killed, and that the road to Dunmore, the only one open since March, was now under artillery fire.",
    "Orange officials denied this. They said that two attacks on the town of Dunmore had been repelled overnight, and that their men still held the bridge.",
    "“We have the heights, and we will keep them,” a commander told a local broadcaster by telephone.",
    "Residents said that families had left in tractors and buses. The Red Cross opened a shelter in the old market of Eastham, and asked for blankets.",
    "If Dunmore falls, the whole valley will be cut off, analysts believe.",
    "Neither account could be confirmed.",
)
"""Paragraphs with words that boilerplate uses too: shared, support, open, follow."""

P = "".join(f"<p>{p}</p>" for p in STORY)
HALF = "".join(f"<p>{p}</p>" for p in STORY[:3])
REST = "".join(f"<p>{p}</p>" for p in STORY[3:])
TEXT = "\n\n".join(STORY)

PAGES = {
    "news site": (
        "<!doctype html><html><head><title>Blue takes Cairn - Harbour Review</title></head><body>"
        "<div id='cookie-banner'><p>We use zzcookies to make your zzvisit better. By clicking Accept you agree to our cookie policy.</p>"
        "<button>Accept all</button></div><header><nav><ul><li><a href='/'>Zzhome</a></li><li><a href='/w'>Zzworld</a></li></ul></nav></header>"
        "<main><article><h1>Blue takes Cairn</h1><div class='byline'>By <a href='/a'>A. Reporter</a></div>"
        "<div class='share-bar'><span>Share</span><a>Zzfacebook</a><a>Zztwitter</a><a>Copy zzlink</a></div>"
        f"{P}<div class='tags'>Tags: <a>zzcairn</a>, <a>zzvalley</a></div></article>"
        "<aside class='related'><h2>Related stories</h2><ul><li><a href='/1'>Zzten things to know about the valley</a></li>"
        "<li><a href='/2'>Zzelections are put off again</a></li></ul></aside></main>"
        "<footer><p>Copyright 2031 Harbour Review zzholdings. All rights reserved.</p></footer></body></html>"
    ),
    "blog": (
        "<html><head><title>Notes</title></head><body><div class='site'><div class='post'><h2 class='entry-title'>Cairn</h2>"
        f"<div class='entry-content'>{P}<div class='sharedaddy'><h3>Share this:</h3><ul><li><a>Click to share on Zzbook (Opens in new zzwindow)</a></li>"
        "<li><a>Click to zzprint</a></li></ul></div><div class='jp-relatedposts'><h3>Zzrelated</h3></div></div>"
        "<div class='author-bio'><p>About the author: Zzora Quill is a zzfreelance writer who lives by the sea with two cats.</p></div>"
        "<div id='comments'><h3>Leave a comment</h3><p>Your zzemail address will not be published.</p></div></div>"
        "<div class='sidebar'><h3>Support this blog</h3><p>Buy me a zzcoffee or donate by PayPal.</p></div></div></body></html>"
    ),
    "tables of long ago": (
        "<html><body bgcolor=white><table width=100%><tr><td colspan=2><font size=1><a href=/>Zzmain</a> | <a href=/n>Zznews</a> | <a href=/s>Zzsitemap</a></font></td></tr>"
        f"<tr><td valign=top>{P}<p><font size=1>Print this zzpage</font></p></td><td width=120><font size=1><a href=/ad>Zzcheap flights</a></font></td></tr></table>"
        "<center><font size=1>&copy; 2031 Zzvalley Telegraph</font></center></body></html>"
    ),
    "teasers inside": (
        f"<html><head><title>x</title></head><body><article><h1>Blue takes Cairn</h1>{HALF}"
        "<p><strong>READ ALSO: <a href='/z'>Zzwhy the harvest failed this year</a></strong></p>"
        "<div class='newsletter-signup'><p>Sign up for our zzbriefing and never miss a story.</p></div>"
        f"<p>Advertisement</p>{REST}<p>Follow us on Zzgram and like us on Facebook.</p></article></body></html>"
    ),
    "republished, as text": (
        "Video: Blue Takes Cairn\n\nBy [North Desk](#)\n\nZzglobal Letter, April 12, 2031\n\n[North Desk](#) 10 April 2031\n\nRegion: [Zzisles](#)\n\n"
        f"{TEXT}\n\n*\n\nNote to readers: please click the zzshare buttons above. Forward this article to your zzlists.\n\n"
        "SUPPORT NORTH DESK:\n\nPayPal: zzdesk@example.org\n\nThe original source of this article is [North Desk](#)\nCopyright © [North Desk](#), zz2031\n\n"
        "Disclaimer: The contents of this article are of sole responsibility of the zzauthor(s). Zzletter will not be responsible for any inaccurate statement.\n\n"
        "www.zzletter.example contains copyrighted material the use of which has not always been specifically zzauthorized.\n"
    ),
    "mission bulletin": (
        "Flash update no. 14\n\nZzmission for the Valley\n\n10 April 2031\n\n"
        f"{TEXT}\n\nDisclaimer\n\nThe boundaries and names shown on zzmaps of this mission do not imply official endorsement.\n\n"
        "For media inquiries please write to zzpress@example.org\n"
    ),
    "channel": (
        f"{TEXT}\n\nSubscribe to our zzchannel\n\nJoin our Telegram zzgroup: https://t.me/zzvalley\n\nDonate: zz4000 1234 5678\n"
    ),
    "first published elsewhere": (
        f"<html><head><title>x</title></head><body><div class='content'><h1>Blue takes Cairn</h1>{P}"
        "<p>This article was originally published by Zznorth Desk.</p><p>The views expressed are those of the zzwriter.</p>"
        "<p>Zzora Quill is a correspondent of Zznorth Desk. You can follow her on Twitter.</p>"
        "<h3>More from this zzsection</h3><ul><li><a href='/1'>Zzbridges of the world</a></li></ul></div></body></html>"
    ),
    "agency copy": (
        "<html><head><title>Blue forces take Cairn | Zzwire</title></head><body><div id='main'><h1>Blue forces take Cairn</h1>"
        "<p>By Zzora Quill</p><p>April 10, 2031 4:12 PM GMT · Updated 2 days ago</p><p>Listen to this zzarticle · 3 min</p>"
        f"{P}<p>(Reporting by Zzora Quill and Zzed Marsh; Editing by Zzola Finch)</p><p>Our Standards: The Zzwire Trust Principles.</p>"
        "<p>Get the latest zznews delivered to your inbox.</p><p>You might also like</p><ul><li>Zzferries stop for the winter</li></ul></div></body></html>"
    ),
    "page copied by hand": (
        "Zzhome\nZzworld\nZzsport\n\nBlue forces take Cairn\n\n5 min zzread\n\nPublished 10 April 2031\n\nShare\nSave\n\n"
        f"{TEXT}\n\nTopics\nZzvalley war\nZzcairn\n\nMore on this story\n\nZzwhy the valley matters\n10 April 2031\n\nTop zzstories\n\n"
        "Zzparliament votes on bread\n\nThis website uses zzcookies to improve your experience. We'll assume you're ok with this.\n"
    ),
    "magazine with a bio": (
        f"<html><head><title>x</title></head><body><article><h1>The valley</h1>{P}<hr>"
        "<p><em>Zzora Quill is a reporter who covers the zzvalley. Her book, Zzriver, is out in May.</em></p>"
        "<p>Enjoyed this zzpiece? Support independent journalism: become a member.</p></article></body></html>"
    ),
}  # fmt: skip


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


@pytest.mark.parametrize("style", PAGES)
def test_the_story_alone(style: str) -> None:
    page = PAGES[style]
    (report,) = reports_in(page.encode(), "page.html" if page.startswith("<") else "page.txt")
    told, kept = words(" ".join(STORY)), words(report.text)
    lost = sum(max(told.count(w) - kept.count(w), 0) for w in set(told))
    assert lost <= len(told) // 100, [p for p in STORY if p not in report.text]
    assert [w for w in kept if w.startswith("zz")] == []
    assert len(kept) <= len(told) + 5, "a headline at most"
