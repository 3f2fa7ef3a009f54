"""What a watch has seen: one line an item, added after the item is safe on disk."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from vedette.errors import OutputError
from vedette.store.write import write_bytes

__all__ = ["WatchFolder"]


@dataclass
class WatchFolder:
    """`items/` holds each item once, named after feed and id; `seen.jsonl` and `feeds.json` what to ask next."""

    path: Path
    seen: set[str] = field(default_factory=set)
    feeds: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path) -> WatchFolder:
        """Resume a watch; lines cut off by a crash are passed over."""
        folder = cls(path)
        try:
            (path / "items").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error.strerror}). Choose a folder with --out.") from error
        log = path / "seen.jsonl"
        for line in log.read_text(encoding="utf-8", errors="replace").split("\n") if log.is_file() else []:
            try:
                folder.seen.add(str(json.loads(line)["key"]))
            except (ValueError, KeyError, TypeError):
                continue
        try:
            folder.feeds = json.loads((path / "feeds.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            folder.feeds = {}
        return folder

    @staticmethod
    def key(feed: str, item: str) -> str:
        """The name of an item."""
        return sha256(f"{feed}\x1f{item}".encode()).hexdigest()[:24]

    def keep(self, key: str, content: dict[str, Any]) -> Path:
        """Write an item; the same item twice is the same file."""
        path = self.path / "items" / f"{key}.json"
        if not path.exists():
            write_bytes(path, (json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n").encode())
        return path

    def mark(self, key: str) -> None:
        """Note that an item has been read to the end."""
        with (self.path / "seen.jsonl").open("a+b") as handle:
            handle.seek(0, os.SEEK_END)
            torn = False
            if handle.tell():
                handle.seek(-1, os.SEEK_END)
                torn = handle.read(1) != b"\n"
            handle.write((b"\n" if torn else b"") + json.dumps({"key": key}).encode() + b"\n")
            handle.flush()
            os.fsync(handle.fileno())
        self.seen.add(key)

    def remember(self, feed: str, etag: str, modified: str) -> None:
        """Keep what a feed's server said, for a conditional request next time."""
        self.feeds[feed] = {"etag": etag, "modified": modified}
        write_bytes(self.path / "feeds.json", (json.dumps(self.feeds, indent=1) + "\n").encode())
