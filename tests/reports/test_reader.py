"""What the rule reader makes of sentences of the genre, all written for this test."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.reports import Statement, read_text

DAY = date(2031, 4, 10)  # a Thursday


def read(text: str) -> tuple[Statement, ...]:
    found = read_text(text, DAY)
    for s in found:
        assert text[s.start : s.end] == s.span
    return found


def only(text: str, kind: str) -> Statement:
    found = [s for s in read(text) if s.kind == kind]
    assert len(found) == 1, read(text)
    return found[0]


@pytest.mark.parametrize(
    ("text", "kind", "places"),
    [
        ("Government troops captured the village of Norwick.", "capture", ["Norwick"]),
        ("The town of Norwick fell to the rebels on Monday.", "capture", ["Norwick"]),
        ("The army lost control of Norwick and Eastham.", "capture", ["Norwick", "Eastham"]),
        ("Rebels still hold the town of Norwick.", "control", ["Norwick"]),
        ("Norwick remains under the control of the army.", "control", ["Norwick"]),
        ("The rebels withdrew from Norwick overnight.", "withdrawal", ["Norwick"]),
        ("Government forces launched an offensive on Norwick.", "assault", ["Norwick"]),
        ("Defenders repelled three attacks near Norwick.", "repulse", ["Norwick"]),
        ("Government forces advanced toward Norwick.", "advance", ["Norwick"]),
        ("Artillery shelled the village of Norwick.", "strike", ["Norwick"]),
        ("Rebel forces have encircled the city of Norwick.", "encirclement", ["Norwick"]),
        ("The army sent reinforcements to Norwick.", "reinforcement", ["Norwick"]),
        ("The rebels cut the highway near Norwick.", "route_cut", ["Norwick"]),
        ("Both sides agreed a ceasefire in Norwick.", "ceasefire", ["Norwick"]),
        ("Rebel forces plan to attack Norwick.", "intent", ["Norwick"]),
        ("Government forces will likely attack Norwick.", "forecast", ["Norwick"]),
    ],
)
def test_kinds_and_places(text: str, kind: str, places: list[str]) -> None:
    assert [m.name for m in only(text, kind).places] == places


def test_killed_and_wounded_are_two_claims() -> None:
    found = [
        s for s in read("Shelling killed 12 civilians and wounded 30 others in Norwick.") if s.kind == "casualties"
    ]
    assert [s.quantity for s in found] == [12, 30]


def test_the_speaker_is_found_and_carried_over() -> None:
    text = (
        "Ukraine's defence ministry said its troops had retaken the village of Norwick. It added that Russian forces had "  # noqa: E501
        "withdrawn from Eastham. Russia's defence ministry denied the claim."
    )
    capture, withdrawal, denial = read(text)
    assert capture.claimant == "Ukraine's defence ministry"
    assert capture.claimant_side == "Ukraine"
    assert withdrawal.claimant == capture.claimant
    assert denial.claimant_side == "Russia"
    assert denial.polarity == "denied"
    assert denial.kind == "withdrawal"


def test_the_outlet_speaks_where_nobody_else_does() -> None:
    assert only("Rebels seized the town of Norwick.", "capture").claimant == "outlet"


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("Rebels failed to capture Norwick.", "denied"),
        ("Government forces were unable to take the town of Norwick.", "denied"),
        ("The army has not captured Norwick.", "denied"),
        ("The army managed to capture Norwick.", "asserted"),
    ],
)
def test_polarity(text: str, polarity: str) -> None:
    assert only(text, "capture").polarity == polarity


def test_degree_certainty_relation() -> None:
    assert only("Rebels captured parts of Norwick.", "capture").degree == "partial"
    assert only("Rebels captured the town of Norwick.", "capture").degree == "full"
    assert only("Rebels reportedly captured Norwick.", "capture").certainty == "possible"
    heights = only("Rebels captured several heights southeast of Norwick.", "capture")
    assert heights.degree == "partial"
    assert "southeast of" in heights.places[0].relation


def test_the_condition_of_a_forecast_is_kept_and_claims_nothing() -> None:
    found = read("If rebels capture Norwick, government forces will withdraw from Eastham.")
    assert [s.kind for s in found] == ["forecast"]
    assert "Norwick" in found[0].condition
    assert [m.name for m in found[0].places] == ["Eastham"]


@pytest.mark.parametrize(
    "text",
    [
        "The army has yet to comment.",
        "The United Nations called on both sides to stop the fighting.",
        "The town of Norwick lies on the river and has a market.",
        "Read more: rebels capture Norwick.",
    ],
)
def test_what_claims_nothing(text: str) -> None:
    assert read(text) == ()


def test_days_are_counted_from_the_report() -> None:
    assert only("Rebels captured Norwick on Tuesday.", "capture").about_from == "2031-04-08"
    assert only("Rebels captured Norwick on 17 March.", "capture").about_to == "2031-03-17"


def test_the_same_text_reads_the_same() -> None:
    text = "Rebels said they had captured Norwick. The army denied this and said it held the town."
    assert read(text) == read(text)


WORDS = st.sampled_from(
    [
        "Blue",
        "forces",
        "captured",
        "the",
        "town",
        "of",
        "Norwick",
        "on",
        "Tuesday",
        ",",
        "said",
        "ministry",
        ".",
        "It",
        "denied",
        "that",
        "12",
        "soldiers",
        "were",
        "killed",
        "near",
        "\n\n",
        "Eastham",
        "and",
        "if",
        "they",
        "will",
        "“",
        "”",
        "not",
        "(",
        ")",
        "—",
        "fell",
        "to",
        "rebels",
        "according",
        "US",
        "\u200b",
        "Şuşa",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=60))
def test_any_salad_of_words_reads_with_true_spans(words: list[str]) -> None:
    read(" ".join(words))


@pytest.mark.shared
def test_scores_on_the_development_passages_stay_above_the_goals() -> None:
    """The passages that the rules were written beside: a regression test, not an estimate."""
    import importlib.util
    import json

    home = Path(os.environ.get("VEDETTE_SHARED", Path(__file__).parents[3] / "shared")) / "data" / "reader-dev"
    if not home.is_dir():
        pytest.skip(f"no development data at {home}")
    spec = importlib.util.spec_from_file_location("score_reader", home / "score_reader.py")
    assert spec is not None
    assert spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    predicted = []
    for line in (home / "passages.jsonl").read_text(encoding="utf-8").splitlines():
        passage = json.loads(line)
        day = date.fromisoformat(passage["published"]) if len(passage["published"]) == 10 else None
        for s in read_text(passage["text"], day, outlet=passage["outlet"]):
            assert passage["text"][s.start : s.end] == s.span
            places = [{"name": m.name} for m in s.places]
            predicted.append(
                {"passage_id": passage["id"], "span": s.span, "claimant": s.claimant, "claimant_side": s.claimant_side,
                 "kind": s.kind, "places": places, "polarity": s.polarity, "degree": s.degree}
            )  # fmt: skip
    found = scorer.score(predicted, scorer.load(home / "claims.jsonl"))
    assert found["overall"]["f1"] >= 0.75
    assert found["attributes"]["claimant_lenient"] >= 0.85
    assert found["attributes"]["claimant_side"] >= 0.85
    assert found["attributes"]["places"] >= 0.78
