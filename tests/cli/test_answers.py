"""What the commands answer, on the small war."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.conftest import Ask
from vedette.cli import show
from vedette.verification import Decomposition, Row, Scorecard

pytestmark = pytest.mark.usefixtures("hasty")

TWELFTH = ["--as-of", "2031-04-12"]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def brief(vedette: Ask, case: Path, out: Path, *more: str) -> dict[str, bytes]:
    answer = vedette("brief", "--case", case, "--out", out, *more)
    assert answer.status == 0, answer.err
    return {p.name: p.read_bytes() for p in sorted(out.iterdir())}


def test_a_briefing_is_five_files(vedette: Ask, case_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case_folder.parent)
    answer = vedette("brief", case_folder, *TWELFTH)
    assert answer.status == 0
    out = Path("out") / "small" / "2031-04-12"
    names = ["briefing.html", "claims.csv", "control.geojson", "map.png", "run.json"]
    assert sorted(p.name for p in out.iterdir()) == names
    assert all(f"wrote {out / name}" in answer.out for name in names)
    assert "A small war" in answer.out
    assert "as known on 2031-04-12, from 9 claims" in answer.out
    record = json.loads((out / "run.json").read_text())
    assert {"inputs", "parameters", "seed", "versions", "as_of", "case"} <= record.keys()
    assert str(case_folder) not in (out / "run.json").read_text(), "no path of this machine"


def test_the_same_question_has_the_same_bytes(
    vedette: Ask, case_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the cache or drawn anew, on any number of threads; another seed draws anew."""
    first = brief(vedette, case_folder, tmp_path / "a", *TWELFTH)
    assert brief(vedette, case_folder, tmp_path / "b", *TWELFTH) == first
    monkeypatch.setenv("VEDETTE_CACHE", "off")
    assert brief(vedette, case_folder, tmp_path / "c", *TWELFTH, "--threads", "1") == first
    assert (
        brief(vedette, case_folder, tmp_path / "d", *TWELFTH, "--seed", "1")["control.geojson"]
        != (first["control.geojson"])
    )


def test_more_effort_draws_anew_and_says_so(vedette: Ask, case_folder: Path, tmp_path: Path) -> None:
    first, again, longer = (
        brief(vedette, case_folder, tmp_path / name, *TWELFTH, *more)
        for name, more in (("a", ()), ("b", ("--effort", "1")), ("c", ("--effort", "3")))
    )
    assert again == first
    assert longer["control.geojson"] != first["control.geojson"]
    once, thrice = (json.loads(files["run.json"])["parameters"]["effort"] for files in (first, longer))
    assert thrice["keep"] == once["keep"]
    assert all(thrice[what] == 3 * once[what] for what in ("daily", "burn", "thin"))


def test_nothing_published_later_changes_a_byte(vedette: Ask, case_folder: Path, tmp_path: Path) -> None:
    """Later claims, later days of a map and the outcome may as well not exist."""
    first = brief(vedette, case_folder, tmp_path / "a", *TWELFTH)
    claims = (case_folder / "claims.csv").read_text().splitlines()
    (case_folder / "claims.csv").write_text("\n".join(line for line in claims if line[:4] <= "a09," or "_id" in line))
    edit(case_folder / "maps" / "atlas.csv", "dunmore,blue,2031-04-15,2031-04-20\n", "")
    edit(case_folder / "maps" / "atlas.csv", "2031-04-14", "2031-04-12")
    (case_folder / "outcome.csv").unlink()
    assert brief(vedette, case_folder, tmp_path / "b", *TWELFTH) == first


def test_claims_are_found_by_place_claimant_day_and_dispute(vedette: Ask, case_folder: Path) -> None:
    def found(*words: str) -> list[str]:
        answer = vedette("claims", "--case", case_folder, "--json", *words)
        assert answer.status == 0, answer.err
        return [c["claim_id"] for c in json.loads(answer.out)]

    everything = [f"a{n:02}" for n in range(1, 14)]
    assert found() == everything, "a14 was published after the war"
    assert found("--as-of", "2031-05-01") == [*everything, "a14"]
    assert found("--as-of", "2031-04-01") == []
    assert found(*TWELFTH) == everything[:9]
    assert found("--place", "Քարն") == ["a01", "a02", "a03", "a04", "a05"]
    assert found("--claimant", "MINISTRY", *TWELFTH) == ["a01", "a02", "a03", "a04", "a08", "a09"]
    assert found("--from", "2031-04-10", "--to", "2031-04-12") == ["a07", "a08", "a09"]
    assert found("--place", "dunmore", "--contradicted") == ["a08", "a09", "a10", "a11"]
    answer = vedette("claims", "--case", case_folder, "--as-of", "2031-04-01")
    assert (answer.status, answer.out) == (0, "No claim fits.\n")


