"""A copy of everything into one file, and back.

A backup is an SQLite database with the service's own tables, whichever database it was taken from:
one of PostgreSQL can be restored into SQLite and the reverse. One row of its marks says that it is
a backup, when it was taken and of which schema.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import NoResultFound

from service.core.access.sign_in import LINKS, SECRET
from service.errors import (
    Conflict,
    HorizonError,
    InvalidInput,
    NotFound,
    Problem,
    StoreTooNew,
    StoreUnavailable,
)
from service.store.engine import (
    REVISIONS,
    _open_sqlite,
    database_name,
    migrate,
    used_by_others,
)
from service.store.reading import LOST_CHANGES, SERVED_AT
from service.store.schema import (
    api_keys,
    counter,
    deliveries,
    events,
    feed_answers,
    journal,
    marks,
    metadata,
    time_text,
)
from service.store.store import Store

# What feeds answered, and since when. It stays where it is: if a feed's bytes changed at 10:00 and
# a restore brings the older ones back, a client that has the newer ones asks If-Modified-Since
# 10:00. With the row of 10:00 still there the old bytes count as changed now; with the backup's
# row they would count as older, and the client would hear 304 and keep what is gone.
LEFT_OUT = (feed_answers,)
# Every other table, so also one that a later migration brings. The counter is one row that is
# updated, never deleted: writers wait for it, and PostgreSQL would show them none.
_COPIED = [table for table in metadata.sorted_tables if table not in (counter, *LEFT_OUT)]

# The mark in the file, and those in a database that was restored.
_BACKUP = "backup"
RESTORED_AT = "restored_at"
BACKUP_TAKEN_AT = "backup_taken_at"

_ROWS_AT_ONCE = 500
_SQLITE = b"SQLite format 3\0"
_NONE = "is no backup made by `horizon backup`"


@dataclass(frozen=True)
class BackupReport:
    """What a backup holds: events (withdrawn ones too), versions in their history, API keys
    (revoked ones too), the file's size, and the moment that it shows."""

    events: int
    versions: int
    keys: int
    bytes: int
    taken_at: datetime


@dataclass(frozen=True)
class Target:
    """The database that a restore would replace: its name for people, how many events (withdrawn ones
    too) and deliveries it has, and whether another process has it open."""

    name: str
    events: int
    deliveries: int
    in_use: bool

    @property
    def against(self) -> str:
        """What stands against replacing it unasked, in words; empty: nothing."""
        held = [
            f"{count:,} {word if count != 1 else one}"
            for count, word, one in (
                (self.events, "events", "event"),
                (self.deliveries, "deliveries", "delivery"),
            )
            if count
        ]
        said = [f"has {' and '.join(held)}"] if held else []
        if self.in_use:
            said.append("is open in another process, as it is while a service runs on it")
        return " and ".join(said)


def target(store: Store) -> Target:
    """What a restore into this store would replace. Raises StoreUnavailable and its kin."""
    with store.reading() as reading:
        held = [
            reading._connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (events, deliveries)
        ]
    engine = store._engine
    return Target(database_name(engine), held[0], held[1], used_by_others(engine))


def backup(store: Store, path: Path, now: datetime) -> BackupReport:
    """Writes all that is stored at one moment to a new file, while others read and write.

    The file is there whole or not at all, and for its owner alone: it holds the secret addresses
    of private feeds. Raises Conflict where the path is taken, InvalidInput where no file can be
    made there, StoreUnavailable.
    """
    if os.path.lexists(path):
        raise Conflict(f"{path} exists already; choose another name, or remove it first")
    with _folder_beside(path) as folder:
        made = folder / "backup.db"
        with _opened(made, lambda reason: _unwritten(path, reason)) as file:
            migrate(file)
            # Begun only now: a long reading keeps no writer waiting, but makes SQLite's log grow.
            with store.reading() as reading, file.begin() as target:
                counts = _replace(reading._connection, target)
                held = reading._connection.execute(select(counter)).mappings().one()
                target.execute(update(counter).values(**held))
                _mark(target, now)
        try:
            _put_in_place(made, path)
        except (OSError, sqlite3.Error) as fault:
            raise _unwritten(path, str(fault)) from fault
    return _report(counts, path, now)


def restore(store: Store, path: Path, now: datetime) -> BackupReport:
    """Replaces all that is stored by what the backup holds, all or nothing, and marks the database.

    The numbers of the changes that are lost by it are not given again: who follows the changes and
    has read one of them is told to begin anew (Reading.lost_changes). Raises NotFound, InvalidInput
    for a file that is no whole backup, StoreTooNew for one of a newer Horizon, StoreUnavailable.
    """
    with _copied(path) as copy:
        taken_at = _examined(copy, path)
        with _opened(copy, lambda reason: _unfit(path, f"is damaged ({reason})")) as file:
            migrate(file)
            with file.begin() as source, store.writing(now) as writing:
                target = writing._connection
                try:
                    counts = _replace(source, target)
                    held = source.execute(select(counter)).mappings().one()
                except (ValueError, TypeError, NoResultFound) as fault:
                    raise _unfit(path, f"is damaged ({fault})") from fault
                # Ready feeds are known by the revision, here and in other processes: one that was
                # used before must not return with other content.
                before = writing.position()
                revision = max(before.revision, held["revision"]) + 1
                seq = held["seq"] if held["seq"] >= before.seq else before.seq + 1
                values = {**held, "revision": revision, "seq": seq}
                target.execute(update(counter).values(**values))
                if seq > before.seq > held["seq"]:
                    writing.put_mark(LOST_CHANGES, f"{held['seq']} {before.seq}")
                target.execute(delete(marks).where(marks.c.name == _BACKUP))
                writing.put_mark(RESTORED_AT, time_text(now))
                writing.put_mark(BACKUP_TAKEN_AT, time_text(taken_at))
    return _report(counts, path, taken_at)


