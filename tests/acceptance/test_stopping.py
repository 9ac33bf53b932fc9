"""SIGTERM: what is under way ends, nothing new is begun, and another instance can go on at once."""

from __future__ import annotations

import json
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from service.core.alerts.deliveries import State
from service.serving import GRACE
from service.store import Store, open_engine
from service.store.schema import deliveries
from tests.acceptance.process import Process, eventually, within
from tests.slack.stand_in import TOKEN, StandIn

pytestmark = pytest.mark.slow

ADMIN = "an-admin-key-for-tests"
FILE = """\
events:
  - {id: e1, title: One, when: 2031-05}
  - {id: e2, title: Two, when: 2031-05}
  - {id: e3, title: Three, when: 2031-05}
  - {id: e4, title: Four, when: 2031-05}
alerts:
  changes: [{name: moved, channel: "#first"}]
"""


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/horizon.db"


def refused(server: Process) -> bool:
    parts = urlsplit(server.address)
    assert parts.hostname
    assert parts.port
    try:
        with socket.create_connection((parts.hostname, parts.port), 2) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            return connection.recv(1) == b""
    except OSError:
        return True


def begun(server: Process, body: bytes, sent: int) -> socket.socket:
    """A request to add an event, of whose body so many bytes were sent."""
    parts = urlsplit(server.address)
    assert parts.hostname
    connection = socket.create_connection((parts.hostname, parts.port or 80), 30)
    connection.sendall(
        b"POST /api/v1/events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        b"Authorization: Bearer %b\r\nContent-Length: %d\r\n\r\n" % (ADMIN.encode(), len(body))
    )
    connection.sendall(body[:sent])
    assert eventually(lambda: server.get("/healthz").status_code == 200)  # taken up by now
    return connection


def test_a_request_under_way_ends_and_new_ones_are_refused(tmp_path: Path, sqlite: str) -> None:
    server = Process(tmp_path, sqlite, ADMIN_KEY=ADMIN)
    body = json.dumps({"id": "late", "title": "Late", "when": "2031-05-01"}).encode()
    with closing(begun(server, body, 10)) as connection:
        server.process.send_signal(signal.SIGTERM)
        assert eventually(lambda: refused(server))
        assert not within(2, lambda: server.process.poll() is not None)
        connection.sendall(body[10:])
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 201 ")
    assert server.stop() == 0
    with closing(Store(open_engine(sqlite))) as store, store.reading() as reading:
        assert reading.event("late") is not None


def test_a_request_that_does_not_end_keeps_nobody_waiting_for_ever(
    tmp_path: Path, sqlite: str
) -> None:
    server = Process(tmp_path, sqlite, ADMIN_KEY=ADMIN)
    with closing(begun(server, b'{"title": "Never", "when": "2031"}', 10)):
        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(GRACE + 120) == 0
        assert time.monotonic() - started >= GRACE - 1
    server.stop()
    with closing(Store(open_engine(sqlite))) as store, store.reading() as reading:
        assert reading.count().total == 0


@pytest.fixture
def slack() -> Iterator[StandIn]:
    with StandIn(scale=0.01) as stand_in:
        stand_in.add("first")
        yield stand_in


def test_alerts_that_were_not_sent_are_another_instances_at_once(
    tmp_path: Path, database_url: str, slack: StandIn
) -> None:
    """One message a second goes to a channel; after the first the instance is told to stop."""
    (tmp_path / "events.yaml").write_text(FILE, "utf-8")
    given = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_API_URL": slack.api_url, "CHANGE_WINDOW": "PT0S"}
    server = Process(tmp_path, database_url, ADMIN_KEY=ADMIN, **given)
    for number in range(1, 5):
        moved = server.client.patch(
            f"/api/v1/events/e{number}",
            json={"when": "2031-05-07"},
            headers={"Authorization": f"Bearer {ADMIN}"},
        )
        assert moved.status_code == 200
    assert eventually(lambda: len(slack.ledger().accepted) >= 1)
    assert server.stop() == 0
    with closing(Store(open_engine(database_url))) as store, store.reading() as reading:
        rows = reading._connection.execute(select(deliveries.c.state, deliveries.c.lease)).all()
    states = [row.state for row in rows]
    assert 0 < states.count(State.SENT) < 4
    assert State.SENDING not in states
    assert {row.lease for row in rows} == {None}
    again = Process(tmp_path, database_url, **given)
    try:
        assert eventually(lambda: len(slack.ledger().accepted) == 4)
    finally:
        assert again.stop() == 0
    assert slack.ledger().doubled() == []
