"""Calibrated parameters of a campaign as a TOML file with a date."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from datetime import date
from pathlib import Path

from vedette.campaign import Calibration, CampaignPriors
from vedette.errors import ScenarioError
from vedette.store.write import write_bytes

__all__ = ["parameters_in", "parameters_text", "read_parameters", "write_parameters"]


def write_parameters(path: Path, found: Calibration) -> None:
    """Write what was fitted, with the case and the last day that it knows."""
    write_bytes(path, parameters_text(found).encode())


def parameters_text(found: Calibration) -> str:
    """What was fitted, as TOML."""
    lines = [
        "# Parameters of the campaign, fitted to the war up to `until`; a run that starts before it refuses them.",
        f'case = "{found.case}"',
        f"until = {found.until.isoformat()}",
        f"days = {found.days}",
        "",
        "[priors]",
    ]
    for name in (f.name for f in fields(CampaignPriors)):
        value = getattr(found.priors, name)
        lines.append(f"{name} = {list(value) if isinstance(value, tuple) else value}")
    return "\n".join(lines) + "\n"


def read_parameters(path: Path) -> Calibration:
    """Read them; a `ScenarioError` says what is wrong with the file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ScenarioError(
            f"{path}: cannot be read ({error.strerror}). Write one with `vedette calibrate --out {path.name}`."
        ) from error
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path.name}: is not TOML ({error}). Mend the line it names.") from error
    return parameters_in(text, path.name)


def parameters_in(text: str, name: str) -> Calibration:
    """Parameters from their TOML; `name` is what messages call it."""
    try:
        toml = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{name}: is not TOML ({error}). Mend the line it names.") from error
    until, case, days, told = (toml.get(key) for key in ("until", "case", "days", "priors"))
    if type(until) is not date:
        raise ScenarioError(
            f"{name}: has no day `until`, so nobody can say whether a run may know it. "
            "Write the file anew with `vedette calibrate`."
        )
    if not isinstance(case, str) or not isinstance(days, int) or not isinstance(told, dict):
        raise ScenarioError(f"{name}: lacks case, days or [priors]. Write it anew with `vedette calibrate`.")
    usual = CampaignPriors()
    known = {f.name: getattr(usual, f.name) for f in fields(CampaignPriors)}
    given: dict[str, float | tuple[float, float]] = {}
    for parameter, value in told.items():
        if parameter not in known:
            raise ScenarioError(f"{name}: {parameter!r} is no parameter. Known: {', '.join(known)}.")
        pair = isinstance(known[parameter], tuple)
        numbers = value if isinstance(value, list) else [value]
        right = all(isinstance(x, (int, float)) and not isinstance(x, bool) and x >= 0 for x in numbers)
        if isinstance(value, list) != pair or len(numbers) != 1 + pair or not right:
            raise ScenarioError(
                f"{name}: {parameter} = {value!r} is not {'two numbers' if pair else 'a number'} from 0 on. Correct it."
            )
        given[parameter] = (float(numbers[0]), float(numbers[1])) if pair else float(numbers[0])
    return Calibration(case, until, days, CampaignPriors(**given))  # type: ignore[arg-type]
