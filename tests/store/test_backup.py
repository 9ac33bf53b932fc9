"""Backups: a consistent copy while others write, and back into either database, all or nothing."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from service.core.alerts.deliveries import Composed, Delivery, State
from service.core.alerts.schedule import AlertKind
from service.core.events.event import Origin
from service.core.events.filters import Filter
from service.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    StoreReadOnly,
    StoreTooNew,
    StoreUnavailable,
)
from service.store import (
    Answer,
    Store,
    StoredChannel,
    StoredFeed,
    StoredImport,
    StoredKey,
    StoredReply,
    StoredRule,
    Writing,
)
from service.store import backup as backup_module
from service.store import engine as engine_module
from service.store.backup import (
    BACKUP_TAKEN_AT,
    LEFT_OUT,
    RESTORED_AT,
    BackupReport,
    backup,
    restore,
)
from service.store.schema import metadata, time_text
from tests.conftest import PostgresServer, migrated_sqlite
from tests.store.samples import FULL, NOW, created, details, put, revised, withdrawn
from tests.store.test_listing import check_index
from tests.store.test_select import FILTERS, order, rich
from tests.store.test_transactions import opened, read_only

ROOT = Path(__file__).parents[2]
LATER = NOW + timedelta(days=1)
DIGEST = "ab" * 32

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A second, empty database, of either kind."""
    if request.param == "sqlite":
        with sqlite_store(tmp_path / "other.db") as store:
            yield store
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create(request.getfixturevalue("postgres_template"))
    with opened(server.url(name)) as store:
        yield store
    server.drop(name)


@contextmanager
def sqlite_store(path: Path) -> Iterator[Store]:
    with opened(migrated_sqlite(path)) as store:
        yield store


SENT = Delivery(
    key="digest/daily/2026-04-27",
    kind=AlertKind.DIGEST,
    rule="daily",
    channel="#ai-events",
    due_at=NOW,
    state=State.SENT,
    message=Composed(None, {"blocks": [{"type": "divider"}], "text": "百度"}),
    ts="1.0",
    covers_seq=3,
)


def fill(store: Store) -> None:
    """At least one row in each table."""
    full, moved, gone = created("full", FULL), created("moved"), created("gone")
    put(store, full, moved, gone, created("taken-out"))
    with store.writing(NOW) as writing:
        writing.record(
            revised(moved.after, details("2026-06-01")),
            who="test",
            origin=Origin.API,
            source=FULL.source,
        )
        taken_out = writing.event("taken-out")
        assert taken_out is not None
        writing.record(withdrawn(taken_out), who="test", origin=Origin.API)
        writing.purge(gone.after, who="admin", origin=Origin.API)
        writing.set_file_values("full", {"title": "百度"})
        writing.put_feed(
            StoredFeed("held", "持仓", Filter(), True, "s3cr3t", "file", NOW, NOW, position=1)
        )
        daily = {"at": "08:30", "channel": "#ai-events"}
        writing.put_rules([StoredRule("digest", "daily", 0, daily, NOW)])
        daily = {**daily, "channel": ["#ai-events", "mail"]}
        writing.put_rules([StoredRule("digest", "daily", 0, daily, LATER)])
        writing.put_channels([StoredChannel("mail", 0, {"email": ["desk@example.org"]})])
        writing.put_api_key(StoredKey("crawler", "write", DIGEST, NOW, NOW, None))
        writing.keep_reply("crawler/1", StoredReply("f", 201, "{}", (("ETag", '"1"'),)))
        writing.put_mark("colour", "blue")
        writing.owe(SENT)
        writing.hold_channel("#ai-events", LATER)
        writing.put_import(StoredImport("1f", NOW, "crawler", {"proposals": ["百度"]}, {"p1": {}}))
    store.remember_answer("/feeds/all.ics?", Answer("e1", NOW))


def rows(store: Store) -> Rows:
    """Everything that is stored, by table."""
    with store.reading() as reading:
        return {
            table.name: sorted(
                (dict(row) for row in reading._connection.execute(sa.select(table)).mappings()),
                key=str,
            )
            for table in metadata.sorted_tables
        }


def without_marks_and_revision(all_rows: Rows) -> Rows:
    kept = {name: table for name, table in all_rows.items() if name != "marks"}
    kept["counter"] = [{**row, "revision": None} for row in kept["counter"]]
    return kept


def marks(store: Store) -> dict[str, str]:
    return {row["name"]: row["value"] for row in rows(store)["marks"]}


