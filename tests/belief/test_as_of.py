"""What was published later cannot be known earlier, and one seed gives one answer: to the byte."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.belief.wars import LITTLE, same_bytes
from vedette.belief import Belief, Effort, infer, nowcasts
from vedette.claims import ControlMap
from vedette.store import Case, read_case
from vedette.workflows import Spread, spread_over

LAST = 19  # of the small war


def as_of(case: Case, day: int, *, seed: int = 4, effort: Effort = LITTLE) -> Belief:
    return infer(case.claims, case.maps, case.neighbours, day, seed=seed, effort=effort)


def without_later(case: Case, day: int) -> Case:
    """The case as somebody would have written it down on that day."""
    claims = case.claims.until(day)
    return replace(case, claims=claims, maps=tuple(m.until(day) for m in case.maps))


@pytest.fixture(scope="module")
def each_day(small: Case) -> list[Belief]:
    """One pass over the whole war, and the day after the last claim."""
    every = nowcasts(small.claims, small.maps, small.neighbours, 23, seed=4, effort=LITTLE)
    return list(every)


@pytest.mark.parametrize("day", [0, 5, 7, 11, 13, 19])
def test_claims_and_maps_published_later_change_nothing(small: Case, each_day: list[Belief], day: int) -> None:
    assert same_bytes(as_of(without_later(small, day), day), each_day[day])


def test_a_map_that_begins_later_changes_nothing(small: Case, each_day: list[Belief]) -> None:
    """Not even the order in which chance is asked."""
    one = np.ones(1, dtype=np.int32)
    later = ControlMap("aa new map", one, np.zeros(1, dtype=np.int8), 12 * one, 19 * one)
    assert same_bytes(as_of(replace(small, maps=(later, *small.maps)), 11), each_day[11])
    assert not same_bytes(as_of(replace(small, maps=(later, *small.maps)), 12), each_day[12])


def test_a_claim_published_that_very_day_does_change_something(small: Case, each_day: list[Belief]) -> None:
    """The control: the bytes are not equal for want of listening."""
    day = 11
    one_short = replace(small, claims=small.claims.take(small.claims.reported < day))
    assert (small.claims.reported == day).any()
    assert not same_bytes(as_of(one_short, day), each_day[day])


def test_a_map_redrawn_that_very_day_does_change_something(small: Case, each_day: list[Belief]) -> None:
    day = 14  # the atlas gives Dunmore to blue
    assert any((m.first == day).any() for m in small.maps)
    stale = tuple(
        replace(m, **{name: getattr(m, name)[m.first < day] for name in ("place", "state", "first", "last")})
        for m in small.maps
    )
    assert not same_bytes(as_of(replace(small, maps=stale), day), each_day[day])


@pytest.mark.parametrize("day", [0, 6, 12, 19])
def test_the_row_of_a_day_is_what_a_study_as_of_that_day_believes(
    small: Case, each_day: list[Belief], day: int
) -> None:
    alone = as_of(small, day)
    assert same_bytes(alone, each_day[day])
    np.testing.assert_array_equal(alone.probability_on(day), each_day[day].probability_on(day))


def test_hindsight_hears_what_came_out_after_the_war(small: Case, each_day: list[Belief]) -> None:
    """The last claim, of day 23, is about day 19; the one pass ends with it."""
    assert len(each_day) == LAST + 2
    assert same_bytes(each_day[-1], as_of(small, 23))
    assert len(each_day[-1].evidence.told) == len(each_day[LAST].evidence.told) + 1
    assert not same_bytes(each_day[-1], each_day[LAST])


def test_another_seed_gives_other_draws(small: Case, each_day: list[Belief]) -> None:
    assert not same_bytes(as_of(small, LAST, seed=5), each_day[LAST])


DIGEST = """
import sys
from hashlib import sha256
from vedette.belief import Effort, infer
from vedette.store import read_case

case, threads = read_case(sys.argv[1]), int(sys.argv[2])
effort = Effort(chains=3, daily=2, burn=4, keep=10, thin=1)
belief = infer(case.claims, case.maps, case.neighbours, 15, seed=4, effort=effort, threads=threads)
state = sha256()
for name, drawn in sorted(belief.arrays().items()):
    state.update(drawn.tobytes())
print(state.hexdigest())
"""


def test_the_number_of_threads_changes_nothing(case_folder: Path) -> None:
    found = set()
    for threads in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", DIGEST, str(case_folder), threads],
            env={**os.environ, "NUMBA_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(done.stdout.strip())
    assert len(found) == 1
    assert len(found.pop()) == 64


def later_rows_cut(case: Case, folder: Path, day: int) -> Case:
    """The shipped case in a folder of its own, its claims table cut as text after the day."""
    until = case.days.date(day).isoformat()
    for source in case.folder.iterdir():
        if source.is_file() and source.name != "claims.csv":
            (folder / source.name).write_bytes(source.read_bytes())
    head, *rows = (case.folder / "claims.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [row for row in rows if row.split(",")[1] <= until]
    assert 0 < len(kept) < len(rows)
    (folder / "claims.csv").write_text("".join([head, *kept]), encoding="utf-8")
    return read_case(folder)


@pytest.fixture(scope="module")
def karabakh() -> tuple[Case, dict[int, Belief]]:
    case = read_case("karabakh-2020")
    effort = Effort(chains=2, daily=1, burn=1, keep=3, thin=1)
    every = nowcasts(case.claims, case.maps, case.neighbours, 41, seed=4, effort=effort)
    return case, {day: belief for day, belief in enumerate(every) if day in (9, 24, 41)}


@pytest.mark.parametrize("day", [9, 24, 41])
def test_later_claims_change_nothing_in_the_case_that_ships(
    karabakh: tuple[Case, dict[int, Belief]], tmp_path: Path, day: int
) -> None:
    case, kept = karabakh
    cut = later_rows_cut(case, tmp_path, day)
    effort = Effort(chains=2, daily=1, burn=1, keep=3, thin=1)
    assert same_bytes(as_of(cut, day, effort=effort), kept[day])


def test_chains_on_a_cluster_of_processes_are_the_same_bytes(case_folder: Path) -> None:
    pytest.importorskip("distributed")
    case = read_case(case_folder)
    effort = Effort(chains=2, daily=2, burn=2, keep=5, thin=1)

    def beliefs(spread: Spread | None) -> list[Belief]:
        ground = case.claims, case.maps, case.neighbours
        return list(nowcasts(*ground, 11, seed=4, effort=effort, only=range(2, 12), spread=spread))

    here = beliefs(None)
    assert [len(b.evidence.days) for b in here] == list(range(3, 13))  # more than one task a chain
    with spread_over("local") as spread:
        there = beliefs(spread)
    for a, b in zip(here, there, strict=True):
        for name, drawn in a.arrays().items():
            assert drawn.tobytes() == b.arrays()[name].tobytes()
