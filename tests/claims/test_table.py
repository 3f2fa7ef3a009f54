from __future__ import annotations

from dataclasses import fields

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.claims.tables import claim, claim_rows, table
from vedette.claims import Claim, Claims
from vedette.store import Case

DAYS = st.integers(-2, 30)


def columns(claims: Claims) -> dict[str, list[object]]:
    """Every column as a list."""
    skip = {"claimants", "prose", "sides", "days", "places", "routes"}
    return {f.name: list(getattr(claims, f.name)) for f in fields(claims) if f.name not in skip}


def same(a: Claims, b: Claims) -> bool:
    return columns(a) == columns(b) and a.claimants == b.claimants and a.digest == b.digest


@settings(max_examples=50)
@given(claim_rows(), st.randoms(use_true_random=False))
def test_the_order_of_the_file_does_not_matter(small: Case, rows: list[Claim], chance: object) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert same(table(small, rows), table(small, shuffled))


@settings(max_examples=50)
@given(claim_rows())
def test_claims_stand_by_day_published_then_id(small: Case, rows: list[Claim]) -> None:
    claims = table(small, rows)
    keys = list(zip(claims.reported.tolist(), claims.ids.tolist(), strict=True))
    assert keys == sorted(keys)
    heard: list[str] = []
    for number in claims.claimant.tolist():
        name = claims.claimants[number]
        if name not in heard:
            heard.append(name)
    assert claims.claimants == tuple(heard), "claimants are numbered by first appearance"


@settings(max_examples=50)
@given(claim_rows())
def test_rows_come_out_as_they_went_in(small: Case, rows: list[Claim]) -> None:
    claims = table(small, rows)
    assert sorted(claims.rows(), key=lambda c: c.claim_id) == sorted(rows, key=lambda c: c.claim_id)
    assert same(table(small, list(claims.rows())), claims)


@settings(max_examples=50)
@given(claim_rows(), DAYS)
def test_as_of_a_day_nothing_later_is_known(small: Case, rows: list[Claim], day: int) -> None:
    """To the byte what it would be had the later claims never been written, claimants' numbers included."""
    known = table(small, rows).until(day)
    assert all(known.reported <= day)
    assert same(known, table(small, [c for c in rows if small.days.index(c.reported_on) <= day]))


@settings(max_examples=50)
@given(claim_rows(), DAYS, DAYS)
def test_looking_back_twice_is_looking_back_furthest(small: Case, rows: list[Claim], a: int, b: int) -> None:
    claims = table(small, rows)
    assert same(claims.until(a).until(b), claims.until(min(a, b)))


@settings(max_examples=50)
@given(claim_rows(), st.data())
def test_some_of_the_claims_keep_order_and_numbers(small: Case, rows: list[Claim], data: st.DataObject) -> None:
    claims = table(small, rows)
    keep = np.array([data.draw(st.booleans()) for _ in rows], dtype=bool)
    some = claims.take(keep)
    assert list(some.rows()) == [c for c, kept in zip(claims.rows(), keep, strict=True) if kept]
    assert some.claimants == claims.claimants


def test_the_digest_covers_every_word(small: Case) -> None:
    plain = table(small, [claim("a01", 3)]).digest
    changed = {"paraphrase": "x", "relayed_by": "x", "source_url": "x", "quantity": "1", "partial": True, "about": 2}
    digests = {plain} | {table(small, [claim("a01", 3, **{name: value})]).digest for name, value in changed.items()}
    assert len(digests) == 1 + len(changed)
