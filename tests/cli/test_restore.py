"""restore: says into which database, and replaces nothing that somebody still needs unless told to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.core.alerts.deliveries import Delivery, State
from service.core.alerts.schedule import AlertKind
from service.store import Store, open_engine
from service.store.engine import used_by_others
from tests.cli.conftest import NOW, Shell

ADD = ("add", "--title", "Google I/O 2026", "--when", "2026-05-19", "--id", "google-io-2026")


@pytest.fixture
def saved(shell: Shell, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Shell:
    """A backup with one event lies there; the settings name a database that is empty."""
    monkeypatch.setenv("HORIZON_DATABASE_URL", f"sqlite:///{shell.folder}/first/horizon.db")
    assert shell.run(*ADD).code == 0
    assert shell.run("backup", "saved.db").code == 0
    monkeypatch.setenv("HORIZON_DATABASE_URL", database_url)
    return shell


@pytest.fixture
def other(database_url: str) -> Iterator[Store]:
    """Another process on the same database, as far as the database can tell."""
    store = Store(open_engine(database_url))
    yield store
    store.close()


def titles(shell: Shell) -> list[str]:
    return [event["title"] for event in json.loads(shell.run("list", "--json").out)]


def test_an_empty_database_is_filled_and_named(saved: Shell, database_url: str) -> None:
    ran = saved.run("restore", "saved.db")
    assert (ran.code, ran.err) == (0, "")
    place, done, _ = ran.out.splitlines()
    url = sa.make_url(database_url)
    assert place.startswith("into the ")
    assert str(url.database) in place
    assert done.startswith("restored 1 events")
    assert titles(saved) == ["Google I/O 2026"]


def test_a_database_with_events_is_replaced_only_by_force(saved: Shell) -> None:
    """A restore in the wrong folder replaced the calendar there, and said that all was well."""
    saved.run("add", "--title", "Example day", "--when", "2026-06-01", "--id", "mine")
    saved.run("withdraw", "mine")  # its history is something too
    refused = saved.run("restore", "saved.db")
    assert (refused.code, refused.out) == (2, "")
    assert "has 1 event; nothing was changed" in refused.err
    assert "--force" in refused.err
    assert saved.run("show", "mine").code == 0
    forced = saved.run("restore", "saved.db", "--force")
    assert forced.code == 0
    assert "warning: it has 1 event; going on (--force)" in forced.err
    assert saved.run("show", "mine").code == 2
    assert titles(saved) == ["Google I/O 2026"]


def test_a_database_with_deliveries_alone_is_not_empty(saved: Shell, other: Store) -> None:
    """What was sent is what keeps it from being sent again."""
    sent = Delivery(
        "digest/daily/2026-04-27", AlertKind.DIGEST, "daily", "#ai-events", NOW, State.SENT
    )
    with other.writing(NOW) as writing:
        writing.owe(sent)
    other.close()
    refused = saved.run("restore", "saved.db")
    assert refused.code == 2
    assert "has 1 delivery; nothing was changed" in refused.err
    assert saved.run("restore", "saved.db", "--force").code == 0


@pytest.mark.slow
def test_a_database_that_another_process_has_open_is_replaced_only_by_force(
    saved: Shell, other: Store
) -> None:
    with other.reading() as reading:
        assert reading.count().total == 0
    # From here on it reads nothing, and keeps its connection, as a service does between requests.
    refused = saved.run("restore", "saved.db")
    assert (refused.code, refused.out) == (2, "")
    assert "is open in another process, as it is while a service runs on it" in refused.err
    forced = saved.run("restore", "saved.db", "--force")
    assert forced.code == 0
    assert "going on (--force)" in forced.err
    with other.reading() as reading:
        assert reading.count().total == 1
    other.close()
    assert "open in another process" not in saved.run("restore", "saved.db").err


def test_whoever_asks_does_not_count_and_is_not_in_the_way(other: Store) -> None:
    with other.reading() as reading:
        assert reading.count().total == 0
    assert not used_by_others(other._engine)
    with other.writing(NOW) as writing:
        writing.put_mark("colour", "blue")


def test_a_password_is_not_told(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    from service.store.engine import database_name

    secret = "s3cr3t-word"
    for url in (
        f"postgresql://horizon:{secret}@db.example:5433/calendar",
        f"postgresql:///calendar?host=/run/postgresql&user=horizon&password={secret}",
    ):
        engine = open_engine(url)
        told = database_name(engine)
        assert secret not in told
        assert "the PostgreSQL database calendar on " in told
    assert database_name(open_engine("sqlite:///data/horizon.db")) == (
        f"the database {Path.cwd()}/data/horizon.db"
    )
