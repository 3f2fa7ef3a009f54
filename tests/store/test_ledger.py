"""One ledger, two engines: the same acts, the same bytes, the same answers; and what happens when things go wrong."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.writers import ACT, claim, fill, hold, ledger_in, lines_of, started, write_claims
from vedette.errors import LedgerError
from vedette.store.ledger import (
    Act,
    Additions,
    DuckDB,
    KeptReport,
    Ledger,
    Note,
    PostgreSQL,
    Tag,
    engines,
    ledger_at,
    use_ledger,
)
from vedette.store.ledger.schema import CONTENT, MIGRATIONS, VERSION
from vedette.store.reviews import Decision


@pytest.fixture(params=["duckdb", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place for a ledger, in each engine."""
    if request.param == "duckdb":
        return str(tmp_path / "ledger.duckdb")
    return str(request.getfixturevalue("postgres").database())


@pytest.fixture
def ledger(address: str) -> Ledger:
    return ledger_in(address)


def whole_story() -> list[tuple[Act, Additions]]:
    """Acts of every sort."""
    later = Act("second reviewer", "2031-04-12T09:30:00+00:00", "review")
    return [
        (
            ACT,
            Additions(
                reports=[KeptReport("r1", "2031-04-10", "Desk", "Brook taken", '{"report": 1}')],
                claims=[claim("r1-0", report_id="r1"), claim("r1-1", report_id="r1", paraphrase="Сёла взяты")],
                tags=[Tag("r1", "region", "Heights")],
                texts={"r1": "Blue forces took the village of Brook. Çarxlı və Şuşa are quiet."},
            ),
        ),
        (later, Additions(decisions=[Decision("r1-0", "reject", "second reviewer", later.at, note="another Brook")])),
        (later, Additions(notes=[Note("r1-1", "Ask the mayor's office; it's “odd”.")])),
        (later, Additions(tags=[Tag("r1", "region", "Heights", on=False), Tag("r1-1", "theme", "shelling")])),
        (later, Additions(run=("brief", "2031-04-12", '{"seed": 0}'))),
    ]


def test_what_was_added_is_there_in_order_with_who_when_and_why(ledger: Ledger) -> None:
    assert not ledger.exists()
    assert [ledger.add(*each).act for each in whole_story()] == [1, 2, 3, 4, 5]
    assert ledger.exists()
    heard = ledger.heard()
    assert heard.claims.column("claim_id").to_pylist() == ["r1-0", "r1-1"]
    assert heard.claims.column("paraphrase").to_pylist()[1] == "Сёла взяты"
    assert [(d.verdict, d.by, d.note) for d in heard.decisions] == [("reject", "second reviewer", "another Brook")]
    assert heard.act == 2, "notes, tags and runs change no claim"
    assert ledger.heard(until=1).decisions == ()
    assert ledger.heard(until=0).claims.num_rows == 0
    assert [(n.about, n.by) for n in ledger.notes("r1-1")] == [("r1-1", "second reviewer")]
    assert ledger.notes("r1-0") == []
    assert ledger.tags() == [Tag("r1-1", "theme", "shelling")]
    assert [(r.number, r.command, r.record) for r in ledger.runs()] == [(5, "brief", '{"seed": 0}')]
    assert ledger.acts()[0].who == "first reviewer"
    assert (ledger.acts()[0].verb, ledger.acts()[0].why) == ("read", "a test")
    assert ledger.verify() == 5


def test_the_same_twice_adds_nothing(ledger: Ledger) -> None:
    first = whole_story()[0]
    assert ledger.add(*first).claims == ("r1-0", "r1-1")
    before = ledger.acts()
    assert ledger.add(*first).act == (0 if not first[1].tags else 2)
    assert ledger.add(ACT, Additions(reports=first[1].reports, claims=first[1].claims)).act == 0
    other_reading = [claim("r1-7", report_id="r1")]
    assert ledger.add(ACT, Additions(reports=first[1].reports, claims=other_reading)).claims == (), "r1 was read before"
    assert ledger.heard().claims.num_rows == 2
    assert ledger.acts()[:1] == before


