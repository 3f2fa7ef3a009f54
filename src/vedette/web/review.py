"""Review over HTTP: what is to be decided, what was decided by whom and why, and deciding, kept in the ledger."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import FastAPI, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from vedette.errors import CaseError, LedgerError, VedetteError
from vedette.web.desk import Desk
from vedette.web.replies import FORBIDDEN, ForbiddenError
from vedette.workflows.review import Decision, ReviewItem

__all__ = ["about_review"]

PAGE = 50
"""Claims in one answer, at most."""

ClaimId = Annotated[str, Field(min_length=1, max_length=200)]


class Made(BaseModel):
    """A decision: who, when, what, why. `replaced_by`: the claim that a correction wrote."""

    claim_id: str
    verdict: str
    by: str
    at: str
    replaced_by: str
    note: str


class ToReview(BaseModel):
    """A claim as its row has it, and the words that it rests on amid those around them; empty if read from none."""

    claim_id: str
    row: dict[str, str]
    before: str
    words: str
    after: str
    title: str
    outlet: str
    published: str
    decisions: list[Made]


class Docket(BaseModel):
    """What waits for a decision. `closed` says why nothing can be decided, or is empty."""

    closed: str
    waiting: int
    claims: list[ToReview]
    undrawn: int = Field(description="Decisions made since the case was read: the map does not know of them.")


class Verdict(BaseModel):
    """A decision to keep. `changes` are the fields that a correction changes, with their new values."""

    model_config = ConfigDict(extra="forbid")

    claim_id: ClaimId
    verdict: Literal["accept", "reject", "correct", "undo"]
    by: Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S", description="Who decides.")]
    why: Annotated[str, Field(max_length=1_000)] = ""
    changes: Annotated[dict[str, Annotated[str, Field(max_length=200)]], Field(max_length=20)] = {}


class Kept(BaseModel):
    """The claim's decisions after this one, and how many the map does not know of."""

    decisions: list[Made]
    undrawn: int


class Redrawn(BaseModel):
    """How often the case was read since the server began."""

    edition: int


def about_review(app: FastAPI, desk: Desk) -> None:
    """The routes of review."""

    @app.get("/api/review", tags=["review"])
    def docket(
        request: Request,
        first: Annotated[int, Query(ge=0, le=10_000_000, description="Claims to skip.")] = 0,
        limit: Annotated[int, Query(ge=1, le=PAGE)] = 20,
    ) -> Docket:
        """The claims read from reports that nobody has decided on, in the order of the reports."""
        if not request.scope["may_review"]:
            return Docket(closed=NO_REVIEWER, waiting=0, claims=[], undrawn=0)
        try:
            items = desk.to_review()
        except (CaseError, LedgerError) as error:
            return Docket(closed=str(error), waiting=0, claims=[], undrawn=0)
        some = [_to_review(item, []) for item in items[first : first + limit]]
        return Docket(closed="", waiting=len(items), claims=some, undrawn=desk.undrawn())

    @app.get("/api/review/claim", tags=["review"], responses=FORBIDDEN)
    def claim(
        request: Request, claim: Annotated[str, Query(min_length=1, max_length=200, description="Its id.")]
    ) -> ToReview:
        """One claim, and every decision about it."""
        _allow(request)
        return _to_review(*desk.claim_to_review(claim))

    @app.post("/api/review", tags=["review"], responses=FORBIDDEN)
    def decide(request: Request, given: Verdict) -> Kept:
        """Keep a decision in the case's ledger. Nothing is overwritten; `undo` takes back the one that stands."""
        _allow(request)
        with desk.deciding(given.by) as person:
            if given.verdict == "accept":
                person.accept(given.claim_id, given.why)
            elif given.verdict == "reject":
                person.reject(given.claim_id, given.why)
            elif given.verdict == "undo":
                person.take_back(given.claim_id, given.why)
            else:
                person.correct(given.claim_id, _told(given.changes), given.why)
        return Kept(decisions=_made(desk.claim_to_review(given.claim_id)[1]), undrawn=desk.undrawn())

    @app.post("/api/review/redraw", tags=["review"], responses=FORBIDDEN)
    def redraw(request: Request, _nothing: dict[str, str]) -> Redrawn:
        """Read the case anew, with what was decided: then everything is computed again."""
        _allow(request)
        desk.redraw()
        return Redrawn(edition=desk.edition)


NO_REVIEWER = "Only those who hold the reviewers' token may decide on claims: ask whoever runs the server for it."


def _allow(request: Request) -> None:
    if not request.scope["may_review"]:
        raise ForbiddenError(NO_REVIEWER)


def _told(changes: dict[str, str]) -> str:
    """Changes as a review takes them; what would be read as another change is refused."""
    if not changes or any(mark in value for value in changes.values() for mark in ";\n"):
        raise VedetteError("a correction changes one field or more, to values without ; and line breaks. Correct it.")
    return "; ".join(f"{name}={value}" for name, value in changes.items())


def _to_review(item: ReviewItem, decisions: list[Decision]) -> ToReview:
    return ToReview(**asdict(item), decisions=_made(decisions))


def _made(decisions: list[Decision]) -> list[Made]:
    return [Made(**asdict(d)) for d in decisions]