def test_everything_comes_back_in_either_database(
    store: Store, other: Store, tmp_path: Path
) -> None:
    """A table that a later change brings has no row in `fill`, and so is asked for here."""
    fill(store)
    before = rows(store)
    assert [name for name, table in before.items() if not table] == []

    made = backup(store, tmp_path / "backup.db", NOW)
    put_back = restore(other, tmp_path / "backup.db", LATER)

    assert rows(store) == before
    after = without_marks_and_revision(rows(other))
    left_out = {table.name for table in LEFT_OUT}
    assert {name: table for name, table in after.items() if name not in left_out} == {
        name: table
        for name, table in without_marks_and_revision(before).items()
        if name not in left_out
    }
    assert [after[name] for name in left_out] == [[]]
    assert made == put_back
    assert made == BackupReport(3, 6, 1, (tmp_path / "backup.db").stat().st_size, NOW)


def test_history_keys_and_secret_addresses_are_read_as_before(store: Store, tmp_path: Path) -> None:
    fill(store)
    with store.reading() as reading:
        before = (reading.history("moved"), reading.api_keys(), reading.feeds(), reading.rules())
    backup(store, tmp_path / "backup.db", NOW)
    with sqlite_store(tmp_path / "new.db") as new:
        restore(new, tmp_path / "backup.db", LATER)
        with new.reading() as reading:
            assert before == (
                reading.history("moved"),
                reading.api_keys(),
                reading.feeds(),
                reading.rules(),
            )
            assert len(reading.history("moved")) == 2
            tombstone = reading.tombstone("gone")
            assert tombstone is not None
            assert tombstone.uid == "gone@horizon"


def test_what_comes_back_is_listed_and_found(store: Store, other: Store, tmp_path: Path) -> None:
    """The index for texts is no table that is copied, and what was there before is not in it."""
    held = sorted(rich()[:60], key=order)
    put(store, *(created(event.id, event.details) for event in held))
    put(other, created("was-there", details(title="百度 Create", tags=("AI",))))
    backup(store, tmp_path / "backup.db", NOW)
    restore(other, tmp_path / "backup.db", LATER)
    check_index(other, held)
    with other.reading() as reading:
        for wanted in FILTERS:
            assert reading.select(wanted) == [event for event in held if wanted.matches(event)]


def test_what_was_stored_since_is_gone_and_its_numbers_are_not_given_again(
    store: Store, tmp_path: Path
) -> None:
    put(store, created("before"))
    backup(store, tmp_path / "backup.db", NOW)
    put(store, created("after"))
    restore(store, tmp_path / "backup.db", LATER)
    with store.reading() as reading:
        assert reading.event("after") is None
        assert reading.position().seq == 3
        assert reading.lost_changes() == (1, 2)
    put(store, created("new"))
    with store.reading() as reading:
        changes = [(row.seq, row.event_id) for row in reading.changes(0)]
    assert changes == [(1, "before"), (4, "new")]


def test_a_revision_never_returns_with_other_content(store: Store, tmp_path: Path) -> None:
    """Ready feeds are kept by the revision, in every process that serves them."""
    seen = []

    def note() -> None:
        with store.reading() as reading:
            seen.append(reading.position().revision)

    put(store, created("one"))
    note()
    backup(store, tmp_path / "backup.db", NOW)
    for number in range(3):
        put(store, created(f"then-{number}"))
        note()
    for _ in range(2):
        restore(store, tmp_path / "backup.db", LATER)
        note()
    put(store, created("last"))
    note()
    assert seen == sorted(set(seen))


def test_a_fresh_database_goes_on_from_the_revision_of_the_backup(tmp_path: Path) -> None:
    with sqlite_store(tmp_path / "one.db") as one:
        for number in range(3):
            put(one, created(f"e-{number}"))
        backup(one, tmp_path / "backup.db", NOW)
    with sqlite_store(tmp_path / "two.db") as two:
        restore(two, tmp_path / "backup.db", LATER)
        with two.reading() as reading:
            assert reading.position().revision == 4


def test_what_addresses_answered_stays_as_it_is(store: Store, tmp_path: Path) -> None:
    """The feed's bytes change back. With the backup's older row its Last-Modified would lie before
    the one that clients have for other bytes, and they would hear 304."""
    store.remember_answer("/feeds/all.ics?", Answer("old", NOW))
    backup(store, tmp_path / "backup.db", NOW)
    newer = Answer("new", (NOW + timedelta(hours=1)).replace(microsecond=0))
    store.remember_answer("/feeds/all.ics?", newer)
    restore(store, tmp_path / "backup.db", LATER)
    with store.reading() as reading:
        assert reading.answer("/feeds/all.ics?") == newer