def test_an_act_that_fails_leaves_nothing(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.add(*whole_story()[0])

    def crash(*_: object) -> list[str]:
        raise RuntimeError("power cut")

    with monkeypatch.context() as m:
        m.setattr("vedette.store.ledger.ledger.words_of", crash)  # after every table of content was written
        with pytest.raises(RuntimeError):
            ledger.add(ACT, Additions(claims=[claim("x")], notes=[Note("x", "y")]))
    assert ledger.heard().claims.num_rows == 2
    assert len(ledger.acts()) == ledger.verify() == 1


def test_both_engines_keep_the_same_bytes(tmp_path: Path, postgres: Any) -> None:
    """By the row, in bulk, in either engine: one digest."""
    odd = "tab\tquote\"'\\N\\. backslash\\ \u2028 null\x00 half\ud800 wide\U0001f6f0 \r\n end"
    many = Additions(claims=[claim(f"c{n}", paraphrase=f"{n} {odd}") for n in range(engines.BULK + 5)])
    few = Additions(claims=[claim("d", note=odd)], notes=[Note("d", odd)])
    digests = []
    for ledger in (Ledger(DuckDB(tmp_path / "a.duckdb")), Ledger(PostgreSQL(postgres.database(), "x"))):
        for content in (*(c for _, c in whole_story()), many, few):
            ledger.add(ACT, content)
        assert ledger.verify() == 7
        assert ledger.heard().claims.column("paraphrase").to_pylist()[2].endswith("\r\n end")
        digests.append([a.digest for a in ledger.acts()])
    assert digests[0] == digests[1]


def test_search_finds_beginnings_of_words_in_any_script(ledger: Ledger) -> None:
    for each in whole_story():
        ledger.add(*each)
    assert [(f.sort, f.about, f.day) for f in ledger.search("susa")] == [("report", "r1", "2031-04-10")]
    assert [f.about for f in ledger.search("Шуша")] == [] != ledger.search("Şuş")
    assert [f.about for f in ledger.search("¢ sela €VZYA")] == ["r1-1"]
    assert [f.about for f in ledger.search("brook desk")] == ["r1"], "title, text and outlet"
    assert [(f.sort, f.about) for f in ledger.search("mayor odd")] == [("note", "r1-1")]
    assert ledger.search("rook") == [], "the middle of a word is no word"
    for hostile in ("' OR 1=1 --", "%", "& | !", "'; DROP TABLE claim; --", "\\", "a" * 5000):
        ledger.search(hostile)
    assert ledger.verify() == 5


@pytest.fixture
def pair(tmp_path: Path, postgres: Any) -> list[Ledger]:
    return [Ledger(DuckDB(tmp_path / "a.duckdb")), Ledger(PostgreSQL(postgres.database(), "x"))]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60), asked=st.data())
def test_any_text_is_kept_and_found_by_both(pair: list[Ledger], text: str, asked: st.DataObject) -> None:
    name = f"n{time.monotonic_ns()}"
    found = []
    word = asked.draw(st.sampled_from(re.findall(r"\w+", text) or ["says"]))
    for ledger in pair:
        ledger.add(ACT, Additions(claims=[claim(name, paraphrase=text, note="says")]))
        kept = ledger.heard().claims.to_pylist()[-1]
        assert kept["paraphrase"] == text.replace("\x00", "\ufffd")
        found.append([f.about for f in ledger.search(word)])
    assert found[0] == found[1]
    if any(c.isascii() and c.isalnum() for c in word):
        assert name in found[0]


def test_a_row_changed_behind_our_back_shows(ledger: Ledger, address: str) -> None:
    for each in whole_story():
        ledger.add(*each)
    if "://" in address:
        import psycopg

        def run(*statements: str) -> None:
            with psycopg.connect(address) as connection:
                connection.execute('SET search_path TO "vedette small"')
                for statement in statements:
                    connection.execute(statement)

        for statement in ("UPDATE claim SET kind = 'x'", "DELETE FROM note", "TRUNCATE act CASCADE"):
            with pytest.raises(psycopg.errors.RaiseException, match="added to, never changed"):
                run(statement)
        assert ledger.verify() == 5
        run("ALTER TABLE review DISABLE TRIGGER ALL", "UPDATE review SET verdict = 'accept'")
    else:
        import duckdb

        with duckdb.connect(address) as connection:
            connection.execute("UPDATE review SET verdict = 'accept'")
    with pytest.raises(LedgerError, match=r"act 2 \(review, .*, by second reviewer\) is not as it was kept"):
        ledger.verify()


