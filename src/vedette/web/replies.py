"""What the routes of the API share: the replies they may give besides an answer, and how bytes are sent."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Query, Response

from vedette.web.answers import Progress, Trouble

__all__ = ["ABSENT", "BYTES", "FORBIDDEN", "KEEP", "LATER", "AbsentError", "AsOf", "ForbiddenError", "binary"]

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
BYTES: Replies = {200: {"content": {"application/octet-stream": {}}}}
KEEP = {"Cache-Control": "private, max-age=3600"}

AsOf = Annotated[date | None, Query(description="Use nothing published later; the server's day if not given.")]


class AbsentError(Exception):
    """What was asked for is not part of the case."""


class ForbiddenError(Exception):
    """Whoever asks may not do that here."""


def binary(data: bytes, **headers: str) -> Response:
    """Bytes, with headers."""
    return Response(data, media_type="application/octet-stream", headers=headers)
