"""Opening a database, bringing its tables up to date, and turning its errors into Horizon's.

Nothing of SQLAlchemy or a driver leaves this package: the `handle_error` hook below replaces each
exception where it arises, with a message that says what to do and never holds a password.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import URL, Connection, Engine, ExceptionContext, event
from sqlalchemy.exc import ArgumentError

from service.errors import (
    Conflict,
    HorizonError,
    SettingsError,
    StoreFailing,
    StoreReadOnly,
    StoreTooNew,
    StoreUnavailable,
)
from service.store.schema import know_postgresql

# Oldest first; the last is what this code works with. A constant, so that an ordinary start does
# not have to import Alembic to learn it; a test holds it against the migrations folder.
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")

# Set on a connection that is going to write: see _begin_sqlite and _begin_postgresql.
WRITES = "horizon_writes"

# Any number that nobody else uses for an advisory lock in this database: "horizon" in ASCII.
_MIGRATION_LOCK = 0x686F72697A6F6E


def open_engine(url: str, *, busy_timeout: float = 5.0) -> Engine:
    """The database at `sqlite:///path` (its folder is made) or `postgresql://…`.

    `busy_timeout`: seconds that a writer waits for another. Connects to nothing yet. Raises
    SettingsError for another kind of URL, StoreUnavailable where the folder cannot be made.
    """
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError):
        # Neither the URL nor the cause is shown: both may hold the password.
        raise SettingsError(f"the database URL cannot be read; {_URLS}") from None
    server = parsed.drivername.startswith("postgres")
    if server and url.count("@") > 1:
        # The part behind the first @ may be the rest of a password, so nothing is shown.
        raise SettingsError(
            "the database URL has two @: in the password write @ as %40, / as %2F, # as %23, ? as %3F"
        )
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        return _open_sqlite(parsed, busy_timeout)
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return _open_postgresql(parsed.set(drivername="postgresql+psycopg"), busy_timeout)
    raise SettingsError(f"a database of the kind {parsed.drivername!r} is not supported; {_URLS}")


def missing_file(url: str) -> Path | None:
    """The SQLite file that the URL names, where there is none: the next start would make it."""
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError):
        return None  # open_engine says what is wrong with it
    if not parsed.drivername.startswith("sqlite") or (parsed.database or "").startswith("file:"):
        return None
    path = Path(parsed.database or "")
    return None if path.exists() else path


_URLS = "write sqlite:///path/to/file.db or postgresql://user:password@host/database"


def migrate(engine: Engine) -> None:
    """Brings the tables up to what this code needs: all of it or nothing, and safe to call from
    several processes at once. Cheap when there is nothing to do.

    Raises StoreTooNew for a database that a newer Horizon wrote, StoreUnavailable otherwise.
    """
    with engine.connect() as connection:
        if _revision(connection) == REVISIONS[-1]:
            return
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        if connection.dialect.name == "postgresql":
            # Waits as long as the other takes; at SQLite BEGIN IMMEDIATE has kept the other out.
            connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        if _revision(connection) != REVISIONS[-1]:  # else another process was faster
            _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    if revision is not None and revision not in REVISIONS:
        raise StoreTooNew(
            f"the database was written by a newer Horizon (revision {revision}); "
            "install that version or restore a backup"
        )
    return None if revision is None else str(revision)


def _upgrade(connection: Connection, revision: str = REVISIONS[-1]) -> None:
    # Imported here since it takes a fifth of a second, and only a changed schema needs it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = str(Path(__file__).with_name("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def database_name(engine: Engine) -> str:
    """Which database it is, for people; nothing of its URL that could be a secret."""
    url = engine.url
    if engine.dialect.name == "postgresql":
        host = url.host or url.query.get("host") or "this machine"
        port = f":{url.port}" if url.port else ""
        return f"the PostgreSQL database {url.database or url.username} on {host}{port}"
    path = url.database or ""
    return f"the database {path if path.startswith('file:') else Path(path).absolute()}"


def used_by_others(engine: Engine) -> bool:
    """Whether another process has the database open, as a running service always does: it keeps its
    connections. In PostgreSQL its sessions are seen, known by their application_name; in SQLite the
    locks of whoever has the file open, a shell of sqlite3 too. Nothing is written.

    Raises StoreUnavailable and its kin.
    """
    if engine.dialect.name == "postgresql":
        return _sessions_of_others(engine)
    engine.dispose()  # its own idle connections hold such locks too
    (path,), given = engine.dialect.create_connect_args(engine.url)
    options: dict[str, Any] = {**given, "timeout": 1.0}
    try:
        with closing(sqlite3.connect(path, **options)) as connection:
            connection.isolation_level = None
            # In WAL mode all who have opened the file share a lock on it, which this asks for alone.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            return True
        raise _sqlite_error(error) from error
    return False


def _sessions_of_others(engine: Engine) -> bool:
    query = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND application_name = current_setting('application_name')"
    )
    for _ in range(5):
        with engine.connect() as connection:
            if not connection.execute(query).scalar():
                return False
        time.sleep(0.2)  # the session of a process that has just ended is listed for a moment
    return True


def _open_sqlite(url: URL, busy_timeout: float) -> Engine:
    path = url.database or ""
    if path in ("", ":memory:"):
        raise SettingsError("the database URL names no file; write sqlite:///path/to/file.db")
    if not path.startswith("file:"):  # SQLite's own URIs (file:…?mode=ro&uri=true) name a file
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(
                f"the folder of the database {path} cannot be made: {error.strerror}; "
                "choose another place or repair its rights"
            ) from error
        # Private feeds' secret addresses are in it; -wal and -shm take its mode. What stands against
        # making it, SQLite tells when it opens it.
        with suppress(OSError):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    engine = sa.create_engine(
        url,
        connect_args={"timeout": busy_timeout},
        hide_parameters=True,
        # As many as the web server has threads; a file's connections cost little.
        pool_size=5,
        max_overflow=40,
        pool_timeout=busy_timeout,
    )

    def connected(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # transactions begin in _begin_sqlite, not in the driver
        _use_wal(connection, busy_timeout)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "handle_error", _translate, retval=True)
    return engine


def _use_wal(connection: sqlite3.Connection, busy_timeout: float) -> None:
    """Readers and the writer do not wait for each other. The mode stays with the file."""
    # The busy timeout does not cover the switch (SQLite gives up at once where waiting could be a
    # deadlock), so two processes that make one file together have to try again here.
    tries = 100
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            code = error.sqlite_errorcode & 0xFF
            if code == sqlite3.SQLITE_READONLY:
                return  # it can be read all the same
            tries -= 1
            if code != sqlite3.SQLITE_BUSY or not tries:
                raise
            time.sleep(busy_timeout / 100)


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once with "locked", whatever the
    # timeout, when another has written in between: a writer has to say so at the start.
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _open_postgresql(url: URL, busy_timeout: float) -> Engine:
    # Also where the environment has another (PGAPPNAME): used_by_others() knows them by it.
    name = url.query.get("application_name", "horizon")
    engine = sa.create_engine(
        url,
        connect_args={"connect_timeout": 5, "application_name": name},
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=15,  # several instances share the server's 100
        pool_timeout=busy_timeout,
    )

    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITES):
            milliseconds = max(1, round(busy_timeout * 1000))
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")

    event.listen(engine, "begin", begin)
    event.listen(engine, "handle_error", _translate, retval=True)
    know_postgresql()
    return engine


def _translate(context: ExceptionContext) -> BaseException | None:
    """What is raised instead of SQLAlchemy's exception."""
    original = context.original_exception
    if isinstance(original, sqlite3.Error):
        return _sqlite_error(original)
    if isinstance(original, context.dialect.loaded_dbapi.Error):
        return _postgresql_error(original)
    # A value that the store refuses, such as a naive datetime: no fault of the database.
    return original