@pytest.mark.parametrize("name", ["Dunmore", "Дунмор", "Դանմոր", "დანმორი", "dún mór"])
def test_who_understands_any_name(vedette: Ask, case_folder: Path, name: str) -> None:
    answer = vedette("who", name, "--case", case_folder, *TWELFTH)
    assert answer.status == 0, answer.err
    assert answer.out.startswith("Dunmore")
    for claim_id in ("a07", "a08"):
        assert (claim_id in answer.out) == (claim_id == "a08"), "casualties speak for neither side"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["who", "Dunmoor"],
            "answers to 'Dunmoor', in any script. Did you mean Dunmore (dunmore)",
        ),
        (["who", "Norvik"], "Did you mean Norwick (norwick)"),
        (["claims", "--place", "Norwik"], "Did you mean Norwick (norwick)"),
        (["claims", "--claimant", "Nobody"], "Claimants by then: Blue ministry, Observer mission, Orange governor"),
        (["sources", "--as-of", "2031-03-31"], "2031-03-31 lies before the first day of small, 2031-04-01"),
        (["sources", "--case", "nowhere"], "there is no case 'nowhere'"),
        (["case", "check", "nowhere"], "`vedette case list` shows them"),
    ],
)
def test_what_cannot_be_answered(vedette: Ask, case_folder: Path, words: list[str], said: str) -> None:
    case = [] if "--case" in words or words[0] == "case" else ["--case", str(case_folder)]
    answer = vedette(*words, *case)
    assert (answer.status, answer.out) == (2, "")
    assert said in answer.err
    assert answer.err.startswith("vedette: ")


def test_verify_needs_an_outcome(vedette: Ask, case_folder: Path) -> None:
    (case_folder / "outcome.csv").unlink()
    answer = vedette("verify", "--case", case_folder)
    assert answer.status == 2
    assert "case 'small' has no outcome table" in answer.err
    answer = vedette("case", "check", case_folder)
    assert answer.status == 0
    assert "no outcome table: `vedette verify` has nothing to score against" in answer.out


@pytest.mark.parametrize("width", [80, 120])
def test_no_number_of_verify_is_broken_over_two_lines(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """At 80 columns the scores that few ask for are left out, and the footnote says where they are."""
    monkeypatch.setenv("COLUMNS", str(width))
    rows = tuple(
        Row(name, 0.123, 0.1, 0.149, -0.52, 1.25, 0.31, 0.14, 0.97, 0.9, -12.5, 13)
        for name in ("Vedette", "claimant alone: Ministry of Defence of a republic with a long name")
    )
    flat = Decomposition(0.0, 0.1, 0.2, (0.1, 0.9), (0.2, 1.0), (1, 9))
    show.scorecards({"nowcast": [Scorecard("all places", "a judge", 3, 60, 0, rows, flat)]})
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    numbers = ["0.123", "0.100–0.149", "-0.52", "0.31", "-12.5", "13"]
    wide = ["0.123", "0.100–0.149", "-0.52", "1.25", "0.31", "0.14", "0.97", "-12.5", "13"]
    told = [line.split()[-len(numbers if width == 80 else wide) :] for line in lines if "0.123" in line]
    assert told == [numbers if width == 80 else wide] * 2
    assert ("--json" in lines[-1] + lines[-2]) == (width == 80)


def test_verify_shows_us_beside_the_baselines(vedette: Ask, case_folder: Path) -> None:
    answer = vedette("verify", "--case", case_folder, *TWELFTH)
    assert answer.status == 0
    assert "judge: made up by hand" in answer.out
    assert "Vedette" in answer.out
    cards = json.loads(vedette("verify", "--case", case_folder, *TWELFTH, "--json").out)
    methods = [row["method"] for row in cards["nowcast"][0]["rows"]]
    assert methods[0] == "Vedette"
    assert len(methods) > 5


def table(path: Path) -> tuple[list[Any], np.ndarray]:
    read = pq.read_table(path)
    assert read.column_names == ["place_id", "day", "p_blue", "p_orange", "p_contested"]
    shares = np.column_stack([read.column(name).to_numpy() for name in read.column_names[2:]])
    return list(zip(read.column("place_id").to_pylist(), read.column("day").to_pylist(), strict=True)), shares


def test_tables_cover_every_place_and_day(vedette: Ask, case_folder: Path, tmp_path: Path) -> None:
    for name in ("nowcast", "hindsight"):
        path = tmp_path / f"{name}.parquet"
        assert vedette(name, "--case", case_folder, *TWELFTH, "--out", path).status == 0
        keys, shares = table(path)
        assert len(keys) == len(set(keys)) == 8 * 12
        assert max(day for _, day in keys) == date(2031, 4, 12)
        np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)