def _replace(source: Connection, target: Connection) -> dict[str, int]:
    """Empties the target's tables and fills them from the source's. Gives the rows of each."""
    for table in reversed(_COPIED):
        # Not TRUNCATE, which PostgreSQL would let readers see at once.
        target.execute(delete(table))
    counts = {}
    for table in _COPIED:
        counts[table.name] = 0
        query = select(table).execution_options(yield_per=_ROWS_AT_ONCE)
        with source.execute(query) as found:
            for some in found.mappings().partitions():
                target.execute(insert(table), [dict(row) for row in some])
                counts[table.name] += len(some)
    return counts


def _mark(target: Connection, now: datetime) -> None:
    mark = json.dumps({"taken_at": time_text(now), "revision": REVISIONS[-1]})
    # A database that was itself started from a backup's file has one already.
    # Nor does a backup hold what sessions of the pages are sealed with, or where it was served.
    target.execute(delete(marks).where(marks.c.name.in_([_BACKUP, SECRET, LINKS, SERVED_AT])))
    target.execute(insert(marks), {"name": _BACKUP, "value": mark})


def _report(counts: dict[str, int], path: Path, taken_at: datetime) -> BackupReport:
    return BackupReport(
        events=counts[events.name],
        versions=counts[journal.name],
        keys=counts[api_keys.name],
        bytes=path.stat().st_size,
        taken_at=taken_at,
    )


@contextmanager
def _copied(path: Path) -> Iterator[Path]:
    """The file's copy, to work with: an older schema is brought up to date in it, and SQLite needs
    to write beside a file even to read it. Raises NotFound, InvalidInput for what is no SQLite."""
    with ExitStack() as stack:
        try:
            if path.exists() and not path.is_file():
                raise _unfit(path, "is no file")
            with path.open("rb") as file:
                if file.read(len(_SQLITE)) != _SQLITE:
                    raise _unfit(path, _NONE)
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="horizon-restore-"))
            copy = Path(folder) / "backup.db"
            shutil.copyfile(path, copy)
        except FileNotFoundError:
            raise NotFound("file", str(path)) from None
        except OSError as fault:
            reason = f"cannot be read and copied: {fault.strerror or fault}"
            raise _unfit(path, reason) from fault
        yield copy


def _examined(copy: Path, path: Path) -> datetime:
    """When the backup was taken. Raises InvalidInput or StoreTooNew where it cannot be restored."""
    try:
        with closing(sqlite3.connect(copy)) as file:
            verdict = [row[0] for row in file.execute("PRAGMA integrity_check(1)")]
            if verdict != ["ok"]:
                raise _unfit(path, f"is damaged ({verdict[0]})")
            tables = {row[0] for row in file.execute("SELECT name FROM sqlite_master")}
            if not {"alembic_version", "marks"} <= tables:
                raise _unfit(path, _NONE)
            mark = file.execute("SELECT value FROM marks WHERE name = ?", [_BACKUP]).fetchone()
            revision = file.execute("SELECT version_num FROM alembic_version").fetchone()
            if mark is None or revision is None:
                raise _unfit(path, _NONE)
    except sqlite3.Error as fault:
        raise _unfit(path, f"is damaged ({fault})") from fault
    if revision[0] not in REVISIONS:
        raise StoreTooNew(
            f"{path} was written by a newer Horizon (revision {revision[0]}); install that "
            "version to restore it"
        )
    try:
        taken_at = datetime.fromisoformat(json.loads(mark[0])["taken_at"])
        time_text(taken_at)  # refuses a naive one
    except (ValueError, TypeError, LookupError) as fault:
        raise _unfit(path, "is damaged (it does not say when it was taken)") from fault
    return taken_at


@contextmanager
def _opened(file: Path, told: Callable[[str], HorizonError]) -> Iterator[Engine]:
    """The SQLite file; whatever is wrong with it is told in the caller's words, since the usual
    ones speak of the service's database."""
    # Not by a text, where characters of the path would have a meaning of their own.
    engine = _open_sqlite(URL.create("sqlite", database=str(file.absolute())), busy_timeout=5)

    def tell(context: ExceptionContext) -> BaseException | None:
        fault = context.original_exception
        return told(str(fault)) if isinstance(fault, sqlite3.Error) else None

    event.listen(engine, "handle_error", tell, retval=True)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _folder_beside(path: Path) -> Iterator[Path]:
    """A folder that only this user can enter, on the same disk, so that what is made in it can be
    put in place at once. A missing parent is not made: it may be a disk that is not mounted."""
    try:
        made = tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent)
    except OSError as fault:
        reason = f"{path} cannot be written: {fault.strerror or fault}"
        raise InvalidInput(
            [Problem("/file", f"{reason}; name a folder that is there and that you may write to")]
        ) from fault
    with made as folder:
        yield Path(folder)


def _put_in_place(made: Path, path: Path) -> None:
    with closing(sqlite3.connect(made)) as file:
        # One file alone, which can be read from a disk that cannot be written.
        file.execute("PRAGMA journal_mode = DELETE")
    made.chmod(0o600)
    _sync(made)
    made.rename(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    """Has the file, or the folder's list of names, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritten(path: Path, reason: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"the backup {path} cannot be written ({reason}); make room or choose another place"
    )


def _unfit(path: Path, reason: str) -> InvalidInput:
    return InvalidInput([Problem("/file", f"{path} {reason}; nothing was changed")])
