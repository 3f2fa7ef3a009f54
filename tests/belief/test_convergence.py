"""Whether the chains agree is measured, by the book, and a poor answer says so wherever it is shown."""

from __future__ import annotations

import html
import json
import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import xarray as xr
from numpy.typing import NDArray

import vedette as verbs
from tests.belief.wars import LITTLE
from tests.conftest import Ask
from vedette.belief import Convergence, Effort, infer
from vedette.belief.posterior import convergence_of
from vedette.errors import CaseError
from vedette.store import Case
from vedette.workflows import (
    CampaignStudy,
    GroundStudy,
    Study,
    brief,
    export_control,
    export_formats,
    export_warning,
    make_forecast,
    nowcast,
    sources,
    who,
)

M, CHAINS = 4000, 4


def one_place(hit: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Draws (chains, n) of whether side 0 holds the only place on the only day, as control (M, 1, 1)."""
    return np.where(hit, 0, 1).astype(np.int8).reshape(-1, 1, 1)


def flipping(rng: np.random.Generator, chance: float) -> NDArray[np.bool_]:
    """Chains that change their mind with a probability each step, both ways."""
    return np.asarray(np.cumsum(rng.random((CHAINS, M // CHAINS)) < chance, axis=1) % 2 == 1)


def test_rhat_is_that_of_the_textbook() -> None:
    """Gelman et al. (2013), Bayesian Data Analysis, section 11.4: chains halved, variance between and within."""
    hit = flipping(np.random.default_rng(0), 0.05)
    halves = hit.reshape(2 * CHAINS, -1).astype(float)
    n = halves.shape[1]
    within = halves.var(axis=1, ddof=1).mean()
    between = n * halves.mean(axis=1).var(ddof=1)
    expected = np.sqrt(((n - 1) / n * within + between / n) / within)
    assert convergence_of(one_place(hit), CHAINS, 3).rhat == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("chance", [0.05, 0.2, 0.5])
def test_the_effective_sample_size_of_a_chain_whose_memory_is_known(chance: float) -> None:
    """A chain that flips with probability c has lag-1 correlation 1 - 2 c, so M c / (1 - c) draws are worth one."""
    found = np.mean(
        [convergence_of(one_place(flipping(np.random.default_rng(s), chance)), CHAINS, 3).ess for s in range(10)]
    )
    assert found == pytest.approx(M * chance / (1 - chance), rel=0.2)


def test_good_draws_raise_no_warning() -> None:
    found = convergence_of(one_place(np.random.default_rng(1).random((CHAINS, M // CHAINS)) < 0.4), CHAINS, 3)
    assert found.rhat < 1.01
    assert found.ess > 400
    assert found.warning == ""
    assert (found.judged, found.worst_place, found.share_poor) == (1, 0, 0.0)


def test_chains_that_settled_on_different_histories_are_infinitely_far_apart() -> None:
    hit = np.repeat([[True], [True], [False], [False]], M // CHAINS, axis=1)
    found = convergence_of(one_place(hit), CHAINS, 3)
    assert found.rhat == np.inf
    assert found.ess == 0.0
    assert "do not agree" in found.warning
    assert "inf" in found.warning


def test_a_place_that_never_moves_is_not_judged() -> None:
    found = convergence_of(one_place(np.ones((CHAINS, M // CHAINS), dtype=bool)), CHAINS, 3)
    assert found == Convergence(1.0, float(M), 0, 0, 0.0)
    assert found.warning == ""


def test_the_worst_place_is_named_and_the_rest_counted() -> None:
    rng = np.random.default_rng(3)
    good = rng.random((CHAINS, M // CHAINS)) < 0.4
    bad = np.repeat([[0.1], [0.1], [0.9], [0.9]], M // CHAINS, axis=1) > rng.random(good.shape)
    control = np.concatenate([one_place(good), one_place(bad), one_place(good)], axis=1)
    found = convergence_of(control, CHAINS, 3)
    assert found.worst_place == 1
    assert found.rhat > 1.2
    assert found.judged == 3
    assert found.share_poor == pytest.approx(1 / 3)
    assert "33% of the 3 places" in found.warning


def test_a_poor_answer_says_so_wherever_it_is_shown(small: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty draws are too few: in the draws' own figures, in their dataset, beside a place, in the briefing."""
    monkeypatch.setenv("VEDETTE_CACHE", "off")
    belief = infer(small.claims, small.maps, small.neighbours, 12, seed=0, effort=LITTLE)
    warning = belief.convergence.warning
    assert "smallest effective sample size" in warning
    assert belief.to_dataset().attrs["warning"] == warning
    study = Study.of(small.folder, small.days.date(12), effort=LITTLE)
    assert study.belief.convergence.warning == warning
    assert who(study, "cairn").warning == warning
    assert brief(study).warning == warning
    assert GroundStudy(study).front().warning == warning
    assert sources(study).warning == warning
    assert "days the chains do not agree" in nowcast(study).attrs["warning"]
    assert study.run_record()["convergence"] == {
        "rhat": belief.convergence.rhat,
        "ess": belief.convergence.ess,
        "judged": belief.convergence.judged,
        "worst_place": belief.convergence.worst_place,
        "share_poor": belief.convergence.share_poor,
    }


def test_a_poor_answer_says_so_in_the_files_that_have_room_for_it(case_folder: Path) -> None:
    """In the metadata or the description of every format but the two that are bare tables."""
    study = Study.of(case_folder, date(2031, 4, 12), effort=LITTLE)
    warning = export_warning(study)
    assert warning == study.belief.warning != ""
    file = {form: case_folder / f"control{ending}" for form, ending in export_formats().items()}
    pytest.importorskip("zarr")
    for form, path in file.items():
        export_control(study, form, path)
    for form in ("parquet", "geoparquet"):
        assert pq.read_schema(file[form]).metadata[b"warning"].decode() == warning
    assert json.loads(file["geojson"].read_text())["about"]["warning"] == warning
    assert html.escape(warning, quote=False) in file["kml"].read_text()
    with xr.open_dataset(file["netcdf"], engine="scipy") as found:
        assert found.attrs["warning"] == warning
    with zipfile.ZipFile(file["zarr"]) as archive:
        assert json.loads(archive.read(".zattrs"))["warning"] == warning
    with zipfile.ZipFile(file["datapackage"]) as archive:
        described = json.loads(archive.read("datapackage.json"))
    assert described["vedette"]["warning"] == warning
    assert described["description"].endswith(warning)
    ahead = case_folder / "ahead.parquet"
    campaign = CampaignStudy(study, 5, 20)
    make_forecast(campaign, ahead)
    assert pq.read_schema(ahead).metadata[b"warning"].decode() == warning
    make_forecast(campaign, ahead, form="geoparquet")
    assert pq.read_schema(ahead).metadata[b"warning"].decode() == warning


def test_python_answers_say_so_in_their_attributes(hasty: None, case_folder: Path) -> None:
    scenario = case_folder / "fall.toml"
    scenario.write_text('title = "A fall"\n[[lose]]\nplace = "garth"\nto = "blue"\nby = 2031-04-15\n')
    for found in (
        verbs.sources(case_folder, "2031-04-12"),
        verbs.who("cairn", case_folder, "2031-04-12"),
        verbs.forecast(case_folder, "2031-04-12", horizon=5, members=20),
        verbs.what_if(scenario, case_folder, "2031-04-12", horizon=5, members=20),
        verbs.decisive(case_folder, "2031-04-12", horizon=5, members=20),
    ):
        assert "chains do not agree" in found.attrs["warning"]


@pytest.mark.parametrize("words", [["sources"], ["front"], *(
    [name, "--out", "x.parquet", *more]
    for name, more in (("nowcast", []), ("hindsight", []), ("export", ["--format", "parquet"]))
)])  # fmt: skip
def test_a_poor_answer_says_so_on_the_terminal_and_in_json(
    vedette: Ask, hasty: None, case_folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(case_folder.parent)
    ask = [*words, "--case", case_folder, "--as-of", "2031-04-12"]
    assert "Mind: " in vedette(*ask).out
    answer = vedette(*ask, "--json")
    assert "chains do not agree" in (answer.err if words == ["sources"] else answer.out)


def test_running_longer_draws_as_many_that_agree_better(small: Case) -> None:
    """As the warning advises."""
    effort = Effort(chains=4, daily=2, burn=10, keep=100, thin=1)
    short, long = (
        infer(small.claims, small.maps, small.neighbours, 12, seed=0, effort=e) for e in (effort, effort.times(8))
    )
    assert "--effort" in short.convergence.warning
    assert long.members == short.members
    assert long.convergence.ess > 1.5 * short.convergence.ess


def test_an_effort_of_nothing_is_refused(small: Case) -> None:
    with pytest.raises(CaseError, match="an effort of 0 would draw nothing"):
        Study.of(small.folder, effort=0)
