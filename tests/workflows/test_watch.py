"""A watch polls, resumes, and never reads an item twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vedette.errors import ReportError
from vedette.store import Fetched, Fetcher, claim_rows
from vedette.workflows.watch import watch_feeds

FEED = "https://feed.example/rss"


def rss(*numbers: int) -> bytes:
    items = "".join(
        f"<item><title>Day {n}</title><link>https://feed.example/{n}</link><pubDate>Thu, {n:02} Apr 2031 08:00:00 GMT</pubDate>"  # noqa: E501
        f"<description>Orange forces still hold the town of Dunmore, the Blue ministry said. It was day {n} of the fighting there.</description></item>"  # noqa: E501
        for n in numbers
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Desk</title>{items}</channel></rss>".encode()


class Feeds(Fetcher):
    """Answers in place of the network."""

    def __init__(self, *answers: bytes | str) -> None:
        super().__init__()
        self.answers = list(answers)
        self.asked: list[tuple[str, str]] = []

    def get(self, url: str, *, etag: str = "", modified: str = "") -> Fetched:
        self.asked.append((url, etag))
        answer = self.answers.pop(0)
        if isinstance(answer, str):
            raise ReportError(answer)
        return Fetched(url, 200, answer, etag=f"tag{len(self.asked)}") if answer else Fetched(url, 304)


def watch(out: Path, feeds: Feeds, **more: Any) -> tuple[int, list[dict[str, Any]]]:
    told: list[dict[str, Any]] = []
    return watch_feeds([FEED], out, once=True, tell=told.append, fetcher=feeds, **more), told


def test_each_item_is_read_once_over_polls_and_restarts(tmp_path: Path) -> None:
    assert [line["item"] for line in watch(tmp_path, Feeds(rss(3, 4)))[1]] == ["Day 3", "Day 4"]
    second = Feeds(rss(3, 4, 5))
    assert [line["item"] for line in watch(tmp_path, second)[1]] == ["Day 5"]
    assert second.asked == [(FEED, "tag1")], "asks only for what changed"
    assert watch(tmp_path, Feeds(b""))[1] == []
    assert len(list((tmp_path / "items").iterdir())) == 3


@pytest.mark.usefixtures("each_ledger")
def test_a_crash_between_item_and_mark_adds_nothing_twice(
    tmp_path: Path, case_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as m:
        m.setattr("vedette.store.WatchFolder.mark", crash)
        with pytest.raises(KeyboardInterrupt):
            watch(tmp_path, Feeds(rss(3)), into=str(case_folder))
    rows = claim_rows(case_folder)
    assert any(r["basis"] == "read" for r in rows)
    assert len(watch(tmp_path, Feeds(rss(3)), into=str(case_folder))[1]) == 1, "read again, since never marked"
    assert claim_rows(case_folder) == rows
    with (tmp_path / "seen.jsonl").open("ab") as torn:
        torn.write(b'{"key": "cut o')
    assert watch(tmp_path, Feeds(rss(3)))[1] == []


def test_a_feed_that_fails_is_reported(tmp_path: Path) -> None:
    failed, told = watch(tmp_path, Feeds("feed.example: answered 503"))
    assert failed == 1
    assert "503" in told[0]["error"]


def test_a_feed_that_is_a_local_file_is_refused(tmp_path: Path) -> None:
    told: list[dict[str, Any]] = []
    assert watch_feeds(["file:///etc/passwd"], tmp_path, once=True, tell=told.append) == 1
    assert "nothing else is fetched" in told[0]["error"]


def test_polls_wait_and_failing_feeds_are_asked_less_often(tmp_path: Path) -> None:
    feeds = Feeds(rss(3), "down", "down", "down", "down", "down")
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watch_feeds([FEED], tmp_path, every_minutes=5, fetcher=feeds, sleep=sleep)
    assert set(waits) == {300.0}
    assert len(feeds.asked) < 6
