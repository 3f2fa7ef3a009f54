"""The briefing: estimate, say what it means, write it down in the forms that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import numpy as np

from vedette.belief import Belief
from vedette.briefing import Briefing, Change, Dispute, MapContent, odds_words
from vedette.claims import Contradiction, contradictions
from vedette.errors import BriefingError
from vedette.situation import front_pairs, side_balance
from vedette.store import OutputFolder, check_folder, claims_csv, control_geojson, json_bytes, read_basemap
from vedette.workflows.film import View, film, need_for_film
from vedette.workflows.lines import LABEL_RANK, claim_lines, outlook_at, record_lines, side_looks, title_on
from vedette.workflows.news import news_of
from vedette.workflows.runs import keep_run
from vedette.workflows.situation import GroundStudy
from vedette.workflows.study import Study
from vedette.workflows.who import story_of

if TYPE_CHECKING:
    from vedette.briefing.map import Maps

__all__ = ["FILES", "brief"]

WINDOW_DAYS = 3
"""What changed is told since so many days before."""

WEIGHING = 2
"""Claims named of a dispute each way, those that weigh most."""

CHANGED_BY = 0.25
"""A probability that moved by less is no news."""

FILES = {
    "html": ("briefing.html", "map.png", "control.geojson", "claims.csv"),
    "pdf": ("briefing.pdf",),
    "png": ("picture.png",),
    "md": ("briefing.md",),
    "mp4": ("map.mp4",),
}
"""What each form of the briefing writes, run.json apart, which comes with every one."""


def brief(study: Study, out: Path | None = None, *, forms: Sequence[str] = ("html",), view: View = "now") -> Briefing:
    """The briefing as of the study's day; written under `out`, all files or none, if it is given.

    `forms` are those of `FILES`. What changed since the day before is told where it is written, or the study asks for
    its eve. A film shows each day as known `now`, by all that was published by the study's day, or
    `then`, on the day itself. Files of other forms that stand in `out` stay if they are of the same run.
    """
    if out is None:
        Thread(target=_import_ahead, daemon=True).start()
        return _assemble(study)
    unknown = [form for form in forms if form not in FILES]
    if unknown or not forms:
        raise BriefingError(
            f"{', '.join(map(repr, unknown)) or 'nothing'} is no form of the briefing. "
            f"Choose from {', '.join(FILES)}, one or several."
        )
    if "pdf" in forms and find_spec("typst") is None:
        raise BriefingError(
            "--format pdf needs the package typst, which is not installed. Install it with "
            "`pip install 'vedette[pdf]'`, or leave pdf out."
        )
    if "mp4" in forms:
        need_for_film()
    check_folder(out, ["run.json", *(name for names in FILES.values() for name in names)])
    Thread(target=_import_ahead, daemon=True).start()
    study = replace(study, eve=True)
    content = _assemble(study)
    report = study.report("Writing the briefing")
    maps = cache(lambda: _drawn(content))  # once for page and document
    steps = [step for form in FILES if form in forms for step in _steps(form, study, content, view, maps)]
    record = json_bytes(study.run_record())
    with OutputFolder(out) as folder:
        for done, (name, make) in enumerate(steps, start=1):
            folder.add(name, make())
            if report is not None:
                report(done, len(steps))
        folder.add("run.json", record)
        folder.take_over((name for names in FILES.values() for name in names), beside="run.json")
    keep_run(study, "brief", {"view": view}, [*(out / name for name, _ in steps), out / "run.json"])
    return content


def _steps(
    form: str, study: Study, content: Briefing, view: View, maps: Callable[[], Maps]
) -> list[tuple[str, Callable[[], bytes]]]:
    """The files of a form and what makes each; what is slow to import is, when it is needed."""
    attribution = study.case.attribution

    def page() -> bytes:
        from vedette.briefing.page import briefing_page

        return briefing_page(content, maps().page, attribution)

    def document() -> bytes:
        from vedette.briefing.pdf import briefing_pdf

        return briefing_pdf(content, maps().png, attribution)

    def picture() -> bytes:
        from vedette.briefing.picture import picture_png

        return picture_png(content, attribution)

    def text() -> bytes:
        from vedette.briefing.markdown import briefing_markdown

        return briefing_markdown(content, attribution)

    makers: Mapping[str, Callable[[], bytes]] = {
        "map.png": lambda: maps().png,
        "briefing.html": page,
        "control.geojson": lambda: control_geojson(content.map, content.warning),
        "claims.csv": lambda: claims_csv(study.known),
        "briefing.pdf": document,
        "picture.png": picture,
        "briefing.md": text,
        "map.mp4": lambda: film(study, content, view),
    }
    return [(name, makers[name]) for name in FILES[form]]


def _drawn(content: Briefing) -> Maps:
    from vedette.briefing.map import draw_maps

    return draw_maps(content.map)


def _import_ahead() -> None:
    """What is slow to import and needed only once the chains have run, which leave the interpreter idle meanwhile."""
    for name in ("arviz_stats.base.array", "vedette.briefing.map"):
        import_module(name)


def _assemble(study: Study) -> Briefing:
    case, belief, known, day = study.case, study.belief, study.known, study.last
    disputes = [_dispute(study, c) for c in contradictions(known)]
    disputes.sort(key=lambda d: d.last, reverse=True)
    then = max(0, day - WINDOW_DAYS)
    balance = side_balance(belief, day)
    run = study.run_record()
    ground = GroundStudy(study)
    return Briefing(
        case=case.name,
        title=title_on(case, study.as_of),
        as_of=study.as_of,
        sides=side_looks(case.sides),
        map=_map(study, [d.place_id for d in disputes]),
        balance=tuple((case.sides.label(s), *balance[s].tolist()) for s in range(len(balance))),
        changes=tuple(_changes(study, belief, then, day)),
        since=case.days.date(then) if day else study.as_of - timedelta(days=WINDOW_DAYS),
        stories=tuple(story_of(ground, place) for place in _headline(study, disputes)),
        disputes=tuple(disputes),
        records=tuple(record_lines(belief, known, study.maps)),
        claims=tuple(claim_lines(known, list(range(len(known))), belief)),
        warning=belief.warning,
        terrain=ground.terrain_words,
        run={k: v for k, v in run.items() if isinstance(v, (str, int))},
        notice=case.notice,
        news=news_of(study),
        delay=study.delay,
    )


def _headline(study: Study, disputes: list[Dispute]) -> list[int]:
    """The places a case names, else the three most disputed ones."""
    if study.case.headline:
        return list(study.case.headline)
    return [study.case.places.index(d.place_id) for d in disputes[:3]]


def _map(study: Study, disputed: list[str]) -> MapContent:
    case, belief, day = study.case, study.belief, study.last
    front = front_pairs(belief, day)
    rank = np.array([LABEL_RANK.get(kind, np.inf) for kind in case.places.kinds])
    rank[[case.places.index(place) for place in disputed[:8]]] = 1.0
    rank[list(case.headline)] = 0.0
    return MapContent(
        title=title_on(case, study.as_of),
        as_of=study.as_of,
        sides=side_looks(case.sides),
        ids=case.places.ids,
        names=case.places.names,
        kinds=case.places.kinds,
        lat=case.places.lat,
        lon=case.places.lon,
        probability=belief.probability_on(day),
        rank=rank,
        pairs=front.pairs,
        front=front.probability,
        base=read_basemap(case.basemap),
    )


def _changes(study: Study, belief: Belief, then: int, now: int) -> list[Change]:
    before, after = belief.probability_on(then), belief.probability_on(now)
    moved = np.abs(after - before).max(axis=1)
    places = study.case.places
    return [
        Change(places.ids[i], places.names[i], outlook_at(belief, i, then), outlook_at(belief, i, now))
        for i in np.argsort(-moved, kind="stable").tolist()
        if moved[i] >= CHANGED_BY
    ]


def _dispute(study: Study, found: Contradiction) -> Dispute:
    case, belief, known, day = study.case, study.belief, study.known, study.last
    sides = len(case.sides)
    lines = {
        camp: tuple(claim_lines(known, list(rows), belief, found.place, day)) for camp, rows in found.camps.items()
    }
    weighed = [c for group in lines.values() for c in group if c.counted and c.weight is not None]
    weighed.sort(key=lambda c: -abs(c.weight or 0.0))
    dispute = Dispute(
        place_id=case.places.ids[found.place],
        name=case.places.names[found.place],
        first=case.days.date(found.first),
        last=case.days.date(found.last),
        outlook=outlook_at(belief, found.place, day),
        sides={k: lines[k] for k in lines if k < sides},
        denials={k - sides: lines[k] for k in lines if k >= sides},
        why=(),
    )
    backing = [c for c in weighed if dispute.backs(c) is not False][:WEIGHING]
    against = [c for c in weighed if dispute.backs(c) is False][:WEIGHING]
    return replace(dispute, why=tuple(c for c in (*backing, *against) if odds_words(c) != "no weight"))
