"""What the routes of the API share: the replies they may give besides an answer, and how bytes are sent."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Query, Request, Response

from vedette.web.answers import Progress, Trouble

__all__ = [
    "ABSENT",
    "BYTES",
    "FORBIDDEN",
    "GEOJSON",
    "LATER",
    "AbsentError",
    "AsOf",
    "ForbiddenError",
    "Still",
    "binary",
]

Replies = dict[int | str, dict[str, Any]]

LATER: Replies = {
    202: {"model": Progress, "description": "Being computed; ask again after Retry-After seconds."},
    400: {"model": Trouble, "description": "The question cannot be answered."},
    503: {"model": Trouble, "description": "Too many questions wait already."},
}
ABSENT: Replies = {404: {"model": Trouble, "description": "There is no such thing here."}}
FORBIDDEN: Replies = {
    400: {"model": Trouble, "description": "It cannot be done."},
    403: {"model": Trouble, "description": "Only reviewers may do this, or the case may not be added to."},
    415: {"description": "Not JSON."},
}
GEOJSON: Replies = {200: {"content": {"application/geo+json": {}}}}
BYTES: Replies = {200: {"content": {"application/octet-stream": {}}}}

AsOf = Annotated[date | None, Query(description="Use nothing published later; the server's day if not given.")]


class AbsentError(Exception):
    """What was asked for is not part of the case."""


class ForbiddenError(Exception):
    """Whoever asks may not do that here."""


class Still:
    """An answer that stays as it is: made once, compressed once, and not sent again to who has it."""

    def __init__(self, make: Callable[[], bytes], media_type: str, keep: str = "private, no-cache") -> None:
        self._make = make
        self._media_type = media_type
        self._keep = keep

    @cached_property
    def _made(self) -> tuple[bytes, bytes, str]:
        whole = self._make()
        return whole, gzip.compress(whole, 6, mtime=0), f'"{sha256(whole).hexdigest()[:32]}"'

    def reply(self, request: Request) -> Response:
        """The answer, compressed for those who take it so."""
        whole, packed, tag = self._made
        headers = {"ETag": tag, "Cache-Control": self._keep, "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(whole, media_type=self._media_type, headers=headers)
        return Response(packed, media_type=self._media_type, headers={**headers, "Content-Encoding": "gzip"})


def binary(data: bytes, **headers: str) -> Response:
    """Bytes, with headers."""
    return Response(data, media_type="application/octet-stream", headers=headers)
