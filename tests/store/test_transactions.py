"""Transactions: all or nothing, one writer at a time, and a reader who misses nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.core.events.event import Origin
from service.core.events.filters import Filter
from service.errors import StoreReadOnly, StoreUnavailable
from service.store import Position, Store, open_engine
from tests.store.samples import NOW, created, details, put, revised

ROOT = Path(__file__).parents[2]


@contextmanager
def opened(url: str, **options: float) -> Iterator[Store]:
    store = Store(open_engine(url, **options))
    try:
        yield store
    finally:
        store.close()


def test_an_exception_leaves_nothing(store: Store) -> None:
    put(store, created("before"))

    def fail() -> None:
        with store.writing(NOW) as writing:
            writing.record(created("one"), who="x", origin=Origin.API)
            writing.set_file_values("before", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.reading() as reading:
        assert reading.position() == Position(1, 1)
        assert reading.event("one") is None
        assert [row.event_id for row in reading.changes(0)] == ["before"]
        assert reading.file_events() == {}
    put(store, created("two"))
    with store.reading() as reading:
        assert reading.position() == Position(2, 2)


def test_a_transaction_that_changes_nothing_leaves_no_trace(store: Store) -> None:
    with store.writing(NOW) as writing:
        writing.put_rules([])
    with store.reading() as reading:
        assert reading.position() == Position(0, 0)


def test_a_reading_sees_one_moment(store: Store) -> None:
    put(store, created("one"))
    with store.reading() as reading:
        assert reading.position().seq == 1
        put(store, created("two"))
        assert reading.position().seq == 1
        assert reading.event("two") is None
        assert len(reading.select(Filter())) == 1
    with store.reading() as reading:
        assert len(reading.select(Filter())) == 2


def test_a_reader_does_not_wait_for_a_writer(store: Store) -> None:
    with store.writing(NOW) as writing:
        writing.record(created("one"), who="x", origin=Origin.API)
        with store.reading() as reading:
            assert reading.position() == Position(0, 0)


@pytest.mark.slow
def test_writers_number_the_changes_and_a_reader_sees_each_once_in_order(
    database_url: str,
) -> None:
    """A sequence of PostgreSQL becomes visible out of order: asked for what is newer than N, a
    design with one lost the rows of writers that committed late."""
    with opened(database_url, busy_timeout=60) as store:
        write_and_read(store, writers=8, each=12)


def write_and_read(store: Store, writers: int, each: int) -> None:
    def write(writer: int) -> None:
        for number in range(each):
            with store.writing(NOW + timedelta(seconds=number)) as writing:
                one = created(f"w{writer}-{number}")
                writing.record(one, who=f"w{writer}", origin=Origin.API)
                writing.record(
                    revised(one.after, details("2026-06-01")), who=f"w{writer}", origin=Origin.API
                )

    seen = []
    deadline = time.monotonic() + 60
    with ThreadPoolExecutor(writers) as pool:
        running = [pool.submit(write, writer) for writer in range(writers)]
        while len(seen) < 2 * writers * each and time.monotonic() < deadline:
            if all(future.done() for future in running):
                for future in running:
                    future.result()
            with store.reading() as reading:
                rows = reading.changes(seen[-1].seq if seen else 0)
                assert reading.position().seq == len(seen) + len(rows)
            seen += rows
            assert [row.seq for row in seen] == list(range(1, len(seen) + 1))
    assert len({(row.event_id, row.version) for row in seen}) == 2 * writers * each
    assert sorted(row.at for row in seen) == [row.at for row in seen]
    with store.reading() as reading:
        assert reading.position() == Position(2 * writers * each, writers * each)


def test_only_one_of_two_who_change_the_same_version_succeeds(store: Store) -> None:
    one = created("one")
    put(store, one)

    def change(day: int) -> bool:
        try:
            put(store, revised(one.after, details(f"2026-06-{day:02d}")))
        except Exception as fault:
            assert type(fault).__name__ == "Conflict"  # noqa: PT017 - counted below
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(change, range(1, 9))) == 1
    with store.reading() as reading:
        assert len(reading.history("one")) == 2


KILLED = """
import sys
from service.store import Store, open_engine
from tests.store.samples import NOW, Origin, created
store = Store(open_engine(sys.argv[1]))
with store.writing(NOW) as writing:
    for number in range(500):
        writing.record(created(f"e-{number}"), who="x", origin=Origin.FILE)
    writing.set_file_values("before", {"title": "changed"})
    writing.finish()
    print("written, not committed", flush=True)
    sys.stdin.read()
"""


@pytest.mark.slow
def test_a_process_killed_in_mid_transaction_leaves_nothing(database_url: str) -> None:
    with opened(database_url) as store:
        put(store, created("before"))
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, database_url],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "written, not committed\n"
        child.kill()
    with opened(database_url) as store:
        with store.reading() as reading:
            assert reading.position() == Position(1, 1)
            assert [event.id for event in reading.select(Filter())] == ["before"]
            assert len(reading.changes(0)) == 1
            assert reading.file_events() == {}
        put(store, created("after"))
        with store.reading() as reading:
            assert reading.position() == Position(2, 2)


def test_a_locked_database_is_unavailable_after_the_busy_timeout(database_url: str) -> None:
    with (
        opened(database_url) as other,
        opened(database_url, busy_timeout=0.2) as store,
        other.writing(NOW),
    ):
        started = time.monotonic()
        with pytest.raises(StoreUnavailable, match=r"locked by another process.*try again"):
            put(store, created("one"))
        assert time.monotonic() - started > 0.15
        with store.reading() as reading:
            assert reading.position() == Position(0, 0)
    with opened(database_url) as store:
        put(store, created("one"))


def test_a_writer_waits_for_another_who_is_soon_done(database_url: str) -> None:
    with opened(database_url) as one, opened(database_url) as two, ThreadPoolExecutor(1) as pool:
        with one.writing(NOW) as writing:
            waiting = pool.submit(put, two, created("two"))
            writing.record(created("one"), who="x", origin=Origin.API)
        waiting.result(timeout=60)
        with one.reading() as reading:
            assert [row.event_id for row in reading.changes(0)] == ["one", "two"]


def read_only(url: str) -> str:
    """The same database, read-only. Root may write any file, so its mode would not do."""
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        return f"sqlite:///file:{path}?mode=ro&uri=true"
    name = sa.make_url(url).database
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    engine.dispose()
    return url


def test_a_read_only_database_can_be_read_and_says_that_it_cannot_be_written(
    database_url: str,
) -> None:
    with opened(database_url) as store:
        put(store, created("one"))
    with opened(read_only(database_url)) as store:
        with store.reading() as reading:
            assert len(reading.select(Filter())) == 1
        with pytest.raises(StoreReadOnly, match="can be read but not written"):
            put(store, created("two"))


@pytest.mark.slow
def test_all_connections_in_use_is_unavailable(database_url: str) -> None:
    with opened(database_url, busy_timeout=0.1) as store, ExitStack() as busy:

        def use_all() -> None:
            for _ in range(100):
                busy.enter_context(store.reading())

        with pytest.raises(StoreUnavailable, match="all connections"):
            use_all()
        busy.close()
        put(store, created("one"))
