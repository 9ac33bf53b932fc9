"""A migrated database equals a fresh one; migrating is safe, cheap, and refuses what it cannot know."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from service.core.dates import when
from service.core.events.filters import Filter
from service.errors import StoreReadOnly, StoreTooNew
from service.store import Position, Store, encoding, migrate, open_engine, searching
from service.store import engine as engine_module
from service.store.engine import WRITES
from service.store.schema import events, metadata
from tests.store.samples import created, details, put, revised
from tests.store.test_listing import check_index
from tests.store.test_select import FILTERS, order, rich

ROOT = Path(__file__).parents[2]
# The index for texts, which no Table can describe; test_listing.py holds it against the texts.
BY_MIGRATION_ALONE = re.compile(
    "^(event_search|event_places|events_move_|event_labels_place|ix_events_pairs)"
)


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[sa.Engine]:
    opened = open_engine(empty_database_url)
    yield opened
    opened.dispose()


def catalogue(engine: sa.Engine) -> list[Any]:
    """The database's own description of all tables, in full: also collations and checks, which
    Alembic does not compare."""
    queries = (
        ["SELECT type, name, tbl_name, sql FROM sqlite_master"]
        if engine.dialect.name == "sqlite"
        else [
            "SELECT table_name, column_name, data_type, collation_name, is_nullable, column_default,"
            " ordinal_position FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace",
        ]
    )
    rows = []
    with engine.connect() as connection:
        for query in queries:
            rows += [tuple(row) for row in connection.exec_driver_sql(query)]
    return sorted(
        ["".join(str(field).split()).replace("CONSTRAINT", "") for field in row]
        for row in rows
        if "alembic_version" not in str(row)
        and not any(BY_MIGRATION_ALONE.match(str(field)) for field in row)
    )


def described(item: object, name: str, *more: object) -> bool:
    return not BY_MIGRATION_ALONE.match(name)


def test_a_migrated_schema_is_that_of_the_code(engine: sa.Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        opts = {"compare_type": True, "include_object": described}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []


def test_a_migrated_database_is_described_as_a_fresh_one(engine: sa.Engine) -> None:
    migrate(engine)
    migrated = catalogue(engine)
    with engine.begin() as connection:
        metadata.drop_all(connection)
    with engine.begin() as connection:
        metadata.create_all(connection)
    fresh = catalogue(engine)
    assert len(migrated) > 10
    if engine.dialect.name == "sqlite":  # the order of constraints within a table is of no account
        migrated = [sorted(str(row).replace(",", "")) for row in migrated]
        fresh = [sorted(str(row).replace(",", "")) for row in fresh]
    assert migrated == fresh


def test_the_known_revisions_are_those_of_the_migrations_folder() -> None:
    scripts = ScriptDirectory(str(ROOT / "service/store/migrations"))
    assert [s.revision for s in scripts.walk_revisions()][::-1] == list(engine_module.REVISIONS)


@pytest.mark.slow
def test_migrating_twice_is_once_and_needs_no_alembic(empty_database_url: str) -> None:
    code = (
        "import sys; from service.store import migrate, open_engine; "
        "engine = open_engine(sys.argv[1]); migrate(engine); engine.dispose(); "
        "print('alembic' in sys.modules)"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-W", "error", "-c", code, empty_database_url],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )
        for _ in range(2)
    ]  # fmt: skip
    assert [(run.stdout, run.stderr) for run in runs] == [("True\n", ""), ("False\n", "")]


@pytest.mark.slow
def test_processes_that_start_at_once_migrate_once(empty_database_url: str) -> None:
    code = (
        "import sys; from alembic import command; from service.store import migrate, open_engine; "
        "engine = open_engine(sys.argv[1]); print('ready', flush=True); sys.stdin.read(1); "
        "migrate(engine); engine.dispose()"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, empty_database_url],
            cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]  # fmt: skip
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("!")
        child.stdin.flush()
    results = [(child.communicate(timeout=60)[1], child.returncode) for child in children]
    assert results == [("", 0)] * 4
    store = Store(open_engine(empty_database_url))
    with store.reading() as reading:
        assert reading.position() == Position(0, 0)
    store.close()


def test_a_database_of_a_newer_horizon_is_left_alone(engine: sa.Engine) -> None:
    migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        connection.exec_driver_sql("ALTER TABLE events ADD COLUMN later TEXT")
    before = catalogue(engine)
    with pytest.raises(StoreTooNew, match=r"newer Horizon \(revision 9999\); install that version"):
        migrate(engine)
    assert catalogue(engine) == before


def test_a_migration_that_fails_leaves_nothing(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = engine_module._upgrade

    def fail_at_the_end(connection: sa.Connection) -> None:
        upgrade(connection)
        raise ZeroDivisionError

    monkeypatch.setattr(engine_module, "_upgrade", fail_at_the_end)
    with pytest.raises(ZeroDivisionError):
        migrate(engine)
    assert sa.inspect(engine).get_table_names() == []
    monkeypatch.undo()
    migrate(engine)
    assert "events" in sa.inspect(engine).get_table_names()


def test_an_empty_database_that_is_read_only_cannot_be_migrated(tmp_path: Path) -> None:
    path = tmp_path / "horizon.db"
    path.touch()
    engine = open_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(StoreReadOnly):
        migrate(engine)
    engine.dispose()


@pytest.mark.slow
@pytest.mark.parametrize("command", [("serve", "--port", "0"), ("list",)])
def test_a_command_on_a_newer_database_says_so_in_one_sentence(
    database_url: str, tmp_path: Path, command: tuple[str, ...]
) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    ran = subprocess.run(
        [sys.executable, "-m", "service", *command],
        cwd=tmp_path,
        env={"HORIZON_DATABASE_URL": database_url, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == (
        "horizon: the database was written by a newer Horizon (revision 9999); "
        "install that version or restore a backup\n"
    )
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    assert found == "9999"
    engine.dispose()


@pytest.mark.slow
def test_events_of_before_are_listed_and_found_after_the_lists_came(engine: sa.Engine) -> None:
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        engine_module._upgrade(connection, "0004")
    store, held = Store(engine), sorted(rich()[:120], key=order)
    put(store, *(created(event.id, event.details) for event in held))
    migrate(engine)
    for title in ("百度", "Ｇｏｏｇｌｅ"):
        for wanted in FILTERS:
            expected = [event for event in held if wanted.matches(event)]
            with store.reading() as reading:
                assert reading.select(wanted) == expected, wanted
                assert reading.select(wanted, limit=3) == expected[:3], wanted
        check_index(store, held)
        # What stands in the lists from before is moved and taken out as well.
        changes = [
            revised(
                event,
                replace(
                    event.details,
                    title=title,
                    when=when.parse("2026-05-20"),
                    recurrence=None,
                    exceptions=(),
                ),
            )
            for event in held[::2]
        ]
        put(store, *changes)
        held = sorted([*held[1::2], *(change.after for change in changes)], key=order)


def test_a_horizon_of_before_goes_on_writing_beside_a_new_one(store: Store) -> None:
    """It knows nothing of the columns and the index that came."""
    early = created("early", details("2026-05-13", title="百度", tags=("AI",))).after
    moved = revised(early, details("2026-06-01/2026-07-02", title="大会", tags=("AI",))).after

    def look() -> list[Any]:
        with store.reading() as reading:
            return [
                reading.select(Filter(tag=("AI",))),
                reading.select(Filter(tag=("AI",), from_=date(2026, 7, 1))),
                reading.select(Filter(q="百度")),
                reading._connection.exec_driver_sql(
                    "SELECT sort_key, last_day FROM event_labels"
                ).one(),
            ]

    with store._writer.begin() as connection:
        connection.execute(sa.insert(events), encoding.event_columns(early))
        connection.exec_driver_sql(
            "INSERT INTO event_labels (event_id, type, value) VALUES ('early', 'tag', 'ai')"
        )
    assert look() == [[early], [], [early], ("2026-05-13", "2026-05-13")]
    with store._writer.begin() as connection:
        connection.execute(sa.update(events), encoding.event_columns(moved))
    assert look() == [[moved], [moved], [], ("2026-06-01", "2026-07-02")]
    check_index(store, [moved])


def test_without_fts5_texts_are_searched_one_by_one(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/horizon.db")

    @sa.event.listens_for(engine, "connect")
    def hide(connection: sqlite3.Connection, _: object) -> None:
        def judge(action: int, first: str | None, second: str | None, *more: object) -> int:
            if action == sqlite3.SQLITE_CREATE_VTABLE:
                return sqlite3.SQLITE_DENY
            asked = (action, second) == (sqlite3.SQLITE_FUNCTION, "sqlite_compileoption_used")
            return sqlite3.SQLITE_IGNORE if asked else sqlite3.SQLITE_OK

        connection.set_authorizer(judge)

    migrate(engine)
    store = Store(engine)
    found, other = (
        created("one", details(title="百度 Create")),
        created("two", details(title="度百")),
    )
    put(store, found, other)
    with store.reading() as reading:
        assert not searching.indexed(reading._connection)
        assert reading.select(Filter(q="百度")) == [found.after]
        assert reading.select(Filter(q="百度"), limit=1) == [found.after]
    store.close()
