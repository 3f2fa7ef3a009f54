"""Where a result cannot be written: one message, status 2, nothing half written, what was there unchanged."""

from __future__ import annotations

import csv
import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from shlex import quote
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.cli.commands import commands
from tests.conftest import Answer, Ask

VEDETTE = str(Path(sys.executable).with_name("vedette"))
pytestmark = pytest.mark.usefixtures("hasty")

DAY = ["--as-of", "2031-04-02"]

WRITING = [["brief", "--out"], ["nowcast", "--out"], ["hindsight", "--out"]]


def one_message(answer: Answer, *parts: str) -> None:
    assert answer.status == 2, answer
    said = [line for line in answer.err.splitlines() if not line.endswith("…")]
    assert len(said) == 1, "milestones apart, one message"
    assert said[0].startswith("vedette: ")
    assert all(part in said[0] for part in parts), said
    assert "Traceback" not in answer.err
    assert answer.out == ""


def run(words: list[str], **given: Any) -> Answer:
    done = subprocess.run(words, capture_output=True, text=True, check=False, **given)
    return Answer(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("words", WRITING)
@pytest.mark.parametrize("target", ["file/deep/out", "file/out"])
def test_a_file_in_the_way(vedette: Ask, case_folder: Path, tmp_path: Path, words: list[str], target: str) -> None:
    (tmp_path / "file").write_text("old")
    answer = vedette(*words, tmp_path / target, "--case", case_folder, *DAY)
    one_message(answer, "cannot be written", "Nothing was left half written", "choose a folder you may write to")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "small"]
    assert (tmp_path / "file").read_text() == "old"


EVERY_OUT = [
    *WRITING,
    ["scorecard", "--out"],
    ["export", "--format", "kml", "--out"],
    ["forecast", "--out"],
    ["forecast", "--page"],
    ["forecast", "--origins", "2031-04-02", "--horizons", "2", "--out"],
    ["what-if", "port-road", "--page"],
    ["decisive", "--page"],
    ["calibrate", "--out"],
    ["situation", "--all", "--geojson"],
    ["front", "--geojson"],
]


@pytest.mark.parametrize("words", EVERY_OUT, ids=" ".join)
def test_nothing_is_computed_for_a_place_that_cannot_be_written(
    vedette: Ask, case_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    """Not even begun: the chains would fail the test."""

    def chains(*_: object, **__: object) -> None:
        raise AssertionError("the answer was computed before anybody looked where it should go")

    for name in ("study.nowcasts", "nowcast.nowcasts", "nowcast.track", "outlook.Turnover", "verify.score"):
        module, _, function = name.partition(".")
        monkeypatch.setattr(import_module(f"vedette.workflows.{module}"), function, chains)
    (tmp_path / "file").write_text("old")
    day = [] if words[0] == "what-if" else DAY
    answer = vedette(*words, tmp_path / "file" / "deep" / "out", "--case", case_folder, *day)
    one_message(answer, "file/deep/out: cannot be written", "Nothing was left half written")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "small"]
    assert (tmp_path / "file").read_text() == "old"


