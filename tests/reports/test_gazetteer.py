"""Names in a text and the places they mean."""

from __future__ import annotations

import numpy as np
import pytest

from vedette.ground import Places
from vedette.reports import Gazetteer, Mention, Statement, plain_name


def gazetteer() -> Gazetteer:
    rows = [
        ("shusha", "Shusha", ("Şuşa", "Shushi", "Шуша", "Շուշի"), "town", "Shusha", 39.76, 46.75),
        ("hadrut", "Hadrut", ("Гадрут",), "town", "Hadrut", 39.52, 47.03),
        ("talish_tartar", "Talish (Tartar)", ("Talish",), "village", "Tartar", 40.34, 46.75),
        ("talish_hadrut", "Talish (Hadrut)", ("Talish",), "village", "Hadrut", 39.53, 47.05),
        ("stepanakert", "Stepanakert", ("Khankendi", "Xankəndi"), "city", "Stepanakert", 39.82, 46.75),
    ]
    return Gazetteer(
        Places(
            ids=tuple(r[0] for r in rows), names=tuple(r[1] for r in rows), aliases=tuple(r[2] for r in rows),
            kinds=tuple(r[3] for r in rows), districts=tuple(r[4] for r in rows),
            lat=np.array([r[5] for r in rows]), lon=np.array([r[6] for r in rows]),
            elevation_m=np.full(5, np.nan), population=np.full(5, np.nan), start=np.zeros(5, dtype=np.int8),
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Shusha", "shusha"),
        ("SHUSHI", "shusha"),
        ("Şuşa", "shusha"),
        ("Շուշի", "shusha"),
        ("Шуши", "shusha"),
        ("Шуше", "shusha"),
        ("Şuşada", "shusha"),
        ("Shusha’s", "shusha"),
        ("Shusha district", "shusha"),
        ("S\u200bhu\u00adsha", "shusha"),
        ("Ѕhushа", "shusha"),  # Cyrillic look-alikes
        ("Stepanakart", "stepanakert"),  # one letter off
        ("Гадруте", "hadrut"),
    ],
)
def test_one_place_under_many_names(written: str, meant: str) -> None:
    found = gazetteer()
    assert [found.places.ids[i] for i in found.candidates(written)] == [meant]


@pytest.mark.parametrize("written", ["Norwick", "Shu", "Hadruts Landing", "", "\u200b"])
def test_what_is_no_place_of_the_case_matches_none(written: str) -> None:
    assert gazetteer().candidates(written) == ()


def test_an_ambiguous_name_goes_where_the_story_is() -> None:
    found = gazetteer()
    meant = found.resolve(["Talish", "Hadrut"])["Talish"]
    assert meant is not None
    assert found.places.ids[meant] == "talish_hadrut"
    assert found.resolve(["Talish"])["Talish"] is None, "nothing decides"


def test_unmatched_names_are_reported() -> None:
    said = Statement(
        span="x" * 3, start=0, end=3, claimant="outlet", claimant_side="third", kind="capture",
        places=(Mention("Shushi"), Mention("Norwick")),
    )  # fmt: skip
    placed = gazetteer().place([said])[0]
    assert placed.place_ids == ("shusha",)
    assert placed.unmatched == ("Norwick",)


def test_look_alikes_are_only_undone_where_alphabets_mix() -> None:
    assert plain_name("Шуша") == "Шуша"
    assert plain_name("Ѕhushа") == "Shusha"