@pytest.mark.parametrize("table", [*CONTENT, "act"])
def test_a_row_removed_or_slipped_in_shows(tmp_path: Path, table: str) -> None:
    import duckdb

    def story() -> Ledger:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.duckdb"
        load(str(path), VERSION_1)
        return Ledger(DuckDB(path))

    removed = story()
    with duckdb.connect(str(removed.where)) as connection:
        gone = connection.execute(f"DELETE FROM {table} WHERE {'number' if table == 'act' else 'act'} <= 5").fetchall()
    if gone[0][0]:
        with pytest.raises(LedgerError, match="behind Vedette's back"):
            removed.verify()
    slipped = story()
    if table != "act":
        with duckdb.connect(str(slipped.where)) as connection:
            marks = ", ".join("'x'" for _ in CONTENT[table])
            connection.execute(f"INSERT INTO {table} VALUES (3, 99, {marks})")
        with pytest.raises(LedgerError, match="behind Vedette's back"):
            slipped.verify()


# Versions -----------------------------------------------------------------------------------------------------------

VERSION_1 = (Path(__file__).parent / "ledgers" / "version-1.sql").read_text(encoding="utf-8")


def load(address: str, script: str) -> None:
    if "://" in address:
        import psycopg

        with psycopg.connect(address) as connection:
            connection.execute('CREATE SCHEMA "vedette small"')
            connection.execute('SET search_path TO "vedette small"')
            connection.execute(script)
    else:
        import duckdb

        with duckdb.connect(address) as connection:
            connection.execute(script)


def test_a_ledger_of_version_1_is_read_and_added_to(ledger: Ledger, address: str) -> None:
    load(address, VERSION_1)
    ledger.start()
    assert ledger.verify() == 5
    assert ledger.heard().claims.column("claim_id").to_pylist() == ["r1-0", "r1-1"]
    assert [d.verdict for d in ledger.heard().decisions] == ["reject"]
    assert [f.about for f in ledger.search("brook")] == ["r1"]
    assert ledger.add(ACT, Additions(claims=[claim("new")])).act == 6
    assert ledger.verify() == 6


NOTES_BY_SUBJECT = ("CREATE INDEX note_about ON note (about)",)
"""What a next version could bring: `vedette review` asks for the notes about one claim after another."""


