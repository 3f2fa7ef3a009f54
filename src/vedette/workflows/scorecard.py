"""The public scorecard of a case."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from vedette.briefing.score_page import PublicScorecard, scorecard_page
from vedette.store import OutputFolder, check_folder, json_bytes
from vedette.workflows.lines import record_lines, side_looks
from vedette.workflows.nowcast import in_the_end
from vedette.workflows.outsiders import outsiders
from vedette.workflows.runs import keep_run
from vedette.workflows.study import Study
from vedette.workflows.verify import verify

__all__ = ["scorecard"]


FILES = ("scorecard.html", "scorecard.json", "run.json")


def scorecard(study: Study, out: Path | None = None, *, whole: bool = True) -> PublicScorecard:
    """What `verify` finds, each source's record and other people's forecasts, written under `out`, all files or none.

    Files: scorecard.html, scorecard.json, run.json. In a long war (`Study.long`) records are of its last weeks, and
    other people's forecasts have none of ours beside them.
    """
    check_folder(out, FILES)
    cards = verify(study, whole=whole)
    end = in_the_end(study) if whole else study
    case = study.case
    run = end.run_record()
    found = PublicScorecard(
        case=case.name,
        title=case.title,
        as_of=min(study.as_of, case.days.last) if not whole else case.days.last,
        sides=side_looks(case.sides),
        cards=cards,
        records=tuple(record_lines(end.belief, end.known, end.maps)) if end.drawable else (),
        outsiders=None if study.long else outsiders(end),
        warning=end.belief.warning if end.drawable else "",
        notice=case.notice,
        run={k: v for k, v in run.items() if isinstance(v, (str, int))},
    )
    if out is not None:
        with OutputFolder(out) as folder:
            folder.add("scorecard.html", scorecard_page(found))
            told = {p: [c.as_dict() for c in group] for p, group in cards.items()}
            others = {} if found.outsiders is None else {"outsiders": asdict(found.outsiders)}
            folder.add("scorecard.json", json_bytes({**told, **others}))
            folder.add("run.json", json_bytes(run))
        keep_run(study, "scorecard", {"whole": whole}, [out / name for name in FILES])
    return found
