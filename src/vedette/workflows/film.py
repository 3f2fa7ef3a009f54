"""The map over the days of the war, as a film."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vedette.briefing import Briefing, Change, Outlook, change_sentence, day, delay_sentence
from vedette.situation import cells_of
from vedette.store import film_bytes
from vedette.workflows.atlas import FULL, known_now, known_then
from vedette.workflows.study import Study

__all__ = ["View", "film"]

View = Literal["now", "then"]
"""Each day by all that is known now, or by what was known on it."""

CHANGED_BY = 0.25
"""A caption tells of probabilities that moved by so much from one day to the next."""

KNOWN = {
    "now": "Every day as known on {}: hindsight, not what could be known then",
    "then": "Every day as it was known on that day",
}


def film(study: Study, content: Briefing, view: View) -> bytes:
    """The film as MP4: every day of the war so far, with what changed on it and the front."""
    from vedette.briefing.film import FRAMES_A_SECOND, Film, FilmDay, film_frames, film_length, film_size

    known = (known_now if view == "now" else known_then)(study)
    probability, front = known.probability / FULL, known.front / FULL
    ground = content.map
    states = (*(side.name for side in ground.sides), "contested")
    days = [
        FilmDay(
            study.case.days.date(t),
            probability[t],
            front[t],
            _captions(ground.ids, ground.names, states, probability, t),
        )
        for t in range(len(probability))
    ]
    told = KNOWN[view].format(day(study.as_of))
    source = f"Probabilities from {len(content.claims)} published claims, not positions of forces."
    note = " ".join(filter(None, (delay_sentence(content), source, study.case.attribution)))
    made = Film(replace(ground, pairs=cells_of(study.case.places).pairs), days, told, note)
    report = study.report("Drawing the film")

    def frames() -> Iterator[NDArray[np.uint8]]:
        for done, frame in enumerate(film_frames(made), start=1):
            if report is not None:
                report(done, film_length(made))
            yield frame

    return film_bytes(frames(), film_size(made), FRAMES_A_SECOND, content.title)


def _captions(
    ids: tuple[str, ...], names: tuple[str, ...], states: tuple[str, ...], probability: NDArray[np.floating], t: int
) -> tuple[str, ...]:
    """What changed most since the day before, in two lines at most."""
    if t == 0:
        return ("The first day.",)
    moved = np.abs(probability[t] - probability[t - 1]).max(axis=1)
    found = [i for i in np.argsort(-moved, kind="stable").tolist() if moved[i] >= CHANGED_BY]
    if not found:
        return ("No probability moved by a quarter or more.",)

    def said(i: int) -> str:
        before, after = (Outlook(tuple(probability[d, i].tolist()), states) for d in (t - 1, t))
        return change_sentence(Change(ids[i], names[i], before, after))

    if len(found) == 1:
        return (said(found[0]),)
    rest = len(found) - 2
    second = said(found[1]) + (f"; and {rest} more places" if rest > 1 else "; and 1 more place" if rest else "")
    return said(found[0]), second
