"""In short what `make crash` does at length: SIGKILL during every kind of write and a migration."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from service.store import Store, migrate, open_engine
from tests.acceptance import crash
from tests.acceptance.crash import HOWS, KINDS
from tests.conftest import PostgresServer
from tests.soundness import faults
from tests.store.samples import created, details, put


@pytest.mark.slow
def test_whenever_a_writer_is_killed_nothing_is_lost_or_half_done(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    names: dict[str, str] = {}

    def make(kind: str, name: str, migrated: bool = True) -> str:
        url = f"sqlite:///{tmp_path}/{name}.db"
        if kind == "postgresql":
            server: PostgresServer = request.getfixturevalue("postgres_server")
            names[name] = server.create("template1")
            url = server.url(names[name])
        if migrated:
            migrate(engine := open_engine(url))
            engine.dispose()
        return url

    figures = crash.run(make, database, crash.one_of_each(seed=1), 1, tmp_path)
    for name in names.values():
        request.getfixturevalue("postgres_server").drop(name)
    assert figures.wrong == []
    assert sum(figures.killed.values()) == len(KINDS)
    assert set(figures.how) == set(HOWS)
    assert figures.writes > 10
    assert figures.open["not at all"] > 0


HALVES = {
    "its label": "DELETE FROM event_labels",
    "what it is searched by": "UPDATE events SET search = 'else'",
    "a version": "DELETE FROM journal WHERE seq = 1",
    "the counter": "UPDATE counter SET seq = seq + 1",
    "the newest version": "UPDATE events SET version = version + 1",
    "an event": "DELETE FROM events",
    "a change's event": "UPDATE journal SET event = 'null' WHERE seq = 2",
    "the schema": "UPDATE alembic_version SET version_num = '0001'",
    "a lease": "INSERT INTO deliveries (key, kind, rule, channel, due_at, state, attempts, error, looked)"
    " VALUES ('k', 'change', 'r', '#c', '2026-01-01T00:00:00.000000Z', 'sending', 1, '', {false})",
}


@pytest.mark.parametrize("missing", HALVES)
def test_what_is_half_there_is_noticed(database_url: str, missing: str) -> None:
    store = Store(open_engine(database_url))
    put(store, created("one", details(tags=("AI",))), created("two"))
    assert faults(store._engine) == []
    false = "0" if store._engine.dialect.name == "sqlite" else "false"
    with store._engine.begin() as connection:
        connection.execute(sa.text(HALVES[missing].format(false=false)))
    assert faults(store._engine) != []
    store.close()
