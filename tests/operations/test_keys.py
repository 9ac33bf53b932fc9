"""API keys: whoever reads the database finds none that opens anything."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from service.operations import keys
from service.operations.keys import Caller, Scope
from service.store import Store
from service.store.schema import metadata

NOW = datetime(2026, 4, 27, 0, 30, tzinfo=UTC)


def test_no_key_stands_in_the_database(store: Store) -> None:
    shown: list[str] = []
    assert keys.first_admin_key(store, NOW, shown.append)
    shown.append(keys.create(store, "crawler", Scope.WRITE, NOW))
    assert keys.identify(store, shown[0], None, NOW) == Caller("admin", Scope.ADMIN)
    assert keys.identify(store, shown[1], None, NOW) == Caller("crawler", Scope.WRITE)
    with store.reading() as reading:
        for table in metadata.sorted_tables:
            rows = str(reading._connection.execute(select(table)).all())
            assert not [key for key in shown if key.removeprefix(keys.PREFIX) in rows], table.name
