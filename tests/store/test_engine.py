"""Opening databases, and what is said when one cannot be used."""

from __future__ import annotations

import sqlite3
import traceback
from contextlib import closing, nullcontext, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.core.events.event import Origin
from service.errors import SettingsError, StoreUnavailable
from service.store import Position, Store, migrate, open_engine
from tests.conftest import PostgresServer
from tests.store.samples import NOW, created, put


def test_sqlite_makes_the_folder_and_survives_a_power_cut(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/data/deeper/horizon.db")
    with engine.connect() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    engine.dispose()
    assert pragmas == ["wal", 2, 1, 5000]


def test_a_file_that_came_from_a_backup_is_read_where_it_cannot_be_written(tmp_path: Path) -> None:
    """A backup is one file, without SQLite's log beside it, and stays so on a read-only disk."""
    url = f"sqlite:///{tmp_path}/horizon.db"
    migrate(engine := open_engine(url))
    put(store := Store(engine), created("e1"))
    store.close()
    with closing(sqlite3.connect(tmp_path / "horizon.db")) as file:
        assert file.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    store = Store(open_engine(f"sqlite:///file:{tmp_path}/horizon.db?mode=ro&uri=true"))
    with store.reading() as reading:
        assert reading.event("e1") is not None
    store.close()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_goes_by_psycopg_however_it_is_written(scheme: str) -> None:
    engine = open_engine(f"{scheme}://me:secret@db.example/horizon")
    assert engine.url.drivername == "postgresql+psycopg"
    engine.dispose()


@pytest.mark.parametrize(
    "url",
    [
        "", "horizon.db", "sqlite://", "sqlite:///:memory:", "mysql://me:secret@host/db",
        "postgresql://me:secret@host:port/db", "postgresql:/me:secret@host",
        "postgresql+asyncpg://me:secret@host/db", "sqlite+aiosqlite:///secret.db",
    ],
)  # fmt: skip
def test_a_url_that_cannot_be_used_is_explained_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match=r"sqlite:///path/to/file\.db") as caught:
        open_engine(url)
    assert (
        "secret" not in "".join(traceback.format_exception(caught.value)).split("test_engine")[-1]
    )
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "password", ["p@secret", "p@secret/x", "p@secret?x", "p@s@secret", "p/@secret"]
)
def test_a_password_that_is_not_in_percent_form_is_not_told(password: str) -> None:
    with pytest.raises(SettingsError, match=r"URL (has two @|cannot be read)") as caught:
        open_engine(f"postgresql://me:{password}@127.0.0.1:1/horizon")
    assert "secret" not in str(caught.value)


def test_a_server_that_is_not_there_is_unavailable_and_its_password_not_told() -> None:
    engine = open_engine("postgresql://me:s3cr3t-pass@127.0.0.1:1/horizon")
    with pytest.raises(
        StoreUnavailable, match=r"cannot be reached.*HORIZON_DATABASE_URL"
    ) as caught:
        migrate(engine)
    assert "s3cr3t" not in "".join(traceback.format_exception(caught.value)).replace(__file__, "")
    engine.dispose()


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="cannot be made"):
        open_engine(f"sqlite:///{tmp_path}/file/horizon.db")


def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}")
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        migrate(engine)
    engine.dispose()


def test_a_new_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    """It holds the secret addresses of private feeds, as a backup does."""
    engine = open_engine(f"sqlite:///{tmp_path}/horizon.db")
    migrate(engine)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    engine.dispose()
    assert set(modes.values()) == {0o600}, modes


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "events.yaml"
    path.write_text("events: []\n" * 1000)
    engine = open_engine(f"sqlite:///{path}")
    with pytest.raises(StoreUnavailable, match="damaged or is none"):
        migrate(engine)
    engine.dispose()
    assert path.read_text() == "events: []\n" * 1000


def test_a_database_without_tables_is_unavailable(empty_database_url: str) -> None:
    store = Store(open_engine(empty_database_url))
    with pytest.raises(StoreUnavailable), store.reading() as reading:
        reading.position()
    store.close()


def test_a_full_disk_is_unavailable(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/horizon.db")

    def limit(connection: object, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 2")  # type: ignore[attr-defined]

    sa.event.listen(engine, "connect", limit)
    with pytest.raises(StoreUnavailable, match="full; make room"):
        migrate(engine)
    engine.dispose()


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgres)])
@pytest.mark.parametrize("swallowed", [False, True])
def test_a_lost_connection_is_unavailable_and_the_next_one_is_new(
    store: Store, postgres_server: PostgresServer, swallowed: bool
) -> None:
    def lose() -> None:
        with store.writing(NOW) as writing:
            writing.record(created("one"), who="x", origin=Origin.API)
            postgres_server.disconnect_all()
            with suppress(StoreUnavailable) if swallowed else nullcontext():
                writing.event("one")

    with pytest.raises(StoreUnavailable):
        lose()
    with store.reading() as reading:
        assert reading.position() == Position(0, 0)
    put(store, created("one"))