def test_the_last_day_of_hindsight_is_the_nowcast_of_that_day(vedette: Ask, case_folder: Path, tmp_path: Path) -> None:
    for name in ("nowcast", "hindsight"):
        vedette(name, "--case", case_folder, *TWELFTH, "--out", tmp_path / f"{name}.parquet")
    (keys, now), (_, then) = table(tmp_path / "nowcast.parquet"), table(tmp_path / "hindsight.parquet")
    last = [n for n, (_, day) in enumerate(keys) if day == date(2031, 4, 12)]
    np.testing.assert_array_equal(now[last], then[last])


def test_claims_are_printed_as_written(vedette: Ask, case_folder: Path) -> None:
    """Square brackets are no mark-up, and stay."""
    edit(case_folder / "claims.csv", "The town holds.", "[bold red]The town[/] :smile: holds.")
    edit(case_folder / "claims.csv", "Orange governor", "[link=x]Governor[/link]")
    answer = vedette("claims", "--case", case_folder)
    assert "[bold red]The town[/] :smile: holds." in " ".join(answer.out.split())
    assert "\x1b" not in answer.out
    assert "[link=x]Governor" in vedette("sources", "--case", case_folder).out


@pytest.mark.parametrize(
    "words",
    [["brief", "--out", "o"], ["who", "ely"], ["sources"], ["verify"], ["nowcast", "--out", "p.csv"]],
    ids=lambda w: w[0],
)
def test_a_day_on_which_nobody_has_spoken(
    vedette: Ask, case_folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(case_folder.parent)
    answer = vedette(*words, "--case", case_folder, "--as-of", "2031-04-01")
    assert answer.status == 0, answer.err
    assert "nan" not in answer.out.casefold()


def test_somebody_who_says_both_on_one_day_is_named_and_belief_does_not_depend_on_the_order(
    vedette: Ask, case_folder: Path
) -> None:
    text = (case_folder / "claims.csv").read_text()
    both = [
        f"{{}},2031-04-13,2031-04-13,2031-04-13,Courier,third,,control,{side},ely,,asserted,full,asserted,,,{side}.,"
        for side in ("orange", "blue")
    ]
    found = []
    for first, second in (both, both[::-1]):
        (case_folder / "claims.csv").write_text(f"{text}{first.format('b1')}\n{second.format('b2')}\n")
        answer = vedette("case", "check", case_folder)
        assert answer.status == 0, answer.err
        assert "Courier says of Ely on 2031-04-13 both 'b1' and 'b2', which cannot both be true." in " ".join(
            answer.out.split()
        )
        answer = vedette("claims", "--contradicted", "--place", "ely", "--case", case_folder, "--json")
        assert [claim["claim_id"] for claim in json.loads(answer.out)] == ["b1", "b2"]
        answer = vedette("who", "ely", "--case", case_folder, "--json")
        assert answer.status == 0, answer.err
        found.append(json.loads(answer.out)["outlook"]["probability"])
    np.testing.assert_allclose(found[0], found[1], atol=0.06)


def test_a_case_without_roads_or_maps_or_claims_about_places(vedette: Ask, case_folder: Path) -> None:
    (case_folder / "routes.csv").unlink()
    (case_folder / "maps" / "atlas.csv").unlink()
    header = (case_folder / "claims.csv").read_text().splitlines()[0]
    row = "a01,2031-04-02,2031-04-02,2031-04-02,Mission,third,,ceasefire,both,,norwick--brook,,,,,,Talks.,"
    (case_folder / "claims.csv").write_text(f"{header}\n{row}\n")
    answer = vedette("case", "check", case_folder)
    assert answer.status == 0, answer.err
    said = " ".join(answer.out.split())
    assert "no routes table: neighbouring places stand in for roads" in said
    assert "no claim is about a place" in said
    for words in (["who", "ely"], ["sources"], ["brief", "--out", case_folder / "out"]):
        answer = vedette(*words, "--case", case_folder)
        assert answer.status == 0, answer.err