@pytest.mark.parametrize(
    "words",
    [
        ["nowcast", "--out", "now.xlsx"],
        ["hindsight", "--out", "hindsight"],
        ["forecast", "--out", "ahead.txt"],
        ["forecast", "--origins", "2031-04-02", "--horizons", "2", "--out", "ahead.csv"],
    ],
    ids=" ".join,
)
def test_an_ending_that_names_no_format_of_tables(
    vedette: Ask, case_folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(case_folder.parent)
    answer = vedette(*words, "--case", case_folder, *DAY)
    one_message(answer, f"{words[-1]}: its name does not end in .parquet", "how the table is written", "Choose one")
    assert not Path(words[-1]).exists()


@pytest.mark.parametrize("command", ["nowcast", "hindsight", "forecast"])
def test_a_name_that_ends_in_csv_is_written_as_csv(
    vedette: Ask, case_folder: Path, tmp_path: Path, command: str
) -> None:
    """The same rows and numbers as in Parquet."""
    for ending in ("csv", "CSV", "parquet"):
        answer = vedette(command, "--out", tmp_path / f"{ending}.{ending}", "--case", case_folder, *DAY)
        assert answer.status == 0, answer.err
    rows = pq.read_table(tmp_path / "parquet.parquet").to_pylist()
    with (tmp_path / "csv.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert list(found[0]) == ["place_id", "day", "p_blue", "p_orange", "p_contested"]
    assert [(r["place_id"], r["day"]) for r in found] == [(r["place_id"], str(r["day"])) for r in rows]
    for state in ("blue", "orange", "contested"):
        assert [np.float32(r[f"p_{state}"]) for r in found] == [r[f"p_{state}"] for r in rows]
    assert (tmp_path / "CSV.CSV").read_bytes() == (tmp_path / "csv.csv").read_bytes()


def test_every_command_that_writes_is_among_them() -> None:
    told = {
        name
        for name, command in commands().items()
        for p in command.params
        if {"--out", "--page", "--geojson"} & {*p.opts}
    }
    elsewhere = {"rerun", "watch"}  # the first makes what the others make; the second writes at once, item by item
    assert told - elsewhere == {words[0] for words in EVERY_OUT}


@pytest.mark.parametrize("words", WRITING)
@pytest.mark.parametrize(
    ("call", "number"),
    [("write_bytes", errno.ENOSPC), ("chmod", errno.EIO), ("mkdir", errno.EROFS)],
)
def test_a_disk_that_fails(
    vedette: Ask,
    case_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    call: str,
    number: int,
) -> None:
    """Injected, so that it fails for root too."""
    if (words[0], call) in (("nowcast", "write_bytes"), ("hindsight", "write_bytes")):
        monkeypatch.setattr("vedette.store.exports.pq.write_table", fail_with(number))
    elif call == "mkdir":
        monkeypatch.setattr("vedette.store.write.Path.mkdir", fail_with(number))
    else:
        monkeypatch.setattr(Path, call, fail_with(number))
    answer = vedette(*words, tmp_path / "new" / "out.parquet", "--case", case_folder, *DAY)
    monkeypatch.undo()
    one_message(answer, f"cannot be written ({os.strerror(number)})")
    left = [p for p in tmp_path.rglob("*") if "small" not in p.parts and p.is_file()]
    assert not left
    assert not list(tmp_path.rglob(".*"))


def fail_with(number: int) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_a_folder_with_other_things_in_it(vedette: Ask, case_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "novel.odt").write_text("ten years of work")
    answer = vedette("brief", "--out", tmp_path / "home", "--case", case_folder, *DAY)
    one_message(answer, "holds novel.odt, which the result would replace", "Choose a new folder")
    assert (tmp_path / "home" / "novel.odt").read_text() == "ten years of work"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["home", "small"]


@pytest.mark.parametrize("words", [["nowcast", "--out"], ["hindsight", "--out"]])
def test_a_device_stays_a_device(vedette: Ask, case_folder: Path, words: list[str]) -> None:
    one_message(vedette(*words, "/dev/full", "--case", case_folder, *DAY), "/dev/full: cannot be written")
    assert Path("/dev/full").is_char_device()


def test_standard_output_on_a_full_disk(case_folder: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [VEDETTE, "claims", "--case", str(case_folder), "--json"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    one_message(Answer(done.returncode, "", done.stderr), "standard output: No space left on device")


def test_a_reader_who_had_enough(case_folder: Path) -> None:
    """`vedette claims | head -1`."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        done = subprocess.run(
            [VEDETTE, "claims", "--case", str(case_folder)],
            stdout=pipe, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == ""


NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]


@pytest.fixture(scope="module")
def mounting() -> None:
    """A file system of the test's own, in which root meets the limits that everybody does."""
    mount = [*NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    if not shutil.which("unshare") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting in a user namespace is not allowed here; the injected failures are tested all the same")


def test_a_disk_that_really_fills(mounting: None, case_folder: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    script = f"""
        mount -t tmpfs -o size=64k tmpfs {quote(str(disk))} && cd {quote(str(disk))} || exit 9
        mkdir out && echo old > out/run.json
        {VEDETTE} brief --case {quote(str(case_folder))} {" ".join(DAY)} --out out; status=$?
        find . -mindepth 1 | sort; cat out/run.json; exit $status
    """
    answer = run([*NAMESPACE, "sh", "-c", script])
    assert answer.out.split() == ["./out", "./out/run.json", "old"]
    one_message(Answer(answer.status, "", answer.err), "cannot be written (No space left on device)", "Free some space")


def test_a_read_only_case_can_be_read_and_a_read_only_place_not_written(
    mounting: None, case_folder: Path, tmp_path: Path
) -> None:
    case, out = quote(str(case_folder)), quote(str(tmp_path / "out"))
    script = f"""
        mount --bind {case} {case} && mount -o remount,ro,bind {case} && cd {case} || exit 9
        {VEDETTE} brief --case . {" ".join(DAY)} --out {out} >&2 || exit 8
        {VEDETTE} brief --case . {" ".join(DAY)}
    """
    before = sorted(p.name for p in case_folder.rglob("*"))
    answer = run([*NAMESPACE, "sh", "-c", script])
    assert answer.status == 2, answer
    assert "out/small/2031-04-02: cannot be written (Read-only file system)" in answer.err
    assert "Traceback" not in answer.err
    assert sorted(p.name for p in case_folder.rglob("*")) == before
    assert (tmp_path / "out" / "briefing.html").is_file()
