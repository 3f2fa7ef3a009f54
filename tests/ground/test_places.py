from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from vedette.errors import GroundError, PlaceNotFoundError
from vedette.ground import Places, fold_name
from vedette.store import Case, read_case


@pytest.fixture(scope="module")
def shipped() -> Places:
    return read_case("karabakh-2020").places


def answer(places: Places, name: str) -> tuple[int | None, str]:
    """The place that answers to `name`, or None and what was said instead."""
    try:
        return places.find(name), ""
    except PlaceNotFoundError as error:
        return None, str(error)


@pytest.mark.parametrize(
    "name",
    ["dunmore", "Dunmore", "DUNMORE", " Dún  Mór ", "dun-mor", "Дунмор", "ДУНМОР", "Դանմոր", "დანმორი", "Dunm'ore"],
)
def test_a_place_answers_to_all_its_names(small: Case, name: str) -> None:
    assert small.places.ids[small.places.find(name)] == "dunmore"


@pytest.mark.parametrize("name", ["Shusha", "Shushi", "Şuşa", "Շուշի", "Шуша", "shusha", "SHUSHI"])
def test_a_name_of_the_shipped_case_in_four_scripts(shipped: Places, name: str) -> None:
    assert shipped.ids[shipped.find(name)] == "shusha"


def test_every_name_of_the_shipped_case_leads_to_its_place_or_to_a_choice(shipped: Places) -> None:
    several = 0
    for i, (place, name, aliases) in enumerate(zip(shipped.ids, shipped.names, shipped.aliases, strict=True)):
        assert shipped.find(place) == i
        for text in (name, *aliases):
            found, said = answer(shipped, text)
            if found is None:
                several += 1
                assert place in said, "the choices name the place that was meant"
                assert "Give the id of the one you mean" in said
            else:
                # A name that is another place's own goes there.
                assert found == i or fold_name(shipped.names[found]) == fold_name(text) or shipped.ids[found] == text
    assert several < len(shipped), "most names are enough by themselves"


@given(st.text(max_size=30))
def test_folding_a_name_twice_changes_nothing(text: str) -> None:
    assert fold_name(fold_name(text)) == fold_name(text)


@given(st.sampled_from(["Şuşa", "Kəlbəcər", "Ağdam", "Step’anakert", "Шуша́", "Ёлкино"]), st.booleans())
def test_marks_case_and_apostrophes_do_not_matter(name: str, upper: bool) -> None:
    plain = {"Şuşa": "susa", "Kəlbəcər": "kalbacar", "Ağdam": "agdam", "Step’anakert": "stepanakert"}
    plain |= {"Шуша́": "шуша", "Ёлкино": "елкино"}
    assert fold_name(name.upper() if upper else f"  {name} ") == plain[name]


@given(st.data())
def test_a_slip_of_the_pen_is_answered_with_what_was_meant(shipped: Places, data: st.DataObject) -> None:
    i = data.draw(st.sampled_from([i for i, name in enumerate(shipped.names) if len(name) >= 6 and name.isalpha()]))
    name, at = shipped.names[i], data.draw(st.integers(1, len(shipped.names[i]) - 2))
    before, letter, after = name[:at], name[at], name[at + 1 :]
    slip = before + data.draw(st.sampled_from([after, after[0] + letter + after[1:], 2 * letter + after]))
    found, said = answer(shipped, slip)
    if found is None and "Did you mean" in said:
        # Many villages have nearly the same name; one as near as what was meant must be offered.
        near = [shipped.find(text.rpartition("(")[2].rstrip(")")) for text in shipped.suggest(slip)]
        assert 1 <= len(near) <= 5
        spelt = [t for j in near for t in (shipped.ids[j], shipped.names[j], *shipped.aliases[j])]
        assert min(slips_between(slip, text) for text in spelt) <= slips_between(slip, name)
    else:
        assert found is not None or "Give the id" in said


def slips_between(a: str, b: str) -> int:
    """How many letters must be dropped, added, replaced or swapped with their neighbour to make one the other."""
    return int(OSA.distance(fold_name(a), fold_name(b)))


@pytest.mark.parametrize(("slip", "meant"), [("Dunmoor", "dunmore"), ("Norwik", "norwick"), ("Дунмур", "dunmore")])
def test_suggestions_carry_name_and_id(small: Case, slip: str, meant: str) -> None:
    place = small.places.names[small.places.index(meant)]
    with pytest.raises(PlaceNotFoundError, match=rf"{slip}.*in any script\. Did you mean {place} \({meant}\)"):
        small.places.find(slip)


@pytest.mark.parametrize("name", ["", "   ", "-", "zzqx", "日本"])
def test_what_resembles_nothing_gets_no_suggestion(small: Case, name: str) -> None:
    with pytest.raises(PlaceNotFoundError, match="List the case's places"):
        small.places.find(name)


def test_an_id_wins_over_a_name_and_a_name_over_an_alias(small: Case) -> None:
    places = replace(
        small.places,
        names=("Norwick", "Alder", "Brook", "Brook", *small.places.names[4:]),
        aliases=(("Alder", "Ely"), ("brook",), *small.places.aliases[2:]),
    )
    assert places.find("brook") == 2
    assert places.find("Alder") == 1
    assert places.find("Ely") == places.index("ely")
    with pytest.raises(PlaceNotFoundError, match=r"2 places: brook \(West\), cairn \(Middle\)\. Give the id"):
        places.find("Brook")


def test_ids_are_unique_and_there_is_a_place(small: Case) -> None:
    with pytest.raises(GroundError, match="Make place_id unique"):
        replace(small.places, ids=("norwick",) * 8)
    with pytest.raises(GroundError, match="there is no place"):
        replace(small.places, ids=(), names=(), aliases=(), kinds=(), districts=())


def test_the_digest_follows_ids_and_order(small: Case) -> None:
    places = small.places
    assert replace(places, names=places.names[::-1]).digest == places.digest
    assert replace(places, ids=places.ids[::-1]).digest != places.digest