_EXISTS = "it exists already, or someone else has just made it; read it again"
_LOCKED = "the database is locked by another process that is writing; try again"
_FULL = "the disk of the database is full; make room and try again"
_UNUSABLE, _LOOK = "the database cannot be used", "`horizon doctor` looks closer"


def _sqlite_error(error: sqlite3.Error) -> HorizonError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_CONSTRAINT:
        return Conflict(_EXISTS)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreUnavailable(_LOCKED)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return StoreReadOnly(
            "the database can be read but not written; give this user the right to write its file "
            "and its folder"
        )
    if code == sqlite3.SQLITE_FULL:
        return StoreFailing(_FULL)
    if code == sqlite3.SQLITE_CANTOPEN:
        return StoreUnavailable(
            "the database file cannot be opened; check HORIZON_DATABASE_URL, and that this user "
            "may read and write the file and its folder"
        )
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return StoreUnavailable(
            f"the database file is damaged or is none ({error}); restore a backup or check "
            "HORIZON_DATABASE_URL"
        )
    if code == sqlite3.SQLITE_IOERR:
        return StoreFailing(_UNUSABLE, reason=str(error), do=_LOOK)
    return StoreUnavailable(_UNUSABLE, reason=str(error), do=_LOOK)


def _postgresql_error(error: Any) -> HorizonError:
    state: str = getattr(error, "sqlstate", None) or ""
    if state == "23505":
        return Conflict(_EXISTS)
    if state in ("55P03", "40001", "40P01"):  # lock not available, serialization, deadlock
        return StoreUnavailable(_LOCKED)
    if state == "25006":
        return StoreReadOnly(
            "the database can be read but not written (a standby, or set read-only); name the "
            "primary server in HORIZON_DATABASE_URL"
        )
    if state == "42501":
        return StoreReadOnly(
            "the database's user lacks a right", reason=_reason(error), do="grant it to the user"
        )
    if state == "53100":
        return StoreFailing(_FULL)
    if not state or state[:2] in ("08", "28", "3D", "53", "57"):
        return StoreUnavailable(
            "the database cannot be reached",
            reason=_reason(error),
            do="check that it runs, and HORIZON_DATABASE_URL",
        )
    return StoreUnavailable(_UNUSABLE, reason=_reason(error), do=_LOOK)


def _reason(error: Any) -> str:
    # The driver's first line names host, port, user and database, never the password.
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:300]