def test_a_restored_database_says_so(store: Store, tmp_path: Path) -> None:
    fill(store)
    backup(store, tmp_path / "backup.db", NOW)
    assert marks(store) == {"colour": "blue"}
    with store.writing(NOW) as writing:
        writing.put_mark("colour", "green")
        writing.put_mark("since", "then")
    restore(store, tmp_path / "backup.db", LATER)
    assert marks(store) == {
        "colour": "blue",
        RESTORED_AT: time_text(LATER),
        BACKUP_TAKEN_AT: time_text(NOW),
    }
    # A backup of it is of its own time.
    backup(store, tmp_path / "next.db", LATER)
    restore(store, tmp_path / "next.db", LATER + timedelta(hours=1))
    assert marks(store)[BACKUP_TAKEN_AT] == time_text(LATER)


def test_where_it_was_served_is_not_in_a_backup(store: Store, tmp_path: Path) -> None:
    """It is restored on another machine, whose commands would print the first one's address."""
    fill(store)
    store.remember_address("http://127.0.0.1:9000", NOW)
    backup(store, tmp_path / "backup.db", NOW)
    with store.reading() as reading:
        assert reading.served_at() == "http://127.0.0.1:9000"
    restore(store, tmp_path / "backup.db", LATER)
    with store.reading() as reading:
        assert reading.served_at() is None


@pytest.mark.slow
def test_a_backup_under_writes_is_of_one_moment(database_url: str, tmp_path: Path) -> None:
    """Each transaction makes one event and moves it: a copy that saw half of one, or of two
    tables two moments, would have an event without its history."""
    stopped, enough = threading.Event(), threading.Event()
    written = [0, 0]
    failures: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            with opened(database_url, busy_timeout=60) as store:
                while not stopped.is_set() and written[writer] < 2000:
                    one = created(f"w{writer}-{written[writer]}", details(tags=("AI",)))
                    put(store, one, revised(one.after, details("2026-06-01", tags=("AI",))))
                    written[writer] += 1
                    if written[writer] == 20:
                        enough.set()
        except BaseException as fault:
            failures.append(fault)
            enough.set()

    with opened(database_url) as store:
        put(store, *(created(f"e-{n}", FULL) for n in range(60)))
        writers = [threading.Thread(target=write, args=[number]) for number in range(2)]
        for writer in writers:
            writer.start()
        assert enough.wait(60)
        at_start = sum(written)
        reports = [backup(store, tmp_path / f"backup-{n}.db", NOW) for n in range(2)]
        at_end = sum(written)
        stopped.set()
        for writer in writers:
            writer.join(60)
    assert failures == []
    # Nobody waited for it.
    assert at_end > at_start
    for number, report in enumerate(reports):
        with sqlite_store(tmp_path / f"restored-{number}.db") as restored:
            assert restore(restored, tmp_path / f"backup-{number}.db", LATER) == report
            with restored.reading() as reading:
                changes = reading.changes(0)
                assert [row.seq for row in changes] == list(range(1, len(changes) + 1))
                assert reading.position().seq == len(changes) == report.versions
                found = reading.select(Filter())
                assert len(found) == report.events == 60 + (report.versions - 60) // 2
                moved = [event for event in found if event.id.startswith("w")]
                assert {event.version for event in moved} == {2}
                newest = {row.event_id: row.event for row in changes}
                assert all(newest[event.id] == event for event in found)
            assert len(rows(restored)["event_labels"]) >= len(moved)


