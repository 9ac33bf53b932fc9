"""The store's door: reading, writing, and the memory of what feeds answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection, Engine, delete, select, update
from sqlalchemy.exc import PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.errors import StoreFailing, StoreUnavailable
from service.store.engine import WRITES
from service.store.reading import SERVED_AT, Known, Reading, address_key, nothing_known
from service.store.schema import api_keys, feed_answers
from service.store.values import Answer
from service.store.writing import Writing, dialect_insert

ANSWERS_KEPT = 5000


class Store:
    """A database that has been migrated. Can be shared between threads. `known`: the organisations
    whose names stand for each other where a text is looked for.

    Whatever it does may raise StoreUnavailable, and what writes StoreReadOnly too.
    """

    def __init__(self, engine: Engine, known: Known = nothing_known) -> None:
        self._known = known
        self.commits = 0
        """How many transactions through this door have changed events, feeds or rules: whoever
        remembers something of the store knows by it, without asking, that it is out of date."""
        self.failed: StoreFailing | None = None
        """What the last change met that did not get through to the disk, until one does."""
        self._counting = Lock()
        self._engine = engine
        self._writer = engine.execution_options(**{WRITES: True})
        self._reader = engine
        if engine.dialect.name == "postgresql":
            # Without it every statement would see another moment; in SQLite they never do.
            self._reader = engine.execution_options(isolation_level="REPEATABLE READ")
            # Whatever the server's default: a writer that waited has to see what the other wrote.
            self._writer = self._writer.execution_options(isolation_level="READ COMMITTED")

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """One consistent view, which writers neither change nor wait for."""
        with _begun(self._reader) as connection:
            yield Reading(connection, self._known)

    @contextmanager
    def writing(self, now: datetime) -> Iterator[Writing]:
        """One transaction, committed at the end of the block; an exception leaves nothing of it.

        It keeps other writers waiting, so no slow work belongs inside.
        """
        writing: Writing | None = None
        try:
            with _begun(self._writer) as connection:
                writing = Writing(connection, now, self._known)
                yield writing
                writing.finish()
            self.failed = None
        except StoreFailing as fault:
            self.failed = fault
            raise
        finally:
            # Also after a failure, since a connection can be lost after the commit came through.
            if writing is not None and writing.changed:
                with self._counting:
                    self.commits += 1

    def remember_answer(self, address: str, answer: Answer) -> None:
        """Keeps what an address now answers. Of more than ANSWERS_KEPT addresses those go whose
        answers are oldest."""
        key = address_key(address)
        new = {"etag": answer.etag, "changed_at": answer.changed_at.replace(microsecond=0)}
        with _begun(self._writer) as connection:
            put = dialect_insert(connection, feed_answers).values(address=key, **new)
            connection.execute(put.on_conflict_do_update(index_elements=["address"], set_=new))
        # On its own, so that two instances cannot hold rows that the other wants to delete.
        with _begun(self._writer) as connection:
            oldest = (
                select(feed_answers.c.address)
                .order_by(feed_answers.c.changed_at.desc(), feed_answers.c.address)
                .offset(ANSWERS_KEPT)
            )
            connection.execute(delete(feed_answers).where(feed_answers.c.address.in_(oldest)))

    def remember_address(self, address: str, now: datetime) -> None:
        """Notes under which address this database is served: see Reading.served_at."""
        with self.writing(now) as writing:
            writing.put_mark(SERVED_AT, address)

    def mark_used(self, name: str, now: datetime) -> None:
        """Notes that an API key was used."""
        with _begun(self._writer) as connection:
            connection.execute(
                update(api_keys).where(api_keys.c.name == name).values(last_used_at=now)
            )

    def close(self) -> None:
        self._engine.dispose()


@contextmanager
def _begun(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    # The two that SQLAlchemy does not lead through engine._translate.
    except PoolTimeout as error:
        raise StoreUnavailable(
            "all connections to the database are in use; try again in a moment"
        ) from error
    except PendingRollbackError as error:
        # Someone inside the block went on after the error that told of it.
        raise StoreUnavailable("the database's connection was lost; try again") from error
