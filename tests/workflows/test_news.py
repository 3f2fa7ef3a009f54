"""What changed since yesterday: two nowcasts compared, and what each claim that came in adds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from tests.briefing.lines import STATES, claim_line, outlook
from tests.conftest import FEW
from vedette.belief import Effort, without
from vedette.briefing import (
    Arrival,
    News,
    Outlook,
    Shift,
    arrival_sentence,
    drift_sentence,
    news_sentence,
    rest_sentence,
    shift_sentence,
)
from vedette.store import Case
from vedette.workflows import Study
from vedette.workflows.news import news_of

SOME = Effort(chains=4, daily=4, burn=20, keep=100, thin=1)
DAY = date(2031, 4, 14)


def study(case: Case, day: date, effort: Effort = SOME) -> Study:
    return Study(case, day, seed=3, effort=effort)


@pytest.fixture(scope="module")
def eve_and_day(small: Case) -> Study:
    return replace(study(small, DAY), eve=True)


def test_the_eve_is_what_a_study_of_that_day_gives(
    small: Case, eve_and_day: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One pass of the chains for both days changes neither."""
    monkeypatch.setenv("VEDETTE_CACHE", "off")
    before = eve_and_day.belief_on_eve
    assert before is not None
    assert np.array_equal(before.control, study(small, DAY - timedelta(days=1)).belief.control)
    assert np.array_equal(eve_and_day.belief.control, study(small, DAY).belief.control)
    assert np.array_equal(eve_and_day.belief.word, study(small, DAY).belief.word)


def test_yesterdays_draws_are_found_again(
    small: Case, eve_and_day: Study, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VEDETTE_CACHE", str(tmp_path_factory.mktemp("kept")))
    yesterday = study(small, DAY - timedelta(days=1), FEW).belief
    drawn: list[object] = []
    module = __import__("vedette.workflows.study", fromlist=["nowcasts"])
    plain = module.nowcasts

    def watched(*given: object, only: object, **more: object) -> object:
        drawn.append(only)
        return plain(*given, only=only, **more)

    monkeypatch.setattr(module, "nowcasts", watched)
    found = replace(study(small, DAY, FEW), eve=True).belief_on_eve
    assert found is not None
    assert np.array_equal(found.control, yesterday.control)
    assert drawn == [[13]], "only today's were drawn"


def test_every_shift_is_of_the_two_nowcasts(small: Case, eve_and_day: Study) -> None:
    news = news_of(eve_and_day)
    before = eve_and_day.belief_on_eve
    assert news is not None
    assert before is not None
    assert news.eve == date(2031, 4, 13)
    assert news.arrived == news.new == 1, "a11"
    assert news.shifts
    for shift in news.shifts:
        i = small.places.index(shift.place_id)
        then, now = shift.figures
        assert then == pytest.approx(before.probability_on(12)[i, shift.state])
        assert now == pytest.approx(eve_and_day.belief.probability_on(13)[i, shift.state])
        assert abs(now - then) >= 0.1
    (dunmore,) = [shift for shift in news.shifts if shift.place_id == "dunmore"]
    (arrival,) = dunmore.arrivals
    assert arrival.claim.claim_id == "a11"
    j = int(eve_and_day.belief.evidence.told.of_claim[[r.claim_id for r in eve_and_day.known.rows()].index("a11")])
    share, _ = without(eve_and_day.belief, np.array([j]), small.places.index("dunmore"), 13)
    assert arrival.without == pytest.approx(share[dunmore.state])
    assert dunmore.without == arrival.without
    assert arrival.without is not None
    rose = dunmore.figures[1] > dunmore.figures[0]
    assert (dunmore.figures[1] > arrival.without) == rose, "the observers' word moved it the way it went"


def test_leaving_a_claim_out_is_like_never_having_heard_it(small: Case, eve_and_day: Study) -> None:
    """Reweighting agrees with running again without the claim, within the noise of small runs."""
    news = news_of(eve_and_day)
    assert news is not None
    (shift,) = [s for s in news.shifts if s.place_id == "dunmore"]
    rows = np.array([row.claim_id != "a11" for row in small.claims.rows()])
    again = study(replace(small, claims=small.claims.take(rows)), DAY).belief
    share = again.probability_on(13)[small.places.index("dunmore"), shift.state]
    assert shift.without == pytest.approx(share, abs=0.15)


@pytest.mark.parametrize("day", [date(2031, 4, 1), date(2031, 4, 25)])
def test_no_eve_no_news(small: Case, day: date) -> None:
    """On the first day, and when the war was over the day before."""
    assert news_of(replace(study(small, day, FEW), eve=True)) is None
    assert news_of(study(small, DAY, FEW)) is None, "nobody asked"


def shift(without: float | None, *, counted: bool = True) -> Shift:
    came = (Arrival(claim_line("a1", 3, counted=counted), without),)
    return Shift("dunmore", "Dunmore", 0, outlook(0.2, 0.7), outlook(0.7, 0.2), came, without)


def test_sentences_of_news() -> None:
    day, eve = date(2031, 4, 3), date(2031, 4, 2)
    assert shift_sentence(shift(0.4), day, eve) == (
        "It is likely (70%) that the Blue side holds Dunmore on 3 April 2031; the nowcast of 2 April 2031 gave 20%."
    )
    said = [arrival_sentence(shift(p).arrivals[0], 0.7) for p in (0.4, 0.7, None)]
    assert said == [
        "Without it the figure would be 40%, not 70%.",
        "Without it the figure would be the same, 70%.",
        "What it adds cannot be told from these draws.",
    ]
    assert "adds nothing" in arrival_sentence(shift(0.4, counted=False).arrivals[0], 0.7)
    assert rest_sentence(shift(0.4)).startswith("Without any of the new claims it would be 40%; the rest of the way")
    assert rest_sentence(shift(0.2)) == "Without any of the new claims it would be 20%, as the day before."
    assert "cannot be told" in rest_sentence(shift(None))
    assert shift(0.4).explained
    assert not shift(0.4, counted=False).explained, "a repetition accounts for nothing"
    assert news_sentence(News(eve, 0.1, 0, (), 2, 1), day).startswith(
        "2 claims came in on 3 April 2031; 1 of them says something new of who holds a place. No place moved by 10 "
    )
    many = News(eve, 0.1, 14, (shift(0.4), shift(0.3), shift(0.5)), 2, 2, tuple("ABCDEFGH"))
    assert news_sentence(many, day).endswith("6 of them had new claims about them or a place next to them; the 3 that "
                                             "moved most:")  # fmt: skip
    assert "the 2 that moved most:" in news_sentence(many, day, shown=2)
    assert news_sentence(News(eve, 0.1, 1, (shift(0.4),), 2, 2), day).endswith("each day seen as of that day.")
    assert drift_sentence(many).startswith("A, B, C, D, E, F and 2 more moved with no new claim about them")
    assert drift_sentence(News(eve, 0.1, 1, (), 0, 0, ("Dunmore",))).startswith(
        "Dunmore moved with no new claim about it "
    )
    assert drift_sentence(News(eve, 0.1, 0, (), 2, 1)) == ""


def test_a_shift_knows_both_figures() -> None:
    assert shift(None).figures == (0.2, 0.7)
    assert Outlook((0.2, 0.7, 0.1), STATES).leading == 1
