"""Results as they were made: each with what is needed to get the same bytes again, and getting them again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from vedette.belief import Effort
from vedette.dynamics import TransitionPriors
from vedette.errors import CaseError, LedgerError
from vedette.store import Additions, code_digest, find_case, ledger_of, versions
from vedette.workflows.people import signed
from vedette.workflows.study import Progress, Study

__all__ = ["Rerun", "Run", "keep_run", "rerun", "runs"]

CODE = ("ground", "claims", "dynamics", "belief", "situation", "campaign", "briefing", "store", "workflows")
"""Packages that a written result depends on."""


@dataclass(frozen=True, slots=True)
class Run:
    """A result that was made: its number in the ledger, who made it when, and how to get it again, as plain data."""

    number: int
    made_at: str
    by: str
    command: str
    as_of: str
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rerun:
    """A result made again under `folder`: which files have the same bytes and which have not; what differs from then.

    `inputs` names what the result is computed from, `files` the files of the case, `versions` the software.
    """

    command: str
    folder: str
    same: tuple[str, ...]
    different: tuple[str, ...]
    inputs: tuple[str, ...]
    files: tuple[str, ...]
    versions: tuple[str, ...]


def keep_run(
    study: Study,
    command: str,
    arguments: Mapping[str, Any],
    written: Sequence[Path],
    told: Mapping[str, bytes] | None = None,
) -> int:
    """Note in the case's ledger that a result was made, and return the run's number; 0 where there is no ledger.

    `written` are its files; `told` is what it said and wrote to none, by the name of the file that `rerun` writes.
    """
    ledger = ledger_of(study.case.folder)
    if ledger is None or not ledger.exists():
        return 0
    record = {
        "command": command,
        "arguments": dict(arguments),
        "case": study.case.name,
        "as_of": study.as_of.isoformat(),
        "delay_days": study.delay,
        "seed": study.seed,
        "parameters": {"effort": asdict(study.effort), "dynamics": asdict(study.priors)},
        "inputs": study.case.digests(study.today),
        "ledger": study.case.ledger,
        "files": _files(study.case.folder),
        "versions": _software(),
        "outputs": {
            **{path.name: _digest(path) for path in written},
            **{name: sha256(content).hexdigest() for name, content in (told or {}).items()},
        },
    }
    text = json.dumps(record, ensure_ascii=False, sort_keys=True)
    try:
        kept = ledger.add(signed("", "run", command), Additions(run=(command, study.as_of.isoformat(), text)))
    except LedgerError as error:
        raise LedgerError(f"The result is written; that it was made could not be noted. {error}") from error
    return kept.act


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _files(folder: Path) -> dict[str, str]:
    """The digest of every file of a case but what its ledger has or had."""
    return {
        str(path.relative_to(folder)): _digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not any(part.startswith((".", "ledger.duckdb")) for part in path.relative_to(folder).parts)
        and path.relative_to(folder).parts[0] not in ("reports", "reviews.jsonl")
    }


def _software() -> dict[str, str]:
    return {
        **versions(),
        **{name: version(name) for name in ("matplotlib", "pillow", "pyarrow")},
        "code": code_digest(CODE)[:16],
    }


def runs(case: str) -> list[Run]:
    """Every run of a case that its ledger knows, oldest first."""
    ledger = ledger_of(find_case(case))
    if ledger is None or not ledger.exists():
        return []
    return [
        Run(kept.number, kept.at, kept.by, kept.command, kept.as_of, json.loads(kept.record)) for kept in ledger.runs()
    ]


def rerun(
    run: str,
    case: str,
    out: Path | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Rerun:
    """Make a result again, from the ledger as it stood then, and compare it with what was made then.

    `run` is a number in the case's ledger, or the `run.json` of a briefing, whose other files lie beside it.
    """
    record = _record(run, case)
    known = _makers()
    command = str(record.get("command", ""))
    if command not in known:
        raise LedgerError(f"run {run}: was made by {command!r}, which cannot be made again. Use the command itself.")
    try:
        effort = Effort(**record["parameters"]["effort"])
        priors = TransitionPriors(**record["parameters"]["dynamics"])
        delay = int(record.get("delay_days", 0))
        published = date.fromisoformat(record["as_of"]) + timedelta(days=delay)
        seed, until = int(record["seed"]), int(record.get("ledger", 0))
    except (KeyError, TypeError, ValueError) as error:
        raise LedgerError(
            f"run {run}: its parameters are not those of this Vedette ({error}). Use the version that made it: "
            f"{record.get('versions', {}).get('vedette', 'unknown')}."
        ) from error
    study = Study.of(
        case, published, seed=seed, effort=effort, threads=threads, progress=progress, delay=delay, until=until
    )
    if study.case.name != record.get("case"):
        raise CaseError(
            f"run {run}: is of {record.get('case')!r}, and the case given is {study.case.name!r}. Name its case "
            "with --case."
        )
    study = replace(study, priors=priors)
    then: Mapping[str, str] = record.get("versions", {})
    outputs: Mapping[str, str] = record.get("outputs", {})
    folder = out or Path("out") / study.case.name / f"rerun-{Path(run).parent.name if run.endswith('.json') else run}"
    known[command](study, folder, tuple(outputs), record.get("arguments", {}))
    again = {name: _digest(folder / name) for name in outputs if (folder / name).is_file()}
    return Rerun(
        command,
        str(folder),
        tuple(n for n in outputs if again.get(n) == outputs[n]),
        tuple(n for n in outputs if again.get(n) != outputs[n]),
        _differences(record.get("inputs", {}), study.case.digests(study.today)),
        _differences(record["files"], _files(study.case.folder)) if "files" in record else (),
        _differences(then, {name: found for name, found in _software().items() if name in then}),
    )


def _record(run: str, case: str) -> dict[str, Any]:
    if run.endswith(".json"):
        path = Path(run)
        try:
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise LedgerError(f"{run}: is no record of a run ({error}). Give the run.json of a briefing.") from error
        beside = {p.name: _digest(p) for p in sorted(path.parent.iterdir()) if p.is_file()}
        return {"command": "brief", **found, "outputs": beside}
    kept = runs(case)
    found_run = next((r for r in kept if str(r.number) == run), None)
    if found_run is None:
        numbers = ", ".join(str(r.number) for r in kept[-8:]) or "none"
        raise LedgerError(
            f"run {run}: the ledger of {case} has no such run; it has {numbers}. `vedette runs {case}` lists them; "
            "another case is named with --case."
        )
    return dict(found_run.record)


def _differences(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    told = []
    for name in sorted({*then, *now}):
        if then.get(name) == now.get(name):
            continue
        if name not in now:
            told.append(f"{name} is gone")
        elif name not in then:
            told.append(f"{name} is new")
        else:
            told.append(f"{name}: {then[name][:12]} then, {now[name][:12]} now")
    return tuple(told)


def _makers() -> dict[str, Any]:
    """How each command makes its result again: study, folder, names of files, arguments."""

    def at(name: str) -> Any:
        module, verb = name.split(".")
        return getattr(import_module(f"vedette.workflows.{module}"), verb)

    def since(arguments: Mapping[str, Any]) -> date | None:
        return date.fromisoformat(arguments["since"]) if "since" in arguments else None

    return {
        "brief": lambda study, folder, names, arguments: at("brief.brief")(
            study, folder, forms=[form for form, of in at("brief.FILES").items() if set(of) & set(names)], **arguments
        ),
        "nowcast": lambda study, folder, names, arguments: at("nowcast.nowcast")(
            study, folder / names[0], since=since(arguments)
        ),
        "hindsight": lambda study, folder, names, _arguments: at("nowcast.hindsight")(study, folder / names[0]),
        **{
            command: lambda study, folder, _names, arguments, command=command: at("campaign_runs.remake")(
                study, command, folder, arguments
            )
            for command in ("forecast", "what-if", "decisive")
        },
        "forecast --origins": lambda study, folder, names, arguments: at("outlook.forecast_origins")(
            study,
            [date.fromisoformat(day) for day in arguments["origins"]],
            arguments["horizons"],
            folder / names[0],
            state=arguments["state"],
        ),
        "film": lambda study, folder, _names, arguments: at("film.film_alone")(study, folder, **arguments),
        "scorecard": lambda study, folder, _names, arguments: at("scorecard.scorecard")(study, folder, **arguments),
        "calibrate": lambda study, folder, names, _arguments: at("campaign.calibrated")(study, folder / names[0]),
        "export": lambda study, folder, names, arguments: at("exchange.export_control")(
            study, arguments["form"], folder / names[0], every_day=arguments["every_day"]
        ),
    }