def test_a_next_version_brings_old_ledgers_along(ledger: Ledger, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Vedette with one migration more reads no older ledger by mistake, brings it up, and loses nothing of it."""
    load(address, VERSION_1)
    before = [a.digest for a in ledger.acts()]
    with monkeypatch.context() as newer:
        newer.setattr(engines, "MIGRATIONS", (*MIGRATIONS, NOTES_BY_SUBJECT))
        newer.setattr(engines, "VERSION", VERSION + 1)
        with pytest.raises(LedgerError, match=r"of an older version.*--update"):
            ledger.heard()
        ledger.start()
        assert [a.digest for a in ledger.acts()] == before, "digests are of content, not of its shelves"
        assert ledger.verify() == 5
        assert [n.about for n in ledger.notes("r1-1")] == ["r1-1"]
        assert ledger.add(ACT, Additions(notes=[Note("r1-1", "again")])).act == 6
        ledger.start()
        assert ledger.verify() == 6, "to bring up what is up changes nothing"
    with pytest.raises(LedgerError, match=rf"version {VERSION + 1}, and this Vedette knows versions up to {VERSION}"):
        ledger.heard()


def test_a_migration_that_fails_leaves_the_old_ledger(
    ledger: Ledger, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(address, VERSION_1)
    with monkeypatch.context() as newer:
        newer.setattr(engines, "MIGRATIONS", (*MIGRATIONS, (*NOTES_BY_SUBJECT, "CREATE TABLE note (again INTEGER)")))
        newer.setattr(engines, "VERSION", VERSION + 1)
        with pytest.raises(LedgerError, match="already exists"):
            ledger.start()
    assert ledger.verify() == 5


def test_the_old_fixtures_are_not_rewritten() -> None:
    """A schema that changes gets a migration and a fixture more; what was written before stays as it was."""
    assert sorted(p.name for p in (Path(__file__).parent / "ledgers").iterdir()) == [
        f"version-{n + 1}.sql" for n in range(VERSION)
    ]
    tables = "\n".join(re.findall(r"^CREATE TABLE (?!schema_version).*?;$", VERSION_1, flags=re.MULTILINE | re.DOTALL))
    assert [" ".join(s.split()) for s in tables.rstrip(";").split(";\n")] == [
        " ".join(s.split()) for s in MIGRATIONS[0]
    ]


def test_a_ledger_of_a_newer_vedette_is_left_alone(ledger: Ledger, address: str) -> None:
    load(address, VERSION_1.replace("VALUES (1, 'vedette')", "VALUES (99, 'vedette')"))
    for ask in (ledger.heard, lambda: ledger.add(*whole_story()[1])):
        with pytest.raises(LedgerError, match="version 99, and this Vedette knows versions up to"):
            ask()


def test_what_is_no_ledger_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.duckdb"
    load(str(path), "CREATE TABLE holiday (photo VARCHAR)")
    for content, said in (
        (None, "is a DuckDB file and no ledger"),
        (b"not a database " * 1000, "is no ledger, or is damaged"),
    ):
        if content:
            path.write_bytes(content)
        before = path.read_bytes()
        with pytest.raises(LedgerError, match=said):
            Ledger(DuckDB(path)).add(*whole_story()[0])
        assert path.read_bytes() == before


# Trouble ------------------------------------------------------------------------------------------------------------


def test_killed_at_any_moment_nothing_told_is_lost_and_nothing_is_there_twice(address: str, tmp_path: Path) -> None:
    chance = random.Random(20310410)
    told: set[str] = set()
    ledger_in(address).start()
    for round_number in range(10):
        file = tmp_path / f"told{round_number}"
        process = started(write_claims, file, address, f"k{round_number}", 10_000, 3)
        while process.is_alive() and not lines_of(file):
            time.sleep(0.005)
        time.sleep(chance.uniform(0.0, 0.3))
        process.kill()
        process.join()
        told |= {f"k{round_number}-{n}-{k}" for n in lines_of(file) for k in range(3)}
        ids = ledger_in(address).heard().claims.column("claim_id").to_pylist()
        assert told <= set(ids), "an act that was told as kept is kept"
        assert len(ids) == len(set(ids))
        assert len(ids) % 3 == 0, "an act is whole"
    assert told, "it was killed at work"
    assert ledger_in(address).verify() == len(ids) // 3


def test_two_writers_take_turns(address: str, tmp_path: Path) -> None:
    both = [started(write_claims, tmp_path / name, address, name, 8, 2) for name in "ab"]
    for process, name in zip(both, "ab", strict=True):
        process.join(120)
        assert process.exitcode == 0
        assert len(lines_of(tmp_path / name)) == 8
    assert ledger_in(address).heard().claims.num_rows == 32
    assert ledger_in(address).verify() == 16


def test_a_writer_that_does_not_end_is_named_and_nothing_is_kept(
    ledger: Ledger, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.start()
    monkeypatch.setattr(engines, "PATIENCE", 1.0)
    process = started(hold, tmp_path / "told", address)
    try:
        while not lines_of(tmp_path / "told"):
            assert process.is_alive()
            time.sleep(0.02)
        with pytest.raises(LedgerError, match=r"has been writing to (it|this ledger) for 1 s.*(Wait|Run this again)"):
            ledger.add(*whole_story()[0])
    finally:
        process.kill()
        process.join()
    assert ledger.add(*whole_story()[0]).act == 1, "whoever held it is gone"


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    address = str(tmp_path / "ledger.duckdb")
    process = started(fill, tmp_path / "told", address)
    process.join(60)
    *told, error, message = lines_of(tmp_path / "told")
    assert error == "error"
    assert "cannot_be_written" in message
    assert "Free_some_space" in message
    assert len(told) > 5
    kept = [n.about for n in ledger_in(address).notes()]
    assert kept[: len(told)] == told
    assert len(kept) <= len(told) + 1, "one whose answer was lost may be there, whole"
    assert ledger_in(address).verify() == len(kept)
    assert ledger_in(address).add(*whole_story()[0]).act == len(kept) + 1, "and there is room again"


def test_a_full_disk_of_the_server_loses_nothing(small_disk: Any) -> None:
    ledger = ledger_in(small_disk.address)
    told = []

    def add(n: int) -> int:
        words = random.Random(n).randbytes(60_000).hex()
        return ledger.add(ACT, Additions(notes=[Note(str(n), words)])).act

    def fill_up() -> None:
        for n in range(1_000):
            add(n)
            told.append(str(n))

    with pytest.raises(LedgerError, match=r"the server's disk is full .*Nothing of this was kept\. Free some space"):
        fill_up()
    assert len(told) > 5
    assert [note.about for note in ledger.notes()] == told
    assert ledger.verify() == len(told)
    small_disk.grow()
    assert add(-1) == len(told) + 1, "and there is room again"
    assert ledger.verify() == len(told) + 1


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LedgerError, match=r"cannot be made.*Choose a case in a folder you may write to"):
        Ledger(DuckDB(tmp_path / "file" / "ledger.duckdb")).start()


def _half_an_act(ledger: Ledger, server: Any) -> None:
    with ledger.engine.writing() as session:
        session.add("note", ("act", "line", "about", "words"), [(2, 0, "r1", "half an act")])
        server.stop()


def test_a_server_that_goes_away_is_told_and_loses_nothing(postgres: Any) -> None:
    address = postgres.database()
    secret = address.replace("vedette@", "vedette:secret-word@")
    ledger = ledger_in(secret)
    ledger.add(*whole_story()[0])
    try:
        with pytest.raises(LedgerError, match=r"went away .*nothing is added twice") as told:
            _half_an_act(ledger, postgres)
        assert "secret-word" not in str(told.value)
        with pytest.raises(LedgerError, match="cannot be reached") as told:
            ledger.heard()
        assert "secret-word" not in str(told.value)
    finally:
        postgres.start()
    assert ledger.notes() == []
    assert ledger.verify() == 1
    assert ledger.add(*whole_story()[1]).act == 2


def test_who_may_only_add_can_add_and_who_may_not_is_told(postgres: Any) -> None:
    import psycopg

    address = postgres.database()
    ledger_in(address).start()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS analyst")
        connection.execute("CREATE ROLE analyst LOGIN")
        connection.execute('GRANT USAGE ON SCHEMA "vedette small" TO analyst')
        connection.execute('GRANT SELECT ON ALL TABLES IN SCHEMA "vedette small" TO analyst')
    analyst = ledger_in(address.replace("vedette@", "analyst@"))
    with pytest.raises(LedgerError, match=r"may not do that .*Nothing was kept"):
        analyst.add(*whole_story()[0])
    assert analyst.heard().claims.num_rows == 0
    with psycopg.connect(address) as connection:
        connection.execute('GRANT INSERT ON ALL TABLES IN SCHEMA "vedette small" TO analyst')
    assert analyst.add(*whole_story()[0]).act == 1
    with psycopg.connect(address) as connection:
        connection.execute("DROP OWNED BY analyst")
        connection.execute("DROP ROLE analyst")


def test_a_case_has_its_own_ledger_in_a_shared_database(postgres: Any) -> None:
    address = postgres.database()
    long = "a-very-long-name-of-a-war-" * 4
    names = ["karabakh-2020", 'quo"ted; DROP', long + "1", long + "2"]
    for n, name in enumerate(names):
        Ledger(PostgreSQL(address, name)).add(ACT, Additions(notes=[Note(str(n), name)]))
    for n, name in enumerate(names):
        assert [note.about for note in Ledger(PostgreSQL(address, name)).notes()] == [str(n)]


def test_where_a_ledger_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import vedette

    shipped = Path(vedette.__file__).parent / "cases" / "karabakh-2020"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("VEDETTE_LEDGER", raising=False)

    def where(folder: Path) -> str:
        found = ledger_at(folder, "name")
        return found.where if found else "none"

    assert where(tmp_path) == str(tmp_path / "ledger.duckdb")
    assert where(shipped) == str(tmp_path / "data" / "vedette" / "ledgers" / "name.duckdb")
    monkeypatch.setenv("VEDETTE_LEDGER", "off")
    assert where(tmp_path) == "none"
    monkeypatch.setenv("VEDETTE_LEDGER", "postgresql://me:secret@host:5433/team")
    assert where(tmp_path) == "postgresql://host:5433/team"
    use_ledger("off")
    assert where(tmp_path) == "none"
    use_ledger("mysql://me:secret@host/team")
    with pytest.raises(LedgerError, match="'host/team': is no place for a ledger"):
        where(tmp_path)
    use_ledger("")
