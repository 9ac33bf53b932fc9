"""Whether the database is well: what `horizon doctor` asks of it, and /metrics counts."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, ExceptionContext, event, update

from service.errors import StoreUnavailable
from service.store.engine import REVISIONS, _revision
from service.store.schema import counter
from service.store.store import Store, _begun

LITTLE_ROOM = 500_000_000
NO_ROOM = 50_000_000
TRY_AGAIN = timedelta(seconds=10)


@dataclass(frozen=True)
class Condition:
    """`revision`: of its tables, None where it has none yet. `refusal`: why it cannot be written.

    `damage`: what SQLite's own check complains of. `free_bytes`: room left where its file is; None
    where that is not known from here.
    """

    product: str
    revision: str | None
    refusal: StoreUnavailable | None
    damage: tuple[str, ...]
    free_bytes: int | None

    @property
    def current(self) -> bool:
        """Whether its tables are those that this version works with."""
        return self.revision == REVISIONS[-1]


def examined(store: Store, now: datetime) -> Condition:
    """The database's condition; no content changes. Raises StoreUnavailable where it cannot even be
    read, StoreTooNew for one of a newer Horizon."""
    with store.reading() as reading:
        connection = reading._connection
        sqlite = connection.dialect.name == "sqlite"
        revision = _revision(connection)
        damage = _damage(connection) if sqlite else ()
        free_bytes = _free_bytes(connection) if sqlite else None
    return Condition(
        product="SQLite" if sqlite else "PostgreSQL",
        revision=revision,
        refusal=_refusal(store) if revision == REVISIONS[-1] else None,
        damage=damage,
        free_bytes=free_bytes,
    )


def on_failures(store: Store, told: Callable[[], None]) -> None:
    """Have `told` called whenever the database fails this process, for whomever it was asked."""

    def heard(context: ExceptionContext) -> None:
        # By now it is what engine._translate has made of it; what a failed ping finds is repaired.
        if isinstance(context.chained_exception, StoreUnavailable) and not context.is_pre_ping:
            told()

    event.listen(store._engine, "handle_error", heard)


class Storing:
    """Whether a change would be stored, for /readyz; reading goes on meanwhile."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tried: tuple[datetime, tuple[str, ...]] | None = None

    def warnings(self, now: datetime) -> tuple[str, ...]:
        """What stands against it, in words: what the last change met, and what the database says.

        The database is asked by a write, so no more often than every TRY_AGAIN, whoever asks this.
        Raises StoreUnavailable where it cannot even be read.
        """
        if self._tried is None or abs(now - self._tried[0]) >= TRY_AGAIN:
            self._tried = now, tuple(self._found())
        failed = self._store.failed
        told = (f"the last change could not be stored: {failed.outside}",) if failed else ()
        return *told, *self._tried[1]

    def _found(self) -> Iterator[str]:
        if refusal := _refusal(self._store):
            yield f"nothing can be stored: {refusal.outside}"
        with self._store.reading() as reading:
            connection = reading._connection
            sqlite = connection.dialect.name == "sqlite"
            free_bytes = _free_bytes(connection) if sqlite else None
        if free_bytes is not None and free_bytes < NO_ROOM:
            yield f"{free_bytes // 1_000_000:,} MB are left on the database's disk: make room"


def _damage(connection: Connection) -> tuple[str, ...]:
    found = connection.exec_driver_sql("PRAGMA quick_check(5)").scalars()
    return tuple(str(line) for line in found if line != "ok")


def _free_bytes(connection: Connection) -> int | None:
    path = connection.exec_driver_sql("PRAGMA database_list").all()[0][2]
    try:
        return shutil.disk_usage(Path(path).parent).free
    except OSError:
        return None


def _refusal(store: Store) -> StoreUnavailable | None:
    try:
        # A lock alone would not do: SQLite gives it for a file that it cannot write. Past
        # store.writing, since what is as small as this gets through where a change may not.
        with _begun(store._writer) as connection:
            connection.execute(update(counter).values(seq=counter.c.seq))
    except StoreUnavailable as fault:
        return fault
    return None
