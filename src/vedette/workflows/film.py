"""The map over the days of the war, as a film."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vedette.briefing import Briefing, Change, MapContent, Outlook, change_sentence, counted, day, delay_sentence
from vedette.errors import BriefingError
from vedette.situation import cells_of
from vedette.store import OutputFolder, check_folder, film_bytes, json_bytes, read_basemap
from vedette.workflows.atlas import FULL, known_now, known_then
from vedette.workflows.lines import LABEL_RANK, side_looks, title_on
from vedette.workflows.nowcast import hindsight, nowcast
from vedette.workflows.runs import keep_run
from vedette.workflows.study import Study

__all__ = ["View", "film", "film_alone", "need_for_film"]

View = Literal["now", "then"]
"""Each day by all that is known now, or by what was known on it."""

CHANGED_BY = 0.25
"""A caption tells of probabilities that moved by so much from one day to the next."""

KNOWN = {
    "now": "Every day as known on {}: hindsight, not what could be known then",
    "then": "Every day as it was known on that day",
}


MOST_PICTURES = 120
"""Days that a film shows: at 1.7 seconds each, three and a half minutes. Of a longer war every so many-th is shown."""

FILES = ("map.mp4", "run.json")


def film(study: Study, content: Briefing, view: View) -> bytes:
    """The film as MP4: every day of the war so far, with what changed on it and the front."""
    return _film(study, content.map, view, delay_sentence(content))


def film_alone(study: Study, out: Path, view: View = "now") -> int:
    """The film of a war that is too long or too wide for a briefing, written under `out`; how many days it shows.

    Places are followed one by one, so that the front takes neighbours for independent; of a long war every so many-th
    day is shown.
    """
    need_for_film()
    check_folder(out, FILES)
    case = study.case
    rank = np.array([LABEL_RANK.get(kind, np.inf) for kind in case.places.kinds])
    rank[list(case.headline)] = 0.0
    ground = MapContent(
        title=title_on(case, study.as_of),
        as_of=study.as_of,
        sides=side_looks(case.sides),
        ids=case.places.ids,
        names=case.places.names,
        kinds=case.places.kinds,
        lat=case.places.lat,
        lon=case.places.lon,
        probability=np.zeros((len(case.places), len(case.sides) + 1)),
        rank=rank,
        pairs=np.empty((0, 2), dtype=np.int32),
        front=np.empty(0),
        base=read_basemap(case.basemap),
    )
    delayed = f"Published {counted(study.delay, 'day')} later, by choice." if study.delay else ""
    made = _film(study, ground, view, delayed)
    with OutputFolder(out) as folder:
        folder.add("map.mp4", made)
        folder.add("run.json", json_bytes(study.run_record()))
    keep_run(study, "film", {"view": view}, [out / name for name in FILES])
    return len(_shown(study))


def need_for_film() -> None:
    """Say at once, not after the war was followed, that the encoder is not installed."""
    if find_spec("imageio_ffmpeg") is None:
        raise BriefingError(
            "--format mp4 needs the package imageio_ffmpeg, which is not installed. Install it with "
            "`pip install 'vedette[video]'`, or leave mp4 out."
        )


def _shown(study: Study) -> list[int]:
    """The days that a film shows: all, or every so many-th up to the last."""
    step = -(-(study.last + 1) // MOST_PICTURES)
    return list(range(study.last, -1, -step))[::-1]


def _film(study: Study, ground: MapContent, view: View, delayed: str) -> bytes:
    from vedette.briefing.film import FRAMES_A_SECOND, Film, FilmDay, film_frames, film_length, film_size

    shown = _shown(study)
    if study.long:
        followed = (hindsight if view == "now" else nowcast)(study)["probability"]
        probability = followed.isel(day=shown).transpose("day", "place", "state").values
        ground, front = replace(ground, pairs=ground.pairs[:0]), np.zeros((len(shown), 0))
    else:
        known = (known_now if view == "now" else known_then)(study)
        probability, front = known.probability[shown] / FULL, known.front[shown] / FULL
        ground = replace(ground, pairs=cells_of(study.case.places).pairs)
    states = (*(side.name for side in ground.sides), "contested")
    days = [
        FilmDay(
            study.case.days.date(t),
            probability[n],
            front[n],
            _captions(ground.ids, ground.names, states, probability, n),
        )
        for n, t in enumerate(shown)
    ]
    told = KNOWN[view].format(day(study.as_of))
    source = f"Probabilities from {len(study.known)} published claims, not positions of forces."
    thinned = f"Every {shown[1] - shown[0]} days." if len(shown) > 1 and shown[1] - shown[0] > 1 else ""
    alone = "Places were followed one by one, and the front takes neighbours for independent." if study.long else ""
    note = " ".join(filter(None, (delayed, source, thinned, alone, study.case.attribution)))
    made = Film(ground, days, told, note)
    report = study.report("Drawing the film")

    def frames() -> Iterator[NDArray[np.uint8]]:
        for done, frame in enumerate(film_frames(made), start=1):
            if report is not None:
                report(done, film_length(made))
            yield frame

    return film_bytes(frames(), film_size(made), FRAMES_A_SECOND, title_on(study.case, study.as_of))


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
