"""Poll feeds and read what is new."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vedette.errors import ReportError, VedetteError
from vedette.reports import Report, read_text, reports_in
from vedette.store import Fetcher, WatchFolder, writable_case
from vedette.workflows.read import Reading, add_readings

__all__ = ["watch_feeds"]

Tell = Callable[[dict[str, Any]], None]


def watch_feeds(
    feeds: Sequence[str],
    out: Path,
    *,
    into: str = "",
    every_minutes: int = 30,
    once: bool = False,
    tell: Tell | None = None,
    fetcher: Fetcher | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Poll each feed, read new items, keep them under `out`, add their claims to the case `into` if given.

    An item is marked as seen after its claims are kept: a crash in between reads it
    again, and reading it again adds nothing twice. Returns how many feeds failed in the
    last round. A feed that fails is asked again later, at growing intervals.
    """
    if into:
        writable_case(into)
    folder, fetcher, tell = WatchFolder.open(out), fetcher or Fetcher(), tell or (lambda _line: None)
    trouble = dict.fromkeys(feeds, 0)
    round_number = 0
    while True:
        failed = 0
        for feed in feeds:
            if round_number % (2 ** min(trouble[feed], 4)) and not once:
                continue
            try:
                _poll(feed, folder, fetcher, into, tell)
                trouble[feed] = 0
            except VedetteError as error:
                failed += 1
                trouble[feed] += 1
                tell({"feed": feed, "error": str(error)})
        if once:
            return failed
        round_number += 1
        sleep(60.0 * max(every_minutes, 5))


def _poll(feed: str, folder: WatchFolder, fetcher: Fetcher, into: str, tell: Tell) -> None:
    known = folder.feeds.get(feed, {})
    answer = fetcher.get(feed, etag=known.get("etag", ""), modified=known.get("modified", ""))
    if answer.status == 304:
        return
    for report in _items(answer.data, feed):
        key = folder.key(feed, f"{report.source}\x1f{report.title}" if report.source else report.report_id)
        if key in folder.seen:
            continue
        told = read_text(report.text, report.published, outlet=report.outlet) if report.language == "en" else ()
        folder.keep(key, {"feed": feed, "report": asdict(report), "statements": [asdict(s) for s in told]})
        added = len(add_readings(into, [Reading(report.source, report, told)], verb="watch").claim_ids) if into else 0
        folder.mark(key)
        tell(
            {
                "item": report.title or report.source,
                "outlet": report.outlet,
                "published": str(report.published or ""),
                "statements": len(told),
                "claims_added": added,
            }
        )
    folder.remember(feed, answer.etag, answer.modified)


def _items(data: bytes, feed: str) -> list[Report]:
    try:
        return reports_in(data, feed)
    except ReportError as error:
        if "without an item" in str(error):
            return []
        raise