def test_a_backup_is_one_file_for_its_owner_alone(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "a b?c%20#d"  # characters that mean something in a URL
    folder.mkdir()
    fill(store)
    path = folder / "backup 100%?.db"
    backup(store, path, NOW)
    assert list(folder.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    restore(store, path, LATER)
    assert list(folder.iterdir()) == [path]


def test_a_backup_is_a_database_that_can_be_served(store: Store, tmp_path: Path) -> None:
    fill(store)
    backup(store, tmp_path / "backup.db", NOW)
    with sqlite_store(tmp_path / "backup.db") as served:
        put(served, created("new"))
        backup(served, tmp_path / "again.db", LATER)
    restore(store, tmp_path / "again.db", LATER)
    with store.reading() as reading:
        assert reading.event("new") is not None
    assert marks(store)[BACKUP_TAKEN_AT] == time_text(LATER)


def test_what_stands_at_the_path_is_left_alone(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "backup.db"
    path.write_text("mine")
    with pytest.raises(Conflict, match=r"backup\.db exists already; choose another name"):
        backup(store, path, NOW)
    assert path.read_text() == "mine"
    dangling = tmp_path / "link.db"
    dangling.symlink_to(tmp_path / "nowhere")
    with pytest.raises(Conflict, match="exists already"):
        backup(store, dangling, NOW)


def test_a_folder_that_is_not_there_is_not_made(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"cannot be written: No such file.*name a folder"):
        backup(store, tmp_path / "not-mounted" / "backup.db", NOW)
    (tmp_path / "file").touch()
    with pytest.raises(InvalidInput, match="cannot be written: Not a directory"):
        backup(store, tmp_path / "file" / "backup.db", NOW)


def test_a_folder_that_cannot_be_written_is_named(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:  # root may write anywhere, so a mode would not do
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.mkdir", refuse)
    with pytest.raises(InvalidInput, match=r"backup\.db cannot be written: Permission denied"):
        backup(store, tmp_path / "backup.db", NOW)


def test_a_full_disk_leaves_nothing_and_is_told_of_the_backup(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    fill(store)
    # Several, since one of so many characters takes seconds to be indexed.
    put(store, *(created(f"long-{n}", details(description="x" * 50_000)) for n in range(10)))
    migrated = backup_module.migrate

    def migrate_on_a_small_disk(engine: sa.Engine) -> None:
        migrated(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 60")

    monkeypatch.setattr(backup_module, "migrate", migrate_on_a_small_disk)
    with pytest.raises(StoreUnavailable, match=r"the backup .*backup\.db cannot be written.*full"):
        backup(store, folder / "backup.db", NOW)
    assert list(folder.iterdir()) == []


def test_a_disk_that_fails_at_the_end_leaves_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(StoreUnavailable, match=r"cannot be written.*Input/output error"):
        backup(store, folder / "backup.db", NOW)
    assert list(folder.iterdir()) == []


def test_a_database_that_is_gone_is_not_told_of_the_backup(tmp_path: Path) -> None:
    without_tables = opened(f"sqlite:///{tmp_path}/empty.db")
    refused = pytest.raises(StoreUnavailable, match="the database cannot be used")
    with without_tables as empty, refused:
        backup(empty, tmp_path / "backup.db", NOW)
    assert not (tmp_path / "backup.db").exists()


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A backup of another database."""
    path = tmp_path / "made.db"
    with sqlite_store(tmp_path / "source.db") as source:
        fill(source)
        backup(source, path, NOW)
    return path


def run_sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as file:
        for statement in statements:
            file.execute(statement)
        file.commit()


def text_file(path: Path) -> None:
    path.write_text("events: []\n" * 100)


def empty_file(path: Path) -> None:
    path.write_bytes(b"")


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwritten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 : len(data) // 2] = b"\xff" * (len(data) // 2 - 4096)
    path.write_bytes(data)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def foreign(path: Path) -> None:
    path.unlink()
    run_sql(path, "CREATE TABLE events (id TEXT)", "INSERT INTO events VALUES ('x')")


def live(path: Path) -> None:
    """A copy of a service's own file."""
    run_sql(path, "DELETE FROM marks WHERE name = 'backup'")


UNFIT: list[tuple[Callable[[Path], None], str]] = [
    (text_file, "is no backup made by `horizon backup`"),
    (empty_file, "is no backup"),
    (truncated, "is damaged"),
    (overwritten, "is damaged"),
    (folder, "is no file"),
    (foreign, "is no backup"),
    (live, "is no backup"),
    (lambda path: run_sql(path, "DELETE FROM alembic_version"), "is no backup"),
    (lambda path: run_sql(path, "UPDATE marks SET value = '{}' WHERE name = 'backup'"), "damaged"),
    (
        lambda path: run_sql(
            path, "UPDATE marks SET value = '{\"taken_at\": \"2026-04-27\"}' WHERE name = 'backup'"
        ),
        "does not say when it was taken",
    ),
    (lambda path: run_sql(path, "DROP TABLE journal"), "is damaged.*journal"),
    (lambda path: run_sql(path, "DELETE FROM counter"), "is damaged"),
    (lambda path: run_sql(path, "UPDATE events SET created_at = 'noon'"), "is damaged.*noon"),
    (lambda path: run_sql(path, "UPDATE events SET details = CAST(x'ff' AS TEXT)"), "is damaged"),
]


@pytest.mark.parametrize(("spoil", "reason"), UNFIT)
def test_a_file_that_is_no_whole_backup_changes_nothing(
    store: Store, made: Path, spoil: Callable[[Path], None], reason: str
) -> None:
    put(store, created("kept"))
    before = rows(store)
    spoil(made)
    with pytest.raises(InvalidInput, match=reason) as caught:
        restore(store, made, LATER)
    assert str(caught.value).endswith("nothing was changed")
    assert rows(store) == before


def test_a_file_that_is_not_there_is_named(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"there is no file '.*missing\.db'"):
        restore(store, tmp_path / "missing.db", LATER)


def test_a_backup_of_a_newer_horizon_is_refused(store: Store, made: Path) -> None:
    run_sql(made, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreTooNew, match=r"newer Horizon \(revision 9999\); install that version"):
        restore(store, made, LATER)


def test_a_backup_of_an_older_horizon_is_brought_up_to_date_in_a_copy(
    store: Store, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if a migration after today's renamed the kind of every event."""

    def upgrade(connection: sa.Connection) -> None:
        connection.exec_driver_sql("UPDATE events SET kind = 'deadline'")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9000'")

    as_made = made.read_bytes()
    revisions = (*engine_module.REVISIONS, "9000")
    monkeypatch.setattr(engine_module, "REVISIONS", revisions)
    monkeypatch.setattr(backup_module, "REVISIONS", revisions)
    monkeypatch.setattr(engine_module, "_upgrade", upgrade)
    restore(store, made, LATER)
    assert {row["kind"] for row in rows(store)["events"]} == {"deadline"}
    assert made.read_bytes() == as_made


def test_a_failure_in_the_middle_leaves_everything_as_it_was(
    store: Store, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, created("kept"))
    before = rows(store)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Writing, "put_mark", fail)
    with pytest.raises(ZeroDivisionError):
        restore(store, made, LATER)
    monkeypatch.undo()
    assert rows(store) == before
    restore(store, made, LATER)
    assert rows(store)["events"] != before["events"]


def test_readers_see_all_of_the_old_or_all_of_the_new(store: Store, made: Path) -> None:
    put(store, created("kept"))
    with store.reading() as reading:
        assert reading.position().seq == 1
        restore(store, made, LATER)
        assert [event.id for event in reading.select(Filter())] == ["kept"]
        assert reading.api_keys() == []
    with store.reading() as reading:
        assert {event.id for event in reading.select(Filter())} == {"full", "moved"}


def test_a_writer_who_waited_goes_on_from_what_was_restored(
    database_url: str, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the counter's row deleted and made anew, PostgreSQL would show the waiting one none."""
    waiting = threading.Event()
    thread: list[threading.Thread] = []
    with opened(database_url) as store, opened(database_url, busy_timeout=60) as other:
        put_mark = Writing.put_mark

        def write() -> None:
            waiting.set()
            put(other, created("late"))

        def start_writer(writing: Writing, name: str, value: str) -> None:
            if not thread:
                thread.append(threading.Thread(target=write))
                thread[0].start()
                assert waiting.wait(120)
            put_mark(writing, name, value)

        monkeypatch.setattr(Writing, "put_mark", start_writer)
        report = restore(store, made, LATER)
        thread[0].join(60)
        with store.reading() as reading:
            assert reading.changes(report.versions)[-1].event_id == "late"


def test_a_read_only_database_is_not_restored(database_url: str, made: Path) -> None:
    with opened(read_only(database_url)) as store, pytest.raises(StoreReadOnly):
        restore(store, made, LATER)


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from service.store import Store, Writing, open_engine
from service.store.backup import restore

def stop(*_):
    print("all replaced, not committed", flush=True)
    sys.stdin.read()

Writing.put_mark = stop
restore(Store(open_engine(sys.argv[1])), Path(sys.argv[2]), datetime.now(UTC))
"""


@pytest.mark.slow
def test_a_process_killed_in_mid_restore_leaves_the_old_state(
    database_url: str, made: Path
) -> None:
    with opened(database_url) as store:
        fill(store)
        put(store, created("kept"))
        before = rows(store)
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, database_url, str(made)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(made.parent)},
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "all replaced, not committed\n"
        child.kill()
    with opened(database_url) as store:
        assert rows(store) == before
        restore(store, made, LATER)
        with store.reading() as reading:
            assert reading.event("kept") is None
